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

test_targets() { workspace_cargo test --no-fail-fast "$@"; }

formatting() { scripts/check.sh form; }

set_up() {
    local thing failed=0
    for thing in test-voice test-packages clients browser; do
        scripts/setup.sh "$thing" || failed=1
    done
    return "$failed"
}

build() {
    workspace_build && scripts/setup.sh voices "$LANGDU"
}

lints() { scripts/check.sh lints; }

docs() { scripts/check.sh docs; }

# The tests beside the code, and those of each crate (one target each, so that little is linked).
stages() {
    local target targets=()
    for target in crates/*/tests/* fuzz/bodies/tests/*; do
        targets+=(--test "$(basename "$target" .rs)")
    done
    test_targets --lib "${targets[@]}"
}

# Twice as many at a time as there are processors: most of them wait for something half of the time. The browser
# tests beside them go first: they listen to sound as it is heard, and a sentence does not wait for a processor.
service() {
    renice -n 10 "$BASHPID" >/dev/null
    test_targets --test service -- --test-threads "$((2 * $(nproc)))"
}

browser() { scripts/browser-tests.sh "$LANGDU"; }

# processor_time PID: that of what a shell has run and waited for, in hundredths of a second.
processor_time() {
    local stat
    read -ra stat <"/proc/$1/stat"
    echo $(((stat[15] + stat[16]) * 100 / $(getconf CLK_TCK)))
}

in_words() { printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); }

verdicts=$(mktemp -d)
trap 'rm -rf "$verdicts"' EXIT

table=() failed=()
# run_part NAME FUNCTION: runs it in a shell of its own, which may exit, and leaves what it cost.
run_part() {
    local started=$SECONDS verdict=passed
    (
        trap 'processor_time "$BASHPID" >"$verdicts/$1.cost"' EXIT
        "$2"
    ) || verdict=FAILED
    echo "$verdict $((SECONDS - started)) $(<"$verdicts/$1.cost")" >"$verdicts/$1"
}

# take NAME: puts a part that has ended into the table.
take() {
    local verdict wall cost
    read -r verdict wall cost <"$verdicts/$1"
    [[ $verdict == passed ]] || failed+=("$1")
    table+=("$(printf '%-24s %-8s %14s %14s' "$1" "$verdict" "$(in_words "$wall")" \
        "$(in_words $((cost / 100)))")")
}

# failed_tests LOG: which tests failed and where, from what cargo or Node printed.
failed_tests() {
    awk '
        /^test .* \.\.\. FAILED$/ || /^thread .* panicked at / { print; more = /panicked/ ? 3 : 0; next }
        /^ *not ok [0-9]+ - / { print; inside = 1; next }
        inside && /^ *(location|error):/ { print; more = /error: \|-$/ ? 3 : 0; next }
        inside && /^ *\.\.\.$/ { inside = 0 }
        more > 0 { print; more-- }
    ' "$1" | head -n 60
}

# part NAME FUNCTION
part() {
    say "${1^}"
    run_part "$1" "$2"
    take "$1"
}

# tests NAME FUNCTION: a part of which the end of the whole says again what failed.
tests() {
    say "${1^}"
    run_part "$1" "$2" 2>&1 | tee "$verdicts/$1.log"
    take "$1"
}

# beside NAME FUNCTION: begins a part of which most is waiting, beside what follows.
beside() {
    say "${1^}, beside what follows (its output comes at its end)"
    run_part "$1" "$2" >"$verdicts/$1.log" 2>&1 &
}

# end_of NAME JOB: waits for a part that was begun beside others.
end_of() {
    wait "$2"
    say "${1^}"
    cat "$verdicts/$1.log"
    take "$1"
}

trap 'exit 130' INT TERM
scripts/setup.sh build
need_cargo
part "formatting" formatting
# The set-up waits for the network most of the time, and the build for nobody.
beside "set-up of the tests" set_up
set_up_job=$!
part "build" build
end_of "set-up of the tests" "$set_up_job"
part "lints" lints
part "documentation" docs
tests "unit and stage tests" stages
# Browsers play sound as it is heard, and wait for it most of the time.
beside "browser tests" browser
browser_job=$!
tests "service tests" service
end_of "browser tests" "$browser_job"

say "$(printf '%-20s %-8s %14s %14s' Part Verdict "Wall clock" Processor)"
for line in "${table[@]}"; do note "$line"; done
whole="$(in_words $SECONDS), $(in_words $(($(processor_time $$) / 100))) of processor time"
for name in "${failed[@]}"; do
    [[ -f $verdicts/$name.log ]] || continue
    say "What failed of the $name"
    failed_tests "$verdicts/$name.log" >&2
done
((${#failed[@]} == 0)) || die "not everything passed, in $whole" "Failed: $(printf '%s; ' "${failed[@]}")"
say "All tests passed in $whole"
