//! What the clip service tells operators of its tiers and of the voice's work.

use langdu_metrics::WAITS_S;

/// The upper ends of the buckets of a real-time factor: from a machine with many cores to one that
/// cannot keep up.
const FACTORS: &[f64] = &[
    0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0, 1.5, 2.0, 4.0,
];

langdu_metrics::declare! {
    /// The metrics of the clip service.
    pub static METRICS =
    pub(crate) static CLIPS: CounterBy = CounterBy::new(
        "langdu_clips_total",
        ("tier", &["memory", "store", "shared", "voice"]),
        "Clips by where they came from; `voice` was made.",
    );
    pub(crate) static CLIP_SECONDS: HistogramBy = HistogramBy::new(
        "langdu_clip_seconds",
        "tier",
        WAITS_S,
        "From asking for a clip to having it, by where it came from.",
    );
    pub(crate) static SYNTHESES: Counter = Counter::new(
        "langdu_syntheses_total",
        "Utterances that the voice has spoken.",
    );
    pub(crate) static SYNTHESIS_SECONDS: Histogram = Histogram::new(
        "langdu_synthesis_seconds",
        WAITS_S,
        "Seconds the voice works for an utterance.",
    );
    pub(crate) static REAL_TIME_FACTOR: Histogram = Histogram::new(
        "langdu_real_time_factor",
        FACTORS,
        "Seconds the voice works for a second of speech, by utterance.",
    );
    pub(crate) static STORE_DAMAGED: Counter = Counter::new(
        "langdu_store_damaged_total",
        "Objects that were damaged; they are removed and made again.",
    );
    pub(crate) static STORE_WRITE_FAILURES: Counter = Counter::new(
        "langdu_store_write_failures_total",
        "Objects that could not be written to the clip folder.",
    );
    pub(crate) static SHARED_UP: Gauge = Gauge::new(
        "langdu_shared_up",
        "1 while the shared tier answers, 0 while it is set aside.",
    );
    pub(crate) static SHARED_FAILURES: CounterBy = CounterBy::new(
        "langdu_shared_failures_total",
        ("operation", &["read", "write", "stat", "delete", "lease", "behind"]),
        "Operations of the shared tier that failed or took too long.",
    );
    pub(crate) static LEASE_WAITS: Counter = Counter::new(
        "langdu_lease_waits_total",
        "Utterances that another replica was making, so that this one waited for it.",
    );
}
