//! Where on the page the document stands, or the list of documents.

pub(crate) mod core;
pub(crate) mod listing;
