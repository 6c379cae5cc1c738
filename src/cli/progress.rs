//! Progress on standard error: a bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use langdu_bench::Watch;
use langdu_voice::pack::Progress;

/// A bar, or lines where there is no terminal.
pub(super) struct Steps {
    bar: Option<ProgressBar>,
}

impl Steps {
    pub(super) fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style =
                ProgressStyle::with_template("{spinner} {pos}/{len} {bar:24} {msg} ({elapsed})")
                    .unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::new(0).with_style(style);
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { bar }
    }

    /// True on a terminal.
    pub(super) fn is_bar(&self) -> bool {
        self.bar.is_some()
    }

    /// Takes the bar off the screen.
    pub(super) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Steps {
    fn step(&self, done: usize, total: usize, what: &str) {
        match &self.bar {
            Some(bar) => {
                bar.set_length(total as u64);
                bar.set_position(done as u64);
                bar.set_message(what.to_owned());
            }
            None => eprintln!("{done}/{total} {what}"),
        }
    }
}

/// The levels of a measurement: each a bar of its time, or a line where there is no terminal.
pub(super) struct Levels(Steps);

/// A level's bar has so many parts.
const PARTS: u64 = 1000;

impl Levels {
    pub(super) fn new() -> Self {
        let steps = Steps::new();
        if let Some(bar) = &steps.bar {
            let style = ProgressStyle::with_template("{spinner} {percent:>3} % {bar:24} {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.set_style(style);
            bar.set_length(PARTS);
        }
        Self(steps)
    }

    /// Takes the bar off the screen.
    pub(super) fn clear(&self) {
        self.0.clear();
    }
}

impl Watch for Levels {
    fn level(&self, number: usize, of: usize, what: &str) {
        match &self.0.bar {
            Some(bar) => {
                bar.set_position(0);
                bar.set_message(format!("{number}/{of} {what}"));
            }
            None => eprintln!("{number}/{of} {what}"),
        }
    }

    fn part(&self, done: f64) {
        if let Some(bar) = &self.0.bar {
            bar.set_position((done * PARTS as f64) as u64);
        }
    }
}
