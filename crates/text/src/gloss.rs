//! Pronunciations that the page itself gives: 盱眙（xū yí）, 枞（zōng）阳, 浚县（读音：xùn xiàn）.
//!
//! A gloss is a bracket that holds nothing but pinyin, with or without a label. It sets the
//! pronunciation of the characters before it and is not spoken.

use std::ops::Range;

use super::chars::{fold, is_hanzi};
use super::pronunciation::{Dictionary, Pinyin, marked_syllables};

/// A pronunciation that stands on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gloss {
    /// The characters that it is for.
    pub(crate) word: Range<usize>,
    /// One for each character of the word.
    pub(crate) pinyin: Vec<Pinyin>,
    /// The bracket with what it holds.
    pub(crate) bracket: Range<usize>,
}

/// The longest bracket that is looked into, in characters.
const LONGEST_BRACKET: usize = 48;
/// How many characters before the bracket may be meant.
const REACH: usize = 8;
/// What a label consists of: 读音：, 拼音为, 音.
const LABEL: &str = "读音作拼注为是念汉语: ：";

/// The glosses of a text, in order.
pub(crate) fn glosses(text: &[char], dictionary: &Dictionary) -> Vec<Gloss> {
    let mut found: Vec<Gloss> = Vec::new();
    for (open, &c) in text.iter().enumerate() {
        let Some(closing) = closing(c) else { continue };
        let inside = &text[open + 1..text.len().min(open + 1 + LONGEST_BRACKET)];
        let Some(length) = inside.iter().position(|&c| fold(c) == closing) else {
            continue;
        };
        let label = inside[..length]
            .iter()
            .take_while(|c| LABEL.contains(**c))
            .count();
        let Some(pinyin) = marked_syllables(&inside[label..length]) else {
            continue;
        };
        let bracket = open..open + length + 2;
        let from = found.last().map_or(0, |gloss| gloss.bracket.end);
        if let Some(word) = word_before(&text[..open], from, &pinyin, dictionary) {
            found.push(Gloss {
                word,
                pinyin,
                bracket,
            });
        }
    }
    found
}

fn closing(open: char) -> Option<char> {
    match fold(open) {
        '(' => Some(')'),
        '[' => Some(']'),
        '〔' => Some('〕'),
        '【' => Some('】'),
        _ => None,
    }
}

/// The characters before a bracket that `pinyin` is for: those that can be read so, else the last.
fn word_before(
    before: &[char],
    from: usize,
    pinyin: &[Pinyin],
    dictionary: &Dictionary,
) -> Option<Range<usize>> {
    let quote = usize::from(matches!(before.last(), Some('”' | '》' | '’' | '」')));
    let end = before.len() - quote;
    let length = before[from.min(end)..end]
        .iter()
        .rev()
        .take_while(|&&c| is_hanzi(fold(c)))
        .count();
    let run = end - length.min(REACH + pinyin.len())..end;
    let windows = (0..=run.len().checked_sub(pinyin.len())?)
        .map(|back| run.end - back - pinyin.len()..run.end - back);
    let reads = |window: &Range<usize>| {
        before[window.clone()]
            .iter()
            .zip(pinyin)
            .all(|(&c, &pinyin)| dictionary.may_sound(fold(c), pinyin))
    };
    windows
        .clone()
        .find(reads)
        .or_else(|| windows.into_iter().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bracket_with_pinyin_is_for_the_characters_before_it() {
        let dictionary = Dictionary::load();
        for (text, word, pinyin) in [
            ("江苏省盱眙（xū yí）县", "盱眙", "xu1 yi2"),
            ("枞（zōng）阳", "枞", "zong1"),
            ("犍[qián]为县", "犍", "qian2"),
            ("浚县（读音：xùn）人民政府", "浚", "xun4"),
            ("“莘县”（音shēn）", "莘", "shen1"),
            ("郫都（pídū）区", "郫都", "pi2 du1"),
            ("儋（dan1）州", "儋", "dan1"),
        ] {
            let text: Vec<char> = text.chars().collect();
            let found = glosses(&text, &dictionary);
            assert_eq!(found.len(), 1, "{text:?}");
            let read: String = text[found[0].word.clone()].iter().collect();
            let said: Vec<String> = found[0].pinyin.iter().map(ToString::to_string).collect();
            assert_eq!((read.as_str(), said.join(" ").as_str()), (word, pinyin));
        }
        for text in [
            "增长（GDP）",
            "甲（a）乙",
            "（Café）",
            "世界（the world）",
            "规定（一）",
        ] {
            let text: Vec<char> = text.chars().collect();
            assert!(glosses(&text, &dictionary).is_empty(), "{text:?}");
        }
    }
}
