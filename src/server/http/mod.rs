//! The HTTP gateway: readings as JSON, clips as short complete files, and the pages around them.

mod answer_cache;
mod base;
mod broadcast;
mod clips;
mod compression;
mod cors;
mod desk;
mod document;
mod feed;
mod grpc_web;
mod headers;
mod hooks;
mod identity;
mod json;
mod listen;
mod listened;
mod openapi;
mod player;
mod qr;
mod query;
mod range;
mod rare;
mod reading_answer;
mod readings;
mod reports;
mod request_header;
mod schedule;
mod source;
mod speech;

use std::path::Path;
use std::sync::Arc;

use aide::axum::routing::{ApiMethodRouter, get_with, post_with};
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use tower_http::services::ServeDir;
use url::Url;

use super::problem::Problem;
use super::service::ReadingService;
use crate::config::{GatewayConfig, PublicUrl};
use crate::reading::Reader;
use answer_cache::AnswerCache;
pub(super) use desk::router as desk;
use feed::Columns;
use openapi::operations;
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
    answers: Arc<AnswerCache>,
    /// The gateway's root as the outside knows it.
    public_url: Option<PublicUrl>,
    /// The picture of feeds, where the portal has its own.
    feed_picture: Option<Url>,
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

/// The routes by their paths, each with its description in `/openapi.json`.
fn routes() -> Vec<(String, ApiMethodRouter<Gateway>)> {
    let at = |path: &str, methods| (path.to_owned(), methods);
    vec![
        at(
            "/v1/readings",
            get_with(readings::by_url, operations::read_page)
                .post_with(readings::by_body, operations::read_source),
        ),
        at(
            "/v1/readings/{reading}",
            get_with(readings::by_id, operations::known_reading),
        ),
        at(
            "/v1/readings/{reading}/leave",
            post_with(readings::leave, operations::leave),
        ),
        at(
            "/v1/readings/{reading}/listened",
            post_with(listened::listened, operations::listened),
        ),
        at("/v1/clips/{name}", get_with(clips::clip, operations::clip)),
        at(
            "/v1/audio/{name}",
            get_with(document::audio, operations::whole_document),
        ),
        at(
            "/v1/audio/speech",
            post_with(speech::speak, operations::speech),
        ),
        at(
            "/v1/audio/voices",
            get_with(speech::voices, operations::voices),
        ),
        at(
            "/v1/audio/models",
            get_with(speech::speech_models, operations::speech_models),
        ),
        at("/v1/models", get_with(speech::models, operations::models)),
        at(
            "/v1/broadcast/{format}",
            get_with(broadcast::programme, operations::broadcast),
        ),
        at("/v1/feed.xml", get_with(feed::podcast, operations::podcast)),
        at(
            "/v1/feed.png",
            get_with(feed::picture, operations::feed_picture),
        ),
        at(
            "/v1/feed.m3u",
            get_with(feed::playlist, operations::playlist),
        ),
        at("/v1/qr.svg", get_with(qr::code, operations::qr)),
        at(
            "/v1/player.json",
            get_with(player::about, operations::player_version),
        ),
        at(
            "/v1/prepare",
            post_with(hooks::prepare, operations::prepare)
                .get_with(hooks::progress, operations::prepare_progress),
        ),
        at(
            "/v1/withdraw",
            post_with(hooks::withdraw, operations::withdraw),
        ),
        at(
            "/broadcast",
            get_with(broadcast::page, operations::broadcast_page),
        ),
        at(
            "/v1/reports",
            post_with(reports::report, operations::report),
        ),
        at("/listen", get_with(listen::page, operations::listen)),
        at(
            "/read-aloud.js",
            get_with(player::latest, operations::player),
        ),
        (
            format!("/{}", pinned_player().address),
            get_with(player::this_version, operations::pinned_player),
        ),
        at(
            "/read-aloud-button.css",
            get_with(player::button_sheet, |operation| {
                operations::player_sheet(operation, "playerButtonSheet")
            }),
        ),
        at(
            "/read-aloud-dock.css",
            get_with(player::dock_sheet, |operation| {
                operations::player_sheet(operation, "playerDockSheet")
            }),
        ),
        at(
            "/read-aloud-light.css",
            get_with(player::light_sheet, |operation| {
                operations::player_sheet(operation, "playerLightSheet")
            }),
        ),
        at(
            "/read-aloud.d.ts",
            get_with(player::types, operations::player_types),
        ),
        at(
            "/openapi.json",
            get_with(openapi::document, operations::openapi),
        ),
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
        router = router.route(&path, methods.into());
    }
    router = headers::closed(router);
    if let Some(demo) = config.demo {
        router = router.nest_service("/demo", ServeDir::new(demo));
    }
    let gateway = Gateway {
        service: service.clone(),
        schedule: Arc::new(Schedule::new()),
        columns: Arc::new(Columns::new()),
        answers: Arc::new(AnswerCache::new()),
        public_url: config.gateway.public_url.clone(),
        feed_picture: config.gateway.feed_picture.clone(),
    };
    router = router
        .fallback(|| async { Problem::not_found("there is no such route") })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(DefaultBodyLimit::max(max_body));
    // Not the calls of gRPC-Web, whose messages are packed one by one.
    let router = router.layer(compression::layer());
    let router = grpc_web::add(router, service);
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

    use serde_json::Value;

    use super::*;

    /// The names of an operation's parameters of one kind.
    fn parameters(operation: &Value, kind: &str) -> BTreeSet<String> {
        let parameters = operation["parameters"].as_array();
        let of_kind = parameters.into_iter().flatten().filter(|p| p["in"] == kind);
        of_kind
            .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
            .collect()
    }

    fn set<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
        names.map(str::to_owned).into()
    }

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let version = pinned_player().address.clone();
        let routes: BTreeSet<String> = routes()
            .into_iter()
            .map(|(path, _)| path.replace(&version, "read-aloud-{version}.js"))
            .collect();
        let described = openapi::describe();
        let paths = described["paths"].as_object().unwrap();
        let described: BTreeSet<String> = paths.keys().cloned().collect();
        assert_eq!(routes, described);
    }

    /// They follow from the handlers' types. This is for a handler that takes its query by another
    /// way, which the description would not hear of.
    #[test]
    fn every_query_field_is_described() {
        let described = openapi::describe();
        for (path, method, fields) in [
            (
                "/v1/readings",
                "get",
                &["url", "voice", "rate", "follow_attachments", "first"][..],
            ),
            ("/v1/readings", "post", &[]),
            ("/v1/readings/{reading}", "get", &["after"]),
            (
                "/v1/audio/{name}",
                "get",
                &["url", "voice", "rate", "download", "follow_attachments"],
            ),
            ("/v1/feed.xml", "get", &["list", "limit", "voice"]),
            ("/v1/feed.m3u", "get", &["list", "limit", "voice"]),
            ("/v1/qr.svg", "get", &["url", "sentence", "rate"]),
            ("/listen", "get", &["url", "follow_attachments"]),
        ] {
            let signed = ["expires", "signature"];
            let fields = fields.iter().chain(&signed).map(ToString::to_string);
            let operation = &described["paths"][path][method];
            assert_eq!(parameters(operation, "query"), fields.collect(), "{path}");
        }
        let operation = |path: &str| &described["paths"][path]["get"];
        let voices = operation("/v1/audio/voices");
        assert_eq!(parameters(voices, "query"), set(["language_code"]));
        let listened = &described["paths"]["/v1/readings/{reading}/listened"]["post"];
        assert_eq!(
            parameters(listened, "query"),
            set(["event", "device", "seconds"])
        );
        let progress = operation("/v1/prepare");
        assert_eq!(parameters(progress, "query"), set(["operation"]));
    }

    #[test]
    fn every_part_of_a_path_is_described() {
        let described = openapi::describe();
        for (path, operations) in described["paths"].as_object().unwrap() {
            let parts = path
                .split('{')
                .skip(1)
                .filter_map(|part| part.split_once('}'));
            let parts: BTreeSet<String> = parts.map(|(name, _)| name.to_owned()).collect();
            for operation in operations.as_object().unwrap().values() {
                assert_eq!(parameters(operation, "path"), parts, "{path}");
            }
        }
    }
}
