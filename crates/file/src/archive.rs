//! ZIP containers, never unpacked beyond a bound.

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

/// XML of documents packs to a tenth or a fiftieth, long tables of few words to a two-hundredth. What
/// is longer than the floor and packed more than that is there to fill memory.
const BOMB_FLOOR: u64 = 16 << 20;
const BOMB_RATIO: u64 = 400;

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
        let names = zip.file_names_raw().map(decode_name).collect();
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
        self.place(name).is_some()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Where the entry `name` is stored: some writers change its case, separate folders as Windows
    /// does, or begin with the root.
    fn place(&self, name: &str) -> Option<usize> {
        let exact = self.names.iter().position(|own| own == name);
        let alike = || {
            self.names.iter().position(|own| {
                let own = own
                    .strip_prefix("./")
                    .unwrap_or(own)
                    .trim_start_matches('/');
                own.len() == name.len()
                    && own.bytes().zip(name.bytes()).all(|(own, wanted)| {
                        own.eq_ignore_ascii_case(&wanted) || (own, wanted) == (b'\\', b'/')
                    })
            })
        };
        exact.or_else(alike)
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
        Ok(self.bytes(name)?.map(decode_xml))
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
        let Some(place) = self.place(name) else {
            return Ok(None);
        };
        let mut zip = self.zip.borrow_mut();
        let entry = match zip.by_index(place) {
            Ok(entry) => entry,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(damaged(self.format, &error)),
        };
        let mut left = self.left.borrow_mut();
        let (said, packed) = (entry.size(), entry.compressed_size());
        // An entry that says itself that it is too long need not be unpacked to know it.
        if said > *left {
            return Err(FileError::TooLarge {
                limit: self.limit,
                what: "bytes when unpacked".to_owned(),
                setting: "max_unpacked_bytes".to_owned(),
            });
        }
        if said > BOMB_FLOOR && said / BOMB_RATIO > packed {
            return Err(self.damaged(&format!("{name} unpacks to {said} bytes from {packed}")));
        }
        // In one piece: a vector that grows holds its bytes twice while it moves them.
        let mut bytes = Vec::new();
        let expected = usize::try_from(said).unwrap_or(usize::MAX);
        bytes
            .try_reserve_exact(expected)
            .map_err(|_| FileError::memory(self.max_memory_bytes))?;
        entry
            .take(said)
            .read_to_end(&mut bytes)
            .map_err(|error| match error.kind() {
                ErrorKind::OutOfMemory => FileError::memory(self.max_memory_bytes),
                _ => self.damaged(&format!("{name}: {error}")),
            })?;
        *left -= said;
        Ok(Some(bytes))
    }

    fn damaged(&self, cause: &str) -> FileError {
        FileError::Damaged {
            format: self.format,
            cause: cause.to_owned(),
        }
    }
}

/// Names that do not say their encoding come from Chinese systems.
fn decode_name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::GB18030.decode(raw).0.into_owned(),
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
fn decode_xml(bytes: Vec<u8>) -> String {
    let declared = bytes
        .get(..bytes.len().min(200))
        .and_then(|start| std::str::from_utf8(start.split(|&byte| byte == b'>').next()?).ok())
        .and_then(|start| {
            let (_, rest) = start.split_once("encoding=")?;
            let quote = rest.chars().next()?;
            let name = rest[1..].split(quote).next()?;
            encoding_rs::Encoding::for_label(name.as_bytes())
        });
    let encoding = declared.unwrap_or(encoding_rs::UTF_8);
    let marked = encoding_rs::Encoding::for_bom(&bytes).is_some();
    if encoding == encoding_rs::UTF_8 && !marked {
        // Without a copy, since parts can be long.
        return String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    }
    encoding.decode(&bytes).0.into_owned()
}
