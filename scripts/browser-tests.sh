#!/usr/bin/env bash
# The player's tests: its plain functions first, then the pages in a real browser against the
# real service and voice. The argument is the langdu binary.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

LANGDU=$(realpath "${1:-target/debug/langdu}")
export LANGDU
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    [[ -n $name ]] && has_command "$name" && CHROMIUM=$(command -v "$name") && break
done
[[ -n ${CHROMIUM:-} ]] || die "no Chromium on this machine" "Run: scripts/setup.sh browser"
export CHROMIUM
# Browser and voice share the processor, so that the measured capacity says nothing.
export LANGDU_LIMITS__CAPACITY_SHARE=1000
# One file after the other: they share the processor with the voice they listen to. Each runs whether or
# not another has failed.
failed=()
for tests in web/tests/*.test.mjs; do
    node --test --test-reporter=tap "$tests" || failed+=("$tests")
done
((${#failed[@]} == 0)) || die "tests failed in ${failed[*]}" "The lines above that begin with \"not ok\" say which."
