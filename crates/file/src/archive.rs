//! ZIP containers, never unpacked beyond a bound.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{Cursor, ErrorKind, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::error::FileError;
use super::format::Format;
use super::limits::FileLimits;

/// A ZIP file whose entries are read one by one, against one bound for all of them.
pub(super) struct Archive<'b> {
    zip: RefCell<ZipArchive<Cursor<&'b [u8]>>>,
    format: Format,
    limit: u64,
    max_memory_bytes: u64,
    left: RefCell<u64>,
    names: Vec<String>,
}

/// Most entries of a container: a document of a thousand pictures has a few thousand.
const MOST_ENTRIES: usize = 20_000;

impl<'b> Archive<'b> {
    pub(super) fn open(
        bytes: &'b [u8],
        format: Format,
        limits: &FileLimits,
    ) -> Result<Self, FileError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(format, &error))?;
        if zip.len() > MOST_ENTRIES {
            return Err(FileError::Damaged {
                format,
                cause: format!("it has {} entries", zip.len()),
            });
        }
        let names = zip
            .file_names()
            .filter_map(Result::ok)
            .map(Cow::into_owned)
            .collect();
        Ok(Self {
            zip: RefCell::new(zip),
            format,
            limit: limits.max_unpacked_bytes,
            max_memory_bytes: limits.max_memory_bytes,
            left: RefCell::new(limits.max_unpacked_bytes),
            names,
        })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    pub(super) fn any(&self, wanted: impl Fn(&str) -> bool) -> bool {
        self.names.iter().any(|name| wanted(name))
    }

    /// What an OpenDocument file says that it is.
    pub(super) fn media_type(&self) -> Result<Option<String>, FileError> {
        Ok(self.text("mimetype")?.map(|kind| kind.trim().to_owned()))
    }

    /// The entry `name` as text; `None` when there is none.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, FileError> {
        Ok(self.bytes(name)?.map(|bytes| decode_xml(&bytes)))
    }

    /// The entry `name`, which the format cannot do without.
    pub(super) fn needed(&self, name: &str) -> Result<String, FileError> {
        self.text(name)?.ok_or_else(|| FileError::Damaged {
            format: self.format,
            cause: format!("it has no {name}"),
        })
    }

    /// The entry `name`; `None` when there is none.
    pub(super) fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, FileError> {
        let mut zip = self.zip.borrow_mut();
        let entry = match zip.by_name(name) {
            Ok(entry) => entry,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(damaged(self.format, &error)),
        };
        let mut left = self.left.borrow_mut();
        let mut bytes = Vec::new();
        // What the directory says of the length is the file's word; only reading tells.
        entry
            .take(*left + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| match error.kind() {
                ErrorKind::OutOfMemory => FileError::memory(self.max_memory_bytes),
                _ => FileError::Damaged {
                    format: self.format,
                    cause: format!("{name}: {error}"),
                },
            })?;
        if bytes.len() as u64 > *left {
            return Err(FileError::TooLarge {
                limit: self.limit,
                what: "bytes when unpacked".to_owned(),
                setting: "max_unpacked_bytes".to_owned(),
            });
        }
        *left -= bytes.len() as u64;
        Ok(Some(bytes))
    }
}

fn damaged(format: Format, error: &ZipError) -> FileError {
    if error.to_string().to_lowercase().contains("password") {
        return FileError::Encrypted { format };
    }
    FileError::Damaged {
        format,
        cause: error.to_string(),
    }
}

/// XML is UTF-8 unless its byte order mark or its declaration says otherwise.
fn decode_xml(bytes: &[u8]) -> String {
    let declared = bytes
        .get(..bytes.len().min(200))
        .and_then(|start| std::str::from_utf8(start.split(|&byte| byte == b'>').next()?).ok())
        .and_then(|start| {
            let (_, rest) = start.split_once("encoding=")?;
            let quote = rest.chars().next()?;
            let name = rest[1..].split(quote).next()?;
            encoding_rs::Encoding::for_label(name.as_bytes())
        });
    let (text, _, _) = declared.unwrap_or(encoding_rs::UTF_8).decode(bytes);
    text.into_owned()
}
