#!/usr/bin/env bash
# AddressSanitizer over the kernels, the only code whose memory the compiler does not check.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

need_cargo
cargo +nightly --version >/dev/null 2>&1 || die "Rust's nightly toolchain is not on this machine" \
    "Run: rustup toolchain install nightly"
HOST=$(rustc -vV | sed -n 's/^host: //p')
RUSTFLAGS=-Zsanitizer=address cargo +nightly test --locked -p langdu-kernels --tests \
    --target "$HOST" --target-dir target/sanitized
