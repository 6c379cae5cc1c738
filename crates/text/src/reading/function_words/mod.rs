//! Characters whose reading is grammar: 为 得 地 着 了 长 行 只 种 数 率 处 and their like.
//!
//! A rule sees the words around and answers, or leaves the character to its default reading.
//! Fixed words are in the dictionaries; what stands here depends on neighbours.

mod di;
mod place;
mod surname;
mod wei;

use super::Pinyin;
use super::dictionary::Dictionary;
use di::di;
use place::NUMERALS;
use surname::surname;
use wei::wei;

pub(crate) use place::Place;

/// What is fastened: 系好安全带.
const FASTENED: &[&str] = &[
    "安全带",
    "安全绳",
    "好",
    "上",
    "紧",
    "牢",
    "扣",
    "领带",
    "红领巾",
    "绳",
    "鞋带",
    "围",
    "腰带",
];

/// The reading of `c` at `place`, when a rule knows it.
pub(crate) fn reading(c: char, place: &Place<'_>) -> Option<Pinyin> {
    if let Some(surname) = surname(c, place) {
        return Pinyin::parse(surname);
    }
    let spelled = match c {
        '为' => wei(place),
        '得' => de(place),
        '地' => di(place),
        '着' => zhe(place),
        '了' => le(place),
        '长' => chang(place),
        '行' => hang(place),
        '只' => zhi(place),
        '种' => zhong(place),
        '数' => shu(place),
        '率' => lv(place),
        '处' => chu(place),
        '还' if place.after_is("款贷本息债书林草湿湖田清给") => "huan2",
        '还' => "hai2",
        '载' if place.before_is(NUMERALS) => "zai3",
        '供' => "gong1",
        '尽' => jin(place),
        '都' => "dou1",
        '重' if place.before_is(NUMERALS) && !place.before_is("这那某") => "chong2",
        '重' if again(place) => "chong2",
        '重' if place.word.len() > 1 && !place.alone() => return None,
        '重' => "zhong4",
        '分' => "fen1",
        '量' => liang(place),
        '应' => "ying1",
        '与' => "yu3",
        '差' => cha(place),
        '干' => gan(place),
        '中' => "zhong1",
        '系' if place.alone() && place.next_starts(FASTENED) => "ji4",
        '担' if place.before_is(NUMERALS) && place.at + 1 == place.word.len() => "dan4",
        '教' => jiao(place),
        '将' => "jiang1",
        '当' => "dang1",
        _ => return None,
    };
    Pinyin::parse(spelled)
}

/// 着 at the head of a word is zhuó (着实, 着装), behind 不 zháo (用不着), else zhe.
fn zhe(place: &Place<'_>) -> &'static str {
    if place.at == 0 && place.word.len() > 1 {
        "zhuo2"
    } else if place.before_is("不得") && (place.at >= 2 || place.alone() && place.index >= 2) {
        "zhao2"
    } else {
        "zhe5"
    }
}

/// 尽 is jǐn in 尽快 and 尽可能, else jìn.
fn jin(place: &Place<'_>) -> &'static str {
    if place.after_is("快早管可先量") {
        "jin3"
    } else {
        "jin4"
    }
}

/// 得 is dé in 不得 and where something is gained, děi for must, de behind a verb.
fn de(place: &Place<'_>) -> &'static str {
    // 提得出, 找得到: a verb of one syllable before makes it a complement.
    let possible =
        place.alone() && place.previous_word().chars().count() == 1 && place.after_is("出到");
    let opens_word = place.at == 0 && place.word.len() > 1;
    if opens_word || place.alone() && place.before_is("不") && !place.next_word().is_empty() {
        return "de2";
    }
    if place.before_is("取获所赢应求征夺博觅购难既自心")
        || place.after_is("到出分票奖知罪益失当主") && !possible
        || place.next_starts(GAINS)
    {
        return "de2";
    }
    let ends_word = place.at + 1 == place.word.len();
    if place.after_is(NUMERALS)
        && (place.alone() || ends_word && place.before_is("多少可约"))
        && ["元", "分", "票", "枚", "个", "万"]
            .iter()
            .any(|counted| place.words_after(3).contains(counted))
    {
        return "de2";
    }
    let must = [
        "必须", "须", "一定", "至少", "起码", "先", "才", "你", "我", "他", "她", "它",
    ];
    if [
        "总", "还", "就", "都", "必", "也", "非", "只", "可", "得", "要么", "我们", "你们", "他们",
        "咱们", "大家", "您",
    ]
    .iter()
    .chain(&must)
    .any(|word| *word == place.previous_word())
        && place.alone()
        && !place.next_word().is_empty()
        && !place.after_is("了过着")
    {
        return "dei3";
    }
    "de5"
}

/// What can be gained: 群众得实惠.
const GAINS: &[&str] = &[
    "实惠", "好处", "便利", "民心", "人心", "高分", "红利", "利益", "冠军", "第一", "满分", "优惠",
];

/// Whether 得出 or 得到 hangs on the verb before it: 提得出, 找得到.
pub(super) fn is_complement(words: &[&str], index: usize, dictionary: &Dictionary) -> bool {
    const COMPLEMENTS: &[&str] = &["得出", "得到", "得上", "得起", "得住", "得来"];
    let before = index.checked_sub(1).map_or("", |before| words[before]);
    COMPLEMENTS.contains(&words[index])
        && before.chars().count() == 1
        && !"有是可能会须应所未已将".contains(before)
        && dictionary.tag(before).starts_with('v')
}

/// 了 behind 不 or 得 is liǎo (免不了, 受得了), else le; 取得了 has got something.
fn le(place: &Place<'_>) -> &'static str {
    let got = place.before_is("得")
        && place
            .words_before(1)
            .chars()
            .chain(place.word[..place.at].iter().copied())
            .rev()
            .nth(1)
            .is_some_and(|c| "取获赢博夺求懂晓值觉记认显变使所争拿求".contains(c));
    if place.before_is("不得")
        && place.at + 1 == place.word.len()
        && place.word_or_words_before()
        && !got
    {
        return "liao3";
    }
    "le5"
}

/// 长 behind an office is zhǎng (厅长, 组长), and where something grows; else cháng.
fn chang(place: &Place<'_>) -> &'static str {
    const OFFICES: &str = "局部省市县区乡镇村校院所处科员察营谋族旅舰股组队团连排班站社厂会事航船机秘书委议家首州旗里楼段园店馆庭课总司厅署监河湖林路田级股董理副街湾链片格巷哨塘渠沟圩";
    const GROWTH: &str = "增成生助滋疯见者";
    if place.before_is(OFFICES) && !place.after_is(NUMERALS) && !place.after_is("期效远久江城途征")
    {
        return "zhang3";
    }
    if place.before_is(GROWTH) || place.after_is("者大势老辈子女官兄孙") && !place.after_is("大衣")
    {
        return "zhang3";
    }
    "chang2"
}

/// 行 is háng as a bank, a row or a trade; else xíng.
fn hang(place: &Place<'_>) -> &'static str {
    if place.before_is("银央分支农工商总投各同两本外我他建中我") && place.word.len() > 1
    {
        return "hang2";
    }
    if place.after_is("业情长规距列") {
        return "hang2";
    }
    let numbered = place.before_is(NUMERALS)
        && (place.text_before().chars().rev())
            .find(|c| !NUMERALS.contains(*c))
            .is_some_and(|c| c == '第');
    if place.before_is("第每几")
        || numbered
        || place.before_is(NUMERALS) && place.alone() && !place.after_is("为动程走")
    {
        return "hang2";
    }
    "xing2"
}

/// Whether 重 makes something happen again: 重拍, 重签. 重罚 and 重建设 (轻管理) are heavy.
fn again(place: &Place<'_>) -> bool {
    const DONE: &str = "估录印拍写签测走回归现游演开启组建构塑设置装排编修订申提试选读译播发复叠聚温拾返做绘制作算填登检验划铸刊";
    let one_verb = if place.alone() {
        place.next_word().chars().count() == 1
    } else {
        place.at == 0 && place.word.len() == 2 && !place.is_known()
    };
    one_verb && place.after_is(DONE)
}

/// 只 behind a numeral counts animals, else it means only.
fn zhi(place: &Place<'_>) -> &'static str {
    let counts = place.before_is(NUMERALS) && !place.after_is("有要是能需限会可允占用");
    if counts || place.before_is("船舰") {
        "zhi1"
    } else {
        "zhi3"
    }
}

/// 种 is zhòng as a verb (种粮, 耕种), else zhǒng.
fn zhong(place: &Place<'_>) -> &'static str {
    let plants = place.after_is("粮地田树菜果草花植茶养痘瓜豆麦稻棉桑药收上下好什了着");
    let verb =
        place.before_is("耕播接栽抢轮套复间春夏秋冬点育稳扩改不可能") && !place.before_is(NUMERALS);
    if (plants && !place.before_is(NUMERALS) && !place.before_is("品物良制育")) || verb {
        return "zhong4";
    }
    "zhong3"
}

/// 数 is shǔ as a verb, else shù.
fn shu(place: &Place<'_>) -> &'static str {
    if place.after_is("得不") && !place.alone() || place.before_is("细悉") {
        "shu3"
    } else {
        "shu4"
    }
}

/// 率 is shuài where someone leads, else a rate.
fn lv(place: &Place<'_>) -> &'static str {
    let leads = place.after_is("先领队团部众兵军性真直");
    if leads || place.before_is("表坦草轻统") {
        "shuai4"
    } else {
        "lv4"
    }
}

/// 处 is chǔ as a verb (处五日拘留, 并处), else chù.
fn chu(place: &Place<'_>) -> &'static str {
    let punishes = place.after_is("以于在罚死拘警刑方决分理置境世暑女之")
        || place.before_is("并所判惩查论身相独共");
    let fined = place.alone()
        && place.after_is(NUMERALS)
        && ["罚款", "拘留", "徒刑", "拘役", "罚金", "以下", "以上"]
            .iter()
            .any(|word| place.words_after(12).contains(word));
    if (punishes || fined) && !(place.before_is(NUMERALS) && place.after_is("以")) {
        "chu3"
    } else {
        "chu4"
    }
}

/// 量 is liáng where someone measures, else an amount.
fn liang(place: &Place<'_>) -> &'static str {
    let measures =
        place.next_starts(&["体温", "血压", "身高", "尺寸", "一量", "了"]) && place.alone();
    if measures || place.before_is("丈测衡估") {
        "liang2"
    } else {
        "liang4"
    }
}

/// 差 before an amount (差三分) and as a judgement (质量差) is chà, as a difference chā (年龄差).
fn cha(place: &Place<'_>) -> &'static str {
    /// What differs by an amount.
    const MEASURED: &[&str] = &[
        "温度", "浓度", "年龄", "分数", "水位", "电势", "电位", "时间", "价格", "身高", "高度",
        "速度", "相位", "面积", "票", "数量", "流量", "产量", "金额", "数额", "数值", "利率",
        "汇率", "工资", "收入", "压力", "高程", "贫富", "城乡", "地区", "性别", "净", "剪刀", "正",
        "负", "之",
    ];
    let lacks =
        place.after_is(NUMERALS) || place.after_is("不得点") || place.before_is("很较最太更极不");
    let judges = place.at + 1 == place.word.len()
        && (place.alone() || !place.is_known())
        && (place.after().is_none() || place.after_is("的等、和或且而但以于到"))
        && (place.at > 0 || place.index > 0)
        && !MEASURED
            .iter()
            .any(|noun| place.text_before().ends_with(noun));
    if lacks && place.word.len() == 1 || judges {
        "cha4"
    } else {
        "cha1"
    }
}

/// 干 alone is a verb.
fn gan(place: &Place<'_>) -> &'static str {
    if place.alone() || place.before_is("苦实巧真敢能主骨树想肯") {
        "gan4"
    } else {
        "gan1"
    }
}

/// 教 with someone to teach is jiāo.
fn jiao(place: &Place<'_>) -> &'static str {
    if place.after_is("你我他她给") || place.alone() && place.after_is("学孩会") {
        "jiao1"
    } else {
        "jiao4"
    }
}
