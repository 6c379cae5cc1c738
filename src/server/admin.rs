//! For operators: liveness, readiness and metrics.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;

use super::readiness::Readiness;
use super::service::ReadingService;
use crate::telemetry::metrics;

/// `/healthz` is true while the process runs; `/readyz` after the warm-up and until shutdown.
pub(super) fn router(
    service: Arc<ReadingService>,
    readiness: Readiness,
    recorder: Option<PrometheusHandle>,
) -> Router {
    let ready = move || async move {
        if readiness.is_ready() {
            (StatusCode::OK, "ready\n")
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
    };
    let render = move || async move {
        metrics::look_at_process();
        service.look();
        if let Some(disk) = service.reader().clips().disk() {
            metrics::STORE_BYTES.set(disk.bytes() as f64);
        }
        recorder
            .as_ref()
            .map_or_else(String::new, PrometheusHandle::render)
    };
    Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(render))
}
