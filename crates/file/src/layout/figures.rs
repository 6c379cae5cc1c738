//! Charts and pictures that stand in a text: their labels are no sentences, and what they show cannot be said. They
//! are told of where they stand.
//!
//! A chart is what is drawn close together — bars, areas, curves — with numbers beside it that are no table's.
//! The caption above or below it is text and stays.

use super::lines::{self, Line};
use super::page::{Glyph, Mark, Page, Shape};

/// What is drawn belongs to one chart where no more than this parts it across and down, in points.
const NEAR: (f32, f32) = (72.0, 30.0);

/// How far around its drawing the labels of a chart stand: at the sides, above and below, in points.
const BESIDE: f32 = 60.0;
const ABOVE: f32 = 40.0;
const BELOW: f32 = 60.0;

/// Labels that are no numbers are smaller than the text, or stand beside the drawing or in it.
const SMALLER: f32 = 0.95;

/// The least width and height of a chart, in points.
const LEAST: (f32, f32) = (80.0, 50.0);

/// Fewest bars of a chart that has no curve.
const FEWEST_BARS: usize = 3;

/// Fewest labels of a chart, and fewest of them that are numbers.
const FEWEST_LABELS: usize = 4;
const FEWEST_NUMBERS: usize = 3;

/// Most letters of a label.
const LONGEST_LABEL: usize = 14;

/// From so many hanzi on, what is drawn around them is a frame or the shade of a cell.
const FEWEST_FRAMED: usize = 2;

/// Most marks of a page that are looked at.
const MOST_MARKS: usize = 3000;

/// Most letters of such a page.
const MOST_LETTERS: usize = 50_000;

/// The least width and area of a picture that is told of, in points: 4 cm, and 25 square centimetres. What is
/// smaller is an emblem, a seal, a signature or a code.
const LEAST_WIDTH: f32 = 113.0;
const LEAST_AREA: f32 = 20_000.0;

/// What is told of, where it begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Figure {
    pub(super) top: f32,
    pub(super) kind: FigureKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FigureKind {
    Chart,
    Picture,
}

/// Takes the labels and rules of charts off the page, and says where charts and pictures stand, from the top.
pub(super) fn take(page: &mut Page) -> Vec<Figure> {
    let mut figures = charts(page);
    figures.extend(pictures(page));
    figures.sort_by(|one, other| one.top.total_cmp(&other.top));
    figures
}

fn charts(page: &mut Page) -> Vec<Figure> {
    let is_drawing = page.marks.len() > MOST_MARKS || page.glyphs.len() > MOST_LETTERS;
    if page.marks.is_empty() || is_drawing {
        return Vec::new();
    }
    // A box with letters in it is the shade of a cell.
    let is_drawn = |mark: &&Mark| {
        if mark.curved {
            hanzi_in(&mark.around, &page.glyphs) < FEWEST_FRAMED
        } else {
            !page
                .glyphs
                .iter()
                .any(|glyph| holds(&mark.around, glyph.middle()))
        }
    };
    let marks: Vec<Mark> = page.marks.iter().filter(is_drawn).copied().collect();
    let body = lines::usual_size(page.glyphs.iter());
    let mut found = Vec::new();
    for cluster in clusters(&marks) {
        let curves = cluster.iter().filter(|mark| mark.curved).count();
        let around = joined(cluster.iter().map(|mark| mark.around));
        let is_large = around.x1 - around.x0 >= LEAST.0 && around.y1 - around.y0 >= LEAST.1;
        if !is_large || (curves == 0 && cluster.len() < FEWEST_BARS) {
            continue;
        }
        let reach = Shape {
            x0: around.x0 - BESIDE,
            y0: around.y0 - ABOVE,
            x1: around.x1 + BESIDE,
            y1: around.y1 + BELOW,
        };
        let lines = lines::cut(&page.glyphs);
        let is_label = |line: &&Line| is_label(line, &reach, &around, body);
        let labels: Vec<&Line> = lines.iter().filter(is_label).collect();
        let numbers = labels.iter().filter(|line| is_number(&line.text)).count();
        if labels.len() < FEWEST_LABELS || numbers < FEWEST_NUMBERS {
            continue;
        }
        page.glyphs.retain(|glyph| {
            let (x, y) = glyph.middle();
            !labels.iter().any(|line| {
                (line.x0..=line.x1).contains(&x) && (line.top()..=line.y + line.size).contains(&y)
            })
        });
        page.rules.retain(|rule| {
            !(rule.x0 >= reach.x0
                && rule.x1 <= reach.x1
                && rule.y0 >= reach.y0
                && rule.y1 <= reach.y1)
        });
        page.shapes.retain(|shape| !holds(&reach, middle(shape)));
        found.push(Figure {
            top: around.y0,
            kind: FigureKind::Chart,
        });
    }
    found
}

/// Large pictures on which no letter of the text stands: a seal and a ground have some.
fn pictures(page: &Page) -> Vec<Figure> {
    let mut whole: Vec<Shape> = Vec::new();
    // Some programs cut a picture into strips.
    for picture in &page.pictures {
        match whole.iter_mut().find(|own| touch(own, picture, (1.0, 1.0))) {
            Some(own) => *own = joined([*own, *picture].into_iter()),
            None => whole.push(*picture),
        }
    }
    let is_told = |picture: &&Shape| {
        let (width, height) = (picture.x1 - picture.x0, picture.y1 - picture.y0);
        width >= LEAST_WIDTH
            && width * height >= LEAST_AREA
            && !page
                .glyphs
                .iter()
                .any(|glyph| holds(picture, glyph.middle()))
    };
    whole
        .iter()
        .filter(is_told)
        .map(|picture| Figure {
            top: picture.y0,
            kind: FigureKind::Picture,
        })
        .collect()
}

fn hanzi_in(around: &Shape, glyphs: &[Glyph]) -> usize {
    let own = glyphs
        .iter()
        .filter(|glyph| lines::is_wide(glyph.letter) && holds(around, glyph.middle()));
    own.count()
}

fn middle(shape: &Shape) -> (f32, f32) {
    ((shape.x0 + shape.x1) / 2.0, (shape.y0 + shape.y1) / 2.0)
}

fn holds(around: &Shape, (x, y): (f32, f32)) -> bool {
    (around.x0..=around.x1).contains(&x) && (around.y0..=around.y1).contains(&y)
}

fn touch(one: &Shape, other: &Shape, (across, down): (f32, f32)) -> bool {
    one.x0 - across <= other.x1
        && other.x0 - across <= one.x1
        && one.y0 - down <= other.y1
        && other.y0 - down <= one.y1
}

fn joined(shapes: impl Iterator<Item = Shape>) -> Shape {
    let start = Shape {
        x0: f32::MAX,
        y0: f32::MAX,
        x1: f32::MIN,
        y1: f32::MIN,
    };
    shapes.fold(start, |all, own| Shape {
        x0: all.x0.min(own.x0),
        y0: all.y0.min(own.y0),
        x1: all.x1.max(own.x1),
        y1: all.y1.max(own.y1),
    })
}

/// Marks that stand near each other.
fn clusters(marks: &[Mark]) -> Vec<Vec<Mark>> {
    let mut left: Vec<Mark> = marks.to_vec();
    let mut clusters = Vec::new();
    while let Some(first) = left.pop() {
        let mut cluster = vec![first];
        let mut at = 0;
        while at < cluster.len() {
            let around = cluster[at].around;
            let (near, others) = left
                .iter()
                .partition(|mark| touch(&around, &mark.around, NEAR));
            left = others;
            let near: Vec<Mark> = near;
            cluster.extend(near);
            at += 1;
        }
        clusters.push(cluster);
    }
    clusters
}

/// Whether a line is short and stands wholly where the labels of a chart do, whose drawing is `around`, on a page
/// with letters of the size `body`.
fn is_label(line: &Line, reach: &Shape, around: &Shape, body: f32) -> bool {
    let middle = line.y - 0.35 * line.size;
    let beside = (around.y0..=around.y1).contains(&middle);
    line.chars() <= LONGEST_LABEL
        && line.x0 >= reach.x0
        && line.x1 <= reach.x1
        && (reach.y0..=reach.y1).contains(&middle)
        && !is_caption(&line.text)
        && (beside || line.size <= SMALLER * body || is_number(&line.text))
}

/// Whether a line names the chart: 图1, 表2.
fn is_caption(text: &str) -> bool {
    let mut letters = text.trim_start().chars();
    matches!(letters.next(), Some('图' | '表' | '注'))
        && letters
            .find(|c| !c.is_whitespace())
            .is_some_and(|c| c.is_ascii_digit() || "一二三四五六七八九十:：".contains(c))
}

fn is_number(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| !c.is_whitespace());
    text.contains(|c: char| c.is_ascii_digit())
        && letters.all(|c| c.is_ascii_digit() || ".,%-+−年月".contains(c))
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::letters;
    use super::*;

    fn mark(x0: f32, y0: f32, x1: f32, y1: f32, curved: bool) -> Mark {
        Mark {
            around: Shape { x0, y0, x1, y1 },
            curved,
        }
    }

    /// A chart of four bars, with the years below and the counts at the side, between two sentences.
    fn page() -> Page {
        let mut page = Page {
            width: 595.0,
            height: 842.0,
            ..Page::default()
        };
        page.glyphs = letters(
            "全市助餐点数量逐年增加，情况如下图所示。",
            90.0,
            100.0,
            14.0,
        );
        page.glyphs
            .extend(letters("图1　助餐点数量", 200.0, 330.0, 10.0));
        page.glyphs.extend(letters(
            "下一步继续向农村延伸，让更多老人受益。",
            90.0,
            380.0,
            14.0,
        ));
        for at in 0..4u8 {
            let x = 150.0 + 60.0 * f32::from(at);
            let top = 260.0 - 25.0 * f32::from(at);
            page.marks.push(mark(x, top, x + 30.0, 290.0, false));
            page.glyphs
                .extend(letters(&format!("202{at}年"), x, 305.0, 9.0));
            page.glyphs.extend(letters(
                &format!("{}00", at + 1),
                120.0,
                290.0 - 40.0 * f32::from(at),
                9.0,
            ));
        }
        page
    }

    fn texts(page: &Page) -> Vec<String> {
        let lines = lines::cut(&page.glyphs);
        lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn a_chart_is_told_of_and_its_labels_are_not_read() {
        let mut page = page();
        let figures = take(&mut page);
        assert_eq!(figures.len(), 1);
        assert_eq!(figures[0].kind, FigureKind::Chart);
        assert_eq!(
            texts(&page),
            [
                "全市助餐点数量逐年增加，情况如下图所示。",
                "图1 助餐点数量",
                "下一步继续向农村延伸，让更多老人受益。"
            ]
        );
    }

    #[test]
    fn a_curve_with_numbers_is_a_chart_and_a_seal_or_a_frame_is_none() {
        let mut curve = page();
        curve.marks = vec![mark(150.0, 180.0, 360.0, 280.0, true)];
        assert_eq!(take(&mut curve).len(), 1);
        // Around letters: a frame, the shade of a row.
        let mut framed = page();
        framed.marks = vec![
            mark(80.0, 85.0, 480.0, 110.0, true),
            mark(80.0, 365.0, 480.0, 390.0, false),
        ];
        assert!(take(&mut framed).is_empty());
        // The shades of the cells of a table, each with its amount.
        let mut table = page();
        table.marks = Vec::new();
        for row in 0..4u8 {
            for column in 0..3u8 {
                let (x, y) = (
                    120.0 + 90.0 * f32::from(column),
                    180.0 + 20.0 * f32::from(row),
                );
                table
                    .marks
                    .push(mark(x, y - 14.0, x + 90.0, y + 6.0, false));
                table.glyphs.extend(letters("128", x + 20.0, y, 10.0));
            }
        }
        let before = table.glyphs.len();
        assert!(take(&mut table).is_empty());
        assert_eq!(table.glyphs.len(), before);
        // Without numbers beside it: an emblem.
        let mut emblem = page();
        emblem.glyphs.retain(|glyph| glyph.size > 9.5);
        emblem.marks = vec![mark(150.0, 180.0, 360.0, 280.0, true)];
        assert!(take(&mut emblem).is_empty());
    }

    #[test]
    fn a_large_picture_is_told_of_and_one_behind_letters_is_not() {
        let picture = |y0: f32, y1: f32| Shape {
            x0: 100.0,
            y0,
            x1: 400.0,
            y1,
        };
        let mut page = Page {
            glyphs: letters("本市地图如下。", 90.0, 100.0, 14.0),
            // Cut into strips.
            pictures: vec![picture(200.0, 260.0), picture(260.0, 330.0)],
            ..Page::default()
        };
        let figures = take(&mut page);
        assert_eq!(figures.len(), 1);
        assert_eq!(figures[0].kind, FigureKind::Picture);
        page.pictures = vec![picture(60.0, 200.0)];
        assert!(take(&mut page).is_empty());
        page.pictures = vec![picture(200.0, 230.0)];
        assert!(take(&mut page).is_empty(), "low");
    }
}
