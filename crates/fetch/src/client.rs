//! The HTTP client: its limits, the headers it sends, and what its errors mean.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Proxy};
use url::Url;

use super::config::FetchConfig;
use super::error::FetchError;
use super::guard::GuardedResolver;

/// How the system's verifier says that there is nothing to verify by.
const NO_AUTHORITIES: &str = "No CA certificates";

/// A client that connects only to what `resolver` admits, and follows no redirect by itself: each
/// is checked first. On a machine without authorities of its own, those of the configuration are the only
/// ones: pages by HTTPS cannot be fetched there without them, and everything else goes on.
///
/// # Errors
/// [`FetchError::BadConfig`] when the proxy or the authorities cannot be used.
pub(super) fn build(config: &FetchConfig, resolver: GuardedResolver) -> Result<Client, FetchError> {
    // Fails when the process has chosen a provider already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let resolver = Arc::new(resolver);
    let own = match &config.authorities {
        Some(file) => authorities(file)?,
        None => Vec::new(),
    };
    let mut with_the_systems = builder(config, resolver.clone())?;
    if !own.is_empty() {
        with_the_systems = with_the_systems.tls_certs_merge(own.clone());
    }
    match with_the_systems.build() {
        Err(error) if innermost(&error).contains(NO_AUTHORITIES) => {
            if own.is_empty() {
                tracing::warn!(
                    "this machine has no certificates of authorities: no page can be fetched by HTTPS; \
                     install ca-certificates, or set fetch.authorities"
                );
            }
            builder(config, resolver)?.tls_certs_only(own).build()
        }
        built => built,
    }
    .map_err(|error| bad_config(&error))
}

fn builder(
    config: &FetchConfig,
    resolver: Arc<GuardedResolver>,
) -> Result<ClientBuilder, FetchError> {
    let builder = Client::builder()
        .user_agent(&config.user_agent)
        .default_headers(default_headers())
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(config.timeout())
        .pool_idle_timeout(Duration::from_secs(30))
        .dns_resolver(resolver);
    Ok(match &config.proxy {
        Some(proxy) => builder.proxy(Proxy::all(proxy).map_err(|error| bad_config(&error))?),
        None => builder,
    })
}

/// The certificates of a PEM file.
fn authorities(file: &Path) -> Result<Vec<Certificate>, FetchError> {
    let bad = |cause: String| FetchError::BadConfig {
        cause: format!("authorities {}: {cause}", file.display()),
    };
    let pem = std::fs::read(file).map_err(|error| bad(error.to_string()))?;
    let certificates =
        Certificate::from_pem_bundle(&pem).map_err(|error| bad(innermost(&error)))?;
    if certificates.is_empty() {
        return Err(bad("it holds no certificate in PEM form".to_owned()));
    }
    Ok(certificates)
}

/// The encodings that are offered to servers: those that `body` understands.
const ACCEPTED_ENCODINGS: &str = "gzip, br, deflate";

fn default_headers() -> HeaderMap {
    [
        (
            ACCEPT,
            "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.5",
        ),
        (ACCEPT_ENCODING, ACCEPTED_ENCODINGS),
        (ACCEPT_LANGUAGE, "zh-CN,zh;q=0.9"),
    ]
    .into_iter()
    .map(|(name, value)| (name, HeaderValue::from_static(value)))
    .collect()
}

fn bad_config(error: &reqwest::Error) -> FetchError {
    FetchError::BadConfig {
        cause: innermost(error),
    }
}

/// What went wrong on the way: the guard's own word if it was the guard.
pub(super) fn network_error(url: &Url, error: &reqwest::Error) -> FetchError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(current) = cause {
        if let Some(refusal) = current.downcast_ref::<FetchError>() {
            return refusal.clone();
        }
        cause = current.source();
    }
    FetchError::Unreachable {
        host: url.host_str().unwrap_or_default().to_owned(),
        cause: innermost(error),
    }
}

fn innermost(error: &reqwest::Error) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
