//! How official documents number their parts.
//!
//! The order is fixed: 一、（一） 1. （1）, and 第一章, 第一节 for what has chapters.

use std::sync::LazyLock;

use regex::Regex;

use crate::characters::without_spaces;

/// Marks of headings, and the level below the title that each stands for.
pub(crate) static HEADINGS: LazyLock<[(Regex, u8); 4]> = LazyLock::new(|| {
    let pattern = |text| Regex::new(text).expect("a constant pattern");
    [
        (pattern(r"^第[一二三四五六七八九十百零〇0-9]+[编章]"), 1),
        (pattern(r"^第[一二三四五六七八九十百零〇0-9]+节"), 2),
        (pattern(r"^[一二三四五六七八九十]{1,3}[、．.]"), 1),
        (pattern(r"^[（(][一二三四五六七八九十]{1,3}[）)]"), 2),
    ]
});

/// Marks of list items.
pub(crate) static LIST_MARK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[0-9]{1,2}[.、．)）]|[（(][0-9]{1,2}[)）]|[①-⑳]|[●■◆▪·•—－-]{1,2}\s*\S)")
        .expect("a constant pattern")
});

/// Whether a line begins with a number or mark of its own.
pub(crate) fn is_marked(text: &str) -> bool {
    let tight = without_spaces(text);
    LIST_MARK.is_match(&tight) || HEADINGS.iter().any(|(pattern, _)| pattern.is_match(&tight))
}

/// Whether a line is the heading of a part of a document, not of the whole.
pub(crate) fn is_section_heading(text: &str) -> bool {
    let tight = without_spaces(text);
    matches!(
        tight.as_str(),
        "目录" | "目次" | "前言" | "附件" | "附录" | "正文"
    ) || HEADINGS.iter().any(|(pattern, _)| pattern.is_match(&tight))
}
