//! `langdu config check`: everything that would be wrong when the service starts, at once, and
//! what is in force.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use clap::Subcommand;

use super::{CliError, Global, print_line, runtime};
use crate::assemble;
use crate::config::{Config, ConfigError, Grant};
use crate::server::access::{Signer, look_at_certificates};
use crate::telemetry::traces::Traces;
use langdu_clips::{DiskTier, RemoteTier};
use langdu_fetch::Fetcher;
use langdu_fetch::host_fits;
use langdu_voice::pack::{runtime_library, scan};
use langdu_voice::voices::{VoiceChoice, Voices};

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// Say what is wrong with the configuration, and what is in force. Ends with an error when
    /// the service would not start as it is meant.
    Check,
}

impl Action {
    pub(super) fn run(&self, global: &Global) -> Result<(), CliError> {
        match self {
            Self::Check => check(global),
        }
    }
}

/// Something about the configuration that its owner should know.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// The service would not start, or would not do what is configured.
    pub(super) wrong: Vec<String>,
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

    pub(super) fn all_wrong(&mut self, found: Result<(), ConfigError>) {
        if let Err(error) = found {
            self.wrong.extend_from_slice(error.complaints());
        }
    }
}

fn check(global: &Global) -> Result<(), CliError> {
    let mut findings = Findings::default();
    let (config, right) = Config::load_what_is_right(global.config.as_deref());
    findings.all_wrong(right);
    if let Some(config) = config {
        let config = global.over(config);
        look_at(&config, &mut findings)?;
        print_line(&config.to_toml())?;
    }
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
        1 => Err(CliError::Usage("1 setting is wrong: see above".to_owned())),
        count => Err(CliError::Usage(format!(
            "{count} settings are wrong: see above"
        ))),
    }
}

/// Looks at everything that a configuration names.
pub(super) fn look_at(config: &Config, findings: &mut Findings) -> Result<(), CliError> {
    findings.all_wrong(config.check());
    if config.limits.capacity_share > 1.0 {
        findings.note(format!(
            "limits.capacity_share is {}: more listeners are let in than the voice can serve",
            config.limits.capacity_share
        ));
    }
    let fetcher = reading(config, findings);
    let voices = voices(config, findings);
    listeners(config, findings);
    callers(config, voices.as_ref(), findings);
    schedules(config, voices.as_ref(), fetcher.as_ref(), findings);
    if let Err(error) = Traces::open(&config.telemetry) {
        findings.wrong(error);
    }
    runtime()?.block_on(tiers(config, findings));
    Ok(())
}

/// Pages and text.
fn reading(config: &Config, findings: &mut Findings) -> Option<Fetcher> {
    if let Err(error) = assemble::front_end(config) {
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
    let parser = config.files.parser.as_ref();
    if let Some(parser) = parser.filter(|parser| !parser.is_file()) {
        findings.wrong(format!("files.parser: {} is no file", parser.display()));
    }
    assemble::fetcher(config)
        .map_err(|error| findings.wrong(error))
        .ok()
}

fn voices(config: &Config, findings: &mut Findings) -> Option<Voices> {
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
    match scan(&config.voices.path) {
        Ok((packs, refused)) => {
            let names: Vec<&str> = packs.iter().map(|pack| pack.name.as_str()).collect();
            findings.note(format!("voice packs: {}", names.join(", ")));
            refused.iter().for_each(|error| findings.wrong(error));
            Some(Voices::new(packs))
        }
        Err(error) => {
            findings.wrong(error);
            None
        }
    }
}

/// The listeners' addresses and certificates. Ports are not looked at: those of a service that runs
/// are taken, by itself.
fn listeners(config: &Config, findings: &mut Findings) {
    for (name, address) in config.listen.addresses() {
        let bound = TcpListener::bind(SocketAddr::new(address.ip(), 0));
        if bound.is_err_and(|error| error.kind() == ErrorKind::AddrNotAvailable) {
            findings.wrong(format!(
                "{name}: this machine has no address {}",
                address.ip()
            ));
        }
    }
    for error in look_at_certificates(&config.security) {
        findings.wrong(format!("security.tls: {error}"));
    }
    if let Some(file) = &config.security.signing_key
        && let Err(error) = Signer::open(file)
    {
        findings.wrong(format!("security.signing_key: {error}"));
    }
}

/// Who may have what: voices that are there, on hosts that pages may come from.
fn callers(config: &Config, voices: Option<&Voices>, findings: &mut Findings) {
    let security = &config.security;
    let tokens = security.tokens.iter();
    let tokens = tokens.map(|token| (format!("security.tokens {:?}", token.name), &token.may));
    let origins = security.origins.iter();
    let origins = origins.map(|origin| {
        let of = format!("security.origins {}", origin.origin.as_str());
        (of, &origin.may)
    });
    let others = [
        ("security.certificates", &security.certificates.may),
        ("security.anonymous", &security.anonymous),
    ];
    let others = others.map(|(of, grant)| (of.to_owned(), grant));
    for (of, grant) in tokens.chain(origins).chain(others) {
        grant_of(&of, grant, &config.fetch.allowed_hosts, voices, findings);
    }
}

fn grant_of(
    of: &str,
    grant: &Grant,
    allowed_hosts: &[String],
    voices: Option<&Voices>,
    findings: &mut Findings,
) {
    // A pattern may be on the list in parts.
    let hosts = grant.hosts.iter().filter(|host| !host.contains('*'));
    for host in hosts.filter(|host| !host_fits(allowed_hosts, host)) {
        findings.note(format!(
            "{of}: pages of {host} are not on fetch.allowed_hosts"
        ));
    }
    let Some(voices) = voices else {
        return;
    };
    for name in &grant.voices {
        if name.is_empty() {
            findings.wrong(format!("{of}: a voice without a name"));
        } else if let Err(error) = chosen(voices, name) {
            findings.wrong(format!("{of}: {error}"));
        }
    }
}

fn chosen(voices: &Voices, name: &str) -> Result<(), impl std::fmt::Display> {
    let choice = VoiceChoice {
        name: name.to_owned(),
        ..VoiceChoice::default()
    };
    voices.choose(&choice).map(|_| ())
}

/// What is prepared by the clock can be: by a voice that is there, from hosts that are allowed.
fn schedules(
    config: &Config,
    voices: Option<&Voices>,
    fetcher: Option<&Fetcher>,
    findings: &mut Findings,
) {
    for (index, schedule) in config.prepare.iter().enumerate() {
        if let Some(voices) = voices
            && let Err(error) = chosen(voices, &schedule.voice)
        {
            findings.wrong(format!("prepare.{index}: {error}"));
        }
        let Some(fetcher) = fetcher else {
            continue;
        };
        for address in schedule.addresses() {
            if let Err(error) = fetcher.admit(address) {
                findings.wrong(format!("prepare.{index}: {error}"));
            }
        }
    }
}

async fn tiers(config: &Config, findings: &mut Findings) {
    match &config.clips.path {
        Some(folder) => {
            if let Err(error) = DiskTier::probe(folder) {
                findings.wrong(error);
            }
            for records in ["ledger", "operations"] {
                readable(&folder.join(records), findings);
            }
        }
        None => findings.note("clips.path is not set: clips are kept in memory only"),
    }
    if let Some(shared) = &config.clips.shared {
        match RemoteTier::open(shared, None) {
            Ok(shared) => {
                // The service starts without it: a machine that comes up before its Redis does
                // must not stay silent.
                if let Err(reason) = shared.probe().await {
                    findings.note(format!(
                        "clips.shared does not answer ({reason}): the service goes on without it, \
                         and takes it up when it does"
                    ));
                }
            }
            Err(error) => findings.wrong(format!("clips.shared: {error}")),
        }
    }
}

/// Records that are there are read at start. Nothing is changed: a service may be running.
fn readable(folder: &Path, findings: &mut Findings) {
    match std::fs::read_dir(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            findings.wrong(format!("{} cannot be read: {error}", folder.display()));
        }
        _ => {}
    }
}
