//! The readings and documents that are kept in memory, bounded by about how many bytes they take.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use parking_lot::Mutex;
use tokio::sync::watch;

use super::Reading;
use super::page_document::PageDocument;
use super::pages::PageError;
use crate::corrections::{ForgetClips, InForce};
use crate::ledger::PageIdentity;
use crate::withdrawals::ForgetDocuments;
use langdu_clips::ClipId;
use langdu_document::Document;
use langdu_recogniser::Recogniser;
use langdu_text::{Lexicon, Syllable, Utterance};

/// How much memory readings are kept in for their whole-document addresses: some hundreds of
/// ordinary length, or two of the longest text that is taken.
const READINGS_BYTES: u64 = 128 << 20;

/// How much memory the documents of pages are kept in, so that an unchanged page is not read
/// again: some thousands of ordinary length.
const DOCUMENTS_BYTES: u64 = 64 << 20;

/// What a document is found by: the address that it was requested by, and whether attachments are
/// followed from there.
pub(super) type DocumentKey = (String, bool);

/// Readings of pages that are found by what they were made of. One takes about 200 bytes beside the
/// reading, which is kept by its id.
const MOST_FOUND: u64 = 20_000;

/// A document as its pages were when they were last asked for.
#[derive(Clone)]
pub(super) struct KnownDocument {
    pub(super) page: Arc<PageDocument>,
    /// When the portal last answered.
    pub(super) checked: Instant,
}

/// How a document was read the last time, and when that ended.
pub(super) type Outcome = Option<(Instant, Result<Arc<PageDocument>, PageError>)>;

/// A document that is being asked for, by one request after the other.
#[derive(Default)]
pub(super) struct InFlight {
    pub(super) outcome: tokio::sync::Mutex<Outcome>,
    /// Whether it comes in parts, because it is being recognised: whoever takes parts does not wait for the
    /// whole.
    pub(super) comes_in_parts: watch::Sender<bool>,
}

/// What a reading of a page is found by: the page, the voice's name, and the rate in thousandths.
pub(super) type ReadingKey = (DocumentKey, String, u32);

/// The words that a reading has: the deployment's lexicon, and what editors have corrected.
#[derive(Clone)]
pub(super) struct OwnWords {
    pub(super) lexicon: Arc<Lexicon>,
    pub(super) corrections: Arc<InForce>,
}

/// A reading, and what it was made of.
#[derive(Clone)]
struct FoundReading {
    reading: Weak<Reading>,
    document: Weak<PageDocument>,
    lexicon: Weak<Lexicon>,
    corrections: Weak<InForce>,
}

/// Readings by their ids, and documents by the addresses that they were requested by.
pub struct ReadingCache {
    readings: Cache<String, Arc<Reading>>,
    found: Cache<ReadingKey, FoundReading>,
    documents: Cache<DocumentKey, KnownDocument>,
    in_flight: Mutex<HashMap<DocumentKey, Weak<InFlight>>>,
    /// Keeps what it read in pictures.
    recogniser: Option<Arc<Recogniser>>,
}

impl ReadingCache {
    /// An empty cache that forgets each reading `private_ttl` after it was read, as its clips are
    /// forgotten when it is private.
    pub fn new(private_ttl: Duration, recogniser: Option<Arc<Recogniser>>) -> Self {
        Self {
            recogniser,
            readings: Cache::builder()
                .weigher(|_, reading: &Arc<Reading>| reading_weight(reading))
                .max_capacity(READINGS_BYTES)
                // Whoever has just requested a reading comes for its audio the next moment.
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(private_ttl)
                .build(),
            found: Cache::builder()
                .max_capacity(MOST_FOUND)
                .time_to_live(private_ttl)
                .build(),
            documents: Cache::builder()
                .weigher(|(url, _): &DocumentKey, known: &KnownDocument| {
                    document_weight(url, &known.page)
                })
                .max_capacity(DOCUMENTS_BYTES)
                .build(),
            in_flight: Mutex::default(),
        }
    }

    pub(super) fn reading(&self, id: &str) -> Option<Arc<Reading>> {
        self.readings.get(id)
    }

    pub(super) fn keep_reading(&self, reading: Arc<Reading>) {
        self.readings.insert(reading.id.clone(), reading);
    }

    /// Forgets a reading that did not become whole.
    pub(super) fn forget_reading(&self, id: &str) {
        self.readings.invalidate(id);
    }

    /// The reading of a page that was made of just this document with just these words.
    pub(super) fn found(
        &self,
        key: &ReadingKey,
        document: &Arc<PageDocument>,
        words: &OwnWords,
    ) -> Option<Arc<Reading>> {
        let found = self.found.get(key)?;
        let is_of = std::ptr::eq(found.document.as_ptr(), Arc::as_ptr(document))
            && std::ptr::eq(found.lexicon.as_ptr(), Arc::as_ptr(&words.lexicon))
            && std::ptr::eq(found.corrections.as_ptr(), Arc::as_ptr(&words.corrections));
        is_of.then(|| found.reading.upgrade()).flatten()
    }

    /// Has a reading found by what it was made of, as long as it is kept.
    pub(super) fn keep_found(
        &self,
        key: ReadingKey,
        document: &Arc<PageDocument>,
        words: &OwnWords,
        reading: &Arc<Reading>,
    ) {
        // As long as these exist, nothing else can lie where they do.
        let found = FoundReading {
            reading: Arc::downgrade(reading),
            document: Arc::downgrade(document),
            lexicon: Arc::downgrade(&words.lexicon),
            corrections: Arc::downgrade(&words.corrections),
        };
        self.found.insert(key, found);
    }

    pub(super) fn document(&self, key: &DocumentKey) -> Option<KnownDocument> {
        self.documents.get(key)
    }

    pub(super) fn keep_document(&self, key: DocumentKey, page: Arc<PageDocument>) {
        let checked = Instant::now();
        self.documents.insert(key, KnownDocument { page, checked });
    }

    /// Where the requests for one document wait for each other.
    pub(super) fn in_flight(&self, key: &DocumentKey) -> Arc<InFlight> {
        let mut in_flight = self.in_flight.lock();
        if let Some(known) = in_flight.get(key).and_then(Weak::upgrade) {
            return known;
        }
        // As many as requests at the same time.
        in_flight.retain(|_, waited_for| waited_for.strong_count() > 0);
        let new = Arc::<InFlight>::default();
        in_flight.insert(key.clone(), Arc::downgrade(&new));
        new
    }

    pub(super) fn forget_document(&self, key: &DocumentKey) {
        self.documents.invalidate(key);
    }

    pub(super) fn evict_expired(&self) {
        self.readings.run_pending_tasks();
    }
}

impl ForgetDocuments for ReadingCache {
    fn forget(&self, is_withdrawn: &dyn Fn(&PageIdentity) -> bool) {
        for (id, reading) in &self.readings {
            if reading.identity.as_ref().is_some_and(is_withdrawn) {
                self.readings.invalidate(&*id);
            }
        }
        // The page may have been requested by several addresses. The other documents are read
        // again.
        self.documents.invalidate_all();
        // Nothing says which pictures were the page's.
        if let Some(recogniser) = &self.recogniser {
            recogniser.forget();
        }
    }
}

impl ForgetClips for ReadingCache {
    fn forget_clips(&self, clips: &HashSet<ClipId>) {
        for (id, reading) in &self.readings {
            if reading.clips.iter().any(|clip| clips.contains(clip)) {
                self.readings.invalidate(&*id);
            }
        }
    }
}

/// About how many bytes a document takes: its text, and as much again for spans and marks.
fn document_bytes(document: &Document) -> usize {
    const BLOCK_BYTES: usize = 200;
    let blocks = document.blocks.iter();
    let text: usize = blocks.map(|block| block.text.len() + BLOCK_BYTES).sum();
    2 * text
}

/// About how many bytes an utterance takes: most of them are for its syllables.
fn utterance_bytes(utterance: &Utterance) -> usize {
    /// What the heap adds to a syllable's three short strings.
    const STRINGS_BYTES: usize = 3 * 32;
    let syllable = size_of::<Syllable>() + STRINGS_BYTES;
    let text = utterance.text.len() + utterance.spoken.len() + utterance.phonemes.len();
    size_of::<Utterance>() + text + utterance.syllables.len() * syllable
}

/// As [`moka`] weighs it: in bytes.
fn reading_weight(reading: &Reading) -> u32 {
    let utterances = reading.script.utterances.iter().map(utterance_bytes);
    let bytes = document_bytes(&reading.document) + utterances.sum::<usize>();
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// As [`moka`] weighs it: in bytes.
fn document_weight(url: &str, page: &PageDocument) -> u32 {
    let bytes = url.len() + document_bytes(page.document());
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use langdu_text::FrontEnd;

    #[test]
    fn the_weight_of_an_utterance_counts_its_syllables() {
        let text = "老年人只需要按一下按钮，就能听到政策文件的内容。";
        let utterances = FrontEnd::new().explain(text);
        let bytes: usize = utterances.iter().map(utterance_bytes).sum();
        let syllables: usize = utterances.iter().map(|u| u.syllables.len()).sum();
        assert!(bytes > syllables * size_of::<Syllable>());
    }
}
