#!/usr/bin/env bash
# A .deb and an .rpm of a finished archive, whatever architecture it is for.
#
#   scripts/packages.sh ARCHIVE [RELEASE]    writes both beside the archive; RELEASE (default: 1) counts the
#                                            packages of one version
#
# They hold what the archive holds, in /opt/langdu, with the unit where systemd looks for it, the
# configuration as a file that upgrades leave alone, and `langdu` on the PATH. Same archive, same packages.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

ARCHIVE=${1:-}
RELEASE=${2:-1}
[[ -f $ARCHIVE ]] || die "no archive to make packages of: ${ARCHIVE:-none given}" "Run: make release"
[[ $RELEASE =~ ^[0-9]+$ ]] || die "the release is a number, not $RELEASE" "scripts/packages.sh ARCHIVE 2"
OUT=$(cd "$(dirname "$ARCHIVE")" && pwd)
export SOURCE_DATE_EPOCH=0

install_packages "What packages are made with" dpkg:dpkg-deb rpm:rpmbuild

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
mkdir -p "$tree"/{opt,usr/bin,usr/lib/systemd/system,etc/langdu}
tar -xzf "$ARCHIVE" -C "$tree/opt" || die "$ARCHIVE cannot be unpacked" "Make it again: make release"
mv "$tree"/opt/langdu-* "$tree/opt/langdu"
name=$(basename "$ARCHIVE" .tar.gz)
ARCHITECTURE=$(architecture_of "$tree/opt/langdu/bin/langdu")
VERSION=${name#langdu-}
VERSION=${VERSION%-"$ARCHITECTURE"}
ln -s /opt/langdu/langdu "$tree/usr/bin/langdu"
cp "$tree/opt/langdu/systemd/langdu.service" "$tree/usr/lib/systemd/system/"
cp "$tree/opt/langdu/langdu.toml" "$tree/etc/langdu/"
find "$tree" -exec touch --no-dereference --date=@0 {} +

make_deb() {
    local tree=$work/deb debian script size deb
    case $ARCHITECTURE in x86_64) debian=amd64 ;; aarch64) debian=arm64 ;; esac
    cp -al "$work/tree" "$tree"
    mkdir "$tree/DEBIAN"
    size=$(du -sk --exclude=DEBIAN "$tree" | cut -f1)
    sed -e "s/@VERSION@/$VERSION-$RELEASE/; s/@ARCHITECTURE@/$debian/; s/@SIZE@/$size/" \
        deploy/packages/control >"$tree/DEBIAN/control"
    echo /etc/langdu/langdu.toml >"$tree/DEBIAN/conffiles"
    for script in postinst prerm postrm; do
        install -m 755 "deploy/packages/$script" "$tree/DEBIAN/$script"
    done
    deb=$OUT/langdu_$VERSION-${RELEASE}_$debian.deb
    # What dpkg of 2018 can unpack; weights do not get smaller by trying harder.
    quietly "dpkg-deb" dpkg-deb --root-owner-group -Zgzip -z1 --build "$tree" "$deb" ||
        die "no .deb could be made of $ARCHIVE" "The lines above say why."
    note "$deb, $(du -h "$deb" | cut -f1)"
}

make_rpm() {
    local definition definitions=() rpm
    for definition in "_topdir $work/rpm" "_rpmdir $work/rpm/made" "_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm" \
        "_buildhost langdu" "_binary_payload w1.gzdio" "use_source_date_epoch_as_buildtime 1" \
        "clamp_mtime_to_source_date_epoch 1" "langdu_tree $tree" "langdu_version $VERSION" \
        "langdu_release $RELEASE"; do
        definitions+=(--define "$definition")
    done
    quietly "rpmbuild" rpmbuild -bb --target "$ARCHITECTURE-linux" "${definitions[@]}" deploy/packages/langdu.spec ||
        die "no .rpm could be made of $ARCHIVE" "The lines above say why."
    rpm=$OUT/langdu-$VERSION-$RELEASE.$ARCHITECTURE.rpm
    mv "$work/rpm/made/$(basename "$rpm")" "$rpm"
    note "$rpm, $(du -h "$rpm" | cut -f1)"
}

say "Packages of $name"
make_deb
make_rpm
