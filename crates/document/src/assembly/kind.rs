//! What a kept line is: heading, paragraph, list item or closing.
//!
//! Numbering comes before markup, which is the weaker sign, since editors paste from Word.

use langdu_model::BlockKind;

use crate::characters::without_spaces;
use crate::facts::outline::{HEADINGS, LIST_MARK};
use crate::facts::{date, signature};
use crate::lines::Line;

/// Longest numbered line that is a heading rather than a paragraph beginning with a number.
const LONGEST_HEADING_CHARS: u32 = 45;

/// The kind of a line that is neither title, table nor closing.
pub(crate) fn of_line(line: &Line) -> BlockKind {
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
        return BlockKind::ListItem {
            level: line.list,
            marker: line.marker.clone(),
        };
    }
    if LIST_MARK.is_match(&tight) {
        return BlockKind::ListItem {
            level: 1,
            marker: None,
        };
    }
    BlockKind::Paragraph
}

/// `h1` is the title's level on most pages, so `h2` is the first below it.
fn heading_level(heading: u8) -> u8 {
    heading.saturating_sub(1).clamp(1, 6)
}

/// Whether `next` goes on with the sentence that a picture before it cuts in two.
pub(crate) fn goes_on_behind_picture(line: &Line, next: &Line) -> bool {
    /// Words and marks that no sentence ends with.
    const UNFINISHED: [&str; 25] = [
        "，", "、", "的", "在", "到", "和", "与", "及", "或", "将", "把", "对", "向", "从", "由",
        "按", "为", "请", "击", "择", "于", "以", "是", "“", "（",
    ];
    let tight = without_spaces(&line.text);
    let (before, after) = (line.heading == 0 && line.list == 0, next.heading == 0);
    next.after_picture
        && before
        && after
        && !next.centred
        && !line.centred
        && line.chars >= SHORTEST_CUT_CHARS
        && line.bold_chars * 2 < line.chars
        && next.stops > 0
        && (UNFINISHED.iter().any(|word| tight.ends_with(word))
            || (line.chars >= LONGEST_HEADING_CHARS / 2 && !ends_sentence(line)))
        && !starts_anew(&without_spaces(&next.text))
}

/// Shortest line that can be the beginning of a sentence, in characters.
const SHORTEST_CUT_CHARS: u32 = 4;

fn ends_sentence(line: &Line) -> bool {
    line.text.ends_with([
        '。', '；', '：', '！', '？', '”', '）', '》', '…', ';', ':', ')', '!', '?', '.',
    ])
}

fn starts_anew(tight: &str) -> bool {
    HEADINGS.iter().any(|(pattern, _)| pattern.is_match(tight))
        || LIST_MARK.is_match(tight)
        || tight.starts_with("附件")
        || tight.starts_with('第')
        || tight.chars().take(8).any(|c| matches!(c, '：' | ':'))
}

/// Whether `next` goes on in the middle of the sentence that `line` breaks off: a paragraph that
/// was wrapped by hand with `br`.
pub(crate) fn continues(line: &Line, next: &Line) -> bool {
    if !next.after_break || next.block != line.block || next.indented || line.centred {
        return false;
    }
    let tight = without_spaces(&next.text);
    line.chars >= 25
        && !ends_sentence(line)
        && !starts_anew(&tight)
        && !signature::is_signature(&tight)
        && date::date_line(&tight).is_none()
}
