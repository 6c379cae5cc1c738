//! Turns sources into readings.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use url::Url;

use super::cache::ReadingCache;
use super::recipe::{reading_id, recipe};
use super::{Made, RATE_RANGE, ReadError, ReadOptions, Reading, Source};
use crate::ledger::{DocumentRecord, PageIdentity};
use crate::withdrawals::Withdrawals;
use langdu_clips::{ClipId, Clips, Visibility};
use langdu_document::{Document, ExtractOptions, ListPage};
use langdu_fetch::{Fetcher, Page};
use langdu_file::FileLimits;
use langdu_recogniser::Recogniser;
use langdu_text::{FrontEnd, Lexicon, Script, ScriptOptions};
use langdu_voice::voices::{Voice, Voices};
use langdu_voice::{Melody, VoiceError};

/// How sources are read.
#[derive(Debug, Clone)]
pub struct ReaderConfig {
    /// Selectors for particular sites, and what extraction may cost.
    pub extract: ExtractOptions,
    /// What reading a file may cost.
    pub files: FileLimits,
    /// What reads pictures; `None` where they are not read.
    pub recogniser: Option<Arc<Recogniser>>,
    /// What is said beside the text, and how long the pauses are.
    pub script: ScriptOptions,
    /// What is done to the pitch that voices plan.
    pub melody: Melody,
    /// Longest plain text, in bytes of UTF-8.
    pub max_text_bytes: usize,
    /// Longest page that comes with a request, in bytes of HTML.
    pub max_html_bytes: usize,
    /// How long a document is read as it was before its pages are asked for again.
    pub fresh: Duration,
}

/// The text front-end, and the deployment's lexicon, which changes when its file does.
pub struct TextStage {
    /// The front-end, without a lexicon of its own.
    pub front_end: FrontEnd,
    /// The words that each reading has at its time.
    pub lexicon: watch::Receiver<Arc<Lexicon>>,
}

/// Turns sources into readings.
pub struct Reader {
    pub(super) config: ReaderConfig,
    pub(super) fetcher: Fetcher,
    text: TextStage,
    voices: Arc<Voices>,
    clips: Arc<Clips>,
    pub(super) cache: Arc<ReadingCache>,
    pub(super) withdrawals: Arc<Withdrawals>,
}

impl Reader {
    /// A reader over the stages, in their order, and what remembers documents.
    pub fn new(
        config: ReaderConfig,
        fetcher: Fetcher,
        text: TextStage,
        voices: Arc<Voices>,
        clips: Arc<Clips>,
        cache: Arc<ReadingCache>,
        withdrawals: Arc<Withdrawals>,
    ) -> Self {
        Self {
            config,
            fetcher,
            text,
            voices,
            clips,
            cache,
            withdrawals,
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
        let list = langdu_blocking::run("reading a list", move || {
            langdu_document::list(&page.text, &page.url, &options)
        });
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
        let deployment = self.text.lexicon.borrow().clone();
        let (_, script) = self
            .speakable(extracted.document, lexicon, deployment)
            .await?;
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
        let extracted = self.extract(source).await?;
        // What nobody but its caller has is made anew: the caller's own words, a text handed over.
        let lexicon = self.text.lexicon.borrow().clone();
        let found_by = extracted
            .pages
            .as_ref()
            .filter(|_| options.lexicon.is_empty())
            .map(|(page, read)| ((page.clone(), voice.speaker.name.clone(), rate_milli), read));
        if let Some((key, read)) = &found_by
            && let Some(reading) = self.cache.found(key, read, &lexicon)
        {
            return self.found_again(reading).await;
        }
        let (document, script) = self
            .speakable(extracted.document, options.lexicon, lexicon.clone())
            .await?;
        let visibility = if extracted.private {
            Visibility::PrivateTo(&options.owner)
        } else {
            Visibility::Public
        };
        let clips = self.register(&script, &voice, rate_milli, visibility)?;
        let reading = Arc::new(Reading {
            id: reading_id(&clips),
            url: extracted.url,
            read_from: extracted.read_from,
            identity: extracted.identity,
            attachments_followed: extracted.attachments_followed,
            document,
            script,
            clips,
            voice,
            rate_milli,
            melody: self.config.melody,
            owner: options.owner,
            page_time: extracted.took,
        });
        if let Some(identity) = reading.identity.clone() {
            self.record(identity, &reading).await?;
        }
        self.cache.keep_reading(reading.clone());
        if let Some((key, read)) = found_by {
            self.cache.keep_found(key, read, &lexicon, &reading);
        }
        Ok(reading)
    }

    /// A reading that was made before, of the same document: its clips are known, and will be for as long
    /// again.
    async fn found_again(&self, reading: Arc<Reading>) -> Result<Arc<Reading>, ReadError> {
        let Reading {
            script,
            voice,
            rate_milli,
            ..
        } = &*reading;
        self.register(script, voice, *rate_milli, Visibility::Public)?;
        if let Some(identity) = reading.identity.clone() {
            self.record(identity, &reading).await?;
        }
        self.cache.keep_reading(reading.clone());
        Ok(reading)
    }

    /// Makes the clips of a script known, so that whoever requests one gets it.
    fn register(
        &self,
        script: &Script,
        voice: &Voice,
        rate_milli: u32,
        visibility: Visibility,
    ) -> Result<Vec<ClipId>, VoiceError> {
        let registered = (0..script.utterances.len()).map(|index| {
            let how = (rate_milli, self.config.melody);
            let recipe = recipe(voice, &script.utterances, index, how)?;
            Ok(self.clips.register(recipe, visibility))
        });
        registered.collect()
    }

    /// Records which clips a page was read with, so that its withdrawal finds them. What is private
    /// is recorded nowhere.
    async fn record(&self, identity: PageIdentity, reading: &Reading) -> Result<(), ReadError> {
        let url = identity.requested.clone();
        let document = DocumentRecord {
            identity,
            voice: reading.voice.speaker.name.clone(),
            rate_milli: reading.rate_milli,
            reading_id: reading.id.clone(),
            clips: reading.clips.clone(),
        };
        if self.withdrawals.record(document).await? {
            return Ok(());
        }
        Err(ReadError::Withdrawn { url })
    }

    /// A page in full, as [`list_page`](Self::list_page) is: a sitemap.
    ///
    /// # Errors
    ///
    /// When it cannot be fetched.
    pub async fn page(&self, url: &str) -> Result<Page, ReadError> {
        Ok(self.fetcher.fetch(url).await?)
    }

    /// Forgets what is private and has expired, also where nobody requests anything.
    pub fn evict_expired(&self) {
        self.cache.evict_expired();
        self.clips.evict_expired();
    }

    /// A reading that was made before.
    pub fn reading(&self, id: &str) -> Option<Arc<Reading>> {
        self.cache.reading(id)
    }

    /// The document and its script, with the caller's own words and those of the deployment; an error when
    /// nothing in it can be spoken.
    async fn speakable(
        &self,
        document: Document,
        lexicon: Lexicon,
        deployment: Arc<Lexicon>,
    ) -> Result<(Document, Script), ReadError> {
        let mut front_end = self.text.front_end.with_shared_lexicon(deployment);
        if !lexicon.is_empty() {
            let merged = front_end.lexicon().merged(&lexicon);
            front_end = front_end.with_lexicon(merged);
        }
        let options = self.config.script;
        let speaking = langdu_blocking::run("normalising the text", move || {
            let script = front_end.script(&document, &options);
            (document, script)
        });
        let (document, script) = speaking.await?;
        if script.utterances.is_empty() {
            return Err(ReadError::Invalid {
                field: "source",
                reason: "nothing in it can be spoken: it holds no words".to_owned(),
            });
        }
        Ok((document, script))
    }
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
