//! What recognition tells operators.

use langdu_metrics::WAITS_S;

langdu_metrics::declare! {
    /// The metrics of recognition.
    pub static METRICS =
    pub(crate) static PICTURE_SECONDS: Histogram = Histogram::new(
        "langdu_picture_seconds",
        WAITS_S,
        "Seconds until a picture was recognised, once its turn had come.",
    );
    pub(crate) static PICTURES_WAITING: Gauge = Gauge::new(
        "langdu_pictures_waiting",
        "Pictures that wait to be recognised, or are.",
    );
    pub(crate) static PICTURE_ERRORS: CounterBy = CounterBy::new(
        "langdu_picture_errors_total",
        ("cause", &["busy", "timeout", "late", "ended", "refused"]),
        "Pictures that were not recognised, by cause.",
    );
}
