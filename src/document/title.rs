//! The title: which words they are, and where on the page they stand.
//!
//! A page says its title up to four times: in a meta tag, in `<title>` with the site's name
//! around it, in the metadata table, and above the text. What the editors filled in beats what
//! the template made; words on the page beat the same words elsewhere, since they are what a
//! reader sees.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::boilerplate;
use super::flat::{Flat, Kind, Tag};
use super::lines::{Line, Lines, collapse, is_invisible, is_space, without_spaces};
use super::metadata::{Field, Head, Labels};

/// Longest title considered, in characters.
const LONGEST: usize = 200;

/// Rank of a heading whose markup leaves no doubt: `h1`, `h2`, or an element named for a title.
const SURE_RANK: u8 = 4;

/// How many lines above the text are looked at for a heading.
const LINES_ABOVE: usize = 60;

/// How far into the text its own heading may begin.
const LINES_INTO: usize = 12;

/// The title and where it stands.
#[derive(Debug, Default)]
pub(super) struct Title {
    pub(super) text: String,
    /// The lines that show it before the text begins, when the page has some.
    pub(super) shown: Option<Range<usize>>,
}

/// A heading on the page: an element or a run of centred lines.
struct Heading {
    text: String,
    lines: Range<usize>,
    rank: u8,
}

/// Finds the title of the document whose lines are `core`, its first prose being `first_prose`.
pub(super) fn find(
    flat: &Flat<'_>,
    lines: &Lines,
    head: &Head,
    labels: &Labels,
    core: &Range<usize>,
    first_prose: usize,
) -> Title {
    let headings = headings(flat, lines, labels, core, first_prose);
    let shown_anywhere = named_in_head(head, &lines.lines).is_some();
    let Some(text) = choose(head, labels, &headings, first_prose, core, shown_anywhere) else {
        return Title::default();
    };
    let shown = shown(&lines.lines, &text, core, first_prose);
    let text = match &shown {
        // The same words as the page shows them.
        Some(range) => join(&lines.lines[range.clone()]),
        None => text,
    };
    Title { text, shown }
}

/// The first line that shows the title which the head of the page names, links aside.
pub(super) fn named_in_head(head: &Head, lines: &[Line]) -> Option<usize> {
    let stripped = head
        .title
        .as_deref()
        .and_then(|title| strip_site(title, head));
    let title = head.article_title.clone().or(stripped)?;
    let target: Vec<char> = without_spaces(&title).chars().collect();
    if target.len() < 5 {
        return None;
    }
    (0..lines.len())
        .filter(|&at| lines[at].link_density() < 0.5)
        .find(|&at| run_of(lines, at, &target).is_some())
}

fn choose(
    head: &Head,
    labels: &Labels,
    headings: &[Heading],
    first_prose: usize,
    core: &Range<usize>,
    shown_anywhere: bool,
) -> Option<String> {
    let labelled = labels
        .values
        .iter()
        .filter(|value| value.field == Field::Title && value.catalogue)
        .filter(|value| value.line < first_prose || !core.contains(&value.line))
        .map(|value| value.value.clone())
        .find(|value| value.chars().count() >= 4);
    let edited = head
        .article_title
        .clone()
        .filter(|title| !head.is_site_name(title))
        .or(labelled);
    if let Some(title) = edited {
        return Some(complete(title, headings));
    }
    if let Some(page_title) = &head.title {
        let tight = without_spaces(page_title);
        let inside = headings
            .iter()
            .filter(|heading| {
                let heading_tight = without_spaces(&heading.text);
                heading_tight.chars().count() >= 4
                    && tight.contains(&heading_tight)
                    && !head.is_site_name(&heading.text)
                    && (!is_site_like(&heading_tight) || tight.starts_with(&heading_tight))
            })
            .max_by_key(|heading| heading.text.chars().count());
        let stripped = strip_site(page_title, head);
        if let Some(heading) = inside {
            let rest = stripped
                .as_deref()
                .map_or(0, |text| without_spaces(text).chars().count());
            // A heading that is only a part of the title (a column's name in it) does not win.
            if without_spaces(&heading.text).chars().count() * 2 >= rest {
                return Some(heading.text.clone());
            }
        }
        if let Some(stripped) = stripped {
            let above = headings
                .iter()
                .filter(|heading| heading.rank >= SURE_RANK && !head.is_site_name(&heading.text))
                .max_by_key(|heading| heading.rank);
            return match above {
                // A `<title>` that the page shows nowhere names the site or the column, if there
                // is a heading of its own that says more.
                Some(heading)
                    if !shown_anywhere
                        && heading.text.chars().count() > stripped.chars().count() =>
                {
                    Some(heading.text.clone())
                }
                _ => Some(complete(stripped, headings)),
            };
        }
    }
    headings
        .iter()
        .max_by_key(|heading| (heading.rank, heading.lines.start))
        .map(|heading| heading.text.clone())
        .or_else(|| {
            let shared = head.shared_title.clone()?;
            (!head.is_site_name(&shared))
                .then(|| strip_site(&shared, head))
                .flatten()
        })
}

/// A title that was cut off, as the page's heading spells it out.
fn complete(title: String, headings: &[Heading]) -> String {
    let tight = without_spaces(&title);
    let beginning = tight
        .strip_suffix("...")
        .or_else(|| tight.strip_suffix("……"))
        .or_else(|| tight.strip_suffix('…'));
    let Some(beginning) = beginning.filter(|beginning| beginning.chars().count() >= 6) else {
        return title;
    };
    headings
        .iter()
        .find(|heading| without_spaces(&heading.text).starts_with(beginning))
        .map_or(title, |heading| heading.text.clone())
}

impl Head {
    /// Whether `text` is the name of the site or of a column of it.
    pub(super) fn is_site_name(&self, text: &str) -> bool {
        let tight = without_spaces(text);
        self.site_names
            .iter()
            .any(|name| without_spaces(name) == tight)
    }
}

static SITE_LIKE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(网|网站|官网|门户|平台|首页|在线|频道|栏目|专栏|专题|公报|政府信息公开|信息公开(目录)?|要闻|动态|公告|公示|公告公示|通知公告|公示公告|通知|新闻|时政|政策|文件|政策文件|规范性文件|政策解读|解读|人民政府|政府|办公厅|办公室|委员会|总局|管理局|[省市县区]?[\p{Han}]{1,12}[厅局委部署办]|中心|[\p{Han}]{2,6}[省市县区])$|gov\.cn|\.com|\.cn$",
    )
    .expect("a constant pattern")
});

fn is_site_like(text: &str) -> bool {
    let tight = without_spaces(text);
    tight.chars().count() <= 30 && SITE_LIKE.is_match(&tight)
}

/// `<title>` without the names of site and column before and after the document's.
///
/// `None` when nothing but such names is there.
fn strip_site(page_title: &str, head: &Head) -> Option<String> {
    let mut rest = page_title.trim();
    while let Some((before, after)) = split_last(rest) {
        let strong_separator = rest[before.len()..].starts_with(['_', '|', '｜', '>', '»']);
        let named = head.is_site_name(after) || is_site_like(after);
        let short_tail = strong_separator && after.chars().count() <= 12;
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
    let alone = head.is_site_name(rest)
        || (rest == page_title.trim() && is_organisation(rest))
        || rest.chars().count() > LONGEST;
    (!alone && !rest.is_empty()).then(|| collapse(rest))
}

/// Whether a name is a portal's, which some sites put before the title.
fn names_portal(text: &str) -> bool {
    text.contains("政府") || text.contains("网站") || text.contains("门户") || text.ends_with('网')
}

/// A `<title>` that is nothing but an organisation's name.
fn is_organisation(text: &str) -> bool {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^[\p{Han}（）()]{2,24}(网|网站|门户|门户网站|人民政府|政府|总局|委员会|办公厅|[\p{Han}][厅局部署])$|^(首页|详情|详细内容|内容|正文|信息公开|文章详情|政策文件|内容页|详情页|无标题文档|文章页)$",
        )
        .expect("a constant pattern")
    });
    let tight = without_spaces(text);
    NAME.is_match(&tight) && !tight.contains("关于") && !tight.contains("通知")
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

/// Headings above the text and at its beginning.
fn headings(
    flat: &Flat<'_>,
    lines: &Lines,
    labels: &Labels,
    core: &Range<usize>,
    first_prose: usize,
) -> Vec<Heading> {
    let from = core.start.saturating_sub(LINES_ABOVE);
    let until = first_prose
        .min(core.start + LINES_INTO)
        .max(core.start)
        .min(lines.lines.len());
    let mut found = Vec::new();
    let usable = |line: &Line, index: usize| {
        line.link_density() < 0.5
            && labels.weight[index] == 0
            && line.nature != boilerplate::Nature::Machinery
            && line.suspicion != boilerplate::Suspicion::Strong
    };
    let mut at = from;
    while at < until {
        let line = &lines.lines[at];
        if !usable(line, at) {
            at += 1;
            continue;
        }
        let (range, rank) = heading_at(flat, lines, at, until);
        if let Some(rank) = rank {
            let text = join(&lines.lines[range.clone()]);
            if (2..=LONGEST).contains(&text.chars().count()) {
                found.push(Heading {
                    text,
                    lines: range.clone(),
                    rank,
                });
            }
        }
        at = range.end;
    }
    found
}

/// The lines of the heading that begins at `at`, and how sure its markup is.
fn heading_at(
    flat: &Flat<'_>,
    lines: &Lines,
    at: usize,
    until: usize,
) -> (Range<usize>, Option<u8>) {
    let line = &lines.lines[at];
    let named = flat.ancestors(line.block).take(3).find_map(|node| {
        let (tag, element) = flat.element(node)?;
        let range = lines.range(flat, node);
        if range.len() > 4 {
            return None;
        }
        let rank = match tag {
            Tag::Heading(1) => 5,
            Tag::Heading(2) => 4,
            _ if names_title(element) => 4,
            Tag::Heading(3) => 3,
            Tag::Heading(_) => 2,
            _ => return None,
        };
        Some((range, rank))
    });
    if let Some((range, rank)) = named {
        let end = range.end.min(until).max(at + 1);
        return (at..end, Some(rank));
    }
    let bold = line.bold_chars * 10 >= line.chars * 8;
    if (line.centred || bold) && line.chars <= 60 && !line.text.ends_with(['。', '：', '；', ':'])
    {
        let mut end = at + 1;
        while end < until
            && lines.lines[end].centred == line.centred
            && (lines.lines[end].bold_chars * 10 >= lines.lines[end].chars * 8) == bold
            && lines.lines[end].chars <= 60
            && end - at < 4
            && super::signature::own_line_number(&lines.lines[end].text).is_none()
            && !lines.lines[end].text.starts_with(['（', '('])
        {
            end += 1;
        }
        return (at..end, Some(if line.centred { 1 } else { 0 }));
    }
    (at..at + 1, None)
}

fn names_title(element: &scraper::node::Element) -> bool {
    let named = |value: &str| {
        let value = value.to_ascii_lowercase();
        (value.contains("title") || value.contains("biaoti") || value.contains("headline"))
            && !value.contains("subtitle")
            && !value.contains("sub-title")
            && !value.contains("titlebar")
    };
    element.attr("class").is_some_and(named) || element.attr("id").is_some_and(named)
}

/// The lines that show `title`: the last ones above the text, or those that open it.
fn shown(
    lines: &[Line],
    title: &str,
    core: &Range<usize>,
    first_prose: usize,
) -> Option<Range<usize>> {
    let target: Vec<char> = title
        .chars()
        .filter(|&c| !is_space(c) && !is_invisible(c))
        .collect();
    if target.is_empty() {
        return None;
    }
    let last = first_prose.min(lines.len()).min(core.end);
    (0..=last.min(lines.len().saturating_sub(1)))
        .rev()
        .find_map(|at| run_of(lines, at, &target))
}

/// The lines from `at` on that together are exactly `target`.
pub(super) fn run_of(lines: &[Line], at: usize, target: &[char]) -> Option<Range<usize>> {
    let mut rest = target;
    for (offset, line) in lines[at..].iter().take(6).enumerate() {
        for c in line.text.chars().filter(|&c| !is_space(c)) {
            let (&first, after) = rest.split_first()?;
            if !same(first, c) {
                return None;
            }
            rest = after;
        }
        if rest.is_empty() {
            return Some(at..at + offset + 1);
        }
    }
    None
}

/// Whether two characters differ at most in width: `（` and `(`.
fn same(a: char, b: char) -> bool {
    fn narrow(c: char) -> char {
        match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xff01 + 0x21).unwrap_or(c),
            other => other,
        }
    }
    a == b || narrow(a) == narrow(b)
}

/// The text of lines that belong together, without a space where Chinese meets Chinese.
pub(super) fn join(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        let spaced = match (text.chars().next_back(), line.text.chars().next()) {
            (Some(last), Some(first)) => {
                !super::lines::is_wide(last) && !super::lines::is_wide(first)
            }
            _ => false,
        };
        if spaced {
            text.push(' ');
        }
        text.push_str(&line.text);
    }
    text
}

/// Whether the node is an element that names itself a heading.
pub(super) fn is_heading_element(flat: &Flat<'_>, node: u32) -> bool {
    match flat.nodes[node as usize].kind {
        Kind::Element(tag, element) => matches!(tag, Tag::Heading(_)) || names_title(element),
        Kind::Text(_) => false,
    }
}
