//! The service tried the hard way: kills, bad callers, bad disks, too much load, and hours of it.
//!
//! `cargo bench --bench soak -- PART`, or `make soak` for all of them. Each part drives the real
//! program with the real voice, prints a table of what it did and saw, and fails naming what fell.
//! `docs/reliability.md` says what is promised. No part is for CI: they take long, and they measure
//! times.

mod callers;
mod crashes;
mod disks;
mod figures;
mod load;
mod scale;
mod soak;
mod steady;
mod traffic;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use langdu_harness::report::Findings;
use tokio::signal::unix::{SignalKind, signal};

#[derive(Parser)]
#[command(name = "soak", about = "The service tried the hard way")]
struct Arguments {
    /// What cargo says to every benchmark.
    #[arg(long, hide = true, global = true)]
    bench: bool,
    #[command(subcommand)]
    part: Option<Trial>,
}

#[derive(Subcommand)]
enum Trial {
    /// Kills at random moments, each followed by a start and a look at what is left.
    Crashes(crashes::Crashes),
    /// Callers that mean no good, beside one who does.
    Callers(callers::Callers),
    /// Disks that are full, read-only, lost or slow, and a clock that jumps.
    Disks(disks::Disks),
    /// Twice the listeners that the voice carries.
    Load(load::Load),
    /// Several replicas behind a proxy, one of which is killed.
    Scale(scale::Scale),
    /// Mixed traffic for long: what the process holds at the end against after warm-up.
    Soak(soak::Soak),
    /// Utterances without end through one worker: memory does not grow.
    Steady(steady::Steady),
}

#[tokio::main]
async fn main() -> ExitCode {
    let Some(part) = Arguments::parse().part else {
        println!("{}", Arguments::command().render_long_help());
        return ExitCode::SUCCESS;
    };
    let findings = tokio::select! {
        findings = run(part) => findings,
        () = asked_to_stop() => {
            eprintln!("ended before its end");
            return ExitCode::FAILURE;
        }
    };
    if findings.conclude() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn run(part: Trial) -> Findings {
    match part {
        Trial::Crashes(asked) => crashes::run(&asked).await,
        Trial::Callers(asked) => callers::run(&asked).await,
        Trial::Disks(asked) => disks::run(&asked).await,
        Trial::Load(asked) => load::run(&asked).await,
        Trial::Scale(asked) => scale::run(&asked).await,
        Trial::Soak(asked) => soak::run(&asked).await,
        Trial::Steady(asked) => steady::run(&asked).await,
    }
}

/// Resolves on SIGTERM or SIGINT: what was started is then ended, as it is at the end.
async fn asked_to_stop() {
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be heard");
    let mut interrupt = signal(SignalKind::interrupt()).expect("signals can be heard");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
