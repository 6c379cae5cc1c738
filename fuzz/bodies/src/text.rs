//! A line to its utterances.

use langdu_testkit::text::check;

/// Reads the input as a line, whatever its bytes.
pub fn read(input: &[u8]) {
    check(&String::from_utf8_lossy(input));
}
