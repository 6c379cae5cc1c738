//! 地: how something is done, or where.

use super::super::lists::Words;
use super::Verdict;
use super::context::Context;
use crate::chars::is_hanzi;

const LISTS: &str = include_str!("../../data/di.txt");

/// What happens at a place: 参保地, 就医地, 案发地.
static PLACES: Words = Words::of(LISTS, "places");
/// What says how something is done.
static ADVERBS: Words = Words::of(LISTS, "adverbs");

/// 地 is de behind what says how something is done, dì where it is a place.
pub(super) fn di(context: &Context<'_>) -> Verdict {
    let word = context.words[context.index];
    let last = context.at + 1 == context.word.len();
    if last && context.word.len() >= 3 {
        let stem: String = context.word[..context.at].iter().collect();
        // 更集中地反映.
        let more = ["更", "更加", "最", "越来越"].contains(&context.previous_word())
            && context
                .segmenter
                .part_of_speech(context.next_word())
                .starts_with('v');
        if more {
            return Verdict::sure("de5");
        }
        let known_place = context.segmenter.has_word(word) && !says_how(context, word);
        let manner = ADVERBS.contains(&stem.as_str()) || stem.ends_with(['性', '般', '似']);
        return Verdict::sure(if manner || !known_place && says_how(context, &stem) {
            "de5"
        } else {
            "di4"
        });
    }
    // 历史|地看: what jieba made of 地 and a verb is no word.
    let split_wrongly =
        context.at == 0 && context.word.len() == 2 && !context.segmenter.has_word(word);
    let previous = context.previous_word();
    // 自觉地、有计划地; 坚定不移地、深入持久地.
    let listed = context.alone()
        && context.after().is_none()
        && previous.chars().count() > 1
        && (ADVERBS.contains(&previous)
            || previous.chars().count() > 3 && says_how(context, previous))
        && context.line.get(context.start + 1) == Some(&'、');
    // 怪兽般|地, and 奇迹|般地.
    let like = context.at == 1 && context.word[0] == '般' && last;
    if like && context.after().is_some() {
        return Verdict::sure("de5");
    }
    // 奇迹般地.
    if listed || context.at == 0 && context.before_is("般似") && context.after().is_some() {
        return Verdict::sure("de5");
    }
    // “迅速而有意义地”开展.
    let quoted = context.alone()
        && context.after().is_none()
        && matches!(context.line.get(context.start + 1), Some('”' | '’'))
        && context
            .line
            .get(context.start + 2)
            .is_some_and(|&c| is_hanzi(c))
        && previous.chars().count() > 1
        && !PLACES.contains(&previous)
        && (says_how(context, previous) || says_with(context));
    if quoted {
        return Verdict::likely("de5");
    }
    if !context.alone() && !split_wrongly || context.after().is_none() {
        return Verdict::sure("di4");
    }
    // “呼呼”地刮, “噼里啪啦”地打: the sound that something makes.
    if context.alone() && context.index == 0 && follows_a_sound(context) {
        return Verdict::sure("de5");
    }
    // 因地因校制宜.
    if context.alone() && context.before_is("因") {
        return Verdict::sure("di4");
    }
    // 感慨地说.
    let speaks = previous.chars().count() > 1
        && !PLACES.contains(&previous)
        && SPEECH
            .iter()
            .any(|verb| context.next_word().starts_with(verb));
    if context.alone() && speaks {
        return Verdict::sure("de5");
    }
    // 多地受灾, but 更多地参与.
    let degree = ["更", "很", "较", "最", "越", "尽", "尽可能", "过"]
        .iter()
        .any(|word| context.words_before(2).starts_with(word));
    if previous.chars().count() == 1 && COUNTED.contains(previous) && !degree {
        return Verdict::sure("di4");
    }
    // 一次次地, 许多次地迎来.
    if context.alone() && context.before_is("次") && acts_next(context) {
        return Verdict::sure("de5");
    }
    // 从地上爬起来, 倒在地里.
    let on_the_ground = ["从", "在", "往", "向", "到", "离", "自", "由", "倒", "落"]
        .contains(&previous)
        && context.after_is("上下里面中");
    // 摔倒在地致其受伤.
    let falls_to_it = previous == "在"
        && context
            .words_before(2)
            .chars()
            .rev()
            .nth(1)
            .is_some_and(|c| "倒坐跪躺趴扔摔按压掉撒散瘫".contains(c));
    if context.alone() && (on_the_ground || falls_to_it) {
        return Verdict::sure("di4");
    }
    // 主要分布地是非洲, 集散地均位于: a place is something or lies somewhere.
    let is_something = ["是", "为", "在", "位于", "均", "都", "包括", "有"]
        .contains(&context.next_word())
        && previous.chars().count() > 1
        && !ADVERBS.contains(&previous)
        && context
            .segmenter
            .part_of_speech(previous)
            .starts_with(['v', 'n']);
    if context.alone() && is_something {
        return Verdict::likely("di4");
    }
    // 重点地市, 设置地锁.
    if context.after_is("市锁桩膜磅") {
        return Verdict::sure("di4");
    }
    // 更集中地体现.
    let acts = context.segmenter.part_of_speech(context.next_word());
    if degree
        && !PLACES.contains(&previous)
        && previous.chars().count() > 1
        && acts.starts_with('v')
    {
        return Verdict::sure("de5");
    }
    let stem = match previous {
        one if one.chars().count() == 1 => context.words_before(2),
        longer => longer.to_owned(),
    };
    let before_a_noun = context.after_is("处方理区块级域市县带段名段貌")
        || split_wrongly && !says_how(context, &stem);
    let long_enough = stem.chars().count() >= 2;
    let land = context.before_is(LANDS) && !ADVERBS.contains(&stem.as_str());
    if long_enough && !land && says_how(context, &stem) && !(split_wrongly && before_a_noun) {
        return Verdict::sure("de5");
    }
    if !long_enough || before_a_noun || land || PLACES.contains(&stem.as_str()) {
        return Verdict::sure("di4");
    }
    let tag = context.segmenter.part_of_speech(previous);
    let of_a_place = tag.starts_with(['n', 'v', 'u', 'x', 's', 'm']) || tag.is_empty();
    if of_a_place && !says_with(context) {
        return Verdict::likely("di4");
    }
    let acts = context.segmenter.part_of_speech(context.next_word());
    let verb_follows = acts.starts_with(['v', 'd', 'p', 'x', 'a', 'i', 'l']) || acts.is_empty();
    Verdict::likely(if verb_follows { "de5" } else { "di4" })
}

/// Whether a sound in quotation marks stands before: its characters are doubled, or have 里 in their middle.
fn follows_a_sound(context: &Context<'_>) -> bool {
    const LONGEST: usize = 6;
    let [.., '”' | '’'] = context.line[..context.start] else {
        return false;
    };
    let before = &context.line[..context.start - 1];
    let reach = &before[before.len().saturating_sub(LONGEST)..];
    let Some(open) = reach.iter().rposition(|c| matches!(c, '“' | '‘')) else {
        return false;
    };
    match reach[open + 1..] {
        [a, b] => a == b,
        [a, b, c] => a == b || b == c,
        [a, b, c, d] => a == b && c == d || a == c && b == d || b == '里',
        _ => false,
    }
}

/// Whether a verb comes next.
fn acts_next(context: &Context<'_>) -> bool {
    (context.segmenter.part_of_speech(context.next_word())).starts_with('v')
}

/// How somebody speaks is said before these verbs.
const SPEECH: &[&str] = &[
    "说", "道", "问", "答", "喊", "笑", "讲", "表示", "告诉", "回答", "介绍", "回忆", "感叹",
    "写道",
];

/// Words of one character that 地 is counted or named with: 多地, 等地, 就地, 央地.
const COUNTED: &str = "多各两一二三四五六七八九十百千几数原某异外内此该当就入央产属等军供";

/// Whether 有, 无 or the like before the noun makes it say how something is done: 满怀信心地投入.
fn says_with(context: &Context<'_>) -> bool {
    const WITH: &[&str] = &[
        "有", "无", "没", "毫", "不", "满", "充满", "带", "饱", "大", "分", "成", "一", "越", "更",
        "最", "很", "如", "像", "好", "忘我", "自", "非", "全", "这样", "那样", "怎样", "负", "高",
        "十分", "深",
    ];
    (context.words[..context.index].iter().rev().take(4))
        .any(|word| WITH.iter().any(|with| word.starts_with(with)))
}

/// Kinds and owners of land.
const LANDS: &str = "林草耕湿旱水市县乡镇村省飞土各两某原";

/// Whether a word says how something is done.
fn says_how(context: &Context<'_>, stem: &str) -> bool {
    if PLACES.contains(&stem) {
        return false;
    }
    let chars: Vec<char> = stem.chars().collect();
    // 轻轻, 一步一步, 面对面.
    let doubled = matches!(chars[..], [a, b] if a == b)
        || matches!(chars[..], [a, '对' | '把' | '靠' | '挨', b] if a == b)
        || matches!(chars[..], [.., a, b] if a == b)
        || matches!(chars[..], [a, b, ..] if a == b);
    let tag = context.segmenter.part_of_speech(stem);
    // 积极主动: two adverbs in one word.
    let paired = chars.len() == 4 && {
        let (first, second): (String, String) =
            (chars[..2].iter().collect(), chars[2..].iter().collect());
        ADVERBS.contains(&first.as_str()) && ADVERBS.contains(&second.as_str())
    };
    doubled
        || paired
        || ADVERBS.contains(&stem)
        || chars.len() > 2 && chars.last() == Some(&'化')
        || chars.last() == Some(&'性')
        || chars.len() == 2 && "更最很较越".contains(chars[0])
        || tag.starts_with(['d', 'z', 'a', 'i', 'l'])
}
