//! What styles say of a paragraph: heading, title, alignment, weight and size of its letters.

use std::collections::HashMap;

use roxmltree::Node;

use super::super::heights::Height;
use super::super::xml::{attribute, child, children};

/// How a paragraph or run looks, as far as it matters to what it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Look {
    pub(super) title: bool,
    /// 1 to 9; 0 for none.
    pub(super) heading: u8,
    pub(super) centred: bool,
    pub(super) right: bool,
    pub(super) bold: bool,
    pub(super) hidden: bool,
    /// Its words no longer hold.
    pub(super) struck: bool,
    pub(super) height: Height,
    /// In points; 0 when unknown.
    pub(super) size: f32,
    /// An entry of the table of contents.
    pub(super) contents: bool,
    /// The list that counts it, and the level in it.
    pub(super) number: Option<(String, u8)>,
}

/// The styles of a document, each with what it inherits.
#[derive(Default)]
pub(super) struct Styles {
    looks: HashMap<String, Look>,
    default: Look,
}

/// Deepest chain of styles that is followed.
const DEEPEST_CHAIN: usize = 20;

impl Styles {
    pub(super) fn read(tree: &roxmltree::Document<'_>) -> Self {
        let root = tree.root_element();
        let mut default = Look::default();
        if let Some(run) = child(root, "docDefaults")
            .and_then(|defaults| child(defaults, "rPrDefault"))
            .and_then(|defaults| child(defaults, "rPr"))
        {
            apply_run(&mut default, run);
        }
        let nodes: HashMap<&str, Node<'_, '_>> = children(root, "style")
            .filter_map(|style| Some((attribute(style, "styleId")?, style)))
            .collect();
        let looks = nodes
            .keys()
            .map(|&id| (id.to_owned(), inherited(id, &nodes, &default)))
            .collect();
        if let Some(normal) = nodes.iter().find_map(|(id, style)| {
            (attribute(*style, "type") == Some("paragraph")
                && attribute(*style, "default").is_some_and(|value| value != "0"))
            .then_some(*id)
        }) {
            default = inherited(normal, &nodes, &default);
        }
        Self { looks, default }
    }

    /// The look of a paragraph with these properties.
    pub(super) fn of_paragraph(&self, properties: Option<Node<'_, '_>>) -> Look {
        let Some(properties) = properties else {
            return self.default.clone();
        };
        let style = child(properties, "pStyle")
            .and_then(|style| attribute(style, "val"))
            .and_then(|id| self.looks.get(id));
        let mut look = style.unwrap_or(&self.default).clone();
        apply_paragraph(&mut look, properties);
        look
    }

    /// The look of a run with these properties in a paragraph that looks like `around`.
    pub(super) fn of_run(&self, properties: Option<Node<'_, '_>>, around: &Look) -> Look {
        let mut look = around.clone();
        if let Some(properties) = properties {
            let style = child(properties, "rStyle")
                .and_then(|style| attribute(style, "val"))
                .and_then(|id| self.looks.get(id));
            if let Some(style) = style {
                look.bold |= style.bold;
                look.hidden |= style.hidden;
                look.struck |= style.struck;
                if style.height != Height::On {
                    look.height = style.height;
                }
            }
            apply_run(&mut look, properties);
        }
        look
    }
}

fn inherited(id: &str, nodes: &HashMap<&str, Node<'_, '_>>, default: &Look) -> Look {
    let mut chain = Vec::new();
    let mut next = Some(id);
    while let Some(style) = next.and_then(|id| nodes.get(id)) {
        if chain.len() >= DEEPEST_CHAIN {
            break;
        }
        chain.push(*style);
        next = child(*style, "basedOn").and_then(|base| attribute(base, "val"));
    }
    let mut look = default.clone();
    for style in chain.into_iter().rev() {
        if let Some(properties) = child(style, "pPr") {
            apply_paragraph(&mut look, properties);
        }
        if let Some(properties) = child(style, "rPr") {
            apply_run(&mut look, properties);
        }
        let name = child(style, "name")
            .and_then(|name| attribute(name, "val"))
            .unwrap_or_default()
            .to_lowercase();
        look.title |= name == "title" || name == "标题";
        look.contents |= name.starts_with("toc ");
    }
    look
}

fn apply_paragraph(look: &mut Look, properties: Node<'_, '_>) {
    if let Some(align) = child(properties, "jc").and_then(|align| attribute(align, "val")) {
        look.centred = align == "center";
        look.right = matches!(align, "right" | "end");
    }
    if let Some(level) = child(properties, "outlineLvl")
        .and_then(|level| attribute(level, "val")?.parse::<u8>().ok())
    {
        look.heading = if level < 9 { level + 1 } else { 0 };
    }
    if let Some(number) = child(properties, "numPr") {
        let value = |name| child(number, name).and_then(|value| attribute(value, "val"));
        let level = value("ilvl").and_then(|level| level.parse().ok());
        if let Some(id) = value("numId") {
            let level = level.unwrap_or(0u8).min(8);
            look.number = (id != "0").then(|| (id.to_owned(), level));
        } else if let (Some((_, own)), Some(level)) = (&mut look.number, level) {
            *own = level.min(8);
        }
    }
}

fn apply_run(look: &mut Look, properties: Node<'_, '_>) {
    let switch = |name| {
        child(properties, name).map(|value| {
            !attribute(value, "val").is_some_and(|value| matches!(value, "0" | "false" | "off"))
        })
    };
    look.bold = switch("b").unwrap_or(look.bold);
    look.hidden = switch("vanish").unwrap_or(look.hidden);
    look.struck = switch("strike")
        .or_else(|| switch("dstrike"))
        .unwrap_or(look.struck);
    if let Some(name) = child(properties, "vertAlign").and_then(|align| attribute(align, "val")) {
        look.height = Height::named(name);
    }
    if let Some(half_points) =
        child(properties, "sz").and_then(|size| attribute(size, "val")?.parse::<f32>().ok())
    {
        look.size = half_points / 2.0;
    }
}
