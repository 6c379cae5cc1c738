//! What reading a file may cost.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Bounds on one file. All have defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FileLimits {
    /// Longest file, in bytes. Default 32 MiB.
    pub max_bytes: usize,
    /// Most bytes that its parts may unpack to, all together. Default 256 MiB.
    pub max_unpacked_bytes: u64,
    /// Most pages of a PDF or OFD file, or sheets of a workbook. Default 2000.
    pub max_pages: usize,
    /// Most paragraphs, cells and glyphs. Default 4 million.
    pub max_parts: usize,
    /// Most pixels of a picture. Default 100 million: an A4 page at 600 dpi has 35.
    pub max_pixels: u64,
    /// Memory of the process that parses, in bytes of address space. Default 1.5 GiB.
    pub max_memory_bytes: u64,
    /// Longest time for parsing, in seconds. Default 20.
    pub timeout_seconds: u64,
    /// The program whose hidden command parses. Default: the one that runs.
    pub parser: Option<PathBuf>,
}

impl Default for FileLimits {
    fn default() -> Self {
        Self {
            max_bytes: 32 << 20,
            max_unpacked_bytes: 256 << 20,
            max_pages: 2000,
            max_parts: 4_000_000,
            max_pixels: 100_000_000,
            max_memory_bytes: 3 << 29,
            timeout_seconds: 20,
            parser: None,
        }
    }
}

impl FileLimits {
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }
}
