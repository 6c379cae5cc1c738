//! What can go wrong with a clip or with a tier that should hold it.

use std::sync::Arc;

use super::ClipId;
use langdu_audio::encode::EncodeError;
use langdu_blocking::Panicked;
use langdu_voice::VoiceError;
use langdu_voice::pool::JobError;

/// What can go wrong with a clip.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClipError {
    /// No recipe of that id is known: it was never made here, was private and has expired, or was
    /// withdrawn.
    #[error("no clip {0} is known here: ask for the reading again")]
    Unknown(ClipId),
    /// The pack it was made with is not installed any more.
    #[error("clip {0} was made with a voice pack that is not installed: ask for the reading again")]
    PackGone(ClipId),
    /// The voice or its queue.
    #[error(transparent)]
    Job(#[from] JobError),
    /// The encoder.
    #[error(transparent)]
    Encode(#[from] Arc<EncodeError>),
    /// The encoder or the timing model panicked.
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl From<VoiceError> for ClipError {
    fn from(error: VoiceError) -> Self {
        Self::Job(error.into())
    }
}

/// Why a lasting tier cannot be opened. Failures after that are logged and counted, and the service
/// goes on without the tier.
#[derive(Debug, thiserror::Error)]
pub enum TierError {
    /// The storage refused.
    #[error("the clip storage failed: {0}")]
    Storage(#[from] opendal::Error),
    /// The folder cannot be used.
    #[error("the clip folder {path} cannot be used: {source}")]
    Folder {
        /// The folder.
        path: String,
        /// The cause.
        source: std::io::Error,
    },
}
