//! Who is read next, and what was read.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use langdu_model::{PictureLetter, PictureText};
use moka::sync::Cache;
use tokio::sync::Mutex;

use crate::config::OcrConfig;
use crate::error::RecogniseError;
use crate::lasting::{self, Lasting, PictureId};
use crate::metrics;
use crate::process::{Models, Pixels, Process};

/// How often the process may fail over a picture before that is refused, and for how long. It may have been
/// ended by somebody once.
const MOST_FAILURES: u32 = 2;
const REFUSED_FOR: Duration = Duration::from_secs(600);

/// Most pictures whose failures are counted.
const MOST_FAILED: u64 = 1000;

/// What was read of a picture.
#[derive(Debug, Clone)]
pub struct ReadPicture {
    /// The picture.
    pub id: PictureId,
    /// What is written in it.
    pub text: Arc<PictureText>,
    /// It was read before, and cost nothing.
    pub is_known: bool,
}

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
    known: Cache<PictureId, Arc<PictureText>>,
    /// How often the process has failed over a picture lately.
    failures: Cache<PictureId, u32>,
    /// Where what was read is kept for good.
    lasting: Option<Arc<dyn Lasting>>,
}

impl Recogniser {
    /// A recogniser that starts no process yet.
    pub fn new(
        config: OcrConfig,
        models: Models,
        program: Option<PathBuf>,
        lasting: Option<Arc<dyn Lasting>>,
    ) -> Arc<Self> {
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
            failures: Cache::builder()
                .max_capacity(MOST_FAILED)
                .time_to_live(REFUSED_FOR)
                .build(),
            lasting,
        })
    }

    /// What it may cost.
    pub fn config(&self) -> &OcrConfig {
        &self.config
    }

    /// What is written in a picture, where its turn comes before `until`; once it has come, the picture has
    /// its time. Dropping the future gives the turn up, and ends the process where it was reading.
    ///
    /// # Errors
    /// [`RecogniseError`]; a picture without anything to read is none.
    pub async fn recognise(
        self: &Arc<Self>,
        picture: Pixels,
        until: Option<Instant>,
    ) -> Result<ReadPicture, RecogniseError> {
        let id = PictureId::of(&picture, &self.models);
        let read = self.recognise_uncounted(id, picture, until).await;
        if let Err(error) = &read {
            metrics::PICTURE_ERRORS.increment(error.label());
        }
        read
    }

    /// Starts the process while the first picture is still being unpacked, so that its models are mapped
    /// when that comes.
    pub fn expect(self: &Arc<Self>) {
        let own = self.clone();
        tokio::spawn(async move {
            // Where a picture is being read there is a process.
            let Ok(mut process) = own.process.try_lock() else {
                return;
            };
            if process.is_some() {
                return;
            }
            let starting = Process::start(&own.config, &own.models, own.program.as_ref());
            match tokio::time::timeout(own.config.timeout(), starting).await {
                Ok(Ok(started)) => *process = Some(started),
                // The picture will say why.
                Ok(Err(_)) | Err(_) => return,
            }
            drop(process);
            own.end_when_idle();
        });
    }

    /// What is known of a picture that was read, in few bytes, for whoever may keep it for good.
    pub fn packed(&self, id: PictureId) -> Option<Bytes> {
        let text = self.known.get(&id)?;
        lasting::pack(&text).ok()
    }

    /// What was read before, by this process or another.
    async fn find(&self, id: PictureId) -> Option<Arc<PictureText>> {
        if let Some(known) = self.known.get(&id) {
            return Some(known);
        }
        let packed = self.lasting.as_ref()?.find(id).await?;
        let text = Arc::new(lasting::unpack(&packed)?);
        self.known.insert(id, text.clone());
        Some(text)
    }

    fn note_failure(&self, id: PictureId) {
        let before = self.failures.get(&id).unwrap_or(0);
        self.failures.insert(id, before + 1);
    }

    /// Refuses a picture over which the process has failed too often.
    fn refuse_failed(&self, id: PictureId) -> Result<(), RecogniseError> {
        if self.failures.get(&id).unwrap_or(0) < MOST_FAILURES {
            return Ok(());
        }
        let minutes = REFUSED_FOR.as_secs() / 60;
        let reason = format!("it has failed before; it is tried again after {minutes} minutes");
        Err(RecogniseError::Refused { reason })
    }

    async fn recognise_uncounted(
        self: &Arc<Self>,
        id: PictureId,
        picture: Pixels,
        until: Option<Instant>,
    ) -> Result<ReadPicture, RecogniseError> {
        let read = |text, is_known| ReadPicture { id, text, is_known };
        if let Some(known) = self.find(id).await {
            return Ok(read(known, true));
        }
        self.refuse_failed(id)?;
        let place = Place::take(self)?;
        let turn = self.process.lock();
        let mut process = match until {
            Some(until) => tokio::time::timeout_at(until.into(), turn)
                .await
                .map_err(|_| RecogniseError::Late)?,
            None => turn.await,
        };
        // Whoever came before may have brought the same one.
        if let Some(known) = self.known.get(&id) {
            return Ok(read(known, true));
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
        let (text, own) = tokio::time::timeout(self.config.timeout(), work)
            .await
            .map_err(|_| {
                self.note_failure(id);
                RecogniseError::Timeout {
                    seconds: self.config.timeout_seconds,
                }
            })
            .flatten()
            .inspect_err(|error| tracing::warn!(%error, "a picture was not recognised"))?;
        *process = own;
        drop((process, place));
        metrics::PICTURE_SECONDS.record(started.elapsed());
        self.end_when_idle();
        let text = text.inspect_err(|error| {
            self.note_failure(id);
            tracing::warn!(%error, "a picture was not recognised");
        });
        let text = Arc::new(text?);
        self.known.insert(id, text.clone());
        Ok(read(text, false))
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

/// About how many bytes it takes.
fn weight(text: &PictureText) -> u32 {
    let letters: usize = text.lines.iter().map(|line| line.letters.len()).sum();
    let lines = text.lines.len() + text.rules.len();
    let bytes = letters * size_of::<PictureLetter>() + lines * 64 + 256;
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
