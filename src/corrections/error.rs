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
    /// A field that cannot be used.
    #[error("{field}: {reason}")]
    Invalid {
        /// The field's name in the contract.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
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

impl From<EntryError> for CorrectionError {
    fn from(error: EntryError) -> Self {
        let field = match error {
            EntryError::Word { .. }
            | EntryError::NoNumber { .. }
            | EntryError::NotHanzi { .. }
            | EntryError::Columns => "word",
            EntryError::Count { .. }
            | EntryError::Replacement { .. }
            | EntryError::Syllable { .. } => "value",
        };
        Self::Invalid {
            field,
            reason: error.to_string(),
        }
    }
}
