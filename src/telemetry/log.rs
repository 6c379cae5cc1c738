//! Log lines on standard error, as text or JSON. They hold no text that is read, only ids,
//! lengths and reasons.

use std::io::IsTerminal;

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};

use super::traces::Traces;

/// What is logged when `RUST_LOG` says nothing.
const DEFAULT_FILTER: &str = "info,ort=warn";

/// Starts logging; `json` is a line of JSON each. Spans go to `traces` too, whatever the log leaves
/// out. From then on a panic is a line as well.
pub fn start(json: bool, traces: Option<&Traces>) {
    log_panics();
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let Some(traces) = traces else {
        registry().with(filter).with(lines(json)).init();
        return;
    };
    // The outer layer's filter is its own, so that the log's level is not that of the traces.
    let subscriber = registry().with(traces.layer());
    subscriber.with(lines(json).with_filter(filter)).init();
}

fn lines<S>(json: bool) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'a> registry::LookupSpan<'a> + Send + Sync,
{
    // Colours are for a terminal: in a file they are noise around every word.
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    if json {
        lines.json().flatten_event(true).boxed()
    } else {
        lines.boxed()
    }
}

/// A panic is logged with its place, and without its message, which may quote the text that it came
/// over (a slice that ends inside a character does).
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let thread = std::thread::current();
        tracing::error!(
            place = place.unwrap_or_default(),
            thread = thread.name().unwrap_or_default(),
            "a panic: what it was asked for failed, and the service goes on"
        );
    }));
}
