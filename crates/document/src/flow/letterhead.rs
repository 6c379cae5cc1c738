//! The red head of an official document (GB/T 9704), which says who issues it and is not read: of one office, of
//! several with 文件 beside them, or in the head of the page.

use std::ops::Range;
use std::sync::LazyLock;

use langdu_model::{FlowItem, FlowParagraph};
use regex::Regex;

use super::item::text_of;
use crate::characters::without_spaces;
use crate::facts::signature;

/// 份号, 密级 with its years, 紧急程度, alone or together on a line.
pub(super) static MARKS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:(?:份号[:：]?)?[0-9]{6}|(?:密级[:：]?)?(?:绝密|机密|秘密|内部|公开)?(?:★[0-9一二三四五六七八九十]*(?:年|个月|长期)?)?|(?:紧急程度[:：]?)?(?:特急|加急|平急|特提|急件))+$")
        .expect("a constant pattern")
});

/// The issuer that a red head names: 某某市人民政府文件.
pub(super) fn red_head(tight: &str) -> Option<String> {
    let issuer = tight.strip_suffix("文件")?;
    (issuer.chars().count() <= 40 && signature::is_signature(issuer)).then(|| issuer.to_owned())
}

/// What the head of the page says, where a file has one.
#[derive(Debug, Default)]
pub(super) struct Letterhead {
    /// The line of the 发文字号 without what else is on it, and the number itself.
    pub(super) number: Option<(String, String)>,
    pub(super) issuer: Option<String>,
}

impl Letterhead {
    pub(super) fn read(running: &[FlowItem]) -> Self {
        let mut lines = running.iter().filter_map(text_of);
        Self {
            number: lines.clone().find_map(numbered),
            issuer: lines.find_map(|line| red_head(&without_spaces(line))),
        }
    }
}

/// The number on a line on which nothing else is but who signs, and that line without him.
pub(super) fn numbered(line: &str) -> Option<(String, String)> {
    let own = line.split("签发人").next().unwrap_or_default().trim();
    signature::own_line_number(own).map(|number| (own.to_owned(), number))
}

/// Whether an item stands in the head of the page.
pub(super) fn is_running(item: &FlowItem) -> bool {
    matches!(
        item,
        FlowItem::Paragraph(FlowParagraph { running: true, .. })
    )
}

/// The items among the first, as far as `end`, that are the red head of several offices, and these: each on a line
/// of its own, one of them with 文件, or 文件 beside them. Without it they are a red head where the 发文字号
/// follows.
pub(super) fn of_several(items: &[FlowItem], end: usize) -> Option<(Range<usize>, String)> {
    let is_mark =
        |item: &FlowItem| text_of(item).is_some_and(|text| MARKS.is_match(&without_spaces(text)));
    let start = items[..end].iter().position(|item| !is_mark(item))?;
    let mut issuers: Vec<String> = Vec::new();
    let mut named = false;
    let mut until = start;
    while until < items.len()
        && let Some(offices) = offices(&items[until])
    {
        for office in offices {
            named |= office.named;
            issuers.extend(office.name);
        }
        until += 1;
    }
    let numbered = || {
        let next = items.get(until).and_then(text_of);
        next.is_some_and(|line| numbered(line).is_some())
    };
    let is_head = !issuers.is_empty() && (named || numbered());
    is_head.then(|| (start..until, issuers.join("、")))
}

/// What a line or a cell of a red head says.
struct Office {
    name: Option<String>,
    /// It has 文件.
    named: bool,
}

/// The offices that an item names, if it is nothing but a part of a red head.
fn offices(item: &FlowItem) -> Option<Vec<Office>> {
    /// Most offices that issue a document together.
    const MOST: usize = 12;
    let office = |text: &str| {
        let tight = without_spaces(text);
        if tight == "文件" {
            return Some(Office {
                name: None,
                named: true,
            });
        }
        let name = tight.strip_suffix("文件");
        let named = name.is_some();
        let name = name.unwrap_or(&tight);
        (name.chars().count() <= 40 && signature::is_signature(name)).then(|| Office {
            name: Some(name.to_owned()),
            named,
        })
    };
    match item {
        FlowItem::Paragraph(paragraph) if paragraph.list == 0 => {
            text_of(item).and_then(office).map(|own| vec![own])
        }
        FlowItem::Table(rows) => {
            let cells = rows.iter().flatten();
            let filled = cells.filter(|cell| !cell.text.is_empty());
            let own: Option<Vec<Office>> = filled.map(|cell| office(&cell.text)).collect();
            own.filter(|own| own.len() <= MOST && own.iter().any(|office| office.named))
        }
        _ => None,
    }
}
