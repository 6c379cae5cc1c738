//! What is kept once among a file's resources and shown by reference, a composite graphic unit: a letterhead, a
//! form, a text that a program puts into every page.

use std::collections::HashMap;

use roxmltree::{Document, Node};

use super::values::{POINTS, four, matrix};
use crate::layout::{Glyph, Page, Rule, Shape, Turn};
use crate::xml::{attribute, child, is};

/// The units of a file by their numbers: what each shows.
pub(super) type Units<'t> = HashMap<&'t str, Node<'t, 't>>;

/// How deep one unit is followed within another, and how many are shown in one file: a unit may show itself.
pub(super) const DEEPEST: usize = 8;
pub(super) const MOST_SHOWN: usize = 20_000;

/// The units among the resources `trees`.
pub(super) fn units<'t>(trees: &'t [Document<'_>]) -> Units<'t> {
    trees
        .iter()
        .flat_map(|tree| tree.descendants())
        .filter(|node| is(*node, "CompositeGraphicUnit"))
        .filter_map(|node| Some((attribute(node, "ID")?, child(node, "Content")?)))
        .collect()
}

/// Puts what `drawn` shows in a unit onto `page`, where the object `node` shows it.
pub(super) fn place(drawn: Page, node: Node<'_, '_>, page: &mut Page) {
    let [a, b, c, d, e, f] = matrix(node);
    let Some([left, top, ..]) = attribute(node, "Boundary").and_then(four) else {
        return;
    };
    let Some(turn) = Turn::of(a, b) else {
        return;
    };
    let point = |x: f32, y: f32| {
        [
            a * x + c * y + (e + left) * POINTS,
            b * x + d * y + (f + top) * POINTS,
        ]
    };
    let (along, across) = (a.hypot(b), c.hypot(d));
    let edges = |x0: f32, y0: f32, x1: f32, y1: f32| {
        let (one, other) = (point(x0, y0), point(x1, y1));
        [
            one[0].min(other[0]),
            one[1].min(other[1]),
            one[0].max(other[0]),
            one[1].max(other[1]),
        ]
    };
    page.glyphs.extend(drawn.glyphs.into_iter().map(|glyph| {
        let [x, y] = point(glyph.x, glyph.y);
        Glyph {
            x,
            y,
            width: glyph.width * along,
            size: glyph.size * across,
            turn: if turn == Turn::Upright {
                glyph.turn
            } else {
                turn
            },
            ..glyph
        }
    }));
    page.rules.extend(drawn.rules.into_iter().map(|rule| {
        let [x0, y0, x1, y1] = edges(rule.x0, rule.y0, rule.x1, rule.y1);
        Rule { x0, y0, x1, y1 }
    }));
    page.shapes.extend(drawn.shapes.into_iter().map(|shape| {
        let [x0, y0, x1, y1] = edges(shape.x0, shape.y0, shape.x1, shape.y1);
        Shape { x0, y0, x1, y1 }
    }));
    page.pictured = (page.pictured + drawn.pictured * along * across).min(1.0);
}
