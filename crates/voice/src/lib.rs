//! From phonemes to samples: voice packs, the models that run them, and who is served when.
//!
//! * [`pack`] installs, checks and opens voice packs; [`voices`] picks the voice a caller wants.
//! * [`phonemes`] puts an utterance into a pack's own scheme, with [`espeak`] where that is needed.
//! * [`timing`] predicts when each syllable will be heard.
//! * [`engine`] speaks, on the ONNX Runtime that [`runtime`] loads.
//! * [`pool`] decides which utterance is spoken next, and [`pace`] measures how fast that goes.
//!
//! ```no_run
//! use std::path::Path;
//! use std::sync::Arc;
//!
//! use langdu_text::FrontEnd;
//! use langdu_voice::engine::Engine;
//! use langdu_voice::{Speech, pack, phonemes, runtime};
//!
//! let voices = Path::new("voices");
//! runtime::init(&pack::runtime_library(voices), 0)?;
//! let (mut packs, _refused) = pack::scan(voices)?;
//! let pack = Arc::new(packs.remove(0));
//! let mut engine = Engine::load(pack.clone())?;
//! for utterance in FrontEnd::new().explain("老年人助餐服务") {
//!     let samples = engine.speak(&Speech {
//!         phonemes: phonemes::for_pack(&pack, &utterance)?.phonemes,
//!         speaker_id: pack.speakers[0].id,
//!         length_scale: 1.0,
//!     })?;
//!     println!("{} samples at {} Hz", samples.len(), pack.sample_rate);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The crate encodes nothing, stores nothing and knows nothing of documents or clips.

use std::path::PathBuf;

pub mod engine;
pub mod espeak;
mod espeak_data;
pub mod metrics;
mod operators;
pub mod pace;
pub mod pack;
pub mod phonemes;
pub mod pool;
pub mod runtime;
pub mod timing;
pub mod voices;

pub use espeak_data::point_to_data;

/// What an engine needs to speak one utterance.
#[derive(Debug, Clone, PartialEq)]
pub struct Speech {
    /// The phonemes in the pack's scheme; the pack must know every symbol.
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

impl From<pack::PackError> for VoiceError {
    fn from(error: pack::PackError) -> Self {
        Self::Pack(std::sync::Arc::new(error))
    }
}
