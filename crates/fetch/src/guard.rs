//! Which addresses may be connected to.
//!
//! A caller who can name a URL must not reach what only this machine can reach. So a host must be
//! on the allow-list, and every address it resolves to must be public, at the moment of the
//! connection: the guard is the resolver of the HTTP client, so what it checked is what is
//! connected to. One private address among several public ones spoils the host.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::config::FetchConfig;
use super::error::FetchError;
use super::lookup::Lookup;

/// What the configuration allows.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    allowed_hosts: Vec<Pattern>,
    private_hosts: Vec<Pattern>,
    allow_private: bool,
    ports: Vec<u16>,
    proxy_host: Option<String>,
}

#[derive(Debug, Clone)]
enum Pattern {
    Any,
    Exactly(String),
    AtOrBelow(String),
}

impl Pattern {
    fn new(text: &str) -> Self {
        let text = text.trim().to_ascii_lowercase();
        if text == "*" {
            return Self::Any;
        }
        let (domain, below) = match text.strip_prefix("*.") {
            Some(domain) => (domain, true),
            None => (text.as_str(), false),
        };
        // Hosts of URLs are in ASCII form, so an IDN in a pattern must be too.
        let domain =
            Host::parse(domain).map_or_else(|_| domain.to_owned(), |host| host.to_string());
        if below {
            Self::AtOrBelow(domain)
        } else {
            Self::Exactly(domain)
        }
    }

    fn admits(&self, host: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exactly(domain) => host == domain,
            Self::AtOrBelow(domain) => {
                host == domain
                    || host
                        .strip_suffix(domain.as_str())
                        .is_some_and(|rest| rest.ends_with('.') && !host.contains(".."))
            }
        }
    }
}

/// True when `host` fits one of `patterns`, which are written as in `fetch.allowed_hosts`.
pub fn host_fits(patterns: &[String], host: &str) -> bool {
    patterns
        .iter()
        .any(|pattern| Pattern::new(pattern).admits(host))
}

impl Guard {
    pub(super) fn new(config: &FetchConfig) -> Self {
        let patterns = |texts: &[String]| texts.iter().map(|text| Pattern::new(text)).collect();
        let proxy = config.proxy.as_deref().and_then(|url| Url::parse(url).ok());
        Self {
            allowed_hosts: patterns(&config.allowed_hosts),
            private_hosts: patterns(&config.private_hosts),
            allow_private: config.allow_private,
            ports: config.ports.clone(),
            proxy_host: proxy.and_then(|url| url.host_str().map(str::to_owned)),
        }
    }

    /// The URL in `text`, if it may be asked for; addresses behind names are checked later.
    pub(super) fn admit(&self, text: &str) -> Result<Url, FetchError> {
        let bad = |reason| FetchError::BadUrl {
            url: shortened(text),
            reason,
        };
        if text.chars().any(|c| c.is_control()) {
            return Err(bad("it holds control characters"));
        }
        let mut url = Url::parse(text.trim()).map_err(|_| bad("it is not a URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(bad("only http and https are fetched"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("user names and passwords are not sent"));
        }
        url.set_fragment(None);
        without_trailing_dot(&mut url).map_err(|()| bad("its host is not a name"))?;
        let host = url.host().ok_or_else(|| bad("it has no host"))?;
        let name = host.to_string();
        if !self
            .allowed_hosts
            .iter()
            .any(|pattern| pattern.admits(&name))
        {
            return Err(FetchError::HostNotAllowed { host: name });
        }
        let port = url.port_or_known_default().unwrap_or(0);
        if !self.ports.contains(&port) {
            return Err(FetchError::PortNotAllowed { port });
        }
        let literal = match host {
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
            Host::Domain(_) => None,
        };
        if let Some(address) = literal {
            self.check(&name, &[address])?;
        }
        Ok(url)
    }

    /// Whether a host may have addresses that are not public.
    pub(super) fn admits_private(&self, host: &str) -> bool {
        self.allow_private
            || self
                .private_hosts
                .iter()
                .any(|pattern| pattern.admits(host))
    }

    /// Refuses a host unless all its addresses may be connected to.
    pub(super) fn check(&self, host: &str, addresses: &[IpAddr]) -> Result<(), FetchError> {
        if self.admits_private(host) {
            return Ok(());
        }
        match addresses.iter().find(|address| !is_public(**address)) {
            Some(address) => Err(FetchError::AddressNotPublic {
                host: host.to_owned(),
                address: *address,
            }),
            None => Ok(()),
        }
    }
}

/// `www.example.cn.` and `www.example.cn` are one host; the allow-list knows the latter.
fn without_trailing_dot(url: &mut Url) -> Result<(), ()> {
    let Some(Host::Domain(domain)) = url.host() else {
        return Ok(());
    };
    let Some(bare) = domain.strip_suffix('.') else {
        return Ok(());
    };
    if bare.is_empty() || bare.ends_with('.') {
        return Err(());
    }
    let bare = bare.to_owned();
    url.set_host(Some(&bare)).map_err(|_| ())
}

/// An address for an error message, not the megabyte somebody sent.
fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}

/// Whether an address is reachable from everywhere: in none of the special-purpose blocks of the
/// IANA registries (RFC 6890 and its updates), and holding no other address that is.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 31, 196)
            | (192, 52, 193)
            | (192, 88, 99)
            | (192, 175, 48)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    let segments = address.segments();
    // Only 2000::/3 is given out; the rest is special or holds an IPv4 address (64:ff9b::/96).
    if segments[0] & 0xe000 != 0x2000 {
        return false;
    }
    match (segments[0], segments[1]) {
        // Protocol assignments, Teredo and ORCHID; documentation.
        (0x2001, 0x0000..=0x01ff | 0x0db8) => false,
        (0x3fff, 0x0000..=0x0fff) => false,
        // 6to4 leads to the IPv4 address it holds.
        (0x2002, _) => false,
        // Direct delegation of AS112, 2620:4f:8000::/48.
        (0x2620, 0x004f) => segments[2] != 0x8000,
        _ => true,
    }
}

/// The resolver of the HTTP client. It looks a name up, checks the addresses, and returns only what
/// it checked.
pub(super) struct GuardedResolver {
    pub(super) guard: Arc<Guard>,
    pub(super) lookup: Arc<dyn Lookup>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.guard);
        let host = name.as_str().trim_end_matches('.').to_ascii_lowercase();
        let lookup = self.lookup.lookup(&host);
        Box::pin(async move {
            let addresses = lookup.await?;
            if addresses.is_empty() {
                return Err("the name has no address".into());
            }
            if guard.proxy_host.as_deref() != Some(host.as_str()) {
                guard.check(&host, &addresses)?;
            }
            let addresses: Addrs = Box::new(
                addresses
                    .into_iter()
                    .map(|address| SocketAddr::new(address, 0)),
            );
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_lead_everywhere_are_public() {
        for (address, public) in [
            ("2400:3200::1", true),
            ("2001:4860:4860::8888", true),
            ("2620:4f:8001::1", true),
            ("2620:4e:8000::1", true),
            ("3fff:1000::1", true),
            ("223.5.5.5", true),
            ("::ffff:223.5.5.5", true),
            ("::ffff:10.0.0.1", false),
            ("::1", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("64:ff9b::a00:1", false),
            ("1fff::1", false),
            ("4000::1", false),
            ("2001:1ff::1", false),
            ("2001:db8::1", false),
            ("2002:a00:1::1", false),
            ("2620:4f:8000::1", false),
            ("3fff:fff::1", false),
        ] {
            let parsed = address.parse().expect("an address");
            assert_eq!(is_public(parsed), public, "{address}");
        }
    }
}
