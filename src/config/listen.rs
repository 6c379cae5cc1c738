//! The addresses of the listeners.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The listeners, apart so that each can be closed to whom it does not concern.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListenConfig {
    /// For callers: gRPC.
    pub grpc: SocketAddr,
    /// For browsers: the HTTP gateway.
    pub http: SocketAddr,
    /// For operators: health and metrics, and the operators' calls by gRPC for who shows a token.
    pub admin: SocketAddr,
    /// For voice assistants (Home Assistant): the Wyoming protocol, which knows no tokens. Not served unless it is
    /// set.
    pub wyoming: Option<SocketAddr>,
    /// For operators of this machine: a Unix socket that the service's own user and root may open, and
    /// that asks for nothing more. Default: `ledger/operator.sock` in the clip folder; `""` is none.
    pub operator: Option<PathBuf>,
    /// How long the listeners still accept after the service was told to end, in seconds, up to 300.
    /// It says at once that it is not ready; whoever hands out callers needs a while to notice.
    pub drain_seconds: u64,
    /// How long open calls may go on after that, in seconds, up to 3600: what is playing is finished. What runs
    /// the service has to wait longer than both before it ends the process.
    pub shutdown_grace_seconds: u64,
    /// How old a connection may become, in seconds; 0 is no bound. Whoever shares callers out among
    /// replicas by connection needs a bound, or a new replica is never called. Over HTTP/1 the next answer
    /// is then the last one of its connection; over gRPC the caller is told to open another, and what is
    /// under way goes on for `connection_grace_seconds`.
    pub max_connection_age_seconds: u64,
    /// How long calls may go on over gRPC on a connection that is too old, in seconds: longer than a
    /// document is heard.
    pub connection_grace_seconds: u64,
}

/// Longer than anybody needs to notice that a replica is not ready.
const LONGEST_DRAIN_S: u64 = 300;

/// Longer than a document is heard.
const LONGEST_SHUTDOWN_GRACE_S: u64 = 3600;

impl Default for ListenConfig {
    fn default() -> Self {
        let loopback = |port| SocketAddr::from(([127, 0, 0, 1], port));
        Self {
            grpc: loopback(7860),
            http: loopback(7861),
            admin: loopback(7862),
            wyoming: None,
            operator: None,
            drain_seconds: 0,
            shutdown_grace_seconds: 30,
            max_connection_age_seconds: 0,
            connection_grace_seconds: 3600,
        }
    }
}

impl ListenConfig {
    /// How old a connection may become, if there is a bound.
    pub fn max_connection_age(&self) -> Option<Duration> {
        let age = Duration::from_secs(self.max_connection_age_seconds);
        (!age.is_zero()).then_some(age)
    }

    /// Every listener's address by the name of its key.
    pub fn addresses(&self) -> Vec<(&'static str, SocketAddr)> {
        let all = [
            ("listen.grpc", Some(self.grpc)),
            ("listen.http", Some(self.http)),
            ("listen.admin", Some(self.admin)),
            ("listen.wyoming", self.wyoming),
        ];
        let set = all.into_iter();
        set.filter_map(|(name, address)| Some((name, address?)))
            .collect()
    }

    /// What cannot be used, each in words.
    pub(super) fn complaints(&self) -> Vec<String> {
        let all = self.addresses();
        let mut complaints = Vec::new();
        for (name, seconds, longest) in [
            ("drain_seconds", self.drain_seconds, LONGEST_DRAIN_S),
            (
                "shutdown_grace_seconds",
                self.shutdown_grace_seconds,
                LONGEST_SHUTDOWN_GRACE_S,
            ),
        ] {
            if seconds > longest {
                complaints.push(format!("listen.{name} is {seconds}: from 0 to {longest}"));
            }
        }
        for (index, (name, address)) in all.iter().enumerate() {
            for (before, other) in &all[..index] {
                if collide(*address, *other) {
                    complaints.push(format!("{before} and {name} are both {address}"));
                }
            }
        }
        complaints
    }
}

/// True when one of two listeners would find its port taken by the other.
fn collide(a: SocketAddr, b: SocketAddr) -> bool {
    let everywhere = a.ip().is_unspecified() || b.ip().is_unspecified();
    a.port() != 0 && a.port() == b.port() && (a.ip() == b.ip() || everywhere)
}
