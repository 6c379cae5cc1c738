//! The phonemes that a voice is fed for an utterance: the front-end's own, or espeak-ng's.

use std::ops::Range;

use crate::error::VoiceError;
use crate::espeak;
use crate::pack::{Pack, PhonemeScheme};
use crate::voices::is_mandarin;
use langdu_text::Utterance;

/// An utterance in a voice's own scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoicePhonemes {
    /// What the model is fed.
    pub phonemes: String,
    /// For each syllable of the utterance, its `char` range in `phonemes`: exact in the
    /// front-end's scheme, even shares in espeak's.
    pub syllables: Vec<Range<usize>>,
}

/// Puts `utterance` into the scheme of `pack`. Mandarin espeak voices are given the normalised
/// text, voices of other languages the text as it stands, which is espeak-ng's own to normalise.
///
/// # Errors
///
/// When espeak-ng fails.
pub fn for_pack(pack: &Pack, utterance: &Utterance) -> Result<VoicePhonemes, VoiceError> {
    let PhonemeScheme::Espeak(voice) = &pack.scheme else {
        return Ok(VoicePhonemes {
            phonemes: utterance.phonemes.clone(),
            syllables: utterance
                .syllables
                .iter()
                .map(|s| s.phonemes.clone())
                .collect(),
        });
    };
    let mandarin = pack.language_codes.iter().any(|code| is_mandarin(code));
    let text = if mandarin {
        &utterance.spoken
    } else {
        &utterance.text
    };
    let phonemes = pack.known_symbols(&espeak::phonemes(text, voice)?);
    let length = phonemes.chars().count();
    let count = utterance.syllables.len();
    let syllables = (0..count)
        .map(|index| index * length / count..(index + 1) * length / count)
        .collect();
    Ok(VoicePhonemes {
        phonemes,
        syllables,
    })
}
