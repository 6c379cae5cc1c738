//! 都: a capital in the name of an estate, else all.

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
