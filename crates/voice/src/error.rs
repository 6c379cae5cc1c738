//! The error of speaking.

use std::path::PathBuf;
use std::sync::Arc;

use crate::pack::error::PackError;

/// What can go wrong while speaking.
#[derive(Debug, Clone, thiserror::Error)]
pub enum VoiceError {
    /// No pack, a damaged pack, or no ONNX Runtime library.
    #[error(transparent)]
    Pack(#[from] Arc<PackError>),
    /// The ONNX Runtime library cannot be loaded.
    #[error("cannot load ONNX Runtime from {}: {reason}", library.display())]
    Runtime {
        /// The library.
        library: PathBuf,
        /// The cause.
        reason: String,
    },
    /// The instruction set that the environment names is none of this machine's.
    #[error("LANGDU_INSTRUCTIONS is {named}, but this machine has {}", available.join(", "))]
    Instructions {
        /// As the environment names it.
        named: String,
        /// What may be named, the plainest first.
        available: Vec<&'static str>,
    },
    /// A model cannot be loaded.
    #[error("cannot load {}: {reason}", model.display())]
    Load {
        /// The model or its configuration.
        model: PathBuf,
        /// The cause.
        reason: String,
    },
    /// A symbol that the voice does not know and would leave out. The message does not contain the
    /// phonemes, because it is logged and they would give the text away.
    #[error("the voice has no phoneme `{symbol}`")]
    UnknownPhoneme {
        /// The symbol.
        symbol: char,
        /// The utterance's phonemes.
        phonemes: String,
    },
    /// espeak-ng failed.
    #[error("{0}: is the package espeak-ng-data installed?")]
    Espeak(String),
    /// The model failed on an utterance.
    #[error("synthesis failed: {0}")]
    Synthesis(String),
}

impl From<PackError> for VoiceError {
    fn from(error: PackError) -> Self {
        Self::Pack(Arc::new(error))
    }
}
