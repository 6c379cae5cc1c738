//! Who stands beside 为: those whom something is done for, and what has a name.

use super::super::context::Context;
use super::serves::gives;
use super::words::{BENEFICIARIES, NAMED, PERSONS};

/// Whether someone for whom something can be done comes next.
pub(super) fn is_beneficiary(context: &Context<'_>) -> bool {
    context.next_starts(&BENEFICIARIES)
}

/// Whether what is named just before 为 is what follows: 服务对象为老年人. What stands behind a preposition is
/// not named: 按规定范围为企业提供.
pub(super) fn is_named(context: &Context<'_>) -> bool {
    let previous = context.previous_word();
    let by_a_rule = || {
        let before = context.clause_before();
        ["按", "根据", "利用", "通过", "依据", "在"]
            .iter()
            .any(|how| before.contains(how))
            && gives(context)
    };
    NAMED.iter().any(|noun| previous.ends_with(noun)) && previous != "或者" && !by_a_rule()
}

/// Whether a person or an institution stands before, who may be something or do something.
pub(super) fn follows_a_person(context: &Context<'_>) -> bool {
    is_person(context.previous_word())
}

pub(super) fn is_person(word: &str) -> bool {
    /// Short for countries, which name a party only alone or in pairs: 美方, 中美; 之日 is none.
    const COUNTRIES: &str = "中美俄英法德日韩";
    let ends = PERSONS.iter().any(|end| word.ends_with(end)) && word != "或者";
    ends && (!word.ends_with(|c| COUNTRIES.contains(c))
        || word.chars().all(|c| COUNTRIES.contains(c)))
}
