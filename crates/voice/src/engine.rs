//! A voice that speaks: one ONNX session driven by piper-rs, owned by one worker.

use std::path::Path;
use std::sync::Arc;

use piper_rs::{ModelConfig, Piper};

use crate::error::VoiceError;
use crate::pack::Pack;
use crate::runtime;

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

/// A loaded pack. Speaking takes `&mut self`: a worker owns one.
pub struct Engine {
    pack: Arc<Pack>,
    piper: Piper,
}

impl Engine {
    /// Loads the pack's model: about a second and 200 MB for the default pack.
    ///
    /// # Errors
    ///
    /// When the model or its configuration cannot be loaded.
    pub fn load(pack: Arc<Pack>) -> Result<Self, VoiceError> {
        let config = piper_config(&pack.config)?;
        let piper = Piper::from_session(runtime::session(&pack.model)?, config);
        Ok(Self { pack, piper })
    }

    /// The pack it speaks with.
    pub fn pack(&self) -> &Arc<Pack> {
        &self.pack
    }

    /// Speaks one utterance: mono samples at the pack's rate, as the model makes them.
    ///
    /// # Errors
    ///
    /// When a phoneme is unknown to the model (piper-rs would drop it), or the model fails.
    pub fn speak(&mut self, speech: &Speech) -> Result<Vec<f32>, VoiceError> {
        if let Some(symbol) = self.pack.unknown_symbol(&speech.phonemes) {
            return Err(VoiceError::UnknownPhoneme {
                symbol,
                phonemes: speech.phonemes.clone(),
            });
        }
        let (samples, _rate) = self
            .piper
            .create(
                &speech.phonemes,
                true,
                Some(speech.speaker_id),
                Some(speech.length_scale),
                None,
                None,
            )
            .map_err(|error| self.failed(&error))?;
        if samples.iter().any(|sample| !sample.is_finite()) {
            return Err(self.failed(&"its samples are no numbers"));
        }
        Ok(samples)
    }

    fn failed(&self, reason: &dyn std::fmt::Display) -> VoiceError {
        VoiceError::Synthesis(format!("{}: {reason}", self.pack.model.display()))
    }
}

fn piper_config(path: &Path) -> Result<ModelConfig, VoiceError> {
    let failed = |reason: String| VoiceError::Load {
        model: path.to_owned(),
        reason,
    };
    let bytes = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| failed(error.to_string()))
}
