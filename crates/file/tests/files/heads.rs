//! Letterheads of Word files: in the head of the page, and of several offices.

use langdu_document::Document;

use crate::support::{archive, read_bytes, texts};

const SPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

const TITLE: &str = "关于开放公园的通知";

fn paragraph(words: &str, style: &str) -> String {
    format!("<w:p><w:pPr>{style}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>")
}

fn centred(words: &str) -> String {
    paragraph(words, "<w:jc w:val=\"center\"/>")
}

/// A notice below `head`, whose pages have `running` in their head.
fn notice(head: &str, section: &str, running: &str) -> Document {
    let body = [
        centred(TITLE),
        paragraph("各街道：", ""),
        paragraph("自三月一日起，公园全天开放，免收门票，请广为告知。", ""),
        paragraph("2024年3月1日", "<w:jc w:val=\"right\"/>"),
    ]
    .concat();
    let document =
        format!("<w:document {SPACES}><w:body>{head}{body}{section}</w:body></w:document>");
    let relations =
        "<Relationships><Relationship Id=\"h1\" Target=\"header1.xml\"/></Relationships>";
    let header = format!("<w:hdr {SPACES}>{running}</w:hdr>");
    let bytes = archive(&[
        ("word/document.xml", document.as_bytes()),
        ("word/_rels/document.xml.rels", relations.as_bytes()),
        ("word/header1.xml", header.as_bytes()),
    ]);
    read_bytes(&bytes).expect("a Word file")
}

#[test]
fn the_number_in_the_head_of_the_page_is_the_documents() {
    let first =
        "<w:sectPr><w:headerReference w:type=\"first\" r:id=\"h1\"/><w:titlePg/></w:sectPr>";
    let every = "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"h1\"/></w:sectPr>";
    let table = format!(
        "<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>",
        paragraph("青园发〔2024〕7号", ""),
        paragraph("签发人：周某", "")
    );
    for (section, running) in [
        (first, centred("青园发〔2024〕7号")),
        (
            every,
            [centred("青禾市园林局文件"), centred("青园发〔2024〕7号")].concat(),
        ),
        (every, table),
    ] {
        let document = notice("", section, &running);
        assert_eq!(
            document.doc_number.as_deref(),
            Some("青园发〔2024〕7号"),
            "{running}"
        );
        assert_eq!(
            texts(&document)[..3],
            [TITLE, "青园发〔2024〕7号", "各街道："],
            "{running}"
        );
    }
    // A running title is not read, a number in the text is the document's, and the head of a first page is
    // that of no page where there is none.
    let plain = notice("", every, &centred("园林工作手册"));
    assert_eq!(
        (plain.doc_number.as_deref(), texts(&plain).len()),
        (None, 4)
    );
    let own = notice(
        &centred("青政发〔2024〕3号"),
        every,
        &centred("青园发〔2024〕7号"),
    );
    assert_eq!(own.doc_number.as_deref(), Some("青政发〔2024〕3号"));
    let unused = first.replace("<w:titlePg/>", "");
    let document = notice("", &unused, &centred("青园发〔2024〕7号"));
    assert_eq!(document.doc_number, None);
}

#[test]
fn the_red_head_of_several_offices_is_not_read() {
    let number = centred("青园发〔2024〕7号");
    let cell = |words: &str, merge: &str| {
        format!("<w:tc><w:tcPr>{merge}</w:tcPr>{}</w:tc>", centred(words))
    };
    let table = format!(
        "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
        cell("青禾市园林局", ""),
        cell("文件", "<w:vMerge w:val=\"restart\"/>"),
        cell("青禾市财政局", ""),
        cell("", "<w:vMerge/>")
    );
    let lines = |words: &[&str]| -> String { words.iter().map(|words| centred(words)).collect() };
    for head in [
        lines(&["青禾市园林局", "青禾市财政局文件"]),
        lines(&["青禾市园林局文件", "青禾市财政局"]),
        lines(&["文件", "青禾市园林局", "青禾市财政局"]),
        lines(&["000012", "青禾市园林局", "青禾市财政局", "文件"]),
        lines(&["青禾市园林局", "青禾市财政局"]),
        table,
    ] {
        let document = notice(&format!("{head}{number}"), "", "");
        assert_eq!(
            texts(&document),
            [
                TITLE,
                "青园发〔2024〕7号",
                "各街道：",
                "自三月一日起，公园全天开放，免收门票，请广为告知。",
                "2024年3月1日"
            ],
            "{head}"
        );
        assert_eq!(
            document.issuer.as_deref(),
            Some("青禾市园林局、青禾市财政局"),
            "{head}"
        );
    }
    // Who issues stands in the title where no number follows.
    let document = notice(&centred("青禾市园林局"), "", "");
    assert!(
        document.title.starts_with("青禾市园林局"),
        "{}",
        document.title
    );
}
