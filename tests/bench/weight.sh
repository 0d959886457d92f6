#!/usr/bin/env bash
# What it takes to build the quickstart, beside accounts by axum-login on SQLite: `bash tests/bench/weight.sh
# [rounds]` prints a table. All is built from nothing, each round, in a place of its own.
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-1}
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT

# Seconds and crates of a build from nothing.
build() { # manifest, package, profile
    rm -rf "$work/target"
    begun=$(date +%s.%N)
    CARGO_TARGET_DIR=$work/target CARGO_INCREMENTAL=0 \
        cargo build --manifest-path "$1" -p "$2" --profile "$3" 2>"$work/said"
    echo "$(date +%s.%N) $begun $(grep -c '^ *Compiling' "$work/said")" | awk '{ printf "%.1f %s\n", $1 - $2, $3 }'
}

printf '%s, %s cores, medians of %s\n\n' "$(rustc --version)" "$(nproc)" "$rounds"
printf '| program | clean dev build, s | crates | clean release build, s | stripped, MiB |\n|---|---|---|---|---|\n'
for it in "../../Cargo.toml quickstart" "servers/axum_login/Cargo.toml with-axum-login"; do
    read -r manifest package <<<"$it"
    for _ in $(seq "$rounds"); do build "$manifest" "$package" dev; done | sort -n >"$work/dev"
    read -r seconds crates < <(sed -n "$(((rounds + 1) / 2))p" "$work/dev")
    read -r released _ < <(build "$manifest" "$package" release)
    strip -o "$work/stripped" "$work/target/release/$package"
    size=$(stat -c %s "$work/stripped" | awk '{ printf "%.1f", $1 / 1048576 }')
    printf '| %s | %s | %s | %s | %s |\n' "$package" "$seconds" "$crates" "$released" "$size"
done
