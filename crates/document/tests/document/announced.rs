//! What a page has instead of text, and what of it is told to the listener.

use langdu_document::{BlockKind, ExtractError, ExtractOptions, Found, Substance};

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

/// A page with a menu above and a foot below, and no element of its own around its text.
fn page(title: &str, body: &str) -> String {
    format!(
        "<title>{title}</title><div class='top'><a href='/'>网站首页</a><a href='/zw/'>政务公开</a>\
         <a href='/bs/'>办事服务</a></div><div class='dqwz'>您现在的位置：<a href='/'>首页</a> &gt; \
         <a href='/wt/'>常见问题</a></div>{body}<div class='footer'><p>主办：青禾区人民政府办公室</p>\
         <a href='/map'>网站地图</a></div>"
    )
}

fn texts(html: &str) -> (Substance, Vec<String>) {
    let read = langdu_document::extract(html, None, &ExtractOptions::default());
    let document = read.expect("readable");
    let texts = document.blocks.iter().map(|block| block.text.clone());
    (document.substance, texts.collect())
}

#[test]
fn the_parts_of_a_short_text_are_read_though_nothing_is_around_them_alone() {
    let answers = [
        (
            "哪些老人可以免费乘车？",
            "年满七十周岁的老人凭敬老卡免费乘坐市内公交。",
        ),
        ("卡丢了怎么办？", "到公交服务点挂失补办，工本费二十元。"),
        ("多久可以领到新卡？", "挂失后的第三天。"),
    ];
    for (open, close, name) in [
        ("<div class=q><h3>", "</div>", "h3"),
        ("<section><h2>", "</section>", "h2"),
        ("<details><summary>", "</details>", "summary"),
    ] {
        let parts: String = answers
            .iter()
            .map(|(ask, answer)| format!("{open}{ask}</{name}><p>{answer}</p>{close}"))
            .collect();
        let html = page(
            "便民问答",
            &format!("<h1>老年人免费乘车常见问题</h1>{parts}"),
        );
        let (_, read) = texts(&html);
        let mut expected = vec!["老年人免费乘车常见问题"];
        expected.extend(answers.iter().flat_map(|(ask, answer)| [*ask, *answer]));
        assert_eq!(read, expected, "{open}");
    }
}

#[test]
fn what_a_page_folds_under_its_headings_is_read_below_them() {
    for html in [
        "<div class=hd><button aria-expanded=true>受理条件</button></div><div class=bd>具有本区户籍的居民。</div>\
         <div class=hd><button aria-expanded=false>所需材料</button></div><div class=bd hidden>身份证、户口簿、照片两张。</div>\
         <div class=hd><button aria-expanded=false>办理时限</button></div><div class=bd hidden>自受理起，三十个工作日内办结。</div>",
        "<h3>受理条件</h3><div>具有本区户籍的居民。</div><h3>所需材料</h3><div style='display:none'>身份证、户口簿、照片两张。</div>\
         <h3>办理时限</h3><div style='display:none'>自受理起，三十个工作日内办结。</div>",
    ] {
        let (_, read) = texts(&page(
            "残疾人证办理",
            &format!("<h1>残疾人证办理</h1><div>{html}</div>"),
        ));
        let all = read.join("\n");
        for words in [
            "受理条件",
            "具有本区户籍",
            "所需材料",
            "照片两张",
            "办理时限",
            "三十个工作日",
        ] {
            assert!(all.contains(words), "{words} is not in {all}");
        }
        assert!(!all.contains("网站"), "{all}");
    }
}

#[test]
fn a_page_that_names_files_and_says_nothing_is_told_to_be_in_them() {
    let file = |name: &str, href: &str| format!("<p><a href='{href}'>{name}</a></p>");
    let files = file("护理补贴申请表.doc", "/f/sqb.doc") + &file("填表说明.pdf", "/f/zn.pdf");
    for before in ["", "<p>附件：</p>"] {
        let body = format!(
            "<div class=w><h1>护理补贴办理表格</h1><p>发布时间：2026-03-03 点击数：12</p>{before}{files}</div>"
        );
        let (substance, read) = texts(&page("表格下载", &body));
        assert_eq!(substance, Substance::Attachment, "{read:?}");
        assert!(
            read.iter()
                .any(|text| text.starts_with("本页的内容在附件中，共2个附件")),
            "{read:?}"
        );
    }
}

#[test]
fn the_place_of_a_chart_is_told_wherever_it_stands_in_the_text() {
    let body = |place: &str| {
        format!(
            "<div><h1>人口老龄化情况</h1><p>年末全区六十周岁以上老人八万六千人，占总人口的百分之二十三。</p>{place}\
             <p>与上年相比，增加三千二百人，增速有所放缓。</p></div>"
        )
    };
    for place in [
        "<div id=echart1 style='height:400px'></div>",
        "<div><div class='line-chart'></div></div>",
    ] {
        let (_, read) = texts(&page("统计", &body(place)));
        assert!(
            read.iter().any(|text| text.starts_with("此处有一张图")),
            "{read:?}"
        );
    }
    let (_, read) = texts(&page("统计", &body("<div class='ad'></div>")));
    assert!(
        !read.iter().any(|text| text.starts_with("此处有")),
        "{read:?}"
    );
}
