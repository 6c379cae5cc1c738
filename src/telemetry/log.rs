//! Log lines on standard error, as text or JSON. They hold no text that is read, only ids,
//! lengths and reasons.

use tracing_subscriber::EnvFilter;

/// What is logged when `RUST_LOG` says nothing.
const DEFAULT_FILTER: &str = "info,ort=warn";

/// Starts logging; `json` is a line of JSON each. From then on a panic is a line as well: with its
/// place, and without its message, which may quote the text that it came over (a slice that ends
/// inside a character does).
pub fn start(json: bool) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if json {
        builder.json().flatten_event(true).init();
    } else {
        builder.init();
    }
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
