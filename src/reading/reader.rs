//! Turns sources into readings.

use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use tokio::sync::{Mutex, watch};
use url::Url;

use super::kept::{KEPT_DOCUMENT_BYTES, KEPT_READING_BYTES, document_weight, reading_weight};
use super::recipe::{reading_id, recipe};
use super::{Made, RATE_RANGE, ReadError, ReadOptions, Reading, Source};
use crate::config::Config;
use crate::ledger::{Ledger, Replicas};
use crate::reading::pages::{HowToRead, ReadPages, of_file, read_pages};
use crate::telemetry::causes;
use langdu_clips::{ClipId, Clips};
use langdu_document::{Document, ListPage};
use langdu_fetch::{FetchError, Fetcher};
use langdu_fetch::{Page, charset};
use langdu_text::{FrontEnd, Lexicon, Script, ScriptOptions};
use langdu_voice::VoiceError;
use langdu_voice::voices::Voices;

/// A document and where it came from.
struct Extracted {
    document: Document,
    url: Option<String>,
    read_from: Vec<String>,
    attachments_followed: bool,
    private: bool,
    took: Duration,
}

/// Turns sources into readings.
pub struct Reader {
    config: Config,
    fetcher: Fetcher,
    front_end: FrontEnd,
    /// The deployment's words where their file is followed; else the front-end's own are in force.
    lexicon: Option<watch::Receiver<Arc<Lexicon>>>,
    voices: Arc<Voices>,
    pub(super) clips: Arc<Clips>,
    pub(super) readings: Cache<String, Arc<Reading>>,
    /// Documents by the address they were asked for at, and whether attachments are followed.
    pub(super) documents: Cache<(String, bool), Arc<ReadPages>>,
    pub(super) ledger: Option<Arc<Ledger>>,
    /// The others, where a tier is shared.
    pub(super) replicas: Option<Replicas>,
    /// What a withdrawal owes is not taken up before the withdrawal itself has done what it can.
    pub(super) purging: Mutex<()>,
}

impl Reader {
    /// A reader over everything the configuration names.
    ///
    /// # Errors
    ///
    /// When the fetcher's settings cannot be used.
    pub fn new(
        config: Config,
        front_end: FrontEnd,
        voices: Arc<Voices>,
        clips: Arc<Clips>,
    ) -> Result<Self, FetchError> {
        let kept_for = Duration::from_secs(config.clips.private_ttl_s);
        Ok(Self {
            fetcher: Fetcher::new(config.fetch.clone())?,
            front_end,
            lexicon: None,
            voices,
            clips,
            readings: Cache::builder()
                .weigher(|_, reading: &Arc<Reading>| reading_weight(reading))
                .max_capacity(KEPT_READING_BYTES)
                // Whoever has just asked comes for it the next moment.
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(kept_for)
                .build(),
            documents: Cache::builder()
                .weigher(|(url, _): &(String, bool), read: &Arc<ReadPages>| {
                    document_weight(url, read)
                })
                .max_capacity(KEPT_DOCUMENT_BYTES)
                .build(),
            ledger: None,
            replicas: None,
            purging: Mutex::default(),
            config,
        })
    }

    /// The same reader with a ledger of what was read and of what may not be.
    #[must_use]
    pub fn with_ledger(self, ledger: Arc<Ledger>) -> Self {
        Self {
            ledger: Some(ledger),
            ..self
        }
    }

    /// The same reader with others to be told what is withdrawn.
    #[must_use]
    pub fn with_replicas(self, replicas: Replicas) -> Self {
        Self {
            replicas: Some(replicas),
            ..self
        }
    }

    /// The same reader with the deployment's words as they are at the time of each reading.
    #[must_use]
    pub fn with_lexicon(self, lexicon: watch::Receiver<Arc<Lexicon>>) -> Self {
        Self {
            lexicon: Some(lexicon),
            ..self
        }
    }

    /// The installed voices.
    pub fn voices(&self) -> &Arc<Voices> {
        &self.voices
    }

    /// The clip service.
    pub fn clips(&self) -> &Arc<Clips> {
        &self.clips
    }

    /// The ledger, if there is one.
    pub fn ledger(&self) -> Option<&Arc<Ledger>> {
        self.ledger.as_ref()
    }

    /// The configuration in force.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What would be read.
    ///
    /// # Errors
    ///
    /// When the source is empty, too large, cannot be fetched or holds nothing readable.
    pub async fn document(&self, source: Source) -> Result<Made<Document>, ReadError> {
        let extracted = self.extract(source).await?;
        Ok(Made {
            value: extracted.document,
            read_from: extracted.read_from,
        })
    }

    /// What the page at `url` lists.
    ///
    /// # Errors
    ///
    /// When the page cannot be fetched or holds no list.
    pub async fn list_page(&self, url: &str) -> Result<Made<ListPage>, ReadError> {
        let page = self.fetcher.fetch(url).await?;
        let read_from = vec![url.to_owned(), page.url.to_string()];
        let options = self.config.extract.clone();
        let list = blocking(move || langdu_document::list(&page.text, &page.url, &options));
        Ok(Made {
            value: list.await??,
            read_from,
        })
    }

    /// The address in `url`, if pages may be read from there.
    ///
    /// # Errors
    ///
    /// When it is no address, or its host is not allowed.
    pub fn admit(&self, url: &str) -> Result<Url, ReadError> {
        Ok(self.fetcher.admit(url)?)
    }

    /// How it would be read.
    ///
    /// # Errors
    ///
    /// As [`document`](Self::document), and when the lexicon cannot be used.
    pub async fn script(
        &self,
        source: Source,
        lexicon: Lexicon,
    ) -> Result<Made<Script>, ReadError> {
        let extracted = self.extract(source).await?;
        let (_, script) = self.speakable(extracted.document, lexicon).await?;
        Ok(Made {
            value: script,
            read_from: extracted.read_from,
        })
    }

    /// The reading of a source: script and clip ids, before any audio.
    ///
    /// # Errors
    ///
    /// As [`document`](Self::document), and when the voice or the rate is not on offer.
    pub async fn read(
        &self,
        source: Source,
        options: ReadOptions,
    ) -> Result<Arc<Reading>, ReadError> {
        let rate_milli = rate_milli(options.rate)?;
        let voice = self.voices.choose(&options.voice)?;
        let asked = match &source {
            Source::Url(url) | Source::PageOrAttachment(url) => Some(url.clone()),
            _ => None,
        };
        let extracted = self.extract(source).await?;
        let (document, script) = self.speakable(extracted.document, options.lexicon).await?;
        let clips = script
            .utterances
            .iter()
            .map(|utterance| {
                let recipe = recipe(&voice, utterance, rate_milli)?;
                Ok(self.clips.register(recipe, extracted.private))
            })
            .collect::<Result<Vec<ClipId>, VoiceError>>()?;
        let reading = Arc::new(Reading {
            id: reading_id(&clips),
            url: extracted.url,
            read_from: extracted.read_from,
            attachments_followed: extracted.attachments_followed,
            document,
            script,
            clips,
            voice,
            rate_milli,
            page_time: extracted.took,
        });
        if let (Some(ledger), Some(asked)) = (&self.ledger, asked) {
            ledger.note(&asked, &reading).await;
            // It may have been withdrawn in the meantime.
            if let Err(refused) = self.refuse_withdrawn(&asked) {
                self.purge_late(&asked).await;
                return Err(refused);
            }
        }
        self.readings.insert(reading.id.clone(), reading.clone());
        Ok(reading)
    }

    /// A page in full, as [`list_page`](Self::list_page) is: a sitemap.
    ///
    /// # Errors
    ///
    /// When it cannot be fetched.
    pub async fn page(&self, url: &str) -> Result<Page, ReadError> {
        Ok(self.fetcher.fetch(url).await?)
    }

    /// Lets go of what is private and has expired, also where nobody asks for anything.
    pub fn let_go(&self) {
        self.readings.run_pending_tasks();
        self.clips.let_go();
    }

    /// A reading that was made before.
    pub fn reading(&self, id: &str) -> Option<Arc<Reading>> {
        self.readings.get(id)
    }

    async fn extract(&self, source: Source) -> Result<Extracted, ReadError> {
        let extracted = self.extract_uncounted(source).await;
        match &extracted {
            Ok(extracted) => {
                metrics::histogram!("langdu_page_seconds").record(extracted.took);
            }
            Err(ReadError::Fetch(error)) => {
                let cause = causes::of_fetch(error);
                metrics::counter!("langdu_fetch_errors_total", "cause" => cause).increment(1);
            }
            Err(ReadError::Extract(error)) => {
                let cause = causes::of_extract(error);
                metrics::counter!("langdu_extract_errors_total", "cause" => cause).increment(1);
            }
            Err(ReadError::File(error)) => {
                let cause = causes::of_file(error);
                metrics::counter!("langdu_extract_errors_total", "cause" => cause).increment(1);
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
        let mut read_from = Vec::new();
        let (document, url, private) = match source {
            Source::Url(url) | Source::PageOrAttachment(url) => {
                self.refuse_withdrawn(&url)?;
                let read = self.read_url(&url, how).await?;
                // A redirect or a page may have led to it.
                for address in read.addresses() {
                    self.refuse_withdrawn(address)?;
                    read_from.push(address.to_owned());
                }
                read_from.dedup();
                (read.document.clone(), Some(read.url.to_string()), false)
            }
            Source::File {
                content,
                media_type,
            } => {
                let document = of_file(content, media_type.as_deref(), None, how).await?;
                (document, None, true)
            }
            Source::Html {
                content,
                base_url,
                content_type,
            } => {
                if let Some(url) = &base_url {
                    self.refuse_withdrawn(url.as_str())?;
                }
                check_size(
                    "source.html.content",
                    content.len(),
                    self.config.limits.max_html_bytes,
                )?;
                let options = self.config.extract.clone();
                let document = blocking(move || {
                    let (html, _) = charset::decode(&content, content_type.as_deref());
                    langdu_document::extract(&html, base_url.as_ref(), &options)
                })
                .await??;
                (document, None, true)
            }
            Source::Text(text) => {
                check_size("source.text", text.len(), self.config.limits.max_text_bytes)?;
                if text.trim().is_empty() {
                    return Err(ReadError::Invalid {
                        field: "source.text",
                        reason: "it is empty: hand over the text to be read".to_owned(),
                    });
                }
                (
                    blocking(move || langdu_document::from_text(&text)).await??,
                    None,
                    true,
                )
            }
        };
        Ok(Extracted {
            document,
            url,
            read_from,
            attachments_followed,
            private,
            took: started.elapsed(),
        })
    }

    /// The document at `url`, which is asked for again each time and read again only when it
    /// changed.
    async fn read_url(&self, url: &str, how: HowToRead<'_>) -> Result<Arc<ReadPages>, ReadError> {
        let key = (url.to_owned(), how.follow_attachments);
        let read = match self.documents.get(&key) {
            Some(known) => match known.newer(&self.fetcher, how).await {
                Ok(None) => return Ok(known),
                Ok(Some(newer)) => Ok(newer),
                Err(error) => Err(error),
            },
            None => read_pages(&self.fetcher, url, how).await,
        };
        let read = read
            .map(Arc::new)
            .inspect_err(|_| self.documents.invalidate(&key))?;
        self.documents.insert(key, read.clone());
        Ok(read)
    }

    /// The document and its script; an error when nothing in it can be spoken.
    async fn speakable(
        &self,
        document: Document,
        lexicon: Lexicon,
    ) -> Result<(Document, Script), ReadError> {
        let mut front_end = self.front_end.clone();
        if let Some(deployment) = &self.lexicon {
            front_end = front_end.with_shared_lexicon(deployment.borrow().clone());
        }
        if !lexicon.is_empty() {
            let merged = front_end.lexicon().merged(&lexicon);
            front_end = front_end.with_lexicon(merged);
        }
        let (document, script) = blocking(move || {
            let script = front_end.script(&document, &ScriptOptions::default());
            (document, script)
        })
        .await?;
        if script.utterances.is_empty() {
            return Err(ReadError::Invalid {
                field: "source",
                reason: "nothing in it can be spoken: it holds no words".to_owned(),
            });
        }
        Ok((document, script))
    }
}

/// Work of more than half a millisecond leaves the async threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, VoiceError> {
    tokio::task::spawn_blocking(work)
        .await
        // The error of a panic quotes its message, which may quote the document.
        .map_err(|_| VoiceError::Synthesis("reading the document failed".to_owned()))
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

fn rate_milli(rate: f64) -> Result<u32, ReadError> {
    if !RATE_RANGE.contains(&rate) {
        return Err(ReadError::Invalid {
            field: "audio_config.speaking_rate",
            reason: format!("{rate} is not between 0.5 and 2.0"),
        });
    }
    Ok((rate * 1000.0).round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_outside_the_range_is_refused_by_name() {
        for rate in [0.0, 0.49, 2.01, 9.0, f64::NAN, f64::INFINITY] {
            let error = rate_milli(rate).unwrap_err();
            assert!(error.to_string().contains("speaking_rate"), "{rate}");
        }
        assert_eq!(rate_milli(1.25).unwrap(), 1250);
    }
}
