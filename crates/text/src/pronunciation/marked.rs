//! Pinyin as people write it, with marks over the vowels: lǜ, xū yí, pīnyīn.

use std::ops::Range;

use super::syllable::Pinyin;
use crate::chars::fold;

/// Letters with the mark of a tone; an u with dots is `v`.
const MARKED: &[(&str, char)] = &[
    ("āáǎàă", 'a'),
    ("ēéěèĕ", 'e'),
    ("īíǐìĭ", 'i'),
    ("ōóǒòŏ", 'o'),
    ("ūúǔùŭ", 'u'),
    ("ǖǘǚǜ", 'v'),
];

/// The longest syllable: zhuang.
const LONGEST: usize = 6;

/// A letter of pinyin and the tone it is marked with, 0 where it has no mark.
#[derive(Clone, Copy)]
struct Letter {
    base: char,
    tone: u8,
}

/// The syllables of a stretch of pinyin, between which blanks and apostrophes may stand; `None` where it
/// is anything else, or where no tone is given.
pub(crate) fn marked_syllables(text: &[char]) -> Option<Vec<Pinyin>> {
    let mut syllables = Vec::new();
    let parts =
        text.split(|c| c.is_whitespace() || matches!(c, '\'' | '’' | '-' | '·' | ',' | '，'));
    for part in parts.filter(|part| !part.is_empty()) {
        let letters = letters(part)?;
        split(&letters, &mut syllables)?;
    }
    let toned = syllables.iter().any(|pinyin| pinyin.tone() != 5);
    toned.then_some(syllables)
}

/// A syllable with its tone as a digit (`lv4`) as people write it: `lǜ`. The mark stands over an a or e, over the o
/// of ou, and else over the last vowel (汉语拼音方案, 4). What has no tone keeps its letters.
pub fn with_tone_mark(syllable: &str) -> String {
    let letters = syllable.trim_end_matches(|c: char| c.is_ascii_digit());
    let tone: usize = syllable[letters.len()..].parse().unwrap_or(5);
    let vowel = letters
        .find(['a', 'e'])
        .or_else(|| letters.find("ou"))
        .or_else(|| letters.rfind(['i', 'o', 'u', 'v']))
        .filter(|_| (1..=4).contains(&tone));
    let written = letters.char_indices().map(|(at, c)| {
        let marks = MARKED.iter().find(|(_, base)| *base == c);
        let marked = marks.and_then(|(marks, _)| marks.chars().nth(tone.saturating_sub(1)));
        match marked.filter(|_| Some(at) == vowel) {
            Some(marked) => marked,
            None if c == 'v' => 'ü',
            None => c,
        }
    });
    written.collect()
}

/// The words of a text that are pinyin with tone marks.
pub(crate) fn pinyin_words(text: &[char]) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    if !text.iter().any(|&c| is_marked(c)) {
        return words;
    }
    let mut at = 0;
    while at < text.len() {
        let length = text[at..].iter().take_while(|c| is_letter(**c)).count();
        let word = &text[at..at + length];
        if word.iter().any(|&c| is_marked(c)) && marked_syllables(word).is_some() {
            words.push(at..at + length);
        }
        at += length.max(1);
    }
    words
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || fold(c).is_ascii_alphabetic() || ('\u{300}'..='\u{30c}').contains(&c)
}

/// Whether a letter carries the mark of a tone.
fn is_marked(c: char) -> bool {
    ('\u{e0}'..='\u{30c}').contains(&c)
        && (marked(c).is_some() || matches!(c, '\u{304}' | '\u{301}' | '\u{30c}' | '\u{300}'))
}

fn letters(part: &[char]) -> Option<Vec<Letter>> {
    let mut letters: Vec<Letter> = Vec::with_capacity(part.len());
    for c in part.iter().flat_map(|c| c.to_lowercase()) {
        let (base, tone) = match c {
            'a'..='z' => (c, 0),
            'ɑ' => ('a', 0),
            'ɡ' => ('g', 0),
            'ü' => ('v', 0),
            // Marks that stand as characters of their own, and tones in digits.
            '\u{304}' | '\u{301}' | '\u{30c}' | '\u{300}' | '\u{308}' | '1'..='5' => {
                let last = letters.last_mut()?;
                match c {
                    '\u{304}' | '1' => last.tone = 1,
                    '\u{301}' | '2' => last.tone = 2,
                    '\u{30c}' | '3' => last.tone = 3,
                    '\u{300}' | '4' => last.tone = 4,
                    '5' => last.tone = 5,
                    _ => last.base = 'v',
                }
                continue;
            }
            _ => marked(c)?,
        };
        letters.push(Letter { base, tone });
    }
    Some(letters)
}

fn marked(c: char) -> Option<(char, u8)> {
    MARKED.iter().find_map(|(forms, base)| {
        let place = forms.chars().position(|form| form == c)?;
        // The fifth form is a short mark, written for the third tone.
        Some((*base, if place == 4 { 3 } else { place as u8 + 1 }))
    })
}

/// Splits letters into syllables of one mark each, the longest first; a later one may be neutral.
fn split(letters: &[Letter], syllables: &mut Vec<Pinyin>) -> Option<()> {
    if letters.is_empty() {
        return Some(());
    }
    for length in (1..=LONGEST.min(letters.len())).rev() {
        let Some(pinyin) = syllable(&letters[..length]) else {
            continue;
        };
        // Only the last syllable of a word is neutral: résumé is no pinyin.
        if pinyin.tone() == 5 && length < letters.len() {
            continue;
        }
        let before = syllables.len();
        syllables.push(pinyin);
        if split(&letters[length..], syllables).is_some() {
            return Some(());
        }
        syllables.truncate(before);
    }
    None
}

fn syllable(letters: &[Letter]) -> Option<Pinyin> {
    let mut marks = letters
        .iter()
        .map(|letter| letter.tone)
        .filter(|tone| *tone != 0);
    let tone = marks.next().unwrap_or(5);
    if marks.next().is_some() {
        return None;
    }
    let written: String = letters.iter().map(|letter| letter.base).collect();
    Pinyin::parse(&written).map(|pinyin| pinyin.with_tone(tone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_written_over_its_vowel() {
        for (syllable, written) in [
            ("xu1", "xū"),
            ("lv4", "lǜ"),
            ("nve4", "nüè"),
            ("liu2", "liú"),
            ("gui3", "guǐ"),
            ("zhou1", "zhōu"),
            ("jiao4", "jiào"),
            ("xie2", "xié"),
            ("de5", "de"),
            ("ng2", "ng"),
            ("lv", "lü"),
        ] {
            assert_eq!(with_tone_mark(syllable), written, "{syllable}");
        }
    }

    #[test]
    fn marks_say_the_tone_and_divide_the_syllables() {
        for (text, syllables) in [
            ("lǜ", "lv4"),
            ("xū yí", "xu1 yi2"),
            ("xūyí", "xu1 yi2"),
            ("pīnyīn", "pin1 yin1"),
            ("Xī'ān", "xi1 an1"),
            ("bā ba", "ba1 ba5"),
            ("chángzhì", "chang2 zhi4"),
            ("lu\u{308}\u{300}", "lv4"),
            ("xun4", "xun4"),
        ] {
            let text: Vec<char> = text.chars().collect();
            let found = marked_syllables(&text).unwrap_or_default();
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert_eq!(found.join(" "), syllables);
        }
        for text in ["café", "de", "hello", "résumé", "", "GDP", "3"] {
            let text: Vec<char> = text.chars().collect();
            assert_eq!(marked_syllables(&text), None, "{text:?}");
        }
    }
}
