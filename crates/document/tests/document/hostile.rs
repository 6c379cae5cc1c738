//! Pages made to exhaust a parser: each must end in time linear in its length, without a panic
//! and without a deep stack.

use std::time::Duration;

use langdu_document::{ExtractError, ExtractOptions};
use langdu_testkit::growth;

/// Stack of the thread that extracts: a recursion over nesting would overflow it.
const STACK_BYTES: usize = 512 << 10;

/// Extracts on a small stack, and says how much processor time it took.
fn measured(html: String) -> (Result<langdu_document::Document, ExtractError>, Duration) {
    let thread = std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(move || {
            growth::measured(|| langdu_document::extract(&html, None, &ExtractOptions::default()))
        });
    thread.expect("a thread").join().expect("no panic")
}

const TEXT: &str = "<p>各窗口应当设置老年人优先通道，并安排专人引导。</p>";

#[test]
fn a_hundred_thousand_levels_are_read_without_a_deep_stack() {
    for tag in [
        "div",
        "b",
        "font",
        "a href=x",
        "table",
        "ul",
        "li",
        "span",
        "svg",
        "h1",
        "blockquote",
        "p",
        "center",
    ] {
        let name = tag.split(' ').next().expect("a name");
        growth::assert_linear(tag, 12_500, 100_000, |deep| {
            let html = format!(
                "{}{TEXT}{}{TEXT}",
                format!("<{tag}>").repeat(deep),
                format!("</{name}>").repeat(deep)
            );
            measured(html).1
        });
    }
    let tables = |deep: usize| format!("{}{TEXT}", "<table><tr><td>".repeat(deep));
    growth::assert_linear("tables", 12_500, 100_000, |deep| measured(tables(deep)).1);
    let (result, _) = measured(tables(100_000));
    assert!(
        result
            .expect("readable")
            .body_text()
            .contains("各窗口应当设置")
    );
    let unclosed = format!("{}{TEXT}", "<div>".repeat(100_000));
    assert!(
        measured(unclosed)
            .0
            .expect("readable")
            .body_text()
            .contains("各窗口应当设置")
    );
}

/// Shapes that cost more than linear time in one parser or another, as a piece to repeat.
const SHAPES: &[(&str, &str, &str)] = &[
    (
        "paragraphs",
        "",
        "<p>各窗口应当设置老年人优先通道，配备老花镜、放大镜和轮椅，并安排专人引导。</p>\n",
    ),
    ("the same line", "", "<p>合计</p>"),
    ("unclosed paragraphs", "", "<p>为方便群众，延长服务时间。"),
    (
        "unclosed formatting",
        "<p>",
        "<font color=a><b><i>字，</p><p>",
    ),
    (
        "links",
        "",
        "<li><a href=/a/b.html>关于开展养老机构等级评定工作的通知</a></li>",
    ),
    (
        "labels",
        "<table>",
        "<tr><td>索引号：</td><td>000</td><td>发布日期：</td><td>2024-01-01</td></tr>",
    ),
    (
        "bare labels",
        "<table>",
        "<tr><td>索引号</td><td>主题分类</td></tr>",
    ),
    (
        "one table",
        "<p>下表，请看。</p><table border=1>",
        "<tr><td>街道</td><td>社区</td></tr>",
    ),
    (
        "wide row",
        "<p>下表，请看。</p><table><tr>",
        "<td colspan=1000 rowspan=60000>街道</td>",
    ),
    ("foster parents", "<table>", "<b>字</b><tr>"),
    ("suspects", "", "<div class=share><p>分享，分享。</p></div>"),
    (
        "breaks",
        "<div>文字，",
        "近日我镇将有强降雨请广大群众注意收听广播不要前往河道<br>",
    ),
    (
        "attributes",
        "",
        "<p a b c d e f g h i j k>正文，文字。</p>",
    ),
    ("entities", "<p>，", "&nbsp;&#x4e00;&amp;&lt"),
    ("open brackets", "<p>正文，", "<"),
    ("open comments", "<p>正文，文字文字文字。</p>", "<!--"),
    ("dates", "", "<p>2024年1月1日</p>"),
    (
        "titles",
        "<title>示范市公告示范市公告</title>",
        "<h1>示范市公告示范市公告</h1>",
    ),
    (
        "title beginnings",
        "<title>甲甲甲甲甲甲甲甲甲甲甲甲甲乙</title>",
        "<p>甲甲</p>",
    ),
    (
        "attachments",
        "<p>附件，如下。</p>",
        "<p>附件：<a href=a.pdf>甲</a></p>",
    ),
    (
        "footnotes",
        "",
        "<p>各窗口<sup>[1]</sup>应当[2]设置<a href=#a>①</a>优先通道，</p><p id=a>[1]注释</p><p>①注</p>",
    ),
    ("footnotes in one line", "<p>", "各窗口<sup>[1]</sup>，[2]"),
    (
        "pictures",
        "<p>图，如下。</p>",
        "<img alt=养老服务中心 src=a.jpg>",
    ),
    (
        "nested and closed",
        "",
        "<div><div><div><div><div>字，</div></div></div></div></div>",
    ),
    ("one long line", "<p>", "各窗口，"),
    ("preformatted", "<pre>", "各窗口应当设置老年人优先通道，\n"),
    (
        "select",
        "<p>正文，文字文字文字。</p><select>",
        "<option>甲",
    ),
    ("meta", "", "<meta name=PubDate content=2024-01-01>"),
];

#[test]
fn time_is_linear_in_the_length_of_the_page() {
    const SMALL: usize = 200 << 10;
    for (name, head, piece) in SHAPES {
        let page =
            |bytes: usize| format!("<html><body>{head}{}", piece.repeat(bytes / piece.len()));
        growth::assert_linear(name, SMALL, SMALL * 8, |bytes| measured(page(bytes)).1);
    }
}

#[test]
fn a_page_of_ten_megabytes_is_read_whole() {
    let mut html = String::from("<html><body><h1>办法</h1>");
    let mut count = 0;
    while html.len() < 10 << 20 {
        count += 1;
        html.push_str(&format!(
            "<p>　　第{count}条　各窗口应当设置老年人优先通道，配备老花镜、放大镜和轮椅，并安排专人引导；对行动不便的老年人，经办机构应当提供上门服务，不得收取任何费用。</p>\n"
        ));
    }
    let (result, _) = measured(html);
    let document = result.expect("within limits");
    assert_eq!(
        document.blocks.len(),
        count + 1,
        "the title and every paragraph"
    );
}

#[test]
fn limits_are_errors_that_name_their_setting() {
    let options = |json| serde_json::from_value::<ExtractOptions>(json).expect("valid options");
    let html = TEXT.repeat(100);
    let few_bytes = options(serde_json::json!({"max_bytes": 1000}));
    assert_eq!(
        langdu_document::extract(&html, None, &few_bytes),
        Err(ExtractError::TooLarge {
            bytes: html.len(),
            limit: 1000
        })
    );
    let few_nodes = options(serde_json::json!({"max_nodes": 50}));
    assert!(matches!(
        langdu_document::extract(&html, None, &few_nodes),
        Err(ExtractError::TooManyParts {
            setting: "max_nodes",
            ..
        })
    ));
    let few_blocks = options(serde_json::json!({"max_blocks": 50}));
    assert!(matches!(
        langdu_document::extract(&html, None, &few_blocks),
        Err(ExtractError::TooManyParts {
            setting: "max_blocks",
            ..
        })
    ));
}

#[test]
fn forty_thousand_files_are_listed_in_linear_time() {
    let list = |count: usize| {
        let files: String = (0..count)
            .map(|n| format!("<p><a href=/files/attachment/{n}.pdf>明细表{n}</a></p>"))
            .collect();
        measured(format!("<p>附件如下，请下载。</p>{files}"))
    };
    growth::assert_linear("files", 5_000, 40_000, |count| list(count).1);
    let (result, _) = list(40_000);
    assert_eq!(result.expect("within limits").attachments.len(), 40_000);
}
