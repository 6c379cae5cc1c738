//! The limit on a listener's connections, and which of them is closed to make room for one more.
//!
//! An idle connection costs little, but it counts. At the limit, the connection that has been idle
//! for longest is closed for the next one, so that callers who say nothing, or never finish their
//! request's headers, shut nobody out. A connection with a request under way stays, unless its client has
//! taken nothing of the answer for a while: that one pauses at its own cost.
//!
//! Nor may one address have all of them, however much it asks: beyond its own bound it displaces
//! itself, and where none of its connections is idle it is turned away.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, Response, Version, header};
use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use http_body_util::BodyExt;
use ipnet::IpNet;
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tower::{Layer, Service};

use super::{Peer, of_address};
use crate::telemetry::metrics;

/// A connection that has just been opened, or has just had an answer, has this long for its next
/// request before it may be closed.
const MIN_IDLE: Duration = Duration::from_secs(1);

/// A client that takes nothing of its answer for so long counts as idle: as long as a seat is kept for one.
const STALLED: Duration = Duration::from_secs(30);

/// How often a new connection looks again for room.
const RETRY_EVERY: Duration = Duration::from_millis(20);

/// The requests on a connection, and the order to close it.
#[derive(Debug)]
pub(in crate::server) struct Activity {
    opened: Instant,
    calls: Mutex<Calls>,
    closing: CancellationToken,
}

#[derive(Debug)]
struct Calls {
    open: usize,
    /// When the last one ended, or the connection was opened.
    idle_since: Instant,
    /// Since when the client takes nothing of what is sent to it.
    stalled_since: Option<Instant>,
}

impl Activity {
    fn new() -> Self {
        let calls = Calls {
            open: 0,
            idle_since: Instant::now(),
            stalled_since: None,
        };
        Self {
            opened: Instant::now(),
            calls: Mutex::new(calls),
            closing: CancellationToken::new(),
        }
    }

    /// Cancelled when the connection is to be closed for another.
    pub(super) fn closing(&self) -> &CancellationToken {
        &self.closing
    }

    /// The client takes nothing of what is sent to it since then, or takes it again.
    pub(super) fn stalls(&self, since: Option<Instant>) {
        self.lock().stalled_since = since;
    }

    /// Since when no request is under way, or the client stalls; `None` while one is, or when it is being
    /// closed already.
    fn idle_since(&self) -> Option<Instant> {
        let calls = self.lock();
        if self.closing.is_cancelled() {
            return None;
        }
        match calls.open {
            0 => Some(calls.idle_since),
            _ => calls
                .stalled_since
                .filter(|since| since.elapsed() >= STALLED),
        }
    }

    pub(super) fn call(self: Arc<Self>) -> Call {
        self.lock().open += 1;
        Call(self)
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock()
    }
}

/// A request that is under way until this is dropped.
pub(in crate::server) struct Call(Arc<Activity>);

impl Drop for Call {
    fn drop(&mut self) {
        let mut calls = self.0.lock();
        calls.open -= 1;
        calls.idle_since = Instant::now();
    }
}

/// How many connections a listener takes.
#[derive(Debug, Clone)]
pub(in crate::server) struct ConnectionBounds {
    /// From everybody together.
    pub(in crate::server) most: usize,
    /// From one address; 0 is no bound.
    pub(in crate::server) per_address: usize,
    /// Addresses that stand for many: proxies of ours.
    pub(in crate::server) exempt: Vec<IpNet>,
    /// How slow a client may be.
    pub(in crate::server) slow: SlowClients,
    /// When a connection is cut whatever goes on over it; `None` is never.
    pub(in crate::server) cut_after: Option<Duration>,
}

/// How slowly a client may take what is sent to it.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct SlowClients {
    /// How long it may be waited for in all, beyond what it earns by taking something.
    pub(in crate::server) longest: Duration,
    /// So many bytes earn a second; 0: any byte makes all waiting good.
    pub(in crate::server) min_bytes_per_s: u64,
}

impl ConnectionBounds {
    /// What connections from `address` are counted by; `None` where they are not counted.
    fn counted(&self, address: IpAddr) -> Option<Arc<str>> {
        let address = address.to_canonical();
        let is_exempt = self.exempt.iter().any(|net| net.contains(&address));
        (self.per_address > 0 && !is_exempt).then(|| of_address(address))
    }
}

/// The limit of one listener.
pub(super) struct ConnectionLimit {
    bounds: ConnectionBounds,
    open: Mutex<Open>,
    one_closed: Notify,
}

#[derive(Default)]
struct Open {
    next_number: u64,
    connections: HashMap<u64, Counted>,
    by_address: HashMap<Arc<str>, usize>,
}

struct Counted {
    activity: Arc<Activity>,
    address: Option<Arc<str>>,
}

impl Open {
    /// The connections that have nothing under way, with when that began.
    fn idle(&self) -> impl Iterator<Item = (Instant, &Counted)> {
        let connections = self.connections.values();
        connections.filter_map(|counted| Some((counted.activity.idle_since()?, counted)))
    }
}

impl ConnectionLimit {
    /// At most so many connections, and one at least.
    pub(super) fn new(mut bounds: ConnectionBounds) -> Arc<Self> {
        bounds.most = bounds.most.max(1);
        Arc::new(Self {
            bounds,
            open: Mutex::default(),
            one_closed: Notify::new(),
        })
    }

    /// Waits until a new connection may be opened; the one that has been idle for longest is closed
    /// for it. `None` when the address has as many as it may, and asks on all of them.
    pub(super) async fn acquire(self: &Arc<Self>, from: IpAddr) -> Option<ConnectionPermit> {
        let address = self.bounds.counted(from);
        if let Some(address) = &address
            && !self.has_room_for(address)
        {
            return None;
        }
        loop {
            let one_closed = self.one_closed.notified();
            if let Some(permit) = self.try_acquire(address.clone()) {
                return Some(permit);
            }
            self.close_longest_idle();
            // It is looked again in any case.
            let _ = tokio::time::timeout(RETRY_EVERY, one_closed).await;
        }
    }

    /// True when an address may have one more, for which one of its own is closed if need be.
    fn has_room_for(&self, address: &Arc<str>) -> bool {
        let open = self.lock();
        let count = open.by_address.get(address).copied().unwrap_or_default();
        if count < self.bounds.per_address {
            return true;
        }
        let own = open
            .idle()
            .filter(|(_, counted)| counted.address.as_ref() == Some(address));
        let Some((_, idle)) = own.min_by_key(|(since, _)| *since) else {
            return false;
        };
        idle.activity.closing.cancel();
        metrics::CONNECTIONS_DISPLACED.increment();
        true
    }

    fn try_acquire(self: &Arc<Self>, address: Option<Arc<str>>) -> Option<ConnectionPermit> {
        let mut open = self.lock();
        if open.connections.len() >= self.bounds.most {
            return None;
        }
        let number = open.next_number;
        open.next_number += 1;
        let activity = Arc::new(Activity::new());
        if let Some(address) = &address {
            *open.by_address.entry(address.clone()).or_default() += 1;
        }
        let counted = Counted {
            activity: activity.clone(),
            address,
        };
        open.connections.insert(number, counted);
        metrics::CONNECTIONS.increment();
        Some(ConnectionPermit {
            limit: self.clone(),
            number,
            activity,
        })
    }

    fn close_longest_idle(&self) {
        let open = self.lock();
        let idle = open
            .idle()
            .min_by_key(|(since, _)| *since)
            .filter(|(since, _)| since.elapsed() >= MIN_IDLE);
        if let Some((_, idle)) = idle {
            idle.activity.closing.cancel();
            metrics::CONNECTIONS_DISPLACED.increment();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock()
    }
}

/// The right to keep one connection open, given back when this is dropped.
pub(super) struct ConnectionPermit {
    limit: Arc<ConnectionLimit>,
    number: u64,
    activity: Arc<Activity>,
}

impl ConnectionPermit {
    /// How slow its client may be.
    pub(super) fn slow(&self) -> SlowClients {
        self.limit.bounds.slow
    }

    /// When the connection is cut whatever goes on over it.
    pub(super) fn cut_after(&self) -> Option<Duration> {
        self.limit.bounds.cut_after
    }

    /// The requests on its connection.
    pub(super) fn activity(&self) -> &Arc<Activity> {
        &self.activity
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut open = self.limit.lock();
        let closed = open.connections.remove(&self.number);
        metrics::CONNECTIONS.decrement();
        if let Some(address) = closed.and_then(|counted| counted.address)
            && let Some(count) = open.by_address.get_mut(&address)
        {
            *count -= 1;
            if *count == 0 {
                open.by_address.remove(&address);
            }
        }
        drop(open);
        self.limit.one_closed.notify_one();
    }
}

/// The layer that counts a connection's requests as under way, from their headers to the last byte
/// of the answer.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::server) struct CountCalls {
    /// An answer on an HTTP/1 connection that is older says that it is the last one.
    pub(in crate::server) max_age: Option<Duration>,
}

impl<S> Layer<S> for CountCalls {
    type Service = CallsCounted<S>;

    fn layer(&self, inner: S) -> Self::Service {
        CallsCounted {
            inner,
            max_age: self.max_age,
        }
    }
}

/// The service behind [`CountCalls`].
#[derive(Debug, Clone)]
pub(in crate::server) struct CallsCounted<S> {
    inner: S,
    max_age: Option<Duration>,
}

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
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let extensions = request.extensions();
        let peer = extensions
            .get::<Peer>()
            .or_else(|| Some(&extensions.get::<ConnectInfo<Peer>>()?.0));
        let age = peer.map(|peer| peer.activity.opened.elapsed());
        let is_last = age.zip(self.max_age).is_some_and(|(age, max)| age > max)
            && request.version() <= Version::HTTP_11;
        let call = peer.map(|peer| peer.activity.clone().call());
        let answer = self.inner.call(request);
        async move {
            let mut response = answer.await?;
            if is_last {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            Ok(response.map(|body| {
                // The request is under way as long as its answer's body.
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

    fn limit_of(most: usize, per_address: usize) -> Arc<ConnectionLimit> {
        ConnectionLimit::new(ConnectionBounds {
            most,
            per_address,
            exempt: vec!["127.0.0.0/8".parse().unwrap()],
            slow: SlowClients {
                longest: Duration::from_secs(600),
                min_bytes_per_s: 500,
            },
            cut_after: None,
        })
    }

    async fn acquired_by(limit: &Arc<ConnectionLimit>, from: &str) -> Option<ConnectionPermit> {
        let acquiring = limit.acquire(from.parse().unwrap());
        tokio::time::timeout(AT_ONCE, acquiring)
            .await
            .ok()
            .flatten()
    }

    async fn acquired(limit: &Arc<ConnectionLimit>) -> Option<ConnectionPermit> {
        acquired_by(limit, "127.0.0.1").await
    }

    fn was_idle(permit: &ConnectionPermit, long: Duration) {
        let long_ago = Instant::now().checked_sub(long).unwrap();
        permit.activity().lock().idle_since = long_ago;
    }

    #[tokio::test]
    async fn the_longest_idle_is_closed_and_one_with_a_request_stays() {
        let limit = limit_of(3, 1);
        let idle = acquired(&limit).await.unwrap();
        let longer = acquired(&limit).await.unwrap();
        let asking = acquired(&limit).await.unwrap();
        let call = asking.activity().clone().call();
        was_idle(&idle, 2 * MIN_IDLE);
        was_idle(&longer, 3 * MIN_IDLE);
        was_idle(&asking, 4 * MIN_IDLE);
        assert!(acquired(&limit).await.is_none(), "it is not closed yet");
        assert!(longer.activity().closing().is_cancelled());
        assert!(!asking.activity().closing().is_cancelled());
        drop(longer);
        let newcomer = acquired(&limit).await.unwrap();
        drop((newcomer, call, asking, idle));
        assert!(limit.lock().connections.is_empty());
    }

    #[tokio::test]
    async fn a_client_that_takes_nothing_makes_room_and_one_that_is_slow_stays() {
        let limit = limit_of(2, 2);
        let stalled = acquired(&limit).await.unwrap();
        let slow = acquired(&limit).await.unwrap();
        let _calls = [&stalled, &slow].map(|permit| permit.activity().clone().call());
        let long_ago = Instant::now().checked_sub(STALLED).unwrap();
        stalled.activity().stalls(Some(long_ago));
        slow.activity().stalls(Some(Instant::now()));
        assert!(acquired(&limit).await.is_none(), "it is not closed yet");
        assert!(stalled.activity().closing().is_cancelled());
        assert!(!slow.activity().closing().is_cancelled());
    }

    #[tokio::test]
    async fn an_address_with_too_many_displaces_itself_or_is_turned_away() {
        let limit = limit_of(100, 2);
        let first = acquired_by(&limit, "203.0.113.7").await.unwrap();
        let second = acquired_by(&limit, "::ffff:203.0.113.7").await.unwrap();
        let calls = [&first, &second].map(|permit| permit.activity().clone().call());
        assert!(
            acquired_by(&limit, "203.0.113.7").await.is_none(),
            "it asks on both"
        );
        let other = acquired_by(&limit, "203.0.113.8").await.unwrap();
        drop(calls);
        let third = acquired_by(&limit, "203.0.113.7").await.unwrap();
        let closing = [&first, &second, &other].map(|p| p.activity().closing().is_cancelled());
        assert_eq!(closing.iter().filter(|closing| **closing).count(), 1);
        assert!(!closing[2], "nobody else pays for it");
        // An IPv6 network is one address, and a proxy of ours stands for many.
        let _six = acquired_by(&limit, "2001:db8::1").await.unwrap();
        let _seven = acquired_by(&limit, "2001:db8::2").await.unwrap();
        let many = (0..5).map(|_| acquired(&limit));
        assert!(
            futures::future::join_all(many)
                .await
                .iter()
                .all(Option::is_some)
        );
        drop((first, second, third, other));
        assert_eq!(
            limit.lock().by_address.len(),
            1,
            "what is closed is forgotten"
        );
    }

    #[tokio::test]
    async fn a_connection_that_was_just_opened_stays_for_its_first_request() {
        let limit = limit_of(1, 1);
        let one = acquired(&limit).await.unwrap();
        // However long this test is held up, the connection has just been opened.
        let in_an_hour = Instant::now() + Duration::from_secs(3600);
        one.activity().lock().idle_since = in_an_hour;
        assert!(acquired(&limit).await.is_none());
        assert!(!one.activity().closing().is_cancelled());
    }
}
