//! The address behind proxies, by the `X-Forwarded-For` that ours send.
//!
//! Proxies write it in many forms: with ports, IPv6 in brackets, quoted as in RFC 7239, `unknown`,
//! empty. What cannot be read is nobody's address: the proxy that wrote it is then the client, with a
//! quota, and the log says so.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;

/// The headers by which a proxy tells that it is one, whatever it tells of its client.
const OF_PROXIES: [HeaderName; 6] = [
    header::FORWARDED,
    header::VIA,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
];

/// How often the log says that a proxy's header cannot be read, in seconds.
const WARN_EVERY_S: u64 = 60;

/// Who a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sender {
    /// The last address of the chain that no proxy of ours stands at.
    pub(super) address: IpAddr,
    /// It came from this machine and through no proxy.
    pub(super) is_local: bool,
}

/// Who a request comes from that `peer` has sent. `trusted` are our proxies.
pub(super) fn sender(headers: &HeaderMap, peer: IpAddr, trusted: &[IpNet]) -> Sender {
    let is_forwarded = OF_PROXIES.iter().any(|name| headers.contains_key(name));
    let is_ours = |address: &IpAddr| {
        trusted
            .iter()
            .any(|net| net.contains(&address.to_canonical()))
    };
    let mut address = peer;
    let values = headers.get_all("x-forwarded-for");
    let values: Vec<_> = values
        .iter()
        .map(|value| value.to_str().unwrap_or_default())
        .collect();
    for named in values.iter().flat_map(|value| value.split(',')).rev() {
        if !is_ours(&address) {
            break;
        }
        match parse(named) {
            Some(named) => address = named,
            None => {
                warn(address);
                break;
            }
        }
    }
    Sender {
        address,
        is_local: address.is_loopback() && !is_forwarded,
    }
}

/// An address as proxies write it; `None` where it is none.
fn parse(named: &str) -> Option<IpAddr> {
    let named = named.trim();
    let named = named
        .strip_prefix('"')
        .and_then(|quoted| quoted.strip_suffix('"'))
        .unwrap_or(named);
    let bare = named
        .strip_prefix('[')
        .and_then(|bracketed| bracketed.strip_suffix(']'));
    if let Some(bare) = bare {
        return bare.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    }
    let with_port = || named.parse::<SocketAddr>().ok().map(|address| address.ip());
    named.parse().ok().or_else(with_port)
}

/// The header itself is not logged: it is whatever somebody wrote.
fn warn(proxy: IpAddr) {
    static LAST_S: AtomicU64 = AtomicU64::new(0);
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now_s = since.unwrap_or_default().as_secs();
    let last_s = LAST_S.load(Ordering::Relaxed);
    if now_s.saturating_sub(last_s) < WARN_EVERY_S {
        return;
    }
    LAST_S.store(now_s, Ordering::Relaxed);
    tracing::warn!(
        %proxy,
        "a proxy's X-Forwarded-For names no address: its callers share one quota until it does"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(peer: &str, name: &'static str, values: &[&'static [u8]]) -> Sender {
        let trusted: Vec<IpNet> = ["127.0.0.0/8", "10.0.0.0/8", "::1/128"]
            .iter()
            .map(|net| net.parse().unwrap())
            .collect();
        let mut headers = HeaderMap::new();
        for value in values {
            let value = axum::http::HeaderValue::from_bytes(value).unwrap();
            headers.append(name, value);
        }
        sender(&headers, peer.parse().unwrap(), &trusted)
    }

    #[test]
    fn every_form_of_an_address_is_read_or_is_the_proxys_own() {
        let v6 = "2001:db8::7";
        for (values, client) in [
            (&["203.0.113.7"][..], "203.0.113.7"),
            (&["203.0.113.7:4711"], "203.0.113.7"),
            (&["2001:db8::7"], v6),
            (&["[2001:db8::7]"], v6),
            (&["[2001:db8::7]:4711"], v6),
            (&["\"[2001:db8::7]:4711\""], v6),
            (&["\"203.0.113.7\""], "203.0.113.7"),
            (&["  203.0.113.7  "], "203.0.113.7"),
            (&["1.1.1.1, 203.0.113.7"], "203.0.113.7"),
            (&["203.0.113.7, 10.0.0.2:80"], "203.0.113.7"),
            (&["203.0.113.7", "10.0.0.2"], "203.0.113.7"),
            (&["unknown, 10.0.0.2"], "10.0.0.2"),
            (&["unknown"], "127.0.0.1"),
            (&["_hidden"], "127.0.0.1"),
            (&[""], "127.0.0.1"),
            (&["203.0.113.7, "], "127.0.0.1"),
            (&["203.0.113.7:port"], "127.0.0.1"),
            (&["[2001:db8::7"], "127.0.0.1"),
            (&["300.0.0.1"], "127.0.0.1"),
            (&["localhost"], "127.0.0.1"),
            (&["127.0.0.1"], "127.0.0.1"),
        ] {
            let bytes: Vec<&[u8]> = values.iter().map(|value| value.as_bytes()).collect();
            let sender = of("127.0.0.1", "x-forwarded-for", &bytes);
            assert_eq!(sender.address.to_string(), client, "{values:?}");
            assert!(!sender.is_local, "{values:?}: it has a quota");
        }
        assert!(!of("127.0.0.1", "x-forwarded-for", &[b"\xff"]).is_local);
    }

    #[test]
    fn others_are_not_believed_and_only_this_machine_is_local() {
        let sender = of("198.51.100.1", "x-forwarded-for", &[b"203.0.113.7"]);
        assert_eq!(sender.address.to_string(), "198.51.100.1");
        assert!(!of("198.51.100.1", "accept", &[]).is_local);
        assert!(of("127.0.0.1", "accept", &[b"*/*"]).is_local);
        assert!(of("::1", "accept", &[]).is_local);
        for name in ["forwarded", "via", "x-real-ip", "x-forwarded-proto"] {
            assert!(!of("127.0.0.1", name, &[b"x"]).is_local, "{name}");
        }
    }
}
