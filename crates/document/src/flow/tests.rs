//! Files as they come from offices, told apart by their layout.

use super::head::body_size;
use super::letterhead::{MARKS, red_head};
use super::*;

fn centred(text: &str, size: f32) -> FlowItem {
    FlowItem::Paragraph(FlowParagraph {
        centred: true,
        size,
        ..FlowParagraph::plain(text)
    })
}

fn styled(text: &str, style: impl FnOnce(&mut FlowParagraph)) -> FlowParagraph {
    let mut paragraph = FlowParagraph::plain(text);
    style(&mut paragraph);
    paragraph
}

fn body(text: &str) -> FlowItem {
    FlowItem::Paragraph(FlowParagraph {
        size: 16.0,
        ..FlowParagraph::plain(text)
    })
}

fn official() -> Document {
    let items = vec![
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
        FlowItem::Paragraph(FlowParagraph {
            right: true,
            ..FlowParagraph::plain("临川市人民政府")
        }),
        body("2025年3月18日"),
    ];
    from_flow(Flow { items }).expect("there is text")
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
    let items = vec![
        body("为方便老年人就近用餐，现就做好老年助餐服务通知如下。"),
        body("000012"),
    ];
    let document = from_flow(Flow { items }).expect("there is text");
    assert_eq!(document.blocks.len(), 2);
}

#[test]
fn a_part_is_what_its_file_says_or_what_it_looks_like() {
    let plain = "助餐点的设置";
    let long = "助餐点应当设在老年人走路十五分钟以内能够到达的地方并且在门前有能够停下轮椅和助行器的一块平地供他们使用";
    let heading = |level| BlockKind::Heading { level };
    let item = |level| BlockKind::ListItem {
        level,
        marker: None,
    };
    for (paragraph, wanted) in [
        (styled(plain, |own| own.heading = 1), heading(1)),
        (styled(plain, |own| own.heading = 2), heading(2)),
        (styled(plain, |own| own.heading = 9), heading(5)),
        (styled(plain, |own| own.list = 1), item(1)),
        (styled(plain, |own| own.list = 9), item(6)),
        (styled(plain, |own| own.bold = true), heading(2)),
        (styled(plain, |own| own.centred = true), heading(2)),
        (styled(long, |own| own.bold = true), BlockKind::Paragraph),
        (
            styled(plain, |own| (own.note, own.bold) = (true, true)),
            BlockKind::Paragraph,
        ),
        (FlowParagraph::plain("（二）助餐点"), heading(2)),
        (FlowParagraph::plain("3.助餐点"), item(1)),
        (FlowParagraph::plain(plain), BlockKind::Paragraph),
    ] {
        assert_eq!(kind(&paragraph, false), wanted, "{paragraph:?}");
    }
}

#[test]
fn what_is_listed_or_ends_like_a_sentence_is_no_title() {
    let text = "为方便老年人就近用餐，现就做好老年助餐服务的有关事项说明如下。";
    let centred = FlowParagraph {
        centred: true,
        size: 22.0,
        ..FlowParagraph::plain("助餐问答")
    };
    for (paragraph, title) in [
        (centred.clone(), "助餐问答"),
        (
            FlowParagraph {
                list: 1,
                ..centred.clone()
            },
            "",
        ),
        (
            FlowParagraph {
                text: "助餐问答：".to_owned(),
                ..centred.clone()
            },
            "",
        ),
        (
            FlowParagraph {
                text: "（助餐问答）".to_owned(),
                ..centred
            },
            "",
        ),
    ] {
        let items = vec![FlowItem::Paragraph(paragraph), body(text)];
        let document = from_flow(Flow { items }).expect("there is text");
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
    let right = FlowParagraph {
        right: true,
        ..FlowParagraph::plain("以上")
    };
    assert_eq!(kind(&right, true), BlockKind::Closing);
    assert_eq!(kind(&right, false), BlockKind::Paragraph);
    let date = FlowParagraph::plain("2025年3月18日");
    assert_eq!(kind(&date, true), BlockKind::Closing);
    assert_eq!(kind(&date, false), BlockKind::Paragraph);
    let list = FlowParagraph::plain("附件：老年助餐点名单");
    assert_eq!(kind(&list, false), BlockKind::Closing);
}

#[test]
fn a_line_that_is_larger_than_the_text_is_its_title() {
    let sized = |text: &str, size: f32| {
        FlowItem::Paragraph(FlowParagraph {
            size,
            ..FlowParagraph::plain(text)
        })
    };
    let text = "为方便老年人就近用餐，现就做好老年助餐服务的有关事项说明如下。";
    for (size, wanted) in [(18.0, ""), (19.0, "助餐问答")] {
        // Most of the lines are small; most of the text is not.
        let items = vec![
            sized("助餐问答", size),
            sized(text, 16.0),
            sized("一共三问", 9.0),
            sized("由市民政局答", 9.0),
        ];
        assert_eq!(body_size(&items), 16.0);
        let document = from_flow(Flow { items }).expect("there is text");
        assert_eq!(document.title, wanted, "{size}");
    }
    // Where no size is known, none is larger.
    let items = vec![sized("助餐问答", 22.0), sized(text, 0.0)];
    let document = from_flow(Flow { items }).expect("there is text");
    assert_eq!(document.title, "");
}

#[test]
fn a_text_without_a_title_has_none() {
    let items = vec![
        body("为方便老年人就近用餐，现就做好老年助餐服务通知如下。"),
        body("请认真执行。"),
    ];
    let document = from_flow(Flow { items }).expect("there is text");
    assert_eq!(document.title, "");
    assert_eq!(document.blocks.len(), 2);
}

#[test]
fn a_note_is_read_behind_its_paragraph() {
    let items = vec![
        body("本办法所称老年人，是指六十周岁以上的本市户籍居民。"),
        FlowItem::Paragraph(FlowParagraph {
            note: true,
            ..FlowParagraph::plain("以身份证所载日期为准。")
        }),
        body("本办法自公布之日起施行，由市民政局负责解释。"),
    ];
    let document = from_flow(Flow { items }).expect("there is text");
    assert_eq!(document.blocks[1].text, "以身份证所载日期为准。");
    assert_eq!(document.blocks[1].kind, BlockKind::Paragraph);
}

/// The title of a file whose head has these lines above a text in letters of 16 points.
fn title_of(head: Vec<FlowItem>) -> String {
    let mut items = head;
    items.push(body(
        "为方便老年人就近用餐，现就做好老年助餐服务的有关事项说明如下。",
    ));
    items.push(body("请各区民政局认真贯彻执行，重大事项及时报告市民政局。"));
    let document = from_flow(Flow { items }).expect("there is text");
    assert_eq!(document.blocks[0].text, document.title);
    document.title
}

#[test]
fn a_title_of_several_lines_is_put_together_in_order() {
    let flush = |text: &str, size: f32| {
        FlowItem::Paragraph(FlowParagraph {
            size,
            ..FlowParagraph::plain(text)
        })
    };
    let recognised = |text: &str, size: f32| {
        FlowItem::Paragraph(FlowParagraph {
            centred: true,
            size,
            recognised: Some(98),
            ..FlowParagraph::plain(text)
        })
    };
    for (head, wanted) in [
        // Of a few recognised letters the size is told roughly.
        (
            vec![
                recognised("关于做好老年助餐服务运营补贴", 22.6),
                recognised("申报工作的通知", 21.3),
            ],
            "关于做好老年助餐服务运营补贴申报工作的通知",
        ),
        // The first line is full, and not centred therefore; the last is the rest of a word.
        (
            vec![
                flush("临川市老年助餐服务设施建设和运营补贴资金使用管理", 22.0),
                centred("办", 22.0),
                centred("法", 22.0),
            ],
            "临川市老年助餐服务设施建设和运营补贴资金使用管理办法",
        ),
        (
            vec![centred("老年助餐服务规范", 22.0), centred("（试行）", 16.0)],
            "老年助餐服务规范（试行）",
        ),
        (
            vec![
                centred("老年助餐服务工作方案", 22.0),
                body("（2025—2027年）"),
            ],
            "老年助餐服务工作方案（2025—2027年）",
        ),
        // Who issues and what, in letters of two sizes.
        (
            vec![
                centred("临川市民政局", 18.0),
                centred("关于做好老年助餐服务的通知", 22.0),
            ],
            "临川市民政局关于做好老年助餐服务的通知",
        ),
        (
            vec![
                centred("关于印发《老年助餐点消防、", 22.0),
                centred("食品安全管理办法》的通知", 22.0),
            ],
            "关于印发《老年助餐点消防、食品安全管理办法》的通知",
        ),
        // Who signs below it is not of it, nor when it was passed.
        (
            vec![
                centred("关于老年助餐点试点的公告", 22.0),
                centred("临川市民政局", 22.0),
            ],
            "关于老年助餐点试点的公告",
        ),
        (
            vec![
                centred("临川市养老服务条例", 22.0),
                centred("（2025年3月18日市人民代表大会通过）", 16.0),
            ],
            "临川市养老服务条例",
        ),
    ] {
        assert_eq!(title_of(head), wanted);
    }
}

#[test]
fn the_name_of_a_standard_stands_on_its_cover() {
    let items = vec![
        body("ICS 03.080.30"),
        centred("中华人民共和国民政行业标准", 26.0),
        body("MZ/T 999—2025"),
        centred("老年助餐点服务规范", 26.0),
        body("2025-03-18 发布"),
        body("目次"),
        body("前言 Ⅱ"),
        body("1 范围 1"),
        body("1 范围"),
        body("本标准规定了老年助餐点的服务要求，适用于各类老年助餐点。"),
    ];
    let document = from_flow(Flow { items }).expect("there is text");
    assert_eq!(document.title, "老年助餐点服务规范");
    assert_eq!(document.doc_number.as_deref(), Some("MZ/T 999—2025"));
    let texts: Vec<&str> = document
        .blocks
        .iter()
        .map(|block| block.text.as_str())
        .collect();
    assert_eq!(
        texts,
        [
            "老年助餐点服务规范",
            "MZ/T 999—2025",
            "2025-03-18 发布",
            "1 范围",
            "本标准规定了老年助餐点的服务要求，适用于各类老年助餐点。",
        ]
    );
}

#[test]
fn what_is_missing_is_said_in_words_of_ours() {
    let notice = "第2页是图片，上面的文字无法朗读。";
    let items = vec![
        body("为方便老年人就近用餐，现就做好老年助餐服务通知如下。"),
        FlowItem::Notice(notice.to_owned()),
    ];
    let document = from_flow(Flow { items }).expect("there is text");
    assert_eq!(document.blocks[1].kind, BlockKind::Notice);
    assert_eq!(document.blocks[1].text, notice);
}

#[test]
fn text_files_are_unwrapped_and_markdown_is_understood() {
    let wrapped = [
        "关于老年助餐的说明",
        "",
        "　　为方便老年人就近用餐，现就做好老年助餐服务工作的有",
        "关事项说明如下，请各区认真贯彻执行，到年底以前基本实",
        "现所有街道和大部分社区的全覆盖，因故不能按期完成的应",
        "当书面说明。",
    ];
    let document = from_text_file(&wrapped.join("\n")).expect("there is text");
    assert_eq!(document.blocks.len(), 2);
    assert!(document.blocks[1].text.ends_with("应当书面说明。"));
    let marked = "# 老年助餐指南\n\n凭**身份证**登记。\n\n## 时间\n\n每天十一时。\n";
    let document = from_text_file(marked).expect("there is text");
    assert_eq!(document.title, "老年助餐指南");
    assert_eq!(document.blocks[1].text, "凭身份证登记。");
    let binary = "\u{1}\u{2}\u{fffd}\u{0}".repeat(20);
    assert!(from_text_file(&binary).is_err());
}

#[test]
fn a_head_of_two_rows_gives_each_cell_both_names() {
    let over = |text: &str, columns: usize| FlowCell {
        column_span: columns,
        ..FlowCell::plain(text)
    };
    let tall = |text: &str| FlowCell {
        row_span: 2,
        ..FlowCell::plain(text)
    };
    let plain = |texts: &[&str]| texts.iter().map(|text| FlowCell::plain(*text)).collect();
    let below: Vec<FlowCell> = plain(&["份数", "人数", "份数", "人数"]);
    let mut corner: Vec<FlowCell> = plain(&[""]);
    corner.extend(below.clone());
    let body = [
        plain(&["城东", "12", "36", "14", "41"]),
        plain(&["城西", "8", "15", "9", "17"]),
    ];
    for head in [
        vec![vec![tall("街道"), over("上年", 2), over("本年", 2)], below],
        // Without a cell that reaches down.
        vec![
            vec![over("街道", 1), over("上年", 2), over("本年", 2)],
            corner,
        ],
    ] {
        let rows: Vec<Vec<FlowCell>> = head.into_iter().chain(body.clone()).collect();
        let document = from_flow(Flow {
            items: vec![FlowItem::Table(rows)],
        })
        .expect("there is a table");
        let BlockKind::Table(table) = &document.blocks[0].kind else {
            panic!("a table");
        };
        let letters: Vec<char> = document.blocks[0].text.chars().collect();
        let text =
            |range: &std::ops::Range<usize>| -> String { letters[range.clone()].iter().collect() };
        assert_eq!(table.rows.len(), 2);
        let named: Vec<String> = table.rows[0]
            .cells
            .iter()
            .map(|cell| {
                let names = cell.group.iter().chain(&cell.header).map(text);
                format!(
                    "{}:{}",
                    names.collect::<Vec<_>>().join("/"),
                    text(&cell.text)
                )
            })
            .collect();
        assert_eq!(
            named[1..],
            [
                "上年/份数:12",
                "上年/人数:36",
                "本年/份数:14",
                "本年/人数:41"
            ]
        );
    }
}
