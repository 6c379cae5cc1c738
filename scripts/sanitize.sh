#!/usr/bin/env bash
# Sanitizers over the code whose memory the compiler does not check: AddressSanitizer over the
# kernels, and, with clang's UndefinedBehaviorSanitizer too, over the C of espeak-ng, LAME and Opus.
#
#   scripts/sanitize.sh [kernels|borders]
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

need_cargo
cargo +nightly --version >/dev/null 2>&1 || die "Rust's nightly toolchain is not on this machine" \
    "Run: rustup toolchain install nightly"
HOST=$(rustc -vV | sed -n 's/^host: //p')

PARTS=("$@")
((${#PARTS[@]} > 0)) || PARTS=(kernels borders)

sanitized() {
    RUSTFLAGS=-Zsanitizer=address cargo +nightly test --locked \
        --target "$HOST" --target-dir target/sanitized "$@"
}

for part in "${PARTS[@]}"; do
    say "Sanitizers: $part"
    case $part in
        kernels) sanitized -p langdu-kernels --tests ;;
        borders)
            has_command clang || die "clang is not on this machine" "Run: apt-get install clang"
            # What is undefined ends the process at once: its own runtime would fight Rust's.
            flags="-fsanitize=address,undefined -fsanitize-trap=undefined -fno-omit-frame-pointer -g"
            # What espeak-ng keeps to the end is no leak.
            export CC=clang CXX=clang++ CFLAGS=$flags CXXFLAGS=$flags ASAN_OPTIONS=detect_leaks=0
            sanitized --lib -- voice::espeak text::english
            sanitized --test audio_encode
            ;;
        *) die "there is no part $part" "Parts are: kernels, borders." ;;
    esac
done
