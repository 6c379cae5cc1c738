//! What must hold of the document of any page.

use langdu_model::{BlockKind, Document};

/// Whether every table cell lies within its block's text and no block is empty.
pub fn is_sound(document: &Document) -> bool {
    document.blocks.iter().all(|block| {
        let length = block.text.chars().count();
        let cells_inside = match &block.kind {
            BlockKind::Table(table) => table.rows.iter().flat_map(|row| &row.cells).all(|cell| {
                cell.text.start < cell.text.end
                    && cell.text.end <= length
                    && cell
                        .header
                        .as_ref()
                        .is_none_or(|header| header.end <= length)
            }),
            _ => true,
        };
        cells_inside && !block.text.trim().is_empty()
    })
}
