//! Letters that are drawn as shapes: some printers to PDF draw figures as outlines, and nothing in
//! the file says which they are. They cannot be read, but they can be counted.

use super::lines::Line;
use super::page::Shape;

/// A shape in a line of text is a letter when it is this high and wide, in sizes of the line.
const HEIGHTS: std::ops::RangeInclusive<f32> = 0.42..=1.05;
const WIDEST: f32 = 1.15;

/// How far its foot may stand above and below the baseline, in sizes: Chinese letters reach below.
const ABOVE: f32 = 0.06;
const BELOW: f32 = 0.22;

/// How far from the line's other letters it may stand, in sizes.
const FARTHEST: f32 = 8.0;

/// On a page without any line, shapes of these heights in points may be letters.
const HEIGHTS_ALONE: std::ops::RangeInclusive<f32> = 4.5..=40.0;

/// Fewest of them that make it a page of drawn letters.
const FEWEST_ALONE: usize = 40;

/// How many of `shapes` are letters of `lines`, and nowhere letters that can be read as well.
pub(super) fn count(shapes: &[Shape], lines: &[Line]) -> usize {
    whole(shapes)
        .iter()
        .filter(|shape| lines.iter().any(|line| stands_in(shape, line)))
        .count()
}

/// Whether a page that has these shapes and no line is one of drawn letters, or a drawing with
/// letters on it.
pub(super) fn are_a_page(shapes: &[Shape]) -> bool {
    let alone = whole(shapes).into_iter().filter(|shape| {
        let (width, height) = (shape.x1 - shape.x0, shape.y1 - shape.y0);
        HEIGHTS_ALONE.contains(&height) && width <= 1.3 * height
    });
    alone.count() >= FEWEST_ALONE
}

fn stands_in(shape: &Shape, line: &Line) -> bool {
    let size = line.size;
    let foot = shape.y1 - line.y;
    HEIGHTS.contains(&((shape.y1 - shape.y0) / size))
        && shape.x1 - shape.x0 <= WIDEST * size
        && (-ABOVE * size..=BELOW * size).contains(&foot)
        && shape.x1 > line.x0 - FARTHEST * size
        && shape.x0 < line.x1 + FARTHEST * size
        // A letter that is drawn behind one that can be read is its shadow.
        && line.gap_at((shape.x0 + shape.x1) / 2.0)
}

/// Shapes that stand one over the other are parts of one letter: a dot and its stem.
fn whole(shapes: &[Shape]) -> Vec<Shape> {
    let mut sorted: Vec<Shape> = shapes.to_vec();
    sorted.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    let mut letters: Vec<Shape> = Vec::new();
    for shape in sorted {
        let part = letters.iter_mut().rev().take(64).find(|letter| {
            let across = shape.x1.min(letter.x1) - shape.x0.max(letter.x0);
            let narrow = (shape.x1 - shape.x0).min(letter.x1 - letter.x0);
            let apart = shape.y0.max(letter.y0) - shape.y1.min(letter.y1);
            let high = (shape.y1 - shape.y0).max(letter.y1 - letter.y0);
            across > 0.5 * narrow && apart < 0.25 * high
        });
        match part {
            Some(letter) => {
                letter.x0 = letter.x0.min(shape.x0);
                letter.y0 = letter.y0.min(shape.y0);
                letter.x1 = letter.x1.max(shape.x1);
                letter.y1 = letter.y1.max(shape.y1);
            }
            None => letters.push(shape),
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::super::lines::cut;
    use super::super::lines::tests::letters;
    use super::*;

    fn shape(x0: f32, y0: f32, x1: f32, y1: f32) -> Shape {
        Shape { x0, y0, x1, y1 }
    }

    #[test]
    fn figures_that_are_drawn_in_the_gaps_of_a_line_are_counted() {
        let mut glyphs = letters("补贴", 50.0, 100.0, 16.0);
        glyphs.extend(letters("元一餐", 100.0, 100.0, 16.0));
        let lines = cut(&glyphs);
        let figures = [
            shape(84.0, 88.0, 90.0, 100.0),
            // A dot and a stem are one letter.
            shape(92.0, 92.0, 94.0, 100.0),
            shape(92.0, 88.0, 94.0, 90.0),
        ];
        assert_eq!(count(&figures, &lines), 2);
        let others = [
            // The shadow of a letter, a mark far from any line, a box, a line's ornament.
            shape(51.0, 87.0, 65.0, 101.0),
            shape(84.0, 300.0, 90.0, 312.0),
            shape(84.0, 60.0, 120.0, 140.0),
            shape(84.0, 96.0, 88.0, 100.0),
        ];
        assert_eq!(count(&others, &lines), 0);
    }

    #[test]
    fn many_shapes_of_the_size_of_letters_are_a_page() {
        let text: Vec<Shape> = (0..60u8)
            .map(|at| {
                let x = 50.0 + 14.0 * f32::from(at % 30);
                let y = 100.0 + 20.0 * f32::from(at / 30);
                shape(x, y, x + 10.0, y + 12.0)
            })
            .collect();
        assert!(are_a_page(&text));
        assert!(!are_a_page(&text[..10]));
    }
}
