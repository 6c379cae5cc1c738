//! Tells a CDN to forget a document that was withdrawn: the addresses of its audio are posted to a
//! configured address, where somebody turns them into what the CDN understands.

use std::time::Duration;

use reqwest::Client;
use serde::Serialize;
use url::Url;

use crate::config::GatewayConfig;
use crate::ledger::Withdrawn;

/// How long the hook may take to answer, and how many times it is tried.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);
const TRIES: u32 = 3;

/// The hook cannot be called.
#[derive(Debug, thiserror::Error)]
pub enum PurgeHookError {
    /// It does not answer, or there is no client to call it with.
    #[error("the purge hook cannot be reached: {0}")]
    Unreachable(#[source] reqwest::Error),
    /// It answers with an error.
    #[error("the purge hook answered {0}")]
    Refused(u16),
}

/// What the hook is told.
#[derive(Serialize)]
struct Purge<'a> {
    /// The page that was withdrawn.
    page: &'a str,
    /// What is to be forgotten: absolute addresses where the gateway knows its own, else paths under
    /// its root. A query that follows one belongs to it.
    urls: Vec<String>,
}

/// The hook of a configuration.
pub struct PurgeHook {
    client: Client,
    address: Url,
    root: Option<Url>,
}

impl PurgeHook {
    /// The hook, where one is configured.
    ///
    /// # Errors
    ///
    /// When there is no client for it.
    pub fn open(config: &GatewayConfig) -> Result<Option<Self>, PurgeHookError> {
        let Some(address) = config.purge_url.clone() else {
            return Ok(None);
        };
        // Fails when the process has chosen a provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(ANSWERS_WITHIN)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(PurgeHookError::Unreachable)?;
        Ok(Some(Self {
            client,
            address,
            root: config.public_url.as_ref().map(|url| url.as_url().clone()),
        }))
    }

    /// Has everything of a withdrawn document forgotten.
    ///
    /// # Errors
    ///
    /// When the hook does not take it, tried several times.
    pub(super) async fn purge(&self, withdrawn: &Withdrawn) -> Result<(), PurgeHookError> {
        let purge = Purge {
            page: &withdrawn.withdrawal.url,
            urls: self.addresses(withdrawn),
        };
        let body = serde_json::to_vec(&purge).unwrap_or_default();
        let mut tried = 0;
        loop {
            tried += 1;
            let asked = self
                .client
                .post(self.address.clone())
                .header("content-type", "application/json")
                .body(body.clone());
            let error = match asked.send().await {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Ok(answer) => PurgeHookError::Refused(answer.status().as_u16()),
                Err(error) => PurgeHookError::Unreachable(error.without_url()),
            };
            if tried == TRIES {
                return Err(error);
            }
        }
    }

    fn addresses(&self, withdrawn: &Withdrawn) -> Vec<String> {
        let clips = withdrawn.clips.iter().flat_map(|clip| {
            ["mp3", "opus", "wav", "json"].map(|kind| format!("v1/clips/{clip}.{kind}"))
        });
        let readings = withdrawn
            .readings
            .iter()
            .filter(|reading| !reading.is_empty())
            .flat_map(|reading| ["mp3", "vtt"].map(|kind| format!("v1/audio/{reading}.{kind}")));
        clips
            .chain(readings)
            .map(|path| self.absolute(path))
            .collect()
    }

    fn absolute(&self, path: String) -> String {
        let joined = self.root.as_ref().and_then(|root| root.join(&path).ok());
        joined.map_or(path, String::from)
    }
}
