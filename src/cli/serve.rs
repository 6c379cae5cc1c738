//! `langdu serve`.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::signal::unix::{SignalKind, signal};

use super::{CliError, Global, load_config, runtime};
use crate::assemble;
use crate::config::Config;
use crate::reading::Reader;
use crate::server::access::SecuritySource;
use crate::server::{Addresses, Server, pinned_player};
use crate::telemetry;
use crate::telemetry::traces::Traces;
use langdu_voice::runtime::instructions;

/// Where voice assistants look for a voice of this machine.
const WYOMING: &str = "127.0.0.1:10200";

/// As often as the exporter's own listener does it.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// How long work that cannot be cancelled may go on when everything else has ended.
const ABANDON_AFTER: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where callers connect: gRPC [default: 127.0.0.1:7860].
    #[arg(long, value_name = "ADDRESS")]
    grpc: Option<SocketAddr>,
    /// Where browsers connect: the HTTP gateway [default: 127.0.0.1:7861].
    #[arg(long, value_name = "ADDRESS")]
    http: Option<SocketAddr>,
    /// Health and metrics [default: 127.0.0.1:7862].
    #[arg(long, value_name = "ADDRESS")]
    admin: Option<SocketAddr>,
    /// Where voice assistants connect (Home Assistant): the Wyoming protocol; not served without it.
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = WYOMING)]
    wyoming: Option<SocketAddr>,
    /// Serve the pages of this folder under /demo/ and allow the gateway to read them.
    #[arg(long, value_name = "DIR")]
    demo: Option<PathBuf>,
}

impl Serve {
    pub(super) fn run(self, config: Config, global: Global) -> Result<(), CliError> {
        let config = self.apply(config);
        config.check()?;
        let runtime = runtime()?;
        let traces = Traces::open(&config.telemetry)?;
        if config.telemetry.log_queries {
            telemetry::addresses::log_queries();
        }
        telemetry::log::start(config.log_json, traces.as_ref());
        let metrics = telemetry::metrics::install()
            .inspect_err(|error| tracing::warn!(%error, "there will be no metrics"))
            .ok();
        // The usual bound of 1024 is less than the connections that are taken.
        if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
            tracing::warn!(%error, "the bound of open files stays as it was");
        }
        let outcome = runtime.block_on(async {
            let server = Server::bind(&config.listen).await?;
            let addresses = server.addresses()?;
            let config = allow_demo(config, addresses.http);
            let backend = assemble::backend(&config).await?;
            log_what_is_in_force(&config, &backend.reader, addresses);
            if let Some(recorder) = metrics.clone() {
                tokio::spawn(keep_metrics_small(recorder));
            }
            let (player, integrity) = pinned_player();
            tracing::info!(player, integrity, "the player that pages can pin");
            if config.demo.is_some() {
                eprintln!("示例门户 demo portal: http://{}/demo/", addresses.http);
            }
            let mut config = assemble::server_config(&config);
            config.security_source = Some(security_source(global));
            Ok(server
                .serve(backend, &config, metrics, stop_signal())
                .await?)
        });
        // Work that still waits for a disk that hangs is abandoned.
        runtime.shutdown_timeout(ABANDON_AFTER);
        if let Some(traces) = traces {
            traces.finish();
        }
        outcome
    }

    fn apply(self, mut config: Config) -> Config {
        if let Some(address) = self.grpc {
            config.listen.grpc = address;
        }
        if let Some(address) = self.http {
            config.listen.http = address;
        }
        if let Some(address) = self.admin {
            config.listen.admin = address;
        }
        if self.wyoming.is_some() {
            config.listen.wyoming = self.wyoming;
        }
        if self.demo.is_some() {
            config.demo = self.demo;
        }
        config
    }
}

/// The `[security]` of the configuration that the service was started with, as it stands now.
fn security_source(global: Global) -> SecuritySource {
    SecuritySource::new(global.config.clone(), move || {
        let config = load_config(&global).map_err(|error| error.to_string())?;
        config.check().map_err(|error| error.to_string())?;
        Ok(config.security)
    })
}

/// One line for each thing that a configuration decides.
fn log_what_is_in_force(config: &Config, reader: &Reader, addresses: Addresses) {
    let packs: BTreeSet<String> = reader
        .voices()
        .all()
        .map(|v| v.pack().name.clone())
        .collect();
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        packs = ?packs,
        voices = reader.voices().all().count(),
        workers = config.voices.workers,
        threads = config.voices.compute_threads(),
        instructions = instructions().unwrap_or_default(),
        "voices"
    );
    let folder = config.clips.path.as_ref();
    tracing::info!(
        folder = %folder.map_or_else(|| "none".to_owned(), |path| path.display().to_string()),
        held_bytes = reader.clips().disk().map_or(0, |disk| disk.bytes()),
        max_bytes = config.clips.disk_bytes,
        memory_bytes = config.clips.memory_bytes,
        shared = ?config.clips.shared.as_ref().map(|shared| shared.service),
        "clips"
    );
    tracing::info!(
        allowed_hosts = ?config.fetch.allowed_hosts,
        allowed_origins = config.gateway.allowed_origins.len(),
        lexicon = %config.lexicon.as_ref().map_or_else(|| "none".to_owned(), |p| p.display().to_string()),
        "pages"
    );
    let security = &config.security;
    let grpc_tls = security.tls.grpc.as_ref();
    tracing::info!(
        tokens = security.tokens.len(),
        operators = security.tokens.iter().filter(|token| token.operator).count(),
        origins = security.origins.len(),
        grpc_tls = grpc_tls.is_some(),
        mutual_tls = grpc_tls.is_some_and(|tls| tls.client_authorities.is_some()),
        http_tls = security.tls.http.is_some(),
        signed_addresses = security.signing_key.is_some(),
        trusted_proxies = ?security.trusted_proxies,
        "security"
    );
    let limits = &config.limits;
    tracing::info!(
        capacity_share = limits.capacity_share,
        max_waiting = config.voices.max_waiting,
        max_readings_at_once = limits.max_readings_at_once,
        max_connections = limits.max_connections,
        max_text_bytes = limits.max_text_bytes,
        max_html_bytes = limits.max_html_bytes,
        max_message_s = limits.max_message_s,
        anonymous_readings_per_minute = security.anonymous.readings_per_minute,
        "limits"
    );
    let schedules: Vec<String> = config.prepare.iter().map(ToString::to_string).collect();
    tracing::info!(count = schedules.len(), what = ?schedules, "schedules");
    if let Some(collector) = &config.telemetry.otlp_endpoint {
        let traced_share = config.telemetry.traced_share;
        tracing::info!(%collector, traced_share, "traces");
    }
    tracing::info!(
        grpc = %addresses.grpc,
        http = %addresses.http,
        admin = %addresses.admin,
        wyoming = addresses.wyoming.map(tracing::field::display),
        "serving"
    );
}

/// Values of histograms pile up until they are counted, also where nobody scrapes.
async fn keep_metrics_small(recorder: PrometheusHandle) {
    let mut ticks = tokio::time::interval(UPKEEP_EVERY);
    loop {
        ticks.tick().await;
        recorder.run_upkeep();
    }
}

/// The demo portal is on this very machine, which the guard would refuse: it is allowed by its
/// host, and the gateway's own port with it.
fn allow_demo(mut config: Config, http: SocketAddr) -> Config {
    if config.demo.is_none() {
        return config;
    }
    for host in ["127.0.0.1", "localhost"] {
        config.fetch.allowed_hosts.push(host.to_owned());
        config.fetch.private_hosts.push(host.to_owned());
    }
    config.fetch.ports.push(http.port());
    config
}

/// Resolves on SIGTERM or SIGINT.
async fn stop_signal() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        tracing::warn!("signals cannot be heard: end the process to stop the service");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
