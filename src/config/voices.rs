//! Voice packs and who runs them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Voice packs and who runs them.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct VoicesConfig {
    /// The folder that holds the packs.
    pub path: PathBuf,
    /// Compute threads shared by all voices; 0 is one for each core.
    pub threads: usize,
    /// Utterances spoken at the same time, each with its own copy of the model (about 200 MB).
    pub workers: usize,
    /// Utterances that may wait; more are refused.
    pub max_waiting: usize,
}

impl Default for VoicesConfig {
    fn default() -> Self {
        Self {
            path: PathBuf::from("voices"),
            threads: 0,
            workers: 1,
            max_waiting: 256,
        }
    }
}
