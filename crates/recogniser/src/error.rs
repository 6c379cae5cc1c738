//! Why a picture was not read.

/// Why a picture was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecogniseError {
    /// More pictures wait than may.
    #[error("{waiting} pictures wait to be recognised: try again later, or raise ocr.max_waiting")]
    Busy {
        /// How many wait.
        waiting: usize,
    },
    /// It took too long.
    #[error("the picture was not recognised within {seconds} s: raise ocr.timeout_seconds")]
    Timeout {
        /// The limit in seconds.
        seconds: u64,
    },
    /// Its turn did not come in time.
    #[error("the picture's turn did not come in time: raise ocr.max_document_seconds")]
    Late,
    /// The process cannot be started, or ended: out of memory, or by a fault of its own.
    #[error("the picture was not recognised: its process ended ({cause})")]
    Ended {
        /// How it ended.
        cause: String,
    },
    /// The recogniser refuses the picture.
    #[error("the picture was not recognised: {reason}")]
    Refused {
        /// What it says.
        reason: String,
    },
}

impl RecogniseError {
    /// Its name as a metric's label has it.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::Busy { .. } => "busy",
            Self::Timeout { .. } => "timeout",
            Self::Late => "late",
            Self::Ended { .. } => "ended",
            Self::Refused { .. } => "refused",
        }
    }

    pub(crate) fn ended(cause: impl ToString) -> Self {
        Self::Ended {
            cause: cause.to_string(),
        }
    }
}
