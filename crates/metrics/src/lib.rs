//! Metrics as statics: each is declared once, with its name, its help and its labels, and recorded
//! by the name of its static.
//!
//! A crate that records metrics has one file of them, made with [`declare!`], and no other way to
//! record one: it does not depend on the library below. So what is recorded is described, what is
//! described is exported from the first scrape, and a name is spelled in one place.
//!
//! ```
//! langdu_metrics::declare! {
//!     /// Those of this example.
//!     pub static METRICS =
//!     pub(crate) static CUPS: Counter = Counter::new("cups_total", "Cups of tea.");
//!     pub(crate) static FAILURES: CounterBy =
//!         CounterBy::new("failures_total", ("cause", &["cold", "spilled"]), "Cups that were not drunk.");
//! }
//!
//! CUPS.increment();
//! FAILURES.increment("cold");
//! assert_eq!(METRICS.len(), 2);
//! ```

/// The value of a label: shared, or known when the program was made.
pub use metrics::SharedString;

/// The upper ends of a histogram's buckets for a wait, in seconds: from a clip in memory to a
/// listener who has given up.
pub const WAITS_S: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0,
    5.0, 10.0, 30.0,
];

/// A label and those of its values that are known before anything is recorded.
pub type Label = (&'static str, &'static [&'static str]);

/// What a recorder has to know of a metric.
pub trait Metric: Sync {
    /// Its name, as it is exported.
    fn name(&self) -> &'static str;

    /// For a histogram, the upper ends of its buckets.
    fn buckets(&self) -> Option<&'static [f64]> {
        None
    }

    /// Tells the installed recorder what the metric is for. Counters begin at 0, with each known
    /// value of their label, so that a rate over them is right from the first scrape.
    fn describe(&self);
}

/// Declares a crate's metrics as statics, and the list of all of them.
#[macro_export]
macro_rules! declare {
    (
        $(#[$list_doc:meta])* $list_vis:vis static $list:ident =
        $($(#[$doc:meta])* $vis:vis static $name:ident: $kind:ident = $value:expr;)*
    ) => {
        #[allow(unused_imports)]
        use $crate::{Counter, CounterBy, CounterByTwo, Gauge, Histogram, HistogramBy, Info};

        $($(#[$doc])* $vis static $name: $kind = $value;)*

        $(#[$list_doc])*
        $list_vis static $list: &[&dyn $crate::Metric] = &[$(&$name),*];
    };
}

/// A number that only rises.
#[derive(Debug)]
pub struct Counter {
    name: &'static str,
    help: &'static str,
}

impl Counter {
    /// Declares it; `help` is a line for people.
    pub const fn new(name: &'static str, help: &'static str) -> Self {
        Self { name, help }
    }

    /// Counts one more.
    pub fn increment(&self) {
        self.add(1);
    }

    /// Counts so many more.
    pub fn add(&self, more: u64) {
        metrics::counter!(self.name).increment(more);
    }
}

impl Metric for Counter {
    fn name(&self) -> &'static str {
        self.name
    }

    fn describe(&self) {
        metrics::describe_counter!(self.name, self.help);
        metrics::counter!(self.name).absolute(0);
    }
}

/// Counters of one name, told apart by a label.
#[derive(Debug)]
pub struct CounterBy {
    name: &'static str,
    label: Label,
    help: &'static str,
}

impl CounterBy {
    /// Declares them; `help` is a line for people.
    pub const fn new(name: &'static str, label: Label, help: &'static str) -> Self {
        Self { name, label, help }
    }

    /// Counts one more of those with this value of the label.
    pub fn increment(&self, value: &'static str) {
        metrics::counter!(self.name, self.label.0 => value).increment(1);
    }
}

impl Metric for CounterBy {
    fn name(&self) -> &'static str {
        self.name
    }

    fn describe(&self) {
        metrics::describe_counter!(self.name, self.help);
        let (label, values) = self.label;
        for &value in values {
            metrics::counter!(self.name, label => value).absolute(0);
        }
    }
}

/// Counters of one name, told apart by two labels whose values are known only when something is recorded.
/// Whoever records keeps the number of values small.
#[derive(Debug)]
pub struct CounterByTwo {
    name: &'static str,
    labels: [&'static str; 2],
    help: &'static str,
}

impl CounterByTwo {
    /// Declares them; `help` is a line for people.
    pub const fn new(name: &'static str, labels: [&'static str; 2], help: &'static str) -> Self {
        Self { name, labels, help }
    }

    /// Counts one more of those with these values of the labels.
    pub fn increment(&self, values: [SharedString; 2]) {
        self.add(values, 1);
    }

    /// Counts so many more of those with these values of the labels.
    pub fn add(&self, values: [SharedString; 2], count: u64) {
        let [first, second] = values;
        metrics::counter!(self.name, self.labels[0] => first, self.labels[1] => second)
            .increment(count);
    }
}

impl Metric for CounterByTwo {
    fn name(&self) -> &'static str {
        self.name
    }

    fn describe(&self) {
        metrics::describe_counter!(self.name, self.help);
    }
}

/// A number that rises and falls.
#[derive(Debug)]
pub struct Gauge {
    name: &'static str,
    help: &'static str,
}

impl Gauge {
    /// Declares it; `help` is a line for people.
    pub const fn new(name: &'static str, help: &'static str) -> Self {
        Self { name, help }
    }

    /// It stands at `value` now.
    pub fn set(&self, value: f64) {
        metrics::gauge!(self.name).set(value);
    }

    /// One more.
    pub fn increment(&self) {
        metrics::gauge!(self.name).increment(1.0);
    }

    /// One less.
    pub fn decrement(&self) {
        metrics::gauge!(self.name).decrement(1.0);
    }
}

impl Metric for Gauge {
    fn name(&self) -> &'static str {
        self.name
    }

    fn describe(&self) {
        metrics::describe_gauge!(self.name, self.help);
    }
}

/// Values by bucket.
#[derive(Debug)]
pub struct Histogram {
    name: &'static str,
    buckets: &'static [f64],
    help: &'static str,
}

impl Histogram {
    /// Declares it with the upper ends of its buckets; `help` is a line for people.
    pub const fn new(name: &'static str, buckets: &'static [f64], help: &'static str) -> Self {
        Self {
            name,
            buckets,
            help,
        }
    }

    /// Notes a value; a duration counts in seconds.
    pub fn record(&self, value: impl metrics::IntoF64) {
        metrics::histogram!(self.name).record(value);
    }
}

impl Metric for Histogram {
    fn name(&self) -> &'static str {
        self.name
    }

    fn buckets(&self) -> Option<&'static [f64]> {
        Some(self.buckets)
    }

    fn describe(&self) {
        metrics::describe_histogram!(self.name, self.help);
    }
}

/// Histograms of one name, told apart by a label.
#[derive(Debug)]
pub struct HistogramBy {
    name: &'static str,
    label: &'static str,
    buckets: &'static [f64],
    help: &'static str,
}

impl HistogramBy {
    /// Declares them with the upper ends of their buckets; `help` is a line for people.
    pub const fn new(
        name: &'static str,
        label: &'static str,
        buckets: &'static [f64],
        help: &'static str,
    ) -> Self {
        Self {
            name,
            label,
            buckets,
            help,
        }
    }

    /// Notes a value with this value of the label; a duration counts in seconds.
    pub fn record(&self, of: impl Into<SharedString>, value: impl metrics::IntoF64) {
        metrics::histogram!(self.name, self.label => of.into()).record(value);
    }
}

impl Metric for HistogramBy {
    fn name(&self) -> &'static str {
        self.name
    }

    fn buckets(&self) -> Option<&'static [f64]> {
        Some(self.buckets)
    }

    fn describe(&self) {
        metrics::describe_histogram!(self.name, self.help);
    }
}

/// Always 1, for what its label says.
#[derive(Debug)]
pub struct Info {
    name: &'static str,
    label: (&'static str, &'static str),
    help: &'static str,
}

impl Info {
    /// Declares it with its label and that label's value; `help` is a line for people.
    pub const fn new(
        name: &'static str,
        label: (&'static str, &'static str),
        help: &'static str,
    ) -> Self {
        Self { name, label, help }
    }
}

impl Metric for Info {
    fn name(&self) -> &'static str {
        self.name
    }

    fn describe(&self) {
        metrics::describe_gauge!(self.name, self.help);
        let (label, value) = self.label;
        metrics::gauge!(self.name, label => value).set(1.0);
    }
}
