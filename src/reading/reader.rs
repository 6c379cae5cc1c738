//! Turns sources into readings.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use url::Url;

use super::cache::{OwnWords, ReadingCache};
use super::extract::Extracted;
use super::recipe::{reading_id, recipe};
use super::{Made, ReadError, ReadOptions, Reading, Source, check_rate};
use crate::corrections::{self, Corrections};
use crate::ledger::{DocumentRecord, PageIdentity};
use crate::withdrawals::Withdrawals;
use langdu_clips::{ClipId, Clips, Visibility};
use langdu_document::{Document, ExtractOptions, ListPage};
use langdu_fetch::{Fetcher, Page};
use langdu_file::FileLimits;
use langdu_recogniser::{PictureId, Recogniser};
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

/// What is known of documents that were read before.
pub struct Records {
    /// Readings and documents in memory.
    pub cache: Arc<ReadingCache>,
    /// What is not read any more.
    pub withdrawals: Arc<Withdrawals>,
    /// What editors have corrected.
    pub corrections: Arc<Corrections>,
}

/// Turns sources into readings.
pub struct Reader {
    pub(super) config: ReaderConfig,
    pub(super) fetcher: Fetcher,
    pub(super) text: TextStage,
    pub(super) voices: Arc<Voices>,
    pub(super) clips: Arc<Clips>,
    pub(super) cache: Arc<ReadingCache>,
    pub(super) withdrawals: Arc<Withdrawals>,
    pub(super) corrections: Arc<Corrections>,
}

impl Reader {
    /// A reader over the stages, in their order, and what remembers documents.
    pub fn new(
        config: ReaderConfig,
        fetcher: Fetcher,
        text: TextStage,
        voices: Arc<Voices>,
        clips: Arc<Clips>,
        records: Records,
    ) -> Self {
        let Records {
            cache,
            withdrawals,
            corrections,
        } = records;
        Self {
            config,
            fetcher,
            text,
            voices,
            clips,
            cache,
            withdrawals,
            corrections,
        }
    }

    /// What editors have corrected.
    pub fn corrections(&self) -> &Arc<Corrections> {
        &self.corrections
    }

    /// The text front-end, without lexicons.
    pub fn front_end(&self) -> &FrontEnd {
        &self.text.front_end
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
            value: Arc::unwrap_or_clone(extracted.document),
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
    ) -> Result<Made<(Document, Script)>, ReadError> {
        let extracted = self.extract(source).await?;
        let words = Words {
            own: lexicon,
            now: self.words(),
        };
        let identity = extracted.identity.as_ref();
        let document = Arc::unwrap_or_clone(extracted.document);
        let spoken = self.speakable(document, &words, identity).await?;
        Ok(Made {
            value: spoken,
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
        // Before the work of reading.
        rate_milli(options.rate)?;
        self.voices.choose(&options.voice)?;
        let extracted = self.extract(source).await?;
        self.reading_of(extracted, options).await
    }

    /// The reading of a document.
    pub(super) async fn reading_of(
        &self,
        extracted: Extracted,
        options: ReadOptions,
    ) -> Result<Arc<Reading>, ReadError> {
        let rate_milli = rate_milli(options.rate)?;
        let voice = self.voices.choose(&options.voice)?;
        let is_published = self.is_published(&extracted, &options).await?;
        // What nobody but its caller has is made anew: the caller's own words, a text handed over.
        let found_by = extracted
            .page
            .as_ref()
            .filter(|_| options.lexicon.is_empty() && options.trial.is_none() && is_published)
            .map(|(key, page)| ((key.clone(), voice.speaker.name.clone(), rate_milli), page));
        let mut words = Words {
            own: options.lexicon,
            now: self.words(),
        };
        if let Some((key, page)) = &found_by
            && let Some(reading) = self.cache.found(key, page, &words.now)
        {
            return self.found_again(reading).await;
        }
        let identity = extracted.identity.as_ref();
        let is_unpublished = !is_published || options.trial.is_some();
        let mut document = Document::clone(&extracted.document);
        let script = loop {
            if let Some(trial) = &options.trial {
                words.now.corrections = trial.clone();
            }
            let (own, script) = self.speakable(document, &words, identity).await?;
            document = own;
            // What was corrected meanwhile is not to be heard any more: its clips would come back.
            let now = self.words();
            if options.trial.is_some() || Arc::ptr_eq(&now.corrections, &words.now.corrections) {
                break script;
            }
            words.now = now;
        };
        let how = HowToSpeak {
            voice,
            rate_milli,
            melody: self.config.melody,
            owner: options.owner,
        };
        let clips = self.register(&script, 0, &how, extracted.private || is_unpublished)?;
        let mut reading = how.reading(&extracted, document, script, clips);
        if is_unpublished {
            reading.unpublished = reading.identity.take();
            reading.url = None;
        }
        let reading = Arc::new(reading);
        self.note(&reading, &reading.id).await?;
        self.corrections.keep(&reading);
        self.cache.keep_reading(reading.clone());
        if let Some((key, page)) = found_by {
            self.cache.keep_found(key, page, &words.now, &reading);
        }
        Ok(reading)
    }

    /// Whether others may hear a document: false where an editor reads one that waits for approval.
    async fn is_published(
        &self,
        extracted: &Extracted,
        options: &ReadOptions,
    ) -> Result<bool, ReadError> {
        let content = || corrections::content_of(&extracted.document);
        let (is_approved, url) = if let Some(identity) = self.asks_for_approval(extracted) {
            let is_approved = self.corrections.is_approved(identity, &content()).await?;
            (is_approved, &identity.requested)
        } else if let Some(url) = &extracted.handed_over_as
            && self.corrections.needs_approval(url)
        {
            // Anybody may say that a text is of this page: it waits for no editor.
            (self.corrections.has_approved(url, content()).await?, url)
        } else {
            return Ok(true);
        };
        if !is_approved && !options.for_editor {
            return Err(ReadError::NotApproved { url: url.clone() });
        }
        Ok(is_approved)
    }

    /// What the page is, where its portal asks for approval.
    pub(super) fn asks_for_approval<'e>(
        &self,
        extracted: &'e Extracted,
    ) -> Option<&'e PageIdentity> {
        let identity = extracted.identity.as_ref()?;
        let asks = |url: &str| self.corrections.needs_approval(url);
        (asks(&identity.url) || asks(&identity.requested)).then_some(identity)
    }

    /// A reading that was made before, of the same document: its clips are known, and will be for as long
    /// again.
    async fn found_again(&self, reading: Arc<Reading>) -> Result<Arc<Reading>, ReadError> {
        // A page that many ask for is the same each time: only what has been forgotten is made out again.
        if let Some(from) = reading
            .clips
            .iter()
            .position(|&clip| !self.clips.is_registered(clip))
        {
            let how = HowToSpeak {
                voice: reading.voice.clone(),
                rate_milli: reading.rate_milli,
                melody: reading.melody,
                owner: reading.owner.clone(),
            };
            self.register(&reading.script, from, &how, false)?;
        }
        self.note(&reading, &reading.id).await?;
        self.cache.keep_reading(reading.clone());
        Ok(reading)
    }

    /// Makes the clips of a script known from the utterance `from` on, so that whoever requests one gets it.
    pub(super) fn register(
        &self,
        script: &Script,
        from: usize,
        how: &HowToSpeak,
        private: bool,
    ) -> Result<Vec<ClipId>, VoiceError> {
        let visibility = if private {
            Visibility::PrivateTo(&how.owner)
        } else {
            Visibility::Public
        };
        let registered = (from..script.utterances.len()).map(|index| {
            let spoken = (how.rate_milli, how.melody);
            let recipe = recipe(&how.voice, &script.utterances, index, spoken)?;
            Ok(self.clips.register(recipe, visibility))
        });
        registered.collect()
    }

    /// Records which clips a page was read with, and which pictures it was recognised in, so that its
    /// withdrawal finds them; what was recognised is then kept as clips are. What is private is recorded
    /// nowhere.
    pub(super) async fn note(&self, reading: &Reading, recorded_as: &str) -> Result<(), ReadError> {
        let Some(identity) = reading.identity.clone() else {
            return Ok(());
        };
        let url = identity.requested.clone();
        let picture = |id: &PictureId| ClipId::from_bytes(id.to_bytes());
        let pictures: Vec<ClipId> = reading.pictures.iter().map(picture).collect();
        self.clips.lift_tombstones(&pictures);
        let document = DocumentRecord {
            identity,
            voice: reading.voice.speaker.name.clone(),
            rate_milli: reading.rate_milli,
            reading_id: recorded_as.to_owned(),
            clips: [&reading.clips[..], &pictures].concat(),
        };
        if !self.withdrawals.record(document).await? {
            return Err(ReadError::Withdrawn { url });
        }
        if let Some(recogniser) = &self.config.recogniser {
            for (id, kept) in reading.pictures.iter().zip(pictures) {
                if let Some(text) = recogniser.packed(*id) {
                    self.clips.keep_picture(kept, &text);
                }
            }
        }
        Ok(())
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

    /// The words that readings have now.
    pub(super) fn words(&self) -> OwnWords {
        OwnWords {
            lexicon: self.text.lexicon.borrow().clone(),
            corrections: self.corrections.in_force(),
        }
    }

    /// The front-end for a document: the caller's own words come first, then what was corrected, the narrower
    /// scope before the wider, then the deployment's lexicon.
    fn front_end_with(&self, words: &Words, identity: Option<&PageIdentity>) -> FrontEnd {
        let own = Some(words.own.clone()).filter(|own| !own.is_empty());
        let corrected = words.now.corrections.lexicons(identity);
        let deployment = words.now.lexicon.clone();
        let lexicons = own.map(Arc::new).into_iter().chain(corrected);
        self.text
            .front_end
            .with_lexicons(lexicons.chain([deployment]))
    }

    /// The corrections at single places of a document that have lost their place, by their ids.
    ///
    /// # Errors
    ///
    /// When looking for them panics.
    pub async fn lost_places(&self, reading: &Reading) -> Result<Vec<String>, ReadError> {
        let in_force = self.corrections.in_force();
        let lexicons = in_force.lexicons(reading.page());
        let front_end = self.text.front_end.with_lexicons(lexicons);
        let document = reading.document.clone();
        let look = move || front_end.lost_anchors(&document);
        let lost = langdu_blocking::run("looking for corrected places", look).await?;
        let ids = lost.into_iter().filter_map(|number| in_force.place(number));
        Ok(ids.map(str::to_owned).collect())
    }

    /// The document and its script; an error when nothing in it can be spoken.
    async fn speakable(
        &self,
        document: Document,
        words: &Words,
        identity: Option<&PageIdentity>,
    ) -> Result<(Document, Script), ReadError> {
        let (document, script) = self.script_from(document, words, identity, 0).await?;
        if script.utterances.is_empty() {
            return Err(ReadError::Invalid {
                field: "source",
                reason: "nothing in it can be spoken: it holds no words".to_owned(),
            });
        }
        Ok((document, script))
    }

    /// The document, and its script from the block of index `from` on.
    pub(super) async fn script_from(
        &self,
        document: Document,
        words: &Words,
        identity: Option<&PageIdentity>,
        from: usize,
    ) -> Result<(Document, Script), ReadError> {
        let front_end = self.front_end_with(words, identity);
        let options = self.config.script;
        let speaking = langdu_blocking::run("normalising the text", move || {
            let script = front_end.script_from(&document, &options, from);
            (document, script)
        });
        Ok(speaking.await?)
    }
}

/// The words that a script is made with: the caller's own before those that all readings have.
pub(super) struct Words {
    pub(super) own: Lexicon,
    pub(super) now: OwnWords,
}

/// How a document is spoken, and for whom.
pub(super) struct HowToSpeak {
    pub(super) voice: Voice,
    pub(super) rate_milli: u32,
    pub(super) melody: Melody,
    pub(super) owner: Arc<str>,
}

impl HowToSpeak {
    /// The reading of what was extracted, with nothing more to come.
    pub(super) fn reading(
        &self,
        extracted: &Extracted,
        document: Document,
        script: Script,
        clips: Vec<ClipId>,
    ) -> Reading {
        Reading {
            id: reading_id(&clips),
            url: extracted.url.clone(),
            read_from: extracted.read_from.clone(),
            identity: extracted.identity.clone(),
            unpublished: None,
            attachments_followed: extracted.attachments_followed,
            document,
            script,
            clips,
            voice: self.voice.clone(),
            rate_milli: self.rate_milli,
            melody: self.melody,
            owner: self.owner.clone(),
            page_time: extracted.took,
            incomplete: extracted.incomplete,
            pictures: extracted.pictures.clone(),
            more: None,
        }
    }
}

pub(super) fn rate_milli(rate: f64) -> Result<u32, ReadError> {
    if let Err(reason) = check_rate(rate) {
        let field = "audio_config.speaking_rate";
        return Err(ReadError::Invalid { field, reason });
    }
    Ok((rate * 1000.0).round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_outside_the_range_is_refused_by_name() {
        for rate in [0.0, 0.24, 4.01, 9.0, f64::NAN, f64::INFINITY] {
            let error = rate_milli(rate).unwrap_err();
            assert!(error.to_string().contains("speaking_rate"), "{rate}");
        }
        assert_eq!(rate_milli(1.25).unwrap(), 1250);
    }
}
