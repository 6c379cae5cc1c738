//! When each syllable will be heard, known before any audio exists.
//!
//! A pack's `timing.onnx` is the part of its model up to the durations, so it predicts exactly
//! what the model will do. A pack without one gets no prediction; its syllables are then
//! placed in proportion once the audio is there, and marked as a guess.

use std::ops::Range;
use std::path::PathBuf;

use ort::session::Session;
use ort::value::Tensor;
use parking_lot::Mutex;

use crate::engine::Speech;
use crate::error::VoiceError;
use crate::pack::{FRAME_SAMPLES, Pack};
use crate::runtime;

/// The voice is heard before its phonemes' frames begin, and its last phoneme's frames are mostly
/// silence: the voice has ended so long before them, in milliseconds at the normal rate. The
/// median of 306 utterances of three speakers of the default pack, to the last 2.5 ms within
/// 35 dB of the peak; half of them lie within 28 ms of it.
const LAST_LEAD_MS: f32 = 52.0;

/// How long before its frames a first phoneme is heard, in milliseconds at the normal rate: medians
/// of three speakers of the default pack, measured to the first 2.5 ms within 35 dB of the
/// utterance's peak (`docs/voice.md`). An aspirated consonant is two characters.
const ONSET_LEADS_MS: [(&str, f32); 32] = [
    ("x", 6.0),
    ("p", 10.0),
    ("t", 13.0),
    ("pʰ", 17.0),
    ("k", 20.0),
    ("tʰ", 20.0),
    ("kʰ", 24.0),
    ("l", 27.0),
    ("w", 28.0),
    ("ɻ", 36.0),
    ("m", 37.0),
    ("ꭧ", 38.0),
    ("ꭧʰ", 38.0),
    ("f", 42.0),
    ("ʨʰ", 42.0),
    ("n", 43.0),
    ("ʦʰ", 43.0),
    ("ʦ", 47.0),
    ("j", 48.0),
    ("ɥ", 49.0),
    ("ə", 52.0),
    ("ɤ", 52.0),
    ("ʨ", 54.0),
    ("u", 55.0),
    ("a", 56.0),
    ("o", 56.0),
    ("y", 61.0),
    ("ɚ", 70.0),
    ("s", 70.0),
    ("i", 72.0),
    ("ɕ", 76.0),
    ("ʂ", 88.0),
];

/// The lead of a phoneme that was not measured: the median of those that were.
const OTHER_LEAD_MS: f32 = 42.0;

/// A frame's length at the normal rate: 600 samples at 24 kHz.
const FRAME_MS: f32 = 25.0;

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
        let frames = self.frames(ids, speech)?;
        let phonemes: Vec<char> = speech.phonemes.chars().collect();
        Ok(frames.place(&phonemes, syllables, speech.length_scale))
    }

    fn frames(&self, ids: Vec<i64>, speech: &Speech) -> Result<Frames, VoiceError> {
        let unfit = |reason: &dyn std::fmt::Display| {
            VoiceError::Synthesis(format!("{}: {reason}", self.model.display()))
        };
        let failed = |error: ort::Error| unfit(&error);
        let count = ids.len();
        let input = Tensor::from_array(([1, count], ids)).map_err(failed)?;
        let lengths = Tensor::from_array(([1], vec![count as i64])).map_err(failed)?;
        let scales =
            Tensor::from_array(([3], vec![0.0, speech.length_scale, 0.0])).map_err(failed)?;
        let speaker = Tensor::from_array(([1], vec![speech.speaker_id])).map_err(failed)?;
        let mut session = self.session.lock();
        let outputs = session
            .run(ort::inputs![
                "input" => input,
                "input_lengths" => lengths,
                "scales" => scales,
                "sid" => speaker,
            ])
            .map_err(failed)?;
        let numbers = |name: &str| -> Result<Vec<usize>, VoiceError> {
            let output = outputs
                .get(name)
                .ok_or_else(|| unfit(&format_args!("it has no output `{name}`")))?;
            let (_, values) = output.try_extract_tensor::<i64>().map_err(failed)?;
            Ok(values
                .iter()
                .map(|&v| usize::try_from(v).unwrap_or(0))
                .collect())
        };
        let one = |name: &str| Ok::<_, VoiceError>(numbers(name)?.first().copied().unwrap_or(0));
        let frames = Frames {
            durations: numbers("durations")?,
            first: one("first")?,
            end: one("end")?,
        };
        if frames.are_of(count) {
            Ok(frames)
        } else {
            Err(unfit(&"its durations do not fit the phonemes"))
        }
    }
}

/// What the timing model says, in frames.
struct Frames {
    /// The length of each token: one for the head, one for each phoneme, one for the end.
    durations: Vec<usize>,
    /// The first frame that is kept.
    first: usize,
    /// One past the last frame that is kept.
    end: usize,
}

/// Far more frames than any token takes: two hours of them.
const MOST_FRAMES: usize = 1 << 20;

impl Frames {
    /// Whether they can be those of an utterance of so many phonemes.
    fn are_of(&self, phonemes: usize) -> bool {
        self.durations.len() == phonemes + 2
            && self.durations.iter().all(|&frames| frames < MOST_FRAMES)
            && self.first <= self.end
            && self.end <= self.durations.iter().sum()
    }

    /// Places the syllables, `char` ranges of `phonemes`, in the samples that are kept.
    fn place(
        &self,
        phonemes: &[char],
        syllables: &[Range<usize>],
        length_scale: f32,
    ) -> Prediction {
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
        let kept = |frame: usize| (frame.clamp(self.first, self.end) - self.first) * FRAME_SAMPLES;
        // Token 0 is the head, so phoneme `i` is token `i + 1`.
        let start_of = |phoneme: usize| kept(starts.get(phoneme + 1).copied().unwrap_or(total));
        let scaled = |lead_ms: f32| samples_of(lead_ms * length_scale);
        let last_end = syllables.iter().map(|s| s.end).max().unwrap_or(0);
        let mut before = 0;
        let syllables = syllables
            .iter()
            .map(|chars| {
                let mut from = start_of(chars.start);
                let mut to = start_of(chars.end);
                if follows_silence(phonemes, chars.start) {
                    from = from.saturating_sub(scaled(onset_lead_ms(phonemes, chars.start)));
                }
                if chars.end == last_end {
                    let last = start_of(chars.end.saturating_sub(1));
                    to = to.min(last.saturating_sub(scaled(LAST_LEAD_MS)));
                }
                let from = from.max(before);
                // A syllable of one phoneme begins where its last one does.
                let to = to.max(from + FRAME_SAMPLES);
                before = to;
                from..to
            })
            .collect();
        Prediction {
            samples: (self.end - self.first) * FRAME_SAMPLES,
            syllables,
        }
    }
}

/// Whether nothing is heard before the phoneme at `index`: it is the first, or follows a mark.
fn follows_silence(phonemes: &[char], index: usize) -> bool {
    let before = phonemes.get(..index).unwrap_or_default().iter().rev();
    before
        .copied()
        .find(|c| *c != ' ')
        .is_none_or(|c| ";:,.!?—…".contains(c))
}

/// How long before its frames the phoneme at `index` is heard.
fn onset_lead_ms(phonemes: &[char], index: usize) -> f32 {
    let rest = phonemes.get(index..).unwrap_or_default();
    let is_named = |name: &str| {
        let aspirated = |c: Option<&char>| c == Some(&'ʰ');
        let length = name.chars().count();
        rest.len() >= length
            && name.chars().zip(rest).all(|(wanted, c)| wanted == *c)
            && !aspirated(rest.get(length))
    };
    ONSET_LEADS_MS
        .iter()
        .find(|(name, _)| is_named(name))
        .map_or(OTHER_LEAD_MS, |(_, lead)| *lead)
}

/// Samples of so many milliseconds, at the rate of the default pack's frames.
fn samples_of(milliseconds: f32) -> usize {
    (milliseconds / FRAME_MS * FRAME_SAMPLES as f32).round() as usize
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
    fn syllables_follow_the_frames_and_the_crop_shifts_them() {
        let frames = Frames {
            // Head, two syllables of two phonemes around a space, end.
            durations: vec![17, 2, 3, 1, 4, 30, 12],
            first: 9,
            end: 39,
        };
        let phonemes: Vec<char> = "ɕi ma".chars().collect();
        let prediction = frames.place(&phonemes, &[0..2, 3..5], 1.0);
        assert_eq!(prediction.samples, 30 * FRAME_SAMPLES);
        assert_eq!(
            prediction.syllables,
            [
                8 * FRAME_SAMPLES - 76 * 24..13 * FRAME_SAMPLES,
                14 * FRAME_SAMPLES..18 * FRAME_SAMPLES - 52 * 24
            ]
        );
    }

    #[test]
    fn a_first_consonant_is_heard_before_its_frames() {
        let lead = |text: &str| onset_lead_ms(&text.chars().collect::<Vec<_>>(), 0);
        for (text, expected) in [
            ("pa", 10.0),
            ("pʰa", 17.0),
            ("ʂɨ", 88.0),
            ("ŋ", OTHER_LEAD_MS),
        ] {
            assert!((lead(text) - expected).abs() < 1e-6, "{text}");
        }
        let phonemes: Vec<char> = "ni, ma".chars().collect();
        assert!(follows_silence(&phonemes, 0) && follows_silence(&phonemes, 4));
        assert!(!follows_silence(&phonemes, 1) && !follows_silence(&phonemes, 5));
    }

    #[test]
    fn a_guess_covers_everything_in_order() {
        let guessed = proportional(1000, &[0..3, 4..6, 7..12]);
        assert_eq!(guessed, [0..300, 300..500, 500..1000]);
    }
}
