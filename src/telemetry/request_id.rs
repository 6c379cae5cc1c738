//! One id from a request to its utterances.
//!
//! A caller that sends `x-request-id` gets it back, and finds it in every log line that its
//! request caused, down to the synthesis of an utterance; otherwise it is made up here. A value
//! that could upset a log is replaced.

use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use tower::{Layer, Service};
use tracing::Instrument;

use super::finished::Finished;
use super::{route, traces};

/// Where the id stands, in requests and answers, HTTP headers and gRPC metadata alike.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Who is asking, as quotas know it: a token's name, a certificate, or an address. It goes into the lines of
/// the request.
pub(crate) fn note_caller(caller: &str) {
    tracing::Span::current().record("caller", caller);
}

/// Why the request is refused, by its name in the contract.
pub(crate) fn note_reason(reason: &str) {
    tracing::Span::current().record("reason", reason);
}

/// Longer ones are replaced.
const MAX_LENGTH: usize = 64;

/// More of a path is not logged: whoever asks could fill the disk with it.
const MAX_PATH: usize = 200;

/// What asks whether the service is well asks all day long: that it did is for whoever looks closer.
const HEALTH: &str = "/grpc.health.v1.Health/";

/// The layer that gives every request its id and its span, and its line when it is finished.
#[derive(Debug, Clone, Copy)]
pub struct RequestIds {
    /// What the span says the request came through: `grpc` or `http`.
    pub listener: &'static str,
}

impl<S> Layer<S> for RequestIds {
    type Service = WithRequestId<S>;

    fn layer(&self, inner: S) -> Self::Service {
        WithRequestId {
            inner,
            listener: self.listener,
        }
    }
}

/// The service behind [`RequestIds`].
#[derive(Debug, Clone)]
pub struct WithRequestId<S> {
    inner: S,
    listener: &'static str,
}

impl<S, B, R> Service<Request<B>> for WithRequestId<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
    R: HttpBody<Data = Bytes> + Send + 'static,
    R::Error: Into<axum::BoxError>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Self::Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let id = id_of(request.headers());
        // The path, not the address: a query can hold what is read.
        let path = request.uri().path();
        let path = &path[..path.floor_char_boundary(MAX_PATH)];
        let span = tracing::info_span!(
            "request",
            id = id.to_str().unwrap_or_default(),
            listener = self.listener,
            path,
            caller = tracing::field::Empty,
            reason = tracing::field::Empty,
            otel.kind = traces::server_kind(),
        );
        traces::follow(&span, request.headers());
        let is_quiet = path.starts_with(HEALTH);
        let finished = Finished::new(
            span.clone(),
            request.method(),
            is_quiet,
            route::of_call(path),
        );
        request.headers_mut().insert(HEADER, id.clone());
        let answer = span.in_scope(|| self.inner.call(request)).instrument(span);
        async move {
            let mut response = finished.with(answer.await?);
            response.headers_mut().insert(HEADER, id);
            Ok(response)
        }
        .boxed()
    }
}

fn id_of(headers: &HeaderMap) -> HeaderValue {
    let is_plain = |id: &&HeaderValue| {
        let bytes = id.as_bytes();
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
        (1..=MAX_LENGTH).contains(&bytes.len()) && bytes.iter().all(plain)
    };
    match headers.get(HEADER).filter(is_plain) {
        Some(id) => id.clone(),
        None => new_id(),
    }
}

fn new_id() -> HeaderValue {
    let id = format!("{:032x}", rand::random::<u128>());
    HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(id: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_bytes(id.as_bytes()).unwrap());
        id_of(&headers).to_str().unwrap().to_owned()
    }

    #[test]
    fn a_callers_id_is_kept_unless_it_could_upset_a_log() {
        assert_eq!(given("portal-7f.3:a_b"), "portal-7f.3:a_b");
        for id in ["", "a b", "x\"y", "号", &"a".repeat(65)] {
            let replaced = given(id);
            assert_ne!(replaced, id);
            assert_eq!(replaced.len(), 32);
        }
        assert_ne!(id_of(&HeaderMap::new()), id_of(&HeaderMap::new()));
    }
}
