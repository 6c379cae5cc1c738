//! Word since 2007: a ZIP of XML (ECMA-376).
//!
//! Headers, footers, comments, what was deleted under revision and what is struck out are left out, but for the
//! 发文字号 and the letterhead in the head of the first page; inserted text is text. Numbers that Word counts by itself are written as it shows them, since 一、 and （二）
//! are what a listener finds the place by.

mod drawings;
mod fields;
mod formula;
mod headers;
mod numbering;
mod pictures;
mod styles;

use std::collections::{BTreeMap, HashMap};

use roxmltree::Node;

use super::archive::Archive;
use super::counting::{Counters, Lists};
use super::error::FileError;
use super::format::Format;
use super::layout;
use super::limits::FileLimits;
use super::paragraph::{Words, labelled, text_of, without_leader};
use super::relations::Relations;
use super::symbols;
use super::xml::{self, attribute, child, children, is};
use crate::picture::Picture;
use crate::silent::{self, Silent};
use crate::{Parsed, Recognition};
use drawings::Parts;
use fields::Field;
use langdu_model::{Flow, FlowCell, FlowItem, FlowParagraph};
use pictures::Pictures;
use styles::{Look, Styles};

/// The text of a DOCX file, with what was recognised in its pictures, and the numbers of those.
pub(super) fn parse(bytes: &[u8], limits: &FileLimits, recognition: &Recognition) -> Parsed {
    let read = Archive::open(bytes, Format::Docx, limits).and_then(|archive| {
        let main = main_part(&archive)?;
        read(&archive, &main, limits, recognition)
    });
    match read {
        Ok((flow, relations)) => Parsed {
            flow: Ok(flow),
            pictures: (1..=relations.len()).collect(),
            layers: BTreeMap::new(),
        },
        Err(error) => Err(error).into(),
    }
}

/// The picture of this number, counted from 1.
pub(super) fn picture(
    bytes: &[u8],
    limits: &FileLimits,
    number: usize,
) -> Result<Picture, FileError> {
    let archive = Archive::open(bytes, Format::Docx, limits)?;
    let main = main_part(&archive)?;
    let (_, relations) = read(&archive, &main, limits, &Recognition::default())?;
    let relation = number.checked_sub(1).and_then(|at| relations.get(at));
    let relation = relation.ok_or_else(|| FileError::Damaged {
        format: Format::Docx,
        cause: format!("it has no picture {number}"),
    })?;
    let relations = Relations::of(&archive, &main, Format::Docx, limits)?;
    pictures::picture(&archive, &relations, relation, limits)
}

/// The text of the main part, and the relations of its pictures.
fn read(
    archive: &Archive<'_>,
    main: &str,
    limits: &FileLimits,
    recognition: &Recognition,
) -> Result<(Flow, Vec<String>), FileError> {
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    let beside = |name: &str| archive.text(&format!("{folder}/{name}"));
    let styles = match beside("styles.xml")? {
        Some(text) => Styles::read(&xml::parse(&text, Format::Docx, limits)?),
        None => Styles::default(),
    };
    let numbering = match beside("numbering.xml")? {
        Some(text) => numbering::read(&xml::parse(&text, Format::Docx, limits)?),
        None => Lists::default(),
    };
    let mut parser = DocxParser {
        styles,
        numbering,
        counters: Counters::default(),
        notes: HashMap::new(),
        pictures: Pictures::new(recognition),
        parts: Parts {
            archive,
            limits,
            relations: Relations::of(archive, main, Format::Docx, limits)?,
        },
        failed: None,
    };
    for (file, kind) in [("footnotes.xml", "footnote"), ("endnotes.xml", "endnote")] {
        if let Some(text) = beside(file)? {
            parser.read_notes(&xml::parse(&text, Format::Docx, limits)?, kind);
        }
    }
    let text = archive.needed(main)?;
    let tree = xml::parse(&text, Format::Docx, limits)?;
    let body = child(tree.root_element(), "body").unwrap_or(tree.root_element());
    let mut items = Vec::new();
    parser.running(&headers::parts(body), &mut items)?;
    parser.blocks(body, &mut items);
    if let Some(error) = parser.failed {
        return Err(error);
    }
    if parser.pictures.ended {
        hold_back(&mut items);
    }
    silent::together(&mut items);
    // It is told once that words are recognised.
    let mut told = false;
    items.retain(|item| {
        let tells = matches!(item, FlowItem::Notice(words) if words == layout::TOLD);
        !(tells && std::mem::replace(&mut told, true))
    });
    Ok((Flow { items }, parser.pictures.relations))
}

/// Leaves out the last paragraph or table, which may go on behind the picture that is to be read, and the
/// notes to it.
fn hold_back(items: &mut Vec<FlowItem>) {
    let is_note =
        |item: &FlowItem| matches!(item, FlowItem::Paragraph(paragraph) if paragraph.note);
    let last = items.iter().rposition(|item| !is_note(item));
    items.truncate(last.unwrap_or(0));
}

/// The main part's name: `word/document.xml` unless the package says otherwise.
fn main_part(archive: &Archive<'_>) -> Result<String, FileError> {
    const USUAL: &str = "word/document.xml";
    if archive.has(USUAL) {
        return Ok(USUAL.to_owned());
    }
    let named = archive.text("_rels/.rels")?.and_then(|text| {
        let tree = roxmltree::Document::parse(&text).ok()?;
        tree.descendants()
            .find(|node| {
                attribute(*node, "Type").is_some_and(|kind| kind.ends_with("/officeDocument"))
            })
            .and_then(|node| attribute(node, "Target"))
            .map(|target| target.trim_start_matches('/').to_owned())
    });
    Ok(named.unwrap_or_else(|| USUAL.to_owned()))
}

struct DocxParser<'r, 'a, 'b> {
    styles: Styles,
    numbering: Lists,
    counters: Counters,
    /// The words of each note, by its kind and id.
    notes: HashMap<(&'static str, String), String>,
    pictures: Pictures<'r>,
    parts: Parts<'a, 'b>,
    /// Why a part that a drawing refers to cannot be read within the limits.
    failed: Option<FileError>,
}

/// The runs of a paragraph while they are read.
#[derive(Default)]
struct Runs {
    words: Words,
    /// The open fields. Of an instruction nothing is shown.
    fields: Vec<Field>,
}

impl DocxParser<'_, '_, '_> {
    fn read_notes(&mut self, tree: &roxmltree::Document<'_>, kind: &'static str) {
        for note in children(tree.root_element(), kind) {
            let Some(id) = attribute(note, "id") else {
                continue;
            };
            // The lines that separate notes from text.
            if attribute(note, "type").is_some_and(|kind| kind.contains("eparator")) {
                continue;
            }
            let mut items = Vec::new();
            self.blocks(note, &mut items);
            let text = text_of(&items);
            self.notes.insert((kind, id.to_owned()), text);
        }
    }

    /// What stands in the heads of the first section's pages, for the 发文字号 in them. What is drawn there is the
    /// letterhead.
    fn running(&mut self, ids: &[&str], items: &mut Vec<FlowItem>) -> Result<(), FileError> {
        let counters = std::mem::take(&mut self.counters);
        let outer = std::mem::replace(&mut self.pictures.in_cell, true);
        for id in ids {
            let place = self.parts.relations.part(id);
            let text = place.map(|place| self.parts.archive.text(place));
            let Some(text) = text.transpose()?.flatten() else {
                continue;
            };
            let tree = xml::parse(&text, Format::Docx, self.parts.limits)?;
            let mut own = Vec::new();
            self.blocks(tree.root_element(), &mut own);
            items.extend(headers::running(own));
        }
        self.counters = counters;
        self.pictures.in_cell = outer;
        Ok(())
    }

    /// The paragraphs and tables in `node`, whatever wraps them.
    fn blocks(&mut self, node: Node<'_, '_>, items: &mut Vec<FlowItem>) {
        for block in node.children().filter(Node::is_element) {
            if self.pictures.ended {
                return;
            }
            match block.tag_name().name() {
                "p" => self.paragraph(block, items),
                "tbl" => self.table(block, items),
                "sdt" => {
                    if let Some(content) = child(block, "sdtContent") {
                        self.blocks(content, items);
                    }
                }
                "customXml" | "ins" | "smartTag" => self.blocks(block, items),
                // The same in two versions.
                "AlternateContent" => {
                    let shown = child(block, "Choice").or_else(|| child(block, "Fallback"));
                    if let Some(shown) = shown {
                        self.blocks(shown, items);
                    }
                }
                // A file that was put in whole, for Word to take over when it opens the document.
                "altChunk" => items.push(Silent::File.notice()),
                _ => {}
            }
        }
    }

    fn paragraph(&mut self, node: Node<'_, '_>, items: &mut Vec<FlowItem>) {
        let properties = child(node, "pPr");
        let look = self.styles.of_paragraph(properties);
        let mut runs = Runs::default();
        self.runs(node, &look, &mut runs);
        let words = runs.words;
        let marked = properties
            .and_then(|properties| child(properties, "rPr"))
            .is_some_and(|marks| child(marks, "del").is_some());
        let mut text = words.text.trim().to_owned();
        if look.contents {
            text = without_leader(&text);
        }
        let numbered = look.number.clone().filter(|_| !(text.is_empty() && marked));
        let mut list = 0;
        if let Some((id, level)) = numbered
            && !text.is_empty()
        {
            let label = self.counters.next(&self.numbering, &id, level);
            list = level + 1;
            if let Some(label) = label {
                text = labelled(&label, &text);
            }
        }
        let paragraph = FlowParagraph {
            text,
            title: look.title,
            heading: look.heading,
            list: if look.heading > 0 { 0 } else { list },
            centred: look.centred,
            right: look.right,
            contents: look.contents,
            size: words.letters.size,
            ..FlowParagraph::default()
        };
        words.push_onto(items, paragraph);
    }

    /// The runs in `node`, through links, insertions and controls.
    fn runs(&mut self, node: Node<'_, '_>, look: &Look, runs: &mut Runs) {
        for inner in node.children().filter(Node::is_element) {
            match inner.tag_name().name() {
                "r" => self.run(inner, look, runs),
                "hyperlink" | "ins" | "moveTo" | "smartTag" | "sdt" | "sdtContent"
                | "customXml" | "fldSimple" | "dir" | "bdo" => self.runs(inner, look, runs),
                // A document of its own, which Word takes over when it opens this one.
                "subDoc" => runs.words.boxes.push(Silent::File.notice()),
                "oMath" | "oMathPara" => runs.words.text.push_str(&formula::written(inner)),
                _ => {}
            }
        }
    }

    fn run(&mut self, node: Node<'_, '_>, look: &Look, runs: &mut Runs) {
        let own = self.styles.of_run(child(node, "rPr"), look);
        if own.hidden || own.struck {
            return;
        }
        let before = runs.words.text.len();
        for inner in node.children().filter(Node::is_element) {
            let name = inner.tag_name().name();
            if name == "fldChar" {
                match attribute(inner, "fldCharType") {
                    Some("begin") => runs.fields.push(Field::begun(inner)),
                    Some("separate") => {
                        if let Some(open) = runs.fields.last_mut() {
                            open.shows = true;
                        }
                    }
                    _ => {
                        let shown = runs.fields.pop().and_then(Field::shown);
                        // A field within an instruction is a part of it.
                        match (shown, runs.fields.iter_mut().find(|field| !field.shows)) {
                            (Some(shown), None) => runs.words.text.push_str(&shown),
                            (Some(shown), Some(outer)) => outer.instruction.push_str(&shown),
                            (None, _) => {}
                        }
                    }
                }
                continue;
            }
            if let Some(open) = runs.fields.iter_mut().find(|field| !field.shows) {
                if name == "instrText" {
                    open.instruction.push_str(inner.text().unwrap_or_default());
                }
                continue;
            }
            match name {
                "t" => {
                    let letters = inner.text().unwrap_or_default().chars();
                    let letters: String = letters
                        .filter_map(|letter| symbols::read(font_of(node), letter))
                        .collect();
                    runs.words.text.push_str(&own.height.write(&letters));
                }
                "tab" | "ptab" => runs.words.text.push('\t'),
                "br" | "cr" => runs.words.text.push(' '),
                "noBreakHyphen" => runs.words.text.push('-'),
                "sym" => runs.words.text.extend(symbol(inner)),
                "ruby" => {
                    if let Some(base) = child(inner, "rubyBase") {
                        self.runs(base, look, runs);
                    }
                }
                "footnoteReference" => self.note("footnote", inner, runs),
                "endnoteReference" => self.note("endnote", inner, runs),
                "drawing" | "pict" | "AlternateContent" | "object" => self.boxes(inner, runs),
                _ => {}
            }
        }
        let run = &runs.words.text[before..];
        runs.words.letters.add(run, own.bold, own.size);
    }

    fn note(&self, kind: &'static str, node: Node<'_, '_>, runs: &mut Runs) {
        let id = attribute(node, "id").unwrap_or_default().to_owned();
        if let Some(note) = self.notes.get(&(kind, id)).filter(|note| !note.is_empty()) {
            runs.words.notes.push(note.clone());
        }
    }

    /// The text boxes in a drawing, each once: the drawing often comes in two versions.
    fn boxes(&mut self, node: Node<'_, '_>, runs: &mut Runs) {
        let shown = if is(node, "AlternateContent") {
            child(node, "Choice").or_else(|| child(node, "Fallback"))
        } else {
            Some(node)
        };
        let Some(shown) = shown else { return };
        let contents: Vec<_> = shown
            .descendants()
            .filter(|inner| is(*inner, "txbxContent"))
            .filter(|inner| {
                // Neither the other version of a drawing nor a box within a box.
                !inner
                    .ancestors()
                    .skip(1)
                    .take_while(|outer| *outer != shown)
                    .any(|outer| is(outer, "Fallback") || is(outer, "txbxContent"))
            })
            .collect();
        for content in contents {
            let mut items = Vec::new();
            self.blocks(content, &mut items);
            runs.words.boxes.append(&mut items);
        }
        match self.parts.read(shown) {
            Ok(mut own) => {
                let told = own.iter().any(|item| matches!(item, FlowItem::Notice(_)));
                runs.words.boxes.append(&mut own);
                // What is shown of a chart or a formula is drawn, and no picture of letters.
                if told {
                    return;
                }
            }
            Err(error) => self.failed = self.failed.take().or(Some(error)),
        }
        runs.words.boxes.append(&mut self.pictures.read(shown));
    }

    fn table(&mut self, node: Node<'_, '_>, items: &mut Vec<FlowItem>) {
        let mut rows: Vec<Vec<FlowCell>> = Vec::new();
        // For each column, the row and cell that further rows may be merged into.
        let mut above: HashMap<usize, (usize, usize)> = HashMap::new();
        let mut nested = Vec::new();
        for row in table_rows(node) {
            let properties = child(row, "trPr");
            let is_header =
                properties.is_some_and(|properties| child(properties, "tblHeader").is_some());
            let mut column = grid_before(properties);
            let mut cells = Vec::new();
            for cell in row_cells(row) {
                let properties = child(cell, "tcPr");
                let span = properties
                    .and_then(|properties| child(properties, "gridSpan"))
                    .and_then(|span| attribute(span, "val")?.parse().ok())
                    .unwrap_or(1usize)
                    .clamp(1, 200);
                let merge = properties.and_then(|properties| child(properties, "vMerge"));
                let goes_on = merge.is_some_and(|merge| attribute(merge, "val") != Some("restart"));
                if goes_on && let Some(&(row, cell)) = above.get(&column) {
                    if let Some(cell) = rows.get_mut(row).and_then(|cells| cells.get_mut(cell)) {
                        cell.row_span += 1;
                    }
                } else {
                    above.insert(column, (rows.len(), cells.len()));
                    cells.push(FlowCell {
                        text: self.cell_text(cell, &mut nested),
                        row_span: 1,
                        column_span: span,
                        header: is_header,
                        recognised: None,
                    });
                }
                column += span;
            }
            rows.push(cells);
        }
        items.push(FlowItem::Table(rows));
        items.append(&mut nested);
    }

    /// The words of a cell. A table within it is read behind the table that it stands in.
    fn cell_text(&mut self, cell: Node<'_, '_>, nested: &mut Vec<FlowItem>) -> String {
        let mut inner = Vec::new();
        // What is pasted into a form is a photograph or a seal.
        let outer = std::mem::replace(&mut self.pictures.in_cell, true);
        self.blocks(cell, &mut inner);
        self.pictures.in_cell = outer;
        let (tables, texts): (Vec<_>, Vec<_>) = inner
            .into_iter()
            .partition(|item| matches!(item, FlowItem::Table(_)));
        nested.extend(tables);
        text_of(&texts)
    }
}

/// The rows of a table, through what wraps them.
fn table_rows<'a, 'i>(table: Node<'a, 'i>) -> Vec<Node<'a, 'i>> {
    let mut rows = unwrapped(table, "tr");
    let is_deleted =
        |row: Node<'_, '_>| child(row, "trPr").is_some_and(|own| child(own, "del").is_some());
    rows.retain(|row| !is_deleted(*row));
    rows
}

fn row_cells<'a, 'i>(row: Node<'a, 'i>) -> Vec<Node<'a, 'i>> {
    unwrapped(row, "tc")
}

fn unwrapped<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Vec<Node<'a, 'i>> {
    let mut found = Vec::new();
    for inner in node.children().filter(Node::is_element) {
        match inner.tag_name().name() {
            own if own == name => found.push(inner),
            "sdt" | "sdtContent" | "customXml" | "ins" => found.extend(unwrapped(inner, name)),
            _ => {}
        }
    }
    found
}

/// Columns that a row leaves out at its start.
fn grid_before(properties: Option<Node<'_, '_>>) -> usize {
    properties
        .and_then(|properties| child(properties, "gridBefore"))
        .and_then(|before| attribute(before, "val")?.parse().ok())
        .unwrap_or(0usize)
        .min(200)
}

/// A character of a symbol font, or one whose code is that of a character that can be read.
fn symbol(node: Node<'_, '_>) -> Option<char> {
    let code = u32::from_str_radix(attribute(node, "char")?, 16).ok()?;
    let font = attribute(node, "font").unwrap_or_default();
    match code {
        0xf000..=0xf0ff => symbols::shown(font, (code & 0xff) as u8),
        0..=0xff if font == "Symbol" => symbols::shown(font, code as u8),
        _ => char::from_u32(code),
    }
}

/// The font of a run, as far as letters of symbol fonts are read by it.
fn font_of<'a>(run: Node<'a, '_>) -> &'a str {
    let fonts = child(run, "rPr").and_then(|properties| child(properties, "rFonts"));
    let named = fonts.and_then(|fonts| {
        ["ascii", "hAnsi"]
            .iter()
            .find_map(|name| attribute(fonts, name))
    });
    named.unwrap_or("Symbol")
}
