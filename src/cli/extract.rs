//! `langdu extract`: what would be read of a page.

use clap::Args;
use url::Url;

use super::{CliError, decode_text, print_line, read_input, runtime};
use crate::assemble;
use crate::config::Config;
use crate::document::{Document, extract};
use crate::pages::read_pages;

#[derive(Debug, Args)]
pub(super) struct Extract {
    /// The page: an address, a file, or - for standard input.
    #[arg(value_name = "URL|FILE|-")]
    page: String,
    /// What relative links of a file are resolved against.
    #[arg(long, value_name = "URL")]
    base_url: Option<Url>,
    /// One JSON object on one line; without it, the same indented.
    #[arg(long)]
    json: bool,
    /// Also fetch from addresses that are not public.
    #[arg(long)]
    allow_private: bool,
}

impl Extract {
    pub(super) fn run(self, config: Config) -> Result<(), CliError> {
        let document = if is_address(&self.page) {
            fetch(config, &self.page, self.allow_private)?
        } else {
            let bytes = read_input(&self.page)?;
            extract(
                &decode_text(&bytes),
                self.base_url.as_ref(),
                &config.extract,
            )?
        };
        let value = document.to_extract_json();
        print_line(&if self.json {
            value.to_string()
        } else {
            format!("{value:#}")
        })
    }
}

/// True for what is fetched rather than opened.
pub(super) fn is_address(page: &str) -> bool {
    page.starts_with("http://") || page.starts_with("https://")
}

fn fetch(mut config: Config, url: &str, allow_private: bool) -> Result<Document, CliError> {
    assemble::permit_named_url(&mut config, url, allow_private);
    let fetcher = assemble::fetcher(&config)?;
    let read = runtime()?.block_on(read_pages(&fetcher, url, &config.extract))?;
    Ok(read.document)
}
