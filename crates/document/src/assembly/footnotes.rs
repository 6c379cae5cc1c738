//! Marks of footnotes in the text, and the notes they refer to.
//!
//! A note stays where the page has it, behind the text. Word and the content systems that take
//! pages from it link mark and note; bulletins of statistics only write `[1]` in both places. A
//! mark without a note is not one: it may be an exponent.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::survey::Survey;
use crate::tree::flat::{Kind, NONE};
use langdu_model::{Block, Footnote};

/// What a mark looks like: `[1]`, `①`, `注1`, `*`; a bare number only where it is a link.
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[\[［【〔(（]?注?\s?[0-9]{1,3}[\]］】〕)）]?|[①-⑳]|[*＊]{1,3})$")
        .expect("a constant pattern")
});

/// A mark that needs no markup: no other use of square brackets holds a small number alone.
static BRACKETED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[\[［][0-9]{1,3}[\]］]").expect("a constant pattern"));

/// A mark that a line may begin with.
static OPENING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:[\[［][0-9]{1,3}[\]］]|[①-⑳])").expect("a constant pattern"));

/// A stretch of a block's text that looks like a mark.
pub(crate) struct Candidate {
    pub(crate) block: usize,
    pub(crate) name: String,
    /// Where it begins, in scalar offsets of the block's text.
    pub(crate) start: usize,
    /// The link around it, or [`NONE`].
    pub(crate) link: u32,
}

/// The footnotes of `blocks`. `block_of` says which block each line of the page went into.
pub(crate) fn find(
    survey: &Survey<'_>,
    blocks: &[Block],
    candidates: &[Candidate],
    block_of: &HashMap<usize, usize>,
) -> Vec<Footnote> {
    let mut footnotes = Vec::new();
    let targets = Targets::new(survey, candidates);
    let notes = opening_marks(blocks);
    for candidate in candidates {
        let name = &candidate.name;
        if !MARK.is_match(name) {
            continue;
        }
        let href = href(survey, candidate.link);
        let linked = href
            .and_then(|href| targets.line_of(href))
            .and_then(|line| block_of.get(&line).copied());
        let named = OPENING
            .is_match(name)
            .then(|| notes.get(name.as_str()).copied())
            .flatten();
        if let Some(note) = linked.or(named).filter(|&note| note > candidate.block) {
            footnotes.push(Footnote {
                name: name.clone(),
                href: href.map(str::to_owned),
                block: candidate.block,
                range: candidate.start..candidate.start + name.chars().count(),
                note,
            });
        }
    }
    add_unmarked(blocks, &notes, &mut footnotes);
    footnotes.sort_by_key(|footnote| (footnote.block, footnote.range.start));
    footnotes
}

/// Bracketed numbers in plain text whose notes begin with the same.
fn add_unmarked(blocks: &[Block], notes: &HashMap<&str, usize>, footnotes: &mut Vec<Footnote>) {
    if notes.is_empty() {
        return;
    }
    let known: HashSet<(usize, usize)> = footnotes
        .iter()
        .map(|footnote| (footnote.block, footnote.range.start))
        .collect();
    for (index, block) in blocks.iter().enumerate() {
        let (mut start, mut counted) = (0, 0);
        for found in BRACKETED.find_iter(&block.text) {
            start += block.text[counted..found.start()].chars().count();
            counted = found.start();
            let note = notes.get(found.as_str()).filter(|&&note| note > index);
            if let Some(&note) = note
                && !known.contains(&(index, start))
            {
                footnotes.push(Footnote {
                    name: found.as_str().to_owned(),
                    href: None,
                    block: index,
                    range: start..start + found.as_str().chars().count(),
                    note,
                });
            }
        }
    }
}

/// The last block that begins with each mark.
fn opening_marks(blocks: &[Block]) -> HashMap<&str, usize> {
    blocks
        .iter()
        .enumerate()
        .filter_map(|(index, block)| Some((OPENING.find(&block.text)?.as_str(), index)))
        .collect()
}

fn href<'s>(survey: &Survey<'s>, link: u32) -> Option<&'s str> {
    if link == NONE {
        return None;
    }
    let (_, element) = survey.flat.element(link)?;
    element
        .attr("href")
        .map(str::trim)
        .filter(|href| href.len() > 1 && href.starts_with('#'))
}

/// The lines that links within the page lead to, by name.
struct Targets<'s> {
    lines: HashMap<&'s str, usize>,
}

impl<'s> Targets<'s> {
    fn new(survey: &Survey<'s>, candidates: &[Candidate]) -> Self {
        let mut lines = HashMap::new();
        // Most pages have no such link, and need not be looked through for their ends.
        if candidates
            .iter()
            .all(|candidate| href(survey, candidate.link).is_none())
        {
            return Self { lines };
        }
        for (index, node) in survey.flat.nodes.iter().enumerate() {
            let Kind::Element(_, element) = node.kind else {
                continue;
            };
            for name in [element.attr("id"), element.attr("name")]
                .into_iter()
                .flatten()
            {
                lines
                    .entry(name)
                    .or_insert_with(|| survey.lines.at(index as u32));
            }
        }
        Self { lines }
    }

    fn line_of(&self, href: &str) -> Option<usize> {
        self.lines.get(href.strip_prefix('#')?).copied()
    }
}
