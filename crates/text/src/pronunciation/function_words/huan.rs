//! 还: to give back, or still.

use super::context::{Context, NUMERALS};

/// 还 is huán where something is given back (逾期不还, 还本付息), else hái.
pub(super) fn huan(context: &Context<'_>) -> &'static str {
    let given_back = ends_its_clause(context)
        || is_negated(context)
        || is_paid(context)
        || gives_back(context)
        || context.after_is("款贷本息债书林草湿湖田清给") && !context.next_starts(&["给予"])
        || context.next_starts(&["信用卡", "房贷", "车贷", "网贷"])
        || finishes(context);
    if given_back { "huan2" } else { "hai2" }
}

/// Whether nothing follows that is still so: 逾期不还。, 有借有还，, 仍未还的.
fn ends_its_clause(context: &Context<'_>) -> bool {
    let here = context.start + context.at;
    let quoted = here > 0 && matches!(context.line[here - 1], '“' | '‘' | '"' | '「' | '《');
    let last = context.at + 1 == context.word.len();
    let stops = match context.line.get(here + 1) {
        None => true,
        Some(c) => "，。、；：！？,;:!?）)”’\n".contains(*c),
    };
    let of_it = context.next_word() == "的" && context.before_is("未不没要应该已所需仍欠");
    // 能还而不还.
    let and_yet = context.next_word() == "而";
    let hangs_on = context.at > 0 || context.index > 0;
    !quoted && last && hangs_on && (stops || of_it || and_yet)
}

/// Whether something is not given back: the adverb stands before 未 and 没, as in 还未. 不还有 is a question.
fn is_negated(context: &Context<'_>) -> bool {
    const STILL: &str = "有是能会要得在想没可需只挺真很";
    let alone = context.alone() || context.at + 1 == context.word.len();
    alone
        && (context.before_is("未")
            || context.before_is("拒")
            || context.before_is("不没") && context.after().is_some() && !context.after_is(STILL))
}

/// Whether all is given back: 至还完借款为止, 还完全部本息, but 还完成了, 还完全不知.
fn finishes(context: &Context<'_>) -> bool {
    context.after_is("完")
        && (context.text_after().starts_with("完全部")
            || !context.next_starts(&["完成", "完善", "完全", "完整", "完好"]))
}

/// Whether an amount or what is owed is paid back: 还了三千元, 每月还两千元, 还钱, 十日内还原告借款.
fn is_paid(context: &Context<'_>) -> bool {
    let alone = context.alone() || context.at + 1 == context.word.len();
    let behind = context.clause_after();
    let number = behind.chars().take_while(|c| NUMERALS.contains(*c)).count();
    let owed = || {
        let behind: String = behind.chars().skip(number).take(3).collect();
        ["元", "余元", "块", "万", "美元"]
            .iter()
            .any(|unit| behind.starts_with(unit))
    };
    let settled = context.before_is("已仅共应需须代先月年日再曾总只偿每前后内");
    let amount = number > 0 && (owed() || behind.chars().nth(number - 1) == Some('万')) && settled;
    let owed_behind = || ["款", "元", "钱"].iter().any(|owed| behind.contains(owed));
    let finished = context.next_word() == "了" && !context.words_after(2).ends_with('得')
        || context.next_word() == "过" && owed_behind();
    // 已还部分.
    let share =
        context.before_is("已") && context.next_starts(&["部分", "金额", "款项", "本金", "利息"]);
    let money =
        context.after_is("钱账帐") && !context.next_starts(&["钱塘", "钱江", "账面", "账上"]);
    let to_a_party = context.before_is("内日前")
        && (context.next_starts(&["原告", "申请"]) || behind.starts_with("原告"))
        && owed_behind();
    alone && (amount || finished || share || money || to_a_party)
}

/// Whether 还 gives something back: 还路于民, 发还被害人.
fn gives_back(context: &Context<'_>) -> bool {
    const GIVEN: &str = "发返退归偿奉璧追讨索代交送缴";
    const STILL: &str = "有是在会能要可需将应不没";
    // 还路于民, but 还处于 and 还将于.
    const RECEIVERS: &str = "民农林山湖河江海水草牧校企家社群市百孩学生自城老乡村客车步";
    let behind = context.line.get(context.start + context.at + 1..);
    let to_someone = matches!(behind, Some([_, '于', someone, ..]) if RECEIVERS.contains(*someone))
        && !context.after_is("处属将用位早晚");
    // 还老人一个公道.
    let right = ["公道", "清白", "一个说法", "本来面目"]
        .iter()
        .any(|right| context.clause_after().contains(right))
        && context.alone()
        && !(context.segmenter.part_of_speech(context.next_word())).starts_with(['v', 'd']);
    // 还群众一个安静的环境, 还市民一片蓝天.
    let owed = context.alone()
        && context
            .segmenter
            .part_of_speech(context.next_word())
            .starts_with('n')
        && (context.words.get(context.index + 2))
            .is_some_and(|what| ["一个", "一片", "一份", "一方", "一条", "一座"].contains(what));
    let until = context.after_is("至") && !context.next_starts(&["至少", "至今"]);
    let hangs_on = context.at > 0 || context.previous_word().chars().count() == 1;
    let given = context.before_is(GIVEN) && hangs_on && !context.after_is(STILL);
    to_someone || right || owed || until || given
}
