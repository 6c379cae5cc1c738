//! The title: which words they are, and where on the page they stand.
//!
//! A page says its title up to four times: in a meta tag, in `<title>` with the site's name
//! around it, in the metadata table, and above the text. What the editors filled in beats what
//! the template made; words on the page beat the same words elsewhere, since they are what a
//! reader sees.

mod headings;
mod page_title;
mod shown;

use std::ops::Range;

use super::head::PageHead;
use super::labels::{Field, Labels};
use crate::characters::without_spaces;
use crate::lines::Lines;
use crate::tree::flat::Flat;
use headings::{Heading, headings, rank};
use page_title::{PageTitle, SHORTEST_SHOWN, is_site_like, strip_site};
use shown::shown;

pub(crate) use headings::is_heading_element;
pub(crate) use page_title::{column, is_column, named_in_head};
pub(crate) use shown::run_of;

/// The title and where it stands.
#[derive(Debug, Default)]
pub(crate) struct Title {
    pub(crate) text: String,
    /// The same as the page writes it, where that differs by more than white space: a number
    /// without its brackets.
    pub(crate) words: Option<String>,
    /// The lines that show it before the text begins, when the page has some.
    pub(crate) shown: Option<Range<usize>>,
}

/// Finds the title of the document whose lines are `core`, its first prose being `first_prose`.
pub(crate) fn find(
    flat: &Flat<'_>,
    lines: &Lines,
    head: &PageHead,
    labels: &Labels,
    core: &Range<usize>,
    first_prose: usize,
) -> Title {
    let headings = headings(flat, lines, labels, core, first_prose);
    let page_title = PageTitle::of(head, &lines.lines);
    let Some(text) = choose(head, page_title, labels, &headings, first_prose, core) else {
        return Title::default();
    };
    let shown = shown(&lines.lines, &text, core, first_prose);
    let joined = shown.as_ref().map(|range| lines.text_of(range.clone()));
    let (text, words) = match joined {
        Some(words) if own_chars(&words) == own_chars(&text) => (words, None),
        // What a date in brackets behind it makes longer is no part of it.
        Some(words) if own_chars(&words) > own_chars(&text) => (text, None),
        words => (text, words),
    };
    Title { text, words, shown }
}

/// How many characters a text has, white space aside.
fn own_chars(text: &str) -> usize {
    without_spaces(text).chars().count()
}

fn choose(
    head: &PageHead,
    page_title: Option<PageTitle>,
    labels: &Labels,
    headings: &[Heading],
    first_prose: usize,
    core: &Range<usize>,
) -> Option<String> {
    let labelled = labels
        .values
        .iter()
        .filter(|value| value.field == Field::Title && value.catalogue)
        .filter(|value| value.line < first_prose || !core.contains(&value.line))
        .map(|value| value.value.clone())
        .find(|value| value.chars().count() >= 4);
    let edited = head
        .article_title
        .clone()
        .filter(|title| !head.is_site_name(title))
        .or(labelled);
    if let Some(title) = edited {
        return Some(complete(title, headings));
    }
    if let Some(title) = by_page_title(head, page_title, headings) {
        return Some(title);
    }
    headings
        .iter()
        .max_by_key(|heading| (heading.rank, heading.lines.start))
        .map(|heading| heading.text.clone())
        .or_else(|| {
            let shared = head.shared_title.clone()?;
            (!head.is_site_name(&shared))
                .then(|| strip_site(&shared, head))
                .flatten()
        })
}

/// The document's title as `<title>` and the page's headings agree on it.
fn by_page_title(
    head: &PageHead,
    page_title: Option<PageTitle>,
    headings: &[Heading],
) -> Option<String> {
    let whole = without_spaces(head.title.as_deref()?);
    let shown = page_title.as_ref().is_some_and(PageTitle::is_shown);
    let inside = headings
        .iter()
        .filter(|heading| {
            let heading_tight = without_spaces(&heading.text);
            heading_tight.chars().count() >= SHORTEST_SHOWN
                && whole.contains(&heading_tight)
                && !head.is_site_name(&heading.text)
                && (!is_site_like(&heading_tight) || whole.starts_with(&heading_tight))
        })
        .max_by_key(|heading| heading.text.chars().count());
    if let Some(heading) = inside {
        let rest = page_title
            .as_ref()
            .map_or(0, |title| without_spaces(&title.text).chars().count());
        let own = without_spaces(&heading.text).chars().count();
        // A heading that is only a part of the title (a column's name in it, its second line)
        // does not win.
        if own >= rest || (own * 2 >= rest && !shown) {
            return Some(heading.text.clone());
        }
    }
    let title = page_title?.text;
    // A `<title>` that the page shows nowhere, or that is a column's name, is not the document's
    // if there is a heading that says more.
    let doubtful = !shown || is_column(&without_spaces(&title));
    let above = headings
        .iter()
        .filter(|heading| heading.rank >= rank::LIKELY && !head.is_site_name(&heading.text))
        .max_by_key(|heading| (heading.rank, heading.lines.start))
        .filter(|heading| doubtful && heading.text.chars().count() > title.chars().count());
    let spelled_out = headings.iter().find(|heading| spells_out(heading, &title));
    Some(
        above
            .or(spelled_out)
            .map_or_else(|| complete(title, headings), |heading| heading.text.clone()),
    )
}

/// Whether a heading holds all of a `<title>` that lacks its beginning: 关于印发…的通知.
fn spells_out(heading: &Heading, page_title: &str) -> bool {
    const SHORTEST: usize = 8;
    let (heading, title) = (without_spaces(&heading.text), without_spaces(page_title));
    let length = title.chars().count();
    length >= SHORTEST && heading.contains(&title) && heading.chars().count() <= 2 * length
}

/// A title that was cut off, as the page's heading spells it out.
fn complete(title: String, headings: &[Heading]) -> String {
    let tight = without_spaces(&title);
    let beginning = tight
        .strip_suffix("...")
        .or_else(|| tight.strip_suffix("……"))
        .or_else(|| tight.strip_suffix('…'));
    let Some(beginning) = beginning.filter(|beginning| beginning.chars().count() >= 6) else {
        return title;
    };
    headings
        .iter()
        .find(|heading| without_spaces(&heading.text).starts_with(beginning))
        .map_or(title, |heading| heading.text.clone())
}
