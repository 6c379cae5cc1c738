//! Word up to 2003 and Excel of every year, through `office_oxide`.
//!
//! DOCX has a reader of its own (`docx`): the library's model has no words for numbers that Word
//! counts in Chinese, 一、 and （二）, which policy documents live by.

use std::collections::HashMap;
use std::io::Cursor;

use office_oxide::ir::{
    DocumentIR, Element, InlineContent, Note, Paragraph, ParagraphAlignment, Section, Table,
    TableCell, TextSpan, VerticalAlign,
};
use office_oxide::{Document, DocumentFormat};

use super::biff::Book;
use super::charts::{self, SheetCharts};
use super::doc::{self, Referring, Shown, Told};
use super::error::FileError;
use super::format::Format;
use super::heights::{self, Height};
use super::limits::FileLimits;
use super::numbers::{self, ShownNumbers};
use super::paragraph::{self, LetterStyle, text_of};
use super::relations::Workbook;
use super::silent::{self, Silent};
use super::unseen::{self, Unseen};
use langdu_model::{Flow, FlowCell, FlowItem, FlowParagraph};

/// The text of a DOC, XLS or XLSX file.
pub(super) fn parse(bytes: &[u8], format: Format, limits: &FileLimits) -> Result<Flow, FileError> {
    let kind = match format {
        Format::Doc => DocumentFormat::Doc,
        Format::Xls => DocumentFormat::Xls,
        _ => DocumentFormat::Xlsx,
    };
    let document = Document::from_reader(Cursor::new(bytes.to_vec()), kind)
        .map_err(|error| refused(format, &error.to_string()))?;
    let content = document.to_ir();
    if content.sections.len() > limits.max_pages {
        return Err(FileError::TooLarge {
            limit: limits.max_pages as u64,
            what: "sheets".to_owned(),
            setting: "max_pages".to_owned(),
        });
    }
    Ok(match format {
        Format::Doc => {
            let streams = doc::Streams::read(bytes);
            let streams = streams.as_ref();
            let referring = streams.and_then(doc::referring).unwrap_or_default();
            let shown = streams.and_then(doc::shown).unwrap_or_default();
            let told = streams.and_then(doc::told).unwrap_or_default();
            text_document(&content, &referring, &shown, &told)
        }
        _ => {
            let beside = match format {
                Format::Xls => Book::read(bytes).map(|book| Beside {
                    charts: charts::of_book(&book),
                    unseen: unseen::of_book(&book),
                    numbers: numbers::of_book(&book),
                }),
                _ => Workbook::open(bytes, limits).ok().map(|book| Beside {
                    charts: charts::of_workbook(&book, limits),
                    unseen: unseen::of_workbook(&book),
                    numbers: HashMap::new(),
                }),
            };
            workbook(&content, &beside.unwrap_or_default())
        }
    })
}

fn refused(format: Format, error: &str) -> FileError {
    let lower = error.to_lowercase();
    if lower.contains("encrypt") || lower.contains("password") {
        return FileError::Encrypted { format };
    }
    FileError::Damaged {
        format,
        cause: error.to_owned(),
    }
}

fn text_document(
    content: &DocumentIR,
    referring: &[Referring],
    shown: &[Shown],
    told: &[Told],
) -> Flow {
    let mut writer = FlowWriter::default();
    let (mut footnotes, mut endnotes) = (Vec::new(), Vec::new());
    for section in &content.sections {
        writer.elements(&section.elements, 0);
        for element in &section.elements {
            match element {
                Element::Footnote(note) if is_note(note) => footnotes.push(note_item(note)),
                Element::Endnote(note) if is_note(note) => endnotes.push(note_item(note)),
                _ => {}
            }
        }
    }
    let items = with_silent(writer.flow.items, told);
    let mut items = with_notes(items, footnotes, referring);
    add_shown(&mut items, shown);
    items.extend(endnotes);
    items.retain(
        |item| !matches!(item, FlowItem::Paragraph(paragraph) if paragraph.text.is_empty()),
    );
    silent::together(&mut items);
    Flow { items }
}

/// How many paragraphs further a paragraph is looked for: those between stand in cells and boxes.
const SHOWN_WITHIN: usize = 400;

/// Adds to the paragraphs, which are known by their words, the numbers that Word counts and where they
/// stand, and takes back headings that the library guesses at.
fn add_shown(items: &mut [FlowItem], shown: &[Shown]) {
    let known: Vec<(String, &Shown)> = shown
        .iter()
        .map(|own| (letters_of(&own.words), own))
        .collect();
    let mut from = 0;
    for item in items {
        let FlowItem::Paragraph(paragraph) = item else {
            continue;
        };
        let words = letters_of(&paragraph.text);
        if words.is_empty() || paragraph.note {
            continue;
        }
        let within = &known[from..known.len().min(from + SHOWN_WITHIN)];
        let Some(at) = within.iter().position(|(own, _)| *own == words) else {
            continue;
        };
        let own = within[at].1;
        if let Some(label) = &own.label {
            paragraph.text = paragraph::labelled(label, &paragraph.text);
        }
        paragraph.centred |= own.centred;
        if !own.heading {
            paragraph.heading = 0;
        }
        from += at + 1;
    }
}

/// Tells of charts and pictures behind the paragraph or table that each follows, which is known by its words; of
/// those whose paragraph is not found, at the end.
fn with_silent(items: Vec<FlowItem>, told: &[Told]) -> Vec<FlowItem> {
    let mut left = told.iter().peekable();
    let mut placed = Vec::new();
    while let Some(own) = left.next_if(|own| own.behind.is_empty()) {
        placed.push(own.silent.notice());
    }
    for item in items {
        let said = left.peek().map(|_| said_in(&item)).unwrap_or_default();
        placed.push(item);
        while let Some(own) = left.next_if(|own| {
            let words = letters_of(&own.behind);
            said.iter().any(|said| said.ends_with(&words))
        }) {
            placed.push(own.silent.notice());
        }
    }
    placed.extend(left.map(|own| own.silent.notice()));
    placed
}

/// Puts each note behind the paragraph or table that refers to it. A note of which that is not known
/// comes last.
fn with_notes(
    items: Vec<FlowItem>,
    notes: Vec<FlowItem>,
    referring: &[Referring],
) -> Vec<FlowItem> {
    let referred: usize = referring.iter().map(|paragraph| paragraph.notes).sum();
    let known = if referred == notes.len() {
        referring
    } else {
        &[]
    };
    let mut known = known
        .iter()
        .map(|paragraph| (letters_of(&paragraph.words), paragraph.notes))
        .peekable();
    let mut notes = notes.into_iter();
    let mut placed = Vec::new();
    for item in items {
        let said = known.peek().map(|_| said_in(&item)).unwrap_or_default();
        placed.push(item);
        while let Some((_, count)) =
            known.next_if(|(words, _)| said.iter().any(|said| said.ends_with(words)))
        {
            placed.extend(notes.by_ref().take(count));
        }
    }
    placed.extend(notes);
    placed
}

/// The letters of a paragraph, or of each cell of a table.
fn said_in(item: &FlowItem) -> Vec<String> {
    match item {
        FlowItem::Paragraph(paragraph) => vec![letters_of(&paragraph.text)],
        FlowItem::Table(rows) => rows
            .iter()
            .flatten()
            .map(|cell| letters_of(&cell.text))
            .collect(),
        FlowItem::Notice(_) => Vec::new(),
    }
}

/// What two readers of the same file agree about.
fn letters_of(text: &str) -> String {
    text.chars()
        .map(heights::plain)
        .filter(|c| c.is_alphanumeric())
        .collect()
}

fn note_item(note: &Note) -> FlowItem {
    FlowItem::note(words_of(&note.content))
}

/// What a workbook says and the library does not pass on, by the names of sheets: their charts, what they do not show,
/// and their numbers.
#[derive(Default)]
struct Beside {
    charts: Vec<SheetCharts>,
    unseen: HashMap<String, Unseen>,
    numbers: HashMap<String, ShownNumbers>,
}

/// Each sheet under its name, where there are several, and what charts it shows.
fn workbook(content: &DocumentIR, beside: &Beside) -> Flow {
    let charts = &beside.charts;
    let charts_of = |section: &Section| {
        let name = section.title.as_deref().unwrap_or_default();
        charts.iter().find(|own| own.sheet == name)
    };
    let shown: Vec<&Section> = content
        .sections
        .iter()
        .filter(|section| !section.hidden && !is_gathered(section))
        .filter(|section| !section.elements.is_empty() || charts_of(section).is_some())
        .collect();
    let mut writer = FlowWriter::default();
    for section in &shown {
        // What stands for a sheet that is missing has a name in English.
        let missing = !section.elements.is_empty()
            && section.elements.iter().all(
                |element| matches!(element, Element::Paragraph(paragraph) if is_remark(paragraph)),
            );
        if shown.len() > 1
            && !missing
            && let Some(name) = section.title.as_ref().filter(|name| says_something(name))
        {
            writer.flow.items.push(FlowItem::Paragraph(FlowParagraph {
                heading: 1,
                ..FlowParagraph::plain(name)
            }));
        }
        let own = charts_of(section);
        let titles = own.iter().flat_map(|own| &own.titles);
        let mut notices: Vec<FlowItem> = titles.map(|title| silent::chart(title)).collect();
        for element in &section.elements {
            match element {
                Element::Table(table) => {
                    let name = section.title.as_deref().unwrap_or_default();
                    let mut rows = rows_of(table);
                    if let Some(shown) = beside.numbers.get(name) {
                        numbers::write_into(&mut rows, shown);
                    }
                    writer.sheet(match beside.unseen.get(name) {
                        Some(unseen) => unseen.leave_out(rows),
                        None => rows,
                    });
                }
                // What the library says of itself, in English.
                Element::Paragraph(paragraph) if is_remark(paragraph) => {
                    let words = remark(&plain_text(&paragraph.content));
                    writer.flow.items.extend(words.map(FlowItem::Notice));
                }
                // What a sheet that is a chart says: its figures without their places.
                Element::Paragraph(_) if own.is_some_and(|own| own.alone) => {}
                // Comments, and headers that only paper has.
                Element::Footnote(_) | Element::Endnote(_) => {}
                other => writer.elements(std::slice::from_ref(other), 0),
            }
        }
        if notices.is_empty() && own.is_some_and(|own| own.alone) {
            notices.push(Silent::Chart.notice());
        }
        writer.flow.items.append(&mut notices);
    }
    if charts.is_empty() && content.sections.iter().any(is_of_charts) {
        writer.flow.items.push(Silent::Chart.notice());
    }
    silent::together(&mut writer.flow.items);
    writer.flow
}

/// Whether a section is no sheet: the library gathers behind them the words of charts, and the records that
/// pivot tables keep out of sight, under English headings. A sheet has no heading.
fn is_gathered(section: &Section) -> bool {
    matches!(section.elements.first(), Some(Element::Heading(_)))
}

fn is_of_charts(section: &Section) -> bool {
    is_gathered(section) && section.title.as_deref() == Some("Charts")
}

/// Whether a sheet's name is more than the one that Excel gives it.
fn says_something(name: &str) -> bool {
    let name = name.trim();
    let start = ["sheet", "工作表", "表", "chart"].iter().find_map(|start| {
        let (own, rest) = name.split_at_checked(start.len())?;
        own.eq_ignore_ascii_case(start).then_some(rest)
    });
    let counted = |rest: &str| {
        rest.chars().all(|c| {
            c.is_ascii_digit() || c.is_whitespace() || matches!(c, '(' | ')' | '（' | '）')
        })
    };
    !name.is_empty() && !start.is_some_and(counted)
}

fn plain_text(content: &[InlineContent]) -> String {
    let texts = content.iter().map(|piece| match piece {
        InlineContent::Text(span) => span.text.as_str(),
        _ => " ",
    });
    texts.collect()
}

/// Whether a paragraph of a sheet is a remark of the library: what is missing, in English.
fn is_remark(paragraph: &Paragraph) -> bool {
    let text = plain_text(&paragraph.content);
    text.starts_with('[') && text.ends_with(']') && REMARKS.iter().any(|word| text.contains(word))
}

/// What the remarks of the library say, those of pictures and of merged cells among them.
const REMARKS: [&str; 6] = [
    "not shown",
    "not applied",
    "not converted",
    "truncated",
    "cut short",
    "unreadable",
];

/// The library's remark as a listener is told it, where it is about words: how many rows are
/// missing, where it says so.
fn remark(text: &str) -> Option<String> {
    let mut words = text.trim_start_matches('[').split(' ');
    let omitted: Option<u64> = words.next().and_then(|count| count.parse().ok());
    if let Some(count) = omitted.filter(|_| text.contains("rows not shown")) {
        return Some(format!("这个工作表太长，后面还有{count}行没有读出。"));
    }
    REMARKS[2..]
        .iter()
        .any(|word| text.contains(word))
        .then(|| "后面还有一部分工作表没有读出。".to_owned())
}

#[derive(Default)]
struct FlowWriter {
    flow: Flow,
}

/// Deepest nesting of lists and boxes that is followed.
const DEEPEST: usize = 32;

impl FlowWriter {
    fn elements(&mut self, elements: &[Element], depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for element in elements {
            match element {
                Element::Heading(heading) => self.text(
                    &heading.content,
                    FlowParagraph {
                        heading: heading.level.max(1),
                        centred: heading.alignment == Some(ParagraphAlignment::Center),
                        ..FlowParagraph::default()
                    },
                ),
                Element::Paragraph(paragraph) => self.text(
                    &paragraph.content,
                    FlowParagraph {
                        heading: paragraph
                            .outline_level
                            .filter(|level| *level < 9)
                            .map_or(0, |level| level + 1),
                        centred: paragraph.alignment == Some(ParagraphAlignment::Center),
                        right: paragraph.alignment == Some(ParagraphAlignment::Right),
                        ..FlowParagraph::default()
                    },
                ),
                Element::Table(table) => {
                    let rows = rows_of(table);
                    self.flow.items.push(FlowItem::Table(rows));
                }
                Element::List(list) => {
                    for item in &list.items {
                        let from = self.flow.items.len();
                        self.elements(&item.content, depth + 1);
                        self.mark_items(from, list.level);
                        if let Some(inner) = &item.nested {
                            self.elements(&[Element::List(inner.clone())], depth + 1);
                        }
                    }
                }
                Element::TextBox(text_box) => self.elements(&text_box.content, depth + 1),
                _ => {}
            }
        }
    }

    fn mark_items(&mut self, from: usize, level: u8) {
        for item in &mut self.flow.items[from..] {
            if let FlowItem::Paragraph(paragraph) = item
                && paragraph.list == 0
            {
                paragraph.list = level.saturating_add(1).min(6);
            }
        }
    }

    fn text(&mut self, content: &[InlineContent], look: FlowParagraph) {
        let mut text = String::new();
        let mut letters = LetterStyle::default();
        let mut size = 0f32;
        for piece in content {
            match piece {
                InlineContent::Text(span) => {
                    text.push_str(&height_of(span).write(&span.text));
                    letters.add(&span.text, span.bold, 0.0);
                    size = size.max(points(span));
                }
                InlineContent::LineBreak => text.push(' '),
                _ => {}
            }
        }
        let text = text.trim().to_owned();
        if !text.is_empty() {
            self.flow.items.push(FlowItem::Paragraph(FlowParagraph {
                text,
                bold: letters.are_bold(),
                size,
                ..look
            }));
        }
    }

    /// A sheet as a table, the lines above and below it that have one cell as text: 附件1, the
    /// title over all columns, 注.
    fn sheet(&mut self, rows: Vec<Vec<FlowCell>>) {
        let rows: Vec<Vec<FlowCell>> = rows
            .into_iter()
            .filter(|row| row.iter().any(|cell| !cell.text.is_empty()))
            .collect();
        let alone =
            |row: &Vec<FlowCell>| row.iter().filter(|cell| !cell.text.is_empty()).count() == 1;
        let first = rows
            .iter()
            .position(|row| !alone(row))
            .unwrap_or(rows.len());
        let last = rows
            .iter()
            .rposition(|row| !alone(row))
            .map_or(first, |at| at + 1);
        for (at, row) in rows.iter().enumerate() {
            if at == first && first < last {
                self.flow
                    .items
                    .push(FlowItem::Table(rows[first..last].to_vec()));
            }
            if at < first || (at >= last && !is_left_empty(&rows[last..], row)) {
                for cell in row.iter().filter(|cell| !cell.text.is_empty()) {
                    self.flow.items.push(FlowItem::Paragraph(FlowParagraph {
                        centred: at < first && cell.column_span > 1,
                        ..FlowParagraph::plain(&cell.text)
                    }));
                }
            }
        }
    }
}

/// Whether a row behind the table is one of several that were left empty: nothing stands in it but its number.
fn is_left_empty(rows: &[Vec<FlowCell>], row: &[FlowCell]) -> bool {
    const FEWEST: usize = 2;
    let counted = |row: &[FlowCell]| {
        let mut cells = row.iter().map(|cell| cell.text.as_str());
        cells.all(|text| text.chars().all(|c| c.is_ascii_digit()))
    };
    counted(row) && rows.iter().filter(|row| counted(row)).count() >= FEWEST
}

/// Headers, comments and text boxes come as notes too, named as such.
fn is_note(note: &Note) -> bool {
    matches!(note.marker.as_deref(), None | Some("footnote" | "endnote"))
}

fn height_of(span: &TextSpan) -> Height {
    match span.vertical_align {
        Some(VerticalAlign::Superscript) => Height::Raised,
        Some(VerticalAlign::Subscript) => Height::Lowered,
        _ => Height::On,
    }
}

fn points(span: &TextSpan) -> f32 {
    span.font_size_half_pt
        .and_then(|half| u16::try_from(half).ok())
        .map_or(0.0, |half| f32::from(half) / 2.0)
}

fn rows_of(table: &Table) -> Vec<Vec<FlowCell>> {
    table
        .rows
        .iter()
        .map(|row| {
            row.cells
                .iter()
                .map(|cell| FlowCell {
                    text: shown_in(cell),
                    row_span: cell.row_span.max(1) as usize,
                    column_span: cell.col_span.max(1) as usize,
                    header: row.is_header && row.repeat_as_header,
                    recognised: None,
                })
                .collect()
        })
        .collect()
}

/// What a cell shows.
fn shown_in(cell: &TableCell) -> String {
    let text = words_of(&cell.content);
    numbers::shown(cell, &text).unwrap_or(text)
}

/// All words in `elements` on one line.
fn words_of(elements: &[Element]) -> String {
    let mut writer = FlowWriter::default();
    writer.elements(elements, 0);
    text_of(&writer.flow.items).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_named_by_more_than_a_number() {
        for (name, named) in [
            ("Sheet1", false),
            ("sheet 12", false),
            ("Sheet1 (2)", false),
            ("工作表3", false),
            ("表1", false),
            ("", false),
            ("城东街道", true),
            ("表彰名单", true),
            ("Sheet1汇总", true),
            ("2025年", true),
        ] {
            assert_eq!(says_something(name), named, "{name}");
        }
    }

    #[test]
    fn remarks_about_words_are_told_and_others_are_not() {
        for (remark_of_library, told) in [
            (
                "[2346 of 12346 rows not shown — worksheet truncated at 10000 rows]",
                Some("这个工作表太长，后面还有2346行没有读出。"),
            ),
            (
                "[unreadable sheet \"名单\": broken]",
                Some("后面还有一部分工作表没有读出。"),
            ),
            ("[some pictures not shown: together they exceed it]", None),
        ] {
            assert_eq!(remark(remark_of_library).as_deref(), told);
        }
    }
}
