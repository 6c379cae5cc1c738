//! When each syllable will be heard, known before any audio exists.
//!
//! A pack's `timing.onnx` is the part of its model up to the durations, so it predicts exactly
//! what the model will do. A pack without one gets no prediction; its syllables are then
//! placed in proportion once the audio is there, and marked as a guess.

use std::ops::Range;
use std::sync::Arc;

use crate::encoder::Encoder;
use crate::error::VoiceError;
use crate::pack::Pack;
use crate::plan::{Kept, Plan};
use crate::speech::Speech;

/// The timing model of a pack. A prediction costs about 3 % of the untouched export's speaking, once for a
/// sentence; calls take turns.
pub struct TimingModel {
    encoder: Arc<Encoder>,
}

/// The timing of one utterance, in samples at the pack's rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prediction {
    /// How many samples the voice model will return.
    pub samples: usize,
    /// For each syllable, the samples it is heard in.
    pub syllables: Vec<Range<usize>>,
}

impl TimingModel {
    /// The timing model of `pack`, which is loaded when it is first needed; `None` when it has none.
    pub fn of(pack: &Pack) -> Option<Self> {
        pack.encoder.clone().map(|encoder| Self { encoder })
    }

    /// Predicts `speech`, whose syllables are the `char` ranges `syllables` of its phonemes.
    ///
    /// # Errors
    ///
    /// When a phoneme is unknown to the model, or the model cannot be loaded or fails.
    pub fn predict(
        &self,
        pack: &Pack,
        speech: &Speech,
        syllables: &[Range<usize>],
    ) -> Result<Prediction, VoiceError> {
        let ids =
            pack.phoneme_ids(&speech.phonemes)
                .map_err(|symbol| VoiceError::UnknownPhoneme {
                    symbol,
                    phonemes: speech.phonemes.clone(),
                })?;
        let encoding = self.encoder.encode(&ids, speech)?;
        let phonemes: Vec<char> = speech.phonemes.chars().collect();
        let plan = Plan::new(&phonemes, &encoding.durations, speech.length_scale);
        let kept = if pack.prosody.is_some() {
            plan.kept(&speech.part, speech.silence_after_ms)
        } else {
            Kept {
                samples: 0..plan.samples(),
                silence: 0,
            }
        };
        Ok(Prediction {
            syllables: plan.place(syllables, &kept),
            samples: kept.len(),
        })
    }
}

/// Places syllables over a stretch of samples in proportion to their phonemes: the guess for
/// packs without a timing model.
pub fn proportional(samples: usize, syllables: &[Range<usize>]) -> Vec<Range<usize>> {
    let total: usize = syllables.iter().map(|s| s.len().max(1)).sum();
    let mut done = 0;
    syllables
        .iter()
        .map(|chars| {
            let from = samples * done / total.max(1);
            done += chars.len().max(1);
            from..samples * done / total.max(1)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_covers_everything_in_order() {
        let guessed = proportional(1000, &[0..3, 4..6, 7..12]);
        assert_eq!(guessed, [0..300, 300..500, 500..1000]);
    }
}
