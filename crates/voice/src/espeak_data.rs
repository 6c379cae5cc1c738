//! Tells espeak-ng where its data lies. The library reads that only from an environment variable,
//! so this is the one place in the workspace that sets one.

#![allow(unsafe_code, clippy::disallowed_methods)]

use std::path::Path;
use std::sync::Once;

/// The variable that `espeak-rs` reads: a folder that holds `espeak-ng-data`.
const VARIABLE: &str = "PIPER_ESPEAKNG_DATA_DIRECTORY";

/// Where Debian and Ubuntu put the package `espeak-ng-data`, and where an own build does.
const PLACES: [&str; 4] = [
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/share",
    "/usr/local/share",
];

static POINTED: Once = Once::new();

/// Sets the variable, unless it is set, to the first usual place that holds the data.
pub fn point_to_data() {
    POINTED.call_once(|| {
        if std::env::var_os(VARIABLE).is_some() {
            return;
        }
        let Some(place) = PLACES
            .iter()
            .find(|place| Path::new(place).join("espeak-ng-data").is_dir())
        else {
            return;
        };
        // SAFETY: changing the environment is unsound while another thread reads it through the C
        // library. This runs once, `main` calls it before any other thread exists, and later
        // callers find it done.
        unsafe { std::env::set_var(VARIABLE, place) };
    });
}
