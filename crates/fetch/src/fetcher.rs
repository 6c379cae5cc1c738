//! Fetches pages, and only from where it may.
//!
//! Every address is checked before it is connected to, redirects included; time, redirects, bytes
//! received and bytes unpacked are bounded. Cookies, user names and the referring page are never
//! sent, scripts never run.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap,
    HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION,
};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Proxy, Response, StatusCode};
use url::Url;

use super::config::FetchConfig;
use super::error::FetchError;
use super::lookup::Lookup;

use super::body::{ACCEPTED_ENCODINGS, Body, too_long_as_sent};
use super::charset;
use super::guard::{Guard, GuardedResolver};
use super::lookup::SystemLookup;
use super::robots::Rules;
use super::{Page, Validators};

/// Fetches pages within the bounds of its configuration. Cheap to clone; clones share their
/// connections.
#[derive(Clone)]
pub struct Fetcher {
    client: Client,
    guard: Arc<Guard>,
    lookup: Arc<dyn Lookup>,
    config: Arc<FetchConfig>,
    robots: Arc<Mutex<HashMap<String, KnownRobots>>>,
}

/// A site's rules, and when they were fetched.
type KnownRobots = (Instant, Arc<Rules>);

/// How long they hold: RFC 9309 asks for no more than a day.
const ROBOTS_HOLD_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Sites whose `robots.txt` is remembered.
const MOST_ROBOTS: usize = 1000;

/// Longest `robots.txt` read, in bytes: what RFC 9309 asks for at least.
const LONGEST_ROBOTS: usize = 500 << 10;

impl Fetcher {
    /// A fetcher that asks the system's name servers.
    ///
    /// # Errors
    /// [`FetchError::BadConfig`] when the proxy, the authorities or the name servers cannot be used.
    pub fn new(config: FetchConfig) -> Result<Self, FetchError> {
        let lookup = SystemLookup::new().map_err(|error| FetchError::BadConfig {
            cause: format!("no name servers: {error}"),
        })?;
        Self::with_lookup(config, Arc::new(lookup))
    }

    /// A fetcher that looks names up with `lookup`.
    ///
    /// # Errors
    /// [`FetchError::BadConfig`] when the proxy or the authorities cannot be used.
    pub fn with_lookup(config: FetchConfig, lookup: Arc<dyn Lookup>) -> Result<Self, FetchError> {
        // Fails when the process has chosen a provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let guard = Arc::new(Guard::new(&config));
        let mut builder = Client::builder()
            .user_agent(&config.user_agent)
            .default_headers(default_headers())
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(config.timeout())
            .pool_idle_timeout(Duration::from_secs(30))
            .dns_resolver(Arc::new(GuardedResolver {
                guard: Arc::clone(&guard),
                lookup: Arc::clone(&lookup),
            }));
        if let Some(proxy) = &config.proxy {
            builder = builder.proxy(Proxy::all(proxy).map_err(|error| bad_config(&error))?);
        }
        if let Some(file) = &config.authorities {
            builder = builder.tls_certs_merge(authorities(file)?);
        }
        Ok(Self {
            client: builder.build().map_err(|error| bad_config(&error))?,
            guard,
            lookup,
            config: Arc::new(config),
            robots: Arc::default(),
        })
    }

    /// Fetches the page at `url`.
    ///
    /// # Errors
    /// See [`FetchError`]; nothing is retried.
    pub async fn fetch(&self, url: &str) -> Result<Page, FetchError> {
        let page = self.within_time(self.follow(url, None)).await?;
        page.ok_or(FetchError::HttpStatus {
            status: StatusCode::NOT_MODIFIED.as_u16(),
            url: url.to_owned(),
        })
    }

    /// Fetches the page at `url` again if it is another than `previous`, which came from there;
    /// `None` when it is the same.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn fetch_if_changed(
        &self,
        url: &str,
        previous: &Validators,
    ) -> Result<Option<Page>, FetchError> {
        let page = self.within_time(self.follow(url, Some(previous))).await?;
        // A server without validators sends the same page again.
        Ok(page.filter(|page| page.url != previous.url || page.digest() != previous.digest))
    }

    /// The address in `url`, if it may be asked for. Nothing is asked: what the host's name stands
    /// for is checked when it is fetched.
    ///
    /// # Errors
    /// [`FetchError`] that names what is not allowed.
    pub fn admit(&self, url: &str) -> Result<Url, FetchError> {
        self.guard.admit(url)
    }

    /// Most pages of one document that may be fetched and joined.
    pub fn max_pages(&self) -> usize {
        self.config.max_pages
    }

    async fn within_time<T>(
        &self,
        work: impl Future<Output = Result<T, FetchError>>,
    ) -> Result<T, FetchError> {
        let timed = tokio::time::timeout(self.config.timeout(), work).await;
        timed.map_err(|_| FetchError::Timeout {
            seconds: self.config.timeout_seconds,
        })?
    }

    /// Follows redirects from `start` to a page, checking each step.
    async fn follow(
        &self,
        start: &str,
        previous: Option<&Validators>,
    ) -> Result<Option<Page>, FetchError> {
        let mut url = self.guard.admit(start)?;
        for _ in 0..=self.config.max_redirects {
            if self.config.robots {
                self.obey_robots(&url).await?;
            }
            // Another page than the one it was said of may well have the same validators.
            let conditions = previous
                .filter(|page| page.url == url)
                .map(conditions)
                .unwrap_or_default();
            let response = self.get(&url, &conditions).await?;
            let status = response.status();
            if status == StatusCode::NOT_MODIFIED && !conditions.is_empty() {
                return Ok(None);
            }
            if let Some(next) = redirect(&response) {
                url = self.guard.admit(&resolve(&url, &next)?)?;
                continue;
            }
            if !status.is_success() {
                return Err(FetchError::HttpStatus {
                    status: status.as_u16(),
                    url: url.into(),
                });
            }
            return self.page(url, response).await.map(Some);
        }
        Err(FetchError::TooManyRedirects {
            limit: self.config.max_redirects,
        })
    }

    async fn get(&self, url: &Url, headers: &HeaderMap) -> Result<Response, FetchError> {
        if self.config.proxy.is_some() {
            self.check_before_proxy(url).await?;
        }
        self.client
            .get(url.clone())
            .headers(headers.clone())
            .send()
            .await
            .map_err(|error| network_error(url, &error))
    }

    /// Checks the addresses of a host that the proxy, not the client, will look up.
    async fn check_before_proxy(&self, url: &Url) -> Result<(), FetchError> {
        let Some(url::Host::Domain(host)) = url.host() else {
            return Ok(());
        };
        if self.guard.admits_private(host) {
            return Ok(());
        }
        let unreachable = |cause: String| FetchError::Unreachable {
            host: host.to_owned(),
            cause,
        };
        let addresses = self
            .lookup
            .lookup(host)
            .await
            .map_err(|error| unreachable(error.to_string()))?;
        if addresses.is_empty() {
            return Err(unreachable("the name has no address".to_owned()));
        }
        self.guard.check(host, &addresses)
    }

    async fn page(&self, url: Url, response: Response) -> Result<Page, FetchError> {
        let header = |name: HeaderName| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let content_type = header(CONTENT_TYPE);
        let etag = header(ETAG);
        let last_modified = header(LAST_MODIFIED);
        let (media_type, kind) = media_type(content_type.as_deref())?;
        let limits = (self.config.max_bytes, self.config.max_decoded_bytes);
        let bytes = read(&url, response, limits).await?;
        let is_file = kind == MediaKind::File || is_file(&bytes);
        let (text, encoding) = if is_file {
            (String::new(), encoding_rs::UTF_8)
        } else {
            charset::decode(&bytes, content_type.as_deref())
        };
        Ok(Page {
            url,
            media_type,
            charset: encoding.name(),
            text,
            file: is_file.then(|| bytes.into()),
            etag,
            last_modified,
        })
    }

    /// Refuses `url` when the site's `robots.txt` forbids it.
    async fn obey_robots(&self, url: &Url) -> Result<(), FetchError> {
        let origin = url.origin().ascii_serialization();
        let known = self.known_robots(&origin);
        let rules = match known {
            Some(rules) => rules,
            None => {
                let rules = Arc::new(self.fetch_robots(url).await?);
                self.remember_robots(origin, Arc::clone(&rules));
                rules
            }
        };
        if rules.allow(&url[url::Position::BeforePath..url::Position::AfterQuery]) {
            return Ok(());
        }
        Err(FetchError::RobotsForbid {
            host: url.host_str().unwrap_or_default().to_owned(),
        })
    }

    fn known_robots(&self, origin: &str) -> Option<Arc<Rules>> {
        let robots = self
            .robots
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let (fetched, rules) = robots.get(origin)?;
        (fetched.elapsed() < ROBOTS_HOLD_FOR).then(|| Arc::clone(rules))
    }

    fn remember_robots(&self, origin: String, rules: Arc<Rules>) {
        let mut robots = self
            .robots
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if robots.len() >= MOST_ROBOTS {
            robots.clear();
        }
        robots.insert(origin, (Instant::now(), rules));
    }

    async fn fetch_robots(&self, url: &Url) -> Result<Rules, FetchError> {
        let mut address = url.clone();
        address.set_path("/robots.txt");
        address.set_query(None);
        let response = self.get(&address, &HeaderMap::new()).await?;
        // RFC 9309: without a file everything is allowed.
        if !response.status().is_success() {
            return Ok(Rules::default());
        }
        let bytes = read(&address, response, (LONGEST_ROBOTS, LONGEST_ROBOTS)).await?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(Rules::parse(&text, &self.config.user_agent))
    }
}

/// The certificates of a PEM file.
fn authorities(file: &std::path::Path) -> Result<Vec<Certificate>, FetchError> {
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

/// Headers that ask for a page only if it is another.
fn conditions(previous: &Validators) -> HeaderMap {
    let known = [
        (IF_NONE_MATCH, &previous.etag),
        (IF_MODIFIED_SINCE, &previous.last_modified),
    ];
    known
        .into_iter()
        .filter_map(|(name, value)| Some((name, HeaderValue::from_str(value.as_deref()?).ok()?)))
        .collect()
}

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

async fn read(
    url: &Url,
    mut response: Response,
    (max_bytes, max_decoded_bytes): (usize, usize),
) -> Result<Vec<u8>, FetchError> {
    if response
        .content_length()
        .is_some_and(|length| length > max_bytes as u64)
    {
        return Err(too_long_as_sent(max_bytes));
    }
    let encoding = response
        .headers()
        .get(CONTENT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let mut body = Body::new(encoding.as_deref(), max_bytes, max_decoded_bytes)?;
    while let Some(piece) = response
        .chunk()
        .await
        .map_err(|error| network_error(url, &error))?
    {
        body.push(&piece)?;
    }
    body.finish()
}

/// Where a response sends on to.
fn redirect(response: &Response) -> Option<String> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(LOCATION)?;
    // Chinese servers put raw UTF-8 into the header.
    Some(String::from_utf8_lossy(location.as_bytes()).into_owned())
}

fn resolve(url: &Url, location: &str) -> Result<String, FetchError> {
    url.join(location)
        .map(String::from)
        .map_err(|_| FetchError::BadUrl {
            url: location.chars().take(200).collect(),
            reason: "the page redirects to it, and it is not a URL",
        })
}

/// What a media type says of what came.
#[derive(PartialEq)]
enum MediaKind {
    Page,
    /// A file, or anything: many servers call every file `application/octet-stream`.
    File,
}

/// The media type without parameters, if it is one that is read. A page that names none is HTML.
fn media_type(content_type: Option<&str>) -> Result<(String, MediaKind), FetchError> {
    let media_type = content_type
        .unwrap_or("text/html")
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match media_type.as_str() {
        "" => Ok(("text/html".to_owned(), MediaKind::Page)),
        "text/html" | "application/xhtml+xml" | "text/plain" | "application/xml" | "text/xml" => {
            Ok((media_type, MediaKind::Page))
        }
        "text/rtf" | "text/richtext" | "binary/octet-stream" => Ok((media_type, MediaKind::File)),
        other if other.starts_with("application/") && !NO_DOCUMENTS.contains(&other) => {
            Ok((media_type, MediaKind::File))
        }
        _ => Err(FetchError::UnsupportedMediaType { media_type }),
    }
}

/// What is no document, whatever it holds.
const NO_DOCUMENTS: &[&str] = &[
    "application/json",
    "application/javascript",
    "application/x-javascript",
    "application/wasm",
    "application/rss+xml",
    "application/atom+xml",
];

/// Whether a file was sent as a page, as servers do that do not know its ending (`.ofd`, `.wps`).
fn is_file(bytes: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 4] = [b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf"];
    BEGINNINGS
        .iter()
        .any(|beginning| bytes.starts_with(beginning))
}

fn bad_config(error: &reqwest::Error) -> FetchError {
    FetchError::BadConfig {
        cause: innermost(error),
    }
}

/// What went wrong on the way: the guard's own word if it was the guard.
fn network_error(url: &Url, error: &reqwest::Error) -> FetchError {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_says_page_file_or_neither() {
        let kind = |named: Option<&str>| {
            media_type(named).map(|(name, kind)| (name, kind == MediaKind::File))
        };
        for (named, name, file) in [
            (None, "text/html", false),
            (Some(""), "text/html", false),
            (Some("; charset=gbk"), "text/html", false),
            (Some("Text/HTML; charset=gbk"), "text/html", false),
            (
                Some("application/xhtml+xml"),
                "application/xhtml+xml",
                false,
            ),
            (Some("text/plain"), "text/plain", false),
            (Some("text/rtf"), "text/rtf", true),
            (Some("application/pdf"), "application/pdf", true),
            (
                Some("application/octet-stream"),
                "application/octet-stream",
                true,
            ),
        ] {
            assert_eq!(kind(named), Ok((name.to_owned(), file)), "{named:?}");
        }
        for named in [
            "image/png",
            "application/json",
            "application/rss+xml",
            "video/mp4",
            "text/css",
        ] {
            assert!(
                matches!(kind(Some(named)), Err(FetchError::UnsupportedMediaType { media_type }) if media_type == named),
                "{named}"
            );
        }
    }

    #[test]
    fn a_file_is_told_by_how_it_begins() {
        for (bytes, file) in [
            (&b"%PDF-1.7"[..], true),
            (b"PK\x03\x04", true),
            (b"\xd0\xcf\x11\xe0", true),
            (b"{\\rtf1", true),
            (b"<p>%PDF-</p>", false),
            (b"PK", false),
            (b"", false),
        ] {
            assert_eq!(is_file(bytes), file, "{bytes:?}");
        }
    }
}
