//! The service's own metrics, and the recorder that exports those of every crate.

use langdu_metrics::{Metric, WAITS_S};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use super::causes::{ExtractCause, FetchCause};
use crate::corrections::correction::Action;
use crate::corrections::report::ReportState;
use crate::reason::Reason;

langdu_metrics::declare! {
    /// The service's own metrics.
    static METRICS =
    pub(crate) static FIRST_AUDIO_SECONDS: Histogram = Histogram::new(
        "langdu_first_audio_seconds",
        WAITS_S,
        "From a stream's request to its first audio, fetching the page included.",
    );
    pub(crate) static STALLS: Counter = Counter::new(
        "langdu_stalls_total",
        "Utterances of streams that were ready later than a listener needed them.",
    );
    pub(crate) static LISTENERS: Gauge = Gauge::new(
        "langdu_listeners",
        "Documents that are being made for listeners, of those that capacity allows.",
    );
    pub(crate) static CAPACITY: Gauge = Gauge::new(
        "langdu_capacity",
        "Documents that can be made for listeners at the measured pace; 0 before it is known.",
    );
    pub(crate) static READINGS_BEING_MADE: Gauge = Gauge::new(
        "langdu_readings_being_made",
        "Pages and texts that are being fetched and split.",
    );
    pub(crate) static CONNECTIONS: Gauge =
        Gauge::new("langdu_connections", "Connections that are open.");
    pub(crate) static REQUESTS: CounterByTwo = CounterByTwo::new(
        "langdu_requests_total",
        ["route", "code"],
        "Requests by their route and how they ended: an HTTP status, a code of gRPC, or `left`.",
    );
    pub(crate) static REQUEST_SECONDS: HistogramBy = HistogramBy::new(
        "langdu_request_seconds",
        "route",
        WAITS_S,
        "From a request to the last byte of its answer.",
    );
    pub(crate) static STREAMS_OPEN: Gauge =
        Gauge::new("langdu_streams_open", "Streams that are being sent.");
    pub(crate) static STREAMS: Counter =
        Counter::new("langdu_streams_total", "Streams that were begun.");
    pub(crate) static CONNECTIONS_DISPLACED: Counter = Counter::new(
        "langdu_connections_displaced_total",
        "Idle connections that were closed to make room for another.",
    );
    pub(crate) static STORE_BYTES: Gauge =
        Gauge::new("langdu_store_bytes", "Bytes in the clip folder.");
    pub(crate) static ERRORS: CounterBy = CounterBy::new(
        "langdu_errors_total",
        ("reason", Reason::WIRE_NAMES),
        "Requests and utterances answered with an error, by its reason in the contract.",
    );
    pub(crate) static SHED: CounterBy = CounterBy::new(
        "langdu_shed_total",
        ("reason", Reason::SHED_WIRE_NAMES),
        "Requests and utterances refused because the service is full or the caller has had its share.",
    );
    pub(crate) static PAGE_SECONDS: Histogram = Histogram::new(
        "langdu_page_seconds",
        WAITS_S,
        "Seconds until a source is fetched and extracted.",
    );
    pub(crate) static FETCH_ERRORS: CounterBy = CounterBy::new(
        "langdu_fetch_errors_total",
        ("cause", FetchCause::LABELS),
        "Pages that could not be fetched, by cause.",
    );
    pub(crate) static EXTRACT_ERRORS: CounterBy = CounterBy::new(
        "langdu_extract_errors_total",
        ("cause", ExtractCause::LABELS),
        "Pages on which nothing could be read, by cause.",
    );
    pub(crate) static LISTENS: CounterByTwo = CounterByTwo::new(
        "langdu_listens_total",
        ["portal", "event"],
        "How often documents were begun, half heard and heard to the end, as players tell.",
    );
    pub(crate) static LISTENED_SECONDS: CounterByTwo = CounterByTwo::new(
        "langdu_listened_seconds_total",
        ["portal", "device"],
        "How long documents were heard, as players tell.",
    );
    pub(crate) static CORRECTIONS: Gauge = Gauge::new(
        "langdu_corrections",
        "Corrections of editors that are in force.",
    );
    pub(crate) static CORRECTIONS_APPLIED: Counter = Counter::new(
        "langdu_corrections_applied_total",
        "Corrections that were read and put in force: all at start, then each that is decided.",
    );
    pub(crate) static CORRECTION_CHANGES: CounterBy = CounterBy::new(
        "langdu_correction_changes_total",
        ("action", Action::NAMES),
        "What editors have decided of corrections on this replica.",
    );
    pub(crate) static CLIPS_SUPERSEDED: Counter = Counter::new(
        "langdu_clips_superseded_total",
        "Clips that corrections have made wrong, and that are given to nobody any more.",
    );
    pub(crate) static REPORTS: CounterBy = CounterBy::new(
        "langdu_reports_total",
        ("state", ReportState::NAMES),
        "What listeners say is read wrong (`open`), and how it was answered.",
    );
    pub(crate) static READY: Gauge = Gauge::new(
        "langdu_ready",
        "1 from the warm-up utterance until shutdown.",
    );
    static INFO: Info = Info::new(
        "langdu_info",
        ("version", env!("CARGO_PKG_VERSION")),
        "1, with the version as a label.",
    );
    static RESIDENT_MEMORY_BYTES: Gauge = Gauge::new(
        "process_resident_memory_bytes",
        "Resident memory of the process.",
    );
    static CPU_SECONDS: Gauge = Gauge::new(
        "process_cpu_seconds",
        "Processor time of the process, user and system.",
    );
}

/// Every metric that the service exports: its own and those of the stages below it.
pub fn all() -> impl Iterator<Item = &'static dyn Metric> {
    let of_stages = [
        langdu_voice::metrics::METRICS,
        langdu_clips::metrics::METRICS,
        langdu_recogniser::metrics::METRICS,
    ];
    let own = std::iter::once(METRICS);
    own.chain(of_stages).flatten().copied()
}

/// Installs the recorder for the whole process.
///
/// # Errors
///
/// When there is one already.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    let mut builder = PrometheusBuilder::new();
    for metric in all() {
        if let Some(buckets) = metric.buckets() {
            let name = Matcher::Full(metric.name().to_owned());
            builder = builder.set_buckets_for_metric(name, buckets)?;
        }
    }
    let handle = builder.install_recorder()?;
    all().for_each(Metric::describe);
    Ok(handle)
}

/// Reads what the system knows of this process into the gauges; called at each scrape.
pub fn look_at_process() {
    if let Some(status) = langdu_process::Status::own() {
        RESIDENT_MEMORY_BYTES.set(status.resident_bytes as f64);
    }
    if let Some(seconds) = cpu_seconds() {
        CPU_SECONDS.set(seconds);
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
    use super::*;

    #[test]
    fn the_process_has_used_some_time() {
        assert!(cpu_seconds().is_some());
    }
}
