//! The numbers that Word counts, written before the paragraphs that they belong to.

use super::properties::Properties;
use super::{PARAGRAPH_ENDS, Streams, block, u16_at, u32_at, words};
use crate::counting::{Counters, Level, Lists};

/// Most levels of a list ([MS-DOC] 2.9.150).
const LEVELS: usize = 9;

/// A paragraph of the main text as it is shown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Its words, without fields' instructions and marks.
    pub(crate) words: String,
    /// `一、`; `None` where Word counts none.
    pub(crate) label: Option<String>,
    /// Set in the middle of the line.
    pub(crate) centred: bool,
    /// It is a heading by its style or its level in the outline.
    pub(crate) heading: bool,
}

/// The paragraphs of the main text, in order; `None` where the file does not say what they are set to in
/// a way that can be followed.
pub(crate) fn shown(streams: &Streams) -> Option<Vec<Shown>> {
    let lists = lists(streams).unwrap_or_default();
    let properties = Properties::read(streams)?;
    let (text, pieces) = streams.text()?;
    let mut counters = Counters::default();
    let mut pieces = pieces.iter().peekable();
    let mut start = 0;
    let mut found = Vec::new();
    for paragraph in text.split(|unit| PARAGRAPH_ENDS.contains(unit)) {
        let end = start + paragraph.len();
        while pieces
            .next_if(|piece| piece.characters.end <= end)
            .is_some()
        {}
        let Some(piece) = pieces.peek() else { break };
        let offset = piece.offset + end.saturating_sub(piece.characters.start) * piece.width();
        let own = properties.at(offset);
        let words = words(paragraph);
        let format = own.format.filter(|format| *format != 0);
        let label = format
            .filter(|_| words.chars().any(|c| !c.is_whitespace()))
            .and_then(|format| {
                let level = own.level.unwrap_or(0);
                counters.next(&lists, &format.unsigned_abs().to_string(), level)
            });
        found.push(Shown {
            words,
            label,
            centred: own.centred,
            heading: own.heading,
        });
        start = end + 1;
    }
    Some(found)
}

/// The lists by the number of the format that paragraphs name them by.
fn lists(streams: &Streams) -> Option<Lists> {
    let kinds = kinds(streams.part_onwards(block::LISTS)?)?;
    let formats = streams.part_onwards(block::LIST_FORMATS)?;
    let count = usize::try_from(u32_at(formats, 0)?).ok()?;
    const FORMAT: usize = 16;
    // What changes in a list comes behind all formats.
    let mut changes = formats.get(4usize.checked_add(count.checked_mul(FORMAT)?)?..)?;
    let mut lists = Lists::default();
    for at in 0..count {
        let format = formats.get(4 + at * FORMAT..)?;
        let id = u32_at(format, 0)?;
        let mut levels = kinds
            .iter()
            .find(|(own, _)| *own == id)
            .map(|(_, levels)| levels.clone())
            .unwrap_or_default();
        let mut counted_as = id.to_string();
        changes = changes.get(4..).unwrap_or_default();
        for _ in 0..format.get(12).copied().unwrap_or(0) {
            let (Some(start), Some(flags)) = (u32_at(changes, 0), u32_at(changes, 4)) else {
                break;
            };
            changes = changes.get(8..).unwrap_or_default();
            let changed = (flags & 0x0f) as usize;
            if flags & 1 << 5 != 0 {
                let (level, rest) = level(changes)?;
                changes = rest;
                if let Some(own) = levels.get_mut(changed) {
                    *own = level;
                }
            } else if flags & 1 << 4 != 0
                && let Some(own) = levels.get_mut(changed)
            {
                own.start = start;
            }
            // A list that begins anew counts by itself.
            counted_as = format!("{id}/{at}");
        }
        lists.insert((at + 1).to_string(), counted_as, levels);
    }
    Some(lists)
}

/// The levels of each list, by the list's id (2.9.202, 2.9.147).
fn kinds(list: &[u8]) -> Option<Vec<(u32, Vec<Level>)>> {
    const KIND: usize = 28;
    let count = usize::from(u16_at(list, 0)?);
    let mut levels = list.get(2 + count * KIND..)?;
    let mut kinds = Vec::new();
    for at in 0..count {
        let kind = list.get(2 + at * KIND..)?;
        let is_simple = kind.get(26)? & 1 != 0;
        let mut own = Vec::new();
        for _ in 0..if is_simple { 1 } else { LEVELS } {
            let (level, rest) = level(levels)?;
            levels = rest;
            own.push(level);
        }
        kinds.push((u32_at(kind, 0)?, own));
    }
    Some(kinds)
}

/// The level that `bytes` begin with, and what comes behind it (2.9.151, 2.9.152).
fn level(bytes: &[u8]) -> Option<(Level, &[u8])> {
    const HEAD: usize = 28;
    let start = u32_at(bytes, 0)?;
    let format = *bytes.get(4)?;
    let skipped = usize::from(*bytes.get(24)?) + usize::from(*bytes.get(25)?);
    let text = bytes.get(HEAD + skipped..)?;
    let length = usize::from(u16_at(text, 0)?);
    let units = text.get(2..2 + length * 2)?;
    let (units, rest) = (units.as_chunks::<2>().0, text.get(2 + length * 2..)?);
    let mut pattern = String::new();
    for letter in char::decode_utf16(units.iter().copied().map(u16::from_le_bytes)) {
        match letter.unwrap_or(char::REPLACEMENT_CHARACTER) {
            // The number of a level stands as the level's own number.
            place @ '\0'..='\u{8}' => {
                pattern.push('%');
                pattern.extend(char::from_digit(u32::from(place) + 1, 10));
            }
            other => pattern.push(other),
        }
    }
    let level = Level {
        format: format_name(format).to_owned(),
        pattern,
        start,
        figures: bytes.get(5)? & 1 << 2 != 0,
    };
    Some((level, rest))
}

/// The name in ECMA-376 of a numbering format of [MS-OSHARED] 2.2.1.3.
fn format_name(format: u8) -> &'static str {
    match format {
        0x01 => "upperRoman",
        0x02 => "lowerRoman",
        0x03 => "upperLetter",
        0x04 => "lowerLetter",
        0x0a => "ideographDigital",
        0x0b => "japaneseCounting",
        0x0e => "decimalFullWidth",
        0x12 => "decimalEnclosedCircle",
        0x13 => "decimalFullWidth2",
        0x16 => "decimalZero",
        0x26 => "chineseLegalSimplified",
        0x17 => "bullet",
        0x1a => "decimalEnclosedFullstop",
        0x1b => "decimalEnclosedParen",
        0x1c => "decimalEnclosedCircleChinese",
        0x1d => "ideographEnclosedCircle",
        0x1e => "ideographTraditional",
        0x1f | 0x20 => "ideographZodiac",
        0x21 => "taiwaneseCounting",
        0x23 => "taiwaneseCountingThousand",
        0x25 => "chineseCounting",
        0x27 => "chineseCountingThousand",
        0xff => "none",
        _ => "decimal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture() -> Vec<u8> {
        let root = env!("CARGO_MANIFEST_DIR");
        std::fs::read(format!("{root}/../../tests/fixtures/files/marked.doc")).unwrap()
    }

    #[test]
    fn numbers_are_counted_by_the_lists_of_the_file() {
        let shown = shown(&Streams::read(&fixture()).unwrap()).unwrap();
        let labels: Vec<Option<&str>> = shown.iter().map(|own| own.label.as_deref()).collect();
        assert_eq!(
            labels[..9],
            [
                None,
                Some("一、"),
                Some("（一）"),
                Some("1."),
                Some("2."),
                Some("（二）"),
                None,
                Some("二、"),
                Some("（一）"),
            ]
        );
        assert_eq!(shown[1].words, "总体要求");
    }

    #[test]
    fn damage_anywhere_ends_in_an_answer() {
        let whole = fixture();
        let headers = (0..1536).chain((1536..whole.len()).step_by(7));
        let read = |bytes: &[u8]| Streams::read(bytes).and_then(|streams| shown(&streams));
        for place in headers {
            for change in [0xff, 0x01] {
                let mut damaged = whole.clone();
                damaged[place] ^= change;
                let found = read(&damaged).unwrap_or_default();
                assert!(found.len() <= whole.len(), "{place}");
            }
        }
    }
}
