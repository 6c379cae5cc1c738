#!/usr/bin/env bash
# Sets up what is missing and runs every test, cheapest first.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

LANGDU=target/debug/langdu
export LANGDU_TEST_PACKAGES=${LANGDU_TEST_PACKAGES:-$PWD/target/test-packages}
export LANGDU_TEST_CLIENTS=${LANGDU_TEST_CLIENTS:-$PWD/target/clients}
export LANGDU_TEST_VOICES=${LANGDU_TEST_VOICES:-$PWD/target/test-voices}

scripts/setup.sh build
need_cargo
say "Form: cargo fmt"
cargo fmt --all --check || die "the code is not formatted" "Run: cargo fmt"
scripts/setup.sh test-voice
scripts/setup.sh test-packages
scripts/setup.sh clients
scripts/setup.sh browser

# Before anything is built: espeak-rs-sys runs its build script once more after the first time, for
# a header that it writes itself, and whatever stands on it is then made again.
say "Lints and documentation"
scripts/check.sh

say "Building"
# As `cargo test` builds it, so that it is built once.
cargo_build --workspace --tests --bins
scripts/setup.sh voices "$LANGDU"

say "Tests of the service"
cargo test --locked --workspace --no-fail-fast

say "Tests of the player and the demo portal"
scripts/browser-tests.sh "$LANGDU"

say "All tests passed in $((SECONDS / 60)) min $((SECONDS % 60)) s"
