//! Who is read next, and what was read.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use langdu_model::{PictureLetter, PictureText};
use moka::sync::Cache;
use tokio::sync::Mutex;

use crate::config::OcrConfig;
use crate::error::RecogniseError;
use crate::metrics;
use crate::process::{Models, Pixels, Process};

/// Reads pictures, one at a time, in a process that is started when it is needed.
pub struct Recogniser {
    config: OcrConfig,
    models: Models,
    /// The program whose hidden command reads; the one that runs where there is none.
    program: Option<PathBuf>,
    /// The process, where one runs. Whoever holds the lock has their turn; the others wait in the order
    /// in which they came.
    process: Mutex<Option<Process>>,
    waiting: AtomicUsize,
    /// How many turns there were.
    turns: AtomicU64,
    known: Cache<blake3::Hash, Arc<PictureText>>,
}

impl Recogniser {
    /// A recogniser that starts no process yet.
    pub fn new(config: OcrConfig, models: Models, program: Option<PathBuf>) -> Arc<Self> {
        let known = Cache::builder()
            .weigher(|_, text: &Arc<PictureText>| weight(text))
            .max_capacity(config.cache_bytes)
            .build();
        Arc::new(Self {
            config,
            models,
            program,
            process: Mutex::new(None),
            waiting: AtomicUsize::new(0),
            turns: AtomicU64::new(0),
            known,
        })
    }

    /// What it may cost.
    pub fn config(&self) -> &OcrConfig {
        &self.config
    }

    /// What is written in a picture. Dropping the future gives the turn up, and ends the process where it
    /// was reading.
    ///
    /// # Errors
    /// [`RecogniseError`]; a picture without anything to read is none.
    pub async fn recognise(
        self: &Arc<Self>,
        picture: Pixels,
    ) -> Result<Arc<PictureText>, RecogniseError> {
        let read = self.recognise_uncounted(picture).await;
        if let Err(error) = &read {
            metrics::PICTURE_ERRORS.increment(error.label());
        }
        read
    }

    async fn recognise_uncounted(
        self: &Arc<Self>,
        picture: Pixels,
    ) -> Result<Arc<PictureText>, RecogniseError> {
        let digest = digest(&picture);
        if let Some(known) = self.known.get(&digest) {
            return Ok(known);
        }
        let place = Place::take(self)?;
        let mut process = self.process.lock().await;
        // Whoever came before may have brought the same one.
        if let Some(known) = self.known.get(&digest) {
            return Ok(known);
        }
        let started = Instant::now();
        // It is put back only when it has answered: one that was left in the middle is of no use.
        let own = process.take();
        let work = async {
            let mut own = match own {
                Some(own) => own,
                None => Process::start(&self.config, &self.models, self.program.as_ref()).await?,
            };
            let read = own.recognise(&picture).await;
            let sound = !matches!(read, Err(RecogniseError::Ended { .. }));
            Ok::<_, RecogniseError>((read, sound.then_some(own)))
        };
        let (read, own) = tokio::time::timeout(self.config.timeout(), work)
            .await
            .map_err(|_| RecogniseError::Timeout {
                seconds: self.config.timeout_seconds,
            })
            .flatten()
            .inspect_err(|error| tracing::warn!(%error, "a picture was not recognised"))?;
        *process = own;
        drop((process, place));
        metrics::PICTURE_SECONDS.record(started.elapsed());
        self.end_when_idle();
        let read = Arc::new(read?);
        self.known.insert(digest, read.clone());
        Ok(read)
    }

    /// Ends the process once no picture has come for a while.
    fn end_when_idle(self: &Arc<Self>) {
        let turn = self.turns.fetch_add(1, Ordering::Relaxed) + 1;
        let own = Arc::downgrade(self);
        let idle = self.config.idle();
        tokio::spawn(async move {
            tokio::time::sleep(idle).await;
            let Some(own) = own.upgrade() else { return };
            let mut process = own.process.lock().await;
            if own.turns.load(Ordering::Relaxed) == turn {
                *process = None;
            }
        });
    }

    /// Forgets what was read: a document that holds some of it was withdrawn.
    pub fn forget(&self) {
        self.known.invalidate_all();
    }

    /// The number of the process, where one runs and is not reading.
    pub async fn process_id(&self) -> Option<u32> {
        self.process.lock().await.as_ref().and_then(Process::id)
    }
}

impl std::fmt::Debug for Recogniser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recogniser")
            .field("config", &self.config)
            .field("models", &self.models)
            .finish_non_exhaustive()
    }
}

/// A place in the queue, given up when it is dropped.
struct Place<'r>(&'r Recogniser);

impl<'r> Place<'r> {
    fn take(recogniser: &'r Recogniser) -> Result<Self, RecogniseError> {
        let before = recogniser.waiting.fetch_add(1, Ordering::Relaxed);
        let place = Self(recogniser);
        // One is being read.
        if before > recogniser.config.max_waiting {
            return Err(RecogniseError::Busy {
                waiting: before - 1,
            });
        }
        metrics::PICTURES_WAITING.set((before + 1) as f64);
        Ok(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let before = self.0.waiting.fetch_sub(1, Ordering::Relaxed);
        metrics::PICTURES_WAITING.set(before.saturating_sub(1) as f64);
    }
}

/// Of its pixels and its shape. The models are the same as long as the service runs.
fn digest(picture: &Pixels) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&picture.width.to_le_bytes());
    hasher.update(&picture.height.to_le_bytes());
    hasher.update(&picture.rgb);
    hasher.finalize()
}

/// About how many bytes it takes.
fn weight(text: &PictureText) -> u32 {
    let letters: usize = text.lines.iter().map(|line| line.letters.len()).sum();
    let lines = text.lines.len() + text.rules.len();
    let bytes = letters * size_of::<PictureLetter>() + lines * 64 + 256;
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
