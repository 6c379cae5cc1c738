//! The places of a listener: so many connections, and who makes room for one more.
//!
//! A connection on which nothing is asked costs little but its place. Where all are taken, the one
//! on which nothing has been asked for longest is closed for whoever comes next: callers who say
//! nothing, or never come to the end of what they say, shut nobody out. A connection with a request
//! under way keeps its place.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use http_body_util::BodyExt;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tower::{Layer, Service};

use super::Peer;
use crate::telemetry::metrics;

/// Whoever has just come, or has just had an answer, has this long to ask something.
const TIME_TO_ASK: Duration = Duration::from_secs(1);

/// How soon a newcomer looks again where nobody can be asked to leave.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What is asked on a connection.
#[derive(Debug)]
pub(in crate::server) struct Presence {
    calls: Mutex<Calls>,
    leaving: CancellationToken,
}

#[derive(Debug)]
struct Calls {
    open: usize,
    /// When the last one ended, or the connection came.
    none_since: Instant,
}

impl Presence {
    fn new() -> Self {
        let calls = Calls {
            open: 0,
            none_since: Instant::now(),
        };
        Self {
            calls: Mutex::new(calls),
            leaving: CancellationToken::new(),
        }
    }

    /// Cancelled when the connection has to make room.
    pub(super) fn leaving(&self) -> &CancellationToken {
        &self.leaving
    }

    /// Since when nothing is asked; `None` while something is, or when it leaves already.
    fn idle_since(&self) -> Option<Instant> {
        let calls = self.lock();
        (calls.open == 0 && !self.leaving.is_cancelled()).then_some(calls.none_since)
    }

    fn call(self: Arc<Self>) -> Call {
        self.lock().open += 1;
        Call(self)
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that is under way until this is dropped.
struct Call(Arc<Presence>);

impl Drop for Call {
    fn drop(&mut self) {
        let mut calls = self.0.lock();
        calls.open -= 1;
        calls.none_since = Instant::now();
    }
}

/// The places of one listener.
pub(super) struct Places {
    most: usize,
    held: Mutex<Held>,
    one_left: Notify,
}

#[derive(Default)]
struct Held {
    next_number: u64,
    present: HashMap<u64, Arc<Presence>>,
}

impl Places {
    /// So many places, one at least.
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most: most.max(1),
            held: Mutex::default(),
            one_left: Notify::new(),
        })
    }

    /// A place for a connection that has just come; whoever was idle for longest leaves for it.
    pub(super) async fn take(self: &Arc<Self>) -> Place {
        loop {
            let one_left = self.one_left.notified();
            if let Some(place) = self.free() {
                return place;
            }
            self.ask_one_to_leave();
            // It is looked again in any case.
            let _ = tokio::time::timeout(LOOK_AGAIN, one_left).await;
        }
    }

    fn free(self: &Arc<Self>) -> Option<Place> {
        let mut held = self.lock();
        if held.present.len() >= self.most {
            return None;
        }
        let number = held.next_number;
        held.next_number += 1;
        let presence = Arc::new(Presence::new());
        held.present.insert(number, presence.clone());
        Some(Place {
            places: self.clone(),
            number,
            presence,
        })
    }

    fn ask_one_to_leave(&self) {
        let held = self.lock();
        let idle = held
            .present
            .values()
            .filter_map(|presence| Some((presence.idle_since()?, presence)))
            .min_by_key(|(since, _)| *since)
            .filter(|(since, _)| since.elapsed() >= TIME_TO_ASK);
        if let Some((_, presence)) = idle {
            presence.leaving.cancel();
            metrics::CONNECTIONS_DISPLACED.increment();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection's place, free when this is dropped.
pub(super) struct Place {
    places: Arc<Places>,
    number: u64,
    presence: Arc<Presence>,
}

impl Place {
    /// What is asked on its connection.
    pub(super) fn presence(&self) -> &Arc<Presence> {
        &self.presence
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.lock().present.remove(&self.number);
        self.places.one_left.notify_one();
    }
}

/// The layer that tells a connection's presence of its calls: from their headers to the last byte
/// of the answer.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct CountCalls;

impl<S> Layer<S> for CountCalls {
    type Service = CallsCounted<S>;

    fn layer(&self, inner: S) -> Self::Service {
        CallsCounted(inner)
    }
}

/// The service behind [`CountCalls`].
#[derive(Debug, Clone)]
pub(in crate::server) struct CallsCounted<S>(S);

impl<S, B, R> Service<Request<B>> for CallsCounted<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
    R: axum::body::HttpBody<Data = Bytes> + Send + 'static,
    R::Error: Into<axum::BoxError>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Self::Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let extensions = request.extensions();
        let peer = extensions
            .get::<Peer>()
            .or_else(|| Some(&extensions.get::<ConnectInfo<Peer>>()?.0));
        let call = peer.map(|peer| peer.presence.clone().call());
        let answer = self.0.call(request);
        async move {
            let response = answer.await?;
            Ok(response.map(|body| {
                // The call goes with the body.
                Body::new(body.map_frame(move |frame| {
                    let _ = &call;
                    frame
                }))
            }))
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT_ONCE: Duration = Duration::from_millis(200);

    async fn taken(places: &Arc<Places>) -> Option<Place> {
        tokio::time::timeout(AT_ONCE, places.take()).await.ok()
    }

    fn was_silent(place: &Place, long: Duration) {
        let long_ago = Instant::now().checked_sub(long).unwrap();
        place.presence().lock().none_since = long_ago;
    }

    #[tokio::test]
    async fn the_longest_idle_makes_room_and_whoever_asks_stays() {
        let places = Places::new(3);
        let idle = taken(&places).await.unwrap();
        let longer = taken(&places).await.unwrap();
        let asking = taken(&places).await.unwrap();
        let call = asking.presence().clone().call();
        was_silent(&idle, 2 * TIME_TO_ASK);
        was_silent(&longer, 3 * TIME_TO_ASK);
        was_silent(&asking, 4 * TIME_TO_ASK);
        assert!(taken(&places).await.is_none(), "it has not left yet");
        assert!(longer.presence().leaving().is_cancelled());
        assert!(!asking.presence().leaving().is_cancelled());
        drop(longer);
        let newcomer = taken(&places).await.unwrap();
        drop((newcomer, call, asking, idle));
        assert!(places.lock().present.is_empty());
    }

    #[tokio::test]
    async fn whoever_has_just_come_may_ask_first() {
        let places = Places::new(1);
        let one = taken(&places).await.unwrap();
        assert!(taken(&places).await.is_none());
        assert!(!one.presence().leaving().is_cancelled());
    }
}
