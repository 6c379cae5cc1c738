//! The HTTP gateway: readings as JSON, clips as short complete files, and the pages around them.

mod clips;
mod document;
mod listen;
mod range;
mod readings;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use super::problem::Problem;
use crate::reading::Reader;

/// The player, part of the binary so that the two always fit.
const PLAYER: &str = include_str!("../../../web/read-aloud.js");

/// A JSON body with a page in it is larger than the page.
const BODY_ALLOWANCE_BYTES: usize = 1 << 20;

/// Every route of the gateway.
pub(super) fn router(reader: Arc<Reader>) -> Router {
    let limits = &reader.config().limits;
    let max_body = limits.max_html_bytes.max(limits.max_text_bytes) * 2 + BODY_ALLOWANCE_BYTES;
    let mut router = Router::new()
        .route(
            "/v1/readings",
            get(readings::by_url).post(readings::by_body),
        )
        .route("/v1/clips/{name}", get(clips::clip))
        .route("/v1/audio/{name}", get(document::audio))
        .route("/listen", get(listen::page))
        .route("/read-aloud.js", get(player));
    if let Some(demo) = &reader.config().demo {
        router = router.nest_service("/demo", ServeDir::new(demo));
    }
    router
        .fallback(|| async { Problem::not_found("there is no such route") })
        .layer(DefaultBodyLimit::max(max_body))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .with_state(reader)
}

async fn player() -> impl IntoResponse {
    (
        [
            (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
            (header::CACHE_CONTROL, "public, max-age=3600"),
        ],
        PLAYER,
    )
}
