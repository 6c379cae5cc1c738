//! A paragraph while its runs are read, the same for every word processor's format.

use langdu_model::{FlowItem, FlowParagraph};

/// How many of a paragraph's letters are bold, and how large the largest is. White space does not
/// count.
#[derive(Debug, Default)]
pub(super) struct LetterStyle {
    bold: usize,
    all: usize,
    /// Height of the largest in points; 0 when unknown.
    pub(super) size: f32,
}

impl LetterStyle {
    /// Counts the letters of `run`, which are `size` points high.
    pub(super) fn add(&mut self, run: &str, bold: bool, size: f32) {
        let count = run.chars().filter(|c| !c.is_whitespace()).count();
        self.all += count;
        self.bold += if bold { count } else { 0 };
        if count > 0 {
            self.size = self.size.max(size);
        }
    }

    /// Whether at least nine in ten letters are bold.
    pub(super) fn are_bold(&self) -> bool {
        self.all > 0 && self.bold * 10 >= self.all * 9
    }
}

/// The words of a paragraph, and what hangs on it.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) text: String,
    pub(super) letters: LetterStyle,
    /// Footnotes and endnotes that it refers to, which are read behind it.
    pub(super) notes: Vec<String>,
    /// What its text boxes hold, which is read behind it.
    pub(super) boxes: Vec<FlowItem>,
}

impl Words {
    /// Adds `paragraph`, unless it has no text, and what hangs on it.
    pub(super) fn push_onto(self, items: &mut Vec<FlowItem>, paragraph: FlowParagraph) {
        if !paragraph.text.is_empty() {
            items.push(FlowItem::Paragraph(FlowParagraph {
                bold: self.letters.are_bold(),
                ..paragraph
            }));
        }
        items.extend(self.boxes);
        items.extend(self.notes.into_iter().map(FlowItem::note));
    }
}

/// The text of all paragraphs in `items`, on one line.
pub(super) fn text_of(items: &[FlowItem]) -> String {
    let texts: Vec<&str> = items
        .iter()
        .filter_map(|item| match item {
            FlowItem::Paragraph(paragraph) => Some(paragraph.text.as_str()),
            FlowItem::Table(_) | FlowItem::Notice(_) => None,
        })
        .collect();
    texts.join(" ")
}

/// An item of a list with the label that counts it: 一、总则, 1. Scope.
pub(super) fn labelled(label: &str, text: &str) -> String {
    let gap = if label.ends_with(|c: char| c.is_ascii()) {
        " "
    } else {
        ""
    };
    format!("{label}{gap}{text}")
}

/// An entry of a table of contents without its leader and page number.
pub(super) fn without_leader(text: &str) -> String {
    let end = text.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_whitespace());
    if end.len() < text.len() && text[end.len()..].contains('\t') {
        return end.trim_end().to_owned();
    }
    text.to_owned()
}
