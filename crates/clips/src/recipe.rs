//! What a clip is made from: enough to make it again on any replica, and the id that follows from
//! it.

use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ClipId;
use langdu_audio::pcm::{FRAME_RATE_HZ, MIN_TAIL_SAMPLES, POST_PROCESSING_VERSION};
use langdu_audio::tempo::{OWN_TEMPO_MILLI, placed_at_tempo};
use langdu_text::Syllable;
use langdu_voice::voices::Voice;
use langdu_voice::{Melody, Speech, phonemes, plan};

/// Everything that makes a clip again, on any machine with the same pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// The pack's digest.
    pub pack: [u8; 32],
    /// The speaker's name.
    pub speaker: String,
    /// What the model is fed: where the pack plans whole sentences, the sentence that the clip is a
    /// part of, or what carries a few syllables.
    pub phonemes: String,
    /// The `char` range of `phonemes` that is spoken.
    pub part: Range<usize>,
    /// Each syllable's `char` range in `phonemes`. They follow from the phonemes, so they are no
    /// part of the id.
    pub syllables: Vec<Range<usize>>,
    /// Thousandths of the normal rate, 250 to 4000.
    pub rate_milli: u32,
    /// How long the voice takes at that rate, relative to other clips, in thousandths.
    pub length_milli: u32,
    /// The pause that is heard after the utterance, in milliseconds; where the voice runs on, 0.
    pub pause_ms: u32,
    /// What is done to the pitch that the model plans.
    #[serde(default)]
    pub melody: Melody,
    /// What was read when the clip was first asked for. Other texts with the same phonemes have
    /// the same clip, so it is no part of the id; it is kept in the lasting tiers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<Read>,
}

/// The text behind the phonemes, for whoever asks why a clip sounds as it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    /// As it stands on the page.
    pub text: String,
    /// As it is spoken.
    pub spoken: String,
    /// How each syllable is pronounced.
    pub syllables: Vec<Syllable>,
}

/// The rates at which a voice speaks by itself, in thousandths of the normal one: there the default speakers keep
/// them within 3 %. Beyond them the model stumbles: at half and at twice the rate a recogniser hears one syllable
/// in ten or in twenty wrong where it hears all of the stretched sound (`docs/measurements/voice.md`), and at
/// twice the rate it is 1.8 times as fast. There it speaks at its normal rate.
const SPOKEN_RATES_MILLI: RangeInclusive<u32> = 700..=1200;

/// Changes whenever a stretched clip would have other samples for the same recipe.
const STRETCHING_VERSION: u32 = 1;

/// The pace that the speakers' length scales aim at, over ordinary sentences.
const SYLLABLES_PER_SECOND: f64 = 4.1;

/// About how long an utterance of so many syllables is heard with its pause, at `rate_milli`
/// thousandths of the normal rate. It orders the queue before the timings are known, for which a
/// rough one does.
pub fn estimated_duration(syllables: usize, rate_milli: u32, pause_ms: u32) -> Duration {
    let rate = f64::from(rate_milli.max(1)) / 1000.0;
    let spoken = syllables as f64 / (SYLLABLES_PER_SECOND * rate);
    Duration::from_secs_f64(spoken) + Duration::from_millis(pause_ms.into())
}

impl Recipe {
    /// About how long the clip is heard.
    pub fn estimated_duration(&self) -> Duration {
        estimated_duration(self.syllables.len(), self.rate_milli, self.pause_ms)
    }

    /// Whether it is a few syllables that are planned inside a carrier, whose length is another.
    pub(crate) fn stands_alone(&self) -> bool {
        self.length_milli != phonemes::NORMAL_LENGTH_MILLI
    }

    /// By how much what the voice speaks is made faster, in thousandths; [`OWN_TEMPO_MILLI`] where the voice keeps
    /// the rate by itself.
    pub(crate) fn tempo_milli(&self) -> u32 {
        if SPOKEN_RATES_MILLI.contains(&self.rate_milli) {
            OWN_TEMPO_MILLI
        } else {
            self.rate_milli
        }
    }

    /// The rate at which the voice speaks, in thousandths of the normal one.
    fn spoken_rate_milli(&self) -> u32 {
        if SPOKEN_RATES_MILLI.contains(&self.rate_milli) {
            self.rate_milli
        } else {
            OWN_TEMPO_MILLI
        }
    }

    /// What the model is given to speak the clip with this voice.
    pub(crate) fn speech(&self, voice: &Voice) -> Speech {
        Speech {
            phonemes: self.phonemes.clone(),
            part: self.part.clone(),
            silence_after_ms: self.kept_pause_ms(),
            speaker_id: voice.speaker.id,
            length_scale: voice.speaker.length_scale * self.length_milli as f32
                / self.spoken_rate_milli() as f32,
            melody: self.melody,
            pitch_range: voice.speaker.pitch_range,
        }
    }

    /// The pause before the sound is stretched, in milliseconds.
    fn spoken_pause_ms(&self) -> u32 {
        let pause_ms = u64::from(self.pause_ms) * u64::from(self.tempo_milli());
        u32::try_from(pause_ms / u64::from(OWN_TEMPO_MILLI)).unwrap_or(u32::MAX)
    }

    /// How much of the pause is the voice's own silence, in milliseconds, where a pack can tell: a clip
    /// ends with some silence of its own, and the next begins with some of the voice's.
    fn kept_pause_ms(&self) -> u32 {
        let tail_ms = (MIN_TAIL_SAMPLES * 1000).div_ceil(FRAME_RATE_HZ as usize) as u32;
        let kept = self
            .spoken_pause_ms()
            .saturating_sub(plan::SILENCE_BEFORE_MS + tail_ms);
        kept.clamp(plan::LEAST_SILENCE_AFTER_MS, plan::MOST_SILENCE_AFTER_MS)
    }

    /// The silence to add, in milliseconds, so that the pause is heard as long as it should be: the
    /// voice leaves some by itself.
    pub(crate) fn added_pause_ms(&self, voice: &Voice) -> u32 {
        let own = match &voice.pack().prosody {
            Some(_) => self.kept_pause_ms() + plan::SILENCE_BEFORE_MS,
            None => 0,
        };
        let stretched_ms = placed_at_tempo(own as usize, self.tempo_milli());
        self.pause_ms
            .saturating_sub(u32::try_from(stretched_ms).unwrap_or(u32::MAX))
    }

    /// The clip's id: a plain hash for public sources, so that all replicas agree; keyed with
    /// `secret` for private ones, so that nobody can find a clip by guessing its text.
    pub fn id(&self, secret: Option<&[u8; 32]>) -> ClipId {
        let mut hasher = match secret {
            Some(secret) => blake3::Hasher::new_keyed(secret),
            None => blake3::Hasher::new(),
        };
        hasher.update(&self.pack);
        for text in [&self.speaker, &self.phonemes] {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        for place in [self.part.start, self.part.end] {
            hasher.update(&(place as u64).to_le_bytes());
        }
        for number in [
            self.rate_milli,
            self.length_milli,
            self.pause_ms,
            POST_PROCESSING_VERSION,
        ] {
            hasher.update(&number.to_le_bytes());
        }
        let Melody {
            questions,
            continuations,
            range,
        } = self.melody;
        hasher.update(&[questions, continuations, range].map(u8::from));
        if self.tempo_milli() != OWN_TEMPO_MILLI {
            hasher.update(&STRETCHING_VERSION.to_le_bytes());
        }
        let mut id = [0; 16];
        hasher.finalize_xof().fill(&mut id);
        ClipId(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::recipe;

    #[test]
    fn everything_that_shapes_the_sound_shapes_the_id() {
        let base = recipe();
        let changes: [fn(&mut Recipe); 11] = [
            |r| r.pack = [2; 32],
            |r| r.speaker = "b".to_owned(),
            |r| r.phonemes = "ma↘".to_owned(),
            |r| r.part = 0..2,
            |r| r.part = 1..3,
            |r| r.rate_milli = 1001,
            |r| r.length_milli = 1001,
            |r| r.pause_ms = 201,
            |r| r.melody.questions = false,
            |r| r.melody.continuations = false,
            |r| r.melody.range = false,
        ];
        for change in changes {
            let mut other = base.clone();
            change(&mut other);
            assert_ne!(other.id(None), base.id(None), "{other:?}");
        }
    }

    #[test]
    fn a_private_id_cannot_be_found_without_the_secret() {
        assert_ne!(recipe().id(None), recipe().id(Some(&[0; 32])));
        assert_ne!(recipe().id(Some(&[1; 32])), recipe().id(Some(&[0; 32])));
    }

    #[test]
    fn a_rate_is_spoken_where_the_voice_keeps_it_and_stretched_elsewhere() {
        for (rate_milli, spoken, tempo) in [
            (250, 1000, 250),
            (699, 1000, 699),
            (700, 700, 1000),
            (1000, 1000, 1000),
            (1200, 1200, 1000),
            (1201, 1000, 1201),
            (4000, 1000, 4000),
        ] {
            let recipe = Recipe {
                rate_milli,
                ..recipe()
            };
            let found = (recipe.spoken_rate_milli(), recipe.tempo_milli());
            assert_eq!(found, (spoken, tempo), "{rate_milli}");
        }
    }

    #[test]
    fn a_stretched_clip_keeps_as_much_silence_of_the_voice_as_before_it_is_stretched() {
        let at = |rate_milli, pause_ms| Recipe {
            rate_milli,
            pause_ms,
            ..recipe()
        };
        for (rate_milli, pause_ms) in [(500, 1200), (2000, 300), (4000, 150)] {
            let stretched = at(rate_milli, pause_ms);
            assert_eq!(stretched.kept_pause_ms(), at(1000, 600).kept_pause_ms());
        }
    }

    #[test]
    fn a_clip_lasts_about_as_long_as_its_syllables_at_its_rate_and_its_pause() {
        let mut recipe = Recipe {
            syllables: vec![0..1; 41],
            ..recipe()
        };
        // 4.1 syllables a second.
        assert_eq!(recipe.estimated_duration(), Duration::from_millis(10_200));
        recipe.rate_milli = 2000;
        assert_eq!(recipe.estimated_duration(), Duration::from_millis(5_200));
        recipe.rate_milli = 500;
        recipe.pause_ms = 0;
        assert_eq!(recipe.estimated_duration(), Duration::from_secs(20));
    }
}
