//! 种: a kind, or to plant.

use super::context::{Context, NUMERALS};

/// 种 is zhòng as a verb (种粮, 耕种), else zhǒng.
pub(super) fn zhong(context: &Context<'_>) -> &'static str {
    const CROPS: &[&str] = &[
        "山芋",
        "红薯",
        "玉米",
        "大豆",
        "高粱",
        "葡萄",
        "水稻",
        "小麦",
        "棉花",
        "花生",
        "黄瓜",
        "西红柿",
        "茄子",
        "豆角",
        "土豆",
        "板栗",
        "核桃",
        "烤烟",
        "甜瓜",
        "西瓜",
        "番茄",
        "辣椒",
        "草莓",
        "苹果",
        "柑橘",
        "橘子",
        "白菜",
        "萝卜",
        "油菜",
        "青菜",
        "烟叶",
        "甘蔗",
        "甜菜",
        "芝麻",
        "马铃薯",
        "木薯",
        "大蒜",
        "生姜",
        "荔枝",
        "龙眼",
        "芒果",
        "香蕉",
        "百香果",
        "火龙果",
        "猕猴桃",
        "罂粟",
        "香菇",
        "木耳",
        "牧草",
        "苜蓿",
        "枸杞",
        "药材",
        "中药材",
        "庄稼",
        "粮食",
        "蔬菜",
    ];
    // 这种西瓜, 该种西瓜 and 良种西瓜 are kinds.
    const KINDS: &str = "该此哪何同别另变良异本品物杂育制";
    let counted = context.before_is(NUMERALS);
    let plants = context
        .after_is("粮地田树菜果草花植茶养痘瓜豆麦稻棉桑药毒收上下好什了着桃李梅柳松杏梨竹葱蒜姜")
        || (context.alone() || context.at == 1 && context.before_is("以靠只想去") && !context.is_known())
            && context.next_starts(CROPS)
        || context.at == 0 && context.after_is("出")
        // 王家村种出金元宝: what jieba has made one word.
        || context.after_is("出") && !context.is_known() && context.before_is("村乡里民户家人棚田");
    // 全部种黄瓜.
    let all = context.before_is("部全都") && context.next_starts(CROPS);
    // 耕、种、管、收; 宜种则种.
    let step = context.alone() && context.words.len() == 1 && context.line_near(3, "耕收管养采播")
        || context.before_is("从") && context.after_is("到");
    // 三个棚种黄瓜, 一亩种花生, 地里种的.
    let place = context.before_is("棚亩畦垄里") && (context.alone() || !context.is_known());
    let verb = step
        || all
        || place
        || context.before_is("耕播接栽抢轮套复间春夏秋冬点育稳扩改不可能宜则租垦混试") && !counted;
    if plants && !counted && !context.before_is(KINDS) || verb {
        return "zhong4";
    }
    "zhong3"
}
