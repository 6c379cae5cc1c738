//! The first step of every plan: how long each phoneme of a sentence is.
//!
//! Timings need no more than this, and the rest of a plan begins with it. A sentence has one encoding for
//! all its parts, for their timings and for their sound, so the latest are kept: what was encoded for one is
//! not encoded again for another.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use ort::session::{Session, SessionInputValue, SessionOutputs};
use ort::value::Tensor;
use parking_lot::Mutex;

use crate::error::VoiceError;
use crate::runtime;
use crate::speech::Speech;

/// The encodings that are kept. Half a megabyte each for a sentence of 60 syllables; of a document, the
/// sentence that is spoken and those that its player asks for next are wanted at the same time.
const MOST_KEPT: usize = 4;

/// Far more frames than any token takes: two hours of them.
const MOST_FRAMES: usize = 1 << 20;

/// A pack's `timing.onnx`, loaded when it is first needed. All workers share it: it takes a few
/// milliseconds a sentence on every core there is, and whoever waits for it would not be served sooner by a
/// copy of its own.
pub(crate) struct Encoder {
    model: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    session: Option<Session>,
    /// The latest last.
    recent: VecDeque<(Key, Arc<Encoding>)>,
}

/// What an encoding follows from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    phonemes: String,
    speaker_id: i64,
    length_scale_bits: u32,
}

impl Key {
    fn of(speech: &Speech) -> Self {
        Self {
            phonemes: speech.phonemes.clone(),
            speaker_id: speech.speaker_id,
            length_scale_bits: speech.length_scale.to_bits(),
        }
    }
}

/// A sentence as the rest of the model needs it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Encoding {
    /// The frames of each token: the head, each phoneme, the end.
    pub(crate) durations: Vec<usize>,
    /// What the encoder knows of each token, row by row; empty in a pack that is one model.
    pub(crate) states: Vec<f32>,
}

impl Encoder {
    pub(crate) fn new(model: PathBuf) -> Self {
        Self {
            model,
            state: Mutex::default(),
        }
    }

    /// Loads the model, so that the first sentence need not wait for it.
    ///
    /// # Errors
    ///
    /// When it cannot be loaded.
    pub(crate) fn load(&self) -> Result<(), VoiceError> {
        let mut state = self.state.lock();
        if state.session.is_none() {
            state.session = Some(runtime::session(&self.model)?);
        }
        Ok(())
    }

    /// The encoding of the whole sentence that `speech` is a part of, whose phonemes have the numbers `ids`.
    ///
    /// # Errors
    ///
    /// When the model cannot be loaded, or fails; the next call then loads it anew.
    pub(crate) fn encode(&self, ids: &[i64], speech: &Speech) -> Result<Arc<Encoding>, VoiceError> {
        let key = Key::of(speech);
        let mut state = self.state.lock();
        if let Some((_, kept)) = state.recent.iter().find(|(other, _)| *other == key) {
            return Ok(kept.clone());
        }
        let mut session = match state.session.take() {
            Some(session) => session,
            None => runtime::session(&self.model)?,
        };
        let encoding = Arc::new(self.run(&mut session, ids, speech)?);
        // A session whose call failed may be unusable: only one that worked is kept.
        state.session = Some(session);
        if state.recent.len() >= MOST_KEPT {
            state.recent.pop_front();
        }
        state.recent.push_back((key, encoding.clone()));
        Ok(encoding)
    }

    /// Forgets what was encoded: for measuring.
    pub(crate) fn forget(&self) {
        self.state.lock().recent.clear();
    }

    fn run(
        &self,
        session: &mut Session,
        ids: &[i64],
        speech: &Speech,
    ) -> Result<Encoding, VoiceError> {
        let unfit = |reason: &dyn fmt::Display| {
            VoiceError::Synthesis(format!("{}: {reason}", self.model.display()))
        };
        let inputs = piper_inputs(ids.to_vec(), speech).map_err(|error| unfit(&error))?;
        let outputs = session.run(inputs).map_err(|error| unfit(&error))?;
        let durations = durations_of(&outputs, ids.len()).map_err(|reason| unfit(&reason))?;
        let states = match outputs.get("states") {
            None => Vec::new(),
            Some(states) => {
                let (_, values) = states
                    .try_extract_tensor::<f32>()
                    .map_err(|error| unfit(&error))?;
                values.to_vec()
            }
        };
        Ok(Encoding { durations, states })
    }
}

impl fmt::Debug for Encoder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Encoder")
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// Reads the frames of each token, and checks that they can be those of so many phonemes.
fn durations_of(outputs: &SessionOutputs<'_>, phonemes: usize) -> Result<Vec<usize>, String> {
    let output = outputs.get("durations").ok_or("it has no durations")?;
    let (_, values) = output
        .try_extract_tensor::<i64>()
        .map_err(|error| error.to_string())?;
    let frames = |&value: &i64| usize::try_from(value).ok().filter(|&f| f < MOST_FRAMES);
    let durations: Option<Vec<usize>> = values.iter().map(frames).collect();
    durations
        .filter(|durations| durations.len() == phonemes + 2)
        .ok_or_else(|| "its durations do not fit the phonemes".to_owned())
}

/// What a model in Piper's interface is given: the phonemes' numbers and how they are spoken.
fn piper_inputs(
    ids: Vec<i64>,
    speech: &Speech,
) -> ort::Result<Vec<(Cow<'static, str>, SessionInputValue<'static>)>> {
    let count = ids.len();
    let scales = vec![0.0, speech.length_scale, 0.0];
    Ok(ort::inputs![
        "input" => Tensor::from_array(([1, count], ids))?,
        "input_lengths" => Tensor::from_array(([1], vec![count as i64]))?,
        "scales" => Tensor::from_array(([3], scales))?,
        "sid" => Tensor::from_array(([1], vec![speech.speaker_id]))?,
    ])
}
