//! From phonemes to samples: voice packs, the models that run them, and who runs when.

use std::path::PathBuf;

pub mod engine;
pub mod espeak;
mod espeak_data;
mod operators;
pub mod pace;
pub mod pack;
pub mod phonemes;
pub mod pool;
pub mod runtime;
pub mod timing;
pub mod voices;

pub use espeak_data::point_to_data;

/// What one utterance needs to be spoken.
#[derive(Debug, Clone, PartialEq)]
pub struct Speech {
    /// In the pack's scheme; every symbol must be known to it.
    pub phonemes: String,
    /// The model's number for the speaker.
    pub speaker_id: i64,
    /// How long everything lasts, relative to the normal rate: 1 / rate, 0.5 to 2.
    pub length_scale: f32,
}

/// What can go wrong while speaking.
#[derive(Debug, Clone, thiserror::Error)]
pub enum VoiceError {
    /// No pack, a damaged pack, or no ONNX Runtime library.
    #[error(transparent)]
    Pack(#[from] std::sync::Arc<pack::PackError>),
    /// The ONNX Runtime library cannot be loaded.
    #[error("cannot load ONNX Runtime from {}: {reason}", library.display())]
    Runtime {
        /// The library.
        library: PathBuf,
        /// The cause.
        reason: String,
    },
    /// A model cannot be loaded.
    #[error("cannot load {}: {reason}", model.display())]
    Load {
        /// The model or its configuration.
        model: PathBuf,
        /// The cause.
        reason: String,
    },
    /// A symbol that the voice does not know and would leave out. Its words do not hold the
    /// phonemes, which are the text in other letters: they are logged.
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

impl From<pack::PackError> for VoiceError {
    fn from(error: pack::PackError) -> Self {
        Self::Pack(std::sync::Arc::new(error))
    }
}
