//! What is done behind 为: the verbs that say what is given or made for someone.

use super::super::context::Context;
use super::persons::follows_a_person;
use super::words::{BODIES, BRIEF_DEEDS, GIVES};

/// How many words behind 为 what is done for someone may stand.
pub(super) const REACH: usize = 16;

/// Whether something that can be done for anyone is done further on.
pub(super) fn gives(context: &Context<'_>) -> bool {
    const SET_UP: &[&str] = &["标杆", "榜样", "典型", "新风", "形象", "旗帜"];
    let words = context.words.get(context.index + 2..).unwrap_or(&[]);
    let sets_an_example = words
        .windows(2)
        .take(REACH)
        .any(|pair| ["树", "立", "作", "做"].contains(&pair[0]) && SET_UP.contains(&pair[1]));
    // 为场馆供能的同时，助力出行.
    let meanwhile = context.clause_after().ends_with("的同时")
        && (context.words.get(context.index + 2..).unwrap_or(&[]).iter())
            .take(REACH)
            .any(|word| is_given(context, word));
    sets_an_example
        || meanwhile
        || done_after(context, 2, |word| is_given(context, word))
        || context.clause_after().contains("量身")
        || (follows_a_person(context) || context.previous_is_a_name())
            && (context.words.get(context.index + 2..).unwrap_or(&[]).iter())
                .take(REACH)
                .any(|word| is_given(context, word))
}

/// Whether a word is, or begins with, what can be done for anyone: 贡献力量, 办实事.
pub(super) fn is_given(context: &Context<'_>, word: &str) -> bool {
    let phrase = word.chars().count() > 2 && word.starts_with(['办', '送', '献', '谋', '做']);
    GIVES.iter().any(|verb| {
        let someone = word.ends_with(['人', '者', '员', '方', '家', '商'])
            || BODIES
                .iter()
                .any(|end| word.chars().count() > 2 && word.ends_with(end));
        let longer = word.len() > verb.len() && word.starts_with(verb) && !someone;
        let single = verb.chars().count() == 1;
        let is_verb = || context.segmenter.part_of_speech(word).starts_with('v');
        word == *verb || longer && (!single || phrase || is_verb())
    })
}

/// The same behind the marks of a list, quotes and letters: 为出售、购买野生动物提供.
pub(super) fn gives_further_on(context: &Context<'_>) -> bool {
    let run: usize = (context.words[context.index + 1..].iter())
        .take(4 * REACH)
        .map(|word| word.chars().count())
        .sum();
    let clause = context.clause_after();
    let further: String = clause.chars().skip(run).collect();
    // 为企业“送政策、送技术”.
    let quoted = ["“送", "“办", "“献"]
        .iter()
        .any(|verb| further.starts_with(verb));
    quoted
        || GIVES
            .iter()
            .filter(|verb| verb.chars().count() > 1)
            .any(|verb| further.contains(verb))
}

/// Whether a verb with 了 follows behind a noun: 为发展中国家树立了典范.
pub(super) fn has_done_something(context: &Context<'_>) -> bool {
    let words = context.words.get(context.index + 2..).unwrap_or(&[]);
    words
        .windows(2)
        .take(REACH)
        .any(|pair| pair[1] == "了" && context.segmenter.part_of_speech(pair[0]).starts_with('v'))
}

/// Whether the clause says what is done, be it behind an adverb: 为依法打击犯罪.
pub(super) fn goes_on_to_act(context: &Context<'_>) -> bool {
    let verb = |word: &str| context.segmenter.part_of_speech(word) == "v";
    let next = context.next_word();
    let behind = context.words.get(context.index + 2).copied().unwrap_or("");
    verb(next) || ["进一步", "更好", "依法", "切实", "加快"].contains(&next) && verb(behind)
}

/// Whether any verb stands further on: 为老年人保留人工窗口.
pub(super) fn acts(context: &Context<'_>) -> bool {
    done_after(context, 2, |word| {
        word.chars().count() > 1 && context.segmenter.part_of_speech(word).starts_with('v')
    })
}

/// Whether a word that `is_verb` stands from `first` words behind 为 on, and not before 的.
pub(super) fn done_after(
    context: &Context<'_>,
    first: usize,
    is_verb: impl Fn(&str) -> bool,
) -> bool {
    let words = context.words.get(context.index + first..).unwrap_or(&[]);
    words
        .iter()
        .take(REACH)
        .take_while(|word| !["未", "未能", "没有", "无法"].contains(word))
        .enumerate()
        .any(|(at, word)| is_verb(word) && words.get(at + 1) != Some(&"的"))
}

/// Whether a verb of one character that has something to do stands behind what 为 names, alone or in a word with what
/// it does: 为我市提建议, 为本镇送戏.
pub(super) fn acts_briefly(context: &Context<'_>) -> bool {
    let words = context.words.get(context.index + 2..).unwrap_or(&[]);
    let is_noun = |word: &str| context.segmenter.part_of_speech(word).starts_with('n');
    words.iter().take(REACH).enumerate().any(|(at, word)| {
        let behind = words.get(at + 1).copied();
        let brief = BRIEF_DEEDS.iter().any(|verb| word.starts_with(verb));
        let alone = word.chars().count() == 1 && behind.is_some_and(|word| word != "了");
        brief && behind != Some("的") && (alone || word.chars().count() == 2 && !is_noun(word))
    })
}

/// Whether what 为 names stands in quotes or in the marks of a title, and something is done for it: 为《…》打分,
/// 为“…”造势.
pub(super) fn acts_for_a_title(context: &Context<'_>) -> bool {
    const DONE_FOR_TITLES: &[&str] = &[
        "打分", "造势", "点赞", "正名", "站台", "配音", "配乐", "代言", "献唱", "揭幕", "揭牌",
        "剪彩", "助阵", "助威", "加油", "喝彩", "买单", "作序", "题词", "题名", "护航", "把脉",
        "支招", "投票", "拉票", "宣传", "减负", "赋能", "撑腰", "发声", "颁奖", "提供", "打造",
        "创造", "注入", "添", "写", "唱",
    ];
    let clause = context.clause_after();
    [('《', '》'), ('“', '”'), ('「', '」')]
        .iter()
        .filter(|(open, _)| clause.starts_with(*open))
        .filter_map(|(_, close)| clause.split_once(*close))
        .any(|(_, behind)| DONE_FOR_TITLES.iter().any(|verb| behind.starts_with(verb)))
}
