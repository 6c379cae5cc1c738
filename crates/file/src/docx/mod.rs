//! Word since 2007: a ZIP of XML (ECMA-376).
//!
//! Headers, footers, comments and what was deleted under revision are left out; inserted text is
//! text. Numbers that Word counts by itself are written as it shows them, since 一、 and （二）
//! are what a listener finds the place by.

mod numbering;
mod styles;

use std::collections::HashMap;

use roxmltree::Node;

use super::archive::Archive;
use super::error::FileError;
use super::format::Format;
use super::limits::FileLimits;
use super::xml::{self, attribute, child, children, is};
use langdu_model::{Cell, Flow, Part, TextPart};
use numbering::{Counters, Numbering};
use styles::{Look, Styles};

/// The text of a DOCX file.
pub(super) fn parse(bytes: &[u8], limits: &FileLimits) -> Result<Flow, FileError> {
    let archive = Archive::open(bytes, Format::Docx, limits)?;
    let main = main_part(&archive)?;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    let beside = |name: &str| archive.text(&format!("{folder}/{name}"));
    let styles = match beside("styles.xml")? {
        Some(text) => Styles::read(&xml::parse(&text, Format::Docx, limits)?),
        None => Styles::default(),
    };
    let numbering = match beside("numbering.xml")? {
        Some(text) => Numbering::read(&xml::parse(&text, Format::Docx, limits)?),
        None => Numbering::default(),
    };
    let mut reader = Reader {
        styles,
        numbering,
        counters: Counters::default(),
        notes: HashMap::new(),
    };
    for (file, kind) in [("footnotes.xml", "footnote"), ("endnotes.xml", "endnote")] {
        if let Some(text) = beside(file)? {
            reader.read_notes(&xml::parse(&text, Format::Docx, limits)?, kind);
        }
    }
    let text = archive.needed(&main)?;
    let tree = xml::parse(&text, Format::Docx, limits)?;
    let body = child(tree.root_element(), "body").unwrap_or(tree.root_element());
    let mut parts = Vec::new();
    reader.blocks(body, &mut parts);
    Ok(Flow { parts })
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

struct Reader {
    styles: Styles,
    numbering: Numbering,
    counters: Counters,
    /// The words of each note, by its kind and id.
    notes: HashMap<(&'static str, String), String>,
}

/// A paragraph while its runs are read.
#[derive(Default)]
struct Words {
    text: String,
    notes: Vec<String>,
    /// Text boxes that hang on the paragraph, which are read behind it.
    boxes: Vec<Part>,
    bold: usize,
    all: usize,
    size: f32,
    /// Depth of fields whose instruction is being read.
    instructions: Vec<bool>,
}

impl Reader {
    fn read_notes(&mut self, tree: &roxmltree::Document<'_>, kind: &'static str) {
        for note in children(tree.root_element(), kind) {
            let Some(id) = attribute(note, "id") else {
                continue;
            };
            // The lines that separate notes from text.
            if attribute(note, "type").is_some_and(|kind| kind.contains("eparator")) {
                continue;
            }
            let mut parts = Vec::new();
            self.blocks(note, &mut parts);
            let text = plain_text(&parts);
            self.notes.insert((kind, id.to_owned()), text);
        }
    }

    /// The paragraphs and tables in `node`, whatever wraps them.
    fn blocks(&mut self, node: Node<'_, '_>, parts: &mut Vec<Part>) {
        for block in node.children().filter(Node::is_element) {
            match block.tag_name().name() {
                "p" => self.paragraph(block, parts),
                "tbl" => self.table(block, parts),
                "sdt" => {
                    if let Some(content) = child(block, "sdtContent") {
                        self.blocks(content, parts);
                    }
                }
                "customXml" | "ins" | "smartTag" => self.blocks(block, parts),
                _ => {}
            }
        }
    }

    fn paragraph(&mut self, node: Node<'_, '_>, parts: &mut Vec<Part>) {
        let properties = child(node, "pPr");
        let look = self.styles.of_paragraph(properties);
        let mut words = Words::default();
        self.runs(node, &look, &mut words);
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
                text = join_label(&label, &text);
            }
        }
        if !text.is_empty() {
            parts.push(Part::Text(TextPart {
                text,
                title: look.title,
                heading: look.heading,
                list: if look.heading > 0 { 0 } else { list },
                centred: look.centred,
                right: look.right,
                bold: words.all > 0 && words.bold * 10 >= words.all * 9,
                size: words.size,
                note: false,
            }));
        }
        parts.append(&mut words.boxes);
        for note in words.notes {
            parts.push(Part::Text(TextPart {
                note: true,
                ..TextPart::plain(note)
            }));
        }
    }

    /// The runs in `node`, through links, insertions and controls.
    fn runs(&mut self, node: Node<'_, '_>, look: &Look, words: &mut Words) {
        for inner in node.children().filter(Node::is_element) {
            match inner.tag_name().name() {
                "r" => self.run(inner, look, words),
                "hyperlink" | "ins" | "moveTo" | "smartTag" | "sdt" | "sdtContent"
                | "customXml" | "fldSimple" | "dir" | "bdo" => self.runs(inner, look, words),
                "oMath" | "oMathPara" => words.text.push_str(&letters(inner)),
                _ => {}
            }
        }
    }

    fn run(&mut self, node: Node<'_, '_>, look: &Look, words: &mut Words) {
        let own = self.styles.of_run(child(node, "rPr"), look);
        if own.hidden {
            return;
        }
        let before = words.text.len();
        for inner in node.children().filter(Node::is_element) {
            let name = inner.tag_name().name();
            if name == "fldChar" {
                match attribute(inner, "fldCharType") {
                    Some("begin") => words.instructions.push(true),
                    Some("separate") => {
                        if let Some(open) = words.instructions.last_mut() {
                            *open = false;
                        }
                    }
                    _ => {
                        words.instructions.pop();
                    }
                }
                continue;
            }
            if words.instructions.contains(&true) {
                continue;
            }
            match name {
                "t" => words.text.push_str(inner.text().unwrap_or_default()),
                "tab" | "ptab" => words.text.push('\t'),
                "br" | "cr" => words.text.push(' '),
                "noBreakHyphen" => words.text.push('-'),
                "sym" => words.text.extend(symbol(inner)),
                "ruby" => {
                    if let Some(base) = child(inner, "rubyBase") {
                        self.runs(base, look, words);
                    }
                }
                "footnoteReference" => self.note("footnote", inner, words),
                "endnoteReference" => self.note("endnote", inner, words),
                "drawing" | "pict" | "AlternateContent" | "object" => self.boxes(inner, words),
                _ => {}
            }
        }
        let count = words.text[before..]
            .chars()
            .filter(|c| !c.is_whitespace())
            .count();
        words.all += count;
        words.bold += if own.bold { count } else { 0 };
        if count > 0 {
            words.size = words.size.max(own.size);
        }
    }

    fn note(&self, kind: &'static str, node: Node<'_, '_>, words: &mut Words) {
        let id = attribute(node, "id").unwrap_or_default().to_owned();
        if let Some(note) = self.notes.get(&(kind, id)).filter(|note| !note.is_empty()) {
            words.notes.push(note.clone());
        }
    }

    /// The text boxes in a drawing, each once: the drawing often comes in two versions.
    fn boxes(&mut self, node: Node<'_, '_>, words: &mut Words) {
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
            let mut parts = Vec::new();
            self.blocks(content, &mut parts);
            words.boxes.append(&mut parts);
        }
    }

    fn table(&mut self, node: Node<'_, '_>, parts: &mut Vec<Part>) {
        let mut rows: Vec<Vec<Cell>> = Vec::new();
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
                    cells.push(Cell {
                        text: self.cell_text(cell, &mut nested),
                        row_span: 1,
                        column_span: span,
                        header: is_header,
                    });
                }
                column += span;
            }
            rows.push(cells);
        }
        parts.push(Part::Table(rows));
        parts.append(&mut nested);
    }

    /// The words of a cell. A table within it is read behind the table that it stands in.
    fn cell_text(&mut self, cell: Node<'_, '_>, nested: &mut Vec<Part>) -> String {
        let mut inner = Vec::new();
        self.blocks(cell, &mut inner);
        let (tables, texts): (Vec<_>, Vec<_>) = inner
            .into_iter()
            .partition(|part| matches!(part, Part::Table(_)));
        nested.extend(tables);
        plain_text(&texts)
    }
}

/// The rows of a table, through what wraps them.
fn table_rows<'a, 'i>(table: Node<'a, 'i>) -> Vec<Node<'a, 'i>> {
    unwrapped(table, "tr")
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

fn letters(node: Node<'_, '_>) -> String {
    node.descendants()
        .filter(|inner| is(*inner, "t"))
        .filter_map(|inner| inner.text())
        .collect()
}

/// A character of a symbol font, where its code is that of a character that can be read.
fn symbol(node: Node<'_, '_>) -> Option<char> {
    let code = u32::from_str_radix(attribute(node, "char")?, 16).ok()?;
    // Symbol fonts live in a private area; their letters mean nothing outside the font.
    char::from_u32(code).filter(|_| !(0xf000..=0xf0ff).contains(&code))
}

fn plain_text(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        let Part::Text(part) = part else { continue };
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&part.text);
    }
    text
}

/// An entry of a table of contents without its leader and page number.
pub(super) fn without_leader(text: &str) -> String {
    let end = text.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_whitespace());
    if end.len() < text.len() && text[end.len()..].contains('\t') {
        return end.trim_end().to_owned();
    }
    text.to_owned()
}

fn join_label(label: &str, text: &str) -> String {
    let tight = label.ends_with(|c: char| !c.is_ascii()) || label.is_empty();
    if tight {
        format!("{label}{text}")
    } else {
        format!("{label} {text}")
    }
}
