//! Letters that were recognised in a picture, on the page that the picture is, or stands on. From here on
//! they go the way that letters of a text go.

use std::collections::{HashMap, HashSet};

use langdu_model::{Flow, FlowCell, FlowItem, PictureLine, PictureRule, PictureText};

use super::cards::{Unfolded, unfolded};
use super::confidence::confidence;
use super::grid::Grid;
use super::page::{Glyph, Page, Rule, Seen, Shape, Turn};
use super::scanned::{levelled, ruling};

/// How sure the letters of a line have to be on the whole to be read. What is less sure is said to be
/// there, and not guessed at.
const LEAST_SURE: f32 = 0.75;

/// How sure they have to be in a line of Latin letters alone: the model takes what a pen scribbles for such
/// letters, and is half sure of them.
const LEAST_SURE_LATIN: f32 = 0.9;

/// How sure each figure has to be: a wrong word is heard to be wrong, a wrong amount is not.
const LEAST_SURE_FIGURE: f32 = 0.6;

/// How far below the middle of a line its baseline is, in sizes: half of the square that a hanzi fills is
/// above, and a font's ascent is 0.88 of it.
const BASELINE: f32 = 0.38;

/// What is said before the first words that were recognised.
pub const TOLD: &str = "以下文字由图片识别。";

/// The size in points that the letters of a picture file are taken to have: those of a printed page.
const PRINTED_SIZE: f32 = 12.0;

/// A page of a picture file, with what was recognised on it, if anything was.
pub(crate) fn page_of_picture(number: usize, text: Option<&PictureText>) -> Page {
    let Some(text) = text else {
        return Page {
            number,
            pictured: 1.0,
            ..Page::default()
        };
    };
    let Unfolded {
        text,
        card_of,
        cards,
    } = unfolded(text);
    let sizes = text
        .lines
        .iter()
        .map(|line| (line.size, line.letters.len()));
    let usual = super::paragraphs::usual(sizes);
    let scale = PRINTED_SIZE / if usual > 0.0 { usual } else { PRINTED_SIZE };
    let mut page = Page {
        number,
        width: text.width as f32 * scale,
        height: text.height as f32 * scale,
        pictured: 1.0,
        ..Page::default()
    };
    let all = [0.0, 0.0, page.width, page.height];
    page.put_recognised_at(&text, all, &card_of);
    let placed = |(left, right): (f32, f32)| (left * scale, right * scale);
    page.cards = cards.into_iter().map(placed).collect();
    page
}

/// Paper around pictures of lines that is looked at with them, in points.
const BESIDE: f32 = 6.0;

/// On how many pages a picture of a line may stand in the same place before it is the letterhead's.
const MOST_REPEATS: usize = 2;

/// Leaves out pictures that several pages have in the same place, of lines and others.
pub(super) fn remove_repeated_pictures(pages: &mut [Page]) {
    let key = |banner: &Shape| [banner.x0, banner.y0, banner.x1, banner.y1].map(|at| at as i32);
    let mut counts: HashMap<[i32; 4], usize> = HashMap::new();
    for page in pages.iter() {
        // A picture of a line is both.
        let all: HashSet<[i32; 4]> = page.banners.iter().chain(&page.pictures).map(key).collect();
        for own in all {
            *counts.entry(own).or_default() += 1;
        }
    }
    for page in pages {
        let is_own = |banner: &Shape| counts[&key(banner)] <= MOST_REPEATS;
        page.banners.retain(is_own);
        page.pictures.retain(is_own);
    }
}

impl Page {
    /// Puts what was recognised in a picture of the whole page in place of what it has, where that is
    /// anything.
    pub(crate) fn put_recognised(&mut self, text: &PictureText) -> bool {
        let all = [0.0, 0.0, self.width, self.height];
        self.put_recognised_at(text, all, &[])
    }

    /// The same of a picture that stands at `place` on the page: its left, upper, right and lower edge. Of its
    /// lines, `card_of` says which card they belong to.
    pub(crate) fn put_recognised_at(
        &mut self,
        text: &PictureText,
        mut place: [f32; 4],
        card_of: &[u16],
    ) -> bool {
        self.looked_at = true;
        let is_upright = (self.width < self.height) == (text.width < text.height);
        if text.quarter_turns % 2 == 1 && !is_upright {
            std::mem::swap(&mut self.width, &mut self.height);
            place = [place[1], place[0], place[3], place[2]];
        }
        let place = Place::of(place, text);
        let text = &levelled(text);
        let (sure, unclear) = text
            .lines
            .iter()
            .enumerate()
            .partition::<Vec<_>, _>(|(_, line)| is_sure(line));
        self.unclear = unclear
            .into_iter()
            .map(|(_, line)| place.baseline(line))
            .collect();
        self.unclear.sort_by(f32::total_cmp);
        if sure.is_empty() {
            return false;
        }
        let card = |at: usize| card_of.get(at).copied().unwrap_or(0);
        self.glyphs = sure
            .into_iter()
            .flat_map(|(at, line)| place.glyphs(line, card(at)))
            .collect();
        self.rules = ruling(text).map(|rule| place.rule(rule)).collect();
        self.shapes.clear();
        self.marks.clear();
        self.pictures.clear();
        self.banners.clear();
        self.pictured = 0.0;
        true
    }

    /// What its pictures of lines cover together: left, upper, right and lower edge; `None` where it has
    /// none.
    pub(crate) fn banner_box(&self) -> Option<[f32; 4]> {
        let first = self.banners.first()?;
        let mut own = [first.x0, first.y0, first.x1, first.y1];
        for banner in &self.banners {
            own = [
                own[0].min(banner.x0),
                own[1].min(banner.y0),
                own[2].max(banner.x1),
                own[3].max(banner.y1),
            ];
        }
        let [x0, y0, x1, y1] = own;
        Some([
            (x0 - BESIDE).max(0.0),
            (y0 - BESIDE).max(0.0),
            (x1 + BESIDE).min(self.width),
            (y1 + BESIDE).min(self.height),
        ])
    }

    /// Adds what was recognised in the page's pictures of lines, where no letter of its text stands.
    /// `text` is of what they [cover](Self::banner_box).
    pub(crate) fn put_banners(&mut self, text: &PictureText) {
        self.looked_at = true;
        let Some(place) = self.banner_box().filter(|_| text.quarter_turns == 0) else {
            return;
        };
        let place = Place::of(place, text);
        for line in text.lines.iter().filter(|line| is_sure(line)) {
            let letters = place.glyphs(line, 0);
            let stands = |glyph: &Glyph| self.banners.iter().any(|banner| holds(banner, glyph));
            let free = |glyph: &Glyph| !self.glyphs.iter().any(|own| is_over(own, glyph));
            if letters.iter().all(|glyph| stands(glyph) && free(glyph)) {
                self.glyphs.extend(letters);
            }
        }
        self.banners.clear();
    }
}

fn holds(banner: &Shape, glyph: &Glyph) -> bool {
    let (x, y) = glyph.middle();
    (banner.x0..=banner.x1).contains(&x) && (banner.y0..=banner.y1).contains(&y)
}

fn is_over(own: &Glyph, glyph: &Glyph) -> bool {
    let ((own_x, own_y), (x, y)) = (own.middle(), glyph.middle());
    let near = 0.5 * own.size.min(glyph.size);
    (own_x - x).abs() < near && (own_y - y).abs() < near
}

/// Whether a line is sure enough to be read, and the figures in it.
fn is_sure(line: &PictureLine) -> bool {
    let letters = line
        .letters
        .iter()
        .filter(|letter| !letter.text.is_whitespace());
    let (mut sum, mut count) = (0.0, 0.0);
    let mut least = LEAST_SURE_LATIN;
    for letter in letters {
        if !letter.text.is_ascii_alphabetic() && !letter.text.is_ascii_punctuation() {
            least = LEAST_SURE;
        }
        if letter.text.is_numeric() && letter.confidence < LEAST_SURE_FIGURE {
            return false;
        }
        sum += letter.confidence;
        count += 1.0;
    }
    count > 0.0 && sum >= least * count && !lacks_a_figure(line)
}

/// How wide the blank between 月 and 日 is that a form leaves for a pen, in sizes of the line.
const BLANK: f32 = 0.9;

/// Whether a figure of a date is missing from a line: a stamp lies across it, and the model leaves out what it
/// cannot tell.
fn lacks_a_figure(line: &PictureLine) -> bool {
    let letters = line.letters.iter();
    let letters: Vec<_> = letters
        .filter(|letter| !letter.text.is_whitespace())
        .collect();
    letters.windows(3).enumerate().any(|(at, three)| {
        let [figure, one, other] = [three[0].text, three[1].text, three[2].text];
        let is_narrow = three[2].left - three[1].right < BLANK * line.size;
        let behind = letters.get(at + 3).map(|letter| letter.text);
        figure.is_ascii_digit()
            && match (one, other) {
                ('年', '月') => behind.is_some_and(|behind| behind.is_ascii_digit()),
                ('月', '日') => is_narrow,
                _ => false,
            }
    })
}

/// From pixels of a picture to points of the page that it stands on.
struct Place {
    left: f32,
    top: f32,
    /// Points a pixel.
    across: f32,
    down: f32,
}

impl Place {
    fn of([left, top, right, bottom]: [f32; 4], text: &PictureText) -> Self {
        Self {
            left,
            top,
            across: (right - left) / text.width.max(1) as f32,
            down: (bottom - top) / text.height.max(1) as f32,
        }
    }

    fn x(&self, x: f32) -> f32 {
        self.left + x * self.across
    }

    fn y(&self, y: f32) -> f32 {
        self.top + y * self.down
    }

    fn baseline(&self, line: &PictureLine) -> f32 {
        self.y((line.top + line.bottom) / 2.0 + BASELINE * line.size)
    }

    fn glyphs(&self, line: &PictureLine, card: u16) -> Vec<Glyph> {
        let y = self.baseline(line);
        let glyph = |(at, letter): (usize, &langdu_model::PictureLetter)| Glyph {
            letter: letter.text,
            x: self.x(letter.left),
            y,
            width: (letter.right - letter.left).max(0.0) * self.across,
            size: line.size * self.down,
            bold: false,
            vertical: false,
            turn: Turn::Upright,
            seen: Some(Seen {
                confidence: letter.confidence,
                begins: at == 0,
                card,
            }),
        };
        line.letters.iter().enumerate().map(glyph).collect()
    }

    fn rule(&self, rule: PictureRule) -> Rule {
        Rule {
            x0: self.x(rule.x0),
            y0: self.y(rule.y0),
            x1: self.x(rule.x1),
            y1: self.y(rule.y1),
        }
    }
}

/// A confidence in percent.
pub(super) fn percent(confidence: f32) -> u8 {
    (confidence.clamp(0.0, 1.0) * 100.0).round() as u8
}

/// Notes in the cells of `grids`, which were taken off a page with these letters, how sure they are.
pub(super) fn mark(grids: &mut [Grid], glyphs: &[Glyph]) {
    for grid in grids {
        let inside = glyphs
            .iter()
            .filter(|glyph| (grid.top..=grid.bottom).contains(&glyph.middle().1));
        let Some(confidence) = confidence(inside) else {
            continue;
        };
        for cell in grid.rows.iter_mut().flatten() {
            cell.recognised = Some(percent(confidence));
        }
    }
}

/// Says once, before the first words that were recognised, that they were.
pub(super) fn tell(flow: &mut Flow) {
    let recognised = |item: &FlowItem| match item {
        FlowItem::Paragraph(paragraph) => paragraph.recognised.is_some(),
        FlowItem::Table(rows) => {
            let cells = rows.iter().flatten();
            cells
                .map(|cell: &FlowCell| cell.recognised)
                .any(|own| own.is_some())
        }
        FlowItem::Notice(_) => false,
    };
    if let Some(first) = flow.items.iter().position(recognised) {
        flow.items.insert(first, FlowItem::Notice(TOLD.to_owned()));
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use langdu_model::PictureLetter;

    /// A line of letters of 20 pixels that begins at `left` and stands at `top`.
    pub(in crate::layout) fn line(text: &str, left: f32, top: f32, confidence: f32) -> PictureLine {
        let letter = |(at, text): (usize, char)| PictureLetter {
            text,
            left: left + 20.0 * at as f32,
            right: left + 20.0 * (at + 1) as f32,
            confidence,
        };
        PictureLine {
            top,
            bottom: top + 20.0,
            size: 20.0,
            letters: text.chars().enumerate().map(letter).collect(),
        }
    }

    fn read(lines: Vec<PictureLine>) -> Vec<FlowItem> {
        let text = PictureText {
            width: 1000,
            height: 1400,
            lines,
            ..PictureText::default()
        };
        super::super::read(vec![page_of_picture(1, Some(&text))], false)
            .flow
            .items
    }

    fn texts(items: &[FlowItem]) -> Vec<&str> {
        let text = |item: &'_ FlowItem| match item {
            FlowItem::Paragraph(paragraph) => Some(paragraph.text.clone()),
            FlowItem::Notice(words) => Some(words.clone()),
            FlowItem::Table(_) => None,
        };
        items
            .iter()
            .filter_map(text)
            .map(|text| &*Box::leak(text.into_boxed_str()))
            .collect()
    }

    #[test]
    fn what_was_recognised_is_told_once_and_marked() {
        let items = read(vec![
            line("关于调整公交线路的通告", 300.0, 100.0, 0.98),
            line("二号线改走人民路。", 100.0, 300.0, 0.96),
        ]);
        assert_eq!(
            texts(&items),
            [TOLD, "关于调整公交线路的通告", "二号线改走人民路。"]
        );
        let FlowItem::Paragraph(last) = &items[2] else {
            panic!("a paragraph");
        };
        assert_eq!(last.recognised, Some(96));
    }

    #[test]
    fn an_unsure_line_and_an_unsure_figure_are_announced_and_not_guessed() {
        let mut figures = line("每人每月补贴350元。", 100.0, 300.0, 0.99);
        figures.letters[6].confidence = 0.4;
        let items = read(vec![
            line("现将有关事项通知如下。", 100.0, 200.0, 0.99),
            figures,
            line("看不清的一行字", 100.0, 400.0, 0.5),
            line("weruwer", 100.0, 450.0, 0.85),
            line("2026年月9日", 300.0, 470.0, 0.98),
            line("2026年3月日起", 300.0, 485.0, 0.98),
            line("特此通知。", 100.0, 500.0, 0.99),
        ]);
        let texts = texts(&items);
        assert_eq!(texts[1], "现将有关事项通知如下。");
        assert_eq!(texts[2], "此处有5行字看不清，没有朗读。");
        assert_eq!(texts[3], "特此通知。");
    }

    #[test]
    fn the_end_of_a_recognised_line_parts_columns_that_stand_close() {
        let mut lines = Vec::new();
        let (mut left, mut right) = (String::new(), String::new());
        for row in 0..8u8 {
            let top = 100.0 + 30.0 * f32::from(row);
            let one = format!("左边第{row}行写满了这一栏的宽度没有空处");
            let other = format!("右边第{row}行也写满这一栏的宽度没有空处");
            lines.push(line(&one, 60.0, top, 0.99));
            let end = 60.0 + 20.0 * one.chars().count() as f32;
            lines.push(line(&other, end + 20.0, top, 0.99));
            left.push_str(&one);
            right.push_str(&other);
        }
        let items = read(lines);
        let all = texts(&items)[1..].concat();
        assert_eq!(all, left + &right);
    }

    #[test]
    fn a_picture_without_letters_is_no_text() {
        assert!(
            read(Vec::new())
                .iter()
                .all(|item| matches!(item, FlowItem::Notice(_)))
        );
    }
}
