//! What came: a page, a file, or neither.

use super::error::FetchError;

/// What a media type says of what came.
#[derive(PartialEq)]
pub(super) enum MediaKind {
    Page,
    /// A file, or anything: many servers call every file `application/octet-stream`.
    File,
    /// A picture, which may be the scan of a document.
    Picture,
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
        other if PICTURES.contains(&other) => Ok((media_type, MediaKind::Picture)),
        other if other.starts_with("application/") && !NO_DOCUMENTS.contains(&other) => {
            Ok((media_type, MediaKind::File))
        }
        _ => Err(FetchError::UnsupportedMediaType { media_type }),
    }
}

/// Pictures that are read.
const PICTURES: &[&str] = &[
    "image/bmp",
    "image/gif",
    "image/jpeg",
    "image/jpg",
    "image/png",
    "image/tiff",
    "image/webp",
    "image/x-ms-bmp",
];

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

/// Whether what was sent as a picture is one.
pub(super) fn is_picture(bytes: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 7] = [
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"II*\0",
        b"MM\0*",
        b"BM",
        b"RIFF",
    ];
    BEGINNINGS
        .iter()
        .any(|beginning| bytes.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_taken_where_it_is_one() {
        let picture = media_type(Some("image/PNG; q=1"));
        assert!(
            picture.is_ok_and(|(name, kind)| name == "image/png" && kind == MediaKind::Picture)
        );
        assert!(is_picture(b"\x89PNG\r\n\x1a\n"));
        assert!(!is_picture(b"<html>"));
    }

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
            "image/svg+xml",
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
