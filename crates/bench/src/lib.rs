//! Measures a running service from its callers' side, and the voice alone.
//!
//! The method, and what each figure means, stands in `docs/benchmarking.md`. Nothing is left out
//! of a report: every stream that was asked for is in it, with its error when it had one.

pub mod compare;
pub mod corpus;
pub mod hear;
mod html;
pub mod load;
mod plots;
pub mod report;
pub mod stats;
mod table;
pub mod voice;

pub use compare::{Comparison, compare};
pub use corpus::Corpus;
pub use hear::{Heard, hear};
pub use html::page;
pub use load::{Load, Plan, Temperature, run};
pub use report::{Level, Report, Unmeasured};
pub use table::aligned;
pub use table::{comparison_table, level_table};

/// Twenty paragraphs of the kind that portals publish: what is read when no corpus is named.
pub const PARAGRAPHS: &str = include_str!("paragraphs.txt");

/// What can go wrong with a measurement.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// Nobody answers there.
    #[error("{target} does not answer ({reason}): is `langdu serve` running there?")]
    Unreachable {
        /// The address.
        target: String,
        /// The transport's own words.
        reason: String,
    },
    /// Nothing to read.
    #[error("the corpus {0} holds no line to read")]
    EmptyCorpus(String),
    /// What was to be warm could not be made.
    #[error("entry {index} of the corpus cannot be read, so that it cannot be warm: {reason}")]
    NotWarm {
        /// Its number, from 1.
        index: usize,
        /// The service's own words.
        reason: String,
    },
    /// Some of what was asked for is not in the report.
    #[error("{0} levels could not be measured: the report says why")]
    Unmeasured(usize),
    /// A report is none.
    #[error("{path} is no report of `langdu bench --json`: {source}")]
    BadReport {
        /// The file.
        path: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A plot could not be drawn.
    #[error("a plot could not be drawn: {0}")]
    Plot(String),
    /// The voice.
    #[error(transparent)]
    Voice(#[from] langdu_voice::VoiceError),
}

/// Hears how far a measurement is.
pub trait Watch: Sync {
    /// A level begins.
    fn level(&self, number: usize, of: usize, what: &str);
    /// It has gone on for a part of its time, 0 to 1.
    fn part(&self, done: f64);
}
