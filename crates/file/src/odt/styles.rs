//! The styles of an OpenDocument file, of paragraphs and of lists.

use std::collections::HashMap;

use roxmltree::Node;

use super::super::heights::Height;
use super::super::xml::{attribute, child};

/// What a style says, and which it inherits from.
#[derive(Clone, Default)]
pub(super) struct Style {
    pub(super) parent: Option<String>,
    pub(super) align: Option<String>,
    pub(super) bold: Option<bool>,
    pub(super) size: Option<f32>,
    pub(super) height: Option<Height>,
    /// Its words no longer hold.
    pub(super) struck: Option<bool>,
    pub(super) name: String,
}

/// How a list writes the numbers of a level.
#[derive(Clone, Default)]
pub(super) struct ListLevel {
    pub(super) format: String,
    pub(super) prefix: String,
    pub(super) suffix: String,
    /// How many levels above it are written before it.
    pub(super) shown: usize,
    pub(super) start: u32,
}

pub(super) fn style_of(node: Node<'_, '_>) -> Style {
    let paragraph = child(node, "paragraph-properties");
    let text = child(node, "text-properties");
    let weight = |name| {
        text.and_then(|text| attribute(text, name))
            .map(|weight| weight == "bold")
    };
    let size = |name| {
        text.and_then(|text| attribute(text, name))
            .and_then(|size| size.strip_suffix("pt")?.parse().ok())
    };
    Style {
        parent: attribute(node, "parent-style-name").map(str::to_owned),
        align: paragraph
            .and_then(|paragraph| attribute(paragraph, "text-align"))
            .map(str::to_owned),
        bold: weight("font-weight-asian").or_else(|| weight("font-weight")),
        size: size("font-size-asian").or_else(|| size("font-size")),
        height: text
            .and_then(|text| attribute(text, "text-position"))
            .map(height_of),
        struck: text
            .and_then(|text| attribute(text, "text-line-through-style"))
            .map(|line| line != "none"),
        name: attribute(node, "name").unwrap_or_default().to_owned(),
    }
}

/// `super 58%`, `-33% 58%`: a word or a share of the font's height.
fn height_of(position: &str) -> Height {
    let first = position.split_whitespace().next().unwrap_or_default();
    match first.strip_suffix('%').and_then(|share| share.parse().ok()) {
        Some(share) => Height::shifted(share),
        None => Height::named(first),
    }
}

pub(super) fn levels_of(node: Node<'_, '_>) -> HashMap<usize, ListLevel> {
    let mut levels = HashMap::new();
    for level in node.children().filter(Node::is_element) {
        let Some(depth) = attribute(level, "level").and_then(|depth| depth.parse().ok()) else {
            continue;
        };
        let value = |name| attribute(level, name).unwrap_or_default().to_owned();
        levels.insert(
            depth,
            ListLevel {
                format: value("num-format"),
                prefix: value("num-prefix"),
                suffix: value("num-suffix"),
                shown: value("display-levels").parse().unwrap_or(1),
                start: value("start-value").parse().unwrap_or(1),
            },
        );
    }
    levels
}

/// The name in ECMA-376 of a format of numbers that OpenDocument writes by example.
pub(super) fn named(format: &str) -> &str {
    match format.chars().next() {
        Some('a') => "lowerLetter",
        Some('A') => "upperLetter",
        Some('i') => "lowerRoman",
        Some('I') => "upperRoman",
        Some('一') => "chineseCounting",
        Some('①') => "decimalEnclosedCircle",
        Some('甲') => "ideographTraditional",
        Some('子') => "ideographZodiac",
        _ => "decimal",
    }
}
