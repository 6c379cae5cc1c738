//! What is recorded of a page that was read.

use super::identity::PageKeys;
use super::{PageIdentity, PageKey};
use langdu_clips::ClipId;

/// How a key leads to a page other than by being its own. The numbers stand in databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum AliasKind {
    /// The address that it was requested by, and redirects led on from.
    Requested = 0,
    /// The address of a part of it: it is not the page, and the page is nothing without it.
    Part = 1,
    /// What it says its address is.
    Canonical = 2,
    /// That, or its own, with its title.
    Titled = 3,
}

/// What a page was read with, in one voice and at one rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRecord {
    /// The page.
    pub identity: PageIdentity,
    /// The speaker's name.
    pub voice: String,
    /// Thousandths of the normal rate, 250 to 4000.
    pub rate_milli: u32,
    /// The id of the reading.
    pub reading_id: String,
    /// What it is read with.
    pub clips: Vec<ClipId>,
}

/// As it stands in the database: by its keys.
#[derive(Debug, Clone)]
pub(super) struct KeyedRecord {
    pub(super) keys: PageKeys,
    /// The address, for people.
    pub(super) shown: String,
    pub(super) voice: String,
    pub(super) rate_milli: u32,
    pub(super) reading_id: String,
    pub(super) clips: Vec<ClipId>,
}

impl KeyedRecord {
    pub(super) fn key(&self) -> DocumentKey {
        DocumentKey {
            page: self.keys.page,
            voice: self.voice.clone(),
            rate_milli: self.rate_milli,
        }
    }
}

/// What is recorded once for each reading: a page in a voice and at a rate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct DocumentKey {
    page: PageKey,
    voice: String,
    rate_milli: u32,
}

/// A page that is read with a clip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClipUse {
    /// The clip.
    pub clip: ClipId,
    /// The page.
    pub page: PageKey,
    /// Its address, with a hash in the place of its query.
    pub shown: String,
}
