//! Kinds of pages whose text is easily lost without anybody noticing.

use langdu_document::{Block, BlockKind, Document, ExtractOptions, Substance, extract};

const MENU: &str =
    "<div class=menu><a href='/'>首页</a><a href='/x'>信息公开</a><a href='/y'>在线服务</a></div>";
const FOOT: &str =
    "<div class=bottom><p>版权所有 石桥区人民政府 地址：石桥路1号 电话：5550100</p></div>";

fn read(title: &str, body: &str) -> Document {
    let html = format!("<title>{title}</title><body>{MENU}{body}{FOOT}</body>");
    extract(&html, None, &ExtractOptions::default())
        .unwrap_or_else(|error| panic!("{error}: {body}"))
}

/// All texts of a document, a line each.
fn heard(document: &Document) -> String {
    let texts: Vec<&str> = document
        .blocks
        .iter()
        .map(|block| block.text.as_str())
        .collect();
    texts.join("\n")
}

fn lines(title: &str, body: &str) -> Vec<String> {
    let own = |block: &&Block| block.kind != BlockKind::Title;
    let document = read(title, body);
    let texts = document.blocks.iter().filter(own);
    texts.map(|block| block.text.clone()).collect()
}

const NEWS: &str = "<div class=side><b>最新信息</b><ul><li><a href=1>石桥区召开防汛工作部署会议</a></li>\
    <li><a href=2>石桥区开展食品安全联合检查</a></li><li><a href=3>石桥区第三届运动会圆满落幕</a></li></ul></div>";

#[test]
fn a_notice_without_a_sentence_is_read_and_not_the_list_beside_it() {
    let notice = "<div class=con><h2>菜场搬迁通告</h2><p>2025-04-01　浏览：20</p><div><p>菜场搬到体育馆北门</p><p>为期三个月</p></div></div>";
    for body in [
        format!("{NEWS}{notice}"),
        format!("{notice}{NEWS}"),
        notice.to_owned(),
    ] {
        let document = read("菜场搬迁通告_石桥区", &body);
        assert_eq!(document.substance, Substance::Text, "{body}");
        assert_eq!(
            document.body_text(),
            "菜场搬到体育馆北门\n为期三个月",
            "{body}"
        );
    }
    // The site's name is all that the head of the page has.
    let table = "<table><tr><td class=title align=center><font size=4>缴费须知</font></td></tr>\
        <tr><td align=center>作者：医保站　发表时间：2025-9-3　阅读次数：89</td></tr>\
        <tr><td>　　每人四百元<br><br>　　到信用社柜台缴<br>　　逾期不再补缴</td></tr></table>";
    assert_eq!(
        lines("石桥区政府网站", table),
        ["每人四百元", "到信用社柜台缴", "逾期不再补缴"]
    );
}

#[test]
fn a_list_of_pages_stays_a_list() {
    let document = read("通知公告_石桥区", &format!("<h2>通知公告</h2>{NEWS}"));
    assert_eq!(document.substance, Substance::List);
}

#[test]
fn links_that_the_text_announces_or_goes_on_behind_are_of_the_text() {
    let links = "<p><a href=a.html>第一小学招生简章</a></p><p><a href=b.html>第二小学招生简章</a></p><p><a href=c.html>聋哑学校招生简章</a></p>";
    let text = lines(
        "关于公布招生简章的通知",
        &format!(
            "<h1>关于公布招生简章的通知</h1><div><p>现将各校简章公布如下，请家长查看。</p>{links}<p>咨询时间为上午九时至十一时。</p></div>"
        ),
    );
    assert_eq!(text.len(), 5, "{text:?}");
    let list =
        "<ul><li><a href=a.html>照明管理办法</a></li><li><a href=b.html>犬类管理规定</a></li></ul>";
    let text = lines(
        "关于废止文件的通知",
        &format!(
            "<h1>关于废止文件的通知</h1><div id=zoom><p>经研究，废止以下文件：</p>{list}<p>本通知自印发之日起施行。</p></div>\
            <div class=xg><h3>相关文件</h3><ul><li><a href=d.html>关于公布文件清单的通知</a></li></ul></div>"
        ),
    );
    assert_eq!(
        text,
        [
            "经研究，废止以下文件：",
            "照明管理办法",
            "犬类管理规定",
            "本通知自印发之日起施行。"
        ]
    );
    // Behind the last sentence, without a word about them, they are other pages.
    let text = lines(
        "关于开放球场的通知",
        &format!(
            "<h1>关于开放球场的通知</h1><div><p>区体育场的球场周末开放，免费入场。</p>{links}</div>"
        ),
    );
    assert_eq!(text, ["区体育场的球场周末开放，免费入场。"]);
}

#[test]
fn what_the_tabs_of_a_page_hide_is_read() {
    let body = "<h1>优待证办理</h1><ul class=hd><li class=on>受理条件</li><li>办理材料</li><li>办理流程</li></ul>\
        <div class=bd><div class=item><p>年满六十周岁，户籍在本区。</p></div>\
        <div class='item hide'><p>身份证原件；</p><p>一寸照片两张。</p></div>\
        <div class='item' style='display: none'><p>到街道窗口提交，次日领证。</p></div></div>\
        <div style='display:none'><p>您即将离开本网站，是否继续？</p></div>";
    let text = lines("优待证办理", body).join("\n");
    for words in ["年满六十周岁", "一寸照片两张。", "次日领证。"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("即将离开"), "{text}");
    // The same with links that lead nowhere for names, and a table in a panel.
    let body = "<div class=guide><h1>居住证办理</h1><div><a class=cur href='javascript:;'>条件</a><a href='javascript:;'>材料</a></div>\
        <div class=con><p>在本市居住满半年，有稳定住所。</p></div>\
        <div class='con none'><table><tr><td>身份证</td><td>原件</td></tr><tr><td>合同</td><td>复印件</td></tr></table></div></div>";
    let text = lines("居住证办理", body).join("\n");
    assert!(text.contains("身份证\t原件\n合同\t复印件"), "{text}");
    let body = "<h1>机构名录</h1><div class=txt><p>本区现有养老机构十二家，床位充足。</p></div>\
        <div class=txt style='display:none'><p>其中公办三家，民办九家。</p></div><p onclick=more()>展开全文</p>";
    assert_eq!(
        lines("机构名录", body),
        [
            "本区现有养老机构十二家，床位充足。",
            "其中公办三家，民办九家。"
        ]
    );
    // Panels of the page around the document stay hidden.
    let body = "<div class=hot><ul><li>热点</li><li>排行</li></ul><div class=box><p><a href=1>全区秋收工作已经过半</a></p></div>\
        <div class='box hide'><p>本周点击最多，欢迎阅读。</p></div></div><h1>停气通知</h1><div><p>明日九时至十五时停气，请关好阀门。</p></div>";
    assert_eq!(
        lines("停气通知", body),
        ["明日九时至十五时停气，请关好阀门。"]
    );
}

#[test]
fn the_description_of_a_picture_inside_a_sentence_follows_it() {
    let body = "<h1>个税计算办法</h1><div><p>应纳税额按公式计算<img src=1.png alt='税额等于所得额乘以税率'>，按月预缴。</p>\
        <p>年终一次结清，多退少补。<img src=2.png alt='申报界面的样子'></p></div>";
    assert_eq!(
        lines("个税计算办法", body),
        [
            "应纳税额按公式计算，按月预缴。",
            "税额等于所得额乘以税率",
            "年终一次结清，多退少补。",
            "申报界面的样子",
        ]
    );
    let table = "<h1>站点服务</h1><div><table><tr><th>站点</th><th>助餐</th></tr><tr><td>城东站</td><td><img alt='不提供'></td></tr>\
        <tr><td>城西站</td><td><img alt='提供'></td></tr></table><p>每天八时至十七时服务，节假日不休。</p></div>";
    let text = heard(&read("站点服务", table));
    assert!(text.contains("城东站\t不提供\n城西站\t提供"), "{text}");
}

#[test]
fn headings_and_steps_that_sound_like_the_site_are_of_the_text_among_its_sentences() {
    let body = "<div id=zoom><h1>城市更新问答</h1><p>来电较多，现将问题整理如下。</p><p><b>政策解读</b></p>\
        <p>更新包括加装电梯、外墙保温两类。</p><p>相关政策</p><p>同意率达到三分之二，即可申报。</p>\
        <p>申请人按下列步骤操作，全程不收费。</p><ul><li>注册</li><li>登录</li><li>填写申请</li><li>打印</li></ul><p>打印后签字，送到窗口。</p></div>\
        <p>相关链接</p><ul><li><a href=1>城市更新条例全文及说明</a></li></ul><ul><li>打印</li><li>关闭</li></ul>";
    let text = lines("城市更新问答", body);
    let expected = [
        "来电较多，现将问题整理如下。",
        "政策解读",
        "更新包括加装电梯、外墙保温两类。",
        "相关政策",
        "同意率达到三分之二，即可申报。",
        "申请人按下列步骤操作，全程不收费。",
        "注册",
        "登录",
        "填写申请",
        "打印",
        "打印后签字，送到窗口。",
    ];
    assert_eq!(text, expected);
    let comments = "<div><h1>关于换证的通知</h1><p>旧证年底停用，请换领新证。</p><div><p>网友评论</p><p>支持，就该这样办。</p></div></div>";
    assert_eq!(
        lines("关于换证的通知", comments),
        ["旧证年底停用，请换领新证。"]
    );
}

#[test]
fn numbers_of_a_list_in_a_cell_are_read_and_boxes_keep_their_state() {
    let body = "<h1>年检指南</h1><div><table><tr><th>项目</th><th>步骤</th></tr><tr><td>预约</td><td><ol><li>打开网站</li><li>选择时间</li></ol></td></tr>\
        <tr><td>检测</td><td><ol start=3><li>缴费</li><li>4.上线</li></ol></td></tr></table>\
        <p>类别：<input type=checkbox checked>首次 <input type=checkbox>换领，请打勾。<input type=checkbox name=agree>记住我</p></div>";
    let text = heard(&read("年检指南", body));
    assert!(text.contains("预约\t1.打开网站 2.选择时间"), "{text}");
    assert!(text.contains("检测\t3.缴费 4.上线"), "{text}");
    assert!(text.contains("☑首次 □换领"), "{text}");
    assert!(!text.contains("□记住我"), "{text}");
}

#[test]
fn a_film_behind_the_last_words_of_a_page_is_behind_them() {
    for page in [
        "下一页<html>关于养老服务的通知<p>*<video src=a.mp4><html>",
        "上一篇<html>政策宣讲<p>· <video src=b.mp4></video><p>",
        "<h1>宣传片</h1><p>※<img src=c.png><video src=c.mp4></video>",
        "<p>返回<p>办事指南<li><video src=d.mp4>",
    ] {
        // Whether there is a title is another matter: nothing is looked for where no line is.
        let _ = extract(page, None, &ExtractOptions::default());
    }
}

#[test]
fn films_and_drawings_are_announced() {
    let film = "<h1>养老服务宣传片</h1><p>发布时间：2025-05-10</p><div><video src=a.mp4 controls></video></div>";
    for film in [
        film.to_owned(),
        film.replace(
            "<video src=a.mp4 controls></video>",
            "<embed src='/v/a.swf?x=1'>",
        ),
    ] {
        let document = read("养老服务宣传片", &film);
        assert_eq!(document.substance, Substance::Video);
        let text = heard(&document);
        assert!(text.contains("本页内容为视频，共1段，不能朗读。"), "{text}");
    }
    let within = "<h1>热线二十年</h1><div><p>热线开通二十年，共受理来电三百万件。</p><p><video src=b.mp4></video></p>\
        <p>今后还要增加老年专席。</p><p>办理情况见下图：</p><svg><text>窗口受理</text></svg><p>各月受理量，如下图所示：</p><div id=chart1></div>\
        <video src=back.mp4 autoplay muted loop></video><svg><path d=''/></svg></div>";
    assert_eq!(
        lines("热线二十年", within),
        [
            "热线开通二十年，共受理来电三百万件。",
            "此处有一段视频。",
            "今后还要增加老年专席。",
            "办理情况见下图：",
            "此处有一张图片，没有文字说明。",
            "各月受理量，如下图所示：",
            "此处有一张图片，没有文字说明。",
        ]
    );
}

/// Ways in which a page may hold its text as data, `{}` standing for the title.
const DATA: &[&str] = &[
    "<textarea style='display:none'>&lt;p&gt;夜一路末班车二十三时，票价两元，老年卡免费乘坐。&lt;/p&gt;&lt;p&gt;请到西站乘车。&lt;/p&gt;</textarea>",
    "<input type=hidden value='&lt;p&gt;夜一路末班车二十三时，票价两元，老年卡免费乘坐。&lt;/p&gt;&lt;p&gt;请到西站乘车。&lt;/p&gt;'>",
    "<script>$('#c').html('<p>夜一路末班车二十三时，票价两元，老年卡免费乘坐。<\\/p>' + \"<p>请到西站乘车。</p>\")</script>",
    "<script>var d = {id: 7, title: '关于夜班公交的公告', content: '<p>夜一路末班车二十三时，票价两元，老年卡免费乘坐。<\\/p><p>请到西站乘车。<\\/p>', f: function () { return 1 }};</script>",
    "<script>window.__NUXT__=(function(a,b,c){a.title=b;a.body=c;return {data:[{info:a}],error:null}}({},\"关于夜班公交的公告\",\"\\u003Cp\\u003E夜一路末班车二十三时，票价两元，老年卡免费乘坐。\\u003C\\u002Fp\\u003E\\u003Cp\\u003E请到西站乘车。\\u003C\\u002Fp\\u003E\"));</script>",
    "<script type='application/json'>[{\"art\":1},{\"title\":2,\"content\":3},\"关于夜班公交的公告\",\"<p>夜一路末班车二十三时，票价两元，老年卡免费乘坐。</p><p>请到西站乘车。</p>\"]</script>",
    "<script>var d=JSON.parse('{\"title\":\"关于夜班公交的公告\",\"content\":\"夜一路末班车二十三时，票价两元，老年卡免费乘坐。\\\\n请到西站乘车。\"}')</script>",
];

#[test]
fn a_text_that_lies_in_the_page_as_data_is_read() {
    for data in DATA {
        let document = read(
            "关于夜班公交的公告-石桥区",
            &format!("<h1>关于夜班公交的公告</h1><div id=c></div>{data}"),
        );
        assert_eq!(document.title, "关于夜班公交的公告", "{data}");
        assert_eq!(
            document.body_text(),
            "夜一路末班车二十三时，票价两元，老年卡免费乘坐。\n请到西站乘车。",
            "{data}"
        );
    }
}

#[test]
fn a_summary_for_sharing_is_no_text() {
    let html = "<title>关于闭园的公告</title><div id=app></div><script>var share={title:'关于闭园的公告',\
        desc:'因设施维护，滨河公园六月十日至十二日闭园三天，请合理安排出行。',link:location.href}</script>";
    let document = extract(html, None, &ExtractOptions::default()).expect("a title");
    assert_eq!(document.substance, Substance::Script);
    assert!(!heard(&document).contains("滨河公园"));
}

#[test]
fn the_date_at_the_foot_of_a_text_is_its_date() {
    let document = read(
        "农机补贴公示",
        "<h1>农机补贴公示</h1><div><p>现将第二批补贴对象予以公示，为期七天。</p></div>\
            <div><span>信息来源：农业局</span> <span>发布日期：2025-05-15</span> <span>责任编辑：小周</span></div>",
    );
    assert_eq!(
        document.date.as_ref().map(|date| date.as_str()),
        Some("2025-05-15")
    );
    assert_eq!(
        document.body_text(),
        "现将第二批补贴对象予以公示，为期七天。"
    );
}

#[test]
fn header_cells_beside_known_labels_are_labels() {
    let body = "<table><tr><th>索引号</th><th>所属栏目</th><th>发布机构</th></tr><tr><td>000123/2025-9</td><td>水利</td><td>石桥区水利局</td></tr>\
        <tr><th>文号</th><th>时效</th><th>主题词</th></tr><tr><td>石水〔2025〕9号</td><td>有效</td><td>水库</td></tr></table>\
        <h1>关于水库加固的批复</h1><div><p>同意实施水库加固，工期十个月。</p></div>";
    let document = read("关于水库加固的批复", body);
    assert_eq!(document.body_text(), "同意实施水库加固，工期十个月。");
    assert_eq!(document.doc_number.as_deref(), Some("石水〔2025〕9号"));
    assert_eq!(document.issuer.as_deref(), Some("石桥区水利局"));
}

#[test]
fn what_is_left_open_around_a_text_in_a_script_adds_nothing_to_it() {
    let text = "为方便老年人办事，各窗口保留现金收付，并安排专人引导。".repeat(3);
    for (before, inside) in [
        ("<textarea>", ""),
        ("", "<textarea>"),
        ("<script>var a = 1;", ""),
        ("", "<title>"),
        ("<select>", "<style>"),
    ] {
        let page = format!(
            "<title>关于窗口服务的通知</title><h1>关于窗口服务的通知</h1>\
             <script>$('#c').html('<p>{text}</p>{inside}')</script>{before}"
        );
        let document = extract(&page, None, &ExtractOptions::default())
            .unwrap_or_else(|error| panic!("{error}: {page}"));
        let spoken: Vec<&str> = document
            .blocks
            .iter()
            .map(|block| block.text.as_str())
            .collect();
        assert_eq!(
            spoken,
            ["关于窗口服务的通知", text.as_str()],
            "{before} {inside}"
        );
    }
}

#[test]
fn a_control_in_the_heading_is_no_part_of_the_title() {
    let text = "<p>自五月一日起，石桥公园延长开放时间，晚上十点闭园，欢迎市民前来散步。</p>\
        <p>入园请遵守秩序，不要攀折花木，照看好老人和儿童。</p>";
    for heading in [
        "<h1>石桥公园延长开放时间<a href='javascript:;'>语音播报</a></h1>",
        "<h1>石桥公园延长开放时间 <span class=tts><i></i>听全文</span></h1>",
        "<h2><em>置顶</em>石桥公园延长开放时间</h2>",
        "<div class=title>石桥公园延长开放时间<span><b>点击朗读</b></span></div>",
        "<h1><span>石桥公园</span><span>延长开放时间</span><button>收听</button></h1>",
    ] {
        let document = read("石桥区人民政府", &format!("{heading}<div>{text}</div>"));
        assert_eq!(document.title, "石桥公园延长开放时间", "{heading}");
        assert!(!heard(&document).contains(['播', '听', '朗']), "{heading}");
    }
    // What a title says of its document is a part of it.
    let document = read(
        "石桥区人民政府",
        &format!(
            "<h1>石桥公园管理办法<span>（试行）</span><span>已废止</span></h1><div>{text}</div>"
        ),
    );
    assert_eq!(document.title, "石桥公园管理办法（试行）已废止");
}

#[test]
fn what_invites_to_vote_to_ask_and_to_other_pages_is_left_out() {
    let text = "<div class=con><h1>石桥公园延长开放时间</h1><p>自五月一日起，石桥公园延长开放时间，晚上十点闭园，欢迎市民前来散步。</p>\
        <p>入园请遵守秩序，不要攀折花木，照看好老人和儿童。</p></div>";
    let expected = lines("石桥公园延长开放时间", text);
    assert_eq!(expected.len(), 2);
    for more in [
        "<div><h4>您看完此文的心情</h4><ul><li>开心<em>0</em></li><li>感动<em>0</em></li><li>难过<em>2</em></li></ul></div>",
        "<div><p>您对此信息的评价</p><ul><li>满意</li><li>一般</li><li>不满意</li></ul></div>",
        "<div>点击阅读剩余全文（）</div>",
        "<div><b>智能问答</b><p>您好，我是小桥，很高兴为您服务！</p></div>",
        "<div><p>正在为您生成摘要…</p></div>",
        "<p>编辑 周某 校对 吴某某</p>",
        "<ul><li><p>昨日，石桥区首座公园书屋开放，市民可以在里面看书休息。<a href=1>【详细】</a>2025-04-11 09:20</p></li>\
         <li><p>日前，石桥区新添三条健身步道，总长约十二公里。<a href=2>【详细】</a>2025-04-10 09:20</p></li>\
         <li><p>近日，石桥区的樱花陆续开放，花期将持续到月底。<a href=3>【详细】</a>2025-04-09 09:20</p></li></ul>",
    ] {
        for body in [
            format!("{text}{more}"),
            text.replace("</div>", &format!("{more}</div>")),
        ] {
            assert_eq!(lines("石桥公园延长开放时间", &body), expected, "{body}");
        }
    }
}

#[test]
fn what_leads_on_behind_a_sentence_is_not_heard_and_the_sentence_is() {
    let parts = |leads: [&str; 3]| {
        format!(
            "<div class=con><h1>助浴券申领指南</h1><p>年满七十周岁的居民可以申领助浴券。{}</p>\
             <p>申领时带上身份证和户口簿。{}</p><p>助浴券半年内有效，可以转给配偶使用。{}</p></div>",
            leads[0], leads[1], leads[2]
        )
    };
    let expected = [
        "年满七十周岁的居民可以申领助浴券。",
        "申领时带上身份证和户口簿。",
        "助浴券半年内有效，可以转给配偶使用。",
    ];
    for leads in [
        ["", "", ""],
        [
            "<a href=1.html>【详细】</a>",
            "<a href=2.html>[详情]</a>",
            "",
        ],
        [
            "<a href=1.html>查看</a>",
            "",
            "<a href=3.html>查看详情 &gt;&gt;</a>",
        ],
        [
            "【查看】",
            "<a href='javascript:void(0)' onclick='more()'>了解更多</a>",
            "（<a href=3.html>详情</a>）",
        ],
    ] {
        let page = parts(leads);
        assert_eq!(lines("助浴券申领指南", &page), expected, "{page}");
    }
    // A control with blanks behind a stop alone.
    let _ = extract(
        "<h1>指南</h1><p>。<a href=a>[ 查看 ]</a></p>",
        None,
        &ExtractOptions::default(),
    );
    // Words of the sentence itself are heard.
    let told = "<h1>助浴券申领指南</h1><p>助浴点的名单可以在<a href=1.html>这里</a>查看。</p>\
        <p>材料按办法<a href=2.html>[详细]</a>所列的清单准备，缺一不可。</p><p>如有疑问，请到社区查看。谢谢查看</p>";
    let heard = lines("助浴券申领指南", told);
    assert_eq!(heard[0], "助浴点的名单可以在这里查看。");
    assert!(
        heard[1].ends_with("所列的清单准备，缺一不可。"),
        "{heard:?}"
    );
    assert_eq!(heard[2], "如有疑问，请到社区查看。谢谢查看");
}

#[test]
fn names_of_controls_are_headings_of_steps_between_sentences() {
    let steps = |mark: &str, words: [&str; 3]| {
        format!(
            "<h1>网上预约入园</h1><div><p>市民可以在网上预约入园，步骤如下。</p><{mark}>{}</{mark}><p>用手机号登录，首次使用要先认证。</p>\
             <{mark}>{}</{mark}><p>入园凭证可以存在手机里，入园时出示。</p><{mark}>{}</{mark}><p>过期作废，请留意日期。</p></div>",
            words[0], words[1], words[2]
        )
    };
    let all = ["登录", "下载", "打印"];
    for mark in ["p", "h3", "div"] {
        let own = lines("网上预约入园", &steps(mark, all));
        assert_eq!([&own[1], &own[3], &own[5]], all, "{mark}: {own:?}");
    }
    // What unfolds the text, and a button alone, are none.
    for words in [["展开全文", "分享", "返回"], ["打印", "分享", "展开全文"]] {
        assert_eq!(
            lines("网上预约入园", &steps("p", words)).len(),
            4,
            "{words:?}"
        );
    }
}

#[test]
fn answers_that_are_folded_under_their_questions_may_be_all_that_a_page_says() {
    let parts = [
        ("老人入园要预约吗？", "老人凭身份证入园，不用预约。"),
        ("可以带狗吗？", "园内不可以遛狗，导盲犬除外。"),
        ("几点闭园？", "晚上十点闭园，九点半停止入园。"),
    ];
    let all = |part: &dyn Fn(&str, &str) -> String| -> String {
        parts
            .iter()
            .map(|(asks, answers)| part(asks, answers))
            .collect()
    };
    let hidden = "style='display:none'";
    for body in [
        all(&|asks, answers| {
            format!(
                "<div class=item><div class=q>{asks}</div><div class=a {hidden}>{answers}</div></div>"
            )
        }),
        all(&|asks, answers| {
            format!(
                "<div class=item><div class=title>{asks}</div><div {hidden}><p>{answers}</p></div></div>"
            )
        }),
        format!(
            "<dl>{}</dl>",
            all(&|asks, answers| format!("<dt>{asks}</dt><dd {hidden}>{answers}</dd>"))
        ),
        all(&|asks, answers| format!("<h3>{asks}</h3><div {hidden}>{answers}</div>")),
        all(&|asks, answers| format!("<div><p class=q>{asks}</p><p {hidden}>{answers}</p></div>")),
    ] {
        let own = lines(
            "入园问答",
            &format!(
                "<div class=crumb>当前位置：<a href='/'>首页</a> &gt; <a href='/q'>问答</a></div>\
                 <div class=con><h1>入园问答</h1>{body}</div>"
            ),
        );
        let expected: Vec<&str> = parts
            .iter()
            .flat_map(|(asks, answers)| [*asks, *answers])
            .collect();
        assert_eq!(own, expected, "{body}");
    }
    // What hangs hidden under the names of a bar is none.
    let bar = format!(
        "<div class=bar><div class=name>微信</div><div {hidden}>扫一扫，关注我们</div><div class=name>邮箱</div><div {hidden}>写信给我们，请用真名</div></div>"
    );
    let own = lines(
        "入园须知",
        &format!(
            "{bar}<div class=con><h1>入园须知</h1><ul><li>凭证入园</li><li>不要遛狗</li><li>爱护花草</li></ul></div>"
        ),
    );
    assert!(
        !own.iter()
            .any(|line| line.contains("关注") || line.contains("真名")),
        "{own:?}"
    );
}
