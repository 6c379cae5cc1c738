//! OpenDocument text (ISO/IEC 26300): a ZIP of XML.
//!
//! Headers, footers, comments and what was deleted under revision are left out.

mod objects;
mod styles;

use std::collections::HashMap;

use roxmltree::Node;

use super::archive::Archive;
use super::error::FileError;
use super::format::Format;
use super::heights::Height;
use super::limits::FileLimits;
use super::numerals;
use super::paragraph::{Words, labelled, text_of, without_leader};
use super::xml::{self, attribute, child, children};
use crate::silent;
use langdu_model::{Flow, FlowCell, FlowItem, FlowParagraph};
use objects::Objects;
use styles::{ListLevel, Style, levels_of, named, style_of};

/// The text of an ODT file.
pub(super) fn parse(bytes: &[u8], limits: &FileLimits) -> Result<Flow, FileError> {
    let archive = Archive::open(bytes, Format::Odt, limits)?;
    let manifest = archive.text("META-INF/manifest.xml")?;
    if manifest.is_some_and(|manifest| manifest.contains("encryption-data")) {
        return Err(FileError::Encrypted {
            format: Format::Odt,
        });
    }
    let mut parser = OdtParser {
        styles: HashMap::new(),
        lists: HashMap::new(),
        counts: HashMap::new(),
        objects: Objects {
            archive: &archive,
            limits,
        },
        failed: None,
    };
    if let Some(text) = archive.text("styles.xml")? {
        parser.learn(&xml::parse(&text, Format::Odt, limits)?);
    }
    let text = archive.needed("content.xml")?;
    let tree = xml::parse(&text, Format::Odt, limits)?;
    parser.learn(&tree);
    let body = tree
        .descendants()
        .find(|node| {
            xml::is(*node, "text") && node.parent().is_some_and(|body| xml::is(body, "body"))
        })
        .ok_or_else(|| FileError::Damaged {
            format: Format::Odt,
            cause: "it has no text body".to_owned(),
        })?;
    let mut items = Vec::new();
    parser.blocks(body, &mut items, 0);
    if let Some(error) = parser.failed {
        return Err(error);
    }
    silent::together(&mut items);
    Ok(Flow { items })
}

struct OdtParser<'a, 'b> {
    styles: HashMap<String, Style>,
    lists: HashMap<String, HashMap<usize, ListLevel>>,
    /// How far each list has been counted.
    counts: HashMap<String, Vec<u32>>,
    objects: Objects<'a, 'b>,
    /// Why an object cannot be read within the limits.
    failed: Option<FileError>,
}

/// The list that is being read: its style, its depth.
#[derive(Clone, Default)]
struct ListPosition {
    list: String,
    depth: usize,
}

/// Deepest chain of styles that is followed.
const DEEPEST_CHAIN: usize = 20;

impl OdtParser<'_, '_> {
    fn learn(&mut self, tree: &roxmltree::Document<'_>) {
        for node in tree.descendants().filter(Node::is_element) {
            match node.tag_name().name() {
                "style" => {
                    if let Some(name) = attribute(node, "name") {
                        self.styles.insert(name.to_owned(), style_of(node));
                    }
                }
                "list-style" => {
                    if let Some(name) = attribute(node, "name") {
                        self.lists.insert(name.to_owned(), levels_of(node));
                    }
                }
                _ => {}
            }
        }
    }

    /// What `find` finds first in the style called `name` and those it inherits from.
    fn inherited<T>(&self, name: &str, find: impl Fn(&Style) -> Option<T>) -> Option<T> {
        let mut next = Some(name.to_owned());
        for _ in 0..DEEPEST_CHAIN {
            let style = self.styles.get(&next?)?;
            if let Some(found) = find(style) {
                return Some(found);
            }
            next = style.parent.clone();
        }
        None
    }

    fn blocks(&mut self, node: Node<'_, '_>, items: &mut Vec<FlowItem>, depth: usize) {
        for block in node.children().filter(Node::is_element) {
            match block.tag_name().name() {
                "p" | "h" => self.paragraph(block, items, None),
                "list" => self.list(block, items, &ListPosition::default()),
                "table" => self.table(block, items, depth),
                "section" | "index-body" | "index-title" | "table-of-content" | "text-box"
                | "numbered-paragraph" => self.blocks(block, items, depth),
                "frame" => self.frame(block, items, depth),
                _ => {}
            }
        }
    }

    /// What a frame shows: its text, or that a chart, a picture or something else is there.
    fn frame(&mut self, node: Node<'_, '_>, items: &mut Vec<FlowItem>, depth: usize) {
        match self.objects.told(node) {
            Ok(Some(notice)) => items.push(notice),
            Ok(None) => self.blocks(node, items, depth),
            Err(error) => self.failed = self.failed.take().or(Some(error)),
        }
    }

    fn list(&mut self, node: Node<'_, '_>, items: &mut Vec<FlowItem>, outer: &ListPosition) {
        let own = attribute(node, "style-name").map(str::to_owned);
        let position = ListPosition {
            list: own.unwrap_or_else(|| outer.list.clone()),
            depth: outer.depth + 1,
        };
        if outer.depth == 0 && attribute(node, "continue-numbering") != Some("true") {
            let goes_on = attribute(node, "continue-list").is_some();
            if !goes_on {
                self.counts.remove(&position.list);
            }
        }
        for item in node.children().filter(Node::is_element) {
            let header = xml::is(item, "list-header");
            let start = attribute(item, "start-value").and_then(|start| start.parse().ok());
            let mut first = true;
            for block in item.children().filter(Node::is_element) {
                match block.tag_name().name() {
                    "p" | "h" => {
                        let label = (first && !header)
                            .then(|| self.count(&position, start))
                            .flatten();
                        let item = Item {
                            label,
                            depth: position.depth,
                            first: first && !header,
                        };
                        self.paragraph(block, items, Some(item));
                        first = false;
                    }
                    "list" => self.list(block, items, &position),
                    _ => {}
                }
            }
        }
    }

    fn count(&mut self, position: &ListPosition, start: Option<u32>) -> Option<String> {
        let levels = self.lists.get(&position.list)?;
        let level = levels.get(&position.depth)?;
        let counts = self.counts.entry(position.list.clone()).or_default();
        let fresh = counts.len() < position.depth;
        counts.resize(position.depth, 0);
        let own = &mut counts[position.depth - 1];
        *own = match (start, fresh || *own == 0) {
            (Some(start), _) => start,
            (None, true) => level.start,
            (None, false) => own.saturating_add(1),
        };
        if level.format.is_empty() {
            return None;
        }
        let from = position.depth.saturating_sub(level.shown.max(1));
        let numbers: Vec<String> = (from..position.depth)
            .filter_map(|at| {
                let format = &levels.get(&(at + 1))?.format;
                Some(numerals::write(counts[at], named(format)))
            })
            .collect();
        Some(
            format!("{}{}{}", level.prefix, numbers.join("."), level.suffix)
                .trim()
                .to_owned(),
        )
    }

    fn paragraph(&mut self, node: Node<'_, '_>, items: &mut Vec<FlowItem>, item: Option<Item>) {
        let name = attribute(node, "style-name").unwrap_or_default().to_owned();
        let mut words = Words::default();
        let look = RunLook {
            bold: self.inherited(&name, |style| style.bold).unwrap_or(false),
            height: Height::On,
            struck: self.inherited(&name, |style| style.struck).unwrap_or(false),
        };
        self.words(node, look, &mut words);
        let mut text = words.text.trim().to_owned();
        let is_named = |prefix: &str| {
            self.inherited(&name, |style| style.name.starts_with(prefix).then_some(()))
                .is_some()
                || name.starts_with(prefix)
        };
        let contents = is_named("Contents_20_") || is_named("Contents ");
        if contents {
            text = without_leader(&text);
        }
        let align = self.inherited(&name, |style| style.align.clone());
        let level = if xml::is(node, "h") {
            attribute(node, "outline-level")
                .and_then(|level| level.parse().ok())
                .unwrap_or(1)
        } else {
            0
        };
        let mut list = 0;
        if let Some(item) = item.filter(|_| !text.is_empty()) {
            if let Some(label) = &item.label {
                text = labelled(label, &text);
            }
            if item.first && level == 0 {
                list = u8::try_from(item.depth).unwrap_or(6).min(6);
            }
        }
        let paragraph = FlowParagraph {
            text,
            title: is_named("Title"),
            contents,
            heading: level,
            list,
            centred: align.as_deref() == Some("center"),
            right: matches!(align.as_deref(), Some("end" | "right")),
            size: self.inherited(&name, |style| style.size).unwrap_or(0.0),
            ..FlowParagraph::default()
        };
        words.push_onto(items, paragraph);
    }

    fn words(&mut self, node: Node<'_, '_>, look: RunLook, words: &mut Words) {
        for inner in node.children() {
            if inner.is_text() {
                push_run(words, inner.text().unwrap_or_default(), look);
                continue;
            }
            match inner.tag_name().name() {
                "s" => {
                    let times = attribute(inner, "c").and_then(|times| times.parse().ok());
                    push_run(words, &" ".repeat(times.unwrap_or(1usize).min(100)), look);
                }
                "tab" => push_run(words, "\t", look),
                "line-break" => push_run(words, " ", look),
                "span" => {
                    let name = attribute(inner, "style-name").unwrap_or_default();
                    let own = RunLook {
                        bold: self
                            .inherited(name, |style| style.bold)
                            .unwrap_or(look.bold),
                        height: self
                            .inherited(name, |style| style.height)
                            .unwrap_or(look.height),
                        struck: self
                            .inherited(name, |style| style.struck)
                            .unwrap_or(look.struck),
                    };
                    self.words(inner, own, words);
                }
                "note" => {
                    let mut items = Vec::new();
                    if let Some(body) = child(inner, "note-body") {
                        self.blocks(body, &mut items, 1);
                    }
                    let note = text_of(&items);
                    words.notes.extend((!note.is_empty()).then_some(note));
                }
                "ruby" => {
                    if let Some(base) = child(inner, "ruby-base") {
                        self.words(base, look, words);
                    }
                }
                "frame" => {
                    let mut items = Vec::new();
                    self.frame(inner, &mut items, 1);
                    words.boxes.append(&mut items);
                }
                "custom-shape" | "text-box" => {
                    let mut items = Vec::new();
                    self.blocks(inner, &mut items, 1);
                    words.boxes.append(&mut items);
                }
                "annotation" | "annotation-end" | "tracked-changes" => {}
                _ => self.words(inner, look, words),
            }
        }
    }

    fn table(&mut self, node: Node<'_, '_>, items: &mut Vec<FlowItem>, depth: usize) {
        if depth > 8 {
            return;
        }
        let mut rows = Vec::new();
        let mut nested = Vec::new();
        for (row, header) in rows_of(node, false) {
            let mut cells = Vec::new();
            for cell in children(row, "table-cell") {
                let span = |name| {
                    attribute(cell, name)
                        .and_then(|span| span.parse::<usize>().ok())
                        .unwrap_or(1)
                        .clamp(1, 2000)
                };
                let mut inner = Vec::new();
                self.blocks(cell, &mut inner, depth + 1);
                let text = text_of(&inner);
                nested.extend(
                    inner
                        .into_iter()
                        .filter(|item| matches!(item, FlowItem::Table(_))),
                );
                cells.push(FlowCell {
                    text,
                    row_span: span("number-rows-spanned"),
                    column_span: span("number-columns-spanned"),
                    header,
                    recognised: None,
                });
            }
            rows.push(cells);
        }
        items.push(FlowItem::Table(rows));
        items.append(&mut nested);
    }
}

/// How a run looks.
#[derive(Clone, Copy)]
struct RunLook {
    bold: bool,
    height: Height,
    struck: bool,
}

/// An item's first or further paragraph.
struct Item {
    label: Option<String>,
    depth: usize,
    first: bool,
}

/// Adds a run. Line ends in the file are blanks, and at the ends of the run nothing.
fn push_run(words: &mut Words, run: &str, look: RunLook) {
    if look.struck {
        return;
    }
    words.letters.add(run, look.bold, 0.0);
    let run = look.height.write(run);
    let mut gap = false;
    for c in run.chars() {
        if c == '\n' || c == '\r' {
            gap = true;
            continue;
        }
        if gap && !words.text.is_empty() {
            words.text.push(' ');
        }
        gap = false;
        words.text.push(c);
    }
}

fn rows_of<'a, 'i>(table: Node<'a, 'i>, header: bool) -> Vec<(Node<'a, 'i>, bool)> {
    let mut rows = Vec::new();
    for node in table.children().filter(Node::is_element) {
        match node.tag_name().name() {
            "table-row" => rows.push((node, header)),
            "table-header-rows" => rows.extend(rows_of(node, true)),
            "table-rows" | "table-row-group" => rows.extend(rows_of(node, header)),
            _ => {}
        }
    }
    rows
}
