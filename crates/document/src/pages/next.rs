//! Documents that stand on several pages: which page is next.
//!
//! Only finds; fetching is the business of the service.

use std::sync::LazyLock;

use regex::Regex;
use scraper::{Html, Node};
use url::Url;

use crate::tree::parse;

/// Longest page on which a link to the next is looked for, in nodes.
const MOST_NODES: usize = 2_000_000;

/// TRS writes the links of a paginated document by script: pages in all, this page from 0, the
/// name of the first page and its ending.
static TRS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"createPageHTML\s*\(\s*["']?([0-9]{1,4})["']?\s*,\s*["']?([0-9]{1,4})["']?\s*,\s*["']([A-Za-z0-9_.-]{1,100})["']\s*,\s*["']([a-z]{3,6})["']"#,
    )
    .expect("a constant pattern")
});

static PAGE_SUFFIX: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(.+)[_-]([0-9]{1,3})$").expect("a constant pattern"));

/// Query parameters that number the pages of a document.
const PAGE_PARAMETERS: &[&str] = &[
    "page",
    "p",
    "pageno",
    "pagenum",
    "pageindex",
    "currentpage",
    "curpage",
];

/// The address of the page on which the document at `url` goes on, when `html` links to one: on
/// the same host, with the same name but for the page's number, and that number the next.
///
/// Lists of documents are paginated too, and are not one document: pages named `index` or `list`
/// have no next page here.
pub fn next_page(html: &str, url: &Url) -> Option<Url> {
    if !may_have_pages(html) {
        return None;
    }
    let current = PageName::of(url)?;
    if let Some(next) = next_by_script(html, url) {
        return Some(next);
    }
    let tree = parse::parse(html, MOST_NODES).ok()?;
    let mut numbered = None;
    for (node, element) in anchors(&tree) {
        let Some(target) = element
            .attr("href")
            .and_then(|href| url.join(href.trim()).ok())
        else {
            continue;
        };
        let words = words(node);
        let says_next = element.attr("rel") == Some("next")
            || ["下一页", "下页", "后一页", "下一頁", "Next"]
                .iter()
                .any(|word| words.contains(word));
        let number = words.parse::<u32>().ok();
        if !(says_next || number.is_some()) || !current.is_followed_by(&target, url) {
            continue;
        }
        if says_next {
            return Some(without_fragment(target));
        }
        let first_number = number.is_some_and(|number| current.shown_as(number));
        if numbered.is_none() && first_number {
            numbered = Some(target);
        }
    }
    numbered.map(without_fragment)
}

/// A cheap look before the page is parsed a second time.
fn may_have_pages(html: &str) -> bool {
    html.contains("createPageHTML")
        || html.contains("下一页")
        || html.contains("下页")
        || html.contains("后一页")
        || html.contains("下一頁")
        || html.contains("rel=\"next\"")
        || html.contains(">2</a>")
        // On the second page and after it.
        || html.contains(">1</a>")
        || html.contains(">Next")
}

fn anchors(
    tree: &Html,
) -> impl Iterator<Item = (ego_tree::NodeRef<'_, Node>, &scraper::node::Element)> {
    tree.tree.nodes().filter_map(|node| {
        let element = node.value().as_element()?;
        matches!(element.name(), "a" | "link").then_some((node, element))
    })
}

fn words(node: ego_tree::NodeRef<'_, Node>) -> String {
    node.descendants()
        .filter_map(|inner| inner.value().as_text())
        .flat_map(|text| text.text.chars())
        .filter(|c| !c.is_whitespace())
        .take(20)
        .collect()
}

fn next_by_script(html: &str, url: &Url) -> Option<Url> {
    let call = TRS.captures_iter(html).last()?;
    let (pages, current): (u32, u32) = (call[1].parse().ok()?, call[2].parse().ok()?);
    let name = &call[3];
    let own = url.path().rsplit('/').next().unwrap_or_default();
    if current + 1 >= pages || is_list_name(name) || !own.starts_with(name) {
        return None;
    }
    url.join(&format!("{name}_{}.{}", current + 1, &call[4]))
        .ok()
}

fn is_list_name(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "index" | "list" | "default" | "node" | "more" | "col"
    )
}

/// A page's address as name and number.
struct PageName {
    directory: String,
    stem: String,
    ending: String,
    /// 0 when the address has no number, which is the first page.
    number: u32,
}

impl PageName {
    fn of(url: &Url) -> Option<Self> {
        let (directory, file) = url.path().rsplit_once('/')?;
        let (name, ending) = file.rsplit_once('.').unwrap_or((file, ""));
        let (stem, number) = match PAGE_SUFFIX.captures(name) {
            Some(captures) => (captures[1].to_owned(), captures[2].parse().ok()?),
            None => (name.to_owned(), 0),
        };
        if is_list_name(&stem) {
            return None;
        }
        Some(Self {
            directory: directory.to_owned(),
            stem,
            ending: ending.to_owned(),
            number,
        })
    }

    fn is_followed_by(&self, target: &Url, own: &Url) -> bool {
        if target.host_str() != own.host_str()
            || target.port_or_known_default() != own.port_or_known_default()
            || !matches!(target.scheme(), "http" | "https")
        {
            return false;
        }
        if target.path() == own.path() {
            return next_by_query(target, own);
        }
        let Some((directory, file)) = target.path().rsplit_once('/') else {
            return false;
        };
        let (name, ending) = file.rsplit_once('.').unwrap_or((file, ""));
        let Some(captures) = PAGE_SUFFIX.captures(name) else {
            return false;
        };
        let full_name = self.full_name();
        let same_stem = captures[1] == self.stem || captures[1] == full_name;
        // `t20240301_1234.html` may have a number that is no page's.
        let own_number = if captures[1] == full_name {
            0
        } else {
            self.number
        };
        let number: u32 = captures[2].parse().unwrap_or(0);
        let follows = match own_number {
            // The second page is called 1 (TRS) or 2 (most others).
            0 => number == 1 || number == 2,
            own_number => number == own_number + 1,
        };
        directory == self.directory && ending == self.ending && same_stem && follows
    }

    fn full_name(&self) -> String {
        if self.number == 0 {
            self.stem.clone()
        } else {
            format!("{}_{}", self.stem, self.number)
        }
    }

    /// Whether a link shown as `shown` can lead to the page after this one.
    fn shown_as(&self, shown: u32) -> bool {
        // The number in the address may be the document's own, this being its first page.
        shown == 2 || shown == self.number + 1 || shown == self.number + 2
    }
}

/// Whether two addresses differ in one page number only, by one.
fn next_by_query(target: &Url, own: &Url) -> bool {
    let page_of = |url: &Url| {
        url.query_pairs()
            .find(|(key, _)| PAGE_PARAMETERS.contains(&key.to_ascii_lowercase().as_str()))
            .and_then(|(_, value)| value.parse::<u32>().ok())
    };
    let rest_of = |url: &Url| {
        let mut rest: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(key, _)| !PAGE_PARAMETERS.contains(&key.to_ascii_lowercase().as_str()))
            .map(|(key, value)| (key.into_owned(), value.into_owned()))
            .collect();
        rest.sort();
        rest
    };
    let own_page = page_of(own).unwrap_or(1);
    page_of(target) == Some(own_page + 1) && rest_of(target) == rest_of(own)
}

fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(html: &str, url: &str) -> Option<String> {
        next_page(html, &Url::parse(url).expect("a URL")).map(String::from)
    }

    #[test]
    fn the_next_page_of_the_same_document_is_found() {
        for (html, url, expected) in [
            (
                "<span>1</span> <a href='content_9_2.htm'>2</a> <a href='content_9_3.htm'>3</a> <a href='content_9_2.htm'>下一页</a>",
                "http://www.example.gov.cn/txt/content_9.htm",
                Some("http://www.example.gov.cn/txt/content_9_2.htm"),
            ),
            (
                "<a href='content_9.htm'>上一页</a><a href='content_9_3.htm'>下一页</a>",
                "http://www.example.gov.cn/txt/content_9_2.htm",
                Some("http://www.example.gov.cn/txt/content_9_3.htm"),
            ),
            (
                "<script>createPageHTML(3, 1, \"t20240301_77\", \"html\");</script>",
                "http://www.example.gov.cn/a/t20240301_77_1.html",
                Some("http://www.example.gov.cn/a/t20240301_77_2.html"),
            ),
            (
                "<a href='?id=5&amp;page=2'>下一页</a>",
                "http://www.example.gov.cn/show.jsp?id=5",
                Some("http://www.example.gov.cn/show.jsp?id=5&page=2"),
            ),
            (
                "<b>1</b><a href='art_12_8_2.html'>2</a>",
                "http://www.example.gov.cn/art_12_8.html",
                Some("http://www.example.gov.cn/art_12_8_2.html"),
            ),
            (
                "<a href='content_9.htm'>1</a><b>2</b><a href='content_9_3.htm'>3</a>",
                "http://www.example.gov.cn/txt/content_9_2.htm",
                Some("http://www.example.gov.cn/txt/content_9_3.htm"),
            ),
            (
                "<a href='t20240301_77.html'>1</a><b>2</b><a href='t20240301_77_2.html'>3</a>",
                "http://www.example.gov.cn/a/t20240301_77_1.html",
                Some("http://www.example.gov.cn/a/t20240301_77_2.html"),
            ),
        ] {
            assert_eq!(next(html, url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn other_documents_hosts_and_lists_are_not_followed() {
        for (html, url) in [
            (
                "<a href='t20240302_78.html'>下一页</a>",
                "http://www.example.gov.cn/a/t20240301_77.html",
            ),
            (
                "<a href='http://other.example.cn/txt/content_9_2.htm'>下一页</a>",
                "http://www.example.gov.cn/txt/content_9.htm",
            ),
            (
                "<a href='index_1.html'>下一页</a>",
                "http://www.example.gov.cn/a/index.html",
            ),
            (
                "<a href='content_9_3.htm'>下一页</a>",
                "http://www.example.gov.cn/txt/content_9.htm",
            ),
            (
                "<a href='javascript:void(0)'>下一页</a>",
                "http://www.example.gov.cn/txt/content_9.htm",
            ),
            (
                "<script>createPageHTML(2, 1, \"t20240301_77\", \"html\");</script>",
                "http://www.example.gov.cn/a/t20240301_77_1.html",
            ),
            (
                "<a href='?id=6&amp;page=2'>下一页</a>",
                "http://www.example.gov.cn/show.jsp?id=5",
            ),
        ] {
            assert_eq!(next(html, url), None, "{html}");
        }
    }
}
