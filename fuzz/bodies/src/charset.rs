//! Bytes to characters, with a claim about them taken from the input's first line.

use langdu_fetch::charset;

/// Decodes what follows the first line, which is the claim.
pub fn read(input: &[u8]) {
    let cut = input.iter().position(|&byte| byte == b'\n').unwrap_or(0);
    let claim = std::str::from_utf8(&input[..cut]).ok();
    let (text, _) = charset::decode(&input[cut..], claim);
    assert!(text.len() <= input.len() * 3 + 3);
}
