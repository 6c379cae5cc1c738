//! A page that lists documents, a 栏目 of a portal: what it links to, for feeds.
//!
//! Which lines are entries is decided in `listing`, as it is for a list that is read aloud; here
//! they keep their addresses.

use std::collections::HashSet;

use langdu_model::IsoDate;
use url::Url;

use crate::facts::{date, head, labels, title};
use crate::lines::{self, Line};
use crate::options::{ExtractError, ExtractOptions, Found};
use crate::search::listing;
use crate::tree;
use crate::tree::flat::{Flat, Visibility};

/// A column of a portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPage {
    /// The column's name; empty when the page has none.
    pub title: String,
    /// What it lists, in the page's order.
    pub entries: Vec<ListEntry>,
}

/// A document that a column lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListEntry {
    /// The link's own words.
    pub title: String,
    /// Where it leads: http or https.
    pub url: Url,
    /// The date beside it.
    pub date: Option<IsoDate>,
}

/// The documents that the page at `address` lists. Each address comes once.
///
/// # Errors
/// [`ExtractError::NothingReadable`] when it holds no list of at least three titles, or a limit
/// of `options`.
pub fn list(html: &str, address: &Url, options: &ExtractOptions) -> Result<ListPage, ExtractError> {
    let tree = tree::parse_within(html, options)?;
    let skipped = match options.rule_for(Some(address)) {
        Some(rule) => rule.skipped_of(&tree)?,
        None => HashSet::new(),
    };
    let visibility = Visibility {
        respect_hidden: true,
        skipped: &skipped,
        shown: &HashSet::new(),
    };
    let flat = Flat::new(&tree, &visibility);
    let cut = lines::cut(&flat);
    let kept = listing::entries(&flat, &cut);
    let (Some(&first), Some(&last)) = (kept.first(), kept.last()) else {
        return Err(ExtractError::NothingReadable {
            found: Found::NoList,
        });
    };
    let head = head::read(&flat);
    let labels = labels::read(&flat, &cut.lines);
    let title = title::find(&flat, &cut, &head, &labels, &(first..last + 1), first);
    let base = flat.base(Some(address)).unwrap_or_else(|| address.clone());
    let mut known = HashSet::new();
    let mut entries: Vec<ListEntry> = Vec::new();
    let mut date_above = None;
    for &index in &kept {
        let line = &cut.lines[index];
        match entry(&flat, line, &base) {
            Some(mut entry) => {
                entry.date = entry.date.or(date_above.take());
                if known.insert(entry.url.clone()) {
                    entries.push(entry);
                }
            }
            // A date on a line of its own belongs to the title above it, or opens the one below.
            None => match entries.last_mut() {
                Some(above) if above.date.is_none() => above.date = date::find_date(&line.text),
                _ => date_above = date::find_date(&line.text),
            },
        }
    }
    let title = match title.text {
        empty if empty.is_empty() => title::column(&head).unwrap_or_default(),
        title => title,
    };
    Ok(ListPage { title, entries })
}

/// The longest link of a line, and the date beside it.
fn entry(flat: &Flat<'_>, line: &Line, base: &Url) -> Option<ListEntry> {
    let (link, words) = line
        .links
        .iter()
        .map(|&link| (link, flat.text(link)))
        .max_by_key(|(_, words)| words.chars().count())?;
    let (_, element) = flat.element(link)?;
    let mut url = base.join(element.attr("href")?.trim()).ok()?;
    url.set_fragment(None);
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let beside = line.text.replacen(&words, " ", 1);
    Some(ListEntry {
        title: whole_title(words, element.attr("title")),
        url,
        date: date::find_date(&beside),
    })
}

/// Templates cut long titles and keep the whole one in the link's `title`.
fn whole_title(words: String, attribute: Option<&str>) -> String {
    let begun = words.trim_end_matches(['…', '.', '。']);
    match attribute.map(str::trim) {
        Some(whole) if begun.len() < words.len() && whole.starts_with(begun) => whole.to_owned(),
        _ => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> ListPage {
        let address = Url::parse("https://www.example.gov.cn/zwgk/index.html").unwrap();
        list(html, &address, &ExtractOptions::default()).unwrap()
    }

    fn page(rows: &str) -> String {
        format!(
            "<title>政策文件_青禾市人民政府</title><div class=nav><a href=/>首页</a>\
             <a href=/zwgk/>政务公开</a></div><h1>政策文件</h1>{rows}"
        )
    }

    #[test]
    fn entries_keep_title_address_and_date() {
        let listed = read(&page(
            "<ul><li><a href=\"../a/1.html#top\">关于做好老年人助餐服务的通知</a><span>2025-09-01</span></li>\
             <li><a href=2.html title=\"关于发放高龄津贴有关事项的通知（试行）\">关于发放高龄津贴有关事项的通…</a>\
             <span>2025-08-15</span></li>\
             <li><a href=//b.example.gov.cn/3.html>关于2024年度养老服务补贴的公告</a></li>\
             <li><a href=\"javascript:open()\">关于打开一个没有地址的窗口的通知</a></li>\
             <li><a href=2.html>关于发放高龄津贴有关事项的通知</a></li></ul>",
        ));
        assert_eq!(listed.title, "政策文件");
        let rows: Vec<(&str, &str, Option<&str>)> = listed
            .entries
            .iter()
            .map(|e| {
                (
                    e.title.as_str(),
                    e.url.as_str(),
                    e.date.as_ref().map(IsoDate::as_str),
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                (
                    "关于做好老年人助餐服务的通知",
                    "https://www.example.gov.cn/a/1.html",
                    Some("2025-09-01")
                ),
                (
                    "关于发放高龄津贴有关事项的通知（试行）",
                    "https://www.example.gov.cn/zwgk/2.html",
                    Some("2025-08-15")
                ),
                (
                    "关于2024年度养老服务补贴的公告",
                    "https://b.example.gov.cn/3.html",
                    None
                ),
            ]
        );
    }

    #[test]
    fn a_date_on_its_own_line_belongs_to_its_entry() {
        let listed = read(&page(
            "<dl><dd><a href=1.html>关于做好老年人助餐服务的通知</a></dd><dd>2025-09-01</dd>\
             <dd><a href=2.html>关于发放高龄津贴有关事项的通知</a></dd><dd>2025-08-15</dd>\
             <dd><a href=3.html>关于养老服务补贴发放情况的公告</a></dd><dd>2025-07-20</dd></dl>",
        ));
        let dates: Vec<_> = listed
            .entries
            .iter()
            .filter_map(|e| e.date.clone())
            .collect();
        assert_eq!(dates.len(), 3);
        assert_eq!(dates[2].as_str(), "2025-07-20");
    }

    #[test]
    fn a_list_without_a_heading_has_the_name_of_its_column() {
        let listed = read(
            "<title>政策文件_青禾市人民政府</title>\
             <ul><li><a href=1.html>关于做好老年人助餐服务的通知</a><span>2025-09-01</span></li>\
             <li><a href=2.html>关于发放高龄津贴有关事项的通知</a><span>2025-08-15</span></li>\
             <li><a href=3.html>关于养老服务补贴发放情况的公告</a><span>2025-07-20</span></li></ul>",
        );
        assert_eq!(listed.title, "政策文件");
        assert_eq!(listed.entries.len(), 3);
    }

    #[test]
    fn a_page_without_a_list_is_an_error() {
        let address = Url::parse("https://www.example.gov.cn/").unwrap();
        let html = page("<p>本栏目暂无内容。</p>");
        let listed = list(&html, &address, &ExtractOptions::default());
        assert!(matches!(listed, Err(ExtractError::NothingReadable { .. })));
    }
}
