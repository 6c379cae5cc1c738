//! What every answer says to browsers for the safety of those who read.

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use tower_http::set_header::SetResponseHeaderLayer;

use super::HttpConfig;

/// Nothing in an answer of the gateway is to be run or framed; pages of ours say what they need.
const CLOSED: &str =
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// How long browsers stay with https once they came by it, in seconds: a year.
const STAY_WITH_TLS: &str = "max-age=31536000";

/// The routes so far, whose answers are no pages unless they say so.
pub(super) fn closed<S>(router: Router<S>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    router.layer(unless_present(header::CONTENT_SECURITY_POLICY, CLOSED))
}

/// Every route.
pub(super) fn of_every_answer<S>(router: Router<S>, config: &HttpConfig) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    // Pages of other sites may hold our audio only where some are named.
    let resources = if config.gateway.allowed_origins.is_empty() {
        "same-site"
    } else {
        "cross-origin"
    };
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    let router = router
        .layer(unless_present(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(unless_present(header::REFERRER_POLICY, "no-referrer"))
        .layer(unless_present(policy, resources));
    if !config.is_tls {
        return router;
    }
    router.layer(unless_present(
        header::STRICT_TRANSPORT_SECURITY,
        STAY_WITH_TLS,
    ))
}

fn unless_present(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
