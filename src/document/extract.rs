//! From a page's HTML to its [`Document`].

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use scraper::Html;
use url::Url;

use super::attachments;
use super::boilerplate::{Nature, Suspicion};
use super::classify;
use super::date;
use super::flat::{Flat, NONE, Visibility};
use super::lines::{self, Line, Lines, without_spaces};
use super::metadata::{self, Field, Head, Labels};
use super::model::{Attachment, Block, BlockKind, Document, IsoDate};
use super::options::{ExtractError, ExtractOptions, Found, SiteRule, select_all, select_first};
use super::parse;
use super::score::{self, Core, Worths};
use super::signature;
use super::tables;
use super::title::{self, Title};

/// Extracts the document of a page.
///
/// `base_url` is the address the page was fetched from: it makes the addresses of attachments
/// absolute, dates a page that says its date nowhere else, and chooses the rules of `options`
/// for its site. Time and memory are linear in the length of `html`, whatever it holds.
///
/// # Errors
/// [`ExtractError::NothingReadable`] with what was found instead, or a limit of `options`.
pub fn extract(
    html: &str,
    base_url: Option<&Url>,
    options: &ExtractOptions,
) -> Result<Document, ExtractError> {
    if html.len() > options.max_bytes {
        return Err(ExtractError::TooLarge {
            bytes: html.len(),
            limit: options.max_bytes,
        });
    }
    if looks_binary(html) {
        return Err(nothing(Found::BinaryData));
    }
    let tree = parse::parse(html, options.max_nodes).map_err(|_| ExtractError::TooManyParts {
        limit: options.max_nodes,
        what: "elements",
        setting: "max_nodes",
    })?;
    let page = Page {
        tree: &tree,
        base: base_url,
        rule: options.rule_for(base_url),
        max_blocks: options.max_blocks,
    };
    match page.read(true) {
        // Some pages hide everything until a script has run.
        Err(ExtractError::NothingReadable { found }) => {
            page.read(false).map_err(|_| nothing(found))
        }
        result => result,
    }
}

fn nothing(found: Found) -> ExtractError {
    ExtractError::NothingReadable { found }
}

/// How many characters are looked at to tell text from binary data.
const SNIFFED_CHARS: usize = 4096;

/// Whether control and replacement characters make up more than a twentieth of the beginning.
pub(super) fn looks_binary(text: &str) -> bool {
    let (mut odd, mut all) = (0usize, 0usize);
    for c in text.chars().take(SNIFFED_CHARS) {
        all += 1;
        let control = c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{b}');
        odd += usize::from(control || c == '\u{fffd}');
    }
    odd * 20 > all && odd > 8
}

struct Page<'p> {
    tree: &'p Html,
    base: Option<&'p Url>,
    rule: Option<&'p SiteRule>,
    max_blocks: usize,
}

impl Page<'_> {
    fn read(&self, respect_hidden: bool) -> Result<Document, ExtractError> {
        let mut skipped = HashSet::new();
        for selector in self.rule.iter().flat_map(|rule| &rule.skip) {
            skipped.extend(select_all(self.tree, selector)?);
        }
        let flat = Flat::new(
            self.tree,
            &Visibility {
                respect_hidden,
                skipped: &skipped,
            },
        );
        let lines = lines::cut(&flat);
        if lines.lines.len() > self.max_blocks {
            return Err(ExtractError::TooManyParts {
                limit: self.max_blocks,
                what: "lines",
                setting: "max_blocks",
            });
        }
        let head = metadata::head(&flat);
        let labels = metadata::labels(&flat, &lines.lines);
        let base = base_of(&flat, self.base);
        let core = match self.configured_body(&flat)? {
            Some(node) => Some(Core { node, worth: 1.0 }),
            None => {
                let title = title::named_in_head(&head, &lines.lines);
                score::find_core(&flat, &lines, title)
            }
        };
        let mut reading = Reading {
            flat: &flat,
            lines: &lines,
            head: &head,
            labels: &labels,
            base: base.as_ref().or(self.base),
            address: self.base,
            totals: Totals::default(),
        };
        reading.totals = Totals::new(&reading);
        let core = core.filter(|core| reading.has_prose(core.node) || self.rule.is_some());
        let document = match core {
            Some(core) => reading.document(core.node, self.configured_title(&flat)?),
            None => reading.without_prose(),
        };
        match document {
            Some(document) if !document.blocks.is_empty() => Ok(document),
            _ => Err(nothing(reading.found())),
        }
    }

    fn configured_body(&self, flat: &Flat<'_>) -> Result<Option<u32>, ExtractError> {
        let Some(selector) = self.rule.and_then(|rule| rule.body.as_ref()) else {
            return Ok(None);
        };
        Ok(select_first(self.tree, selector)?.and_then(|id| flat.index_of(id)))
    }

    fn configured_title(&self, flat: &Flat<'_>) -> Result<Option<u32>, ExtractError> {
        let Some(selector) = self.rule.and_then(|rule| rule.title.as_ref()) else {
            return Ok(None);
        };
        Ok(select_first(self.tree, selector)?.and_then(|id| flat.index_of(id)))
    }
}

/// What the page's own `base` element makes of its `address`; `None` when it has no such element.
pub(super) fn base_of(flat: &Flat<'_>, address: Option<&Url>) -> Option<Url> {
    let href = flat.nodes.iter().find_map(|node| match node.kind {
        super::flat::Kind::Element(_, element) if element.name() == "base" => element.attr("href"),
        _ => None,
    })?;
    match address {
        Some(address) => address.join(href).ok(),
        None => Url::parse(href).ok(),
    }
}

/// A page with everything known about it, while its document is put together.
struct Reading<'r> {
    flat: &'r Flat<'r>,
    lines: &'r Lines,
    head: &'r Head,
    labels: &'r Labels,
    base: Option<&'r Url>,
    address: Option<&'r Url>,
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
    fn new(reading: &Reading<'_>) -> Self {
        let count = reading.lines.lines.len();
        let mut catalogue = vec![0; count];
        for value in reading.labels.values.iter().filter(|value| value.catalogue) {
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
            prose: running(&|index| u32::from(reading.is_prose(index))),
            closings: running(&|index| u32::from(reading.is_closing_pair(index))),
            labelled: running(&|index| u32::from(reading.labels.weight[index] > 0)),
            catalogue: running(&|index| catalogue[index]),
        }
    }
}

/// How much of a running total falls into `range`.
fn within(total: &[u32], range: &Range<usize>) -> usize {
    (total[range.end] - total[range.start]) as usize
}

/// Shortest run of text with a comma or full stop that counts as prose, in characters.
const SHORTEST_PROSE: u32 = 10;

/// A run of lines this long that comes twice is a second copy, in characters.
const LONG_REPEAT_CHARS: u32 = 120;

impl Reading<'_> {
    fn line(&self, index: usize) -> &Line {
        &self.lines.lines[index]
    }

    /// Running text: not a label, not a link, not machinery.
    fn is_prose(&self, index: usize) -> bool {
        let line = self.line(index);
        line.chars >= SHORTEST_PROSE
            && line.stops >= 1
            && line.link_density() < 0.5
            && self.labels.weight[index] == 0
            && !self.is_machinery(index)
    }

    fn is_machinery(&self, index: usize) -> bool {
        self.line(index).nature != Nature::Text
    }

    fn has_prose(&self, node: u32) -> bool {
        let range = self.lines.range(self.flat, node);
        let data = range
            .clone()
            .filter(|&index| self.line(index).cell != NONE && self.line(index).link_chars == 0)
            .count();
        data >= 12 || range.into_iter().any(|index| self.is_prose(index))
    }

    fn found(&self) -> Found {
        match (self.lines.lines.is_empty(), self.lines.silent_pictures) {
            (true, 0) => Found::Nothing,
            (_, 0) => Found::NoDocument,
            (_, pictures) => Found::Pictures(pictures),
        }
    }

    /// The document whose text is in the element `core`.
    fn document(&self, core: u32, title_node: Option<u32>) -> Option<Document> {
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
                    shown: (!shown.is_empty()).then_some(shown),
                }
            }
            None => title::find(
                self.flat,
                self.lines,
                self.head,
                self.labels,
                &range,
                first_prose,
            ),
        };
        let region = self.region(core, &range, &title, first_prose);
        let mut document = Document {
            title: title.text.clone(),
            ..Document::default()
        };
        self.fill_blocks(&mut document, &region, &title, first_prose);
        self.fill_metadata(&mut document, &region, first_prose);
        Some(document)
    }

    fn is_title_like(&self, index: usize) -> bool {
        let line = self.line(index);
        line.heading > 0
            || title::is_heading_element(self.flat, line.block)
            || (line.centred && line.chars <= 60 && !line.text.contains('。'))
    }

    /// The lines that belong to the document, in order.
    fn region(
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
        kept.extend(inner.filter(|&index| self.belongs_inside(core, index, first_prose)));
        for index in range.end..outer_range.end {
            let text = &self.line(index).text;
            if self.is_terminator(index) {
                break;
            }
            if self.belongs_after(index) || (self.is_closing_pair(index) && text.len() < 200) {
                kept.push(index);
            }
        }
        self.without_repeats(kept)
    }

    /// The element around `core` in which the rest of the document may stand.
    fn surroundings(&self, core: u32, title: &Title) -> u32 {
        let worths = Worths::new(self.lines, true, 0);
        let own = worths.of(self.flat, self.lines, core);
        let title_block = title
            .shown
            .as_ref()
            .map(|shown| self.line(shown.start).block);
        let mut outer = core;
        for (steps, node) in self.flat.ancestors(core).skip(1).enumerate() {
            if worths.of(self.flat, self.lines, node) < 0.5 * own {
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

    /// Whether a line behind the text belongs to the document.
    fn belongs_after(&self, index: usize) -> bool {
        let line = self.line(index);
        if self.labels.weight[index] > 0 || self.is_machinery(index) {
            return false;
        }
        if attachments::links_to_file(self.flat, line) || attachments::announces(&line.text) {
            return line.suspicion < Suspicion::Strong;
        }
        line.suspicion == Suspicion::None
            && self.is_prose(index)
            && line.link_density() < 0.2
            && line.text.contains('。')
    }

    /// A signature with its date, or the date alone.
    fn is_closing_pair(&self, index: usize) -> bool {
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

    fn is_terminator(&self, index: usize) -> bool {
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
    fn in_catalogue(&self, index: usize) -> bool {
        let line = self.line(index);
        // Without a table it is the element around the rows.
        let container = if line.table == NONE {
            self.flat.ancestors(line.block).nth(1).unwrap_or(line.block)
        } else {
            line.table
        };
        let range = self.lines.range(self.flat, container);
        let labelled = within(&self.totals.labelled, &range);
        within(&self.totals.catalogue, &range) >= 2 && labelled * 2 >= range.len()
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
        let range = self.lines.range(self.flat, suspect);
        let strong = self.flat.suspicion[suspect as usize] == Suspicion::Strong;
        let needed = if strong { 3 } else { 1 };
        within(&self.totals.prose, &range) < needed && within(&self.totals.closings, &range) == 0
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

    fn fill_blocks(
        &self,
        document: &mut Document,
        region: &[usize],
        title: &Title,
        first_prose: usize,
    ) {
        if !title.text.is_empty() {
            let shown = title.shown.as_ref();
            document.blocks.push(Block {
                kind: BlockKind::Title,
                text: title.text.clone(),
                path: shown.map_or_else(String::new, |shown| {
                    self.flat.path(self.line(shown.start).block)
                }),
            });
        }
        let last_prose = region
            .iter()
            .rposition(|&index| self.is_prose(index))
            .unwrap_or(0);
        let mut rendered: HashMap<u32, bool> = HashMap::new();
        let mut at = 0;
        let target: Vec<char> = without_spaces(&title.text).chars().collect();
        while at < region.len() {
            let index = region[at];
            let line = self.line(index);
            if line.table != NONE {
                let table = match rendered.get(&line.table) {
                    Some(true) => {
                        self.collect_attachments(document, line);
                        at += 1;
                        continue;
                    }
                    Some(false) => None,
                    None => tables::render(self.flat, line.table),
                };
                rendered.insert(line.table, table.is_some());
                if let Some(table) = table {
                    self.collect_attachments(document, line);
                    document.blocks.push(Block {
                        kind: BlockKind::Table(table.table),
                        text: table.text,
                        path: self.flat.path(line.table),
                    });
                    at += 1;
                    continue;
                }
            }
            self.collect_attachments(document, line);
            // The title once more, as the text's own heading.
            if index < first_prose.max(region[0] + 3)
                && let Some(run) = title::run_of(&self.lines.lines, index, &target)
            {
                while region.get(at).is_some_and(|index| run.contains(index)) {
                    at += 1;
                }
                continue;
            }
            let kind = self.kind(document, region, at, last_prose, title);
            let mut text = line.text.clone();
            let mut next = at + 1;
            let mut last = line;
            while matches!(kind, BlockKind::Paragraph | BlockKind::ListItem { .. })
                && let Some(&following) = region.get(next)
                && following == region[next - 1] + 1
                && classify::continues(last, self.line(following))
            {
                last = self.line(following);
                text = title::join(&[
                    Line {
                        text,
                        ..last.clone()
                    },
                    last.clone(),
                ]);
                next += 1;
            }
            if kind == BlockKind::Subtitle {
                document.subtitle = Some(text.clone());
            }
            document.blocks.push(Block {
                kind,
                text,
                path: self.flat.path(line.block),
            });
            at = next;
        }
    }

    fn collect_attachments(&self, document: &mut Document, line: &Line) {
        for attachment in attachments::in_line(self.flat, line, self.base) {
            push_attachment(&mut document.attachments, attachment);
        }
    }

    fn kind(
        &self,
        document: &Document,
        region: &[usize],
        at: usize,
        last_prose: usize,
        title: &Title,
    ) -> BlockKind {
        let index = region[at];
        let line = self.line(index);
        if line.picture != NONE {
            return BlockKind::Picture;
        }
        let near_top = document.blocks.len() <= 3;
        if near_top && signature::own_line_number(&line.text).is_some() {
            return BlockKind::DocNumber;
        }
        let follows_title = title.shown.as_ref().is_some_and(|shown| shown.end == index);
        if follows_title && near_top && line.text.starts_with(['—', '－', '-']) && line.chars <= 60
        {
            return BlockKind::Subtitle;
        }
        if at > last_prose && self.is_closing(line) {
            return BlockKind::Closing;
        }
        if attachments::announces(&line.text) && line.chars <= 100 {
            return BlockKind::Closing;
        }
        classify::kind(line)
    }

    fn is_closing(&self, line: &Line) -> bool {
        date::date_line(&line.text).is_some()
            || date::date_at_end(&line.text, 60).is_some()
            || signature::is_signature(&line.text)
            || attachments::links_to_file(self.flat, line)
            || line.right
    }

    fn fill_metadata(&self, document: &mut Document, region: &[usize], first_prose: usize) {
        let labelled = |field: Field, catalogue_only: bool| {
            self.labels
                .values
                .iter()
                .filter(move |value| value.field == field && (value.catalogue || !catalogue_only))
                .filter(|value| {
                    value.line < first_prose || (value.catalogue && self.in_catalogue(value.line))
                })
                .map(|value| value.value.clone())
        };
        document.doc_number = labelled(Field::DocNumber, true)
            .map(|value| without_spaces(&value))
            .find(|value| value.chars().any(|c| c.is_ascii_digit()))
            .or_else(|| self.own_number(region, first_prose))
            .or_else(|| signature::number_in_title(&document.title));
        document.date = self
            .head
            .date
            .clone()
            .or_else(|| labelled(Field::Date, true).find_map(|value| date::find_date(&value)))
            .or_else(|| labelled(Field::Date, false).find_map(|value| date::find_date(&value)))
            .or_else(|| self.unlabelled_date(first_prose))
            .or_else(|| self.date_in_address());
        let signed = self.signed(region);
        document.doc_date = labelled(Field::DocDate, true)
            .find_map(|value| date::find_date(&value))
            .or_else(|| signed.as_ref().map(|(date, _)| date.clone()))
            .or_else(|| {
                region
                    .iter()
                    .take(8)
                    .find_map(|&index| signature::enactment_date(&self.line(index).text))
            });
        document.issuer = labelled(Field::Issuer, true)
            .find(|value| value.chars().count() >= 2)
            .or_else(|| signed.and_then(|(_, issuer)| issuer))
            .or_else(|| signature::issuer_in_title(&document.title));
        document.source = labelled(Field::Source, false)
            .find(|value| value.chars().count() >= 2)
            .or_else(|| self.head.source.clone());
    }

    /// The number on a line of its own above the text.
    fn own_number(&self, region: &[usize], first_prose: usize) -> Option<String> {
        let top = first_prose.saturating_sub(20)..first_prose;
        let below = region
            .iter()
            .copied()
            .take(6)
            .filter(|index| !top.contains(index));
        let mut previous: Option<&str> = None;
        for index in top.clone().chain(below) {
            let line = self.line(index);
            if self.labels.weight[index] > 0 || line.link_chars > 0 {
                previous = None;
                continue;
            }
            if let Some(number) = signature::own_line_number(&line.text) {
                return Some(number);
            }
            let counted = previous.is_some_and(signature::counts_its_issues);
            if let Some(number) = signature::bare_number(&line.text).filter(|_| counted) {
                let series = without_spaces(previous.unwrap_or_default());
                return Some(format!("{series}{number}"));
            }
            previous = Some(&line.text);
        }
        None
    }

    /// A date between title and text that no label names.
    fn unlabelled_date(&self, first_prose: usize) -> Option<IsoDate> {
        let from = first_prose.saturating_sub(12);
        (from..first_prose).rev().find_map(|index| {
            let line = self.line(index);
            (line.chars <= 60 && line.link_chars == 0 && !line.text.contains(['《', '（']))
                .then(|| date::find_date(&line.text))
                .flatten()
        })
    }

    /// The date in the page's address: `/202101/t20210105_47506.html`.
    fn date_in_address(&self) -> Option<IsoDate> {
        let own = self.address.map(Url::path);
        own.or(self.head.address.as_deref()).and_then(|address| {
            let last = address.rsplit('/').next().unwrap_or_default();
            date::find_compact(last).or_else(|| date::find_date(address))
        })
    }

    /// The date that closes the text, with the signature above it.
    fn signed(&self, region: &[usize]) -> Option<(IsoDate, Option<String>)> {
        for at in (0..region.len()).rev().take(40) {
            let text = &self.line(region[at]).text;
            if let Some(date) = date::date_line(text) {
                let signer = (1..=4)
                    .filter_map(|back| at.checked_sub(back))
                    .map(|above| self.line(region[above]).text.clone())
                    .take_while(|text| signature::is_signature(text))
                    .collect::<Vec<_>>();
                let issuer = signer
                    .into_iter()
                    .rev()
                    .reduce(|all, one| format!("{all}、{one}"));
                return Some((date, issuer));
            }
            if let Some(date) = date::date_at_end(text, 50) {
                return Some((date, None));
            }
        }
        None
    }

    /// A page without running text: attachments alone, a list of pages, or described pictures.
    fn without_prose(&self) -> Option<Document> {
        let all = 0..self.lines.lines.len();
        let visible = |index: &usize| self.line(*index).suspicion < Suspicion::Strong;
        let files: Vec<usize> = all
            .clone()
            .filter(visible)
            .filter(|&index| attachments::links_to_file(self.flat, self.line(index)))
            .collect();
        let entries = super::listing::entries(self.flat, self.lines);
        let pictures: Vec<usize> = all
            .filter(visible)
            .filter(|&index| self.line(index).picture != NONE)
            .collect();
        let kept = if !files.is_empty() && files.len() * 2 >= entries.len() {
            files
        } else if !entries.is_empty() {
            entries
        } else if !pictures.is_empty() {
            pictures
        } else {
            return self.short_notice();
        };
        Some(self.of_lines(&kept))
    }

    /// A document of the given lines alone, under the title above them.
    fn of_lines(&self, kept: &[usize]) -> Document {
        let first = kept.first().copied().unwrap_or(0);
        let last = kept.last().map_or(first, |&last| last + 1);
        let title = title::find(
            self.flat,
            self.lines,
            self.head,
            self.labels,
            &(first..last),
            first,
        );
        let mut document = Document {
            title: title.text.clone(),
            ..Document::default()
        };
        self.fill_blocks(&mut document, kept, &title, first);
        self.fill_metadata(&mut document, kept, first);
        document
    }

    /// A page whose few words have neither comma nor full stop, under its title.
    fn short_notice(&self) -> Option<Document> {
        let lines = &self.lines.lines;
        let title = title::named_in_head(self.head, lines)
            .or_else(|| (0..lines.len()).find(|&index| (1..=3).contains(&lines[index].heading)))?;
        let kept: Vec<usize> = (title + 1..lines.len())
            .take_while(|&index| !self.is_terminator(index))
            .filter(|&index| {
                self.labels.weight[index] == 0
                    && lines[index].link_chars == 0
                    && lines[index].heading == 0
                    && lines[index].nature == Nature::Text
            })
            .collect();
        (!kept.is_empty()).then(|| self.of_lines(&kept))
    }
}

/// Adds a file unless it is there already.
pub(super) fn push_attachment(attachments: &mut Vec<Attachment>, attachment: Attachment) {
    if attachments
        .iter()
        .all(|known| known.href != attachment.href)
    {
        attachments.push(attachment);
    }
}
