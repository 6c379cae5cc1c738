//! A page to its document, and the search for its next page.

use langdu::document::{self, BlockKind, Document, ExtractOptions};
use langdu::page::charset;
use url::Url;

#[allow(dead_code, reason = "the tests of properties have pages, not bytes")]
pub(crate) fn read(input: &[u8]) {
    let (html, _) = charset::decode(input, None);
    let url = Url::parse("https://www.example.gov.cn/a/t20240301_1.html").expect("a URL");
    if let Ok(document) = document::extract(&html, Some(&url), &ExtractOptions::default()) {
        assert!(is_sound(&document), "{document:?}");
    }
    let _ = document::next_page(&html, &url);
}

/// Table cells lie in their block's text and every block says something.
pub(crate) fn is_sound(document: &Document) -> bool {
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
