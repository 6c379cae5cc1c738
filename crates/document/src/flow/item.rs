//! What an item of a file says.

use langdu_model::FlowItem;

/// The text of an item that is a paragraph and no note.
pub(super) fn text_of(item: &FlowItem) -> Option<&str> {
    match item {
        FlowItem::Paragraph(paragraph) if !paragraph.note => Some(&paragraph.text),
        _ => None,
    }
}
