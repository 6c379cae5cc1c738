//! Text that lies in a page as data: what a script in the browser would make the page of.
//!
//! News pages describe themselves in JSON-LD, and the frameworks that build pages from scripts leave
//! the state they were built from: `__NEXT_DATA__`, `window.__NUXT__`. Content systems write the text
//! into a script, or into a form field that nobody sees, and a script puts it in its place. Only the
//! text that is plainly the page's article is taken: under the page's own title, or the only long text
//! there. No script is run.

mod holders;
mod literal;

use std::fmt::Write as _;

use scraper::{Html, Node};
use serde_json::Value;

use crate::characters::{collapse, without_spaces};

/// Fewest characters of an article, a sentence or two: of plain text, which may be the question of a
/// dialog, and of markup.
const FEWEST_CHARS: usize = 30;
const FEWEST_OF_MARKUP: usize = 16;

/// Most objects and lists inside each other that are looked into.
const DEEPEST: usize = 40;

/// Names that the title of an article has in such data, without the marks between their words.
const TITLES: &[&str] = &[
    "headline",
    "title",
    "articletitle",
    "doctitle",
    "infotitle",
    "newstitle",
    "name",
    "docname",
    "subject",
    "biaoti",
];

/// Names under which data gives the day of publication.
const DATES: &[&str] = &[
    "datepublished",
    "pubdate",
    "publishdate",
    "publishtime",
    "pubtime",
    "publishedat",
    "publishedtime",
    "releasetime",
    "releasedate",
    "docreltime",
    "showtime",
    "date",
    "createtime",
    "createdate",
];

/// Names of what is said about an article and is not its text: it is no more than its beginning.
const SUMMARIES: &[&str] = &[
    "desc",
    "description",
    "summary",
    "abstract",
    "digest",
    "remark",
    "intro",
    "keywords",
    "subtitle",
    "sharedesc",
    "metadescription",
];

/// An article as the data has it.
struct Article {
    title: String,
    date: Option<String>,
    /// HTML or plain text.
    body: String,
}

/// A page with the article that lies in `html` as data; `None` when there is none.
pub(crate) fn article(html: &Html) -> Option<String> {
    let page_title = page_title(html);
    let mut articles = Vec::new();
    let held = holders::read(html);
    for value in &held.values {
        collect(value, DEEPEST, &mut articles);
    }
    let length = |article: &Article| letters(&article.body);
    let named = articles
        .iter()
        .filter(|article| is_named(&page_title, &article.title))
        .max_by_key(|article| length(article));
    let chosen = match (named, articles.as_slice()) {
        (Some(article), _) => Some(article),
        (None, [only]) => Some(only),
        _ => None,
    };
    if let Some(article) = chosen {
        return Some(page_of(article));
    }
    // A text without a title of its own is what the page shows below its title.
    let text = held
        .texts
        .iter()
        .filter(|text| is_markup(text) && is_article(text))
        .max_by_key(|text| letters(text))?;
    let (page, text) = (html.html(), balanced(text));
    Some(format!("{page}<div id=\"zoom\">{text}</div>"))
}

/// Markup with every element closed, so that nothing behind it falls into one that was left open.
fn balanced(markup: &str) -> String {
    Html::parse_fragment(markup).html()
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
        let _ = write!(page, "<div id=\"zoom\">{}</div>", balanced(&article.body));
    } else {
        page.push_str("<div id=\"zoom\">");
        for line in article.body.lines() {
            let _ = write!(page, "<p>{}</p>", html_escape::encode_text(line));
        }
        page.push_str("</div>");
    }
    page
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
            let field = |names: &[&str]| {
                names
                    .iter()
                    .find_map(|name| fields.iter().find(|(key, _)| plain(key) == *name))
                    .map(|(_, value)| value)
            };
            let text = |names: &[&str]| {
                field(names)
                    .and_then(Value::as_str)
                    .map(collapse)
                    .filter(|text| !text.is_empty())
            };
            let body = fields
                .iter()
                .filter(|(key, _)| !SUMMARIES.contains(&plain(key).as_str()))
                .filter_map(|(_, value)| value.as_str())
                .filter(|text| is_article(text))
                .max_by_key(|text| letters(text));
            if let (Some(title), Some(body)) = (text(TITLES), body) {
                articles.push(Article {
                    title,
                    date: field(DATES).and_then(day),
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

/// The name of a field, however its words are put together: `pub_time`, `pubTime`.
fn plain(key: &str) -> String {
    key.chars()
        .filter(|c| !matches!(c, '_' | '-'))
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// The day that a field gives: in words, or in milliseconds or seconds since 1970.
fn day(value: &Value) -> Option<String> {
    const LEAST_SECONDS: i64 = 100_000_000;
    const LEAST_MILLISECONDS: i64 = 100_000_000_000;
    /// Portals give the time of Beijing.
    const AHEAD_OF_UTC: i64 = 8 * 3600;
    let counted = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => match text.trim().parse() {
            Ok(number) if number >= LEAST_SECONDS => Some(number),
            _ => return Some(collapse(text)).filter(|text| !text.is_empty()),
        },
        _ => None,
    };
    let seconds = match counted? {
        number if number >= LEAST_MILLISECONDS => number / 1000,
        number if number >= LEAST_SECONDS => number,
        _ => return None,
    };
    let (year, month, day) = civil((seconds + AHEAD_OF_UTC).div_euclid(86_400));
    Some(format!("{year}-{month:02}-{day:02}"))
}

/// Year, month and day of the day that many days after 1 January 1970, counting years from March
/// so that the leap day is the last.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// Whether a text can be an article: sentences, not a name or an address.
fn is_article(text: &str) -> bool {
    let fewest = if is_markup(text) {
        FEWEST_OF_MARKUP
    } else {
        FEWEST_CHARS
    };
    letters(text) >= fewest && text.contains(['。', '；', '！', '？'])
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
    [
        "</p>",
        "</div>",
        "</span>",
        "<br",
        "</P>",
        "</td>",
        "</section>",
    ]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_given_in_words_or_counted() {
        for (value, expected) in [
            (
                serde_json::json!("2025-04-11 09:00"),
                Some("2025-04-11 09:00"),
            ),
            (serde_json::json!(1_709_136_000_000_i64), Some("2024-02-29")),
            (serde_json::json!("1735660800"), Some("2025-01-01")),
            (serde_json::json!(951_753_600), Some("2000-02-29")),
            (serde_json::json!(12), None),
            (serde_json::json!(""), None),
            (serde_json::json!(null), None),
        ] {
            assert_eq!(day(&value).as_deref(), expected, "{value}");
        }
    }
}
