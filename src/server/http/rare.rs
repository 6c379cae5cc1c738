//! Characters that not everybody can read: names of places, of people and of plants are full of them.

use std::sync::LazyLock;

use encoding_rs::GBK;
use langdu_text::{Utterance, with_tone_mark};

/// The first byte of the common characters in GB 2312: its first level, the 3755 that are most in use.
const COMMON_ROWS: std::ops::RangeInclusive<u8> = 0xB0..=0xD7;

/// The second byte of a character in GB 2312.
const CELLS: std::ops::RangeInclusive<u8> = 0xA1..=0xFE;

/// The Chinese characters of the first block of Unicode, and whether each is common.
static IS_COMMON: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let mut is_common = vec![false; HANZI.count()];
    for row in COMMON_ROWS {
        for cell in CELLS {
            let code = [row, cell];
            let (decoded, _) = GBK.decode_without_bom_handling(&code);
            let at = decoded.chars().next().and_then(index);
            if let Some(is_common) = at.and_then(|at| is_common.get_mut(at)) {
                *is_common = true;
            }
        }
    }
    is_common
});

/// CJK Unified Ideographs.
const HANZI: std::ops::RangeInclusive<char> = '\u{4E00}'..='\u{9FFF}';

/// The blocks behind it, of characters that are all rare.
const RARE: [std::ops::RangeInclusive<char>; 2] =
    ['\u{3400}'..='\u{4DBF}', '\u{20000}'..='\u{323AF}'];

fn index(c: char) -> Option<usize> {
    let first = u32::from(*HANZI.start());
    HANZI.contains(&c).then(|| (u32::from(c) - first) as usize)
}

fn is_rare(c: char) -> bool {
    match index(c) {
        Some(at) => !IS_COMMON[at],
        None => RARE.iter().any(|block| block.contains(&c)),
    }
}

/// The syllables of rare characters in an utterance, by their numbers, with their pinyin as people write it.
pub(super) fn pinyin_of(utterance: &Utterance) -> impl Iterator<Item = (usize, String)> {
    let syllables = utterance.syllables.iter().enumerate();
    syllables.filter_map(|(number, syllable)| {
        let mut hanzi = syllable.hanzi.chars();
        let is_one = syllable.end == syllable.start + 1;
        let is_rare = is_one && hanzi.next().is_some_and(is_rare) && hanzi.next().is_none();
        is_rare.then(|| (number, with_tone_mark(&syllable.pinyin)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use langdu_text::FrontEnd;

    #[test]
    fn names_that_few_can_read_have_their_pinyin() {
        let found = |text: &str| -> Vec<(usize, String)> {
            let utterances = FrontEnd::new().explain(text);
            utterances.iter().flat_map(pinyin_of).collect()
        };
        let pinyin = |text: &str| -> Vec<String> {
            found(text).into_iter().map(|(_, pinyin)| pinyin).collect()
        };
        assert_eq!(pinyin("请老年人带好身份证。"), Vec::<String>::new());
        assert_eq!(
            found("在盱眙县"),
            [(1, "xū".to_owned()), (2, "yí".to_owned())]
        );
        assert_eq!(pinyin("鄄城和郫都"), ["juàn", "pí"]);
    }

    #[test]
    fn the_first_level_has_3755_characters() {
        assert_eq!(IS_COMMON.iter().filter(|common| **common).count(), 3755);
        for c in "的一是老年".chars() {
            assert!(!is_rare(c), "{c}");
        }
        for c in "盱眙芎\u{20BB7}".chars() {
            assert!(is_rare(c), "{c}");
        }
        for c in "aＡ1，。".chars() {
            assert!(!is_rare(c), "{c}");
        }
    }
}
