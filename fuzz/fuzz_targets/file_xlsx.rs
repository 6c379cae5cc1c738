//! XLSX: see `bodies/file.rs`.
#![no_main]

#[path = "../bodies/mod.rs"]
mod bodies;

use langdu::file::Format;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::file::read(bytes, Format::Xlsx));
