//! From a page's HTML to its [`Document`].

use std::collections::HashSet;

use scraper::Html;
use url::Url;

use super::flat::{Flat, Kind, Visibility};
use super::lines;
use super::metadata;
use super::options::{ExtractError, ExtractOptions, Found, SiteRule, select_all, select_first};
use super::parse;
use super::score::{self, Worths};
use super::survey::Survey;
use super::title;
use langdu_model::Document;

/// Extracts the document of a page.
///
/// `base_url` is the address the page was fetched from: it makes the addresses of attachments
/// absolute, dates a page that says its date nowhere else, and chooses the rules of `options`
/// for its site. Time and memory are linear in the length of `html`, whatever it holds.
///
/// # Errors
/// [`ExtractError::NothingReadable`] with what was found instead, or a limit of `options`.
pub fn extract(
    html: &str,
    base_url: Option<&Url>,
    options: &ExtractOptions,
) -> Result<Document, ExtractError> {
    if html.len() > options.max_bytes {
        return Err(ExtractError::TooLarge {
            bytes: html.len(),
            limit: options.max_bytes,
        });
    }
    if looks_binary(html) {
        return Err(nothing(Found::BinaryData));
    }
    let tree = parse::parse(html, options.max_nodes).map_err(|_| ExtractError::TooManyParts {
        limit: options.max_nodes,
        what: "elements",
        setting: "max_nodes",
    })?;
    let page = Page {
        tree: &tree,
        base: base_url,
        rule: options.rule_for(base_url),
        max_blocks: options.max_blocks,
    };
    match page.read(true) {
        // Some pages hide everything until a script has run.
        Err(ExtractError::NothingReadable { found }) => {
            page.read(false).map_err(|_| nothing(found))
        }
        result => result,
    }
}

fn nothing(found: Found) -> ExtractError {
    ExtractError::NothingReadable { found }
}

/// How many characters are looked at to tell text from binary data.
const SNIFFED_CHARS: usize = 4096;

/// Whether control and replacement characters make up more than a twentieth of the beginning.
pub(super) fn looks_binary(text: &str) -> bool {
    let (mut odd, mut all) = (0usize, 0usize);
    for c in text.chars().take(SNIFFED_CHARS) {
        all += 1;
        let control = c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{b}');
        odd += usize::from(control || c == '\u{fffd}');
    }
    odd * 20 > all && odd > 8
}

struct Page<'p> {
    tree: &'p Html,
    base: Option<&'p Url>,
    rule: Option<&'p SiteRule>,
    max_blocks: usize,
}

impl Page<'_> {
    fn read(&self, respect_hidden: bool) -> Result<Document, ExtractError> {
        let mut skipped = HashSet::new();
        for selector in self.rule.iter().flat_map(|rule| &rule.skip) {
            skipped.extend(select_all(self.tree, selector)?);
        }
        let flat = Flat::new(
            self.tree,
            &Visibility {
                respect_hidden,
                skipped: &skipped,
            },
        );
        let lines = lines::cut(&flat);
        if lines.lines.len() > self.max_blocks {
            return Err(ExtractError::TooManyParts {
                limit: self.max_blocks,
                what: "lines",
                setting: "max_blocks",
            });
        }
        let head = metadata::head(&flat);
        let base = base_of(&flat, self.base);
        let worths = Worths::new(&lines);
        let core = match self.configured_body(&flat)? {
            Some(node) => Some(node),
            None => {
                let title = title::named_in_head(&head, &lines.lines);
                score::find_core(&flat, &lines, &worths, title)
            }
        };
        let survey = Survey::new(
            &flat,
            &lines,
            &worths,
            &head,
            base.as_ref().or(self.base),
            self.base,
        );
        let core = core.filter(|&core| survey.has_prose(core) || self.rule.is_some());
        let document = match core {
            Some(core) => Some(survey.document(core, self.configured_title(&flat)?)),
            None => survey.without_prose(),
        };
        match document {
            Some(document) if !document.blocks.is_empty() => Ok(document),
            _ => Err(nothing(survey.found())),
        }
    }

    fn configured_body(&self, flat: &Flat<'_>) -> Result<Option<u32>, ExtractError> {
        let Some(selector) = self.rule.and_then(|rule| rule.body.as_ref()) else {
            return Ok(None);
        };
        Ok(select_first(self.tree, selector)?.and_then(|id| flat.index_of(id)))
    }

    fn configured_title(&self, flat: &Flat<'_>) -> Result<Option<u32>, ExtractError> {
        let Some(selector) = self.rule.and_then(|rule| rule.title.as_ref()) else {
            return Ok(None);
        };
        Ok(select_first(self.tree, selector)?.and_then(|id| flat.index_of(id)))
    }
}

/// What the page's own `base` element makes of its `address`; `None` when it has no such element.
pub(super) fn base_of(flat: &Flat<'_>, address: Option<&Url>) -> Option<Url> {
    let href = flat.nodes.iter().find_map(|node| match node.kind {
        Kind::Element(_, element) if element.name() == "base" => element.attr("href"),
        _ => None,
    })?;
    match address {
        Some(address) => address.join(href).ok(),
        None => Url::parse(href).ok(),
    }
}
