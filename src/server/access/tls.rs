//! The listeners' connections: bounded in number, and over TLS where certificates are configured.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::extract::connect_info;
use axum::serve::{IncomingStream, Listener};
use futures::Stream;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::{Sleep, sleep};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::WaitForCancellationFutureOwned;
use tonic::transport::server::Connected;

use super::connection_limit::{
    Activity, Call, ConnectionBounds, ConnectionLimit, ConnectionPermit,
};
use crate::config::{Certificate, GrpcTls, SecurityConfig};
use crate::server::patience::Patience;

/// Longest TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long to wait when the system gives no connection, for example for want of file handles.
const AFTER_ERROR: Duration = Duration::from_millis(200);

/// Certificates that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is not there or is no PEM.
    #[error("{} cannot be used: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The files do not fit together.
    #[error("TLS cannot be set up: {0}")]
    Setup(String),
}

/// TLS of a listener as it changes; `None` for one that speaks plain text.
pub(in crate::server) type FollowedTls = Option<watch::Receiver<Arc<ServerConfig>>>;

/// TLS of the gRPC listener, if configured.
///
/// # Errors
///
/// When a file cannot be used.
pub(super) fn grpc_tls(config: &SecurityConfig) -> Result<Option<Arc<ServerConfig>>, TlsError> {
    let Some(tls) = &config.tls.grpc else {
        return Ok(None);
    };
    let or_token = !config.tokens.is_empty();
    mutual(tls, or_token).map(Arc::new).map(Some)
}

/// TLS of the gateway, if configured.
///
/// # Errors
///
/// When a file cannot be used.
pub(super) fn http_tls(config: &SecurityConfig) -> Result<Option<Arc<ServerConfig>>, TlsError> {
    let Some(Certificate { certificate, key }) = &config.tls.http else {
        return Ok(None);
    };
    let builder = builder()?.with_no_client_auth();
    let mut server = builder
        .with_single_cert(certificates(certificate)?, private_key(key)?)
        .map_err(setup)?;
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(Arc::new(server)))
}

/// Opens every certificate and key of the listeners, without a listener: what cannot be used.
pub fn look_at_certificates(config: &SecurityConfig) -> Vec<TlsError> {
    let listeners = [grpc_tls(config), http_tls(config)];
    listeners.into_iter().filter_map(Result::err).collect()
}

fn mutual(tls: &GrpcTls, or_token: bool) -> Result<ServerConfig, TlsError> {
    let builder = builder()?;
    let builder = match &tls.client_authorities {
        None => builder.with_no_client_auth(),
        Some(file) => {
            let mut roots = RootCertStore::empty();
            for authority in certificates(file)? {
                roots.add(authority).map_err(setup)?;
            }
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            let verifier = if or_token {
                verifier.allow_unauthenticated()
            } else {
                verifier
            };
            builder.with_client_cert_verifier(verifier.build().map_err(setup)?)
        }
    };
    let chain = certificates(&tls.certificate)?;
    let mut server = builder
        .with_single_cert(chain, private_key(&tls.key)?)
        .map_err(setup)?;
    server.alpn_protocols = vec![b"h2".to_vec()];
    Ok(server)
}

fn builder() -> Result<rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier>, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(setup)
}

fn setup(error: impl std::fmt::Display) -> TlsError {
    TlsError::Setup(error.to_string())
}

fn unusable(path: &Path, reason: impl std::fmt::Display) -> TlsError {
    TlsError::File {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found: Vec<_> = CertificateDer::pem_file_iter(path)
        .map_err(|error| unusable(path, error))?
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(path, error))?;
    if found.is_empty() {
        return Err(unusable(path, "it holds no certificate in PEM form"));
    }
    Ok(found)
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_file(path).map_err(|error| unusable(path, error))
}

/// Who is at the other end of a connection.
#[derive(Debug, Clone)]
pub(in crate::server) struct Peer {
    pub(in crate::server) address: SocketAddr,
    /// The certificate that one of our authorities signed, if one was shown.
    pub(in crate::server) certificate: Option<Arc<[u8]>>,
    /// The requests on the connection.
    pub(super) activity: Arc<Activity>,
}

impl Peer {
    /// A request on the connection is under way until this is dropped.
    pub(in crate::server) fn call(&self) -> Call {
        self.activity.clone().call()
    }
}

/// A listener with a limit on its connections. Beyond it, a new connection takes the place of an idle
/// one; where none is idle, it waits.
pub(in crate::server) struct LimitedListener {
    accepted: mpsc::Receiver<Connection>,
    address: SocketAddr,
}

impl LimitedListener {
    /// Accepts connections of `listener`, over TLS if it is given.
    ///
    /// # Errors
    ///
    /// When the system cannot tell the listener's address.
    pub(in crate::server) fn open(
        listener: TcpListener,
        tls: FollowedTls,
        bounds: ConnectionBounds,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (sender, accepted) = mpsc::channel(1);
        let limit = ConnectionLimit::new(bounds);
        tokio::spawn(accept(listener, tls, limit, sender));
        Ok(Self { accepted, address })
    }
}

async fn accept(
    listener: TcpListener,
    tls: FollowedTls,
    limit: Arc<ConnectionLimit>,
    sender: mpsc::Sender<Connection>,
) {
    loop {
        let accepted = tokio::select! {
            () = sender.closed() => return,
            accepted = listener.accept() => accepted,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(AFTER_ERROR).await;
                continue;
            }
        };
        // A clip's last packet would otherwise wait 40 ms for the listener's acknowledgement.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection waits before it sends");
        }
        let permit = tokio::select! {
            () = sender.closed() => return,
            permit = limit.acquire(address.ip()) => permit,
        };
        let Some(permit) = permit else {
            tracing::debug!(%address, "an address has as many connections as it may");
            continue;
        };
        let Some(tls) = &tls else {
            let connection = Connection::new(Wire::Plain(stream), address, None, permit);
            if sender.send(connection).await.is_err() {
                return;
            }
            continue;
        };
        // With the certificate that is in force now.
        let acceptor = TlsAcceptor::from(tls.borrow().clone());
        tokio::spawn(shake_hands(
            acceptor.accept(stream),
            address,
            permit,
            sender.clone(),
        ));
    }
}

async fn shake_hands(
    accepting: tokio_rustls::Accept<TcpStream>,
    address: SocketAddr,
    permit: ConnectionPermit,
    sender: mpsc::Sender<Connection>,
) {
    let shaken = tokio::select! {
        () = permit.activity().closing().cancelled() => return,
        shaken = tokio::time::timeout(HANDSHAKE, accepting) => shaken,
    };
    match shaken {
        Ok(Ok(stream)) => {
            let certificate = certificate_of(&stream);
            let wire = Wire::Tls(Box::new(stream));
            // Nobody is left to serve it when this fails.
            let _ = sender
                .send(Connection::new(wire, address, certificate, permit))
                .await;
        }
        Ok(Err(error)) => tracing::info!(%address, %error, "a TLS handshake failed"),
        Err(_) => tracing::info!(%address, "a TLS handshake took too long"),
    }
}

fn certificate_of(stream: &TlsStream<TcpStream>) -> Option<Arc<[u8]>> {
    let (_, session) = stream.get_ref();
    let leaf = session.peer_certificates()?.first()?;
    Some(Arc::from(leaf.as_ref()))
}

impl Listener for LimitedListener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.accepted.recv().await {
            Some(connection) => {
                let address = connection.peer.address;
                (connection, address)
            }
            // The accepting task ends only with the receiver.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}

impl Stream for LimitedListener {
    type Item = io::Result<Connection>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.accepted.poll_recv(context).map(|next| next.map(Ok))
    }
}

/// A connection within the limit.
pub(in crate::server) struct Connection {
    wire: Wire,
    peer: Peer,
    /// Resolves when it is to be closed for another.
    closing: Pin<Box<WaitForCancellationFutureOwned>>,
    /// Resolves when it is cut whatever goes on over it.
    cut: Option<Pin<Box<Sleep>>>,
    patience: Patience,
    /// Runs while the other side takes nothing of what is sent; since then.
    stalled: Option<(Instant, Pin<Box<Sleep>>)>,
    permit: ConnectionPermit,
}

enum Wire {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Connection {
    fn new(
        wire: Wire,
        address: SocketAddr,
        certificate: Option<Arc<[u8]>>,
        permit: ConnectionPermit,
    ) -> Self {
        let activity = permit.activity().clone();
        Self {
            wire,
            closing: Box::pin(activity.closing().clone().cancelled_owned()),
            cut: permit.cut_after().map(|life| Box::pin(sleep(life))),
            patience: Patience::new(permit.slow().longest),
            stalled: None,
            peer: Peer {
                address,
                certificate,
                activity,
            },
            permit,
        }
    }

    /// Why the connection ends here, where it does: it makes room for another, or is too old.
    fn ends(&mut self, context: &mut Context<'_>) -> Option<io::Error> {
        if self.closing.as_mut().poll(context).is_ready() {
            return Some(io::ErrorKind::ConnectionAborted.into());
        }
        let cut = self.cut.as_mut()?;
        match cut.as_mut().poll(context) {
            Poll::Ready(()) => Some(io::ErrorKind::TimedOut.into()),
            Poll::Pending => None,
        }
    }

    /// The outcome of sending, unless the connection ends or the other side was waited for too long.
    fn unless_too_slow<T>(
        &mut self,
        context: &mut Context<'_>,
        sent: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if sent.is_ready() {
            if let Some((since, _)) = self.stalled.take() {
                self.patience.waited(since.elapsed());
                self.peer.activity.stalls(None);
            }
            return sent;
        }
        // Whoever takes nothing is not read from either, so that it would not be seen there.
        if let Some(error) = self.ends(context) {
            return Poll::Ready(Err(error));
        }
        let (_, timer) = self.stalled.get_or_insert_with(|| {
            let now = Instant::now();
            self.peer.activity.stalls(Some(now));
            (now, Box::pin(sleep(self.patience.left())))
        });
        match timer.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }

    /// As [`unless_too_slow`](Self::unless_too_slow), of bytes: what is taken buys time.
    fn unless_taken_too_slowly(
        &mut self,
        context: &mut Context<'_>,
        sent: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let sent = self.unless_too_slow(context, sent);
        if let Poll::Ready(Ok(bytes)) = &sent {
            let slow = self.permit.slow();
            let earned = match slow.min_bytes_per_s {
                0 => slow.longest,
                rate => Duration::from_secs_f64(*bytes as f64 / rate as f64),
            };
            self.patience.earned(earned);
        }
        sent
    }
}

impl Connected for Connection {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        self.peer.clone()
    }
}

impl connect_info::Connected<IncomingStream<'_, LimitedListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, LimitedListener>) -> Self {
        stream.io().peer.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(error) = self.ends(context) {
            return Poll::Ready(Err(error));
        }
        match &mut self.wire {
            Wire::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Wire::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let sent = match &mut self.wire {
            Wire::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Wire::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        };
        self.unless_taken_too_slowly(context, sent)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let sent = match &mut self.wire {
            Wire::Plain(stream) => Pin::new(stream).poll_write_vectored(context, slices),
            Wire::Tls(stream) => Pin::new(stream).poll_write_vectored(context, slices),
        };
        self.unless_taken_too_slowly(context, sent)
    }

    fn is_write_vectored(&self) -> bool {
        match &self.wire {
            Wire::Plain(stream) => stream.is_write_vectored(),
            Wire::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let sent = match &mut self.wire {
            Wire::Plain(stream) => Pin::new(stream).poll_flush(context),
            Wire::Tls(stream) => Pin::new(stream).poll_flush(context),
        };
        self.unless_too_slow(context, sent)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.wire {
            Wire::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Wire::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
