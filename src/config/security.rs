//! Who may do what.

use std::collections::HashSet;
use std::path::PathBuf;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::gateway::Origin;
use super::token_hash::TokenHash;

/// Who may do what. The default suits listeners on loopback: gRPC is open, the gateway reads pages
/// of allowed hosts for anyone, and who prepares or withdraws shows the token that the first start
/// wrote.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct SecurityConfig {
    /// Callers who show a bearer token. With one of them, or `tls.grpc.client_authorities`, gRPC
    /// is closed to everybody else.
    pub tokens: Vec<TokenConfig>,
    /// Callers on gRPC who show a certificate that `tls.grpc.client_authorities` signed.
    pub certificates: CallerConfig,
    /// Pages of other origins, recognised by the `Origin` that browsers send.
    pub origins: Vec<OriginConfig>,
    /// Everybody else on the gateway.
    pub anonymous: Grant,
    /// A file with the key, at least 32 bytes, of signed addresses. With it, anonymous callers read
    /// only pages whose address the portal has signed.
    pub signing_key: Option<PathBuf>,
    /// Proxies whose `X-Forwarded-For` is believed. Default: this machine.
    pub trusted_proxies: Vec<IpNet>,
    /// Certificates of the listeners; without them a listener speaks plain text.
    pub tls: TlsConfig,
}

impl Default for SecurityConfig {
    fn default() -> Self {
        let loopback = ["127.0.0.0/8", "::1/128"];
        Self {
            tokens: Vec::new(),
            certificates: CallerConfig {
                operator: true,
                editor: true,
                may: Grant::everything(),
            },
            origins: Vec::new(),
            anonymous: Grant::default(),
            signing_key: None,
            trusted_proxies: loopback.iter().filter_map(|net| net.parse().ok()).collect(),
            tls: TlsConfig::default(),
        }
    }
}

impl SecurityConfig {
    /// True when somebody is an operator by configuration.
    pub fn has_operator(&self) -> bool {
        let tls = self.tls.grpc.as_ref();
        let is_mutual = tls.is_some_and(|tls| tls.client_authorities.is_some());
        self.tokens.iter().any(|token| token.operator) || (is_mutual && self.certificates.operator)
    }

    /// What cannot be used, each in words.
    pub(super) fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut hashes = HashSet::new();
        for token in &self.tokens {
            if token.name.trim().is_empty() {
                complaints.push("a token in security.tokens has no name".to_owned());
            }
            if !hashes.insert(token.sha256.to_string()) {
                complaints.push(format!(
                    "security.tokens {:?} has the hash of another: only one of them would hold",
                    token.name
                ));
            }
        }
        let mut origins = HashSet::new();
        for origin in &self.origins {
            if !origins.insert(origin.origin.as_str()) {
                complaints.push(format!(
                    "security.origins names {} twice: only the first would hold",
                    origin.origin.as_str()
                ));
            }
        }
        complaints
    }
}

/// A caller with a bearer token. `langdu token new` makes one and prints its hash.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TokenConfig {
    /// What the caller is called in logs and metrics.
    pub name: String,
    /// SHA-256 of the token, in hex. The token itself is nowhere on this machine.
    pub sha256: TokenHash,
    /// May prepare and withdraw, and all that an editor may.
    #[serde(default)]
    pub operator: bool,
    /// May correct how words are read, and answer reports: for the portals of `may.hosts` only, where some are
    /// named.
    #[serde(default)]
    pub editor: bool,
    /// What it may have read.
    #[serde(default = "Grant::everything")]
    pub may: Grant,
}

/// Callers of one kind.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallerConfig {
    /// May prepare and withdraw, and all that an editor may.
    pub operator: bool,
    /// May correct how words are read, as a token with `editor`.
    pub editor: bool,
    /// What they may have read.
    pub may: Grant,
}

impl Default for CallerConfig {
    fn default() -> Self {
        Self {
            operator: false,
            editor: false,
            may: Grant::everything(),
        }
    }
}

/// Pages of one origin.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OriginConfig {
    /// Scheme, host and port, as browsers send it.
    pub origin: Origin,
    /// What they may have read.
    #[serde(default)]
    pub may: Grant,
}

/// What a caller may have read, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Grant {
    /// Anything at all.
    pub read: bool,
    /// Names of voices; empty means all. The first is spoken with when none is named.
    pub voices: Vec<String>,
    /// Hosts, in the patterns of `fetch.allowed_hosts`, which they must be on too; empty means all.
    pub hosts: Vec<String>,
    /// HTML and text of the caller's own, not only pages of hosts.
    pub private_sources: bool,
    /// Readings a minute for one client; 0 is no bound.
    pub readings_per_minute: u32,
    /// Documents that the voice reads to one client at the same time; 0 is no bound. What was
    /// read before does not count.
    pub listeners: u32,
}

/// Readings a minute of one anonymous client: more than a person asks for, less than a crawler.
const ANONYMOUS_READINGS_PER_MINUTE: u32 = 60;

/// Documents that the voice reads to one anonymous client at the same time: a household or an office
/// behind one address, and not all that a small machine carries.
const ANONYMOUS_LISTENERS: u32 = 4;

impl Default for Grant {
    fn default() -> Self {
        Self {
            readings_per_minute: ANONYMOUS_READINGS_PER_MINUTE,
            listeners: ANONYMOUS_LISTENERS,
            ..Self::everything()
        }
    }
}

impl Grant {
    /// Everything, without bounds of its own.
    pub fn everything() -> Self {
        Self {
            read: true,
            voices: Vec::new(),
            hosts: Vec::new(),
            private_sources: true,
            readings_per_minute: 0,
            listeners: 0,
        }
    }
}

/// Certificates of the listeners.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct TlsConfig {
    /// gRPC.
    pub grpc: Option<GrpcTls>,
    /// The gateway.
    pub http: Option<Certificate>,
}

/// A certificate and its key.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// PEM file with the certificate and those between it and its authority.
    pub certificate: PathBuf,
    /// PEM file with the private key.
    pub key: PathBuf,
}

/// TLS on the gRPC listener.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GrpcTls {
    /// PEM file with the certificate and those between it and its authority.
    pub certificate: PathBuf,
    /// PEM file with the private key.
    pub key: PathBuf,
    /// PEM file of the authorities that sign callers' certificates: mutual TLS. Callers without a
    /// certificate are let in only where `security.tokens` are configured, and need one of them.
    #[serde(default)]
    pub client_authorities: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(toml: &str) -> Result<SecurityConfig, String> {
        toml::from_str(toml).map_err(|error| error.to_string())
    }

    #[test]
    fn the_example_of_the_documentation_is_understood() {
        let config = parse(
            "anonymous = { hosts = [\"*.gov.cn\"], private_sources = false }\n\
             [[tokens]]\nname = \"cms\"\noperator = true\n\
             sha256 = \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"\n\
             may = { voices = [\"zf_xiaoyi\"], readings_per_minute = 600 }\n\
             [[origins]]\norigin = \"https://www.example.gov.cn\"\nmay = { listeners = 4 }\n",
        )
        .unwrap();
        assert!(config.tokens[0].operator);
        assert_eq!(config.tokens[0].may.readings_per_minute, 600);
        assert!(!config.anonymous.private_sources);
        assert_eq!(config.anonymous.readings_per_minute, 60);
        assert_eq!(config.anonymous.listeners, 4);
        assert_eq!(config.origins[0].may.listeners, 4);
    }

    #[test]
    fn a_token_in_the_place_of_its_hash_is_refused() {
        let refused = parse("[[tokens]]\nname = \"cms\"\nsha256 = \"my-secret-token\"\n");
        assert!(refused.unwrap_err().contains("64 hex digits"));
    }
}
