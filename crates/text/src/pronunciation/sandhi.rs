//! Sandhi: how tones change beside each other. 一 and 不 follow the next tone, and of third tones in a
//! row all but the last rise.
//!
//! Third tones change inside a word from its inner border outwards, and between words only where
//! one of the two is a single syllable: 管理体系 keeps both, 很好 does not.

use super::basis::Basis;
use super::segmenter::Segmenter;
use super::syllable::Pinyin;

/// A syllable whose spoken tone is to be found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spoken {
    /// The character it is written with.
    pub(crate) hanzi: char,
    /// Its dictionary pronunciation.
    pub(crate) pinyin: Pinyin,
    /// What that rests on.
    pub(crate) basis: Basis,
    /// Whether a word starts here.
    pub(crate) starts_word: bool,
    /// Whether it is spoken in the neutral tone: the last syllable of 朋友, the 儿 of 花儿.
    pub(crate) neutral: bool,
}

impl Spoken {
    /// Its tone alone, before its neighbours change it.
    fn tone(&self) -> u8 {
        if self.neutral { 5 } else { self.pinyin.tone() }
    }
}

/// The spoken tone of each syllable of a run without punctuation.
pub(crate) fn surface_tones(run: &[Spoken], segmenter: &Segmenter) -> Vec<u8> {
    let mut tones: Vec<u8> = run.iter().map(Spoken::tone).collect();
    third_tones(run, segmenter, &mut tones);
    for at in 0..run.len() {
        match run[at].hanzi {
            '一' if run[at].pinyin.tone() == 1 => tones[at] = yi(run, at),
            '不' if run[at].pinyin.tone() == 4 => tones[at] = bu(run, at),
            _ => {}
        }
    }
    tones
}

const DIGITS: &str = "零一二三四五六七八九幺〇";

/// What 一 numbers: 一月, 一级, 一楼, 一等.
const ORDINAL_AFTER: &[&str] = &[
    "月",
    "号",
    "楼",
    "级",
    "等奖",
    "等功",
    "季度",
    "线",
    "类",
    "审",
    "流",
    "年级",
    "把手",
    "中全会",
    "单元",
    "产业",
    "汽",
];
/// What follows a 一 that counts the points of a list: 一是…二是….
const LISTING: &[&str] = &["是", "要"];

fn yi(run: &[Spoken], at: usize) -> u8 {
    let before = at.checked_sub(1).map(|index| run[index].hanzi);
    let Some(next) = run.get(at + 1) else {
        return 1;
    };
    if before.is_some_and(|c| DIGITS.contains(c) || matches!(c, '第' | '初' | '十' | '点' | '之'))
    {
        return 1;
    }
    if DIGITS.contains(next.hanzi) {
        return 1;
    }
    let ends_a_stem = before.is_some_and(|c| "统唯惟单专归划合".contains(c));
    if ends_a_stem && !run[at].starts_word {
        return 1;
    }
    if next.hanzi == '十' && before.is_some() {
        return 1;
    }
    if !next.starts_word && is_word_end(run, at) || ordinal(run, at) {
        return 1;
    }
    if let Some(c) = before
        && c == next.hanzi
        && !run[at].starts_word
    {
        return 5;
    }
    if next.starts_word && !run[at].starts_word {
        return 1;
    }
    before_tone(next)
}

/// 统一, 唯一, 万一: the last syllable of a word of more than one stays level.
fn is_word_end(run: &[Spoken], at: usize) -> bool {
    !run[at].starts_word && run.get(at + 1).is_none_or(|next| next.starts_word)
}

/// Whether 一 numbers what follows instead of counting it.
fn ordinal(run: &[Spoken], at: usize) -> bool {
    let after: String = run[at + 1..]
        .iter()
        .take(3)
        .map(|spoken| spoken.hanzi)
        .collect();
    if LISTING.iter().any(|word| after.starts_with(word)) {
        return at == 0;
    }
    ORDINAL_AFTER.iter().any(|word| after.starts_with(word))
}

fn bu(run: &[Spoken], at: usize) -> u8 {
    let Some(next) = run.get(at + 1) else {
        return 4;
    };
    let before = at.checked_sub(1).map(|index| run[index].hanzi);
    if before == Some(next.hanzi) {
        return 5;
    }
    if next.pinyin.tone() == 4 { 2 } else { 4 }
}

/// 一 before a falling tone rises, before the others it falls; 个 counts as falling.
fn before_tone(next: &Spoken) -> u8 {
    let falling = next.pinyin.tone() == 4 || next.hanzi == '个';
    if falling { 2 } else { 4 }
}

fn third_tones(run: &[Spoken], segmenter: &Segmenter, tones: &mut [u8]) {
    let is_pair = |pair: &[u8]| matches!(pair, [3, 3]);
    if !tones.windows(2).any(is_pair) {
        return;
    }
    let mut starts = vec![0];
    starts.extend((1..run.len()).filter(|&at| run[at].starts_word));
    starts.push(run.len());
    for pair in starts.windows(2) {
        inside_word(
            &run[pair[0]..pair[1]],
            segmenter,
            &mut tones[pair[0]..pair[1]],
        );
    }
    between_words(&starts, tones);
}

/// Inside a word the closer pair changes first: 展览+馆 2 2 3, 老+领导 3 2 3.
fn inside_word(word: &[Spoken], segmenter: &Segmenter, tones: &mut [u8]) {
    match word.len() {
        0 | 1 => {}
        2 => change_pair(tones, 0),
        3 => {
            let known = |part: &[Spoken]| {
                let written: String = part.iter().map(|spoken| spoken.hanzi).collect();
                segmenter.has_word(&written)
            };
            if known(&word[1..]) && !known(&word[..2]) {
                change_pair(tones, 1);
                change_pair(tones, 0);
            } else {
                change_pair(tones, 0);
                let last_changed = tones[1] == 3;
                if last_changed {
                    change_pair(tones, 1);
                    if tones[0] == 3 && tones[1] == 3 {
                        tones[0] = 2;
                    }
                }
            }
        }
        length => {
            for at in (0..length).step_by(2) {
                let end = (at + 2).min(length);
                if end - at == 2 {
                    change_pair(tones, at);
                }
            }
            if length % 2 == 1 && tones[length - 2] == 3 {
                change_pair(tones, length - 2);
            }
        }
    }
}

fn change_pair(tones: &mut [u8], at: usize) {
    if let [first, second] = &mut tones[at..at + 2]
        && *first == 3
        && *second == 3
    {
        *first = 2;
    }
}

/// Across a border between words, from the left, where one of the two is one syllable long.
fn between_words(starts: &[usize], tones: &mut [u8]) {
    for border in 1..starts.len().saturating_sub(1) {
        let (from, at, to) = (starts[border - 1], starts[border], starts[border + 1]);
        let monosyllable = at - from == 1 || to - at == 1;
        if monosyllable && tones[at - 1] == 3 && tones[at] == 3 {
            tones[at - 1] = 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Dictionary;
    use super::*;

    fn surface(text: &str) -> String {
        let dictionary = Dictionary::load();
        let run: Vec<Spoken> = dictionary
            .pronounce(
                &text.chars().collect::<Vec<char>>(),
                0..text.chars().count(),
            )
            .into_iter()
            .zip(text.chars())
            .map(|(syllable, hanzi)| Spoken {
                hanzi,
                pinyin: syllable.pinyin,
                basis: syllable.basis,
                starts_word: syllable.starts_word,
                neutral: syllable.neutral,
            })
            .collect();
        let tones = surface_tones(&run, dictionary.segmenter());
        tones.iter().map(u8::to_string).collect()
    }

    #[test]
    fn yi_and_bu_follow_the_next_tone() {
        for (text, tones) in [
            ("一定", "24"),
            ("一些", "41"),
            ("一年", "42"),
            ("一起", "43"),
            ("统一", "31"),
            ("第一", "41"),
            ("一月", "14"),
            ("不是", "24"),
            ("不能", "42"),
            ("不少于", "432"),
            ("一百", "43"),
            ("二零二一年", "42412"),
        ] {
            assert_eq!(surface(text), tones, "{text}");
        }
    }

    #[test]
    fn third_tones_change_inside_their_word_first() {
        for (text, tones) in [
            ("很好", "23"),
            ("管理", "23"),
            ("展览馆", "223"),
            ("老领导", "323"),
        ] {
            assert_eq!(surface(text), tones, "{text}");
        }
    }
}
