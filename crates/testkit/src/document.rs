//! What must hold of the document of any page.

use langdu_model::{BlockKind, Document, Markup};

/// Whether every table cell and all markup lie within their block's text and no block is empty.
pub fn is_sound(document: &Document) -> bool {
    let lies_inside = |markup: &Markup| {
        let block = document.blocks.get(markup.block);
        let length = block.map_or(0, |block| block.text.chars().count());
        let is_behind_all = markup.block == document.blocks.len() && markup.range.is_empty();
        is_behind_all || block.is_some() && markup.range.end <= length
    };
    if !document.markup.iter().all(lies_inside) {
        return false;
    }
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
