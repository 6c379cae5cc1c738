//! What came: a page, a file, or neither.

use super::error::FetchError;

/// What a media type says of what came.
#[derive(PartialEq)]
pub(super) enum MediaKind {
    Page,
    /// A file, or anything: many servers call every file `application/octet-stream`.
    File,
}

/// The media type without parameters, if it is one that is read. A page that names none is HTML.
pub(super) fn media_type(content_type: Option<&str>) -> Result<(String, MediaKind), FetchError> {
    let media_type = content_type
        .unwrap_or("text/html")
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match media_type.as_str() {
        "" => Ok(("text/html".to_owned(), MediaKind::Page)),
        "text/html" | "application/xhtml+xml" | "text/plain" | "application/xml" | "text/xml" => {
            Ok((media_type, MediaKind::Page))
        }
        "text/rtf" | "text/richtext" | "binary/octet-stream" => Ok((media_type, MediaKind::File)),
        other if other.starts_with("application/") && !NO_DOCUMENTS.contains(&other) => {
            Ok((media_type, MediaKind::File))
        }
        _ => Err(FetchError::UnsupportedMediaType { media_type }),
    }
}

/// What is no document, whatever it holds.
const NO_DOCUMENTS: &[&str] = &[
    "application/json",
    "application/javascript",
    "application/x-javascript",
    "application/wasm",
    "application/rss+xml",
    "application/atom+xml",
];

/// Whether a file was sent as a page, as servers do that do not know its ending (`.ofd`, `.wps`).
pub(super) fn is_file(bytes: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 4] = [b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf"];
    BEGINNINGS
        .iter()
        .any(|beginning| bytes.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_says_page_file_or_neither() {
        let kind = |named: Option<&str>| {
            media_type(named).map(|(name, kind)| (name, kind == MediaKind::File))
        };
        for (named, name, file) in [
            (None, "text/html", false),
            (Some(""), "text/html", false),
            (Some("; charset=gbk"), "text/html", false),
            (Some("Text/HTML; charset=gbk"), "text/html", false),
            (
                Some("application/xhtml+xml"),
                "application/xhtml+xml",
                false,
            ),
            (Some("text/plain"), "text/plain", false),
            (Some("text/rtf"), "text/rtf", true),
            (Some("application/pdf"), "application/pdf", true),
            (
                Some("application/octet-stream"),
                "application/octet-stream",
                true,
            ),
        ] {
            assert_eq!(kind(named), Ok((name.to_owned(), file)), "{named:?}");
        }
        for named in [
            "image/png",
            "application/json",
            "application/rss+xml",
            "video/mp4",
            "text/css",
        ] {
            assert!(
                matches!(kind(Some(named)), Err(FetchError::UnsupportedMediaType { media_type }) if media_type == named),
                "{named}"
            );
        }
    }

    #[test]
    fn a_file_is_told_by_how_it_begins() {
        for (bytes, file) in [
            (&b"%PDF-1.7"[..], true),
            (b"PK\x03\x04", true),
            (b"\xd0\xcf\x11\xe0", true),
            (b"{\\rtf1", true),
            (b"<p>%PDF-</p>", false),
            (b"PK", false),
            (b"", false),
        ] {
            assert_eq!(is_file(bytes), file, "{bytes:?}");
        }
    }
}
