//! The three listeners: gRPC for callers, HTTP for browsers, and one for operators.
//!
//! Nothing here touches HTML, phonemes or samples: it turns requests into the pipeline's values
//! and those into answers.

pub mod access;
mod admin;
mod admission;
mod ahead;
pub mod byte_range;
mod desk;
mod grpc;
mod http;
mod problem;
mod readiness;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::service::{InterceptorLayer, LayerExt};
use tonic_health::pb::health_server::{Health, HealthServer};
use tower_http::timeout::RequestBodyDeadlineLayer;

use access::{CountCalls, Doorway, Peer, SigningKeyError, TlsError};
use desk::Desk;

use crate::assemble;
use crate::config::ListenConfig;
use crate::ledger::{self, LedgerError};
use crate::prepare::{self, Preparations};
use crate::reading::{ReadError, ReadOptions, Reader, Source};
use crate::telemetry::RequestIds;
use langdu_audio::Encoding;
use langdu_clips::{ClipError, ClipId, Form, Part, StoreError};
use langdu_voice::pool::{JobError, Urgency};
use readiness::Readiness;

/// Calls at the same time on one connection of a caller.
const MAX_STREAMS: u32 = 256;

/// How long a request may be on its way: its headers are there, its last byte is not.
const REQUEST_COMES_IN: Duration = Duration::from_secs(60);

/// How long open calls may go on after a shutdown was asked for.
const GRACE: Duration = Duration::from_secs(30);

/// How often what has expired is looked for.
const LET_GO_EVERY: Duration = Duration::from_secs(10);

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
    #[error("cannot listen on {address} ({source}): choose another with --grpc, --http or --admin")]
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
    /// The folder of operations.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operations of preparation.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
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

/// Bound listeners, not yet serving.
pub struct Server {
    grpc: TcpListener,
    http: TcpListener,
    admin: TcpListener,
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
        })
    }

    /// Serves `reader` until `shutdown` resolves, then finishes what is under way.
    ///
    /// # Errors
    ///
    /// When a listener fails.
    pub async fn serve(
        self,
        reader: Arc<Reader>,
        metrics: Option<PrometheusHandle>,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let stop = CancellationToken::new();
        let (readiness, health) = Readiness::new().await;
        let config = reader.config();
        let (security, most) = (&config.security, config.limits.max_connections);
        let grpc = Doorway::open(self.grpc, access::grpc_tls(security)?, most)?;
        let http = Doorway::open(self.http, access::http_tls(security)?, most)?;
        let admin = Doorway::open(self.admin, None, most)?;
        let operations = assemble::lasting(config, "operations")?;
        let preparations = Preparations::open(reader.clone(), operations).await?;
        for schedule in &config.prepare {
            tokio::spawn(prepare::follow(preparations.clone(), schedule.clone()));
        }
        tokio::spawn(follow_withdrawals(Arc::downgrade(&reader)));
        tokio::spawn(let_go(Arc::downgrade(&reader)));
        let desk = Arc::new(Desk::new(reader.clone(), preparations)?);
        warn_of_open_doors(&reader, &desk);

        let grpc = serve_grpc(grpc, desk.clone(), health, stop.clone());
        let gateway = http::router(&desk)
            .layer(RequestBodyDeadlineLayer::new(REQUEST_COMES_IN))
            .layer(RequestIds { listener: "http" })
            .layer(CountCalls)
            .into_make_service_with_connect_info::<Peer>();
        let http =
            axum::serve(http, gateway).with_graceful_shutdown(stop.clone().cancelled_owned());
        let operators = admin::router(reader.clone(), readiness.clone(), metrics)
            .layer(CountCalls)
            .into_make_service_with_connect_info::<Peer>();
        let admin =
            axum::serve(admin, operators).with_graceful_shutdown(stop.clone().cancelled_owned());
        let serving = async {
            let (grpc, http, admin) = tokio::join!(grpc, http.into_future(), admin.into_future());
            grpc?;
            http?;
            admin?;
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
                grace_s = GRACE.as_secs(),
                "shutting down: open calls are finished"
            );
            stop.cancel();
            tokio::time::sleep(GRACE).await;
        };
        let outcome = tokio::select! {
            served = serving => served,
            mute = warming => mute,
            () = stopping => {
                tracing::warn!("calls were still open after the grace and have been cut");
                Ok(())
            }
        };
        let settled = tokio::time::timeout(LAST_WRITES, reader.clips().settled()).await;
        if settled.is_err() {
            tracing::warn!("the clip store did not take the last clips in time");
        }
        outcome
    }
}

/// What is private is not kept beyond its time, however quiet it is.
async fn let_go(reader: Weak<Reader>) {
    loop {
        tokio::time::sleep(LET_GO_EVERY).await;
        let Some(reader) = reader.upgrade() else {
            return;
        };
        reader.let_go();
    }
}

/// Other replicas withdraw too.
async fn follow_withdrawals(reader: Weak<Reader>) {
    loop {
        tokio::time::sleep(ledger::LOOK_EVERY).await;
        let Some(reader) = reader.upgrade() else {
            return;
        };
        if let Err(error) = reader.follow_withdrawals().await {
            tracing::warn!(%error, "what other replicas have withdrawn is not known");
        }
    }
}

/// An operator who opens a listener to others should know what they may do there.
fn warn_of_open_doors(reader: &Reader, desk: &Desk) {
    let config = reader.config();
    if desk.gate().grpc_is_open() && !config.listen.grpc.ip().is_loopback() {
        tracing::warn!(
            address = %config.listen.grpc,
            "gRPC is open to whoever reaches it: configure security.tokens or \
             security.tls.grpc.client_authorities"
        );
    }
    let is_plain = config.security.tls.grpc.is_none();
    if is_plain && !config.security.tokens.is_empty() && !config.listen.grpc.ip().is_loopback() {
        tracing::warn!("tokens travel unencrypted: configure security.tls.grpc");
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| ServeError::Bind { address, source })
}

async fn serve_grpc(
    incoming: Doorway,
    desk: Arc<Desk>,
    health: HealthServer<impl Health>,
    stop: CancellationToken,
) -> Result<(), ServeError> {
    let service = InterceptorLayer::new(grpc::identify(desk.clone()));
    let service = service.named_layer(grpc::service(desk));
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(langdu_proto::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()?;
    tonic::transport::Server::builder()
        .layer(CountCalls)
        .layer(RequestIds { listener: "grpc" })
        .layer(RequestBodyDeadlineLayer::new(REQUEST_COMES_IN))
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .max_concurrent_streams(Some(MAX_STREAMS))
        .add_service(service)
        .add_service(health)
        .add_service(reflection)
        .serve_with_incoming_shutdown(incoming, stop.cancelled_owned())
        .await?;
    Ok(())
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
    let form = Form::plain(Encoding::Mp3, Part::Stream);
    reader.clips().timing(id, Urgency::now()).await?;
    reader.clips().get(id, form, Urgency::now()).await?;
    Ok(())
}
