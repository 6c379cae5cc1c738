//! What a part did, what it saw, and what fell.

use std::fmt::Display;
use std::time::Duration;

/// The findings of one part. Lines are printed as they come: a part may take an hour.
pub struct Findings {
    part: &'static str,
    fallen: Vec<String>,
}

impl Findings {
    /// Begins the part's table.
    pub fn new(part: &'static str, about: &str) -> Self {
        println!("\n## {part}\n\n{about}\n");
        println!("| what was done | what was seen | |");
        println!("| --- | --- | --- |");
        Self {
            part,
            fallen: Vec::new(),
        }
    }

    /// A line of the table; what does not hold has fallen.
    pub fn row(&mut self, done: impl Display, seen: impl Display, holds: bool) {
        let verdict = if holds { "holds" } else { "**falls**" };
        println!("| {done} | {seen} | {verdict} |");
        if !holds {
            self.fallen.push(format!("{done}: {seen}"));
        }
    }

    /// A line that nothing is promised of.
    pub fn figure(&self, what: impl Display, seen: impl Display) {
        println!("| {what} | {seen} | |");
    }

    /// Says what fell; true when nothing did.
    pub fn conclude(self) -> bool {
        println!();
        for fallen in &self.fallen {
            eprintln!("{} fell: {fallen}", self.part);
        }
        if self.fallen.is_empty() {
            println!("{}: all of it holds", self.part);
        }
        self.fallen.is_empty()
    }
}

/// The value below which `share` of them are; zero where there is none.
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

/// Median, 99th percentile and worst, as a cell.
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
