//! How texts are read.

use serde::{Deserialize, Serialize};

/// How texts are read.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct TextConfig {
    /// Addresses of the net are said from beginning to end, not by their domain only.
    pub whole_addresses: bool,
}
