#!/usr/bin/env bash
# Everything that langdu needs, in one archive for machines without a network.
#
#   scripts/bundle.sh BIN [OUT]    packs the langdu binary BIN with the installed voice pack, ONNX
#                                  Runtime, espeak-ng's data and libsonic into OUT
#                                  (default: target/langdu-VERSION-ARCHITECTURE.tar.gz)
#
# The archive runs where glibc is as new as on the machine that built it; scripts/release.sh makes those
# for older systems, and for the other architecture. VOICES=DIR takes the packs from another folder,
# LIBRARIES=DIR the C++ library that ONNX Runtime needs, OBJCOPY names the tool that takes debug
# information out, GZIP_LEVEL=1 is quick.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

BIN=${1:-}
[[ -x $BIN ]] || die "no binary to pack: ${BIN:-none given}" "Run: make bundle"
VOICES=${VOICES:-voices}
OBJCOPY=${OBJCOPY:-objcopy}
VERSION=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
ARCHITECTURE=$(architecture_of "$BIN")
NAME=langdu-$VERSION-$ARCHITECTURE
OUT=${2:-target/$NAME.tar.gz}

# Where the package espeak-ng-data puts its folder.
espeak_data() {
    local place
    for place in "${PIPER_ESPEAKNG_DATA_DIRECTORY:-}" /usr/lib/*-linux-gnu /usr/share /usr/local/share; do
        [[ -f $place/espeak-ng-data/phontab ]] && printf '%s' "$place/espeak-ng-data" && return 0
    done
    die "espeak-ng's data is not on this machine" "Run: scripts/setup.sh build"
}

# copy_libraries FOLDER: what the binary and ONNX Runtime need and a bare system may lack, as this machine
# has it.
copy_libraries() {
    local name path
    for name in libsonic 'libstdc\\+\\+' libgcc_s; do
        path=$({ ldd "$BIN"; ldd "$VOICES/onnxruntime/libonnxruntime.so"; } |
            awk -v name="$name" '$1 ~ name && $3 ~ /^\// {print $3; exit}')
        [[ -z $path ]] || cp -L "$path" "$1/"
    done
}

[[ -f $VOICES/onnxruntime/libonnxruntime.so ]] || die "no voice pack in $VOICES" \
    "Run: scripts/setup.sh voices $BIN"

staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT
root=$staging/$NAME
mkdir -p "$root"/{bin,lib,share,voices,docs}
say "Packing $NAME"
"$OBJCOPY" --strip-debug "$BIN" "$root/bin/langdu" 2>/dev/null || cp "$BIN" "$root/bin/langdu"
if [[ -n ${LIBRARIES:-} ]]; then
    cp -L "$LIBRARIES"/* "$root/lib/"
else
    copy_libraries "$root/lib"
fi
cp -rL "$(espeak_data)" "$root/share/"
for pack in "$VOICES"/*/; do
    cp -rL "${pack%/}" "$root/voices/"
done
cp LICENSE ./*.md "$root/"
scripts/bill-of-materials.py >"$root/langdu.cdx.json"
cp -r docs/*.md docs/measurements docs/pictures "$root/docs/"
cp -r deploy/systemd deploy/prometheus deploy/grafana "$root/"
cat >"$root/langdu.toml" <<'TOML'
# What can be set is described in docs/deploy.md; `./langdu config check` says what is in force.
[fetch]
# Whose pages may be read aloud.
allowed_hosts = []
TOML
# Whatever the environment says goes before what is packed.
cat >"$root/langdu" <<'LAUNCHER'
#!/bin/sh
# Runs langdu with what is packed beside it.
here=$(dirname "$(readlink -f "$0")")
: "${PIPER_ESPEAKNG_DATA_DIRECTORY:=$here/share}"
: "${LANGDU_VOICES__PATH:=$here/voices}"
export PIPER_ESPEAKNG_DATA_DIRECTORY LANGDU_VOICES__PATH
LD_LIBRARY_PATH="$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export LD_LIBRARY_PATH
exec "$here/bin/langdu" "$@"
LAUNCHER
chmod +x "$root/langdu"
(cd "$root" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS)

mkdir -p "$(dirname "$OUT")"
# Same content, same archive: no times, no owners, one order.
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$staging" -cf - "$NAME" |
    gzip -n "-${GZIP_LEVEL:-6}" >"$OUT.part"
mv "$OUT.part" "$OUT"
note "$OUT, $(du -h "$OUT" | cut -f1)"
note "On the other machine: tar -xzf $(basename "$OUT") && $NAME/langdu speak --text 您好。"
