//! Charts, pictures and files of other programs in formats other than Word's own: a listener is told that they
//! are there. And what OFD keeps once for many pages, which is read.

use langdu_document::BlockKind;

use crate::support::{archive, read_bytes, texts};

const CHART: &str = "此处有一张图表，没有朗读。";

/// The name of a sheet, its rows, and the titles of its charts.
type Sheet<'t> = (&'t str, &'t [&'t [&'t str]], &'t [&'t str]);

/// A workbook of these sheets, and further parts.
fn workbook(sheets: &[Sheet<'_>], more: &[(&str, &str)]) -> Vec<u8> {
    edited(sheets, more, str::to_owned)
}

/// A workbook, whose sheets are changed so.
fn edited(sheets: &[Sheet<'_>], more: &[(&str, &str)], edit: impl Fn(&str) -> String) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let relations =
        |inner: &str| format!("<Relationships xmlns=\"{PACKAGE}\">{inner}</Relationships>");
    let mut entries: Vec<(String, String)> = Vec::new();
    let (mut listed, mut related, mut types) = (String::new(), String::new(), String::new());
    let mut charts = 0;
    for (at, (name, rows, titles)) in sheets.iter().enumerate() {
        let cell = |words: &&str| format!("<c t=\"inlineStr\"><is><t>{words}</t></is></c>");
        let rows: String = rows
            .iter()
            .map(|row| format!("<row>{}</row>", row.iter().map(cell).collect::<String>()))
            .collect();
        let drawing = if titles.is_empty() {
            ""
        } else {
            "<drawing r:id=\"d\"/>"
        };
        listed += &format!(
            "<sheet name=\"{name}\" sheetId=\"{}\" r:id=\"s{at}\"/>",
            at + 1
        );
        related += &relation(
            &format!("s{at}"),
            "worksheet",
            &format!("worksheets/sheet{at}.xml"),
        );
        types += &format!(
            "<Override PartName=\"/xl/worksheets/sheet{at}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
        );
        entries.push((
            format!("xl/worksheets/sheet{at}.xml"),
            edit(&format!("<worksheet xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheetData>{rows}</sheetData>{drawing}</worksheet>")),
        ));
        if titles.is_empty() {
            continue;
        }
        let own = relation("d", "drawing", &format!("../drawings/drawing{at}.xml"));
        entries.push((
            format!("xl/worksheets/_rels/sheet{at}.xml.rels"),
            relations(&own),
        ));
        let (mut anchors, mut own) = (String::new(), String::new());
        for title in *titles {
            charts += 1;
            anchors += &format!(
                "<xdr:twoCellAnchor><xdr:graphicFrame><a:graphic><a:graphicData><c:chart r:id=\"c{charts}\"/>\
                 </a:graphicData></a:graphic></xdr:graphicFrame></xdr:twoCellAnchor>"
            );
            own += &relation(
                &format!("c{charts}"),
                "chart",
                &format!("/xl/charts/chart{charts}.xml"),
            );
            let title = match *title {
                "" => String::new(),
                title => format!(
                    "<c:title><c:tx><c:rich><a:p><a:r><a:t>{title}</a:t></a:r></a:p></c:rich></c:tx></c:title>"
                ),
            };
            entries.push((
                format!("xl/charts/chart{charts}.xml"),
                format!(
                    "<c:chartSpace xmlns:c=\"c\" xmlns:a=\"a\"><c:chart>{title}<c:plotArea><c:barChart><c:ser>\
                     <c:tx><c:v>人数</c:v></c:tx><c:val><c:v>12</c:v></c:val></c:ser></c:barChart></c:plotArea>\
                     </c:chart></c:chartSpace>"
                ),
            ));
        }
        entries.push((
            format!("xl/drawings/drawing{at}.xml"),
            format!("<xdr:wsDr xmlns:xdr=\"x\" xmlns:a=\"a\" xmlns:c=\"c\" xmlns:r=\"{OFFICE}\">{anchors}</xdr:wsDr>"),
        ));
        entries.push((
            format!("xl/drawings/_rels/drawing{at}.xml.rels"),
            relations(&own),
        ));
    }
    entries.push((
        "[Content_Types].xml".to_owned(),
        format!(
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
             <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>{types}</Types>"
        ),
    ));
    entries.push((
        "_rels/.rels".to_owned(),
        relations(&relation("w", "officeDocument", "xl/workbook.xml")),
    ));
    entries.push((
        "xl/workbook.xml".to_owned(),
        format!(
            "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{listed}</sheets></workbook>"
        ),
    ));
    entries.push(("xl/_rels/workbook.xml.rels".to_owned(), relations(&related)));
    entries.extend(
        more.iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned())),
    );
    let entries: Vec<(&str, &[u8])> = entries
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    archive(&entries)
}

const ROWS: &[&[&str]] = &[&["街道", "份数"], &["城东", "31"], &["城西", "27"]];

#[test]
fn charts_of_a_workbook_are_announced_with_their_sheet_and_nothing_else_is_said_of_them() {
    let one = read_bytes(&workbook(&[("Sheet1", ROWS, &["各街道份数", ""])], &[])).expect("words");
    assert_eq!(
        texts(&one),
        [
            "街道\t份数\n城东\t31\n城西\t27",
            "此处有一张图表，没有朗读，标题是“各街道份数”。",
            CHART
        ]
    );
    let two = workbook(
        &[
            ("份数", ROWS, &["", ""]),
            ("图", &[], &["走势"]),
            ("名单", ROWS, &[]),
        ],
        &[],
    );
    let document = read_bytes(&two).expect("words");
    let heard = texts(&document);
    assert_eq!(
        [&heard[0], &heard[2], &heard[3], &heard[4], &heard[5]],
        [
            "份数",
            "此处有2张图表，没有朗读。",
            "图",
            "此处有一张图表，没有朗读，标题是“走势”。",
            "名单"
        ]
    );
    let notices = document
        .blocks
        .iter()
        .filter(|block| block.kind == BlockKind::Notice);
    assert_eq!(notices.count(), 2);
}

#[test]
fn a_sheet_of_running_text_is_read_with_charts_and_without() {
    let lines = [
        "石桥公园自三月一日起全天开放，免收门票，市民凭身份证入园，老人和儿童优先。",
        "入园请遵守秩序，不要攀折花木，照看好老人和儿童，不要在园内遛狗和燃放烟花。",
        "节假日人多时分批入园，请听从工作人员的安排，依次排队，不要拥挤。",
    ];
    let rows: Vec<[&str; 1]> = lines.iter().map(|line| [*line]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(|row| row.as_slice()).collect();
    for (titles, more) in [(&[] as &[&str], &[] as &[&str]), (&[""], &[CHART])] {
        let document = read_bytes(&workbook(&[("Sheet1", &rows, titles)], &[])).expect("words");
        assert_eq!(texts(&document), [&lines[..], more].concat());
    }
}

#[test]
fn rows_of_a_sheet_that_hold_their_number_alone_are_left_out() {
    let mut rows: Vec<&[&str]> = ROWS.to_vec();
    rows.extend([&["3"] as &[&str], &["4"], &["5"], &["注：以登记为准"]]);
    let document = read_bytes(&workbook(&[("Sheet1", &rows, &[])], &[])).expect("words");
    assert_eq!(texts(&document)[1..], ["注：以登记为准"]);
    // A figure by itself may be the sum.
    let mut rows: Vec<&[&str]> = ROWS.to_vec();
    rows.push(&["58"]);
    let document = read_bytes(&workbook(&[("Sheet1", &rows, &[])], &[])).expect("words");
    assert_eq!(texts(&document)[1..], ["58"]);
}

#[test]
fn what_a_sheet_does_not_show_is_not_read() {
    let rows: &[&[&str]] = &[
        &["姓名", "证件号", "街道"],
        &["周某", "370102", "城东"],
        &["吴某", "370103", "城西"],
    ];
    let sheet = |from: &str, to: &str| {
        let bytes = edited(&[("Sheet1", rows, &[])], &[], |sheet| {
            sheet.replacen(from, to, 1)
        });
        texts(&read_bytes(&bytes).expect("words"))
    };
    assert_eq!(
        sheet(
            "<sheetData>",
            "<cols><col min=\"2\" max=\"2\" hidden=\"1\"/></cols><sheetData>"
        ),
        ["姓名\t街道\n周某\t城东\n吴某\t城西"]
    );
    assert_eq!(
        sheet("</row><row>", "</row><row hidden=\"1\">"),
        ["姓名\t证件号\t街道\n吴某\t370103\t城西"]
    );
}

#[test]
fn what_a_pivot_table_keeps_out_of_sight_is_not_read() {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let definition = format!(
        "<pivotCacheDefinition xmlns=\"{MAIN}\"><cacheFields count=\"1\"><cacheField name=\"姓名\"><sharedItems>\
         <s v=\"周某\"/></sharedItems></cacheField></cacheFields></pivotCacheDefinition>"
    );
    let records =
        format!("<pivotCacheRecords xmlns=\"{MAIN}\"><r><x v=\"0\"/></r></pivotCacheRecords>");
    let bytes = workbook(
        &[("Sheet1", ROWS, &[])],
        &[
            ("xl/pivotCache/pivotCacheDefinition1.xml", &definition),
            ("xl/pivotCache/pivotCacheRecords1.xml", &records),
        ],
    );
    let document = read_bytes(&bytes).expect("words");
    assert_eq!(texts(&document), ["街道\t份数\n城东\t31\n城西\t27"]);
}

#[test]
fn objects_and_pictures_of_odt_are_announced_in_their_place() {
    const SPACES: &str = "xmlns:office=\"o\" xmlns:text=\"t\" xmlns:draw=\"d\" xmlns:xlink=\"l\" xmlns:chart=\"c\" \
        xmlns:svg=\"s\" xmlns:table=\"b\"";
    let frame = |size: &str, inner: &str| {
        format!("<text:p><draw:frame {size}>{inner}</draw:frame></text:p>")
    };
    let large = "svg:width=\"12cm\" svg:height=\"3in\"";
    let object = frame(
        large,
        "<draw:object xlink:href=\"./Object 1\"/><draw:image xlink:href=\"./ObjectReplacements/Object 1\"/>",
    );
    let picture = "<draw:image xlink:href=\"Pictures/a.png\"/>";
    let body = |kind: &str, inner: &str| {
        format!(
            "<office:document-content {SPACES}><office:body><office:{kind}>{inner}</office:{kind}></office:body>\
             </office:document-content>"
        )
    };
    let titled = "<chart:chart><chart:title><text:p>用水量</text:p></chart:title><chart:plot-area><chart:axis>\
        <chart:title><text:p>吨</text:p></chart:title></chart:axis></chart:plot-area></chart:chart>";
    let untitled = titled.replace("<chart:title><text:p>用水量</text:p></chart:title>", "");
    let math = "<math xmlns=\"m\"><mi>a</mi></math>".to_owned();
    for (shown, own, told) in [
        (
            &object,
            body("chart", titled),
            Some("此处有一张图表，没有朗读，标题是“用水量”。"),
        ),
        (&object, body("chart", &untitled), Some(CHART)),
        (&object, math, Some("此处有一个公式，没有朗读。")),
        (
            &object,
            body("spreadsheet", ""),
            Some("此处嵌有一份文件，没有朗读。"),
        ),
        (
            &object,
            body("drawing", ""),
            Some("此处有一张图片，没有朗读。"),
        ),
        (
            &frame(large, picture),
            String::new(),
            Some("此处有一张图片，没有朗读。"),
        ),
        (
            &frame(large, picture).repeat(3),
            String::new(),
            Some("此处有3张图片，没有朗读。"),
        ),
        (
            &frame("svg:width=\"15mm\" svg:height=\"15mm\"", picture),
            String::new(),
            None,
        ),
        (
            &frame(
                large,
                "<draw:text-box><text:p>框内的话。</text:p></draw:text-box>",
            ),
            String::new(),
            Some("框内的话。"),
        ),
    ] {
        let words = |words: &str| format!("<text:p>{words}</text:p>");
        let content = body(
            "text",
            &[
                words("全市用水量逐年下降，各街道如下。"),
                shown.clone(),
                words("今后继续节约用水。"),
            ]
            .concat(),
        );
        let bytes = archive(&[
            ("mimetype", b"application/vnd.oasis.opendocument.text"),
            ("content.xml", content.as_bytes()),
            ("Object 1/content.xml", own.as_bytes()),
        ]);
        let document = read_bytes(&bytes).expect("words");
        let mut expected = vec!["全市用水量逐年下降，各街道如下。"];
        expected.extend(told);
        expected.push("今后继续节约用水。");
        assert_eq!(texts(&document), expected, "{shown} {own}");
    }
}

/// An OFD file of these objects, with these resources.
fn ofd(objects: &str, resources: &str) -> Vec<u8> {
    const SPACE: &str = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";
    let root = format!(
        "<ofd:OFD {SPACE}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    );
    let document = format!(
        "<ofd:Document {SPACE}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>\
         </ofd:PageArea><ofd:DocumentRes>Res.xml</ofd:DocumentRes></ofd:CommonData><ofd:Pages>\
         <ofd:Page ID=\"1\" BaseLoc=\"Page.xml\"/></ofd:Pages></ofd:Document>"
    );
    let page = format!(
        "<ofd:Page {SPACE}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"
    );
    let resources = format!(
        "<ofd:Res {SPACE}><ofd:CompositeGraphicUnits>{resources}</ofd:CompositeGraphicUnits></ofd:Res>"
    );
    archive(&[
        ("OFD.xml", root.as_bytes()),
        ("Doc_0/Document.xml", document.as_bytes()),
        ("Doc_0/Page.xml", page.as_bytes()),
        ("Doc_0/Res.xml", resources.as_bytes()),
    ])
}

/// Words of 5 millimetres from (x, y).
fn words(text: &str, x: f32, y: f32) -> String {
    let steps = text.chars().count().saturating_sub(1);
    format!(
        "<ofd:TextObject Boundary=\"{x} {y} 180 6\" Size=\"5\"><ofd:TextCode X=\"0\" Y=\"5\" \
         DeltaX=\"g {steps} 5\">{text}</ofd:TextCode></ofd:TextObject>"
    )
}

fn unit(id: u8, content: &str) -> String {
    format!(
        "<ofd:CompositeGraphicUnit ID=\"{id}\" Width=\"100\" Height=\"20\"><ofd:Content>{content}</ofd:Content>\
         </ofd:CompositeGraphicUnit>"
    )
}

fn shows(id: u8, place: &str, more: &str) -> String {
    format!("<ofd:CompositeObject ResourceID=\"{id}\" Boundary=\"{place} 100 20\" {more}/>")
}

#[test]
fn what_an_ofd_file_shows_by_reference_is_read_in_its_place() {
    let first = words("公园自三月一日起全天开放。", 30.0, 40.0);
    let last = words("请市民爱护公园里的花草树木。", 30.0, 100.0);
    let own = unit(7, &words("开放期间免收门票，凭证入园。", 0.0, 0.0));
    let expected = [
        "公园自三月一日起全天开放。",
        "开放期间免收门票，凭证入园。",
        "请市民爱护公园里的花草树木。",
    ];
    let nested = format!("{own}{}", unit(8, &shows(7, "0 0", "")));
    let half = unit(
        7,
        &words("开放期间免收门票，凭证入园。", 0.0, 0.0).replace('5', "10"),
    );
    for (resources, object) in [
        (own.clone(), shows(7, "30 70", "")),
        (nested, shows(8, "30 70", "")),
        (half, shows(7, "30 70", "CTM=\"0.5 0 0 0.5 0 0\"")),
    ] {
        // The order of the objects is not that of the lines.
        let bytes = ofd(
            &[object.clone(), last.clone(), first.clone()].concat(),
            &resources,
        );
        let document = read_bytes(&bytes).expect("words");
        let heard = texts(&document).join("");
        assert_eq!(heard, expected.concat(), "{object}");
    }
    // What is hidden, what is faint, and what is not there.
    for object in [
        shows(7, "30 70", "Visible=\"false\""),
        shows(7, "30 70", "Alpha=\"40\""),
        shows(9, "30 70", ""),
    ] {
        let bytes = ofd(&[first.clone(), object, last.clone()].concat(), &own);
        let heard = texts(&read_bytes(&bytes).expect("words")).join("");
        assert_eq!(heard, [expected[0], expected[2]].concat());
    }
    // A unit that shows itself ends.
    let itself = unit(
        7,
        &[words("免收门票", 0.0, 0.0), shows(7, "0 9", "").repeat(9)].concat(),
    );
    let _ = read_bytes(&ofd(&[first, shows(7, "30 70", "")].concat(), &itself));
}

#[test]
fn the_strokes_of_letters_that_an_ofd_file_draws_too_are_no_rules_of_a_table() {
    let text = "石桥公园的开放时间以公告为准";
    let letters: String = text
        .chars()
        .zip(0u8..)
        .map(|(letter, at)| words(&letter.to_string(), 30.0 + 5.2 * f32::from(at), 40.0))
        .collect();
    // The edge of a letter with long level and upright strokes.
    let edge = |at: u8| {
        format!(
            "<ofd:PathObject Boundary=\"{} 40 5 5\" LineWidth=\"0.003\"><ofd:AbbreviatedData>M 0.4 1 L 4.6 1 L 4.6 1.2 \
             L 2.7 1.2 L 2.7 4.6 L 2.4 4.6 L 2.4 1.2 L 0.4 1.2 C</ofd:AbbreviatedData></ofd:PathObject>",
            30.0 + 5.2 * f32::from(at)
        )
    };
    let drawn: String = [4, 5, 8].map(edge).concat();
    let bytes = ofd(&[letters, drawn].concat(), "");
    assert_eq!(texts(&read_bytes(&bytes).expect("words")), [text]);
}
