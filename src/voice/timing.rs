//! When each syllable will be heard, known before any audio exists.
//!
//! A pack's `timing.onnx` is the part of its model up to the durations, so what it tells is
//! exactly what the model will do. A pack without one gets no prediction; its syllables are then
//! placed in proportion once the audio is there, and marked as a guess.

use std::ops::Range;
use std::sync::Mutex;

use ort::session::Session;
use ort::value::Tensor;

use super::pack::{FRAME_SAMPLES, Pack};
use super::{Speech, VoiceError, runtime};

/// The last phoneme's frames include the silence after it; the voice ends about here, in frames
/// at the normal rate (measured on the default pack: energy falls 45 dB below the utterance's
/// peak within 4 frames of its last phoneme's start).
const LAST_PHONEME_FRAMES: f32 = 4.0;

/// The timing model of a pack. Cheap next to speaking; calls take turns.
pub struct TimingModel {
    session: Mutex<Session>,
}

/// What the timing model tells of one utterance, at the pack's sample rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prediction {
    /// How many samples the voice model will give.
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
        let frames = self.frames(ids, speech)?;
        Ok(frames.place(syllables, speech.length_scale))
    }

    fn frames(&self, ids: Vec<i64>, speech: &Speech) -> Result<Frames, VoiceError> {
        let failed = |error: ort::Error| VoiceError::Synthesis(error.to_string());
        let count = ids.len();
        let input = Tensor::from_array(([1, count], ids)).map_err(failed)?;
        let lengths = Tensor::from_array(([1], vec![count as i64])).map_err(failed)?;
        let scales =
            Tensor::from_array(([3], vec![0.0, speech.length_scale, 0.0])).map_err(failed)?;
        let speaker = Tensor::from_array(([1], vec![speech.speaker_id])).map_err(failed)?;
        let mut session = self
            .session
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let outputs = session
            .run(ort::inputs![
                "input" => input,
                "input_lengths" => lengths,
                "scales" => scales,
                "sid" => speaker,
            ])
            .map_err(failed)?;
        let numbers = |name: &str| -> Result<Vec<usize>, VoiceError> {
            let (_, values) = outputs[name].try_extract_tensor::<i64>().map_err(failed)?;
            Ok(values
                .iter()
                .map(|&v| usize::try_from(v).unwrap_or(0))
                .collect())
        };
        let one = |name: &str| Ok::<_, VoiceError>(numbers(name)?.first().copied().unwrap_or(0));
        Ok(Frames {
            durations: numbers("durations")?,
            first: one("first")?,
            end: one("end")?,
        })
    }
}

/// The model's own counts, in frames.
struct Frames {
    /// Of each token: one for the head, one for each phoneme, one for the end.
    durations: Vec<usize>,
    /// The first frame that is kept.
    first: usize,
    /// One past the last frame that is kept.
    end: usize,
}

impl Frames {
    fn place(&self, syllables: &[Range<usize>], length_scale: f32) -> Prediction {
        let starts: Vec<usize> = self
            .durations
            .iter()
            .scan(0, |sum, &frames| {
                let start = *sum;
                *sum += frames;
                Some(start)
            })
            .collect();
        let total: usize = self.durations.iter().sum();
        let start_of = |token: usize| starts.get(token).copied().unwrap_or(total);
        let kept = |frame: usize| frame.clamp(self.first, self.end) - self.first;
        let last_sounding = syllables.iter().map(|s| s.end).max().unwrap_or(0);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let last_frames = (LAST_PHONEME_FRAMES * length_scale).ceil() as usize;
        let syllables = syllables
            .iter()
            .map(|chars| {
                // Token 0 is the head, so phoneme `i` is token `i + 1`.
                let from = start_of(chars.start + 1);
                let mut to = start_of(chars.end + 1);
                if chars.end == last_sounding {
                    to = to.min(start_of(chars.end) + last_frames);
                }
                kept(from) * FRAME_SAMPLES..kept(to) * FRAME_SAMPLES
            })
            .collect();
        Prediction {
            samples: (self.end - self.first) * FRAME_SAMPLES,
            syllables,
        }
    }
}

/// Places syllables over a stretch of samples in proportion to their phonemes: the guess for
/// packs without a timing model.
pub(crate) fn proportional(samples: usize, syllables: &[Range<usize>]) -> Vec<Range<usize>> {
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
    fn syllables_follow_the_frames_and_the_crop_shifts_them() {
        let frames = Frames {
            // Head, two syllables of two phonemes around a space, end.
            durations: vec![17, 2, 3, 1, 2, 30, 12],
            first: 9,
            end: 39,
        };
        let prediction = frames.place(&[0..2, 3..5], 1.0);
        assert_eq!(prediction.samples, 30 * FRAME_SAMPLES);
        assert_eq!(
            prediction.syllables,
            [
                8 * FRAME_SAMPLES..13 * FRAME_SAMPLES,
                14 * FRAME_SAMPLES..20 * FRAME_SAMPLES
            ]
        );
    }

    #[test]
    fn a_guess_covers_everything_in_order() {
        let guessed = proportional(1000, &[0..3, 4..6, 7..12]);
        assert_eq!(guessed, [0..300, 300..500, 500..1000]);
    }
}
