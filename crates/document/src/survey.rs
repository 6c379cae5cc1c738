//! A page with everything known about it: what its lines are, and where its document begins.
//!
//! Which lines are the document is decided in `region`, how they become blocks in `blocks`, what
//! is said of them in `facts`.

use std::ops::Range;

use url::Url;

use super::boilerplate::{Nature, Suspicion};
use super::date;
use super::flat::{Flat, NONE};
use super::lines::{Line, Lines};
use super::metadata::{self, Head, Labels};
use super::options::Found;
use super::score::Worths;
use super::signature;
use super::title::{self, Title};
use langdu_model::Document;

/// Shortest run of text with a comma or full stop that counts as prose, in characters.
pub(super) const SHORTEST_PROSE: u32 = 10;

/// Fewest cells of a table that are worth reading without a sentence among them.
const FEWEST_DATA_CELLS: usize = 12;

/// A page with everything known about it, while its document is put together.
pub(super) struct Survey<'r> {
    pub(super) flat: &'r Flat<'r>,
    pub(super) lines: &'r Lines,
    pub(super) worths: &'r Worths,
    pub(super) head: &'r Head,
    pub(super) labels: Labels,
    /// What addresses on the page are relative to.
    pub(super) base: Option<&'r Url>,
    /// Where the page came from.
    pub(super) address: Option<&'r Url>,
    totals: Totals,
}

/// Running totals over the lines, so that a question about an element costs the same whatever
/// its size.
#[derive(Default)]
struct Totals {
    prose: Vec<u32>,
    closings: Vec<u32>,
    labelled: Vec<u32>,
    catalogue: Vec<u32>,
}

impl Totals {
    fn new(survey: &Survey<'_>) -> Self {
        let count = survey.lines.lines.len();
        let mut catalogue = vec![0; count];
        for value in survey.labels.values.iter().filter(|value| value.catalogue) {
            catalogue[value.line] += 1;
        }
        let running = |of: &dyn Fn(usize) -> u32| {
            let mut total = 0;
            std::iter::once(0)
                .chain((0..count).map(|index| {
                    total += of(index);
                    total
                }))
                .collect()
        };
        Self {
            prose: running(&|index| u32::from(survey.is_prose(index))),
            closings: running(&|index| u32::from(survey.is_closing_pair(index))),
            labelled: running(&|index| u32::from(survey.labels.weight[index] > 0)),
            catalogue: running(&|index| catalogue[index]),
        }
    }
}

/// How much of a running total falls into `range`.
fn within(total: &[u32], range: &Range<usize>) -> usize {
    (total[range.end] - total[range.start]) as usize
}

impl<'r> Survey<'r> {
    pub(super) fn new(
        flat: &'r Flat<'r>,
        lines: &'r Lines,
        worths: &'r Worths,
        head: &'r Head,
        base: Option<&'r Url>,
        address: Option<&'r Url>,
    ) -> Self {
        let mut survey = Self {
            flat,
            lines,
            worths,
            head,
            labels: metadata::labels(flat, &lines.lines),
            base,
            address,
            totals: Totals::default(),
        };
        survey.totals = Totals::new(&survey);
        survey
    }

    pub(super) fn line(&self, index: usize) -> &Line {
        &self.lines.lines[index]
    }

    /// Running text: not a label, not a link, not machinery.
    pub(super) fn is_prose(&self, index: usize) -> bool {
        let line = self.line(index);
        line.chars >= SHORTEST_PROSE
            && line.stops >= 1
            && line.link_density() < 0.5
            && self.labels.weight[index] == 0
            && !self.is_machinery(index)
    }

    pub(super) fn is_machinery(&self, index: usize) -> bool {
        self.line(index).nature != Nature::Text
    }

    /// How many lines of running text the element at `node` holds.
    pub(super) fn prose_in(&self, node: u32) -> usize {
        within(&self.totals.prose, &self.lines.range(self.flat, node))
    }

    /// How many signatures and their dates the element at `node` holds.
    pub(super) fn closings_in(&self, node: u32) -> usize {
        within(&self.totals.closings, &self.lines.range(self.flat, node))
    }

    /// Whether the element at `node` is mostly catalogue labels with their values.
    pub(super) fn is_catalogue(&self, node: u32) -> bool {
        let range = self.lines.range(self.flat, node);
        let labelled = within(&self.totals.labelled, &range);
        within(&self.totals.catalogue, &range) >= 2 && labelled * 2 >= range.len()
    }

    /// Whether the element at `node` holds anything that a document is made of.
    pub(super) fn has_prose(&self, node: u32) -> bool {
        if self.prose_in(node) > 0 {
            return true;
        }
        let data = self
            .lines
            .range(self.flat, node)
            .filter(|&index| self.line(index).cell != NONE && self.line(index).link_chars == 0)
            .count();
        data >= FEWEST_DATA_CELLS
    }

    /// What the page holds instead of a document.
    pub(super) fn found(&self) -> Found {
        let frames = self.flat.frames();
        match (self.lines.lines.is_empty(), self.lines.silent_pictures) {
            (_, 0) if frames > 0 => Found::Frames(frames),
            (true, 0) => Found::Nothing,
            (_, 0) => Found::NoDocument,
            (_, pictures) => Found::Pictures(pictures),
        }
    }

    /// The document whose text is in the element `core`; its title is in `title_node` if the
    /// configuration says so.
    pub(super) fn document(&self, core: u32, title_node: Option<u32>) -> Document {
        let range = self.lines.range(self.flat, core);
        let first_prose = range
            .clone()
            .find(|&index| self.is_prose(index) && !self.is_title_like(index))
            .unwrap_or(range.start);
        let title = match title_node {
            Some(node) => {
                let shown = self.lines.range(self.flat, node);
                Title {
                    text: self.flat.text(node),
                    words: None,
                    shown: (!shown.is_empty()).then_some(shown),
                }
            }
            None => self.title(&range, first_prose),
        };
        let region = self.region(core, &range, &title, first_prose);
        self.of_region(core, &region, &title, first_prose)
    }

    /// The title of the document whose lines are `core`.
    pub(super) fn title(&self, core: &Range<usize>, first_prose: usize) -> Title {
        title::find(
            self.flat,
            self.lines,
            self.head,
            &self.labels,
            core,
            first_prose,
        )
    }

    /// The document of the given lines of the element `core`, or of the whole page if that is
    /// [`NONE`].
    pub(super) fn of_region(
        &self,
        core: u32,
        region: &[usize],
        title: &Title,
        first_prose: usize,
    ) -> Document {
        let mut document = Document {
            title: title.text.clone(),
            ..Document::default()
        };
        self.fill_blocks(&mut document, core, region, title, first_prose);
        self.fill_metadata(&mut document, region, first_prose);
        document
    }

    fn is_title_like(&self, index: usize) -> bool {
        let line = self.line(index);
        line.heading > 0
            || title::is_heading_element(self.flat, line.block)
            || (line.centred && line.chars <= 60 && !line.text.contains('。'))
    }

    /// A signature with its date, or the date alone.
    pub(super) fn is_closing_pair(&self, index: usize) -> bool {
        let line = self.line(index);
        if line.suspicion > Suspicion::Weak || line.link_chars > 0 {
            return false;
        }
        let next_is_date = self
            .lines
            .lines
            .get(index + 1)
            .is_some_and(|next| date::date_line(&next.text).is_some());
        date::date_line(&line.text).is_some()
            || (next_is_date && signature::is_signature(&line.text))
    }
}
