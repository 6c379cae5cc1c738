//! DOC: whatever the bytes, the parser ends with a text or an error, and the text is a document.
#![no_main]

use langdu::document::from_flow;
use langdu::file::{FileLimits, Format, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = FileLimits {
        max_unpacked_bytes: 16 << 20,
        max_pages: 50,
        max_parts: 100_000,
        ..FileLimits::default()
    };
    if let Ok(flow) = parse(bytes, Format::Doc, &limits) {
        let _ = from_flow(flow);
    }
});
