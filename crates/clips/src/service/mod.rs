//! The clip service: a clip is looked up in the tiers, from the nearest; one that none of them holds
//! is synthesised, and kept in all of them.

mod inspect;
mod tiers;

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;

use crate::cache::Cache;
use crate::cache::disk::DiskTier;
use crate::cache::memory::{Cached, CachedRecipe};
use crate::cache::remote::{RemoteClip, RemoteTier};
use crate::synthesis::{Outcome, Progress, Synthesis};
use crate::timing::predict;
use crate::{Clip, ClipError, ClipId, ClipLimits, Form, Layout, Recipe, Tier, Timing, Visibility};
use langdu_audio::Encoding;
use langdu_voice::pace::Pace;
use langdu_voice::pool::{Pool, Urgency};
use langdu_voice::voices::{Voice, Voices};

/// The clip service.
pub struct Clips {
    voices: Arc<Voices>,
    pool: Pool<ClipId, Arc<Outcome>>,
    cache: Arc<Cache>,
    progress: Progress,
    /// Keys the ids of private clips; new with every start, as private clips are.
    secret: [u8; 32],
}

impl Clips {
    /// Starts the workers. Must be called inside a tokio runtime, on which the tiers' writes run.
    pub fn new(
        voices: Arc<Voices>,
        disk: Option<Arc<DiskTier>>,
        remote: Option<Arc<RemoteTier>>,
        limits: &ClipLimits,
    ) -> Self {
        let cache = Arc::new(Cache::new(disk, remote, limits));
        let sink_cache = cache.clone();
        let progress = Progress::default();
        let pool = Pool::new(
            limits.workers,
            limits.max_waiting,
            progress.pace.clone(),
            Arc::new(move |id: &ClipId, outcome: &Arc<Outcome>| {
                if let Outcome::Synthesised(made) = &**outcome {
                    let (samples, lease) = (made.samples.clone(), made.lease.clone());
                    sink_cache.insert_synthesised(*id, samples, made.form, &made.encoded, lease);
                }
            }),
        );
        Self {
            voices,
            pool,
            cache,
            progress,
            secret: rand::random(),
        }
    }

    /// Makes a recipe known, so that its clip can be asked for by id. A clip that was purged can be
    /// had again from now on.
    pub fn register(&self, recipe: Recipe, visibility: Visibility<'_>) -> ClipId {
        let id = recipe.id(visibility.key(&self.secret).as_ref());
        self.cache
            .insert_recipe(id, recipe, visibility.is_private());
        id
    }

    /// True for the clip of a public recipe that is known, and stays known for a while from now on: there is no
    /// need to register it again.
    pub fn is_registered(&self, id: ClipId) -> bool {
        self.cache.has_public_recipe(id)
    }

    /// The clip in the form asked for, synthesised if no tier holds it. Dropping the future leaves
    /// the job, which ends when nobody else waits for it and no worker has begun.
    ///
    /// # Errors
    ///
    /// When the id is unknown, the queue is full, or the voice or encoder fails.
    pub async fn get(&self, id: ClipId, form: Form, urgency: Urgency) -> Result<Clip, ClipError> {
        let started = Instant::now();
        self.refuse_purged(id)?;
        let clip = self.read_through(id, form, urgency).await?;
        clip.count(started.elapsed());
        Ok(clip)
    }

    /// Ensures that the clip is durably cached; returns whether it had to be synthesised. The disk
    /// has it once it is [flushed](Self::flushed).
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
        if self.is_durably_cached(id, form).await {
            return Ok(false);
        }
        let clip = self.get(id, form.stored(), urgency).await?;
        // What is in memory may have been evicted from the disk.
        if let (Tier::Memory, Some(name)) = (clip.tier, form.object_name(id)) {
            self.cache.write_behind(name, clip.bytes);
        }
        Ok(clip.tier == Tier::Voice)
    }

    /// The clip in any form: one that is not stored is wrapped around the stored one.
    async fn read_through(
        &self,
        id: ClipId,
        form: Form,
        urgency: Urgency,
    ) -> Result<Clip, ClipError> {
        if form == form.stored() {
            return self.read_through_stored(id, form, urgency).await;
        }
        if let Some(clip) = self.cache.lookup_in_memory(id, form) {
            return Ok(clip);
        }
        let stored = self.read_through_stored(id, form.stored(), urgency).await?;
        let bytes = form.wrap(id, stored.bytes);
        let private = self.cache.may_be_private(id);
        self.cache.insert_in_memory(id, form, &bytes, private);
        Ok(Clip {
            bytes,
            tier: stored.tier,
        })
    }

    /// The clip in a form that is stored, from the nearest tier that has it.
    async fn read_through_stored(
        &self,
        id: ClipId,
        form: Form,
        urgency: Urgency,
    ) -> Result<Clip, ClipError> {
        if let Some(clip) = self.cache.lookup(id, form).await {
            return Ok(clip);
        }
        let recipe = self.cached_recipe(id).await?;
        if let Some(samples) = self.cache.memory.samples.get(&id) {
            let bytes = self.encode(id, &recipe, form, samples.value).await?;
            let tier = Tier::Memory;
            return Ok(Clip { bytes, tier });
        }
        let remote = self.cache.remote_clip(id, form, recipe.private);
        if let Some(remote) = &remote
            && let Some(bytes) = remote.read().await
        {
            return Ok(self.promote(id, form, bytes));
        }
        self.synthesise(id, form, &recipe, remote, urgency).await
    }

    /// Has the voice make the clip, or waits for the replica that is making it.
    async fn synthesise(
        &self,
        id: ClipId,
        form: Form,
        recipe: &CachedRecipe,
        remote: Option<RemoteClip>,
        urgency: Urgency,
    ) -> Result<Clip, ClipError> {
        loop {
            let job = Synthesis {
                id,
                recipe: recipe.value.clone(),
                form,
                voice: self.voice(id, &recipe.value)?,
                remote: remote.clone(),
                cache: self.cache.clone(),
                progress: self.progress.clone(),
            };
            let heard = recipe.value.estimated_duration();
            let ticket = self.pool.submit(id, urgency, heard, job.into_work())?;
            let outcome = ticket.await?;
            if let Outcome::Synthesised(made) = &*outcome {
                let bytes = if made.form == form {
                    made.encoded.clone()
                } else {
                    // Somebody else's job, for another form.
                    let samples = made.samples.clone();
                    self.encode(id, recipe, form, samples).await?
                };
                let tier = Tier::Voice;
                return Ok(Clip { bytes, tier });
            }
            // When the other replica does not upload the clip, the claim is tried again.
            if let Some(remote) = &remote
                && let Some(bytes) = remote.wait_for_other_replica().await
            {
                return Ok(self.promote(id, form, bytes));
            }
        }
    }

    /// A clip of the remote tier, which the nearer ones are given.
    fn promote(&self, id: ClipId, form: Form, bytes: Bytes) -> Clip {
        self.cache.promote(id, form, &bytes);
        let tier = Tier::Remote;
        Clip { bytes, tier }
    }

    /// Encodes samples that are there in a further form.
    async fn encode(
        &self,
        id: ClipId,
        recipe: &CachedRecipe,
        form: Form,
        samples: Arc<[f32]>,
    ) -> Result<Bytes, ClipError> {
        let rate = self.voice(id, &recipe.value)?.pack().sample_rate;
        let encode = move || form.encode(id, &samples, rate);
        let encoded = langdu_blocking::run("encoding a clip", encode).await?;
        let bytes = encoded.map_err(Arc::new)?;
        self.cache.insert(id, form, &bytes, recipe.private, None);
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
        if let Some(cached) = self.cache.memory.timings.get(&id) {
            return Ok(cached.value);
        }
        let recipe = self.cached_recipe(id).await?;
        let voice = self.voice(id, &recipe.value)?;
        let predict = {
            let recipe = recipe.value.clone();
            move || predict(&voice, &recipe)
        };
        let predicted = langdu_blocking::run("predicting a clip's timing", predict).await??;
        let timing = match predicted {
            Some(timing) => timing,
            None => self.guess_timing(id, &recipe.value, urgency).await?,
        };
        let timing = Arc::new(timing);
        let cached = Cached {
            value: timing.clone(),
            private: recipe.private,
        };
        self.cache.memory.timings.insert(id, cached);
        Ok(timing)
    }

    async fn guess_timing(
        &self,
        id: ClipId,
        recipe: &Recipe,
        urgency: Urgency,
    ) -> Result<Timing, ClipError> {
        let form = Form::plain(Encoding::Linear16, Layout::Stream);
        let clip = self.get(id, form, urgency).await?;
        let voice = self.voice(id, recipe)?;
        Ok(Timing::guessed(&voice, recipe, form, clip.bytes.len()))
    }

    /// An error for what was withdrawn, whichever tier still holds it.
    fn refuse_purged(&self, id: ClipId) -> Result<(), ClipError> {
        if self.cache.tombstones.contains(id) {
            return Err(ClipError::Unknown(id));
        }
        Ok(())
    }

    async fn cached_recipe(&self, id: ClipId) -> Result<CachedRecipe, ClipError> {
        let cached = self.cache.recipe(id).await;
        cached.ok_or(ClipError::Unknown(id))
    }

    fn voice(&self, id: ClipId, recipe: &Recipe) -> Result<Voice, ClipError> {
        self.voices
            .of_clip(&recipe.pack, &recipe.speaker)
            .ok_or(ClipError::PackGone(id))
    }

    /// How fast the voice speaks, as measured so far.
    pub fn pace(&self) -> &Arc<Pace> {
        &self.progress.pace
    }
}
