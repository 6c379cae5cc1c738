//! `GET /openapi.json`: the gateway's routes described, for people and for generators.
//!
//! Parameters, bodies and answers are derived from the handlers' own types, so that they cannot
//! differ from what is taken and given; `operations` adds the words, the media types and what can
//! go wrong.

pub(super) mod operations;

use std::sync::LazyLock;

use aide::axum::ApiRouter;
use aide::axum::routing::ApiMethodRouter;
use aide::openapi::{OpenApi, Parameter, ParameterSchemaOrContent, ReferenceOr};
use axum::body::Body;
use axum::http::Response;
use bytes::Bytes;
use serde_json::{Value, json};

use super::range::{IfNoneMatch, Lifetime, file};
use super::{pinned_player, routes};

/// The path of the pinned player, as it is described: it names the bytes of one version.
const PINNED_PLAYER: &str = "/read-aloud-{version}.js";

static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| describe().to_string().into());

pub(super) async fn document(IfNoneMatch(headers): IfNoneMatch) -> Response<Body> {
    file(
        &headers,
        DOCUMENT.clone(),
        "application/json",
        Lifetime::Short,
    )
}

/// The description of every route.
pub(super) fn describe() -> Value {
    let api: OpenApi = from_json(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "langdu",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "The HTTP gateway of langdu, which reads Chinese policy documents aloud",
            "description": "Errors are `application/problem+json`. The gRPC contract \
                (`langdu.v2.ReadAloudService`, and `langdu.v1.ReadAloud` except `Prepare` and \
                `Withdraw`) is accepted here as gRPC-Web.",
            "license": { "name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later" },
        },
        "servers": [{
            "url": "/",
            "description": "The gateway's root, or the path under which a portal proxies it.",
        }],
        "tags": [
            { "name": "readings", "description": "Documents and their audio." },
            { "name": "speech", "description": "For clients made for another service." },
            { "name": "feeds", "description": "Columns as feeds, and codes." },
            { "name": "player", "description": "The button and the pages around it." },
            { "name": "reports", "description": "What is read wrong." },
            { "name": "hooks", "description": "For content systems, with an operator's token." },
        ],
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    }));
    let mut api = describe_routes(routes().into_iter(), api);
    name_the_pinned_player(&mut api);
    serde_json::to_value(api).unwrap_or_default()
}

/// A description with these routes in it.
pub(super) fn describe_routes<S: Clone + Send + Sync + 'static>(
    routes: impl Iterator<Item = (String, ApiMethodRouter<S>)>,
    mut api: OpenApi,
) -> OpenApi {
    let mut router = ApiRouter::new();
    for (path, methods) in routes {
        router = router.api_route(&path, methods);
    }
    let _ = router.finish_api(&mut api);
    without_null_parameters(&mut api);
    api
}

/// The route is of this version's bytes; the description is of every version's.
fn name_the_pinned_player(api: &mut OpenApi) {
    let this_version = format!("/{}", pinned_player().address);
    let Some(paths) = &mut api.paths else {
        return;
    };
    if let Some(item) = paths.paths.swap_remove(&this_version) {
        paths.paths.insert(PINNED_PLAYER.to_owned(), item);
    }
}

/// A parameter can be left out, but an address cannot say `null`.
fn without_null_parameters(api: &mut OpenApi) {
    let items = api
        .paths
        .iter_mut()
        .flat_map(|paths| paths.paths.values_mut());
    let operations = items
        .filter_map(ReferenceOr::as_item_mut)
        .flat_map(|item| {
            [
                &mut item.get,
                &mut item.post,
                &mut item.put,
                &mut item.delete,
            ]
        })
        .flatten();
    let parameters = operations.flat_map(|operation| &mut operation.parameters);
    for parameter in parameters.filter_map(ReferenceOr::as_item_mut) {
        let Parameter::Query { parameter_data, .. } = parameter else {
            continue;
        };
        let ParameterSchemaOrContent::Schema(schema) = &mut parameter_data.format else {
            continue;
        };
        if let Some(types) = schema.json_schema.ensure_object().get_mut("type")
            && let Some(plain) = types.as_array().and_then(|types| types.first()).cloned()
        {
            *types = plain;
        }
    }
}

/// A part of the description that is written as JSON, of our own making.
pub(super) fn from_json<T: serde::de::DeserializeOwned>(json: Value) -> T {
    // By way of text: aide takes its version of OpenAPI as a borrowed string only.
    serde_json::from_str(&json.to_string()).expect("it is written as OpenAPI has it")
}
