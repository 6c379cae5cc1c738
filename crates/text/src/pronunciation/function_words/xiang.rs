//! 相: a phase of matter, or what is done to one another.

use super::context::Context;

/// Whether 相 is a phase of matter, of a current or of a wave: 固相, 析出相, 相变, 三相. What is done to one another is
/// xiāng: 两地相距, 与行政职能相分离.
pub(super) fn is_phase(context: &Context<'_>) -> bool {
    const MATTER: &[&str] = &[
        "气", "液", "固", "物", "晶", "均", "油", "水", "有机", "流动", "固定", "连续", "分散",
        "析出", "第二", "强化", "反", "正", "异", "同", "两", "二", "三", "单", "多", "富集", "母",
        "金", "体", "合物", "铁", "铜", "铝", "碳",
    ];
    const OF_PHASES: &[&str] = &[
        "变", "图", "界", "分离", "平衡", "态", "转变", "移", "控阵", "流", "色谱", "萃取", "催化",
        "电", "短路", "反应", "合金", "放大", "分析", "组成", "沉积", "外延", "含量", "尺寸",
        "颗粒",
    ];
    const ALWAYS: &[&str] = &[
        "变材料",
        "变储",
        "变温",
        "变点",
        "变过程",
        "变潜",
        "控阵",
        "移",
        "界面",
        "转变",
        "图",
    ];
    const TO_ONE_ANOTHER: &str = "互关应似同比对信当处符适宜伴依继助爱交接连通识遇见知约配称映传续迎邻距差聚赠谅托投让容亲隔反去持辅异悖左守望较加乘除结等合衬思仿";
    let behind = context.text_after();
    let with = context.clause_before();
    let joint = with.contains(['与', '和', '同', '跟']);
    if context.before_is("互竞争自遥") || context.after_is(TO_ONE_ANOTHER) {
        return false;
    }
    let before = context.text_before();
    let matter = MATTER.iter().any(|matter| before.ends_with(matter));
    let letter = context.start + context.at > 0
        && context.line[context.start + context.at - 1].is_alphabetic()
        && !crate::chars::is_hanzi(context.line[context.start + context.at - 1]);
    let of_phases = OF_PHASES.iter().any(|word| behind.starts_with(word));
    let ends = context.after().is_none() || context.after_is("的和与中进向到、之");
    ALWAYS.iter().any(|word| behind.starts_with(word))
        || (matter || letter) && (of_phases || ends)
        || of_phases && !joint && context.before().is_none()
}
