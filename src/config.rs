//! Everything that can be set, in one typed value.
//!
//! Defaults are overridden by a TOML file, that by `LANGDU_*` environment variables (keys nest
//! with `__`: `LANGDU_CLIPS__PATH`), and those by flags on the command line.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::Deserialize;

use crate::document::ExtractOptions;
use crate::page::fetch::FetchConfig;

/// The whole configuration.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Addresses to listen on.
    pub listen: ListenConfig,
    /// Voice packs and who runs them.
    pub voices: VoicesConfig,
    /// Where clips are kept and how many.
    pub clips: ClipsConfig,
    /// Which pages may be fetched and how.
    pub fetch: FetchConfig,
    /// Selectors for particular sites.
    pub extract: ExtractOptions,
    /// What one request may ask for.
    pub limits: LimitsConfig,
    /// A lexicon of the operator's own (word, tab, pinyin or replacement). Every command
    /// reads it at start; the service reads it again when it changes.
    pub lexicon: Option<PathBuf>,
    /// A folder of pages served under `/demo/`, which the gateway may then read.
    pub demo: Option<PathBuf>,
    /// Log lines as JSON instead of text.
    pub log_json: bool,
}

/// The three listeners, apart so that each can be closed to whom it does not concern.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListenConfig {
    /// For callers: gRPC.
    pub grpc: SocketAddr,
    /// For browsers: the HTTP gateway.
    pub http: SocketAddr,
    /// For operators: health and metrics.
    pub admin: SocketAddr,
}

impl Default for ListenConfig {
    fn default() -> Self {
        let loopback = |port| SocketAddr::from(([127, 0, 0, 1], port));
        Self {
            grpc: loopback(7860),
            http: loopback(7861),
            admin: loopback(7862),
        }
    }
}

/// Voice packs and who runs them.
#[derive(Debug, Clone, Deserialize)]
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

/// Where clips are kept and how many.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClipsConfig {
    /// The folder of the lasting tier; without one, clips are kept in memory only.
    pub path: Option<PathBuf>,
    /// The folder's bound, in bytes. An hour of MP3 takes about 22 MB.
    pub disk_bytes: u64,
    /// The bound of encoded clips in memory, in bytes.
    pub memory_bytes: u64,
    /// The bound of raw samples in memory, in bytes; they serve further encodings of new clips.
    pub samples_bytes: u64,
    /// How long clips of private sources (HTML and text) are kept in memory, in seconds.
    pub private_ttl_s: u64,
}

impl Default for ClipsConfig {
    fn default() -> Self {
        Self {
            path: Some(PathBuf::from("var/clips")),
            disk_bytes: 2 << 30,
            memory_bytes: 64 << 20,
            samples_bytes: 32 << 20,
            private_ttl_s: 3600,
        }
    }
}

/// What one request may ask for.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// Plain text, in bytes of UTF-8.
    pub max_text_bytes: usize,
    /// A page handed over as HTML, in bytes.
    pub max_html_bytes: usize,
    /// Audio of one `Synthesize` message, in seconds.
    pub max_message_s: u32,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            max_text_bytes: 1 << 20,
            max_html_bytes: 8 << 20,
            max_message_s: 120,
        }
    }
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the configuration is wrong: {0}")]
pub struct ConfigError(#[from] Box<figment::Error>);

/// Variables with our prefix that are no configuration: they name a file or folder for the command
/// line, the set-up and the tests.
const NOT_KEYS: [&str; 4] = ["CONFIG", "PACKAGES", "TEST_PACKAGES", "TEST_VOICES"];

impl Config {
    /// Loads the configuration; `file` must exist when it is given.
    ///
    /// # Errors
    ///
    /// When a key is unknown or a value is not of its type; the message names the key and where
    /// it was set.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut figment = Figment::new();
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        figment
            .merge(Env::prefixed("LANGDU_").ignore(&NOT_KEYS).split("__"))
            .extract()
            .map_err(|error| ConfigError(Box::new(error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("langdu.toml");
        std::fs::write(&file, "[clips]\nfolder = \"x\"\n").unwrap();
        let message = Config::load(Some(&file)).unwrap_err().to_string();
        assert!(message.contains("folder"), "{message}");
    }

    #[test]
    fn a_file_that_is_not_there_is_an_error() {
        assert!(Config::load(Some(Path::new("no-such-file.toml"))).is_err());
    }

    #[test]
    fn a_file_overrides_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("langdu.toml");
        std::fs::write(&file, "[listen]\nhttp = \"127.0.0.1:9000\"\n").unwrap();
        let config = Config::load(Some(&file)).unwrap();
        assert_eq!(config.listen.http.port(), 9000);
        assert_eq!(config.listen.grpc.port(), 7860);
    }
}
