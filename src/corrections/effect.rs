//! What a correction touches: the sentences that sound different with it, their clips and their documents.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::correction::{Decision, Scope, Touched};
use super::sentences::{self, Sentence};
use super::{CorrectionError, Corrections, InForce};
use crate::ledger::{ClipUse, PageKey, PageRules};
use langdu_clips::ClipId;
use langdu_text::{FrontEnd, Lexicon, folded};

/// Sentences that are read with both, to see whether they sound different. More of them all count as different:
/// one that does not is found again by its clip's id when its page is read.
const MOST_COMPARED: usize = 5000;

/// Documents and sentences that are named.
const MOST_NAMED: usize = 20;

/// Documents that are prepared again.
const MOST_PREPARED: usize = 500;

/// What decisions change.
pub(super) struct Effect {
    pub(super) touched: Touched,
    /// Clips that no document has any more.
    pub(super) superseded: Vec<ClipId>,
    /// Pages whose clips are to be made again.
    pub(super) to_prepare: Vec<String>,
}

impl Corrections {
    /// What `decisions` change, of which some hold in `old` and the others in `new`.
    pub(super) async fn effect(
        &self,
        old: &Arc<InForce>,
        new: &Arc<InForce>,
        decisions: &[Decision],
    ) -> Result<Effect, CorrectionError> {
        let words = Arc::new(FoundWords::of(decisions));
        let wanted = words.clone();
        let found = self.store.run(move |database| {
            sentences::sentences_with(database, wanted.words(), |text| wanted.is_any_in(text))
        });
        let found = found.await?;
        let clips = found
            .iter()
            .flat_map(|sentence| &sentence.clips)
            .copied()
            .collect();
        let mut uses: HashMap<ClipId, Vec<ClipUse>> = HashMap::new();
        for one in self.ledger.uses_of(clips).await? {
            uses.entry(one.clip).or_default().push(one);
        }
        let compare = Comparison {
            rules: self.rules.clone(),
            front_end: self.text.front_end.clone(),
            deployment: self.text.lexicon.borrow().clone(),
            old: old.clone(),
            new: new.clone(),
            decisions: decisions.to_vec(),
            words,
        };
        let effect =
            langdu_blocking::run("comparing readings", move || compare.effect(&found, &uses));
        Ok(effect.await?)
    }
}

/// What is needed to tell whether a sentence sounds different.
struct Comparison {
    rules: PageRules,
    front_end: FrontEnd,
    deployment: Arc<Lexicon>,
    old: Arc<InForce>,
    new: Arc<InForce>,
    decisions: Vec<Decision>,
    words: Arc<FoundWords>,
}

/// The words of decisions, to be found in sentences: many are imported at once.
struct FoundWords {
    /// Folded, in the order of the decisions.
    words: Vec<String>,
    /// Which of them begin with a character.
    by_first: HashMap<char, Vec<usize>>,
}

impl FoundWords {
    fn of(decisions: &[Decision]) -> Self {
        let words: Vec<String> = decisions
            .iter()
            .map(|decision| folded(&decision.word))
            .collect();
        let mut by_first: HashMap<char, Vec<usize>> = HashMap::new();
        for (number, word) in words.iter().enumerate() {
            if let Some(first) = word.chars().next() {
                by_first.entry(first).or_default().push(number);
            }
        }
        Self { words, by_first }
    }

    fn words(&self) -> &[String] {
        &self.words
    }

    fn is_any_in(&self, sentence: &str) -> bool {
        self.each_in(sentence).next().is_some()
    }

    /// The numbers of the words that stand in a sentence; one that stands there twice is told twice.
    fn each_in<'s>(&'s self, sentence: &'s str) -> impl Iterator<Item = usize> + 's {
        sentence.char_indices().flat_map(move |(at, first)| {
            let begin = self.by_first.get(&first).map_or(&[][..], Vec::as_slice);
            let stands = move |number: &usize| sentence[at..].starts_with(&self.words[*number]);
            begin.iter().copied().filter(stands)
        })
    }
}

/// What two pages have in common that have the same lexicons: their portal, and nothing of their own.
type Words = (Option<String>, Option<PageKey>);

impl Comparison {
    fn effect(&self, sentences: &[Sentence], uses: &HashMap<ClipId, Vec<ClipUse>>) -> Effect {
        let mut documents: HashMap<PageKey, &str> = HashMap::new();
        let mut named = Vec::new();
        let mut clips = 0;
        let mut superseded = Vec::new();
        let mut compared = 0;
        for sentence in sentences {
            let numbers: HashSet<usize> = self.words.each_in(&sentence.text).collect();
            let decisions = numbers.iter().map(|&number| &self.decisions[number]);
            let decisions: Vec<&Decision> = decisions.collect();
            let of = |clip: &ClipId| uses.get(clip).map_or(&[][..], Vec::as_slice);
            let pages = sentence.clips.iter().flat_map(of);
            let mut known: HashMap<Words, bool> = HashMap::new();
            let is_changed = |page: &&ClipUse| {
                self.is_within(&decisions, page, &sentence.text)
                    && *known.entry(self.words_of(page)).or_insert_with(|| {
                        compared += 1;
                        // A sentence alone does not hold what stands around a place.
                        let is_here = |one: &&Decision| matches!(one.scope, Scope::Here { .. });
                        compared > MOST_COMPARED
                            || decisions.iter().any(is_here)
                            || self.sounds_different(page, &sentence.text)
                    })
            };
            let (within, outside): (Vec<&ClipUse>, Vec<&ClipUse>) = pages.partition(is_changed);
            if within.is_empty() {
                continue;
            }
            let elsewhere: HashSet<ClipId> = outside.iter().map(|page| page.clip).collect();
            let own: HashSet<ClipId> = within.iter().map(|page| page.clip).collect();
            clips += own.len();
            superseded.extend(own.difference(&elsewhere));
            documents.extend(within.iter().map(|page| (page.page, page.shown.as_str())));
            if named.len() < MOST_NAMED {
                named.push(sentence.text.clone());
            }
        }
        let mut pages: Vec<String> = documents.values().map(|&shown| shown.to_owned()).collect();
        pages.sort_unstable();
        Effect {
            touched: Touched {
                documents: documents.len(),
                clips,
                pages: pages.iter().take(MOST_NAMED).cloned().collect(),
                sentences: named,
            },
            superseded,
            to_prepare: pages
                .into_iter()
                // An address with a query is kept with a hash in its place, by which nothing can be fetched.
                .filter(|page| !page.contains('?'))
                .take(MOST_PREPARED)
                .collect(),
        }
    }

    /// Whether one of the decisions holds in a page for this sentence.
    fn is_within(&self, decisions: &[&Decision], page: &ClipUse, sentence: &str) -> bool {
        decisions.iter().any(|decision| match &decision.scope {
            Scope::Everywhere => true,
            Scope::Portal { host } => self.rules.portal(&page.shown).as_ref() == Some(host),
            Scope::Document { url } => self.rules.key(url) == page.page,
            Scope::Here { url, anchor } => {
                self.rules.key(url) == page.page
                    && is_place_in(
                        sentence,
                        &folded(&decision.word),
                        &folded(&anchor.before),
                        &folded(&anchor.after),
                    )
            }
        })
    }

    fn words_of(&self, page: &ClipUse) -> Words {
        let of_its_own = [&self.old, &self.new]
            .iter()
            .any(|in_force| in_force.has_words_of(page.page));
        (
            self.rules.portal(&page.shown),
            of_its_own.then_some(page.page),
        )
    }

    fn sounds_different(&self, page: &ClipUse, sentence: &str) -> bool {
        let sound = |in_force: &InForce| {
            let lexicons = in_force.lexicons_of(page.page, &page.shown);
            let lexicons = lexicons.into_iter().chain([self.deployment.clone()]);
            let utterances = self.front_end.with_lexicons(lexicons).explain(sentence);
            let sounds = utterances
                .into_iter()
                .map(|utterance| (utterance.phonemes, utterance.pause_ms));
            sounds.collect::<Vec<_>>()
        };
        sound(&self.old) != sound(&self.new)
    }
}

/// Whether the place of an anchor may be in a sentence, as far as the sentence reaches.
fn is_place_in(sentence: &str, word: &str, before: &str, after: &str) -> bool {
    sentence.match_indices(word).any(|(at, _)| {
        let (left, right) = (&sentence[..at], &sentence[at + word.len()..]);
        (left.ends_with(before) || before.ends_with(left))
            && (right.starts_with(after) || after.starts_with(right))
    })
}

#[cfg(test)]
mod tests {
    use super::is_place_in;

    #[test]
    fn a_place_is_told_by_what_the_sentence_holds_around_it() {
        let sentence = "队长说长安街的长度不变。";
        assert!(is_place_in(sentence, "长", "队长说", "安街的"));
        assert!(is_place_in(
            sentence,
            "长",
            "上一句。队长说",
            "安街的长度不变。"
        ));
        assert!(is_place_in(sentence, "长度", "安街的", "不变。下一句"));
        assert!(!is_place_in(sentence, "长", "县长说", "安街的"));
        assert!(!is_place_in(sentence, "长", "队长说", "安大街"));
    }
}
