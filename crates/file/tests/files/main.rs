//! Files of every format, made from one original (`tests/fixtures/files/make.py`): the text that
//! comes out of each is the original's, paragraph by paragraph, in its order.

mod archived;
mod drawings;
mod heads;
mod hostile;
mod marks;
mod parts;
mod pdf;
mod shown;
mod silent;
mod support;

use langdu_document::BlockKind;
use langdu_file::{FileError, Format};
use support::{Original, fixture, read, texts};

/// The whole notice, with and without the footnote that Chromium and our OFD do not have.
#[test]
fn the_notice_is_the_same_from_every_format() {
    let original = Original::load();
    let mut wrong = Vec::new();
    for (name, has_note) in [
        ("libreoffice.docx", true),
        ("libreoffice.odt", true),
        ("libreoffice.doc", true),
        ("libreoffice.rtf", true),
        ("libreoffice.pdf", true),
        ("typst.pdf", true),
        ("chromium.pdf", false),
        ("byhand.ofd", false),
    ] {
        let document = read(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        let expected = original.texts(has_note);
        wrong.extend(differences(name, &texts(&document), &expected));
        let date = document
            .doc_date
            .as_ref()
            .map(|date| date.as_str().to_owned());
        let found = [
            Some(document.title),
            document.doc_number,
            document.issuer,
            date,
        ];
        let known = [
            &original.title,
            &original.doc_number,
            &original.issuer,
            &original.doc_date,
        ];
        for (found, known) in found.into_iter().zip(known) {
            if found.as_ref() != Some(known) {
                wrong.push(format!("{name} says {found:?} and not {known}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The blocks that differ, each beside what it should be.
fn differences(name: &str, found: &[String], expected: &[String]) -> Vec<String> {
    let missing = expected.iter().filter(|text| !found.contains(text));
    let other = found.iter().filter(|text| !expected.contains(text));
    let mut lines: Vec<String> = missing.map(|text| format!("{name} lacks {text}")).collect();
    lines.extend(other.map(|text| format!("{name} has   {text}")));
    if lines.is_empty() && found != expected {
        lines.push(format!("{name} is out of order: {found:?}"));
    }
    lines
}

#[test]
fn headings_items_and_tables_are_told_apart_in_every_format() {
    for name in [
        "libreoffice.docx",
        "libreoffice.odt",
        "libreoffice.doc",
        "libreoffice.rtf",
        "libreoffice.pdf",
        "typst.pdf",
        "chromium.pdf",
        "byhand.ofd",
    ] {
        let document = read(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        let kind = |start: &str| {
            let found = document
                .blocks
                .iter()
                .find(|block| block.text.starts_with(start));
            found
                .unwrap_or_else(|| panic!("{name}: {start}"))
                .kind
                .clone()
        };
        assert_eq!(
            kind("一、总体要求"),
            BlockKind::Heading { level: 1 },
            "{name}"
        );
        assert_eq!(
            kind("（二）落实"),
            BlockKind::Heading { level: 2 },
            "{name}"
        );
        assert!(
            matches!(kind("2. 八十周岁"), BlockKind::ListItem { .. }),
            "{name}"
        );
        assert_eq!(kind("2025年3月18日"), BlockKind::Closing, "{name}");
        let BlockKind::Table(table) = kind("街道") else {
            panic!("{name}: the table is none");
        };
        assert_eq!(table.rows.len(), 4, "{name}");
        assert!(table.rows.iter().all(|row| row.cells.len() == 4), "{name}");
        assert!(table.rows[0].cells[1].header.is_some(), "{name}");
    }
}

#[test]
fn fonts_that_do_not_say_their_characters_are_read_by_their_predefined_cmap() {
    let original = Original::load();
    for name in [
        "gbk-euc-h.pdf",
        "gbk-euc-h-embedded.pdf",
        "unigb-embedded.pdf",
    ] {
        let document = read(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(texts(&document), original.plain[..5], "{name}");
    }
}

#[test]
fn cairo_writes_what_is_read() {
    let document = read("cairo.pdf").expect("a PDF");
    assert_eq!(texts(&document), Original::load().plain);
}

#[test]
fn two_columns_are_read_one_after_the_other_without_the_watermark() {
    let original = Original::load();
    let document = read("typst-columns.pdf").expect("a PDF");
    assert_eq!(document.title, "老年助餐服务指南");
    assert_eq!(texts(&document)[1..], original.columns);
}

#[test]
fn vertical_writing_is_read_from_the_right() {
    let document = read("vertical.pdf").expect("a PDF");
    assert_eq!(texts(&document), [Original::load().vertical]);
}

#[test]
fn sheets_are_read_as_they_are_shown() {
    for name in ["libreoffice.xlsx", "libreoffice.xls"] {
        let document = read(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(document.title, "老年助餐服务点名单", "{name}");
        assert_eq!(
            texts(&document),
            [
                "老年助餐服务点名单",
                "街道\t助餐点\t覆盖率\t投入（元）\n城东街道\t幸福里助餐点\t85.5%\t120,000.00\n\
                 城西街道\t清河社区食堂\t60.0%\t85,600.50",
                "注：覆盖率为2025年底数据。"
            ],
            "{name}"
        );
    }
}

#[test]
fn what_a_file_holds_says_what_it_is_not_its_name() {
    for (name, word) in [
        ("libreoffice.docx", "DOCX"),
        ("libreoffice.xls", "XLS"),
        ("byhand.ofd", "OFD"),
        ("gbk-euc-h.pdf", "PDF"),
    ] {
        let format = langdu_file::sniff(&fixture(name), &Default::default()).expect("known");
        assert_eq!(format.to_string(), word);
    }
    let picture = langdu_file::sniff(b"\x89PNG\r\n\x1a\n", &Default::default());
    assert_eq!(picture, Ok(Format::Picture));
    let sound = langdu_file::sniff(b"OggS\0\x02\xff\xfe", &Default::default());
    assert!(matches!(sound, Err(FileError::UnknownFormat { .. })));
}

#[test]
fn counted_numbers_and_heights_of_letters_are_written_as_they_are_shown() {
    for name in ["marked.odt", "marked.docx", "marked.doc", "marked.rtf"] {
        let document = read(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(
            texts(&document),
            [
                "助餐服务排放监测要点",
                "一、总体要求",
                "（一）监测范围",
                "1. 全市助餐点每年用气1.5×10⁴立方米，排放CO₂不超过30吨。",
                "2. 油烟颗粒物的粒径按10⁻⁶米计算。",
                "（二）监测周期",
                "不编号的一段正文，说明监测由市生态环境局统一组织实施。",
                "二、保障措施",
                "（一）经费保障",
            ],
            "{name}"
        );
    }
}

/// A workbook of a sheet of `rows` rows and one of two, with these names.
fn workbook(names: [&str; 2], rows: usize) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let sheet = |rows: usize| {
        let row = |at: usize| {
            format!(
                "<row r=\"{at}\"><c r=\"A{at}\" t=\"inlineStr\"><is><t>助餐点{at}</t></is></c>\
                 <c r=\"B{at}\"><v>{at}</v></c></row>"
            )
        };
        let rows: String = (1..=rows).map(row).collect();
        format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>")
    };
    let [first, second] = names;
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{PACKAGE}/content-types\">\
                 <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
                 <Override PartName=\"/xl/workbook.xml\" ContentType=\"{KIND}.sheet.main+xml\"/>\
                 <Override PartName=\"/xl/sheet1.xml\" ContentType=\"{KIND}.worksheet+xml\"/>\
                 <Override PartName=\"/xl/sheet2.xml\" ContentType=\"{KIND}.worksheet+xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r1\" \
                 Type=\"{LINKS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{LINKS}\"><sheets>\
                 <sheet name=\"{first}\" sheetId=\"1\" r:id=\"r1\"/>\
                 <sheet name=\"{second}\" sheetId=\"2\" r:id=\"r2\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\">\
                 <Relationship Id=\"r1\" Type=\"{LINKS}/worksheet\" Target=\"sheet1.xml\"/>\
                 <Relationship Id=\"r2\" Type=\"{LINKS}/worksheet\" Target=\"sheet2.xml\"/></Relationships>"
            ),
        ),
        ("xl/sheet1.xml", sheet(rows)),
        ("xl/sheet2.xml", sheet(2)),
    ];
    let entries: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    support::archive(&entries)
}

#[test]
fn rows_beyond_what_is_read_are_announced_and_sheets_without_a_name_have_none() {
    let bytes = workbook(["Sheet1", "城东街道"], 10_003);
    let document = support::read_bytes(&bytes).expect("a workbook");
    let kinds: Vec<String> = document
        .blocks
        .iter()
        .map(|block| match &block.kind {
            BlockKind::Table(table) => format!("table of {}", table.rows.len()),
            BlockKind::Heading { .. } | BlockKind::Notice => block.text.clone(),
            other => panic!("{other:?}: {}", block.text),
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "table of 10000",
            "这个工作表太长，后面还有3行没有读出。",
            "城东街道",
            "table of 2",
        ]
    );
}

#[test]
fn names_of_parts_in_other_case_are_found() {
    let whole = fixture("byhand.ofd");
    let mut entries = Vec::new();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&whole)).expect("an archive");
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).expect("an entry");
        let name = entry.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).expect("bytes");
        let name = if name == "OFD.xml" {
            name
        } else {
            name.to_uppercase()
        };
        entries.push((name, bytes));
    }
    let entries: Vec<(&str, &[u8])> = entries
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    let other = support::read_bytes(&support::archive(&entries)).expect("OFD");
    assert_eq!(other, read("byhand.ofd").expect("OFD"));
}
