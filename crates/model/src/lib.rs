//! What the stages hand to each other: the text of a file in reading order ([`Flow`]), and the
//! document that is read ([`Document`]).
//!
//! Values only. `file` makes a flow and `document` a document without knowing the other; `text` reads
//! a document without knowing HTML.

mod document;
mod flow;
mod json;
mod offsets;

pub use document::{
    Attachment, Block, BlockKind, Document, Footnote, IsoDate, Table, TableCell, TableRow,
};
pub use flow::{Cell, Flow, Part, TextPart};
pub use offsets::Utf16Offsets;
