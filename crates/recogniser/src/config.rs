//! What recognition may cost.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Recognition of pictures and scans, `[ocr]` in the configuration. All have defaults.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct OcrConfig {
    /// Read pictures and scans, where the models are installed.
    pub enabled: bool,
    /// Fetch and read the pictures of pages that have no alternative text.
    pub images: bool,
    /// Compute threads; 0 is one for each core. They have a lower priority than the voice's.
    pub threads: usize,
    /// Most pages of a file that are recognised; of the others is said that they are pictures.
    pub max_pages: usize,
    /// Most pictures that may wait; more are refused.
    pub max_waiting: usize,
    /// Longest time for one picture once its turn has come, in seconds.
    pub timeout_seconds: u64,
    /// Longest time for all pictures of a document, waiting included, in seconds.
    pub max_document_seconds: u64,
    /// Memory of the process, in bytes of address space.
    pub max_memory_bytes: u64,
    /// How long the process waits for the next picture before it ends, in seconds.
    pub idle_seconds: u64,
    /// Memory of the service in which is kept what was read, in bytes.
    pub cache_bytes: u64,
}

impl Default for OcrConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            images: false,
            threads: 0,
            max_pages: 100,
            max_waiting: 64,
            timeout_seconds: 60,
            max_document_seconds: 300,
            max_memory_bytes: 4 << 30,
            idle_seconds: 120,
            cache_bytes: 32 << 20,
        }
    }
}

impl OcrConfig {
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    pub(crate) fn idle(&self) -> Duration {
        Duration::from_secs(self.idle_seconds)
    }
}
