//! What a kept line is: heading, paragraph, list item or closing.
//!
//! Official documents number their headings in a fixed order, 一、（一） 1. （1）, and their
//! chapters 第一章, 第一节; markup is the weaker sign, since editors paste from Word.

use std::sync::LazyLock;

use regex::Regex;

use super::lines::{Line, without_spaces};
use langdu_model::BlockKind;

/// Longest numbered line that is a heading rather than a paragraph beginning with a number.
const LONGEST_HEADING_CHARS: u32 = 45;

static HEADINGS: LazyLock<[(Regex, u8); 4]> = LazyLock::new(|| {
    let pattern = |text| Regex::new(text).expect("a constant pattern");
    [
        (pattern(r"^第[一二三四五六七八九十百零〇0-9]+[编章]"), 1),
        (pattern(r"^第[一二三四五六七八九十百零〇0-9]+节"), 2),
        (pattern(r"^[一二三四五六七八九十]{1,3}[、．.]"), 1),
        (pattern(r"^[（(][一二三四五六七八九十]{1,3}[）)]"), 2),
    ]
});

static LIST_MARK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[0-9]{1,2}[.、．)）]|[（(][0-9]{1,2}[)）]|[①-⑳]|[●■◆▪·•—－-]{1,2}\s*\S)")
        .expect("a constant pattern")
});

/// Whether a line is the heading of a part of a document, not of the whole.
pub(super) fn is_section_heading(text: &str) -> bool {
    let tight = without_spaces(text);
    matches!(
        tight.as_str(),
        "目录" | "目次" | "前言" | "附件" | "附录" | "正文"
    ) || HEADINGS.iter().any(|(pattern, _)| pattern.is_match(&tight))
}

/// The kind of a line that is neither title, table nor closing.
pub(super) fn kind(line: &Line) -> BlockKind {
    let tight = without_spaces(&line.text);
    if line.heading > 0 && line.chars <= 80 {
        return BlockKind::Heading {
            level: heading_level(line.heading),
        };
    }
    let closed = tight.ends_with(['。', '；', '，', '：', ':', '、', ';']);
    if line.chars <= LONGEST_HEADING_CHARS && !closed {
        let numbered = HEADINGS
            .iter()
            .find(|(pattern, _)| pattern.is_match(&tight));
        if let Some((_, level)) = numbered {
            return BlockKind::Heading { level: *level };
        }
        let bold = line.bold_chars * 10 >= line.chars * 9;
        if (bold || line.centred) && line.chars >= 2 && line.list == 0 {
            return BlockKind::Heading { level: 2 };
        }
    }
    if line.list > 0 {
        return BlockKind::ListItem { level: line.list };
    }
    if LIST_MARK.is_match(&tight) {
        return BlockKind::ListItem { level: 1 };
    }
    BlockKind::Paragraph
}

/// `h1` is the title's level on most pages, so `h2` is the first below it.
fn heading_level(heading: u8) -> u8 {
    heading.saturating_sub(1).clamp(1, 6)
}

/// Whether `next` goes on in the middle of the sentence that `line` breaks off: a paragraph that
/// was wrapped by hand with `br`.
pub(super) fn continues(line: &Line, next: &Line) -> bool {
    if !next.after_break || next.block != line.block || next.indented || line.centred {
        return false;
    }
    let ends = line.text.ends_with([
        '。', '；', '：', '！', '？', '”', '）', '》', '…', ';', ':', ')', '!', '?', '.',
    ]);
    let tight = without_spaces(&next.text);
    let starts_anew = HEADINGS.iter().any(|(pattern, _)| pattern.is_match(&tight))
        || LIST_MARK.is_match(&tight)
        || tight.starts_with("附件")
        || tight.starts_with('第')
        || tight.chars().take(8).any(|c| matches!(c, '：' | ':'));
    line.chars >= 25
        && !ends
        && !starts_anew
        && !super::signature::is_signature(&tight)
        && super::date::date_line(&tight).is_none()
}
