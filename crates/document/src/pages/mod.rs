//! Documents beyond one page: those that go on, that are listed, or that stand in an attachment.

mod append;
mod canonical;
mod column;
mod frames;
mod next;
mod pointer;

pub use append::append_page;
pub use canonical::canonical;
pub use column::{ListEntry, ListPage, list};
pub use frames::framed_pages;
pub use next::next_page;
pub use pointer::{is_pointer, presented_by};
