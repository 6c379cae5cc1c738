//! Numbers that are names although no word announces them: rooms, roads, versions, house numbers.

use super::run::{is_counted, spell_code};
use crate::chars::is_hanzi;
use crate::normalize::numerals::{cardinal, digits, phone_digits};
use crate::normalize::token::{At, Ch, Num, Say, Space, Word};

/// What a road's number stands behind: its province, or who keeps it.
const ROADS: &str = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵陕甘青宁省县乡";

/// Digits before words that make them a name: 302室, 985高校, 109国道, “26314”号, 930新政.
pub(crate) fn named_number(at: At<'_>) -> Option<Say> {
    let [Num(number), ..] = at.rest() else {
        return None;
    };
    if !at.opens() || **number == ['0'] {
        return None;
    }
    let three_or_four = matches!(number.len(), 3 | 4);
    let yao = three_or_four
        && at.sees_any(
            1,
            &[
                "室",
                "房间",
                "房",
                "国道",
                "省道",
                "县道",
                "乡道",
                "村道",
                "次列车",
                "次航班",
                "航班",
                "路公交",
                "公交车",
                "公交",
                "教室",
                "办公室",
                "会议室",
                "包间",
                "包厢",
                "病房",
                "诊室",
                "宿舍",
                "寝室",
                "客房",
                "监室",
                "病室",
                "包房",
                "号房",
                "十字路口",
                "路口",
                "展厅",
                "会议厅",
                "公路",
            ],
        )
        && !number.ends_with(&['0', '0', '0'])
        && !at.sees_any(1, &["号房地产", "公交企业", "公交司", "公交站", "公交公司", "公交线"])
        && !at.after_any(&["共", "约", "有", "达", "建成", "建设", "投放", "新增", "购置", "改造", "新能源"])
        // 沿国道213线
        || number.len() == 3
            && at.after_any(&["国道", "省道", "县道", "乡道"])
            && !is_counted(at, 1)
            && !at.sees_any(1, &["公里", "千米"])
        // 沿苏229线向东
        || number.len() == 3
            && at.sees(1, "线")
            && !at.sees_any(1, &["线上", "线下", "线城市", "线路"])
            && matches!(at.previous(), Some(Ch(c)) if ROADS.contains(c))
        // 304线136公里处
        || number.len() == 3
            && at.opens()
            && at.sees(1, "线")
            && matches!(at.rest().get(2), Some(Num(_)))
            && at.sees_any(3, &["公里", "千米"]);
    // 301号楼: a building whose number has the digits of its place.
    let yao = yao
        || number.len() == 3
            && at.sees(1, "号楼")
            && !at.sees_any(1, &["号楼下", "号楼前", "号楼上", "号楼后"])
            && !number.ends_with(&['0', '0'])
            && !at.after("第");
    let placed = at.after_any(&["单元", "栋", "幢", "号楼"])
        || in_named_building(at)
        || matches!(at.before(), [.., Word(_), Ch('座')])
        || at.after("号") && at.near_before(10, STREETS)
        || matches!(at.before(), [.., Ch('号'), Ch('之'), Ch(part)] if "一二三四五六七八九十".contains(*part))
        || on_its_floor(at, number);
    // 8号434-450平米: how large rooms are.
    let large = at.sees(1, "平")
        || matches!(
            at.rest().get(1..4),
            Some([Ch('-' | '~' | '—'), Num(_), Ch('平')])
        );
    let room = three_or_four && (placed || among_rooms(at, number)) && !is_counted(at, 1) && !large;
    let bus = three_or_four
        && at.sees_any(1, &["路", "区间"])
        && at.near_before(BUS_REACH, &["公交", "乘坐", "换乘", "专线", "巴士", "途经"]);
    if yao || room || bus {
        return Some(Say::new().text(at, 1, &phone_digits(number)));
    }
    let plain = three_or_four
        && at.sees_any(
            1,
            &["新政", "工程", "高校", "院校", "大学", "钢", "文件精神"],
        )
        && matches!(number.len(), 3)
        && !at.sees_any(1, &["工程师", "大学生"])
        && !at.after_any(&["共", "约", "有", "达", "等", "的"]);
    // 省151人才工程: so many persons of each rank.
    let plain = plain
        || number.len() == 3
            && at.sees_any(
                1,
                &[
                    "人才工程",
                    "人才计划",
                    "人才培养",
                    "人才培育",
                    "高层次人才",
                    "高层次",
                ],
            )
            && !number.ends_with(&['0', '0'])
            && !at.after_any(&[
                "共", "约", "有", "达", "等", "的", "引进", "培养", "新增", "选拔", "招聘", "认定",
                "了", "近", "超",
            ]);
    // 465产业集群: a plan that is called by how many parts of each kind it has.
    let plan = three_or_four
        && at.sees_any(
            1,
            &["产业体系", "产业集群", "现代产业", "产业布局", "产业矩阵"],
        )
        && !number.ends_with(&['0', '0'])
        && !at.after_any(&["约", "近", "超", "共", "达", "有", "个"]);
    let quoted_code = ends_a_quoted_name(at, number)
        || number.len() >= 3
            && matches!(at.previous(), Some(Ch('“' | '"')))
            && matches!(at.rest().get(1), Some(Ch('”' | '"')));
    const STORMS: &[&str] = &["台风", "热带风暴", "热带低压"];
    let typhoon = number.len() == 4
        && at.sees(1, "号")
        && (at.near_before(12, STORMS) || at.near_after(2, 6, STORMS));
    let numbered = number.len() >= 6 && at.sees(1, "号") || typhoon;
    let listed = is_listed_company(at, number);
    let padded =
        number.len() >= 2 && number[0] == '0' && !matches!(at.rest().get(1), Some(Ch('.' | ':')));
    if plain || plan || quoted_code || numbered || padded || listed {
        return Some(Say::new().text(at, 1, &digits(number)));
    }
    None
}

/// `某银行（600015）`, `（000001.SZ）`: a listed company's code behind its name.
fn is_listed_company(at: At<'_>, number: &[char]) -> bool {
    let named = matches!(at.before(), [.., Ch(name), Ch('(')] if is_hanzi(*name));
    let alone = matches!(at.rest().get(1), Some(Ch(')' | ',' | '，')))
        || matches!(at.rest().get(1..3), Some([Ch('.'), Word(_)]));
    let round = number.ends_with(&['0', '0', '0']) && number[0] != '0';
    // 代码为600015.SS: the market behind the code.
    const MARKETS: &[&str] = &["SS", "SH", "SZ", "BJ", "HK", "OC", "NQ"];
    let listed = matches!(
        at.rest().get(1..3),
        Some([Ch('.'), Word(letters)])
            if MARKETS.contains(&letters.iter().collect::<String>().as_str())
    );
    matches!(number.len(), 5 | 6) && listed || number.len() == 6 && named && alone && !round
}

/// How far before the number of a bus the word for buses may stand: a list of them is long.
const BUS_REACH: usize = 40;

/// What a house number stands behind.
const STREETS: &[&str] = &["路", "街", "巷", "大道", "弄", "胡同"];

/// `综合楼-1108`, `实验楼315`, `如家酒店806`, `三教-204`: a room behind the name of its building.
fn in_named_building(at: At<'_>) -> bool {
    const HOUSES: &[&str] = &["酒店", "宾馆", "旅馆", "旅社", "招待所", "公寓", "会所"];
    const UNNAMED: &str = "该这那上下酒茶高危盖建旧各每";
    // 酒店120余家, 公寓300套.
    const AMOUNTS: &[&str] = &["余", "多", "平", "户", "房源", "床", "万", "亿", "至", "到"];
    let joined = matches!(at.previous(), Some(Ch('-' | '—' | '”' | '"')));
    let building = at.back(usize::from(joined));
    let in_block = match building.before() {
        [.., Ch(name), Ch('楼')] => is_hanzi(*name) && !UNNAMED.contains(*name),
        [.., Ch(name), Ch('教')] => joined && "一二三四五六七八九".contains(*name),
        _ => building.after_any(HOUSES),
    };
    let goes_on = matches!(
        at.rest().get(1),
        Some(Ch('-' | '~' | '—' | '.' | '%' | '+'))
    );
    in_block && !goes_on && !at.sees_any(1, AMOUNTS)
}

/// `18楼1803`: a room whose number begins with its floor's.
fn on_its_floor(at: At<'_>, number: &[char]) -> bool {
    matches!(
        at.before(),
        [.., Num(floor), Ch('楼' | '层')] if number.len() == floor.len() + 2 && number.starts_with(floor)
    )
}

/// `1801、1802室`: rooms in a row that share what they are.
fn among_rooms(at: At<'_>, number: &[char]) -> bool {
    const MOST_ROOMS: usize = 6;
    let mut offset = 0;
    for _ in 0..MOST_ROOMS {
        match at.rest().get(offset..) {
            Some([Num(_), Ch('、' | '和' | '及'), Num(next), ..])
                if matches!(next.len(), 3 | 4) =>
            {
                offset += 2;
            }
            _ => break,
        }
    }
    let behind_a_room = matches!(
        at.before(),
        [.., Ch('号' | '栋' | '幢' | '楼' | '元'), Num(first), Ch('、')] if first.len() == number.len()
    );
    behind_a_room
        || offset > 0
            && at.sees_any(
                offset + 1,
                &["室", "房间", "教室", "病房", "会议室", "办公室"],
            )
}

/// `“和顺678”轮`: the number at the end of a name in quotation marks. A round one counts.
fn ends_a_quoted_name(at: At<'_>, number: &[char]) -> bool {
    const LONGEST_NAME: usize = 10;
    let closed = matches!(at.rest().get(1), Some(Ch('”' | '"' | '’')));
    if !closed || !matches!(number.len(), 3 | 4) || number.ends_with(&['0', '0']) {
        return false;
    }
    let before = at.before();
    let name = before.iter().rev().take(LONGEST_NAME);
    let length = name
        .take_while(|token| matches!(token, Ch(c) if is_hanzi(*c)))
        .count();
    let opening = before.len().checked_sub(length + 1);
    length >= 2
        && matches!(
            opening.and_then(|place| before.get(place)),
            Some(Ch('“' | '"' | '‘'))
        )
}

/// `大厦17J`, `1206A室`: the letter behind the number of a room is no unit.
pub(crate) fn lettered_room(at: At<'_>) -> Option<Say> {
    const BUILDINGS: &[&str] = &[
        "大厦",
        "大楼",
        "号楼",
        "公寓",
        "花园",
        "广场",
        "单元",
        "栋",
        "幢",
        "座",
        "商厦",
        "写字楼",
    ];
    const ROOMS: &[&str] = &["室", "房间", "号房", "单元"];
    let [Num(number), Word([letter]), rest @ ..] = at.rest() else {
        return None;
    };
    let ends = match rest {
        [] | [Space, ..] => true,
        [Ch(c), ..] => !is_hanzi(*c) && !matches!(c, '/' | '·' | '-' | '~' | '—' | '+' | '.'),
        _ => false,
    };
    let room = at.sees_any(2, ROOMS) || ends && at.after_any(BUILDINGS);
    let sized = number.len() <= 4 && number[0] != '0' && matches!(letter, 'A'..='P');
    (room && sized && at.opens()).then(|| {
        let said = match number.len() {
            1 | 2 => cardinal(number),
            _ => phone_digits(number),
        };
        Say::new().text(at, 1, &said).spell(at, 1, false)
    })
}

/// `85折`, `9.5折`: what remains of the price, digit by digit.
pub(crate) fn discount(at: At<'_>) -> Option<Say> {
    let [Num(number), Ch('折'), ..] = at.rest() else {
        return None;
    };
    let partly = matches!(number, ['1'..='9', '1'..='9']);
    let folds = at.sees_any(2, &["叠", "痕", "线", "算", "页", "返"]);
    (partly && at.opens() && !folds).then(|| Say::new().spell(at, 1, false))
}

/// Dotted numbers of three and more parts: `1.2.3`, `127.0.0.1`, `V2.0.1`.
pub(crate) fn dotted(at: At<'_>) -> Option<Say> {
    let mut tokens = match at.rest() {
        [Num(_), Ch('.'), Num(_), Ch('.'), Num(_), ..] => 1,
        _ => return None,
    };
    while let Some([Ch('.'), Num(_)]) = at.rest().get(tokens..tokens + 2) {
        tokens += 2;
    }
    let mut say = Say::new();
    for token in &at.rest()[..tokens] {
        say = match token {
            Num(part) if part.len() > 2 || part[0] == '0' => say.text(at, 1, &digits(part)),
            Num(part) => say.text(at, 1, &cardinal(part)),
            _ => say.text(at, 1, "点"),
        };
    }
    Some(say)
}

/// Numbers in three and more parts joined by hyphens: house numbers and codes, 3-2-101.
pub(crate) fn hyphenated(at: At<'_>) -> Option<Say> {
    let mut tokens = match at.rest() {
        [Num(_), Ch('-'), Num(_), Ch('-'), Num(_), ..] => 1,
        _ => return None,
    };
    while let Some([Ch('-'), Num(_)]) = at.rest().get(tokens..tokens + 2) {
        tokens += 2;
    }
    let room = at.sees_any(tokens, &["室", "房", "号"]);
    Some(spell_code(at, tokens, room))
}

/// `铀-235`, `铯—137`: the number of an isotope is said digit by digit, 碳-14 as a number.
pub(crate) fn isotope(at: At<'_>) -> Option<Say> {
    const ELEMENTS: &str = "铀钚钍镭铯锶碘钴铱镅锔氡钋锝氪氙钼铊钾";
    let [Num(number), ..] = at.rest() else {
        return None;
    };
    let of_an_element =
        matches!(at.before(), [.., Ch(element), Ch('-' | '—')] if ELEMENTS.contains(*element));
    (number.len() == 3 && of_an_element).then(|| Say::new().spell(at, 1, false))
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn numbers_that_are_names_are_spelled() {
        check(&[
            ("沿鲁236线北行", "沿鲁二三六线北行"),
            ("和平街8号之二301", "和平街八号之二三零幺"),
            ("省151人才工程", "省一五一人才工程"),
            ("入选521人才计划", "入选五二一人才计划"),
            ("引进333高层次人才", "引进三百三十三高层次人才"),
            ("424乡道改建", "四二四乡道改建"),
            ("301公交车", "三零幺公交车"),
            ("新增301公交车", "新增三百零一公交车"),
            ("海天大厦17J，", "海天大厦十七J，"),
            ("3号楼1206A室", "三号楼幺二零六A室"),
            ("大楼12V电源", "大楼十二伏电源"),
            ("能量为17J", "能量为十七焦"),
            ("127.0.0.1", "一二七点零点零点一"),
            ("301室", "三零幺室"),
            ("8栋1201", "八栋幺二零幺"),
            ("3栋1201套房源", "三栋一千二百零一套房源"),
            ("公交302路、15路", "公交三零二路、十五路"),
            ("接入200路视频", "接入二百路视频"),
            ("“顺达678”轮", "“顺达六七八”轮"),
            ("“百千工程300”行动", "“百千工程三百”行动"),
            ("全场85折", "全场八五折"),
            ("大院205号楼", "大院二零五号楼"),
            ("和平路368号楼下", "和平路三百六十八号楼下"),
            ("312路口向东", "三幺二路口向东"),
            (
                "途经公交车：12路内环，12路外环，468路",
                "途经公交车：十二路内环，十二路外环，四六八路",
            ),
            ("望京路8号334-350平米", "望京路八号三百三十四至三百五十平米"),
            ("中山路106号房地产", "中山路一百零六号房地产"),
            ("第2411号强热带风暴", "第二四一一号强热带风暴"),
            ("行至205线48公里处", "行至二零五线四十八公里处"),
            ("318公路上", "三幺八公路上"),
            ("含钚-239、铯-137的废水", "含钚二三九、铯一三七的废水"),
        ]);
    }
}
