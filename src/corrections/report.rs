//! What listeners say is read wrong, as it is told and kept.

use langdu_clips::ClipId;

/// What a listener says is read wrong.
#[derive(Debug, Clone)]
pub struct NewReport {
    /// The clip that was heard.
    pub clip: ClipId,
    /// Its sentence, as it stands on the page.
    pub sentence: String,
    /// The number of the utterance in its reading.
    pub place: u32,
    /// The page's address.
    pub page: String,
    /// The version of the player.
    pub player: String,
    /// The word in it; may be empty.
    pub word: String,
}

/// Reports of one sentence and word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its number.
    pub id: i64,
    /// The clip that was heard last.
    pub clip: ClipId,
    /// The sentence.
    pub sentence: String,
    /// The word in it; empty where none was named.
    pub word: String,
    /// The page's address, without its query.
    pub page: String,
    /// The number of the utterance in its reading.
    pub place: u32,
    /// The version of the player.
    pub player: String,
    /// How many people have said so.
    pub people: u32,
    /// When it was first said, in seconds since 1970.
    pub first_at_s: i64,
    /// When it was last said, in seconds since 1970.
    pub last_at_s: i64,
    /// What became of it.
    pub state: ReportState,
    /// Who has answered it; empty where nobody has.
    pub answered_by: String,
}

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportState {
    /// Nobody has answered it.
    Open,
    /// It was right, and is corrected.
    Corrected,
    /// It is read as it should be.
    Dismissed,
}

impl ReportState {
    /// All names in the contract.
    pub(crate) const NAMES: &[&str] = &["open", "corrected", "dismissed"];

    /// Its name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Corrected => "corrected",
            Self::Dismissed => "dismissed",
        }
    }

    /// The state of a name in the contract.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Open, Self::Corrected, Self::Dismissed]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// How a report is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// What becomes of it.
    pub state: ReportState,
}
