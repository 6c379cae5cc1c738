//! When each syllable will be heard, known before any audio exists.
//!
//! A pack's `timing.onnx` is the part of its model up to the durations, so it predicts exactly
//! what the model will do. A pack without one gets no prediction; its syllables are then
//! placed in proportion once the audio is there, and marked as a guess.

use std::borrow::Cow;
use std::ops::Range;
use std::path::PathBuf;

use ort::session::{Session, SessionInputValue, SessionOutputs};
use ort::value::Tensor;
use parking_lot::Mutex;

use crate::engine::Speech;
use crate::error::VoiceError;
use crate::pack::Pack;
use crate::plan::{Kept, Plan};
use crate::runtime;

/// The timing model of a pack. A prediction costs about 3 % of speaking; calls take turns.
pub struct TimingModel {
    model: PathBuf,
    session: Mutex<Session>,
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
    /// Loads the timing model of `pack`; `None` when it has none.
    ///
    /// # Errors
    ///
    /// When it cannot be loaded.
    pub fn load(pack: &Pack) -> Result<Option<Self>, VoiceError> {
        let Some(path) = &pack.timing else {
            return Ok(None);
        };
        Ok(Some(Self {
            model: path.clone(),
            session: Mutex::new(runtime::session(path)?),
        }))
    }

    /// Predicts `speech`, whose syllables are the `char` ranges `syllables` of its phonemes.
    ///
    /// # Errors
    ///
    /// When a phoneme is unknown to the model, or the model fails.
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
        let durations = self.durations(ids, speech)?;
        let phonemes: Vec<char> = speech.phonemes.chars().collect();
        let plan = Plan::new(&phonemes, &durations, speech.length_scale);
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

    fn durations(&self, ids: Vec<i64>, speech: &Speech) -> Result<Vec<usize>, VoiceError> {
        let unfit = |reason: &dyn std::fmt::Display| {
            VoiceError::Synthesis(format!("{}: {reason}", self.model.display()))
        };
        let count = ids.len();
        let inputs = piper_inputs(ids, speech).map_err(|error| unfit(&error))?;
        let mut session = self.session.lock();
        let outputs = session.run(inputs).map_err(|error| unfit(&error))?;
        durations_of(&outputs, count).map_err(|reason| unfit(&reason))
    }
}

/// Far more frames than any token takes: two hours of them.
const MOST_FRAMES: usize = 1 << 20;

/// Reads the frames of each token, and checks that they can be those of so many phonemes.
pub(crate) fn durations_of(
    outputs: &SessionOutputs<'_>,
    phonemes: usize,
) -> Result<Vec<usize>, String> {
    let output = outputs.get("durations").ok_or("it has no durations")?;
    let (_, values) = output
        .try_extract_tensor::<i64>()
        .map_err(|error| error.to_string())?;
    let frames = |&value: &i64| usize::try_from(value).ok().filter(|&f| f < MOST_FRAMES);
    let durations: Option<Vec<usize>> = values.iter().map(frames).collect();
    durations
        .filter(|durations| durations.len() == phonemes + 2)
        .ok_or_else(|| "its durations do not fit the phonemes".to_owned())
}

/// What a model in Piper's interface is given: the phonemes' numbers and how they are spoken.
pub(crate) fn piper_inputs(
    ids: Vec<i64>,
    speech: &Speech,
) -> ort::Result<Vec<(Cow<'static, str>, SessionInputValue<'static>)>> {
    let count = ids.len();
    let scales = vec![0.0, speech.length_scale, 0.0];
    Ok(ort::inputs![
        "input" => Tensor::from_array(([1, count], ids))?,
        "input_lengths" => Tensor::from_array(([1], vec![count as i64]))?,
        "scales" => Tensor::from_array(([3], scales))?,
        "sid" => Tensor::from_array(([1], vec![speech.speaker_id]))?,
    ])
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
