//! How texts are read.

use serde::{Deserialize, Serialize};

/// How texts are read.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct TextConfig {
    /// Addresses of the net are said from beginning to end, not by their domain only.
    pub whole_addresses: bool,
    /// Long numbers that are said digit by digit are said in groups of three or four.
    pub digit_groups: bool,
}

impl Default for TextConfig {
    fn default() -> Self {
        Self {
            whole_addresses: false,
            digit_groups: true,
        }
    }
}
