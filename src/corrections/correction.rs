//! A correction: what an editor has decided of a word, where it holds, and who decided it when.

use serde::{Deserialize, Serialize};

use langdu_text::{Anchor, Change};

/// Where a correction holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Scope {
    /// In every document.
    Everywhere,
    /// In the documents of one portal.
    Portal {
        /// The portal's host: the first of those that are one site by `[pages]`.
        host: String,
    },
    /// In one document.
    Document {
        /// Its address.
        url: String,
    },
    /// At one place of one document.
    Here {
        /// The document's address.
        url: String,
        /// The place.
        anchor: Anchor,
    },
}

impl Scope {
    /// The address of the one document that it holds in.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Document { url } | Self::Here { url, .. } => Some(url),
            Self::Everywhere | Self::Portal { .. } => None,
        }
    }

    /// Its name in the contract.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::Portal { .. } => "portal",
            Self::Document { .. } => "document",
            Self::Here { .. } => "here",
        }
    }
}

/// What is decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Where it holds.
    pub scope: Scope,
    /// The word as it stands in the text.
    pub word: String,
    /// What is done where it stands.
    pub change: Change,
    /// Why, for other editors; may be empty.
    #[serde(default)]
    pub note: String,
}

/// A decision with its history in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// 32 hex digits.
    pub id: String,
    /// How often it was decided, from 1: whoever changes it names the one that they have seen.
    pub revision: u64,
    /// What is decided.
    #[serde(flatten)]
    pub decision: Decision,
    /// It does not hold any more.
    #[serde(default)]
    pub is_deleted: bool,
    /// When it was first decided, in seconds since 1970.
    pub created_at_s: i64,
    /// By whom.
    pub created_by: String,
    /// When it was last decided, in seconds since 1970.
    pub updated_at_s: i64,
    /// By whom.
    pub updated_by: String,
}

/// What was done to a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It was made.
    Created,
    /// It was decided anew.
    Updated,
    /// It was deleted.
    Deleted,
    /// A change of it was undone.
    Undone,
}

impl Action {
    /// All names in the contract.
    pub(crate) const NAMES: &[&str] = &["created", "updated", "deleted", "undone"];

    /// Its name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Undone => "undone",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        [Self::Created, Self::Updated, Self::Deleted, Self::Undone]
            .into_iter()
            .find(|action| action.name() == name)
    }
}

/// A line of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Its number, from 1 in the order of time.
    pub number: i64,
    /// What was done.
    pub action: Action,
    /// When, in seconds since 1970.
    pub at_s: i64,
    /// By whom.
    pub by: String,
    /// The correction before; `None` where it was made.
    pub before: Option<Correction>,
    /// The correction after.
    pub after: Correction,
}

/// What a correction touches: what it was asked for, or what it did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// Documents in which something sounds different.
    pub documents: usize,
    /// Clips that are made anew.
    pub clips: usize,
    /// Addresses of some of the documents.
    pub pages: Vec<String>,
    /// Some of the sentences.
    pub sentences: Vec<String>,
}
