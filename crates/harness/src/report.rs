//! The report of a trial: what each part did, what it observed, and which promises did not hold.

use std::fmt::Display;
use std::time::Duration;

/// The findings of one part of a trial, printed as a Markdown table. Rows are printed as they come,
/// because a part may take an hour.
pub struct Findings {
    part: &'static str,
    failures: Vec<String>,
}

impl Findings {
    /// Prints the head of the part's table.
    pub fn new(part: &'static str, about: &str) -> Self {
        println!("\n## {part}\n\n{about}\n");
        println!("| what was done | what was seen | |");
        println!("| --- | --- | --- |");
        Self {
            part,
            failures: Vec::new(),
        }
    }

    /// Prints a row, whose promise `holds` or has failed.
    pub fn row(&mut self, done: impl Display, seen: impl Display, holds: bool) {
        let verdict = if holds { "holds" } else { "**falls**" };
        println!("| {done} | {seen} | {verdict} |");
        if !holds {
            self.failures.push(format!("{done}: {seen}"));
        }
    }

    /// Prints a figure, about which nothing is promised.
    pub fn figure(&self, what: impl Display, seen: impl Display) {
        println!("| {what} | {seen} | |");
    }

    /// Prints the failures; true when there are none.
    pub fn conclude(self) -> bool {
        println!();
        for failure in &self.failures {
            eprintln!("{} fell: {failure}", self.part);
        }
        if self.failures.is_empty() {
            println!("{}: all of it holds", self.part);
        }
        self.failures.is_empty()
    }
}

/// The value below which a `share` of the times lie, from 0 to 1; zero when there are no times.
pub fn quantile(times: &[Duration], share: f64) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    let last = sorted.len().saturating_sub(1);
    sorted
        .get(rank.saturating_sub(1).min(last))
        .copied()
        .unwrap_or_default()
}

/// Median, 99th percentile and worst, as a cell of the table.
pub fn spread(times: &[Duration]) -> String {
    let at = |share| quantile(times, share).as_secs_f64();
    format!(
        "median {:.2} s, p99 {:.2} s, worst {:.2} s of {}",
        at(0.5),
        at(0.99),
        at(1.0),
        times.len()
    )
}
