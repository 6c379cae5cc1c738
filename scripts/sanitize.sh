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

# Undefined behaviour in C traps: its runtime is clang's, and AddressSanitizer's is Rust's. Other C stays
# as it is: the compiler's own plug-ins have some, and cannot be loaded with a sanitizer in them.
SANITIZE='-g -fno-omit-frame-pointer -fsanitize=address,undefined -fsanitize-trap=undefined -fsanitize-recover=address'
OUT=$PWD/target/sanitized
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
# What espeak-ng and ONNX Runtime keep to the end of the process is no leak.
export ASAN_OPTIONS=detect_leaks=0

sanitized() {
    RUSTFLAGS=-Zsanitizer=address CC=$OUT/clang CXX=$OUT/clang++ \
        cargo +nightly test --locked --target "$HOST" --target-dir "$OUT" "$@"
}

for part in "${PARTS[@]}"; do
    say "Under sanitizers: $part"
    case $part in
        kernels) sanitized -p langdu-kernels --tests ;;
        espeak) sanitized --lib -- voice::espeak voice::phonemes text::english ;;
        encoders) sanitized --test audio_encode ;;
        *) die "there is no part $part" "Parts are: kernels, espeak, encoders." ;;
    esac
done
