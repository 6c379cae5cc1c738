//! Homographs: words with two pronunciations, which are told apart by what stands around them, such as
//! 穿着 in 穿着制服 and 穿着得体. The table is `data/homographs.txt`, so that no Rust is needed to add a row.

use std::ops::Range;

use super::syllable::Pinyin;
use super::words::ByWord;

const HOMOGRAPHS: &str = include_str!("../data/homographs.txt");

/// Words whose other pronunciation is so rare that the usual one is no guess.
const RARELY_OTHERWISE: &[&str] = &[
    "应用",
    "应诉",
    "应聘",
    "应考",
    "应试",
    "为何",
    "为人民",
    "当年",
    "得分",
    "得出",
];

/// How many characters after a word the condition 近 (near) looks at.
const NEAR: usize = 12;
/// Stands for any numeral in a condition.
const ANY_NUMERAL: &str = "数";

/// Where a row of the table looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// The word opens its run of hanzi.
    Opens,
    /// One of the words stands directly before.
    Before,
    /// One of the words stands directly behind.
    After,
    /// One of the words stands near behind.
    Near,
}

#[derive(Debug)]
struct Row {
    pronunciations: Vec<Pinyin>,
    side: Side,
    words: Vec<&'static str>,
}

/// The table, by word.
pub(super) struct Homographs {
    rows: ByWord<Vec<Row>>,
}

impl Homographs {
    /// Reads the table.
    pub(super) fn load() -> Self {
        let mut rows = ByWord::<Vec<Row>>::with_room_for(0);
        for (word, row) in HOMOGRAPHS.lines().filter_map(entry) {
            rows.of(word).push(row);
        }
        Self { rows }
    }

    /// The pronunciation of the word at `range` of a run of hanzi, where the table tells it.
    pub(super) fn pronunciation(&self, text: &str, range: Range<usize>) -> Option<&[Pinyin]> {
        let rows = self.rows.get(&text[range.clone()])?;
        let (before, after) = (&text[..range.start], &text[range.end..]);
        rows.iter()
            .find(|row| row.holds(before, after))
            .map(|row| row.pronunciations.as_slice())
    }

    /// Which characters of `word` the table gives another pronunciation than the `usual` one too: nothing has spoken
    /// for that where the usual one stands. Words that are hardly ever the other have none.
    pub(super) fn open(&self, word: &str, usual: &[Pinyin]) -> Vec<usize> {
        let Some(rows) = self.rows.get(word) else {
            return Vec::new();
        };
        if RARELY_OTHERWISE.contains(&word) {
            return Vec::new();
        }
        (0..usual.len())
            .filter(|&at| {
                rows.iter()
                    .any(|row| row.pronunciations.get(at) != usual.get(at))
            })
            .collect()
    }
}

impl Row {
    fn holds(&self, before: &str, after: &str) -> bool {
        match self.side {
            Side::Opens => before.is_empty(),
            Side::Before => self.words.iter().any(|word| before.ends_with(word)),
            Side::After => self.words.iter().any(|&word| {
                after.starts_with(word) || word == ANY_NUMERAL && after.starts_with(is_numeral)
            }),
            Side::Near => {
                let end = after
                    .char_indices()
                    .nth(NEAR)
                    .map_or(after.len(), |(byte, _)| byte);
                self.words.iter().any(|word| after[..end].contains(word))
            }
        }
    }
}

fn is_numeral(c: char) -> bool {
    "零一二三四五六七八九十百千万两".contains(c)
}

/// A line `word<TAB>pinyin<TAB>condition`; `None` for comments and what is no row.
fn entry(line: &'static str) -> Option<(&'static str, Row)> {
    if line.starts_with('#') {
        return None;
    }
    let mut columns = line.split('\t');
    let (word, pronunciations, condition) = (columns.next()?, columns.next()?, columns.next()?);
    let mut condition = condition.split(' ');
    let side = match condition.next()? {
        "首" => Side::Opens,
        "前" => Side::Before,
        "后" => Side::After,
        "近" => Side::Near,
        _ => return None,
    };
    let pronunciations = pronunciations
        .split(' ')
        .filter_map(Pinyin::parse)
        .collect();
    let words = condition.collect();
    Some((
        word,
        Row {
            pronunciations,
            side,
            words,
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_read() {
        for line in HOMOGRAPHS.lines().filter(|line| !line.starts_with('#')) {
            let (word, row) = entry(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(word.chars().count(), row.pronunciations.len(), "{line}");
            assert_eq!(row.words.is_empty(), row.side == Side::Opens, "{line}");
        }
    }

    #[test]
    fn what_stands_around_tells_the_pronunciation() {
        let table = Homographs::load();
        let read = |text: &str, word: &str| {
            let start = text.find(word).expect("the word stands in the text");
            table
                .pronunciation(text, start..start + word.len())
                .map(|pronunciations| {
                    let shown: Vec<String> =
                        pronunciations.iter().map(ToString::to_string).collect();
                    shown.join(" ")
                })
        };
        for (text, word, pronunciation) in [
            ("执法人员穿着统一的制服", "穿着", Some("chuan1 zhe5")),
            ("工作人员穿着得体", "穿着", None),
            ("与时代同行", "同行", Some("tong2 xing2")),
            ("船长十二米", "船长", Some("chuan2 chang2")),
            ("得了流感的患者", "得了", Some("de2 le5")),
        ] {
            assert_eq!(read(text, word).as_deref(), pronunciation, "{text}");
        }
    }
}
