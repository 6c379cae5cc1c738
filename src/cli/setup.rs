//! Builds the pipeline's parts out of the configuration, for every command the same way.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use super::CliError;
use crate::clip::{ClipLimits, Clips, Store};
use crate::config::Config;
use crate::page::fetch::Fetcher;
use crate::reading::Reader;
use crate::text::{EnglishWords, FrontEnd, Lexicon};
use crate::voice::pack::{runtime_library, scan};
use crate::voice::voices::Voices;
use crate::voice::{espeak, runtime};

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
pub(super) fn front_end(config: &Config) -> Result<FrontEnd, CliError> {
    let lexicon = match &config.lexicon {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|source| CliError::Input {
                path: path.display().to_string(),
                source,
            })?;
            Lexicon::parse(&text)?
        }
        None => Lexicon::default(),
    };
    let english = Arc::new(EspeakWords {
        known: Cache::new(KEPT_WORDS),
    });
    Ok(FrontEnd::new().with_lexicon(lexicon).with_english(english))
}

/// A fetcher of the configuration.
pub(super) fn fetcher(config: &Config) -> Result<Fetcher, CliError> {
    Ok(Fetcher::new(config.fetch.clone())?)
}

/// Allows what a URL that a person named on the command line needs: any host and any port, public
/// addresses only unless `allow_private`.
pub(super) fn permit_named_url(config: &mut Config, url: &str, allow_private: bool) {
    let fetch = std::mem::take(&mut config.fetch);
    config.fetch = fetch.permit_any_host();
    config.fetch.allow_private |= allow_private;
    let port = url::Url::parse(url).ok().and_then(|url| url.port_or_known_default());
    config.fetch.ports.extend(port);
}

/// The whole pipeline. Must be called inside a tokio runtime.
///
/// # Errors
///
/// When no pack is installed, or a setting cannot be used.
pub(super) async fn reader(config: Config) -> Result<Arc<Reader>, CliError> {
    let (packs, refused) = scan(&config.voices.path)?;
    for error in refused {
        tracing::warn!(%error, "a voice pack is left out");
    }
    runtime::init(&runtime_library(&config.voices.path), config.voices.threads)?;
    let voices = Arc::new(Voices::new(packs));
    let store = match &config.clips.path {
        Some(folder) => Some(Store::open_folder(folder, config.clips.disk_bytes).await?),
        None => None,
    };
    let limits = ClipLimits {
        memory_bytes: config.clips.memory_bytes,
        samples_bytes: config.clips.samples_bytes,
        private_ttl: Duration::from_secs(config.clips.private_ttl_s),
        workers: config.voices.workers,
        max_waiting: config.voices.max_waiting,
    };
    let clips = Arc::new(Clips::new(voices.clone(), store, &limits));
    let front_end = front_end(&config)?;
    Ok(Arc::new(Reader::new(config, front_end, voices, clips)?))
}
