//! What stands above the text of a file: marks, red head, number, title.

use std::ops::Range;
use std::sync::LazyLock;

use langdu_model::{FlowCell, FlowItem, FlowParagraph};
use regex::Regex;

use super::cover::StandardCover;
use super::item::text_of;
use super::letterhead::{self, MARKS, red_head};
use crate::characters::{joined, without_spaces};
use crate::facts::{attachments, date, outline, signature};

/// How many items from the top the head of a document may have.
pub(super) const HEAD_ITEMS: usize = 24;

/// What a document's name says or ends with.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^.{0,40}关于.{2,}|(?:通知|意见|办法|方案|规定|条例|细则|公告|通告|决定|批复|函|报告|规划|纲要|要点|指南|标准|制度|措施|规则|章程|通报|公报|令|预案|清单|目录|汇总表|一览表|统计表|名单|解读|说明|计划)(?:（[^）]{1,12}）)?$")
        .expect("a constant pattern")
});

/// Longest line of a title, in characters.
const LONGEST_TITLE_LINE: usize = 120;

/// What stands above the text.
#[derive(Default)]
pub(super) struct FileHead {
    pub(super) title: Option<Range<usize>>,
    /// Where the 发文字号 stands, its line without what else is on it, and the number itself.
    pub(super) number: Option<(usize, String, String)>,
    pub(super) issuer: Option<String>,
    /// Marks and the red head, which are not read.
    silent: Vec<usize>,
}

impl FileHead {
    pub(super) fn read(items: &[FlowItem]) -> Self {
        let mut head = Self::default();
        let end = items
            .iter()
            .take(HEAD_ITEMS)
            .position(|item| is_prose(item) || is_data(item))
            .unwrap_or(items.len().min(HEAD_ITEMS));
        if let Some(cover) = StandardCover::read(items, end) {
            head.silent = cover.silent;
            head.number = cover
                .number
                .map(|(at, number)| (at, number.clone(), number));
            head.title = cover.name;
            return head;
        }
        if let Some((range, issuers)) = letterhead::of_several(items, end) {
            head.silent.extend(range);
            head.issuer = Some(issuers);
        }
        for (at, item) in items[..end].iter().enumerate() {
            let Some(text) = text_of(item).filter(|_| !head.silent.contains(&at)) else {
                continue;
            };
            let tight = without_spaces(text);
            if MARKS.is_match(&tight) {
                head.silent.push(at);
            } else if let Some(issuer) = red_head(&tight).filter(|_| head.issuer.is_none()) {
                head.issuer = Some(issuer);
                head.silent.push(at);
            } else if head.number.is_none() {
                head.number = letterhead::numbered(text).map(|(line, number)| (at, line, number));
            }
        }
        head.title = head.find_title(items, end);
        head
    }

    pub(super) fn takes(&self, at: usize) -> bool {
        self.silent.contains(&at)
            || self.title.as_ref().is_some_and(|range| range.contains(&at))
            || self.number.as_ref().is_some_and(|(own, ..)| *own == at)
    }

    /// The lines that are most like a title, those of one look together.
    fn find_title(&self, items: &[FlowItem], end: usize) -> Option<Range<usize>> {
        let body = body_size(items);
        let mut best: Option<(u32, Range<usize>)> = None;
        let mut at = 0;
        while at < end {
            let Some(first) = self.title_line(items, at, 2) else {
                at += 1;
                continue;
            };
            let until = self.title_end(items, at..end, body);
            let text = joined(items[at..until].iter().filter_map(text_of));
            // A scan's title is larger than its text, or in the middle: a sentence is neither.
            let is_sentence = first.recognised.is_some()
                && !first.title
                && !first.centred
                && first.size <= body * LARGER;
            if ends_like_text(&text) || is_sentence {
                at = until;
                continue;
            }
            let score = score(first, &text, body);
            if score > best.as_ref().map_or(1, |(score, _)| *score) {
                best = Some((score, at..until));
            }
            at = until;
        }
        best.map(|(_, range)| range)
    }

    /// Where the title that begins `range` ends.
    fn title_end(&self, items: &[FlowItem], range: Range<usize>, body: f32) -> usize {
        let Range { start, end } = range;
        let Some(first) = self.title_line(items, start, 2) else {
            return start;
        };
        let mut until = start + 1;
        while until < end {
            let text = joined(items[start..until].iter().filter_map(text_of));
            let tight = without_spaces(&text);
            // `（试行）` belongs to the name above it, whatever it looks like.
            let status = text_of(&items[until]).is_some_and(is_status)
                && (NAME.is_match(&tight) || first.title || first.centred);
            if status {
                return until + 1;
            }
            // The last line may hold what is left of a word.
            let goes_on = self.title_line(items, until, 1).is_some_and(|next| {
                let words = without_spaces(&next.text);
                let signs = NAME.is_match(&tight) && signature::is_signature(&words);
                // Who issues, and what: 某某局, 关于……的通知, on lines of any look.
                let issued = until == start + 1
                    && words.starts_with("关于")
                    && signature::is_signature(&tight);
                let before = self.title_line(items, until - 1, 1).unwrap_or(first);
                issued || (goes_on(before, next, body) && !signs)
            });
            if !goes_on {
                break;
            }
            until += 1;
        }
        until
    }

    /// The paragraph at `at`, where it can be a line of a title of at least `least` characters.
    fn title_line<'p>(
        &self,
        items: &'p [FlowItem],
        at: usize,
        least: usize,
    ) -> Option<&'p FlowParagraph> {
        let FlowItem::Paragraph(paragraph) = items.get(at)? else {
            return None;
        };
        let text = &paragraph.text;
        let tight = without_spaces(text);
        let count = tight.chars().count();
        let other = self.silent.contains(&at)
            || self.number.as_ref().is_some_and(|(own, ..)| *own == at)
            || paragraph.note
            || paragraph.contents
            || paragraph.list > 0
            || paragraph.right
            || !(least..=LONGEST_TITLE_LINE).contains(&count)
            || tight.ends_with(['。', '；', '：', ':', ';'])
            || tight.starts_with(['（', '('])
            || matches!(tight.as_str(), "目录" | "目次" | "前言")
            || attachments::announces(text)
            || (outline::is_section_heading(text) && !paragraph.title)
            || date::date_line(text).is_some()
            || is_in_picture(paragraph, &tight);
        (!other).then_some(paragraph)
    }
}

/// Whether a paragraph that was recognised is the heading of a card, or what a picture counts: 4.2万人.
fn is_in_picture(paragraph: &FlowParagraph, tight: &str) -> bool {
    const LONGEST_COUNT: usize = 8;
    let counts = || {
        tight.starts_with(|c: char| c.is_ascii_digit()) && tight.chars().count() <= LONGEST_COUNT
    };
    paragraph.recognised.is_some() && (paragraph.heading > 1 || counts())
}

/// Whether a title that begins with `first` goes on with the line `next`, in a document whose text
/// has letters of the size `body`. The first line of a title may fill its line and therefore not
/// look centred.
fn goes_on(first: &FlowParagraph, next: &FlowParagraph, body: f32) -> bool {
    let large = body > 0.0 && first.size > body * LARGER;
    // Readers of old files guess at headings by the shape of lines.
    let alike = first.centred && next.centred && first.size > 0.0;
    // The size of a few recognised letters is told roughly.
    let recognised = first.recognised.is_some() && next.recognised.is_some();
    let off = if recognised { 0.08 * first.size } else { 0.0 };
    first.title == next.title
        && (first.heading == next.heading || alike)
        && (first.centred == next.centred || large)
        && (first.size - next.size).abs() < off.max(0.6)
        && (first.centred || first.title || large)
}

/// How much larger than the text a title's letters are.
const LARGER: f32 = 1.15;

/// A line that a title does not end with, though one of its lines may.
fn ends_like_text(text: &str) -> bool {
    text.ends_with(['，', '、', ','])
}

/// What a name says of itself in brackets: （试行）, （征求意见稿）, （2024年版）; not who passed
/// it when.
fn is_status(text: &str) -> bool {
    const LONGEST: usize = 16;
    let tight = without_spaces(text);
    let inner = tight
        .strip_prefix(['（', '(', '【'])
        .and_then(|rest| rest.strip_suffix(['）', ')', '】']));
    inner.is_some_and(|inner| {
        (2..=LONGEST).contains(&inner.chars().count())
            && !inner.contains(['（', '(', '，', '。'])
            && !["通过", "公布", "印发", "修正", "批准", "发布", "号"]
                .iter()
                .any(|end| inner.ends_with(end))
            && date::date_line(inner).is_none()
    })
}

fn score(first: &FlowParagraph, text: &str, body: f32) -> u32 {
    let named = NAME.is_match(&without_spaces(text));
    u32::from(first.title) * 6
        + u32::from(first.centred) * 2
        + u32::from(body > 0.0 && first.size > body * LARGER) * 2
        + u32::from(first.bold)
        + u32::from(first.heading == 1)
        + u32::from(named) * 3
}

/// The size of most of the running text, in points; 0 when unknown.
pub(super) fn body_size(items: &[FlowItem]) -> f32 {
    let mut sizes: Vec<(f32, usize)> = Vec::new();
    for item in items {
        let FlowItem::Paragraph(paragraph) = item else {
            continue;
        };
        let count = paragraph.text.chars().count();
        match sizes.iter_mut().find(|(size, _)| *size == paragraph.size) {
            Some((_, all)) => *all += count,
            None => sizes.push((paragraph.size, count)),
        }
    }
    sizes
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map_or(0.0, |(size, _)| size)
}

pub(super) fn is_prose(item: &FlowItem) -> bool {
    text_of(item).is_some_and(|text| {
        text.chars().count() >= 20 && text.contains(['。', '；']) && !text.starts_with('（')
    })
}

/// Whether an item is a table of some rows, behind which no title comes: a red head may be set in a
/// small one.
fn is_data(item: &FlowItem) -> bool {
    const FEWEST_ROWS: usize = 3;
    let filled = |row: &&Vec<FlowCell>| row.iter().filter(|cell| !cell.text.is_empty()).count() > 1;
    matches!(item, FlowItem::Table(rows) if rows.iter().filter(filled).count() >= FEWEST_ROWS)
}
