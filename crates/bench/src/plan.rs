//! What a measurement is to do: which loads, for how long, reading what.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Endpoint;

use crate::corpus::Corpus;

/// Whether the service has the sound in its cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Temperature {
    /// It does not: every clip has to be synthesised.
    Cold,
    /// It does: every clip was synthesised before the measurement.
    Warm,
}

/// How listeners arrive.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Load {
    /// A fixed number of listeners, each asking again and again.
    Closed {
        /// How many.
        listeners: usize,
        /// Each asks again only when they have heard what they got, at its own pace; otherwise
        /// as soon as it has come.
        listening: bool,
    },
    /// Listeners arrive by chance (a Poisson process), and each asks once.
    Open {
        /// How many a second, on average.
        per_second: f64,
    },
}

impl std::fmt::Display for Temperature {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Cold => "cold",
            Self::Warm => "warm",
        })
    }
}

impl std::fmt::Display for Load {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Closed {
                listeners,
                listening: false,
            } => write!(formatter, "{listeners} at once"),
            Self::Closed { listeners, .. } => write!(formatter, "{listeners} listening"),
            Self::Open { per_second } => write!(formatter, "{per_second}/s"),
        }
    }
}

/// What is to be measured, and how.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The service's gRPC address, as the report names it: `http://127.0.0.1:7860`.
    pub target: String,
    /// The same address with its TLS configuration.
    pub endpoint: Endpoint,
    /// The `authorization` metadata that is sent, where the service asks for it.
    pub token: Option<MetadataValue<Ascii>>,
    /// The loads, in the order they are measured.
    pub loads: Vec<Load>,
    /// Every load is measured at each of these.
    pub temperatures: Vec<Temperature>,
    /// How long listeners go on asking at each load level. The streams that are open then are awaited.
    pub duration: Duration,
    /// What is read.
    pub corpus: Corpus,
    /// Who reads; empty is the service's default voice.
    pub voice: String,
    /// Determines where the cold speaking rates begin and when the listeners of an open loop arrive.
    pub seed: u64,
    /// The service's processors, for figures by core; `None` when they are not known.
    pub cores: Option<usize>,
}
