use super::super::recognised::tests::line;
use super::*;

fn heading(words: &str, x: f32, y: f32) -> PictureLine {
    let mut line = line(words, x, y, 0.99);
    (line.bottom, line.size) = (y + 28.0, 28.0);
    line
}

fn read(text: &PictureText) -> Vec<String> {
    let mut lines = unfolded(text).text.lines;
    lines.sort_by(|one, other| one.top.total_cmp(&other.top));
    let words = lines.iter().map(|line| line.letters.iter());
    words
        .map(|letters| letters.map(|letter| letter.text).collect())
        .collect()
}

fn picture(lines: Vec<PictureLine>) -> PictureText {
    PictureText {
        width: 1000,
        height: 800,
        lines,
        ..PictureText::default()
    }
}

/// Two rows of cards between a title and a foot.
fn cards() -> PictureText {
    picture(vec![
        line(
            "夏季安全用电提示由供电公司制作请各位居民阅读并转告家中老人和孩子",
            100.0,
            50.0,
            0.99,
        ),
        heading("出门之前", 60.0, 150.0),
        line("关闭空调和电视机", 60.0, 190.0, 0.99),
        line("拔下充电器", 60.0, 240.0, 0.99),
        heading("雷雨天气", 560.0, 150.0),
        line("不在树下避雨并且", 560.0, 190.0, 0.99),
        line("远离铁塔", 560.0, 215.0, 0.99),
        heading("遇到停电", 60.0, 320.0),
        line("先看总闸", 60.0, 360.0, 0.99),
        heading("发现断线", 560.0, 320.0),
        line("八米以外绕行", 560.0, 360.0, 0.99),
        line(
            "来源以上内容由供电公司提供有疑问请拨打当地供电服务热线查询",
            100.0,
            500.0,
            0.99,
        ),
    ])
}

#[test]
fn each_card_is_read_to_its_end_before_the_next() {
    let text = cards();
    assert_eq!(
        read(&text),
        [
            "夏季安全用电提示由供电公司制作请各位居民阅读并转告家中老人和孩子",
            "出门之前",
            "关闭空调和电视机",
            "拔下充电器",
            "雷雨天气",
            "不在树下避雨并且",
            "远离铁塔",
            "遇到停电",
            "先看总闸",
            "发现断线",
            "八米以外绕行",
            "来源以上内容由供电公司提供有疑问请拨打当地供电服务热线查询",
        ]
    );
}

#[test]
fn figures_with_a_word_below_each_are_read_row_by_row() {
    let mut lines = Vec::new();
    for (x, figure, word) in [
        (60.0, "12元", "学生"),
        (380.0, "20元", "成人"),
        (700.0, "8元", "老年人"),
    ] {
        lines.push(heading(figure, x, 100.0));
        lines.push(line(word, x, 140.0, 0.99));
    }
    let unfolded = unfolded(&picture(lines));
    assert!(unfolded.card_of.iter().all(|card| *card == 0));
}

#[test]
fn a_table_whose_rules_are_broken_at_its_columns_is_no_cards() {
    let columns = [50.0, 350.0, 650.0];
    let mut table = picture(Vec::new());
    for row in 0..7_u8 {
        let y = 100.0 + 40.0 * f32::from(row);
        for x in columns {
            table.lines.push(line("办事大厅一楼", x, y + 8.0, 0.99));
            table.rules.push(PictureRule {
                x0: x - 10.0,
                y0: y,
                x1: x + 280.0,
                y1: y + 1.0,
            });
        }
    }
    assert!(unfolded(&table).card_of.iter().all(|card| *card == 0));
    // Under its head alone there are rules, and several rows between.
    table.rules.truncate(3);
    let pieces: Vec<Piece> = table
        .lines
        .iter()
        .enumerate()
        .filter_map(Piece::of)
        .collect();
    assert!(!is_ruled(&pieces, &table.rules));
}

#[test]
fn three_cards_in_a_row_are_read_from_the_left() {
    let text = picture(vec![
        heading("带什么", 50.0, 100.0),
        line("身份证原件", 50.0, 140.0, 0.99),
        line("户口簿", 50.0, 180.0, 0.99),
        heading("去哪里", 350.0, 100.0),
        line("街道办事大厅", 350.0, 140.0, 0.99),
        line("一楼三号窗", 350.0, 165.0, 0.99),
        line("也可上门", 350.0, 190.0, 0.99),
        heading("多久办", 650.0, 100.0),
        line("当场受理并且", 650.0, 140.0, 0.99),
        line("三天办结", 650.0, 172.0, 0.99),
    ]);
    assert_eq!(
        read(&text),
        [
            "带什么",
            "身份证原件",
            "户口簿",
            "去哪里",
            "街道办事大厅",
            "一楼三号窗",
            "也可上门",
            "多久办",
            "当场受理并且",
            "三天办结",
        ]
    );
}

#[test]
fn columns_of_a_table_and_lines_without_headings_stay_where_they_are() {
    let mut rows = vec![heading("项目", 60.0, 100.0), heading("标准", 560.0, 100.0)];
    for (at, words) in [(150.0, "早餐"), (200.0, "午餐"), (250.0, "晚餐")] {
        rows.push(line(words, 60.0, at, 0.99));
        rows.push(line("每份八元", 560.0, at, 0.99));
    }
    let table = picture(rows);
    assert_eq!(unfolded(&table).text, table);

    let mut ruled = cards();
    ruled.rules = vec![PictureRule {
        x0: 50.0,
        y0: 185.0,
        x1: 900.0,
        y1: 185.0,
    }];
    let kept = unfolded(&ruled).text;
    let tops = |words: &str| {
        let mut lines = kept.lines.iter();
        lines
            .find(|line| line.letters.iter().map(|own| own.text).eq(words.chars()))
            .map(|line| line.top)
    };
    assert_eq!(tops("出门之前"), Some(150.0));
    assert_eq!(tops("雷雨天气"), Some(150.0), "a rule joins the two sides");

    let mut plain = cards();
    plain.lines.iter_mut().for_each(|line| line.size = 20.0);
    assert_eq!(unfolded(&plain).text, plain);
}

#[test]
fn cards_whose_lines_all_stand_on_the_same_heights_are_read_one_by_one() {
    let columns = [
        ("带哪些材料", ["身份证原件和复印件", "户口簿首页及本人页"]),
        ("到哪里办理", ["街道办事大厅一楼", "工作日上午九点起"]),
        ("多久能办好", ["材料齐全的当场受理", "三个工作日内办结"]),
    ];
    let mut lines = Vec::new();
    let mut expected = Vec::new();
    for (column, (head, texts)) in (0u8..).zip(columns) {
        let x = 50.0 + 320.0 * f32::from(column);
        lines.push(heading(head, x, 100.0));
        expected.push(head.to_owned());
        for (row, text) in (0u8..).zip(texts) {
            lines.push(line(text, x, 150.0 + 36.0 * f32::from(row), 0.99));
            expected.push(text.to_owned());
        }
    }
    assert_eq!(read(&picture(lines)), expected);
}

#[test]
fn questions_with_answers_of_several_lines_need_no_larger_heading() {
    let mut lines = Vec::new();
    let mut expected = Vec::new();
    for row in 0..2u8 {
        for column in 0..2u8 {
            let (x, y) = (
                50.0 + 500.0 * f32::from(column),
                100.0 + 180.0 * f32::from(row),
            );
            for (at, text) in (0u8..).zip([
                format!("问：第{row}{column}个问题怎么办理？"),
                "答：本区户籍六十周岁以上的老人都可以申请这".to_owned(),
                "项补贴，到窗口提出。".to_owned(),
            ]) {
                lines.push(line(&text, x, y + 32.0 * f32::from(at), 0.99));
                expected.push(text);
            }
        }
    }
    assert_eq!(read(&picture(lines)), expected);
}

#[test]
fn numbers_tell_whether_cards_are_read_across_or_down() {
    let card = |words: &str, x: f32, y: f32| {
        vec![
            heading(words, x, y),
            line("到窗口提出申请并领取回执", x, y + 40.0, 0.99),
        ]
    };
    let order = |places: [(f32, f32); 4]| {
        let names = ["01提出申请", "02社区受理", "03街道审核", "04按月发放"];
        let cards = names.iter().zip(places);
        let lines = cards.flat_map(|(name, (x, y))| card(name, x, y)).collect();
        let read = read(&picture(lines)).into_iter();
        read.filter(|text| text.starts_with('0'))
            .map(|text| text[..2].to_owned())
            .collect::<Vec<_>>()
    };
    let all = ["01", "02", "03", "04"];
    assert_eq!(
        order([(50.0, 100.0), (550.0, 100.0), (50.0, 260.0), (550.0, 260.0)]),
        all
    );
    assert_eq!(
        order([(50.0, 100.0), (50.0, 260.0), (550.0, 100.0), (550.0, 260.0)]),
        all
    );
}

#[test]
fn badges_and_dates_are_read_before_the_text_that_they_stand_beside() {
    for (labels, size) in [
        (["1", "2", "3"], 50.0),
        (["2024年3月", "2024年6月", "2025年1月"], 22.0),
    ] {
        let mut lines = Vec::new();
        let mut expected = Vec::new();
        for (row, label) in (0u8..).zip(labels) {
            let y = 100.0 + 160.0 * f32::from(row);
            let mut badge = line(label, 40.0, y + 20.0, 0.99);
            (badge.size, badge.bottom) = (size, badge.top + size);
            lines.push(badge);
            expected.push(label.to_owned());
            for (at, text) in (0u8..).zip([
                "区政府常务会议审议通过补贴办法草案，决定",
                "向社会公开征求意见。",
            ]) {
                lines.push(line(text, 300.0, y + 34.0 * f32::from(at), 0.99));
                expected.push(text.to_owned());
            }
        }
        let mut read = read(&picture(lines));
        // A badge is taller than a line: what counts is before which text it is read.
        assert_eq!(read.remove(0), expected.remove(0));
        assert_eq!(read, expected);
    }
}

#[test]
fn a_heading_at_the_left_parts_the_rows_of_cards_and_a_line_in_the_middle_too() {
    let card = |head: &str, text: &str, x: f32, y: f32| {
        vec![heading(head, x, y), line(text, x, y + 44.0, 0.99)]
    };
    let mut section = line("二、怎样申请", 40.0, 320.0, 0.99);
    (section.size, section.bottom) = (36.0, 356.0);
    let lines = [
        card("本区户籍老人", "经评估为中度以上失能", 60.0, 150.0),
        card("长期居住老人", "持有居住证满一年以上", 560.0, 150.0),
        vec![section],
        card("网上申请", "登录以后按提示填写", 60.0, 420.0),
        card("窗口申请", "到受理中心领取表格", 380.0, 420.0),
        card("上门办理", "行动不便的拨打热线", 700.0, 420.0),
        vec![line("来源：民政局", 440.0, 600.0, 0.99)],
    ];
    let expected: Vec<String> = lines
        .iter()
        .flatten()
        .map(|line| line.letters.iter().map(|letter| letter.text).collect())
        .collect();
    assert_eq!(read(&picture(lines.concat())), expected);
}

#[test]
fn amounts_in_columns_are_a_table_whatever_their_size() {
    let mut lines = vec![heading("街道", 60.0, 100.0), heading("人数", 380.0, 100.0)];
    lines.push(heading("金额", 700.0, 100.0));
    for (row, name) in (0u8..).zip(["城东街道", "城西街道", "河口镇"]) {
        let y = 150.0 + 50.0 * f32::from(row);
        lines.push(line(name, 60.0, y, 0.99));
        lines.push(line("128", 380.0, y, 0.99));
        lines.push(line("36400元", 700.0, y, 0.99));
    }
    let table = picture(lines);
    assert_eq!(unfolded(&table).text, table);
}

#[test]
fn large_figures_over_what_they_count_are_read_one_by_one_above_a_numbered_heading() {
    let figure = |words: &str, x: f32, y: f32| {
        let mut figure = line(words, x, y, 0.99);
        (figure.bottom, figure.size) = (y + 44.0, 44.0);
        figure
    };
    let text = picture(vec![
        figure("42座", 80.0, 100.0),
        line("改建乡村桥梁", 80.0, 160.0, 0.99),
        figure("75公里", 400.0, 100.0),
        line("硬化村内道路", 400.0, 160.0, 0.99),
        figure("98.2%", 720.0, 100.0),
        line("客车通村比例", 720.0, 160.0, 0.99),
        figure("3.6亿元", 80.0, 260.0),
        line("总投资", 80.0, 320.0, 0.99),
        figure("19万人", 700.0, 260.0),
        line("出行受益人口", 700.0, 320.0, 0.99),
        heading("二、资金来源", 60.0, 420.0),
        line(
            "省级补助一半，其余由县里承担，不向群众摊派。",
            60.0,
            470.0,
            0.99,
        ),
    ]);
    assert_eq!(
        read(&text),
        [
            "42座",
            "改建乡村桥梁",
            "75公里",
            "硬化村内道路",
            "98.2%",
            "客车通村比例",
            "3.6亿元",
            "总投资",
            "19万人",
            "出行受益人口",
            "二、资金来源",
            "省级补助一半，其余由县里承担，不向群众摊派。",
        ]
    );
}
