//! Whether the service is ready for callers, said alike to whoever asks: `/readyz`, `langdu_ready`
//! and gRPC's health service.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tonic_health::ServingStatus;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::server::HealthReporter;

use super::grpc;
use crate::telemetry::metrics;

/// What health is asked of: the whole server, by an empty name, and the contract's services by their own.
fn names() -> impl Iterator<Item = &'static str> {
    [""].into_iter().chain(grpc::NAMES)
}

/// Ready from the warm-up utterance until a shutdown is asked for.
#[derive(Clone)]
pub(super) struct Readiness {
    ready: Arc<AtomicBool>,
    /// A warm-up that ends after that makes nothing ready.
    ending: Arc<AtomicBool>,
    health: HealthReporter,
}

impl Readiness {
    /// Not ready yet, and the health service that says so.
    pub(super) async fn new() -> (Self, HealthServer<impl Health>) {
        let (health, service) = tonic_health::server::health_reporter();
        let readiness = Self {
            ready: Arc::default(),
            ending: Arc::default(),
            health,
        };
        readiness.say(false).await;
        (readiness, service)
    }

    pub(super) fn is_ready(&self) -> bool {
        self.ready.load(Ordering::SeqCst)
    }

    /// The warm-up has been spoken.
    pub(super) async fn begin(&self) {
        if !self.ending.load(Ordering::SeqCst) {
            self.say(true).await;
        }
    }

    /// A shutdown was asked for. Whoever watches is told, and its stream ends: it would otherwise
    /// hold the shutdown up for the whole grace.
    pub(super) async fn end(&self) {
        self.ending.store(true, Ordering::SeqCst);
        self.say(false).await;
        for name in names() {
            let mut health = self.health.clone();
            health.clear_service_status(name).await;
            health
                .set_service_status(name, ServingStatus::NotServing)
                .await;
        }
    }

    async fn say(&self, ready: bool) {
        self.ready.store(ready, Ordering::SeqCst);
        metrics::READY.set(f64::from(u8::from(ready)));
        let status = if ready {
            ServingStatus::Serving
        } else {
            ServingStatus::NotServing
        };
        for name in names() {
            self.health.set_service_status(name, status).await;
        }
    }
}
