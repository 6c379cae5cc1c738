//! Pictures that stand in the text: scans are often pasted into a Word file, page by page.

use langdu_model::FlowItem;
use roxmltree::Node;

use super::drawings::is_elsewhere;
use crate::Recognition;
use crate::archive::Archive;
use crate::error::FileError;
use crate::format::Format;
use crate::layout;
use crate::limits::FileLimits;
use crate::picture::{self, Picture};
use crate::relations::Relations;
use crate::silent::{self, Silent};
use crate::xml::{attribute, is};

/// English metric units a centimetre (ECMA-376, part 1, 20.1.2.1).
const EMU: f64 = 360_000.0;

/// Fewest characters that are worth reading: a photograph or a map has a few names on it.
const FEWEST_CHARS: usize = 12;

/// The pictures of a file, numbered from 1 in the order of its text, and what was recognised in them.
pub(super) struct Pictures<'r> {
    recognition: &'r Recognition,
    /// The relation of each: which part holds it.
    pub(super) relations: Vec<String>,
    /// The text ends here: the next picture is still to be read.
    pub(super) ended: bool,
    /// Whether it stands in a cell of a table.
    pub(super) in_cell: bool,
}

impl<'r> Pictures<'r> {
    pub(super) fn new(recognition: &'r Recognition) -> Self {
        Self {
            recognition,
            relations: Vec::new(),
            ended: false,
            in_cell: false,
        }
    }

    /// What was recognised in the pictures of a drawing, and that there are some of which nothing was; nothing of
    /// what is small.
    pub(super) fn read(&mut self, drawing: Node<'_, '_>) -> Vec<FlowItem> {
        let mut items = Vec::new();
        if self.in_cell || !is_large(drawing) {
            return items;
        }
        for relation in relations(drawing) {
            self.relations.push(relation.to_owned());
            let number = self.relations.len();
            self.ended |= self.recognition.is_beyond(number);
            if let Some(text) = self.recognition.pages.get(&number) {
                let page = layout::page_of_picture(number, Some(text));
                let own = layout::read(vec![page], false).flow.items;
                if chars(&own) >= FEWEST_CHARS {
                    items.extend(own);
                } else {
                    items.push(Silent::Picture.notice());
                }
            } else if self.recognition.late.contains(&number) {
                let words =
                    format!("第{number}张图片上的文字这次没有来得及识别，稍后可以再听一遍。");
                items.push(FlowItem::Notice(words));
            } else if !self.ended {
                items.push(Silent::Picture.notice());
            }
        }
        items
    }
}

fn chars(items: &[FlowItem]) -> usize {
    let count = |item: &FlowItem| match item {
        FlowItem::Paragraph(paragraph) => paragraph.text.chars().count(),
        FlowItem::Table(rows) => {
            let cells = rows.iter().flatten();
            cells.map(|cell| cell.text.chars().count()).sum()
        }
        FlowItem::Notice(_) => 0,
    };
    items.iter().map(count).sum()
}

/// The relations of the pictures that a drawing shows. The older form of a newer drawing is left out.
fn relations<'a>(drawing: Node<'a, '_>) -> impl Iterator<Item = &'a str> {
    drawing.descendants().filter_map(move |node| {
        let relation = match node.tag_name().name() {
            "blip" => attribute(node, "embed"),
            // Before Word 2010 (VML).
            "imagedata" => attribute(node, "id"),
            _ => None,
        };
        relation.filter(|_| !is_elsewhere(node, drawing))
    })
}

/// Whether a drawing is large enough to hold text worth reading. One that does not say is.
fn is_large(drawing: Node<'_, '_>) -> bool {
    let extent = drawing.descendants().find(|node| is(*node, "extent"));
    let side = |name: &str| -> Option<f64> {
        let units: f64 = attribute(extent?, name)?.parse().ok()?;
        Some(units / EMU)
    };
    match (side("cx"), side("cy")) {
        (Some(width), Some(height)) => silent::is_large(width, height),
        _ => true,
    }
}

/// The picture of a relation of the main part.
pub(super) fn picture(
    archive: &Archive<'_>,
    relations: &Relations,
    relation: &str,
    limits: &FileLimits,
) -> Result<Picture, FileError> {
    let missing = || FileError::Damaged {
        format: Format::Docx,
        cause: "a picture is missing".to_owned(),
    };
    let place = relations.part(relation).ok_or_else(missing)?;
    let bytes = archive.bytes(place)?.ok_or_else(missing)?;
    picture::read(&bytes, limits)
}
