#!/usr/bin/env bash
# What 50 derived structs of 10 fields cost to build, beside serde's two derives on the same structs.
# `bash tests/bench/derives.sh [rounds]` prints a table; nothing of the repository is changed.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD rounds=${1:-5} structs=50
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT

crate() { # name, dependencies, attributes before each struct, attributes by field
    mkdir -p "$work/$1/src"
    cat >"$work/$1/Cargo.toml" <<TOML
[package]
name = "$1"
version = "0.0.0"
edition = "2024"
[dependencies]
$2
TOML
    {
        echo '#![allow(dead_code)]'
        for n in $(seq "$structs"); do
            printf '%s\npub struct User%s {\n' "$3" "$n"
            printf '    pub id: i64,\n    pub email: String,\n    %s\n' "$4"
            for field in name city street phone; do printf '    %s pub %s: String,\n' "$5" "$field"; done
            printf '    %s pub age: i64,\n    %s pub score: f64,\n    %s pub open: bool,\n}\n' "$5" "$5" "$5"
        done
    } >"$work/$1/src/lib.rs"
}

serde='serde = { version = "1", features = ["derive"] }'
auth="fastauth = { path = \"$root/fastauth\" }"
crate plain "" "" "pub hash: String," ""
crate serde_twice "$serde" "#[derive(serde::Serialize, serde::Deserialize)]" "pub hash: String," ""
crate auth_user "$auth" "#[derive(fastauth::AuthUser)] #[auth(id, email, password_hash = hash)]" \
    "pub hash: fastauth::PasswordHash," "#[auth(signup, edit)]"
crate auth_user_in_token "$auth" "#[derive(fastauth::AuthUser)] #[auth(id, email, password_hash = hash)]" \
    "pub hash: fastauth::PasswordHash," "#[auth(signup, edit, token)]"
crates="plain serde_twice auth_user auth_user_in_token"
printf '[workspace]\nresolver = "3"\nmembers = [%s]\n' \
    "$(for it in $crates; do printf '"%s",' "$it"; done)" >"$work/Cargo.toml"
cp Cargo.lock "$work/" 2>/dev/null || true

cd "$work"
export CARGO_INCREMENTAL=0
cargo build --quiet --workspace
# The median seconds of building one crate anew, its dependencies being there.
seconds() {
    for _ in $(seq "$rounds"); do
        touch "$2/src/lib.rs"
        begun=$(date +%s.%N)
        cargo "$1" --quiet -p "$2"
        echo "$(date +%s.%N) $begun" | awk '{ printf "%.2f\n", $1 - $2 }'
    done | sort -n | awk '{ it[NR] = $1 } END { print it[int((NR + 1) / 2)] }'
}
cargo check --quiet --workspace
printf '%s structs of 10 fields, %s, %s cores, medians of %s\n\n' \
    "$structs" "$(rustc --version)" "$(nproc)" "$rounds"
printf '| crate | check, s | build, s | expanded lines | lines a struct |\n|---|---|---|---|---|\n'
for it in $crates; do
    lines=$(RUSTC_BOOTSTRAP=1 cargo rustc --quiet -p "$it" --profile check -- -Zunpretty=expanded 2>/dev/null | wc -l)
    printf '| %s | %s | %s | %s | %s |\n' "$it" "$(seconds check "$it")" "$(seconds build "$it")" \
        "$lines" "$((lines / structs))"
done
