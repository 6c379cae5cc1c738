//! A voice that speaks, owned by one worker: a Piper model driven by piper-rs, or a model in two
//! halves, of which the second makes only the sound that is wanted.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use ort::session::Session;
use ort::value::Tensor;
use piper_rs::{ModelConfig, Piper};

use crate::encoder::{Encoder, Encoding};
use crate::error::VoiceError;
use crate::melody;
use crate::pack::sizes::{FEATURE_CHANNELS, FRAME_SAMPLES, STEPS_PER_FRAME};
use crate::pack::{Pack, ProsodyModels};
use crate::plan::Plan;
use crate::runtime;
use crate::speech::Speech;

/// A loaded pack. Speaking takes `&mut self`: a worker owns one.
pub struct Engine {
    pack: Arc<Pack>,
    model: Model,
}

enum Model {
    Piper(Piper),
    Halves(Box<Halves>),
}

/// The frames of context that the generator is given around those that are kept: its convolutions
/// reach 90 ms, less than four frames.
const CONTEXT_FRAMES: usize = 4;

/// A model whose second half makes the sound of any stretch of what the first one planned.
struct Halves {
    encoder: Arc<Encoder>,
    prosody: Session,
    decoder: Session,
    generator: Session,
    /// The last sentence that was planned, whose next part is most often what comes next.
    last: Option<(Speech, Planned)>,
}

/// What the first half says of a sentence.
struct Planned {
    encoding: Arc<Encoding>,
    /// `[channels][steps]`.
    features: Vec<f32>,
    /// `[steps]`, in Hz.
    pitch: Vec<f32>,
}

impl Engine {
    /// Loads the pack's model: about a second and 200 MB for the default pack.
    ///
    /// # Errors
    ///
    /// When the model or its configuration cannot be loaded.
    pub fn load(pack: Arc<Pack>) -> Result<Self, VoiceError> {
        let model = match &pack.prosody {
            None => {
                let config = piper_config(&pack.config)?;
                Model::Piper(Piper::from_session(runtime::session(&pack.model)?, config))
            }
            Some(prosody) => Model::Halves(Box::new(Halves::load(&pack, prosody)?)),
        };
        Ok(Self { pack, model })
    }

    /// The pack it speaks with.
    pub fn pack(&self) -> &Arc<Pack> {
        &self.pack
    }

    /// Speaks one utterance: mono samples at the pack's rate, as the model makes them.
    ///
    /// # Errors
    ///
    /// When a phoneme is unknown to the model (piper-rs would drop it), or the model fails.
    pub fn speak(&mut self, speech: &Speech) -> Result<Vec<f32>, VoiceError> {
        let ids = self.pack.phoneme_ids(&speech.phonemes).map_err(|symbol| {
            VoiceError::UnknownPhoneme {
                symbol,
                phonemes: speech.phonemes.clone(),
            }
        })?;
        let samples = match &mut self.model {
            Model::Piper(piper) => speak_all(piper, speech),
            Model::Halves(halves) => {
                let encoding = halves.encoding(&ids, speech)?;
                halves.speak(ids, encoding, speech)
            }
        };
        let samples = samples.map_err(|reason| self.failed(&reason))?;
        if samples.iter().any(|sample| !sample.is_finite()) {
            return Err(self.failed("its samples are no numbers"));
        }
        Ok(samples)
    }

    /// Forgets the sentence that was planned last, so that its next part is planned anew: for
    /// measuring.
    pub fn forget_plan(&mut self) {
        if let Model::Halves(halves) = &mut self.model {
            halves.last = None;
            halves.encoder.forget();
        }
    }

    fn failed(&self, reason: &str) -> VoiceError {
        VoiceError::Synthesis(format!("{}: {reason}", self.pack.model.display()))
    }
}

fn speak_all(piper: &mut Piper, speech: &Speech) -> Result<Vec<f32>, String> {
    let (speaker, length_scale) = (Some(speech.speaker_id), Some(speech.length_scale));
    let spoken = piper.create(&speech.phonemes, true, speaker, length_scale, None, None);
    let (samples, _rate) = spoken.map_err(|error| error.to_string())?;
    Ok(samples)
}

impl Halves {
    fn load(pack: &Pack, models: &ProsodyModels) -> Result<Self, VoiceError> {
        let encoder = models.encoder.clone();
        encoder.load()?;
        Ok(Self {
            encoder,
            prosody: runtime::session(&models.prosody)?,
            decoder: runtime::session(&models.decoder)?,
            generator: runtime::session(&pack.model)?,
            last: None,
        })
    }

    /// Of the plan at hand, if the speech is a part of it.
    fn encoding(&self, ids: &[i64], speech: &Speech) -> Result<Arc<Encoding>, VoiceError> {
        match &self.last {
            Some((before, planned)) if is_planned_alike(before, speech) => {
                Ok(planned.encoding.clone())
            }
            _ => self.encoder.encode(ids, speech),
        }
    }

    fn speak(
        &mut self,
        ids: Vec<i64>,
        encoding: Arc<Encoding>,
        speech: &Speech,
    ) -> Result<Vec<f32>, String> {
        let planned = match self.last.take() {
            Some((before, planned)) if is_planned_alike(&before, speech) => planned,
            _ => self
                .plan(ids, encoding, speech)
                .map_err(|error| error.to_string())?,
        };
        let samples = self.generate(&planned, speech);
        self.last = Some((speech.clone(), planned));
        samples
    }

    fn plan(
        &mut self,
        ids: Vec<i64>,
        encoding: Arc<Encoding>,
        speech: &Speech,
    ) -> ort::Result<Planned> {
        let unfit = |what: &str| ort::Error::new(format!("{what} do not fit the durations"));
        let tokens = encoding.durations.len();
        let frames: usize = encoding.durations.iter().sum();
        let steps = STEPS_PER_FRAME * frames;
        let durations: Vec<f32> = encoding.durations.iter().map(|&f| f as f32).collect();
        let width = encoding.states.len() / tokens.max(1);
        let states = encoding.states.clone();
        let sid = || Tensor::from_array(([1], vec![speech.speaker_id]));
        let outputs = self.prosody.run(ort::inputs![
            "input" => Tensor::from_array(([1, ids.len()], ids))?,
            "sid" => sid()?,
            "durations" => Tensor::from_array(([1, tokens], durations))?,
            "states" => Tensor::from_array(([1, tokens, width], states))?,
        ])?;
        let floats = |name: &str| {
            let output = outputs
                .get(name)
                .ok_or_else(|| ort::Error::new(format!("it has no {name}")))?;
            Ok::<_, ort::Error>(output.try_extract_tensor::<f32>()?.1.to_vec())
        };
        let (mut pitch, energy, sounds) = (floats("pitch")?, floats("energy")?, floats("sounds")?);
        if [pitch.len(), energy.len()] != [steps; 2] || sounds.len() % frames.max(1) != 0 {
            return Err(unfit("its pitch and energy"));
        }
        let phonemes: Vec<char> = speech.phonemes.chars().collect();
        let plan = Plan::new(&phonemes, &encoding.durations, speech.length_scale);
        melody::shape(&mut pitch, &plan, speech.melody, speech.pitch_range);
        let outputs = self.decoder.run(ort::inputs![
            "sounds" => Tensor::from_array(([1, sounds.len() / frames.max(1), frames], sounds))?,
            "pitch" => Tensor::from_array(([1, steps], pitch.clone()))?,
            "energy" => Tensor::from_array(([1, steps], energy))?,
            "sid" => sid()?,
        ])?;
        let (_, features) = outputs["features"].try_extract_tensor::<f32>()?;
        if features.len() != FEATURE_CHANNELS * steps {
            return Err(unfit("its features"));
        }
        Ok(Planned {
            features: features.to_vec(),
            encoding,
            pitch,
        })
    }

    /// The sound of the part that is wanted.
    fn generate(&mut self, planned: &Planned, speech: &Speech) -> Result<Vec<f32>, String> {
        let phonemes: Vec<char> = speech.phonemes.chars().collect();
        let plan = Plan::new(&phonemes, &planned.encoding.durations, speech.length_scale);
        let kept = plan.kept(&speech.part, speech.silence_after_ms);
        let Range { start, end } = kept.samples;
        let first = (start / FRAME_SAMPLES).saturating_sub(CONTEXT_FRAMES);
        let end = end.div_ceil(FRAME_SAMPLES) + CONTEXT_FRAMES;
        let end = end.min(plan.samples() / FRAME_SAMPLES);
        let steps = STEPS_PER_FRAME * first..STEPS_PER_FRAME * end;
        let samples = self
            .sound(planned, steps, speech.speaker_id)
            .map_err(|error| error.to_string())?;
        let before = start - first * FRAME_SAMPLES;
        let sound = samples.get(before..before + kept.samples.len());
        let mut sound = sound
            .ok_or_else(|| "its sound is shorter than planned".to_owned())?
            .to_vec();
        if kept.silence > 0 {
            fade_out(&mut sound);
            sound.resize(kept.len(), 0.0);
        }
        Ok(sound)
    }

    fn sound(
        &mut self,
        planned: &Planned,
        steps: Range<usize>,
        speaker_id: i64,
    ) -> ort::Result<Vec<f32>> {
        let all_steps = planned.pitch.len().max(1);
        let rows = planned.features.chunks_exact(all_steps);
        let features: Vec<f32> = rows.flat_map(|row| &row[steps.clone()]).copied().collect();
        let pitch = planned.pitch[steps.clone()].to_vec();
        let outputs = self.generator.run(ort::inputs![
            "features" => Tensor::from_array(([1, FEATURE_CHANNELS, steps.len()], features))?,
            "pitch" => Tensor::from_array(([1, 1, steps.len()], pitch))?,
            "sid" => Tensor::from_array(([1], vec![speaker_id]))?,
        ])?;
        let (_, samples) = outputs["audio"].try_extract_tensor::<f32>()?;
        Ok(samples.to_vec())
    }
}

/// The last samples before a silence that the sentence does not have fade, 5 ms of them.
const FADE_SAMPLES: usize = 120;

fn fade_out(sound: &mut [f32]) {
    for (position, sample) in sound.iter_mut().rev().take(FADE_SAMPLES).enumerate() {
        let phase = std::f32::consts::PI * position as f32 / FADE_SAMPLES as f32;
        *sample *= 0.5 - 0.5 * phase.cos();
    }
}

/// Whether both are parts of the same plan.
fn is_planned_alike(one: &Speech, other: &Speech) -> bool {
    let key = |speech: &Speech| {
        let scales = [speech.length_scale, speech.pitch_range].map(f32::to_bits);
        (speech.speaker_id, speech.melody, scales)
    };
    one.phonemes == other.phonemes && key(one) == key(other)
}

fn piper_config(path: &Path) -> Result<ModelConfig, VoiceError> {
    let failed = |reason: String| VoiceError::Load {
        model: path.to_owned(),
        reason,
    };
    let bytes = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| failed(error.to_string()))
}
