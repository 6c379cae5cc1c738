//! From a source to its document, and where it was read from.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use url::Url;

use super::cache::{DocumentKey, KnownDocument};
use super::page_document::PageDocument;
use super::pages::{HowToRead, Opening, PageError, Part, Parts, ReadPages, of_file, read_pages};
use super::{ReadError, Reader, Source};
use crate::ledger::PageIdentity;
use crate::telemetry::causes::{ExtractCause, FetchCause};
use crate::telemetry::metrics;
use langdu_document::Document;
use langdu_fetch::{FetchError, charset};
use langdu_recogniser::PictureId;

/// A document and where it came from.
pub(super) struct Extracted {
    pub(super) document: Arc<Document>,
    /// The page that it is of, and what that is found by; `None` for content that came with the request.
    pub(super) page: Option<(DocumentKey, Arc<PageDocument>)>,
    /// The page's final address; `None` for content that came with the request.
    pub(super) url: Option<String>,
    /// Every address that it was read from.
    pub(super) read_from: Vec<String>,
    /// What the page is; `None` for content that came with the request.
    pub(super) identity: Option<PageIdentity>,
    /// The address that content came with the request under.
    pub(super) handed_over_as: Option<String>,
    pub(super) attachments_followed: bool,
    pub(super) private: bool,
    pub(super) took: Duration,
    /// Parts of it are missing that a later try may find.
    pub(super) incomplete: bool,
    /// The pictures that it was recognised in.
    pub(super) pictures: Vec<PictureId>,
}

impl Extracted {
    /// Another document from the same place.
    pub(super) fn same_of(&self, document: Document) -> Self {
        Self {
            document: Arc::new(document),
            page: None,
            url: self.url.clone(),
            read_from: self.read_from.clone(),
            identity: self.identity.clone(),
            handed_over_as: self.handed_over_as.clone(),
            attachments_followed: self.attachments_followed,
            private: self.private,
            took: self.took,
            incomplete: true,
            pictures: self.pictures.clone(),
        }
    }

    /// What came with the request.
    fn handed_over(opening: Opening) -> Self {
        Self {
            document: Arc::new(checked(opening.document)),
            page: None,
            url: None,
            read_from: Vec::new(),
            identity: None,
            handed_over_as: None,
            attachments_followed: false,
            private: true,
            took: Duration::ZERO,
            incomplete: opening.incomplete,
            pictures: opening.pictures,
        }
    }
}

/// A page in its own encoding that came with the request.
struct Html {
    content: Bytes,
    base_url: Option<Url>,
    content_type: Option<String>,
}

impl Reader {
    /// Whether a source can be read, as far as it says itself: before anything is fetched or parsed.
    ///
    /// # Errors
    ///
    /// When it is no address, empty, or too large.
    pub fn check(&self, source: &Source) -> Result<(), ReadError> {
        let most = &self.config;
        match source {
            Source::Url(url) | Source::PageOrAttachment(url) => match self.fetcher.admit(url) {
                Err(error @ FetchError::BadUrl { .. }) => Err(error.into()),
                // Whether it may be read is another matter.
                _ => Ok(()),
            },
            Source::File { .. } => Ok(()),
            Source::Html { content, .. } => {
                check_size("source.html.content", content.len(), most.max_html_bytes)
            }
            Source::Text(text) => {
                check_size("source.text", text.len(), most.max_text_bytes)?;
                if text.trim().is_empty() {
                    return Err(ReadError::Invalid {
                        field: "source.text",
                        reason: "it is empty: hand over the text to be read".to_owned(),
                    });
                }
                Ok(())
            }
            Source::Ssml(ssml) => check_size("source.ssml", ssml.len(), most.max_text_bytes),
        }
    }

    /// The document of a source. What it cost, or why there is none, is counted.
    pub(super) async fn extract(&self, source: Source) -> Result<Extracted, ReadError> {
        self.extract_in_parts(source, None).await
    }

    /// As [`extract`](Self::extract); what can be read while pictures are still being recognised goes to
    /// `parts`.
    pub(super) async fn extract_in_parts(
        &self,
        source: Source,
        parts: Option<Parts<'_>>,
    ) -> Result<Extracted, ReadError> {
        let extracted = self.extract_uncounted(source, parts).await;
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
            Err(ReadError::Recognise(error)) => {
                metrics::EXTRACT_ERRORS.increment(ExtractCause::of_picture(error).label());
            }
            Err(_) => {}
        }
        extracted
    }

    async fn extract_uncounted(
        &self,
        source: Source,
        parts: Option<Parts<'_>>,
    ) -> Result<Extracted, ReadError> {
        self.check(&source)?;
        let started = Instant::now();
        let attachments_followed = matches!(source, Source::PageOrAttachment(_));
        let words_of = |text: &str| self.front_end().known_words(text);
        let how = HowToRead {
            extract: &self.config.extract,
            files: &self.config.files,
            recogniser: self.config.recogniser.as_ref(),
            words_of: &words_of,
            follow_attachments: attachments_followed,
            parts,
        };
        let mut handed_over_as = None;
        let opening = match source {
            Source::Url(url) | Source::PageOrAttachment(url) => {
                let key = (url, attachments_followed);
                let page = self.of_page(&key, how).await?;
                let mut extracted = self.of_page_document(&page, attachments_followed)?;
                extracted.took = started.elapsed();
                extracted.page = Some((key, page));
                return Ok(extracted);
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
                handed_over_as = base_url.as_ref().map(Url::to_string);
                let html = Html {
                    content,
                    base_url,
                    content_type,
                };
                Opening::whole(self.of_html(html).await?)
            }
            Source::Text(text) => Opening::whole(self.of_text(text).await?),
            Source::Ssml(ssml) => Opening::whole(self.of_ssml(ssml).await?),
        };
        let mut extracted = Extracted::handed_over(opening);
        extracted.handed_over_as = handed_over_as;
        extracted.took = started.elapsed();
        Ok(extracted)
    }

    /// A part of a document, unless its page may not be read.
    pub(super) fn of_part(
        &self,
        part: Part,
        attachments_followed: bool,
    ) -> Result<Extracted, ReadError> {
        match part.pages {
            Some(pages) => self.of_page_document(&PageDocument::new(*pages), attachments_followed),
            None => Ok(Extracted::handed_over(Opening {
                document: part.document,
                incomplete: true,
                pictures: part.pictures,
            })),
        }
    }

    /// The document of a page, unless one of the pages that it was read from may not be read.
    fn of_page_document(
        &self,
        page: &PageDocument,
        attachments_followed: bool,
    ) -> Result<Extracted, ReadError> {
        let PageDocument { read, identity } = page;
        Ok(Extracted {
            document: read.document.clone(),
            url: Some(read.url.to_string()),
            read_from: self.read_from(read)?,
            identity: Some(self.unless_withdrawn(identity)?),
            handed_over_as: None,
            page: None,
            attachments_followed,
            private: false,
            took: Duration::ZERO,
            incomplete: read.incomplete,
            pictures: read.pictures.clone(),
        })
    }

    /// The document at an address. It is asked for again unless that was done a moment ago
    /// (`fetch.fresh_seconds`), and read again only when it changed. Those who ask while it is being asked for
    /// wait for that answer.
    async fn of_page(
        &self,
        key: &DocumentKey,
        how: HowToRead<'_>,
    ) -> Result<Arc<PageDocument>, ReadError> {
        self.refuse_withdrawn(&key.0)?;
        let asked = Instant::now();
        let is_fresh = |known: &KnownDocument| known.checked.elapsed() < self.config.fresh;
        if let Some(known) = self.cache.document(key).filter(is_fresh) {
            return Ok(known.page);
        }
        let in_flight = self.cache.in_flight(key);
        let mut comes_in_parts = in_flight.comes_in_parts.subscribe();
        let mut last = tokio::select! {
            biased;
            last = in_flight.outcome.lock() => last,
            // What is recognised for another is found there, page by page.
            true = async { comes_in_parts.wait_for(|comes| *comes).await.is_ok() },
                if how.parts.is_some() =>
            {
                return Ok(self.ask_for(key, how).await?);
            }
        };
        if let Some((answered, outcome)) = &*last
            && *answered >= asked
        {
            return Ok(outcome.clone()?);
        }
        in_flight.comes_in_parts.send_replace(false);
        let give = |part: Part| {
            in_flight.comes_in_parts.send_replace(true);
            if let Some(parts) = how.parts {
                parts(part);
            }
        };
        let how = HowToRead {
            parts: Some(&give),
            ..how
        };
        let outcome = self.ask_for(key, how).await;
        *last = Some((Instant::now(), outcome.clone()));
        Ok(outcome?)
    }

    /// The document at an address as it is now.
    async fn ask_for(
        &self,
        key: &DocumentKey,
        how: HowToRead<'_>,
    ) -> Result<Arc<PageDocument>, PageError> {
        let changes = self.withdrawals.changes();
        let page = match self.cache.document(key) {
            Some(known) => match known.page.read.newer(&self.fetcher, how).await {
                Ok(None) => Ok(known.page),
                Ok(Some(newer)) => Ok(Arc::new(PageDocument::new(newer))),
                Err(error) => Err(error),
            },
            None => read_pages(&self.fetcher, &key.0, how)
                .await
                .map(|read| Arc::new(PageDocument::new(read))),
        };
        match &page {
            // What was withdrawn meanwhile is not kept, and neither is what a later try may find whole.
            Ok(page) if changes == self.withdrawals.changes() && !page.read.incomplete => {
                self.cache.keep_document(key.clone(), page.clone());
            }
            _ => self.cache.forget_document(key),
        }
        page
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
    fn unless_withdrawn(&self, identity: &PageIdentity) -> Result<PageIdentity, ReadError> {
        if self.withdrawals.is_identity_withdrawn(identity) {
            return Err(ReadError::Withdrawn {
                url: identity.requested.clone(),
            });
        }
        Ok(identity.clone())
    }

    async fn of_html(&self, html: Html) -> Result<Document, ReadError> {
        if let Some(url) = &html.base_url {
            self.refuse_withdrawn(url.as_str())?;
        }
        let options = self.config.extract.clone();
        let document = langdu_blocking::run("reading a page", move || {
            let (text, _) = charset::decode(&html.content, html.content_type.as_deref());
            langdu_document::extract(&text, html.base_url.as_ref(), &options)
        });
        Ok(document.await??)
    }

    async fn of_text(&self, text: String) -> Result<Document, ReadError> {
        let read = move || langdu_document::from_text(&text);
        Ok(langdu_blocking::run("reading a text", read).await??)
    }

    async fn of_ssml(&self, ssml: String) -> Result<Document, ReadError> {
        let field = "source.ssml";
        let read = move || langdu_document::from_ssml(&ssml);
        let document = langdu_blocking::run("reading SSML", read).await?;
        let invalid = |reason: String| ReadError::Invalid { field, reason };
        let document = document.map_err(|error| invalid(error.to_string()))?;
        if document.blocks.is_empty() {
            return Err(invalid("it holds no words".to_owned()));
        }
        Ok(document)
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

/// A document without the markup that cannot be done, which its warnings tell.
fn checked(mut document: Document) -> Document {
    langdu_text::check_markup(&mut document);
    document
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
