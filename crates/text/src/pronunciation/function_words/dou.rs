//! 都: a capital in the name of a place, else all.

use super::context::Context;

/// Whether 都 belongs to the name of an estate, a hotel or a company: 金都华府, 皇都大酒店.
pub(super) fn names_an_estate(context: &Context<'_>) -> bool {
    const ESTATES: &[&str] = &[
        "华府",
        "名苑",
        "花园",
        "花苑",
        "大厦",
        "大酒店",
        "酒店",
        "宾馆",
        "公馆",
        "广场",
        "商城",
        "佳苑",
        "豪庭",
        "豪苑",
        "小区",
        "名邸",
        "雅苑",
        "家园",
        "华庭",
        "御府",
        "新城",
        "国际",
    ];
    const SPLENDID: &str = "金银名皇帝天龙凤海京豪富江华星明绿兴福盛鑫鸿";
    let behind = context.text_after();
    context.before_is(SPLENDID) && ESTATES.iter().any(|estate| behind.starts_with(estate))
}

/// Whether 都 belongs to the name of a road or an estate: 越都路, 蓉都大道, 锦都小区. All of them is another word: 她都路过,
/// 户户都路通.
pub(super) fn names_a_road(context: &Context<'_>) -> bool {
    const ROADS: &[&str] = &[
        "路",
        "大道",
        "大街",
        "街",
        "东路",
        "西路",
        "南路",
        "北路",
        "中路",
        "路口",
        "立交桥",
        "大桥",
        "小区",
        "社区",
        "街道",
    ];
    const OF_ALL: &str = "们他她它我你您谁家人户村处天年次样条个座全大皆每各道这那哪里也连后前车区";
    let named = context.before().is_some() && !context.before_is(OF_ALL);
    let single = context.at > 0
        || context.previous_word().chars().count() == 1
        || !context.segmenter.has_word(context.previous_word());
    named && single && ROADS.contains(&context.next_word())
}

/// Whether a place or a firm has 都 at the end of its name, or is called the capital of something: 药都, 时尚之都.
pub(super) fn ends_a_name(context: &Context<'_>) -> bool {
    let tag = context
        .segmenter
        .part_of_speech(context.words[context.index]);
    let known = context.at > 0
        && context.at + 1 == context.word.len()
        && context.is_known()
        && tag.starts_with('n');
    // 吃的药都有过敏反应: jieba takes 药都 for a place.
    let all = [
        "有", "是", "能", "要", "会", "可以", "没有", "没", "不", "应", "在", "被",
    ]
    .contains(&context.next_word());
    known && !all || context.before_is("之")
}
