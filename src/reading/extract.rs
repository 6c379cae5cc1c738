//! From a source to its document, and where it was read from.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use url::Url;

use super::pages::{HowToRead, ReadPages, of_file, read_pages};
use super::{ReadError, Reader, Source};
use crate::ledger::PageIdentity;
use crate::telemetry::causes::{ExtractCause, FetchCause};
use crate::telemetry::metrics;
use langdu_document::Document;
use langdu_fetch::charset;

/// A document and where it came from.
pub(super) struct Extracted {
    pub(super) document: Document,
    /// The page's final address; `None` for content that came with the request.
    pub(super) url: Option<String>,
    /// Every address that it was read from.
    pub(super) read_from: Vec<String>,
    /// What the page is; `None` for content that came with the request.
    pub(super) identity: Option<PageIdentity>,
    pub(super) attachments_followed: bool,
    pub(super) private: bool,
    pub(super) took: Duration,
}

/// A page in its own encoding that came with the request.
struct Html {
    content: Bytes,
    base_url: Option<Url>,
    content_type: Option<String>,
}

impl Reader {
    /// The document of a source. What it cost, or why there is none, is counted.
    pub(super) async fn extract(&self, source: Source) -> Result<Extracted, ReadError> {
        let extracted = self.extract_uncounted(source).await;
        match &extracted {
            Ok(extracted) => {
                metrics::PAGE_SECONDS.record(extracted.took);
            }
            Err(ReadError::Fetch(error)) => {
                metrics::FETCH_ERRORS.increment(FetchCause::of(error).label());
            }
            Err(ReadError::Extract(error)) => {
                metrics::EXTRACT_ERRORS.increment(ExtractCause::of_page(error).label());
            }
            Err(ReadError::File(error)) => {
                metrics::EXTRACT_ERRORS.increment(ExtractCause::of_file(error).label());
            }
            Err(_) => {}
        }
        extracted
    }

    async fn extract_uncounted(&self, source: Source) -> Result<Extracted, ReadError> {
        let started = Instant::now();
        let attachments_followed = matches!(source, Source::PageOrAttachment(_));
        let how = HowToRead {
            extract: &self.config.extract,
            files: &self.config.files,
            follow_attachments: attachments_followed,
        };
        let document = match source {
            Source::Url(url) | Source::PageOrAttachment(url) => {
                let read = self.of_page(&url, how).await?;
                return Ok(Extracted {
                    document: read.document.clone(),
                    url: Some(read.url.to_string()),
                    read_from: self.read_from(&read)?,
                    identity: Some(self.identity(&read)?),
                    attachments_followed,
                    private: false,
                    took: started.elapsed(),
                });
            }
            Source::File {
                content,
                media_type,
            } => of_file(content, media_type.as_deref(), None, how).await?,
            Source::Html {
                content,
                base_url,
                content_type,
            } => {
                let html = Html {
                    content,
                    base_url,
                    content_type,
                };
                self.of_html(html).await?
            }
            Source::Text(text) => self.of_text(text).await?,
        };
        Ok(Extracted {
            document,
            url: None,
            read_from: Vec::new(),
            identity: None,
            attachments_followed,
            private: true,
            took: started.elapsed(),
        })
    }

    /// The document at `url`, which is requested again each time and read again only when it
    /// changed.
    async fn of_page(&self, url: &str, how: HowToRead<'_>) -> Result<Arc<ReadPages>, ReadError> {
        self.refuse_withdrawn(url)?;
        let key = (url.to_owned(), how.follow_attachments);
        let read = match self.cache.document(&key) {
            Some(cached) => match cached.newer(&self.fetcher, how).await {
                Ok(None) => return Ok(cached),
                Ok(Some(newer)) => Ok(newer),
                Err(error) => Err(error),
            },
            None => read_pages(&self.fetcher, url, how).await,
        };
        let read = read
            .map(Arc::new)
            .inspect_err(|_| self.cache.forget_document(&key))?;
        self.cache.keep_document(key, read.clone());
        Ok(read)
    }

    /// Every address that a page was read from, none of which may be withdrawn: a redirect or
    /// another page may have led there.
    fn read_from(&self, read: &ReadPages) -> Result<Vec<String>, ReadError> {
        let mut addresses = Vec::new();
        for address in read.addresses() {
            self.refuse_withdrawn(address)?;
            addresses.push(address.to_owned());
        }
        addresses.dedup();
        Ok(addresses)
    }

    /// What a page is, which may not be withdrawn either: the same document may stand at several
    /// addresses.
    fn identity(&self, read: &ReadPages) -> Result<PageIdentity, ReadError> {
        let identity = read.identity();
        if self.withdrawals.is_identity_withdrawn(&identity) {
            return Err(ReadError::Withdrawn {
                url: identity.requested,
            });
        }
        Ok(identity)
    }

    async fn of_html(&self, html: Html) -> Result<Document, ReadError> {
        if let Some(url) = &html.base_url {
            self.refuse_withdrawn(url.as_str())?;
        }
        let limit = self.config.max_html_bytes;
        check_size("source.html.content", html.content.len(), limit)?;
        let options = self.config.extract.clone();
        let document = langdu_blocking::run("reading a page", move || {
            let (text, _) = charset::decode(&html.content, html.content_type.as_deref());
            langdu_document::extract(&text, html.base_url.as_ref(), &options)
        });
        Ok(document.await??)
    }

    async fn of_text(&self, text: String) -> Result<Document, ReadError> {
        check_size("source.text", text.len(), self.config.max_text_bytes)?;
        if text.trim().is_empty() {
            return Err(ReadError::Invalid {
                field: "source.text",
                reason: "it is empty: hand over the text to be read".to_owned(),
            });
        }
        let read = move || langdu_document::from_text(&text);
        Ok(langdu_blocking::run("reading a text", read).await??)
    }

    fn refuse_withdrawn(&self, url: &str) -> Result<(), ReadError> {
        if !self.withdrawals.is_withdrawn(url) {
            return Ok(());
        }
        Err(ReadError::Withdrawn {
            url: url.to_owned(),
        })
    }
}

fn check_size(field: &'static str, bytes: usize, limit: usize) -> Result<(), ReadError> {
    if bytes <= limit {
        return Ok(());
    }
    Err(ReadError::Invalid {
        field,
        reason: format!(
            "it has {bytes} bytes, more than the {limit} allowed: hand it over in parts"
        ),
    })
}
