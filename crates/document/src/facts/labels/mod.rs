//! What a page says of its document under labels: the metadata table with 索引号 and 发文字号, and
//! the line with date and source under the title.
//!
//! Only reads what is labelled. Dates and numbers found in the text itself are the business of
//! `signature`.

mod columns;
mod tile;
mod vocabulary;

use std::sync::LazyLock;

use langdu_model::IsoDate;
use regex::Regex;

use super::date;
use super::signature;
use crate::characters::without_spaces;
use crate::lines::Line;
use crate::tree::flat::{Flat, NONE};
use crate::tree::tag::Tag;
pub(crate) use vocabulary::Field;
use vocabulary::{CATALOGUE, FIELDS, LABEL};

/// A labelled value.
#[derive(Debug, Clone)]
pub(crate) struct Labelled {
    pub(crate) field: Field,
    pub(crate) value: String,
    /// The label is one of a catalogue's.
    pub(crate) catalogue: bool,
    /// The line of the label.
    pub(crate) line: usize,
}

/// All labelled values of a page, in order, and the lines that are nothing else.
pub(crate) struct Labels {
    pub(crate) values: Vec<Labelled>,
    /// For each line, how many labels it carries as label or value; 0 for text.
    pub(crate) weight: Vec<u8>,
}

/// Longest line that can be label and value together.
const LONGEST_LABELLED: u32 = 220;

/// Reads the labelled values of all lines.
pub(crate) fn read(flat: &Flat<'_>, lines: &[Line]) -> Labels {
    let mut found = Labels {
        values: Vec::new(),
        weight: vec![0; lines.len()],
    };
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        if line.chars > LONGEST_LABELLED {
            at += 1;
            continue;
        }
        if let Some((date, used)) = tile::date(flat, lines, at) {
            found.push(Field::Date, date.as_str().to_owned(), false, at);
            found.weight[at..at + used].fill(1);
            at += used;
            continue;
        }
        if let Some(end) = columns::read(flat, lines, at, &mut found) {
            at = end;
            continue;
        }
        let unmarked = unmarked_run(lines, at);
        if unmarked.len() >= FEWEST_UNMARKED {
            for (field, value) in unmarked {
                found.push(field, value, true, at);
                found.weight[at] = 1;
                at += 1;
            }
            continue;
        }
        let pairs = if invites(lines, at) {
            Vec::new()
        } else {
            pairs(&line.text)
        };
        if let Some((last_field, last_value, catalogue)) = pairs.last().cloned() {
            found.weight[at] = pairs.len().min(200) as u8;
            for (field, value, catalogue) in &pairs[..pairs.len() - 1] {
                found.push(*field, value.clone(), *catalogue, at);
            }
            let (value, used) = match value_line(flat, lines, at, &last_value) {
                Some(value) if takes_next_line(last_field, catalogue, &lines[at + 1]) => (value, 1),
                _ => (last_value, 0),
            };
            found.push(last_field, value, catalogue, at);
            if used == 1 {
                found.weight[at + 1] = 1;
            }
            at += 1 + used;
        } else if let Some(field) = bare_label(flat, line) {
            match value_line(flat, lines, at, "") {
                Some(value) => {
                    found.push(field, value, true, at);
                    found.weight[at] = 1;
                    found.weight[at + 1] = 1;
                    at += 2;
                }
                None => at += 1,
            }
        } else if let Some(date) = caption_date(line) {
            found.push(Field::Date, date.as_str().to_owned(), false, at);
            found.weight[at] = 1;
            at += 1;
        } else {
            at += 1;
        }
    }
    found
}

/// Whether 时间 opens what an invitation says of when and where, which is its text.
fn invites(lines: &[Line], at: usize) -> bool {
    const PLACES: [&str; 6] = ["地点", "地址", "参加", "参会", "主题", "对象"];
    let opens = |text: &str, words: &[&str]| words.iter().any(|word| text.starts_with(word));
    opens(&lines[at].text, &["时间", "日期"])
        && lines[at + 1..]
            .iter()
            .take(3)
            .any(|line| opens(&line.text, &PLACES))
}

/// Fewest lines together that are labels with values although no colon says so.
const FEWEST_UNMARKED: usize = 3;

/// The lines from `at` on that are a catalogue label and its value with nothing between them:
/// 发文字号示政函〔2021〕59号.
fn unmarked_run(lines: &[Line], at: usize) -> Vec<(Field, String)> {
    lines[at..]
        .iter()
        .map_while(|line| {
            (line.chars <= LONGEST_UNMARKED && line.link_density() < 0.5)
                .then(|| unmarked(&line.text))
                .flatten()
        })
        .collect()
}

/// Longest such line, in characters.
const LONGEST_UNMARKED: u32 = 60;

fn unmarked(text: &str) -> Option<(Field, String)> {
    static OPENS: LazyLock<Regex> = LazyLock::new(|| {
        let mut labels: Vec<&str> = CATALOGUE.iter().map(|(label, _)| *label).collect();
        labels.sort_by_key(|label| std::cmp::Reverse(label.len()));
        Regex::new(&format!("^({})([^:：]+)$", labels.join("|"))).expect("labels are plain text")
    });
    let tight = without_spaces(text);
    let parts = OPENS.captures(&tight)?;
    let (field, _) = *FIELDS.get(&parts[1])?;
    Some((field, parts[2].to_owned()))
}

/// Longest line without labels that gives date and source, in characters.
const LONGEST_CAPTION: u32 = 70;

/// Longest date alone, in characters: a cell of a table with nothing else is data.
const LONGEST_DATE: u32 = 12;

/// The date that begins a line without a sentence: `2024-03-01 09:30　示范市民政局　阅读 12`. A
/// date in characters alone on its line may be the document's own.
fn caption_date(line: &Line) -> Option<IsoDate> {
    static BEGINS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^[\[【（(]?(?:19|20)[0-9]{2}\s?(?:[-/.][01]?[0-9][-/.][0-3]?[0-9]|年\s?[01]?[0-9]\s?月\s?[0-3]?[0-9]\s?日\s*\S)")
            .expect("a constant pattern")
    });
    let caption = line.chars <= LONGEST_CAPTION
        && line.stops == 0
        && line.link_density() < 0.5
        && (line.cell == NONE || line.chars > LONGEST_DATE)
        // （2007年6月29日某某会议通过） belongs to the document.
        && signature::enactment_date(&line.text).is_none()
        && BEGINS.is_match(&line.text);
    caption.then(|| date::find_date(&line.text)).flatten()
}

/// Whether a label that ends its line without a value has the next line as its value. Controls
/// (字号：, 分享：) and counters never have; what a script would have filled in is empty.
fn takes_next_line(field: Field, catalogue: bool, next: &Line) -> bool {
    if next.cell != NONE || catalogue {
        return true;
    }
    let short = next.chars <= LONGEST_BARE_VALUE && next.stops == 0;
    match field {
        Field::Date | Field::DocDate | Field::Made => {
            short && date::find_date(&next.text).is_some()
        }
        Field::Other => false,
        _ => short,
    }
}

/// Longest value on the line after its label, outside tables, in characters.
const LONGEST_BARE_VALUE: u32 = 30;

impl Labels {
    fn push(&mut self, field: Field, value: String, catalogue: bool, line: usize) {
        if value.is_empty() {
            return;
        }
        self.values.push(Labelled {
            field,
            value,
            catalogue,
            line,
        });
    }
}

/// The labels of a line that begins with one, each with the text up to the next.
fn pairs(text: &str) -> Vec<(Field, String, bool)> {
    let matches: Vec<(usize, usize, Field, bool)> = LABEL
        .captures_iter(text)
        .filter_map(|captures| {
            let whole = captures.get(0)?;
            let label = captures.name("colon").or(captures.name("bracket"))?;
            let (field, catalogue) = *FIELDS.get(without_spaces(label.as_str()).as_str())?;
            Some((whole.start(), whole.end(), field, catalogue))
        })
        .collect();
    let Some(first) = matches.first() else {
        return Vec::new();
    };
    let lead = &text[..first.0];
    let opens = lead.chars().all(|c| "[【(（·•|丨 ".contains(c))
        // The date often stands unlabelled before the source.
        || (date::find_date(lead).is_some() && lead.chars().count() <= 30);
    if !opens {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some(date) = date::find_date(lead) {
        found.push((Field::Date, date.as_str().to_owned(), false));
    }
    for (index, &(_, end, field, catalogue)) in matches.iter().enumerate() {
        let until = matches.get(index + 1).map_or(text.len(), |next| next.0);
        let value = text[end..until]
            .trim_matches(|c: char| c.is_whitespace() || "[]【】|丨·•".contains(c))
            .to_owned();
        found.push((field, value, catalogue));
    }
    found
}

/// Longest label alone in its cell, with its brackets, in characters.
const LONGEST_BARE_LABEL: u32 = 9;

/// A catalogue label that fills its line, in a cell or list where the next one holds the value.
fn bare_label(flat: &Flat<'_>, line: &Line) -> Option<Field> {
    if line.chars > LONGEST_BARE_LABEL {
        return None;
    }
    let structured = line.cell != NONE
        || flat
            .element(line.block)
            .is_some_and(|(tag, _)| tag == Tag::Item);
    if !structured {
        return None;
    }
    let tight = without_spaces(&line.text);
    FIELDS
        .get(tight.trim_matches([':', '：', '[', ']', '【', '】']))
        .filter(|(_, catalogue)| *catalogue)
        .map(|(field, _)| *field)
}

/// The next line as the value of a label that has none in its own line.
fn value_line(flat: &Flat<'_>, lines: &[Line], at: usize, own: &str) -> Option<String> {
    if !own.is_empty() {
        return None;
    }
    let next = lines.get(at + 1)?;
    let label = &lines[at];
    let in_cells = label.cell != NONE && next.cell != NONE && label.cell != next.cell;
    // A value cell that is empty leaves the next label in its place.
    let adjacent = if in_cells {
        next_cell(flat, label.cell) == Some(next.cell)
    } else {
        // What stands outside the element around the label is not its value: the label is empty.
        let around = flat.nodes[label.block as usize].parent;
        label.cell == next.cell && (around == NONE || flat.contains(around, next.block))
    };
    let is_label = !pairs(&next.text).is_empty() || bare_label(flat, next).is_some();
    if !adjacent || is_label || next.chars > LONGEST_LABELLED {
        return None;
    }
    Some(next.text.clone())
}

/// The cell after `cell` in its row.
fn next_cell(flat: &Flat<'_>, cell: u32) -> Option<u32> {
    let row = flat.nodes[cell as usize].parent;
    let row_end = flat.nodes[row as usize].end;
    let mut at = flat.nodes[cell as usize].end;
    while at < row_end {
        if flat.element(at).is_some_and(|(tag, _)| tag.is_cell()) {
            return Some(at);
        }
        at = flat.nodes[at as usize].end;
    }
    None
}
