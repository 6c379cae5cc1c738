//! A file of one format: whatever the bytes, the parser ends with a text or an error, and the text
//! is a document.

use langdu_document::from_flow;
use langdu_file::{FileLimits, Format, parse, picture_of};

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

/// Unpacks the input as a picture: whatever the bytes, the end is an error, or as many bytes as the
/// pixels need.
pub fn picture(bytes: &[u8]) {
    let limits = FileLimits {
        max_pixels: 4_000_000,
        max_memory_bytes: 256 << 20,
        ..FileLimits::default()
    };
    if let Ok(picture) = picture_of(bytes, Format::Picture, &limits, 1) {
        let pixels = picture.width as usize * picture.height as usize;
        assert_eq!(picture.rgb.len(), 3 * pixels);
    }
}
