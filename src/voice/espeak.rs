//! espeak-ng: phonemes for Piper voices of any language, and for English words in Mandarin text.
//!
//! It has global state, so there is one lock around every call.

use std::sync::Mutex;

use super::VoiceError;

static ESPEAK: Mutex<()> = Mutex::new(());

/// The IPA that espeak-ng gives for `text` in `voice`.
///
/// # Errors
///
/// When espeak-ng's data is not found or it does not know the voice.
pub fn phonemes(text: &str, voice: &str) -> Result<String, VoiceError> {
    // A null byte would end the text early; it is no letter, so it is a space.
    let text = text.replace('\0', " ");
    let _one_at_a_time = ESPEAK
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    super::espeak_data::point_to_data();
    espeak_rs::text_to_phonemes(&text, voice, None)
        .map(|sentences| sentences.join(" "))
        .map_err(|error| VoiceError::Espeak(error.to_string()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_english_word_has_phonemes() {
        assert!(phonemes("hello", "en-us").unwrap().contains('l'));
    }

    #[test]
    fn an_unknown_voice_is_an_error() {
        assert!(matches!(
            phonemes("x", "no-such-voice"),
            Err(VoiceError::Espeak(_))
        ));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn any_text_is_read_and_the_same_way_again(
            text in r"[\PC\x00<>&\[\]_ '’.,!?a-zA-Z0-9éß]{0,300}",
            voice in prop::sample::select(vec!["en-us", "de", "cmn"]),
        ) {
            let once = phonemes(&text, voice).unwrap();
            prop_assert_eq!(phonemes(&text, voice).unwrap(), once);
        }
    }
}
