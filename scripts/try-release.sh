#!/usr/bin/env bash
# Tries an archive of a release as an old system would run it.
#
#   scripts/try-release.sh ARCHIVE ROOT    ROOT holds the glibc of an old Debian release, unpacked
#
# Every ELF file asks for no symbol newer than the oldest system has, and for no library that such a
# system may lack. In a root of nothing but that glibc and the archive, without a network, langdu speaks a
# sentence, serves, answers a gRPC call and reads a text over HTTP. The other architecture is emulated, and
# only speaks: what the archive of this machine's own beside it says, where there is one.
#
# What is mounted into the root is mounted in a namespace of its own, by a process that removes nothing: what
# cleans up afterwards sees an empty folder there, and stays on its file system.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

# The newest version of each that langdu may ask for: those of UOS 20 and Debian 10.
declare -A NEWEST=([GLIBC]=2.28 [GLIBCXX]=3.4.25 [CXXABI]=1.3.11)
SYSTEMS='^(libc\.so\.6|libm\.so\.6|libdl\.so\.2|librt\.so\.1|libpthread\.so\.0|ld-linux[-a-z0-9_.]*\.so\.[0-9])$'
SENTENCE=自2025年10月1日起，80周岁以上老年人每月领取100元高龄津贴。

is_sound() { [[ -s $1 && $(stat -c %s "$1") -gt 20000 ]]; }

is_newer() { [[ $1 != "$2" && $(printf '%s\n%s\n' "$1" "$2" | sort -V | tail -n 1) == "$1" ]]; }

# check_elf ARCHIVE_ROOT FILE: says what it asks for that an old system has not.
check_elf() {
    local kind version library wrong=0 name=${2#"$1/"}
    while read -r kind version; do
        is_newer "$version" "${NEWEST[$kind]}" || continue
        note "$name asks for ${kind}_$version"
        wrong=1
    done < <(LC_ALL=C readelf -V "$2" | sed -n '/Version needs/,$p' |
        sed -n 's/.*Name: \(GLIBC\|GLIBCXX\|CXXABI\)_\([0-9.]*\) .*/\1 \2/p' | sort -u)
    while read -r library; do
        [[ $library =~ $SYSTEMS || -e $1/lib/$library ]] && continue
        note "$name needs $library"
        wrong=1
    done < <(LC_ALL=C readelf -d "$2" 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
    return "$wrong"
}

check_all() {
    local file elf=0 wrong=0
    while read -r file; do
        [[ $(head -c 4 "$file" | tail -c 3 | tr -d '\0') == ELF ]] || continue
        elf=$((elf + 1))
        check_elf "$1" "$file" || wrong=1
    done < <(find "$1" -type f)
    ((elf >= 2)) || die "the archive holds $elf ELF files" "A binary and ONNX Runtime were expected."
    ((wrong == 0)) || die "the archive does not run on every system that it is for" "The lines above say why."
    note "$elf ELF files ask for glibc ${NEWEST[GLIBC]} at most"
}

# in_root ROOT COMMAND...: langdu in the root, with what its launcher would set.
in_root() {
    local root=$1
    shift
    env -i LD_LIBRARY_PATH=/opt/langdu/lib LANGDU_VOICES__PATH=/opt/langdu/voices \
        PIPER_ESPEAKNG_DATA_DIRECTORY=/opt/langdu/share LANGDU_CLIPS__PATH=/tmp/clips LANG=C.UTF-8 \
        "$(command -v chroot)" "$root" /opt/langdu/bin/langdu "$@"
}

# inside ROOT: speaks and serves in the root, in namespaces that end with this process.
inside() {
    local root=$1 file tried served
    ip link set lo up
    mount -t proc proc "$root/proc"
    for file in null zero random urandom; do
        : >"$root/dev/$file"
        mount --bind "/dev/$file" "$root/dev/$file"
    done
    in_root "$root" speak --text "$SENTENCE" -o /tmp/sentence.wav ||
        die "langdu does not speak" "The lines above say why."
    is_sound "$root/tmp/sentence.wav" || die "langdu spoke nothing" "Its file is too short."
    note "it speaks: $(stat -c %s "$root/tmp/sentence.wav") bytes"
    in_root "$root" serve >"$root/tmp/log" 2>&1 &
    served=$!
    for ((tried = 0; ; tried++)); do
        in_root "$root" health >/dev/null 2>&1 && break
        kill -0 "$served" 2>/dev/null && ((tried < 120)) || {
            tail -n 20 "$root/tmp/log" >&2
            die "langdu does not serve" "The lines above are the last of its log."
        }
        sleep 0.5
    done
    note "it serves, and answers a gRPC call"
    curl -fsS http://127.0.0.1:7861/v1/audio/speech -H 'Content-Type: application/json' \
        -d "{\"model\": \"tts-1\", \"voice\": \"\", \"input\": \"$SENTENCE\"}" -o "$root/tmp/sentence.mp3" ||
        die "langdu reads nothing over HTTP" "The lines above say why."
    is_sound "$root/tmp/sentence.mp3" || die "langdu read nothing over HTTP" "Its file is too short."
    note "it reads over HTTP: $(stat -c %s "$root/tmp/sentence.mp3") bytes"
    kill "$served"
    wait "$served" || true
}

if [[ ${1:-} == --inside ]]; then
    inside "$2"
    exit 0
fi

ARCHIVE=${1:-}
OLD=${2:-}
[[ -f $ARCHIVE && -d $OLD ]] || die "no archive, or no root to try it in" \
    "scripts/try-release.sh target/release-archives/langdu-….tar.gz FOLDER"
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root
mkdir -p "$root"/{opt,tmp,proc,dev}
tar -xzf "$ARCHIVE" -C "$root/opt"
mv "$root"/opt/langdu-* "$root/opt/langdu"
check_all "$root/opt/langdu"

cp -a "$OLD"/lib* "$root/"
[[ ! -d $OLD/usr/lib ]] || { mkdir -p "$root/usr" && cp -a "$OLD/usr/lib" "$root/usr/"; }
# Other packages were unpacked into the same folder.
rm -rf "$root"/usr/lib/*/libsonic* "$root"/{lib,usr/lib}/*/libstdc++* "$root"/{lib,usr/lib}/*/libgcc_s*

architecture=$(architecture_of "$root/opt/langdu/bin/langdu")
if [[ $architecture == $(uname -m) ]]; then
    # No network but loopback, and mounts that end with the process.
    unshare --map-root-user --net --mount --pid --fork --kill-child "$0" --inside "$root"
    exit
fi
# What Linux says of Arm's processors. An emulator of programs before QEMU 8 shows them those of this machine, which
# ONNX Runtime, built for others, cannot make sense of.
emulated_processors() {
    local number
    for number in 0 1; do
        printf '%s\t: %s\n' processor "$number" Features 'fp asimd evtstrm crc32 atomics fphp asimdhp cpuid asimdrdm asimddp' \
            'CPU implementer' 0x41 'CPU architecture' 8 'CPU variant' 0x3 'CPU part' 0xd0c 'CPU revision' 1
        echo
    done
}

# The processors that are emulated.
declare -A PROCESSORS=([aarch64]=neoverse-n1 [x86_64]=max)

# The same sentence by two instruction sets is some 1 dB apart, another one 6 dB and more.
MOST_DISTANCE=3

say "$architecture is emulated: a sentence takes a minute or two"
[[ $architecture != aarch64 ]] || emulated_processors >"$root/proc/cpuinfo"
LANGDU_VOICES__PATH=$root/opt/langdu/voices PIPER_ESPEAKNG_DATA_DIRECTORY=$root/opt/langdu/share \
    "qemu-$architecture" -cpu "${PROCESSORS[$architecture]}" -L "$root" -E LD_LIBRARY_PATH="/opt/langdu/lib:$root/opt/langdu/lib" \
    "$root/opt/langdu/bin/langdu" speak --text "$SENTENCE" -o "$work/sentence.wav" ||
    die "langdu for $architecture does not speak" "The lines above say why."
is_sound "$work/sentence.wav" || die "langdu for $architecture spoke nothing" "Its file is too short."
note "it speaks, emulated: $(stat -c %s "$work/sentence.wav") bytes"

# What this machine's own release says beside it.
native=${ARCHIVE/$architecture/$(uname -m)}
if [[ -f $native ]]; then
    mkdir "$work/native"
    tar -xzf "$native" -C "$work/native"
    "$work"/native/langdu-*/langdu speak --text "$SENTENCE" -o "$work/native.wav"
    distance=$(scripts/spectral-distance.py "$work/native.wav" "$work/sentence.wav") ||
        die "what $architecture and $(uname -m) say is not as long" "The lines above say how long each is."
    awk "BEGIN { exit !($distance <= $MOST_DISTANCE) }" ||
        die "what $architecture says is $distance dB from what $(uname -m) says" "At most $MOST_DISTANCE are expected."
    note "it says the same as $(uname -m): $distance dB apart"
fi
