//! Feeds: the beginnings of other pages that a page lists beside its text, each with its title as a link and a
//! sentence or two below it.
//!
//! Such sentences are longer together than many a notice. What tells them is their make: several elements alike,
//! each with one link that names a page, and a date, a link to the rest or a heading such as 更多资讯.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::line::{Line, Lines};
use crate::characters::{is_han, without_spaces};
use crate::facts::{attachments, date};
use crate::furniture::words::Nature;
use crate::tree::flat::{Flat, NONE};

/// Fewest entries of a feed.
const FEWEST: usize = 3;

/// Shortest link that can be the title of another page, in characters.
const SHORTEST_TITLE: u32 = 7;

/// Most lines of an entry.
const MOST_LINES: usize = 6;

/// How far around its title an entry may reach, in elements.
const MOST_STEPS: usize = 6;

/// Shortest line that can be the beginning of another page, in characters.
const SHORTEST_BEGINNING: u32 = 10;

/// Longest line that is a date, with its source or the number of readers, in characters.
const LONGEST_DATED: u32 = 30;

/// An element that names another page and gives its beginning.
struct Entry {
    node: u32,
    lines: Range<usize>,
    /// Whether the page's first words stand in it.
    begins: bool,
    /// Whether it has a date of its own, as other pages have.
    dated: bool,
    /// Whether it leads to another page: by a link to the rest, or as a link as a whole.
    leads: bool,
}

/// Marks the lines of the page's feeds, and the headings above them.
pub(super) fn mark(flat: &Flat<'_>, lines: &mut Lines) {
    let titles: Vec<usize> = (0..lines.lines.len())
        .filter(|&at| is_title(flat, &lines.lines[at]))
        .collect();
    if titles.len() < FEWEST {
        return;
    }
    below_headings(flat, lines, &titles);
    let entries: Vec<Entry> = (0..titles.len())
        .filter_map(|own| entry_of(flat, lines, &titles, own))
        .collect();
    let alike = |one: &Entry, other: &Entry| {
        let parent = |entry: &Entry| flat.nodes[entry.node as usize].parent;
        parent(one) == parent(other) && make(flat, one.node) == make(flat, other.node)
    };
    for feed in entries.chunk_by(alike) {
        let first = feed[0].lines.start;
        let heading = first
            .checked_sub(1)
            .filter(|&above| announces(&lines.lines[above]));
        let most = |told: fn(&Entry) -> bool| {
            let count = feed.iter().filter(|entry| told(entry)).count();
            count * 4 >= feed.len() * 3
        };
        // What a heading of the page opens (办理指南) is its own, though each part leads to more.
        let is_own = || {
            let parent = flat.nodes[feed[0].node as usize].parent;
            let opens = |line: &Line| {
                matches!(line.heading, 1 | 2)
                    && line.nature == Nature::Text
                    && !announces(line)
                    && !INVITES.iter().any(|invites| line.text.contains(invites))
            };
            lines.lines[..first].last().is_some_and(opens)
                || lines.lines[lines.range(flat, parent).start..first]
                    .iter()
                    .any(opens)
        };
        let begin = feed.iter().filter(|entry| entry.begins).count();
        let is_feed = feed.len() >= FEWEST
            && begin * 3 >= feed.len() * 2
            && (heading.is_some()
                || most(|entry| entry.dated)
                || most(|entry| entry.dated || entry.leads) && !is_own());
        if !is_feed {
            continue;
        }
        for at in feed.iter().flat_map(|entry| entry.lines.clone()) {
            lines.lines[at].nature = Nature::Teaser;
        }
        if let Some(heading) = heading {
            lines.lines[heading].nature = Nature::OtherPages;
        }
    }
}

/// Marks what stands below headings of other pages, where each title is followed by its beginning and the element that
/// the heading opens holds nothing else.
fn below_headings(flat: &Flat<'_>, lines: &mut Lines, titles: &[usize]) {
    const MOST: usize = 40;
    let is_listed = |own: &Range<usize>| {
        let from = titles.partition_point(|&title| title < own.start);
        let to = titles.partition_point(|&title| title < own.end);
        let named = &titles[from..to];
        let is_title = |at: usize| named.binary_search(&at).is_ok();
        let belongs = |at: usize| {
            let line = &lines.lines[at];
            is_title(at) || is_title(at - 1) || line.nature != Nature::Text || is_dated(line)
        };
        let begun = named.iter().filter(|&&title| {
            let below = title + 1;
            below < own.end
                && !is_title(below)
                && lines.lines[below].chars >= SHORTEST_BEGINNING
                && lines.lines[below].heading == 0
        });
        let begun = begun.count();
        named.len() >= FEWEST
            && begun * 3 >= named.len() * 2
            && (own.start + 1..own.end).all(belongs)
    };
    let headings = (0..lines.lines.len())
        .filter(|&at| lines.lines[at].nature == Nature::OtherPages && lines.lines[at].heading != 1);
    let found: Vec<Range<usize>> = headings
        .filter_map(|at| {
            flat.ancestors(lines.lines[at].block)
                .map(|node| lines.range(flat, node))
                .take_while(|range| range.start == at && range.len() <= MOST)
                .filter(is_listed)
                .last()
        })
        .collect();
    for at in found.into_iter().flatten() {
        if lines.lines[at].nature == Nature::Text {
            lines.lines[at].nature = Nature::Teaser;
        }
    }
}

/// Whether a line can be the title of another page.
fn is_title(flat: &Flat<'_>, line: &Line) -> bool {
    line.link_chars >= SHORTEST_TITLE
        && line.link_density() > 0.5
        && line.nature == Nature::Text
        && line.cell == NONE
        && line.text.chars().filter(|&c| is_han(c)).count() * 2 >= SHORTEST_TITLE as usize
        && !begins_with_date(&line.text)
        && !attachments::links_to_file(flat, line)
}

/// The largest element around the title that holds no other.
fn entry_of(flat: &Flat<'_>, lines: &Lines, titles: &[usize], own: usize) -> Option<Entry> {
    let above = own.checked_sub(1).map(|at| titles[at]);
    let below = titles.get(own + 1).copied();
    let title = &lines.lines[titles[own]];
    let (node, lines_of) = flat
        .ancestors(title.block)
        .take(MOST_STEPS)
        .map(|node| (node, lines.range(flat, node)))
        .take_while(|(_, range)| {
            range.len() <= MOST_LINES
                && above.is_none_or(|above| above < range.start)
                && below.is_none_or(|below| below >= range.end)
        })
        .last()?;
    let rest = || lines_of.clone().filter(|&at| at != titles[own]);
    let begins = rest().any(|at| {
        let line = &lines.lines[at];
        line.chars >= SHORTEST_BEGINNING && !is_dated(line)
    });
    let link = title.links.first();
    let in_one_link = || rest().all(|at| lines.lines[at].links.first() == link);
    Some(Entry {
        node,
        begins,
        dated: rest().any(|at| is_dated(&lines.lines[at])),
        leads: rest().any(|at| leads_on(&lines.lines[at])) || (begins && in_one_link()),
        lines: lines_of.clone(),
    })
}

fn is_dated(line: &Line) -> bool {
    // A day, perhaps above its month: 08-01, 12 2025-05.
    static DAY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^(?:\d{1,2}(?:19|20)\d{2}[-/.年]\d{1,2}月?|(?:19|20)\d{2}[-/.年]\d{1,2}月?\d{1,2}日?|\d{1,2}[-/.月]\d{1,2}日?)$",
        )
        .expect("a constant pattern")
    });
    line.chars <= LONGEST_DATED
        && (date::find_date(&line.text).is_some() || DAY.is_match(&without_spaces(&line.text)))
        || begins_with_date(&line.text)
}

fn begins_with_date(text: &str) -> bool {
    const LONGEST_DATE: usize = 11;
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let start = text
        .char_indices()
        .nth(LONGEST_DATE)
        .map_or(text, |(at, _)| &text[..at]);
    date::find_date(start).is_some()
}

/// Whether a line leads to the rest of another page: 查看详情.
fn leads_on(line: &Line) -> bool {
    static LEADS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(详细|详情|更多|全文|查看)[】\]>》»…]*$").expect("a constant pattern")
    });
    line.link_chars > 0 && LEADS.is_match(&line.text)
}

/// Whether a line announces other pages by its few words: 更多资讯.
fn announces(line: &Line) -> bool {
    static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^(其[他它]|更多|最新|最近|近期|今日|视频|本站|热[点门]|精彩|推荐|相关|综合|图片|工作)?(新闻|资讯|动态|要闻|消息|信息|文章|报道|推荐|关注|热点)(推荐|列表|速递|快讯|排行)?(更多)?[>＞+]*$",
        )
        .expect("a constant pattern")
    });
    line.chars <= 12 && OTHERS.is_match(&without_spaces(&line.text))
}

/// What a heading says that invites to other pages: 你可能还想看.
const INVITES: [&str; 4] = ["想看", "感兴趣", "猜你", "推荐"];

/// What an element is called and its class, by which entries are told to be alike.
fn make<'f>(flat: &'f Flat<'_>, node: u32) -> (&'f str, &'f str) {
    flat.element(node).map_or(("", ""), |(_, element)| {
        (element.name(), element.attr("class").map_or("", str::trim))
    })
}
