//! Tables of contents: their entries name what comes later, and are not read.

use std::sync::LazyLock;

use langdu_model::FlowItem;
use regex::Regex;

use super::item::text_of;
use crate::characters::without_spaces;

/// A heading above entries.
static HEADING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:目录|目次|目錄|Contents|CONTENTS)(?:[（(]?续[)）]?)?$")
        .expect("a constant pattern")
});

/// An entry whose page stands behind a blank.
static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\S.{0,90}[\s…·.．]+[-—(（]?\s*(?:[0-9]{1,4}|[ivxlcIVXLC]{1,6}|[ⅰ-ⅿⅠ-Ⅿ]{1,3})\s*[-—)）]?$")
        .expect("a constant pattern")
});

/// Fewest entries of a table of contents.
const FEWEST_ENTRIES: usize = 2;

/// Which of `items` belong to tables of contents.
pub(super) fn find(items: &[FlowItem]) -> Vec<bool> {
    let mut found = vec![false; items.len()];
    let mut at = 0;
    while at < items.len() {
        let headed =
            text_of(&items[at]).is_some_and(|text| HEADING.is_match(&without_spaces(text)));
        let from = at + usize::from(headed);
        let until = from
            + items[from..]
                .iter()
                .take_while(|item| is_entry(item, headed))
                .count();
        if until - from >= FEWEST_ENTRIES {
            found[at..until].fill(true);
        }
        at = until.max(at + 1);
    }
    // A file that is nothing else is read as it is.
    if found.iter().all(|is_contents| *is_contents) {
        found.fill(false);
    }
    found
}

/// Under a heading, a number behind a blank is enough.
fn is_entry(item: &FlowItem, headed: bool) -> bool {
    match item {
        FlowItem::Paragraph(paragraph) => {
            paragraph.contents || (headed && ENTRY.is_match(&paragraph.text))
        }
        FlowItem::Table(_) | FlowItem::Notice(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use langdu_model::FlowParagraph;

    fn line(text: &str) -> FlowItem {
        FlowItem::Paragraph(FlowParagraph::plain(text))
    }

    fn entry(text: &str) -> FlowItem {
        FlowItem::Paragraph(FlowParagraph {
            contents: true,
            ..FlowParagraph::plain(text)
        })
    }

    #[test]
    fn entries_are_found_under_their_heading_or_by_what_the_file_says() {
        let items = [
            line("目　次"),
            line("前言 Ⅲ"),
            line("1 范围 1"),
            line("附录A（规范性）餐单 12"),
            line("1 范围"),
            entry("一、总体要求"),
            entry("二、主要任务"),
            line("本标准规定了助餐点的设置。"),
        ];
        assert_eq!(
            find(&items),
            [true, true, true, true, false, true, true, false]
        );
    }

    #[test]
    fn lines_that_end_with_a_number_are_no_contents_without_a_heading() {
        let items = [line("城东街道 12"), line("城西街道 8"), line("合计 20")];
        assert_eq!(find(&items), [false; 3]);
        let alone = [line("目录"), line("以下名单一共三人。")];
        assert_eq!(find(&alone), [false; 2]);
    }

    #[test]
    fn a_file_of_nothing_else_is_read() {
        let items = [line("目录"), line("一、办法 3"), line("二、名单 9")];
        assert_eq!(find(&items), [false; 3]);
    }
}
