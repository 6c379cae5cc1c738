//! What the elements around a position on the page say of the text there.

use scraper::node::Element;

use crate::facts::markup;
use crate::furniture::names::Suspicion;
use crate::tree::flat::{Flat, NONE};
use crate::tree::notation::Script;
use crate::tree::tag::Tag;

/// What the elements around the current position say.
#[derive(Clone, Copy)]
pub(super) struct Context {
    pub(super) node: u32,
    pub(super) end: u32,
    pub(super) block: u32,
    pub(super) heading: u8,
    pub(super) list: u8,
    pub(super) align: Align,
    pub(super) bold: bool,
    pub(super) preformatted: bool,
    pub(super) link: u32,
    pub(super) leads_away: bool,
    /// The link shows the picture in it once more, larger.
    pub(super) enlarges: bool,
    pub(super) script: Script,
    pub(super) table: u32,
    pub(super) cell: u32,
    pub(super) suspicion: Suspicion,
    /// The innermost element that says how its text is read.
    pub(super) marked: u32,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Align {
    Start,
    Centre,
    Right,
}

/// What holds outside every element.
pub(super) const OUTERMOST: Context = Context {
    node: NONE,
    end: NONE,
    block: 0,
    heading: 0,
    list: 0,
    align: Align::Start,
    bold: false,
    preformatted: false,
    link: NONE,
    leads_away: false,
    enlarges: false,
    script: Script::Level,
    table: NONE,
    cell: NONE,
    suspicion: Suspicion::None,
    marked: NONE,
};

/// What holds inside the element at `node`, which stands in `outer`.
pub(super) fn enter(
    outer: &Context,
    tag: Tag,
    element: &Element,
    node: u32,
    flat: &Flat<'_>,
) -> Context {
    let mut inner = *outer;
    inner.node = node;
    inner.end = flat.nodes[node as usize].end;
    inner.suspicion = outer.suspicion.max(flat.suspicion[node as usize]);
    if markup::says_something(element) {
        inner.marked = node;
    }
    if tag.breaks_line() && tag != Tag::Break {
        inner.block = node;
        inner.align = alignment(element).unwrap_or(outer.align);
    }
    match tag {
        Tag::Heading(level) => inner.heading = level,
        Tag::List => inner.list = outer.list.saturating_add(1).min(6),
        Tag::Item => inner.list = outer.list.max(1),
        Tag::Table => {
            inner.table = node;
            inner.list = 0;
        }
        Tag::Cell | Tag::HeaderCell => {
            inner.cell = node;
            inner.align = alignment(element).unwrap_or(Align::Start);
        }
        Tag::Bold => inner.bold = true,
        Tag::Preformatted => inner.preformatted = true,
        Tag::Link => {
            inner.link = node;
            inner.leads_away = element.attr("href").is_some_and(leads_away);
            inner.enlarges = element.attr("href").is_some_and(shows_picture);
        }
        Tag::Inline => inner.script = flat.script_of(node).unwrap_or(outer.script),
        _ => {}
    }
    if let Some(style) = element.attr("style").filter(|style| !style.is_empty()) {
        let style = style.to_ascii_lowercase();
        if style.contains("font-weight") && (style.contains("bold") || style.contains("700")) {
            inner.bold = true;
        }
        if style.contains("white-space:pre") || style.contains("white-space: pre") {
            inner.preformatted = true;
        }
    }
    inner
}

/// Whether a link leads to another page: not to a place in this one.
fn leads_away(href: &str) -> bool {
    let href = href.trim();
    !href.is_empty() && (!href.starts_with('#') || href == "#")
}

/// Whether a link leads to a picture.
fn shows_picture(href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit('.').next().unwrap_or_default();
    matches!(
        ending.to_ascii_lowercase().as_str(),
        "jpg" | "jpeg" | "png" | "gif" | "bmp" | "webp"
    )
}

fn alignment(element: &Element) -> Option<Align> {
    if element.name() == "center" {
        return Some(Align::Centre);
    }
    let of = |value: &str| match value.trim() {
        value if value.starts_with("center") => Some(Align::Centre),
        value if value.starts_with("right") => Some(Align::Right),
        value if value.starts_with("left") || value.starts_with("justify") => Some(Align::Start),
        _ => None,
    };
    let by_style = element.attr("style").and_then(|style| {
        let style = style.to_ascii_lowercase();
        let value = style.split("text-align").nth(1)?.trim_start();
        of(value.strip_prefix(':')?)
    });
    by_style.or_else(|| of(&element.attr("align")?.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_says_how_its_lines_are_set() {
        for (html, align) in [
            ("<center>甲</center>", Some(Align::Centre)),
            ("<p align=center>甲</p>", Some(Align::Centre)),
            ("<p align=RIGHT>甲</p>", Some(Align::Right)),
            ("<p align=left>甲</p>", Some(Align::Start)),
            ("<p align=justify>甲</p>", Some(Align::Start)),
            ("<p style='TEXT-ALIGN: center'>甲</p>", Some(Align::Centre)),
            (
                "<p style='margin:0;text-align :right;'>甲</p>",
                Some(Align::Right),
            ),
            ("<p style='text-align:justify'>甲</p>", Some(Align::Start)),
            // A style is stronger than the attribute.
            (
                "<p align=center style='text-align:left'>甲</p>",
                Some(Align::Start),
            ),
            (
                "<p align=center style='color:red'>甲</p>",
                Some(Align::Centre),
            ),
            ("<p align=top>甲</p>", None),
            ("<p>甲</p>", None),
        ] {
            let page = scraper::Html::parse_fragment(html);
            let element = page.root_element().child_elements().next().unwrap();
            assert!(alignment(element.value()) == align, "{html}");
        }
    }
}
