//! The other ways to say a number of which nothing tells what it is, for an editor to choose from.

use std::ops::Range;

use super::chars::fold;
use super::model::{Guess, GuessReason, Syllable};
use super::normalize::said_as_each;

/// Gives the numbers of which nothing tells what they are the other ways to say them: as what else they have the
/// form of.
pub(crate) fn tell_other_ways(syllables: &mut [Syllable], chars: &[char], offset: usize) {
    for at in 0..syllables.len() {
        let start = syllables[at].start - offset;
        let is_number = |guess: &Guess| guess.reason == GuessReason::Amount;
        if !syllables[at].guess.as_deref().is_some_and(is_number) {
            continue;
        }
        let source = number_at(chars, start);
        let own = syllables[at..]
            .iter()
            .take_while(|syllable| syllable.end - offset <= source.end);
        let said: String = own.map(|syllable| syllable.hanzi.as_ref()).collect();
        let number: String = chars[source].iter().collect();
        let mut others: Vec<String> = Vec::new();
        for (_, other) in said_as_each(&number) {
            if other != said && !others.contains(&other) {
                others.push(other);
            }
        }
        if let Some(guess) = &mut syllables[at].guess {
            guess.alternatives = others.into_iter().map(Into::into).collect();
        }
    }
}

/// Characters of the longest number that is said in other ways: longer ones are chains of numbers.
const LONGEST: usize = 24;

/// The number at offset `at`, in characters: digits, and the strokes, dots and colons between them. Empty where no
/// digit stands there.
pub fn number_at(chars: &[char], at: usize) -> Range<usize> {
    let is_digit = |c: Option<&char>| c.is_some_and(|&c| fold(c).is_ascii_digit());
    let joins = |c: &char| matches!(fold(*c), '/' | '-' | '.' | ':' | '~' | '—');
    let mut end = at;
    while end < at + LONGEST
        && (is_digit(chars.get(end))
            || end > at && chars.get(end).is_some_and(joins) && is_digit(chars.get(end + 1)))
    {
        end += 1;
    }
    at..end
}

#[cfg(test)]
mod tests {
    use crate::FrontEnd;

    fn other_ways(text: &str) -> Vec<String> {
        let utterances = FrontEnd::new().explain(text);
        let syllables = utterances.into_iter().flat_map(|one| one.syllables);
        let guesses = syllables.filter_map(|syllable| syllable.guess);
        guesses
            .flat_map(|guess| guess.alternatives.clone())
            .map(|way| way.to_string())
            .collect()
    }

    #[test]
    fn a_number_without_a_cue_is_told_with_what_else_it_may_be() {
        assert_eq!(other_ways("前往526园区"), ["五二六"]);
        assert!(other_ways("见附表7/12").contains(&"七月十二日".to_owned()));
        assert!(other_ways("打开IP54").contains(&"五十四".to_owned()));
        assert!(other_ways("全县526户").is_empty());
    }
}
