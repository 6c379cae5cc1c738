//! Compares two reports: what became faster, and how certain that is.

use crate::plan::{Load, Temperature};
use crate::report::{LoadLevel, Report, Slack};
use crate::stats::{Quantiles, median_ratio};

/// What two reports have in common, and what only one of them has.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// A row for every figure of every level that is in both.
    pub rows: Vec<Row>,
    /// Levels that only one report has: `A` or `B`, and the level.
    pub alone: Vec<(&'static str, String)>,
    /// Where the two were measured differently.
    pub remarks: Vec<String>,
}

/// One figure in both reports.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Cold or warm.
    pub temperature: Temperature,
    /// How listeners arrived.
    pub load: Load,
    /// The figure's name with its unit.
    pub figure: &'static str,
    /// In the first report.
    pub a: Option<f64>,
    /// In the second.
    pub b: Option<f64>,
    /// For medians: the 95 % interval of their ratio. If it contains 1, the difference may be chance.
    pub interval: Option<(f64, f64)>,
}

impl Row {
    /// The second over the first, where a ratio makes sense.
    pub fn ratio(&self) -> Option<f64> {
        let (a, b) = (self.a?, self.b?);
        // Negative slack has no meaningful ratio.
        (a > 0.0 && b >= 0.0).then(|| b / a)
    }
}

/// Compares two reports level by level.
pub fn compare(a: &Report, b: &Report) -> Comparison {
    let same = |x: &LoadLevel, y: &LoadLevel| x.temperature == y.temperature && x.load == y.load;
    let mut rows = Vec::new();
    let mut alone = Vec::new();
    for level in &a.levels {
        match b.levels.iter().find(|other| same(level, other)) {
            Some(other) => rows.extend(figures(level, other)),
            None => alone.push(("A", name(level))),
        }
    }
    let unmatched = b
        .levels
        .iter()
        .filter(|level| !a.levels.iter().any(|other| same(level, other)));
    alone.extend(unmatched.map(|level| ("B", name(level))));
    Comparison {
        rows,
        alone,
        remarks: remarks(a, b),
    }
}

fn name(level: &LoadLevel) -> String {
    format!("{}, {}", level.temperature, level.load)
}

fn figures(a: &LoadLevel, b: &LoadLevel) -> Vec<Row> {
    let row = |figure, in_a: Option<f64>, in_b: Option<f64>| Row {
        temperature: a.temperature,
        load: a.load,
        figure,
        a: in_a,
        b: in_b,
        interval: None,
    };
    let first =
        |level: &LoadLevel, pick: fn(Quantiles) -> f64| level.summary.first_audio_s.map(pick);
    let values = |level: &LoadLevel| -> Vec<f64> {
        let streams = level.streams.iter();
        streams.filter_map(|heard| heard.first_audio_s).collect()
    };
    let factors = |level: &LoadLevel| -> Vec<f64> {
        let streams = level.streams.iter();
        streams
            .filter_map(|heard| heard.real_time_factor())
            .collect()
    };
    let interval = |a: &[f64], b: &[f64]| median_ratio(a, b).map(|ratio| ratio.interval);
    let rtf = |level: &LoadLevel| level.summary.real_time_factor.map(|found| found.p50);
    let slack = |level: &LoadLevel, pick: fn(Slack) -> f64| level.summary.slack_s.map(pick);
    let count_of = |number: u64| Some(number as f64);
    let count = |number: usize| count_of(number as u64);
    vec![
        Row {
            interval: interval(&values(a), &values(b)),
            ..row(
                "first audio p50, s",
                first(a, |q| q.p50),
                first(b, |q| q.p50),
            )
        },
        row(
            "first audio p95, s",
            first(a, |q| q.p95),
            first(b, |q| q.p95),
        ),
        row(
            "first audio p99, s",
            first(a, |q| q.p99),
            first(b, |q| q.p99),
        ),
        Row {
            interval: interval(&factors(a), &factors(b)),
            ..row("real-time factor p50", rtf(a), rtf(b))
        },
        row(
            "speech, s/s",
            Some(a.summary.speech_per_s),
            Some(b.summary.speech_per_s),
        ),
        row(
            "speech by core, s/s",
            a.summary.speech_per_core_s,
            b.summary.speech_per_core_s,
        ),
        row("slack p50, s", slack(a, |s| s.p50), slack(b, |s| s.p50)),
        row("slack p1, s", slack(a, |s| s.p1), slack(b, |s| s.p1)),
        row(
            "slack least, s",
            slack(a, |s| s.least),
            slack(b, |s| s.least),
        ),
        row("stalls", count(a.summary.stalls), count(b.summary.stalls)),
        row(
            "stalled, s",
            Some(a.summary.stalled_s),
            Some(b.summary.stalled_s),
        ),
        row(
            "utterances failed",
            count_of(a.summary.failed_utterances),
            count_of(b.summary.failed_utterances),
        ),
        row(
            "streams failed",
            count(a.summary.failed()),
            count(b.summary.failed()),
        ),
    ]
}

fn remarks(a: &Report, b: &Report) -> Vec<String> {
    let mut remarks = Vec::new();
    let mut differs = |what: &str, a: &str, b: &str| {
        if a != b {
            remarks.push(format!("{what}: A {a}, B {b}"));
        }
    };
    let or_not_known = |what: String| {
        if what.is_empty() {
            "not known".to_owned()
        } else {
            what
        }
    };
    let cores =
        |report: &Report| or_not_known(report.cores.map_or_else(String::new, |c| c.to_string()));
    let corpus = |report: &Report| or_not_known(report.corpus.clone());
    differs("target", &a.target, &b.target);
    differs("cores of the service", &cores(a), &cores(b));
    differs("measured on", &a.machine, &b.machine);
    differs("corpus", &corpus(a), &corpus(b));
    differs("voice", &a.voice, &b.voice);
    differs("entries", &a.entries.to_string(), &b.entries.to_string());
    differs(
        "seconds a level",
        &a.duration_s.to_string(),
        &b.duration_s.to_string(),
    );
    differs("seed", &a.seed.to_string(), &b.seed.to_string());
    differs("version", &a.langdu, &b.langdu);
    for (which, report) in [("A", a), ("B", b)] {
        remarks.extend(
            report
                .unmeasured
                .iter()
                .map(|level| format!("{which}: {level}")),
        );
    }
    remarks
}
