#!/usr/bin/env bash
# Every trial of docs/reliability.md, one after the other; fails naming those in which something fell.
#
# CRASHES, CALLERS, LOAD, SCALE, SOAK and STEADY hold flags of the trials: CRASHES='--times 30'.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

need_cargo
fallen=()
# trial NAME FLAGS...
trial() {
    say "Trial: $*"
    cargo bench --locked --bench soak -- "$@" || fallen+=("$1")
}
# What is carried without a gap, and what a newcomer waits for.
listeners() {
    say "Trial: listeners"
    cargo bench --locked --bench load || fallen+=(listeners)
}

# The slow and the idle callers take a socket each on both sides.
ulimit -n "$(ulimit -Hn)"

# Flags are words: they are to be split.
# shellcheck disable=SC2086
{
    trial crashes ${CRASHES:-}
    trial callers ${CALLERS:-}
    trial disks
    listeners
    trial load ${LOAD:-}
    trial scale ${SCALE:-}
    trial soak ${SOAK:-}
    trial steady ${STEADY:-}
}

((${#fallen[@]} == 0)) || die "something fell: ${fallen[*]}" "The lines above that end in \"falls\" say what."
say "All trials held in $((SECONDS / 60)) min"
