//! Maps of the detection model: see `bodies/src/recognised.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| langdu_fuzz_bodies::recognised::boxes(bytes));
