//! Where traces go.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

/// Where traces go.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelemetryConfig {
    /// The collector that traces are sent to, by OTLP over gRPC: `http://127.0.0.1:4317`. Without
    /// one, none are made.
    pub otlp_endpoint: Option<Url>,
    /// PEM file of the authority that signed the collector's certificate, where it is called by
    /// https.
    pub otlp_authority: Option<PathBuf>,
    /// Addresses are logged with their queries, which may hold what is personal. Without it a hash
    /// stands in a query's place.
    pub log_queries: bool,
    /// The share of requests that are traced, from 0 to 1, of those whose caller does not decide it
    /// with a `traceparent`.
    pub traced_share: f64,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self {
            otlp_endpoint: None,
            otlp_authority: None,
            log_queries: false,
            traced_share: 1.0,
        }
    }
}

impl TelemetryConfig {
    /// What cannot be used, each in words.
    pub(super) fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        let share = self.traced_share;
        if !(0.0..=1.0).contains(&share) {
            complaints.push(format!("telemetry.traced_share is {share}: from 0 to 1"));
        }
        complaints.extend(self.endpoint_complaint());
        complaints
    }

    /// A collector that is called by https needs an authority, and no other does.
    fn endpoint_complaint(&self) -> Option<String> {
        let address = self.otlp_endpoint.as_ref()?;
        let complaint = match (address.scheme(), &self.otlp_authority) {
            ("http", None) | ("https", Some(_)) => return None,
            ("http", Some(_)) => {
                "telemetry.otlp_authority is for an otlp_endpoint that begins with https".to_owned()
            }
            ("https", None) => "telemetry.otlp_endpoint begins with https: name the collector's \
                                authority with telemetry.otlp_authority"
                .to_owned(),
            _ => format!(
                "telemetry.otlp_endpoint {address} is no collector: write it as \
                 http://127.0.0.1:4317"
            ),
        };
        Some(complaint)
    }
}
