//! 差: a difference, or what lacks and is bad.

use super::context::{Context, NUMERALS};

/// 差 before an amount (差三分) and as a judgement (质量差) is chà, as a difference chā (年龄差).
pub(super) fn cha(context: &Context<'_>) -> &'static str {
    /// What differs by an amount.
    const MEASURED: &[&str] = &[
        "温度", "浓度", "年龄", "分数", "水位", "电势", "电位", "时间", "价格", "身高", "高度",
        "速度", "相位", "面积", "票", "数量", "流量", "产量", "金额", "数额", "数值", "利率",
        "汇率", "工资", "收入", "压力", "高程", "贫富", "城乡", "地区", "性别", "净", "剪刀", "正",
        "负", "之",
    ];
    // 差些, 稍差, 质量之差.
    let behind = context.text_after();
    let much = ["些", "很多", "一点", "了点", "太多", "多了", "不多"];
    let worse = much.iter().any(|much| behind.starts_with(much))
        || context.before_is("稍偏挺越好还")
        || context.before_is("之") && context.after().is_none() && judged_before(context);
    if worse && (context.at == 0 || context.at + 1 == context.word.len()) {
        return "cha4";
    }
    // 差了五分, 差档, 不管多差.
    let short_of = context.next_word() == "了"
        && context
            .text_after()
            .chars()
            .nth(1)
            .is_some_and(|c| NUMERALS.contains(c) || c.is_ascii_digit());
    let poor = context.after_is("档")
        || context.alone() && context.before_is("多") && context.next_word().is_empty();
    let lacks = context.after_is(NUMERALS)
        || context.after_is("不得点远")
        || short_of
        || context.before_is("很较最太更极不变")
        || ["这么", "那么", "多么"].contains(&context.previous_word());
    let judges = context.at + 1 == context.word.len()
        && (context.alone() || !context.is_known())
        && (context.after().is_none() || context.after_is("的等、和或且而但以于到"))
        && (context.at > 0 || context.index > 0)
        && !MEASURED
            .iter()
            .any(|noun| context.text_before().ends_with(noun));
    let ends = context.at + 1 == context.word.len();
    // 太差 and 很差 are words; 优、良、差 stand alone.
    let very = ends && context.before_is("很太最更极真");
    let grade = context.alone() && context.index == 0 && context.after().is_none();
    if very || grade || lacks && context.word.len() == 1 || short_of && ends || poor || judges {
        "cha4"
    } else {
        "cha1"
    }
}

/// Whether 之 before 差 hangs on what can be good or bad rather than on what differs: 氛围之差, but 人口之差.
fn judged_before(context: &Context<'_>) -> bool {
    const JUDGED: &[&str] = &[
        "氛围", "质量", "条件", "态度", "环境", "效果", "服务", "素质", "卫生", "信誉", "成绩",
        "表现",
    ];
    let before = context.text_before();
    let judged = before.trim_end_matches('之');
    JUDGED.iter().any(|noun| judged.ends_with(noun))
}
