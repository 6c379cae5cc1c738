#!/usr/bin/env bash
# Tries an OCI image for this machine's architecture as a runtime would: its file system, its user, its
# environment, its command, nothing else, and no network.
#
#   scripts/try-image.sh LAYOUT:VERSION
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

SENTENCE=自2025年10月1日起，80周岁以上老年人每月领取100元高龄津贴。

# inside ROOT ENVIRONMENT...: speaks as whoever the image says.
inside() {
    local root=$1
    shift
    mkdir -p "$root/proc" "$root/dev"
    mount -t proc proc "$root/proc"
    : >"$root/dev/urandom"
    mount --bind /dev/urandom "$root/dev/urandom"
    env -i "$@" "$(command -v chroot)" "$root" langdu speak --text "$SENTENCE" -o /tmp/sentence.wav ||
        die "the image does not speak" "The lines above say why."
    [[ $(stat -c %s "$root/tmp/sentence.wav") -gt 20000 ]] || die "the image spoke nothing" \
        "Its file is too short."
}

if [[ ${1:-} == --inside ]]; then
    shift
    inside "$@"
    exit 0
fi

IMAGE=${1:-}
[[ -f ${IMAGE%:*}/index.json ]] || die "no image to try: ${IMAGE:-none given}" \
    "scripts/try-image.sh target/release-archives/langdu-….oci:VERSION"
install_packages "What an image is tried with" skopeo:skopeo umoci:umoci jq:jq
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
say "Trying the image $IMAGE"
# As a registry would hand it out: by the index, for this machine.
quietly "skopeo" skopeo copy "oci:$IMAGE" "oci:$work/layout:own" ||
    die "the image cannot be copied" "The lines above say why."
umoci unpack --rootless --image "$work/layout:own" "$work/bundle" >/dev/null ||
    die "the image cannot be unpacked" "The lines above say why."
mapfile -t environment < <(jq -r '.process.env[]' "$work/bundle/config.json")
[[ $(jq -r '.process.args | join(" ")' "$work/bundle/config.json") == "langdu serve" ]] ||
    die "the image does not serve" "Its command is not: langdu serve"
mkdir -p "$work/bundle/rootfs/tmp"
unshare --map-root-user --net --mount --pid --fork --kill-child "$0" --inside "$work/bundle/rootfs" \
    "${environment[@]}"
for architecture in $(skopeo inspect --raw "oci:$IMAGE" | jq -r '.manifests[].platform.architecture'); do
    quietly "skopeo" skopeo copy --override-arch "$architecture" "oci:$IMAGE" "oci:$work/layout:$architecture" ||
        die "the image for $architecture is not whole" "The lines above say why."
    note "it has an image for $architecture"
done
note "it speaks"
