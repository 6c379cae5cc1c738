//! What Word shows of what it keeps: numbers in figures below chapters, rows that are struck, documents put in whole.

use super::support::{archive, read_bytes, texts};

const WORD: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

/// The texts of a Word file with this body and these lists.
fn read(body: &str, lists: &str) -> Vec<String> {
    let document = format!("<w:document {WORD}><w:body>{body}</w:body></w:document>");
    let numbering = format!("<w:numbering {WORD}>{lists}</w:numbering>");
    let file = archive(&[
        ("word/document.xml", document.as_bytes()),
        ("word/numbering.xml", numbering.as_bytes()),
    ]);
    texts(&read_bytes(&file).expect("a Word file"))
}

fn paragraph(words: &str) -> String {
    format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>")
}

fn item(level: u8, words: &str) -> String {
    format!(
        "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"
    )
}

#[test]
fn numbers_below_a_chapter_are_figures_where_the_list_says_so() {
    let body = format!(
        "{}{}{}{}",
        paragraph("供水管理规程说明"),
        item(0, "总则。"),
        item(1, "为规范供水，制定本规程。"),
        item(1, "本规程适用于全镇。")
    );
    for (legal, second) in [
        ("<w:isLgl/>", "1.2"),
        ("<w:isLgl w:val=\"1\"/>", "1.2"),
        ("<w:isLgl w:val=\"0\"/>", "一.2"),
        ("", "一.2"),
    ] {
        let lists = format!(
            "<w:abstractNum w:abstractNumId=\"4\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCounting\"/><w:lvlText w:val=\"第%1章\"/></w:lvl>\
             <w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/>{legal}<w:lvlText w:val=\"%1.%2\"/></w:lvl></w:abstractNum>\
             <w:num w:numId=\"1\"><w:abstractNumId w:val=\"4\"/></w:num>"
        );
        let found = read(&body, &lists);
        assert!(found[1].starts_with("第一章"), "{found:?}");
        assert!(found[3].starts_with(second), "{legal}: {found:?}");
    }
}

#[test]
fn rows_that_are_struck_are_gone_and_documents_put_in_whole_are_announced() {
    let row = |properties: &str, one: &str, other: &str| {
        format!(
            "<w:tr><w:trPr>{properties}</w:trPr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>",
            paragraph(one),
            paragraph(other)
        )
    };
    let body = format!(
        "{}<w:tbl>{}{}{}</w:tbl><w:p><w:subDoc r:id=\"a\"/></w:p>{}",
        paragraph("各站供水量公布如下，请查阅。"),
        row("", "站点", "吨数"),
        row("<w:del w:id=\"1\"/>", "旧站", "40"),
        row("<w:ins w:id=\"2\"/>", "新站", "60"),
        paragraph("特此公布，接受监督。")
    );
    let found = read(&body, "");
    assert_eq!(
        found,
        [
            "各站供水量公布如下，请查阅。",
            "站点\t吨数\n新站\t60",
            "此处嵌有一份文件，没有朗读。",
            "特此公布，接受监督。"
        ]
    );
}
