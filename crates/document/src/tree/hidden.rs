//! What a reader of the page cannot see, by its own styles and attributes.

use std::collections::HashSet;

use scraper::node::Element;
use scraper::{Html, Node};

use super::parse::FORMATTING_PREFIX;

/// Whether an element can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hidden {
    /// It can.
    No,
    /// It is painted for no reader, unless it is most of the page: what scripts do to a page until it
    /// is ready, what is there for the eye alone, what is struck out.
    Faded,
    /// It cannot.
    Yes,
}

impl Hidden {
    /// The stronger of two.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::Faded, _) | (_, Self::Faded) => Self::Faded,
            (Self::No, Self::No) => Self::No,
        }
    }
}

/// The ids of what the page's own buttons unfold: the answers behind their questions.
pub(crate) fn unfolded(html: &Html) -> HashSet<&str> {
    html.tree
        .values()
        .filter_map(Node::as_element)
        .filter(|element| element.attr("aria-expanded").is_some())
        .filter_map(|element| element.attr("aria-controls"))
        .flat_map(str::split_ascii_whitespace)
        .collect()
}

/// Whether a button unfolds a part of the page, whose heading it then is.
pub(crate) fn unfolds(element: &Element) -> bool {
    element.name() == "button"
        && element.attr("aria-expanded").is_some()
        && element.attr("aria-haspopup").is_none()
}

/// Whether a form field shows a text that nobody can change: a letter and its answer.
pub(crate) fn shows_text(element: &Element) -> bool {
    element.name() == "textarea"
        && (element.attr("readonly").is_some()
            || element.attr("disabled").is_some()
            || element
                .attr("onfocus")
                .is_some_and(|script| script.contains("blur")))
}

/// What a form field of one line shows that nobody can change.
pub(crate) fn shown_value(element: &Element) -> Option<&str> {
    if element.name() != "input" || !matches!(element.attr("type"), None | Some("" | "text")) {
        return None;
    }
    let fixed = element.attr("readonly").is_some() || element.attr("disabled").is_some();
    let value = element.attr("value").filter(|_| fixed)?;
    (!value.trim().is_empty() && of(element) == Hidden::No).then_some(value)
}

/// Whether styles or attributes keep the element from being seen.
pub(crate) fn of(element: &Element) -> Hidden {
    if is_struck_out_by_name(element) {
        return Hidden::Faded;
    }
    // One look at the attributes: each that is asked for by name costs a hash.
    let mut by_style = Hidden::No;
    for (name, value) in element.attrs() {
        match name {
            "hidden" => return Hidden::Yes,
            "aria-hidden" if value.trim().eq_ignore_ascii_case("true") => {
                by_style = by_style.or(Hidden::Faded);
            }
            "style" if !value.is_empty() => by_style = by_style.or(of_style(value)),
            _ => {}
        }
    }
    if by_style == Hidden::No && element.classes().any(hides) {
        return Hidden::Yes;
    }
    by_style
}

/// Whether the element says that its words no longer hold: 由<s>25元</s>0元.
fn is_struck_out_by_name(element: &Element) -> bool {
    let name = element.name();
    let name = name.strip_prefix(FORMATTING_PREFIX).unwrap_or(name);
    matches!(name, "del" | "s" | "strike")
}

/// Names that style sheets hide elements by.
fn hides(class: &str) -> bool {
    matches!(
        class,
        "hide"
            | "hidden"
            | "ng-hide"
            | "d-none"
            | "dn"
            | "none"
            | "sr-only"
            | "visually-hidden"
            | "layui-hide"
            | "hidden-xs"
            | "display-none"
            | "pchide"
            | "pc-hide"
            | "hide-pc"
            | "el-hide"
            | "is-hidden"
            | "noshow"
            | "no-show"
    )
}

/// How a `style` attribute hides its element: not shown, no height, or moved off the screen.
fn of_style(style: &str) -> Hidden {
    let mut no_height = false;
    let mut clipped = false;
    let mut faded = false;
    for declaration in style.split(';') {
        let Some((property, value)) = declaration.split_once(':') else {
            continue;
        };
        let value = value.trim().trim_end_matches("!important").trim();
        match property.trim().to_ascii_lowercase().as_str() {
            "display" if value.eq_ignore_ascii_case("none") => return Hidden::Yes,
            "visibility" if value.eq_ignore_ascii_case("hidden") => faded = true,
            "height" | "max-height" => no_height |= is_zero_length(value),
            "text-decoration" | "text-decoration-line" => {
                faded |= value.to_ascii_lowercase().contains("line-through");
            }
            "overflow" | "overflow-y" => clipped |= value.eq_ignore_ascii_case("hidden"),
            "font-size" if is_zero_length(value) => return Hidden::Yes,
            "text-indent" | "left" | "top" | "margin-left" if value.starts_with("-999") => {
                return Hidden::Yes;
            }
            _ => {}
        }
    }
    match (no_height && clipped, faded) {
        (true, _) => Hidden::Yes,
        (_, true) => Hidden::Faded,
        _ => Hidden::No,
    }
}

fn is_zero_length(value: &str) -> bool {
    matches!(value, "0" | "0px" | "0pt" | "0em" | "0rem" | "0%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_hides_what_has_no_place_on_the_screen() {
        for (style, hidden) in [
            ("display:none", Hidden::Yes),
            ("color:red; DISPLAY : None !important", Hidden::Yes),
            ("display:block", Hidden::No),
            ("visibility:hidden", Hidden::Faded),
            ("visibility:visible", Hidden::No),
            ("height:0;overflow:hidden", Hidden::Yes),
            ("overflow-y:hidden;max-height:0px", Hidden::Yes),
            ("height:0pt;overflow:hidden", Hidden::Yes),
            ("height:0em;overflow:hidden", Hidden::Yes),
            ("height:0rem;overflow:hidden", Hidden::Yes),
            ("height:0%;overflow:hidden", Hidden::Yes),
            ("height:0", Hidden::No),
            ("overflow:hidden", Hidden::No),
            ("height:10px;overflow:hidden", Hidden::No),
            ("height:0;overflow:hidden;visibility:hidden", Hidden::Yes),
            ("font-size:0", Hidden::Yes),
            ("font-size:12px", Hidden::No),
            ("text-indent:-9999px", Hidden::Yes),
            ("position:absolute;left:-9999em", Hidden::Yes),
            ("top:-999px", Hidden::Yes),
            ("margin-left:-9990px", Hidden::Yes),
            ("text-indent:2em", Hidden::No),
            ("none", Hidden::No),
        ] {
            assert_eq!(of_style(style), hidden, "{style}");
        }
    }
}
