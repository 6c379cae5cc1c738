//! A document that is heard while its pages are still being recognised: what is handed on of it is how the
//! whole begins.

use std::collections::BTreeMap;

use langdu_file::{
    FileLimits, Flow, FlowItem, Format, Recognition, TOLD, parse, parse_with, sniff,
};
use langdu_model::{PictureLetter, PictureLine, PictureRule, PictureText};

use crate::support::fixture;

/// A4 at 150 dpi.
const PAPER: (u32, u32) = (1240, 1754);

/// The size of the running text, in pixels: 16 points.
const BODY: f32 = 33.0;

/// From one baseline to the next.
const LEADING: f32 = 58.0;

/// Letters in a line.
const ACROSS: usize = 28;

/// The left end of the text.
const LEFT: f32 = 158.0;

fn line(text: &str, left: f32, top: f32, size: f32) -> PictureLine {
    let letters = text.chars().zip(0u16..);
    PictureLine {
        top,
        bottom: top + size,
        size,
        letters: letters
            .map(|(text, at)| PictureLetter {
                text,
                left: left + size * f32::from(at),
                right: left + size * f32::from(at + 1),
                confidence: 0.98,
            })
            .collect(),
    }
}

/// A line in the middle of the page.
fn centred(text: &str, top: f32, size: f32) -> PictureLine {
    let width = size * text.chars().count() as f32;
    line(text, (PAPER.0 as f32 - width) / 2.0, top, size)
}

/// Paragraphs of `lines` lines in all, from `top` on: each is two full lines and a half.
fn body(page: usize, top: f32, lines: usize) -> Vec<PictureLine> {
    const WORDS: &str =
        "为方便老年人就近用餐市民政局会同有关部门制定本办法各区应当结合实际抓好落实";
    let words: Vec<char> = WORDS.chars().collect();
    (0..lines)
        .map(|at| {
            let begin = (page * 31 + at * 17) % words.len();
            let from = words.iter().cycle().skip(begin);
            let (indent, count) = match at % 3 {
                0 => (2, ACROSS - 2),
                1 => (0, ACROSS),
                _ => (0, ACROSS / 2),
            };
            let mut text: String = from.take(count).collect();
            if at % 3 == 2 {
                text.push('。');
            }
            line(
                &text,
                LEFT + BODY * indent as f32,
                top + LEADING * at as f32,
                BODY,
            )
        })
        .collect()
}

/// What stands around the text of a page.
type Around = fn(usize) -> Vec<PictureLine>;

/// A notice of `count` pages: a title on the first, on the others text that goes on from the page before.
fn notice(count: usize, around: Around) -> BTreeMap<usize, PictureText> {
    let page = |number: usize| {
        let mut lines = around(number);
        if number == 1 {
            lines.push(centred("关于做好老年人助餐服务工作的通知", 330.0, 46.0));
            lines.extend(body(number, 480.0, 19));
        } else {
            lines.extend(body(number, 215.0, 23));
        }
        lines.push(centred(&format!("—{number}—"), 1640.0, 29.0));
        lines.sort_by(|one, other| one.top.total_cmp(&other.top));
        let text = PictureText {
            width: PAPER.0,
            height: PAPER.1,
            lines,
            ..PictureText::default()
        };
        (number, text)
    };
    (1..=count).map(page).collect()
}

/// A TIFF file of so many pages whose pictures are not looked at.
fn tiff(count: usize) -> Vec<u8> {
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    for number in 1..=count {
        let next = if number == count { 0 } else { 8 + 6 * number };
        file.extend([0, 0]);
        file.extend((next as u32).to_le_bytes());
    }
    file
}

/// The text as far as it is known when the page `until` is to be read next.
fn read(pages: &BTreeMap<usize, PictureText>, until: Option<usize>) -> Vec<FlowItem> {
    let known = pages
        .iter()
        .filter(|(page, _)| until.is_none_or(|until| **page < until));
    let recognition = Recognition {
        pages: known.map(|(page, text)| (*page, text.clone())).collect(),
        until,
        ..Recognition::default()
    };
    let file = tiff(pages.len());
    let parsed = parse_with(&file, Format::Picture, &FileLimits::default(), &recognition);
    parsed.flow.map(|flow| flow.items).unwrap_or_default()
}

fn text(items: &[FlowItem]) -> String {
    let own = items.iter().map(|item| match item {
        FlowItem::Paragraph(paragraph) => paragraph.text.clone(),
        FlowItem::Table(rows) => {
            let cells = rows.iter().flatten();
            cells.map(|cell| cell.text.as_str()).collect()
        }
        FlowItem::Notice(words) if words == TOLD => String::new(),
        FlowItem::Notice(words) => words.clone(),
    });
    own.collect()
}

/// Each part begins the whole and is longer than the one before it; the first has most of page 1.
fn begin_the_whole(name: &str, pages: &BTreeMap<usize, PictureText>) {
    let whole = read(pages, None);
    let mut before = 0;
    for until in 2..=pages.len() {
        let part = read(pages, Some(until));
        assert_eq!(
            part,
            whole[..part.len().min(whole.len())],
            "{name}, before page {until}"
        );
        assert!(part.len() >= before, "{name}, before page {until}");
        before = part.len();
        let least = (until.max(3) - 2) * 19 * ACROSS * 2 / 3;
        let read = text(&part);
        assert!(
            read.chars().count() >= least * 8 / 10,
            "{name}, before page {until}: {read}"
        );
    }
    let all = text(&whole);
    for furniture in ["公报", "第3期", "民政局印", "—"] {
        assert!(!all.contains(furniture), "{name}: {furniture} in {all}");
    }
}

#[test]
fn what_is_read_page_by_page_begins_the_whole_whatever_stands_around_it() {
    let around: [(&str, Around); 5] = [
        ("nothing", |_| Vec::new()),
        ("a head", |_| {
            vec![centred("临川市人民政府公报", 92.0, 22.0)]
        }),
        ("a head as large as the text", |_| {
            vec![centred("临川市人民政府公报", 80.0, BODY)]
        }),
        ("heads left and right", |number| {
            if number % 2 == 1 {
                vec![line("临川市人民政府公报", LEFT, 92.0, 22.0)]
            } else {
                vec![line("2025年第3期", 900.0, 92.0, 22.0)]
            }
        }),
        ("a head and a foot", |number| {
            vec![
                // Each page lies a little differently, and is read a little differently.
                centred("临川市人民政府公报", 92.0 + 9.0 * (number % 3) as f32, 22.0),
                line(
                    if number == 2 {
                        "临川市民政局印发于二〇二五年"
                    } else {
                        "临川市民政局印发于二0二五年"
                    },
                    LEFT,
                    1580.0,
                    22.0,
                ),
            ]
        }),
    ];
    for (name, around) in around {
        for count in [2, 3, 4, 5, 9] {
            begin_the_whole(&format!("{name}, {count} pages"), &notice(count, around));
        }
    }
}

#[test]
fn the_marks_on_top_of_a_document_with_a_red_head_are_heard_at_once() {
    let pages = notice(3, |number| match number {
        1 => vec![
            line("000012", LEFT, 218.0, BODY),
            line("机密★1年", LEFT, 218.0 + LEADING, BODY),
        ],
        _ => Vec::new(),
    });
    let first = text(&read(&pages, Some(2)));
    assert!(first.starts_with("000012机密★1年关于做好"), "{first}");
    begin_the_whole("marks", &pages);
}

#[test]
fn a_small_line_on_top_of_page_one_that_does_not_run_is_in_the_whole() {
    let pages = notice(3, |number| match number {
        1 => vec![line("内部资料注意保存", LEFT, 92.0, 22.0)],
        _ => Vec::new(),
    });
    assert!(text(&read(&pages, None)).starts_with("内部资料注意保存关于做好"));
    // Only the next pages tell that it is no running head.
    assert!(text(&read(&pages, Some(2))).starts_with("关于做好"));
    assert!(text(&read(&pages, Some(3))).starts_with("关于做好"));
}

#[test]
fn a_table_that_goes_on_on_the_next_page_is_handed_on_with_all_its_rows() {
    let mut pages = notice(4, |_| Vec::new());
    // The last lines of page 2 and the first of page 3 are rows.
    for (number, top, rows) in [(2, 1200.0, 5u16), (3, 215.0, 4)] {
        let page = pages.get_mut(&number).expect("a page");
        let bottom = top + LEADING * f32::from(rows);
        page.lines
            .retain(|line| line.bottom < top || line.top > bottom + 8.0);
        if number == 2 {
            page.lines
                .retain(|line| line.top < top || line.top > 1600.0);
        }
        for row in 0..rows {
            let top = top + LEADING * f32::from(row) + 12.0;
            page.lines
                .push(line(&format!("第{number}街道{row}号点"), 180.0, top, BODY));
            page.lines
                .push(line(&format!("每餐{row}元"), 720.0, top, BODY));
        }
        let rule = |x0, y0, x1, y1| PictureRule { x0, y0, x1, y1 };
        page.rules = (0..=rows)
            .map(|row| top + LEADING * f32::from(row))
            .map(|y| rule(158.0, y, 1082.0, y))
            .chain([158.0, 640.0, 1082.0].map(|x| rule(x, top, x, bottom)))
            .collect();
    }
    let tables = |items: &[FlowItem]| -> Vec<usize> {
        let rows = items.iter().filter_map(|item| match item {
            FlowItem::Table(rows) => Some(rows.len()),
            _ => None,
        });
        rows.collect()
    };
    assert_eq!(tables(&read(&pages, None)), [9]);
    assert_eq!(tables(&read(&pages, Some(3))), [0usize; 0]);
    assert_eq!(tables(&read(&pages, Some(4))), [9]);
    let whole = read(&pages, None);
    for until in 2..=4 {
        let part = read(&pages, Some(until));
        assert_eq!(part, whole[..part.len()], "before page {until}");
    }
}

#[test]
fn files_of_letters_begin_alike_too() {
    for name in [
        "libreoffice.pdf",
        "chromium.pdf",
        "typst.pdf",
        "byhand.ofd",
        "cairo.pdf",
    ] {
        let bytes = fixture(name);
        let limits = FileLimits::default();
        let format = sniff(&bytes, &limits).expect("a format");
        let whole = parse(&bytes, format, &limits).expect("text").items;
        for until in 2..6 {
            let recognition = Recognition {
                until: Some(until),
                ..Recognition::default()
            };
            let part = parse_with(&bytes, format, &limits, &recognition).flow;
            let Flow { items } = part.unwrap_or_default();
            // The first line of a page that has a head may be one.
            assert_eq!(items, whole[..items.len()], "{name} before page {until}");
            assert!(!items.is_empty(), "{name} before page {until}");
        }
    }
}
