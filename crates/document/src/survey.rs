//! A page with everything known about it: what its lines are, and where its document begins.
//!
//! Which lines are the document is decided in `region`, how they become blocks in `blocks`, what
//! is said of them in `facts`.

use std::ops::Range;

use url::Url;

use crate::facts::attachments;
use crate::facts::date;
use crate::facts::head::PageHead;
use crate::facts::labels::Labels;
use crate::facts::signature;
use crate::facts::title;
use crate::furniture::names::Suspicion;
use crate::furniture::words::Nature;
use crate::lines::{Line, Lines};
use crate::options::Found;
use crate::search::core::Worths;
use crate::tree::flat::{Flat, NONE};

/// Shortest run of text with a comma or full stop that counts as prose, in characters.
pub(crate) const SHORTEST_PROSE: u32 = 10;

/// Fewest cells of a table that are worth reading without a sentence among them.
const FEWEST_DATA_CELLS: usize = 12;

/// A page with everything known about it, while its document is put together.
pub(crate) struct Survey<'r> {
    pub(crate) flat: &'r Flat<'r>,
    pub(crate) lines: &'r Lines,
    worths: &'r Worths,
    pub(crate) head: &'r PageHead,
    pub(crate) labels: Labels,
    /// What addresses on the page are relative to.
    pub(crate) base: Option<&'r Url>,
    /// Where the page came from.
    pub(crate) address: Option<&'r Url>,
    /// What the office notes at the end of a document is read too.
    pub(crate) reads_office_notes: bool,
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
    pub(crate) fn new(
        flat: &'r Flat<'r>,
        lines: &'r Lines,
        worths: &'r Worths,
        head: &'r PageHead,
        labels: Labels,
        base: Option<&'r Url>,
        address: Option<&'r Url>,
    ) -> Self {
        let mut survey = Self {
            flat,
            lines,
            worths,
            head,
            labels,
            base,
            address,
            reads_office_notes: false,
            totals: Totals::default(),
        };
        survey.totals = Totals::new(&survey);
        survey
    }

    pub(crate) fn line(&self, index: usize) -> &Line {
        &self.lines.lines[index]
    }

    /// The lines that the element at `node` holds.
    pub(crate) fn lines_of(&self, node: u32) -> Range<usize> {
        self.lines.range(self.flat, node)
    }

    /// What the lines of the element at `node` are worth as prose, in characters.
    pub(crate) fn worth_of(&self, node: u32) -> f64 {
        self.worths.of(self.flat, self.lines, node)
    }

    /// Running text: not a label, not a link, not machinery.
    pub(crate) fn is_prose(&self, index: usize) -> bool {
        let line = self.line(index);
        line.chars >= SHORTEST_PROSE
            && line.stops >= 1
            && line.link_density() < 0.5
            && self.labels.weight[index] == 0
            && !self.is_machinery(index)
    }

    pub(crate) fn is_machinery(&self, index: usize) -> bool {
        self.line(index).nature != Nature::Text
    }

    /// How many lines of running text the element at `node` holds.
    pub(crate) fn prose_in(&self, node: u32) -> usize {
        within(&self.totals.prose, &self.lines_of(node))
    }

    /// How many signatures and their dates the element at `node` holds.
    pub(crate) fn closings_in(&self, node: u32) -> usize {
        within(&self.totals.closings, &self.lines_of(node))
    }

    /// Whether the element at `node` is mostly catalogue labels with their values.
    pub(crate) fn is_catalogue(&self, node: u32) -> bool {
        let range = self.lines_of(node);
        let labelled = within(&self.totals.labelled, &range);
        within(&self.totals.catalogue, &range) >= 2 && labelled * 2 >= range.len()
    }

    /// Whether the element at `node` holds anything that a document is made of.
    pub(crate) fn has_prose(&self, node: u32) -> bool {
        if self.prose_in(node) > 0 {
            return true;
        }
        let data = self
            .lines_of(node)
            .filter(|&index| self.line(index).cell != NONE && self.line(index).link_chars == 0)
            .count();
        data >= FEWEST_DATA_CELLS
    }

    /// What the page holds instead of a document.
    pub(crate) fn found(&self) -> Found {
        let frames = self.flat.frames();
        match (
            self.lines.lines.is_empty(),
            self.lines.silent_pictures.len() as u32,
        ) {
            (_, 0) if frames > 0 => Found::Frames(frames),
            (true, 0) => Found::Nothing,
            (_, 0) => Found::NoDocument,
            (_, pictures) => Found::Pictures(pictures),
        }
    }

    /// The first line of running text among the lines of `core`, headings aside.
    pub(crate) fn first_prose(&self, core: &Range<usize>) -> usize {
        core.clone()
            .find(|&index| self.is_prose(index) && !self.is_title_like(index))
            .unwrap_or(core.start)
    }

    fn is_title_like(&self, index: usize) -> bool {
        let line = self.line(index);
        line.heading > 0
            || title::is_heading_element(self.flat, line.block)
            || (line.centred && line.chars <= 60 && !line.text.contains('。'))
    }

    /// A signature with its date, or the date alone.
    pub(crate) fn is_closing_pair(&self, index: usize) -> bool {
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

    /// Whether the line links to a file, which belongs to the document wherever it stands.
    pub(crate) fn links_to_file(&self, index: usize) -> bool {
        attachments::links_to_file(self.flat, self.line(index))
    }

    /// Whether the line is the page's machinery, behind which the document has ended.
    pub(crate) fn is_terminator(&self, index: usize) -> bool {
        let line = self.line(index);
        line.suspicion == Suspicion::Strong && !self.links_to_file(index)
            || matches!(
                line.nature,
                Nature::Machinery | Nature::OtherPages | Nature::Teaser
            )
    }

    /// Whether the line is in a table or list that is mostly catalogue labels.
    pub(crate) fn in_catalogue(&self, index: usize) -> bool {
        let line = self.line(index);
        // Without a table it is the element around the rows.
        let container = if line.table == NONE {
            self.flat.ancestors(line.block).nth(1).unwrap_or(line.block)
        } else {
            line.table
        };
        self.is_catalogue(container)
    }
}
