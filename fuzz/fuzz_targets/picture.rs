//! Picture files: see `bodies/src/file.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| langdu_fuzz_bodies::file::picture(bytes));
