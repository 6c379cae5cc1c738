//! `langdu extract`: what would be read of a page or a file.

use std::sync::{Arc, LazyLock};

use clap::Args;
use url::Url;

use super::{CliError, decode_text, print_line, read_input, runtime};
use crate::assemble;
use crate::config::Config;
use crate::reading::pages::{HowToRead, of_file, read_pages};
use langdu_document::{Document, extract};
use langdu_file::Format;
use langdu_recogniser::Recogniser;
use langdu_text::{FrontEnd, KnownWords};

#[derive(Debug, Args)]
pub(super) struct Extract {
    /// The page or file: an address, a file, or - for standard input. PDF, DOCX, DOC, OFD, XLSX,
    /// XLS, ODT, RTF, HTML and text are told apart by what they hold.
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
    /// Read the main attachment of a page that only points to it.
    #[arg(long)]
    follow_attachments: bool,
}

impl Extract {
    pub(super) fn run(self, config: Config) -> Result<(), CliError> {
        let document = if is_address(&self.page) {
            self.fetch(config)?
        } else {
            self.open(&config)?
        };
        let value = document.to_extract_json();
        print_line(&if self.json {
            value.to_string()
        } else {
            format!("{value:#}")
        })
    }

    fn fetch(&self, mut config: Config) -> Result<Document, CliError> {
        assemble::permit_named_url(&mut config, &self.page, self.allow_private);
        let fetcher = assemble::fetcher(&config)?;
        let recogniser = assemble::recogniser(&config, None)?;
        let how = how(&config, recogniser.as_ref(), self.follow_attachments);
        let read = runtime()?.block_on(read_pages(&fetcher, &self.page, how))?;
        Ok(Arc::unwrap_or_clone(read.document))
    }

    fn open(&self, config: &Config) -> Result<Document, CliError> {
        let bytes = read_input(&self.page)?;
        if bytes.is_empty() || langdu_file::sniff(&bytes, &config.files)? == Format::Html {
            let html = decode_text(&bytes);
            return Ok(extract(&html, self.base_url.as_ref(), &config.extract)?);
        }
        let recogniser = assemble::recogniser(config, None)?;
        let reading = of_file(
            bytes.into(),
            None,
            self.base_url.as_ref(),
            how(config, recogniser.as_ref(), false),
        );
        Ok(runtime()?.block_on(reading)?.document)
    }
}

fn how<'c>(
    config: &'c Config,
    recogniser: Option<&'c Arc<Recogniser>>,
    follow_attachments: bool,
) -> HowToRead<'c> {
    HowToRead {
        extract: &config.extract,
        files: &config.files,
        recogniser,
        words_of: &known_words,
        follow_attachments,
        parts: None,
    }
}

/// The letters of a text that are in words; the dictionary is loaded for the first scanned page with a text of its
/// own.
fn known_words(text: &str) -> KnownWords {
    static FRONT_END: LazyLock<FrontEnd> = LazyLock::new(FrontEnd::new);
    FRONT_END.known_words(text)
}

/// True for what is fetched rather than opened.
pub(super) fn is_address(page: &str) -> bool {
    page.starts_with("http://") || page.starts_with("https://")
}
