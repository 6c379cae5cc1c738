//! See `bodies/src/extract.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| langdu_fuzz_bodies::extract::read(input));
