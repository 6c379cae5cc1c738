//! Documents inside a ZIP file, as portals attach several forms at once: which there are, and each
//! by its name.

use super::archive::Archive;
use super::error::FileError;
use super::format::Format;
use super::limits::FileLimits;

/// How the names of documents end.
const ENDINGS: &[&str] = &[
    "pdf", "ofd", "doc", "docx", "wps", "rtf", "odt", "xls", "xlsx", "et", "htm", "html", "txt",
    "md",
];

/// Most documents that are listed; further ones are not told.
const MOST_LISTED: usize = 200;

/// The names of the documents in a ZIP file, in its order. Folders are part of a name; archives
/// within the archive, hidden files and what Macs add are left out. Names that do not say their
/// encoding are UTF-8, or else GB 18030.
///
/// # Errors
/// [`FileError::UnknownFormat`] when the bytes are no ZIP file.
pub fn names(bytes: &[u8], limits: &FileLimits) -> Result<Vec<String>, FileError> {
    let archive = open(bytes, limits)?;
    let documents = archive.names().filter(|name| is_document(name));
    Ok(documents.take(MOST_LISTED).map(str::to_owned).collect())
}

/// The document called `name` in a ZIP file, unpacked: a file like any other, to be sniffed and read.
///
/// # Errors
/// [`FileError::UnknownFormat`] when the bytes are no ZIP file or no document in it has that name;
/// [`FileError::TooLarge`] when it is longer than [`FileLimits::max_bytes`], as a file by itself;
/// [`FileError::Encrypted`] and [`FileError::Damaged`] when it cannot be unpacked.
pub fn document(bytes: &[u8], name: &str, limits: &FileLimits) -> Result<Vec<u8>, FileError> {
    let within = FileLimits {
        max_unpacked_bytes: limits.max_unpacked_bytes.min(limits.max_bytes as u64),
        ..limits.clone()
    };
    let archive = open(bytes, &within)?;
    let known = archive.names().any(|own| own == name && is_document(own));
    let unpacked = if known { archive.bytes(name) } else { Ok(None) };
    let unpacked = unpacked.map_err(|error| match error {
        FileError::TooLarge { limit, what, .. } if limit == limits.max_bytes as u64 => {
            let setting = "max_bytes".to_owned();
            FileError::TooLarge {
                limit,
                what,
                setting,
            }
        }
        other => other,
    })?;
    unpacked.ok_or_else(|| FileError::UnknownFormat {
        found: format!("a ZIP archive without a document called {name}"),
    })
}

fn open<'b>(bytes: &'b [u8], limits: &FileLimits) -> Result<Archive<'b>, FileError> {
    Archive::open(bytes, Format::Zip, limits).map_err(|error| match error {
        FileError::Damaged { cause, .. } => FileError::UnknownFormat {
            found: format!("a damaged ZIP archive: {cause}"),
        },
        other => other,
    })
}

/// Whether `name` is a document's, by its ending.
pub(super) fn is_document(name: &str) -> bool {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let hidden = file.starts_with('.') || file.starts_with("~$") || name.starts_with("__MACOSX");
    let ending = file.rsplit_once('.').map(|(_, ending)| ending);
    !hidden
        && ending.is_some_and(|ending| ENDINGS.iter().any(|own| own.eq_ignore_ascii_case(ending)))
}
