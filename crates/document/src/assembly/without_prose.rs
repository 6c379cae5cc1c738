//! Pages without running text: attachments alone, a list of pages, described pictures, or a
//! notice of a few words.

use std::ops::Range;

use super::{document, pictures};
use crate::characters::without_spaces;
use crate::facts::title;
use crate::furniture::names::Suspicion;
use crate::furniture::words::{self, Nature};
use crate::search::listing;
use crate::survey::Survey;
use crate::tree::flat::NONE;
use langdu_model::{Document, Substance};

/// The document of a page without running text: of its attachments, its few words below a title of
/// their own, its list of pages, its described pictures or any few words, whichever it has first.
/// `None` when it has none of them. `core` is the element whose words are worth most.
pub(crate) fn of_page(survey: &Survey<'_>, core: Option<u32>) -> Option<Document> {
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
    } else if let Some(notice) = titled_notice(survey) {
        return Some(notice);
    } else if !entries.is_empty() && !shows_picture_above(survey, entries[0]) {
        let mut list = titled(survey, &entries);
        list.substance = Substance::List;
        if list.title.is_empty() {
            list.title = title::column(survey.head).unwrap_or_default();
        }
        return Some(list);
    } else if !pictures.is_empty() {
        with_words_beside(survey, pictures)
    } else {
        return short_notice(survey).or_else(|| few_words(survey, core?));
    };
    Some(titled(survey, &kept))
}

/// The described pictures with the short sentences around them: the questions and answers of which some are drawn.
fn with_words_beside(survey: &Survey<'_>, pictures: Vec<usize>) -> Vec<usize> {
    let around = survey
        .flat
        .ancestors(survey.line(pictures[0]).block)
        .nth(1)
        .filter(|&around| survey.flat.suspicion[around as usize] == Suspicion::None);
    let Some(around) = around else {
        return pictures;
    };
    let beside = |index: &usize| pictures.contains(index) || is_text(survey, *index);
    let kept: Vec<usize> = survey.lines_of(around).filter(beside).collect();
    let says = |&index: &usize| {
        let line = survey.line(index);
        line.picture == NONE && line.text.ends_with(['。', '；', '！', '？'])
    };
    let holds_all = pictures.iter().all(|picture| kept.contains(picture));
    if holds_all && kept.iter().any(says) {
        kept
    } else {
        pictures
    }
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

/// The notice of a few words that stands right below the title which the head of the page names: a list
/// of other pages beside it is not the document. Below the name of a column the list is.
fn titled_notice(survey: &Survey<'_>) -> Option<Document> {
    let lines = &survey.lines.lines;
    let title = title::named_in_head(survey.head, lines)?;
    let kept = words_below(survey, title);
    let named_like_column = title::is_column(&without_spaces(&lines[title].text));
    if named_like_column && !stand_apart(survey, title, *kept.last()?) {
        return None;
    }
    let chars: u32 = kept.iter().map(|&index| lines[index].chars).sum();
    (chars >= FEWEST_OF_NOTICE).then(|| titled(survey, &kept))
}

/// Fewest characters of a notice beside a list of other pages.
const FEWEST_OF_NOTICE: u32 = 8;

/// The few lines of text below the title at `title`, up to the first link to another page.
fn words_below(survey: &Survey<'_>, title: usize) -> Vec<usize> {
    let ends = |index: usize| is_foot(survey, index) || is_entry(survey, index);
    words_until(survey, title + 1..survey.lines.lines.len(), ends)
}

/// The lines of text in `range` up to where the page's machinery begins or it `ends` otherwise, with the headings
/// above and between them. Counters and controls may stand before the first.
fn words_until(
    survey: &Survey<'_>,
    range: Range<usize>,
    ends: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let found = range
        .clone()
        .find(|&index| is_text(survey, index) || ends(index));
    let Some(found) = found else {
        return Vec::new();
    };
    let above = (range.start..found).rev();
    let first = found - above.take_while(|&index| is_heading(survey, index)).count();
    let mut kept: Vec<usize> = (first..range.end)
        .take_while(|&index| !survey.is_terminator(index) && !ends(index))
        .filter(|&index| is_text(survey, index) || is_heading(survey, index))
        .collect();
    while kept
        .pop_if(|&mut index| is_heading(survey, index))
        .is_some()
    {}
    kept
}

/// Whether the lines from one to the other stand in an element without any link to another page.
fn stand_apart(survey: &Survey<'_>, first: usize, last: usize) -> bool {
    let around = survey
        .flat
        .ancestors(survey.line(first).block)
        .map(|node| survey.lines_of(node))
        .find(|range| range.contains(&last));
    around.is_some_and(|mut range| !range.any(|index| is_entry(survey, index)))
}

/// Whether a line is a link that names another page.
fn is_entry(survey: &Survey<'_>, index: usize) -> bool {
    let line = survey.line(index);
    line.link_density() > 0.5 && line.nature == Nature::Text && line.chars > LONGEST_CONTROL
}

/// Longest link that can be a control between title and text, in characters.
const LONGEST_CONTROL: u32 = 6;

/// The document of the element whose few words are worth most, where something on the page is named
/// or set as its title; below a title that only the head of the page names, where they are sentences or a table.
fn few_words(survey: &Survey<'_>, core: u32) -> Option<Document> {
    if survey.flat.suspicion[core as usize] != Suspicion::None {
        return None;
    }
    let range = survey.lines_of(core);
    let title = document::title_of(survey, &range, range.end);
    let below = match &title.shown {
        Some(shown) => shown.end,
        None if !title.text.is_empty() && says_something(survey, &range) => range.start,
        None => return None,
    };
    let kept = words_until(survey, below..range.end, |index| is_foot(survey, index));
    (!kept.is_empty()).then(|| titled(survey, &kept))
}

/// Whether the lines in `range` hold a sentence, the cells of a table of two rows, or several facts: 许可内容：准予.
fn says_something(survey: &Survey<'_>, range: &Range<usize>) -> bool {
    const FEWEST_CELLS: usize = 4;
    const FEWEST_FACTS: usize = 3;
    let is_fact = |index: usize| {
        let text = &survey.line(index).text;
        text.contains(['：', ':']) && !text.ends_with(['：', ':'])
    };
    let facts = range
        .clone()
        .filter(|&index| is_text(survey, index) && is_fact(index));
    let is_sentence = |index: usize| survey.line(index).text.ends_with(['。', '；', '！', '？']);
    let mut texts = range.clone().filter(|&index| is_text(survey, index));
    let cells = range
        .clone()
        .filter(|&index| is_text(survey, index) && survey.line(index).cell != NONE)
        .count();
    cells >= FEWEST_CELLS || facts.count() >= FEWEST_FACTS || texts.any(is_sentence)
}

/// Whether a line is a heading of a part of the text.
fn is_heading(survey: &Survey<'_>, index: usize) -> bool {
    let line = survey.line(index);
    line.heading > 1
        && survey.labels.weight[index] == 0
        && line.link_chars == 0
        && line.suspicion == Suspicion::None
        && line.nature == Nature::Text
}

/// Whether a line is of a text, and no label, link, heading or control.
fn is_text(survey: &Survey<'_>, index: usize) -> bool {
    let line = survey.line(index);
    survey.labels.weight[index] == 0
        && line.link_chars == 0
        && line.heading == 0
        && line.nature == Nature::Text
}

fn is_foot(survey: &Survey<'_>, index: usize) -> bool {
    words::begins_foot(&survey.line(index).text)
}

/// The document of a page whose few words have neither comma nor full stop, under its title.
fn short_notice(survey: &Survey<'_>) -> Option<Document> {
    let lines = &survey.lines.lines;
    let title = title::named_in_head(survey.head, lines)
        .or_else(|| (0..lines.len()).find(|&index| (1..=3).contains(&lines[index].heading)))?;
    let kept = words_until(survey, title + 1..lines.len(), |index| {
        is_foot(survey, index)
    });
    (!kept.is_empty()).then(|| titled(survey, &kept))
}
