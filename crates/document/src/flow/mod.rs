//! The document of a file, whose text comes without a page around it.
//!
//! A file has no menus to leave out and no meta tags to read. What stands above its text is recognised
//! by the layout that GB/T 9704 gives official documents: 份号, 密级 and 紧急程度, which are
//! not read; the red head with the issuer; the 发文字号; the title.

mod contents;
mod cover;
mod head;
mod item;
mod letterhead;
mod markdown;
#[cfg(test)]
mod tests;

use langdu_model::{Block, BlockKind, Document, Flow, FlowCell, FlowItem, FlowParagraph};

use crate::assembly::{kind as line_kind, tables};
use crate::characters::{collapse, joined, looks_binary};
use crate::facts::{attachments, date, signature};
use crate::lines::Line;
use crate::options::{ExtractError, Found};
use crate::wrapped;
use head::{FileHead, HEAD_ITEMS, is_prose};
use item::text_of;
use letterhead::{Letterhead, is_running};

/// The document of a text file, which may be Markdown, and whose lines may be broken at a width.
///
/// # Errors
/// [`ExtractError::NothingReadable`] when it holds no words or is binary data.
pub fn from_text_file(text: &str) -> Result<Document, ExtractError> {
    if looks_binary(text) {
        return Err(ExtractError::NothingReadable {
            found: Found::BinaryData,
        });
    }
    if markdown::is_markdown(text) {
        return from_flow(markdown::read(text));
    }
    let paragraphs = wrapped::paragraphs(text).into_iter();
    from_flow(Flow {
        items: paragraphs
            .map(|text| FlowItem::Paragraph(FlowParagraph::plain(text)))
            .collect(),
    })
}

/// The document of a file's text.
///
/// # Errors
/// [`ExtractError::NothingReadable`] when it holds no words.
pub fn from_flow(flow: Flow) -> Result<Document, ExtractError> {
    let items = flow.items.into_iter().filter_map(cleaned);
    let (running, items): (Vec<FlowItem>, Vec<FlowItem>) = items.partition(is_running);
    let contents = contents::find(&items);
    let items: Vec<FlowItem> = items
        .into_iter()
        .zip(contents)
        .filter_map(|(item, is_contents)| (!is_contents).then_some(item))
        .collect();
    let head = FileHead::read(&items);
    let letterhead = Letterhead::read(&running);
    let mut document = Document::default();
    if let Some(range) = &head.title {
        document.title = joined(items[range.clone()].iter().filter_map(text_of));
        let title = document.title.clone();
        push(&mut document, BlockKind::Title, title);
        mark(
            &mut document,
            items[range.clone()].iter().filter_map(recognised).min(),
        );
    }
    if let Some((at, line, number)) = &head.number {
        document.doc_number = Some(number.clone());
        push(&mut document, BlockKind::DocNumber, line.clone());
        mark(&mut document, recognised(&items[*at]));
    } else if let Some((line, number)) = letterhead.number {
        document.doc_number = Some(number);
        push(&mut document, BlockKind::DocNumber, line);
    }
    let last_prose = items.iter().rposition(is_prose).unwrap_or(0);
    for (at, item) in items.iter().enumerate() {
        if head.takes(at) {
            continue;
        }
        match item {
            FlowItem::Paragraph(paragraph) => {
                let kind = kind(paragraph, at > last_prose);
                push(&mut document, kind, paragraph.text.clone());
                mark(&mut document, paragraph.recognised);
            }
            FlowItem::Table(rows) => {
                let from = document.blocks.len();
                push_table(&mut document, rows);
                for block in &mut document.blocks[from..] {
                    block.recognised = recognised(item);
                }
            }
            FlowItem::Notice(words) => push(&mut document, BlockKind::Notice, words.clone()),
        }
    }
    fill_from(&mut document, &items, &head);
    document.issuer = document.issuer.take().or(letterhead.issuer);
    if document.blocks.is_empty() {
        return Err(ExtractError::NothingReadable {
            found: Found::Nothing,
        });
    }
    Ok(document)
}

fn push(document: &mut Document, kind: BlockKind, text: String) {
    document.blocks.push(Block {
        kind,
        text,
        path: String::new(),
        recognised: None,
    });
}

/// Notes in the last block how sure its words are.
fn mark(document: &mut Document, recognised: Option<u8>) {
    if let Some(block) = document.blocks.last_mut() {
        block.recognised = recognised;
    }
}

/// How sure the words of `item` are in percent, where they were recognised in a picture.
fn recognised(item: &FlowItem) -> Option<u8> {
    match item {
        FlowItem::Paragraph(paragraph) => paragraph.recognised,
        FlowItem::Table(rows) => rows
            .iter()
            .flatten()
            .filter_map(|cell| cell.recognised)
            .min(),
        FlowItem::Notice(_) => None,
    }
}

/// A table of data as one block; the cells of a layout one by one.
fn push_table(document: &mut Document, rows: &[Vec<FlowCell>]) {
    if let Some(rendered) = tables::render_cells(rows) {
        push(document, BlockKind::Table(rendered.table), rendered.text);
        return;
    }
    for cell in rows.iter().flatten().filter(|cell| !cell.text.is_empty()) {
        let kind = kind(&FlowParagraph::plain(&cell.text), false);
        push(document, kind, cell.text.clone());
    }
}

fn fill_from(document: &mut Document, items: &[FlowItem], head: &FileHead) {
    let texts: Vec<&str> = items.iter().filter_map(text_of).collect();
    let signed = signature::signed(&texts, 40);
    document.doc_number = document
        .doc_number
        .take()
        .or_else(|| signature::number_in_title(&document.title));
    document.doc_date = signed.as_ref().map(|(date, _)| date.clone()).or_else(|| {
        texts
            .iter()
            .take(HEAD_ITEMS)
            .find_map(|text| signature::enactment_date(text))
    });
    document.issuer = signed
        .and_then(|(_, issuer)| issuer)
        .or_else(|| head.issuer.clone())
        .or_else(|| signature::issuer_in_title(&document.title));
}

fn kind(paragraph: &FlowParagraph, behind_prose: bool) -> BlockKind {
    if paragraph.note {
        return BlockKind::Paragraph;
    }
    let text = &paragraph.text;
    let closing = date::date_line(text).is_some()
        || date::date_at_end(text, 60).is_some()
        || signature::is_signature(text)
        || paragraph.right;
    let short = text.chars().count() <= 100;
    if (behind_prose && closing && short && paragraph.heading == 0)
        || (attachments::announces(text) && short)
    {
        return BlockKind::Closing;
    }
    let mut line = Line::plain(text);
    // The highest heading of a file is the first below its title, as `h2` is on a page.
    line.heading = if paragraph.heading > 0 {
        paragraph.heading.min(5) + 1
    } else {
        0
    };
    line.list = paragraph.list.min(6);
    line.centred = paragraph.centred;
    line.bold_chars = if paragraph.bold { line.chars } else { 0 };
    line_kind::of_line(&line)
}

/// The item with its white space collapsed; `None` when nothing is left.
fn cleaned(item: FlowItem) -> Option<FlowItem> {
    match item {
        FlowItem::Paragraph(paragraph) => {
            let text = collapse(&paragraph.text);
            (!text.is_empty()).then_some(FlowItem::Paragraph(FlowParagraph { text, ..paragraph }))
        }
        FlowItem::Table(mut rows) => {
            for cell in rows.iter_mut().flatten() {
                cell.text = collapse(&cell.text);
            }
            let filled = rows.iter().flatten().any(|cell| !cell.text.is_empty());
            filled.then_some(FlowItem::Table(rows))
        }
        FlowItem::Notice(_) => Some(item),
    }
}
