//! `langdu bench readings`: how many readings a second the gateway answers with.

use std::time::Duration;

use clap::Args;

use super::super::remote::{Credentials, on_this_machine};
use super::super::{CliError, decode_text, print_line, read_input, runtime};
use super::duration;
use crate::config::Config;
use langdu_bench::{ReadingsPlan, ReadingsReport, readings};

#[derive(Debug, Args)]
pub(in crate::cli) struct Readings {
    /// Pages that the gateway may read; - reads them from standard input, one a line.
    #[arg(value_name = "URL", required = true)]
    pages: Vec<String>,
    /// The gateway's address [default: the one in the configuration].
    #[arg(long, value_name = "URL")]
    gateway: Option<String>,
    /// Players that ask at the same time.
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..))]
    concurrency: u16,
    /// How long they ask: 30s, 2m.
    #[arg(long, default_value = "10s", value_parser = duration)]
    duration: Duration,
    /// Each shows the tag of the answer that it had before, as a browser does.
    #[arg(long)]
    conditional: bool,
    /// The report as one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    credentials: Credentials,
}

impl Readings {
    pub(super) fn run(self, config: &Config) -> Result<(), CliError> {
        // Fails when the process has chosen a provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let json = self.json;
        let plan = self.plan(config)?;
        let report = runtime()?.block_on(readings(&plan))?;
        if json {
            let text = serde_json::json!({ "per_second": report.per_second(), "report": report });
            return print_line(&text.to_string());
        }
        print_line(&in_words(&report))
    }

    fn plan(self, config: &Config) -> Result<ReadingsPlan, CliError> {
        let mut pages = Vec::new();
        for page in self.pages {
            if page == "-" {
                let text = decode_text(&read_input("-")?);
                let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
                pages.extend(lines.map(str::to_owned));
            } else {
                pages.push(page);
            }
        }
        if pages.is_empty() {
            return Err(CliError::Usage("name pages to be read".to_owned()));
        }
        let token = self.credentials.token()?;
        let authorization = token.and_then(|token| token.to_str().ok()?.parse().ok());
        let gateway = self.gateway.unwrap_or_else(|| configured(config));
        Ok(ReadingsPlan {
            gateway: gateway.trim_end_matches('/').to_owned(),
            pages,
            players: self.concurrency.into(),
            duration: self.duration,
            conditional: self.conditional,
            authorization,
        })
    }
}

/// The gateway's address in the configuration, as this machine reaches it.
fn configured(config: &Config) -> String {
    let address = on_this_machine(config.listen.http);
    let scheme = match config.security.tls.http {
        Some(_) => "https",
        None => "http",
    };
    format!("{scheme}://{address}")
}

fn in_words(report: &ReadingsReport) -> String {
    let mut words = format!(
        "{:.0} readings a second ({} whole, {} unchanged in {:.1} s, {:.1} MB)",
        report.per_second(),
        report.readings,
        report.unchanged,
        report.seconds,
        report.bytes as f64 / 1e6
    );
    if let Some(answered) = report.answered_s {
        words += &format!(
            "; answered within {:.1} ms (p50), {:.1} ms (p99)",
            answered.p50 * 1e3,
            answered.p99 * 1e3
        );
    }
    for (error, count) in &report.errors {
        words += &format!("; {count} × {error}");
    }
    words
}
