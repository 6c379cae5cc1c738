//! How much of a text is made of words that the dictionary has: text that a program has misread has fewer.

use super::chars::is_hanzi;
use super::front_end::FrontEnd;

/// Marks that stand in every text and say nothing of it.
const MARKS: &str =
    "，。、；：？！“”‘’（）《》〈〉【】〔〕［］…—－·.,;:?!\"'()[]<>-/%％℃°~～+=&@#*№§￥$×";

/// The letters of a text that words could be made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KnownWords {
    /// Those that are in words of two hanzi or more which the dictionary has.
    pub known: usize,
    /// All hanzi, and signs that are no punctuation. Figures and Latin letters do not count.
    pub all: usize,
}

impl FrontEnd {
    /// How many of the letters of `text` are in words.
    ///
    /// ```
    /// let front_end = langdu_text::FrontEnd::new();
    /// let told = |text| {
    ///     let words = front_end.known_words(text);
    ///     (words.known, words.all)
    /// };
    /// assert_eq!(told("请各单位认真执行2026年规定。"), (8, 11));
    /// assert_eq!(told("请各单付认真执行2026年规宦。"), (4, 11));
    /// ```
    pub fn known_words(&self, text: &str) -> KnownWords {
        let mut words = KnownWords::default();
        let letters: Vec<char> = text.chars().collect();
        let mut at = 0;
        for length in self.segmenter().words(&letters) {
            let word = &letters[at..at + length];
            at += length;
            let hanzi = word.iter().filter(|letter| is_hanzi(**letter)).count();
            if hanzi == length {
                words.all += length;
                words.known += if length > 1 { length } else { 0 };
            } else {
                let is_sign = |letter: &&char| {
                    is_hanzi(**letter)
                        || !(letter.is_alphanumeric()
                            || letter.is_whitespace()
                            || MARKS.contains(**letter))
                };
                words.all += word.iter().filter(is_sign).count();
            }
        }
        words
    }
}
