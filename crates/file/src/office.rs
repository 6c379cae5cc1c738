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
use super::paragraph::{LetterStyle, text_of};
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
    let mut items = with_notes(writer.flow.items, footnotes, referring);
    items.extend(endnotes);
    items.retain(
        |item| !matches!(item, FlowItem::Paragraph(paragraph) if paragraph.text.is_empty()),
    );
    Flow { items }
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
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn note_item(note: &Note) -> FlowItem {
    FlowItem::note(words_of(&note.content))
}

/// Each sheet under its name, where there are several.
fn workbook(content: &DocumentIR) -> Flow {
    let shown: Vec<&Section> = content
        .sections
        .iter()
        .filter(|section| !section.hidden && !section.elements.is_empty())
        .collect();
    let mut writer = FlowWriter::default();
    for section in &shown {
        if shown.len() > 1
            && let Some(name) = section.title.as_ref().filter(|name| !name.is_empty())
        {
            writer.flow.items.push(FlowItem::Paragraph(FlowParagraph {
                heading: 1,
                ..FlowParagraph::plain(name)
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
                    text.push_str(&span.text);
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
    fn sheet(&mut self, table: &Table) {
        let rows: Vec<Vec<FlowCell>> = rows_of(table)
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
            if at < first || at >= last {
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

/// Headers, comments and text boxes come as notes too, named as such.
fn is_note(note: &Note) -> bool {
    matches!(note.marker.as_deref(), None | Some("footnote" | "endnote"))
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
    let mut writer = FlowWriter::default();
    writer.elements(elements, 0);
    text_of(&writer.flow.items).trim().to_owned()
}
