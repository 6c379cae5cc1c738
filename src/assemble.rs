//! Puts the pipeline together from the configuration: the one place that knows all its parts.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use opendal::Operator;
use opendal::services::Memory;

use crate::config::Config;
use crate::ledger::{Ledger, LedgerError, Replicas};
use crate::lexicon_file::{self, LOOK_EVERY, LexiconFileError};
use crate::reading::Reader;
use langdu_clips::{ClipLimits, Clips, Shared, Store, StoreError, atomic_folder};
use langdu_fetch::{FetchError, Fetcher};
use langdu_text::{EnglishWords, FrontEnd, Lexicon};
use langdu_voice::pack::{PackError, runtime_library, scan};
use langdu_voice::voices::Voices;
use langdu_voice::{VoiceError, espeak, runtime};

/// What a configuration can name that is not there or cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError {
    /// The operator's lexicon.
    #[error(transparent)]
    Lexicon(#[from] LexiconFileError),
    /// The voice packs.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// ONNX Runtime.
    #[error(transparent)]
    Voice(#[from] VoiceError),
    /// The fetcher's settings.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The clip folder.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The ledger of documents.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// English words whose pronunciations are kept: more than any document uses.
const KEPT_WORDS: u64 = 10_000;

/// English words by espeak-ng. A word it cannot say is spelled by the front-end.
struct EspeakWords {
    known: Cache<String, Option<String>>,
}

impl EnglishWords for EspeakWords {
    fn phonemes(&self, word: &str) -> Option<String> {
        self.known.get_with_by_ref(word, || {
            espeak::phonemes(word, "en-us")
                .inspect_err(|error| tracing::warn!(%error, "an English word is spelled instead"))
                .ok()
        })
    }
}

/// The text front-end with the operator's lexicon and English by espeak-ng.
///
/// # Errors
///
/// When the lexicon cannot be read or has a wrong line.
pub fn front_end(config: &Config) -> Result<FrontEnd, AssembleError> {
    let lexicon = match &config.lexicon {
        Some(path) => lexicon_file::read(path)?,
        None => Lexicon::default(),
    };
    Ok(bilingual().with_lexicon(lexicon))
}

fn bilingual() -> FrontEnd {
    FrontEnd::new().with_english(Arc::new(EspeakWords {
        known: Cache::new(KEPT_WORDS),
    }))
}

/// A fetcher of the configuration.
///
/// # Errors
///
/// When a setting cannot be used.
pub fn fetcher(config: &Config) -> Result<Fetcher, AssembleError> {
    Ok(Fetcher::new(config.fetch.clone())?)
}

/// Allows what a URL that a person named on the command line needs: any host and any port, public
/// addresses only unless `allow_private`.
pub fn permit_named_url(config: &mut Config, url: &str, allow_private: bool) {
    let fetch = std::mem::take(&mut config.fetch);
    config.fetch = fetch.permit_any_host();
    config.fetch.allow_private |= allow_private;
    let port = url::Url::parse(url)
        .ok()
        .and_then(|url| url.port_or_known_default());
    config.fetch.ports.extend(port);
}

/// A folder beside the clips whose records are kept for good; in memory where clips are.
///
/// # Errors
///
/// When the folder cannot be used.
pub fn lasting(config: &Config, name: &str) -> Result<Operator, StoreError> {
    let Some(folder) = &config.clips.path else {
        return Ok(Operator::new(Memory::default())?);
    };
    atomic_folder(&folder.join(name))
}

/// The whole pipeline. Must be called inside a tokio runtime.
///
/// # Errors
///
/// When no pack is installed, or a setting cannot be used.
pub async fn reader(config: Config) -> Result<Arc<Reader>, AssembleError> {
    let (packs, refused) = scan(&config.voices.path)?;
    for error in refused {
        tracing::warn!(%error, "a voice pack is left out");
    }
    runtime::init(&runtime_library(&config.voices.path), config.voices.threads)?;
    let voices = Arc::new(Voices::new(packs));
    let store = match &config.clips.path {
        Some(folder) => Some(Arc::new(
            Store::open_folder(folder, config.clips.disk_bytes).await?,
        )),
        None => None,
    };
    let shared = match &config.clips.shared {
        Some(shared) => Some(Arc::new(Shared::open(shared, store.clone())?)),
        None => None,
    };
    let limits = ClipLimits {
        memory_bytes: config.clips.memory_bytes,
        samples_bytes: config.clips.samples_bytes,
        private_ttl: Duration::from_secs(config.clips.private_ttl_s),
        workers: config.voices.workers,
        max_waiting: config.voices.max_waiting,
    };
    let replicas = match &shared {
        Some(shared) => Some(Replicas::new(shared.clone(), lasting(&config, "ledger")?)),
        None => None,
    };
    let clips = Arc::new(Clips::new(voices.clone(), store, shared, &limits));
    let lexicon = match &config.lexicon {
        Some(path) => Some(lexicon_file::follow(path.clone(), LOOK_EVERY)?),
        None => None,
    };
    let ledger = Ledger::open(lasting(&config, "ledger")?).await?;
    // What is left in the tiers of withdrawn pages is nobody's, until it is removed.
    for owed in ledger.owed().await? {
        clips.refuse(&owed.clips);
    }
    let mut reader = Reader::new(config, bilingual(), voices, clips)?.with_ledger(ledger);
    if let Some(lexicon) = lexicon {
        reader = reader.with_lexicon(lexicon);
    }
    if let Some(replicas) = replicas {
        reader = reader.with_replicas(replicas);
    }
    Ok(Arc::new(reader))
}
