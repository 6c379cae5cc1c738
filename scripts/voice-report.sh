#!/usr/bin/env bash
# What a listener hears of the voices, measured beside the untouched export: predicted MOS, wrong
# syllables, loudness, tones, pauses, pitch, pace. Prints the table of docs/measurements/voice.md and
# leaves it in target/voice-report/report.md.
#
#   scripts/voice-report.sh BIN [--quick] [--speakers A,B] [--recordings LIST]
#
# The predictors and the recogniser come from PyPI into target/voice-report/venv: 3 GB to download,
# 8 GB on the disk, nearly all of it PyTorch. VOICE_REPORT_PYTHON names a Python 3.10 to 3.12 to make it with,
# VOICE_REPORT_VENV an environment that has it all.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

BIN=${1:-}
[[ -x $BIN ]] || die "no binary to measure: ${BIN:-none given}" "Run: make voice-report"
shift
WORK=target/voice-report
VENV=${VOICE_REPORT_VENV:-$WORK/venv}
WANTED=tools/voice-report/requirements.txt

find_python() {
    local name
    for name in "${VOICE_REPORT_PYTHON:-}" python3.12 python3.11 python3.10 python3; do
        [[ -n $name ]] && has_command "$name" &&
            "$name" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 13))' 2>/dev/null &&
            { printf '%s\n' "$name"; return 0; }
    done
    die "no Python that the predictors run on" "Install Python 3.10, 3.11 or 3.12, or name one:" \
        "VOICE_REPORT_PYTHON=/path/to/python3.12 make voice-report"
}

if [[ -z ${VOICE_REPORT_VENV:-} ]] && ! cmp -s "$WANTED" "$VENV/requirements.txt"; then
    python=$(find_python)
    say "Installing the predictors and the recogniser (about 3 GB to download)"
    mkdir -p "$WORK"
    "$python" -m venv --clear "$VENV" || die "no virtual environment could be made" \
        "On Debian and Ubuntu, install python3-venv and run the same command again."
    quietly "pip install" "$VENV/bin/pip" install --quiet --disable-pip-version-check --requirement "$WANTED" ||
        die "pip could not install $WANTED" \
            "Check the network, or the proxy and mirror set up for pip, and run the same command again."
    cp "$WANTED" "$VENV/requirements.txt"
fi

PYTHONPATH=tools/voice-report PYTHONDONTWRITEBYTECODE=1 "$VENV/bin/python" -W ignore -m voice_report \
    --langdu "$BIN" --voices voices --reference target/reference-voices --work "$WORK" \
    --output "$WORK/report.md" "$@"
note "The table is in $WORK/report.md"
