//! What must hold of the utterances of any line: every syllable has its source, the voice knows every
//! phoneme, no utterance is too long, and nothing that can be spoken is left out.

use std::sync::LazyLock;

use langdu_text::{FrontEnd, Utterance, phonemes};

/// One front-end for all tests, because loading it takes about 0.1 s.
pub static FRONT_END: LazyLock<FrontEnd> = LazyLock::new(FrontEnd::new);

/// The most phoneme characters that the model takes.
const MOST_PHONEMES: usize = 510;

/// Checks how `text` is read without a lexicon.
///
/// # Panics
///
/// Where something does not hold.
pub fn check(text: &str) {
    let utterances = FRONT_END.explain(text);
    check_utterances(text, &utterances);
    let spoken: String = utterances.iter().map(|u| u.spoken.as_str()).collect();
    assert!(!spoken.chars().any(|c| c.is_ascii_digit()), "{spoken}");
    every_letter_and_hanzi_is_covered(text, &utterances);
}

/// Checks what holds of the utterances of a line whatever the lexicon.
///
/// # Panics
///
/// Where something does not hold.
pub fn check_utterances(text: &str, utterances: &[Utterance]) {
    let length = text.chars().count();
    let mut last_start = 0;
    for utterance in utterances {
        check_utterance(utterance, text);
        for syllable in &utterance.syllables {
            assert!(
                syllable.start < syllable.end && syllable.end <= length,
                "{syllable:?}"
            );
            assert!(syllable.start >= last_start, "{syllable:?} goes back");
            last_start = syllable.start;
        }
    }
}

fn check_utterance(utterance: &Utterance, text: &str) {
    let count = utterance.phonemes.chars().count();
    assert!(count <= MOST_PHONEMES, "{count} phonemes");
    assert!(
        utterance.phonemes.chars().all(phonemes::is_known),
        "{}",
        utterance.phonemes
    );
    assert!(!utterance.syllables.is_empty());
    for syllable in &utterance.syllables {
        let range = syllable.phonemes.clone();
        assert!(
            range.start < range.end && range.end <= count,
            "{syllable:?}"
        );
    }
    let span = utterance.span.expect("a line's utterances stand in it");
    let chars: Vec<char> = text.chars().collect();
    let source: String = chars[span.start..span.end].iter().collect();
    assert_eq!(source, utterance.text);
    assert_eq!(
        span.end_utf16 - span.start_utf16,
        source.encode_utf16().count()
    );
}

fn every_letter_and_hanzi_is_covered(text: &str, utterances: &[Utterance]) {
    let mut covered = vec![false; text.chars().count()];
    for syllable in utterances.iter().flat_map(|utterance| &utterance.syllables) {
        covered[syllable.start..syllable.end].fill(true);
    }
    let chars: Vec<char> = text.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        let spoken = c.is_ascii_alphanumeric() || ('\u{4e00}'..='\u{9fff}').contains(&c);
        let is_said = !spoken || covered[at] || is_in_note_mark(&chars, at);
        assert!(is_said, "{c} at {at} is not said");
    }
}

/// Whether a character may be of the mark of a note, which is silent behind a word: one or two digits in
/// brackets.
fn is_in_note_mark(chars: &[char], at: usize) -> bool {
    let is_digit = |c: &&char| c.is_ascii_digit();
    let before = chars[..at].iter().rev().take_while(is_digit).count();
    let behind = chars[at..].iter().take_while(is_digit).count();
    let opens = chars[..at - before].last();
    let closes = chars.get(at + behind);
    behind > 0
        && before + behind <= 2
        && opens.is_some_and(|c| "[〔［".contains(*c))
        && closes.is_some_and(|c| "]〕］".contains(*c))
}
