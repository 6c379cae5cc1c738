//! When each syllable of a clip is heard.

use std::ops::Range;

use super::{Form, Recipe};
use langdu_audio::pcm;
use langdu_audio::tempo::placed_at_tempo;
use langdu_voice::VoiceError;
use langdu_voice::timing::proportional;
use langdu_voice::voices::Voice;

/// When each syllable of a clip is heard. As immutable as the clip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// The clip's length with its pause, in samples.
    pub samples: usize,
    /// Samples a second.
    pub sample_rate: u32,
    /// Each syllable, in samples from the clip's start.
    pub syllables: Vec<Range<usize>>,
    /// False where the pack has no timing model and the syllables are proportional guesses.
    pub exact: bool,
}

impl Timing {
    /// A number of this clip's samples in whole milliseconds.
    pub fn ms(&self, samples: usize) -> u32 {
        let ms = samples as u64 * 1000 / u64::from(self.sample_rate.max(1));
        u32::try_from(ms).unwrap_or(u32::MAX)
    }

    /// A guess for a pack without a timing model: the syllables share the length of the clip, which
    /// has so many bytes as bare samples in `form`.
    pub(crate) fn guessed(voice: &Voice, recipe: &Recipe, form: Form, bytes: usize) -> Self {
        // Bare samples have two bytes each and come at the form's own rate.
        let samples = bytes / 2;
        let pause_ms = recipe.added_pause_ms(voice);
        let pause = form.sample_rate_hz as usize * pause_ms as usize / 1000;
        Self {
            samples,
            sample_rate: form.sample_rate_hz,
            syllables: proportional(samples.saturating_sub(pause), &recipe.syllables),
            exact: false,
        }
    }
}

/// What the pack's timing model says of a clip; `None` when the pack has none.
pub(crate) fn predict(voice: &Voice, recipe: &Recipe) -> Result<Option<Timing>, VoiceError> {
    let Some(model) = &voice.installed.timing else {
        return Ok(None);
    };
    let pack = voice.pack();
    let prediction = model.predict(pack, &recipe.speech(voice), &recipe.syllables)?;
    let placed = |position| placed_at_tempo(position, recipe.tempo_milli());
    let syllables = prediction.syllables.into_iter();
    Ok(Some(Timing {
        samples: pcm::finished_len(
            placed(prediction.samples),
            pack.sample_rate,
            recipe.added_pause_ms(voice),
        ),
        sample_rate: pack.sample_rate,
        syllables: syllables
            .map(|syllable| placed(syllable.start)..placed(syllable.end))
            .collect(),
        exact: true,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_told_in_milliseconds_at_the_rate_of_the_clip() {
        let timing = |sample_rate| Timing {
            samples: 0,
            sample_rate,
            syllables: Vec::new(),
            exact: true,
        };
        assert_eq!(timing(24_000).ms(0), 0);
        assert_eq!(timing(24_000).ms(24_000), 1000);
        assert_eq!(timing(16_000).ms(24_000), 1500);
        assert_eq!(timing(24_000).ms(23_999), 999, "whole ones");
        assert_eq!(timing(1).ms(usize::MAX >> 11), u32::MAX, "not more");
        assert_eq!(timing(0).ms(1), 1000, "and no panic");
    }
}
