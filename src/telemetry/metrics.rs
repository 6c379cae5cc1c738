//! The metrics by name, and the recorder that exports them.
//!
//! Every metric that is recorded anywhere is in [`METRICS`]; counters whose labels are known are
//! there from the start, so that a rate over them is right from the first scrape.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use super::causes;
use crate::reason::Reason;

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only rises.
    Counter,
    /// Rises and falls.
    Gauge,
    /// Values by bucket.
    Histogram,
}

/// A metric of the service.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name, as it is exported.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// A line for people.
    pub help: &'static str,
    /// For a histogram, the upper ends of its buckets.
    buckets: &'static [f64],
    /// A label and those of its values that are known.
    labels: (&'static str, &'static [&'static str]),
}

const NO_LABELS: (&str, &[&str]) = ("", &[]);

/// From a clip in memory to a listener who has given up.
const WAITS_S: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0,
    5.0, 10.0, 30.0,
];

/// From a machine with many cores to one that cannot keep up.
const FACTORS: &[f64] = &[
    0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0, 1.5, 2.0, 4.0,
];

const fn counter(name: &'static str, help: &'static str) -> Metric {
    by(name, NO_LABELS, help)
}

const fn by(
    name: &'static str,
    labels: (&'static str, &'static [&'static str]),
    help: &'static str,
) -> Metric {
    Metric {
        name,
        kind: Kind::Counter,
        help,
        buckets: &[],
        labels,
    }
}

const fn gauge(name: &'static str, help: &'static str) -> Metric {
    Metric {
        kind: Kind::Gauge,
        ..counter(name, help)
    }
}

const fn histogram(name: &'static str, buckets: &'static [f64], help: &'static str) -> Metric {
    Metric {
        kind: Kind::Histogram,
        buckets,
        ..counter(name, help)
    }
}

/// The names of every [`Reason`].
const REASONS: [&str; Reason::ALL.len()] = {
    let mut names = [""; Reason::ALL.len()];
    let mut index = 0;
    while index < names.len() {
        names[index] = Reason::ALL[index].wire_name();
        index += 1;
    }
    names
};

/// Every metric of the service.
pub const METRICS: &[Metric] = &[
    histogram(
        "langdu_first_audio_seconds",
        WAITS_S,
        "From a stream's request to its first audio, fetching the page included.",
    ),
    histogram(
        "langdu_real_time_factor",
        FACTORS,
        "Seconds the voice works for a second of speech, by utterance.",
    ),
    histogram(
        "langdu_synthesis_seconds",
        WAITS_S,
        "Seconds the voice works for an utterance.",
    ),
    counter(
        "langdu_syntheses_total",
        "Utterances that the voice has spoken.",
    ),
    histogram(
        "langdu_queue_wait_seconds",
        WAITS_S,
        "From an utterance's entry into the queue to a worker's turn.",
    ),
    gauge("langdu_queue_length", "Utterances that wait for a worker."),
    counter(
        "langdu_stalls_total",
        "Utterances of streams that were ready later than a listener needed them.",
    ),
    gauge(
        "langdu_listeners",
        "Documents that are being made for listeners, of those that capacity allows.",
    ),
    gauge("langdu_streams_open", "Streams that are being sent."),
    counter("langdu_streams_total", "Streams that were begun."),
    by(
        "langdu_clips_total",
        ("tier", &["memory", "store", "shared", "voice"]),
        "Clips by where they came from; `voice` was made.",
    ),
    histogram(
        "langdu_clip_seconds",
        WAITS_S,
        "From asking for a clip to having it, by where it came from.",
    ),
    counter(
        "langdu_connections_displaced_total",
        "Idle connections that were closed because all places were taken.",
    ),
    gauge("langdu_store_bytes", "Bytes in the clip folder."),
    counter(
        "langdu_store_damaged_total",
        "Objects that were damaged; they are removed and made again.",
    ),
    counter(
        "langdu_store_write_failures_total",
        "Objects that could not be written to the clip folder.",
    ),
    gauge(
        "langdu_shared_up",
        "1 while the shared tier answers, 0 while it is set aside.",
    ),
    by(
        "langdu_shared_failures_total",
        ("operation", &["read", "write", "stat", "delete", "lease"]),
        "Operations of the shared tier that failed or took too long.",
    ),
    counter(
        "langdu_lease_waits_total",
        "Utterances that another replica was making, so that this one waited for it.",
    ),
    by(
        "langdu_errors_total",
        ("reason", &REASONS),
        "Requests and utterances answered with an error, by its reason in the contract.",
    ),
    by(
        "langdu_shed_total",
        (
            "reason",
            &["CAPACITY_FULL", "QUEUE_FULL", "QUOTA_EXCEEDED", "TOO_BUSY"],
        ),
        "Requests and utterances refused because the service is full or the caller has had its share.",
    ),
    histogram(
        "langdu_page_seconds",
        WAITS_S,
        "Seconds until a source is fetched and extracted.",
    ),
    by(
        "langdu_fetch_errors_total",
        ("cause", causes::FETCH),
        "Pages that could not be fetched, by cause.",
    ),
    by(
        "langdu_extract_errors_total",
        ("cause", causes::EXTRACT),
        "Pages on which nothing could be read, by cause.",
    ),
    gauge(
        "langdu_ready",
        "1 from the warm-up utterance until shutdown.",
    ),
    gauge("langdu_info", "1, with the version as a label."),
    gauge(
        "process_resident_memory_bytes",
        "Resident memory of the process.",
    ),
    gauge(
        "process_cpu_seconds",
        "Processor time of the process, user and system.",
    ),
];

/// Installs the recorder for the whole process.
///
/// # Errors
///
/// When there is one already.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    let mut builder = PrometheusBuilder::new();
    for metric in METRICS
        .iter()
        .filter(|metric| metric.kind == Kind::Histogram)
    {
        let name = Matcher::Full(metric.name.to_owned());
        builder = builder.set_buckets_for_metric(name, metric.buckets)?;
    }
    let handle = builder.install_recorder()?;
    METRICS.iter().for_each(announce);
    metrics::gauge!("langdu_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(handle)
}

fn announce(metric: &Metric) {
    let (name, help) = (metric.name, metric.help);
    match metric.kind {
        Kind::Gauge => metrics::describe_gauge!(name, help),
        Kind::Histogram => metrics::describe_histogram!(name, help),
        Kind::Counter => {
            metrics::describe_counter!(name, help);
            let (label, values) = metric.labels;
            if values.is_empty() {
                metrics::counter!(name).absolute(0);
            }
            for value in values {
                metrics::counter!(name, label => *value).absolute(0);
            }
        }
    }
}

/// Reads what the system knows of this process into the gauges; called at each scrape.
pub fn look_at_process() {
    if let Some(status) = langdu_process::Status::own() {
        metrics::gauge!("process_resident_memory_bytes").set(status.resident_bytes as f64);
    }
    if let Some(seconds) = cpu_seconds() {
        metrics::gauge!("process_cpu_seconds").set(seconds);
    }
}

/// User and system time; the kernel counts both in hundredths of a second.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name may hold anything, also spaces and brackets: what counts comes after it.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some((user + system) as f64 / 100.0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use regex::Regex;

    use super::*;

    fn sources(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn every_metric_that_is_recorded_is_described_and_the_other_way_round() {
        let mut files = Vec::new();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut files,
        );
        let recording = Regex::new(r#"(?:counter|gauge|histogram)!\(\s*"([a-z_]+)""#).unwrap();
        let recorded: BTreeSet<&str> = files
            .iter()
            .flat_map(|file| recording.captures_iter(file))
            .map(|found| found.get(1).unwrap().as_str())
            .collect();
        let described: BTreeSet<&str> = METRICS.iter().map(|metric| metric.name).collect();
        assert_eq!(recorded, described);
    }

    #[test]
    fn the_process_has_used_some_time() {
        assert!(cpu_seconds().is_some());
    }
}
