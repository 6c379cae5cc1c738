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
use super::classify;
use super::date;
use super::flat::{Flat, Kind, Tag};
use super::lines::{Line, Lines, collapse, is_invisible, is_space, is_wide, without_spaces};
use super::metadata::{Field, Head, Labels};
use super::signature;

/// Longest title considered, in characters.
const LONGEST: usize = 200;

/// How sure it is that a line is a heading, by its markup and by its words: `h1`; `h2` and
/// elements named for a title, which leave no doubt either; lesser headings; a centred line, or
/// one with the words of a document's name (关于…的通知); a bold line, or one that ends like a
/// document's name.
mod rank {
    pub(super) const FIRST: u8 = 5;
    pub(super) const SURE: u8 = 4;
    pub(super) const THIRD: u8 = 3;
    pub(super) const LESSER: u8 = 2;
    pub(super) const LIKELY: u8 = 1;
    pub(super) const POSSIBLE: u8 = 0;
}

/// How many lines above the text are looked at for a heading.
const LINES_ABOVE: usize = 60;

/// How far into the text its own heading may begin.
const LINES_INTO: usize = 12;

/// The title and where it stands.
#[derive(Debug, Default)]
pub(super) struct Title {
    pub(super) text: String,
    /// The same as the page writes it, where that differs by more than white space: a number
    /// without its brackets.
    pub(super) words: Option<String>,
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
    let page_title = PageTitle::of(head, &lines.lines);
    let Some(text) = choose(head, page_title, labels, &headings, first_prose, core) else {
        return Title::default();
    };
    let shown = shown(&lines.lines, &text, core, first_prose);
    let joined = shown
        .as_ref()
        .map(|range| join(&lines.lines[range.clone()]));
    let (text, words) = match joined {
        Some(words) if own_chars(&words) == own_chars(&text) => (words, None),
        // What a date in brackets behind it makes longer is no part of it.
        Some(words) if own_chars(&words) > own_chars(&text) => (text, None),
        words => (text, words),
    };
    Title { text, words, shown }
}

/// The name of the column that the head of the page names, for a page that lists others.
pub(super) fn column(head: &Head) -> Option<String> {
    let parts = head.title.as_deref()?.split(SEPARATORS).map(str::trim);
    let named: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let column = named.iter().find(|part| is_column(&without_spaces(part)));
    column.or(named.first()).map(|part| collapse(part))
}

/// How many characters a text has, white space aside.
fn own_chars(text: &str) -> usize {
    without_spaces(text).chars().count()
}

/// The first line that shows the title which the head of the page names, links aside.
pub(super) fn named_in_head(head: &Head, lines: &[Line]) -> Option<usize> {
    match &head.article_title {
        Some(title) => first_shown(title, lines),
        None => PageTitle::of(head, lines)?.shown,
    }
}

/// Shortest title that is looked for on the page, in characters: 停水通告.
const SHORTEST_SHOWN: usize = 4;

fn first_shown(title: &str, lines: &[Line]) -> Option<usize> {
    let target: Vec<char> = without_spaces(title).chars().collect();
    if target.len() < SHORTEST_SHOWN {
        return None;
    }
    (0..lines.len())
        .filter(|&at| lines[at].link_density() < 0.5)
        .find(|&at| run_of(lines, at, &target).is_some())
}

/// What `<title>` says of the document.
struct PageTitle {
    text: String,
    /// The first line that shows it.
    shown: Option<usize>,
}

impl PageTitle {
    /// `<title>` without the names around it: those that look like a site's or a column's, and
    /// any other behind the words that the page shows.
    fn of(head: &Head, lines: &[Line]) -> Option<Self> {
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

    fn is_shown(&self) -> bool {
        self.shown.is_some()
    }
}

fn choose(
    head: &Head,
    page_title: Option<PageTitle>,
    labels: &Labels,
    headings: &[Heading],
    first_prose: usize,
    core: &Range<usize>,
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
    if let Some(title) = by_page_title(head, page_title, headings) {
        return Some(title);
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

/// The document's title as `<title>` and the page's headings agree on it.
fn by_page_title(
    head: &Head,
    page_title: Option<PageTitle>,
    headings: &[Heading],
) -> Option<String> {
    let whole = without_spaces(head.title.as_deref()?);
    let shown = page_title.as_ref().is_some_and(PageTitle::is_shown);
    let inside = headings
        .iter()
        .filter(|heading| {
            let heading_tight = without_spaces(&heading.text);
            heading_tight.chars().count() >= SHORTEST_SHOWN
                && whole.contains(&heading_tight)
                && !head.is_site_name(&heading.text)
                && (!is_site_like(&heading_tight) || whole.starts_with(&heading_tight))
        })
        .max_by_key(|heading| heading.text.chars().count());
    if let Some(heading) = inside {
        let rest = page_title
            .as_ref()
            .map_or(0, |title| without_spaces(&title.text).chars().count());
        let own = without_spaces(&heading.text).chars().count();
        // A heading that is only a part of the title (a column's name in it, its second line)
        // does not win.
        if own >= rest || (own * 2 >= rest && !shown) {
            return Some(heading.text.clone());
        }
    }
    let title = page_title?.text;
    // A `<title>` that the page shows nowhere, or that is a column's name, is not the document's
    // if there is a heading that says more.
    let doubtful = !shown || is_column(&without_spaces(&title));
    let above = headings
        .iter()
        .filter(|heading| heading.rank >= rank::LIKELY && !head.is_site_name(&heading.text))
        .max_by_key(|heading| (heading.rank, heading.lines.start))
        .filter(|heading| doubtful && heading.text.chars().count() > title.chars().count());
    let spelled_out = headings.iter().find(|heading| spells_out(heading, &title));
    Some(
        above
            .or(spelled_out)
            .map_or_else(|| complete(title, headings), |heading| heading.text.clone()),
    )
}

/// Whether a heading holds all of a `<title>` that lacks its beginning: 关于印发…的通知.
fn spells_out(heading: &Heading, page_title: &str) -> bool {
    const SHORTEST: usize = 8;
    let (heading, title) = (without_spaces(&heading.text), without_spaces(page_title));
    let length = title.chars().count();
    length >= SHORTEST && heading.contains(&title) && heading.chars().count() <= 2 * length
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

/// Endings of the names of sites and organisations.
static SITE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(网|网站|官网|门户|平台|首页|在线|频道|栏目|专栏|专题|公报|政府信息公开|信息公开(目录)?|人民政府|政府|办公厅|办公室|委员会|总局|管理局|[省市县区]?[\p{Han}]{1,12}[厅局委部署办]|中心|[\p{Han}]{2,6}[省市县区])$|gov\.cn|\.com|\.cn$",
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

fn is_site_like(text: &str) -> bool {
    let tight = without_spaces(text);
    tight.chars().count() <= LONGEST_SITE_CHARS && (SITE.is_match(&tight) || is_column(&tight))
}

/// Whether a name is a column's. A document's that ends alike is longer or says what it is about.
fn is_column(tight: &str) -> bool {
    COLUMN.is_match(tight) && !tight.contains("关于")
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
    let rest = rest.trim_matches(|c: char| c == ':' || c == '：' || c.is_whitespace());
    let alone = head.is_site_name(rest) || is_organisation(rest) || rest.chars().count() > LONGEST;
    (!alone && rest.contains(char::is_alphanumeric)).then(|| collapse(rest))
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
            && !classify::is_section_heading(&line.text)
            && signature::own_line_number(&line.text).is_none()
            && signature::bare_number(&line.text).is_none()
    };
    let mut at = from;
    while at < until {
        let line = &lines.lines[at];
        if !usable(line, at) {
            at += 1;
            continue;
        }
        // What dates the document is no more of its name.
        let until = (at + 1..until)
            .find(|&index| labels.weight[index] > 0)
            .unwrap_or(until);
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
            Tag::Heading(1) => rank::FIRST,
            Tag::Heading(2) => rank::SURE,
            _ if names_title(element) => rank::SURE,
            Tag::Heading(3) => rank::THIRD,
            Tag::Heading(_) => rank::LESSER,
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
        while end < until && end - at < 4 && goes_on(line, &lines.lines[end], bold) {
            end += 1;
        }
        let rank = if line.centred {
            rank::LIKELY
        } else {
            rank::POSSIBLE
        };
        return (at..end, Some(rank));
    }
    (at..at + 1, rank_by_words(line))
}

/// Whether a heading that begins with `first` goes on in `next`.
fn goes_on(first: &Line, next: &Line, bold: bool) -> bool {
    let alike = next.centred == first.centred
        && (next.bold_chars * 10 >= next.chars * 8) == bold
        && next.chars <= 60;
    let qualified = first.centred == next.centred && is_qualification(&next.text);
    (alike || qualified)
        && signature::own_line_number(&next.text).is_none()
        && signature::bare_number(&next.text).is_none()
        && !classify::is_section_heading(&next.text)
        && (qualified || !next.text.starts_with(['（', '(']))
}

/// Whether a line in brackets is a part of the name above it: （试行）, （2024-2026年）; not the
/// note of when the document was passed.
fn is_qualification(text: &str) -> bool {
    static QUALIFICATION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^[（(][^（()）]{0,12}(试行|暂行|修订版?|修正|修正本|修订稿|征求意见稿|送审稿|草案|年版?|年度|第[一二三四五六七八九十0-9]+[号批期])[)）]$",
        )
        .expect("a constant pattern")
    });
    QUALIFICATION.is_match(&without_spaces(text))
}

/// How sure it is that a line without telling markup is a document's name.
fn rank_by_words(line: &Line) -> Option<u8> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(通知书?|意见|办法|公告|公示|通告|决定|方案|规定|细则|规划|计划|报告|批复|答复|复函|函|条例|纲要|指南|标准|名单|解读|问答|清单|公报|通报|规程|规则|预案|措施|要点|令|情况)(?:[（(][^（()）]{1,20}[)）])?$",
        )
        .expect("a constant pattern")
    });
    let tight = without_spaces(&line.text);
    let length = tight.chars().count();
    if !(8..=100).contains(&length) || tight.contains(['。', '；', '：', '，']) {
        return None;
    }
    if !NAME.is_match(&tight) {
        return None;
    }
    Some(if tight.contains("关于") {
        rank::LIKELY
    } else {
        rank::POSSIBLE
    })
}

fn names_title(element: &scraper::node::Element) -> bool {
    let named = |value: &str| {
        let value = value.to_ascii_lowercase();
        let title =
            (value.contains("title") || value.contains("biaoti") || value.contains("headline"))
                && !value.contains("subtitle")
                && !value.contains("sub-title")
                && !value.contains("sub_title")
                && !value.contains("titlebar");
        title
            || value
                .split(|c: char| !c.is_ascii_alphanumeric())
                .any(|word| TITLE_WORDS.contains(&word))
    };
    element.attr("class").is_some_and(named) || element.attr("id").is_some_and(named)
}

/// Short for 标题 and title in the names of elements.
const TITLE_WORDS: &[&str] = &[
    "bt", "wzbt", "xxbt", "xwbt", "zwbt", "tit", "arttit", "newstit",
];

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

/// The lines from `at` on that together are exactly `target`. A number that the title has in
/// brackets may stand without them on a line of its own: 某某令（第12号）.
pub(super) fn run_of(lines: &[Line], at: usize, target: &[char]) -> Option<Range<usize>> {
    let mut rest = target;
    for (offset, line) in lines[at..].iter().take(6).enumerate() {
        let in_brackets = offset > 0
            && rest.first().is_some_and(|&c| same(c, '（'))
            && rest.last().is_some_and(|&c| same(c, '）'))
            && !line.text.starts_with(['(', '（'])
            && signature::bare_number(&line.text).is_some();
        if in_brackets {
            rest = &rest[1..rest.len() - 1];
        }
        for (from, c) in line.text.char_indices().filter(|&(_, c)| !is_space(c)) {
            match rest.split_first() {
                Some((&first, after)) if same(first, c) => rest = after,
                None if is_date_in_brackets(&line.text[from..]) => break,
                _ => return None,
            }
        }
        if rest.is_empty() {
            return Some(at..at + offset + 1);
        }
    }
    None
}

/// Whether what stands behind a title is the day it was published: （2024年3月1日）.
fn is_date_in_brackets(text: &str) -> bool {
    text.starts_with(['（', '(', '[', '【'])
        && text.chars().count() <= LONGEST_DATE_CHARS
        && date::find_date(text).is_some()
}

/// Longest date in brackets, in characters.
const LONGEST_DATE_CHARS: usize = 14;

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
        push_gap(&mut text, &line.text);
        text.push_str(&line.text);
    }
    text
}

/// Adds a space where `next` needs one to go on after `text`, and says whether it did.
pub(super) fn push_gap(text: &mut String, next: &str) -> bool {
    let (Some(last), Some(first)) = (text.chars().next_back(), next.chars().next()) else {
        return false;
    };
    let spaced = !super::lines::is_wide(last) && !super::lines::is_wide(first);
    if spaced {
        text.push(' ');
    }
    spaced
}

/// Whether the node is an element that names itself a heading.
pub(super) fn is_heading_element(flat: &Flat<'_>, node: u32) -> bool {
    match flat.nodes[node as usize].kind {
        Kind::Element(tag, element) => matches!(tag, Tag::Heading(_)) || names_title(element),
        Kind::Text(_) => false,
    }
}
