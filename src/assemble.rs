//! Puts the pipeline together from the configuration: the one place that knows all its parts.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use opendal::Operator;
use opendal::services::Memory;
use tokio::sync::watch;

use crate::config::{Config, VoicesConfig};
use crate::corrections::{CorrectionError, Corrections, TextParts};
use crate::ledger::{Ledger, LedgerError};
use crate::lexicon_file::{self, CHECK_EVERY, LexiconFileError};
use crate::listens::{Listens, ListensError};
use crate::prepare::{Preparations, RecordsError};
use crate::reading::{Reader, ReaderConfig, ReadingCache, Records, TextStage};
use crate::server::{Backend, ServerConfig};
use crate::withdrawals::{Announcements, PurgeHook, PurgeHookError, Withdrawals};
use langdu_clips::{
    ClipId, ClipLimits, Clips, ClipsConfig, DiskTier, RemoteTier, TierError, atomic_folder,
};
use langdu_fetch::{FetchError, Fetcher};
use langdu_recogniser::{Found, Lasting, Models, PictureId, Recogniser};
use langdu_text::{EnglishWords, FrontEnd, Lexicon, ScriptOptions};
use langdu_voice::pack::{PackError, RecognitionModels, runtime_library, scan};
use langdu_voice::voices::Voices;
use langdu_voice::{VoiceError, espeak, runtime};

/// Something that the configuration names is not there or cannot be used.
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
    Tier(#[from] TierError),
    /// The ledger of documents.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The corrections.
    #[error(transparent)]
    Corrections(#[from] CorrectionError),
    /// The counts of listens.
    #[error(transparent)]
    Listens(#[from] ListensError),
    /// The hook that a CDN is purged by.
    #[error(transparent)]
    PurgeHook(#[from] PurgeHookError),
    /// The operations of preparation.
    #[error(transparent)]
    Records(#[from] RecordsError),
}

/// English words whose pronunciations are cached: more than any document uses.
const CACHED_WORDS: u64 = 10_000;

/// English words by espeak-ng. A word it cannot say is spelled by the front-end.
struct EspeakWords {
    cache: Cache<String, Option<String>>,
}

impl EnglishWords for EspeakWords {
    fn phonemes(&self, word: &str) -> Option<String> {
        self.cache.get_with_by_ref(word, || {
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
    Ok(bilingual(config).with_lexicon(lexicon))
}

fn bilingual(config: &Config) -> FrontEnd {
    let english = EspeakWords {
        cache: Cache::new(CACHED_WORDS),
    };
    FrontEnd::new()
        .with_english(Arc::new(english))
        .with_whole_addresses(config.text.whole_addresses)
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

/// The whole pipeline, for reading in this process. Must be called inside a tokio runtime.
///
/// # Errors
///
/// When no pack is installed, or a setting cannot be used.
pub async fn reader(config: &Config) -> Result<Arc<Reader>, AssembleError> {
    let (reader, _) = reader_and_withdrawals(config).await?;
    Ok(reader)
}

/// What the listeners serve: the pipeline, withdrawals and preparations, which begin to work. Must
/// be called inside a tokio runtime.
///
/// # Errors
///
/// As [`reader`].
pub async fn backend(config: &Config) -> Result<Backend, AssembleError> {
    let (reader, withdrawals) = reader_and_withdrawals(config).await?;
    let operations = operations(config)?;
    let tier = reader.clips().remote().cloned();
    let preparations = Preparations::open(
        reader.clone(),
        withdrawals.clone(),
        operations,
        tier,
        config.voices.prepares,
        &config.prepare,
    );
    let folder = ledger_folder(&config.clips);
    let listens = Listens::open(folder.as_deref(), &config.listens, config.pages.clone());
    Ok(Backend {
        reader,
        withdrawals,
        preparations: preparations.await?,
        listens: listens.await?,
    })
}

/// What the listeners need of the configuration.
pub fn server_config(config: &Config) -> ServerConfig {
    ServerConfig {
        gateway: config.gateway.clone(),
        security: config.security.clone(),
        limits: config.limits.clone(),
        demo: config.demo.clone(),
        operator_token: config.operator_token(),
        operators_socket: config.operators_socket(),
        drain: Duration::from_secs(config.listen.drain_seconds),
        shutdown_grace: Duration::from_secs(config.listen.shutdown_grace_seconds),
        max_connection_age: config.listen.max_connection_age(),
        connection_grace: Duration::from_secs(config.listen.connection_grace_seconds),
        security_source: None,
        workers: config.voices.workers,
        max_file_bytes: config.files.max_bytes,
    }
}

async fn reader_and_withdrawals(
    config: &Config,
) -> Result<(Arc<Reader>, Arc<Withdrawals>), AssembleError> {
    let voices = voices(&config.voices)?;
    let disk = disk_tier(&config.clips).await?;
    let remote = match &config.clips.shared {
        Some(shared) => Some(Arc::new(RemoteTier::open(shared, disk.clone())?)),
        None => None,
    };
    let clips = clips(config, voices.clone(), disk, remote.clone());
    let text = TextStage {
        front_end: bilingual(config),
        lexicon: lexicon(config)?,
    };
    let folder = ledger_folder(&config.clips);
    let ledger = Ledger::open(
        folder.as_deref(),
        config.clips.ledger_bytes,
        config.pages.clone(),
    );
    let ledger = ledger.await?;
    let shared = remote.clone();
    let announcements = remote.map(Announcements::new);
    let hook = PurgeHook::open(&config.gateway)?;
    let recogniser = recogniser(config, Some(Arc::new(PicturesOfClips(clips.clone()))))?;
    let cache = ReadingCache::new(private_ttl(&config.clips), recogniser.clone());
    let cache = Arc::new(cache);
    let parts = TextParts {
        front_end: text.front_end.clone(),
        lexicon: text.lexicon.clone(),
    };
    let corrections = Corrections::open(
        folder.as_deref(),
        config.pages.clone(),
        parts,
        ledger.clone(),
        clips.clone(),
        cache.clone(),
        shared,
    );
    let corrections = corrections.await?;
    let withdrawals = Withdrawals::open(
        ledger,
        announcements,
        hook,
        clips.clone(),
        cache.clone(),
        corrections.clone(),
    );
    let withdrawals = Arc::new(withdrawals.await?);
    let reader = Reader::new(
        reader_config(config, recogniser),
        fetcher(config)?,
        text,
        voices,
        clips,
        Records {
            cache,
            withdrawals: withdrawals.clone(),
            corrections,
        },
    );
    Ok((Arc::new(reader), withdrawals))
}

/// Where the databases lie, if clips lie anywhere.
fn ledger_folder(config: &ClipsConfig) -> Option<PathBuf> {
    config.path.as_ref().map(|path| path.join("ledger"))
}

/// The installed voices, and ONNX Runtime to run them.
fn voices(config: &VoicesConfig) -> Result<Arc<Voices>, AssembleError> {
    let (packs, refused) = scan(&config.path)?;
    for error in refused {
        tracing::warn!(%error, "a voice pack is left out");
    }
    runtime::init(&runtime_library(&config.path), config.compute_threads())?;
    Ok(Arc::new(Voices::new(packs)))
}

/// What was recognised in pictures lies where clips do.
struct PicturesOfClips(Arc<Clips>);

impl Lasting for PicturesOfClips {
    fn find(&self, id: PictureId) -> Found<'_> {
        Box::pin(async move { self.0.picture(ClipId::from_bytes(id.to_bytes())).await })
    }
}

/// What reads pictures, where it is wanted and installed; `lasting` has what was read before.
///
/// # Errors
///
/// When its models were changed after the install.
pub fn recogniser(
    config: &Config,
    lasting: Option<Arc<dyn Lasting>>,
) -> Result<Option<Arc<Recogniser>>, AssembleError> {
    if !config.ocr.enabled {
        return Ok(None);
    }
    let Some(models) = RecognitionModels::open(&config.voices.path)? else {
        tracing::warn!(
            "pictures and scans are not read: run `langdu voices install`, or set ocr.enabled = false"
        );
        return Ok(None);
    };
    let library = match std::env::var_os("ORT_DYLIB_PATH") {
        Some(library) => library.into(),
        None => runtime_library(&config.voices.path),
    };
    let models = Models {
        library,
        detection: models.detection,
        recognition: models.recognition,
        version: models.version,
    };
    let program = config.files.parser.clone();
    let ocr = config.ocr.clone();
    Ok(Some(Recogniser::new(ocr, models, program, lasting)))
}

async fn disk_tier(config: &ClipsConfig) -> Result<Option<Arc<DiskTier>>, TierError> {
    let Some(folder) = &config.path else {
        return Ok(None);
    };
    let disk = DiskTier::open(folder, config.disk_bytes).await?;
    Ok(Some(Arc::new(disk)))
}

fn clips(
    config: &Config,
    voices: Arc<Voices>,
    disk: Option<Arc<DiskTier>>,
    remote: Option<Arc<RemoteTier>>,
) -> Arc<Clips> {
    let limits = ClipLimits {
        memory_bytes: config.clips.memory_bytes,
        samples_bytes: config.clips.samples_bytes,
        private_ttl: private_ttl(&config.clips),
        workers: config.voices.workers,
        max_waiting: config.voices.max_waiting,
    };
    Arc::new(Clips::new(voices, disk, remote, &limits))
}

fn private_ttl(config: &ClipsConfig) -> Duration {
    Duration::from_secs(config.private_ttl_s)
}

/// The deployment's lexicon as it changes; an empty one that never does where none is configured.
fn lexicon(config: &Config) -> Result<watch::Receiver<Arc<Lexicon>>, LexiconFileError> {
    match &config.lexicon {
        Some(path) => lexicon_file::follow(path.clone(), CHECK_EVERY),
        None => Ok(watch::channel(Arc::default()).1),
    }
}

fn reader_config(config: &Config, recogniser: Option<Arc<Recogniser>>) -> ReaderConfig {
    ReaderConfig {
        extract: config.extract.clone(),
        files: config.files.clone(),
        recogniser,
        script: ScriptOptions {
            pauses: config.pauses,
            digit_groups: config.text.digit_groups,
            ..ScriptOptions::default()
        },
        melody: config.melody,
        max_text_bytes: config.limits.max_text_bytes,
        max_html_bytes: config.limits.max_html_bytes,
        fresh: Duration::from_secs(config.fetch.fresh_seconds),
    }
}

/// A folder beside the clips, where operations are kept until they are done; in memory where clips
/// are.
fn operations(config: &Config) -> Result<Operator, TierError> {
    let Some(folder) = &config.clips.path else {
        return Ok(Operator::new(Memory::default())?);
    };
    atomic_folder(&folder.join("operations"))
}
