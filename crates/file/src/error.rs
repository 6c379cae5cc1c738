//! Why a file could not be read.

use serde::{Deserialize, Serialize};

use super::format::Format;

/// Why a file could not be read. The kinds are apart so that a caller can tell a file that
/// nobody could read from one that is damaged or too large.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum FileError {
    /// The bytes are of no format that is read.
    #[error(
        "the file is {found}; hand over PDF, DOCX, DOC, OFD, XLSX, XLS, ODT, RTF, HTML, plain text \
         or a picture"
    )]
    UnknownFormat {
        /// What the bytes look like.
        found: String,
    },
    /// The file is an archive of documents.
    #[error("the ZIP file holds {}; hand over one of them", listed(names))]
    Several {
        /// What they are called.
        names: Vec<String>,
    },
    /// The file asks for a password.
    #[error("the {format} file is encrypted; save it without a password and hand it over again")]
    Encrypted {
        /// Its format.
        format: Format,
    },
    /// The file breaks off or is not what its beginning says.
    #[error("the {format} file is damaged: {cause}; open it, save it anew and hand it over again")]
    Damaged {
        /// Its format.
        format: Format,
        /// What is wrong with it.
        cause: String,
    },
    /// Every page is a picture.
    #[error(
        "the {format} file holds pictures only, on {pages} pages, and no text; hand over the file it was printed from"
    )]
    PicturesOnly {
        /// Its format.
        format: Format,
        /// How many pages it has.
        pages: usize,
    },
    /// There are glyphs, but nothing says which characters they show.
    #[error(
        "the {format} file does not say which characters it shows: {unknown} of {all} are unknown; hand over the file it was made from"
    )]
    UnknownCharacters {
        /// Its format.
        format: Format,
        /// Characters without a meaning.
        unknown: usize,
        /// All characters.
        all: usize,
    },
    /// There is no text in it.
    #[error("the {format} file holds no text; open it and check that it shows some")]
    Empty {
        /// Its format.
        format: Format,
    },
    /// A limit was reached.
    #[error(
        "the file has more than {limit} {what}; hand it over in parts or raise files.{setting}"
    )]
    TooLarge {
        /// The limit.
        limit: u64,
        /// What there is too much of.
        what: String,
        /// The setting that limits it.
        setting: String,
    },
    /// Reading took too long.
    #[error(
        "the file could not be read within {seconds} s; hand it over in parts or raise files.timeout_seconds"
    )]
    Timeout {
        /// The limit in seconds.
        seconds: u64,
    },
    /// The process that parses ended: out of memory, or by a fault of its own.
    #[error(
        "the file could not be read: its parser ended ({cause}); save it in another format and hand it over again"
    )]
    ParserEnded {
        /// How it ended.
        cause: String,
    },
}

/// How many documents, and the first of them by name.
fn listed(names: &[String]) -> String {
    const NAMED: usize = 5;
    let more = if names.len() > NAMED { " …" } else { "" };
    let first = names.iter().take(NAMED).cloned().collect::<Vec<_>>();
    format!("{} documents: {}{more}", names.len(), first.join(", "))
}

impl FileError {
    /// Reading wants more memory than `limit` bytes.
    pub(super) fn memory(limit: u64) -> Self {
        Self::TooLarge {
            limit,
            what: "bytes in memory".to_owned(),
            setting: "max_memory_bytes".to_owned(),
        }
    }
}
