//! The lines of the document as blocks: paragraphs are put together, tables laid out, and each block
//! gets its kind.

use std::collections::{HashMap, HashSet, VecDeque};

use super::footnotes::{self, Candidate};
use super::{kind, pictures, tables};
use crate::characters::{push_gap, without_spaces};
use crate::facts::annotations;
use crate::facts::attachments;
use crate::facts::date;
use crate::facts::markup;
use crate::facts::signature;
use crate::facts::title::{self, Title};
use crate::lines::{Line, MediaPlace};
use crate::survey::Survey;
use crate::tree::flat::NONE;
use langdu_model::{Block, BlockKind, Document, Markup};

/// How many lines into the text the title may come once more, as the text's own heading.
const TITLE_LINES_INTO: usize = 3;

/// Elements of a table's cell that may say how their words are read.
const MOST_MARKED_IN_CELL: usize = 20;

/// Turns the lines of `region` into the blocks, attachments, footnotes and annotations of `document`.
pub(super) fn fill(
    survey: &Survey<'_>,
    document: &mut Document,
    core: u32,
    region: &[usize],
    title: &Title,
    first_prose: usize,
) {
    let last_prose = region
        .iter()
        .rposition(|&index| survey.is_prose(index))
        .unwrap_or(0);
    let pictures = pictures::of_content(survey)
        .filter(|&picture| pictures::is_part_of_text(survey, picture))
        .collect();
    let mut builder = BlockBuilder {
        survey,
        document,
        core,
        region,
        title,
        last_prose,
        rendered: HashMap::new(),
        files: HashSet::new(),
        block_of: HashMap::new(),
        candidates: Vec::new(),
        pictures,
        films: pictures::films(survey)
            .filter(|film| belongs(survey, core, region, title, film))
            .collect(),
    };
    builder.title();
    let heading: Vec<char> = without_spaces(&title.text).chars().collect();
    let mut at = 0;
    while at < region.len() {
        builder.films_before(region[at]);
        if at > 0 {
            builder.pictures_before(region[at]);
        }
        builder.collect_attachments(survey.line(region[at]));
        if builder.table(at) {
            at += 1;
            continue;
        }
        let index = region[at];
        if index < first_prose.max(region[0] + TITLE_LINES_INTO)
            && let Some(run) = title::run_of(&survey.lines.lines, index, &heading)
        {
            while region.get(at).is_some_and(|index| run.contains(index)) {
                at += 1;
            }
            continue;
        }
        at = builder.lines(at);
    }
    if let Some(last) = region.last() {
        builder.pictures_before(last + 1);
        builder.films_before(usize::MAX);
    }
    builder.collect_frames();
    let found = footnotes::find(
        survey,
        &builder.document.blocks,
        &builder.candidates,
        &builder.block_of,
    );
    document.footnotes = found;
    document.annotations = annotations::of_page(survey.flat);
}

/// A document while its blocks are put together.
struct BlockBuilder<'b> {
    survey: &'b Survey<'b>,
    document: &'b mut Document,
    core: u32,
    region: &'b [usize],
    title: &'b Title,
    /// Position in `region` of its last running text.
    last_prose: usize,
    /// Tables met so far, and whether they hold data.
    rendered: HashMap<u32, bool>,
    files: HashSet<String>,
    /// The block that each line went into.
    block_of: HashMap<usize, usize>,
    candidates: Vec<Candidate>,
    /// The pictures that are parts of the text and still to come, in order.
    pictures: VecDeque<MediaPlace>,
    /// The films that stand with the text and are still to come, in order.
    films: VecDeque<MediaPlace>,
}

/// Where `words` stand in a text from `from` on.
fn place_of(text: &[char], from: usize, words: &[char]) -> Option<usize> {
    if words.is_empty() {
        return None;
    }
    let mut windows = text.get(from..)?.windows(words.len());
    windows
        .position(|window| window == words)
        .map(|at| at + from)
}

/// Whether a film stands with the text: in its element, or between its title and its end.
fn belongs(
    survey: &Survey<'_>,
    core: u32,
    region: &[usize],
    title: &Title,
    film: &MediaPlace,
) -> bool {
    let (Some(&first), Some(&last)) = (region.first(), region.last()) else {
        return false;
    };
    let from = title.shown.as_ref().map_or(first, |shown| shown.end);
    (core != NONE && survey.flat.contains(core, film.node)) || (from..=last).contains(&film.line)
}

impl BlockBuilder<'_> {
    fn title(&mut self) {
        if self.title.text.is_empty() {
            return;
        }
        let path = self
            .title
            .shown
            .as_ref()
            .map(|shown| self.path_of(shown.start));
        let words = self
            .title
            .words
            .as_ref()
            .unwrap_or(&self.title.text)
            .clone();
        self.mark_title(&words);
        self.document.blocks.push(Block {
            kind: BlockKind::Title,
            text: words,
            path: path.unwrap_or_default(),
            recognised: None,
        });
    }

    /// Adds the pictures that stand between the block before and the line at `index`.
    fn pictures_before(&mut self, index: usize) {
        let mut silent = None;
        let mut count = 0;
        let notice = self.document.blocks.len();
        while let Some(picture) = self
            .pictures
            .front()
            .copied()
            .filter(|picture| picture.line <= index)
        {
            self.pictures.pop_front();
            let flat = self.survey.flat;
            // Those above the text are not among its lines, those in a table are in its block.
            let above = picture.line <= self.region[0];
            let in_table = flat
                .ancestors(picture.node)
                .any(|node| self.rendered.get(&node) == Some(&true));
            let in_block = picture
                .line
                .checked_sub(1)
                .and_then(|before| self.block_of.get(&before))
                .is_some_and(|block| self.block_of.get(&picture.line) == Some(block));
            if !above && !in_table && !in_block {
                silent.get_or_insert(picture.node);
                count += 1;
                let address = pictures::address(self.survey, picture);
                self.document
                    .pictures
                    .extend(address.map(|href| langdu_model::SilentPicture {
                        block: notice,
                        href,
                    }));
            }
        }
        let Some(first) = silent else { return };
        let number = if count == 1 {
            "一".to_owned()
        } else {
            count.to_string()
        };
        self.document.blocks.push(Block {
            kind: BlockKind::Notice,
            text: format!("此处有{number}张图片，没有文字说明。"),
            path: self.survey.flat.path(first),
            recognised: None,
        });
    }

    /// Says that there are films between the block before and the line at `index`.
    fn films_before(&mut self, index: usize) {
        let mut films = Vec::new();
        while let Some(film) = self.films.front().filter(|film| film.line <= index) {
            films.push(film.node);
            self.films.pop_front();
        }
        let Some(&first) = films.first() else { return };
        let number = match films.len() {
            1 => "一".to_owned(),
            count => count.to_string(),
        };
        self.document.blocks.push(Block {
            kind: BlockKind::Notice,
            text: format!("此处有{number}段视频。"),
            path: self.survey.flat.path(first),
            recognised: None,
        });
    }

    /// Adds the files that the page shows in a frame.
    fn collect_frames(&mut self) {
        let mut names = Vec::new();
        for attachment in attachments::in_frames(self.survey.flat, self.survey.base) {
            if self.files.insert(attachment.href.clone()) {
                names.push(attachment.name.clone());
                self.document.attachments.push(attachment);
            }
        }
        if !names.is_empty() {
            self.document.blocks.push(Block {
                kind: BlockKind::Notice,
                text: format!("页面里嵌有文件：{}。", names.join("、")),
                path: String::new(),
                recognised: None,
            });
        }
    }

    fn path_of(&self, index: usize) -> String {
        self.survey.flat.path(self.survey.line(index).block)
    }

    /// Adds the table around the line, once. Whether the line is in a table that holds data.
    fn table(&mut self, at: usize) -> bool {
        let node = self.survey.line(self.region[at]).table;
        if node == NONE {
            return false;
        }
        if let Some(&holds_data) = self.rendered.get(&node) {
            return holds_data;
        }
        let flat = self.survey.flat;
        let table = (!self.is_layout(node))
            .then(|| tables::render(flat, node))
            .flatten();
        self.rendered.insert(node, table.is_some());
        let Some(table) = table else { return false };
        self.mark_cells(node, &table.cells);
        self.document.blocks.push(Block {
            kind: BlockKind::Table(table.table),
            text: table.text,
            path: self.survey.flat.path(node),
            recognised: None,
        });
        true
    }

    /// A table with the document in one of its cells is the page's layout.
    fn is_layout(&self, table: u32) -> bool {
        let flat = self.survey.flat;
        self.core != NONE
            && flat.contains(table, self.core)
            && flat
                .ancestors(self.core)
                .take_while(|&node| node != table)
                .any(|node| flat.element(node).is_some_and(|(tag, _)| tag.is_cell()))
    }

    /// Adds the block that begins at position `at`, and returns the position behind it.
    fn lines(&mut self, at: usize) -> usize {
        let first = self.survey.line(self.region[at]);
        let kind = self.kind(at);
        let mut text = String::new();
        let mut length = 0;
        let mut next = at;
        loop {
            let index = self.region[next];
            let line = self.survey.line(index);
            let own = self.words_of(line);
            length += usize::from(push_gap(&mut text, own));
            self.note_references(line, length);
            self.mark_line(line, (length, own.chars().count()));
            text.push_str(own);
            length += own.chars().count();
            self.block_of.insert(index, self.document.blocks.len());
            next += 1;
            let goes_on = matches!(kind, BlockKind::Paragraph | BlockKind::ListItem { .. })
                && self.region.get(next) == Some(&(index + 1))
                && self.continues(index);
            if !goes_on {
                break;
            }
            self.collect_attachments(self.survey.line(index + 1));
        }
        if kind == BlockKind::Subtitle {
            self.document.subtitle = Some(text.clone());
        }
        self.document.blocks.push(Block {
            kind,
            text,
            path: self.survey.flat.path(first.block),
            recognised: None,
        });
        next
    }

    /// Whether the next line goes on with the sentence of the line at `index`.
    fn continues(&self, index: usize) -> bool {
        let (line, next) = (self.survey.line(index), self.survey.line(index + 1));
        let flat = self.survey.flat;
        let parent = |line: &Line| flat.nodes[line.block as usize].parent;
        kind::continues(line, next)
            || (parent(line) == parent(next) && kind::goes_on_behind_picture(line, next))
    }

    /// The text of a line, without a count of downloads.
    fn words_of<'l>(&self, line: &'l Line) -> &'l str {
        if attachments::links_to_file(self.survey.flat, line) {
            attachments::without_counter(&line.text)
        } else {
            &line.text
        }
    }

    /// Notes what may be the mark of a footnote in a line that begins at `offset` of its block.
    fn note_references(&mut self, line: &Line, offset: usize) {
        if line.references.is_empty() {
            return;
        }
        let letters: Vec<char> = line.text.chars().collect();
        for reference in &line.references {
            let range = reference.range.start as usize..reference.range.end as usize;
            let Some(name) = letters.get(range.clone()) else {
                continue;
            };
            self.candidates.push(Candidate {
                block: self.document.blocks.len(),
                name: name.iter().collect(),
                start: offset + range.start,
                link: reference.link,
            });
        }
    }

    /// Takes over what the page says of a line whose first `count` characters stand at `offset` of the block that
    /// comes next.
    fn mark_line(&mut self, line: &Line, (offset, count): (usize, usize)) {
        if line.marked.is_empty() {
            return;
        }
        let letters: Vec<char> = line.text.chars().collect();
        for marked in &line.marked {
            let end = count.min(marked.range.end as usize);
            let range = marked.range.start as usize..end;
            if let Some(words) = letters.get(range.clone()).filter(|words| !words.is_empty()) {
                let words: String = words.iter().collect();
                self.mark(
                    marked.node,
                    &words,
                    range.start + offset..range.end + offset,
                );
            }
        }
    }

    /// Takes over what the page says of its title, whose words may stand in other lines than they do here.
    fn mark_title(&mut self, title: &str) {
        let title: Vec<char> = title.chars().collect();
        let mut from = 0;
        for index in self.title.shown.clone().into_iter().flatten() {
            let line = self.survey.line(index);
            for marked in &line.marked {
                let range = marked.range.start as usize..marked.range.end as usize;
                let words: Vec<char> = line
                    .text
                    .chars()
                    .skip(range.start)
                    .take(range.len())
                    .collect();
                if let Some(at) = place_of(&title, from, &words) {
                    from = at + words.len();
                    let words: String = words.iter().collect();
                    self.mark(marked.node, &words, at..from);
                }
            }
        }
    }

    /// Takes over what the page says of the cells of a table.
    fn mark_cells(&mut self, table: u32, cells: &[(u32, std::ops::Range<usize>)]) {
        let flat = self.survey.flat;
        let places: HashMap<u32, &std::ops::Range<usize>> =
            cells.iter().map(|(cell, place)| (*cell, place)).collect();
        let mut looked_at: HashMap<u32, usize> = HashMap::new();
        for node in markup::within(flat, table) {
            let cell = markup::cell_around(flat, node);
            let Some(place) = places.get(&cell) else {
                continue;
            };
            // Each costs a look at the whole cell.
            let count = looked_at.entry(cell).or_default();
            *count += 1;
            if *count > MOST_MARKED_IN_CELL {
                continue;
            }
            let words = flat.text(node);
            let text: Vec<char> = tables::words_until(flat, cell, u32::MAX).chars().collect();
            let before = tables::words_until(flat, cell, node).chars().count();
            let letters: Vec<char> = words.chars().collect();
            if let Some(at) = place_of(&text, before, &letters)
                && at <= before + 1
                && at + letters.len() <= place.len()
            {
                let start = place.start + at;
                self.mark(node, &words, start..start + letters.len());
            }
        }
    }

    fn mark(&mut self, node: u32, words: &str, range: std::ops::Range<usize>) {
        let (says, warning) = markup::said_of(self.survey.flat, node, words);
        let block = self.document.blocks.len();
        if let Some(says) = says {
            self.document.mark_up(Markup { block, range, says });
        }
        if let Some(warning) = warning {
            self.document.warn(warning);
        }
    }

    fn collect_attachments(&mut self, line: &Line) {
        for attachment in attachments::in_line(self.survey.flat, line, self.survey.base) {
            if self.files.insert(attachment.href.clone()) {
                self.document.attachments.push(attachment);
            }
        }
    }

    fn kind(&self, at: usize) -> BlockKind {
        let index = self.region[at];
        let line = self.survey.line(index);
        if line.picture != NONE {
            return BlockKind::Picture;
        }
        let near_top = self.document.blocks.len() <= 3;
        if near_top && signature::own_line_number(&line.text).is_some() {
            return BlockKind::DocNumber;
        }
        let shown = self.title.shown.as_ref();
        let follows_title = shown.is_some_and(|shown| shown.end == index);
        if follows_title
            && near_top
            && line.text.starts_with(['—', '－', '-'])
            && line.text.contains(char::is_alphanumeric)
            && line.chars <= 60
        {
            return BlockKind::Subtitle;
        }
        if at > self.last_prose && self.is_closing(line) {
            return BlockKind::Closing;
        }
        if attachments::announces(&line.text) && line.chars <= 100 {
            return BlockKind::Closing;
        }
        kind::of_line(line)
    }

    fn is_closing(&self, line: &Line) -> bool {
        date::date_line(&line.text).is_some()
            || date::date_at_end(&line.text, 60).is_some()
            || signature::is_signature(&line.text)
            || attachments::links_to_file(self.survey.flat, line)
            || line.right
    }
}
