//! Certificates, tokens and grants as they change: what `[security]` names is read again without a
//! restart, so that a certificate is renewed and a caller is let in or shut out while people listen.
//!
//! Files are compared by what they hold and not by their time: secrets that are mounted are links, which
//! are turned all at once. What cannot be used changes nothing, and the log says why.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::Duration;

use rustls::ServerConfig;
use tokio::sync::watch;

use super::tls::{FollowedTls, grpc_tls, http_tls};
use super::{Authenticator, hash_of_file};
use crate::config::SecurityConfig;
use crate::server::service::ReadingService;

/// How often the files are looked at: some kilobytes in all.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Reads the `[security]` of the configuration again; what is wrong with it, in words.
type Load = dyn Fn() -> Result<SecurityConfig, String> + Send + Sync;

/// Where `[security]` comes from.
#[derive(Clone)]
pub struct SecuritySource {
    /// The configuration's own file.
    file: Option<PathBuf>,
    load: Arc<Load>,
}

impl SecuritySource {
    /// What `load` reads, which is of `file` if there is one.
    pub fn new(
        file: Option<PathBuf>,
        load: impl Fn() -> Result<SecurityConfig, String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            file,
            load: Arc::new(load),
        }
    }
}

impl std::fmt::Debug for SecuritySource {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut debug = formatter.debug_struct("SecuritySource");
        debug.field("file", &self.file).finish_non_exhaustive()
    }
}

/// What is in force, and what tells the listeners of something newer.
pub(in crate::server) struct InForce {
    security: SecurityConfig,
    /// The file of the operator's token, where nobody is an operator by configuration.
    operator_token: Option<PathBuf>,
    grpc: Option<watch::Sender<Arc<ServerConfig>>>,
    http: Option<watch::Sender<Arc<ServerConfig>>>,
}

impl InForce {
    /// What a service starts with, and TLS of its gRPC listener and its gateway.
    ///
    /// # Errors
    ///
    /// When a certificate cannot be used.
    pub(in crate::server) fn open(
        security: &SecurityConfig,
        operator_token: Option<&Path>,
    ) -> Result<(Self, FollowedTls, FollowedTls), super::TlsError> {
        let channel = |tls: Option<Arc<ServerConfig>>| tls.map(watch::channel).unzip();
        let (grpc, grpc_tls) = channel(grpc_tls(security)?);
        let (http, http_tls) = channel(http_tls(security)?);
        let in_force = Self {
            security: security.clone(),
            operator_token: operator_token.map(Path::to_owned),
            grpc,
            http,
        };
        Ok((in_force, grpc_tls, http_tls))
    }

    /// Follows the files for as long as the service lives.
    pub(in crate::server) async fn follow(
        mut self,
        source: SecuritySource,
        service: Weak<ReadingService>,
    ) {
        let mut seen = self.digest(&source).await;
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let now = self.digest(&source).await;
            if now == seen {
                continue;
            }
            seen = now;
            let Some(service) = service.upgrade() else {
                return;
            };
            match self.read_again(&source, &service) {
                Ok(()) => {
                    // It may name other files now, which nobody has looked at: they are read once more.
                    let named = self.digest(&source).await;
                    if named != seen {
                        seen = blake3::hash(&[]);
                    }
                    tracing::info!(
                        tokens = self.security.tokens.len(),
                        "security has changed, and is in force"
                    );
                }
                Err(reason) => tracing::warn!(
                    reason,
                    "security has changed and cannot be used: what was in force stays so"
                ),
            }
        }
    }

    fn read_again(
        &mut self,
        source: &SecuritySource,
        service: &ReadingService,
    ) -> Result<(), String> {
        let said = |error: &dyn std::error::Error| error.to_string();
        let security = (source.load)()?;
        let grpc = grpc_tls(&security).map_err(|error| said(&error))?;
        let http = http_tls(&security).map_err(|error| said(&error))?;
        if grpc.is_some() != self.grpc.is_some() || http.is_some() != self.http.is_some() {
            return Err("whether a listener speaks TLS takes a restart".to_owned());
        }
        // A file that is being written may be empty for a moment: nothing opens by that.
        if security.signing_key.is_none() && self.security.signing_key.is_some() {
            return Err("that addresses need no signature any more takes a restart".to_owned());
        }
        let operator = match &self.operator_token {
            Some(path) if !security.has_operator() => {
                Some(hash_of_file(path).map_err(|error| said(&error))?)
            }
            _ => None,
        };
        let authenticator =
            Authenticator::new(&security, operator).map_err(|error| said(&error))?;
        if authenticator.grpc_is_open() && !service.authenticator().grpc_is_open() {
            return Err("that gRPC is open to everybody takes a restart".to_owned());
        }
        service.set_authenticator(authenticator);
        for (sender, tls) in [(&self.grpc, grpc), (&self.http, http)] {
            if let (Some(sender), Some(tls)) = (sender, tls) {
                sender.send_replace(tls);
            }
        }
        self.security = security;
        Ok(())
    }

    /// A digest of everything that is followed.
    async fn digest(&self, source: &SecuritySource) -> blake3::Hash {
        let tls = &self.security.tls;
        let of_grpc = tls.grpc.iter().flat_map(|tls| {
            [&tls.certificate, &tls.key]
                .into_iter()
                .chain(&tls.client_authorities)
        });
        let of_http = tls.http.iter().flat_map(|tls| [&tls.certificate, &tls.key]);
        let files: Vec<PathBuf> = of_grpc
            .chain(of_http)
            .chain(&self.security.signing_key)
            .chain(&self.operator_token)
            .chain(&source.file)
            .cloned()
            .collect();
        let reading = langdu_blocking::run("looking at what security names", move || {
            let mut digest = blake3::Hasher::new();
            for file in files {
                // One that is not there has a digest of its own.
                let held = std::fs::read(file).unwrap_or_default();
                digest.update(blake3::hash(&held).as_bytes());
            }
            digest.finalize()
        });
        reading.await.unwrap_or_else(|_| blake3::hash(&[]))
    }
}
