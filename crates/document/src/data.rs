//! Text that lies in a page as data: what a script in the browser would make the page of.
//!
//! News pages describe themselves in JSON-LD, and the frameworks that build pages from scripts leave
//! the state they were built from: `__NEXT_DATA__`, `window.__NUXT__`. Only the text that is plainly
//! the page's article is taken: under the page's own title, or the only long text there.

use std::fmt::Write as _;

use scraper::{Html, Node};
use serde_json::Value;

use crate::characters::{collapse, without_spaces};

/// Fewest characters of an article: a sentence or two.
const FEWEST_CHARS: usize = 30;

/// Most objects and lists inside each other that are looked into.
const DEEPEST: usize = 40;

/// Names that the text of an article has in such data, the longest text first in doubt.
const TITLES: &[&str] = &[
    "headline",
    "title",
    "name",
    "articletitle",
    "docname",
    "subject",
];

/// Names under which data gives the day of publication.
const DATES: &[&str] = &[
    "datepublished",
    "pubdate",
    "publishdate",
    "publishtime",
    "pubtime",
    "publishedat",
    "releasetime",
    "releasedate",
    "date",
    "createtime",
];

/// An article as the data has it.
struct Article {
    title: String,
    date: Option<String>,
    /// HTML or plain text.
    body: String,
}

/// A page of nothing but the article that lies in `html` as data; `None` when there is none.
pub(crate) fn article(html: &Html) -> Option<String> {
    let page_title = page_title(html);
    let mut articles = Vec::new();
    for value in values(html) {
        collect(&value, DEEPEST, &mut articles);
    }
    let length = |article: &Article| letters(&article.body);
    let named = articles
        .iter()
        .filter(|article| is_named(&page_title, &article.title))
        .max_by_key(|article| length(article));
    let chosen = match (named, articles.as_slice()) {
        (Some(article), _) => article,
        (None, [only]) => only,
        _ => return None,
    };
    Some(page_of(chosen))
}

/// The article as a page, to be read as any other.
fn page_of(article: &Article) -> String {
    let title = html_escape::encode_text(&article.title);
    let mut page = format!("<title>{title}</title><h1>{title}</h1>");
    if let Some(date) = &article.date {
        let date = html_escape::encode_double_quoted_attribute(date);
        let _ = write!(page, "<meta name=\"PubDate\" content=\"{date}\">");
    }
    if is_markup(&article.body) {
        let _ = write!(page, "<div id=\"zoom\">{}</div>", article.body);
    } else {
        page.push_str("<div id=\"zoom\">");
        for line in article.body.lines() {
            let _ = write!(page, "<p>{}</p>", html_escape::encode_text(line));
        }
        page.push_str("</div>");
    }
    page
}

/// The data of the page's scripts.
fn values(html: &Html) -> impl Iterator<Item = Value> + '_ {
    html.tree.nodes().filter_map(|node| {
        let element = node.value().as_element()?;
        if element.name() != "script" {
            return None;
        }
        let text = node.first_child()?.value().as_text()?;
        let text = text.trim();
        match element.attr("type").map(str::trim) {
            Some(kind) if kind.ends_with("json") => serde_json::from_str(text).ok(),
            _ => assigned(text),
        }
    })
}

/// The object that a script assigns to a variable of the window: `window.__NUXT__={…}`.
fn assigned(script: &str) -> Option<Value> {
    let (name, rest) = script.split_once('=')?;
    if !name.trim_start().starts_with("window.") {
        return None;
    }
    let rest = rest.trim_start();
    if !rest.starts_with(['{', '[']) {
        return None;
    }
    // What follows the object is more of the script.
    serde_json::Deserializer::from_str(rest)
        .into_iter()
        .next()?
        .ok()
}

/// Adds the articles of `value` and of what it holds.
fn collect(value: &Value, depth: usize, articles: &mut Vec<Article>) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect(item, depth - 1, articles)),
        Value::Object(fields) => {
            let text = |names: &[&str]| {
                names.iter().find_map(|name| {
                    fields
                        .iter()
                        .find(|(key, _)| key.to_ascii_lowercase().replace('_', "") == *name)
                        .and_then(|(_, value)| value.as_str())
                        .map(collapse)
                        .filter(|text| !text.is_empty())
                })
            };
            let body = fields
                .values()
                .filter_map(Value::as_str)
                .filter(|text| is_article(text))
                .max_by_key(|text| letters(text));
            if let (Some(title), Some(body)) = (text(TITLES), body) {
                articles.push(Article {
                    title,
                    date: text(DATES),
                    body: body.to_owned(),
                });
            }
            fields
                .values()
                .for_each(|field| collect(field, depth - 1, articles));
        }
        _ => {}
    }
}

/// Whether a text can be an article: sentences, not a name or an address.
fn is_article(text: &str) -> bool {
    letters(text) >= FEWEST_CHARS && text.contains(['。', '；', '！', '？'])
}

/// Characters of a text without its markup, about.
fn letters(text: &str) -> usize {
    let mut inside = false;
    text.chars()
        .filter(|&c| {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                _ => return !inside && !c.is_whitespace(),
            }
            false
        })
        .count()
}

fn is_markup(text: &str) -> bool {
    ["</p>", "</div>", "</span>", "<br", "</P>", "</td>"]
        .iter()
        .any(|tag| text.contains(tag))
}

/// Whether the title of an article is the page's, or a part of it.
fn is_named(page_title: &str, title: &str) -> bool {
    const SHORTEST: usize = 4;
    let title = without_spaces(title);
    title.chars().count() >= SHORTEST && page_title.contains(&title)
}

fn page_title(html: &Html) -> String {
    let titles = html.tree.nodes().filter_map(|node| {
        let element = node.value().as_element()?;
        match element.name() {
            "title" => node
                .first_child()?
                .value()
                .as_text()
                .map(|text| text.to_string()),
            "meta" => {
                let name = element.attr("name").or_else(|| element.attr("property"))?;
                let title = matches!(
                    name.to_ascii_lowercase().as_str(),
                    "articletitle" | "og:title"
                );
                title
                    .then(|| element.attr("content").map(str::to_owned))
                    .flatten()
            }
            "h1" => node.descendants().find_map(|inner| match inner.value() {
                Node::Text(text) => Some(text.to_string()),
                _ => None,
            }),
            _ => None,
        }
    });
    without_spaces(&titles.collect::<Vec<_>>().join(" "))
}
