#!/usr/bin/env bash
# Tries the packages of an archive in roots of their own: installed, configured, upgraded, removed.
#
#   scripts/try-packages.sh ARCHIVE
#
# Makes two releases of each, so that there is something to upgrade to. An upgrade has to leave what an
# operator wrote into the configuration; removing has to leave it, and the clips. Nothing is started: what
# the packages bring is what scripts/try-release.sh has started.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

ARCHIVE=${1:-}
[[ -f $ARCHIVE ]] || die "no archive whose packages could be tried: ${ARCHIVE:-none given}" "Run: make release"
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
for release in 1 2; do
    mkdir "$work/$release"
    ln "$ARCHIVE" "$work/$release/" 2>/dev/null || cp "$ARCHIVE" "$work/$release/"
    scripts/packages.sh "$work/$release/$(basename "$ARCHIVE")" "$release" 2>/dev/null ||
        die "the packages of $ARCHIVE could not be made" "Run: scripts/packages.sh $ARCHIVE"
done

# Each manager works on a root with a database of its own and without looking for what a system would hold
# besides. Scripts find that nothing runs there.
deb() {
    local root=$1
    shift
    dpkg --root="$root" --force-depends --force-architecture --force-script-chrootless --force-not-root \
        --log="$root/dpkg.log" "$@" >"$root/said" 2>&1 || failed_in "$root" dpkg "$@"
}
rpm_in() {
    local root=$1
    shift
    rpm --root "$root" --nodeps "$@" >"$root/said" 2>&1 || failed_in "$root" rpm "$@"
}
failed_in() {
    local root=$1
    shift
    tail -n 10 "$root/said" >&2
    die "$* failed" "The lines above say why."
}

# holds ROOT: what the package brings is there, whole.
holds() {
    local root=$1 path
    for path in usr/lib/systemd/system/langdu.service etc/langdu/langdu.toml opt/langdu/bin/langdu; do
        [[ -s $root/$path ]] || die "the package brings no /$path" "See scripts/packages.sh."
    done
    [[ $(readlink "$root/usr/bin/langdu") == /opt/langdu/langdu ]] || die "langdu is not on the PATH" \
        "See scripts/packages.sh."
    (cd "$root/opt/langdu" && sha256sum --check --quiet SHA256SUMS) || die "the package is not whole" \
        "The lines above name what differs from the archive."
}

# keeps ROOT AFTER: what an operator wrote is still there, and what was heard.
keeps() {
    grep -q '^allowed_hosts = \["www.example.gov.cn"\]$' "$1/etc/langdu/langdu.toml"* ||
        die "the configuration is lost after $2" "It has to be a configuration file of the package."
    [[ -s $1/var/cache/private/langdu/clips/kept ]] || die "the clips are lost after $2" \
        "No script may delete them."
}

# operates ROOT: an operator sets it up, and it is used.
operates() {
    sed -i 's/^allowed_hosts = .*/allowed_hosts = ["www.example.gov.cn"]/' "$1/etc/langdu/langdu.toml"
    mkdir -p "$1/var/cache/private/langdu/clips"
    echo clip >"$1/var/cache/private/langdu/clips/kept"
}

# gone ROOT: nothing of the program is left.
gone() {
    [[ ! -e $1/opt/langdu && ! -e $1/usr/bin/langdu && ! -e $1/usr/lib/systemd/system/langdu.service ]] ||
        die "something of the package is left after it was removed" "See $1."
}

try_deb() {
    local root=$work/deb
    mkdir -p "$root/var/lib/dpkg"/{info,updates}
    : >"$root/var/lib/dpkg/status"
    deb "$root" --install "$work"/1/*.deb
    holds "$root"
    operates "$root"
    deb "$root" --install "$work"/2/*.deb
    holds "$root"
    keeps "$root" "an upgrade"
    deb "$root" --remove langdu
    gone "$root"
    keeps "$root" "the removal"
    deb "$root" --install "$work"/2/*.deb
    deb "$root" --purge langdu
    [[ ! -e $root/etc/langdu && ! -e $root/var/cache/private/langdu ]] ||
        die "something is left after purging" "See deploy/packages/postrm."
    note "deb: installed, upgraded, removed, purged"
}

try_rpm() {
    local root=$work/rpm
    mkdir -p "$root"
    rpm_in "$root" --install --ignorearch "$work"/1/*.rpm
    holds "$root"
    operates "$root"
    rpm_in "$root" --upgrade --ignorearch "$work"/2/*.rpm
    holds "$root"
    keeps "$root" "an upgrade"
    rpm_in "$root" --erase langdu
    gone "$root"
    keeps "$root" "the removal"
    note "rpm: installed, upgraded, removed"
}

say "Trying the packages of $(basename "$ARCHIVE")"
try_deb
try_rpm
