//! Where a reader breathes inside an utterance although the page has no mark: in a long clause, at the border
//! of a phrase.

use std::ops::Range;

use super::phonemes;
use super::phrase;
use super::pronunciation::Segmenter;
use super::speech::Item;
use super::split::{length, mark};

/// The longest clause that is spoken in one breath, in syllables of average length: six seconds at 4.3
/// syllables a second.
const LONGEST_CLAUSE: f32 = 25.0;
/// The same where the page has a blank between two phrases of a headline.
const LONGEST_HEADLINE: f32 = 14.0;
/// The shortest part of a clause on either side of a breath.
const SHORTEST_PART: f32 = 6.0;
/// How many syllables away from the middle a border may be for one point of its strength.
const SYLLABLES_A_POINT: f32 = 3.0;

/// The items of `range` before which a reader breathes.
pub(crate) fn breaths(items: &[Item], range: Range<usize>, segmenter: &Segmenter) -> Vec<usize> {
    let mut found = Vec::new();
    let mut start = range.start;
    for at in range.clone().chain([range.end]) {
        let pauses =
            at == range.end || mark(&items[at]).is_some_and(|c| phonemes::of_mark(c).is_some());
        if pauses {
            found.extend(breath(items, start..at, segmenter));
            start = at + 1;
        }
    }
    found
}

/// How well a reader could breathe where no phrase begins: worst inside a term of several nouns.
fn within_a_phrase(items: &[Item], at: usize, segmenter: &Segmenter) -> Option<f32> {
    phrase::may_part(items, at, segmenter).then(|| phrase::looseness(items, at, segmenter).min(0.0))
}

/// The best border of a phrase in a long clause: a strong one near the middle.
fn breath(items: &[Item], clause: Range<usize>, segmenter: &Segmenter) -> Option<usize> {
    let own = items.get(clause.clone())?;
    let whole = length(own);
    let has_blank = || own.iter().skip(1).any(|item| item.behind_blank);
    let fits = whole <= LONGEST_CLAUSE;
    if whole <= LONGEST_HEADLINE || fits && !has_blank() {
        return None;
    }
    let mut so_far = 0.0;
    let mut best: Option<(f32, usize)> = None;
    for at in clause {
        if so_far >= SHORTEST_PART
            && whole - so_far >= SHORTEST_PART
            && (!fits || items[at].behind_blank)
            && let Some(border) = phrase::border(items, at, segmenter)
                .or_else(|| phrase::joins_two_days(items, at).then_some(phrase::OPENS))
                .or_else(|| within_a_phrase(items, at, segmenter))
        {
            let score = border - (so_far - whole / 2.0).abs() / SYLLABLES_A_POINT;
            if best.is_none_or(|(other, _)| score > other) {
                best = Some((score, at));
            }
        }
        so_far += items[at].length();
    }
    best.map(|(_, at)| at)
}
