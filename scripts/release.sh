#!/usr/bin/env bash
# Archives for old systems: they run where glibc is 2.28 or newer (Kylin V10, UOS 20, openEuler 20.03,
# Ubuntu 20.04, Debian 10), on x86-64 and on 64-bit Arm, whatever machine they are built on.
#
#   scripts/release.sh [x86_64] [aarch64]    both, unless one is named
#
# Leaves target/release-archives/langdu-VERSION-ARCHITECTURE.tar.gz with its symbols, a .deb and an .rpm
# beside it, an OCI image for all architectures that were made, and the checksums of all of them. Each is
# tried before it is called done: no ELF file of an archive asks for more than it may, it speaks and serves in a
# root that holds nothing but the glibc of Debian 11 and the archive, and the packages are installed,
# upgraded and removed.
#
# Zig's C compiler links against the symbols of that glibc; it comes from PyPI, as cargo-zigbuild does,
# which hands it to cargo. Libraries of the archive come from Debian 11, of which Debian's servers still
# have packages.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

GLIBC=2.28
OLD_DEBIAN=bullseye
MIRROR=${LANGDU_DEBIAN_MIRROR:-http://deb.debian.org/debian}
TOOLS=$PWD/target/release-tools
BUILD=$PWD/target/release-build
OUT=$PWD/target/release-archives
VERSION=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
WANTED=scripts/release-tools.txt

ARCHITECTURES=("$@")
((${#ARCHITECTURES[@]} > 0)) || ARCHITECTURES=(x86_64 aarch64)
for architecture in "${ARCHITECTURES[@]}"; do
    [[ $architecture == x86_64 || $architecture == aarch64 ]] ||
        die "there is no release for $architecture" "Architectures are: x86_64, aarch64."
done

debian_architecture() { case $1 in x86_64) echo amd64 ;; aarch64) echo arm64 ;; esac; }

set_up_tools() {
    local target
    scripts/setup.sh build
    need_cargo
    install_packages "What a release needs" binutils-x86-64-linux-gnu:x86_64-linux-gnu-objcopy \
        binutils-aarch64-linux-gnu:aarch64-linux-gnu-objcopy qemu-user:qemu-aarch64 \
        curl:curl xz-utils:xz util-linux:unshare python3-venv
    if ! cmp -s "$WANTED" "$TOOLS/wanted.txt"; then
        say "Installing Zig's C compiler (about 100 MB to download)"
        python3 -m venv --clear "$TOOLS" && quietly "pip install" "$TOOLS/bin/pip" install --quiet \
            --disable-pip-version-check --require-hashes --requirement "$WANTED" ||
            die "pip could not install $WANTED" \
                "Check the network, or the proxy and mirror set up for pip, and run the same command again."
        cp "$WANTED" "$TOOLS/wanted.txt"
    fi
    for architecture in "${ARCHITECTURES[@]}"; do
        target=$architecture-unknown-linux-gnu
        [[ -d $(rustc --print sysroot)/lib/rustlib/$target ]] && continue
        has_command rustup || die "Rust's library for $target is not on this machine" \
            "Install Rust with rustup (see rust-lang.org), and run the same command again."
        rustup target add "$target"
    done
}

# old_packages ARCHITECTURE PACKAGE...: unpacks packages of Debian 11 into a folder, and prints its name.
old_packages() {
    local architecture=$1 debian folder=$TOOLS/$OLD_DEBIAN-$1 index package file digest
    shift
    debian=$(debian_architecture "$architecture")
    mkdir -p "$folder/.have"
    index=$folder/.have/Packages
    [[ -s $index ]] || {
        curl -fsS "$MIRROR/dists/$OLD_DEBIAN/main/binary-$debian/Packages.xz" | xz -d >"$index.part" ||
            die "the list of Debian 11's packages could not be fetched from $MIRROR" \
                "Check the network, or name a mirror: LANGDU_DEBIAN_MIRROR=http://…/debian make release"
        mv "$index.part" "$index"
    }
    for package in "$@"; do
        [[ -e $folder/.have/$package ]] && continue
        read -r file digest < <(awk -v RS= -v package="$package" '$0 ~ "^Package: " package "\n" {
            match($0, /\nFilename: [^\n]*/); file = substr($0, RSTART + 11, RLENGTH - 11)
            match($0, /\nSHA256: [^\n]*/); print file, substr($0, RSTART + 9, RLENGTH - 9); exit }' "$index")
        [[ -n $file ]] || die "Debian 11 has no package ${package//\\/} for $debian" "Its list is $index."
        curl -fsS "$MIRROR/$file" -o "$folder/.have/package.deb" ||
            die "${package//\\/} could not be fetched" "Run the same command again."
        sha256sum --check --quiet <<<"$digest  $folder/.have/package.deb" ||
            die "${package//\\/} is damaged" "Run the same command again."
        dpkg-deb -x "$folder/.have/package.deb" "$folder"
        rm "$folder/.have/package.deb"
        touch "$folder/.have/$package"
    done
    printf '%s' "$folder"
}

# espeak-ng's libraries are named as shared ones by the crate that builds them, and Zig's linker then takes no
# others. A linker script in the place of each shared library leads it to the archive.
lead_to_archives() {
    local folder=$1 archive name
    for archive in "$folder"/lib*.a; do
        name=$(basename "$archive" .a)
        echo "INPUT($archive)" >"$folder/$name.so"
    done
}

# c_headers ARCHITECTURE: options of clang for the C library's headers of that architecture, from which Rust's side
# of them is written. Zig brings those of every architecture; this machine has its own only.
c_headers() {
    local zig=("$TOOLS"/lib/python*/site-packages/ziglang/lib) family=${1/x86_64/x86} folder
    printf '%s' "-isystem $(clang -print-resource-dir)/include"
    for folder in "$family-linux-gnu" generic-glibc "$family-linux-any" any-linux-any; do
        printf ' %s' "-isystem ${zig[0]}/libc/include/$folder"
    done
}

# build ARCHITECTURE: links the binary against the old glibc, with libsonic and the C++ library in it.
build() {
    local architecture=$1 target=$1-unknown-linux-gnu old espeak static=$BUILD/$1-static openssl=$BUILD/openssl
    local own=()
    old=$(old_packages "$architecture" libsonic-dev)
    mkdir -p "$static" "$openssl/openssl"
    # A folder of its own, in which the linker finds the archive and no shared library, and the compiler
    # no header of this machine's C library.
    cp "$old"/usr/lib/*/libsonic.a "$old/usr/include/sonic.h" "$static/"
    # A build script asks for OpenSSL's headers, which Debian has in two folders.
    cp /usr/include/openssl/*.h /usr/include/"$(uname -m)"-linux-gnu/openssl/*.h "$openssl/openssl/"
    # Kernels of Arm have pages of 4, 16 or 64 KiB: an allocator for the largest works with all of them.
    [[ $architecture != aarch64 ]] || own+=(JEMALLOC_SYS_WITH_LG_PAGE=16)
    # espeak-ng compiles in where its data would be installed: the folder of this build, which is another one each
    # time. It is Debian's folder for them instead; the archive has its own, of which langdu tells it.
    printf '#undef %s\n#define %s "%s"\n' PATH_ESPEAK_DATA PATH_ESPEAK_DATA /usr/share/espeak-ng-data \
        >"$static/espeak-data-place.h"
    # LAME's configure script runs what it has compiled, unless it is told that it is for another machine.
    [[ $architecture == "$(uname -m)" ]] || own+=("MP3LAME_SYS_OVERRIDE_HOST=$architecture-linux-gnu")
    # What runs while building is linked as usual: only what is released is for the old glibc. Cargo has
    # that behind a switch which stable versions take only as nightly ones.
    local zigbuild=(env "${own[@]}" PATH="$TOOLS/bin:$PATH"
        OPENSSL_INCLUDE_DIR="$openssl" OPENSSL_LIB_DIR="/usr/lib/$(uname -m)-linux-gnu"
        "BINDGEN_EXTRA_CLANG_ARGS_$target=$(c_headers "$architecture")"
        CMAKE_LIBRARY_PATH="$static" CMAKE_INCLUDE_PATH="$static"
        "CFLAGS_$target=-include $static/espeak-data-place.h"
        __CARGO_TEST_CHANNEL_OVERRIDE_DO_NOT_USE_THIS=nightly CARGO_UNSTABLE_TARGET_APPLIES_TO_HOST=true
        CARGO_TARGET_APPLIES_TO_HOST=false
        "CARGO_TARGET_$(tr 'a-z-' 'A-Z_' <<<"$target")_RUSTFLAGS=-L native=$static --remap-path-prefix=$PWD=. --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"
        cargo-zigbuild zigbuild --locked --release --target "$target.$GLIBC" --target-dir "$BUILD")
    "${zigbuild[@]}" --package espeak-rs-sys || no_build "$architecture"
    espeak=$(ls -td "$BUILD/$target/release/build"/espeak-rs-sys-*/out | head -n 1)
    find "$espeak/build" -name '*.a' -exec cp {} "$static/" \;
    lead_to_archives "$static"
    "${zigbuild[@]}" --bin langdu || no_build "$architecture"
}

no_build() { die "the release for $1 could not be built" "The lines above say why."; }

# pack ARCHITECTURE: voices, libraries, licences and the binary in one archive, its symbols beside it.
pack() {
    local architecture=$1 binary=$BUILD/$1-unknown-linux-gnu/release/langdu old libraries=$BUILD/$1-libraries
    local name objcopy=$1-linux-gnu-objcopy voices=$BUILD/$1-voices
    LANGDU_VOICES__PATH=$voices setup_voices_for "$architecture"
    old=$(old_packages "$architecture" libstdc\\+\\+6 libgcc-s1)
    mkdir -p "$libraries"
    cp -L "$old"/usr/lib/*/libstdc++.so.6 "$old"/lib/*/libgcc_s.so.1 "$libraries/"
    mkdir -p "$OUT"
    name=langdu-$VERSION-$architecture
    "$objcopy" --only-keep-debug --compress-debug-sections=zlib "$binary" "$OUT/$name.debug"
    VOICES=$voices LIBRARIES=$libraries OBJCOPY=$objcopy scripts/bundle.sh "$binary" "$OUT/$name.tar.gz"
    ARCHIVE=$OUT/$name.tar.gz
}

# The pack is the same for all architectures and is made by a binary that runs here.
setup_voices_for() {
    local maker from=()
    maker=$BUILD/$(uname -m)-unknown-linux-gnu/release/langdu
    [[ -x $maker ]] || maker=target/release/langdu
    [[ -x $maker ]] || die "no langdu that runs here to make the voice pack with" \
        "Run: cargo build --release"
    [[ -n ${LANGDU_PACKAGES:-} ]] && from=(--from "$LANGDU_PACKAGES")
    "$maker" voices install --architecture "$1" "${from[@]}" ||
        die "the voice pack could not be installed" "Check the network, and run the same command again."
}

set_up_tools
image=()
for architecture in "${ARCHITECTURES[@]}"; do
    say "Building for $architecture, glibc $GLIBC and newer"
    build "$architecture"
    pack "$architecture"
    say "Trying the archive for $architecture"
    root=$(old_packages "$architecture" libc6 ca-certificates)
    scripts/try-release.sh "$ARCHIVE" "$root"
    scripts/packages.sh "$ARCHIVE"
    scripts/try-packages.sh "$ARCHIVE"
    image+=("$ARCHIVE" "$root")
done
scripts/image.sh "$OUT/langdu-$VERSION.oci" "${image[@]}"
scripts/try-image.sh "$OUT/langdu-$VERSION.oci:$VERSION"
(cd "$OUT" && sha256sum langdu[-_]"$VERSION"*.{tar.gz,debug,deb,rpm} >"langdu-$VERSION.sha256")
say "Archives, packages and the image are in $OUT"
