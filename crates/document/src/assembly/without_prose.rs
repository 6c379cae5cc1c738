//! Pages without running text: attachments alone, a list of pages, described pictures, or a
//! notice of a few words.

use super::{document, pictures};
use crate::facts::title;
use crate::furniture::names::Suspicion;
use crate::furniture::words::{self, Nature};
use crate::search::listing;
use crate::survey::Survey;
use crate::tree::flat::NONE;
use langdu_model::{Document, Substance};

/// The document of a page without running text: of its attachments, its list of pages, its described
/// pictures or its few words, whichever it has first. `None` when it has none of them.
pub(crate) fn of_page(survey: &Survey<'_>) -> Option<Document> {
    let all = 0..survey.lines.lines.len();
    let visible = |index: &usize| survey.line(*index).suspicion < Suspicion::Strong;
    let files: Vec<usize> = all
        .clone()
        .filter(visible)
        .filter(|&index| survey.links_to_file(index))
        .collect();
    let entries = listing::entries(survey.flat, survey.lines);
    let pictures: Vec<usize> = all
        .filter(visible)
        .filter(|&index| survey.line(index).picture != NONE)
        .collect();
    let kept = if !files.is_empty() && files.len() * 2 >= entries.len() {
        files
    } else if !entries.is_empty() && !shows_picture_above(survey, entries[0]) {
        let mut list = titled(survey, &entries);
        list.substance = Substance::List;
        if list.title.is_empty() {
            list.title = title::column(survey.head).unwrap_or_default();
        }
        return Some(list);
    } else if !pictures.is_empty() {
        pictures
    } else {
        return short_notice(survey);
    };
    Some(titled(survey, &kept))
}

/// Whether the page has a title and a picture below it, and only then the list at `entry`, which is
/// of related pages.
fn shows_picture_above(survey: &Survey<'_>, entry: usize) -> bool {
    let Some(title) = title::named_in_head(survey.head, &survey.lines.lines) else {
        return false;
    };
    pictures::of_content(survey).any(|picture| (title + 1..=entry).contains(&picture.line))
}

/// Fewest entries of a page that lists others although it has text too: a home page.
const FEWEST_OF_INDEX: usize = 12;

/// Whether a page with some text in the element `core` lists other pages all the same: nothing on it
/// names or dates that text, and its entries say much more.
pub(crate) fn is_index(survey: &Survey<'_>, core: u32) -> bool {
    let lines = &survey.lines.lines;
    let names_article = survey.head.article_title.is_some()
        || !survey.labels.values.is_empty()
        || title::named_in_head(survey.head, lines).is_some()
        || lines
            .iter()
            .any(|line| line.heading == 1 && line.link_chars == 0);
    if names_article {
        return false;
    }
    let entries = listing::entries(survey.flat, survey.lines);
    let listed: u32 = entries.iter().map(|&index| lines[index].link_chars).sum();
    let text: u32 = lines[survey.lines_of(core)]
        .iter()
        .map(|line| line.chars - line.link_chars.min(line.chars))
        .sum();
    entries.len() >= FEWEST_OF_INDEX && listed > 2 * text
}

/// The document of the given lines alone, under the title above them.
fn titled(survey: &Survey<'_>, kept: &[usize]) -> Document {
    let first = kept.first().copied().unwrap_or(0);
    let last = kept.last().map_or(first, |&last| last + 1);
    let title = document::title_of(survey, &(first..last), first);
    document::of_lines(survey, NONE, kept, &title, first)
}

/// The document of a page whose few words have neither comma nor full stop, under its title.
fn short_notice(survey: &Survey<'_>) -> Option<Document> {
    let lines = &survey.lines.lines;
    let title = title::named_in_head(survey.head, lines)
        .or_else(|| (0..lines.len()).find(|&index| (1..=3).contains(&lines[index].heading)))?;
    let is_text = |&index: &usize| {
        survey.labels.weight[index] == 0
            && lines[index].link_chars == 0
            && lines[index].heading == 0
            && lines[index].nature == Nature::Text
    };
    let is_foot = |index: usize| words::begins_foot(&lines[index].text);
    let kept: Vec<usize> = (title + 1..lines.len())
        // Counters and controls may stand between title and text.
        .skip_while(|&index| !is_text(&index) && !is_foot(index))
        .take_while(|&index| !survey.is_terminator(index) && !is_foot(index))
        .filter(is_text)
        .collect();
    (!kept.is_empty()).then(|| titled(survey, &kept))
}
