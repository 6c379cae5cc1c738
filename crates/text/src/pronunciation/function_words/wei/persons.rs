//! Who stands beside 为: those whom something is done for, and those who do it.

use super::super::context::Context;
use super::words::{BENEFICIARIES, PERSONS};

/// Whether someone for whom something can be done comes next.
pub(super) fn is_beneficiary(context: &Context<'_>) -> bool {
    context.next_starts(&BENEFICIARIES)
}

/// Whether a person or an institution stands before, who may be something or do something.
pub(super) fn follows_a_person(context: &Context<'_>) -> bool {
    is_person(context.previous_word()) || context.follows_a_masked_name()
}

pub(super) fn is_person(word: &str) -> bool {
    /// Short for countries, which name a party only alone or in pairs: 美方, 中美; 之日 is none.
    const COUNTRIES: &str = "中美俄英法德日韩";
    let ends = PERSONS.iter().any(|end| word.ends_with(end)) && word != "或者";
    ends && (!word.ends_with(|c| COUNTRIES.contains(c))
        || word.chars().all(|c| COUNTRIES.contains(c)))
}
