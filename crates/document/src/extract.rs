//! From a page's HTML to its [`Document`].

use std::collections::HashSet;

use ego_tree::NodeId;
use langdu_model::Document;
use scraper::Html;
use url::Url;

use crate::assembly::{document, substance, without_prose};
use crate::characters::looks_binary;
use crate::data;
use crate::facts::{head, labels, title};
use crate::lines::{self, Lines};
use crate::options::{ExtractError, ExtractOptions, Found, SiteRule};
use crate::search::core::{self, Worths};
use crate::survey::Survey;
use crate::tree;
use crate::tree::flat::{Flat, NONE, Visibility};

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
    if html.len() <= options.max_bytes && looks_binary(html) {
        return Err(nothing(Found::BinaryData));
    }
    let tree = tree::parse_within(html, options)?;
    let extraction = Extraction {
        tree: &tree,
        address: base_url,
        rule: options.rule_for(base_url),
        max_blocks: options.max_blocks,
        reads_office_notes: options.read_office_notes,
    };
    match extraction.run(true) {
        // Some pages hide everything until a script has run; others are built by it.
        Err(ExtractError::NothingReadable { found }) => extraction
            .run(false)
            .or_else(|_| extraction.of_data(options))
            .or_else(|_| extraction.without_text())
            .map_err(|_| nothing(found)),
        // A telephone number or a picture is there although the text is data.
        Ok(document) if !substance::has_text(&document) => {
            Ok(extraction.of_data(options).unwrap_or(document))
        }
        result => result,
    }
}

fn nothing(found: Found) -> ExtractError {
    ExtractError::NothingReadable { found }
}

/// The element around the panels that are `shown` although the page hides them, where it holds the text
/// of `core` and little else; `core` where there are none.
fn around_panels(survey: &Survey<'_>, core: u32, shown: &HashSet<NodeId>) -> u32 {
    const LEAST_SHARE: f64 = 0.5;
    if shown.is_empty() {
        return core;
    }
    let least = LEAST_SHARE * survey.worth_of(core);
    let flat = survey.flat;
    flat.places_of(shown)
        .map(|(_, panel)| flat.nodes[panel as usize].parent)
        .find(|&parent| {
            parent != NONE && flat.contains(parent, core) && survey.worth_of(parent) >= least
        })
        .unwrap_or(core)
}

/// The hidden panels beside those that the element `core` holds, or that hold it.
fn panels_of(flat: &Flat<'_>, core: Option<u32>) -> HashSet<NodeId> {
    let Some(core) = core.filter(|_| !flat.panels.is_empty()) else {
        return HashSet::new();
    };
    let shown: HashSet<NodeId> = flat
        .panels
        .iter()
        .flat_map(|panels| panels.shown.iter().copied())
        .collect();
    let near: HashSet<NodeId> = flat
        .places_of(&shown)
        .filter(|&(_, index)| flat.contains(core, index) || flat.contains(index, core))
        .map(|(id, _)| id)
        .collect();
    flat.panels
        .iter()
        .filter(|panels| panels.shown.iter().any(|id| near.contains(id)))
        .flat_map(|panels| panels.hidden.iter().copied())
        .collect()
}

/// The answers that a page folds under their questions, which may be all its prose.
fn answers_of<'f>(flat: &'f Flat<'_>) -> impl Iterator<Item = NodeId> + 'f {
    let answers = flat.panels.iter().filter(|panels| panels.answers);
    answers.flat_map(|panels| panels.hidden.iter().copied())
}

/// A parsed page and what is said about it from outside.
struct Extraction<'p> {
    tree: &'p Html,
    address: Option<&'p Url>,
    rule: Option<&'p SiteRule>,
    max_blocks: usize,
    reads_office_notes: bool,
}

impl Extraction<'_> {
    /// The document of what can be seen, or of everything if `respect_hidden` is off. Of panels that
    /// hold a part of it, those that the page hides are seen.
    fn run(&self, respect_hidden: bool) -> Result<Document, ExtractError> {
        let (document, panels) = self.run_with(respect_hidden, &HashSet::new())?;
        if panels.is_empty() {
            return Ok(document);
        }
        let with_panels = self.run_with(respect_hidden, &panels);
        Ok(with_panels.map_or(document, |(document, _)| document))
    }

    /// The document of the page with some hidden panels shown, and the panels to show.
    fn run_with(
        &self,
        respect_hidden: bool,
        shown: &HashSet<NodeId>,
    ) -> Result<(Document, HashSet<NodeId>), ExtractError> {
        self.survey(respect_hidden, shown, |survey, found| {
            let core = found.filter(|&core| {
                self.rule.is_some()
                    || (survey.has_prose(core) && !without_prose::is_index(survey, core))
            });
            let core = core.map(|core| around_panels(survey, core, shown));
            let document = match core {
                Some(core) => {
                    let title = self.configured_title(survey.flat)?;
                    Some(document::of_element(survey, core, title))
                }
                None => without_prose::of_page(survey, found),
            };
            let mut document = document
                .filter(|document| !document.blocks.is_empty())
                .ok_or_else(|| nothing(survey.found()))?;
            substance::settle(survey, &mut document);
            let mut panels = panels_of(survey.flat, found);
            if core.is_none() {
                panels.extend(answers_of(survey.flat));
            }
            Ok((document, panels))
        })
    }

    /// The document whose text lies in the page as data for a script.
    fn of_data(&self, options: &ExtractOptions) -> Result<Document, ExtractError> {
        let page = data::article(self.tree).ok_or_else(|| nothing(Found::Nothing))?;
        let tree = tree::parse_within(&page, options)?;
        let inner = Extraction {
            tree: &tree,
            rule: None,
            ..*self
        };
        let mut document = inner.run(true)?;
        if !substance::has_text(&document) {
            return Err(nothing(Found::Nothing));
        }
        for block in &mut document.blocks {
            block.path.clear();
        }
        Ok(document)
    }

    /// The title of a page without text, and what it has instead.
    fn without_text(&self) -> Result<Document, ExtractError> {
        self.survey(true, &HashSet::new(), |survey, _| {
            substance::without_text(survey).ok_or_else(|| nothing(survey.found()))
        })
    }

    /// What is known of the page, and the element that holds its document, handed to `then`.
    fn survey<T>(
        &self,
        respect_hidden: bool,
        shown: &HashSet<NodeId>,
        then: impl FnOnce(&Survey<'_>, Option<u32>) -> Result<T, ExtractError>,
    ) -> Result<T, ExtractError> {
        let skipped = match self.rule {
            Some(rule) => rule.skipped_of(self.tree)?,
            None => HashSet::new(),
        };
        let visibility = Visibility {
            respect_hidden,
            skipped: &skipped,
            shown,
        };
        let flat = Flat::new(self.tree, &visibility);
        let lines = self.cut(&flat)?;
        let head = head::read(&flat);
        let base = flat.base(self.address);
        let labels = labels::read(&flat, &lines.lines);
        let worths = Worths::new(&lines, &labels);
        let core = match self.configured_body(&flat)? {
            Some(node) => Some(node),
            None => {
                let title = title::named_in_head(&head, &lines.lines);
                core::find(&flat, &lines, &labels, &worths, title)
            }
        };
        let mut survey = Survey::new(
            &flat,
            &lines,
            &worths,
            &head,
            labels,
            base.as_ref().or(self.address),
            self.address,
        );
        survey.reads_office_notes = self.reads_office_notes;
        then(&survey, core)
    }

    fn cut(&self, flat: &Flat<'_>) -> Result<Lines, ExtractError> {
        let lines = lines::cut(flat);
        if lines.lines.len() > self.max_blocks {
            return Err(ExtractError::TooManyParts {
                limit: self.max_blocks,
                what: "lines",
                setting: "max_blocks",
            });
        }
        Ok(lines)
    }

    fn configured_body(&self, flat: &Flat<'_>) -> Result<Option<u32>, ExtractError> {
        let Some(rule) = self.rule else {
            return Ok(None);
        };
        Ok(rule.body_of(self.tree)?.and_then(|id| flat.index_of(id)))
    }

    fn configured_title(&self, flat: &Flat<'_>) -> Result<Option<u32>, ExtractError> {
        let Some(rule) = self.rule else {
            return Ok(None);
        };
        Ok(rule.title_of(self.tree)?.and_then(|id| flat.index_of(id)))
    }
}
