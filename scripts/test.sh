#!/usr/bin/env bash
# Sets up what is missing and runs every test, cheapest part first. A part runs whether or not another
# has failed; a table at the end gives the verdict of each, and what it cost.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

LANGDU=target/debug/langdu
export LANGDU_TEST_PACKAGES=${LANGDU_TEST_PACKAGES:-$PWD/target/test-packages}
export LANGDU_TEST_CLIENTS=${LANGDU_TEST_CLIENTS:-$PWD/target/clients}
export LANGDU_TEST_VOICES=${LANGDU_TEST_VOICES:-$PWD/target/test-voices}

# Every cargo command names the whole workspace and differs in its targets only: with other packages
# cargo would choose other features, and build the dependencies once more.
test_targets() { cargo test --locked --workspace --no-fail-fast "$@"; }

formatting() { scripts/check.sh form; }

set_up() {
    local thing failed=0
    for thing in test-voice test-packages clients browser; do
        scripts/setup.sh "$thing" || failed=1
    done
    return "$failed"
}

lints() {
    # Before anything is built: espeak-rs-sys runs its build script once more after the first time, for
    # a header that it writes itself, and whatever stands on it is then made again.
    local check failed=0
    for check in lints docs; do
        scripts/check.sh "$check" || failed=1
    done
    return "$failed"
}

build() {
    cargo_build --workspace --tests --bins && scripts/setup.sh voices "$LANGDU"
}

# The tests beside the code, those of each crate (one target each, so that little is linked), and the
# examples of the documentation.
stages() {
    local target targets=() failed=0
    for target in crates/*/tests/* fuzz/bodies/tests/*; do
        targets+=(--test "$(basename "$target" .rs)")
    done
    test_targets --lib "${targets[@]}" || failed=1
    test_targets --doc || failed=1
    return "$failed"
}

service() { test_targets --test service; }

browser() { scripts/browser-tests.sh "$LANGDU"; }

# Processor time of everything that this script has run so far, in hundredths of a second.
processor_time() {
    local stat
    read -ra stat <"/proc/$$/stat"
    echo $(((stat[15] + stat[16]) * 100 / $(getconf CLK_TCK)))
}

in_words() { printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); }

table=() failed=()
# part NAME FUNCTION
part() {
    local name=$1 started=$SECONDS before verdict=passed
    before=$(processor_time)
    say "${name^}"
    # In a shell of its own, which may exit.
    ("$2") || { verdict=FAILED && failed+=("$name"); }
    table+=("$(printf '%-24s %-8s %14s %14s' "$name" "$verdict" "$(in_words $((SECONDS - started)))" \
        "$(in_words $((($(processor_time) - before) / 100)))")")
}

trap 'exit 130' INT TERM
scripts/setup.sh build
need_cargo
part "formatting" formatting
part "set-up of the tests" set_up
part "lints and documentation" lints
part "build" build
part "unit and stage tests" stages
part "service tests" service
part "browser tests" browser

say "$(printf '%-20s %-8s %14s %14s' Part Verdict "Wall clock" Processor)"
for line in "${table[@]}"; do note "$line"; done
whole="$(in_words $SECONDS), $(in_words $(($(processor_time) / 100))) of processor time"
((${#failed[@]} == 0)) || die "not everything passed, in $whole" "Failed: $(printf '%s; ' "${failed[@]}")"
say "All tests passed in $whole"
