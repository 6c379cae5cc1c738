//! What the tests of several modules share.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ::metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use bytes::Bytes;
use parking_lot::Mutex;

use super::{ClipId, ClipLimits, Form, Layout, Recipe};
use langdu_audio::Encoding;

pub(crate) fn recipe() -> Recipe {
    Recipe {
        pack: [1; 32],
        speaker: "a".to_owned(),
        phonemes: "ma→".to_owned(),
        part: 0..3,
        syllables: std::iter::once(0..3).collect(),
        rate_milli: 1000,
        length_milli: 1000,
        pause_ms: 200,
        melody: langdu_voice::Melody::default(),
        read: None,
    }
}

pub(crate) fn limits() -> ClipLimits {
    ClipLimits {
        memory_bytes: 1 << 20,
        samples_bytes: 1 << 20,
        private_ttl: Duration::from_millis(50),
        workers: 1,
        max_waiting: 1,
    }
}

/// The id of 32 times the same digit.
pub(crate) fn id(digit: &str) -> ClipId {
    digit.repeat(32).parse().unwrap()
}

pub(crate) fn mp3() -> Form {
    Form::plain(Encoding::Mp3, Layout::Stream)
}

pub(crate) fn samples() -> Arc<[f32]> {
    vec![0.0; 10].into()
}

pub(crate) fn sound() -> Bytes {
    Bytes::from_static(b"sound")
}

/// Counts writes to the disk that failed.
pub(crate) const FAILED_WRITES: &str = "langdu_store_write_failures_total";

/// What the thread that installs it has counted, whatever the labels.
#[derive(Default)]
pub(crate) struct Counters(Mutex<HashMap<String, Arc<AtomicU64>>>);

impl Counters {
    pub(crate) fn value(&self, name: &str) -> u64 {
        let counters = self.0.lock();
        counters
            .get(name)
            .map_or(0, |counter| counter.load(Ordering::Relaxed))
    }
}

impl Recorder for Counters {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let mut counters = self.0.lock();
        let counter = counters.entry(key.name().to_owned()).or_default();
        Counter::from_arc(counter.clone())
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}
