#!/usr/bin/env bash
# What the binary is made of: licences, known weaknesses and origins of every crate (`deny.toml`), and
# a bill of materials under target/. Needs a network, for the list of known weaknesses.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

need_cargo
has_command cargo-deny || die "cargo-deny is not on this machine" "Run: cargo install cargo-deny"

say "Licences, weaknesses and origins"
cargo deny --locked check --hide-inclusion-graph

say "Bill of materials"
mkdir -p target
scripts/bill-of-materials.py >target/langdu.cdx.json
note "target/langdu.cdx.json"
