//! See `bodies/src/ssml.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| langdu_fuzz_bodies::ssml::read(input));
