//! People whom 为 names and what is done for them, as the headlines of portals have it: 法官为当事人调解纠纷.

use super::super::context::Context;
use super::deeds::{REACH, is_given};
use super::equates::is_named;
use super::persons::follows_a_person;
use super::serves::{ACTORS, STATES};
use super::words::{BODIES, BRIEF_DEEDS, MANNERS, SERVED, SERVERS};

/// How many words behind 为 somebody is named at the latest.
const NAMED_WITHIN: usize = 6;

/// Whether somebody is named behind 为 and a verb behind them says what is done for them. 老年人服务中心 is a name.
pub(super) fn serves_people(context: &Context<'_>) -> bool {
    let tag = |word: &str| context.segmenter.part_of_speech(word);
    let words = context.words.get(context.index + 1..).unwrap_or(&[]);
    let is_served = |word: &str| {
        let tag = tag(word);
        SERVED.iter().any(|end| word.ends_with(end)) && !tag.starts_with(['v', 'd', 'm', 'a'])
    };
    let served = words.iter().take(NAMED_WITHIN).enumerate();
    served.filter(|(_, word)| is_served(word)).any(|(at, _)| {
        let mut behind = words[at + 1..]
            .iter()
            .skip_while(|word| MANNERS.contains(word) || tag(word) == "d");
        let Some(verb) = behind.next() else {
            return false;
        };
        let object = behind.next();
        let ends = behind.next().is_none();
        let in_a_name = object.is_some_and(|object| BODIES.iter().any(|end| object.ends_with(end)));
        let is_body = BODIES.iter().any(|end| verb.ends_with(end));
        !is_body
            && is_deed(context, verb, object.copied())
            && object != Some(&"的")
            && !(in_a_name && ends)
    })
}

/// Whether a word says what is done, with what it is done to or by itself: 上党课, 安装报警器, 支招.
fn is_deed(context: &Context<'_>, word: &str, object: Option<&str>) -> bool {
    let brief = BRIEF_DEEDS.iter().any(|verb| word.starts_with(verb));
    if word.chars().count() == 1 {
        return brief && object.is_some_and(|object| !["的", "了", "是"].contains(&object));
    }
    let tag = context.segmenter.part_of_speech(word);
    // 支招 and 立遗嘱 are no verbs of the dictionary.
    let phrase = brief && (!context.segmenter.has_word(word) || word.chars().count() == 3);
    // 调解纠纷 is a word too.
    let (head, length) = (word.char_indices().nth(2), word.chars().count());
    let with_object = length == 4
        && head.is_some_and(|(end, _)| {
            context
                .segmenter
                .part_of_speech(&word[..end])
                .starts_with('v')
        })
        && !BODIES.iter().any(|end| word.ends_with(end));
    tag.starts_with('v') && !STATES.contains(&word)
        || is_given(context, word)
        || phrase
        || with_object
}

/// Whether whoever or whatever works for others stands before 为, and the clause goes on to a deed at its end:
/// 改革为民生加码, 电力工人为万家灯火坚守.
pub(super) fn server_acts(context: &Context<'_>) -> bool {
    let previous = context.previous_word();
    let ends_like = |ends: &[&str]| ends.iter().any(|end| previous.ends_with(end));
    let server = SERVERS.iter().any(|end| previous.ends_with(end))
        || follows_a_person(context)
        || ends_like(ACTORS);
    let words = context.words.get(context.index + 1..).unwrap_or(&[]);
    let [.., before, last] = words else {
        return false;
    };
    context.alone()
        && server
        && words.len() <= REACH
        && last.chars().count() > 1
        && *before != "的"
        && (context.segmenter.part_of_speech(last) == "v" && !STATES.contains(last)
            || is_given(context, last))
}

/// Whether what stands before 为 is a role that somebody or something has, and no calling: 负责人为公司执行董事, but
/// 环卫工人为一城洁净坚守.
pub(super) fn names_a_role(context: &Context<'_>) -> bool {
    const CALLINGS: &[&str] = &[
        "工人",
        "军人",
        "主持人",
        "志愿者",
        "工作人员",
        "医务人员",
        "医护人员",
        "救援人员",
        "科研人员",
        "管理人员",
        "党员",
        "队员",
        "驾驶员",
    ];
    let previous = context.previous_word();
    is_named(context) && !CALLINGS.iter().any(|end| previous.ends_with(end))
}
