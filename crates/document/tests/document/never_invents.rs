//! Whatever the page, the document holds no character that the page does not hold, and nothing
//! panics.

use std::collections::HashSet;

use langdu_document::{BlockKind, Document, ExtractOptions};
use langdu_fetch::charset;
use langdu_testkit::document::is_sound;
use proptest::prelude::*;
use url::Url;

/// Pieces of pages, valid and not, to be put together at random.
const PIECES: &[&str] = &[
    "<html>",
    "</html>",
    "<head>",
    "</head>",
    "<body>",
    "</body>",
    "<div>",
    "</div>",
    "<p>",
    "</p>",
    "<table>",
    "</table>",
    "<tr>",
    "<td rowspan=3>",
    "<td colspan=2>",
    "<th>",
    "</td>",
    "</tr>",
    "<ul>",
    "<li>",
    "</li>",
    "</ul>",
    "<br>",
    "<b>",
    "</b>",
    "<a href=\"a.pdf\">",
    "<a href='/x'>",
    "</a>",
    "<h1>",
    "</h1>",
    "<title>",
    "</title>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<pre>",
    "<div class=\"TRS_Editor\">",
    "<div style=\"display:none\">",
    "<img alt=\"养老院的照片\">",
    "<meta name=ArticleTitle content=\"关于养老服务的通知\">",
    "<center>",
    "</center>",
    "\n",
    "　　",
    "索引号：",
    "发文字号：示政办发〔2024〕6号",
    "发布日期：2024-03-01",
    "来源：市政府",
    "为方便老年人办事，各窗口保留现金收付。",
    "二〇二四年三月一日",
    "示范市民政局",
    "一、总体要求",
    "附件：1.办法",
    "关于养老服务的通知",
    "打印",
    "<ol start=3>",
    "<sup>4</sup>",
    "(1+i)<sup>n</sup>",
    "10<sup>-6</sup>",
    "CO<sub>2</sub>",
    "<del>",
    "</del>",
    "<pre>",
    "<iframe src=\"/a.pdf\">",
    "<iframe src=/b.html>",
    "<input type=checkbox checked>",
    "<input type=checkbox>",
    "<textarea>&lt;p&gt;为方便老年人办事，各窗口保留现金收付。&lt;/p&gt;</textarea>",
    "<script>x={title:'关于养老服务的通知',a:'<p>为方便老年人办事，各窗口保留现金收付。</p>'}</script>",
    "<script>$('c').html('<p>\\u505c',\"</p>",
    "<video src=a.mp4>",
    "<ul><li>受理条件</li><li>办理流程</li></ul>",
    "<img alt=\"养老院的照片\">",
    "<img src=a.jpg>",
    "如下表：",
    "<script src=a.js></script>",
    "公开方式：主动公开",
    "扫一扫，关注公众号",
    "下一页",
    "责任编辑：甲",
    "&nbsp;",
    "&amp;",
    "A",
    "1.",
    "\u{200b}",
    "\u{fffd}",
    "\u{e000}",
    "👴",
    "\0",
    "<svg>",
    "<select>",
    "<textarea>",
    "<template>",
];

fn pages() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ];
    proptest::collection::vec(piece, 0..120).prop_map(|pieces| pieces.concat())
}

/// The characters of a page as a browser would see them: as written and as entities name them.
fn held(html: &str) -> HashSet<char> {
    let named = [
        ('\u{a0}', "&nbsp"),
        ('&', "&amp"),
        ('<', "&lt"),
        ('>', "&gt"),
    ];
    let mut held: HashSet<char> = html.chars().collect();
    // What stands above or below the line is carried in the characters for it.
    let beside = [
        ("<sup>4", "⁴"),
        ("<sup>n", "ⁿ"),
        ("<sup>-6", "⁻⁶"),
        ("<sub>2", "₂"),
        ("checked", "☑"),
        ("type=checkbox", "□"),
        // What a browser numbers the items of a list with.
        ("<ol", "0123456789."),
        ("\\u505c", "停"),
    ];
    held.extend(
        beside
            .iter()
            .filter(|(written, _)| html.contains(written))
            .flat_map(|(_, carried)| carried.chars()),
    );
    held.extend(
        named
            .iter()
            .filter(|(_, name)| html.contains(name))
            .map(|(c, _)| *c),
    );
    held
}

fn invented(document: &Document, held: &HashSet<char>) -> Vec<char> {
    let texts = document
        .blocks
        .iter()
        // Words of ours say so.
        .filter(|block| block.kind != BlockKind::Notice)
        .map(|block| &block.text)
        .chain([&document.title])
        .chain(document.doc_number.iter())
        .chain(document.source.iter());
    texts
        .flat_map(|text| text.chars())
        .filter(|c| !c.is_whitespace() && !held.contains(c))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn extraction_invents_no_character(html in pages()) {
        let url = Url::parse("https://www.example.gov.cn/a/t20240301_1.html").expect("a URL");
        if let Ok(document) = langdu_document::extract(&html, Some(&url), &ExtractOptions::default()) {
            let invented = invented(&document, &held(&html));
            prop_assert!(invented.is_empty(), "{invented:?} in {document:?}");
            prop_assert!(is_sound(&document), "{document:?}");
        }
        let _ = langdu_document::next_page(&html, &url);
    }

    #[test]
    fn plain_text_keeps_every_character(text in "\\PC{0,200}") {
        if let Ok(document) = langdu_document::from_text(&text) {
            let invented = invented(&document, &held(&text));
            prop_assert!(invented.is_empty(), "{invented:?}");
        }
    }

    #[test]
    fn decoding_any_bytes_ends_in_text(bytes in proptest::collection::vec(any::<u8>(), 0..600), claim in "[a-z0-9-]{0,12}") {
        let (text, _) = charset::decode(&bytes, Some(&format!("text/html; charset={claim}")));
        prop_assert!(text.len() <= bytes.len() * 3 + 3);
    }
}
