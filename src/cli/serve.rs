//! `langdu serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::{CliError, runtime};
use crate::assemble;
use crate::config::Config;
use crate::server::{Server, pinned_player};

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
    /// Serve the pages of this folder under /demo/ and allow the gateway to read them.
    #[arg(long, value_name = "DIR")]
    demo: Option<PathBuf>,
}

impl Serve {
    pub(super) fn run(self, config: Config) -> Result<(), CliError> {
        let config = self.apply(config);
        start_log(config.log_json);
        let metrics = PrometheusBuilder::new()
            .install_recorder()
            .inspect_err(|error| tracing::warn!(%error, "there will be no metrics"))
            .ok();
        runtime()?.block_on(async {
            let server = Server::bind(&config.listen).await?;
            let addresses = server.addresses()?;
            let config = allow_demo(config, addresses.http);
            let demo = config.demo.is_some();
            let reader = assemble::reader(config).await?;
            let store = reader.config().clips.path.as_ref();
            tracing::info!(
                grpc = %addresses.grpc,
                http = %addresses.http,
                admin = %addresses.admin,
                voices = reader.voices().all().count(),
                clips = %store.map_or_else(|| "memory only".to_owned(), |p| p.display().to_string()),
                "serving"
            );
            let (player, integrity) = pinned_player();
            tracing::info!(player, integrity, "the player that pages can pin");
            if demo {
                eprintln!("示例门户 demo portal: http://{}/demo/", addresses.http);
            }
            Ok(server.serve(reader, metrics, asked_to_stop()).await?)
        })
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
        if self.demo.is_some() {
            config.demo = self.demo;
        }
        config
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

fn start_log(json: bool) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,ort=warn"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if json {
        builder.json().init();
    } else {
        builder.init();
    }
}

/// Resolves on SIGTERM or SIGINT.
async fn asked_to_stop() {
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
