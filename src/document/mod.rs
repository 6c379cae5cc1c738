//! What is worth reading on a page: title, metadata and blocks in reading order.
//!
//! Pure: no I/O, no async, no clock. Text is taken as it stands, never reworded or repaired;
//! what is not the document (share buttons, breadcrumbs, footers) is left out whole.

mod model;

pub use model::{Attachment, Block, BlockKind, Document, IsoDate, Table, TableCell, TableRow};
