//! What stands in the text and is no text: charts, formulas and files of other programs, pictures.
//!
//! `office_oxide` passes none of them on. In the main text a control character stands for each, and an object
//! of another program is the result of a field that names it: `EMBED Excel.Chart.8` ([MS-DOC] 2.8.25).

use super::{FIELD_BEGIN, FIELD_END, FIELD_SEPARATOR, PARAGRAPH_ENDS, Streams, floating, words};
use crate::silent::Silent;

/// A picture in the line.
const PICTURE: u16 = 0x01;

/// The end of a paragraph outside tables.
const PARAGRAPH_MARK: u16 = 0x0d;

/// What is told of behind a paragraph.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// The words of the last paragraph before it that has some.
    pub(crate) behind: String,
    pub(crate) silent: Silent,
}

/// What the main text shows beside its words, in order. Pictures among words are signs of their own, and what is
/// pasted into a form is a photograph or a seal: those that have a paragraph to themselves count.
pub(crate) fn told(streams: &Streams) -> Option<Vec<Told>> {
    Some(in_text(&streams.text()?.0, &floating::anchors(streams)))
}

/// What `text` shows, with the large pictures that are anchored at `floating` beside it.
fn in_text(text: &[u16], floating: &[usize]) -> Vec<Told> {
    let mut found = Vec::new();
    let mut behind = String::new();
    let mut start = 0;
    while start < text.len() {
        let length = text[start..]
            .iter()
            .position(|unit| PARAGRAPH_ENDS.contains(unit));
        let end = start + length.unwrap_or(text.len() - start);
        let paragraph = &text[start..end];
        let own = words(paragraph);
        let has_words = own.chars().any(char::is_alphanumeric);
        if has_words {
            behind = own;
        }
        let in_cell = text.get(end).is_some_and(|unit| *unit != PARAGRAPH_MARK);
        let alone = !has_words && !in_cell;
        let silent = silent_in(paragraph).into_iter();
        let beside = floating
            .iter()
            .filter(|at| (start..end).contains(at) && !in_cell);
        found.extend(
            silent
                .filter(|silent| *silent != Silent::Picture || alone)
                .chain(beside.map(|_| Silent::Picture))
                .map(|silent| Told {
                    behind: behind.clone(),
                    silent,
                }),
        );
        start = end + 1;
    }
    found
}

/// What a paragraph shows beside its words.
fn silent_in(paragraph: &[u16]) -> Vec<Silent> {
    let mut found = Vec::new();
    // For each open field, its instruction, and whether that has ended.
    let mut fields: Vec<(Vec<u16>, bool)> = Vec::new();
    for &unit in paragraph {
        match unit {
            FIELD_BEGIN => fields.push((Vec::new(), false)),
            FIELD_SEPARATOR => {
                if let Some((instruction, ended)) = fields.last_mut() {
                    *ended = true;
                    found.extend(object(instruction));
                }
            }
            FIELD_END => {
                fields.pop();
            }
            PICTURE => {
                let of_object = fields
                    .iter()
                    .any(|(instruction, _)| object(instruction).is_some());
                found.extend((!of_object).then_some(Silent::Picture));
            }
            unit => {
                if let Some((instruction, false)) = fields.last_mut() {
                    instruction.push(unit);
                }
            }
        }
    }
    found
}

/// The object that a field's instruction puts in.
fn object(instruction: &[u16]) -> Option<Silent> {
    let instruction = String::from_utf16_lossy(instruction);
    let mut parts = instruction.split_whitespace();
    let embeds = parts.next()?.eq_ignore_ascii_case("EMBED");
    embeds.then(|| Silent::of_program(parts.next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn objects_are_told_by_their_fields_and_pictures_by_their_paragraphs() {
        let text = "用水量逐年下降。\r\u{13} EMBED Excel.Chart.8 \\s \u{14}\u{1}\u{15}\r\u{1}\u{1}\r\
            其中\u{13} EMBED Equation.3 \u{14}\u{1}\u{15}为水量\u{1}。\r姓名\u{7}\u{1}\u{7}\u{7}\
            \u{13} INCLUDEPICTURE \"a.png\" \u{14}\u{1}\u{15}\r";
        let units: Vec<u16> = text.encode_utf16().collect();
        let found: Vec<(String, Silent)> = in_text(&units, &[])
            .into_iter()
            .map(|told| (told.behind, told.silent))
            .collect();
        let expected = [
            ("用水量逐年下降。", Silent::Chart),
            ("用水量逐年下降。", Silent::Picture),
            ("用水量逐年下降。", Silent::Picture),
            ("其中为水量。", Silent::Formula),
            ("姓名", Silent::Picture),
        ];
        assert_eq!(
            found,
            expected.map(|(behind, silent)| (behind.to_owned(), silent))
        );
        assert_eq!(in_text(&[PICTURE], &[]).len(), 1);
        let text: Vec<u16> = "甲\u{8}。\r\u{8}\r乙\u{8}\u{7}".encode_utf16().collect();
        let beside: Vec<String> = in_text(&text, &[1, 4, 7])
            .into_iter()
            .map(|told| told.behind)
            .collect();
        assert_eq!(beside, ["甲。", "甲。"]);
    }

    #[test]
    fn a_text_without_pictures_tells_of_none_and_damage_ends_in_an_answer() {
        let whole = fixture();
        assert_eq!(told(&Streams::read(&whole).unwrap()), Some(Vec::new()));
        for place in (0..512).chain((512..whole.len()).step_by(61)) {
            let mut damaged = whole.clone();
            damaged[place] ^= 0xff;
            let _ = Streams::read(&damaged).and_then(|streams| told(&streams));
        }
    }
}
