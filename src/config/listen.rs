//! The addresses of the three listeners.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// The three listeners, apart so that each can be closed to whom it does not concern.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListenConfig {
    /// For callers: gRPC.
    pub grpc: SocketAddr,
    /// For browsers: the HTTP gateway.
    pub http: SocketAddr,
    /// For operators: health and metrics.
    pub admin: SocketAddr,
    /// How long the listeners still accept after the service was told to end, in seconds, up to 300.
    /// It says at once that it is not ready; whoever hands out callers needs a while to notice.
    pub drain_seconds: u64,
}

/// Longer than anybody needs to notice that a replica is not ready.
const LONGEST_DRAIN_S: u64 = 300;

impl Default for ListenConfig {
    fn default() -> Self {
        let loopback = |port| SocketAddr::from(([127, 0, 0, 1], port));
        Self {
            grpc: loopback(7860),
            http: loopback(7861),
            admin: loopback(7862),
            drain_seconds: 0,
        }
    }
}

impl ListenConfig {
    /// What cannot be used, each in words.
    pub(super) fn complaints(&self) -> Vec<String> {
        let all = [
            ("listen.grpc", self.grpc),
            ("listen.http", self.http),
            ("listen.admin", self.admin),
        ];
        let mut complaints = Vec::new();
        if self.drain_seconds > LONGEST_DRAIN_S {
            complaints.push(format!(
                "listen.drain_seconds is {}: from 0 to {LONGEST_DRAIN_S}",
                self.drain_seconds
            ));
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
