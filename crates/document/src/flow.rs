//! The document of a file, whose text comes without a page around it.
//!
//! A file has no menus to leave out, and no meta tags to ask. What stands above the text is told
//! apart by the layout that GB/T 9704 gives official documents: 份号, 密级 and 紧急程度, which are
//! not read; the red head with the issuer; the 发文字号; the title.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::attachments;
use super::classify;
use super::date;
use super::lines::{Line, collapse, without_spaces};
use super::options::{ExtractError, Found};
use super::signature;
use super::tables;
use super::title::push_gap;
use langdu_model::{Block, BlockKind, Document};
use langdu_model::{Cell, Flow, Part, TextPart};

/// 份号, 密级 with its years, 紧急程度, alone or together on a line.
static MARKS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:(?:份号[:：]?)?[0-9]{6}|(?:密级[:：]?)?(?:绝密|机密|秘密|内部|公开)?(?:★[0-9一二三四五六七八九十]*(?:年|个月|长期)?)?|(?:紧急程度[:：]?)?(?:特急|加急|平急|特提|急件))+$")
        .expect("a constant pattern")
});

/// What a document's name says or ends with.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^.{0,40}关于.{2,}|(?:通知|意见|办法|方案|规定|条例|细则|公告|通告|决定|批复|函|报告|规划|纲要|要点|指南|标准|制度|措施|规则|章程|通报|公报|令|预案|清单|目录|汇总表|一览表|统计表|名单|解读|说明|计划)(?:（[^）]{1,12}）)?$")
        .expect("a constant pattern")
});

/// How many parts from the top the head of a document may have.
const HEAD_PARTS: usize = 24;

/// Longest line of a title, in characters.
const LONGEST_TITLE_LINE: usize = 120;

/// The document of a file's text.
///
/// # Errors
/// [`ExtractError::NothingReadable`] when it holds no words.
pub fn from_flow(flow: Flow) -> Result<Document, ExtractError> {
    let parts: Vec<Part> = flow.parts.into_iter().filter_map(cleaned).collect();
    let head = Head::read(&parts);
    let mut document = Document::default();
    if let Some(range) = &head.title {
        document.title = joined(&parts[range.clone()]);
        let title = document.title.clone();
        push(&mut document, BlockKind::Title, title);
    }
    if let Some((_, line, number)) = &head.number {
        document.doc_number = Some(number.clone());
        push(&mut document, BlockKind::DocNumber, line.clone());
    }
    let last_prose = parts.iter().rposition(is_prose).unwrap_or(0);
    for (at, part) in parts.iter().enumerate() {
        if head.takes(at) {
            continue;
        }
        match part {
            Part::Text(part) => {
                let kind = kind(part, at > last_prose);
                push(&mut document, kind, part.text.clone());
            }
            Part::Table(rows) => push_table(&mut document, rows),
        }
    }
    fill_from(&mut document, &parts, &head);
    if document.blocks.is_empty() {
        return Err(ExtractError::NothingReadable {
            found: Found::Nothing,
        });
    }
    Ok(document)
}

fn push(document: &mut Document, kind: BlockKind, text: String) {
    document.blocks.push(Block {
        kind,
        text,
        path: String::new(),
    });
}

/// A table of data as one block; the cells of a layout one by one.
fn push_table(document: &mut Document, rows: &[Vec<Cell>]) {
    if let Some(rendered) = tables::render_cells(rows) {
        push(document, BlockKind::Table(rendered.table), rendered.text);
        return;
    }
    for cell in rows.iter().flatten().filter(|cell| !cell.text.is_empty()) {
        let kind = kind(&TextPart::plain(&cell.text), false);
        push(document, kind, cell.text.clone());
    }
}

fn fill_from(document: &mut Document, parts: &[Part], head: &Head) {
    let texts: Vec<&str> = parts.iter().filter_map(text_of).collect();
    let signed = signature::signed(&texts, 40);
    document.doc_number = document
        .doc_number
        .take()
        .or_else(|| signature::number_in_title(&document.title));
    document.doc_date = signed.as_ref().map(|(date, _)| date.clone()).or_else(|| {
        texts
            .iter()
            .take(HEAD_PARTS)
            .find_map(|text| signature::enactment_date(text))
    });
    document.issuer = signed
        .and_then(|(_, issuer)| issuer)
        .or_else(|| head.issuer.clone())
        .or_else(|| signature::issuer_in_title(&document.title));
}

/// What stands above the text.
#[derive(Default)]
struct Head {
    title: Option<Range<usize>>,
    /// Where the 发文字号 stands, its line without what else is on it, and the number itself.
    number: Option<(usize, String, String)>,
    issuer: Option<String>,
    /// Marks and the red head, which are not read.
    silent: Vec<usize>,
}

impl Head {
    fn read(parts: &[Part]) -> Self {
        let mut head = Self::default();
        let end = parts
            .iter()
            .take(HEAD_PARTS)
            .position(is_prose)
            .unwrap_or(parts.len().min(HEAD_PARTS));
        for (at, part) in parts[..end].iter().enumerate() {
            let Some(text) = text_of(part) else { continue };
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
        head.title = head.find_title(parts, end);
        head
    }

    fn takes(&self, at: usize) -> bool {
        self.silent.contains(&at)
            || self.title.as_ref().is_some_and(|range| range.contains(&at))
            || self.number.as_ref().is_some_and(|(own, ..)| *own == at)
    }

    /// The lines that are most like a title, those of one look together.
    fn find_title(&self, parts: &[Part], end: usize) -> Option<Range<usize>> {
        let body = body_size(parts);
        let mut best: Option<(u32, Range<usize>)> = None;
        let mut at = 0;
        while at < end {
            let Some(first) = self.title_line(parts, at) else {
                at += 1;
                continue;
            };
            let mut until = at + 1;
            while until < end
                && self
                    .title_line(parts, until)
                    .is_some_and(|next| goes_on(first, next))
            {
                until += 1;
            }
            let score = score(first, &joined(&parts[at..until]), body);
            if score > best.as_ref().map_or(1, |(score, _)| *score) {
                best = Some((score, at..until));
            }
            at = until;
        }
        best.map(|(_, range)| range)
    }

    fn title_line<'p>(&self, parts: &'p [Part], at: usize) -> Option<&'p TextPart> {
        let Part::Text(part) = parts.get(at)? else {
            return None;
        };
        let text = &part.text;
        let tight = without_spaces(text);
        let count = tight.chars().count();
        let other = self.silent.contains(&at)
            || self.number.as_ref().is_some_and(|(own, ..)| *own == at)
            || part.note
            || part.list > 0
            || part.right
            || !(2..=LONGEST_TITLE_LINE).contains(&count)
            || tight.ends_with(['。', '；', '，', '：', ':', '、', ';'])
            || tight.starts_with(['（', '('])
            || attachments::announces(text)
            || (classify::is_section_heading(text) && !part.title)
            || date::date_line(text).is_some();
        (!other).then_some(part)
    }
}

/// Whether a title that begins with `first` goes on with the line `next`.
fn goes_on(first: &TextPart, next: &TextPart) -> bool {
    first.title == next.title
        && first.heading == next.heading
        && first.centred == next.centred
        && (first.size - next.size).abs() < 0.6
        && (first.centred || first.title)
}

fn score(first: &TextPart, text: &str, body: f32) -> u32 {
    let named = NAME.is_match(&without_spaces(text));
    u32::from(first.title) * 6
        + u32::from(first.centred) * 2
        + u32::from(body > 0.0 && first.size > body * 1.15) * 2
        + u32::from(first.bold)
        + u32::from(first.heading == 1)
        + u32::from(named) * 3
}

/// The size of most of the running text, in points; 0 when unknown.
fn body_size(parts: &[Part]) -> f32 {
    let mut sizes: Vec<(f32, usize)> = Vec::new();
    for part in parts {
        let Part::Text(part) = part else { continue };
        let count = part.text.chars().count();
        match sizes.iter_mut().find(|(size, _)| *size == part.size) {
            Some((_, all)) => *all += count,
            None => sizes.push((part.size, count)),
        }
    }
    sizes
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map_or(0.0, |(size, _)| size)
}

/// The issuer that a red head names: 某某市人民政府文件.
fn red_head(tight: &str) -> Option<String> {
    let issuer = tight.strip_suffix("文件")?;
    (issuer.chars().count() <= 40 && signature::is_signature(issuer)).then(|| issuer.to_owned())
}

fn kind(part: &TextPart, behind_prose: bool) -> BlockKind {
    if part.note {
        return BlockKind::Paragraph;
    }
    let text = &part.text;
    let closing = date::date_line(text).is_some()
        || date::date_at_end(text, 60).is_some()
        || signature::is_signature(text)
        || part.right;
    let short = text.chars().count() <= 100;
    if (behind_prose && closing && short) || (attachments::announces(text) && short) {
        return BlockKind::Closing;
    }
    let mut line = Line::plain(text);
    // The highest heading of a file is the first below its title, as `h2` is on a page.
    line.heading = if part.heading > 0 {
        part.heading.min(5) + 1
    } else {
        0
    };
    line.list = part.list.min(6);
    line.centred = part.centred;
    line.bold_chars = if part.bold { line.chars } else { 0 };
    classify::kind(&line)
}

fn is_prose(part: &Part) -> bool {
    text_of(part).is_some_and(|text| {
        text.chars().count() >= 20 && text.contains(['。', '；']) && !text.starts_with('（')
    })
}

fn text_of(part: &Part) -> Option<&str> {
    match part {
        Part::Text(part) if !part.note => Some(&part.text),
        _ => None,
    }
}

fn joined(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts.iter().filter_map(text_of) {
        push_gap(&mut text, part);
        text.push_str(part);
    }
    text
}

/// The part with its white space collapsed; `None` when nothing is left.
fn cleaned(part: Part) -> Option<Part> {
    match part {
        Part::Text(part) => {
            let text = collapse(&part.text);
            (!text.is_empty()).then_some(Part::Text(TextPart { text, ..part }))
        }
        Part::Table(mut rows) => {
            for cell in rows.iter_mut().flatten() {
                cell.text = collapse(&cell.text);
            }
            let filled = rows.iter().flatten().any(|cell| !cell.text.is_empty());
            filled.then_some(Part::Table(rows))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn centred(text: &str, size: f32) -> Part {
        Part::Text(TextPart {
            centred: true,
            size,
            ..TextPart::plain(text)
        })
    }

    fn body(text: &str) -> Part {
        Part::Text(TextPart {
            size: 16.0,
            ..TextPart::plain(text)
        })
    }

    fn official() -> Document {
        let parts = vec![
            body("000012"),
            body("机密★1年"),
            body("特急"),
            centred("临川市人民政府文件", 36.0),
            body("临政发〔2025〕8号　　签发人：某某"),
            centred("临川市人民政府", 22.0),
            centred("关于做好老年助餐服务的通知", 22.0),
            body("各区人民政府，市政府各部门："),
            body("为方便老年人就近用餐，现就做好老年助餐服务通知如下。"),
            body("一、总体要求"),
            body("坚持就近、可及、自愿的原则，到2026年实现街道全覆盖。"),
            body("附件：老年助餐点名单"),
            Part::Text(TextPart {
                right: true,
                ..TextPart::plain("临川市人民政府")
            }),
            body("2025年3月18日"),
        ];
        from_flow(Flow { parts }).expect("there is text")
    }

    #[test]
    fn the_head_of_an_official_document_is_told_apart() {
        let document = official();
        assert_eq!(document.title, "临川市人民政府关于做好老年助餐服务的通知");
        assert_eq!(document.doc_number.as_deref(), Some("临政发〔2025〕8号"));
        assert_eq!(document.issuer.as_deref(), Some("临川市人民政府"));
        assert_eq!(
            document.doc_date.as_ref().map(|date| date.as_str()),
            Some("2025-03-18")
        );
        let texts: Vec<&str> = document
            .blocks
            .iter()
            .map(|block| block.text.as_str())
            .collect();
        assert_eq!(
            texts[..4],
            [
                "临川市人民政府关于做好老年助餐服务的通知",
                "临政发〔2025〕8号",
                "各区人民政府，市政府各部门：",
                "为方便老年人就近用餐，现就做好老年助餐服务通知如下。",
            ]
        );
        assert_eq!(document.blocks[4].kind, BlockKind::Heading { level: 1 });
        let closing = document
            .blocks
            .iter()
            .filter(|block| block.kind == BlockKind::Closing)
            .count();
        assert_eq!(closing, 3);
    }

    #[test]
    fn marks_are_silent_only_above_the_text() {
        for (text, mark) in [
            ("000012", true),
            ("机密★1年", true),
            ("秘密", true),
            ("机密★5年特急", true),
            ("加急", true),
            ("2025", false),
            ("关于加急办理的通知", false),
        ] {
            assert_eq!(MARKS.is_match(text), mark, "{text}");
        }
        let parts = vec![
            body("为方便老年人就近用餐，现就做好老年助餐服务通知如下。"),
            body("000012"),
        ];
        let document = from_flow(Flow { parts }).expect("there is text");
        assert_eq!(document.blocks.len(), 2);
    }

    #[test]
    fn a_part_is_what_its_file_says_or_what_it_looks_like() {
        let plain = TextPart::plain("助餐点的设置");
        let long = "助餐点应当设在老年人走路十五分钟以内能够到达的地方并且在门前有能够停下轮椅和助行器的一块平地供他们使用";
        for (part, wanted) in [
            (
                TextPart {
                    heading: 1,
                    ..plain.clone()
                },
                BlockKind::Heading { level: 1 },
            ),
            (
                TextPart {
                    heading: 2,
                    ..plain.clone()
                },
                BlockKind::Heading { level: 2 },
            ),
            (
                TextPart {
                    heading: 9,
                    ..plain.clone()
                },
                BlockKind::Heading { level: 5 },
            ),
            (
                TextPart {
                    list: 1,
                    ..plain.clone()
                },
                BlockKind::ListItem { level: 1 },
            ),
            (
                TextPart {
                    list: 9,
                    ..plain.clone()
                },
                BlockKind::ListItem { level: 6 },
            ),
            (
                TextPart {
                    bold: true,
                    ..plain.clone()
                },
                BlockKind::Heading { level: 2 },
            ),
            (
                TextPart {
                    centred: true,
                    ..plain.clone()
                },
                BlockKind::Heading { level: 2 },
            ),
            (
                TextPart {
                    bold: true,
                    ..TextPart::plain(long)
                },
                BlockKind::Paragraph,
            ),
            (
                TextPart {
                    note: true,
                    bold: true,
                    ..plain.clone()
                },
                BlockKind::Paragraph,
            ),
            (
                TextPart::plain("（二）助餐点"),
                BlockKind::Heading { level: 2 },
            ),
            (
                TextPart::plain("3.助餐点"),
                BlockKind::ListItem { level: 1 },
            ),
            (plain, BlockKind::Paragraph),
        ] {
            assert_eq!(kind(&part, false), wanted, "{part:?}");
        }
    }

    #[test]
    fn what_is_listed_or_ends_like_a_sentence_is_no_title() {
        let text = "为方便老年人就近用餐，现就做好老年助餐服务的有关事项说明如下。";
        let centred = TextPart {
            centred: true,
            size: 22.0,
            ..TextPart::plain("助餐问答")
        };
        for (part, title) in [
            (centred.clone(), "助餐问答"),
            (
                TextPart {
                    list: 1,
                    ..centred.clone()
                },
                "",
            ),
            (
                TextPart {
                    text: "助餐问答：".to_owned(),
                    ..centred.clone()
                },
                "",
            ),
            (
                TextPart {
                    text: "（助餐问答）".to_owned(),
                    ..centred
                },
                "",
            ),
        ] {
            let parts = vec![Part::Text(part), body(text)];
            let document = from_flow(Flow { parts }).expect("there is text");
            assert_eq!(document.title, title);
        }
    }

    #[test]
    fn a_red_head_names_who_issues() {
        assert_eq!(
            red_head("临川市人民政府文件").as_deref(),
            Some("临川市人民政府")
        );
        for other in ["临川市人民政府", "有关的说明文件", "文件"] {
            assert_eq!(red_head(other), None, "{other}");
        }
        let long = format!("{}临川市人民政府文件", "某".repeat(40));
        assert_eq!(red_head(&long), None);
    }

    #[test]
    fn an_end_is_told_behind_prose_only() {
        let right = TextPart {
            right: true,
            ..TextPart::plain("以上")
        };
        assert_eq!(kind(&right, true), BlockKind::Closing);
        assert_eq!(kind(&right, false), BlockKind::Paragraph);
        let date = TextPart::plain("2025年3月18日");
        assert_eq!(kind(&date, true), BlockKind::Closing);
        assert_eq!(kind(&date, false), BlockKind::Paragraph);
        let list = TextPart::plain("附件：老年助餐点名单");
        assert_eq!(kind(&list, false), BlockKind::Closing);
    }

    #[test]
    fn a_line_that_is_larger_than_the_text_is_its_title() {
        let sized = |text: &str, size: f32| {
            Part::Text(TextPart {
                size,
                ..TextPart::plain(text)
            })
        };
        let text = "为方便老年人就近用餐，现就做好老年助餐服务的有关事项说明如下。";
        for (size, wanted) in [(18.0, ""), (19.0, "助餐问答")] {
            // Most of the lines are small; most of the text is not.
            let parts = vec![
                sized("助餐问答", size),
                sized(text, 16.0),
                sized("一共三问", 9.0),
                sized("由市民政局答", 9.0),
            ];
            assert_eq!(body_size(&parts), 16.0);
            let document = from_flow(Flow { parts }).expect("there is text");
            assert_eq!(document.title, wanted, "{size}");
        }
        // Where no size is known, none is larger.
        let parts = vec![sized("助餐问答", 22.0), sized(text, 0.0)];
        let document = from_flow(Flow { parts }).expect("there is text");
        assert_eq!(document.title, "");
    }

    #[test]
    fn a_text_without_a_title_has_none() {
        let parts = vec![
            body("为方便老年人就近用餐，现就做好老年助餐服务通知如下。"),
            body("请认真执行。"),
        ];
        let document = from_flow(Flow { parts }).expect("there is text");
        assert_eq!(document.title, "");
        assert_eq!(document.blocks.len(), 2);
    }

    #[test]
    fn a_note_is_read_behind_its_paragraph() {
        let parts = vec![
            body("本办法所称老年人，是指六十周岁以上的本市户籍居民。"),
            Part::Text(TextPart {
                note: true,
                ..TextPart::plain("以身份证所载日期为准。")
            }),
            body("本办法自公布之日起施行，由市民政局负责解释。"),
        ];
        let document = from_flow(Flow { parts }).expect("there is text");
        assert_eq!(document.blocks[1].text, "以身份证所载日期为准。");
        assert_eq!(document.blocks[1].kind, BlockKind::Paragraph);
    }
}
