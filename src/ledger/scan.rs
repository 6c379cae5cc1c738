//! A look through the records of all documents: which are of one page, and which clips the other
//! pages have.

use std::collections::HashSet;

use futures::{StreamExt, TryStreamExt};

use super::document::{self, DocumentRecord};
use super::{AT_ONCE, Ledger, LedgerError, PageKey};
use langdu_clips::ClipId;

/// What a scan has found.
#[derive(Default)]
pub(super) struct Scan {
    /// Names of the page's records.
    pub(super) records: Vec<String>,
    /// Other addresses of the page.
    pub(super) pages: Vec<PageKey>,
    /// Ids of the page's readings.
    pub(super) readings: Vec<String>,
    /// What the page is read with, and was before it was edited.
    pub(super) clips_of_page: HashSet<ClipId>,
    /// What other pages, those that were not withdrawn, are read with.
    pub(super) clips_of_others: HashSet<ClipId>,
}

impl Ledger {
    /// Looks through all documents for those of `page`, if one is named, and for what the others
    /// have. Records that are being written are waited for.
    pub(super) async fn scan(&self, page: Option<PageKey>) -> Result<Scan, LedgerError> {
        let _written = self.writing.acquire_many(AT_ONCE).await;
        let names = self.records.names_below(document::FOLDER).await?;
        let mut documents = names
            .map(|name| async move {
                let name = name?;
                let document: Option<DocumentRecord> = self.records.read(&name).await?;
                Ok::<_, LedgerError>((name, document))
            })
            .buffered(AT_ONCE as usize);
        let mut scan = Scan::default();
        while let Some((name, document)) = documents.try_next().await? {
            if let Some(document) = document {
                let is_withdrawn =
                    self.is_withdrawn(&document.url) || self.is_withdrawn(&document.requested_url);
                scan.add(page, name, document, is_withdrawn);
            }
        }
        Ok(scan)
    }
}

impl Scan {
    fn add(
        &mut self,
        page: Option<PageKey>,
        name: String,
        document: DocumentRecord,
        is_withdrawn: bool,
    ) {
        let addresses = [&document.url, &document.requested_url].map(|url| PageKey::of(url));
        if !addresses.iter().any(|address| page == Some(*address)) {
            // What another page was read with before its last edit may go, and so may what an
            // unfinished withdrawal has left.
            if !is_withdrawn {
                self.clips_of_others.extend(document.clips);
            }
            return;
        }
        for other in addresses {
            if page != Some(other) && !self.pages.contains(&other) {
                self.pages.push(other);
            }
        }
        self.records.push(name);
        self.readings.push(document.reading_id);
        self.clips_of_page.extend(document.clips);
        self.clips_of_page.extend(document.earlier_clips);
    }
}
