//! Traces, for operators who collect them: the spans of requests, their utterances and the voice's
//! work go to a collector by OTLP over gRPC.
//!
//! None are made unless a collector is configured. Spans wait in a bounded queue for a thread of
//! their own: where the collector is away or slow they are dropped, and nobody waits for it. They
//! hold what the log holds: ids, paths and causes, no text and no query.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::http::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{Status, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{SpanExporter as OtlpExporter, WithExportConfig, WithTonicConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanData, SpanExporter};
use tokio::runtime::Runtime;
use tonic::Code;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tracing::Span;
use tracing::level_filters::LevelFilter;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::{Layer, Registry};
use url::Url;

use crate::config::TelemetryConfig;

/// What the collector knows the service by.
const SERVICE: &str = "langdu";

/// Longest time for one batch. Only the thread that exports waits so long.
const EXPORT: Duration = Duration::from_secs(3);

/// Longest time for the last spans when the service ends.
const LAST_SPANS: Duration = Duration::from_secs(2);

/// Where callers say which trace a request belongs to (W3C).
const TRACE_PARENT: &str = "traceparent";

static ON: AtomicBool = AtomicBool::new(false);

/// Why traces cannot be exported.
#[derive(Debug, thiserror::Error)]
pub enum TracesError {
    /// The collector's address or its TLS.
    #[error("telemetry.otlp_endpoint cannot be used: {0}")]
    Endpoint(#[from] tonic::transport::Error),
    /// The file of the authority.
    #[error("telemetry.otlp_authority {} cannot be read: {source}", path.display())]
    Authority {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// No thread for the connection.
    #[error("traces cannot be exported: {0}")]
    Runtime(#[source] io::Error),
    /// The exporter itself.
    #[error("traces cannot be exported: {0}")]
    Exporter(String),
}

/// The way to the collector.
pub struct Traces {
    provider: SdkTracerProvider,
    /// Carries the connection. It is not the server's: the last spans end with that one.
    runtime: Runtime,
}

impl Traces {
    /// The way to the collector of a configuration, if there is one; nothing is connected to yet.
    ///
    /// # Errors
    ///
    /// When the address or its authority cannot be used, or the system gives no thread.
    pub fn open(config: &TelemetryConfig) -> Result<Option<Self>, TracesError> {
        let Some(address) = &config.otlp_endpoint else {
            return Ok(None);
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("traces")
            .enable_all()
            .build()
            .map_err(TracesError::Runtime)?;
        let inside = runtime.enter();
        let channel = channel(address, config)?;
        let exporter = OtlpExporter::builder()
            .with_tonic()
            .with_channel(channel)
            .with_timeout(EXPORT)
            .build()
            .map_err(|error| TracesError::Exporter(error.to_string()))?;
        let resource = Resource::builder()
            .with_service_name(SERVICE)
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        // Whoever sends a `traceparent` has decided for all that follows from it.
        let by_share = Sampler::TraceIdRatioBased(config.traced_share);
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(Telling::new(exporter))
            .with_sampler(Sampler::ParentBased(Box::new(by_share)))
            .with_resource(resource)
            .build();
        ON.store(true, Ordering::Relaxed);
        drop(inside);
        Ok(Some(Self { provider, runtime }))
    }

    /// What hands spans over. Those of libraries stay here.
    pub(super) fn layer(&self) -> Box<dyn Layer<Registry> + Send + Sync> {
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer(SERVICE))
            .with_location(false)
            .with_threads(false)
            .with_filter(Targets::new().with_target(SERVICE, LevelFilter::INFO))
            .boxed()
    }

    /// Hands over what is left, for a while at most.
    pub fn finish(self) {
        if let Err(error) = self.provider.shutdown_with_timeout(LAST_SPANS) {
            tracing::warn!(%error, "the last spans were not exported");
        }
        self.runtime.shutdown_background();
    }
}

fn channel(address: &Url, config: &TelemetryConfig) -> Result<Channel, TracesError> {
    let mut endpoint = Endpoint::from_shared(address.to_string())?
        .connect_timeout(EXPORT)
        .timeout(EXPORT);
    if let Some(path) = &config.otlp_authority {
        let pem = std::fs::read(path).map_err(|source| TracesError::Authority {
            path: path.clone(),
            source,
        })?;
        // Fails when the process has chosen a provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem));
        endpoint = endpoint.tls_config(tls)?;
    }
    Ok(endpoint.connect_lazy())
}

/// An exporter that says in the log when spans begin to be lost, and when they no longer are.
struct Telling {
    exporter: OtlpExporter,
    losing: AtomicBool,
}

impl Telling {
    fn new(exporter: OtlpExporter) -> Self {
        Self {
            exporter,
            losing: AtomicBool::new(false),
        }
    }
}

impl fmt::Debug for Telling {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.exporter.fmt(formatter)
    }
}

impl SpanExporter for Telling {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let exported = self.exporter.export(batch).await;
        let before = self.losing.swap(exported.is_err(), Ordering::Relaxed);
        match &exported {
            Err(error) if !before => {
                tracing::warn!(%error, "traces are lost: the collector does not take them");
            }
            Ok(()) if before => tracing::info!("the collector takes traces again"),
            _ => {}
        }
        exported
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// What kind of span a request's is, where there are traces: without them the log shows nothing of
/// it.
pub(super) fn server_kind() -> Option<&'static str> {
    ON.load(Ordering::Relaxed).then_some("server")
}

/// Puts a request's span into the trace that its caller names.
pub(super) fn follow(span: &Span, headers: &HeaderMap) {
    if !ON.load(Ordering::Relaxed) || !headers.contains_key(TRACE_PARENT) {
        return;
    }
    let caller = TraceContextPropagator::new().extract_with_context(&Context::new(), &In(headers));
    // Fails for spans that are filtered out, which belong to no trace.
    let _ = span.set_parent(caller);
}

/// Says on a request's span how it was answered.
pub(super) fn answered(span: &Span, status: Option<u16>, code: Option<Code>) {
    if !ON.load(Ordering::Relaxed) {
        return;
    }
    if let Some(code) = code {
        span.set_attribute("rpc.grpc.status_code", i64::from(code as i32));
    } else if let Some(status) = status {
        span.set_attribute("http.response.status_code", i64::from(status));
    }
    let is_ours = match code {
        Some(code) => matches!(
            code,
            Code::Unknown
                | Code::DeadlineExceeded
                | Code::Unimplemented
                | Code::Internal
                | Code::Unavailable
                | Code::DataLoss
        ),
        None => status.is_some_and(|status| status >= 500),
    };
    if is_ours {
        span.set_status(Status::error(""));
    }
}

/// Headers as the propagator reads them.
struct In<'a>(&'a HeaderMap);

impl Extractor for In<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(|name| name.as_str()).collect()
    }
}
