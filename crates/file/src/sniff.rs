//! Which format a file is in: by what it holds, never by its name.

use super::archive::Archive;
use super::error::FileError;
use super::format::Format;
use super::limits::FileLimits;

/// A PDF may have this much before its header (Adobe's own readers look as far).
const PDF_HEADER_WITHIN: usize = 1024;

/// The format of `bytes`.
///
/// # Errors
/// [`FileError::UnknownFormat`] says what they look like; [`FileError::Encrypted`] and
/// [`FileError::Damaged`] where a container cannot be looked into.
pub fn sniff(bytes: &[u8], limits: &FileLimits) -> Result<Format, FileError> {
    let head = &bytes[..bytes.len().min(PDF_HEADER_WITHIN)];
    if bytes.is_empty() {
        return Err(unknown("empty"));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return of_archive(bytes, limits);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        return of_compound_file(bytes);
    }
    if find(head, b"%PDF-").is_some() {
        return Ok(Format::Pdf);
    }
    if head.trim_ascii_start().starts_with(b"{\\rtf") {
        return Ok(Format::Rtf);
    }
    if super::picture::name(bytes).is_some() {
        return Ok(Format::Picture);
    }
    for (magic, name) in FOREIGN {
        if bytes.starts_with(magic) {
            return Err(unknown(name));
        }
    }
    of_characters(bytes)
}

/// What portals attach beside documents, to be named in the error.
const FOREIGN: &[(&[u8], &str)] = &[
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Foxit U3D", "a CEB file"),
    (b"ID3", "audio (MP3)"),
    (b"RIFF", "audio or video"),
];

fn of_archive(bytes: &[u8], limits: &FileLimits) -> Result<Format, FileError> {
    let archive = Archive::open(bytes, Format::Docx, limits).map_err(|error| match error {
        // The central directory is what is missing, so nothing says which format it was.
        FileError::Damaged { cause, .. } => unknown(&format!("a damaged ZIP archive: {cause}")),
        other => other,
    })?;
    let has = |name: &str| archive.has(name);
    if has("OFD.xml") {
        Ok(Format::Ofd)
    } else if archive.any(|name| name.starts_with("word/")) {
        Ok(Format::Docx)
    } else if archive.any(|name| name.starts_with("xl/")) {
        Ok(Format::Xlsx)
    } else if has("content.xml") {
        match archive.media_type()?.as_deref() {
            Some(kind) if kind.ends_with(".spreadsheet") => {
                Err(unknown("an OpenDocument spreadsheet (ODS)"))
            }
            Some(kind) if kind.ends_with(".presentation") => {
                Err(unknown("an OpenDocument presentation (ODP)"))
            }
            _ => Ok(Format::Odt),
        }
    } else if archive.any(super::archived::is_document) {
        Ok(Format::Zip)
    } else {
        Err(unknown("a ZIP archive without a document"))
    }
}

fn of_compound_file(bytes: &[u8]) -> Result<Format, FileError> {
    let file = cfb::CompoundFile::open(std::io::Cursor::new(bytes))
        .map_err(|error| unknown(&format!("a damaged OLE file: {error}")))?;
    let has = |name: &str| file.exists(name);
    if has("EncryptedPackage") || has("EncryptionInfo") {
        return Err(FileError::Encrypted {
            format: Format::Docx,
        });
    }
    if has("WordDocument") {
        Ok(Format::Doc)
    } else if has("Workbook") || has("Book") {
        Ok(Format::Xls)
    } else if has("PowerPoint Document") {
        Err(unknown("a presentation (PPT)"))
    } else {
        Err(unknown("an OLE file without a document"))
    }
}

/// How many bytes are looked at for markup.
const MARKUP_WITHIN: usize = 4096;

fn of_characters(bytes: &[u8]) -> Result<Format, FileError> {
    let start = &bytes[..bytes.len().min(MARKUP_WITHIN)];
    let wide = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
    let zeros = start.iter().filter(|&&byte| byte == 0).count();
    if !wide && zeros * 50 > start.len() {
        return Err(unknown("binary data"));
    }
    let lower: Vec<u8> = start
        .iter()
        .filter(|&&byte| byte != 0)
        .map(u8::to_ascii_lowercase)
        .collect();
    let markup: [&[u8]; 6] = [
        b"<html",
        b"<!doctype html",
        b"<table",
        b"<body",
        b"</",
        b"<br",
    ];
    if markup.iter().any(|tag| find(&lower, tag).is_some()) {
        return Ok(Format::Html);
    }
    Ok(Format::Text)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn unknown(found: &str) -> FileError {
    FileError::UnknownFormat {
        found: found.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniffed(bytes: &[u8]) -> Result<Format, FileError> {
        sniff(bytes, &FileLimits::default())
    }

    #[test]
    fn what_the_file_holds_says_its_format() {
        for (bytes, expected) in [
            (&b"%PDF-1.7\n"[..], Format::Pdf),
            (b"\n\n%PDF-1.4", Format::Pdf),
            (b"{\\rtf1\\ansi", Format::Rtf),
            (b"<!DOCTYPE html><html>", Format::Html),
            (b"\xef\xbb\xbf  <TABLE>", Format::Html),
            (b"\x89PNG\r\n\x1a\n", Format::Picture),
            ("关于开展工作的通知".as_bytes(), Format::Text),
            (b"\xff\xfeq\x00", Format::Text),
        ] {
            assert_eq!(sniffed(bytes), Ok(expected), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_document_is_named() {
        for (bytes, word) in [
            (&b""[..], "empty"),
            (b"Rar!\x1a\x07", "RAR"),
            (&[0u8; 400], "binary"),
            (b"PK\x03\x04 and no more", "damaged ZIP"),
        ] {
            let error = sniffed(bytes).expect_err("no document");
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}
