//! Word up to 2003 and Excel of every year, through `office_oxide`.
//!
//! DOCX has a reader of its own (`docx`): the library's model has no words for numbers that Word
//! counts in Chinese, 一、 and （二）, which policy documents live by.

use std::io::Cursor;

use office_oxide::ir::{
    DocumentIR, Element, InlineContent, Note, ParagraphAlignment, Section, Table, TextSpan,
};
use office_oxide::{Document, DocumentFormat};

use super::doc_notes::{Referring, referring};
use super::error::FileError;
use super::format::Format;
use super::limits::FileLimits;
use langdu_model::{Cell, Flow, Part, TextPart};

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
        Format::Doc => text_document(&content, &referring(bytes).unwrap_or_default()),
        _ => workbook(&content),
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

fn text_document(content: &DocumentIR, referring: &[Referring]) -> Flow {
    let mut writer = Writer::default();
    let (mut footnotes, mut endnotes) = (Vec::new(), Vec::new());
    for section in &content.sections {
        writer.elements(&section.elements, 0);
        for element in &section.elements {
            match element {
                Element::Footnote(note) if is_note(note) => footnotes.push(note_part(note)),
                Element::Endnote(note) if is_note(note) => endnotes.push(note_part(note)),
                _ => {}
            }
        }
    }
    let mut parts = with_notes(writer.flow.parts, footnotes, referring);
    parts.extend(endnotes);
    parts.retain(|part| !matches!(part, Part::Text(part) if part.text.is_empty()));
    Flow { parts }
}

/// Puts each note behind the paragraph or table that refers to it. A note of which that is not known
/// comes last.
fn with_notes(parts: Vec<Part>, notes: Vec<Part>, referring: &[Referring]) -> Vec<Part> {
    let referred: usize = referring.iter().map(|paragraph| paragraph.notes).sum();
    let known = if referred == notes.len() {
        referring
    } else {
        &[]
    };
    let mut known = known
        .iter()
        .map(|paragraph| (letters(&paragraph.words), paragraph.notes))
        .peekable();
    let mut notes = notes.into_iter();
    let mut placed = Vec::new();
    for part in parts {
        let said = known.peek().map(|_| said_in(&part)).unwrap_or_default();
        placed.push(part);
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
fn said_in(part: &Part) -> Vec<String> {
    match part {
        Part::Text(part) => vec![letters(&part.text)],
        Part::Table(rows) => rows
            .iter()
            .flatten()
            .map(|cell| letters(&cell.text))
            .collect(),
    }
}

/// What two readers of the same file agree about.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn note_part(note: &Note) -> Part {
    Part::Text(TextPart {
        note: true,
        ..TextPart::plain(words_of(&note.content))
    })
}

/// Each sheet under its name, where there are several.
fn workbook(content: &DocumentIR) -> Flow {
    let shown: Vec<&Section> = content
        .sections
        .iter()
        .filter(|section| !section.hidden && !section.elements.is_empty())
        .collect();
    let mut writer = Writer::default();
    for section in &shown {
        if shown.len() > 1
            && let Some(name) = section.title.as_ref().filter(|name| !name.is_empty())
        {
            writer.flow.parts.push(Part::Text(TextPart {
                heading: 1,
                ..TextPart::plain(name)
            }));
        }
        for element in &section.elements {
            match element {
                Element::Table(table) => writer.sheet(table),
                // Comments, and headers that only paper has.
                Element::Footnote(_) | Element::Endnote(_) => {}
                other => writer.elements(std::slice::from_ref(other), 0),
            }
        }
    }
    writer.flow
}

#[derive(Default)]
struct Writer {
    flow: Flow,
}

/// Deepest nesting of lists and boxes that is followed.
const DEEPEST: usize = 32;

impl Writer {
    fn elements(&mut self, elements: &[Element], depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for element in elements {
            match element {
                Element::Heading(heading) => self.text(
                    &heading.content,
                    TextPart {
                        heading: heading.level.max(1),
                        centred: heading.alignment == Some(ParagraphAlignment::Center),
                        ..TextPart::default()
                    },
                ),
                Element::Paragraph(paragraph) => self.text(
                    &paragraph.content,
                    TextPart {
                        heading: paragraph
                            .outline_level
                            .filter(|level| *level < 9)
                            .map_or(0, |level| level + 1),
                        centred: paragraph.alignment == Some(ParagraphAlignment::Center),
                        right: paragraph.alignment == Some(ParagraphAlignment::Right),
                        ..TextPart::default()
                    },
                ),
                Element::Table(table) => {
                    let rows = rows_of(table);
                    self.flow.parts.push(Part::Table(rows));
                }
                Element::List(list) => {
                    for item in &list.items {
                        let from = self.flow.parts.len();
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
        for part in &mut self.flow.parts[from..] {
            if let Part::Text(part) = part
                && part.list == 0
            {
                part.list = level.saturating_add(1).min(6);
            }
        }
    }

    fn text(&mut self, content: &[InlineContent], look: TextPart) {
        let mut text = String::new();
        let (mut bold, mut all, mut size) = (0usize, 0usize, 0f32);
        for piece in content {
            match piece {
                InlineContent::Text(span) => {
                    text.push_str(&span.text);
                    let count = span.text.chars().filter(|c| !c.is_whitespace()).count();
                    all += count;
                    bold += if span.bold { count } else { 0 };
                    size = size.max(points(span));
                }
                InlineContent::LineBreak => text.push(' '),
                _ => {}
            }
        }
        let text = text.trim().to_owned();
        if !text.is_empty() {
            self.flow.parts.push(Part::Text(TextPart {
                text,
                bold: all > 0 && bold * 10 >= all * 9,
                size,
                ..look
            }));
        }
    }

    /// A sheet as a table, the lines above and below it that have one cell as text: 附件1, the
    /// title over all columns, 注.
    fn sheet(&mut self, table: &Table) {
        let rows: Vec<Vec<Cell>> = rows_of(table)
            .into_iter()
            .filter(|row| row.iter().any(|cell| !cell.text.is_empty()))
            .collect();
        let alone = |row: &Vec<Cell>| row.iter().filter(|cell| !cell.text.is_empty()).count() == 1;
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
                    .parts
                    .push(Part::Table(rows[first..last].to_vec()));
            }
            if at < first || at >= last {
                for cell in row.iter().filter(|cell| !cell.text.is_empty()) {
                    self.flow.parts.push(Part::Text(TextPart {
                        centred: at < first && cell.column_span > 1,
                        ..TextPart::plain(&cell.text)
                    }));
                }
            }
        }
    }
}

/// Headers, comments and text boxes come as notes too, named as such.
fn is_note(note: &Note) -> bool {
    matches!(note.marker.as_deref(), None | Some("footnote" | "endnote"))
}

fn points(span: &TextSpan) -> f32 {
    span.font_size_half_pt
        .and_then(|half| u16::try_from(half).ok())
        .map_or(0.0, |half| f32::from(half) / 2.0)
}

fn rows_of(table: &Table) -> Vec<Vec<Cell>> {
    table
        .rows
        .iter()
        .map(|row| {
            row.cells
                .iter()
                .map(|cell| Cell {
                    text: words_of(&cell.content),
                    row_span: cell.row_span.max(1) as usize,
                    column_span: cell.col_span.max(1) as usize,
                    header: row.is_header && row.repeat_as_header,
                })
                .collect()
        })
        .collect()
}

/// All words in `elements` on one line.
fn words_of(elements: &[Element]) -> String {
    let mut writer = Writer::default();
    writer.elements(elements, 0);
    let words: Vec<String> = writer
        .flow
        .parts
        .into_iter()
        .filter_map(|part| match part {
            Part::Text(part) => Some(part.text),
            Part::Table(_) => None,
        })
        .collect();
    words.join(" ").trim().to_owned()
}
