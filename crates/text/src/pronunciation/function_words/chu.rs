//! 处: a place or an office, or to be in and to punish.

use super::context::{Context, NUMERALS};

/// 处 is chǔ as a verb (处五日拘留, 并处), else chù.
pub(super) fn chu(context: &Context<'_>) -> &'static str {
    let punishes = context.after_is("以于在罚死拘警刑方决分理置境世暑女之")
        || context.before_is("并所判惩查论身相独共");
    let fined = context.at == 0
        && (context.alone() || !context.is_known())
        && context.after_is(NUMERALS)
        && ["罚款", "拘留", "徒刑", "拘役", "罚金", "以下", "以上"]
            .iter()
            .any(|word| context.clause_after().contains(word));
    // ，处三年以上, 并处或者单处一万元.
    let sentenced = context.at + 1 == context.word.len()
        && context.after_is(NUMERALS)
        && (context.index == 0 && context.line[..context.start].ends_with(&['，']))
        && ["年", "月", "日", "元", "倍"]
            .iter()
            .any(|unit| context.words_after(4).contains(unit));
    // 可处非法经营额一倍以下的罚款, 单处或者并处罚款.
    let clause = context.clause_after();
    let has_fine = ["罚款", "罚金"].iter().any(|word| clause.contains(word));
    let has_amount = ["倍", "百分之", "以上", "以下", "元"]
        .iter()
        .any(|word| clause.contains(word));
    let penalty = context.at + 1 == context.word.len()
        && !context.before_is("此该何某各事好益坏口门窗场务")
        && (context.next_starts(&["违法", "非法", "违规", "应", "所", "拖欠"])
            || !(context.segmenter.part_of_speech(context.next_word())).starts_with('v'))
        && has_fine
        && has_amount
        || context.before_is("单") && (context.after_is(NUMERALS) || context.after_is("或罚并"));
    if (punishes || fined || sentenced || penalty)
        && !(context.before_is(NUMERALS) && context.after_is("以"))
    {
        "chu3"
    } else {
        "chu4"
    }
}
