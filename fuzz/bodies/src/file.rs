//! A file of one format: whatever the bytes, the parser ends with a text or an error, and the text
//! is a document.

use langdu_document::from_flow;
use langdu_file::{FileLimits, Format, parse};

/// Parses the input as a file of `format`.
pub fn read(bytes: &[u8], format: Format) {
    let limits = FileLimits {
        max_unpacked_bytes: 16 << 20,
        max_pages: 50,
        max_parts: 100_000,
        ..FileLimits::default()
    };
    if let Ok(flow) = parse(bytes, format, &limits) {
        let _ = from_flow(flow);
    }
}
