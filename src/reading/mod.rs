//! The pipeline, in the order of the diagram: source, page, document, script, clips.
//!
//! A [`Reading`] is available at once, before any audio or timing; its clips are made when they
//! are requested.

mod begin;
mod cache;
mod extract;
mod growth;
mod page_document;
pub mod pages;
mod reader;
mod recipe;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use url::Url;

pub use cache::ReadingCache;
pub use growth::Growth;
pub use reader::{Reader, ReaderConfig, Records, TextStage};

use pages::PageError;
use recipe::{at_rate, recipe, spoken_at};

use crate::corrections::{CorrectionError, InForce};
use crate::ledger::{LedgerError, PageIdentity};
use langdu_audio::{AigcLabel, Tags};
use langdu_blocking::Panicked;
use langdu_clips::{ClipError, ClipId, Clips, Visibility};
use langdu_document::{Document, ExtractError, Says};
use langdu_fetch::FetchError;
use langdu_file::FileError;
use langdu_recogniser::{PictureId, RecogniseError};
use langdu_text::{Lexicon, Script};
use langdu_voice::voices::{UnknownVoice, Voice, VoiceChoice};
use langdu_voice::{Melody, VoiceError};

/// What is to be read.
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
    /// SSML.
    Ssml(String),
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
    /// 0.25 to 4.0; 1.0 is the normal rate.
    pub rate: f64,
    /// The caller's own pronunciations, which come before all others.
    pub lexicon: Lexicon,
    /// Whose reading it is, where the source is private: other callers have other clips.
    pub owner: Arc<str>,
    /// Whoever reads it is an editor, who hears what is not approved yet. The reading is then its owner's alone.
    pub for_editor: bool,
    /// Corrections that are tried out in the place of those in force. The reading is then its owner's alone, also
    /// that of a page.
    pub trial: Option<Arc<InForce>>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            voice: VoiceChoice::default(),
            rate: 1.0,
            lexicon: Lexicon::default(),
            owner: Arc::default(),
            for_editor: false,
            trial: None,
        }
    }
}

/// The rates on offer.
pub const RATE_RANGE: std::ops::RangeInclusive<f64> = 0.25..=4.0;

/// Whether a rate is on offer.
///
/// # Errors
///
/// Why it is not.
pub(crate) fn check_rate(rate: f64) -> Result<(), String> {
    if RATE_RANGE.contains(&rate) {
        return Ok(());
    }
    let (slowest, fastest) = (RATE_RANGE.start(), RATE_RANGE.end());
    Err(format!("{rate} is not between {slowest} and {fastest}"))
}

/// What can go wrong before there is any audio.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A part of the request cannot be used.
    #[error("{field}: {reason}")]
    Invalid {
        /// The field's name in the contract.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The page could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// There is nothing to read on it.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A picture was not recognised.
    #[error(transparent)]
    Recognise(#[from] RecogniseError),
    /// No such voice.
    #[error(transparent)]
    UnknownVoice(#[from] UnknownVoice),
    /// The voice or a clip.
    #[error(transparent)]
    Clip(#[from] ClipError),
    /// Reading it panicked: a fault of ours.
    #[error(transparent)]
    Panicked(#[from] Panicked),
    /// The ledger does not keep up.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The database of corrections and approvals fails.
    #[error(transparent)]
    Corrections(#[from] CorrectionError),
    /// The page waits for an editor's approval (先审后播).
    #[error("{url} is heard when an editor has approved it at the proof desk: it waits there")]
    NotApproved {
        /// The page.
        url: String,
    },
    /// The page was withdrawn (撤稿).
    #[error(
        "{url} was withdrawn: it is read again when Prepare names the page that Withdraw named"
    )]
    Withdrawn {
        /// The page.
        url: String,
    },
}

impl From<PageError> for ReadError {
    fn from(error: PageError) -> Self {
        match error {
            PageError::Fetch(error) => Self::Fetch(error),
            PageError::Extract(error) => Self::Extract(error),
            PageError::File(error) => Self::File(error),
            PageError::Recognise(error) => Self::Recognise(error),
            PageError::Panicked(error) => Self::Panicked(error),
        }
    }
}

impl From<VoiceError> for ReadError {
    fn from(error: VoiceError) -> Self {
        Self::Clip(error.into())
    }
}

/// A document, its script and its clip ids.
#[derive(Clone)]
pub struct Reading {
    /// Names the reading; a private one cannot be guessed.
    pub id: String,
    /// The final address, for a URL source.
    pub url: Option<String>,
    /// Every address that it was read from, for a URL source: of its pages, of an attachment that
    /// was followed, and where redirects led.
    pub read_from: Vec<String>,
    /// What the page is, for a URL source.
    pub identity: Option<PageIdentity>,
    /// What the page is, where it is not heard by others yet: it is not approved, or a correction of it is tried
    /// out. The reading is then private, and has neither `url` nor `identity`.
    pub unpublished: Option<PageIdentity>,
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
    /// Thousandths of the normal rate, 250 to 4000.
    pub rate_milli: u32,
    /// What is done to the pitch that the voice plans.
    pub melody: Melody,
    /// Whose reading it is, where it is private.
    pub owner: Arc<str>,
    /// How long fetching and extracting took when it was made.
    pub page_time: Duration,
    /// Parts of the document are missing that a later try may find; the listener is told so.
    pub incomplete: bool,
    /// The pictures that it was recognised in.
    pub pictures: Vec<PictureId>,
    /// What tells how it goes on, where its document is still being recognised; `None` where this is all.
    pub more: Option<Growth>,
}

impl Reading {
    /// Keeps the recipe of the utterance `index` for as long again. What is private is forgotten
    /// after a while, but not while somebody is still listening to it.
    pub fn keep_known(&self, clips: &Clips, index: usize) {
        let utterances = &self.script.utterances;
        if !self.is_private() || index >= utterances.len() {
            return;
        }
        // It was made of the same utterances before.
        let how = (self.rate_milli, self.melody);
        if let Ok(recipe) = recipe(&self.voice, utterances, index, how) {
            clips.register(recipe, Visibility::PrivateTo(&self.owner));
        }
    }

    /// The same, with nothing more to come.
    fn without_more(&self) -> Self {
        Self {
            more: None,
            incomplete: true,
            ..self.clone()
        }
    }

    /// The whole of it, which may take minutes where its document is still being recognised.
    pub async fn whole(self: Arc<Self>) -> Arc<Self> {
        let Some(more) = self.more.clone() else {
            return self;
        };
        more.beyond(usize::MAX).await.unwrap_or(self)
    }

    /// The page's final address, also where it is not heard by others yet.
    pub fn page(&self) -> Option<&PageIdentity> {
        self.identity.as_ref().or(self.unpublished.as_ref())
    }

    /// True for a reading of what its caller handed over: nobody else is to learn of it.
    pub fn is_private(&self) -> bool {
        self.url.is_none()
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

    /// The places that the source names, each with the utterance that is spoken next and how many syllables of it
    /// come before.
    pub fn marks(&self) -> impl Iterator<Item = (&str, (usize, usize))> {
        self.document
            .markup
            .iter()
            .filter_map(|markup| match &markup.says {
                Says::Mark(name) => {
                    let place = self.script.place_of(markup.block, markup.range.start);
                    Some((name.as_str(), place))
                }
                _ => None,
            })
    }

    /// About how long an utterance takes with its pause; nothing for one that the reading has not.
    pub fn estimated_duration(&self, index: usize) -> Duration {
        let Some(utterance) = self.script.utterances.get(index) else {
            return Duration::ZERO;
        };
        let syllables = utterance.syllables.len();
        let pause_ms = at_rate(utterance.pause_ms, self.rate_milli);
        let rate_milli = spoken_at(utterance, self.rate_milli);
        langdu_clips::estimated_duration(syllables, rate_milli, pause_ms)
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
