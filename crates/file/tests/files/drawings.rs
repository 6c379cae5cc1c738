//! What stands in files beside their words: charts, diagrams, formulas, letters that are drawn. What can be read
//! is, and of the rest the listener is told that it is there.

use langdu_document::BlockKind;
use langdu_file::FileError;

use crate::support::{archive, read_bytes, texts};

const SPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
    xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
    xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" \
    xmlns:dgm=\"http://schemas.openxmlformats.org/drawingml/2006/diagram\" \
    xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
    xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\"";

/// A Word file whose second paragraph holds `drawn` in a run, with further parts.
fn docx(drawn: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let paragraph = |run: &str| format!("<w:p><w:r>{run}</w:r></w:p>");
    let text = |words: &str| paragraph(&format!("<w:t>{words}</w:t>"));
    let document = format!(
        "<w:document {SPACES}><w:body>{}{}{}</w:body></w:document>",
        text("全市助餐点数量逐年增加，各街道情况如下。"),
        paragraph(drawn),
        text("下一步继续向农村延伸，让更多老人受益。"),
    );
    let relations: String = ["chart1", "data1"]
        .iter()
        .zip(["charts/chart1.xml", "diagrams/data1.xml"])
        .map(|(id, place)| format!("<Relationship Id=\"{id}\" Target=\"{place}\"/>"))
        .collect();
    let relations = format!("<Relationships>{relations}</Relationships>");
    let types = "<Types/>";
    let mut entries: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", types.as_bytes()),
        ("word/document.xml", document.as_bytes()),
        ("word/_rels/document.xml.rels", relations.as_bytes()),
    ];
    entries.extend(parts.iter().map(|(name, text)| (*name, text.as_bytes())));
    archive(&entries)
}

/// What stands between the first and the last paragraph.
fn between(drawn: &str, parts: &[(&str, &str)]) -> Vec<(bool, String)> {
    let document = read_bytes(&docx(drawn, parts)).expect("a Word file");
    let blocks = &document.blocks;
    assert!(
        blocks
            .first()
            .is_some_and(|block| block.text.ends_with("如下。"))
    );
    assert!(
        blocks
            .last()
            .is_some_and(|block| block.text.starts_with("下一步"))
    );
    blocks[1..blocks.len() - 1]
        .iter()
        .map(|block| (block.kind == BlockKind::Notice, block.text.clone()))
        .collect()
}

fn told(words: &str) -> Vec<(bool, String)> {
    vec![(true, words.to_owned())]
}

#[test]
fn a_chart_is_announced_in_its_place_with_its_title() {
    let drawing = "<w:drawing><wp:inline><wp:extent cx=\"5400000\" cy=\"3600000\"/><a:graphic>\
        <a:graphicData><c:chart r:id=\"chart1\"/></a:graphicData></a:graphic></wp:inline></w:drawing>";
    let chart = |title: &str| {
        format!(
            "<c:chartSpace {SPACES}><c:chart>{title}<c:plotArea><c:valAx><c:title><c:tx><c:rich><a:p>\
             <a:r><a:t>个</a:t></a:r></a:p></c:rich></c:tx></c:title></c:valAx></c:plotArea></c:chart>\
             </c:chartSpace>"
        )
    };
    let title = "<c:title><c:tx><c:rich><a:p><a:r><a:t>助餐点</a:t></a:r><a:r><a:t>数量</a:t></a:r></a:p>\
        </c:rich></c:tx></c:title>";
    assert_eq!(
        between(drawing, &[("word/charts/chart1.xml", &chart(title))]),
        told("此处有一张图表，没有朗读，标题是“助餐点数量”。")
    );
    // The name of an axis is no title, and a part may be missing.
    for parts in [vec![("word/charts/chart1.xml", chart(""))], Vec::new()] {
        let parts: Vec<(&str, &str)> = parts.iter().map(|(a, b)| (*a, b.as_str())).collect();
        assert_eq!(between(drawing, &parts), told("此处有一张图表，没有朗读。"));
    }
}

#[test]
fn the_words_of_a_diagram_are_read_in_its_order() {
    let drawing = "<w:drawing><wp:inline><a:graphic><a:graphicData><dgm:relIds r:dm=\"data1\"/>\
        </a:graphicData></a:graphic></wp:inline></w:drawing>";
    let point = |id: &str, words: &str| {
        format!(
            "<dgm:pt modelId=\"{id}\"><dgm:t><a:p><a:r><a:t>{words}</a:t></a:r></a:p></dgm:t></dgm:pt>"
        )
    };
    let joint = |from: &str, to: &str, order: u8| {
        format!("<dgm:cxn srcId=\"{from}\" destId=\"{to}\" srcOrd=\"{order}\"/>")
    };
    let data = format!(
        "<dgm:dataModel {SPACES}><dgm:ptLst><dgm:pt modelId=\"0\" type=\"doc\"/>{}{}{}\
         <dgm:pt modelId=\"9\" type=\"pres\"/></dgm:ptLst><dgm:cxnLst>{}{}{}\
         <dgm:cxn type=\"presOf\" srcId=\"1\" destId=\"9\"/></dgm:cxnLst></dgm:dataModel>",
        point("1", "街道审核"),
        point("2", "提出申请"),
        point("3", "带身份证"),
        joint("0", "1", 1),
        joint("0", "2", 0),
        joint("2", "3", 0),
    );
    let read = between(drawing, &[("word/diagrams/data1.xml", &data)]);
    let words: Vec<&str> = read.iter().map(|(_, words)| words.as_str()).collect();
    assert_eq!(words, ["提出申请", "带身份证", "街道审核"]);
    assert!(read.iter().all(|(notice, _)| !notice));
}

#[test]
fn word_art_is_read_and_formulas_and_files_within_are_announced() {
    let art = "<w:pict><v:shape><v:textpath string=\"青禾市民政局文件\"/></v:shape></w:pict>";
    assert_eq!(between(art, &[]), [(false, "青禾市民政局文件".to_owned())]);
    let object = |program: &str| {
        format!(
            "<w:object><v:shape><v:imagedata r:id=\"x\"/></v:shape>\
             <o:OLEObject ProgID=\"{program}\" r:id=\"y\"/></w:object>"
        )
    };
    for (program, words) in [
        ("Equation.DSMT4", "此处有一个公式，没有朗读。"),
        ("Excel.Sheet.12", "此处嵌有一份文件，没有朗读。"),
        ("MSGraph.Chart.8", "此处有一张图表，没有朗读。"),
    ] {
        assert_eq!(between(&object(program), &[]), told(words), "{program}");
    }
    let two = format!(
        "{}</w:r><w:r>{}",
        object("Equation.3"),
        object("Equation.3")
    );
    assert_eq!(between(&two, &[]), told("此处有2个公式，没有朗读。"));
    let chunk = "</w:r></w:p><w:altChunk r:id=\"z\"/><w:p><w:r>";
    assert_eq!(between(chunk, &[]), told("此处嵌有一份文件，没有朗读。"));
}

#[test]
fn a_large_picture_of_which_nothing_is_known_is_announced_and_a_small_one_is_not() {
    let picture = |width: u32, height: u32| {
        format!(
            "<w:drawing><wp:inline><wp:extent cx=\"{width}\" cy=\"{height}\"/><a:graphic><a:graphicData>\
             <a:blip r:embed=\"p\"/></a:graphicData></a:graphic></wp:inline></w:drawing>"
        )
    };
    assert_eq!(
        between(&picture(5_400_000, 3_600_000), &[]),
        told("此处有一张图片，没有朗读。")
    );
    assert!(between(&picture(900_000, 900_000), &[]).is_empty());
}

/// An OFD file with these objects on its only page, and what its root names besides.
fn ofd(objects: &[&str]) -> Vec<u8> {
    let pages: Vec<(String, String)> = objects
        .iter()
        .enumerate()
        .flat_map(|(at, own)| {
            let document = "<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:CommonData>\
                <ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>\
                <ofd:Pages><ofd:Page ID=\"1\" BaseLoc=\"Page.xml\"/></ofd:Pages></ofd:Document>";
            let page = format!(
                "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Content><ofd:Layer>{own}</ofd:Layer>\
                 </ofd:Content></ofd:Page>"
            );
            [
                (format!("Doc_{at}/Document.xml"), document.to_owned()),
                (format!("Doc_{at}/Page.xml"), page),
            ]
        })
        .collect();
    let bodies: String = (0..objects.len())
        .map(|at| {
            format!("<ofd:DocBody><ofd:DocRoot>Doc_{at}/Document.xml</ofd:DocRoot></ofd:DocBody>")
        })
        .collect();
    let root = format!("<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\">{bodies}</ofd:OFD>");
    let mut entries: Vec<(&str, &[u8])> = vec![("OFD.xml", root.as_bytes())];
    entries.extend(
        pages
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_bytes())),
    );
    archive(&entries)
}

/// Words of 5 millimetres from (x, y).
fn words(text: &str, x: f32, y: f32) -> String {
    let steps = text.chars().count().saturating_sub(1);
    format!(
        "<ofd:TextObject Boundary=\"{x} {y} 180 6\" Size=\"5\"><ofd:TextCode X=\"0\" Y=\"5\" \
         DeltaX=\"g {steps} 5\">{text}</ofd:TextCode></ofd:TextObject>"
    )
}

/// The outline of something like a figure, 3.5 millimetres high.
fn outline(x: f32, y: f32) -> String {
    format!(
        "<ofd:PathObject Boundary=\"{x} {y} 2 4\" Stroke=\"false\" Fill=\"true\"><ofd:AbbreviatedData>\
         M 0 0 B 2 0 2 1.5 1 1.7 B 2 2 2 3.5 0 3.5 L 0 3 B 1.5 3 1.5 2 0.3 2 L 0.3 1.5 C\
         </ofd:AbbreviatedData></ofd:PathObject>"
    )
}

#[test]
fn letters_that_an_ofd_file_draws_are_counted_and_a_page_of_them_is_a_picture() {
    let line = "为方便老年人就近用餐，现将有关事项通知如下：";
    let figures: String = (0u8..4)
        .map(|at| outline(52.0 + 2.5 * f32::from(at), 61.5))
        .collect();
    let text = [
        words(line, 30.0, 40.0),
        words("每餐补贴", 30.0, 60.0),
        words("元，由市财政承担。", 70.0, 60.0),
        figures,
    ]
    .concat();
    let document = read_bytes(&ofd(&[&text])).expect("an OFD file");
    assert_eq!(document.blocks[0].kind, BlockKind::Notice);
    assert_eq!(
        document.blocks[0].text,
        "这份文件里有4个字只有图形，无法朗读。"
    );
    let all: String = (0u8..60)
        .map(|at| {
            outline(
                30.0 + 4.0 * f32::from(at % 30),
                40.0 + 8.0 * f32::from(at / 30),
            )
        })
        .collect();
    let error = read_bytes(&ofd(&[&all])).expect_err("nothing but drawings");
    assert!(
        matches!(
            error,
            FileError::PicturesOnly { pages: 1, .. } | FileError::UnknownCharacters { .. }
        ),
        "{error}"
    );
}

#[test]
fn letters_without_a_meaning_are_counted_and_each_document_of_an_ofd_file_is_read() {
    let text = words(
        "本办法自公布之日起施行\u{e001}\u{e002}\u{e003}由市民政局解释。",
        30.0,
        40.0,
    );
    let document = read_bytes(&ofd(&[&text])).expect("an OFD file");
    assert_eq!(
        document.blocks[0].text,
        "这份文件里有3个字只有图形，无法朗读。"
    );
    let one = words("关于延长供暖时间的通知已经印发给各区。", 30.0, 40.0);
    let other = words("附表所列小区由供热公司另行通知。", 30.0, 40.0);
    let document = read_bytes(&ofd(&[&one, &other])).expect("an OFD file");
    assert_eq!(texts(&document).len(), 2, "{:?}", texts(&document));
}
