#!/usr/bin/env bash
# Sanitizers over what is not checked by the compiler: the kernels with AddressSanitizer, and the border
# to espeak-ng with AddressSanitizer and UndefinedBehaviorSanitizer in espeak-ng's own code.
#
#   SECONDS_EACH=300 scripts/sanitize.sh
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

SECONDS_EACH=${SECONDS_EACH:-300}
HOST=$(rustc -vV | sed -n 's/^host: //p')

need_cargo
install_packages "What sanitizers need" clang:clang libclang-rt-dev cmake:cmake libsonic-dev espeak-ng-data
cargo +nightly --version >/dev/null 2>&1 || die "Rust's nightly toolchain is not on this machine" \
    "Run: rustup toolchain install nightly"

say "The kernels, with AddressSanitizer"
RUSTFLAGS=-Zsanitizer=address cargo +nightly test --locked -p langdu-kernels --tests \
    --target "$HOST" --target-dir target/sanitized

say "espeak-ng, with AddressSanitizer and UndefinedBehaviorSanitizer"
flags="-fsanitize=address,undefined -fno-omit-frame-pointer -g"
CC=clang CXX=clang++ CFLAGS=$flags CXXFLAGS=$flags \
    RUSTFLAGS="-Zsanitizer=address -Clinker=clang -Clink-arg=-fsanitize=undefined" \
    cargo +nightly build --locked --manifest-path fuzz/espeak/Cargo.toml \
    --target "$HOST" --target-dir target/sanitized
UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
    "target/sanitized/$HOST/debug/langdu-fuzz-espeak" "$SECONDS_EACH"
