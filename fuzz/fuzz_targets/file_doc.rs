//! DOC: see `file`.
#![no_main]

mod file;

use langdu::file::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| file::read(bytes, Format::Doc));
