//! The pipeline, in the order of the diagram: source, page, document, script, clips.
//!
//! A [`Reading`] is available at once, before any audio or timing; its clips are made when they
//! are asked for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use tokio::sync::watch;
use url::Url;

use crate::audio::{AigcLabel, Tags};
use crate::clip::{ClipError, ClipId, Clips, Read, Recipe, SYLLABLES_PER_SECOND};
use crate::config::Config;
use crate::document::{self, Document, ExtractError, ListPage};
use crate::file::FileError;
use crate::ledger::{Ledger, LedgerError, Replicas, Withdrawal};
use crate::page::fetch::{FetchError, Fetcher};
use crate::page::{Page, charset};
use crate::pages::{self, HowToRead, ReadPages, of_file, read_pages};
use crate::telemetry::causes;
use crate::text::{FrontEnd, Lexicon, LexiconError, Script, ScriptOptions, Syllable, Utterance};
use crate::voice::voices::{UnknownVoice, Voice, VoiceChoice, Voices};
use crate::voice::{VoiceError, phonemes};

/// What a caller hands over.
#[derive(Debug, Clone)]
pub enum Source {
    /// The address of a page.
    Url(String),
    /// A page, in its own encoding.
    Html {
        /// Its bytes.
        content: Bytes,
        /// What relative links are resolved against.
        base_url: Option<Url>,
        /// The `Content-Type` it was served with.
        content_type: Option<String>,
    },
    /// Plain text, one paragraph a line.
    Text(String),
    /// The address of a page; where that only points to a file, what the file holds.
    PageOrAttachment(String),
    /// A file: PDF, DOCX, DOC, OFD, XLSX, XLS, ODT, RTF, HTML or plain text.
    File {
        /// Its bytes, which alone say what it is.
        content: Bytes,
        /// The `Content-Type` it came with, for the charset of text.
        media_type: Option<String>,
    },
}

impl Source {
    /// A page as it is, or with the attachment that it only points to.
    pub fn page(url: String, follow_attachments: bool) -> Self {
        if follow_attachments {
            Self::PageOrAttachment(url)
        } else {
            Self::Url(url)
        }
    }
}

/// How a source is to be read.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// Who speaks.
    pub voice: VoiceChoice,
    /// 0.5 to 2.0; 1.0 is the normal rate.
    pub rate: f64,
    /// The caller's own readings, before everything else.
    pub lexicon: Lexicon,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            voice: VoiceChoice::default(),
            rate: 1.0,
            lexicon: Lexicon::default(),
        }
    }
}

/// The rates on offer.
pub const RATE_RANGE: std::ops::RangeInclusive<f64> = 0.5..=2.0;

/// What can go wrong before there is any audio.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// A part of the request cannot be used.
    #[error("{field}: {reason}")]
    Invalid {
        /// The field's name in the contract.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The page could not be had.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// There is nothing to read on it.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// No such voice.
    #[error(transparent)]
    UnknownVoice(#[from] UnknownVoice),
    /// A reading in the caller's lexicon is wrong.
    #[error(transparent)]
    Lexicon(#[from] LexiconError),
    /// The voice or a clip.
    #[error(transparent)]
    Clip(#[from] ClipError),
    /// The page was withdrawn (撤稿).
    #[error("{url} was withdrawn: it is read again when Prepare names it")]
    Withdrawn {
        /// The page.
        url: String,
    },
}

impl From<pages::ReadError> for ReadError {
    fn from(error: pages::ReadError) -> Self {
        match error {
            pages::ReadError::Fetch(error) => Self::Fetch(error),
            pages::ReadError::Extract(error) => Self::Extract(error),
            pages::ReadError::File(error) => Self::File(error),
        }
    }
}

impl From<VoiceError> for ReadError {
    fn from(error: VoiceError) -> Self {
        Self::Clip(error.into())
    }
}

/// A document, its script and its clip ids.
pub struct Reading {
    /// Names the reading; a private one cannot be guessed.
    pub id: String,
    /// The final address, for a URL source.
    pub url: Option<String>,
    /// Every address that it was read from, for a URL source: of its pages, of an attachment that
    /// was followed, and where redirects led.
    pub read_from: Vec<String>,
    /// The page at `url` was read with its attachment, where it only points to it.
    pub attachments_followed: bool,
    /// What is read.
    pub document: Document,
    /// As it is spoken.
    pub script: Script,
    /// One clip an utterance.
    pub clips: Vec<ClipId>,
    /// Who speaks.
    pub voice: Voice,
    /// Thousandths of the normal rate, 500 to 2000.
    pub rate_milli: u32,
    /// How long fetching and extracting took.
    pub page_time: Duration,
}

impl Reading {
    /// Has the clip of the utterance `index` known for as long again. What is private is forgotten
    /// after a while, but not by whoever still hears it.
    pub fn keep_known(&self, clips: &Clips, index: usize) {
        let (true, Some(utterance)) = (self.url.is_none(), self.script.utterances.get(index))
        else {
            return;
        };
        // It was made of the same utterance before.
        if let Ok(recipe) = recipe(&self.voice, utterance, self.rate_milli) {
            clips.register(recipe, true);
        }
    }

    /// What a file of the whole reading says about itself.
    pub fn tags(&self) -> Tags {
        Tags {
            title: Some(self.document.title.clone()).filter(|title| !title.is_empty()),
            label: AigcLabel {
                produce_id: self.id.clone(),
                ..AigcLabel::default()
            },
            serial_seed: *blake3::hash(self.id.as_bytes()).as_bytes(),
        }
    }

    /// About how long an utterance takes with its pause. It orders the queue before the timings
    /// are known, for which a rough one does.
    #[allow(clippy::cast_precision_loss)]
    pub fn estimated_duration(&self, index: usize) -> Duration {
        let Some(utterance) = self.script.utterances.get(index) else {
            return Duration::ZERO;
        };
        let rate = f64::from(self.rate_milli) / 1000.0;
        let spoken = utterance.syllables.len() as f64 / (SYLLABLES_PER_SECOND * rate);
        Duration::from_secs_f64(spoken) + Duration::from_millis(utterance.pause_ms.into())
    }
}

/// What was made of a source.
#[derive(Debug, Clone)]
pub struct Made<T> {
    /// The document, or its script.
    pub value: T,
    /// Every address that it was read from, as [`Reading::read_from`].
    pub read_from: Vec<String>,
}

/// A document and where it came from.
struct Extracted {
    document: Document,
    url: Option<String>,
    read_from: Vec<String>,
    attachments_followed: bool,
    private: bool,
    took: Duration,
}

/// How much memory readings are kept in for their whole-document addresses: some hundreds of
/// ordinary length, or two of the longest text that is taken.
const KEPT_READING_BYTES: u64 = 128 << 20;

/// How much memory the documents of pages are kept in, so that an unchanged page is not read
/// again: some thousands of ordinary length.
const KEPT_DOCUMENT_BYTES: u64 = 64 << 20;

/// About how many bytes a document takes: its text, and as much again for what is known of it.
fn document_bytes(document: &Document) -> usize {
    const BLOCK_BYTES: usize = 200;
    let blocks = document.blocks.iter();
    let text: usize = blocks.map(|block| block.text.len() + BLOCK_BYTES).sum();
    2 * text
}

/// About how many bytes an utterance takes: most of it is what is known of each syllable.
fn utterance_bytes(utterance: &Utterance) -> usize {
    /// The heap's own words about a syllable's three short strings.
    const STRINGS_BYTES: usize = 3 * 32;
    let syllable = size_of::<Syllable>() + STRINGS_BYTES;
    let text = utterance.text.len() + utterance.spoken.len() + utterance.phonemes.len();
    size_of::<Utterance>() + text + utterance.syllables.len() * syllable
}

fn reading_weight(reading: &Reading) -> u32 {
    let utterances = reading.script.utterances.iter().map(utterance_bytes);
    let bytes = document_bytes(&reading.document) + utterances.sum::<usize>();
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn document_weight(url: &str, read: &ReadPages) -> u32 {
    let bytes = url.len() + document_bytes(&read.document);
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Turns sources into readings.
pub struct Reader {
    config: Config,
    fetcher: Fetcher,
    front_end: FrontEnd,
    /// The deployment's words where their file is followed; else the front-end's own are in force.
    lexicon: Option<watch::Receiver<Arc<Lexicon>>>,
    voices: Arc<Voices>,
    clips: Arc<Clips>,
    readings: Cache<String, Arc<Reading>>,
    /// Documents by the address they were asked for at, and whether attachments are followed.
    documents: Cache<(String, bool), Arc<ReadPages>>,
    ledger: Option<Arc<Ledger>>,
    /// The others, where a tier is shared.
    replicas: Option<Replicas>,
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

    /// Withdraws the page at `url`: it is refused, and every tier is purged of what it was read
    /// with, save clips that another known document has. The other replicas are told.
    ///
    /// # Errors
    ///
    /// When the ledger fails, or there is none.
    pub async fn withdraw(&self, url: &str) -> Result<Arc<Withdrawal>, LedgerError> {
        self.write_down(url, true).await?;
        let withdrawal = self.withdraw_here(url).await?;
        self.exchange().await?;
        Ok(withdrawal)
    }

    /// The page at `url` may be read again, by the other replicas too.
    ///
    /// # Errors
    ///
    /// When the ledger fails; the page stays withdrawn then.
    pub async fn publish(&self, url: &str) -> Result<(), LedgerError> {
        let Some(ledger) = &self.ledger else {
            return Ok(());
        };
        if !ledger.is_withdrawn(url) {
            return Ok(());
        }
        self.write_down(url, false).await?;
        ledger.publish(url).await?;
        self.exchange().await
    }

    /// Learns what other replicas have withdrawn or published, and purges this one of it.
    ///
    /// # Errors
    ///
    /// When the ledger fails.
    pub async fn follow_withdrawals(&self) -> Result<(), LedgerError> {
        let Some(ledger) = &self.ledger else {
            return Ok(());
        };
        for withdrawal in ledger.look().await? {
            tracing::info!(url = withdrawal.url, "withdrawn by another replica");
            self.purge(&withdrawal).await;
        }
        self.exchange().await
    }

    async fn withdraw_here(&self, url: &str) -> Result<Arc<Withdrawal>, LedgerError> {
        let Some(ledger) = &self.ledger else {
            return Ok(Arc::new(Withdrawal::nothing(url)));
        };
        let withdrawal = ledger.withdraw(url).await?;
        self.purge(&withdrawal).await;
        Ok(withdrawal)
    }

    async fn write_down(&self, url: &str, withdrawn: bool) -> Result<(), LedgerError> {
        match &self.replicas {
            Some(replicas) => replicas.write_down(url, withdrawn).await,
            None => Ok(()),
        }
    }

    /// Tells the other replicas, and does what they say.
    async fn exchange(&self) -> Result<(), LedgerError> {
        let (Some(ledger), Some(replicas)) = (&self.ledger, &self.replicas) else {
            return Ok(());
        };
        for word in replicas.exchange().await? {
            if word.withdrawn == ledger.is_withdrawn(&word.url) {
                continue;
            }
            if word.withdrawn {
                tracing::info!(url = word.url, "withdrawn by another replica");
                self.withdraw_here(&word.url).await?;
            } else {
                tracing::info!(url = word.url, "published again by another replica");
                ledger.publish(&word.url).await?;
            }
        }
        Ok(())
    }

    async fn purge(&self, withdrawal: &Withdrawal) {
        for reading in &withdrawal.readings {
            self.readings.invalidate(reading);
        }
        // It may have been asked for at several addresses; the others are read again.
        self.documents.invalidate_all();
        self.clips.purge(&withdrawal.clips).await;
    }

    /// An error when the page at `url` was withdrawn.
    fn refuse_withdrawn(&self, url: &str) -> Result<(), ReadError> {
        match &self.ledger {
            Some(ledger) if ledger.is_withdrawn(url) => Err(ReadError::Withdrawn {
                url: url.to_owned(),
            }),
            _ => Ok(()),
        }
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
    pub async fn list_page(&self, url: &str) -> Result<ListPage, ReadError> {
        let page = self.fetcher.fetch(url).await?;
        let options = self.config.extract.clone();
        Ok(blocking(move || document::list(&page.text, &page.url, &options)).await??)
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
            self.refuse_withdrawn(&asked)?;
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
                    document::extract(&html, base_url.as_ref(), &options)
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
                    blocking(move || document::from_text(&text)).await??,
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
        .map_err(|error| VoiceError::Synthesis(format!("reading the document failed: {error}")))
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

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn rate_milli(rate: f64) -> Result<u32, ReadError> {
    if !RATE_RANGE.contains(&rate) {
        return Err(ReadError::Invalid {
            field: "audio_config.speaking_rate",
            reason: format!("{rate} is not between 0.5 and 2.0"),
        });
    }
    Ok((rate * 1000.0).round() as u32)
}

fn recipe(voice: &Voice, utterance: &Utterance, rate_milli: u32) -> Result<Recipe, VoiceError> {
    let fed = phonemes::for_pack(voice.pack(), utterance)?;
    Ok(Recipe {
        pack: voice.pack().digest,
        speaker: voice.speaker.name.clone(),
        phonemes: fed.phonemes,
        syllables: fed.syllables,
        rate_milli,
        pause_ms: utterance.pause_ms,
        read: Some(Read {
            text: utterance.text.clone(),
            spoken: utterance.spoken.clone(),
            syllables: within(utterance),
        }),
    })
}

/// An utterance's syllables with offsets into its own text instead of its block's.
fn within(utterance: &Utterance) -> Vec<Syllable> {
    let base = utterance.span.map_or(0, |span| span.start);
    let moved = |syllable: &Syllable| Syllable {
        start: syllable.start.saturating_sub(base),
        end: syllable.end.saturating_sub(base),
        ..syllable.clone()
    };
    utterance.syllables.iter().map(moved).collect()
}

/// Follows from the clips, so that it is as guessable as they are.
fn reading_id(clips: &[ClipId]) -> String {
    let mut hasher = blake3::Hasher::new();
    for clip in clips {
        hasher.update(clip.to_string().as_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
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

    #[test]
    fn an_utterance_weighs_what_is_known_of_its_syllables() {
        let text = "老年人只需要按一下按钮，就能听到政策文件的内容。";
        let utterances = FrontEnd::new().explain(text);
        let bytes: usize = utterances.iter().map(utterance_bytes).sum();
        let syllables: usize = utterances.iter().map(|u| u.syllables.len()).sum();
        assert!(bytes > syllables * size_of::<Syllable>());
    }
}
