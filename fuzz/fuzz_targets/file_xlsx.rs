//! XLSX: see `bodies/src/file.rs`.
#![no_main]

use langdu::file::Format;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| langdu_fuzz_bodies::file::read(bytes, Format::Xlsx));
