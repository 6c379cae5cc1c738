//! What word processors write by other means than letters: words that are struck out, boxes of symbol
//! fonts, formulas.

use super::support::{archive, read_bytes, texts};

const WORD: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\"";

fn docx(paragraphs: &[&str]) -> Vec<u8> {
    let body: String = paragraphs
        .iter()
        .map(|runs| format!("<w:p>{runs}</w:p>"))
        .collect();
    let xml = format!("<w:document {WORD}><w:body>{body}</w:body></w:document>");
    archive(&[("word/document.xml", xml.as_bytes())])
}

#[test]
fn boxes_keep_their_state_and_struck_words_are_gone_in_docx() {
    let symbol =
        |font: &str, code: &str| format!("<w:r><w:sym w:font=\"{font}\" w:char=\"{code}\"/></w:r>");
    let text = |words: &str| format!("<w:r><w:t>{words}</w:t></w:r>");
    let boxes = [
        symbol("Wingdings 2", "F052"),
        text("是"),
        symbol("Wingdings 2", "F0A3"),
        text("否"),
        symbol("Wingdings", "F0FE"),
        text("自取"),
        symbol("Wingdings", "F0A8"),
        text("邮寄"),
        // A hand that points.
        symbol("Wingdings", "F046"),
        text("，请勾选。"),
    ]
    .concat();
    let struck = "<w:r><w:t>由</w:t></w:r><w:r><w:rPr><w:strike/></w:rPr><w:t>三月</w:t></w:r>\
        <w:r><w:rPr><w:dstrike/></w:rPr><w:t>四月</w:t></w:r>\
        <w:r><w:rPr><w:strike w:val=\"0\"/></w:rPr><w:t>五月举行。</w:t></w:r>";
    let formula = "<w:r><w:t>面积为</w:t></w:r><m:oMath><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num>\
        <m:den><m:r><m:t>2</m:t></m:r></m:den></m:f><m:sSup><m:e><m:r><m:t>h</m:t></m:r></m:e>\
        <m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath><w:r><w:t>，单位为米。</w:t></w:r>";
    let document = read_bytes(&docx(&[&boxes, struck, formula])).expect("words");
    assert_eq!(
        texts(&document),
        [
            "☑是□否☑自取□邮寄，请勾选。",
            "由五月举行。",
            "面积为(a+b)/2h²，单位为米。",
        ]
    );
}

#[test]
fn struck_words_are_gone_in_odt_and_rtf() {
    let odt = "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
        xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
        xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\">\
        <office:automatic-styles><style:style style:name=\"T1\" style:family=\"text\">\
        <style:text-properties style:text-line-through-style=\"solid\"/></style:style></office:automatic-styles>\
        <office:body><office:text><text:p>由<text:span text:style-name=\"T1\">三月</text:span>五月举行。</text:p>\
        </office:text></office:body></office:document-content>";
    let odt = archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", odt.as_bytes()),
    ]);
    let rtf = br"{\rtf1\ansi \u30001?{\strike \u19977?\u26376?}\u20116?\u26376?\u20030?\u34892?\u12290?\par}";
    for bytes in [odt, rtf.to_vec()] {
        let document = read_bytes(&bytes).expect("words");
        assert_eq!(texts(&document), ["由五月举行。"]);
    }
}

#[test]
fn a_name_behind_a_table_is_no_title() {
    let cell = |words: &str| format!("<w:tc><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>");
    let row = |one: &str, other: &str| format!("<w:tr>{}{}</w:tr>", cell(one), cell(other));
    let table: String = [("项目", "数值"), ("用地", "12"), ("户数", "40")]
        .iter()
        .map(|(one, other)| row(one, other))
        .collect();
    let xml = format!(
        "<w:document {WORD}><w:body><w:tbl>{table}</w:tbl><w:p><w:r><w:t>填表说明</w:t></w:r></w:p>\
         <w:p><w:r><w:t>如实填写</w:t></w:r></w:p></w:body></w:document>"
    );
    let document = read_bytes(&archive(&[("word/document.xml", xml.as_bytes())])).expect("words");
    assert_eq!(document.title, "");
    assert!(texts(&document)[0].starts_with("项目\t数值"));
}

#[test]
fn signs_boxes_and_lists_of_forms_are_read_in_docx() {
    let text = |words: &str| format!("<w:r><w:t>{words}</w:t></w:r>");
    let sign = |code: &str| format!("<w:r><w:sym w:font=\"Symbol\" w:char=\"{code}\"/></w:r>");
    let mark = |kind: &str, inner: &str| {
        format!("<w:r><w:fldChar w:fldCharType=\"{kind}\">{inner}</w:fldChar></w:r>")
    };
    let field = |data: &str, instruction: &str| {
        format!(
            "{}<w:r><w:instrText>{instruction}</w:instrText></w:r>{}",
            mark("begin", data),
            mark("end", "")
        )
    };
    let check = |state: &str| {
        field(
            &format!("<w:ffData><w:checkBox>{state}</w:checkBox></w:ffData>"),
            " FORMCHECKBOX ",
        )
    };
    let list = |result: &str| {
        field(
            &format!(
                "<w:ffData><w:ddList>{result}<w:listEntry w:val=\"城东\"/><w:listEntry w:val=\"城西\"/></w:ddList></w:ffData>"
            ),
            " FORMDROPDOWN ",
        )
    };
    let private = "<w:r><w:rPr><w:rFonts w:ascii=\"Symbol\"/></w:rPr><w:t>\u{f0b1}</w:t></w:r>";
    for (runs, expected) in [
        (
            [
                text("水温"),
                sign("F0B3"),
                text("40"),
                sign("F0B0"),
                text("C，误差"),
                private.to_owned(),
                text("2。"),
            ]
            .concat(),
            "水温≥40°C，误差±2。",
        ),
        (
            [
                check("<w:checked/>"),
                text("自取"),
                check("<w:default w:val=\"0\"/>"),
                text("邮寄"),
                check("<w:default w:val=\"1\"/><w:checked w:val=\"0\"/>"),
                text("其他"),
            ]
            .concat(),
            "☑自取□邮寄□其他",
        ),
        (
            [list("<w:result w:val=\"1\"/>"), text("街道办事处")].concat(),
            "城西街道办事处",
        ),
        ([list(""), text("街道办事处")].concat(), "城东街道办事处"),
        (
            [field("", " EQ \\o\\ac(○,2)"), text("带齐证件。")].concat(),
            "②带齐证件。",
        ),
        (
            [text("共"), field("", "PAGE"), text("三条。")].concat(),
            "共三条。",
        ),
    ] {
        let document =
            read_bytes(&docx(&[&runs, "<w:r><w:t>请照此办理。</w:t></w:r>"])).expect("words");
        assert_eq!(texts(&document)[0], expected);
    }
}

#[test]
fn what_word_keeps_in_two_versions_is_read_once() {
    let paragraph = |words: &str| format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>");
    let version = |name: &str, words: &str| format!("<mc:{name}>{}</mc:{name}>", paragraph(words));
    for versions in [
        [
            version("Choice", "公园全天开放。"),
            version("Fallback", "公园全天开放。"),
        ]
        .concat(),
        version("Fallback", "公园全天开放。"),
    ] {
        let xml = format!(
            "<w:document {WORD} xmlns:mc=\"mc\"><w:body>{}<mc:AlternateContent>{versions}</mc:AlternateContent>{}</w:body></w:document>",
            paragraph("自三月一日起，"),
            paragraph("请爱护花草。")
        );
        let document =
            read_bytes(&archive(&[("word/document.xml", xml.as_bytes())])).expect("words");
        assert_eq!(
            texts(&document),
            ["自三月一日起，", "公园全天开放。", "请爱护花草。"]
        );
    }
}
