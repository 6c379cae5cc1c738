//! The command line. Data goes to standard output, everything else to standard error.

mod bench;
mod broadcast;
mod config;
mod doctor;
mod explain;
mod extract;
mod health;
mod prepare;
mod progress;
mod remote;
mod serve;
mod speak;
mod token;
mod voices;
mod withdraw;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::assemble::AssembleError;
use crate::config::{Config, ConfigError};
use crate::reading::ReadError;
use crate::server::ServeError;
use crate::server::access::SigningKeyError;
use crate::telemetry::traces::TracesError;
use langdu_document::ExtractError;
use langdu_voice::pack::PackError;

/// The exit code for a command line or configuration that cannot be used (EX_USAGE).
const EXIT_USAGE: u8 = 64;

/// 朗读政策文件 — reads Chinese policy documents aloud.
#[derive(Debug, Parser)]
#[command(name = "langdu", version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

#[derive(Debug, Args)]
struct Global {
    /// Configuration file (TOML). LANGDU_* environment variables and flags override it.
    #[arg(long, global = true, value_name = "FILE", env = "LANGDU_CONFIG")]
    config: Option<PathBuf>,
    /// Folder that holds the voice packs [default: voices].
    #[arg(long, global = true, value_name = "DIR")]
    voices: Option<PathBuf>,
}

impl Global {
    /// The configuration with what the flags say.
    fn over(&self, mut config: Config) -> Config {
        if let Some(voices) = &self.voices {
            config.voices.path.clone_from(voices);
        }
        config
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service: gRPC for callers, HTTP for browsers, and one listener for operators.
    Serve(serve::Serve),
    /// Read a page, a file or a text aloud into an audio file.
    Speak(speak::Speak),
    /// Make a programme for a loudspeaker (大喇叭) of a document: a chime, what it is, the text as often as
    /// it is wanted, at a stated loudness.
    Broadcast(broadcast::Broadcast),
    /// Print what would be read of a page or a file, as one JSON object.
    Extract(extract::Extract),
    /// Show how a text would be read: spoken form, readings, phonemes and pauses.
    Explain(explain::Explain),
    /// Have the running service make documents before anybody listens.
    Prepare(prepare::Prepare),
    /// List the running service's operations of preparation, the latest first.
    Preparations(prepare::Preparations),
    /// Have the running service take a document back (撤稿): purged, and refused until it is
    /// prepared again.
    Withdraw(withdraw::Withdraw),
    /// List what the running service refuses because it was withdrawn.
    Withdrawals(withdraw::Withdrawals),
    /// Ask whether the running service is ready: a probe for containers.
    Health(health::Health),
    /// Make a bearer token, or sign an address.
    Token(token::Token),
    /// List, install or verify voice packs.
    Voices(voices::Voices),
    /// Measure a running service from its listeners' side, or the voice alone.
    Bench(Box<bench::Bench>),
    /// Take the text out of a file, apart from the service: what it calls itself with.
    #[command(name = langdu_file::child::COMMAND, hide = true)]
    ParseFile,
    /// Read pictures, apart from the service: what it calls itself with.
    #[command(name = langdu_recogniser::child::COMMAND, hide = true)]
    RecognisePictures,
    /// Say whether langdu would run well on this machine, what is in its way, and what to do. Ends with 0
    /// when all is well, 1 after remarks, 2 when something is wrong.
    Doctor(doctor::Doctor),
    /// Check or show the configuration.
    Config {
        #[command(subcommand)]
        action: config::Action,
    },
}

/// Anything that ends a command, as one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Service(String),
    #[error("cannot read {path}: {source}")]
    Input {
        path: String,
        source: std::io::Error,
    },
    #[error("cannot write {path}: {source}")]
    Output {
        path: String,
        source: std::io::Error,
    },
    #[error(transparent)]
    Assemble(#[from] AssembleError),
    #[error(transparent)]
    Pack(#[from] PackError),
    #[error(transparent)]
    Extract(#[from] ExtractError),
    #[error(transparent)]
    File(#[from] langdu_file::FileError),
    #[error(transparent)]
    Page(#[from] crate::reading::pages::PageError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Clip(#[from] langdu_clips::ClipError),
    #[error(transparent)]
    Broadcast(#[from] crate::broadcast::BroadcastError),
    #[error(transparent)]
    SigningKey(#[from] SigningKeyError),
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error(transparent)]
    Traces(#[from] TracesError),
    #[error(transparent)]
    Bench(#[from] langdu_bench::BenchError),
    #[error("cannot start: {0}")]
    Start(std::io::Error),
}

/// Runs the program.
pub fn main() -> ExitCode {
    // Before any thread exists: see `voice::espeak_data`.
    langdu_voice::point_to_data();
    let cli = Cli::parse();
    if matches!(cli.command, Command::ParseFile) {
        // It reads its limits from standard input, and needs no configuration.
        return match langdu_file::child::serve() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&CliError::Start(error), 1),
        };
    }
    if matches!(cli.command, Command::RecognisePictures) {
        return match langdu_recogniser::child::serve() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&CliError::Start(error), 1),
        };
    }
    if let Command::Config { action } = &cli.command {
        // It says what is wrong with keys beside what is wrong with what they name.
        return finish(action.run(&cli.global));
    }
    if let Command::Doctor(doctor) = &cli.command {
        // So does this.
        return doctor
            .run(&cli.global)
            .unwrap_or_else(|error| fail(&error, EXIT_USAGE));
    }
    let config = match load_config(&cli.global) {
        Ok(config) => config,
        Err(error) => return fail(&error, EXIT_USAGE),
    };
    let done = match cli.command {
        Command::Serve(command) => command.run(config, cli.global),
        Command::Speak(command) => command.run(config),
        Command::Broadcast(command) => command.run(config),
        Command::Extract(command) => command.run(config),
        Command::Explain(command) => command.run(&config),
        Command::Prepare(command) => command.run(&config),
        Command::Preparations(command) => command.run(&config),
        Command::Withdraw(command) => command.run(&config),
        Command::Health(command) => command.run(&config),
        Command::Withdrawals(command) => command.run(&config),
        Command::Token(command) => command.run(&config),
        Command::Voices(command) => command.run(&config),
        Command::Bench(command) => command.run(&config),
        Command::Config { .. }
        | Command::Doctor(_)
        | Command::ParseFile
        | Command::RecognisePictures => Ok(()),
    };
    finish(done)
}

fn finish(done: Result<(), CliError>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(CliError::Output { source, .. }) if source.kind() == std::io::ErrorKind::BrokenPipe => {
            // Whoever read our output has had enough.
            ExitCode::SUCCESS
        }
        Err(error @ (CliError::Usage(_) | CliError::Config(_))) => fail(&error, EXIT_USAGE),
        Err(error) => fail(&error, 1),
    }
}

fn fail(error: &CliError, code: u8) -> ExitCode {
    eprintln!("langdu: {error}");
    ExitCode::from(code)
}

fn load_config(global: &Global) -> Result<Config, CliError> {
    let config = Config::load(global.config.as_deref())?;
    Ok(global.over(config))
}

/// A runtime for the commands that need one.
fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(CliError::Start)
}

/// Writes a line of data to standard output.
fn print_line(line: &str) -> Result<(), CliError> {
    use std::io::Write;
    writeln!(std::io::stdout().lock(), "{line}").map_err(|source| CliError::Output {
        path: "standard output".to_owned(),
        source,
    })
}

/// Reads a file, or standard input for `-`.
fn read_input(path: &str) -> Result<Vec<u8>, CliError> {
    use std::io::Read;
    let read = if path == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    read.map_err(|source| CliError::Input {
        path: if path == "-" {
            "standard input".to_owned()
        } else {
            path.to_owned()
        },
        source,
    })
}

/// Input bytes as text: UTF-8, or the charset that fits.
fn decode_text(bytes: &[u8]) -> String {
    langdu_fetch::charset::decode(bytes, None).0
}
