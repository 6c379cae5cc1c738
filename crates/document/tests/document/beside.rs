//! Short texts beside what is longer than they are, and words that a page keeps in unusual places.

use langdu_document::{BlockKind, Document, ExtractOptions, Substance, extract};

fn read(html: &str) -> Document {
    extract(html, None, &ExtractOptions::default())
        .unwrap_or_else(|error| panic!("{error}: {html}"))
}

/// All that is read below the title, a line each.
fn heard(html: &str) -> Vec<String> {
    let blocks = read(html).blocks.into_iter();
    let below = blocks.filter(|block| block.kind != BlockKind::Title);
    below.map(|block| block.text).collect()
}

const BEGINNINGS: [(&str, &str); 4] = [
    (
        "柳河镇召开夏粮收购现场会",
        "日前，柳河镇在粮站召开夏粮收购现场会，要求各村备足仓容、公平定等，确保农民的粮食有人收、有钱收。",
    ),
    (
        "文化馆举办剪纸培训班",
        "文化馆第六期剪纸培训班本周开班，四十名学员将用十天时间学习构图、折叠和刻制，学费全免，材料自备。",
    ),
    (
        "城南污水厂二期通水试车",
        "城南污水处理厂二期工程昨日通水试车，日处理能力增加三万吨，可以满足城南片区十年内的需要。",
    ),
    (
        "交警大队整治电动车乱停",
        "交警大队自月初起整治主要路口电动车乱停放现象，已劝离四百余辆，施划停车线两千三百米。",
    ),
];

/// The beginnings of other pages, each as `entry` writes it.
fn feed(entry: impl Fn(usize, &str, &str) -> String) -> String {
    let entries = BEGINNINGS.iter().enumerate();
    entries
        .map(|(at, (title, words))| entry(at, title, words))
        .collect()
}

#[test]
fn a_feed_of_other_pages_is_left_out_though_it_is_longer_than_the_text() {
    let dated = feed(|at, title, words| {
        format!(
            "<li><h4><a href=n{at}.html>{title}</a></h4><p>{words}</p><em>2025-08-0{}</em></li>",
            at + 1
        )
    });
    let cards = feed(|at, title, words| {
        format!("<a class=card href=n{at}.html><div>{title}</div><div>{words}</div></a>")
    });
    let row = feed(|at, title, words| {
        format!("<a class=card href=n{at}.html><b>{title}</b><i>{words}</i></a>")
    });
    let more = feed(|at, title, words| {
        format!(
            "<div class=item><a href=n{at}.html>{title}</a><div>{words}<a href=n{at}.html>【详情】</a></div></div>"
        )
    });
    let headed = feed(|at, title, words| {
        format!("<dl><dt><a href=n{at}.html>{title}</a></dt><dd>{words}</dd></dl>")
    });
    let text = "<div class=con><p>自来水公司定于8月9日夜间冲洗管网，水质短时浑浊，请放流后使用。</p></div>";
    let expected = ["自来水公司定于8月9日夜间冲洗管网，水质短时浑浊，请放流后使用。"];
    for feed in [
        format!("<ul>{dated}</ul>"),
        format!("<div>{cards}</div>"),
        format!("<div>{row}</div>"),
        format!("<div>{more}</div>"),
        format!("<div><h3>综合资讯</h3>{headed}</div>"),
        format!("<div><div>最新动态</div>{headed}</div>"),
    ] {
        for body in [
            format!("<div><h1>管网冲洗通知</h1>{text}{feed}</div>"),
            format!("<div class=l><h1>管网冲洗通知</h1>{text}</div><div class=r>{feed}</div>"),
            format!("<div class=r>{feed}</div><div class=l><h1>管网冲洗通知</h1>{text}</div>"),
        ] {
            let html = format!("<title>管网冲洗通知</title><body>{body}</body>");
            assert_eq!(heard(&html), expected, "{html}");
            assert_eq!(read(&html).substance, Substance::Text);
        }
    }
}

#[test]
fn a_page_of_nothing_but_beginnings_is_a_list() {
    let found = feed(|at, title, words| {
        format!(
            "<div class=r><h3><a href=n{at}.html>{title}</a></h3><p>{words}</p><div>2025-08-0{} 来源：柳河发布</div></div>",
            at + 1
        )
    });
    let document = read(&format!(
        "<title>检索结果_柳河镇</title><body><div>{found}</div></body>"
    ));
    assert_eq!(document.substance, Substance::List);
    for (title, _) in BEGINNINGS {
        let lists = |block: &langdu_document::Block| block.text.contains(title);
        assert!(document.blocks.iter().any(lists), "{title}");
    }
}

#[test]
fn what_a_heading_of_the_page_opens_is_its_own_though_each_part_leads_on() {
    const PARTS: [(&str, &str); 3] = [
        (
            "老年优待证怎样办理",
            "带上身份证和两张照片，到社区服务站填表，当天就能领取。",
        ),
        (
            "高龄津贴怎样申领",
            "年满八十周岁的老人由村委会代为申报，次月起发放。",
        ),
        (
            "助餐补贴怎样使用",
            "凭卡在老年食堂就餐，每餐优惠三元，刷卡时直接扣减。",
        ),
    ];
    let item = |(title, words): &(&str, &str)| {
        format!(
            "<div class=it><a href=x.html><h3>{title}</h3></a><p>{words}</p><a href=x.html>查看详情</a></div>"
        )
    };
    let row = |(title, words): &(&str, &str)| {
        format!("<li><a href=x.html>{title}</a><div>{words}</div><a href=x.html>更多</a></li>")
    };
    let items: String = PARTS.iter().map(item).collect();
    let rows: String = PARTS.iter().map(row).collect();
    for page in [
        format!("<div><h1>老年人服务指南</h1>{items}<p>咨询电话：5526110，工作日接听。</p></div>"),
        format!("<div><h1>老年人服务指南</h1><p>下面三件事社区都能办。</p>{items}</div>"),
        format!(
            "<h1>老年人服务指南</h1><div><h2>可以在社区办的事</h2><ul>{rows}</ul></div><p>咨询电话：5526110，工作日接听。</p>"
        ),
    ] {
        let heard = heard(&page).join("");
        for (title, words) in PARTS {
            assert!(
                heard.contains(&format!("{title}{words}")),
                "{title} in {page}: {heard}"
            );
        }
    }
}

#[test]
fn pages_that_a_reader_may_want_to_see_are_left_out() {
    let entries = feed(|at, title, words| {
        format!(
            "<div class=it><a href=n{at}.html><h4>{title}</h4></a><p>{words}</p><a href=n{at}.html>详情</a></div>"
        )
    });
    for heading in [
        "<h3>您也许还想看</h3>",
        "<h2>猜你感兴趣</h2>",
        "<h4>大家都在看</h4>",
    ] {
        let page = format!(
            "<div><h1>关于公交改道的公告</h1><div><p>周六起三路公交改走滨河路，请提前安排。</p></div>\
             <div class=rec>{heading}{entries}</div></div>"
        );
        let heard = heard(&page).join("");
        assert!(heard.contains("改走滨河路"), "{heard}");
        assert!(
            !heard.contains("粮站") && !heard.contains("污水"),
            "{heading}: {heard}"
        );
    }
}

#[test]
fn places_with_links_are_of_the_text() {
    let places = feed(|at, title, words| {
        format!("<div class=p><h3><a href=map{at}.html>{title}</a></h3><p>{words}</p></div>")
    });
    let html = format!(
        "<title>服务点一览</title><body><h1>服务点一览</h1><div><p>各服务点的情况如下，请就近前往。</p>{places}</div></body>"
    );
    let heard = heard(&html).join("\n");
    for (_, words) in BEGINNINGS {
        assert!(heard.contains(words), "{heard}");
    }
}

#[test]
fn a_field_that_nobody_can_change_shows_a_text() {
    let letter = "请问旧衣物可以放到哪里，小区里没有回收箱？";
    let answer = "您好，社区服务站门口设有回收箱，每周三、周六清运。";
    for (from, to) in [
        ("<textarea readonly>", "</textarea>"),
        ("<textarea rows=9 disabled>", "</textarea>"),
        ("<textarea onfocus='this.blur()'>", "</textarea>"),
    ] {
        let html = format!(
            "<title>来信选登</title><body><h1>来信选登</h1><table><tr><td>来信</td><td>{from}{letter}{to}</td></tr>\
             <tr><td>答复</td><td>{from}{answer}{to}</td></tr></table>\
             <form><textarea name=c>请写下您的意见，谢谢。</textarea></form></body>"
        );
        let heard = heard(&html).join("\n");
        assert!(heard.contains(letter) && heard.contains(answer), "{heard}");
        assert!(!heard.contains("请写下"), "{heard}");
    }
}

#[test]
fn headings_of_a_page_without_sentences_are_read() {
    let html = "<title>换证窗口_柳河</title><body><h1>换证窗口</h1><div><h4>东大街窗口</h4><p>电话：5550101</p><p>逢周二开放</p>\
        <h4>西大街窗口</h4><p>逢周四开放</p><h4>友情</h4></div></body>";
    assert_eq!(
        heard(html),
        [
            "东大街窗口",
            "电话：5550101",
            "逢周二开放",
            "西大街窗口",
            "逢周四开放"
        ]
    );
}

#[test]
fn short_sentences_around_described_pictures_are_read_in_their_place() {
    let html = "<title>图解：慢病配药</title><body><div class=con><p>谁能配？</p><p><img src=a.png alt='高血压、糖尿病患者'></p>\
        <p>配多少？</p><p>最多三个月。</p></div></body>";
    let heard = heard(html);
    assert_eq!(heard.len(), 4, "{heard:?}");
    assert_eq!(heard[3], "最多三个月。");
    assert_eq!(read(html).substance, Substance::Text);
}

#[test]
fn a_page_that_is_a_picture_says_so_whatever_stands_below_it() {
    for below in [
        "",
        "<p>（图片来源：柳河发布）</p>",
        "<p>图片来源：柳河发布</p>",
    ] {
        for alt in ["", "alt='柳河镇规划图'"] {
            let html = format!(
                "<title>柳河镇规划图</title><body><h1>柳河镇规划图</h1><div><p><img src=/u/1.jpg {alt}></p>{below}</div></body>"
            );
            let document = read(&html);
            assert_eq!(document.substance, Substance::Picture, "{html}");
            let told = document.blocks.last().map(|block| block.text.as_str());
            assert_eq!(
                told,
                Some("本页内容为图片，共1张，没有文字说明，不能朗读。")
            );
        }
    }
}

#[test]
fn a_page_of_charts_that_a_script_draws_needs_the_script() {
    let html = "<title>水位监测</title><body><h1>水位监测</h1><div id=waterChart></div><script>draw()</script></body>";
    assert_eq!(read(html).substance, Substance::Script);
}

#[test]
fn a_title_keeps_its_kind_before_a_bar() {
    for (head, title) in [
        (
            "图解｜停车收费新办法_柳河镇人民政府",
            "图解｜停车收费新办法",
        ),
        (
            "一图读懂|柳河镇供水条例解读稿",
            "一图读懂|柳河镇供水条例解读稿",
        ),
        ("关于调整公交线路的通告|柳河发布", "关于调整公交线路的通告"),
        ("关于调整公交线路的通告_柳河镇", "关于调整公交线路的通告"),
    ] {
        let html = format!(
            "<title>{head}</title><body><div><p>自下月起执行，请相互转告，不便之处敬请谅解。</p></div></body>"
        );
        assert_eq!(read(&html).title, title);
    }
}

#[test]
fn links_below_the_text_are_other_pages_whatever_date_stands_in_them() {
    let html = "<title>周立</title><body><h2>周立</h2><div><p>镇长，主持镇政府全面工作，负责财政、审计。</p>\
        <h3>公务活动</h3><ul><li><a href=1>周立检查防火工作</a>2025-04-02</li><li><a href=2>周立走访企业</a>（2025年3月8日）</li>\
        <li>[03-01]<a href=3>周立看望老人</a></li></ul></div></body>";
    assert_eq!(heard(html), ["镇长，主持镇政府全面工作，负责财政、审计。"]);
}

#[test]
fn a_link_named_like_a_file_is_an_attachment_whatever_its_address() {
    let html = "<title>关于公布名单的通知</title><body><h1>关于公布名单的通知</h1><div><p>见附件。</p></div>\
        <p>附件【<a href='/sys/get.do?id=7'>入围名单.xlsx</a>】</p></body>";
    let document = read(html);
    assert_eq!(document.attachments.len(), 1);
    assert_eq!(document.substance, Substance::Attachment);
}

#[test]
fn short_sentences_and_tables_below_a_title_of_the_head_are_read() {
    for (body, expected) in [
        (
            "<div class=s><p><img src=1.jpg></p><p>队员清理淤泥。</p><p><img src=2.jpg></p><p>居民返回家园。</p></div>",
            "队员清理淤泥。\n居民返回家园。",
        ),
        (
            "<div><p>单位：元</p><table><tr><th>品名</th><th>价格</th></tr><tr><td>土豆</td><td>1.80</td></tr><tr><td>鸡蛋</td><td>4.60</td></tr></table></div>",
            "单位：元\n品名\t价格\n土豆\t1.80\n鸡蛋\t4.60",
        ),
    ] {
        let html = format!(
            "<title>每周播报_柳河镇人民政府</title><body><div class=nav><a href=/>首页</a></div>{body}</body>"
        );
        assert_eq!(heard(&html).join("\n"), expected);
    }
}

#[test]
fn a_catalogue_of_pages_is_told_as_a_list_and_a_table_with_a_few_links_is_not() {
    let row = |at: usize, name: &str, link: bool| {
        let name = match link {
            true => format!("<a href=/c{at}.html>{name}</a>"),
            false => name.to_owned(),
        };
        format!("<tr><td>LH-{at}</td><td>{name}</td><td>2025-01-0{at}</td></tr>")
    };
    let names = [
        "柳河镇财政预算说明",
        "柳河镇应急预案汇编",
        "柳河镇人事任免通知",
        "柳河镇工程招标公告",
    ];
    for (linked, substance) in [(4, Substance::List), (1, Substance::Text)] {
        let rows: String = (0..4)
            .map(|at| row(at + 1, names[at], at < linked))
            .collect();
        let html = format!(
            "<title>公开目录_柳河镇</title><body><h1>公开目录</h1><div><table><tr><th>编号</th><th>名称</th><th>日期</th></tr>{rows}</table></div></body>"
        );
        let document = read(&html);
        assert_eq!(document.substance, substance, "{html}");
        let heard = heard(&html).join("\n");
        for name in names {
            assert!(heard.contains(name), "{heard}");
        }
    }
}

#[test]
fn the_note_of_when_a_law_was_passed_is_no_title() {
    let html = "<title>柳河镇供水条例_柳河镇人大</title><body><div><p align=center>（2023年9月1日柳河镇第三届人民代表大会第二次会议通过）</p>\
        <p>第一条　为了保障供水，制定本条例。</p><p>第二条　本条例自公布之日起施行。</p></div></body>";
    assert_eq!(read(html).title, "柳河镇供水条例");
    assert!(heard(html)[0].starts_with("（2023年"), "{:?}", heard(html));
}

#[test]
fn what_a_fixed_field_of_one_line_shows_is_read() {
    let html = "<title>取号结果</title><body><h1>取号结果</h1><form><p>号码：<input value='B017' readonly></p>\
        <p>事项：<input type=text disabled value='换领驾驶证'></p><p>备注：<input value='请输入'></p>\
        <p><input type=hidden readonly value='token'></p><p>请在大厅等候叫号，过号重取。</p></form></body>";
    let heard = heard(html).join("\n");
    assert!(
        heard.contains("号码：B017") && heard.contains("事项：换领驾驶证"),
        "{heard}"
    );
    assert!(
        !heard.contains("请输入") && !heard.contains("token"),
        "{heard}"
    );
}

#[test]
fn warnings_of_leaving_and_invitations_to_ask_are_the_site_s() {
    let text = "<p>本周六上午检修电梯，请走楼梯，老人可拨打服务电话。</p>";
    for beside in [
        "<div class=tc>您即将离开本网站，是否继续访问？</div>",
        "<div>您点击的链接将打开其他网站，您即将离开“柳河镇”门户网站，是否继续？<a>继续访问</a><a>放弃</a></div>",
        "<div><b>智能助手小柳</b><p>可以问我这些：</p><ul><li>怎么报修？</li><li>几点停水？</li></ul></div>",
        "<div><p>您可以这样问：</p><p>怎么报修？</p></div>",
    ] {
        let html = format!(
            "<title>电梯检修通知</title><body><h1>电梯检修通知</h1><div>{text}</div>{beside}</body>"
        );
        assert_eq!(
            heard(&html),
            ["本周六上午检修电梯，请走楼梯，老人可拨打服务电话。"],
            "{html}"
        );
    }
}

#[test]
fn other_pages_below_their_heading_are_left_out_whatever_they_are_made_of() {
    let run =
        feed(|at, title, words| format!("<p><a href=n{at}.html>{title}</a></p><p>{words}</p>"));
    let tiles = feed(|at, title, words| {
        format!(
            "<div class=i><div><b>0{at}</b><i>2025-08</i></div><div><a href=n{at}.html>{title}</a><p>{words}</p></div></div>"
        )
    });
    let days = feed(|at, title, words| {
        format!(
            "<div class=v><a href=n{at}.html>{title}</a><p>{words}</p><span>08-0{at}</span></div>"
        )
    });
    let text = "<p>8月9日起，图书室开放时间改为8时至20时。</p>";
    for beside in [
        format!("<div><p>推荐阅读</p>{run}</div>"),
        format!("<div>{tiles}</div>"),
        format!("<div><h4>视频新闻</h4>{days}</div>"),
    ] {
        let html = format!(
            "<title>图书室开放时间调整</title><body><div><h2>图书室开放时间调整</h2><div>{text}</div></div>{beside}</body>"
        );
        assert_eq!(
            heard(&html),
            ["8月9日起，图书室开放时间改为8时至20时。"],
            "{html}"
        );
    }
}

#[test]
fn links_that_head_the_words_below_them_are_read_with_these() {
    let items = |entry: &dyn Fn(usize) -> String| (1..4).map(entry).collect::<String>();
    for (entries, heads) in [
        (
            items(&|at| {
                format!(
                    "<div><h4><a href=m{at}>第{at}服务站</a></h4><p>站址：柳河路{at}号，每天开放，随到随办。</p></div>"
                )
            }),
            "第2服务站",
        ),
        (
            items(&|at| {
                format!(
                    "<div class=c><p><b>案例{at}：<a href=m{at}>某店短斤少两被罚</a></b></p><p>去年查明，该店计量不准，已责令改正。</p></div>"
                )
            }),
            "案例2：某店短斤少两被罚",
        ),
        (
            items(&|at| {
                format!(
                    "<li><a href=m{at}>第{at}场：老年防诈骗讲座</a><br>地点：文化站{at}号厅，免费入场。</li>"
                )
            }),
            "第2场：老年防诈骗讲座",
        ),
    ] {
        let html = format!(
            "<title>活动与服务一览</title><body><h1>活动与服务一览</h1><div><p>有关情况公布如下，请相互转告。</p>{entries}</div></body>"
        );
        let heard = heard(&html);
        assert!(heard.iter().any(|text| text == heads), "{heard:?}");
    }
}

#[test]
fn the_first_words_of_a_short_text_are_no_title_for_the_name_of_their_place() {
    let html = "<title>柳河镇 人事任免</title><body><table><tr><td class=title>人事任免</td></tr>\
        <tr><td class=bt_content><div id=zoom><p>柳河镇人民政府决定：</p><p>任命周立为水务站站长；</p><p>免去吴平的水务站站长职务。</p></div></td></tr></table></body>";
    assert_eq!(read(html).title, "人事任免");
    assert_eq!(heard(html)[0], "柳河镇人民政府决定：");
}

#[test]
fn facts_without_a_sentence_are_read_below_a_title_of_the_head() {
    let html = "<title>食品经营许可公示（第3期）_柳河镇人民政府</title><body><div><p>文书编号：柳食许12号</p><p>申请人：老街面馆</p><p>许可内容：热食制售</p></div></body>";
    assert_eq!(
        heard(html),
        [
            "文书编号：柳食许12号",
            "申请人：老街面馆",
            "许可内容：热食制售"
        ]
    );
}
