//! How long the voice pauses.

use serde::{Deserialize, Serialize};

/// The silence that is heard between two utterances, in milliseconds at the normal rate. Broadcast reading
/// leaves about a fifth of a second at a comma and half a second at a full stop; the pause grows with
/// the unit that ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pauses {
    /// After the header of a table cell.
    pub cell_header_ms: u32,
    /// After 、 where a sentence is cut there.
    pub enumeration_ms: u32,
    /// After a clause of a sentence that is cut there.
    pub clause_ms: u32,
    /// After a table cell.
    pub cell_ms: u32,
    /// After a sentence.
    pub sentence_ms: u32,
    /// After a row of a table.
    pub row_ms: u32,
    /// After an item of a list.
    pub list_item_ms: u32,
    /// After a paragraph.
    pub paragraph_ms: u32,
    /// Before a heading, where the pause after what precedes it is shorter. The default is longer than every
    /// pause inside a chapter, so that a heading is heard as one.
    pub before_heading_ms: u32,
    /// After a heading.
    pub heading_ms: u32,
    /// After the title, the subtitle and the document number.
    pub title_ms: u32,
}

impl Default for Pauses {
    fn default() -> Self {
        Self {
            cell_header_ms: 120,
            enumeration_ms: 140,
            clause_ms: 200,
            cell_ms: 300,
            sentence_ms: 450,
            row_ms: 550,
            list_item_ms: 600,
            paragraph_ms: 700,
            before_heading_ms: 1000,
            heading_ms: 800,
            title_ms: 1000,
        }
    }
}

impl Pauses {
    /// The longest of them, in milliseconds.
    pub fn longest_ms(&self) -> u32 {
        let [clauses, cells, sentences, headings, blocks] = [
            self.enumeration_ms.max(self.clause_ms),
            self.cell_header_ms.max(self.cell_ms).max(self.row_ms),
            self.sentence_ms.max(self.paragraph_ms),
            self.before_heading_ms.max(self.heading_ms),
            self.list_item_ms.max(self.title_ms),
        ];
        let longest = clauses.max(cells).max(sentences);
        longest.max(headings).max(blocks)
    }
}
