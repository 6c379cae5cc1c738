//! The heads of the pages: offices put the letterhead and the 发文字号 there, so that both are in each document
//! that is made from the template.

use langdu_model::{FlowItem, FlowParagraph};
use roxmltree::Node;

use crate::xml::{attribute, child, children, is};

/// Most paragraphs of heads that are kept.
const MOST: usize = 12;

/// The relations of the heads that the first section's pages have: that of the first page, and that of all.
pub(super) fn parts<'a>(body: Node<'a, '_>) -> Vec<&'a str> {
    let section = body.descendants().find(|node| is(*node, "sectPr"));
    let Some(section) = section else {
        return Vec::new();
    };
    let of_kind = |kind: &str| {
        let mut heads = children(section, "headerReference");
        let own = heads.find(|head| attribute(*head, "type").unwrap_or("default") == kind);
        own.and_then(|head| attribute(head, "id"))
    };
    let first = child(section, "titlePg")
        .filter(|first| !matches!(attribute(*first, "val"), Some("0" | "false" | "off")))
        .and_then(|_| of_kind("first"));
    first.into_iter().chain(of_kind("default")).collect()
}

/// The paragraphs of a head, as what stands there.
pub(super) fn running(items: Vec<FlowItem>) -> impl Iterator<Item = FlowItem> {
    let lines = items.into_iter().flat_map(|item| match item {
        FlowItem::Paragraph(paragraph) => vec![paragraph],
        FlowItem::Table(rows) => {
            let cells = rows.into_iter().flatten();
            cells.map(|cell| FlowParagraph::plain(cell.text)).collect()
        }
        FlowItem::Notice(_) => Vec::new(),
    });
    lines.take(MOST).map(|paragraph| {
        FlowItem::Paragraph(FlowParagraph {
            running: true,
            ..paragraph
        })
    })
}
