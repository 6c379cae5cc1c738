//! 场: what runs its course, or what is held.

use super::context::{Context, NUMERALS};

/// Whether 场 counts what runs its course: 两场战役, 几场硬仗, 三场大雪. What is played or held is
/// chǎng: 三场比赛, 下半场.
pub(super) fn befalls(context: &Context<'_>) -> bool {
    const EVENTS: &[&str] = &[
        "战役",
        "战争",
        "大战",
        "恶战",
        "激战",
        "硬仗",
        "胜仗",
        "败仗",
        "攻坚战",
        "阻击战",
        "保卫战",
        "持久战",
        "歼灭战",
        "雨",
        "雪",
        "冰雹",
        "大火",
        "火灾",
        "大病",
        "重病",
        "大旱",
        "洪水",
        "地震",
        "寒潮",
        "沙尘暴",
        "风波",
        "官司",
        "浩劫",
        "斗争",
        "疫情",
        "危机",
    ];
    /// How many characters may say what the event was like.
    const LONGEST_ATTRIBUTE: usize = 4;
    const HELD: &str = "赛演会讲球课考";
    const HELD_NEAR: &[&str] = &["赛", "演", "会", "讲", "训", "课"];
    const NEAR: usize = 8;
    let clause = context.clause_after();
    let mut behind = clause.as_str();
    let counted = context.at + 1 == context.word.len()
        && context.before_is(NUMERALS)
        && !context.before_is("半");
    for _ in 0..=LONGEST_ATTRIBUTE {
        if !counted || behind.is_empty() || behind.starts_with(|c| HELD.contains(c)) {
            return false;
        }
        if EVENTS.iter().any(|event| behind.starts_with(event)) {
            // 三场雨中比赛, 三场疫情防控发布会: the event says when or on what something is held.
            let near: String = behind.chars().take(NEAR).collect();
            return !HELD_NEAR.iter().any(|held| near.contains(held));
        }
        behind = behind
            .get(behind.chars().next().map_or(0, char::len_utf8)..)
            .unwrap_or("");
    }
    false
}
