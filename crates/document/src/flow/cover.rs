//! The cover of a standard (GB/T 1.1): class, number, name, dates, each on lines of its own.

use std::ops::Range;
use std::sync::LazyLock;

use langdu_model::FlowItem;
use regex::Regex;

use super::item::text_of;
use crate::characters::without_spaces;

/// ICS, CCS and record numbers, which sort a standard on a shelf.
static SHELF: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:(?:ICS|CCS|中国标准文献分类号|备案号|UDC)[:：]?[0-9A-Z.—\-–/、]{1,20})+(?:[A-Z]?[0-9]{2})?$|^[A-Z][0-9]{2}$")
        .expect("a constant pattern")
});

/// What kind of standard it is: 中华人民共和国国家标准, 某某省地方标准, 团体标准.
static CLASS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:中华人民共和国)?[^关于的]{0,14}(?:国家|行业|地方|团体|企业|国家职业|职业)(?:(?:生态环境|职业卫生|计量|工程建设|军用)?标准|标准化指导性技术文件|计量(?:技术规范|检定规程|校准规范)|技术规范|技能标准)$|^[^关于的，。]{2,12}(?:省|市|自治区)(?:工程建设)?标准$|^(?:国家|地方)标准$|^中华人民共和国[^关于的，。]{2,12}标准$")
        .expect("a constant pattern")
});

/// The number of a standard alone on a line, with the standard that it equals behind it.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^((?:[A-Z]{2,4}(?:[0-9]{2,6})?|T/[A-Z]{2,10}|Q/[A-Z0-9]{2,10})(?:/[TZ])?\s*[0-9]{1,6}(?:[.．][0-9]{1,4}){0,3}\s*[—–―\-－]{1,2}\s*(?:19|20)[0-9]{2})(?:[/（(].*)?$")
        .expect("a constant pattern")
});

/// 代替, 采标, 发布 and 实施: what else stands on a cover around the name.
static AROUND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:部分)?代替|^[（(](?:ISO|IEC|ITU|IDT|MOD|NEQ|报批稿|征求意见稿|送审稿)|(?:发布|实施)$|^(?:发布|实施)|^[0-9]{4}[-—年.]")
        .expect("a constant pattern")
});

/// A cover, and which of its lines say what.
#[derive(Debug, Default)]
pub(super) struct StandardCover {
    /// Shelf marks and class, which are not read.
    pub(super) silent: Vec<usize>,
    /// The standard's number, and where it stands.
    pub(super) number: Option<(usize, String)>,
    /// The lines of its name.
    pub(super) name: Option<Range<usize>>,
}

impl StandardCover {
    /// The cover that `items` begin with, within the first `end` of them.
    pub(super) fn read(items: &[FlowItem], end: usize) -> Option<Self> {
        let mut cover = Self::default();
        let mut classed = false;
        for (at, item) in items[..end].iter().enumerate() {
            let Some(text) = text_of(item) else { continue };
            let tight = without_spaces(text);
            if SHELF.is_match(&tight) {
                cover.silent.push(at);
            } else if CLASS.is_match(&tight) && !classed {
                classed = true;
                cover.silent.push(at);
            } else if cover.number.is_none()
                && let Some(number) = NUMBER.captures(text.trim())
            {
                cover.number = Some((at, number[1].to_owned()));
            }
        }
        // A number alone may be the reference in any text.
        if cover.silent.is_empty() || cover.number.is_none() {
            return None;
        }
        cover.name = cover.find_name(items, end);
        Some(cover)
    }

    /// The run of Chinese lines of one size, the largest first, the longest among those.
    fn find_name(&self, items: &[FlowItem], end: usize) -> Option<Range<usize>> {
        let mut best: Option<((i32, usize), Range<usize>)> = None;
        let mut at = 0;
        while at < end {
            let Some((size, mut chars)) = self.name_line(items, at) else {
                at += 1;
                continue;
            };
            let mut until = at + 1;
            while until < end
                && let Some((next, more)) = self.name_line(items, until)
                && (next - size).abs() <= 1
            {
                chars += more;
                until += 1;
            }
            if best
                .as_ref()
                .is_none_or(|(score, _)| (size, chars) > *score)
            {
                best = Some(((size, chars), at..until));
            }
            at = until;
        }
        best.map(|(_, range)| range)
    }

    /// Size in half points and length of the line at `at`, where it can be one of the name.
    fn name_line(&self, items: &[FlowItem], at: usize) -> Option<(i32, usize)> {
        let FlowItem::Paragraph(paragraph) = items.get(at)? else {
            return None;
        };
        let tight = without_spaces(&paragraph.text);
        let chinese = tight
            .chars()
            .filter(|c| crate::characters::is_han(*c))
            .count();
        let other = self.silent.contains(&at)
            || self.number.as_ref().is_some_and(|(own, _)| *own == at)
            || paragraph.note
            || paragraph.contents
            || AROUND.is_match(&tight)
            || CLASS.is_match(&tight)
            || tight.ends_with('。')
            || chinese < 2
            || chinese * 3 < tight.chars().count();
        (!other).then(|| ((paragraph.size * 2.0).round() as i32, chinese))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use langdu_model::FlowParagraph;

    fn line(text: &str, size: f32) -> FlowItem {
        FlowItem::Paragraph(FlowParagraph {
            size,
            ..FlowParagraph::plain(text)
        })
    }

    #[test]
    fn the_lines_of_a_cover_are_told_apart() {
        let items = [
            line("ICS 03.080.30", 10.0),
            line("CCS A 12", 10.0),
            line("临 川 市 地 方 标 准", 26.0),
            line("DB3699/T 12—2025", 14.0),
            line("代替 DB3699/T 12—2019", 10.0),
            line("老年助餐点", 26.0),
            line("第2部分：建设与服务要求", 26.0),
            line(
                "Community canteens for older people—Part 2: Requirements",
                14.0,
            ),
            line("2025-03-18 发布", 14.0),
            line("2025-04-01 实施", 14.0),
            line("临川市市场监督管理局 发布", 18.0),
        ];
        let cover = StandardCover::read(&items, items.len()).expect("a cover");
        assert_eq!(cover.silent, [0, 1, 2]);
        assert_eq!(cover.number, Some((3, "DB3699/T 12—2025".to_owned())));
        assert_eq!(cover.name, Some(5..7));
    }

    #[test]
    fn the_marks_of_covers_are_known_by_their_shape() {
        for (text, shelf, class) in [
            ("ICS53.100", true, false),
            ("ICS03.080.30CCSA12", true, false),
            ("P97", true, false),
            ("备案号:12345-2020", true, false),
            ("中华人民共和国国家标准", false, true),
            ("中华人民共和国民政行业标准", false, true),
            ("团体标准", false, true),
            ("关于印发国家标准", false, false),
            ("老年助餐点建设标准", false, false),
        ] {
            assert_eq!(SHELF.is_match(text), shelf, "{text}");
            assert_eq!(CLASS.is_match(text), class, "{text}");
        }
    }

    #[test]
    fn a_text_that_names_a_standard_has_no_cover() {
        let items = [
            line("关于执行标准的通知", 22.0),
            line("GB/T 33168-2016", 16.0),
            line("请各单位遵照执行，有关情况及时报告。", 16.0),
        ];
        assert!(StandardCover::read(&items, items.len()).is_none());
    }
}
