//! What a caller can set about extraction, and how it can fail.

use std::collections::HashSet;

use ego_tree::NodeId;
use scraper::{Html, Selector};
use serde::{Deserialize, Serialize};
use url::Url;

/// Settings of extraction. All have defaults.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExtractOptions {
    /// Longest page, in bytes of UTF-8. Default 32 MiB.
    pub max_bytes: usize,
    /// Most elements and pieces of text on a page. Default 4 million, which take about 0.5 GB of
    /// memory; real pages have a few thousand.
    pub max_nodes: usize,
    /// Most lines of a page. Default 100,000: days of speech.
    pub max_blocks: usize,
    /// Read what the office notes at the end of a document too: 公开方式, 抄送, 印发. Default off.
    pub read_office_notes: bool,
    /// Selectors for sites whose pages are not understood without them.
    pub sites: Vec<SiteRule>,
}

impl Default for ExtractOptions {
    fn default() -> Self {
        Self {
            max_bytes: 32 << 20,
            max_nodes: 4_000_000,
            max_blocks: 100_000,
            read_office_notes: false,
            sites: Vec::new(),
        }
    }
}

/// Where the document stands on the pages of a site, in CSS selectors.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct SiteRule {
    /// The host this is for: `www.example.gov.cn`, or `*.example.gov.cn` for it and all below it.
    pub host: String,
    /// The element that holds the text.
    pub body: Option<String>,
    /// The element that holds the title.
    pub title: Option<String>,
    /// Elements to leave out.
    pub skip: Vec<String>,
}

impl SiteRule {
    fn is_for(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else {
            return false;
        };
        match self.host.strip_prefix("*.") {
            Some(domain) => host == domain || host.ends_with(&format!(".{domain}")),
            None => host == self.host,
        }
    }

    /// The element of `html` that holds the text.
    pub(crate) fn body_of(&self, html: &Html) -> Result<Option<NodeId>, ExtractError> {
        select_first(html, self.body.as_deref())
    }

    /// The element of `html` that holds the title.
    pub(crate) fn title_of(&self, html: &Html) -> Result<Option<NodeId>, ExtractError> {
        select_first(html, self.title.as_deref())
    }

    /// The elements of `html` that are left out.
    pub(crate) fn skipped_of(&self, html: &Html) -> Result<HashSet<NodeId>, ExtractError> {
        let mut skipped = HashSet::new();
        for selector in &self.skip {
            let selector = parse_selector(selector)?;
            skipped.extend(html.select(&selector).map(|element| element.id()));
        }
        Ok(skipped)
    }
}

impl ExtractOptions {
    /// Checks that every selector can be parsed.
    ///
    /// # Errors
    /// [`ExtractError::BadSelector`] names the first that cannot.
    pub fn check(&self) -> Result<(), ExtractError> {
        for rule in &self.sites {
            let all = rule.body.iter().chain(&rule.title).chain(&rule.skip);
            for selector in all {
                parse_selector(selector)?;
            }
        }
        Ok(())
    }

    pub(crate) fn rule_for(&self, url: Option<&Url>) -> Option<&SiteRule> {
        let url = url?;
        self.sites.iter().find(|rule| rule.is_for(url))
    }
}

/// The first element that `selector` finds.
fn select_first(html: &Html, selector: Option<&str>) -> Result<Option<NodeId>, ExtractError> {
    let Some(selector) = selector else {
        return Ok(None);
    };
    let selector = parse_selector(selector)?;
    Ok(html.select(&selector).next().map(|element| element.id()))
}

fn parse_selector(selector: &str) -> Result<Selector, ExtractError> {
    Selector::parse(selector).map_err(|_| ExtractError::BadSelector {
        selector: selector.to_owned(),
    })
}

/// Why extraction found no document on a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// There is no text to read.
    #[error("nothing readable on the page: {found}; open the page and check that it shows text")]
    NothingReadable {
        /// What is there instead.
        found: Found,
    },
    /// The page is longer than the limit.
    #[error("page of {bytes} bytes exceeds the limit of {limit}; raise extract.max_bytes")]
    TooLarge {
        /// Length of the page in bytes.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The page has more elements or blocks than the limit.
    #[error("page has more than {limit} {what}; raise extract.{setting}")]
    TooManyParts {
        /// The limit.
        limit: usize,
        /// What there is too much of.
        what: &'static str,
        /// The setting that limits it.
        setting: &'static str,
    },
    /// A site's selector cannot be parsed.
    #[error("selector {selector:?} is not valid CSS; correct it in extract.sites")]
    BadSelector {
        /// The selector as written.
        selector: String,
    },
}

/// What a page without readable text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// No text at all.
    Nothing,
    /// Bytes that are no text.
    BinaryData,
    /// Pictures without a description, this many.
    Pictures(u32),
    /// Frames that show other pages, this many.
    Frames(u32),
    /// Navigation and other machinery only.
    NoDocument,
    /// No list of documents, where a list was asked for.
    NoList,
}

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nothing => f.write_str("it is empty"),
            Self::BinaryData => f.write_str("it is binary data, not HTML or text"),
            Self::Pictures(1) => f.write_str("only a picture without a description"),
            Self::Pictures(count) => write!(f, "only {count} pictures without a description"),
            Self::Frames(_) => f.write_str(
                "only a frame around another page; give the address of the page in the frame",
            ),
            Self::NoDocument => f.write_str("only navigation"),
            Self::NoList => f.write_str("no list of at least three titles"),
        }
    }
}
