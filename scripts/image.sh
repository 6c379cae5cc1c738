#!/usr/bin/env bash
# An OCI image of finished archives, for every architecture that is given, without a daemon.
#
#   scripts/image.sh OUT ARCHIVE ROOT [ARCHIVE ROOT]    ROOT holds the glibc and the certificates of an old
#                                                       Debian release, unpacked
#
# OUT is a folder in the OCI image layout, whose index has an image for each architecture:
# `skopeo copy --all oci:OUT:VERSION docker://…` hands it to a registry. It is the image of deploy/docker,
# with the voice pack in it: a portal that cannot build images can run this one. Each is one layer; same
# archives, same image.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

OUT=${1:-}
(($# >= 3 && $# % 2 == 1)) || die "no archive to make an image of" \
    "scripts/image.sh OUT ARCHIVE ROOT [ARCHIVE ROOT]"
shift
install_packages "What an image is made with" umoci:umoci jq:jq

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A time that does not change, and of which umoci knows nothing: it writes that of the build.
EPOCH=1970-01-01T00:00:00Z

# certificates ROOT: every authority of the package, in the one file that programs look for.
certificates() {
    local found
    found=$(find "$1/usr/share/ca-certificates" -name '*.crt' 2>/dev/null | LC_ALL=C sort)
    [[ -n $found ]] || die "there are no certificates in $1" "Unpack Debian's ca-certificates there."
    mapfile -t found <<<"$found"
    cat "${found[@]}"
}

# layer ARCHIVE OLD FOLDER: what the image's file system holds.
layer() {
    local root=$3
    mkdir -p "$root"/{etc/ssl/certs,opt,usr/bin,var/lib/langdu,tmp}
    cp -a "$2"/lib* "$root/"
    certificates "$2" >"$root/etc/ssl/certs/ca-certificates.crt"
    echo 'langdu:x:10001:10001::/nonexistent:/usr/sbin/nologin' >"$root/etc/passwd"
    echo 'langdu:x:10001:' >"$root/etc/group"
    tar -xzf "$1" -C "$root/opt"
    mv "$root"/opt/langdu-* "$root/opt/langdu"
    # There is no shell for the archive's launcher: the image sets what it would.
    ln -s /opt/langdu/bin/langdu "$root/usr/bin/langdu"
    chmod 1777 "$root/tmp"
}

configure() {
    local image=$1 architecture=$2
    umoci config --image "$image" --architecture "$architecture" --os linux --created "$EPOCH" --no-history \
        --config.user 10001:10001 --config.stopsignal SIGTERM --config.entrypoint langdu --config.cmd serve \
        --config.env PATH=/usr/bin --config.env LD_LIBRARY_PATH=/opt/langdu/lib \
        --config.env LANGDU_VOICES__PATH=/opt/langdu/voices \
        --config.env PIPER_ESPEAKNG_DATA_DIRECTORY=/opt/langdu/share \
        --config.env LANGDU_CLIPS__PATH=/var/lib/langdu/clips \
        --config.env LANGDU_LISTEN__GRPC=0.0.0.0:7860 --config.env LANGDU_LISTEN__HTTP=0.0.0.0:7861 \
        --config.env LANGDU_LISTEN__ADMIN=0.0.0.0:7862 --config.env LANGDU_LOG_JSON=true \
        --config.exposedports 7860 --config.exposedports 7861 --config.exposedports 7862 \
        --config.volume /var/lib/langdu \
        --config.label "org.opencontainers.image.version=$VERSION" \
        --config.label org.opencontainers.image.licenses=GPL-3.0-or-later
}

# blob FILE: puts it among the blobs, and prints its descriptor without a media type.
blob() {
    local digest
    digest=$(sha256sum "$1" | cut -d' ' -f1)
    cp "$1" "$layout/blobs/sha256/$digest"
    jq -n --arg digest "sha256:$digest" --argjson size "$(stat -c %s "$1")" '{$digest, $size}'
}

layout=$work/layout
quietly "umoci init" umoci init --layout "$layout" || die "no image could be begun" "The lines above say why."
manifests=()
while (($# > 0)); do
    name=$(basename "$1" .tar.gz)
    layer "$1" "$2" "$work/$name"
    shift 2
    machine=$(architecture_of "$work/$name/opt/langdu/bin/langdu")
    VERSION=${name#langdu-}
    VERSION=${VERSION%-"$machine"}
    case $machine in x86_64) architecture=amd64 ;; aarch64) architecture=arm64 ;; esac
    say "Image of $name"
    (cd "$work/$name" && find . -exec touch --no-dereference --date=@0 {} +)
    tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$work/$name" \
        --exclude=./var/lib/langdu -cf "$work/$name.tar" .
    tar --mtime=@0 --owner=10001 --group=10001 --numeric-owner -C "$work/$name" -rf "$work/$name.tar" ./var/lib/langdu
    rm -rf "${work:?}/$name"
    umoci new --image "$layout:$architecture" >/dev/null
    quietly "umoci" umoci raw add-layer --no-history --image "$layout:$architecture" "$work/$name.tar" ||
        die "the image of $name could not be made" "The lines above say why."
    rm "$work/$name.tar"
    configure "$layout:$architecture" "$architecture"
    manifests+=("$(jq -c --arg reference "$architecture" '.manifests[]
        | select(.annotations["org.opencontainers.image.ref.name"] == $reference) | del(.annotations)
        | .platform = {architecture: $reference, os: "linux"}' "$layout/index.json")")
done

# One name for all of them: an index that leads each machine to its own.
media_type=application/vnd.oci.image.index.v1+json
printf '%s\n' "${manifests[@]}" |
    jq -s --arg mediaType "$media_type" '{schemaVersion: 2, $mediaType, manifests: .}' >"$work/index.json"
jq -n --argjson index "$(blob "$work/index.json")" --arg mediaType "$media_type" --arg version "$VERSION" \
    '{schemaVersion: 2, manifests: [$index
        + {$mediaType, annotations: {"org.opencontainers.image.ref.name": $version}}]}' >"$work/top.json"
mv "$work/top.json" "$layout/index.json"
# What the images were before they were configured.
umoci gc --layout "$layout" >/dev/null 2>&1 || die "the image layout is not whole" "Run the same command again."
rm -rf "$OUT"
mkdir -p "$(dirname "$OUT")"
mv "$layout" "$OUT"
note "$OUT:$VERSION, $(du -sh "$OUT" | cut -f1)"
