//! 为: what something is (wéi), or for whom and for what it is done (wèi).
//!
//! Of a 为 that no word decides, the words on both sides are weighed. The weights are learned from sentences
//! whose readings were given by hand: no list of rules was as good (`docs/measurements/text.md`).

mod signs;
mod weights;
mod words;

use rustc_hash::FxHashSet;

use super::Verdict;
use super::context::Context;
use signs::signs;

const EQUATES: &str = "wei2";

const SERVES: &str = "wei4";

/// How much the signs have to speak for one pronunciation so that it is no guess: e to this power to one.
const SURE: f32 = 1.0;

/// 为 is wéi where it equates (以…为…, 为 + 数量), wèi where it names a purpose or a beneficiary.
pub(super) fn wei(context: &Context<'_>) -> Verdict {
    in_a_word(context).unwrap_or_else(|| weighed(context))
}

/// What the signs speak for, each counted once.
fn weighed(context: &Context<'_>) -> Verdict {
    let mut seen = FxHashSet::default();
    let mut sum = weights::bias();
    signs(context, |sign| {
        if let Some((sign, weight)) = weights::of(sign)
            && seen.insert(sign)
        {
            sum += weight;
        }
    });
    let spelled = if sum > 0.0 { SERVES } else { EQUATES };
    if sum.abs() < SURE {
        Verdict::likely(spelled)
    } else {
        Verdict::sure(spelled)
    }
}

/// What a longer word decides that 为 is a part of.
fn in_a_word(context: &Context<'_>) -> Option<Verdict> {
    // 为您服务 is a word of jieba's.
    if context.word.len() > 1 && context.at == 0 && context.after_is("您你他她") {
        return Some(Verdict::sure(SERVES));
    }
    // 应为 and 为生 are words that do not say what 为 is in them.
    let undecided = context.word.len() <= 2 || context.text_before().ends_with("是指");
    (!undecided).then(|| Verdict::sure(EQUATES))
}

/// What is weighed; `None` where a word decides.
pub(super) fn signs_of(context: &Context<'_>) -> Option<Vec<String>> {
    let mut found = Vec::new();
    in_a_word(context).is_none().then(|| {
        signs(context, |sign| found.push(sign.to_owned()));
        found
    })
}
