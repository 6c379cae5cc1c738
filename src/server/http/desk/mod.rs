//! The proof desk (审听台), on the operators' listener: corrections and reports as JSON, documents as an editor
//! sees them, and the page that works with them.
//!
//! Whoever calls shows an editor's or operator's token, except for the page itself, which asks for one.

mod approvals;
mod bodies;
mod corrections;
mod document;
mod doubts;
mod events;
mod listens;
mod openapi;
mod pages;
mod reports;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use aide::axum::routing::{ApiMethodRouter, get_with, post_with};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

use super::BODY_ALLOWANCE_BYTES;
use crate::server::access::{Caller, OperatorsSocket};
use crate::server::problem::Problem;
use crate::server::service::ReadingService;
use crate::telemetry::note_caller;

/// What the desk's routes share.
type Desk = Arc<ReadingService>;

/// The routes by their paths, each with its description in `/openapi.json`.
fn routes() -> Vec<(&'static str, ApiMethodRouter<Desk>)> {
    vec![
        (
            "/v1/corrections",
            get_with(corrections::list, openapi::list)
                .post_with(corrections::create, openapi::create),
        ),
        (
            "/v1/corrections/{id}",
            get_with(corrections::get, openapi::get)
                .put_with(corrections::update, openapi::update)
                .delete_with(corrections::delete, openapi::delete),
        ),
        (
            "/v1/corrections/try",
            post_with(corrections::try_out, openapi::try_out),
        ),
        (
            "/v1/corrections/history",
            get_with(corrections::history, openapi::history),
        ),
        (
            "/v1/corrections/undo",
            post_with(corrections::undo, openapi::undo),
        ),
        (
            "/v1/corrections/import",
            post_with(corrections::import, openapi::import),
        ),
        (
            "/v1/corrections/lexicon.tsv",
            get_with(corrections::tsv, openapi::tsv),
        ),
        (
            "/v1/corrections/events",
            get_with(events::events, openapi::events),
        ),
        (
            "/v1/approvals",
            get_with(approvals::list, openapi::approvals)
                .post_with(approvals::approve, openapi::approve)
                .delete_with(approvals::revoke, openapi::revoke),
        ),
        (
            "/v1/approvals/history",
            get_with(approvals::history, openapi::approval_history),
        ),
        ("/v1/reports", get_with(reports::list, openapi::reports)),
        (
            "/v1/reports/{id}",
            post_with(reports::answer, openapi::answer),
        ),
        (
            "/v1/listens.csv",
            get_with(listens::table, openapi::listens),
        ),
        ("/v1/documents", post_with(document::open, openapi::open)),
        ("/v1/clips/{name}", get_with(document::clip, openapi::clip)),
        (
            "/openapi.json",
            get_with(openapi::document, openapi::openapi),
        ),
    ]
}

/// The desk's routes and its page. A page or file that is handed over may have as many bytes as on the gateway.
pub(in crate::server) fn router(
    service: &Arc<ReadingService>,
    max_page_bytes: usize,
    max_file_bytes: usize,
) -> Router {
    let file = max_file_bytes.div_ceil(3) * 4;
    let max_body = (max_page_bytes * 2).max(file) + BODY_ALLOWANCE_BYTES;
    let mut router = Router::new();
    for (path, methods) in routes() {
        router = router.route(path, methods.into());
    }
    let router = router
        .layer(DefaultBodyLimit::max(max_body))
        .layer(from_fn_with_state(service.clone(), identify));
    pages::add(super::headers::closed(router)).with_state(service.clone())
}

/// Who calls: whoever may open the operators' socket, or who shows a token.
async fn identify(
    State(service): State<Desk>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let caller = if request.extensions().get::<OperatorsSocket>().is_some() {
        Caller::on_operators_socket()
    } else {
        // Nothing here is for anonymous callers, so that it does not matter where they are.
        let unknown = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let authenticator = service.authenticator();
        authenticator.http(request.uri(), request.headers(), unknown)?
    };
    note_caller(&caller.client);
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let routes: BTreeSet<String> = routes().into_iter().map(|(path, _)| path.into()).collect();
        let described = openapi::describe();
        let paths = described["paths"].as_object().unwrap();
        let described: BTreeSet<String> = paths.keys().cloned().collect();
        assert_eq!(routes, described);
    }
}
