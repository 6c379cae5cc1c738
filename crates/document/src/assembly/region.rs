//! Which lines belong to the document.

use std::collections::HashSet;
use std::ops::Range;

use super::repeats::without_repeats;
use crate::characters::{is_han, without_spaces};
use crate::facts::attachments;
use crate::facts::signature;
use crate::facts::title::Title;
use crate::furniture::names::Suspicion;
use crate::furniture::words::{self, Nature, begins_foot};
use crate::lines::Line;
use crate::survey::Survey;
use crate::tree::flat::NONE;

/// The lines that belong to the document, in order.
pub(super) fn lines(
    survey: &Survey<'_>,
    core: u32,
    range: &Range<usize>,
    title: &Title,
    first_prose: usize,
) -> Vec<usize> {
    let outer = surroundings(survey, core, title);
    let outer_range = survey.lines_of(outer);
    let after_title = title.shown.as_ref().map(|shown| shown.end);
    let mut kept = Vec::new();
    let before = after_title.unwrap_or(range.start).max(outer_range.start);
    kept.extend((before..range.start).filter(|&index| belongs_outside(survey, index)));
    let skip_until = match after_title {
        // What stands above the title within the text's element: red letterhead, labels.
        Some(end) if range.contains(&end) || end == range.end => end,
        _ => range.start,
    };
    let inner = range.start.max(skip_until)..range.end;
    keep_inside(survey, core, inner, title, first_prose, &mut kept);
    let own: HashSet<String> = kept
        .iter()
        .filter(|&&index| survey.is_prose(index))
        .map(|&index| without_spaces(&survey.line(index).text))
        .collect();
    let end = outer_range.end.max(near_end(survey, core, title));
    for index in range.end..end {
        if survey.is_terminator(index) {
            kept.extend(files_announced_in(survey, index + 1..end, &kept));
            break;
        }
        // The text a second time, for the printer.
        if survey.is_prose(index) && own.contains(&without_spaces(&survey.line(index).text)) {
            break;
        }
        let in_outer = index < outer_range.end;
        let signs = survey.is_closing_pair(index) && survey.labels.weight[index] == 0;
        if belongs_after(survey, core, index, in_outer) || signs {
            kept.push(index);
        }
    }
    let kept = without_repeats(survey, kept);
    let kept = without_office_notes(survey, kept);
    without_empty_labels(survey, kept)
}

/// Longest label of attachments, in characters.
const LONGEST_LABEL: u32 = 12;

/// How many lines from the end the notes of the office may stand.
const OFFICE_LINES: usize = 8;

/// The lines without what the office notes at the end of a document, unless that is asked for.
fn without_office_notes(survey: &Survey<'_>, mut kept: Vec<usize>) -> Vec<usize> {
    if survey.reads_office_notes {
        return kept;
    }
    let from = kept.len().saturating_sub(OFFICE_LINES);
    let end = kept.split_off(from);
    let notes = |index: &usize| words::is_office_note(&survey.line(*index).text);
    if end.iter().all(notes) && kept.is_empty() {
        return end;
    }
    kept.extend(end.into_iter().filter(|index| !notes(index)));
    kept
}

/// The lines without labels of attachments that have none: 附件： at the end.
fn without_empty_labels(survey: &Survey<'_>, kept: Vec<usize>) -> Vec<usize> {
    let mut rest: Vec<usize> = Vec::with_capacity(kept.len());
    for &index in kept.iter().rev() {
        let line = survey.line(index);
        let empty = line.chars <= LONGEST_LABEL
            && line.links.is_empty()
            && attachments::is_label(&line.text)
            && rest.last().is_none_or(|&next| survey.is_closing_pair(next));
        if !empty {
            rest.push(index);
        }
    }
    rest.reverse();
    rest
}

/// The files behind the page's machinery that a line of their own announces (相关附件) and
/// the text does not link to.
fn files_announced_in(survey: &Survey<'_>, range: Range<usize>, kept: &[usize]) -> Vec<usize> {
    let address = |&link: &u32| survey.flat.element(link)?.1.attr("href");
    let addresses = |index: usize| survey.line(index).links.iter().filter_map(address);
    let known: HashSet<&str> = kept.iter().flat_map(|&index| addresses(index)).collect();
    let is_file = |index: usize| {
        index < range.end
            && survey.links_to_file(index)
            && addresses(index).any(|address| !known.contains(address))
    };
    let mut announced = false;
    range
        .clone()
        .filter(|&index| {
            let announces = attachments::announces(&survey.line(index).text);
            announced = (announced && is_file(index))
                || (announces && (is_file(index) || is_file(index + 1)));
            announced && survey.line(index).suspicion < Suspicion::Strong
        })
        .collect()
}

/// Keeps the lines of the text's element that belong to the document.
fn keep_inside(
    survey: &Survey<'_>,
    core: u32,
    inner: Range<usize>,
    title: &Title,
    first_prose: usize,
    kept: &mut Vec<usize>,
) {
    let heading = without_spaces(&title.text);
    let last = |is_text: &dyn Fn(usize) -> bool| {
        let found = inner
            .clone()
            .rev()
            .find(|&index| is_text(index) && belongs_inside(survey, core, index, first_prose));
        found.unwrap_or(inner.end)
    };
    let last_long = last(&|index| survey.is_prose(index));
    let last_prose =
        last(&|index| survey.is_prose(index) || is_short_sentence(survey, index, first_prose));
    let mut ended = false;
    let mut others_until = inner.start;
    for index in inner {
        if survey.line(index).nature == Nature::OtherPages {
            others_until = others_until.max(others_end(survey, core, index));
        }
        if index < others_until && !survey.links_to_file(index) {
            continue;
        }
        let edge = index < first_prose || index > last_prose;
        // Behind the text, what follows the page's machinery is more of it.
        ended |= index > last_prose
            && (survey.is_terminator(index) || begins_foot(&survey.line(index).text));
        let behind = index > last_long;
        let noted = behind
            && !survey.links_to_file(index)
            && (words::is_property(&survey.line(index).text)
                || begins_foot(&survey.line(index).text)
                || without_spaces(&survey.line(index).text) == heading);
        let wanted = !ended || survey.is_closing_pair(index) || survey.links_to_file(index);
        if wanted
            && !noted
            && belongs_inside(survey, core, index, first_prose)
            && !(edge && is_in_machinery(survey, core, index))
            && !(behind && heads_links(survey, index))
        {
            kept.push(index);
        }
    }
}

/// Whether a line is the heading of links to other pages: 领导活动.
fn heads_links(survey: &Survey<'_>, index: usize) -> bool {
    let line = survey.line(index);
    let Some(next) = survey.lines.lines.get(index + 1) else {
        return false;
    };
    line.heading > 0
        && line.link_chars == 0
        && next.list > 0
        && next.link_density() > 0.5
        && !survey.links_to_file(index + 1)
}

/// Whether a line is a sentence beside the first of the text, too short to be told by itself:
/// 请提前储水。
fn is_short_sentence(survey: &Survey<'_>, index: usize, first_prose: usize) -> bool {
    let line = survey.line(index);
    let parent = |line: &Line| survey.flat.nodes[line.block as usize].parent;
    index > first_prose
        && line.text.ends_with('。')
        && line.link_chars == 0
        && survey.labels.weight[index] == 0
        && parent(line) == parent(survey.line(first_prose))
}

/// Where the part of the page ends that the line at `index` announces as related pages or
/// comments: the largest element that begins with it, unless that is most of the text.
fn others_end(survey: &Survey<'_>, core: u32, index: usize) -> usize {
    const MOST_OF_IT: f64 = 0.35;
    let most = MOST_OF_IT * survey.worth_of(core);
    survey
        .flat
        .ancestors(survey.line(index).block)
        .take_while(|&node| node != core)
        .map(|node| (node, survey.lines_of(node)))
        .take_while(|(node, range)| range.start == index && survey.worth_of(*node) < most)
        .last()
        .map_or(index + 1, |(_, range)| range.end)
}

/// Whether the innermost element with a suspicious name around the line holds nothing of a
/// document.
fn is_in_machinery(survey: &Survey<'_>, core: u32, index: usize) -> bool {
    let line = survey.line(index);
    if line.suspicion == Suspicion::None || survey.links_to_file(index) {
        return false;
    }
    survey
        .flat
        .ancestors(line.block)
        .take_while(|&node| node != core)
        .find(|&node| survey.flat.suspicion[node as usize] > Suspicion::None)
        .is_some_and(|suspect| survey.prose_in(suspect) == 0 && survey.closings_in(suspect) == 0)
}

/// Where the element ends that holds both title and text, if it is near: a short notice is
/// worth less than the line of controls above it, and may yet be signed below.
fn near_end(survey: &Survey<'_>, core: u32, title: &Title) -> usize {
    const NEAR_STEPS: usize = 4;
    let Some(shown) = &title.shown else { return 0 };
    let block = survey.line(shown.start).block;
    survey
        .flat
        .ancestors(core)
        .take(NEAR_STEPS)
        .find(|&node| survey.flat.contains(node, block))
        .map_or(0, |node| survey.lines_of(node).end)
}

/// The element around `core` in which the rest of the document may stand.
fn surroundings(survey: &Survey<'_>, core: u32, title: &Title) -> u32 {
    let worth = |node| survey.worth_of(node);
    let own = worth(core);
    let title_block = title
        .shown
        .as_ref()
        .map(|shown| survey.line(shown.start).block);
    let mut outer = core;
    for (steps, node) in survey.flat.ancestors(core).skip(1).enumerate() {
        if worth(node) < 0.5 * own {
            break;
        }
        let holds_title = title_block.is_some_and(|block| survey.flat.contains(node, block));
        let title_outside = title_block.is_some_and(|block| !survey.flat.contains(outer, block));
        if steps >= 3 && !title_outside {
            break;
        }
        outer = node;
        if holds_title && steps >= 2 {
            break;
        }
    }
    outer
}

/// Whether a line between title and text belongs to the document.
fn belongs_outside(survey: &Survey<'_>, index: usize) -> bool {
    let line = survey.line(index);
    let numbered = signature::own_line_number(&line.text).is_some();
    line.suspicion == Suspicion::None
        && survey.labels.weight[index] == 0
        && !survey.is_machinery(index)
        && (numbered
            || (survey.is_prose(index) && line.link_density() < 0.2 && line.text.contains('。')))
}

/// Whether a line behind the text belongs to the document: a file, or more text where there
/// can be some.
fn belongs_after(survey: &Survey<'_>, core: u32, index: usize, may_be_text: bool) -> bool {
    let line = survey.line(index);
    if survey.labels.weight[index] > 0 || survey.is_machinery(index) {
        return false;
    }
    if survey.links_to_file(index) || attachments::announces(&line.text) {
        return line.suspicion < Suspicion::Strong;
    }
    if is_note(&line.text) && line.link_chars == 0 && line.chars <= LONGEST_NOTE {
        return line.suspicion == Suspicion::None;
    }
    may_be_text
        && line.suspicion == Suspicion::None
        && (survey.is_prose(index) || is_sentence_beside(survey, core, index))
        && line.link_density() < 0.2
        && line.text.contains('。')
}

/// Longest note behind the text, in characters.
const LONGEST_NOTE: u32 = 200;

/// Whether the line says by its mark or its first word that it is a note to the text above:
/// ※具体以窗口受理为准.
fn is_note(text: &str) -> bool {
    let tight = without_spaces(text);
    let marked = tight.starts_with(['*', '＊', '※', '★']) && tight.contains(is_han);
    let named = [
        "注：",
        "注:",
        "备注：",
        "备注:",
        "说明：",
        "温馨提示：",
        "特别提示：",
        "特别说明：",
    ]
    .iter()
    .any(|word| tight.trim_start_matches(['（', '(']).starts_with(word));
    marked || named
}

/// Whether the line is a short sentence in an element beside `core`: the last of a notice of a few
/// lines, 请提前储水。
fn is_sentence_beside(survey: &Survey<'_>, core: u32, index: usize) -> bool {
    let line = survey.line(index);
    let parent = |node: u32| survey.flat.nodes[node as usize].parent;
    line.stops >= 1 && line.text.ends_with('。') && parent(line.block) == parent(core)
}

/// Whether a line within the text's element belongs to the document.
fn belongs_inside(survey: &Survey<'_>, core: u32, index: usize, first_prose: usize) -> bool {
    let line = survey.line(index);
    if survey.links_to_file(index) {
        return true;
    }
    let before_text = index < first_prose;
    if survey.labels.weight[index] > 0 && (before_text || survey.in_catalogue(index)) {
        return false;
    }
    if survey.is_machinery(index) {
        return false;
    }
    if line.suspicion > Suspicion::None && is_suspect(survey, core, line) {
        return false;
    }
    line.link_density() <= 0.5 || is_link_in_text(survey, index)
}

/// Whether the element whose name is suspicious holds no text of its own.
fn is_suspect(survey: &Survey<'_>, core: u32, line: &Line) -> bool {
    let suspect = survey
        .flat
        .ancestors(line.block)
        .take_while(|&node| node != core)
        .filter(|&node| survey.flat.suspicion[node as usize] > Suspicion::None)
        .last();
    let Some(suspect) = suspect else {
        return false;
    };
    let strong = survey.flat.suspicion[suspect as usize] == Suspicion::Strong;
    let needed = if strong { 3 } else { 1 };
    survey.prose_in(suspect) < needed && survey.closings_in(suspect) == 0
}

/// Whether a line is a link that heads words below it in the same element: the name of a place above its address.
/// What is a feed of other pages is none of the text by its nature.
fn heads_text(survey: &Survey<'_>, index: usize) -> bool {
    let lines = &survey.lines.lines;
    let (line, next) = (&lines[index], lines.get(index + 1));
    // The link may be wrapped: <a><h3>…</h3></a><p>…</p>.
    let alone = survey
        .flat
        .ancestors(line.block)
        .take_while(|&node| survey.lines_of(node).len() == 1)
        .last();
    let around = alone.map_or(line.block, |node| survey.flat.nodes[node as usize].parent);
    let is_below = |next: &Line| {
        next.link_chars == 0
            && next.suspicion == Suspicion::None
            && next.nature == Nature::Text
            && around != NONE
            && survey.flat.contains(around, next.block)
    };
    // What stands between may be the control that leads to the rest of the words above: 详情.
    const LONGEST_CONTROL: u32 = 6;
    let is_text = |at: usize| lines[at].link_density() <= 0.5;
    let follows_text = match index {
        0 => false,
        1 => is_text(0),
        _ => is_text(index - 1) || lines[index - 1].chars <= LONGEST_CONTROL && is_text(index - 2),
    };
    // A shorter one is a control: 看地图.
    const SHORTEST_NAME: u32 = 5;
    line.chars >= SHORTEST_NAME
        && line.suspicion == Suspicion::None
        && follows_text
        && next.is_some_and(is_below)
}

/// A line that is a link and yet stands among paragraphs: a law's name, a web address.
fn is_link_in_text(survey: &Survey<'_>, index: usize) -> bool {
    let line = survey.line(index);
    let neighbours = index.saturating_sub(2)..(index + 3).min(survey.lines.lines.len());
    let linked = neighbours
        .clone()
        .filter(|&at| survey.line(at).link_density() > 0.5)
        .count();
    // A step of several, some of which are no links.
    let is_step = line.marker.is_some()
        && neighbours.clone().any(|at| {
            let other = survey.line(at);
            other.marker.is_some() && other.link_density() < 0.5
        });
    if is_step || heads_text(survey, index) {
        return true;
    }
    let prose = neighbours.into_iter().any(|at| survey.is_prose(at));
    linked <= 1 && prose && line.chars >= 6 && line.list == 0
}
