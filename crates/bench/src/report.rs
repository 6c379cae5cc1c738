//! What was measured: every stream, and the figures that follow from them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::hear::Heard;
use crate::plan::{Load, Plan, Temperature};
use crate::stats::{Quantiles, quantile, sorted};
use langdu_voice::runtime::instructions;

/// A whole measurement.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// The version of langdu that measured.
    pub langdu: String,
    /// When it began (RFC 3339).
    pub began: String,
    /// The service's address.
    pub target: String,
    /// The machine that measured: processor and number of threads.
    pub machine: String,
    /// The service's processors, by which figures are given; `None` when they are not known.
    pub cores: Option<usize>,
    /// Seconds that listeners went on asking at each level.
    pub duration_s: f64,
    /// Texts and addresses that were read in turn.
    pub entries: usize,
    /// A digest of them, which tells two corpora apart; empty in reports of versions without it.
    #[serde(default)]
    pub corpus: String,
    /// The voice; empty is the service's default.
    pub voice: String,
    /// The plan's seed.
    pub seed: u64,
    /// Streams that were read before the warm levels to warm the service up; no figure counts them.
    pub warmed: usize,
    /// The load levels, in the order they were measured.
    pub levels: Vec<LoadLevel>,
    /// The load levels that were asked for and could not be measured.
    #[serde(default)]
    pub unmeasured: Vec<Unmeasured>,
}

/// A load level that could not be measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unmeasured {
    /// Cold or warm.
    pub temperature: Temperature,
    /// How listeners would have arrived.
    pub load: Load,
    /// Why it was not measured.
    pub reason: String,
}

impl std::fmt::Display for Unmeasured {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (temperature, load, reason) = (self.temperature, self.load, &self.reason);
        write!(formatter, "{temperature}, {load}: not measured: {reason}")
    }
}

impl Report {
    /// A report of a plan, without levels.
    pub fn new(plan: &Plan) -> Self {
        Self {
            langdu: env!("CARGO_PKG_VERSION").to_owned(),
            began: jiff::Timestamp::now()
                .round(jiff::Unit::Second)
                .map_or_else(|_| String::new(), |moment| moment.to_string()),
            target: plan.target.clone(),
            machine: machine(),
            cores: plan.cores,
            duration_s: plan.duration.as_secs_f64(),
            entries: plan.corpus.len(),
            corpus: plan.corpus.digest(),
            voice: plan.voice.clone(),
            seed: plan.seed,
            warmed: 0,
            levels: Vec::new(),
            unmeasured: Vec::new(),
        }
    }
}

/// A load level: one load at one temperature.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LoadLevel {
    /// Cold or warm.
    pub temperature: Temperature,
    /// How listeners arrived.
    pub load: Load,
    /// Seconds from the first asking until the last stream had ended.
    pub wall_s: f64,
    /// The most streams that were open at once.
    pub most_open: usize,
    /// What follows from the streams.
    pub summary: Summary,
    /// Every stream, in the order they were asked for.
    pub streams: Vec<Heard>,
}

impl LoadLevel {
    /// A level with its figures.
    pub fn new(
        temperature: Temperature,
        load: Load,
        wall_s: f64,
        most_open: usize,
        streams: Vec<Heard>,
        cores: Option<usize>,
    ) -> Self {
        Self {
            temperature,
            load,
            wall_s,
            most_open,
            summary: Summary::of(&streams, wall_s, cores),
            streams,
        }
    }
}

/// The figures of a level. A figure is `None` where nothing happened that could give it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Streams that were asked for.
    pub streams: usize,
    /// Those that failed, by gRPC code.
    pub errors: BTreeMap<String, usize>,
    /// Seconds until the first audio, of all streams that gave any.
    pub first_audio_s: Option<Quantiles>,
    /// Slack of all utterances after the first, in seconds.
    pub slack_s: Option<Slack>,
    /// Seconds for a second of speech, of whole streams that did not fail.
    pub real_time_factor: Option<Quantiles>,
    /// Utterances that came too late for a listener who plays as they come.
    pub stalls: usize,
    /// Streams with at least one of them.
    pub stalled_streams: usize,
    /// Seconds that listeners waited in them.
    pub stalled_s: f64,
    /// Utterances that came.
    pub utterances: u64,
    /// Utterances that the service could not make.
    pub failed_utterances: u64,
    /// The part of the utterances that was synthesised for the call, 0 to 1: 1 when all was cold.
    pub synthesized: Option<f64>,
    /// Streams a second.
    pub streams_per_s: f64,
    /// Seconds of speech a second.
    pub speech_per_s: f64,
    /// The same for each processor of the service.
    pub speech_per_core_s: Option<f64>,
}

/// How long before they were needed utterances came, in seconds; negative where one came too late.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Slack {
    /// The least of all.
    pub least: f64,
    /// One of a hundred is below it.
    pub p1: f64,
    /// Half are.
    pub p50: f64,
}

impl Summary {
    /// The figures of a level's streams, which took `wall_s` seconds in all.
    pub fn of(streams: &[Heard], wall_s: f64, cores: Option<usize>) -> Self {
        let all = |pick: fn(&Heard) -> Option<f64>| -> Vec<f64> {
            streams.iter().filter_map(pick).collect()
        };
        let mut errors = BTreeMap::new();
        for error in streams.iter().filter_map(|heard| heard.error.as_deref()) {
            let code = error.split(':').next().unwrap_or(error);
            *errors.entry(code.to_owned()).or_insert(0) += 1;
        }
        let slack: Vec<f64> = streams.iter().flat_map(|h| h.slack_s.clone()).collect();
        let utterances: u64 = streams.iter().map(|h| u64::from(h.utterances)).sum();
        let made: u64 = streams.iter().map(|h| u64::from(h.synthesized)).sum();
        let speech_per_s = streams.iter().map(|h| h.speech_s).sum::<f64>() / wall_s;
        Self {
            streams: streams.len(),
            errors,
            first_audio_s: Quantiles::of(&all(|heard| heard.first_audio_s)),
            slack_s: Slack::of(&slack),
            real_time_factor: Quantiles::of(&all(Heard::real_time_factor)),
            stalls: streams.iter().map(Heard::stalls).sum(),
            stalled_streams: streams.iter().filter(|heard| heard.stalls() > 0).count(),
            stalled_s: streams.iter().map(Heard::stalled_s).sum(),
            utterances,
            failed_utterances: streams.iter().map(|h| u64::from(h.failed_utterances)).sum(),
            synthesized: (utterances > 0).then(|| made as f64 / utterances as f64),
            streams_per_s: streams.len() as f64 / wall_s,
            speech_per_s,
            speech_per_core_s: cores.map(|cores| speech_per_s / cores as f64),
        }
    }

    /// Streams that failed.
    pub fn failed(&self) -> usize {
        self.errors.values().sum()
    }
}

impl Slack {
    fn of(values: &[f64]) -> Option<Self> {
        let sorted = sorted(values);
        Some(Self {
            least: *sorted.first()?,
            p1: quantile(&sorted, 0.01)?,
            p50: quantile(&sorted, 0.5)?,
        })
    }
}

/// This machine, in words: processor, threads, and the instructions that the voice computes with.
pub fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown processor", |line| {
            line.trim_start_matches([' ', '\t', ':'])
        });
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "{model}, {threads} threads, {}",
        instructions().unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stream_counts_also_the_ones_that_failed() {
        let good = Heard {
            first_audio_s: Some(0.5),
            total_s: 2.0,
            speech_s: 8.0,
            slack_s: vec![1.0, -0.5],
            utterances: 3,
            synthesized: 3,
            ..Heard::default()
        };
        let shed = Heard {
            error: Some("ResourceExhausted: full: try again".to_owned()),
            ..Heard::default()
        };
        let summary = Summary::of(&[good.clone(), good, shed], 4.0, Some(2));
        assert_eq!(summary.streams, 3);
        assert_eq!(summary.errors["ResourceExhausted"], 1);
        assert_eq!((summary.stalls, summary.stalled_streams), (2, 2));
        assert_eq!(summary.synthesized, Some(1.0));
        assert_eq!(summary.speech_per_s, 4.0);
        assert_eq!(summary.speech_per_core_s, Some(2.0));
        assert_eq!(summary.slack_s.unwrap().least, -0.5);
    }

    #[test]
    fn a_level_where_everything_failed_has_no_figures() {
        let failed = Heard {
            error: Some("Unavailable: gone".to_owned()),
            ..Heard::default()
        };
        let summary = Summary::of(&[failed], 1.0, None);
        assert_eq!(summary.first_audio_s, None);
        assert_eq!(summary.synthesized, None);
        assert_eq!(summary.failed(), 1);
    }
}
