//! What a page has instead of text, and what of it is told to the listener.

use langdu_document::{BlockKind, ExtractError, ExtractOptions, Found};

#[test]
fn a_page_without_text_or_title_says_what_it_holds() {
    let found = |html: &str| match langdu_document::extract(html, None, &ExtractOptions::default())
    {
        Err(ExtractError::NothingReadable { found }) => found,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        found("<html><body><img src='1.jpg'><img src='2.png' alt=''></body></html>"),
        Found::Pictures(2)
    );
    assert_eq!(
        found(
            "<html><frameset rows='120,*'><frame src='top.htm'><frame src='show.asp?id=31'></frameset>\
             <noframes><body>您的浏览器不支持框架</body></noframes></html>"
        ),
        Found::Frames(2)
    );
}

#[test]
fn what_an_office_notes_at_the_end_is_read_where_that_is_asked_for() {
    let html = "<h1>关于开放公园的通知</h1><div><p>自三月一日起，公园全天开放，免收门票。</p>\
        <p>青禾市园林局</p><p>2024年3月1日</p><p>（此件公开发布）</p><p>抄送：市委办公室，市财政局。</p>\
        <p>青禾市园林局办公室 2024年3月1日印发</p></div>";
    let read = |read_office_notes| {
        let options = ExtractOptions {
            read_office_notes,
            ..ExtractOptions::default()
        };
        let document = langdu_document::extract(html, None, &options).expect("readable");
        document.body_text()
    };
    assert!(read(false).ends_with("2024年3月1日\n（此件公开发布）"));
    assert!(read(true).ends_with("市财政局。\n青禾市园林局办公室 2024年3月1日印发"));
}

#[test]
fn the_words_of_a_notice_stand_where_the_text_lacks_something() {
    let html = "<title>关于人口情况的公报</title><h1>关于人口情况的公报</h1><div>\
        <p>全市人口继续增长，老年人口比重上升，具体情况如下表：</p><p><img src='W02.png'></p>\
        <p>与上年相比，六十岁以上人口增加，占比提高。</p><iframe src='/a.pdf' title='人口表'></iframe></div>";
    let document =
        langdu_document::extract(html, None, &ExtractOptions::default()).expect("readable");
    let kinds: Vec<(bool, &str)> = document
        .blocks
        .iter()
        .map(|block| (block.kind == BlockKind::Notice, block.text.as_str()))
        .collect();
    assert_eq!(
        kinds[2..],
        [
            (true, "此处有一张图片，没有文字说明。"),
            (false, "与上年相比，六十岁以上人口增加，占比提高。"),
            (true, "页面里嵌有文件：人口表。"),
        ]
    );
    assert!(!document.body_text().contains("此处"));
    assert_eq!(document.attachments[0].href, "/a.pdf");
}
