//! Clips: the audio of one utterance with its pause, made once, kept, and made again from its
//! recipe when it was evicted.
//!
//! Tiers, from the nearest: memory (moka, bounded by bytes), the store (a folder), the tier that
//! replicas share, the voice. Clips of private sources never leave memory, for a stated time.

mod behind;
mod config;
mod form;
pub mod metrics;
mod purged;
mod recipe;
mod sealed;
mod shared;
mod sharing;
mod shelves;
mod store;

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::{StreamExt, stream};

pub use config::{ClipsConfig, SharedConfig, SharedService};
pub use form::{Form, Part};
pub use recipe::{ClipId, NotAClipId, Read, Recipe, estimated_duration};
pub use shared::{Shared, TierAway};
pub use store::{Store, StoreError, atomic_folder};

use langdu_audio::encode::EncodeError;
use langdu_audio::pcm;
use langdu_blocking::Panicked;
use langdu_voice::pace::Pace;
use langdu_voice::pool::{Engines, JobError, Pool, Urgency, Work};
use langdu_voice::timing::proportional;
use langdu_voice::voices::{Voice, Voices};
use langdu_voice::{Speech, VoiceError};
use shared::{Lease, Turn};
use sharing::Sharing;
use shelves::{Known, Shelved, Shelves};

/// What can go wrong with a clip.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClipError {
    /// No recipe of that id is known: it was never made here, or was private and has expired.
    #[error("no clip {0} is known here: ask for the reading again")]
    Unknown(ClipId),
    /// The pack it was made with is not installed any more.
    #[error("clip {0} was made with a voice pack that is not installed: ask for the reading again")]
    PackGone(ClipId),
    /// The voice or its queue.
    #[error(transparent)]
    Job(#[from] JobError),
    /// The encoder.
    #[error(transparent)]
    Encode(#[from] Arc<EncodeError>),
    /// The encoder or the timing model panicked.
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl From<VoiceError> for ClipError {
    fn from(error: VoiceError) -> Self {
        Self::Job(error.into())
    }
}

/// Where a clip came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// The memory cache.
    Memory,
    /// The store.
    Store,
    /// The tier that replicas share.
    Shared,
    /// Made now.
    Voice,
}

impl Tier {
    fn label(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Store => "store",
            Self::Shared => "shared",
            Self::Voice => "voice",
        }
    }
}

/// A clip in the form that was asked for.
#[derive(Debug, Clone)]
pub struct Clip {
    /// The encoded audio.
    pub bytes: Bytes,
    /// Where it came from.
    pub tier: Tier,
}

/// When each syllable of a clip is heard. As immutable as the clip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// The clip's length with its pause, in samples.
    pub samples: usize,
    /// Samples a second.
    pub sample_rate: u32,
    /// Each syllable, in samples from the clip's start.
    pub syllables: Vec<Range<usize>>,
    /// False where the pack has no timing model and the syllables are proportional guesses.
    pub exact: bool,
}

impl Timing {
    /// A number of this clip's samples in whole milliseconds.
    pub fn ms(&self, samples: usize) -> u32 {
        let ms = samples as u64 * 1000 / u64::from(self.sample_rate.max(1));
        u32::try_from(ms).unwrap_or(u32::MAX)
    }
}

/// The bounds of what is kept.
#[derive(Debug, Clone)]
pub struct ClipLimits {
    /// Encoded clips in memory, in bytes.
    pub memory_bytes: u64,
    /// Raw samples in memory, in bytes: what another form of a new clip is encoded from.
    pub samples_bytes: u64,
    /// How long a private clip and its recipe are kept.
    pub private_ttl: Duration,
    /// Worker threads, each with its own copy of the model.
    pub workers: usize,
    /// Utterances that may wait for a worker.
    pub max_waiting: usize,
}

/// What a worker makes: the samples, and the form its first asker wanted.
struct Made {
    samples: Arc<[f32]>,
    form: Form,
    encoded: Bytes,
    /// Given back when the others can have the clip.
    lease: Option<Lease>,
}

/// What a worker's turn came to.
enum Outcome {
    /// The clip.
    Made(Made),
    /// Another replica makes it.
    Theirs,
}

/// Clips that are removed at the same time.
const REMOVALS_AT_ONCE: usize = 8;

/// The clip service.
pub struct Clips {
    voices: Arc<Voices>,
    pool: Pool<ClipId, Arc<Outcome>>,
    shelves: Arc<Shelves>,
    pace: Arc<Pace>,
    syntheses: Arc<AtomicU64>,
    /// Keys the ids of private clips; new with every start, as private clips are.
    secret: [u8; 32],
}

impl Clips {
    /// Starts the workers. Must be called inside a tokio runtime, which the tiers' writes use.
    pub fn new(
        voices: Arc<Voices>,
        store: Option<Arc<Store>>,
        shared: Option<Arc<Shared>>,
        limits: &ClipLimits,
    ) -> Self {
        let shelves = Arc::new(Shelves::new(store, shared, limits));
        let sink_shelves = shelves.clone();
        let pace = Arc::<Pace>::default();
        let pool = Pool::new(
            limits.workers,
            limits.max_waiting,
            pace.clone(),
            Arc::new(move |id: &ClipId, outcome: &Arc<Outcome>| {
                if let Outcome::Made(made) = &**outcome {
                    sink_shelves.keep_made(*id, made);
                }
            }),
        );
        Self {
            voices,
            pool,
            shelves,
            pace,
            syntheses: Arc::default(),
            secret: rand::random(),
        }
    }

    /// Makes a recipe known, so that its clip can be asked for by id.
    pub fn register(&self, mut recipe: Recipe, private: bool) -> ClipId {
        let id = recipe.id(private.then_some(&self.secret));
        self.shelves.purged.claim(id);
        // What is private expires: asked for again, it is kept for as long again.
        if private || !self.shelves.known.contains_key(&id) {
            if !private {
                self.shelves.keep_recipe(id, &recipe);
            }
            // Speaking needs no more than the phonemes.
            recipe.read = None;
            let recipe = Arc::new(recipe);
            self.shelves.known.insert(
                id,
                Known {
                    value: recipe,
                    private,
                },
            );
        }
        id
    }

    /// The clip in the form asked for, made if need be. Dropping the future leaves the job.
    ///
    /// # Errors
    ///
    /// When the id is unknown, the queue is full, or the voice or encoder fails.
    pub async fn get(&self, id: ClipId, form: Form, urgency: Urgency) -> Result<Clip, ClipError> {
        let (bytes, tier) = self.counted(id, form, urgency).await?;
        Ok(Clip { bytes, tier })
    }

    /// Sees to it that the clip needs not be made for whoever comes tomorrow; true when it was
    /// made. The store has it when it has [settled](Self::settled).
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub async fn prepare(
        &self,
        id: ClipId,
        form: Form,
        urgency: Urgency,
    ) -> Result<bool, ClipError> {
        if self.is_lasting(id, form).await {
            return Ok(false);
        }
        let (kept, tier) = self.counted(id, form.kept(), urgency).await?;
        // What is in memory may have been evicted from the store.
        if let (Tier::Memory, Some(name)) = (tier, form.kept().object_name(id)) {
            self.shelves.write_behind(name, kept);
        }
        Ok(tier == Tier::Voice)
    }

    async fn counted(
        &self,
        id: ClipId,
        form: Form,
        urgency: Urgency,
    ) -> Result<(Bytes, Tier), ClipError> {
        let asked = Instant::now();
        self.refuse_purged(id)?;
        let (bytes, tier) = self.dressed(id, form, urgency).await?;
        metrics::CLIPS.increment(tier.label());
        metrics::CLIP_SECONDS.record(tier.label(), asked.elapsed());
        Ok((bytes, tier))
    }

    /// The clip in a form that is made from the kept one.
    async fn dressed(
        &self,
        id: ClipId,
        form: Form,
        urgency: Urgency,
    ) -> Result<(Bytes, Tier), ClipError> {
        if form == form.kept() {
            return self.kept(id, form, urgency).await;
        }
        if let Some(shelved) = self.shelves.encoded.get(&(id, form)) {
            return Ok((shelved.value, Tier::Memory));
        }
        let (kept, tier) = self.kept(id, form.kept(), urgency).await?;
        let bytes = form.dress(id, kept);
        let private = self.shelves.is_private(id);
        self.shelves.remember(id, form, &bytes, private);
        Ok((bytes, tier))
    }

    async fn kept(
        &self,
        id: ClipId,
        form: Form,
        urgency: Urgency,
    ) -> Result<(Bytes, Tier), ClipError> {
        if let Some(shelved) = self.shelves.encoded.get(&(id, form)) {
            return Ok((shelved.value, Tier::Memory));
        }
        if let Some(bytes) = self.shelves.read(id, form).await {
            // Only public clips reach the store.
            self.shelves.remember(id, form, &bytes, false);
            return Ok((bytes, Tier::Store));
        }
        let known = self.known(id).await?;
        if let Some(shelved) = self.shelves.samples.get(&id) {
            let bytes = self.encode_again(id, &known, form, shelved.value).await?;
            return Ok((bytes, Tier::Memory));
        }
        let sharing = self.shelves.sharing(id, form, known.private);
        if let Some(sharing) = &sharing
            && let Some(bytes) = sharing.read().await
        {
            self.shelves.keep_shared(id, form, &bytes);
            return Ok((bytes, Tier::Shared));
        }
        loop {
            let work = self.work(id, &known.value, form, sharing.clone())?;
            let outcome = self
                .pool
                .submit(id, urgency, known.value.estimated_duration(), work)?
                .await?;
            if let Outcome::Made(made) = &*outcome {
                let bytes = self.of_made(id, &known, form, made).await?;
                return Ok((bytes, Tier::Voice));
            }
            // The turn is tried again when the other replica does not hand the clip in.
            if let Some(sharing) = &sharing
                && let Some(bytes) = sharing.of_another().await
            {
                self.shelves.keep_shared(id, form, &bytes);
                return Ok((bytes, Tier::Shared));
            }
        }
    }

    /// A clip that was made just now, in the form asked for.
    async fn of_made(
        &self,
        id: ClipId,
        known: &Known,
        form: Form,
        made: &Made,
    ) -> Result<Bytes, ClipError> {
        if made.form == form {
            return Ok(made.encoded.clone());
        }
        self.encode_again(id, known, form, made.samples.clone())
            .await
    }

    /// Encodes samples that are there in a further form.
    async fn encode_again(
        &self,
        id: ClipId,
        known: &Known,
        form: Form,
        samples: Arc<[f32]>,
    ) -> Result<Bytes, ClipError> {
        let rate = self.voice(id, &known.value)?.pack().sample_rate;
        let encode = move || form.encode(id, &samples, rate);
        let encoded = langdu_blocking::run("encoding a clip", encode).await?;
        let bytes = encoded.map_err(Arc::new)?;
        self.shelves
            .keep_encoded(id, form, &bytes, known.private, None);
        Ok(bytes)
    }

    /// When each syllable of a clip is heard. Known before the audio where the pack has a timing
    /// model; otherwise the clip is made first.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub async fn timing(&self, id: ClipId, urgency: Urgency) -> Result<Arc<Timing>, ClipError> {
        self.refuse_purged(id)?;
        if let Some(shelved) = self.shelves.timings.get(&id) {
            return Ok(shelved.value);
        }
        let known = self.known(id).await?;
        let voice = self.voice(id, &known.value)?;
        let recipe = known.value.clone();
        let predict = move || predict(&voice, &recipe);
        let timing = match langdu_blocking::run("predicting a clip's timing", predict).await?? {
            Some(timing) => timing,
            None => self.guess_timing(id, &known, urgency).await?,
        };
        let timing = Arc::new(timing);
        let shelved = Shelved {
            value: timing.clone(),
            private: known.private,
        };
        self.shelves.timings.insert(id, shelved);
        Ok(timing)
    }

    async fn guess_timing(
        &self,
        id: ClipId,
        known: &Known,
        urgency: Urgency,
    ) -> Result<Timing, ClipError> {
        let form = Form::plain(langdu_audio::Encoding::Linear16, Part::Stream);
        let bytes = self.get(id, form, urgency).await?.bytes;
        // The plain form's samples have two bytes each and come at its own rate.
        let samples = bytes.len() / 2;
        let pause_ms = added_pause_ms(&self.voice(id, &known.value)?, &known.value);
        let pause = form.sample_rate_hz as usize * pause_ms as usize / 1000;
        Ok(Timing {
            samples,
            sample_rate: form.sample_rate_hz,
            syllables: proportional(samples.saturating_sub(pause), &known.value.syllables),
            exact: false,
        })
    }

    /// The recipe of a clip, from memory or the store.
    ///
    /// # Errors
    ///
    /// [`ClipError::Unknown`] when it is in neither.
    pub async fn recipe(&self, id: ClipId) -> Result<Arc<Recipe>, ClipError> {
        Ok(self.known(id).await?.value)
    }

    /// An error for what was withdrawn, whichever tier still holds it.
    fn refuse_purged(&self, id: ClipId) -> Result<(), ClipError> {
        if self.shelves.purged.holds(id) {
            return Err(ClipError::Unknown(id));
        }
        Ok(())
    }

    async fn known(&self, id: ClipId) -> Result<Known, ClipError> {
        self.refuse_purged(id)?;
        if let Some(known) = self.shelves.known.get(&id) {
            return Ok(known);
        }
        let stored = self.shelves.stored_recipe(id).await;
        let mut recipe: Recipe = stored
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or(ClipError::Unknown(id))?;
        recipe.read = None;
        let known = Known {
            value: Arc::new(recipe),
            private: false,
        };
        self.shelves.known.insert(id, known.clone());
        Ok(known)
    }

    fn voice(&self, id: ClipId, recipe: &Recipe) -> Result<Voice, ClipError> {
        self.voices
            .of_clip(&recipe.pack, &recipe.speaker)
            .ok_or(ClipError::PackGone(id))
    }

    /// What the worker does for a clip: speak, finish, encode.
    fn work(
        &self,
        id: ClipId,
        recipe: &Recipe,
        form: Form,
        sharing: Option<Sharing>,
    ) -> Result<Work<Arc<Outcome>>, ClipError> {
        let voice = self.voice(id, recipe)?;
        let speech = speech(&voice, recipe);
        let pause_ms = added_pause_ms(&voice, recipe);
        let sample_rate = voice.pack().sample_rate;
        let syntheses = self.syntheses.clone();
        let pace = self.pace.clone();
        let speak = move |engines: &mut Engines| -> Result<Arc<[f32]>, VoiceError> {
            syntheses.fetch_add(1, Ordering::Relaxed);
            let pack = voice.pack();
            let engine = engines.of(pack)?;
            // Loading the model, which happens once, says nothing of the pace.
            let started = Instant::now();
            let spoken = engine.speak(&speech)?;
            let gain = 10_f32.powf(voice.speaker.gain_db / 20.0);
            let samples = pcm::finish(&spoken, pack.sample_rate, gain, pause_ms);
            let heard = Duration::from_secs_f64(samples.len() as f64 / f64::from(pack.sample_rate));
            pace.record(started.elapsed(), heard);
            record_synthesis(started.elapsed(), spoken.len(), pack.sample_rate);
            tracing::debug!(
                took_ms = started.elapsed().as_millis(),
                samples = spoken.len(),
                "spoken"
            );
            Ok(samples.into())
        };
        let shelves = self.shelves.clone();
        let make = move |engines: &mut Engines| {
            // Another job may have ended between this one's caller looking and its coming here.
            let samples = match shelves.samples.get(&id) {
                Some(shelved) => shelved.value,
                None => speak(engines)?,
            };
            let encoded = form
                .encode(id, &samples, sample_rate)
                .map_err(|error| VoiceError::Synthesis(error.to_string()))?;
            Ok(Made {
                samples,
                form,
                encoded,
                lease: None,
            })
        };
        // Of the request that asked first, so that its id stands in the worker's lines too.
        let span = tracing::info_span!("synthesis", clip = %id);
        Ok(Arc::new(move |engines| {
            let _entered = span.enter();
            let turn = sharing.as_ref().map_or(Turn::Ours(None), Sharing::turn);
            let Turn::Ours(lease) = turn else {
                return Ok(Arc::new(Outcome::Theirs));
            };
            match make(engines) {
                Ok(made) => Ok(Arc::new(Outcome::Made(Made { lease, ..made }))),
                Err(error) => {
                    if let Some(sharing) = &sharing {
                        sharing.give_back(lease);
                    }
                    Err(error)
                }
            }
        }))
    }

    /// True when the clip can be given without the voice, as far as this process knows.
    pub fn is_at_hand(&self, id: ClipId, form: Form) -> bool {
        let form = form.kept();
        self.shelves.encoded.contains_key(&(id, form))
            || self.shelves.samples.contains_key(&id)
            || form.object_name(id).is_some_and(|name| {
                let store = self.shelves.store.as_ref();
                store.is_some_and(|store| store.knows(&name))
            })
    }

    /// True when the store holds the clip, asked anew: another replica may have made it.
    pub async fn is_stored(&self, id: ClipId, form: Form) -> bool {
        match (&self.shelves.store, form.object_name(id)) {
            (Some(store), Some(name)) => store.holds(&name).await,
            _ => false,
        }
    }

    /// True when the tier that replicas share holds all these clips, asked anew: another replica
    /// has made them.
    pub async fn are_shared(&self, ids: &[ClipId], form: Form) -> bool {
        let Some(shared) = &self.shelves.shared else {
            return false;
        };
        let names: Option<Vec<String>> = ids
            .iter()
            .map(|&id| {
                let is_elsewhere = !self.shelves.purged.holds(id) && !self.shelves.is_ours(id);
                form.object_name(id).filter(|_| is_elsewhere)
            })
            .collect();
        match names {
            Some(names) => shared.holds_all(&names).await,
            None => false,
        }
    }

    /// True when the clip needs not be made for whoever comes tomorrow.
    async fn is_lasting(&self, id: ClipId, form: Form) -> bool {
        if self.shelves.store.is_none() {
            return self.is_at_hand(id, form);
        }
        self.is_stored(id, form).await
    }

    /// Waits until the store has what was made before. What it would not take is in its log and
    /// its count of failures.
    pub async fn settled(&self) {
        self.shelves.settled().await;
    }

    /// Removes clips from every tier, and with them what they could be made again from; answers
    /// with those that are gone. A tier that is away holds the others still: nobody is given them,
    /// and they are to be [removed](Self::remove) when it is back.
    pub async fn purge(&self, ids: &[ClipId]) -> Vec<ClipId> {
        self.shelves.forget(ids);
        // What is still being written would come after its deletion.
        self.shelves.settled().await;
        if let Some(shared) = &self.shelves.shared {
            shared.settled().await;
        }
        self.remove(ids).await
    }

    /// Removes clips that were purged while a tier was away; answers with those that need it no
    /// longer, because they are gone or a document has been read with them since.
    pub async fn remove(&self, ids: &[ClipId]) -> Vec<ClipId> {
        let removals = stream::iter(ids.iter().copied()).map(|id| async move {
            if !self.shelves.is_claimed(id) && !self.shelves.delete(id).await {
                return None;
            }
            self.shelves.purged.settle(id);
            Some(id)
        });
        let done = removals.buffer_unordered(REMOVALS_AT_ONCE);
        done.filter_map(std::future::ready).collect().await
    }

    /// Gives nobody these clips, which were purged before the start and may lie in a tier still.
    pub fn refuse(&self, ids: &[ClipId]) {
        self.shelves.purged.add(ids);
    }

    /// Takes back that these clips were purged: another replica has published their page.
    pub fn welcome(&self, ids: &[ClipId]) {
        for &id in ids {
            self.shelves.purged.claim(id);
        }
    }

    /// True when every tier does what it is told.
    pub fn can_remove(&self) -> bool {
        let shared = self.shelves.shared.as_ref();
        shared.is_none_or(|shared| shared.is_up())
    }

    /// How fast the voice speaks, as measured so far.
    pub fn pace(&self) -> &Arc<Pace> {
        &self.pace
    }

    /// How many utterances wait for a worker.
    pub fn waiting(&self) -> usize {
        self.pool.waiting()
    }

    /// How many times the voice has spoken since the start.
    pub fn syntheses(&self) -> u64 {
        self.syntheses.load(Ordering::Relaxed)
    }

    /// The store, for its figures.
    pub fn store(&self) -> Option<&Arc<Store>> {
        self.shelves.store.as_ref()
    }

    /// The tier that replicas share, if there is one.
    pub fn shared(&self) -> Option<&Arc<Shared>> {
        self.shelves.shared.as_ref()
    }

    /// Lets go of what is private and has expired, also where nobody asks for anything.
    pub fn let_go(&self) {
        self.shelves.let_go();
    }

    /// Forgets the encoded clips and samples in memory; the store keeps its own.
    pub fn clear_memory(&self) {
        self.shelves.encoded.invalidate_all();
        self.shelves.samples.invalidate_all();
    }
}

/// The silence to add so that the pause is heard as long as the recipe wants it.
fn added_pause_ms(voice: &Voice, recipe: &Recipe) -> u32 {
    recipe.pause_ms.saturating_sub(voice.pack().edge_silence_ms)
}

fn record_synthesis(took: Duration, samples: usize, sample_rate: u32) {
    let seconds = samples as f64 / f64::from(sample_rate);
    metrics::SYNTHESES.increment();
    metrics::SYNTHESIS_SECONDS.record(took);
    if seconds > 0.0 {
        metrics::REAL_TIME_FACTOR.record(took.as_secs_f64() / seconds);
    }
}

fn speech(voice: &Voice, recipe: &Recipe) -> Speech {
    let length_scale = 1000.0 / recipe.rate_milli as f32;
    Speech {
        phonemes: recipe.phonemes.clone(),
        speaker_id: voice.speaker.id,
        length_scale,
    }
}

/// What the pack's timing model says of a clip; `None` when it has none.
fn predict(voice: &Voice, recipe: &Recipe) -> Result<Option<Timing>, VoiceError> {
    let Some(model) = voice.installed.timing()? else {
        return Ok(None);
    };
    let pack = voice.pack();
    let prediction = model.predict(pack, &speech(voice, recipe), &recipe.syllables)?;
    Ok(Some(Timing {
        samples: pcm::finished_len(
            prediction.samples,
            pack.sample_rate,
            added_pause_ms(voice, recipe),
        ),
        sample_rate: pack.sample_rate,
        syllables: prediction.syllables,
        exact: true,
    }))
}

const RECIPE: &str = "recipe.json";

/// The recipe of a clip from the lasting tiers, with what was read. It is read without opening
/// them for service, so that a running one is not disturbed. Must be called inside a tokio
/// runtime.
///
/// # Errors
///
/// When the shared tier's configuration is wrong.
pub async fn stored_recipe(
    id: ClipId,
    config: &crate::config::ClipsConfig,
) -> Result<Option<Recipe>, StoreError> {
    let name = object_name(id, RECIPE);
    let nearer = config
        .path
        .as_ref()
        .and_then(|folder| store::peek(folder, &name));
    let bytes = match (nearer, &config.shared) {
        (Some(bytes), _) => Some(bytes),
        (None, Some(shared)) => Arc::new(Shared::open(shared, None)?).read(&name).await,
        (None, None) => None,
    };
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// Objects lie in 256 folders, so that none grows too large to list.
fn object_name(id: ClipId, extension: &str) -> String {
    let id = id.to_string();
    format!("{}/{id}.{extension}", &id[..2])
}

/// The clip that an object is of.
fn clip_in(name: &str) -> Option<ClipId> {
    let (_, file) = name.rsplit_once('/')?;
    file.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn an_object_is_named_by_its_clip_which_is_read_from_its_name() {
        let id: ClipId = ID.parse().unwrap();
        let name = object_name(id, "recipe.json");
        assert_eq!(name, format!("01/{ID}.recipe.json"));
        assert_eq!(clip_in(&name), Some(id));
        for other in ["withdrawals.json", "01/x.pcm", ID, "ledger/01.json"] {
            assert_eq!(clip_in(other), None, "{other}");
        }
    }

    #[test]
    fn samples_are_told_in_milliseconds_at_the_rate_of_the_clip() {
        let timing = |sample_rate| Timing {
            samples: 0,
            sample_rate,
            syllables: Vec::new(),
            exact: true,
        };
        assert_eq!(timing(24_000).ms(0), 0);
        assert_eq!(timing(24_000).ms(24_000), 1000);
        assert_eq!(timing(16_000).ms(24_000), 1500);
        assert_eq!(timing(24_000).ms(23_999), 999, "whole ones");
        assert_eq!(timing(1).ms(usize::MAX >> 11), u32::MAX, "not more");
        assert_eq!(timing(0).ms(1), 1000, "and no panic");
    }

    #[test]
    fn each_tier_has_the_name_that_the_figures_show() {
        let tiers = [Tier::Memory, Tier::Store, Tier::Shared, Tier::Voice];
        let names = tiers.map(Tier::label);
        assert_eq!(names, ["memory", "store", "shared", "voice"]);
    }
}
