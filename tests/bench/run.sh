#!/usr/bin/env bash
# What fastauth costs beside what one would write or take instead: a table of one run, in some ten minutes.
# `bash tests/bench/run.sh [--rounds N] [--seconds N] [--long] [row …]`; a name that is no row says which there
# are. It needs wrk, psql, a PostgreSQL that lets in (FASTAUTH_TEST_POSTGRES), two cores of Linux, and nothing
# else going on.
set -euo pipefail
cd "$(dirname "$0")"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
postgres=${FASTAUTH_TEST_POSTGRES:-postgres://postgres@127.0.0.1:5432/postgres}
cargo build --release --quiet
cargo build --release --quiet --manifest-path servers/axum_login/Cargo.toml
cargo build --release --quiet --manifest-path ../../Cargo.toml -p quickstart

BENCH_PLACE=$(mktemp -d)
export BENCH_PLACE
clean() {
    rm -rf "$BENCH_PLACE"
    psql "$postgres" -Atc "SELECT datname FROM pg_database WHERE datname LIKE 'fastauth\_bench\_%'" |
        while read -r name; do psql "$postgres" -qc "DROP DATABASE $name WITH (FORCE)"; done
}
trap clean EXIT

version() { sed -n "/^name = \"$1\"/{n;s/version = \"\(.*\)\"/$1 \1/p}" "$2" | tail -1; }
printf '%s, %s cores, Linux %s; %s; PostgreSQL %s, %s\n' \
    "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1)" "$(nproc)" "$(uname -r)" "$(rustc --version)" \
    "$(psql --version | awk '{ print $3 }')" "$(wrk -v 2>&1 | head -1 | awk '{ print $1, $2 }')"
printf '%s, %s, %s, %s, %s, %s\n\n' "$(version axum Cargo.lock)" "$(version jsonwebtoken Cargo.lock)" \
    "$(version sqlx Cargo.lock)" "$(version argon2 Cargo.lock)" \
    "$(version axum-login servers/axum_login/Cargo.lock)" \
    "$(version tower-sessions-sqlx-store servers/axum_login/Cargo.lock)"
taskset -c 1 "$CARGO_TARGET_DIR/release/measure" "$@"
