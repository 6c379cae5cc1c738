//! Why a document could not be read from the web.

use langdu_blocking::Panicked;
use langdu_document::ExtractError;
use langdu_fetch::FetchError;
use langdu_file::FileError;
use langdu_recogniser::RecogniseError;

/// Why a document could not be read from the web.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// A page could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A page holds no document.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// What is written in its picture was not recognised.
    #[error(transparent)]
    Recognise(#[from] RecogniseError),
    /// Reading it panicked: a fault of ours.
    #[error(transparent)]
    Panicked(#[from] Panicked),
}
