#!/usr/bin/env bash
# Formatting, lints and documentation: nothing may be left to remark on.
#
#   scripts/check.sh [form|lints|docs...]    checks these, or all of them
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

CHECKS=("$@")
((${#CHECKS[@]} > 0)) || CHECKS=(form lints docs)

need_cargo
for check in "${CHECKS[@]}"; do
    case $check in
        form) cargo fmt --all --check || die "the code is not formatted" "Run: cargo fmt --all" ;;
        lints) cargo clippy --locked --workspace --all-targets -- -D warnings ;;
        docs) RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps ;;
        *) die "there is no check named $check" "Checks are: form, lints, docs." ;;
    esac
done
