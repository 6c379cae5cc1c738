//! `<title>` without the names of site and column that templates put around the document's.

use std::sync::LazyLock;

use regex::Regex;

use super::headings::{LONGEST, is_way_to_page};
use super::shown::run_of;
use crate::characters::{collapse, is_wide, without_spaces};
use crate::facts::head::PageHead;
use crate::lines::Line;

/// What `<title>` says of the document.
pub(super) struct PageTitle {
    pub(super) text: String,
    /// The first line that shows it.
    shown: Option<usize>,
}

impl PageTitle {
    /// `<title>` without the names around it: those that look like a site's or a column's, and
    /// any other behind the words that the page shows.
    pub(super) fn of(head: &PageHead, lines: &[Line]) -> Option<Self> {
        let stripped = strip_site(head.title.as_deref()?, head)?;
        let mut rest = stripped.as_str();
        loop {
            let tails = std::iter::successors(Some(rest), |rest| after_name(rest));
            for tail in tails.take(1 + MOST_NAMES_BEFORE) {
                let shown = first_shown(tail, lines);
                if shown.is_some() {
                    let text = tail.to_owned();
                    return Some(Self { text, shown });
                }
            }
            match split_last(rest) {
                Some((before, _)) if before.chars().count() >= SHORTEST_SHOWN => {
                    rest = before.trim();
                }
                _ => break,
            }
        }
        Some(Self {
            text: stripped,
            shown: None,
        })
    }

    pub(super) fn is_shown(&self) -> bool {
        self.shown.is_some()
    }
}

/// The name of the column that the head of the page names, for a page that lists others.
pub(crate) fn column(head: &PageHead) -> Option<String> {
    let parts = head.title.as_deref()?.split(SEPARATORS).map(str::trim);
    let named: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let column = named.iter().find(|part| is_column(&without_spaces(part)));
    column.or(named.first()).map(|part| collapse(part))
}

/// The first line that shows the title which the head of the page names, links aside.
pub(crate) fn named_in_head(head: &PageHead, lines: &[Line]) -> Option<usize> {
    match &head.article_title {
        Some(title) => first_shown(title, lines),
        None => PageTitle::of(head, lines)?.shown,
    }
}

/// Shortest title that is looked for on the page, in characters: 停水通告.
pub(super) const SHORTEST_SHOWN: usize = 4;

fn first_shown(title: &str, lines: &[Line]) -> Option<usize> {
    let target: Vec<char> = without_spaces(title).chars().collect();
    if target.len() < SHORTEST_SHOWN {
        return None;
    }
    (0..lines.len())
        .filter(|&at| lines[at].link_density() < 0.5)
        .find(|&at| run_of(lines, at, &target).is_some())
}

/// Endings of the names of sites and organisations.
static SITE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(网|网站|官网|门户|平台|首页|在线|频道|栏目|专栏|专题|公报|政府信息公开|信息公开(目录)?|人民政府|政府|办公厅|办公室|委员会|总局|管理局|[省市县区]?[\p{Han}]{1,12}[厅局委部署办]|中心|[\p{Han}]{2}之窗|[\p{Han}]{2,6}[省市县区])$|gov\.cn|\.com|\.cn$",
    )
    .expect("a constant pattern")
});

/// Names of columns, and of pages that have none of their own.
static COLUMN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^[\p{Han}]{0,6}(要闻|动态|公告|公示|通知|通告|新闻|时政|政策|文件|解读|图解|信箱|公报|法规|信息|规划计划|计划总结|人事任免|统计数据|预决算|行政许可|办事指南|建议提案|详情|正文|内容页?|详细内容|内容详情|文章页)$",
    )
    .expect("a constant pattern")
});

/// Longest name of a site, in characters.
const LONGEST_SITE_CHARS: usize = 30;

pub(super) fn is_site_like(text: &str) -> bool {
    let tight = without_spaces(text);
    tight.chars().count() <= LONGEST_SITE_CHARS && (SITE.is_match(&tight) || is_column(&tight))
}

/// Whether a name is a column's. A document's that ends alike is longer or says what it is about.
pub(crate) fn is_column(tight: &str) -> bool {
    COLUMN.is_match(tight) && !tight.contains("关于")
}

/// `<title>` without the names of site and column before and after the document's.
///
/// `None` when nothing but such names is there.
pub(super) fn strip_site(page_title: &str, head: &PageHead) -> Option<String> {
    let mut rest = page_title.trim();
    // The way to the page ends with its name.
    if is_way_to_page(rest)
        && let Some((_, last)) = split_last(rest)
        && !is_column(&without_spaces(last))
        && last.chars().count() >= SHORTEST_SHOWN
    {
        return Some(collapse(last));
    }
    while let Some((before, after)) = split_last(rest) {
        let strong_separator = rest[before.len()..].starts_with(['_', '|', '｜', '>', '»']);
        let named = head.is_site_name(after) || is_site_like(after);
        let short_tail = strong_separator
            && after.chars().count() <= 12
            && !(rest[before.len()..].starts_with(['|', '｜']) && is_genre(before, after));
        if !named && !short_tail {
            break;
        }
        if before.trim().is_empty() {
            return None;
        }
        rest = before.trim();
    }
    if let Some((before, after)) = split_first(rest)
        && (head.is_site_name(before) || (is_site_like(before) && names_portal(before)))
        && after.chars().count() >= 6
    {
        rest = after.trim();
    }
    let rest = rest.trim_matches(|c: char| c == ':' || c == '：' || c.is_whitespace());
    let alone = head.is_site_name(rest) || is_organisation(rest) || rest.chars().count() > LONGEST;
    (!alone && rest.contains(char::is_alphanumeric)).then(|| collapse(rest))
}

/// Whether a title begins with its kind, which is shorter than what follows: 图解｜停车收费新办法.
fn is_genre(before: &str, after: &str) -> bool {
    const LONGEST_GENRE: usize = 6;
    let length = |text: &str| without_spaces(text).chars().count();
    length(before) <= LONGEST_GENRE && length(before) < length(after)
}

/// Whether a name is a portal's, which some sites put before the title.
fn names_portal(text: &str) -> bool {
    text.contains("政府") || text.contains("网站") || text.contains("门户") || text.ends_with('网')
}

/// A `<title>` that is nothing but an organisation's name.
fn is_organisation(text: &str) -> bool {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^(欢迎(访问|光临|来到)?)?[\p{Han}（）()]{2,24}(网|网站|门户|门户网站|人民政府|政府|总局|委员会|办公厅|办公室|[\p{Han}][厅局部署])$|^(首页|详情|详细内容|内容|正文|信息公开|文章详情|政策文件|内容页|详情页|无标题文档|文章页)$",
        )
        .expect("a constant pattern")
    });
    let tight = without_spaces(text);
    NAME.is_match(&tight) && !tight.contains("关于") && !tight.contains("通知")
}

/// Most names of site and column before a title that are parted by spaces.
const MOST_NAMES_BEFORE: usize = 3;

/// What follows the first of the names that some systems put before the title, parted by spaces:
/// 某某局 政策法规 关于…的公告. No name holds a mark.
fn after_name(text: &str) -> Option<&str> {
    let (name, rest) = text.split_once(' ')?;
    let is_name = (2..=LONGEST_SITE_CHARS).contains(&name.chars().count())
        && name.chars().all(|c| is_wide(c) && c.is_alphabetic());
    (is_name && rest.chars().count() >= SHORTEST_SHOWN).then_some(rest)
}

const SEPARATORS: [char; 9] = ['_', '|', '｜', '-', '–', '—', '>', '»', '·'];

fn split_last(text: &str) -> Option<(&str, &str)> {
    let (at, separator) = text
        .char_indices()
        .rev()
        .find(|(_, c)| SEPARATORS.contains(c))?;
    let after = &text[at + separator.len_utf8()..];
    let before = text[..at].trim_end_matches(SEPARATORS);
    Some((before, after.trim()))
}

fn split_first(text: &str) -> Option<(&str, &str)> {
    let (at, separator) = text.char_indices().find(|(_, c)| SEPARATORS.contains(c))?;
    let after = &text[at + separator.len_utf8()..];
    Some((text[..at].trim(), after.trim_start_matches(SEPARATORS)))
}
