//! What fetching may do, from the configuration.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};

/// Settings of the fetcher. All have defaults; the default fetches nothing, since no host is
/// allowed.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct FetchConfig {
    /// Hosts that pages may come from: `www.example.gov.cn`, `*.gov.cn` (that domain and all
    /// below it), or `*` for every host. Empty means no URL sources.
    pub allowed_hosts: Vec<String>,
    /// Fetch from addresses that are not public. For portals on an internal network; anybody who
    /// may name a URL can then reach that network.
    pub allow_private: bool,
    /// Hosts, in the patterns of `allowed_hosts`, that may have addresses that are not public,
    /// while all others may not. They must be on `allowed_hosts` too.
    pub private_hosts: Vec<String>,
    /// Ports that may be connected to. Default 80 and 443.
    pub ports: Vec<u16>,
    /// Longest time for a page with all its redirects, in seconds. Default 20.
    pub timeout_seconds: u64,
    /// Most bytes received for a page, as compressed. Default 16 MiB.
    pub max_bytes: usize,
    /// Most bytes of a page after decompression. Default 32 MiB.
    pub max_decoded_bytes: usize,
    /// Most redirects followed. Default 5.
    pub max_redirects: usize,
    /// Most pages of one document that are fetched and joined. Default 20.
    pub max_pages: usize,
    /// How long a document is read as it was before its pages are asked for again, in seconds. Withdrawals
    /// are in force at once all the same. Default 0: an editor who changes a page hears the change with
    /// the next press.
    pub fresh_seconds: u64,
    /// What the fetcher calls itself. Add an address where you can be reached.
    pub user_agent: String,
    /// Proxy for all requests, as a URL; `HTTP_PROXY` and its kind in the environment are never
    /// used. The proxy looks host names up itself, so what it connects to is its affair. Before it
    /// is asked, the fetcher looks the name up too and refuses one that has an address which is
    /// not public, or none; names on `private_hosts` are left to the proxy unseen.
    #[serde(serialize_with = "without_secrets")]
    pub proxy: Option<String>,
    /// PEM file of certificate authorities that are trusted beside the system's: a portal's own.
    pub authorities: Option<PathBuf>,
    /// Respect `robots.txt`. Off by default: a portal reads its own pages.
    pub robots: bool,
}

/// A proxy's address may hold a password, which is not shown.
fn without_secrets<S: Serializer>(
    proxy: &Option<String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let shown = proxy.as_ref().map(|proxy| match proxy.contains('@') {
        true => "***",
        false => proxy.as_str(),
    });
    shown.serialize(serializer)
}

impl Default for FetchConfig {
    fn default() -> Self {
        Self {
            allowed_hosts: Vec::new(),
            allow_private: false,
            private_hosts: Vec::new(),
            ports: vec![80, 443],
            timeout_seconds: 20,
            max_bytes: 16 << 20,
            max_decoded_bytes: 32 << 20,
            max_redirects: 5,
            max_pages: 20,
            fresh_seconds: 0,
            user_agent: concat!("langdu/", env!("CARGO_PKG_VERSION")).to_owned(),
            proxy: None,
            authorities: None,
            robots: false,
        }
    }
}

impl FetchConfig {
    /// Allows every host with a public address: for a URL that a person named on the command
    /// line, which is its own permission.
    pub fn permit_any_host(mut self) -> Self {
        self.allowed_hosts = vec!["*".to_owned()];
        self
    }

    /// Allows `host` beside those allowed already.
    pub fn permit_host(mut self, host: &str) -> Self {
        self.allowed_hosts.push(host.to_owned());
        self
    }

    pub(super) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }
}
