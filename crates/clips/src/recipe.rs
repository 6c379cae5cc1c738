//! What a clip is made from, and the id that follows from it.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use langdu_audio::pcm::POST_PROCESSING_VERSION;
use langdu_text::Syllable;

/// A clip's name: 128 bits of a BLAKE3 hash of everything that shapes its sound.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ClipId([u8; 16]);

impl ClipId {
    /// The id's bytes stretched to a seed for stream serial numbers.
    pub fn seed(self) -> [u8; 32] {
        *blake3::hash(&self.0).as_bytes()
    }

    /// The seed of the clip where it was heard `before` times already in the same stream.
    pub fn seed_of_repeat(self, before: u32) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0).update(&before.to_le_bytes());
        *hasher.finalize().as_bytes()
    }
}

impl fmt::Display for ClipId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for ClipId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

/// The text is no clip id: those are 32 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a clip id has 32 lower-case hex digits")]
pub struct NotAClipId;

impl From<ClipId> for String {
    fn from(id: ClipId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for ClipId {
    type Error = NotAClipId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for ClipId {
    type Err = NotAClipId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 32 || !text.bytes().all(is_hex) {
            return Err(NotAClipId);
        }
        u128::from_str_radix(text, 16)
            .map(|number| Self(number.to_be_bytes()))
            .map_err(|_| NotAClipId)
    }
}

/// Everything that makes a clip again, on any machine with the same pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// The pack's digest.
    pub pack: [u8; 32],
    /// The speaker's name.
    pub speaker: String,
    /// What the model is fed.
    pub phonemes: String,
    /// Each syllable's `char` range in `phonemes`. They follow from the phonemes, so they are no
    /// part of the id.
    pub syllables: Vec<Range<usize>>,
    /// Thousandths of the normal rate, 500 to 2000.
    pub rate_milli: u32,
    /// The pause after the utterance, in milliseconds.
    pub pause_ms: u32,
    /// What was read when the clip was first asked for. Other texts with the same phonemes have
    /// the same clip, so it is no part of the id; it is kept in the store only.
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
    /// The readings.
    pub syllables: Vec<Syllable>,
}

/// The default voice's pace, estimated over ordinary sentences.
const SYLLABLES_PER_SECOND: f64 = 4.3;

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
        for number in [self.rate_milli, self.pause_ms, POST_PROCESSING_VERSION] {
            hasher.update(&number.to_le_bytes());
        }
        let mut id = [0; 16];
        hasher.finalize_xof().fill(&mut id);
        ClipId(id)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn recipe() -> Recipe {
        Recipe {
            pack: [1; 32],
            speaker: "a".to_owned(),
            phonemes: "ma→".to_owned(),
            syllables: std::iter::once(0..3).collect(),
            rate_milli: 1000,
            pause_ms: 200,
            read: None,
        }
    }

    #[test]
    fn an_id_survives_printing_and_parsing() {
        let id = recipe().id(None);
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn everything_that_shapes_the_sound_shapes_the_id() {
        let base = recipe();
        let changes: [fn(&mut Recipe); 5] = [
            |r| r.pack = [2; 32],
            |r| r.speaker = "b".to_owned(),
            |r| r.phonemes = "ma↘".to_owned(),
            |r| r.rate_milli = 1001,
            |r| r.pause_ms = 201,
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
    fn what_is_no_id_is_refused() {
        for text in [
            "",
            "xyz",
            "../../../../etc/passwd",
            &"A".repeat(32),
            &"+".repeat(32),
        ] {
            assert_eq!(text.parse::<ClipId>(), Err(NotAClipId), "{text}");
        }
    }

    #[test]
    fn a_clip_lasts_about_as_long_as_its_syllables_at_its_rate_and_its_pause() {
        let mut recipe = Recipe {
            syllables: vec![0..1; 43],
            ..recipe()
        };
        // 4.3 syllables a second.
        assert_eq!(recipe.estimated_duration(), Duration::from_millis(10_200));
        recipe.rate_milli = 2000;
        assert_eq!(recipe.estimated_duration(), Duration::from_millis(5_200));
        recipe.rate_milli = 500;
        recipe.pause_ms = 0;
        assert_eq!(recipe.estimated_duration(), Duration::from_secs(20));
    }

    #[test]
    fn each_time_that_a_clip_comes_again_has_a_seed_of_its_own() {
        let id = recipe().id(None);
        let seeds = [id.seed(), id.seed_of_repeat(1), id.seed_of_repeat(2)];
        assert!(seeds[0] != seeds[1] && seeds[1] != seeds[2] && seeds[0] != seeds[2]);
        assert_eq!(id.seed_of_repeat(2), seeds[2]);
    }

    #[test]
    fn an_id_is_written_and_read_as_its_text() {
        let id: ClipId = "00112233445566778899aabbccddeeff".parse().unwrap();
        let written = serde_json::to_string(&id).unwrap();
        assert_eq!(written, "\"00112233445566778899aabbccddeeff\"");
        assert_eq!(serde_json::from_str::<ClipId>(&written).unwrap(), id);
        assert_eq!(format!("{id:?}"), id.to_string());
        assert!(serde_json::from_str::<ClipId>("\"00\"").is_err());
    }
}
