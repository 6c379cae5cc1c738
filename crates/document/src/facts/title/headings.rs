//! Headings on the page, by their markup and by their words.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::characters::without_spaces;
use crate::facts::labels::Labels;
use crate::facts::{outline, signature};
use crate::furniture::names::{Suspicion, names_title};
use crate::furniture::words::Nature;
use crate::lines::{Line, Lines};
use crate::tree::flat::{Flat, Kind};
use crate::tree::tag::Tag;

/// Longest title considered, in characters.
pub(super) const LONGEST: usize = 200;

/// How sure it is that a line is a heading, by its markup and by its words: `h1`; `h2` and
/// elements named for a title, which leave no doubt either; lesser headings; a centred line, or
/// one with the words of a document's name (关于…的通知); a bold line, or one that ends like a
/// document's name.
pub(super) mod rank {
    pub(crate) const FIRST: u8 = 5;
    pub(crate) const SURE: u8 = 4;
    pub(crate) const THIRD: u8 = 3;
    pub(crate) const LESSER: u8 = 2;
    pub(crate) const LIKELY: u8 = 1;
    pub(crate) const POSSIBLE: u8 = 0;
}

/// How many lines above the text are looked at for a heading.
const LINES_ABOVE: usize = 60;

/// How far into the text its own heading may begin.
const LINES_INTO: usize = 12;

/// A heading on the page: an element or a run of centred lines.
pub(super) struct Heading {
    pub(super) text: String,
    pub(super) lines: Range<usize>,
    pub(super) rank: u8,
}

/// Headings above the text and at its beginning.
pub(super) fn headings(
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
            && line.nature != Nature::Machinery
            && line.suspicion != Suspicion::Strong
            && !is_way_to_page(&line.text)
            && !is_note_of_passing(&line.text)
            && !outline::is_section_heading(&line.text)
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
            let text = lines.text_of(range.clone());
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

/// Whether a line below a title notes in brackets when and by whom the document was passed.
fn is_note_of_passing(text: &str) -> bool {
    static NOTE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^[（(].*[0-9〇一二三四五六七八九十]{1,4}年.*(通过|公布|发布|施行|修正|修订|批准|印发).*[)）]$")
            .expect("a constant pattern")
    });
    text.starts_with(['（', '(']) && NOTE.is_match(&without_spaces(text))
}

/// Whether a text is the way to the page through the columns of its site: 首页 > 政务公开 > 通知.
pub(super) fn is_way_to_page(text: &str) -> bool {
    const STEPS: [char; 6] = ['>', '＞', '›', '»', '→', '▸'];
    let steps = text.matches(STEPS).count();
    let tight = without_spaces(text);
    let opens = [
        "首页",
        "网站首页",
        "主页",
        "当前位置",
        "您的位置",
        "您所在的位置",
        "你的位置",
        "位置",
    ]
    .iter()
    .any(|word| tight.starts_with(word));
    steps >= 2 || (steps == 1 && opens)
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
        return (at..end, Some(rank.max(rank_by_words(line).unwrap_or(rank))));
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
        && !outline::is_section_heading(&next.text)
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

/// Whether the node is an element that names itself a heading.
pub(crate) fn is_heading_element(flat: &Flat<'_>, node: u32) -> bool {
    match flat.nodes[node as usize].kind {
        Kind::Element(tag, element) => matches!(tag, Tag::Heading(_)) || names_title(element),
        Kind::Text(_) => false,
    }
}
