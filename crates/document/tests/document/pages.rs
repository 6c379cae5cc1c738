//! Extraction over pages in the manner of many content systems, each with a trap seen on real
//! ones: what must be read, in order, once; what must not; and the metadata.

use std::path::{Path, PathBuf};

use langdu_document::{BlockKind, ExtractError, ExtractOptions, Found};
use langdu_fetch::charset;
use serde_json::Value;
use url::Url;

fn fixtures() -> Vec<PathBuf> {
    let folder = langdu_testkit::repository().join("tests/fixtures/pages");
    let mut pages: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "html"))
        .collect();
    pages.sort();
    assert!(pages.len() >= 20, "only {} fixtures", pages.len());
    pages
}

fn expectations(page: &Path) -> Value {
    let text = std::fs::read_to_string(page.with_extension("json")).expect("expectations");
    serde_json::from_str(&text).expect("valid JSON")
}

fn html(page: &Path) -> String {
    charset::decode(&std::fs::read(page).expect("readable"), None).0
}

fn tight(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn strings<'v>(value: &'v Value, key: &str) -> Vec<&'v str> {
    let list = value[key].as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .map(|one| one.as_str().expect("a string"))
        .collect()
}

/// Problems with what was extracted from one page.
fn problems(extracted: &Value, expected: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let text = tight(extracted["text"].as_str().expect("text"));
    let mut last = 0;
    for wanted in strings(expected, "must") {
        let wanted = tight(wanted);
        match text.find(&wanted) {
            None => problems.push(format!("lost {wanted}")),
            Some(at) if at < last => problems.push(format!("out of order: {wanted}")),
            Some(at) => last = at,
        }
        if text.matches(&wanted).count() > 1 {
            problems.push(format!("read twice: {wanted}"));
        }
    }
    for unwanted in strings(expected, "must_not") {
        if text.contains(&tight(unwanted)) {
            problems.push(format!("leaked {unwanted}"));
        }
    }
    for field in ["title", "date", "doc_date", "doc_number", "issuer"] {
        let Some(wanted) = expected.get(field) else {
            continue;
        };
        let same = match (wanted.as_str(), extracted[field].as_str()) {
            (Some(wanted), Some(found)) => tight(wanted) == tight(found),
            (wanted, found) => wanted == found,
        };
        if !same {
            problems.push(format!("{field} is {}, not {wanted}", extracted[field]));
        }
    }
    let attachments: Vec<&str> = strings(extracted, "attachments");
    for wanted in strings(expected, "attachments") {
        if !attachments.iter().any(|found| found.ends_with(wanted)) {
            problems.push(format!("attachment {wanted} is missing"));
        }
    }
    let own_lines: Vec<&str> = extracted["text"]
        .as_str()
        .unwrap_or_default()
        .lines()
        .collect();
    for wanted in strings(expected, "lines") {
        if !own_lines.contains(&wanted) {
            problems.push(format!("no line is {wanted:?}"));
        }
    }
    if let Some(wanted) = expected["substance"].as_str()
        && extracted["substance"] != wanted
    {
        problems.push(format!("substance is {}", extracted["substance"]));
    }
    if expected["notices"].is_array() {
        let said: Vec<&str> = extracted["blocks"]
            .as_array()
            .expect("blocks")
            .iter()
            .filter(|block| block["kind"] == "notice")
            .filter_map(|block| block["text"].as_str())
            .collect();
        if said != strings(expected, "notices") {
            problems.push(format!("what is said of the page is {said:?}"));
        }
    }
    for row in expected["rows"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
    {
        let cells: Vec<&str> = row
            .as_array()
            .expect("a row")
            .iter()
            .map(|cell| cell.as_str().expect("a cell"))
            .collect();
        let found = extracted["text"].as_str().is_some_and(|text| {
            text.lines().any(|line| {
                let mut own = line.split('\t');
                cells.iter().all(|cell| own.any(|found| found == *cell))
            })
        });
        if !found {
            problems.push(format!("row {cells:?} is missing"));
        }
    }
    problems
}

fn check_all(prepare: impl Fn(String) -> String, skip: &[&str]) {
    let mut failures = Vec::new();
    for page in fixtures() {
        let name = page
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if skip.contains(&name.as_str()) {
            continue;
        }
        let expected = expectations(&page);
        match langdu_document::extract(&prepare(html(&page)), None, &ExtractOptions::default()) {
            Ok(document) => {
                let found = problems(&document.to_extract_json(), &expected);
                if !found.is_empty() {
                    failures.push(format!("{name}: {found:#?}"));
                }
            }
            Err(error) => failures.push(format!("{name}: {error}")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_page_is_read_whole_in_order_once_and_nothing_else() {
    check_all(|html| html, &[]);
}

#[test]
fn pages_are_read_without_the_names_of_their_templates() {
    let names = regex::Regex::new(r#"\s(class|id)="[^"]*""#).expect("a pattern");
    // Buttons find the answers they unfold by their ids.
    let unfolded = ["accordion_questions"];
    check_all(|html| names.replace_all(&html, "").into_owned(), &unfolded);
}

#[test]
fn a_document_says_what_it_is_where_from_and_how_its_parts_are_ranked() {
    let html = "<html><head><title>关于进一步优化养老服务的意见</title></head><body>\
        <h1>关于进一步优化养老服务的意见</h1><p align=center>——示范市2024年重点民生实事</p>\
        <p>发布时间：2024-03-01　来源：示范市民政局</p><div><p>示民发〔2024〕3号</p>\
        <p>各街道办事处：为优化养老服务，提出以下意见。</p><p>一、总体要求</p><p>（一）基本原则</p>\
        <p>坚持公平可及，坚持便民利民。</p><ul><li>社区食堂应当建在居民身边，步行可达。</li></ul>\
        <p>示范市民政局</p><p>2024年2月28日</p></div></body></html>";
    let document =
        langdu_document::extract(html, None, &ExtractOptions::default()).expect("readable");
    assert_eq!(document.title, "关于进一步优化养老服务的意见");
    assert_eq!(
        document.subtitle.as_deref(),
        Some("——示范市2024年重点民生实事")
    );
    assert_eq!(document.source.as_deref(), Some("示范市民政局"));
    assert_eq!(document.doc_number.as_deref(), Some("示民发〔2024〕3号"));
    assert_eq!(document.issuer.as_deref(), Some("示范市民政局"));
    let kinds: Vec<BlockKind> = document
        .blocks
        .iter()
        .map(|block| block.kind.clone())
        .collect();
    assert_eq!(
        kinds,
        [
            BlockKind::Title,
            BlockKind::Subtitle,
            BlockKind::DocNumber,
            BlockKind::Paragraph,
            BlockKind::Heading { level: 1 },
            BlockKind::Heading { level: 2 },
            BlockKind::Paragraph,
            BlockKind::ListItem {
                level: 1,
                marker: None
            },
            BlockKind::Closing,
            BlockKind::Closing,
        ]
    );
}

#[test]
fn nothing_and_binary_data_are_told_apart() {
    let options = ExtractOptions::default();
    let found = |html: &str| match langdu_document::extract(html, None, &options) {
        Err(ExtractError::NothingReadable { found }) => found,
        other => panic!("{other:?}"),
    };
    assert_eq!(found(""), Found::Nothing);
    assert_eq!(
        found("<html><head><script>var a = 1;</script></head></html>"),
        Found::Nothing
    );
    let binary: String = "\u{0}\u{fffd}PNG\u{1}\u{2}".repeat(100);
    assert_eq!(found(&binary), Found::BinaryData);
    assert_eq!(
        found("<ul><li><a href='/'>首页</a></li><li><a href='/a'>新闻</a></li></ul>"),
        Found::NoDocument
    );
}

#[test]
fn text_with_a_few_broken_characters_is_no_binary_data() {
    let binary = |broken: usize, whole: usize| {
        let text = format!("{}{}", "\u{fffd}".repeat(broken), "字".repeat(whole));
        let found = langdu_document::extract(&text, None, &ExtractOptions::default());
        matches!(
            found,
            Err(ExtractError::NothingReadable {
                found: Found::BinaryData
            })
        )
    };
    assert!(!binary(8, 2));
    assert!(binary(9, 2));
    assert!(binary(20, 379));
    assert!(!binary(20, 380));
    // Only the beginning counts.
    assert!(binary(300, 9000));
}

#[test]
fn a_site_can_name_its_elements() {
    let options: ExtractOptions = serde_json::from_value(serde_json::json!({
        "sites": [{
            "host": "*.example.gov.cn",
            "body": ".text-b",
            "title": ".headline-b",
            "skip": [".advice"]
        }]
    }))
    .expect("valid options");
    options.check().expect("valid selectors");
    let html = "<div class='text-a'><p>这一栏很长，是网站的介绍文字，说了许多与文件无关的话，很多很多话。</p></div>\
        <span class='headline-b'>停电通知</span><div class='text-b'><p>周三停电，请周知。</p><p class='advice'>请下载本站应用，享受更多服务。</p></div>";
    let url = Url::parse("https://www.example.gov.cn/a.html").expect("a URL");
    let document = langdu_document::extract(html, Some(&url), &options).expect("readable");
    assert_eq!(document.title, "停电通知");
    assert_eq!(document.body_text(), "周三停电，请周知。");
    let bad: ExtractOptions =
        serde_json::from_value(serde_json::json!({"sites": [{"host": "a", "body": "p["}]}))
            .expect("valid options");
    assert_eq!(
        bad.check(),
        Err(ExtractError::BadSelector {
            selector: "p[".to_owned()
        })
    );
}

#[test]
fn merged_cells_name_their_rows_and_columns() {
    let folder = langdu_testkit::repository().join("tests/fixtures/pages");
    let html = html(&folder.join("merged_cells.html"));
    let document =
        langdu_document::extract(&html, None, &ExtractOptions::default()).expect("readable");
    let (table, text) = document
        .blocks
        .iter()
        .find_map(|block| match &block.kind {
            BlockKind::Table(table) => Some((table, &block.text)),
            _ => None,
        })
        .expect("a table");
    let letters: Vec<char> = text.chars().collect();
    let read = |range: &std::ops::Range<usize>| letters[range.clone()].iter().collect::<String>();
    let rows: Vec<Vec<(String, String)>> = table
        .rows
        .iter()
        .map(|row| {
            row.cells
                .iter()
                .map(|cell| {
                    let header = cell.header.as_ref().map(&read).unwrap_or_default();
                    (header, read(&cell.text))
                })
                .collect()
        })
        .collect();
    let pair = |header: &str, text: &str| (header.to_owned(), text.to_owned());
    assert_eq!(
        rows,
        [
            vec![
                pair("类别", "养老服务"),
                pair("项目", "新建社区食堂"),
                pair("计划", "20个"),
                pair("完成", "8个")
            ],
            vec![
                pair("类别", "养老服务"),
                pair("项目", "适老化改造"),
                pair("计划", "1000户"),
                pair("完成", "412户")
            ],
            vec![
                pair("类别", "教育"),
                pair("项目", "新增学位"),
                pair("计划", "3600个")
            ],
        ]
    );
}

#[test]
fn attachments_are_absolute_where_a_base_is_known() {
    let folder = langdu_testkit::repository().join("tests/fixtures/pages");
    let html = html(&folder.join("trs_notice.html"));
    let url = Url::parse("https://www.example.gov.cn/zwgk/202403/t20240301_1.html").expect("a URL");
    let document =
        langdu_document::extract(&html, Some(&url), &ExtractOptions::default()).expect("readable");
    assert_eq!(
        document.attachments[0].href,
        "https://www.example.gov.cn/zwgk/202403/P020240301000000000001.docx"
    );
    assert_eq!(
        document.attachments[0].name,
        "示范市老年人助餐服务办法.docx"
    );
}

#[test]
fn a_page_says_from_where_its_addresses_count() {
    let url = Url::parse("https://www.example.gov.cn/zwgk/1.html").expect("a URL");
    let options = ExtractOptions::default();
    let href = |base: &str, address: Option<&Url>| {
        let html = format!(
            "<head>{base}</head><body><h1>关于开放社区阅览室的通知</h1>\
             <p>阅览室每天上午八点开门，晚上八点关门。</p>\
             <p>附件：<a href=\"list.docx\">名单.docx</a></p></body>"
        );
        let document = langdu_document::extract(&html, address, &options).expect("readable");
        document.attachments[0].href.clone()
    };
    let elsewhere = "<base href=\"https://files.example.gov.cn/a/\">";
    for (base, address, wanted) in [
        ("", None, "list.docx"),
        ("", Some(&url), "https://www.example.gov.cn/zwgk/list.docx"),
        (elsewhere, None, "https://files.example.gov.cn/a/list.docx"),
        (
            elsewhere,
            Some(&url),
            "https://files.example.gov.cn/a/list.docx",
        ),
        (
            "<base href=\"/b/\">",
            Some(&url),
            "https://www.example.gov.cn/b/list.docx",
        ),
        ("<base href=\"/b/\">", None, "list.docx"),
    ] {
        assert_eq!(href(base, address), wanted, "{base} {address:?}");
    }
}

#[test]
fn blocks_can_be_found_in_the_page_again() {
    let folder = langdu_testkit::repository().join("tests/fixtures/pages");
    let html = html(&folder.join("hidden_summary.html"));
    let document =
        langdu_document::extract(&html, None, &ExtractOptions::default()).expect("readable");
    let paths: Vec<&str> = document
        .blocks
        .iter()
        .map(|block| block.path.as_str())
        .collect();
    assert_eq!(
        paths,
        ["body>h1:2", "body>article:4>p:1", "body>article:4>p:2"]
    );
}

#[test]
fn footnotes_are_links_from_their_marks_to_their_notes() {
    let folder = langdu_testkit::repository().join("tests/fixtures/pages");
    let named = |name: &str| {
        let html = html(&folder.join(name));
        let document =
            langdu_document::extract(&html, None, &ExtractOptions::default()).expect("readable");
        document
            .footnotes
            .iter()
            .map(|footnote| {
                let text: Vec<char> = document.blocks[footnote.block].text.chars().collect();
                let mark: String = text[footnote.range.clone()].iter().collect();
                assert_eq!(mark, footnote.name, "the range is the mark");
                let before: String = text[..footnote.range.start].iter().collect();
                let tail = before.chars().rev().take(3).collect::<Vec<_>>();
                (
                    tail.into_iter().rev().collect::<String>(),
                    mark,
                    footnote.href.clone(),
                    document.blocks[footnote.note].text.clone(),
                )
            })
            .collect::<Vec<_>>()
    };
    let entry = |before: &str, mark: &str, href: Option<&str>, note: &str| {
        (
            before.to_owned(),
            mark.to_owned(),
            href.map(str::to_owned),
            note.to_owned(),
        )
    };
    assert_eq!(
        named("word_footnotes.html"),
        [
            entry(
                "障法》",
                "[1]",
                Some("#_ftn1"),
                "[1]该法于2018年12月29日第三次修正。"
            ),
            entry(
                "护理费",
                "[2]",
                Some("#_ftn2"),
                "[2] 护理费是指对失能、部分失能老年人提供照护服务的费用。"
            ),
        ]
    );
    assert_eq!(
        named("statistics_notes.html"),
        [
            entry(
                "机构数",
                "[1]",
                None,
                "[1]养老机构数为年末在民政部门备案的机构。"
            ),
            entry(
                "老年人",
                "[2]",
                None,
                "[2]老年人口为常住人口抽样调查推算数。"
            ),
            entry("5万张", "②", None, "②床位数不含临时床位。"),
        ]
    );
}

#[test]
fn a_table_of_nothing_but_controls_is_no_block() {
    let first = "现将2024年第三季度高龄津贴发放名单予以公布，请各街道、社区认真核对，如有遗漏，请于十日内报送。";
    let last = "名单另行印发，未列入名单的老年人可以凭身份证、户口簿到户籍所在地社区服务中心补办，全年受理。";
    let controls = "<tr><td>上一页</td><td>下一页</td></tr><tr><td>打印</td><td>关闭</td></tr>";
    let html =
        format!("<h1>通告</h1><div><p>{first}</p><table>{controls}</table><p>{last}</p></div>");
    let document =
        langdu_document::extract(&html, None, &ExtractOptions::default()).expect("readable");
    assert_eq!(document.body_text(), format!("{first}\n{last}"));
}
