//! What stands above the text of a file: marks, red head, number, title.

use std::ops::Range;
use std::sync::LazyLock;

use langdu_model::{FlowItem, FlowParagraph};
use regex::Regex;

use crate::characters::{joined, without_spaces};
use crate::facts::{attachments, date, outline, signature};

/// How many items from the top the head of a document may have.
pub(super) const HEAD_ITEMS: usize = 24;

/// 份号, 密级 with its years, 紧急程度, alone or together on a line.
pub(super) static MARKS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:(?:份号[:：]?)?[0-9]{6}|(?:密级[:：]?)?(?:绝密|机密|秘密|内部|公开)?(?:★[0-9一二三四五六七八九十]*(?:年|个月|长期)?)?|(?:紧急程度[:：]?)?(?:特急|加急|平急|特提|急件))+$")
        .expect("a constant pattern")
});

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
            .position(is_prose)
            .unwrap_or(items.len().min(HEAD_ITEMS));
        for (at, item) in items[..end].iter().enumerate() {
            let Some(text) = text_of(item) else { continue };
            let tight = without_spaces(text);
            if MARKS.is_match(&tight) {
                head.silent.push(at);
            } else if let Some(issuer) = red_head(&tight).filter(|_| head.issuer.is_none()) {
                head.issuer = Some(issuer);
                head.silent.push(at);
            } else if head.number.is_none() {
                let line = text.split("签发人").next().unwrap_or_default().trim();
                head.number =
                    signature::own_line_number(line).map(|number| (at, line.to_owned(), number));
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
            let Some(first) = self.title_line(items, at) else {
                at += 1;
                continue;
            };
            let mut until = at + 1;
            while until < end
                && self
                    .title_line(items, until)
                    .is_some_and(|next| goes_on(first, next))
            {
                until += 1;
            }
            let score = score(
                first,
                &joined(items[at..until].iter().filter_map(text_of)),
                body,
            );
            if score > best.as_ref().map_or(1, |(score, _)| *score) {
                best = Some((score, at..until));
            }
            at = until;
        }
        best.map(|(_, range)| range)
    }

    fn title_line<'p>(&self, items: &'p [FlowItem], at: usize) -> Option<&'p FlowParagraph> {
        let FlowItem::Paragraph(paragraph) = items.get(at)? else {
            return None;
        };
        let text = &paragraph.text;
        let tight = without_spaces(text);
        let count = tight.chars().count();
        let other = self.silent.contains(&at)
            || self.number.as_ref().is_some_and(|(own, ..)| *own == at)
            || paragraph.note
            || paragraph.list > 0
            || paragraph.right
            || !(2..=LONGEST_TITLE_LINE).contains(&count)
            || tight.ends_with(['。', '；', '，', '：', ':', '、', ';'])
            || tight.starts_with(['（', '('])
            || attachments::announces(text)
            || (outline::is_section_heading(text) && !paragraph.title)
            || date::date_line(text).is_some();
        (!other).then_some(paragraph)
    }
}

/// Whether a title that begins with `first` goes on with the line `next`.
fn goes_on(first: &FlowParagraph, next: &FlowParagraph) -> bool {
    first.title == next.title
        && first.heading == next.heading
        && first.centred == next.centred
        && (first.size - next.size).abs() < 0.6
        && (first.centred || first.title)
}

fn score(first: &FlowParagraph, text: &str, body: f32) -> u32 {
    let named = NAME.is_match(&without_spaces(text));
    u32::from(first.title) * 6
        + u32::from(first.centred) * 2
        + u32::from(body > 0.0 && first.size > body * 1.15) * 2
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

/// The issuer that a red head names: 某某市人民政府文件.
pub(super) fn red_head(tight: &str) -> Option<String> {
    let issuer = tight.strip_suffix("文件")?;
    (issuer.chars().count() <= 40 && signature::is_signature(issuer)).then(|| issuer.to_owned())
}

pub(super) fn is_prose(item: &FlowItem) -> bool {
    text_of(item).is_some_and(|text| {
        text.chars().count() >= 20 && text.contains(['。', '；']) && !text.starts_with('（')
    })
}

pub(super) fn text_of(item: &FlowItem) -> Option<&str> {
    match item {
        FlowItem::Paragraph(paragraph) if !paragraph.note => Some(&paragraph.text),
        _ => None,
    }
}
