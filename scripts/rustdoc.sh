#!/usr/bin/env bash
# Stands in for rustdoc where cargo tests the examples of the documentation: makes the pages as well, in
# target/doc, with every remark an error. `cargo doc` would make the same pages, but has every crate of the
# registry compiled for it once more, as metadata; here they are made from the libraries of the build.
set -euo pipefail

pages=() failed=0
skip=false
for argument in "$@"; do
    if $skip; then
        skip=false
        continue
    fi
    case $argument in
        --test | --no-run) ;;
        --test-run-directory | --test-args | --test-runtool | --test-runtool-arg) skip=true ;;
        --test-*=*) ;;
        *) pages+=("$argument") ;;
    esac
done

rustdoc -D warnings --out-dir "$(dirname "$0")/../target/doc" "${pages[@]}" || failed=1
rustdoc "$@" || failed=1
exit "$failed"
