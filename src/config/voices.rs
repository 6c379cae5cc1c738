//! Voice packs and who runs them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Voice packs and who runs them.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct VoicesConfig {
    /// The folder that holds the packs.
    pub path: PathBuf,
    /// Compute threads shared by all voices; 0 is one for each core, or as many as the CPU limit of the
    /// container leaves whole.
    pub threads: usize,
    /// Utterances spoken at the same time, each with its own copy of the model (about 200 MB).
    pub workers: usize,
    /// Utterances that may wait; more are refused.
    pub max_waiting: usize,
    /// Works on preparations that lie in the shared tier. A preparation fills every idle processor, so that
    /// where CPU decides how many replicas there are it is left to others.
    pub prepares: bool,
}

impl VoicesConfig {
    /// Compute threads as ONNX Runtime is told: 0 is one for each core.
    pub fn compute_threads(&self) -> usize {
        within(self.threads, langdu_process::cpu_limit())
    }
}

/// What is asked for, or else the limit of the container, if it has one.
fn within(threads: usize, limit: Option<usize>) -> usize {
    match threads {
        0 => limit.unwrap_or(0),
        threads => threads,
    }
}

impl Default for VoicesConfig {
    fn default() -> Self {
        Self {
            path: PathBuf::from("voices"),
            threads: 0,
            workers: 1,
            max_waiting: 256,
            prepares: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_follow_the_limit_unless_they_are_told() {
        assert_eq!(within(0, None), 0);
        assert_eq!(within(0, Some(2)), 2);
        assert_eq!(within(3, Some(2)), 3);
    }
}
