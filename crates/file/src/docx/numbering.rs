//! The lists of a DOCX file and how Word counts them.

use std::collections::HashMap;

use roxmltree::Node;

use super::super::counting::{LEVELS, Level, Lists};
use super::super::xml::{attribute, child, children};

/// The lists that `numbering.xml` defines.
pub(super) fn read(tree: &roxmltree::Document<'_>) -> Lists {
    let root = tree.root_element();
    let kinds: HashMap<&str, Vec<Level>> = children(root, "abstractNum")
        .filter_map(|kind| Some((attribute(kind, "abstractNumId")?, levels(kind))))
        .collect();
    let mut lists = Lists::default();
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
        lists.insert(id.to_owned(), counted_as, own);
    }
    lists
}

fn levels(kind: Node<'_, '_>) -> Vec<Level> {
    let mut levels = vec![Level::default(); LEVELS];
    for node in children(kind, "lvl") {
        let at = attribute(node, "ilvl").and_then(|level| level.parse::<usize>().ok());
        if let Some(level) = at.and_then(|at| levels.get_mut(at)) {
            *level = level_of(node);
        }
    }
    levels
}

/// Whether a property that is there is switched on.
fn is_on(node: Node<'_, '_>) -> bool {
    !matches!(attribute(node, "val"), Some("0" | "false" | "off"))
}

fn level_of(node: Node<'_, '_>) -> Level {
    let value = |name| {
        child(node, name)
            .and_then(|value| attribute(value, "val"))
            .unwrap_or_default()
    };
    Level {
        format: value("numFmt").to_owned(),
        pattern: value("lvlText").to_owned(),
        start: value("start").parse().unwrap_or(1),
        figures: child(node, "isLgl").is_some_and(is_on),
    }
}
