//! Corrections, their history and reports as JSON has them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::corrections::{Correction, Decision, HistoryEntry, Report, Scope, Touched};
use crate::reading::Reader;
use crate::server::change_names::{ChangeName, change, names_of};
use crate::server::problem::Problem;
use crate::server::schema::{ID, closed};
use langdu_text::Anchor;

/// Where a correction holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum ScopeName {
    /// In every document.
    Everywhere,
    /// In the documents of `portal`.
    Portal,
    /// In the document at `url`.
    Document,
    /// At one place of the document at `url`: `at`, or `anchor`.
    Here,
}

/// What stands around a place of a document.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Anchor")]
pub(super) struct AnchorBody {
    /// What stands before it in its block, at most 16 characters.
    pub(super) before: String,
    /// What stands behind it, at most 16 characters.
    pub(super) after: String,
    /// Which of those that look alike it is, from 0.
    #[serde(default)]
    pub(super) place: usize,
    /// How many look alike.
    #[serde(default = "one")]
    pub(super) of: usize,
}

fn one() -> usize {
    1
}

/// A place in a document that was opened: its anchor is made of it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Place")]
pub(super) struct PlaceBody {
    /// The id of the reading that the document was opened as.
    #[schemars(regex(pattern = ID))]
    reading: String,
    /// The block.
    block: usize,
    /// The first character of the word, in Unicode scalar values.
    start: usize,
    /// One past its last.
    end: usize,
}

/// What is decided.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Decision")]
pub(super) struct DecisionBody {
    pub(super) scope: ScopeName,
    /// A host, for the scope `portal`.
    pub(super) portal: Option<String>,
    /// A page, for the scopes `document` and `here`.
    #[schemars(url)]
    pub(super) url: Option<String>,
    /// For the scope `here`.
    pub(super) anchor: Option<AnchorBody>,
    /// For the scope `here`, in the place of `anchor`.
    pub(super) at: Option<PlaceBody>,
    /// As it stands in the text.
    pub(super) word: String,
    pub(super) change: ChangeName,
    /// What it is changed to, where that has to be said.
    #[serde(default)]
    pub(super) value: String,
    /// Why, for other editors.
    #[serde(default)]
    pub(super) note: String,
}

impl DecisionBody {
    /// The decision; places are looked up in the readings that `reader` knows.
    pub(super) fn decision(self, reader: &Reader) -> Result<Decision, Problem> {
        let needed = |field, value: Option<String>| {
            value.ok_or_else(|| Problem::invalid(field, "this scope needs it"))
        };
        let scope = match self.scope {
            ScopeName::Everywhere => Scope::Everywhere,
            ScopeName::Portal => Scope::Portal {
                host: needed("portal", self.portal)?,
            },
            ScopeName::Document => Scope::Document {
                url: needed("url", self.url)?,
            },
            ScopeName::Here => Scope::Here {
                url: needed("url", self.url)?,
                anchor: match (self.anchor, self.at) {
                    (Some(anchor), _) => anchor.into(),
                    (None, Some(at)) => at.anchor(reader)?,
                    (None, None) => {
                        return Err(Problem::invalid("at", "this scope needs it, or anchor"));
                    }
                },
            },
        };
        Ok(Decision {
            scope,
            word: self.word,
            change: change(self.change, self.value)?,
            note: self.note,
        })
    }
}

impl From<AnchorBody> for Anchor {
    fn from(body: AnchorBody) -> Self {
        Self {
            before: body.before,
            after: body.after,
            place: body.place,
            of: body.of,
        }
    }
}

impl PlaceBody {
    fn anchor(&self, reader: &Reader) -> Result<Anchor, Problem> {
        let reading = reader.reading(&self.reading).ok_or_else(|| {
            Problem::not_found("this document is not known any more: open it again")
        })?;
        let blocks = &reading.document.blocks;
        let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
        Anchor::of(&texts, self.block, self.start..self.end.max(self.start))
            .ok_or_else(|| Problem::invalid("at", "there is no such place in the document"))
    }
}

/// A correction.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Correction", transform = closed)]
pub(super) struct CorrectionBody {
    #[schemars(regex(pattern = ID))]
    id: String,
    /// How often it was decided: whoever changes it names the one that they have seen.
    revision: u64,
    scope: &'static str,
    /// A host, for the scope `portal`.
    portal: Option<String>,
    /// A page, for the scopes `document` and `here`.
    url: Option<String>,
    /// For the scope `here`.
    anchor: Option<AnchorBody>,
    /// As it stands in the text.
    word: String,
    change: &'static str,
    /// What it is changed to.
    value: String,
    note: String,
    /// It does not hold any more.
    deleted: bool,
    /// Seconds since 1970.
    created_at: i64,
    created_by: String,
    /// Seconds since 1970.
    updated_at: i64,
    updated_by: String,
}

impl From<Correction> for CorrectionBody {
    fn from(correction: Correction) -> Self {
        let Decision {
            scope,
            word,
            change,
            note,
        } = correction.decision;
        let (change, value) = names_of(&change);
        let name = scope.name();
        let (portal, url, anchor) = match scope {
            Scope::Everywhere => (None, None, None),
            Scope::Portal { host } => (Some(host), None, None),
            Scope::Document { url } => (None, Some(url), None),
            Scope::Here { url, anchor } => (None, Some(url), Some(anchor)),
        };
        Self {
            id: correction.id,
            revision: correction.revision,
            scope: name,
            portal,
            url,
            anchor: anchor.map(|anchor| AnchorBody {
                before: anchor.before,
                after: anchor.after,
                place: anchor.place,
                of: anchor.of,
            }),
            word,
            change,
            value,
            note,
            deleted: correction.is_deleted,
            created_at: correction.created_at_s,
            created_by: correction.created_by,
            updated_at: correction.updated_at_s,
            updated_by: correction.updated_by,
        }
    }
}

/// What a correction touches.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Touched", transform = closed)]
pub(super) struct TouchedBody {
    /// Documents in which something sounds different.
    documents: usize,
    /// Clips that are made anew.
    clips: usize,
    /// Addresses of some of the documents.
    pages: Vec<String>,
    /// Some of the sentences.
    sentences: Vec<String>,
}

impl From<Touched> for TouchedBody {
    fn from(touched: Touched) -> Self {
        Self {
            documents: touched.documents,
            clips: touched.clips,
            pages: touched.pages,
            sentences: touched.sentences,
        }
    }
}

/// What was decided, and what it has touched.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Decided", transform = closed)]
pub(super) struct DecidedBody {
    pub(super) correction: CorrectionBody,
    pub(super) touched: TouchedBody,
}

/// A line of the history.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Change", transform = closed)]
pub(super) struct HistoryBody {
    /// What `undo` names it by.
    number: i64,
    /// `created`, `updated`, `deleted` or `undone`.
    action: &'static str,
    /// Seconds since 1970.
    at: i64,
    by: String,
    /// The correction before; `null` where it was made.
    before: Option<CorrectionBody>,
    after: CorrectionBody,
}

impl From<HistoryEntry> for HistoryBody {
    fn from(entry: HistoryEntry) -> Self {
        Self {
            number: entry.number,
            action: entry.action.name(),
            at: entry.at_s,
            by: entry.by,
            before: entry.before.map(Into::into),
            after: entry.after.into(),
        }
    }
}

/// What listeners say is read wrong.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Report", transform = closed)]
pub(super) struct ReportBody {
    id: i64,
    #[schemars(regex(pattern = ID))]
    clip: String,
    sentence: String,
    /// Empty where none was named.
    word: String,
    /// Without its query.
    page: String,
    /// The number of the utterance in its reading.
    utterance: u32,
    /// The player's version.
    player: String,
    /// How many people have said so.
    people: u32,
    /// Seconds since 1970.
    first_at: i64,
    /// Seconds since 1970.
    last_at: i64,
    /// `open`, `corrected` or `dismissed`.
    state: &'static str,
    answered_by: String,
}

impl From<Report> for ReportBody {
    fn from(report: Report) -> Self {
        Self {
            id: report.id,
            clip: report.clip.to_string(),
            sentence: report.sentence,
            word: report.word,
            page: report.page,
            utterance: report.place,
            player: report.player,
            people: report.people,
            first_at: report.first_at_s,
            last_at: report.last_at_s,
            state: report.state.name(),
            answered_by: report.answered_by,
        }
    }
}
