#!/usr/bin/env bash
# Fuzzes each target, or those that are named, for RUNS executions or SECONDS, whichever is first.
#
#   RUNS=1000000 SECONDS_EACH=900 scripts/fuzz.sh [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

RUNS=${RUNS:-1000000}
SECONDS_EACH=${SECONDS_EACH:-900}

has_command cargo-fuzz || die "cargo-fuzz is not on this machine" "Run: cargo install cargo-fuzz"

# The cheap ones first.
TARGETS=("$@")
((${#TARGETS[@]} > 0)) || TARGETS=(range charset config pack lexicon ssml text extract picture recognised boxes
    file_rtf file_odt file_docx file_ofd file_xlsx file_doc file_xls file_pdf)

# seeds TARGET: the folders and files that fuzzing begins with.
seeds() {
    case $1 in
        charset | extract) echo fuzz/seeds/extract/* tests/fixtures/pages/*.html ;;
        file_*) echo tests/fixtures/files/*."${1#file_}" ;;
        *) echo fuzz/seeds/"$1"/* ;;
    esac
}

# Memory errors cannot be in code without `unsafe`, so no sanitizer slows the search down.
cargo +nightly fuzz build --sanitizer none
for target in "${TARGETS[@]}"; do
    say "Fuzzing $target"
    corpus=fuzz/corpus/$target
    mkdir -p "$corpus"
    # shellcheck disable=SC2046
    cp -n $(seeds "$target") "$corpus/"
    cargo +nightly fuzz run --sanitizer none "$target" -- \
        -runs="$RUNS" -max_total_time="$SECONDS_EACH" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1
done
