//! The characters of a page, from its bytes and from what is claimed about them.
//!
//! Order of trust: the HTTP header, a byte order mark, `<meta>`, and last a guess from the bytes.
//! gb2312 and gbk are decoded as gb18030, which holds both: pages that claim the smaller set use
//! characters of the larger. A claim that the bytes contradict is not believed.

use std::sync::LazyLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8};
use regex::bytes::Regex;

/// How far into a page a `<meta>` with its charset is looked for, in bytes.
const META_WINDOW: usize = 8192;

/// How many bytes the guess is made from.
const GUESS_WINDOW: usize = 256 << 10;

/// A claimed encoding is dropped when it fails on more than one in this many characters and
/// another one does not.
const TOLERATED_ERRORS: usize = 200;

static META: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)<meta[^>]{0,400}?charset\s*=\s*["']?\s*([a-z0-9_:.-]{2,40})"#)
        .expect("a constant pattern")
});

static XML: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.-]{2,40})["']"#)
        .expect("a constant pattern")
});

/// Decodes `bytes`, with the `Content-Type` they came with if there was one. Never fails:
/// malformed bytes become U+FFFD.
pub fn decode(bytes: &[u8], content_type: Option<&str>) -> (String, &'static Encoding) {
    let claimed = content_type
        .and_then(from_content_type)
        .or_else(|| Encoding::for_bom(bytes).map(|(encoding, _)| encoding))
        .or_else(|| from_markup(bytes));
    let encoding = match claimed {
        Some(encoding) if !contradicts(encoding, bytes) => encoding,
        _ => guess(bytes),
    };
    // A byte order mark is not content, whoever named the encoding.
    let (text, encoding, _) = encoding.decode(bytes);
    (text.into_owned(), encoding)
}

/// The encoding that a `Content-Type` header names.
fn from_content_type(content_type: &str) -> Option<&'static Encoding> {
    let (_, label) = content_type
        .to_ascii_lowercase()
        .split_once("charset=")
        .map(|(before, after)| (before.to_owned(), after.to_owned()))?;
    let label = label.split(';').next().unwrap_or_default();
    from_label(label.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\''))
}

/// The encoding that a `<meta>` or an XML declaration at the beginning names.
fn from_markup(bytes: &[u8]) -> Option<&'static Encoding> {
    let window = &bytes[..bytes.len().min(META_WINDOW)];
    let captures = XML.captures(window).or_else(|| META.captures(window))?;
    let label = std::str::from_utf8(&captures[1]).ok()?;
    let encoding = from_label(label)?;
    // A page that could be read this far is not in UTF-16, whatever it says.
    if encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE {
        return Some(UTF_8);
    }
    Some(encoding)
}

fn from_label(label: &str) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label(label.as_bytes())?;
    Some(widen(encoding))
}

fn widen(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == GBK { GB18030 } else { encoding }
}

/// Whether `bytes` are evidently not in `encoding` but in one of the two that Chinese pages use.
fn contradicts(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    let window = whole_characters(bytes);
    if encoding == UTF_8 {
        return std::str::from_utf8(window).is_err()
            && too_many_errors(UTF_8, window)
            && !too_many_errors(GB18030, window);
    }
    let not_ascii = window.iter().any(|byte| !byte.is_ascii());
    let wide = encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE;
    // Text in another encoding is hardly ever valid UTF-8 by accident.
    not_ascii && !wide && std::str::from_utf8(window).is_ok() && utf8_is_plausible(window)
}

/// Whether there are at least three characters beyond ASCII, so that UTF-8 is no accident.
fn utf8_is_plausible(window: &[u8]) -> bool {
    let text = std::str::from_utf8(window).unwrap_or_default();
    text.chars().filter(|c| !c.is_ascii()).take(3).count() == 3
}

fn too_many_errors(encoding: &'static Encoding, window: &[u8]) -> bool {
    let (text, _) = encoding.decode_without_bom_handling(window);
    let (mut errors, mut beyond_ascii) = (0usize, 0usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        beyond_ascii += 1;
        errors += usize::from(c == '\u{fffd}');
    }
    errors * TOLERATED_ERRORS > beyond_ascii && errors > 0
}

/// The beginning of `bytes`, cut where a UTF-8 sequence ends.
fn whole_characters(bytes: &[u8]) -> &[u8] {
    if bytes.len() <= GUESS_WINDOW {
        return bytes;
    }
    let mut end = GUESS_WINDOW;
    while end > GUESS_WINDOW - 4 && bytes[end] & 0xc0 == 0x80 {
        end -= 1;
    }
    &bytes[..end]
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let window = whole_characters(bytes);
    if std::str::from_utf8(window).is_ok() {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(window, window.len() == bytes.len());
    widen(detector.guess(Some(b"cn"), Utf8Detection::Allow))
}
