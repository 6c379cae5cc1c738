//! One document of one page: title, region, blocks and metadata, in this order.

use std::ops::Range;

use langdu_model::Document;

use super::{blocks, metadata, region};
use crate::facts::title::{self, Title};
use crate::survey::Survey;

/// The document whose text is in the element `core`; its title is in `title_node` if the
/// configuration says so.
pub(crate) fn of_element(survey: &Survey<'_>, core: u32, title_node: Option<u32>) -> Document {
    let range = survey.lines_of(core);
    let first_prose = survey.first_prose(&range);
    let title = match title_node {
        Some(node) => configured_title(survey, node),
        None => title_of(survey, &range, first_prose),
    };
    let lines = region::lines(survey, core, &range, &title, first_prose);
    of_lines(survey, core, &lines, &title, first_prose)
}

fn configured_title(survey: &Survey<'_>, node: u32) -> Title {
    let shown = survey.lines_of(node);
    Title {
        text: survey.flat.text(node),
        words: None,
        shown: (!shown.is_empty()).then_some(shown),
    }
}

/// The title of the document whose lines are `core`.
pub(super) fn title_of(survey: &Survey<'_>, core: &Range<usize>, first_prose: usize) -> Title {
    title::find(
        survey.flat,
        survey.lines,
        survey.head,
        &survey.labels,
        core,
        first_prose,
    )
}

/// The document of the given lines of the element `core`, or of the whole page if that is
/// [`NONE`](crate::tree::flat::NONE).
pub(super) fn of_lines(
    survey: &Survey<'_>,
    core: u32,
    lines: &[usize],
    title: &Title,
    first_prose: usize,
) -> Document {
    let mut document = Document {
        title: title.text.clone(),
        ..Document::default()
    };
    blocks::fill(survey, &mut document, core, lines, title, first_prose);
    metadata::fill(survey, &mut document, lines, first_prose);
    document
}
