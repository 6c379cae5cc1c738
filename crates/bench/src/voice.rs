//! The voice alone: packs beside each other on the same utterances, in one process.
//!
//! Each utterance is spoken by all of them in turn, so that other work on the machine slows all of
//! them alike. The number of compute threads belongs to the process: see
//! [`runtime::init`](langdu_voice::runtime::init).

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::corpus::PARAGRAPHS;
use crate::stats::median;
use langdu_process::Status;
use langdu_text::{FrontEnd, Utterance};
use langdu_voice::engine::Engine;
use langdu_voice::pack::Pack;
use langdu_voice::{Speech, VoiceError, phonemes};

/// A pack's speaker, to be measured.
#[derive(Debug, Clone)]
pub struct Contender {
    /// The pack.
    pub pack: Arc<Pack>,
    /// What it is called in the result.
    pub name: String,
    /// The speaker's name.
    pub speaker: String,
    /// The speaker's number in the model.
    pub speaker_id: i64,
}

/// How long one speaker of a pack took.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VoiceRow {
    /// The pack.
    pub pack: String,
    /// The speaker.
    pub speaker: String,
    /// Compute threads.
    pub threads: usize,
    /// Seconds until the model was loaded.
    pub load_s: f64,
    /// What loading and the first utterance added to the process's resident memory, in MB.
    pub memory_mb: f64,
    /// Utterances that were spoken.
    pub utterances: usize,
    /// Seconds of sound that came out.
    pub sound_s: f64,
    /// Seconds of work for a second of sound.
    pub real_time_factor: f64,
    /// For each utterance, the least of the rounds, in seconds.
    pub took_s: Vec<f64>,
}

impl VoiceRow {
    /// The ratio of this row's time to another's: the median over the utterances.
    pub fn against(&self, other: &Self) -> Option<f64> {
        let pairs = self.took_s.iter().zip(&other.took_s);
        median(
            &pairs
                .map(|(mine, theirs)| mine / theirs)
                .collect::<Vec<_>>(),
        )
    }
}

/// Is called with the samples: the numbers of contender and utterance, and the samples.
pub type Listener<'a> = &'a mut dyn FnMut(usize, usize, &[f32]);

/// The first utterances of the built-in paragraphs; all of them for `None`.
pub fn utterances(at_most: Option<usize>) -> Vec<Utterance> {
    let front_end = FrontEnd::new();
    PARAGRAPHS
        .lines()
        .flat_map(|line| front_end.explain(line))
        .take(at_most.unwrap_or(usize::MAX))
        .collect()
}

/// Measures every contender on `utterances`, `rounds` times each. `threads` is what the process
/// was set up with.
///
/// # Errors
///
/// When a pack cannot be loaded or cannot speak an utterance.
pub fn measure(
    contenders: &[Contender],
    utterances: &[Utterance],
    threads: usize,
    rounds: usize,
    heard: Listener<'_>,
) -> Result<Vec<VoiceRow>, VoiceError> {
    let mut loaded = contenders
        .iter()
        .map(|contender| load(contender, utterances, threads))
        .collect::<Result<Vec<_>, _>>()?;
    let mut planned = vec![String::new(); contenders.len()];
    for number in 0..utterances.len() {
        for (place, (engine, row)) in loaded.iter_mut().enumerate() {
            let speech = &speech(&contenders[place], utterances, number)?;
            // The first part of a sentence plans it, in each round; the later ones find the plan.
            let plans = planned[place] != speech.phonemes;
            planned[place].clone_from(&speech.phonemes);
            let mut least_s = f64::INFINITY;
            for round in 0..rounds.max(1) {
                if plans {
                    engine.forget_plan();
                }
                let started = Instant::now();
                let samples = engine.speak(speech)?;
                least_s = least_s.min(started.elapsed().as_secs_f64());
                if round == 0 {
                    row.sound_s += seconds(samples.len(), engine.pack().sample_rate);
                    heard(place, number, &samples);
                }
            }
            row.took_s.push(least_s);
        }
    }
    Ok(loaded
        .into_iter()
        .map(|(_, mut row)| {
            row.utterances = row.took_s.len();
            row.real_time_factor = row.took_s.iter().sum::<f64>() / row.sound_s;
            row
        })
        .collect())
}

fn load(
    contender: &Contender,
    utterances: &[Utterance],
    threads: usize,
) -> Result<(Engine, VoiceRow), VoiceError> {
    let before_mb = resident_mb();
    let started = Instant::now();
    let mut engine = Engine::load(contender.pack.clone())?;
    let load_s = started.elapsed().as_secs_f64();
    // The first run allocates.
    if !utterances.is_empty() {
        engine.speak(&speech(contender, utterances, 0)?)?;
    }
    let row = VoiceRow {
        pack: contender.name.clone(),
        speaker: contender.speaker.clone(),
        threads,
        load_s,
        memory_mb: resident_mb() - before_mb,
        utterances: 0,
        sound_s: 0.0,
        real_time_factor: 0.0,
        took_s: Vec::with_capacity(utterances.len()),
    };
    Ok((engine, row))
}

fn speech(
    contender: &Contender,
    utterances: &[Utterance],
    index: usize,
) -> Result<Speech, VoiceError> {
    let fed = phonemes::for_pack(&contender.pack, utterances, index)?;
    Ok(Speech {
        part: fed.part,
        ..Speech::whole(
            &fed.phonemes,
            contender.speaker_id,
            fed.length_milli as f32 / 1000.0,
        )
    })
}

fn seconds(samples: usize, sample_rate: u32) -> f64 {
    samples as f64 / f64::from(sample_rate)
}

/// This process's resident memory in MiB; 0 where the system does not tell.
fn resident_mb() -> f64 {
    Status::own().map_or(0.0, |status| status.resident_mib())
}

/// Where `voices install --plain` puts the untouched export beside a pack, if it is there.
pub fn plain_beside(pack: &Pack) -> Option<PathBuf> {
    let folder = pack.model.parent()?;
    let name = format!("{}-plain", folder.file_name()?.to_str()?);
    let beside = folder.with_file_name(name);
    beside.join("pack.json").is_file().then_some(beside)
}
