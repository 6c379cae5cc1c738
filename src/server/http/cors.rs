//! What pages of other origins may do, for portals that do not proxy the gateway.
//!
//! It protects nobody but readers from foreign pages: what may be read at all is decided by the
//! list of allowed hosts.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::config::Origin;

/// How long a browser may remember an answer to its preflight.
const PREFLIGHT_MAX_AGE: Duration = Duration::from_secs(3600);

/// The layer for the configured origins; `None` when there are none.
pub(super) fn layer(origins: &[Origin]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    // An origin is ASCII of our own writing.
    let origins = origins
        .iter()
        .filter_map(|origin| HeaderValue::from_str(origin.as_str()).ok());
    Some(
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins))
            .allow_methods([Method::GET, Method::HEAD, Method::POST])
            .allow_headers([
                header::ACCEPT,
                header::AUTHORIZATION,
                header::CONTENT_TYPE,
                header::IF_NONE_MATCH,
                header::IF_RANGE,
                header::RANGE,
                HeaderName::from_static("grpc-timeout"),
                HeaderName::from_static("x-grpc-web"),
                HeaderName::from_static("x-user-agent"),
            ])
            .expose_headers([
                header::ACCEPT_RANGES,
                header::CONTENT_LENGTH,
                header::CONTENT_RANGE,
                header::ETAG,
                header::RETRY_AFTER,
                HeaderName::from_static("grpc-message"),
                HeaderName::from_static("grpc-status"),
                HeaderName::from_static("grpc-status-details-bin"),
            ])
            .max_age(PREFLIGHT_MAX_AGE),
    )
}
