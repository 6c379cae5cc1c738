//! What one request may ask for, and how many at the same time.

use serde::{Deserialize, Serialize};

/// What one request may ask for.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// Plain text, in bytes of UTF-8.
    pub max_text_bytes: usize,
    /// A page handed over as HTML, in bytes.
    pub max_html_bytes: usize,
    /// Audio of one `Synthesize` message, in seconds.
    pub max_message_s: u32,
    /// The share of the workers' time that is given to those who listen, by the measured pace:
    /// 0.8 of two workers at a real-time factor of 0.2 is 8 documents at the same time.
    pub capacity_share: f64,
    /// Pages and texts that are fetched and split at the same time; more are refused.
    pub max_readings_at_once: usize,
    /// Open connections of each listener; more wait in the system's own queue.
    pub max_connections: usize,
    /// Those of one address (an IPv6 network of 64 bits), trusted proxies apart; 0 is no bound.
    pub max_connections_per_address: usize,
    /// How long a client may be waited for that does not take what is sent to it, over its connection or of
    /// a stream, in seconds: longer than a listener pauses who means to go on.
    pub slow_client_seconds: u64,
    /// What a client takes buys it more of that time: so many bytes a second. It is less than any form of
    /// speech has; 0 lets the smallest take make good all waiting.
    pub min_bytes_per_second: u64,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            max_text_bytes: 1 << 20,
            max_html_bytes: 8 << 20,
            max_message_s: 120,
            capacity_share: 0.8,
            max_readings_at_once: 64,
            max_connections: 4096,
            max_connections_per_address: 256,
            slow_client_seconds: 600,
            min_bytes_per_second: 500,
        }
    }
}
