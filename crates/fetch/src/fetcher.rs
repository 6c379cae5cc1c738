//! Fetches pages, and only from where it may.
//!
//! Every address is checked before it is connected to, redirects included; time, redirects, bytes
//! received and bytes unpacked are bounded. Cookies, user names and the referring page are never
//! sent, scripts never run.

use std::sync::Arc;

use reqwest::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, LAST_MODIFIED};
use reqwest::{Client, Response, StatusCode};
use url::Url;

use super::body;
use super::charset;
use super::client::{self, network_error};
use super::config::FetchConfig;
use super::error::FetchError;
use super::guard::{Guard, GuardedResolver};
use super::lookup::{Lookup, SystemLookup};
use super::media::{MediaKind, is_file, is_picture, media_type};
use super::page::{Page, Validators};
use super::redirect;
use super::robots::{self, RobotsCache, Rules};

/// Fetches pages within the bounds of its configuration. Cheap to clone; clones share their
/// connections.
#[derive(Clone)]
pub struct Fetcher {
    client: Client,
    guard: Arc<Guard>,
    lookup: Arc<dyn Lookup>,
    config: Arc<FetchConfig>,
    robots: Arc<RobotsCache>,
}

impl Fetcher {
    /// A fetcher that asks the system's name servers; where there are none, each page by name is an error.
    ///
    /// # Errors
    /// [`FetchError::BadConfig`] when the proxy or the authorities cannot be used.
    pub fn new(config: FetchConfig) -> Result<Self, FetchError> {
        Self::with_lookup(config, Arc::new(SystemLookup::new()))
    }

    /// A fetcher that looks names up with `lookup`.
    ///
    /// # Errors
    /// [`FetchError::BadConfig`] when the proxy or the authorities cannot be used.
    pub fn with_lookup(config: FetchConfig, lookup: Arc<dyn Lookup>) -> Result<Self, FetchError> {
        let guard = Arc::new(Guard::new(&config));
        let resolver = GuardedResolver {
            guard: Arc::clone(&guard),
            lookup: Arc::clone(&lookup),
        };
        Ok(Self {
            client: client::build(&config, resolver)?,
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
        Ok(page.filter(|page| !previous.hold_for(page)))
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
            let conditions = previous
                .map(|validators| validators.conditions_at(&url))
                .unwrap_or_default();
            let response = self.get(&url, &conditions).await?;
            let status = response.status();
            if status == StatusCode::NOT_MODIFIED && !conditions.is_empty() {
                return Ok(None);
            }
            if let Some(next) = redirect::target(&url, &response)? {
                url = self.guard.admit(&next)?;
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
        let FetchConfig {
            max_bytes,
            max_decoded_bytes,
            ..
        } = *self.config;
        let bytes = body::receive(&url, response, max_bytes, max_decoded_bytes).await?;
        if kind == MediaKind::Picture && !is_picture(&bytes) {
            return Err(FetchError::UnsupportedMediaType { media_type });
        }
        let is_file = kind != MediaKind::Page || is_file(&bytes);
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
        let rules = match self.robots.get(&origin) {
            Some(rules) => rules,
            None => {
                let rules = Arc::new(self.fetch_robots(url).await?);
                self.robots.insert(origin, Arc::clone(&rules));
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

    async fn fetch_robots(&self, url: &Url) -> Result<Rules, FetchError> {
        let mut address = url.clone();
        address.set_path("/robots.txt");
        address.set_query(None);
        let response = self.get(&address, &HeaderMap::new()).await?;
        // RFC 9309: without a file everything is allowed.
        if !response.status().is_success() {
            return Ok(Rules::default());
        }
        let bytes = body::receive(&address, response, robots::LONGEST, robots::LONGEST).await?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(Rules::parse(&text, &self.config.user_agent))
    }
}
