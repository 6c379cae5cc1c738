//! What a worker does for a clip: speak, finish, encode; unless another replica is at it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::cache::Cache;
use crate::cache::remote::{Claim, Lease, RemoteClip};
use crate::{ClipId, Form, Recipe, metrics};
use langdu_audio::{pcm, tempo};
use langdu_voice::VoiceError;
use langdu_voice::pace::Pace;
use langdu_voice::pool::{Engines, Work};
use langdu_voice::voices::Voice;
use tracing::Span;

/// What a worker made: the samples, and the form that was asked for first.
pub(crate) struct Synthesised {
    pub(crate) samples: Arc<[f32]>,
    pub(crate) form: Form,
    pub(crate) encoded: Bytes,
    /// Released when the others can have the clip.
    pub(crate) lease: Option<Lease>,
}

/// What a job came to.
pub(crate) enum Outcome {
    /// The clip was made.
    Synthesised(Synthesised),
    /// Another replica makes it.
    MadeElsewhere,
}

/// How much, and how fast, the voice has spoken.
#[derive(Clone, Default)]
pub(crate) struct Progress {
    pub(crate) pace: Arc<Pace>,
    pub(crate) syntheses: Arc<AtomicU64>,
}

/// The job of making one clip.
pub(crate) struct Synthesis {
    pub(crate) id: ClipId,
    pub(crate) recipe: Arc<Recipe>,
    pub(crate) form: Form,
    pub(crate) voice: Voice,
    /// The clip in the remote tier, if it may go there.
    pub(crate) remote: Option<RemoteClip>,
    pub(crate) cache: Arc<Cache>,
    pub(crate) progress: Progress,
}

/// The level of sentences, in dB under full scale as [`pcm::voice_db`] has it: every speaker's, after its
/// gain (`docs/measurements/voice.md`).
const SENTENCES_DB: f32 = -18.5;

/// A syllable that stands alone is made so much louder or quieter at the most, in dB.
const MOST_LEVELLING_DB: f32 = 8.0;

/// What brings `spoken` to the level of sentences, in dB: one voiceless syllable is 8 dB quieter than
/// another, and what stands alone is heard without its neighbours.
fn levelling_db(spoken: &[f32], sample_rate: u32, gain_db: f32) -> f32 {
    let level_db = pcm::voice_db(spoken, sample_rate).map_or(SENTENCES_DB, |own| own + gain_db);
    (SENTENCES_DB - level_db).clamp(-MOST_LEVELLING_DB, MOST_LEVELLING_DB)
}

impl Synthesis {
    /// The job as the pool takes it.
    pub(crate) fn into_work(self) -> Work<Arc<Outcome>> {
        // The span of the request that asked first, so that its id is in the worker's lines too.
        let span: Span = tracing::info_span!("synthesis", clip = %self.id);
        Arc::new(move |engines| span.in_scope(|| self.run(engines).map(Arc::new)))
    }

    fn run(&self, engines: &mut Engines) -> Result<Outcome, VoiceError> {
        let claim = self
            .remote
            .as_ref()
            .map_or(Claim::Ours(None), RemoteClip::claim);
        let Claim::Ours(lease) = claim else {
            return Ok(Outcome::MadeElsewhere);
        };
        match self.synthesise(engines) {
            Ok((samples, encoded)) => Ok(Outcome::Synthesised(Synthesised {
                samples,
                form: self.form,
                encoded,
                lease,
            })),
            Err(error) => {
                if let Some(remote) = &self.remote {
                    remote.release(lease);
                }
                Err(error)
            }
        }
    }

    fn synthesise(&self, engines: &mut Engines) -> Result<(Arc<[f32]>, Bytes), VoiceError> {
        // Another job may have ended since this one was submitted.
        let samples = match self.cache.memory.samples.get(&self.id) {
            Some(cached) => cached.value,
            None => self.speak(engines)?,
        };
        let sample_rate = self.voice.pack().sample_rate;
        let encoded = self
            .form
            .encode(self.id, &samples, sample_rate)
            .map_err(|error| VoiceError::Synthesis(error.to_string()))?;
        Ok((samples, encoded))
    }

    fn speak(&self, engines: &mut Engines) -> Result<Arc<[f32]>, VoiceError> {
        self.progress.syntheses.fetch_add(1, Ordering::Relaxed);
        let pack = self.voice.pack();
        let engine = engines.of(pack)?;
        // Loading the model, which happens once, says nothing of the pace.
        let started = Instant::now();
        let spoken = engine.speak(&self.recipe.speech(&self.voice))?;
        let mut gain_db = self.voice.speaker.gain_db;
        if self.recipe.stands_alone() {
            gain_db += levelling_db(&spoken, pack.sample_rate, gain_db);
        }
        let gain = 10_f32.powf(gain_db / 20.0);
        let pause_ms = self.recipe.added_pause_ms(&self.voice);
        let tempo_milli = self.recipe.tempo_milli();
        let at_rate = tempo::at_tempo(&spoken, pack.sample_rate, tempo_milli);
        let samples = pcm::finish(&at_rate, pack.sample_rate, gain, pause_ms);
        let heard = Duration::from_secs_f64(samples.len() as f64 / f64::from(pack.sample_rate));
        // At the voice's own tempo: its pace is what it speaks, however much of that is then left out.
        let spoken_s = heard * tempo_milli / tempo::OWN_TEMPO_MILLI;
        self.progress.pace.record(started.elapsed(), spoken_s);
        record_synthesis(started.elapsed(), spoken.len(), pack.sample_rate);
        tracing::debug!(
            took_ms = started.elapsed().as_millis(),
            samples = spoken.len(),
            "spoken"
        );
        Ok(samples.into())
    }
}

fn record_synthesis(took: Duration, samples: usize, sample_rate: u32) {
    let seconds = samples as f64 / f64::from(sample_rate);
    metrics::SYNTHESES.increment();
    metrics::SYNTHESIS_SECONDS.record(took);
    if seconds > 0.0 {
        metrics::REAL_TIME_FACTOR.record(took.as_secs_f64() / seconds);
    }
}
