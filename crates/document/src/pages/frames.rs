//! Pages whose document is another page, shown in a frame.
//!
//! Only finds; fetching is the business of the service.

use std::collections::HashSet;

use url::Url;

use crate::options::ExtractOptions;
use crate::tree;
use crate::tree::flat::{Flat, Visibility};

/// Most frames of a page that are looked into.
const MOST_FRAMES: usize = 4;

/// The addresses of the pages that the page at `url` shows in frames: of its own host, in their order,
/// without files.
pub fn framed_pages(html: &str, url: &Url, options: &ExtractOptions) -> Vec<Url> {
    let Ok(tree) = tree::parse_within(html, options) else {
        return Vec::new();
    };
    let visibility = Visibility {
        respect_hidden: true,
        skipped: &HashSet::new(),
        shown: &HashSet::new(),
    };
    let flat = Flat::new(&tree, &visibility);
    let base = flat.base(Some(url)).unwrap_or_else(|| url.clone());
    let mut found: Vec<Url> = Vec::new();
    for (_, element) in flat.shown_frames() {
        let address = element
            .attr("src")
            .and_then(|src| base.join(src.trim()).ok());
        let Some(address) = address else { continue };
        let own = matches!(address.scheme(), "http" | "https")
            && address.host() == url.host()
            && address != *url
            && !found.contains(&address);
        if own && found.len() < MOST_FRAMES {
            found.push(address);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_frames_of_the_same_host_that_can_be_seen_are_pages() {
        let url = Url::parse("https://www.example.gov.cn/a/b.html").expect("an address");
        let html = "<iframe src='show.jsp?id=1'></iframe><iframe src='//other.example.cn/x'></iframe>\
            <iframe src='about:blank'></iframe><iframe src='/count.html' style='display:none'></iframe>\
            <iframe src='/small.html' height=0></iframe><div hidden><iframe src='/c.html'></iframe></div>\
            <iframe src='b.html'></iframe><iframe src='/d.html'></iframe><iframe src='/d.html'></iframe>";
        let found = framed_pages(html, &url, &ExtractOptions::default());
        let paths: Vec<&str> = found.iter().map(Url::path).collect();
        assert_eq!(paths, ["/a/show.jsp", "/d.html"]);
    }
}
