//! What a page says its address is.

use scraper::Node;
use url::Url;

use crate::tree::parse;

/// Longest page that is looked through, in nodes.
const MOST_NODES: usize = 2_000_000;

/// The address in the page's `<link rel="canonical">`, resolved against `url`, where it stands.
/// `None` when there is none, or when there are two that differ.
pub fn canonical(html: &str, url: &Url) -> Option<Url> {
    // A cheap look before the page is parsed a second time.
    if !html.to_ascii_lowercase().contains("canonical") {
        return None;
    }
    let tree = parse::parse(html, MOST_NODES).ok()?;
    let links = tree.tree.nodes().filter_map(|node| match node.value() {
        Node::Element(element) if element.name() == "link" => Some(element),
        _ => None,
    });
    let mut named = links.filter(|link| {
        let rel = link.attr("rel").unwrap_or_default();
        rel.split_whitespace()
            .any(|word| word.eq_ignore_ascii_case("canonical"))
    });
    let href = |link: &scraper::node::Element| {
        let href = link
            .attr("href")
            .map(str::trim)
            .filter(|href| !href.is_empty())?;
        let mut address = url.join(href).ok()?;
        address.set_fragment(None);
        Some(address)
    };
    let first = named.find_map(href)?;
    named
        .filter_map(href)
        .all(|other| other == first)
        .then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(html: &str) -> Option<String> {
        let url = Url::parse("https://m.example.gov.cn/a/b.html?x=1").expect("a URL");
        canonical(html, &url).map(String::from)
    }

    #[test]
    fn a_page_says_its_address() {
        for (html, expected) in [
            (
                "<head><link rel='canonical' href='https://www.example.gov.cn/a/b.html'></head>",
                Some("https://www.example.gov.cn/a/b.html"),
            ),
            (
                "<LINK HREF=' /c.html#top ' REL='nofollow CANONICAL'>",
                Some("https://m.example.gov.cn/c.html"),
            ),
            (
                "<link rel=canonical href=c.html><link rel=canonical href=/a/c.html>",
                Some("https://m.example.gov.cn/a/c.html"),
            ),
            (
                "<link rel=canonical href=c.html><link rel=canonical href=d.html>",
                None,
            ),
            ("<link rel=canonical href=''>", None),
            ("<link rel=stylesheet href='canonical.css'>", None),
            ("<p>canonical</p>", None),
        ] {
            assert_eq!(found(html).as_deref(), expected, "{html}");
        }
    }
}
