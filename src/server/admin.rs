//! For operators: liveness, readiness and metrics.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;

/// `/healthz` is true while the process runs; `/readyz` after the warm-up and until shutdown.
pub(super) fn router(ready: Arc<AtomicBool>, metrics: Option<PrometheusHandle>) -> Router {
    let readiness = move || async move {
        if ready.load(Ordering::SeqCst) {
            (StatusCode::OK, "ready\n")
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
    };
    let render = move || async move {
        metrics
            .as_ref()
            .map_or_else(String::new, PrometheusHandle::render)
    };
    Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(readiness))
        .route("/metrics", get(render))
}
