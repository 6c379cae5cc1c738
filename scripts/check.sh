#!/usr/bin/env bash
# Lints and documentation: nothing may be left to remark on.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

need_cargo
cargo fmt --all --check || die "the code is not formatted" "Run: cargo fmt"
cargo clippy --locked --workspace --all-targets -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps
