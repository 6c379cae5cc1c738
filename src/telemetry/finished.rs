//! One line for every request that is finished: how it was asked for, how it was answered, and how
//! long it took until the last byte had gone or whoever asked had left.
//!
//! It is written inside the request's span, which holds its id, its listener and its path. No query
//! and no text are in it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, Method, Response};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tonic::Code;
use tracing::Span;

use langdu_metrics::SharedString;

use super::{metrics, route, traces};

/// Where gRPC says how a call ended.
const GRPC_STATUS: &str = "grpc-status";

/// Put among an answer's extensions where there may be tens of thousands a second of its kind, each
/// costing next to nothing: its line is for whoever looks closer (`debug`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quiet;

/// How a request ends whose caller has gone, for the count of requests.
const LEFT: SharedString = SharedString::const_str("left");

/// Counts a request that is over.
fn count(route: SharedString, outcome: SharedString, began: Instant) {
    metrics::REQUEST_SECONDS.record(route.clone(), began.elapsed());
    metrics::REQUESTS.increment([route, outcome]);
}

/// How a call ended, for the count of requests.
fn named(code: Code) -> SharedString {
    SharedString::from_owned(format!("{code:?}"))
}

/// A request under way that comes neither by HTTP nor by gRPC. It is counted when this is dropped, as left where
/// nobody has said how it ended.
pub(crate) struct CountedRequest {
    route: &'static str,
    began: Instant,
    code: Option<Code>,
}

impl CountedRequest {
    /// A request of this name, from now on.
    pub(crate) fn of(route: &'static str) -> Self {
        Self {
            route,
            began: Instant::now(),
            code: None,
        }
    }

    /// It has ended so.
    pub(crate) fn ends(mut self, code: Code) {
        self.code = Some(code);
    }
}

impl Drop for CountedRequest {
    fn drop(&mut self) {
        let outcome = self.code.map_or(LEFT, named);
        count(SharedString::const_str(self.route), outcome, self.began);
    }
}

/// A request under way. Its line is written when this is dropped.
pub(super) struct Finished {
    span: Span,
    method: Method,
    began: Instant,
    status: Option<u16>,
    code: Option<Code>,
    is_quiet: bool,
    /// Under which name it is counted; nothing where it is not.
    route: Option<SharedString>,
    /// All of the answer was taken.
    is_whole: bool,
}

impl Finished {
    /// `call` is the name of a call on gRPC. What asks all day long whether the service is well is quiet, and
    /// not counted.
    pub(super) fn new(
        span: Span,
        method: &Method,
        is_quiet: bool,
        call: Option<SharedString>,
    ) -> Self {
        Self {
            span,
            method: method.clone(),
            began: Instant::now(),
            status: None,
            code: None,
            is_quiet,
            route: call,
            is_whole: false,
        }
    }

    /// The answer, whose last byte is waited for.
    pub(super) fn with<R>(mut self, response: Response<R>) -> Response<Body>
    where
        R: HttpBody<Data = Bytes> + Send + 'static,
        R::Error: Into<axum::BoxError>,
    {
        self.status = Some(response.status().as_u16());
        if self.route.is_none() && !self.is_quiet {
            self.route = Some(route::of_answer(response.extensions()));
        }
        self.look_for_code(response.headers());
        self.is_quiet |= response.extensions().get::<Quiet>().is_some();
        let response = response.map(Body::new);
        // Nobody takes bytes of these.
        self.is_whole = self.method == Method::HEAD || response.body().is_end_stream();
        if self.is_whole || (self.is_quiet && !tracing::enabled!(tracing::Level::DEBUG)) {
            return response;
        }
        response.map(|body| {
            let remaining = body.size_hint().exact();
            Body::new(Watched {
                body,
                remaining,
                finished: self,
            })
        })
    }

    /// How it ended, for the count of requests.
    fn outcome(&self) -> SharedString {
        match (self.code, self.status) {
            (Some(code), _) => named(code),
            (None, Some(status)) if self.is_whole || self.is_quiet => {
                SharedString::from_owned(status.to_string())
            }
            _ => LEFT,
        }
    }

    fn look_for_code(&mut self, headers: &HeaderMap) {
        if let Some(code) = headers.get(GRPC_STATUS) {
            self.code = Some(Code::from_bytes(code.as_bytes()));
        }
    }
}

impl Drop for Finished {
    fn drop(&mut self) {
        if let Some(route) = self.route.take() {
            count(route, self.outcome(), self.began);
        }
        let took_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        traces::answered(&self.span, self.status, self.code);
        let method = self.method.as_str();
        let code = self.code.map(tracing::field::debug);
        // Of a call on gRPC it says nothing.
        let status = self.status.filter(|_| code.is_none());
        let left = (!self.is_whole).then_some(true);
        self.span.in_scope(|| {
            if self.is_quiet {
                tracing::debug!(method, status, code, took_ms, left, "answered");
            } else {
                tracing::info!(method, status, code, took_ms, left, "answered");
            }
        });
    }
}

/// An answer's body, which knows when it is finished.
struct Watched {
    body: Body,
    /// Bytes that have not been taken, where their number was known.
    remaining: Option<u64>,
    finished: Finished,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            None => self.finished.is_whole = true,
            Some(Ok(frame)) => {
                if let Some(trailers) = frame.trailers_ref() {
                    self.finished.look_for_code(trailers);
                    self.finished.is_whole = true;
                }
                if let (Some(remaining), Some(data)) = (&mut self.remaining, frame.data_ref()) {
                    *remaining = remaining.saturating_sub(data.len() as u64);
                }
            }
            Some(Err(_)) => {}
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // A body of known length is not asked whether there is more.
        self.finished.is_whole |= self.remaining == Some(0) || self.body.is_end_stream();
    }
}
