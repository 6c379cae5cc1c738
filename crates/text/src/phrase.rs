//! Where a reader may breathe without a mark: before the words that begin a phrase, and how well.

mod words;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::pronunciation::{Segmenter, is_surname};
use super::speech::{Item, ItemKind};
use words::{
    ADVERBIAL, ADVERBS, COMPOUNDS, CONJUNCTIONS, DETERMINERS, ENDS_OF_MEANS, JOINERS, LEANING_BACK,
    LEANING_ON, MODAL_VERBS, PREPOSITIONS, PRONOUNS, VERBS,
};

/// The longest opener in characters.
const LONGEST_OPENER: usize = 3;

/// What kind of phrase a word opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opener {
    Preposition,
    /// A modal verb, an adverb, a determiner or a conjunction of clauses.
    Plain,
    Verb,
    Joiner,
}

type Written = [Option<char>; LONGEST_OPENER];

/// The openers' characters.
static OPENERS: LazyLock<FxHashMap<Written, Opener>> = LazyLock::new(|| {
    [
        (PREPOSITIONS, Opener::Preposition),
        (MODAL_VERBS, Opener::Plain),
        (ADVERBS, Opener::Plain),
        (CONJUNCTIONS, Opener::Plain),
        (DETERMINERS, Opener::Plain),
        (VERBS, Opener::Verb),
        (JOINERS, Opener::Joiner),
    ]
    .into_iter()
    .flat_map(|(words, opener)| words.iter().map(move |word| (written(word), opener)))
    .collect()
});

/// How good a border is before a word that opens a phrase. A document's first utterance is cut at no
/// weaker one.
pub(crate) const OPENS: f32 = 6.0;
/// Behind a blank, where a headline goes on.
pub(crate) const BEHIND_A_BLANK: f32 = 8.0;
/// Behind 的, where a long attribute ends.
const BEHIND_DE: f32 = 2.0;
/// Behind 的, where nothing but a noun of two syllables follows: 分钱的方式|实施.
const BEFORE_A_SHORT_HEAD: f32 = -2.0;
/// Before 和 and the like in a list of long parts.
const JOINS: f32 = 1.0;

/// How well a reader can breathe before the item at `at`; `None` where it would tear what belongs
/// together: a number, a word and what leans on it, two openers in a row, the name of an agency.
pub(crate) fn border(items: &[Item], at: usize, segmenter: &Segmenter) -> Option<f32> {
    let end = word_end(items, at);
    if !may_part(items, at, segmenter) {
        return None;
    }
    // The phrases of a headline: 旅游市场持续回暖 激发消费新活力.
    if items[at].behind_blank && !JOINERS.contains(&word_before(items, at).as_str()) {
        return Some(BEHIND_A_BLANK);
    }
    let before = word_before(items, at);
    if opener(items, at - before.chars().count()).is_some_and(|before| before != Opener::Verb) {
        return None;
    }
    // 对辨认经过和结果, 大力发展可再生能源: a noun, or the beginning of one.
    if is_part_of_a_noun(items, at, end) {
        return None;
    }
    // 群众的不断增长的需求: what follows an attribute opens no phrase of the clause.
    let here: String = items[at..end].iter().filter_map(hanzi).collect();
    if before == "的"
        && opener(items, at) == Some(Opener::Plain)
        && !MODAL_VERBS.contains(&here.as_str())
    {
        return None;
    }
    // 参加了在上海举行的比赛.
    if ["了", "着", "过"].contains(&before.as_str())
        && opener(items, at) == Some(Opener::Preposition)
    {
        return None;
    }
    if opener(items, at).is_some() && is_framed(items, at) {
        return None;
    }
    // 逾期不履行.
    if OVERDUE.contains(&before.as_str()) {
        return None;
    }
    // 新的战略部署: one character is no long attribute.
    if before == "的" && ends_a_short_attribute(items, at) {
        return None;
    }
    let tag = segmenter.part_of_speech(&before);
    // 提出关于总预算的议案
    if here == "关于" && tag.starts_with('v') {
        return None;
    }
    // 一般每月召开: an adverb belongs to what follows.
    if matches!(tag.as_str(), "d" | "ad") {
        return None;
    }
    match opener(items, at) {
        Some(Opener::Preposition) => {
            let hangs_on_a_verb = end == at + 1 && tag.starts_with('v');
            (!hangs_on_a_verb && is_read_as_an_opener(items, at)).then_some(OPENS)
        }
        Some(Opener::Plain) => {
            // 系统全面: what stands last opens nothing.
            let goes_on = items.get(end).and_then(hanzi).is_some();
            // 建立并落实, 突出加快全面转型: only a modal verb opens something behind a verb.
            let word: String = items[at..end].iter().filter_map(hanzi).collect();
            let hangs_on_a_verb = tag.starts_with('v')
                && !MODAL_VERBS.contains(&word.as_str())
                && !(word == "并" && ends_an_object(items, at));
            (goes_on && !hangs_on_a_verb && is_read_as_an_opener(items, at)).then_some(OPENS)
        }
        // 名下的位于…的住宅
        Some(Opener::Verb) if before == "的" && LOCATING.contains(&here.as_str()) => {
            Some(BEHIND_DE)
        }
        // 免费提供 is one phrase, 我市提供 is two; 公布的数据 is one.
        Some(Opener::Verb) => (tag.is_empty()
            || tag.starts_with(['n', 'r', 's', 't', 'j', 'm', 'q']))
        .then_some(OPENS),
        // 诊断及治疗的: what is joined is part of one short attribute.
        Some(Opener::Joiner) => {
            let attribute =
                (end..end + 4).any(|next| items.get(next).and_then(hanzi) == Some('的'));
            let joins_verbs = attribute && tag.starts_with('v');
            (!joins_verbs && !names_an_agency(items, end)).then_some(JOINS)
        }
        None => (before == "的").then(|| {
            if is_short_head(items, at, end, segmenter) {
                BEFORE_A_SHORT_HEAD
            } else {
                BEHIND_DE
            }
        }),
    }
}

/// Whether the word from `at` to `end` is all that an attribute belongs to: 掉钱分钱的方式实施诈骗, 工作的指导，.
fn is_short_head(items: &[Item], at: usize, end: usize, segmenter: &Segmenter) -> bool {
    const LONGEST: usize = 2;
    let next: String = (items[end..word_end(items, end)].iter())
        .filter_map(hanzi)
        .collect();
    let tag = segmenter.part_of_speech(&next);
    end - at <= LONGEST
        && !is_numeral(&items[at])
        && !JOINERS.contains(&next.as_str())
        && (next.is_empty() || tag == "v" || tag.starts_with(['d', 'p', 'c']))
}

/// Whether the verb before `at` is the object of one that is over and done: 进行了失业登记|并符合.
fn ends_an_object(items: &[Item], at: usize) -> bool {
    const REACH: usize = 7;
    let clause = items[..at].iter().rev().take(REACH).map_while(hanzi);
    clause.skip(2).any(|c| c == '了')
}

/// Whether 至 stands between a day and the year of another one: a reader breathes there, and nothing is cut there.
pub(crate) fn joins_two_days(items: &[Item], at: usize) -> bool {
    let hanzi_at = |at: usize| items.get(at).and_then(hanzi);
    let day = at
        .checked_sub(1)
        .and_then(hanzi_at)
        .is_some_and(|c| matches!(c, '日' | '起' | '月'));
    // 起至 is one word of jieba's.
    let to = match (hanzi_at(at), hanzi_at(at + 1)) {
        (Some('至'), _) => at,
        (Some('起'), Some('至')) if !starts_word(&items[at + 1]) => at + 1,
        _ => return false,
    };
    let year = (to + 1..to + 5).all(|digit| items.get(digit).is_some_and(is_numeral))
        && hanzi_at(to + 5) == Some('年');
    starts_word(&items[at]) && day && year
}

/// Whether `at` stands inside what 在 or 随着 has opened in this clause: 在国家对灾害采取措施期间, 随着制造业
/// 向智能化转型. What 在 opens ends with a word for a time or a place, if the clause has one further on.
fn is_framed(items: &[Item], at: usize) -> bool {
    /// How far back the frame may begin, in syllables.
    const REACH: usize = 16;
    const ENDS: &[&str] = &[
        "期间",
        "过程中",
        "之后",
        "之前",
        "以后",
        "以前",
        "情况下",
        "条件下",
        "基础上",
        "时",
    ];
    let clause = items[..at]
        .iter()
        .rev()
        .take(REACH)
        .map_while(hanzi)
        .count();
    let start = at - clause;
    let frame = (start..at).rev().find(|&from| {
        starts_word(&items[from])
            && matches!(
                items[from..word_end(items, from)]
                    .iter()
                    .filter_map(hanzi)
                    .collect::<String>()
                    .as_str(),
                "在" | "随着"
            )
    });
    let Some(frame) = frame else { return false };
    if hanzi(&items[frame]) == Some('随') {
        return items[at..]
            .iter()
            .any(|item| matches!(item.kind, ItemKind::Mark('，')));
    }
    let ends_in = |range: std::ops::Range<usize>| {
        let text: String = items[range].iter().map_while(hanzi).collect();
        ENDS.iter().any(|end| text.contains(end))
    };
    let inside: String = items[frame..at].iter().filter_map(hanzi).collect();
    let closed = inside.ends_with(['中', '后', '前', '内', '下', '上', '里', '间', '日', '时'])
        || ends_in(frame..at);
    !closed && ends_in(at..items.len().min(at + 2 * REACH))
}

/// Whether nothing but an adjective of one character stands before the 的 that ends before `at`.
fn ends_a_short_attribute(items: &[Item], at: usize) -> bool {
    const SHORT: &str = "新大小好多高低老旧长短";
    at.checked_sub(2).is_some_and(|attribute| {
        starts_word(&items[attribute])
            && hanzi(&items[attribute]).is_some_and(|c| SHORT.contains(c))
    })
}

/// Verbs that an attribute of a place begins with as well as a predicate.
const LOCATING: &[&str] = &["位于", "坐落", "地处"];

/// Words that belong to the 不 or 未 behind them.
const OVERDUE: &[&str] = &["逾期", "到期", "无故", "拒绝", "无正当理由", "长期", "一直"];

/// Whether a word that opens phrases elsewhere is, or begins, a noun here: 可再生能源, 经过和结果.
fn is_part_of_a_noun(items: &[Item], at: usize, end: usize) -> bool {
    const ABLE: &[&str] = &[
        "再生", "持续", "回收", "降解", "移动", "视", "控", "信", "靠", "再", "溶", "循环", "复制",
        "燃", "追溯", "支配", "比",
    ];
    let word: String = items[at..end].iter().filter_map(hanzi).collect();
    let next: String = items[end..word_end(items, end)]
        .iter()
        .filter_map(hanzi)
        .collect();
    match word.as_str() {
        "可" => ABLE.iter().any(|able| next.starts_with(able)),
        "经过" | "通过" | "依据" | "根据" => {
            JOINERS.contains(&next.as_str()) || next == "的"
        }
        _ => false,
    }
}

/// How well a reader could breathe at a border of words where no phrase begins, by the classes of the words
/// on both sides: rather between a subject and its verb than inside a noun or between a verb and its object.
pub(crate) fn looseness(items: &[Item], at: usize, segmenter: &Segmenter) -> f32 {
    let before = word_before(items, at);
    let word: String = (items[at..word_end(items, at)].iter())
        .filter_map(hanzi)
        .collect();
    if before == "的" {
        return 1.0;
    }
    if before.is_empty() {
        return if hangs_on_a_title(items, at, segmenter) {
            -4.0
        } else {
            2.0
        };
    }
    if ADVERBIAL.contains(&before.as_str()) {
        return -4.0;
    }
    if JOINERS.contains(&word.as_str()) {
        return if names_an_agency(items, word_end(items, at)) {
            -2.0
        } else {
            // 重点攻关及产业化项目: rather before a verb.
            -1.0
        };
    }
    if JOINERS.contains(&before.as_str()) {
        return -4.0;
    }
    let (left, right) = (
        segmenter.part_of_speech(&before),
        segmenter.part_of_speech(&word),
    );
    let named = left.starts_with(['n', 'r', 's', 't', 'j']);
    // 登记注册|初审权限: two nouns are rather one term.
    let term = named && (right.starts_with(['n', 'b', 'j']) || right == "vn");
    if named && (right == "v" || right.starts_with(['d', 'p'])) {
        2.0
    } else if term {
        -4.0
    } else if named || left.is_empty() {
        -2.0
    } else {
        -4.0
    }
}

/// Whether what follows a closing quotation mark or title hangs on it: “放管服”改革, as a verb or whatever
/// opens a phrase does not.
pub(crate) fn hangs_on_a_title(items: &[Item], at: usize, segmenter: &Segmenter) -> bool {
    let word: String = (items[at..word_end(items, at)].iter())
        .filter_map(hanzi)
        .collect();
    // “基地”组织: a noun here, although the dictionary has it for a verb.
    const NOUNS: &[&str] = &[
        "组织", "行动", "计划", "活动", "改革", "运动", "起义", "规划", "演习", "考试", "竞赛",
        "比赛",
    ];
    !word.is_empty()
        && opener(items, at).is_none()
        && (NOUNS.contains(&word.as_str())
            || !(segmenter.part_of_speech(&word)).starts_with(['v', 'd', 'p', 'c', 'r']))
}

/// What the names of places end with that are written by their sounds.
const FOREIGN_PLACES: &[&str] = &["口岸", "嘎查", "苏木"];
/// How many characters of such a name may stand behind a border inside it.
const LONGEST_SOUNDS: usize = 4;

/// Whether `at` stands inside the name of a place or a person, which the dictionary lacks.
fn tears_a_name(items: &[Item], at: usize, segmenter: &Segmenter) -> bool {
    let word: String = (items[at..word_end(items, at)].iter())
        .filter_map(hanzi)
        .collect();
    let previous = word_before(items, at);
    let unknown = |word: &str| {
        word.chars().count() > 1
            && !word.chars().any(|c| NUMERALS.contains(c))
            && !segmenter.has_word(word)
    };
    // 沟门|村阳洼小组
    let village = unknown(&word) && word.starts_with(['村', '镇', '乡', '屯', '寨', '庄']);
    // 额布|都格口岸
    let foreign = (at..at + LONGEST_SOUNDS).any(|end| follows(items, end, FOREIGN_PLACES));
    let unheard_of = !items[at].behind_blank && unknown(&previous) && unknown(&word);
    village || foreign || unheard_of || is_inside_a_person(items, at)
}

/// Whether `at` stands in a name of a surname and one or two characters, between what joins persons and what
/// stands behind one: 和刘|为楚、陈晓.
fn is_inside_a_person(items: &[Item], at: usize) -> bool {
    const NEVER_GIVEN: &str = "的了着过是在有和与及或不也都就将把被等";
    const BEFORE: &str = "和与及跟同对由";
    const BEHIND: &[&str] = &[
        "同学", "同志", "先生", "女士", "老师", "等人", "等同", "等三", "等两",
    ];
    let is_given = |c: char| !NEVER_GIVEN.contains(c);
    let mark = |item: &Item| matches!(item.kind, ItemKind::Mark(_));
    [(1, 1), (1, 2), (2, 1)]
        .into_iter()
        .any(|(before, behind)| {
            let (Some(start), end) = (at.checked_sub(before), at + behind) else {
                return false;
            };
            let name: Option<Vec<char>> = items
                .get(start..end)
                .and_then(|name| name.iter().map(hanzi).collect());
            let Some([family, given @ ..]) = name.as_deref() else {
                return false;
            };
            let joined = start.checked_sub(1).is_none_or(|before| {
                mark(&items[before]) || hanzi(&items[before]).is_some_and(|c| BEFORE.contains(c))
            });
            let closed = items.get(end).is_some_and(mark) || follows(items, end, BEHIND);
            joined && closed && is_surname(*family) && given.iter().copied().all(is_given)
        })
}

/// Whether a border between words is here that tears nothing, although no phrase begins.
pub(crate) fn may_part(items: &[Item], at: usize, segmenter: &Segmenter) -> bool {
    let Some((before, here)) = at
        .checked_sub(1)
        .and_then(|before| Some((items.get(before)?, items.get(at)?)))
    else {
        return false;
    };
    let same_source = before.start == here.start && before.end == here.end;
    // 2019年3月 is one date, 14点28分 one time.
    let dated = hanzi(before).is_some_and(|c| "年月时点分".contains(c)) && is_numeral(here);
    // 党的二十大
    let congress = hanzi(before) == Some('的')
        && is_numeral(here)
        && at
            .checked_sub(2)
            .is_some_and(|party| hanzi(&items[party]) == Some('党'));
    let numbers = is_numeral(before) && (is_numeral(here) || here.end > here.start + 1) || dated;
    // 25.7:26.8:47.4 is one ratio.
    let numeral_at = |at: usize| items.get(at).is_some_and(is_numeral);
    let in_ratio = hanzi(before) == Some('比') && at >= 2 && numeral_at(at - 2) && numeral_at(at)
        || hanzi(here) == Some('比') && numeral_at(at - 1) && numeral_at(at + 1);
    // What follows a title or a quotation is begun as well as what follows a word.
    let behind_a_name = matches!(before.kind, ItemKind::Mark('》' | '”' | '〉'));
    let goes_on = hanzi(before).is_some() || behind_a_name;
    if !starts_word(here) || !goes_on || same_source || numbers || congress || in_ratio {
        return false;
    }
    let word: String = (items[at..word_end(items, at)].iter())
        .filter_map(hanzi)
        .collect();
    let previous = word_before(items, at);
    let counted = previous
        .chars()
        .last()
        .is_some_and(|c| NUMERALS.contains(c))
        || measured(items, at) && opener(items, at) != Some(Opener::Plain);
    // 以超出范围为由.
    let named_as = word == "为"
        && items
            .get(at + 1)
            .and_then(hanzi)
            .is_some_and(|c| "由主准限首例".contains(c));
    // 命名为, 认定为: what becomes of something belongs to the verb.
    let result = word == "为"
        && !is_read_as(here, "wei4")
        && (previous == "命名" || segmenter.part_of_speech(&previous).starts_with('v'));
    // 搁在冰上.
    let placed = word == "在" && previous.ends_with(|c| PLACING.contains(c));
    // 亿元人民币.
    let currency = previous.ends_with('元') && CURRENCIES.contains(&word.as_str());
    // 60周岁及以上, 至还清之日止.
    let goes_back = JOINERS.contains(&word.as_str())
        && follows(
            items,
            at + word.chars().count(),
            &["以上", "以下", "以内", "以前", "以后"],
        )
        || word.starts_with('之');
    // 指已|按规定, 原可|开展: a word of jieba's that ends with the adverb of the verb behind it.
    let led = previous.ends_with(['已', '未', '尚', '曾', '均'])
        || previous.ends_with('可') && !["许可", "认可", "不可"].contains(&previous.as_str());
    // 1501至1512号.
    let number_to_number = matches!(previous.as_str(), "至" | "到") && is_numeral(here);
    !counted
        && !goes_back
        && !led
        && !number_to_number
        && !inside_a_short_name(items, at)
        && !ends_a_title(items, at)
        && !currency
        && !named_as
        && !result
        && !is_compound(&previous, &word)
        && !placed
        && !LEANING_BACK.contains(&word.as_str())
        && !LEANING_ON.contains(&previous.as_str())
        && !JOINERS.contains(&previous.as_str())
        && !PRONOUNS.contains(&previous.as_str())
        && !tears_a_name(items, at, segmenter)
        && !(PREPOSITIONS.contains(&previous.as_str()) && previous.chars().count() == 1)
}

/// Whether one of `words` begins at `at`.
fn follows(items: &[Item], at: usize, words: &[&str]) -> bool {
    words.iter().any(|word| {
        let own = items.get(at..).unwrap_or(&[]).iter().map(hanzi);
        word.chars().map(Some).eq(own.take(word.chars().count()))
    })
}

/// Whether `at` stands inside a quotation or a title of a few syllables: “穗好办”, 《登记办法》.
fn inside_a_short_name(items: &[Item], at: usize) -> bool {
    const LONGEST: usize = 14;
    const LONGEST_QUOTATION: usize = 8;
    let is_mark = |item: &Item| matches!(item.kind, ItemKind::Mark(_));
    let first = at.saturating_sub(LONGEST);
    let opened = items[first..at].iter().rposition(is_mark);
    let closed = items[at..].iter().take(LONGEST).position(is_mark);
    let (Some(opened), Some(closed)) = (opened.map(|mark| first + mark), closed) else {
        return false;
    };
    let closed = at + closed;
    match (&items[opened].kind, &items[closed].kind) {
        (ItemKind::Mark('“' | '"'), ItemKind::Mark('”' | '"')) => {
            closed - opened <= LONGEST_QUOTATION
        }
        (ItemKind::Mark('《' | '〈'), ItemKind::Mark('》' | '〉')) => {
            closed - opened <= LONGEST
        }
        _ => false,
    }
}

/// Whether what stands from `at` on is the last word of a title, which names its kind: …管理办法的|通知》.
fn ends_a_title(items: &[Item], at: usize) -> bool {
    const LONGEST: usize = 4;
    let mark = items[at..]
        .iter()
        .take(LONGEST + 1)
        .find(|item| matches!(item.kind, ItemKind::Mark(_)));
    mark.is_some_and(|item| matches!(item.kind, ItemKind::Mark('》' | '〉')))
}

/// What says whose money it is, behind an amount.
const CURRENCIES: &[&str] = &["人民币", "左右", "整", "以上", "以下"];

/// What verbs that 在 completes end with: 搁在, 摆放在, 悬挂在.
const PLACING: &str = "搁放坐站躺挂摆留停埋贴靠搭垫架缩";

fn is_compound(before: &str, word: &str) -> bool {
    COMPOUNDS.iter().any(|(first, second)| {
        before == *first && second.iter().any(|begin| word.starts_with(begin))
    })
}

/// Whether a numeral with its measure word ends before `at`: 第一千次会议, 三个省份.
fn measured(items: &[Item], at: usize) -> bool {
    const MEASURES: &str = "次个名种届批位家起座份";
    let number = at.checked_sub(2).and_then(|number| items.get(number));
    let measure = at.checked_sub(1).and_then(|measure| items.get(measure));
    measure
        .and_then(hanzi)
        .is_some_and(|c| MEASURES.contains(c))
        && number.is_some_and(is_numeral)
}

/// How far before 为 the 以 or 变 may stand that belongs to it, in syllables.
const REACH_OF_YI: usize = 24;

const NUMERALS: &str = "零一二三四五六七八九十百千万亿两几";

fn is_numeral(item: &Item) -> bool {
    hanzi(item).is_some_and(|c| NUMERALS.contains(c))
}

/// Whether what stands before `at` leans on what follows, so that not even a quotation is begun anew there.
pub(crate) fn leans_on(items: &[Item], at: usize) -> bool {
    let before = word_before(items, at);
    LEANING_ON.contains(&before.as_str())
        || JOINERS.contains(&before.as_str())
        || PREPOSITIONS.contains(&before.as_str())
        || before == "就"
        || measured(items, at)
}

fn is_read_as(item: &Item, name: &str) -> bool {
    matches!(item.kind, ItemKind::Syllable { pinyin, .. } if pinyin.name() == name)
}

/// Whether a character with two readings has the one that it opens phrases with: 为 wèi, 曾 céng, 只 zhǐ.
fn is_read_as_an_opener(items: &[Item], at: usize) -> bool {
    match items[at].kind {
        ItemKind::Syllable { hanzi, pinyin, .. } => match hanzi {
            // What 为 equates is opened by it too, unless 以 or 变 before it belongs to it.
            '为' => {
                let clause = items[..at]
                    .iter()
                    .rev()
                    .take(REACH_OF_YI)
                    .map_while(self::hanzi);
                pinyin.name() == "wei4" || !clause.into_iter().any(|c| "以变将把视".contains(c))
            }
            '曾' => pinyin.name() == "ceng2",
            '只' => pinyin.name() == "zhi3",
            '应' => pinyin.name() == "ying1",
            _ => true,
        },
        _ => false,
    }
}

/// Whether the name of an agency ends soon behind a joiner: 人力资源和社会保障局.
fn names_an_agency(items: &[Item], from: usize) -> bool {
    const REACH: usize = 9;
    items[from..items.len().min(from + REACH)]
        .iter()
        .map_while(hanzi)
        .any(|c| "部局委厅署院会办".contains(c))
}

/// The word that ends before `at`.
fn word_before(items: &[Item], at: usize) -> String {
    let start = (0..at)
        .rev()
        .take_while(|&from| hanzi(&items[from]).is_some());
    let start = start.into_iter().find(|&from| starts_word(&items[from]));
    items[start.unwrap_or(at)..at]
        .iter()
        .filter_map(hanzi)
        .collect()
}

fn opener(items: &[Item], at: usize) -> Option<Opener> {
    let word = items.get(at..word_end(items, at)).unwrap_or_default();
    if !(1..=LONGEST_OPENER).contains(&word.len()) {
        return None;
    }
    let written = std::array::from_fn(|at| word.get(at).and_then(hanzi));
    // jieba may take 以 together with the character behind it.
    let alone = written[1].is_none_or(|c| !"及上下内外来后前便免致至为往期此色求".contains(c));
    if written[0] == Some('以') && word.len() <= 2 && alone {
        return names_a_means(items, at).then_some(Opener::Preposition);
    }
    OPENERS.get(&written).copied()
}

/// Whether 以 opens a phrase that says by what means or for what reason: 以拆分订单的方式, 以开展活动为契机.
fn names_a_means(items: &[Item], at: usize) -> bool {
    const REACH: usize = 30;
    let clause = items[at + 1..].iter().take(REACH).map_while(hanzi);
    let clause: String = clause.collect();
    ENDS_OF_MEANS.iter().any(|end| clause.contains(end))
}

fn written(word: &str) -> Written {
    let mut chars = word.chars();
    std::array::from_fn(|_| chars.next())
}

/// The end of the word that begins at `at`; `at` where none does.
fn word_end(items: &[Item], at: usize) -> usize {
    match items.get(at) {
        Some(first) if starts_word(first) => {
            let rest = items[at + 1..].iter();
            at + 1 + rest.take_while(|item| continues_word(item)).count()
        }
        _ => at,
    }
}

fn hanzi(item: &Item) -> Option<char> {
    match item.kind {
        ItemKind::Syllable { hanzi, .. } => Some(hanzi),
        _ => None,
    }
}

fn starts_word(item: &Item) -> bool {
    matches!(item.kind, ItemKind::Syllable { starts_word, .. } if starts_word)
}

fn continues_word(item: &Item) -> bool {
    matches!(item.kind, ItemKind::Syllable { starts_word, .. } if !starts_word)
}
