//! 当: to take or use something as something else.

use super::context::Context;

/// What else stands behind 当 where somebody is or becomes something: 当上, 当好, 当过.
const BECOMES: &str = "上好选了过年时天场前地下着家局事日晚夜月初今代中众面之";
/// What somebody is rather than what a thing is used as.
const PERSONS: &str = "员长师手兵官人民家者任记席丁匠娘爹妈工夫";
/// Rooms and tools that another thing is used as: 教室当仓库.
const USES: &[&str] = &[
    "仓库",
    "教室",
    "宿舍",
    "厨房",
    "卧室",
    "办公室",
    "会议室",
    "工具",
    "枕头",
    "桌子",
    "凳子",
    "椅子",
    "武器",
    "柴",
    "被子",
    "床",
    "肥料",
    "燃料",
    "筷子",
    "舞台",
    "课堂",
    "考场",
    "战场",
    "饲料",
    "拐杖",
    "掩护",
    "诱饵",
    "幌子",
    "挡箭牌",
];

/// Whether something is used or taken as something: 用麻袋当装粮工具, 把仓库当教室. Who becomes what is dāng: 用三年时间
/// 当上村支书.
pub(super) fn serves_as(context: &Context<'_>) -> bool {
    let begins = context.alone() || context.at == 0 && !context.is_known();
    if !begins || context.after_is(BECOMES) || context.after().is_none() {
        return false;
    }
    let tag = |word: &str| context.segmenter.part_of_speech(word);
    let thing_before = tag(context.previous_word()).starts_with(['n', 'r', 's']);
    if !thing_before {
        return false;
    }
    if context.next_starts(USES) {
        return true;
    }
    const TOOLS: &[&str] = &["用", "把", "拿", "将"];
    let Some(from) =
        (context.words[..context.index].iter().rev().take(6)).position(|word| TOOLS.contains(word))
    else {
        return false;
    };
    let between = &context.words[context.index - from..context.index];
    let object = between
        .iter()
        .all(|word| tag(word).starts_with(['n', 'r', 's', 'm', 'q', 'a', 'u', 'b', 'z']));
    let next = tag(context.next_word());
    let behind = context.clause_after();
    // 把群众当亲人, but 用年轻人当主任.
    let taken = ["把", "将"].contains(&context.words[context.index - from - 1]);
    let itself = taken && next.starts_with('r');
    let thing = itself || context.alone() && next.starts_with('n') || behind.contains("工具");
    !between.is_empty()
        && object
        && thing
        && !["表率", "榜样"].contains(&context.next_word())
        && (taken || !context.next_word().ends_with(|c| PERSONS.contains(c)))
}
