//! The document of a page as it is kept.

use std::sync::Arc;

use super::pages::ReadPages;
use crate::ledger::PageIdentity;
use langdu_document::Document;

/// The document of a page as it was read the last time, with what follows from it: many ask for the same.
pub(super) struct PageDocument {
    pub(super) read: ReadPages,
    pub(super) identity: PageIdentity,
}

impl PageDocument {
    pub(super) fn new(mut read: ReadPages) -> Self {
        langdu_text::check_markup(Arc::make_mut(&mut read.document));
        let identity = read.identity();
        Self { read, identity }
    }

    /// What is read, without markup that cannot be done, which its warnings tell.
    pub(super) fn document(&self) -> &Document {
        &self.read.document
    }
}
