//! What is drawn in the text and is no picture: charts, SmartArt, WordArt, formulas and files of other programs.
//!
//! Words are read where the package holds them. Of what it holds as figures or as a drawing alone, the listener
//! is told that it is there.

use langdu_model::{FlowItem, FlowParagraph};
use roxmltree::Node;

use crate::archive::Archive;
use crate::charts::{self, words_in};
use crate::error::FileError;
use crate::format::Format;
use crate::limits::FileLimits;
use crate::relations::Relations;
use crate::silent::{self, Silent};
use crate::xml::{self, attribute, child, children, is};

/// Most texts of a SmartArt, and how deep one stands below the other.
const MOST_POINTS: usize = 2000;
const DEEPEST: usize = 20;

/// The parts that drawings refer to.
pub(super) struct Parts<'a, 'b> {
    pub(super) archive: &'a Archive<'b>,
    pub(super) limits: &'a FileLimits,
    pub(super) relations: Relations,
}

impl Parts<'_, '_> {
    /// What a drawing holds beside text boxes and pictures.
    pub(super) fn read(&self, drawing: Node<'_, '_>) -> Result<Vec<FlowItem>, FileError> {
        let mut items = Vec::new();
        for node in drawing.descendants().filter(Node::is_element) {
            if is_elsewhere(node, drawing) {
                continue;
            }
            match node.tag_name().name() {
                "chart" => items.push(silent::chart(&self.title(node)?)),
                "relIds" => items.append(&mut self.smart_art(node)?),
                // WordArt before Word 2010.
                "textpath" => {
                    let words = attribute(node, "string").unwrap_or_default().trim();
                    if !words.is_empty() {
                        items.push(FlowItem::Paragraph(FlowParagraph::plain(words)));
                    }
                }
                "OLEObject" => {
                    let class = attribute(node, "ProgID").unwrap_or_default();
                    items.push(Silent::of_program(class).notice());
                }
                _ => {}
            }
        }
        Ok(items)
    }

    /// The words of the part that an attribute of `node` refers to.
    fn part(&self, node: Node<'_, '_>, name: &str) -> Result<Option<String>, FileError> {
        let place = attribute(node, name).and_then(|id| self.relations.part(id));
        match place {
            Some(place) => self.archive.text(place),
            None => Ok(None),
        }
    }

    /// The title of a chart; nothing where it has none.
    fn title(&self, node: Node<'_, '_>) -> Result<String, FileError> {
        let Some(text) = self.part(node, "id")? else {
            return Ok(String::new());
        };
        let tree = xml::parse(&text, Format::Docx, self.limits)?;
        Ok(charts::title_of(&tree))
    }

    /// The texts of a SmartArt as a list, each above those that hang on it.
    fn smart_art(&self, node: Node<'_, '_>) -> Result<Vec<FlowItem>, FileError> {
        let Some(text) = self.part(node, "dm")? else {
            return Ok(vec![Silent::Picture.notice()]);
        };
        let tree = xml::parse(&text, Format::Docx, self.limits)?;
        let list = |name: &str| tree.descendants().find(|node| is(*node, name));
        let points: Vec<Node<'_, '_>> = list("ptLst")
            .iter()
            .flat_map(|list| children(*list, "pt"))
            .take(MOST_POINTS)
            .collect();
        let mut below: Vec<(&str, &str, u32)> = list("cxnLst")
            .iter()
            .flat_map(|list| children(*list, "cxn"))
            .take(2 * MOST_POINTS)
            .filter(|own| matches!(attribute(*own, "type"), None | Some("parOf")))
            .filter_map(|own| {
                let order = attribute(own, "srcOrd").and_then(|order| order.parse().ok());
                let ends = attribute(own, "srcId").zip(attribute(own, "destId"))?;
                Some((ends.0, ends.1, order.unwrap_or(0)))
            })
            .collect();
        below.sort_by_key(|(.., order)| *order);
        let root = points
            .iter()
            .find(|point| attribute(**point, "type") == Some("doc"))
            .and_then(|point| attribute(*point, "modelId"));
        let mut items = Vec::new();
        // Points that are still to be read, the next one last.
        let mut waiting: Vec<(&str, usize)> = root.map(|root| (root, 0)).into_iter().collect();
        let mut read = 0;
        while let Some((id, depth)) = waiting.pop()
            && read <= MOST_POINTS
        {
            read += 1;
            let own = points
                .iter()
                .find(|point| attribute(**point, "modelId") == Some(id));
            let text = own.and_then(|point| child(*point, "t"));
            let words = text.map(words_in).unwrap_or_default();
            if !words.is_empty() {
                items.push(FlowItem::Paragraph(FlowParagraph {
                    list: u8::try_from(depth.max(1)).unwrap_or(6).min(6),
                    ..FlowParagraph::plain(&words)
                }));
            }
            if depth < DEEPEST {
                let inner = below.iter().rev().filter(|(from, ..)| *from == id);
                waiting.extend(inner.map(|(_, to, _)| (*to, depth + 1)));
            }
        }
        Ok(items)
    }
}

/// Whether the node belongs to the older form of the drawing, or to a text box in it, which is read by itself.
pub(super) fn is_elsewhere(node: Node<'_, '_>, drawing: Node<'_, '_>) -> bool {
    let outer = node.ancestors().skip(1);
    let mut outer = outer.take_while(|outer| *outer != drawing);
    outer.any(|outer| is(outer, "Fallback") || is(outer, "txbxContent"))
}
