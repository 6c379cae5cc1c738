#!/usr/bin/env bash
# The code whose memory the compiler does not check, under sanitizers: the kernels, and the borders to C
# (espeak-ng, and the encoders of MP3 and Opus), whose C is instrumented, too.
#
#   scripts/sanitize.sh [kernels|espeak|encoders...]
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

need_cargo
cargo +nightly --version >/dev/null 2>&1 || die "Rust's nightly toolchain is not on this machine" \
    "Run: rustup toolchain install nightly"
has_command clang || die "clang is not on this machine" "Run: apt install clang libclang-rt-14-dev"
HOST=$(rustc -vV | sed -n 's/^host: //p')

PARTS=("$@")
((${#PARTS[@]} > 0)) || PARTS=(kernels espeak encoders)

# Undefined behaviour in C traps, but for a left shift of a negative number, which LAME takes for a
# multiplication as every compiler does. Other C stays as it is: the compiler's own plug-ins have some,
# and cannot be loaded with a sanitizer in them.
SANITIZE='-g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize=shift-base'
SANITIZE+=' -fsanitize-trap=undefined -fsanitize-recover=address'
OUT=$PWD/target/sanitized
LOG=$OUT/log.txt
mkdir -p "$OUT"
for compiler in clang clang++; do
    cat >"$OUT/$compiler" <<EOF
#!/bin/sh
case \$CARGO_PKG_NAME in
    espeak-rs-sys | mp3lame-sys | opusic-sys) exec $compiler $SANITIZE "\$@" ;;
    *) exec $compiler "\$@" ;;
esac
EOF
    chmod +x "$OUT/$compiler"
done
# What espeak-ng and ONNX Runtime keep to the end of the process is no leak. A finding in C is reported
# and the tests go on; one in Rust ends them.
export ASAN_OPTIONS=detect_leaks=0:halt_on_error=0

# Where espeak-ng looks beside its own variables on the stack: docs/reliability.md says when.
KNOWN='READ (IsLetterGroup|MatchRule|LookupDict2|LookupNum2)'

# Each finding of the log: READ or WRITE, and the function.
findings() {
    awk '/ERROR: AddressSanitizer/ { in_report = 1; what = "FAULT" }
        in_report && /^(READ|WRITE) of size/ { what = $1 }
        in_report && /^ *#0 / { print what, $4; in_report = 0 }' "$LOG" | sort | uniq
}

sanitized() {
    RUSTFLAGS=-Zsanitizer=address CC=$OUT/clang CXX=$OUT/clang++ \
        cargo +nightly test --locked --target "$HOST" --target-dir "$OUT" "$@" 2>&1 | tee "$LOG"
    if findings | grep --invert-match --extended-regexp --line-regexp "$KNOWN"; then
        die "the sanitizer has found something new" "The whole report is in $LOG."
    fi
}

for part in "${PARTS[@]}"; do
    say "Under sanitizers: $part"
    case $part in
        kernels) sanitized -p langdu-kernels --tests ;;
        espeak) sanitized -p langdu-voice --lib -- espeak phonemes ;;
        encoders) sanitized -p langdu-audio --test encode ;;
        *) die "there is no part $part" "Parts are: kernels, espeak, encoders." ;;
    esac
done
