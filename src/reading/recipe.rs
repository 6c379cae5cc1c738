//! From an utterance to the recipe of its clip.

use langdu_clips::{ClipId, Read, Recipe};
use langdu_text::{Syllable, Utterance};
use langdu_voice::voices::Voice;
use langdu_voice::{VoiceError, phonemes};

/// What the clip of `utterance` is made of.
///
/// # Errors
///
/// When the voice cannot be fed with it.
pub(super) fn recipe(
    voice: &Voice,
    utterance: &Utterance,
    rate_milli: u32,
) -> Result<Recipe, VoiceError> {
    let fed = phonemes::for_pack(voice.pack(), utterance)?;
    Ok(Recipe {
        pack: voice.pack().digest,
        speaker: voice.speaker.name.clone(),
        phonemes: fed.phonemes,
        syllables: fed.syllables,
        rate_milli,
        pause_ms: utterance.pause_ms,
        read: Some(Read {
            text: utterance.text.clone(),
            spoken: utterance.spoken.clone(),
            syllables: within(utterance),
        }),
    })
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

/// Follows from the clips, so that it is as guessable as they are.
pub(super) fn reading_id(clips: &[ClipId]) -> String {
    let mut hasher = blake3::Hasher::new();
    for clip in clips {
        hasher.update(clip.to_string().as_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}
