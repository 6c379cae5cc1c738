//! The listeners: gRPC for callers, HTTP for browsers, one for operators, and where it is asked for one for voice
//! assistants.
//!
//! Nothing here touches HTML, phonemes or samples: it turns requests into the pipeline's values
//! and those into answers.

pub mod access;
mod admin;
mod admission;
pub mod byte_range;
mod change_names;
mod grpc;
mod http;
mod patience;
mod prefetch;
mod problem;
mod readiness;
mod schema;
mod service;
mod wyoming;

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use futures::Stream;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic::transport::server::Connected;
use tonic_health::pb::health_server::{Health, HealthServer};
use tower_http::timeout::RequestBodyDeadlineLayer;

use access::{
    ConnectionBounds, CountCalls, InForce, LimitedListener, Peer, SecuritySource, SigningKeyError,
    SlowClients, SocketFile, TlsError,
};
use http::HttpConfig;
use service::{ReadingService, ReadingServiceConfig};

use crate::config::{GatewayConfig, LimitsConfig, ListenConfig, SecurityConfig};
use crate::corrections::Corrections;
use crate::listens::Listens;
use crate::prepare::Preparations;
use crate::reading::{ReadError, ReadOptions, Reader, Source};
use crate::telemetry::RequestIds;
use crate::withdrawals::{SYNCHRONIZE_EVERY, Withdrawals};
use langdu_audio::Encoding;
use langdu_clips::{ClipError, ClipId, Form, Layout};
use langdu_voice::pool::{JobError, Urgency};
use readiness::Readiness;

/// Calls at the same time on one connection of a caller.
const MAX_STREAMS: u32 = 256;

/// How long a request may be on its way: its headers are there, its last byte is not.
const REQUEST_COMES_IN: Duration = Duration::from_secs(60);

/// How often what has expired is looked for.
const EVICT_EVERY: Duration = Duration::from_secs(10);

/// How long the store may take for what was made last: a disk that hangs may not hold the service.
const LAST_WRITES: Duration = Duration::from_secs(5);

/// A line that is spoken before the service says that it is ready, so that no listener waits for
/// the model to load.
const WARM_UP: &str = "朗读服务已经准备好。";

/// How long after the queue was full it is tried again.
const WARM_UP_AGAIN: Duration = Duration::from_millis(200);

/// What can go wrong while starting or serving.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address cannot be listened on.
    #[error(
        "cannot listen on {address} ({source}): choose another with --grpc, --http, --admin or --wyoming"
    )]
    Bind {
        /// The address.
        address: SocketAddr,
        /// The cause.
        source: std::io::Error,
    },
    /// A listener failed.
    #[error("serving failed: {0}")]
    Io(#[from] std::io::Error),
    /// The gRPC transport failed.
    #[error("serving gRPC failed: {0}")]
    Grpc(#[from] tonic::transport::Error),
    /// A certificate or its key.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The key of signed addresses.
    #[error(transparent)]
    SigningKey(#[from] SigningKeyError),
    /// The voice cannot speak: its model is damaged or foreign, or what it needs is missing.
    #[error("the voice cannot speak, so there is nothing to serve: {0}")]
    Mute(#[source] ReadError),
    /// Reflection's descriptor is broken.
    #[error("the contract's descriptor is broken: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// The player's address under the gateway's root, which names its bytes, and the `integrity` value
/// of a script element that pins it.
pub fn pinned_player() -> (&'static str, &'static str) {
    let pinned = http::pinned_player();
    (&pinned.address, &pinned.integrity)
}

/// What the listeners serve.
pub struct Backend {
    /// Turns sources into readings.
    pub reader: Arc<Reader>,
    /// Pages that may not be read.
    pub withdrawals: Arc<Withdrawals>,
    /// Documents that are made before anybody listens.
    pub preparations: Arc<Preparations>,
    /// How often documents are listened to.
    pub listens: Arc<Listens>,
}

/// How it is served.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// How browsers of other origins may use the gateway, and its address as they know it.
    pub gateway: GatewayConfig,
    /// Who may do what.
    pub security: SecurityConfig,
    /// What one request may ask for, and how many at the same time.
    pub limits: LimitsConfig,
    /// A folder of pages served under `/demo/`.
    pub demo: Option<PathBuf>,
    /// The file of the operator's token, where nobody is an operator by configuration: the first
    /// start writes it.
    pub operator_token: Option<PathBuf>,
    /// The Unix socket of operators.
    pub operators_socket: Option<PathBuf>,
    /// How long the listeners still accept when it is to end.
    pub drain: Duration,
    /// How long open calls may go on after that.
    pub shutdown_grace: Duration,
    /// How old a connection of a caller may become, and how long its calls may go on then.
    pub max_connection_age: Option<Duration>,
    /// See `max_connection_age`.
    pub connection_grace: Duration,
    /// Where `security` is read again when it changes.
    pub security_source: Option<SecuritySource>,
    /// Utterances that the voice speaks at the same time.
    pub workers: usize,
    /// Longest file that comes with a request, in bytes.
    pub max_file_bytes: usize,
}

impl ServerConfig {
    fn service(&self) -> ReadingServiceConfig<'_> {
        ReadingServiceConfig {
            security: &self.security,
            operator_token: self.operator_token.as_deref(),
            workers: self.workers,
            capacity_share: self.limits.capacity_share,
            max_readings_at_once: self.limits.max_readings_at_once,
            max_message_s: self.limits.max_message_s,
            slow_client: self.slow_client(),
        }
    }

    fn slow_client(&self) -> Duration {
        Duration::from_secs(self.limits.slow_client_seconds)
    }

    fn connection_bounds(&self) -> ConnectionBounds {
        ConnectionBounds {
            most: self.limits.max_connections,
            per_address: self.limits.max_connections_per_address,
            exempt: self.security.trusted_proxies.clone(),
            slow: SlowClients {
                longest: self.slow_client(),
                min_bytes_per_s: self.limits.min_bytes_per_second,
            },
            cut_after: None,
        }
    }

    fn http(&self) -> HttpConfig<'_> {
        let limits = &self.limits;
        HttpConfig {
            gateway: &self.gateway,
            demo: self.demo.as_deref(),
            max_page_bytes: limits.max_html_bytes.max(limits.max_text_bytes),
            max_file_bytes: self.max_file_bytes,
            is_tls: self.security.tls.http.is_some(),
        }
    }
}

/// Bound listeners, not yet serving.
pub struct Server {
    grpc: TcpListener,
    http: TcpListener,
    admin: TcpListener,
    wyoming: Option<TcpListener>,
}

/// The addresses that were bound; ports of 0 are filled in.
#[derive(Debug, Clone, Copy)]
pub struct Addresses {
    /// gRPC.
    pub grpc: SocketAddr,
    /// The HTTP gateway.
    pub http: SocketAddr,
    /// Health and metrics.
    pub admin: SocketAddr,
    /// Voice assistants, where they are served.
    pub wyoming: Option<SocketAddr>,
}

impl Server {
    /// Binds the listeners: first of all, so that a taken port is known before a model is loaded.
    ///
    /// # Errors
    ///
    /// When an address cannot be listened on.
    pub async fn bind(listen: &ListenConfig) -> Result<Self, ServeError> {
        Ok(Self {
            grpc: bind(listen.grpc).await?,
            http: bind(listen.http).await?,
            admin: bind(listen.admin).await?,
            wyoming: match listen.wyoming {
                Some(address) => Some(bind(address).await?),
                None => None,
            },
        })
    }

    /// The addresses that were bound.
    ///
    /// # Errors
    ///
    /// When the system cannot tell them.
    pub fn addresses(&self) -> Result<Addresses, ServeError> {
        Ok(Addresses {
            grpc: self.grpc.local_addr()?,
            http: self.http.local_addr()?,
            admin: self.admin.local_addr()?,
            wyoming: self
                .wyoming
                .as_ref()
                .map(TcpListener::local_addr)
                .transpose()?,
        })
    }

    /// Serves `backend` until `shutdown` resolves, then finishes what is under way.
    ///
    /// # Errors
    ///
    /// When a listener fails.
    pub async fn serve(
        self,
        backend: Backend,
        config: &ServerConfig,
        metrics: Option<PrometheusHandle>,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let stop = CancellationToken::new();
        let (readiness, health) = Readiness::new().await;
        let (reader, withdrawals) = (backend.reader.clone(), backend.withdrawals.clone());
        let listens = backend.listens.clone();
        let security = &config.security;
        let bounds = || config.connection_bounds();
        let grpc_address = self.grpc.local_addr()?;
        let operator_token = config.operator_token.as_deref();
        let (in_force, grpc_tls, http_tls) = InForce::open(security, operator_token)?;
        // HTTP/1 has one answer at a time, after which an old connection ends by itself.
        let grpc_bounds = ConnectionBounds {
            cut_after: config
                .max_connection_age
                .map(|age| age.saturating_add(config.connection_grace)),
            ..bounds()
        };
        let grpc = LimitedListener::open(self.grpc, grpc_tls, grpc_bounds)?;
        let http = LimitedListener::open(self.http, http_tls, bounds())?;
        let admin = LimitedListener::open(self.admin, None, bounds())?;
        let wyoming = match self.wyoming {
            Some(listener) => Some(LimitedListener::open(listener, None, bounds())?),
            None => None,
        };
        tokio::spawn(follow_withdrawals(Arc::downgrade(&backend.withdrawals)));
        tokio::spawn(follow_corrections(Arc::downgrade(reader.corrections())));
        tokio::spawn(evict_expired(Arc::downgrade(&reader)));
        let service = Arc::new(ReadingService::new(backend, &config.service())?);
        warn_of_open_listeners(grpc_address, security, &service);
        if let Some(source) = config.security_source.clone() {
            tokio::spawn(in_force.follow(source, Arc::downgrade(&service)));
        }

        let limits = &config.limits;
        let max_page_bytes = limits.max_html_bytes.max(limits.max_text_bytes);
        let desk = http::desk(&service, max_page_bytes, config.max_file_bytes);
        let desk = desk.layer(RequestIds { listener: "admin" });
        let admin_routes = admin::router(service.clone(), readiness.clone(), metrics).merge(desk);
        let operators = Routes::from(admin_routes);
        let line = RequestIds { listener: "admin" };
        let operators = grpc::add_operators(operators, &service, Some(line))
            .add_service(health.clone())
            .add_service(contracts().build_v1()?)
            .add_service(contracts().build_v1alpha()?);
        let socket = config.operators_socket.as_deref();
        let socket = socket.and_then(open_socket);
        let socket = serve_socket(socket, operators.clone(), stop.clone());
        let admin = serve_operators(admin, operators, stop.clone());
        let grpc = serve_grpc(grpc, service.clone(), health, config, stop.clone());
        let gateway = http::router(&service, &config.http())
            .layer(RequestBodyDeadlineLayer::new(REQUEST_COMES_IN))
            .layer(RequestIds { listener: "http" })
            .layer(CountCalls {
                max_age: config.max_connection_age,
            })
            .into_make_service_with_connect_info::<Peer>();
        let http =
            axum::serve(http, gateway).with_graceful_shutdown(stop.clone().cancelled_owned());
        let wyoming = async {
            if let Some(listener) = wyoming {
                wyoming::serve(
                    listener,
                    service.clone(),
                    limits.max_text_bytes,
                    stop.clone(),
                )
                .await;
            }
        };
        let serving = async {
            let (grpc, http, admin, socket, ()) =
                tokio::join!(grpc, http.into_future(), admin, socket, wyoming);
            grpc?;
            http?;
            admin?;
            socket?;
            Ok(())
        };
        let warming = async {
            let took = warm_up(&reader).await.map_err(ServeError::Mute)?;
            readiness.begin().await;
            tracing::info!(took_ms = took.as_millis(), "ready");
            std::future::pending().await
        };
        let stopping = async {
            shutdown.await;
            readiness.end().await;
            tracing::info!(
                drain_s = config.drain.as_secs(),
                grace_s = config.shutdown_grace.as_secs(),
                "shutting down: open calls are finished"
            );
            tokio::time::sleep(config.drain).await;
            stop.cancel();
            tokio::time::sleep(config.shutdown_grace).await;
        };
        let outcome = tokio::select! {
            served = serving => served,
            mute = warming => mute,
            () = stopping => {
                tracing::warn!("calls were still open after the grace and have been cut");
                Ok(())
            }
        };
        let flushed = async {
            let (.., counted) = tokio::join!(
                reader.clips().flushed(),
                withdrawals.flushed(),
                listens.write()
            );
            if let Err(error) = counted {
                tracing::warn!(%error, "the last listens are not counted");
            }
        };
        if tokio::time::timeout(LAST_WRITES, flushed).await.is_err() {
            tracing::warn!("the clip folder did not take the last clips in time");
        }
        outcome
    }
}

/// What is private is not kept beyond its time, however quiet it is.
async fn evict_expired(reader: Weak<Reader>) {
    loop {
        tokio::time::sleep(EVICT_EVERY).await;
        let Some(reader) = reader.upgrade() else {
            return;
        };
        reader.evict_expired();
    }
}

/// Other replicas withdraw too.
async fn follow_withdrawals(withdrawals: Weak<Withdrawals>) {
    loop {
        tokio::time::sleep(SYNCHRONIZE_EVERY).await;
        let Some(withdrawals) = withdrawals.upgrade() else {
            return;
        };
        if let Err(error) = withdrawals.synchronize().await {
            tracing::warn!(%error, "what other replicas have withdrawn is not known");
        }
    }
}

/// Other replicas correct too.
async fn follow_corrections(corrections: Weak<Corrections>) {
    let mut is_known = true;
    loop {
        tokio::time::sleep(crate::corrections::SYNCHRONIZE_EVERY).await;
        let Some(corrections) = corrections.upgrade() else {
            return;
        };
        let outcome = corrections.synchronize().await;
        if let Err(error) = &outcome
            && is_known
        {
            tracing::warn!(%error, "what other replicas have corrected is not known");
        }
        is_known = outcome.is_ok();
    }
}

/// An operator who opens a listener to others should know what they may do there.
fn warn_of_open_listeners(grpc: SocketAddr, security: &SecurityConfig, service: &ReadingService) {
    if grpc.ip().is_loopback() {
        return;
    }
    if service.authenticator().grpc_is_open() {
        tracing::warn!(
            address = %grpc,
            "gRPC is open to whoever reaches it: configure security.tokens or \
             security.tls.grpc.client_authorities"
        );
    }
    if security.tls.grpc.is_none() && !security.tokens.is_empty() {
        tracing::warn!("tokens travel unencrypted: configure security.tls.grpc");
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| ServeError::Bind { address, source })
}

async fn serve_grpc(
    incoming: LimitedListener,
    service: Arc<ReadingService>,
    health: HealthServer<impl Health>,
    config: &ServerConfig,
    stop: CancellationToken,
) -> Result<(), ServeError> {
    let calls = grpc::add_operators(grpc::read_aloud(&service), &service, None);
    let mut builder = tonic::transport::Server::builder();
    if let Some(age) = config.max_connection_age {
        // Without a grace of tonic's own, which would cut the connection and not tell the caller before.
        builder = builder.max_connection_age(age);
    }
    builder
        .layer(CountCalls::default())
        .layer(RequestIds { listener: "grpc" })
        .layer(RequestBodyDeadlineLayer::new(REQUEST_COMES_IN))
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .max_concurrent_streams(Some(MAX_STREAMS))
        .add_routes(calls)
        .add_service(health)
        .add_service(contracts().build_v1()?)
        // grpcurl before 1.9 and Python's reflection client ask by this name only.
        .add_service(contracts().build_v1alpha()?)
        .serve_with_incoming_shutdown(incoming, stop.cancelled_owned())
        .await?;
    Ok(())
}

/// What reflection tells: the contract and health.
fn contracts() -> tonic_reflection::server::Builder<'static> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(langdu_proto::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
}

/// Serves the operators' routes, over HTTP/1 for probes and scrapers as well.
async fn serve_operators<IO>(
    incoming: impl Stream<Item = std::io::Result<IO>>,
    routes: Routes,
    stop: CancellationToken,
) -> Result<(), ServeError>
where
    IO: AsyncRead + AsyncWrite + Connected + Unpin + Send + 'static,
{
    tonic::transport::Server::builder()
        .accept_http1(true)
        .layer(CountCalls::default())
        .layer(RequestBodyDeadlineLayer::new(REQUEST_COMES_IN))
        .max_concurrent_streams(Some(MAX_STREAMS))
        .add_routes(routes)
        .serve_with_incoming_shutdown(Box::pin(incoming), stop.cancelled_owned())
        .await?;
    Ok(())
}

async fn serve_socket(
    socket: Option<SocketFile>,
    routes: Routes,
    stop: CancellationToken,
) -> Result<(), ServeError> {
    match socket {
        Some(socket) => serve_operators(socket.connections(), routes, stop).await,
        None => Ok(()),
    }
}

/// The operators' socket. A service whose socket cannot be opened reads aloud all the same, and its
/// operators show a token.
fn open_socket(path: &Path) -> Option<SocketFile> {
    let opened = SocketFile::open(path);
    let path = path.display();
    match opened {
        Ok(socket) => {
            tracing::info!(%path, "operators of this machine are served");
            Some(socket)
        }
        Err(error) => {
            tracing::warn!(%path, %error, "there is no operators' socket: operators show a token");
            None
        }
    }
}

/// Speaks one line, so that the models are loaded and the caches of the processor are warm. Answers
/// how long it took.
async fn warm_up(reader: &Reader) -> Result<Duration, ReadError> {
    let started = Instant::now();
    let source = Source::Text(WARM_UP.to_owned());
    let reading = reader.read(source, ReadOptions::default()).await?;
    for (index, &id) in reading.clips.iter().enumerate() {
        loop {
            match speak(reader, id).await {
                // Loading took longer than a private text is known; what was loaded stays.
                Err(ClipError::Unknown(_)) => reading.keep_known(reader.clips(), index),
                // Callers came before: they will have been served in a moment.
                Err(ClipError::Job(JobError::QueueFull { .. })) => {
                    tokio::time::sleep(WARM_UP_AGAIN).await;
                }
                spoken => break spoken?,
            }
        }
    }
    Ok(started.elapsed())
}

async fn speak(reader: &Reader, id: ClipId) -> Result<(), ClipError> {
    let form = Form::plain(Encoding::Mp3, Layout::Stream);
    reader.clips().timing(id, Urgency::now()).await?;
    reader.clips().get(id, form, Urgency::now()).await?;
    Ok(())
}
