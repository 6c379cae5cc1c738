#!/usr/bin/env bash
# The kernels' tests for 64-bit Arm, under emulation: on a processor with products of matrices of bytes, on one with
# the dot product of bytes, and on one without either.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

TARGET=aarch64-unknown-linux-gnu

need_cargo
install_packages "What Arm's tests need" gcc-aarch64-linux-gnu:aarch64-linux-gnu-gcc \
    libc6-dev-arm64-cross qemu-user:qemu-aarch64
[[ -d $(rustc --print sysroot)/lib/rustlib/$TARGET ]] || {
    has_command rustup || die "Rust's library for $TARGET is not on this machine" \
        "Install Rust with rustup (see rust-lang.org), and run the same command again."
    rustup target add "$TARGET"
}

export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
for pair in max=neon-i8mm neoverse-n1=neon-dot cortex-a72=neon; do
    processor=${pair%=*}
    export LANGDU_BEST_LEVEL=${pair#*=}
    say "Arm, $processor"
    export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -L /usr/aarch64-linux-gnu -cpu $processor"
    cargo test --locked --release -p langdu-kernels --target "$TARGET"
done
