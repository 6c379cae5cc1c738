//! Who calls on the gateway: told once for every request, before any route sees it.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::Router;
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Query, Request, State};
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

use super::super::access::{Caller, Peer, Signature};
use super::super::problem::Problem;
use super::super::service::ReadingService;
use crate::telemetry::note_caller;

/// The same routes, for callers that are known or may be anonymous.
pub(super) fn required<S>(router: Router<S>, service: Arc<ReadingService>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    router.layer(from_fn_with_state(service, identify))
}

async fn identify(
    State(service): State<Arc<ReadingService>>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let peer = request.extensions().get::<ConnectInfo<Peer>>();
    let unknown = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let peer = peer.map_or(unknown, |ConnectInfo(peer)| peer.address.ip());
    let caller = service
        .authenticator()
        .http(request.uri(), request.headers(), peer)?;
    note_caller(&caller.client);
    request.extensions_mut().insert(caller);
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    // For the count of requests.
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    Ok(response)
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| Problem::unauthenticated("it is not known who calls"))
    }
}

/// Whoever calls a route that reads pages by their address, which may be signed.
pub(super) struct PageCaller(pub(super) Caller);

impl<S: Sync> FromRequestParts<S> for PageCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        Caller::from_request_parts(parts, state).await.map(Self)
    }
}

impl OperationInput for Caller {}

impl OperationInput for PageCaller {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        // `identify` has read them from the query.
        Query::<Signature>::operation_input(ctx, operation);
    }
}
