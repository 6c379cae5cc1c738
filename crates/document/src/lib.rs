//! What is worth reading on a page: title, metadata and blocks in reading order.
//!
//! Pure: no I/O, no async, no clock. Text is taken as it stands, never reworded or repaired;
//! what is not the document (share buttons, breadcrumbs, footers) is left out whole.
//!
//! The way through a page: `parse` bounds the tree, `flat` lays it out in a line, `lines` cuts it
//! into runs of text, `score` finds the element that holds the document. `survey` gathers what is
//! known then; `title` and `region` say which lines are the document, `blocks` puts them together
//! and `facts` dates and numbers it.

mod attachments;
mod bare;
mod blocks;
mod boilerplate;
mod classify;
mod date;
mod extract;
mod facts;
mod flat;
mod flow;
mod footnotes;
mod hidden;
mod lines;
mod list_page;
mod listing;
mod metadata;
mod options;
mod pagination;
mod parse;
mod plain;
mod pointer;
mod region;
mod score;
mod signature;
mod survey;
mod tables;
mod title;

pub use extract::extract;
pub use flow::from_flow;
pub use langdu_model::{
    Attachment, Block, BlockKind, Document, Footnote, IsoDate, Table, TableCell, TableRow,
    Utf16Offsets,
};
pub use list_page::{ListEntry, ListPage, list};

pub use options::{ExtractError, ExtractOptions, Found, SiteRule};
pub use pagination::{append_page, next_page};
pub use plain::from_text;
pub use pointer::{is_pointer, presented_by};
