# What the set-up scripts share: saying what happens, failing with a remedy, and the package manager.
# Sourced, not run.

say() { printf '\n==> %s\n' "$*" >&2; }
note() { printf '    %s\n' "$*" >&2; }

# die WHAT REMEDY...: the thing that is missing and what to do about it.
die() {
    printf '\nerror: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

# quietly LABEL COMMAND...: runs a command without its output, which is shown only when it fails, and
# says every ten seconds that it still runs.
quietly() {
    local label=$1 log started pid status=0
    shift
    log=$(mktemp)
    started=$SECONDS
    "$@" </dev/null >"$log" 2>&1 &
    pid=$!
    # A shell without job control starts what is in the background deaf to Ctrl-C.
    trap 'kill "$pid" 2>/dev/null; exit 130' INT TERM
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.2
        if ((SECONDS - started >= 10 && (SECONDS - started) % 10 == 0)); then
            note "$label: still running after $((SECONDS - started)) s"
            sleep 1
        fi
    done
    wait "$pid" || status=$?
    trap - INT TERM
    if ((status != 0)); then
        note "$label failed; its last lines:"
        tail -n 15 "$log" | sed 's/^/    | /' >&2
    fi
    rm -f "$log"
    return "$status"
}

has_command() { command -v "$1" >/dev/null 2>&1; }

# The system's package manager: apt (Debian, Ubuntu, UOS, Kylin desktop) or dnf (openEuler, Kylin server,
# Fedora); nothing where there is neither. LANGDU_PACKAGE_MANAGER names one, to see what the other would install.
package_manager() {
    local name
    if [[ -n ${LANGDU_PACKAGE_MANAGER:-} ]]; then
        echo "$LANGDU_PACKAGE_MANAGER"
        return
    fi
    for name in apt-get dnf; do
        has_command "$name" && echo "${name%-get}" && return
    done
    return 0
}

# What packages are called where dnf installs them, unless it is the same.
declare -A DNF_NAMES=(
    [build-essential]='gcc gcc-c++ make' [libclang-dev]=clang-devel [pkg-config]=pkgconf
    [libssl-dev]=openssl-devel [libsonic-dev]=sonic-devel [espeak-ng-data]=espeak-ng
    [default-jdk-headless]=java-17-openjdk-devel [golang-go]=golang
    [golang-google-grpc-dev]=golang-google-grpc-devel [golang-google-protobuf-dev]=golang-google-protobuf-devel
    [redis-server]=redis [nginx-light]=nginx [faketime]=libfaketime [mount]=util-linux
    [fonts-noto-cjk]=google-noto-sans-cjk-ttc-fonts
)

# names_of PACKAGE: what a package of Debian is called here.
names_of() {
    if [[ $(package_manager) == dnf ]]; then
        echo "${DNF_NAMES[$1]:-$1}"
    else
        echo "$1"
    fi
}

# has_package NAME: by this system's own name.
has_package() {
    if [[ $(package_manager) == dnf ]]; then
        has_command rpm && rpm --query --whatprovides "$1" >/dev/null 2>&1
    else
        has_command dpkg-query &&
            [[ $(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null) == ii* ]]
    fi
}

# Fills MISSING with the packages of "package[:command]" arguments that are not there, by this system's names.
# One with a command counts as there when the command is on the PATH, wherever it came from.
find_missing() {
    MISSING=()
    local entry package command name
    for entry in "$@"; do
        package=${entry%%:*}
        command=
        [[ $entry == *:* ]] && command=${entry#*:}
        [[ -n $command ]] && has_command "$command" && continue
        for name in $(names_of "$package"); do
            has_package "$name" || MISSING+=("$name")
        done
    done
}

# install_command: what installs packages here, whose names follow.
install_command() {
    case $(package_manager) in
        dnf) echo 'dnf install --setopt=install_weak_deps=False' ;;
        *) echo 'apt-get install --no-install-recommends' ;;
    esac
}

# would_install WHY "package[:command]"...: tells what install_packages would do; false where that is something.
would_install() {
    local why=$1
    shift
    find_missing "$@"
    if ((${#MISSING[@]} == 0)); then
        note "$why: all of it is there"
        return 0
    fi
    note "$why: $(install_command) ${MISSING[*]}"
    return 1
}

# install_packages WHY "package[:command]"...: brings what is missing with the system's package manager; asks it
# nothing when all of it is there.
install_packages() {
    local why=$1 as_root=() by_hand
    shift
    find_missing "$@"
    ((${#MISSING[@]} == 0)) && return 0
    by_hand="$(install_command) ${MISSING[*]}"

    say "$why: installing ${MISSING[*]}"
    [[ -n $(package_manager) ]] ||
        die "neither apt-get nor dnf is on this machine, and these packages are missing: ${MISSING[*]}" \
            "Install their counterparts with this system's package manager, then run the same command again."
    if ((EUID != 0)); then
        has_command sudo || die "installing packages needs root, and there is no sudo" \
            "As root, run: $by_hand" "Then run the same command again."
        sudo -v || die "sudo refused" \
            "Have an administrator run: $by_hand" "Then run the same command again."
        as_root=(sudo)
    fi
    local install
    if [[ $(package_manager) == dnf ]]; then
        install=("${as_root[@]}" dnf install --assumeyes --setopt=install_weak_deps=False)
    else
        local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y
            -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
        quietly "reading the package lists" "${apt[@]}" update ||
            note "the package lists could not be refreshed; trying with the old ones"
        install=("${apt[@]}" install --no-install-recommends)
    fi
    quietly "installing packages" "${install[@]}" "${MISSING[@]}" ||
        die "these packages could not be installed: ${MISSING[*]}" \
            "If the lines above name an address that cannot be reached, check the network and the proxy or" \
            "mirror that the package manager is set up with. By hand: $by_hand"
}

# Puts cargo on the PATH and checks that it is new enough for this project.
need_cargo() {
    local wanted found
    has_command cargo || PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
    has_command cargo || die "cargo (Rust) is not on this machine" \
        "Install Rust with rustup (see rust-lang.org), open a new shell, and run the same command again."
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    found=$(rustc --version 2>/dev/null | awk '{print $2}') || true
    [[ -n $found ]] || die "rustc does not run" "Run: rustup default stable"
    [[ $(printf '%s\n%s\n' "$wanted" "${found%%-*}" | sort -V | head -n 1) == "$wanted" ]] ||
        die "Rust $found is too old: $wanted or newer is needed" "Run: rustup update stable"
}

# cargo_build ARGS...: cargo shows its own progress; only the remedy is ours. espeak-rs-sys copies a header while
# it is built and has cargo watch the copy, which is then newer than the build: the next build would do it again,
# with everything that stands on it. The copy is given an old date instead.
cargo_build() {
    build_once "$@"
    find "${CARGO_TARGET_DIR:-target}" -path '*/build/espeak-rs-sys-*/out/espeak-ng/src/include/*' -name '*.h' \
        -exec touch --date=@0 {} +
}

build_once() {
    cargo build --locked "$@" || die "cargo could not build langdu" \
        "If it could not download: check the network, or name a proxy or mirror in ~/.cargo/config.toml." \
        "If the disk is full: a build takes about 4 GB under target/." \
        "What is built already is kept: run the same command again."
}

# What is built for tests and looked over is built once: clippy stands in for the compiler of the workspace's
# crates, and rustdoc makes its pages from what was built. Each of them by itself has every crate of the
# registry compiled once more, as metadata. Every cargo command names the whole workspace and differs in its
# targets only: with other packages cargo would choose other features, and build the dependencies once more.
workspace_cargo() {
    local command=$1
    shift
    need_clippy
    RUSTC_WORKSPACE_WRAPPER=clippy-driver cargo "$command" --locked --workspace "$@"
}

workspace_build() {
    need_clippy
    RUSTC_WORKSPACE_WRAPPER=clippy-driver cargo_build --workspace --all-targets
}

need_clippy() {
    has_command clippy-driver ||
        die "clippy is not on this machine" "Install it: rustup component add clippy, or your system's package of it."
}

# architecture_of ELF: the processor architecture of a binary, as `uname -m` names it.
architecture_of() {
    case $(LC_ALL=C readelf -h "$1" | sed -n 's/^ *Machine: *//p') in
        *X86-64*) echo x86_64 ;;
        AArch64) echo aarch64 ;;
        *) die "$1 is for no architecture that langdu knows" "They are x86_64 and aarch64." ;;
    esac
}
