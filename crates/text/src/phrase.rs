//! Where a reader may breathe without a mark: before the function words that begin a phrase.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::speech::{Item, ItemKind};

/// Words that begin a phrase. They belong to closed word classes, or are never anything else. A word
/// that is ambiguous (上, 到, 给, 就), or a noun as often as a verb (要求, 规定, 服务), is left out.
const OPENERS: &[&[&str]] = &[
    PREPOSITIONS,
    MODAL_VERBS,
    ADVERBS,
    CONJUNCTIONS,
    DETERMINERS,
    VERBS,
];

const PREPOSITIONS: &[&str] = &[
    "关于", "按照", "依照", "根据", "依据", "为了", "对于", "通过", "经过", "由于", "随着", "自从",
    "围绕", "针对", "结合", "在", "自", "从", "由", "向", "对", "为", "将", "按", "经", "因",
];

const MODAL_VERBS: &[&str] = &[
    "应当", "应该", "可以", "能够", "必须", "需要", "不得", "不能", "应", "可", "需",
];

const ADVERBS: &[&str] = &[
    "不再",
    "不予",
    "已经",
    "正在",
    "继续",
    "全面",
    "进一步",
    "一律",
    "没有",
    "不断",
    "逐步",
    "逐年",
    "依法",
    "分别",
    "共计",
    "总计",
    "共",
    "已",
    "也",
    "都",
    "均",
    "还",
    "仍",
    "再",
    "又",
    "只",
    "才",
    "不",
    "曾",
    "尚未",
];

const CONJUNCTIONS: &[&str] = &["以及", "或者", "并且", "而且", "与", "和", "及", "或", "并"];

const DETERMINERS: &[&str] = &["每", "每周", "每月", "每年", "每天", "每日", "每人"];

/// What a predicate begins with.
const VERBS: &[&str] = &[
    "是", "达到", "包括", "属于", "提出", "提醒", "指出", "强调", "表示", "印发", "发布", "公布",
    "启动", "新增", "增加", "减少", "提供", "开展", "举办", "召开", "推出", "出台", "享受", "领取",
    "缴纳", "全长", "实行",
];

/// The longest opener in characters.
const LONGEST_OPENER: usize = 3;

/// The openers' characters.
static OPENER_HANZI: LazyLock<FxHashSet<[Option<char>; LONGEST_OPENER]>> = LazyLock::new(|| {
    let hanzi = |opener: &str| {
        let mut chars = opener.chars();
        std::array::from_fn(|_| chars.next())
    };
    OPENERS
        .iter()
        .copied()
        .flatten()
        .copied()
        .map(hanzi)
        .collect()
});

/// Whether the word that begins at `at` opens a phrase, so that a reader may breathe before it:
/// not between two such words (应当在, 也可以), which belong together.
pub(crate) fn opens(items: &[Item], at: usize) -> bool {
    opener(items, at)
        && !(0..at)
            .rev()
            .take(LONGEST_OPENER)
            .any(|before| opener(items, before) && word_end(items, before) == at)
}

fn opener(items: &[Item], at: usize) -> bool {
    let word = items.get(at..word_end(items, at)).unwrap_or_default();
    let written = std::array::from_fn(|at| word.get(at).and_then(hanzi));
    (1..=LONGEST_OPENER).contains(&word.len()) && OPENER_HANZI.contains(&written)
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
