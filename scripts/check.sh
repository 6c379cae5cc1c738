#!/usr/bin/env bash
# Formatting, lints, the documentation and its examples: nothing may be left to remark on.
#
#   scripts/check.sh [form|lints|docs...]    checks these, or all of them
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

CHECKS=("$@")
((${#CHECKS[@]} > 0)) || CHECKS=(form lints docs)

lints() {
    workspace_build
    # A build in which nothing is left to do tells again what the lints had to say.
    ! workspace_build 2>&1 | grep '^warning' || die "the lints have remarks" "They stand above, with their places."
}

need_cargo
for check in "${CHECKS[@]}"; do
    case $check in
        form) cargo fmt --all --check || die "the code is not formatted" "Run: cargo fmt --all" ;;
        lints) lints ;;
        docs) RUSTDOC=$PWD/scripts/rustdoc.sh workspace_cargo test --doc --no-fail-fast ;;
        *) die "there is no check named $check" "Checks are: form, lints, docs." ;;
    esac
done
