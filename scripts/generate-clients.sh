#!/usr/bin/env bash
# Generates the contract's messages for the clients under clients/, which speak its first version, anew after a
# change of proto/langdu that breaks no caller, and keeps the contract, of every version, as what later changes are
# compared with.
# The tests hold what is committed to the contract of the running service.
#
# Python's code is that of an old compiler on purpose: it goes with every protobuf from 4.25 on, where that
# of a newer one wants a protobuf as new. Go's is that of Debian's compiler.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

PYTHON_TOOLS=(grpcio-tools==1.62.3 'setuptools<70')
GO_MODULE=langdu/client
CONTRACT=(langdu/v1/read_aloud.proto langdu/v1/operator.proto)

python() {
    local tools=target/generate out=clients/python/src
    if [[ ! -x $tools/bin/python ]]; then
        say "Installing Python's compiler of protocol buffers"
        python3 -m venv "$tools" && quietly "pip install" "$tools/bin/pip" install --quiet "${PYTHON_TOOLS[@]}" ||
            die "pip could not install ${PYTHON_TOOLS[*]}" "Check the network, and run the same command again."
    fi
    "$tools/bin/python" -m grpc_tools.protoc --proto_path=proto --python_out="$out" --pyi_out="$out" "${CONTRACT[@]}"
    # Type checkers want to know what a mapping maps.
    sed -i 's/_Mapping\]/_Mapping[str, object]]/g' "$out"/langdu/v1/*_pb2.pyi
}

go_messages() {
    local options=() file
    install_packages "Go's compiler of protocol buffers" protobuf-compiler:protoc protoc-gen-go:protoc-gen-go \
        protoc-gen-go-grpc:protoc-gen-go-grpc
    for file in "${CONTRACT[@]}"; do options+=("M$file=$GO_MODULE/langdu/v1;langduv1"); done
    local joined
    joined=$(IFS=,; echo "${options[*]}")
    protoc --proto_path=proto --go_out=clients/go --go_opt="module=$GO_MODULE,$joined" \
        --go-grpc_out=clients/go --go-grpc_opt="module=$GO_MODULE,$joined" "${CONTRACT[@]}"
}

# The contract as it is, unless somebody who has built on it would be broken.
baseline() {
    local buf
    scripts/setup.sh clients
    buf=$PWD/tests/clients/node_modules/.bin/buf
    (cd proto && "$buf" breaking --against contract.binpb) ||
        die "the change breaks who has built on the contract" \
            "Add what is new beside what there is, under another name or number."
    (cd proto && "$buf" build --exclude-source-info --output contract.binpb)
}

baseline
python
go_messages
