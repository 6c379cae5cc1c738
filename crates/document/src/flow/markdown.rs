//! Markdown: what its marks say, without the marks.

use std::sync::LazyLock;

use langdu_model::{Flow, FlowCell, FlowItem, FlowParagraph};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use regex::Regex;

use crate::characters::push_gap;

/// Marks that a plain text hardly has: headings, fences, rows under a table's head, links, strong
/// words.
static MARKS: LazyLock<[Regex; 5]> = LazyLock::new(|| {
    [
        r"(?m)^#{1,6} +\S",
        r"(?m)^(?:```|~~~)",
        r"(?m)^ *\|? *:?-{3,}:? *\|[-:| ]*$",
        r"!?\[[^\]\n]{1,80}\]\((?:https?:|/|\./|#)[^)\s]*\)",
        r"\*\*[^*\n]{1,80}\*\*",
    ]
    .map(|pattern| Regex::new(pattern).expect("a constant pattern"))
});

/// Kinds of marks, or marks of one kind, that make a text Markdown.
const FEWEST_KINDS: usize = 2;
const FEWEST_MARKS: usize = 3;

/// Whether `text` is written in Markdown.
pub(super) fn is_markdown(text: &str) -> bool {
    let counts = MARKS
        .each_ref()
        .map(|mark| mark.find_iter(text).take(FEWEST_MARKS).count());
    counts.iter().filter(|count| **count > 0).count() >= FEWEST_KINDS
        || counts.iter().any(|count| *count >= FEWEST_MARKS)
}

/// The paragraphs and tables of `text`.
pub(super) fn read(text: &str) -> Flow {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut writer = MarkdownWriter::default();
    for event in Parser::new_ext(text, options) {
        writer.take(event);
    }
    writer.end_paragraph();
    Flow {
        items: writer.items,
    }
}

#[derive(Default)]
struct MarkdownWriter {
    items: Vec<FlowItem>,
    text: String,
    look: FlowParagraph,
    /// Letters in all, and those that are strong.
    letters: (usize, usize),
    strong: usize,
    /// Of each open list the number of its next item, where it is counted.
    lists: Vec<Option<u64>>,
    /// The mark of the item that has just begun.
    label: Option<String>,
    rows: Vec<Vec<FlowCell>>,
    in_head: bool,
    /// Depth of what is not read: struck words, metadata.
    silent: usize,
}

impl MarkdownWriter {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(words) | Event::Code(words) => self.push(&words),
            // Between two Chinese characters a broken line is nothing.
            Event::SoftBreak => self.push("\n"),
            Event::HardBreak => self.push(" "),
            Event::TaskListMarker(done) => self.push(if done { "☑" } else { "□" }),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.end_paragraph();
                self.look.heading = level_of(level);
                self.look.title = self.look.heading == 1 && self.items.is_empty();
            }
            Tag::List(first) => {
                self.end_paragraph();
                self.lists.push(first);
            }
            Tag::Item => {
                self.end_paragraph();
                if let Some(Some(number)) = self.lists.last_mut() {
                    self.label = Some(format!("{number}."));
                    *number += 1;
                }
                self.look.list = u8::try_from(self.lists.len()).unwrap_or(6).min(6);
            }
            Tag::FootnoteDefinition(_) => {
                self.end_paragraph();
                self.look.note = true;
            }
            Tag::Table(_) => {
                self.end_paragraph();
                self.rows.clear();
            }
            Tag::TableHead => (self.in_head, self.rows) = (true, vec![Vec::new()]),
            Tag::TableRow => self.rows.push(Vec::new()),
            Tag::Strong => self.strong += 1,
            Tag::Strikethrough | Tag::MetadataBlock(_) => self.silent += 1,
            Tag::CodeBlock(_) => self.end_paragraph(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::Item
            | TagEnd::CodeBlock
            | TagEnd::FootnoteDefinition => self.end_paragraph(),
            TagEnd::List(_) => {
                self.end_paragraph();
                self.lists.pop();
            }
            TagEnd::TableCell => {
                let cell = FlowCell {
                    header: self.in_head,
                    ..FlowCell::plain(std::mem::take(&mut self.text))
                };
                if let Some(row) = self.rows.last_mut() {
                    row.push(cell);
                }
            }
            TagEnd::TableHead => self.in_head = false,
            TagEnd::Table => {
                let rows = std::mem::take(&mut self.rows);
                self.letters = (0, 0);
                self.items.push(FlowItem::Table(rows));
            }
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Strikethrough | TagEnd::MetadataBlock(_) => {
                self.silent = self.silent.saturating_sub(1);
            }
            _ => {}
        }
    }

    fn push(&mut self, words: &str) {
        if self.silent > 0 {
            return;
        }
        if words == "\n" {
            self.text.push('\n');
            return;
        }
        let count = words.chars().filter(|c| !c.is_whitespace()).count();
        self.letters.0 += count;
        self.letters.1 += if self.strong > 0 { count } else { 0 };
        self.text.push_str(words);
    }

    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.text);
        let look = std::mem::take(&mut self.look);
        let (all, strong) = std::mem::take(&mut self.letters);
        let text = text.trim();
        if text.is_empty() {
            // An item begins with its first words.
            self.look.list = look.list;
            return;
        }
        let mut whole = self.label.take().unwrap_or_default();
        if !whole.is_empty() && !push_gap(&mut whole, text) {
            whole.push(' ');
        }
        whole.push_str(text);
        self.items.push(FlowItem::Paragraph(FlowParagraph {
            bold: all > 0 && strong * 10 >= all * 9,
            ..FlowParagraph {
                text: whole,
                ..look
            }
        }));
    }
}

fn level_of(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# 老年助餐服务指南\n\n\
        为方便老年人**就近**用餐，\n现将有关事项说明如下，详见[办法](https://example.org/a)。\n\n\
        ## 一、对象\n\n\
        1. 六十周岁以上的居民；\n2. 残疾人。\n\n\
        - 自愿\n- 就近\n\n\
        | 街道 | 电话 |\n| --- | --- |\n| 城东 | 12345 |\n\n\
        ~~旧价25元~~每餐10元。\n";

    #[test]
    fn marks_are_heard_by_what_they_mean() {
        let flow = read(TEXT);
        let look = |item: &FlowItem| match item {
            FlowItem::Paragraph(own) => {
                (own.text.clone(), own.heading, own.list, own.title, own.bold)
            }
            FlowItem::Table(rows) => {
                let cells = rows.iter().flatten().map(|cell| cell.text.as_str());
                (
                    cells.collect::<Vec<_>>().join("|"),
                    9,
                    0,
                    false,
                    rows[0][0].header,
                )
            }
            FlowItem::Notice(_) => unreachable!("nothing is missing"),
        };
        let found: Vec<_> = flow.items.iter().map(look).collect();
        let plain = |text: &str, heading, list| (text.to_owned(), heading, list, false, false);
        assert_eq!(
            found,
            [
                ("老年助餐服务指南".to_owned(), 1, 0, true, false),
                plain(
                    "为方便老年人就近用餐，\n现将有关事项说明如下，详见办法。",
                    0,
                    0
                ),
                plain("一、对象", 2, 0),
                plain("1. 六十周岁以上的居民；", 0, 1),
                plain("2. 残疾人。", 0, 1),
                plain("自愿", 0, 1),
                plain("就近", 0, 1),
                ("街道|电话|城东|12345".to_owned(), 9, 0, false, true),
                plain("每餐10元。", 0, 0),
            ]
        );
    }

    #[test]
    fn a_text_is_markdown_by_its_marks() {
        assert!(is_markdown(TEXT));
        assert!(is_markdown("# 一\n\n# 二\n\n# 三\n"));
        for text in [
            "一、总体要求\n1. 坚持就近\n* 自愿\n",
            "#1 楼\n#2 楼\n#3 楼\n",
            "姓名：________\n------\n电话：______\n",
            "3**2 等于九。",
        ] {
            assert!(!is_markdown(text), "{text}");
        }
    }
}
