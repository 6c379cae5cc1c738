//! Everything that can be set, in one typed value.
//!
//! Defaults are overridden by a TOML file, that by `LANGDU_*` environment variables (keys nest
//! with `__`: `LANGDU_CLIPS__PATH`), and those by flags on the command line.

mod gateway;
mod limits;
mod listen;
mod ranges;
mod security;
mod telemetry;
mod text;
mod token_hash;
mod voices;
mod written;

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::{Deserialize, Serialize};

pub use gateway::{GatewayConfig, Origin, PublicUrl};
pub use limits::LimitsConfig;
pub use listen::ListenConfig;
pub use security::{
    CallerConfig, Certificate, Grant, GrpcTls, OriginConfig, SecurityConfig, TlsConfig, TokenConfig,
};
pub use telemetry::TelemetryConfig;
pub use text::TextConfig;
pub use token_hash::TokenHash;
pub use voices::VoicesConfig;

use crate::ledger::PageRules;
use crate::listens::ListensConfig;
use crate::prepare::PrepareSchedule;
use langdu_clips::ClipsConfig;
use langdu_document::ExtractOptions;
use langdu_fetch::FetchConfig;
use langdu_file::FileLimits;
use langdu_recogniser::OcrConfig;
use langdu_text::Pauses;
use langdu_voice::Melody;
use written::{Keys, Without};

/// The whole configuration.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Addresses to listen on.
    pub listen: ListenConfig,
    /// How browsers of other origins may use the gateway, and its address as they know it.
    pub gateway: GatewayConfig,
    /// Voice packs and who runs them.
    pub voices: VoicesConfig,
    /// How long the voice pauses, in milliseconds at the normal rate.
    pub pauses: Pauses,
    /// What is done to the pitch that voices plan.
    pub melody: Melody,
    /// Where clips are kept and how many.
    pub clips: ClipsConfig,
    /// Which pages may be fetched and how.
    pub fetch: FetchConfig,
    /// Which addresses are one page.
    pub pages: PageRules,
    /// Selectors for particular sites.
    pub extract: ExtractOptions,
    /// What reading a file may cost.
    pub files: FileLimits,
    /// How pictures and scans are read.
    pub ocr: OcrConfig,
    /// What one request may ask for, and how many at the same time.
    pub limits: LimitsConfig,
    /// Who may do what.
    pub security: SecurityConfig,
    /// Whether and for how long listens are counted.
    pub listens: ListensConfig,
    /// What is prepared by the clock.
    pub prepare: Vec<PrepareSchedule>,
    /// How texts are read.
    pub text: TextConfig,
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
const NOT_KEYS: [&str; 8] = [
    "BENCH_TOKEN",
    "CONFIG",
    "INSTRUCTIONS",
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

    /// The configuration as its file would have it, without secrets.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_else(|error| format!("# it cannot be written: {error}"))
    }

    /// The file of the operator's token, where nobody is an operator by configuration: in the clip
    /// folder, beside the ledger. `None` where somebody is, or where there is no folder.
    pub fn operator_token(&self) -> Option<PathBuf> {
        let folder = self.clips.path.as_ref()?;
        let is_needed = !self.security.has_operator();
        is_needed.then(|| folder.join("ledger").join("operator.token"))
    }

    /// The operators' Unix socket; `None` where there is none.
    pub fn operators_socket(&self) -> Option<PathBuf> {
        match &self.listen.operator {
            Some(path) if path.as_os_str().is_empty() => None,
            Some(path) => Some(path.clone()),
            None => {
                let folder = self.clips.path.as_ref()?;
                Some(folder.join("ledger").join("operator.sock"))
            }
        }
    }

    /// Looks at values that have their type and yet cannot be used. What they name (folders, hosts,
    /// voices) is not looked at.
    ///
    /// # Errors
    ///
    /// All that are out of their range or contradict each other.
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
    fn what_is_in_force_is_told_as_a_file_would_have_it() {
        let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        let written = format!(
            "log_json = true\n[clips]\npath = \"x\"\n[clips.shared]\nservice = \"redis\"\n\
             [clips.shared.options]\nendpoint = \"redis://10.0.0.5\"\n[pages]\n\
             ignored_parameters = [\"a\"]\n[gateway]\npublic_url = \"https://a.cn/x/\"\n\
             allowed_origins = [\"https://b.cn\"]\n[fetch]\nallowed_hosts = [\"*.cn\"]\n\
             [[security.tokens]]\nname = \"cms\"\nsha256 = \"{hash}\"\n\
             [[prepare]]\nlist = \"https://a.cn/\"\ndaily_at = \"02:30\"\n\
             [[prepare]]\nlist = \"https://b.cn/\"\nevery_minutes = 60\n"
        );
        let config = Config::from_toml(&written).unwrap();
        let told = config.to_toml();
        let again = Config::from_toml(&told).unwrap();
        assert_eq!(format!("{again:?}"), format!("{config:?}"), "{told}");
        let default = Config::default();
        let again = Config::from_toml(&default.to_toml()).unwrap();
        assert_eq!(format!("{again:?}"), format!("{default:?}"));
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
