//! The error of a measurement.

/// What can go wrong with a measurement.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// No service answers at the address.
    #[error("{target} does not answer ({reason}): is `langdu serve` running there?")]
    Unreachable {
        /// The address.
        target: String,
        /// What the transport says.
        reason: String,
    },
    /// A page that is to be asked for has no reading.
    #[error("the gateway answers {status} for {page}: name pages that it may read")]
    NoReading {
        /// The page.
        page: String,
        /// The status of the answer.
        status: u16,
    },
    /// The corpus is empty.
    #[error("the corpus {0} holds no line to read")]
    EmptyCorpus(String),
    /// An entry cannot be synthesised before a warm level.
    #[error("entry {index} of the corpus cannot be read, so that it cannot be warm: {reason}")]
    NotWarm {
        /// Its number, from 1.
        index: usize,
        /// What the service says.
        reason: String,
    },
    /// Some of the load levels that were asked for are not in the report.
    #[error("{0} levels could not be measured: the report says why")]
    Unmeasured(usize),
    /// A file is no report.
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
    /// The voice failed.
    #[error(transparent)]
    Voice(#[from] langdu_voice::VoiceError),
}
