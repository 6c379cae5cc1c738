#!/usr/bin/env bash
# Sets up what is missing, builds, and serves with the demo portal.
#
# HTTP, GRPC and ADMIN name other addresses than the usual ones; further arguments go to
# `langdu serve`.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

HTTP=${HTTP:-127.0.0.1:7861}
GRPC=${GRPC:-127.0.0.1:7860}
ADMIN=${ADMIN:-127.0.0.1:7862}
LANGDU=target/release/langdu

answers() { (exec 3<>"/dev/tcp/${1%:*}/${1##*:}") 2>/dev/null; }

need_free() {
    ! answers "$2" || die "$2 is taken: another langdu, or another program, listens there" \
        "End it, or choose another address: make run $1=127.0.0.1:PORT"
}

need_free HTTP "$HTTP"
need_free GRPC "$GRPC"
need_free ADMIN "$ADMIN"
scripts/setup.sh build
need_cargo
[[ -x $LANGDU ]] || say "Building (the first time takes about five minutes on two cores)"
cargo_build --release
scripts/setup.sh voices "$LANGDU"

say "Starting langdu; the demo portal is at http://$HTTP/demo/ (Ctrl-C stops)"
exec "$LANGDU" serve --grpc "$GRPC" --http "$HTTP" --admin "$ADMIN" --demo web/demo "$@"
