//! What the voice's queue tells operators.

use langdu_metrics::WAITS_S;

langdu_metrics::declare! {
    /// The metrics of the voice.
    pub static METRICS =
    pub(crate) static QUEUE_WAIT_SECONDS: Histogram = Histogram::new(
        "langdu_queue_wait_seconds",
        WAITS_S,
        "From an utterance's entry into the queue to a worker's turn.",
    );
    pub(crate) static QUEUE_LENGTH: Gauge =
        Gauge::new("langdu_queue_length", "Utterances that wait for a worker.");
}
