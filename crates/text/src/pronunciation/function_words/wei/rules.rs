//! 为: what something is, or for whom it is done.

mod deeds;
mod equates;
mod persons;
mod served;
mod serves;
mod words;

use super::Verdict;
use super::context::{Context, NUMERALS};
use deeds::{acts, acts_briefly, acts_for_a_title, gives, gives_further_on, has_done_something};
use equates::{
    elects, follows_a_dateline, is_a_record, is_bare, is_defined, is_lawful, is_named, is_one_of,
    is_owned_or_required, is_passive, is_predicate, is_result, is_share, is_taken_alone,
    names_after_a_modal, names_its_own, names_what_something_is, relates, takes_something, turns,
};
use persons::{follows_a_person, is_beneficiary};
use served::{names_a_role, server_acts, serves_people};
use serves::{
    actor_acts, ends_the_sentence, gives_in_a_later_clause, has_a_purpose, has_to_serve,
    is_asked_to_act, is_done_for, is_done_to_an_end, is_felt_for, is_for_its_sake, is_for_someone,
    is_for_this_alone, masked_person_acts, may_serve, place_serves_place, serves_besides,
    serves_first, serves_in_between, somebody_acts, takes_part_of_time,
};
use words::{PREDICATE_WORDS, PREDICATES};

/// What 为 names in a clause.
const EQUATES: &str = "wei2";

const SERVES: &str = "wei4";

/// Before 为 they say that two things are one: 即为, 均为.
const EQUAL: &str = "即均皆则系仍乃仅非实若";

/// 为 is wéi where it equates (以…为…, 为 + 数量), wèi where it names a purpose or a beneficiary.
pub(super) fn wei(context: &Context<'_>) -> Verdict {
    // 为您服务 and 应为 are words of jieba's.
    const MODALS: &str = "应可能会须需要将并也愿已还更只专拟欲";
    if context.word.len() > 1 && context.at == 0 {
        // 为本 and 为一 are words too, of 以人为本 and 合而为一: 为本镇送戏, 为一对夫妇修理房屋.
        let torn =
            context.after_is("本一") && (acts_briefly(context) || masked_person_acts(context));
        return match (context.after_is("您你他她"), torn) {
            (true, _) => Verdict::sure(SERVES),
            (_, true) => Verdict::likely(SERVES),
            _ => Verdict::sure(EQUATES),
        };
    }
    let follows_modal = context.word.len() == 2 && MODALS.contains(context.word[0])
        || context.text_before().ends_with("是指");
    if context.word.len() > 1 && !follows_modal {
        return Verdict::sure(EQUATES);
    }
    // 该为的必须为、不该为的决不为.
    let next = context.line.get(context.start + context.at + 1);
    let stops = next.is_none_or(|c| matches!(c, '、' | '，' | ',' | '。' | '；' | ';'));
    if context.alone() && (stops || context.next_word() == "的") {
        return Verdict::sure(EQUATES);
    }
    // 政府有为, but 没有为群众.
    if context.previous_word() == "有" && context.alone() && !is_beneficiary(context) {
        return Verdict::likely(EQUATES);
    }
    // 居家为基础、社区为依托、机构为补充: nothing but what something is taken for.
    if is_taken_alone(context) {
        return Verdict::sure(EQUATES);
    }
    // 集采购、仓储、配送为一体; 为人随和.
    if ["一体", "一身", "一炉", "人"].contains(&context.next_word()) {
        return Verdict::sure(EQUATES);
    }
    // 为之努力, but 不得已而为之 and 称之为.
    if context.next_word() == "之" {
        let done = context.words.get(context.index + 2);
        let acts = done.is_some_and(|word| context.segmenter.part_of_speech(word).starts_with('v'));
        return Verdict::likely(if acts { SERVES } else { EQUATES });
    }
    if names_its_own(context) || relates(context) {
        return Verdict::likely(EQUATES);
    }
    let masked_acts = masked_person_acts(context);
    if context.alone() && is_share(context) {
        return Verdict::sure(EQUATES);
    }
    if context.alone() && is_lawful(context) {
        return Verdict::likely(EQUATES);
    }
    // 两座寺院之一, 一个分支, 一部分: what something is one of.
    if is_one_of(context) && !masked_acts {
        return Verdict::sure(EQUATES);
    }
    // 不仅为当地增收，也为周边村庄探索经验.
    if ["也", "还", "更"].contains(&context.previous_word())
        && context.alone()
        && serves_besides(context)
    {
        return Verdict::likely(SERVES);
    }
    // 不仅为农户省下运费，也为市民送来鲜菜.
    if context.alone() && serves_first(context) && !is_passive(context) {
        return Verdict::likely(SERVES);
    }
    // 书记为年轻干部上党课, 改革为民生加码.
    if context.alone()
        && (serves_people(context) || server_acts(context))
        && !names_a_role(context)
        && !context.before_is(EQUAL)
        && !["主要", "其", "谎称", "自称"].contains(&context.previous_word())
        && !is_passive(context)
        && !is_result(context)
        && !takes_something(context)
        && !turns(context)
    {
        return if gives(context) {
            Verdict::sure(SERVES)
        } else {
            Verdict::likely(SERVES)
        };
    }
    // 男子为泄愤砸坏公交站牌, 为情自杀.
    if (actor_acts(context)
        || is_for_its_sake(context)
        || place_serves_place(context)
        || is_felt_for(context)
        || is_asked_to_act(context)
        || is_for_this_alone(context)
        || acts_for_a_title(context))
        && !is_passive(context)
    {
        return Verdict::likely(SERVES);
    }
    if context.alone() && is_owned_or_required(context) {
        return Verdict::likely(EQUATES);
    }
    // 这为各地复苏，发展贸易，创造了条件: what is done for them is said behind a comma.
    if ["这", "此", "那", "也", "又"].contains(&context.previous_word())
        && context.alone()
        && !ends_the_sentence(context)
        && gives_in_a_later_clause(context)
    {
        return Verdict::likely(SERVES);
    }
    // 确立邓小平理论为我们的行动指南.
    if elects(context) && !gives(context) && context.clause_after().contains('的') {
        return Verdict::likely(EQUATES);
    }
    // 承认其为独立的法人, but 其为企业提供.
    let its = context.previous_word() == "其" && context.alone() && !gives(context);
    if its && !has_done_something(context) && context.index > 1 {
        return Verdict::likely(EQUATES);
    }
    if is_for_someone(context) || is_done_for(context) {
        // 其 may be what something belongs to.
        return if context.next_word() == "其" && !gives(context) {
            Verdict::likely(SERVES)
        } else {
            Verdict::sure(SERVES)
        };
    }
    // 企业法人的签章，为该法人的公章.
    let refers = context.opens_clause()
        && context.next_starts(&["该", "上述", "前款"])
        && context.line[..context.start].ends_with(&['，'])
        && !acts(context);
    if is_defined(context) || refers && !gives(context) {
        return Verdict::likely(EQUATES);
    }
    if is_result(context) {
        return Verdict::sure(EQUATES);
    }
    if is_passive(context) || is_predicate(context) {
        return if takes_something(context) {
            Verdict::sure(EQUATES)
        } else {
            Verdict::likely(EQUATES)
        };
    }
    let gives_here = gives(context);
    let gives = gives_here || gives_further_on(context);
    let equal = context.before_is(EQUAL) && context.previous_word().chars().count() == 1;
    if equal || takes_something(context) || turns(context) {
        // 以…为…提供, 即为企业提供.
        let served = gives && !turns(context) && (!equal || is_beneficiary(context));
        // 则为乘员提供: what equates and what is done for someone stand against each other.
        return match (served, equal && gives) {
            (true, _) => Verdict::likely(SERVES),
            (false, true) => Verdict::likely(EQUATES),
            (false, false) => Verdict::sure(EQUATES),
        };
    }
    let opens = context.opens_clause() || follows_a_dateline(context);
    let number = context.after_is(NUMERALS)
        && !context.next_starts(&[
            "一线", "一些", "一批", "百姓", "各", "每", "那", "这", "某", "多",
        ]);
    // 五月一日为全县老年人开展评估, but 五月一日为劳动节.
    let on_a_day = context.previous_word() == "日" && (acts(context) || gives_further_on(context));
    // 此项标准为企业减少了用料: what has done something is no name of what follows.
    let has_served = has_done_something(context) && !number && !context.opens_clause();
    if is_named(context)
        && !on_a_day
        && !has_served
        && !(follows_a_person(context) && !number && (gives || has_a_purpose(context)))
    {
        // 用这种方式为小梅治病.
        let next = context.next_word();
        let someone = is_beneficiary(context)
            || (context.segmenter.part_of_speech(next)).starts_with("nr")
            || next.chars().count() <= 2 && next.starts_with(['小', '老', '阿']);
        return Verdict::likely(if gives && someone && !number {
            SERVES
        } else {
            EQUATES
        });
    }
    if context.next_starts(&["人民币", "新高", "新低"]) || opens && is_a_record(context) {
        return Verdict::sure(EQUATES);
    }
    if number && !follows_a_person(context) && context.words_after(6).contains('元') {
        return Verdict::sure(EQUATES);
    }
    if elects(context) && !gives {
        return Verdict::likely(EQUATES);
    }
    let first = ["首次", "首个", "首例"].contains(&context.next_word());
    if number && !gives && !masked_acts {
        return Verdict::sure(EQUATES);
    }
    if first || names_after_a_modal(context) && !gives {
        return Verdict::likely(EQUATES);
    }
    if gives && !is_named(context) && !number {
        return if gives_here {
            Verdict::sure(SERVES)
        } else {
            Verdict::likely(SERVES)
        };
    }
    if gives
        || has_done_something(context)
        || has_a_purpose(context)
        || has_to_serve(context)
        || serves_in_between(context)
    {
        return Verdict::likely(SERVES);
    }
    let predicate = PREDICATES.iter().any(|said| {
        let next = context.next_word();
        next == *said || said.chars().count() > 1 && next.starts_with(said)
    });
    if (predicate && !somebody_acts(context) && !acts_briefly(context))
        || PREDICATE_WORDS.contains(&context.next_word())
    {
        return Verdict::likely(EQUATES);
    }
    if context.index == 0 || opens {
        if follows_a_dateline(context) {
            return Verdict::likely(SERVES);
        }
        return Verdict::likely(
            if context.index == 0 && context.continues_line() || names_what_something_is(context) {
                EQUATES
            } else {
                SERVES
            },
        );
    }
    let beneficiary = is_beneficiary(context) && (acts(context) || acts_briefly(context))
        // 王某甲为年终获评先进.
        || masked_acts;
    if beneficiary
        || may_serve(context) && !is_bare(context)
        || somebody_acts(context)
        || is_done_to_an_end(context)
        || on_a_day
        || context.previous_word() == "只" && !number
        || context.previous_word() == "开始" && acts(context) && !takes_part_of_time(context)
    {
        return Verdict::likely(SERVES);
    }
    Verdict::likely(EQUATES)
}
