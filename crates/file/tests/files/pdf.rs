//! PDF files made by hand: pages that are turned, layers that cannot be seen, scans, letters that are
//! drawn, heights of letters.

use langdu_document::{BlockKind, Document};
use langdu_file::{FileError, FileLimits, Format, Recognition, parse_with};
use langdu_model::{PictureLetter, PictureLine, PictureText};

use crate::support::{fixture, pdf_of, read_bytes, texts};

/// A page: what it shows, and by how many degrees it is turned when shown.
struct Sheet {
    content: String,
    rotate: i32,
}

fn sheet(content: impl Into<String>) -> Sheet {
    Sheet {
        content: content.into(),
        rotate: 0,
    }
}

/// A4 pages with Chinese of a font that is not embedded, a picture `X`, and a state `Clear` in which
/// nothing can be seen.
fn pdf(sheets: &[Sheet]) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        String::new(),
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H \
         /DescendantFonts [4 0 R] >>"
            .to_owned(),
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 \
         /W [1 95 500 814 939 500] \
         /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> \
         /FontDescriptor 5 0 R >>"
            .to_owned(),
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /Ascent 880 /Descent -120 \
         /CapHeight 700 /ItalicAngle 0 /StemV 80 /FontBBox [0 -120 1000 880] >>"
            .to_owned(),
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray \
         /BitsPerComponent 8 /Length 1 >>\nstream\n0\nendstream"
            .to_owned(),
        "<< /Type /ExtGState /ca 0 /CA 0 >>".to_owned(),
    ];
    let mut kids = Vec::new();
    for sheet in sheets {
        let content = &sheet.content;
        objects.push(format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ));
        let number = objects.len();
        kids.push(format!("{} 0 R", number + 1));
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate {} /Contents {number} 0 R \
             /Resources << /Font << /F 3 0 R >> /XObject << /X 6 0 R >> \
             /ExtGState << /Clear 7 0 R >> >> >>",
            sheet.rotate
        ));
    }
    objects[1] = format!(
        "<< /Type /Pages /Kids [{}] /Count {} >>",
        kids.join(" "),
        sheets.len()
    );
    pdf_of(&objects)
}

/// `text` from (x, y), along the first two numbers of a matrix.
fn show(text: &str, size: f32, turn: [i32; 4], x: f32, y: f32) -> String {
    let hex: String = text
        .encode_utf16()
        .map(|unit| format!("{unit:04X}"))
        .collect();
    let [a, b, c, d] = turn;
    format!("BT /F {size} Tf {a} {b} {c} {d} {x} {y} Tm <{hex}> Tj ET\n")
}

const LEVEL: [i32; 4] = [1, 0, 0, 1];
const UP: [i32; 4] = [0, 1, -1, 0];
const DOWN: [i32; 4] = [0, -1, 1, 0];
const OVER: [i32; 4] = [-1, 0, 0, -1];

const LINES: [&str; 3] = [
    "　　为方便老年人就近用餐，现就做好老年助餐服务的有关事项",
    "通知如下，请各区认真贯彻执行，到今年年底以前基本实现街道",
    "全覆盖。",
];

fn level(lines: &[&str], top: f32) -> String {
    let lines = lines.iter().zip(0u8..);
    lines
        .map(|(line, at)| show(line, 14.0, LEVEL, 90.0, top - 24.0 * f32::from(at)))
        .collect()
}

fn paragraph() -> String {
    LINES.concat().trim_start().to_owned()
}

#[test]
fn lines_are_read_in_order_whichever_way_the_page_is_turned() {
    for (rotate, turn, start, step) in [
        (0, LEVEL, (90.0, 700.0), (0.0, -24.0)),
        (0, UP, (200.0, 90.0), (24.0, 0.0)),
        (0, DOWN, (400.0, 760.0), (-24.0, 0.0)),
        (0, OVER, (500.0, 200.0), (0.0, 24.0)),
        (90, UP, (200.0, 90.0), (24.0, 0.0)),
        (270, DOWN, (400.0, 760.0), (-24.0, 0.0)),
        (180, OVER, (500.0, 200.0), (0.0, 24.0)),
    ] {
        let content = LINES
            .iter()
            .zip(0u8..)
            .map(|(line, at)| {
                let at = f32::from(at);
                show(
                    line,
                    14.0,
                    turn,
                    start.0 + step.0 * at,
                    start.1 + step.1 * at,
                )
            })
            .collect::<String>();
        let document = read_bytes(&pdf(&[Sheet { content, rotate }])).expect("a PDF");
        assert_eq!(texts(&document), [paragraph()], "{rotate} {turn:?}");
    }
}

#[test]
fn a_table_set_sideways_is_read_row_by_row_behind_the_text_beside_it() {
    let mut content = level(&LINES, 780.0);
    let rows = [
        ["街道", "助餐点", "座位"],
        ["城东街道", "十二个", "三百"],
        ["城西街道", "八个", "一百"],
    ];
    for (row, x) in rows.iter().zip([220.0, 250.0, 280.0]) {
        for (cell, y) in row.iter().zip([110.0, 260.0, 410.0]) {
            content += &show(cell, 12.0, UP, x, y);
        }
    }
    for x in [200, 230, 260, 290] {
        content += &format!("{x} 100 m {x} 550 l S\n");
    }
    for y in [100, 250, 400, 550] {
        content += &format!("200 {y} m 290 {y} l S\n");
    }
    let document = read_bytes(&pdf(&[sheet(content)])).expect("a PDF");
    assert_eq!(
        texts(&document),
        [
            paragraph(),
            "街道\t助餐点\t座位\n城东街道\t十二个\t三百\n城西街道\t八个\t一百".to_owned()
        ]
    );
}

const PICTURE: &str = "q 595 0 0 842 0 0 cm /X Do Q\n";

#[test]
fn the_text_below_a_picture_is_read_however_it_is_hidden() {
    for hide in ["3 Tr", "/Clear gs"] {
        let content = format!("{PICTURE}q {hide} {}Q", level(&LINES, 700.0));
        let document = read_bytes(&pdf(&[sheet(content)])).expect("a PDF");
        assert_eq!(texts(&document), [paragraph()], "{hide}");
    }
}

/// What a recogniser found on an A4 page of 595 × 842 pixels.
fn recognised(text: &str) -> PictureText {
    let letter = |(at, text): (u16, char)| PictureLetter {
        text,
        left: 90.0 + 14.0 * f32::from(at),
        right: 104.0 + 14.0 * f32::from(at),
        confidence: 0.99,
    };
    PictureText {
        width: 595,
        height: 842,
        lines: vec![PictureLine {
            top: 300.0,
            bottom: 314.0,
            size: 14.0,
            letters: (0u16..).zip(text.chars()).map(letter).collect(),
        }],
        ..PictureText::default()
    }
}

#[test]
fn a_text_that_cannot_be_seen_is_told_as_such_and_gives_way_to_what_is_recognised() {
    let read = |content: &str, recognition: &Recognition| {
        let bytes = pdf(&[sheet(content)]);
        parse_with(&bytes, Format::Pdf, &FileLimits::default(), recognition)
    };
    let none = Recognition::default();
    let text = level(&LINES, 700.0);
    for hidden in [
        format!("{PICTURE}q 3 Tr {text}Q"),
        format!("{PICTURE}q /Clear gs {text}Q"),
        // Written first, and then the picture over it.
        format!("{text}{PICTURE}"),
    ] {
        let parsed = read(&hidden, &none);
        let layer = parsed.layers.get(&1).expect("a text below a picture");
        assert_eq!(layer.len(), LINES.len());
        assert_eq!(layer[2], LINES[2]);
        assert!(parsed.pictures.is_empty(), "nothing is missing");
        let mut recognition = Recognition::default();
        recognition
            .pages
            .insert(1, recognised("本办法由市民政局解释。"));
        let flow = read(&hidden, &recognition).flow.expect("a text");
        let document = langdu_document::from_flow(flow).expect("a document");
        assert_eq!(texts(&document)[1..], ["本办法由市民政局解释。"]);
    }
    // A text that can be seen, over a picture or without any.
    for seen in [format!("{PICTURE}{text}"), text] {
        assert!(read(&seen, &none).layers.is_empty());
    }
}

#[test]
fn a_scan_with_a_line_of_its_download_site_is_a_scan() {
    let foot = |page: usize| {
        let site = show("更多标准请到某某下载网免费下载", 9.0, LEVEL, 200.0, 20.0);
        let number = show(&format!("第{page}页"), 9.0, LEVEL, 500.0, 20.0);
        sheet(format!("{PICTURE}{site}{number}"))
    };
    for pages in [1, 3] {
        let sheets: Vec<Sheet> = (1..=pages).map(foot).collect();
        let error = read_bytes(&pdf(&sheets)).expect_err("pictures");
        assert!(
            matches!(error, FileError::PicturesOnly { pages: own, .. } if own == pages),
            "{error}"
        );
    }
}

#[test]
fn pages_that_are_pictures_are_announced_where_they_are_missing() {
    let other = "　　本通知自公布之日起施行，由市民政局负责解释。";
    let sheets = [
        sheet(level(&LINES, 600.0)),
        sheet(PICTURE),
        sheet(PICTURE),
        sheet(level(&[other], 500.0)),
        sheet(PICTURE),
    ];
    let document = read_bytes(&pdf(&sheets)).expect("a PDF");
    assert_eq!(
        texts(&document),
        [
            paragraph(),
            "第2页至第3页是图片，上面的文字无法朗读。".to_owned(),
            other.trim_start().to_owned(),
            "第5页是图片，上面的文字无法朗读。".to_owned(),
        ]
    );
    assert_eq!(document.blocks[1].kind, BlockKind::Notice);
    assert!(!document.body_text().contains("图片"));
}

/// Something like a figure: two bows and a stem, 7 points high.
fn drawn(x: f32, y: f32) -> String {
    let at = |dx: f32, dy: f32| format!("{} {}", x + dx, y + dy);
    let outline = [
        format!("{} m", at(0.0, 0.0)),
        format!("{} {} {} c", at(4.0, 0.0), at(5.0, 3.0), at(2.0, 3.5)),
        format!("{} {} {} c", at(5.0, 4.0), at(4.0, 7.0), at(0.0, 7.0)),
        format!("{} l", at(0.0, 6.0)),
        format!("{} {} {} c", at(3.0, 6.0), at(3.0, 4.0), at(0.5, 4.0)),
        format!("{} l h f\n", at(0.5, 3.0)),
    ];
    outline.join(" ")
}

#[test]
fn figures_that_are_drawn_are_counted_aloud_and_too_many_refuse_the_file() {
    let with = |count: u8| {
        let mut content = level(&LINES, 700.0);
        content += &show("每餐补贴", 14.0, LEVEL, 90.0, 500.0);
        content += &show("元，由市财政承担。", 14.0, LEVEL, 350.0, 500.0);
        for at in 0..count {
            content += &drawn(148.0 + 7.0 * f32::from(at % 28), 500.0);
        }
        read_bytes(&pdf(&[sheet(content)]))
    };
    let document = with(4).expect("a PDF");
    assert_eq!(document.blocks[0].kind, BlockKind::Notice);
    assert_eq!(
        document.blocks[0].text,
        "这份文件里有4个字只有图形，无法朗读。"
    );
    assert_eq!(document.blocks.len(), 3);
    let without = with(0).expect("a PDF");
    assert_eq!(without.blocks.len(), 2);
    let mut content = show("每餐补贴", 14.0, LEVEL, 90.0, 500.0);
    for at in 0..14u8 {
        content += &drawn(148.0 + 7.0 * f32::from(at), 500.0);
    }
    let error = read_bytes(&pdf(&[sheet(content)])).expect_err("unknown");
    assert!(
        matches!(
            error,
            FileError::UnknownCharacters {
                unknown: 14,
                all: 18,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_page_of_nothing_but_drawn_letters_is_a_picture() {
    let outlines: String = (0..60u8)
        .map(|at| {
            drawn(
                90.0 + 12.0 * f32::from(at % 30),
                700.0 - 20.0 * f32::from(at / 30),
            )
        })
        .collect();
    let error = read_bytes(&pdf(&[sheet(outlines.clone())])).expect_err("no text");
    assert!(
        matches!(error, FileError::PicturesOnly { pages: 1, .. }),
        "{error}"
    );
    let document =
        read_bytes(&pdf(&[sheet(level(&LINES, 600.0)), sheet(outlines)])).expect("a PDF");
    assert_eq!(texts(&document)[1], "第2页是图片，上面的文字无法朗读。");
}

#[test]
fn powers_and_indices_keep_their_height_and_second_fonts_their_line() {
    let mut content = show("　　全市用气共计1.5×10", 14.0, LEVEL, 90.0, 700.0);
    content += &show("4", 8.0, LEVEL, 251.0, 705.5);
    content += &show("立方米，排放CO", 14.0, LEVEL, 255.5, 700.0);
    content += &show("2", 8.0, LEVEL, 353.5, 697.5);
    content += &show("三十吨，", 14.0, LEVEL, 358.0, 700.0);
    // A font whose baseline stands higher.
    content += &show("GB", 13.0, LEVEL, 414.5, 704.2);
    content += &show("标准。", 14.0, LEVEL, 428.5, 700.0);
    content += &show(
        "　　以上数据由市生态环境局负责解释。",
        14.0,
        LEVEL,
        90.0,
        660.0,
    );
    let document = read_bytes(&pdf(&[sheet(content)])).expect("a PDF");
    assert_eq!(
        texts(&document),
        [
            "全市用气共计1.5×10⁴立方米，排放CO₂三十吨，GB标准。",
            "以上数据由市生态环境局负责解释。"
        ]
    );
}

#[test]
fn zeros_behind_the_end_are_no_damage() {
    let mut padded = fixture("typst.pdf");
    padded.resize(padded.len() + 100_000, 0);
    let text = |document: Document| texts(&document);
    assert_eq!(
        read_bytes(&padded).map(text),
        read_bytes(&fixture("typst.pdf")).map(text)
    );
}

#[test]
fn what_repeats_above_each_table_and_in_its_contents_is_read_once() {
    let row = |cells: [&str; 3], y: f32| -> String {
        let cells = cells.iter().zip([90.0, 250.0, 400.0]);
        cells
            .map(|(cell, x)| show(cell, 10.0, LEVEL, x, y))
            .collect()
    };
    let page = |number: u8, rows: [[&str; 3]; 2]| {
        let mut content = show("老年助餐点名单", 18.0, LEVEL, 230.0, 780.0);
        content += &row(["街道", "助餐点", "电话"], 740.0);
        content += &row(rows[0], 720.0);
        content += &row(rows[1], 700.0);
        content += &show(
            &"ⅠⅡⅢ"
                .chars()
                .nth(usize::from(number))
                .expect("few")
                .to_string(),
            9.0,
            LEVEL,
            290.0,
            30.0,
        );
        sheet(content)
    };
    let sheets = [
        page(
            0,
            [
                ["城东街道", "幸福里", "12345"],
                ["城西街道", "清河", "12346"],
            ],
        ),
        page(
            1,
            [
                ["南湖街道", "邻里中心", "12347"],
                ["北山街道", "老年食堂", "12348"],
            ],
        ),
    ];
    let document = read_bytes(&pdf(&sheets)).expect("a PDF");
    assert_eq!(document.title, "老年助餐点名单");
    assert_eq!(
        texts(&document)[1..],
        [
            "街道\t助餐点\t电话\n城东街道\t幸福里\t12345\n城西街道\t清河\t12346\n\
             南湖街道\t邻里中心\t12347\n北山街道\t老年食堂\t12348"
        ]
    );
}
