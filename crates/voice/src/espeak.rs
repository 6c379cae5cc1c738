//! espeak-ng: phonemes for Piper voices of any language, and for English words in Mandarin text.
//!
//! The library has global state, so one lock is held around every call.

use parking_lot::Mutex;

use crate::error::VoiceError;

static ESPEAK: Mutex<()> = Mutex::new(());

/// The longest word that espeak-ng is given in one piece, in bytes. It keeps a word in 160 bytes and
/// its phonemes in 200 (`N_WORD_BYTES`, `N_WORD_PHONEMES`), and not every release checks whether they
/// are full. Stacked endings, as in `s's's`, take up to two bytes of phonemes for each byte of text.
const LONGEST_WORD: usize = 80;

/// The first character of the scripts that are written without spaces (CJK and what follows it), in
/// which espeak-ng finds the words by itself.
const WITHOUT_SPACES: char = '\u{2E80}';

/// What is read before every text. Of a character that a voice does not know (kana in Mandarin, some emoji in French)
/// espeak-ng says the script or the name, and behind it what its buffer holds, which would be a former text.
const BEFORE_EVERY_TEXT: &str =
    "lalalalalalalalalalalalalalalalalalalalalalalalalalalalalalalalalalalalalalalala";

/// The text with spaces inserted where a word would be too long.
fn in_short_words(text: &str) -> String {
    let mut short = String::with_capacity(text.len());
    let mut length = 0;
    for c in text.chars() {
        let goes_on = !c.is_whitespace() && c < WITHOUT_SPACES;
        length = if goes_on { length + c.len_utf8() } else { 0 };
        if length > LONGEST_WORD {
            short.push(' ');
            length = c.len_utf8();
        }
        short.push(c);
    }
    short
}

/// The IPA that espeak-ng gives for `text` in `voice`.
///
/// # Errors
///
/// When espeak-ng's data is not found or it does not know the voice.
pub fn phonemes(text: &str, voice: &str) -> Result<String, VoiceError> {
    // A null byte would end the text early; it is no letter, so it is a space.
    let text = in_short_words(&text.replace('\0', " "));
    let _one_at_a_time = ESPEAK.lock();
    crate::espeak_data::point_to_data();
    let read = |text| {
        espeak_rs::text_to_phonemes(text, voice, None)
            .map_err(|error| VoiceError::Espeak(error.to_string()))
    };
    read(BEFORE_EVERY_TEXT)?;
    Ok(read(&text)?.join(" "))
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

    #[test]
    fn words_that_are_too_long_are_given_in_pieces() {
        let long = "s'".repeat(220);
        let pieces = in_short_words(&long);
        assert!(pieces.split(' ').all(|piece| piece.len() <= LONGEST_WORD));
        assert_eq!(pieces.replace(' ', ""), long);
        let plain =
            "An ordinary sentence, with Donaudampfschifffahrtselektrizitätenhauptbetriebswerk.";
        assert_eq!(in_short_words(plain), plain);
        let hanzi = "老年人助餐服务".repeat(20);
        assert_eq!(in_short_words(&hanzi), hanzi, "they are no word");
    }

    /// What other programs have fallen over, espeak-ng's own among them.
    #[test]
    fn words_of_any_length_are_read() {
        let bits = [
            "s'",
            "a",
            "ing",
            "ly",
            "abcdefghij",
            "é",
            "ß",
            "1",
            "1,",
            "un",
            "'",
            "-",
            "a-",
            "&",
            "<",
            "[[",
            "ness'",
            "ж",
            "字",
            "\u{301}",
            "\u{1F600}",
        ];
        for bit in bits {
            for times in [1, 20, 79, 220, 3000] {
                for voice in ["en-us", "de", "cmn"] {
                    let read = phonemes(&bit.repeat(times), voice);
                    assert!(read.is_ok(), "{times} times {bit} in {voice}: {read:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_of_a_former_text_is_said() {
        for (text, voice) in [("a ヤ b", "cmn"), ("un ⚽ ballon", "fr")] {
            let behind = |former: &str| {
                phonemes(former, voice).unwrap();
                phonemes(text, voice).unwrap()
            };
            assert_eq!(
                behind(&"abcdefghij".repeat(22)),
                behind("qrstuvw xyz mnopq rrrrr"),
                "{text} in {voice}"
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        /// All that Mandarin voices ask for.
        #[test]
        fn any_word_of_letters_is_read(word in "[a-z]{1,20}") {
            prop_assert!(!phonemes(&word, "en-us").unwrap().is_empty());
        }

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
