//! The numbers that Word counts: what they look like and how far they have come.

use std::collections::HashMap;

use roxmltree::Node;

use super::super::numerals;
use super::super::xml::{attribute, child, children};

/// Levels of a list (ECMA-376 has nine).
const LEVELS: usize = 9;

#[derive(Clone, Default)]
struct NumberingLevel {
    format: String,
    /// `%1、`: the pattern with the number of each level.
    pattern: String,
    start: u32,
}

/// The lists of a document.
#[derive(Default)]
pub(super) struct Numbering {
    /// The levels of each list, and the abstract list whose count it shares.
    lists: HashMap<String, (String, Vec<NumberingLevel>)>,
}

/// How far each list has been counted.
#[derive(Default)]
pub(super) struct Counters {
    counts: HashMap<String, [u32; LEVELS]>,
}

impl Numbering {
    pub(super) fn read(tree: &roxmltree::Document<'_>) -> Self {
        let root = tree.root_element();
        let kinds: HashMap<&str, Vec<NumberingLevel>> = children(root, "abstractNum")
            .filter_map(|kind| Some((attribute(kind, "abstractNumId")?, levels(kind))))
            .collect();
        let mut lists = HashMap::new();
        for list in children(root, "num") {
            let Some(id) = attribute(list, "numId") else {
                continue;
            };
            let Some(kind) = child(list, "abstractNumId").and_then(|kind| attribute(kind, "val"))
            else {
                continue;
            };
            let mut own = kinds.get(kind).cloned().unwrap_or_default();
            let mut counted_as = kind.to_owned();
            for change in children(list, "lvlOverride") {
                let at = attribute(change, "ilvl").and_then(|level| level.parse::<usize>().ok());
                let Some(level) = at.and_then(|at| own.get_mut(at)) else {
                    continue;
                };
                // A list that begins anew counts by itself.
                counted_as = format!("{kind}/{id}");
                if let Some(start) = child(change, "startOverride")
                    .and_then(|start| attribute(start, "val")?.parse().ok())
                {
                    level.start = start;
                }
                if let Some(changed) = child(change, "lvl") {
                    *level = level_of(changed);
                }
            }
            lists.insert(id.to_owned(), (counted_as, own));
        }
        Self { lists }
    }
}

fn levels(kind: Node<'_, '_>) -> Vec<NumberingLevel> {
    let mut levels = vec![NumberingLevel::default(); LEVELS];
    for node in children(kind, "lvl") {
        let at = attribute(node, "ilvl").and_then(|level| level.parse::<usize>().ok());
        if let Some(level) = at.and_then(|at| levels.get_mut(at)) {
            *level = level_of(node);
        }
    }
    levels
}

fn level_of(node: Node<'_, '_>) -> NumberingLevel {
    let value = |name| {
        child(node, name)
            .and_then(|value| attribute(value, "val"))
            .unwrap_or_default()
    };
    NumberingLevel {
        format: value("numFmt").to_owned(),
        pattern: value("lvlText").to_owned(),
        start: value("start").parse().unwrap_or(1),
    }
}

impl Counters {
    /// The label of the next item at `level` of list `id`; `None` for bullets and lists that are
    /// not numbered.
    pub(super) fn next(&mut self, numbering: &Numbering, id: &str, level: u8) -> Option<String> {
        let (counted_as, levels) = numbering.lists.get(id)?;
        let at = usize::from(level).min(LEVELS - 1);
        let counts = self
            .counts
            .entry(counted_as.clone())
            .or_insert([u32::MAX; LEVELS]);
        counts[at] = match counts[at] {
            u32::MAX => levels.get(at)?.start,
            count => count.saturating_add(1),
        };
        counts[at + 1..].fill(u32::MAX);
        let own = levels.get(at)?;
        if matches!(own.format.as_str(), "bullet" | "none" | "") {
            return None;
        }
        let mut label = String::new();
        let mut pattern = own.pattern.chars().peekable();
        while let Some(c) = pattern.next() {
            let digit = (c == '%')
                .then(|| pattern.peek().and_then(|c| c.to_digit(10)))
                .flatten()
                .filter(|digit| (1..=LEVELS as u32).contains(digit));
            let Some(digit) = digit else {
                label.push(c);
                continue;
            };
            pattern.next();
            let named = digit as usize - 1;
            let level = levels.get(named)?;
            let count = match counts[named] {
                u32::MAX => level.start,
                count => count,
            };
            label.push_str(&numerals::write(count, &level.format));
        }
        Some(label.trim().to_owned())
    }
}
