//! Where clips are kept, how many, and which remote tier there is.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where clips are kept and how many.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClipsConfig {
    /// The folder of the disk tier; without one, clips are kept in memory only.
    pub path: Option<PathBuf>,
    /// The folder's bound, in bytes. An hour of MP3 takes about 22 MB.
    pub disk_bytes: u64,
    /// The bound of the ledger, in bytes, which knows the clips of each page: about 4 kB for an
    /// ordinary page in one voice. Beyond it the pages that were read longest ago go, and their
    /// clips.
    pub ledger_bytes: u64,
    /// The bound of encoded clips in memory, in bytes.
    pub memory_bytes: u64,
    /// The bound of raw samples in memory, in bytes; they serve further encodings of new clips.
    pub samples_bytes: u64,
    /// How long clips of private sources (HTML and text) are kept in memory, in seconds.
    pub private_ttl_s: u64,
    /// The remote tier, which replicas share, if there is one.
    pub shared: Option<RemoteConfig>,
}

impl Default for ClipsConfig {
    fn default() -> Self {
        Self {
            path: Some(PathBuf::from("var/clips")),
            disk_bytes: 2 << 30,
            ledger_bytes: 512 << 20,
            memory_bytes: 64 << 20,
            samples_bytes: 32 << 20,
            private_ttl_s: 3600,
            shared: None,
        }
    }
}

/// The remote tier: what the replicas of a service share.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RemoteConfig {
    /// The service that holds it.
    pub service: RemoteService,
    /// How long a replica that makes a clip keeps the others from making it, in milliseconds:
    /// longer than the longest utterance takes, because others make it too after that. When a
    /// replica is lost while it makes a clip, whoever waits for that clip waits for as long.
    #[serde(default = "lease_ms")]
    pub lease_ms: u64,
    /// An operation that takes longer sets the tier aside, in milliseconds.
    #[serde(default = "timeout_ms")]
    pub timeout_ms: u64,
    /// The service's own options, by opendal's names. Redis: `endpoint`, `username`, `password`,
    /// `db`, `root`, `default_ttl`. S3: `bucket`, `endpoint`, `region`, `access_key_id`,
    /// `secret_access_key`, `root`.
    #[serde(default, serialize_with = "without_secrets")]
    options: BTreeMap<String, OptionText>,
}

/// What can hold the remote tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RemoteService {
    /// Redis, or what speaks its protocol.
    Redis,
    /// Amazon's S3, or what speaks its protocol with conditional writes.
    S3,
}

fn lease_ms() -> u64 {
    15_000
}

fn timeout_ms() -> u64 {
    2_000
}

/// An option's text. Numbers and truth values are taken too: the environment turns what looks
/// like one into one.
#[derive(Clone)]
struct OptionText(String);

impl<'de> Deserialize<'de> for OptionText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Value {
            Text(String),
            Number(i64),
            Truth(bool),
        }
        Ok(Self(match Value::deserialize(deserializer)? {
            Value::Text(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Truth(truth) => truth.to_string(),
        }))
    }
}

impl RemoteConfig {
    /// The options by name.
    pub fn options(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let pair = |(name, value): (&String, &OptionText)| (name.clone(), value.0.clone());
        self.options.iter().map(pair)
    }

    /// One option.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(|value| value.0.as_str())
    }
}

/// Secrets are not shown: this is what `langdu config check` prints.
fn without_secrets<S: Serializer>(
    options: &BTreeMap<String, OptionText>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(shown_options(options))
}

impl fmt::Debug for RemoteConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options: BTreeMap<&str, &str> = shown_options(&self.options).collect();
        formatter
            .debug_struct("RemoteConfig")
            .field("service", &self.service)
            .field("lease_ms", &self.lease_ms)
            .field("timeout_ms", &self.timeout_ms)
            .field("options", &options)
            .finish()
    }
}

fn shown_options(options: &BTreeMap<String, OptionText>) -> impl Iterator<Item = (&str, &str)> {
    options
        .iter()
        .map(|(name, value)| (name.as_str(), shown(name, &value.0)))
}

fn shown<'a>(name: &str, value: &'a str) -> &'a str {
    let secret = ["password", "secret", "key", "token"]
        .iter()
        .any(|word| name.contains(word));
    // An address can hold a password too.
    if secret || value.contains('@') {
        "***"
    } else {
        value
    }
}

/// The bounds of what one process keeps and does.
#[derive(Debug, Clone)]
pub struct ClipLimits {
    /// Encoded clips in memory, in bytes.
    pub memory_bytes: u64,
    /// Raw samples in memory, in bytes: what another form of a new clip is encoded from.
    pub samples_bytes: u64,
    /// How long a private clip and its recipe are kept.
    pub private_ttl: Duration,
    /// Worker threads, each with its own copy of the model.
    pub workers: usize,
    /// Utterances that may wait for a worker.
    pub max_waiting: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_printed() {
        let config: RemoteConfig = toml::from_str(
            "service = \"s3\"\n[options]\nbucket = \"clips\"\naccess_key_id = \"AK\"\n\
             secret_access_key = \"hush\"\nendpoint = \"http://u:pw@10.0.0.5\"\ndb = 3\n",
        )
        .unwrap();
        let shown = format!("{config:?}");
        assert!(
            shown.contains("clips") && shown.contains("\"3\""),
            "{shown}"
        );
        for secret in ["hush", "AK", "pw"] {
            assert!(!shown.contains(&format!("\"{secret}")), "{shown}");
            assert!(!shown.contains(":pw@"), "{shown}");
        }
    }

    #[test]
    fn a_service_that_is_not_offered_is_refused_by_name() {
        let refused = toml::from_str::<RemoteConfig>("service = \"ftp\"").unwrap_err();
        assert!(refused.to_string().contains("redis"), "{refused}");
    }
}
