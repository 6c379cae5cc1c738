//! From an utterance to the recipe of its clip.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use super::RATE_RANGE;
use langdu_clips::{ClipId, Read, Recipe};
use langdu_text::{Syllable, Utterance};
use langdu_voice::voices::Voice;
use langdu_voice::{Melody, VoiceError, phonemes};

/// What the clip of the utterance `index` of a script is made of, at so many thousandths of the normal rate
/// and with this melody.
///
/// # Errors
///
/// When the voice cannot be fed with it.
pub(super) fn recipe(
    voice: &Voice,
    utterances: &[Utterance],
    index: usize,
    (rate_milli, melody): (u32, Melody),
) -> Result<Recipe, VoiceError> {
    let utterance = &utterances[index];
    let fed = phonemes::for_pack(voice.pack(), utterances, index)?;
    Ok(Recipe {
        pack: voice.pack().digest,
        speaker: voice.speaker.name.clone(),
        phonemes: fed.phonemes,
        part: fed.part,
        syllables: fed.syllables,
        rate_milli: spoken_at(utterance, rate_milli),
        length_milli: fed.length_milli,
        pause_ms: at_rate(utterance.pause_ms, rate_milli),
        melody,
        read: Some(Read {
            text: utterance.text.clone(),
            spoken: utterance.spoken.clone(),
            syllables: within(utterance),
        }),
    })
}

/// The rate at which an utterance is spoken where a reading has this one: the source may ask for another.
pub(super) fn spoken_at(utterance: &Utterance, rate_milli: u32) -> u32 {
    let own = u64::from(rate_milli) * u64::from(utterance.rate_milli) / 1000;
    let [slowest, fastest] =
        [*RATE_RANGE.start(), *RATE_RANGE.end()].map(|rate| (rate * 1000.0) as u64);
    u32::try_from(own.clamp(slowest, fastest)).unwrap_or(rate_milli)
}

/// A pause of the normal rate at another one.
pub(super) fn at_rate(pause_ms: u32, rate_milli: u32) -> u32 {
    let scaled = u64::from(pause_ms) * 1000 / u64::from(rate_milli.max(1));
    u32::try_from(scaled).unwrap_or(u32::MAX)
}

/// An utterance's syllables with offsets into its own text instead of its block's.
fn within(utterance: &Utterance) -> Vec<Syllable> {
    let base = utterance.span.map_or(0, |span| span.start);
    let moved = |syllable: &Syllable| Syllable {
        start: syllable.start.saturating_sub(base),
        end: syllable.end.saturating_sub(base),
        ..syllable.clone()
    };
    utterance.syllables.iter().map(moved).collect()
}

/// As [`reading_id`], of a reading that grows: those that are made at the same time are told apart.
pub(super) fn growing_id(clips: &[ClipId]) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = now.map_or(0, |now| now.as_nanos());
    let mut hasher = blake3::Hasher::new();
    hasher.update(reading_id(clips).as_bytes());
    hasher.update(&count.to_le_bytes());
    hasher.update(&now.to_le_bytes());
    hasher.finalize().to_hex()[..32].to_owned()
}

/// Follows from the clips, so that it is as guessable as they are.
pub(super) fn reading_id(clips: &[ClipId]) -> String {
    let mut hasher = blake3::Hasher::new();
    for clip in clips {
        hasher.update(clip.to_string().as_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}
