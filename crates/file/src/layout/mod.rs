//! From what stands where on pages to text in reading order.
//!
//! PDF and OFD say where each letter stands and not what it belongs to. Pure and without any
//! knowledge of either: letters and rules in, paragraphs and tables out.

mod cards;
mod columns;
mod confidence;
mod drawn;
mod figures;
mod furniture;
mod grid;
mod lines;
mod notes;
mod open;
mod page;
mod paragraphs;
mod recognised;
mod scanned;

pub(super) use page::{Glyph, Mark, Page, Rule, Shape, Turn, rules_of_box};
pub use recognised::TOLD;
pub(super) use recognised::page_of_picture;

use std::ops::RangeInclusive;

use self::figures::{Figure, FigureKind};
use self::furniture::PageLines;
use self::grid::Grid;
use self::lines::Line;
use self::notes::Note;
use self::paragraphs::{Builder, Margins, Paragraph};
use crate::silent::Silent;
use langdu_model::{Flow, FlowItem, FlowParagraph};

/// How much larger than its text the heading of a card is.
const HEADING: f32 = 1.12;

/// Fewest lines of a page that tell its margins.
const FEWEST_LINES: usize = 6;

/// What pages hold.
#[derive(Debug, Default)]
pub(super) struct PagesText {
    /// Their text in reading order, and where pages are missing from it.
    pub(super) flow: Flow,
    /// Letters that are drawn as shapes and can therefore not be read.
    pub(super) drawn: usize,
    /// The numbers of the pages that are pictures.
    pub(super) pictures: Vec<usize>,
    /// The numbers of the pages on which a recogniser could find what is missing here.
    pub(super) unread: Vec<usize>,
}

/// The text of `pages`. Where `more` pages are to come that are not there yet, only as much of it as they
/// cannot change.
pub(super) fn read(mut pages: Vec<Page>, more: bool) -> PagesText {
    recognised::remove_repeated_pictures(&mut pages);
    let mut sheets: Vec<Sheet> = pages
        .into_iter()
        .flat_map(Page::by_turn)
        .map(Sheet::new)
        .collect();
    let drawn = sheets.iter().map(|sheet| sheet.drawn).sum();
    let pictures: Vec<usize> = sheets
        .iter()
        .filter(|sheet| sheet.is_picture())
        .map(|sheet| sheet.number)
        .collect();
    let mut unread: Vec<usize> = sheets
        .iter()
        .filter(|sheet| sheet.is_unread())
        .map(|sheet| sheet.number)
        .collect();
    unread.dedup();
    let mut flow = flow_of(&mut sheets, more);
    recognised::tell(&mut flow);
    PagesText {
        flow,
        drawn,
        pictures,
        unread,
    }
}

/// Of the characters, this share may be unknown before the file counts as unreadable.
pub(super) const MOST_UNKNOWN: f64 = 0.3;

/// Fewest letters that cannot be read before a listener is told: one or two are ornaments.
pub(super) const FEWEST_UNKNOWN: usize = 3;

/// The flow of `text`, which begins with their number where `unknown` letters are missing from it;
/// `None` where there is nothing to read, and `pictures` or pages that are.
pub(super) fn checked(text: PagesText, unknown: usize, pictures: bool) -> Option<Flow> {
    let PagesText { mut flow, .. } = text;
    if !super::has_words(&flow) {
        return (text.pictures.is_empty() && !pictures).then_some(flow);
    }
    if unknown >= FEWEST_UNKNOWN {
        let words = format!("这份文件里有{unknown}个字只有图形，无法朗读。");
        flow.items.insert(0, FlowItem::Notice(words));
    }
    Some(flow)
}

fn flow_of(sheets: &mut Vec<Sheet>, more: bool) -> Flow {
    let body = body_size(sheets);
    let mut lines: Vec<PageLines> = sheets
        .iter_mut()
        .map(|sheet| PageLines {
            number: sheet.number,
            height: sheet.height,
            lines: std::mem::take(&mut sheet.lines),
        })
        .collect();
    furniture::remove(&mut lines, more);
    for (sheet, page) in sheets.iter_mut().zip(lines) {
        sheet.lines = page.lines;
        sheet.notes = notes::take(&mut sheet.lines, body);
        sheet.lines = columns::order(std::mem::take(&mut sheet.lines));
    }
    let all: Vec<&Line> = sheets.iter().flat_map(|sheet| &sheet.lines).collect();
    let usual = Margins::of(&all);
    let numbers = sheets.first().zip(sheets.last());
    let newest = numbers
        .filter(|(first, last)| more && first.number < last.number)
        .map(|(_, last)| last.number);
    let mut writer = PagesWriter::default();
    for (at, sheet) in sheets.drain(..).enumerate() {
        if newest == Some(sheet.number) {
            writer.begin_newest();
        }
        match usual {
            _ if sheet.is_picture() => writer.picture(sheet.number, sheet.missing()),
            Some(usual) => writer.sheet(sheet, at, usual),
            // Tables alone.
            None => sheet.grids.into_iter().for_each(|grid| writer.table(grid)),
        }
    }
    writer.finish(more)
}

/// A page with its tables taken out.
struct Sheet {
    number: usize,
    width: f32,
    height: f32,
    lines: Vec<Line>,
    grids: Vec<Grid>,
    notes: Vec<Note>,
    /// Its charts and pictures.
    figures: Vec<Figure>,
    /// Letters that are drawn in its lines.
    drawn: usize,
    pictured: f32,
    /// It has letters that are drawn and no others.
    outlined: bool,
    /// Some of its pictures have the shape of a line of letters.
    banners: bool,
    /// A recogniser looked at it.
    looked_at: bool,
    /// A recogniser was to look at it, and did not get to it.
    late: bool,
    /// The baselines of lines that were recognised and are too unsure to be read.
    unclear: Vec<f32>,
    /// Of each card that was recognised where its text begins and ends.
    cards: Vec<(f32, f32)>,
}

/// A page is a picture when pictures cover this share of it and it has no more letters than this,
/// all of them near its upper and lower edge: what a scanner or a download site has added.
pub(super) const PICTURED: f32 = 0.5;
const MOST_LETTERS_BESIDE: usize = 80;

impl Sheet {
    fn new(page: Page) -> Self {
        let mut page = page.upright();
        let glyphs = if page.looked_at {
            page.glyphs.clone()
        } else {
            Vec::new()
        };
        let (mut drawn, mut outlined) = (0, false);
        if !page.shapes.is_empty() {
            let lines = lines::cut(&page.glyphs);
            drawn = drawn::count(&page.shapes, &lines);
            outlined = lines.is_empty() && drawn::are_a_page(&page.shapes);
        }
        let figures = figures::take(&mut page);
        let mut grids = grid::take(&mut page);
        let mut lines = lines::cut(&page.glyphs);
        let mut open = open::take(&mut page, &lines);
        if !open.is_empty() {
            lines = lines::cut(&page.glyphs);
            grids.append(&mut open);
            grids.sort_by(|a, b| a.top.total_cmp(&b.top));
        }
        recognised::mark(&mut grids, &glyphs);
        Self {
            number: page.number,
            width: page.width,
            height: page.height,
            lines,
            grids,
            notes: Vec::new(),
            figures,
            drawn,
            pictured: page.pictured,
            outlined,
            banners: !page.banners.is_empty(),
            looked_at: page.looked_at,
            late: page.late,
            unclear: page.unclear,
            cards: page.cards,
        }
    }

    /// Whether a recogniser could find what is missing of it.
    fn is_unread(&self) -> bool {
        (self.lacks_letters() || self.banners) && !self.looked_at
    }

    /// Of a page that is a picture: why it is not read.
    fn missing(&self) -> Missing {
        match (self.looked_at, self.unclear.is_empty()) {
            (false, _) if self.late => Missing::Late,
            (false, _) => Missing::Unread,
            (true, true) => Missing::Empty,
            (true, false) => Missing::Unclear,
        }
    }

    /// Whether letters that are drawn are missing from it, or all of them.
    fn lacks_letters(&self) -> bool {
        self.is_picture() || self.drawn >= FEWEST_UNKNOWN
    }

    fn is_picture(&self) -> bool {
        (self.pictured >= PICTURED || self.outlined)
            && self.grids.is_empty()
            && self.lines.iter().map(Line::chars).sum::<usize>() <= MOST_LETTERS_BESIDE
            && self
                .lines
                .iter()
                .all(|line| furniture::is_in_margin(line, self.height))
    }
}

/// A text of a picture is one of which this share at least cannot be seen: a stamp on it may be seen.
const HIDDEN: f32 = 0.9;

impl Page {
    /// Whether its text is what some program has recognised in its picture.
    pub(super) fn is_layered(&self) -> bool {
        self.pictured >= PICTURED
            && !self.glyphs.is_empty()
            && self.hidden as f32 >= HIDDEN * self.glyphs.len() as f32
    }

    /// The words of its lines.
    pub(super) fn lines(&self) -> Vec<String> {
        let pages = self.clone().by_turn().into_iter();
        pages
            .flat_map(|page| lines::cut(&page.upright().glyphs))
            .map(|line| line.text)
            .collect()
    }

    /// Whether it has a text that lacks no letters but those of its pictures.
    pub(super) fn keeps_its_text(&self) -> bool {
        let sheets = self.clone().by_turn().into_iter().map(Sheet::new);
        !self.glyphs.is_empty() && !sheets.into_iter().any(|sheet| sheet.lacks_letters())
    }
}

fn body_size(sheets: &[Sheet]) -> f32 {
    let lines = sheets.iter().flat_map(|sheet| &sheet.lines);
    paragraphs::usual(lines.map(|line| (line.size, line.chars())))
}

/// Why a page that is a picture is not read.
#[derive(Clone, Copy, PartialEq)]
enum Missing {
    /// Nothing looked at it.
    Unread,
    /// A recogniser did not get to it.
    Late,
    /// Nothing readable was found on it.
    Empty,
    /// What was found on it is too unsure.
    Unclear,
}

/// What stands between paragraphs.
enum Between {
    Table(Grid),
    /// Pages that are pictures, by their numbers.
    Pictures(RangeInclusive<usize>, Missing),
    /// Lines that were recognised and are too unsure to be read.
    Unclear(usize),
    /// Charts or pictures.
    Figures(FigureKind, usize),
    /// A page with a text, and with letters that a recogniser did not get to.
    LateLetters(usize),
}

impl Between {
    fn item(self) -> FlowItem {
        match self {
            Self::Table(grid) => FlowItem::Table(grid.rows),
            Self::Pictures(pages, missing) => {
                let (first, last) = pages.into_inner();
                let why = match missing {
                    Missing::Unread => "上面的文字无法朗读",
                    Missing::Late => "上面的文字这次没有来得及识别，稍后可以再听一遍",
                    Missing::Empty => "上面没有能够识别的文字",
                    Missing::Unclear => "上面的文字看不清，无法朗读",
                };
                FlowItem::Notice(if first == last {
                    format!("第{first}页是图片，{why}。")
                } else {
                    format!("第{first}页至第{last}页是图片，{why}。")
                })
            }
            Self::Unclear(lines) => {
                FlowItem::Notice(format!("此处有{lines}行字看不清，没有朗读。"))
            }
            Self::Figures(kind, count) => match kind {
                FigureKind::Chart => Silent::Chart.notice_of(count),
                FigureKind::Picture => Silent::Picture.notice_of(count),
            },
            Self::LateLetters(page) => FlowItem::Notice(format!(
                "第{page}页上有图片里的文字这次没有来得及识别，稍后可以再听一遍。"
            )),
        }
    }
}

#[derive(Default)]
struct PagesWriter {
    builder: Builder,
    /// Tables and missing pages, each with the number of paragraphs before it.
    between: Vec<(usize, Between)>,
    notes: Vec<(usize, Note)>,
    /// How many paragraphs, and how much between them, begins before the last page that is there.
    older: Option<(usize, usize)>,
    /// What stands here may be a running foot, which only the next page can tell.
    ended: bool,
}

impl PagesWriter {
    /// The last page begins that is there, and more are to come.
    fn begin_newest(&mut self) {
        let so_far = (self.builder.paragraphs.len(), self.between.len());
        self.older.get_or_insert(so_far);
    }

    /// Says that a page is missing.
    fn picture(&mut self, number: usize, missing: Missing) {
        if self.ended {
            return;
        }
        let behind = self.builder.paragraphs.len();
        if let Some((place, Between::Pictures(pages, before))) = self.between.last_mut()
            && *place == behind
            && *pages.end() + 1 == number
            && *before == missing
        {
            *pages = *pages.start()..=number;
            return;
        }
        self.builder.close();
        self.between
            .push((behind, Between::Pictures(number..=number, missing)));
    }

    /// Says that a line is missing.
    fn unclear(&mut self) {
        let behind = self.builder.paragraphs.len();
        if let Some((place, Between::Unclear(lines))) = self.between.last_mut()
            && *place == behind
        {
            *lines += 1;
            return;
        }
        self.builder.close();
        self.between.push((behind, Between::Unclear(1)));
    }

    /// Says that a chart or a picture stands here.
    fn figure(&mut self, kind: FigureKind) {
        let behind = self.builder.paragraphs.len();
        if let Some((place, Between::Figures(own, count))) = self.between.last_mut()
            && *place == behind
            && *own == kind
        {
            *count += 1;
            return;
        }
        self.builder.close();
        self.between.push((behind, Between::Figures(kind, 1)));
    }

    fn sheet(&mut self, sheet: Sheet, number: usize, usual: Margins) {
        if self.ended {
            return;
        }
        if sheet.late && sheet.is_unread() {
            self.builder.close();
            let behind = self.builder.paragraphs.len();
            let letters = Between::LateLetters(sheet.number);
            self.between.push((behind, letters));
        }
        let usual = if sheet.cards.is_empty() {
            usual
        } else {
            around_cards(&sheet, usual)
        };
        let least = least_step(&sheet.lines);
        let sizes = sheet.lines.iter().map(|line| (line.size, line.chars()));
        let usual_size = paragraphs::usual(sizes);
        let mut grids = sheet.grids.into_iter().peekable();
        let mut unclear = sheet.unclear.into_iter().peekable();
        let mut figures = sheet.figures.into_iter().peekable();
        let runs = column_runs(&sheet.lines);
        let mut last_card = 0;
        for run in runs {
            let card_number = run.first().map_or(0, |line| line.card);
            if card_number != last_card {
                self.builder.close();
                last_card = card_number;
            }
            let own: Vec<&Line> = run.iter().collect();
            let card = usize::from(card_number).checked_sub(1);
            let card = card.and_then(|at| sheet.cards.get(at));
            let margins = match card {
                Some((left, right)) => Margins::of_card(&own, *left, *right, least),
                None => (own.len() >= FEWEST_LINES)
                    .then(|| Margins::of(&own))
                    .flatten()
                    .map_or(usual, |own| own.or_wider(usual)),
            };
            let body = paragraphs::usual(own.iter().map(|line| (line.size, line.chars())));
            let first = own.first().map_or(0.0, |line| line.y);
            for line in run {
                // What stands over both columns belongs to neither.
                let over = card.is_none()
                    && (line.x1 > margins.right + line.size || line.x0 < margins.left - line.size);
                let margins = if over { usual } else { margins };
                while grids.peek().is_some_and(|grid| grid.top < line.top()) {
                    self.put(grids.next());
                }
                while let Some(figure) = figures.next_if(|figure| figure.top < line.y) {
                    self.figure(figure.kind);
                }
                while unclear.next_if(|y| *y < line.y).is_some() {
                    self.unclear();
                }
                if line.held {
                    self.ended = true;
                    let own = sheet.notes.into_iter().map(|note| (number, note));
                    self.notes.extend(own);
                    return;
                }
                let mut line = line.clone();
                let marks = notes::take_marks(&mut line, &sheet.notes);
                line.write_raised();
                self.builder.add(&line, number, margins, marks);
                if !sheet.cards.is_empty() && card.is_none() && line.size < HEADING * usual_size {
                    self.builder.set_running();
                }
                if card.is_some() && line.y == first && line.size >= HEADING * body {
                    self.builder.head();
                }
            }
        }
        for grid in grids {
            self.table(grid);
        }
        figures.for_each(|figure| self.figure(figure.kind));
        unclear.for_each(|_| self.unclear());
        let own = sheet.notes.into_iter().map(|note| (number, note));
        self.notes.extend(own);
    }

    fn put(&mut self, grid: Option<Grid>) {
        if let Some(grid) = grid {
            self.table(grid);
        }
    }

    /// Adds a table, or its rows to the one that it goes on from the page before.
    fn table(&mut self, mut grid: Grid) {
        let behind = self.builder.paragraphs.len();
        if let Some((place, Between::Table(last))) = self.between.last_mut()
            && *place == behind
            && same_columns(last, &grid)
        {
            // The header that is repeated on each page.
            if last.rows.first() == grid.rows.first() {
                grid.rows.remove(0);
            }
            last.rows.append(&mut grid.rows);
            return;
        }
        self.builder.close();
        self.between.push((behind, Between::Table(grid)));
    }

    /// How many paragraphs, and how much between them, no page to come can change: what begins on the last
    /// page is left for later, and so is what it may go on from.
    fn known(&self) -> (usize, usize) {
        let all = (self.builder.paragraphs.len(), self.between.len());
        match self.older {
            Some(older) if older != all => older,
            _ => match self.between.last() {
                Some((place, _)) if *place == all.0 => (all.0, all.1 - 1),
                _ => (all.0.saturating_sub(1), all.1),
            },
        }
    }

    fn finish(mut self, more: bool) -> Flow {
        if more {
            let (paragraphs, between) = self.known();
            self.builder.paragraphs.truncate(paragraphs);
            self.between.truncate(between);
        }
        let mut items = Vec::new();
        let mut between = self.between.into_iter().peekable();
        let mut notes = self.notes;
        for (at, paragraph) in self.builder.paragraphs.into_iter().enumerate() {
            while let Some((_, other)) = between.next_if(|(place, _)| *place <= at) {
                items.push(other.item());
            }
            let named = paragraph.notes.clone();
            items.push(FlowItem::Paragraph(flow_paragraph(paragraph)));
            for (page, mark) in named {
                let own = notes
                    .iter()
                    .position(|(number, note)| *number == page && note.mark == mark);
                if let Some(own) = own {
                    let note = notes.remove(own).1;
                    items.push(FlowItem::Paragraph(FlowParagraph {
                        note: true,
                        recognised: note.confidence.map(recognised::percent),
                        ..FlowParagraph::plain(note.text)
                    }));
                }
            }
        }
        items.extend(between.map(|(_, other)| other.item()));
        Flow { items }
    }
}

/// Marks that stand before the items of a list.
const BULLETS: [char; 13] = [
    '·', '•', '●', '○', '◆', '◇', '■', '▪', '▶', '►', '★', '☆', '✓',
];

/// The words of a recognised item of a list, without the mark before it, which is drawn and says nothing.
fn without_bullet(text: &str) -> Option<&str> {
    let words = text.strip_prefix(BULLETS)?.trim_start();
    (!words.is_empty()).then_some(words)
}

fn flow_paragraph(paragraph: Paragraph) -> FlowParagraph {
    let seen = paragraph.confidence.is_some();
    let item = without_bullet(&paragraph.text).filter(|_| seen);
    FlowParagraph {
        list: u8::from(item.is_some()),
        heading: if paragraph.heads { 2 } else { 0 },
        text: item.map_or_else(|| paragraph.text.clone(), str::to_owned),
        centred: paragraph.centred,
        right: paragraph.right,
        bold: paragraph.bold,
        size: paragraph.size,
        contents: paragraph.contents,
        recognised: paragraph.confidence.map(recognised::percent),
        ..FlowParagraph::default()
    }
}

fn same_columns(one: &Grid, other: &Grid) -> bool {
    // Words end where they end.
    let most = if one.open && other.open { 40.0 } else { 4.0 };
    one.edges.len() == other.edges.len()
        && one
            .edges
            .iter()
            .zip(&other.edges)
            .all(|(one, other)| (one - other).abs() < most)
}

/// The margins of what stands above cards and below them: those of the picture, in whose middle a title stands.
fn around_cards(sheet: &Sheet, usual: Margins) -> Margins {
    let left = sheet
        .lines
        .iter()
        .map(|line| line.x0)
        .fold(f32::MAX, f32::min);
    Margins {
        left,
        right: sheet.width - left,
        ..usual
    }
}

/// The least step from one line of a card to the next of its size, in sizes: within a text.
fn least_step(lines: &[Line]) -> f32 {
    let steps = lines.windows(2).filter_map(|pair| {
        let (one, other) = (&pair[0], &pair[1]);
        let alike = (one.size - other.size).abs() <= 0.12 * one.size;
        let step = (other.y - one.y) / one.size.max(1.0);
        (one.card > 0 && one.card == other.card && alike && step > 1.0).then_some(step)
    });
    steps.fold(f32::MAX, f32::min)
}

/// The lines of each column and of each card by themselves: a column ends where the next line stands above.
fn column_runs(lines: &[Line]) -> Vec<&[Line]> {
    let mut runs = Vec::new();
    let mut from = 0;
    for at in 1..lines.len() {
        let is_above = lines[at].y < lines[at - 1].y - lines[at].size;
        if is_above || lines[at].card != lines[at - 1].card {
            runs.push(&lines[from..at]);
            from = at;
        }
    }
    if from < lines.len() {
        runs.push(&lines[from..]);
    }
    runs
}

impl Margins {
    /// A page of short lines does not know its margins: those of the document, where they fit.
    fn or_wider(self, usual: Self) -> Self {
        let same_column = (self.left - usual.left).abs() < 3.0 * self.leading
            && self.left < usual.right
            && self.right > usual.left;
        let narrow_column = self.right < usual.left + (usual.right - usual.left) * 0.6
            || self.left > usual.left + (usual.right - usual.left) * 0.4;
        if same_column && !narrow_column {
            Self {
                right: self.right.max(usual.right),
                ..self
            }
        } else {
            self
        }
    }
}

#[cfg(test)]
mod tests;
