//! Kills at random moments, and what a start finds afterwards.

mod installs;
mod service;

use std::time::Duration;

use clap::Args;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use installs::Installs;
use langdu_harness::report::Findings;
use service::Kills;

#[derive(Args)]
pub(crate) struct Crashes {
    /// Kills in all: a fifth each during start, streams, cache writes, Prepare and installs.
    #[arg(long, default_value_t = 300)]
    times: usize,
    /// What the random moments are drawn from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What is under way when the kill comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum During {
    Start,
    Stream,
    Writes,
    Prepare,
    Install,
}

const EVERY: [During; 5] = [
    During::Start,
    During::Stream,
    During::Writes,
    During::Prepare,
    During::Install,
];

/// A random moment before `latest`.
fn moment(random: &mut StdRng, latest: Duration) -> Duration {
    latest.mul_f64(random.random::<f64>())
}

/// Kills `times` times; the service of one kill is the one that was started after the kill before.
pub(crate) async fn run(asked: &Crashes) -> Findings {
    let about = format!("{} kills, seed {}", asked.times, asked.seed);
    let mut findings = Findings::new("crashes", &about);
    let mut random = StdRng::seed_from_u64(asked.seed);
    let mut installs = Installs::begin();
    eprintln!(
        "an install takes {:.1} s; the pages are heard undisturbed",
        installs.takes().as_secs_f64()
    );
    let mut kills = Kills::begin().await;
    for number in 0..asked.times {
        let during = EVERY[number % EVERY.len()];
        eprintln!("kill {} of {}: during {during:?}", number + 1, asked.times);
        match during {
            During::Install => installs.kill(&mut random),
            During::Start => kills.during_start(&mut random).await,
            During::Stream => kills.during_stream(&mut random).await,
            During::Writes => kills.during_writes(&mut random).await,
            During::Prepare => kills.during_prepare(&mut random, number as u64).await,
        }
    }
    kills.tell(&mut findings);
    installs.tell(&mut findings);
    findings
}
