#!/usr/bin/env bash
# Mutation testing: breaks the code in one small place after another and asks whether a test notices.
#
#   SHARD=0/30 scripts/mutants.sh [guard|text|document|clips...]
#
# SHARD=K/N takes the mutants K, K + N, K + 2N and so on: all of them take days. A part is judged in
# the end: at least 85 of 100 have to be noticed. Works on a copy of what is committed.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

SHARD=${SHARD:-0/30}
LEAST=85

need_cargo
has_command cargo-mutants || die "cargo-mutants is not on this machine" "Run: cargo install cargo-mutants"

PARTS=("$@")
((${#PARTS[@]} > 0)) || PARTS=(guard text document clips)

# A mutant costs its build more than its tests.
export CARGO_PROFILE_DEV_OPT_LEVEL=0 CARGO_PROFILE_DEV_DEBUG=0 INSTA_UPDATE=no
# What `make test` has set up: the tests of clips need it.
export LANGDU_TEST_PACKAGES=$PWD/target/test-packages LANGDU_TEST_CLIENTS=$PWD/target/clients
export LANGDU_TEST_VOICES=$PWD/target/test-voices
TREE=$PWD/target/mutants/tree
[[ -d $TREE/.git ]] || git clone --quiet . "$TREE"
git -C "$TREE" fetch --quiet "$PWD" HEAD
git -C "$TREE" checkout --quiet --force --detach FETCH_HEAD
for pack in voices/*/; do
    ln -sfn "$PWD/$pack" "$TREE/voices/"
done

# What is broken, and the tests that are asked: those of the part itself and of what shows its work.
tests_of() {
    case $1 in
        guard) MUTATED='crates/fetch/src/{guard,lookup,fetcher,client,redirect}.rs' ASKED=(langdu-fetch) ;;
        text) MUTATED='crates/text/src/**/*.rs' ASKED=(langdu-text) ;;
        document) MUTATED='crates/document/src/**/*.rs' ASKED=(langdu-document langdu-file langdu-text) ;;
        clips) MUTATED='crates/clips/src/**/*.rs' ASKED=(langdu-clips langdu) ;;
        *) die "there is no part $part" "Parts are: guard, text, document, clips." ;;
    esac
    # How time grows, and what is nested very deep: minutes in a build that is not optimised.
    NAMED=(--skip take_linear_time --skip time_is_linear --skip a_hundred_thousand_levels)
    case $1 in
        # Of the tests of text, those that show what was made of pages and files.
        document) NAMED+=(--skip every_text --skip every_number --skip every_character --skip what_holds) ;;
        # Of the tests of the service, those of clips.
        clips) NAMED=(tests:: clips:: shared_tier:: shared_withdrawals:: withdraw::) ;;
    esac
}

weak=()
for part in "${PARTS[@]}"; do
    tests_of "$part"
    say "Mutants of $part ($SHARD)"
    found=$PWD/target/mutants/$part
    rm -rf "$found" && mkdir -p "$found"
    # Those that are missed are what this is about, and no failure of the command.
    cargo mutants --dir "$TREE" --in-place --output "$found" --no-shuffle \
        --shard "$SHARD" --sharding round-robin --file "$MUTATED" --minimum-test-timeout 30 --timeout-multiplier 3 \
        --cap-lints true "${ASKED[@]/#/--test-package=}" -- --locked -- "${NAMED[@]}" || (($? == 2 || $? == 3))
    count() { wc -l <"$found/mutants.out/$1.txt"; }
    noticed=$(($(count caught) + $(count timeout))) missed=$(count missed)
    note "$part: $noticed of $((noticed + missed)) noticed, $(count unviable) would not compile"
    ((noticed * 100 >= (noticed + missed) * LEAST)) || weak+=("$part")
done

((${#weak[@]} == 0)) || die "fewer than $LEAST of 100 mutants were noticed: ${weak[*]}" \
    "They are in target/mutants/PART/mutants.out/missed.txt."
