//! Everything that can be set, in one typed value.
//!
//! Defaults are overridden by a TOML file, that by `LANGDU_*` environment variables (keys nest
//! with `__`: `LANGDU_CLIPS__PATH`), and those by flags on the command line.

mod ranges;
mod security;
mod token_hash;
mod written;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::Deserialize;
use url::Url;

pub use security::{
    CallerConfig, Certificate, Grant, GrpcTls, OriginConfig, SecurityConfig, TlsConfig, TokenConfig,
};
pub use token_hash::TokenHash;

use crate::prepare::PrepareSchedule;
use langdu_clips::ClipsConfig;
use langdu_document::ExtractOptions;
use langdu_fetch::FetchConfig;
use langdu_file::FileLimits;
use written::{Keys, Without};

/// The whole configuration.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Addresses to listen on.
    pub listen: ListenConfig,
    /// How browsers of other origins may use the gateway, and its address as they know it.
    pub gateway: GatewayConfig,
    /// Voice packs and who runs them.
    pub voices: VoicesConfig,
    /// Where clips are kept and how many.
    pub clips: ClipsConfig,
    /// Which pages may be fetched and how.
    pub fetch: FetchConfig,
    /// Selectors for particular sites.
    pub extract: ExtractOptions,
    /// What reading a file may cost.
    pub files: FileLimits,
    /// What one request may ask for, and how many at the same time.
    pub limits: LimitsConfig,
    /// Who may do what.
    pub security: SecurityConfig,
    /// What is prepared by the clock.
    pub prepare: Vec<PrepareSchedule>,
    /// A lexicon of the operator's own (word, tab, pinyin or replacement). Every command
    /// reads it at start; the service reads it again when it changes.
    pub lexicon: Option<PathBuf>,
    /// A folder of pages served under `/demo/`, which the gateway may then read.
    pub demo: Option<PathBuf>,
    /// Log lines as JSON instead of text.
    pub log_json: bool,
    /// Where traces go.
    pub telemetry: TelemetryConfig,
}

/// Where traces go.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelemetryConfig {
    /// The collector that is handed traces, by OTLP over gRPC: `http://127.0.0.1:4317`. Without
    /// one, none are made.
    pub otlp_endpoint: Option<Url>,
    /// PEM file of the authority that signed the collector's certificate, where it is called by
    /// https.
    pub otlp_authority: Option<PathBuf>,
    /// The share of requests that are traced, from 0 to 1, of those whose caller does not decide it
    /// with a `traceparent`.
    pub traced_share: f64,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self {
            otlp_endpoint: None,
            otlp_authority: None,
            traced_share: 1.0,
        }
    }
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

/// How browsers of other origins may use the gateway, and its address as they know it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GatewayConfig {
    /// Portals whose pages may call the gateway from another origin (CORS). None are needed where
    /// a portal proxies the gateway under its own origin.
    pub allowed_origins: Vec<Origin>,
    /// The gateway's root as the outside knows it, for the absolute addresses in feeds and QR
    /// codes: `https://www.example.gov.cn/langdu/`. Without it, the `Host` of each request.
    pub public_url: Option<PublicUrl>,
}

/// The origin of a web page: scheme, host and, if it is not the scheme's own, port.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Origin(String);

impl Origin {
    /// As browsers write it in their `Origin` header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Origin {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = || format!("`{text}` is no origin: write it as https://www.example.gov.cn");
        let url = web_url(&text).ok_or_else(wrong)?;
        let bare = url.path() == "/" && !text.ends_with('/') && !text.contains('*');
        if !bare || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong());
        }
        Ok(Self(url.origin().ascii_serialization()))
    }
}

/// An address that others are joined to: http or https, with a path that ends in `/`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PublicUrl(Url);

impl PublicUrl {
    /// The address.
    pub fn as_url(&self) -> &Url {
        &self.0
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let url = web_url(&text)
            .filter(|url| url.query().is_none() && url.fragment().is_none())
            .ok_or_else(|| format!("`{text}` is no http or https address of a folder"))?;
        if !url.path().ends_with('/') {
            return Err(format!("`{text}` names no folder: end it with /"));
        }
        Ok(Self(url))
    }
}

/// An http or https address without a user's name or password.
fn web_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let anonymous = url.username().is_empty() && url.password().is_none();
    (matches!(url.scheme(), "http" | "https") && anonymous).then_some(url)
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
    /// The share of the workers' time that is given to those who listen, by the measured pace:
    /// 0.8 of two workers at a real-time factor of 0.2 is 8 documents at the same time.
    pub capacity_share: f64,
    /// Pages and texts that are fetched and split at the same time; more are refused.
    pub max_readings_at_once: usize,
    /// Open connections of each listener; more wait in the system's own queue.
    pub max_connections: usize,
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
        }
    }
}

/// A configuration that cannot be used: everything that is wrong with it.
#[derive(Debug, thiserror::Error)]
#[error("the configuration is wrong: {}", .0.join("; "))]
pub struct ConfigError(Vec<String>);

impl ConfigError {
    /// What is wrong, each in words.
    pub fn complaints(&self) -> &[String] {
        &self.0
    }

    fn unless_empty(complaints: Vec<String>) -> Result<(), Self> {
        if complaints.is_empty() {
            return Ok(());
        }
        Err(Self(complaints))
    }
}

/// Variables with our prefix that are no configuration: they name a file or folder for the command
/// line, the set-up and the tests.
const NOT_KEYS: [&str; 7] = [
    "BENCH_TOKEN",
    "CONFIG",
    "PACKAGES",
    "TEST_CLIENTS",
    "TEST_PACKAGES",
    "TEST_VOICES",
    "TOKEN",
];

impl Config {
    /// Loads the configuration; `file` must exist when it is given.
    ///
    /// # Errors
    ///
    /// When keys are unknown or values are not of their type; the message names each key and where
    /// it was set.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        whole(Self::load_what_is_right(file))
    }

    /// The configuration without the keys that are wrong, for whoever wants to know what else is.
    /// `None` when the file is not there or is no TOML.
    pub fn load_what_is_right(file: Option<&Path>) -> (Option<Self>, Result<(), ConfigError>) {
        let (config, complaints) = written::understand(|keys: &Keys| {
            let mut figment = Figment::new();
            if let Some(file) = file {
                let source = Toml::file_exact(file);
                figment = figment.merge(Without { source, keys });
            }
            let source = Env::prefixed("LANGDU_").ignore(&NOT_KEYS).split("__");
            figment.merge(Without { source, keys })
        });
        (config, ConfigError::unless_empty(complaints))
    }

    /// The configuration that a TOML text is, whatever the environment says.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let (config, complaints) = written::understand(|keys: &Keys| {
            let source = Toml::string(text);
            Figment::from(Without { source, keys })
        });
        whole((config, ConfigError::unless_empty(complaints)))
    }

    /// Looks at values that have their type and yet cannot be used. What they name (folders, hosts,
    /// voices) is not looked at.
    ///
    /// # Errors
    ///
    /// All that are out of their range or stand against each other.
    pub fn check(&self) -> Result<(), ConfigError> {
        ConfigError::unless_empty(ranges::complaints(self))
    }
}

/// A configuration nothing is wrong with.
fn whole(
    (config, right): (Option<Config>, Result<(), ConfigError>),
) -> Result<Config, ConfigError> {
    right?;
    // Nothing to complain of is a configuration.
    config.ok_or_else(|| ConfigError(Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_named() {
        let refused = Config::from_toml("[clips]\nfolder = \"x\"\n").unwrap_err();
        let message = refused.to_string();
        assert!(message.contains("folder"), "{message}");
    }

    #[test]
    fn an_origin_is_scheme_host_and_port_alone() {
        let origin = |text: &str| Origin::try_from(text.to_owned()).map(|origin| origin.0);
        for (text, written) in [
            ("https://www.example.gov.cn", "https://www.example.gov.cn"),
            (
                "https://WWW.example.gov.cn:443",
                "https://www.example.gov.cn",
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ] {
            assert_eq!(origin(text).as_deref(), Ok(written), "{text}");
        }
        for text in [
            "*",
            "null",
            "www.example.gov.cn",
            "https://www.example.gov.cn/",
            "https://www.example.gov.cn/zhengce",
            "https://user@www.example.gov.cn",
            "ftp://www.example.gov.cn",
            "https://*.gov.cn",
        ] {
            assert!(origin(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_public_address_is_a_folder() {
        let public = |text: &str| PublicUrl::try_from(text.to_owned());
        assert!(public("https://www.example.gov.cn/langdu/").is_ok());
        assert!(public("https://www.example.gov.cn").is_ok());
        for text in ["https://a.cn/langdu", "https://a.cn/?x=1", "a.cn/langdu/"] {
            assert!(public(text).is_err(), "{text}");
        }
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
