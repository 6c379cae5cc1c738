//! What is asked of an engine.

use std::ops::Range;

use crate::melody::Melody;
use crate::plan;

/// What an engine needs to speak one utterance.
#[derive(Debug, Clone, PartialEq)]
pub struct Speech {
    /// The phonemes in the pack's scheme; the pack must know every symbol. A pack in two halves plans
    /// all of them; others speak them all.
    pub phonemes: String,
    /// The `char` range of the phonemes that is spoken.
    pub part: Range<usize>,
    /// How much silence follows the voice, in milliseconds, where a pack can tell and the voice does not
    /// run on.
    pub silence_after_ms: u32,
    /// The model's number for the speaker.
    pub speaker_id: i64,
    /// How long everything lasts, relative to the model's own pace: the speaker's length scale over the
    /// rate.
    pub length_scale: f32,
    /// What is done to the pitch that the model plans.
    pub melody: Melody,
    /// By how much the pitch moves farther from its middle than the model plans, where the melody is to range
    /// wide; 1 is as far.
    pub pitch_range: f32,
}

impl Speech {
    /// All of `phonemes`, with all the silence that a pack leaves after them.
    pub fn whole(phonemes: &str, speaker_id: i64, length_scale: f32) -> Self {
        Self {
            phonemes: phonemes.to_owned(),
            part: 0..phonemes.chars().count(),
            silence_after_ms: plan::MOST_SILENCE_AFTER_MS,
            speaker_id,
            length_scale,
            melody: Melody::AS_PLANNED,
            pitch_range: 1.0,
        }
    }
}
