//! Why a correction, a report or an approval cannot be made, changed or found.

use std::path::PathBuf;

use super::Correction;
use crate::database;
use crate::ledger::LedgerError;
use langdu_blocking::Panicked;
use langdu_text::EntryError;

/// A correction cannot be made, changed or found.
#[derive(Debug, thiserror::Error)]
pub enum CorrectionError {
    /// The database refused.
    #[error("the database of corrections failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// The folder cannot be used.
    #[error("the database of corrections cannot use {}: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The folder has no room for the first database.
    #[error("the disk of the corrections is full: make room there, and correct again")]
    NoRoom,
    /// The database is a newer version's.
    #[error("the corrections were written by a newer version of langdu: start that one")]
    Newer,
    /// What the database holds cannot be understood.
    #[error("a correction in the database cannot be understood: {0}")]
    Damaged(#[source] serde_json::Error),
    /// The disk does not keep up.
    #[error("the disk of the corrections does not keep up: try again later")]
    Busy,
    /// The system gives no thread.
    #[error("the corrections have no thread of their own: {0}")]
    Thread(#[source] std::io::Error),
    /// The thread has ended, which is a fault of ours.
    #[error("the thread of the corrections has ended: the log says why")]
    Ended,
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A fault of ours.
    #[error(transparent)]
    Panicked(#[from] Panicked),
    /// Fields that cannot be used: all of them, at least one.
    #[error("{}", in_words(.0))]
    Invalid(Vec<InvalidField>),
    /// There is no such correction, report or line of the history.
    #[error("there is no {what}")]
    Unknown {
        /// What was asked for.
        what: String,
    },
    /// Somebody else has changed it since it was seen.
    #[error(
        "{} has changed this correction since you saw it (revision {}): look at it again",
        .0.updated_by, .0.revision
    )]
    Changed(Box<Correction>),
    /// There is one of the same word and scope.
    #[error(
        "{} has corrected this word here already (correction {}): change that one",
        .0.updated_by, .0.id
    )]
    Exists(Box<Correction>),
}

/// A field of a correction or a report that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidField {
    /// Its name in the contract.
    pub name: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

impl InvalidField {
    pub(super) fn new(name: &'static str, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { name, reason }
    }

    /// Nothing, where no field is invalid.
    pub(super) fn none_of(invalid: Vec<Self>) -> Result<(), CorrectionError> {
        if invalid.is_empty() {
            Ok(())
        } else {
            Err(CorrectionError::Invalid(invalid))
        }
    }
}

fn in_words(fields: &[InvalidField]) -> String {
    let words = fields.iter();
    let words = words.map(|InvalidField { name, reason }| format!("{name}: {reason}"));
    words.collect::<Vec<_>>().join("; ")
}

impl CorrectionError {
    /// True where nothing is wrong but that a disk is full.
    pub(super) fn is_full(&self) -> bool {
        match self {
            Self::Database(error) => database::is_full(error),
            Self::Folder { source, .. } => source.kind() == std::io::ErrorKind::StorageFull,
            _ => false,
        }
    }
}

impl CorrectionError {
    pub(super) fn unknown(id: &str) -> Self {
        Self::Unknown {
            what: format!("correction {id}"),
        }
    }
}

impl From<EntryError> for InvalidField {
    fn from(error: EntryError) -> Self {
        let name = match error {
            EntryError::Word { .. }
            | EntryError::NoNumber { .. }
            | EntryError::NotHanzi { .. }
            | EntryError::Columns => "word",
            EntryError::Count { .. }
            | EntryError::Replacement { .. }
            | EntryError::Syllable { .. } => "value",
        };
        Self::new(name, error.to_string())
    }
}
