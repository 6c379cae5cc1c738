//! Which lines belong to the document.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::attachments;
use super::boilerplate::{Nature, Suspicion, begins_foot};
use super::flat::NONE;
use super::lines::{Line, without_spaces};
use super::signature;
use super::survey::{SHORTEST_PROSE, Survey};
use super::title::Title;

/// A run of lines this long that comes twice is a second copy, in characters.
const LONG_REPEAT_CHARS: u32 = 120;

/// Most lines that stand between two copies of a text.
const MOST_LINES_BETWEEN: usize = 40;

impl Survey<'_> {
    /// The lines that belong to the document, in order.
    pub(super) fn region(
        &self,
        core: u32,
        range: &Range<usize>,
        title: &Title,
        first_prose: usize,
    ) -> Vec<usize> {
        let outer = self.surroundings(core, title);
        let outer_range = self.lines.range(self.flat, outer);
        let after_title = title.shown.as_ref().map(|shown| shown.end);
        let mut kept = Vec::new();
        let before = after_title.unwrap_or(range.start).max(outer_range.start);
        kept.extend((before..range.start).filter(|&index| self.belongs_outside(index)));
        let skip_until = match after_title {
            // What stands above the title within the text's element: red letterhead, labels.
            Some(end) if range.contains(&end) || end == range.end => end,
            _ => range.start,
        };
        let inner = range.start.max(skip_until)..range.end;
        self.keep_inside(core, inner, first_prose, &mut kept);
        let near_end = self.near_end(core, title);
        let own: HashSet<String> = kept
            .iter()
            .filter(|&&index| self.is_prose(index))
            .map(|&index| without_spaces(&self.line(index).text))
            .collect();
        let end = outer_range.end.max(near_end);
        for index in range.end..end {
            if self.is_terminator(index) {
                kept.extend(self.files_announced_in(index + 1..end, &kept));
                break;
            }
            // The text a second time, for the printer.
            if self.is_prose(index) && own.contains(&without_spaces(&self.line(index).text)) {
                break;
            }
            let in_outer = index < outer_range.end;
            if self.belongs_after(core, index, in_outer) || self.is_closing_pair(index) {
                kept.push(index);
            }
        }
        self.without_repeats(kept)
    }

    /// The files behind the page's machinery that a line of their own announces (相关附件) and
    /// the text does not link to.
    fn files_announced_in(&self, range: Range<usize>, kept: &[usize]) -> Vec<usize> {
        let address = |&link: &u32| self.flat.element(link)?.1.attr("href");
        let addresses = |index: usize| self.line(index).links.iter().filter_map(address);
        let known: HashSet<&str> = kept.iter().flat_map(|&index| addresses(index)).collect();
        let is_file = |index: usize| {
            index < range.end
                && attachments::links_to_file(self.flat, self.line(index))
                && addresses(index).any(|address| !known.contains(address))
        };
        let mut announced = false;
        range
            .clone()
            .filter(|&index| {
                let announces = attachments::announces(&self.line(index).text);
                announced = (announced && is_file(index))
                    || (announces && (is_file(index) || is_file(index + 1)));
                announced && self.line(index).suspicion < Suspicion::Strong
            })
            .collect()
    }

    /// Keeps the lines of the text's element that belong to the document.
    fn keep_inside(
        &self,
        core: u32,
        inner: Range<usize>,
        first_prose: usize,
        kept: &mut Vec<usize>,
    ) {
        let last_prose = inner
            .clone()
            .rev()
            .find(|&index| self.is_prose(index) && self.belongs_inside(core, index, first_prose))
            .unwrap_or(inner.end);
        let mut ended = false;
        let mut others_until = inner.start;
        for index in inner {
            if self.line(index).nature == Nature::OtherPages {
                others_until = others_until.max(self.others_end(core, index));
            }
            if index < others_until && !attachments::links_to_file(self.flat, self.line(index)) {
                continue;
            }
            let edge = index < first_prose || index > last_prose;
            // Behind the text, what follows the page's machinery is more of it.
            ended |= index > last_prose
                && (self.is_terminator(index) || begins_foot(&self.line(index).text));
            let wanted = !ended
                || self.is_closing_pair(index)
                || attachments::links_to_file(self.flat, self.line(index));
            if wanted
                && self.belongs_inside(core, index, first_prose)
                && !(edge && self.is_in_machinery(core, index))
            {
                kept.push(index);
            }
        }
    }

    /// Where the part of the page ends that the line at `index` announces as related pages or
    /// comments: the largest element that begins with it, unless that is most of the text.
    fn others_end(&self, core: u32, index: usize) -> usize {
        const MOST_OF_IT: f64 = 0.35;
        let most = MOST_OF_IT * self.worths.of(self.flat, self.lines, core);
        self.flat
            .ancestors(self.line(index).block)
            .take_while(|&node| node != core)
            .map(|node| (node, self.lines.range(self.flat, node)))
            .take_while(|(node, range)| {
                range.start == index && self.worths.of(self.flat, self.lines, *node) < most
            })
            .last()
            .map_or(index + 1, |(_, range)| range.end)
    }

    /// Whether the innermost element with a suspicious name around the line holds nothing of a
    /// document.
    fn is_in_machinery(&self, core: u32, index: usize) -> bool {
        let line = self.line(index);
        if line.suspicion == Suspicion::None || attachments::links_to_file(self.flat, line) {
            return false;
        }
        self.flat
            .ancestors(line.block)
            .take_while(|&node| node != core)
            .find(|&node| self.flat.suspicion[node as usize] > Suspicion::None)
            .is_some_and(|suspect| self.prose_in(suspect) == 0 && self.closings_in(suspect) == 0)
    }

    /// Where the element ends that holds both title and text, if it is near: a short notice is
    /// worth less than the line of controls above it, and may yet be signed below.
    fn near_end(&self, core: u32, title: &Title) -> usize {
        const NEAR_STEPS: usize = 4;
        let Some(shown) = &title.shown else { return 0 };
        let block = self.line(shown.start).block;
        self.flat
            .ancestors(core)
            .take(NEAR_STEPS)
            .find(|&node| self.flat.contains(node, block))
            .map_or(0, |node| self.lines.range(self.flat, node).end)
    }

    /// The element around `core` in which the rest of the document may stand.
    fn surroundings(&self, core: u32, title: &Title) -> u32 {
        let worth = |node| self.worths.of(self.flat, self.lines, node);
        let own = worth(core);
        let title_block = title
            .shown
            .as_ref()
            .map(|shown| self.line(shown.start).block);
        let mut outer = core;
        for (steps, node) in self.flat.ancestors(core).skip(1).enumerate() {
            if worth(node) < 0.5 * own {
                break;
            }
            let holds_title = title_block.is_some_and(|block| self.flat.contains(node, block));
            let title_outside = title_block.is_some_and(|block| !self.flat.contains(outer, block));
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
    fn belongs_outside(&self, index: usize) -> bool {
        let line = self.line(index);
        let numbered = signature::own_line_number(&line.text).is_some();
        line.suspicion == Suspicion::None
            && self.labels.weight[index] == 0
            && !self.is_machinery(index)
            && (numbered
                || (self.is_prose(index) && line.link_density() < 0.2 && line.text.contains('。')))
    }

    /// Whether a line behind the text belongs to the document: a file, or more text where there
    /// can be some.
    fn belongs_after(&self, core: u32, index: usize, may_be_text: bool) -> bool {
        let line = self.line(index);
        if self.labels.weight[index] > 0 || self.is_machinery(index) {
            return false;
        }
        if attachments::links_to_file(self.flat, line) || attachments::announces(&line.text) {
            return line.suspicion < Suspicion::Strong;
        }
        may_be_text
            && line.suspicion == Suspicion::None
            && (self.is_prose(index) || self.is_sentence_beside(core, index))
            && line.link_density() < 0.2
            && line.text.contains('。')
    }

    /// Whether the line is a short sentence in an element beside `core`: the last of a notice of a few
    /// lines, 请提前储水。
    fn is_sentence_beside(&self, core: u32, index: usize) -> bool {
        let line = self.line(index);
        let parent = |node: u32| self.flat.nodes[node as usize].parent;
        line.stops >= 1 && line.text.ends_with('。') && parent(line.block) == parent(core)
    }

    pub(super) fn is_terminator(&self, index: usize) -> bool {
        let line = self.line(index);
        line.suspicion == Suspicion::Strong && !attachments::links_to_file(self.flat, line)
            || matches!(line.nature, Nature::Machinery | Nature::OtherPages)
    }

    /// Whether a line within the text's element belongs to the document.
    fn belongs_inside(&self, core: u32, index: usize, first_prose: usize) -> bool {
        let line = self.line(index);
        if attachments::links_to_file(self.flat, line) {
            return true;
        }
        let before_text = index < first_prose;
        if self.labels.weight[index] > 0 && (before_text || self.in_catalogue(index)) {
            return false;
        }
        if self.is_machinery(index) {
            return false;
        }
        if line.suspicion > Suspicion::None && self.is_suspect(core, line) {
            return false;
        }
        line.link_density() <= 0.5 || self.is_link_in_text(index)
    }

    /// Whether the line is in a table or list that is mostly catalogue labels.
    pub(super) fn in_catalogue(&self, index: usize) -> bool {
        let line = self.line(index);
        // Without a table it is the element around the rows.
        let container = if line.table == NONE {
            self.flat.ancestors(line.block).nth(1).unwrap_or(line.block)
        } else {
            line.table
        };
        self.is_catalogue(container)
    }

    /// Whether the element whose name is suspicious holds no text of its own.
    fn is_suspect(&self, core: u32, line: &Line) -> bool {
        let suspect = self
            .flat
            .ancestors(line.block)
            .take_while(|&node| node != core)
            .filter(|&node| self.flat.suspicion[node as usize] > Suspicion::None)
            .last();
        let Some(suspect) = suspect else {
            return false;
        };
        let strong = self.flat.suspicion[suspect as usize] == Suspicion::Strong;
        let needed = if strong { 3 } else { 1 };
        self.prose_in(suspect) < needed && self.closings_in(suspect) == 0
    }

    /// A line that is a link and yet stands among paragraphs: a law's name, a web address.
    fn is_link_in_text(&self, index: usize) -> bool {
        let line = self.line(index);
        let neighbours = index.saturating_sub(2)..(index + 3).min(self.lines.lines.len());
        let linked = neighbours
            .clone()
            .filter(|&at| self.line(at).link_density() > 0.5)
            .count();
        let prose = neighbours.into_iter().any(|at| self.is_prose(at));
        linked <= 1 && prose && line.chars >= 6 && line.list == 0
    }

    /// The lines without the second copy of a text that the page holds twice.
    fn without_repeats(&self, kept: Vec<usize>) -> Vec<usize> {
        let keys: Vec<String> = kept
            .iter()
            .map(|&index| without_spaces(&self.line(index).text))
            .collect();
        let mut first: HashMap<&str, usize> = HashMap::new();
        let mut repeated = vec![false; kept.len()];
        let mut chars_before = 0;
        let mut at = 0;
        while at < kept.len() {
            let long = self.line(kept[at]).chars >= SHORTEST_PROSE;
            let run = match first.get(keys[at].as_str()) {
                Some(&earlier) if long => keys[at..]
                    .iter()
                    .zip(&keys[earlier..at])
                    .take_while(|(a, b)| a == b)
                    .count(),
                _ => 0,
            };
            let chars: u32 = (at..at + run).map(|i| self.line(kept[i]).chars).sum();
            let most_of_it = chars * 2 >= chars_before;
            if run >= 3 && (chars >= LONG_REPEAT_CHARS || most_of_it) {
                // The short lines above the first long one are repeated too.
                let earlier = first[keys[at].as_str()];
                let above = (1..=earlier.min(at))
                    .take_while(|&back| keys[at - back] == keys[earlier - back])
                    .count();
                repeated[at - above..at + run].fill(true);
                // Between two copies stand the foot of one and the head of the other.
                let between = earlier + run..at - above;
                let near = between.len() <= MOST_LINES_BETWEEN;
                for between in between.filter(|_| near) {
                    let index = kept[between];
                    repeated[between] |= !self.is_prose(index)
                        && !self.is_closing_pair(index)
                        && !attachments::links_to_file(self.flat, self.line(index));
                }
                at += run;
                continue;
            }
            chars_before += self.line(kept[at]).chars;
            if long {
                first.entry(&keys[at]).or_insert(at);
            }
            at += 1;
        }
        kept.into_iter()
            .zip(repeated)
            .filter_map(|(index, repeated)| (!repeated).then_some(index))
            .collect()
    }
}
