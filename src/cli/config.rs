//! `langdu config check`: everything that would be wrong when the service starts, at once, and
//! what is in force.

use clap::Subcommand;

use super::{CliError, print_line, runtime};
use crate::assemble;
use crate::clip::{Shared, Store};
use crate::config::Config;
use crate::voice::pack::{runtime_library, scan};

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// Say what is wrong with the configuration, and what is in force. Ends with an error when
    /// the service would not start as it is meant.
    Check,
}

impl Action {
    pub(super) fn run(&self, config: &Config) -> Result<(), CliError> {
        match self {
            Self::Check => check(config),
        }
    }
}

/// Something about the configuration that its owner should know.
#[derive(Debug, Default)]
struct Findings {
    /// The service would not start, or not do what is asked for.
    wrong: Vec<String>,
    /// It would start, but perhaps not as it is meant.
    notes: Vec<String>,
}

impl Findings {
    fn wrong(&mut self, what: impl ToString) {
        self.wrong.push(what.to_string());
    }

    fn note(&mut self, what: impl ToString) {
        self.notes.push(what.to_string());
    }
}

fn check(config: &Config) -> Result<(), CliError> {
    let mut findings = Findings::default();
    reading(config, &mut findings);
    voices(config, &mut findings);
    runtime()?.block_on(tiers(config, &mut findings));
    print_line(&format!("{config:#?}"))?;
    for note in &findings.notes {
        eprintln!("note: {note}");
    }
    for wrong in &findings.wrong {
        eprintln!("wrong: {wrong}");
    }
    match findings.wrong.len() {
        0 => {
            eprintln!("nothing is wrong; the above is in force");
            Ok(())
        }
        count => Err(CliError::Usage(format!(
            "{count} settings are wrong: see above"
        ))),
    }
}

/// Pages and text.
fn reading(config: &Config, findings: &mut Findings) {
    if let Err(error) = config.check() {
        findings.wrong(error);
    }
    if let Err(error) = assemble::front_end(config) {
        findings.wrong(error);
    }
    if let Err(error) = assemble::fetcher(config) {
        findings.wrong(error);
    }
    if config.fetch.allowed_hosts.is_empty() {
        findings.note(
            "fetch.allowed_hosts is empty: callers can hand over HTML and text, but no addresses",
        );
    }
    if let Some(demo) = config.demo.as_ref().filter(|demo| !demo.is_dir()) {
        findings.wrong(format!("demo: {} is no folder", demo.display()));
    }
}

fn voices(config: &Config, findings: &mut Findings) {
    match scan(&config.voices.path) {
        Ok((packs, refused)) => {
            let names: Vec<&str> = packs.iter().map(|pack| pack.name.as_str()).collect();
            findings.note(format!("voice packs: {}", names.join(", ")));
            refused.iter().for_each(|error| findings.wrong(error));
        }
        Err(error) => findings.wrong(error),
    }
    let library = runtime_library(&config.voices.path);
    if std::env::var_os("ORT_DYLIB_PATH").is_none() && !library.is_file() {
        findings.wrong(format!(
            "{} is not there: run `langdu voices install`",
            library.display()
        ));
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if config.voices.threads > cores {
        findings.note(format!(
            "voices.threads is {}, but this machine has {cores} cores",
            config.voices.threads
        ));
    }
}

async fn tiers(config: &Config, findings: &mut Findings) {
    match &config.clips.path {
        Some(folder) => {
            if let Err(error) = Store::probe_folder(folder) {
                findings.wrong(error);
            }
        }
        None => findings.note("clips.path is not set: clips are kept in memory only"),
    }
    if let Some(shared) = &config.clips.shared {
        match Shared::open(shared, None) {
            Ok(shared) => {
                if let Err(reason) = shared.probe().await {
                    findings.wrong(format!("clips.shared does not answer: {reason}"));
                }
            }
            Err(error) => findings.wrong(format!("clips.shared: {error}")),
        }
    }
}
