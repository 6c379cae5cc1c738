//! The HTTP gateway: readings as JSON, clips as short complete files, and the pages around them.

mod base;
mod clips;
mod cors;
mod document;
mod feed;
mod grpc_web;
mod headers;
mod hooks;
mod identity;
mod listen;
mod openapi;
mod player;
mod qr;
mod range;
mod readings;
mod schedule;
mod speech;

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::routing::{MethodRouter, get, post};
use tower_http::services::ServeDir;

use super::problem::Problem;
use super::service::ReadingService;
use crate::config::{GatewayConfig, PublicUrl};
use crate::reading::Reader;
use feed::Columns;
pub(super) use player::pinned as pinned_player;
use schedule::Schedule;

/// A JSON body with a page in it is larger than the page.
const BODY_ALLOWANCE_BYTES: usize = 1 << 20;

/// The gateway's own part of the configuration.
pub(super) struct HttpConfig<'a> {
    pub(super) gateway: &'a GatewayConfig,
    /// A folder of pages served under `/demo/`.
    pub(super) demo: Option<&'a Path>,
    /// Longest page or text that may be handed over.
    pub(super) max_page_bytes: usize,
    /// Longest file that may be handed over.
    pub(super) max_file_bytes: usize,
    /// The listener has a certificate.
    pub(super) is_tls: bool,
}

/// What the routes share.
#[derive(Clone)]
struct Gateway {
    service: Arc<ReadingService>,
    schedule: Arc<Schedule>,
    columns: Arc<Columns>,
    /// The gateway's root as the outside knows it.
    public_url: Option<PublicUrl>,
}

impl Gateway {
    fn reader(&self) -> &Arc<Reader> {
        self.service.reader()
    }
}

impl FromRef<Gateway> for Arc<Reader> {
    fn from_ref(gateway: &Gateway) -> Self {
        gateway.service.reader().clone()
    }
}

impl FromRef<Gateway> for Arc<ReadingService> {
    fn from_ref(gateway: &Gateway) -> Self {
        gateway.service.clone()
    }
}

/// The routes by their paths; `/openapi.json` describes each of them.
fn routes() -> Vec<(String, MethodRouter<Gateway>)> {
    let at = |path: &str, methods| (path.to_owned(), methods);
    vec![
        at(
            "/v1/readings",
            get(readings::by_url).post(readings::by_body),
        ),
        at("/v1/clips/{name}", get(clips::clip)),
        at("/v1/audio/{name}", get(document::audio)),
        at("/v1/audio/speech", post(speech::speak)),
        at("/v1/audio/voices", get(speech::voices)),
        at("/v1/feed.xml", get(feed::podcast)),
        at("/v1/feed.m3u", get(feed::playlist)),
        at("/v1/qr.svg", get(qr::code)),
        at("/v1/player.json", get(player::about)),
        at("/v1/prepare", post(hooks::prepare).get(hooks::progress)),
        at("/v1/withdraw", post(hooks::withdraw)),
        at("/listen", get(listen::page)),
        at("/read-aloud.js", get(player::latest)),
        (
            format!("/{}", pinned_player().address),
            get(player::this_version),
        ),
        at("/read-aloud.d.ts", get(player::types)),
        at("/openapi.json", get(openapi::document)),
    ]
}

/// Every route of the gateway.
pub(super) fn router(service: &Arc<ReadingService>, config: &HttpConfig) -> Router {
    // Base64 writes three bytes as four letters.
    let file = config.max_file_bytes.div_ceil(3) * 4;
    let max_body = (config.max_page_bytes * 2).max(file) + BODY_ALLOWANCE_BYTES;
    let cors = cors::layer(&config.gateway.allowed_origins);
    let mut router = Router::new();
    for (path, methods) in routes() {
        router = router.route(&path, methods);
    }
    router = headers::closed(router);
    if let Some(demo) = config.demo {
        router = router.nest_service("/demo", ServeDir::new(demo));
    }
    let gateway = Gateway {
        service: service.clone(),
        schedule: Arc::new(Schedule::new()),
        columns: Arc::new(Columns::new()),
        public_url: config.gateway.public_url.clone(),
    };
    router = router
        .fallback(|| async { Problem::not_found("there is no such route") })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(DefaultBodyLimit::max(max_body));
    let router = grpc_web::add(router, service.clone());
    let router = identity::required(router, service.clone());
    let mut router = headers::of_every_answer(router, config);
    if let Some(cors) = cors {
        router = router.layer(cors);
    }
    router.with_state(gateway)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let version = pinned_player().address.clone();
        let routes: BTreeSet<String> = routes()
            .into_iter()
            .map(|(path, _)| path.replace(&version, "read-aloud-{version}.js"))
            .collect();
        let described = openapi::describe();
        let described: BTreeSet<String> = described["paths"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        assert_eq!(routes, described);
    }
}
