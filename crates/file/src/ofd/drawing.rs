//! What is drawn beside letters: the rules that make tables, and shapes that may be letters themselves.

use roxmltree::Node;

use super::super::layout::{Page, Rule, Shape, rules_of_box};
use super::super::xml::{attribute, child};
use super::values::{POINTS, four, matrix, number};

/// Sizes in points, and corners of their outlines, of shapes that may be letters.
const SHAPE_SIZES: std::ops::RangeInclusive<f32> = 1.0..=60.0;
const SHAPE_CORNERS: std::ops::RangeInclusive<usize> = 6..=400;

/// Most shapes that are kept of a page.
const MOST_SHAPES: usize = 20_000;

/// Rules among the lines that are drawn, thin boxes that are filled, and what is filled and may be a letter.
pub(super) fn path(node: Node<'_, '_>, page: &mut Page) {
    let Some(boundary) = attribute(node, "Boundary").and_then(four) else {
        return;
    };
    let data = child(node, "AbbreviatedData")
        .and_then(|data| data.text())
        .unwrap_or_default();
    let filled = attribute(node, "Fill") == Some("true");
    let stroked = attribute(node, "Stroke") != Some("false");
    let matrix = matrix(node);
    let place = |x: f32, y: f32| {
        [
            (matrix[0] * x + matrix[2] * y + matrix[4] + boundary[0]) * POINTS,
            (matrix[1] * x + matrix[3] * y + matrix[5] + boundary[1]) * POINTS,
        ]
    };
    let mut corners: Vec<[f32; 2]> = Vec::new();
    let mut words = data.split_whitespace();
    let mut first = [0.0, 0.0];
    // Where the outline begins that is being read, and the rules among its lines.
    let mut outline = 0;
    let mut own_rules: Vec<Rule> = Vec::new();
    while let Some(word) = words.next() {
        let values = match word {
            "M" | "L" => 2,
            "Q" => 4,
            "B" => 6,
            "A" => 7,
            _ => 0,
        };
        let own: Vec<f32> = words.by_ref().take(values).filter_map(number).collect();
        if own.len() < values {
            return;
        }
        let to = match word {
            "M" | "L" | "Q" | "B" | "A" => place(own[values - 2], own[values - 1]),
            "C" => first,
            _ => continue,
        };
        if word == "M" {
            end_outline(&corners[outline..], filled, &mut own_rules, page);
            outline = corners.len();
            first = to;
        } else if let Some(&from) = corners.last()
            && stroked
            && matches!(word, "L" | "C")
        {
            own_rules.extend(rule(from, to));
        }
        corners.push(to);
    }
    end_outline(&corners[outline..], filled, &mut own_rules, page);
    if filled && corners.len() <= 12 && !corners.is_empty() {
        let [x0, y0, x1, y1] = around(&corners);
        page.rules.extend(rules_of_box(x0, y0, x1, y1, false));
    }
}

/// The left, upper, right and lower edge of an outline.
fn around(corners: &[[f32; 2]]) -> [f32; 4] {
    let edge = |at: usize, best: fn(f32, f32) -> f32, start: f32| {
        corners.iter().map(|corner| corner[at]).fold(start, best)
    };
    [
        edge(0, f32::min, f32::MAX),
        edge(1, f32::min, f32::MAX),
        edge(0, f32::max, f32::MIN),
        edge(1, f32::max, f32::MIN),
    ]
}

/// Keeps an outline that has the size of a letter, if it is filled, or else its rules: the strokes of a letter,
/// whose edge is drawn too, are none.
fn end_outline(corners: &[[f32; 2]], filled: bool, rules: &mut Vec<Rule>, page: &mut Page) {
    let Some(shape) = letter(corners) else {
        page.rules.append(rules);
        return;
    };
    rules.clear();
    if filled && page.shapes.len() < MOST_SHAPES {
        page.shapes.push(shape);
    }
}

/// The place of an outline that has the size and the corners of a letter.
fn letter(corners: &[[f32; 2]]) -> Option<Shape> {
    if !SHAPE_CORNERS.contains(&corners.len()) {
        return None;
    }
    let [x0, y0, x1, y1] = around(corners);
    (SHAPE_SIZES.contains(&(x1 - x0)) && SHAPE_SIZES.contains(&(y1 - y0))).then_some(Shape {
        x0,
        y0,
        x1,
        y1,
    })
}

fn rule(from: [f32; 2], to: [f32; 2]) -> Option<Rule> {
    let (width, height) = ((to[0] - from[0]).abs(), (to[1] - from[1]).abs());
    (width.min(height) < 0.7 && width.max(height) >= 6.0).then(|| Rule {
        x0: from[0].min(to[0]),
        y0: from[1].min(to[1]),
        x1: from[0].max(to[0]),
        y1: from[1].max(to[1]),
    })
}
