//! What a parser takes out of a file: its text in reading order, before it is a document.
//!
//! A plain value that crosses from the parser's process to the service's.

use serde::{Deserialize, Serialize};

/// The text of a file in reading order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Flow {
    /// Paragraphs and tables.
    pub items: Vec<FlowItem>,
}

/// A piece of a [`Flow`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FlowItem {
    /// A paragraph, a heading, an item of a list.
    Paragraph(FlowParagraph),
    /// A table, row by row.
    Table(Vec<Vec<FlowCell>>),
    /// A sentence of ours that tells a listener what is not read here.
    Notice(String),
}

/// One paragraph with what its markup or its position on the page says of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FlowParagraph {
    /// Its words, marks of lists included.
    pub text: String,
    /// It is styled as the document's title.
    pub title: bool,
    /// Level of the heading it is styled as, 1 the highest; 0 for none.
    pub heading: u8,
    /// Depth of the list it is an item of, 1 the outermost; 0 for none.
    pub list: u8,
    /// Set in the middle of the line.
    pub centred: bool,
    /// Set to the right.
    pub right: bool,
    /// All of it is bold.
    pub bold: bool,
    /// Height of its letters in points; 0 when unknown.
    pub size: f32,
    /// It is a note, which stands after the paragraph that refers to it.
    pub note: bool,
    /// It is an entry of a table of contents.
    pub contents: bool,
    /// It stands in the head of the page and not in the text: a letterhead, and perhaps the 发文字号.
    pub running: bool,
    /// How sure its words are, in percent, where they were recognised in a picture.
    pub recognised: Option<u8>,
}

impl FlowItem {
    /// A note, which stands behind what refers to it.
    pub fn note(text: impl Into<String>) -> Self {
        Self::Paragraph(FlowParagraph {
            note: true,
            ..FlowParagraph::plain(text)
        })
    }
}

impl FlowParagraph {
    /// A paragraph of which nothing is known but its words.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FlowCell {
    /// Its words.
    pub text: String,
    /// Rows it covers, at least 1.
    pub row_span: usize,
    /// Columns it covers, at least 1.
    pub column_span: usize,
    /// It is marked as the header of its column.
    pub header: bool,
    /// How sure its words are, in percent, where they were recognised in a picture.
    pub recognised: Option<u8>,
}

impl FlowCell {
    /// A cell of one row and one column.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            row_span: 1,
            column_span: 1,
            header: false,
            recognised: None,
        }
    }
}
