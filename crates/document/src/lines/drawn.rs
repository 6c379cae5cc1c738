//! What a page shows that is neither text nor a picture of its own: diagrams in SVG, the empty places
//! that a script draws charts into, films.

use scraper::node::Element;

use crate::tree::flat::{Flat, Kind};

/// Whether the element at `node` is a drawing that holds words, or a place that is drawn on.
pub(super) fn is_drawing(flat: &Flat<'_>, node: u32) -> bool {
    let Some((_, element)) = flat.element(node) else {
        return false;
    };
    match element.name() {
        "canvas" => true,
        "svg" => {
            let inner = node + 1..flat.nodes[node as usize].end;
            inner.into_iter().any(|at| {
                matches!(flat.nodes[at as usize].kind, Kind::Element(_, element) if element.name() == "text")
            })
        }
        _ => false,
    }
}

/// Whether the element at `node` is a film to be watched, and not one that moves behind the page.
pub(super) fn is_film(flat: &Flat<'_>, node: u32) -> bool {
    let Some((_, element)) = flat.element(node) else {
        return false;
    };
    let address = match element.name() {
        "video" => {
            let behind = element.attr("autoplay").is_some() && element.attr("muted").is_some();
            return !behind && !flat.hides_itself(node);
        }
        "embed" | "iframe" => element.attr("src"),
        "object" => element.attr("data"),
        _ => return false,
    };
    address.is_some_and(is_address_of_film) && !flat.hides_itself(node)
}

/// Endings of the files of films.
const FILMS: &[&str] = &[
    "mp4", "m4v", "webm", "ogv", "mov", "avi", "wmv", "flv", "swf", "m3u8",
];

fn is_address_of_film(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    FILMS.contains(&ending.trim().to_ascii_lowercase().as_str())
}

/// Whether the element at `node` is empty and named for the chart that a script draws into it.
pub(crate) fn is_place_of_chart(flat: &Flat<'_>, node: u32) -> bool {
    let Some((tag, element)) = flat.element(node) else {
        return false;
    };
    // Most elements hold more than a piece of white space, and names cost a look at the attributes.
    let held = flat.nodes[node as usize].end - node;
    if held > 2 || !tag.breaks_line() || !names_chart(element) {
        return false;
    }
    let inner = node + 1..flat.nodes[node as usize].end;
    inner
        .into_iter()
        .all(|at| match flat.nodes[at as usize].kind {
            Kind::Text(text) => text.trim().is_empty(),
            Kind::Element(..) => false,
        })
}

fn names_chart(element: &Element) -> bool {
    let named = |value: &str| value.to_ascii_lowercase().contains("chart");
    element.attr("id").is_some_and(named) || element.attr("class").is_some_and(named)
}
