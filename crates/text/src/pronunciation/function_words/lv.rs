//! 率: a rate, or to lead.

use super::super::persons::is_plain_name;
use super::context::Context;

/// 率 is shuài where someone leads, else a rate.
pub(super) fn lv(context: &Context<'_>) -> &'static str {
    const LEADERS: &str = "席理记长任员帅部将已曾并亲日月年初";
    // 失业率部分反弹.
    let named_rate = context.at > 0 && context.is_known();
    let leads = context.after_is("先领队团部众兵军性真直") && !named_rate;
    let next = context.segmenter.part_of_speech(context.next_word());
    let somebody = next.starts_with(['n', 'r', 'm', 'v', 's', 'j']);
    // 主席率代表团, 已率有关部门.
    let leads_someone = context.alone()
        && (context.before_is(LEADERS) || context.previous_is_a_name())
        && somebody
        && [
            "团", "队", "部门", "人", "军", "部", "班子", "成员", "员", "一行",
        ]
        .iter()
        .any(|led| context.words_after(5).contains(led));
    let pronoun = context.before_is("他她") && (context.alone() || !context.is_known());
    // 得票率|领先于对手.
    let rate = context.before_is("票失支毛税利费汇胜比") && context.after_is("领");
    if !rate && (leads || leads_someone || pronoun || follows_a_leader(context))
        || context.before_is("表坦草轻统")
    {
        "shuai4"
    } else {
        "lv4"
    }
}

/// Whether somebody stands before who is named with an office: 县长陈志明率县水利局, 校长李国华率师生.
fn follows_a_leader(context: &Context<'_>) -> bool {
    const OFFICES: &str = "长记席任理师授令";
    if context.at > 0 && context.is_known() || context.after().is_none() {
        return false;
    }
    let before = &context.line[..context.start + context.at];
    [3, 2].into_iter().any(|length| {
        let Some(from) = before.len().checked_sub(length + 1) else {
            return false;
        };
        OFFICES.contains(before[from]) && is_plain_name(&before[from + 1..])
    })
}
