//! Answers that are text are packed for those who ask for it: a reading of two hours is a tenth of its size.
//! Sound is packed already, and its parts are asked for by bytes.

use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use tower_http::compression::CompressionLayer;

/// Below this a packed answer is hardly smaller, in bytes.
const SMALLEST_BYTES: u64 = 1024;

type Predicate = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

/// Packs with gzip at its usual level: at the fastest one the player is half as large again.
pub(super) fn layer() -> CompressionLayer<Predicate> {
    CompressionLayer::new().compress_when(is_text as Predicate)
}

fn is_text(status: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let value = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let media_type = value(header::CONTENT_TYPE).unwrap_or_default();
    // Events are to leave one by one, and a packer waits for more.
    let is_text = (media_type.starts_with("text/") && media_type != "text/event-stream")
        || media_type.contains("json")
        || media_type.contains("xml")
        || media_type.starts_with("application/javascript");
    let length = value(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    status == StatusCode::OK && is_text && length.is_none_or(|length: u64| length >= SMALLEST_BYTES)
}
