//! `langdu bench`: what a running service gives its listeners, measured from their side.

mod readings;
mod voice;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};

use super::progress::Levels;
use super::remote::{Credentials, bearer, configured};
use super::{CliError, decode_text, print_line, read_input, runtime};
use crate::config::Config;
use langdu_bench::{
    Comparison, Corpus, Load, Plan, Report, Temperature, comparison_table, level_table,
};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Bench {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    load: LoadArgs,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The voice alone, without a service: how fast each speaker is, and what it takes.
    Voice(voice::Voice),
    /// The gateway's answers before anything is heard: readings a second.
    Readings(readings::Readings),
}

#[derive(Debug, Args)]
struct LoadArgs {
    /// The service's gRPC address [default: the one in the configuration].
    #[arg(long, value_name = "URL")]
    target: Option<String>,
    /// Closed loop: so many listeners at once, each asking again and again. Several are measured
    /// one after the other.
    #[arg(
        long,
        value_name = "N,…",
        value_delimiter = ',',
        default_value = "1,2,4"
    )]
    concurrency: Vec<usize>,
    /// In the closed loop, each listener hears what they got before they ask again.
    #[arg(long)]
    listening: bool,
    /// Open loop: listeners come by chance, so many a second, whether or not the others have
    /// been served.
    #[arg(long, value_name = "PER SECOND,…", value_delimiter = ',', conflicts_with_all = ["concurrency", "listening"])]
    arrivals: Vec<f64>,
    /// How long each level lasts: 30s, 2m. What was asked for until then is awaited.
    #[arg(long, default_value = "30s", value_parser = duration)]
    duration: Duration,
    /// What is read: a file with a text or an address on each line, or - for standard input.
    /// Without it, twenty paragraphs that come with langdu.
    #[arg(long, value_name = "FILE")]
    corpus: Option<String>,
    /// Only what no cache holds. Without --cold and --warm, both are measured.
    #[arg(long, conflicts_with = "warm")]
    cold: bool,
    /// Only what was read before.
    #[arg(long)]
    warm: bool,
    /// Who reads: a name from `langdu voices list`.
    #[arg(long, default_value = "")]
    voice: String,
    /// A token, where the service asks for one. Other processes of this machine see it: LANGDU_TOKEN
    /// and --token-file are for tokens that are in use.
    #[arg(
        long,
        env = "LANGDU_BENCH_TOKEN",
        hide_env_values = true,
        conflicts_with = "token_file"
    )]
    token: Option<String>,
    #[command(flatten)]
    credentials: Credentials,
    /// Processors of the service, for figures by core [default: this machine's, when the target
    /// is this machine].
    #[arg(long)]
    cores: Option<usize>,
    /// What chance is drawn from [default: the time].
    #[arg(long)]
    seed: Option<u64>,
    /// Write the report as JSON; - is standard output, in the table's place.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the report as one HTML file with plots.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Measure nothing: set two reports of --json beside each other.
    #[arg(long, num_args = 2, value_names = ["A", "B"])]
    compare: Option<Vec<PathBuf>>,
}

impl Bench {
    pub(super) fn run(self, config: &Config) -> Result<(), CliError> {
        match self.what {
            Some(What::Voice(voice)) => return voice.run(config),
            Some(What::Readings(readings)) => return readings.run(config),
            None => {}
        }
        if let Some(files) = &self.load.compare {
            let comparison = compare(&files[0], &files[1])?;
            return print_line(comparison_table(&comparison).trim_end());
        }
        let (json, html) = (self.load.json.clone(), self.load.html.clone());
        let plan = self.load.plan(config)?;
        let levels = Levels::new();
        let report = runtime()?.block_on(langdu_bench::run(&plan, &levels));
        levels.clear();
        let report = report?;
        if let Some(path) = html {
            write(&path, langdu_bench::page(&report)?.as_bytes())?;
        }
        show(&report, json.as_deref())?;
        match report.unmeasured.len() {
            0 => Ok(()),
            count => Err(langdu_bench::BenchError::Unmeasured(count).into()),
        }
    }
}

/// The report as JSON where a file is named for it, and as a table unless JSON goes to standard
/// output.
fn show(report: &Report, json: Option<&Path>) -> Result<(), CliError> {
    let table = || print_line(level_table(report).trim_end());
    let Some(path) = json else {
        return table();
    };
    let text =
        serde_json::to_string(report).map_err(|source| langdu_bench::BenchError::BadReport {
            path: path.display().to_string(),
            source,
        })?;
    if path == Path::new("-") {
        return print_line(&text);
    }
    write(path, text.as_bytes())?;
    table()
}

impl LoadArgs {
    fn plan(self, config: &Config) -> Result<Plan, CliError> {
        let loads = self.loads()?;
        let temperatures = match (self.cold, self.warm) {
            (true, _) => vec![Temperature::Cold],
            (_, true) => vec![Temperature::Warm],
            _ => vec![Temperature::Cold, Temperature::Warm],
        };
        let corpus = match &self.corpus {
            Some(file) => Corpus::parse(&decode_text(&read_input(file)?), file)?,
            None => Corpus::default(),
        };
        let target = self.target.unwrap_or_else(|| configured(config));
        let token = match &self.token {
            Some(token) => Some(bearer(token)?),
            None => self.credentials.token()?,
        };
        let local = is_local(&target);
        let here = || std::thread::available_parallelism().ok().map(usize::from);
        Ok(Plan {
            cores: self.cores.or_else(|| here().filter(|_| local)),
            endpoint: self.credentials.endpoint(&target)?,
            target,
            token,
            loads,
            temperatures,
            duration: self.duration,
            corpus,
            voice: self.voice,
            seed: self.seed.unwrap_or_else(rand::random),
        })
    }

    fn loads(&self) -> Result<Vec<Load>, CliError> {
        let wrong = |what: &str| Err(CliError::Usage(what.to_owned()));
        if !self.arrivals.is_empty() {
            if !self
                .arrivals
                .iter()
                .all(|rate| *rate > 0.0 && rate.is_finite())
            {
                return wrong("--arrivals takes rates above 0, such as 0.5,1,2");
            }
            let open = |&per_second: &f64| Load::Open { per_second };
            return Ok(self.arrivals.iter().map(open).collect());
        }
        if self.concurrency.contains(&0) {
            return wrong("--concurrency takes numbers from 1, such as 1,2,4");
        }
        let closed = |&listeners: &usize| Load::Closed {
            listeners,
            listening: self.listening,
        };
        Ok(self.concurrency.iter().map(closed).collect())
    }
}

/// Seconds without a unit, or with `s` or `m`.
fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit_s) = match text.strip_suffix('m') {
        Some(number) => (number, 60.0),
        None => (text.strip_suffix('s').unwrap_or(text), 1.0),
    };
    let seconds = number.parse::<f64>().map(|number| number * unit_s);
    seconds
        .ok()
        .filter(|seconds| *seconds > 0.0)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| format!("`{text}` is no duration: write it as 30s or 2m"))
}

fn is_local(target: &str) -> bool {
    let url = url::Url::parse(target).ok();
    match url.as_ref().and_then(url::Url::host) {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn compare(a: &Path, b: &Path) -> Result<Comparison, CliError> {
    Ok(langdu_bench::compare(&read_report(a)?, &read_report(b)?))
}

fn read_report(path: &Path) -> Result<Report, CliError> {
    let name = path.display().to_string();
    let bytes = read_input(&name)?;
    let report = serde_json::from_slice(&bytes);
    Ok(report.map_err(|source| langdu_bench::BenchError::BadReport { path: name, source })?)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    std::fs::write(path, bytes).map_err(|source| CliError::Output {
        path: path.display().to_string(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_seconds_or_minutes() {
        assert_eq!(duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("0.5"), Ok(Duration::from_millis(500)));
        for text in ["", "0", "-1s", "soon", "1h", "NaN", "inf"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_this_machines_processors_are_counted() {
        for target in [
            "http://127.0.0.1:7860",
            "http://localhost:1",
            "http://[::1]:1",
        ] {
            assert!(is_local(target), "{target}");
        }
        assert!(!is_local("http://10.0.0.1:7860"));
        assert!(!is_local("nonsense"));
    }
}
