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
pub(crate) fn continues(line: &Line, next: &Line) -> bool {
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
        && !signature::is_signature(&tight)
        && date::date_line(&tight).is_none()
}
