//! Pages without running text: attachments alone, a list of pages, described pictures, or a
//! notice of a few words.

use super::document;
use crate::facts::title;
use crate::furniture::names::Suspicion;
use crate::furniture::words::Nature;
use crate::search::listing;
use crate::survey::Survey;
use crate::tree::flat::NONE;
use langdu_model::Document;

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
    } else if !entries.is_empty() {
        let mut list = titled(survey, &entries);
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
    let kept: Vec<usize> = (title + 1..lines.len())
        .take_while(|&index| !survey.is_terminator(index))
        .filter(|&index| {
            survey.labels.weight[index] == 0
                && lines[index].link_chars == 0
                && lines[index].heading == 0
                && lines[index].nature == Nature::Text
        })
        .collect();
    (!kept.is_empty()).then(|| titled(survey, &kept))
}
