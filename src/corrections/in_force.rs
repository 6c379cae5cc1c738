//! The corrections that hold, as the text front-end takes them: one lexicon for each scope.

use std::collections::HashMap;
use std::sync::Arc;

use super::correction::{Correction, Decision, Scope};
use crate::ledger::{PageIdentity, PageKey, PageRules};
use crate::telemetry::metrics;
use langdu_text::{EntryError, Lexicon};

/// What holds now. It does not change; another one takes its place, which shares with it every lexicon that has not
/// changed.
#[derive(Debug, Clone, Default)]
pub struct InForce {
    everywhere: Option<Arc<Lexicon>>,
    portals: HashMap<String, Arc<Lexicon>>,
    documents: HashMap<PageKey, Arc<Lexicon>>,
    /// The corrections themselves, by their ids, each with the number that its lexicon knows it by.
    corrections: HashMap<String, (Arc<Correction>, usize)>,
    /// The ids of corrections at single places, by these numbers.
    places: HashMap<usize, String>,
    /// The number of the next one.
    next: usize,
    rules: PageRules,
}

impl InForce {
    /// Where nothing holds yet.
    pub(super) fn nothing(rules: &PageRules) -> Self {
        Self {
            rules: rules.clone(),
            ..Self::default()
        }
    }

    /// What holds when these have been decided: each of them takes the place of the one with its id. Only they are
    /// read, however many hold beside them. One that cannot be used, because another version of the service wrote
    /// it, is left out and logged.
    pub(super) fn with(&self, decided: impl IntoIterator<Item = Correction>) -> Self {
        let mut now = self.clone();
        let decided: Vec<Correction> = decided.into_iter().collect();
        // What one has given up another may have taken.
        for correction in &decided {
            now.remove(&correction.id);
        }
        for correction in decided {
            metrics::CORRECTIONS_APPLIED.increment();
            if !correction.is_deleted {
                now.add(correction);
            }
        }
        now
    }

    /// What would hold if this were decided; under the id of a correction that is there, if it were decided anew.
    pub(super) fn if_decided(&self, id: Option<&str>, decision: Decision) -> Self {
        let mut now = self.clone();
        if let Some(id) = id {
            now.remove(id);
        }
        now.add(Correction {
            id: String::new(),
            revision: 0,
            decision,
            is_deleted: false,
            created_at_s: 0,
            created_by: String::new(),
            updated_at_s: 0,
            updated_by: String::new(),
        });
        now
    }

    fn add(&mut self, correction: Correction) {
        let number = self.next;
        self.next += 1;
        let is_here = matches!(correction.decision.scope, Scope::Here { .. });
        let mut added = Ok(());
        self.edit(&correction.decision.scope, |lexicon| {
            added = add(lexicon, &correction.decision, number);
        });
        if let Err(error) = added {
            tracing::warn!(id = correction.id, %error, "a correction cannot be used");
        } else if is_here {
            self.places.insert(number, correction.id.clone());
        }
        let id = correction.id.clone();
        self.corrections.insert(id, (Arc::new(correction), number));
    }

    fn remove(&mut self, id: &str) {
        let Some((correction, number)) = self.corrections.remove(id) else {
            return;
        };
        let decision = &correction.decision;
        let is_here = self.places.remove(&number).is_some();
        self.edit(&decision.scope, |lexicon| match &decision.scope {
            Scope::Here { .. } if is_here => lexicon.remove_at(number),
            Scope::Here { .. } => {}
            _ => lexicon.remove(&decision.word, &decision.change),
        });
    }

    /// Changes the lexicon of a scope, which is copied where others have it too; an empty one is none.
    fn edit(&mut self, scope: &Scope, edit: impl FnOnce(&mut Lexicon)) {
        match scope {
            Scope::Everywhere => {
                let lexicon = self.everywhere.get_or_insert_default();
                edit(Arc::make_mut(lexicon));
                self.everywhere.take_if(|lexicon| lexicon.is_empty());
            }
            Scope::Portal { host } => edit_in(&mut self.portals, host.clone(), edit),
            Scope::Document { url } | Scope::Here { url, .. } => {
                edit_in(&mut self.documents, self.rules.key(url), edit);
            }
        }
    }

    /// Every correction that holds, in the order of their ids.
    pub fn list(&self) -> Vec<Arc<Correction>> {
        let all = self.corrections.values();
        let mut list: Vec<_> = all.map(|(correction, _)| correction.clone()).collect();
        list.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        list
    }

    /// How many hold.
    pub(super) fn count(&self) -> usize {
        self.corrections.len()
    }

    /// The correction of an id, where it holds.
    pub(super) fn get(&self, id: &str) -> Option<&Correction> {
        self.corrections
            .get(id)
            .map(|(correction, _)| &**correction)
    }

    /// The lexicons for a document, the one of the narrowest scope first. What has no address has only what
    /// holds everywhere.
    pub fn lexicons(&self, identity: Option<&PageIdentity>) -> Vec<Arc<Lexicon>> {
        let mut lexicons = Vec::new();
        if let Some(identity) = identity {
            let addresses = [Some(&identity.url), Some(&identity.requested)];
            let canonical = identity.canonical.as_ref();
            let mut keys: Vec<PageKey> = Vec::new();
            for address in addresses.into_iter().flatten().chain(canonical) {
                let key = self.rules.key(address);
                if !self.documents.is_empty() && !keys.contains(&key) {
                    lexicons.extend(self.documents.get(&key).cloned());
                    keys.push(key);
                }
            }
            let portal = self.rules.portal(&identity.url);
            lexicons.extend(portal.and_then(|host| self.portals.get(&host)).cloned());
        }
        lexicons.extend(self.everywhere.clone());
        lexicons
    }

    /// As [`lexicons`](Self::lexicons), for a page by its key and its address, whose query may be left out.
    pub(super) fn lexicons_of(&self, page: PageKey, address: &str) -> Vec<Arc<Lexicon>> {
        let document = self.documents.get(&page);
        let portal = self.rules.portal(address);
        let portal = portal.and_then(|host| self.portals.get(&host));
        let lexicons = document.into_iter().chain(portal).chain(&self.everywhere);
        lexicons.cloned().collect()
    }

    /// Whether something holds in one document alone.
    pub(super) fn has_words_of(&self, page: PageKey) -> bool {
        self.documents.contains_key(&page)
    }

    /// The id of the correction that a lexicon of these knows by a number.
    pub fn place(&self, number: usize) -> Option<&str> {
        self.places.get(&number).map(String::as_str)
    }
}

fn edit_in<K: std::hash::Hash + Eq + Clone>(
    lexicons: &mut HashMap<K, Arc<Lexicon>>,
    key: K,
    edit: impl FnOnce(&mut Lexicon),
) {
    let lexicon = lexicons.entry(key.clone()).or_default();
    edit(Arc::make_mut(lexicon));
    if lexicon.is_empty() {
        lexicons.remove(&key);
    }
}

fn add(lexicon: &mut Lexicon, decision: &Decision, number: usize) -> Result<(), EntryError> {
    match &decision.scope {
        Scope::Here { anchor, .. } => {
            lexicon.change_at(&decision.word, anchor, &decision.change, number)
        }
        _ => lexicon.change(&decision.word, &decision.change),
    }
}

/// Whether a decision can be used.
///
/// # Errors
///
/// When the word cannot be changed so.
pub(super) fn check(decision: &Decision) -> Result<(), EntryError> {
    add(&mut Lexicon::default(), decision, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use langdu_text::{Anchor, Change, PauseChange};

    const PAGE: &str = "https://www.example.gov.cn/a.html";

    fn correction(id: &str, scope: Scope, word: &str, change: Change) -> Correction {
        Correction {
            id: id.to_owned(),
            revision: 1,
            decision: Decision {
                scope,
                word: word.to_owned(),
                change,
                note: String::new(),
            },
            is_deleted: false,
            created_at_s: 0,
            created_by: String::new(),
            updated_at_s: 0,
            updated_by: String::new(),
        }
    }

    fn some() -> Vec<Correction> {
        let portal = || Scope::Portal {
            host: "www.example.gov.cn".to_owned(),
        };
        let document = || Scope::Document {
            url: PAGE.to_owned(),
        };
        let here = |place: usize| Scope::Here {
            url: PAGE.to_owned(),
            anchor: Anchor {
                before: "在".to_owned(),
                after: "市".to_owned(),
                place,
                of: 2,
            },
        };
        let say = |words: &str| Change::Say(words.to_owned());
        vec![
            correction("a", Scope::Everywhere, "甲", say("一")),
            correction(
                "b",
                Scope::Everywhere,
                "甲",
                Change::Pause(PauseChange::None),
            ),
            correction("c", Scope::Everywhere, "乙", say("二")),
            correction("d", portal(), "甲", say("三")),
            correction("e", document(), "甲", say("四")),
            correction("f", here(0), "长", say("五")),
            correction("g", here(1), "长", say("六")),
        ]
    }

    /// What is in force as somebody sees it who reads documents.
    fn seen(in_force: &InForce) -> Vec<Arc<Lexicon>> {
        in_force.lexicons(Some(&PageIdentity::of_address(PAGE)))
    }

    fn lengths(in_force: &InForce) -> Vec<usize> {
        seen(in_force).iter().map(|lexicon| lexicon.len()).collect()
    }

    #[test]
    fn what_is_decided_one_by_one_is_what_is_decided_at_once() {
        let rules = PageRules::default();
        let at_once = InForce::nothing(&rules).with(some());
        assert_eq!(lengths(&at_once), [3, 1, 3]);
        let mut one_by_one = InForce::nothing(&rules);
        for correction in some() {
            one_by_one = one_by_one.with([correction]);
        }
        assert_eq!(seen(&one_by_one), seen(&at_once));
        // Taken back in whatever order, nothing is left of them.
        for gone in ["e", "a", "g", "c", "d", "f", "b"] {
            let correction = one_by_one.get(gone).unwrap().clone();
            one_by_one = one_by_one.with([Correction {
                is_deleted: true,
                ..correction
            }]);
            assert_eq!(one_by_one.get(gone), None);
        }
        assert!(seen(&one_by_one).is_empty() && one_by_one.documents.is_empty());
    }

    #[test]
    fn a_correction_leaves_every_other_lexicon_as_it_is() {
        let before = InForce::nothing(&PageRules::default()).with(some());
        let mut changed = before.get("d").unwrap().clone();
        changed.decision.change = Change::Say("七".to_owned());
        let after = before.with([changed]);
        let [old, new] = [&before, &after].map(seen);
        let is_same: Vec<bool> = old
            .iter()
            .zip(&new)
            .map(|(a, b)| Arc::ptr_eq(a, b))
            .collect();
        assert_eq!(is_same, [true, false, true], "document, portal, everywhere");
        assert_eq!(after.place(after.corrections["f"].1), Some("f"));
    }

    #[test]
    fn two_that_change_places_in_one_step_both_hold() {
        let before = InForce::nothing(&PageRules::default()).with(some());
        let mut one = before.get("a").unwrap().clone();
        let mut other = before.get("c").unwrap().clone();
        (one.decision.word, other.decision.word) = ("乙".to_owned(), "甲".to_owned());
        let after = before.with([one, other]);
        assert_eq!(lengths(&after), lengths(&before));
    }
}
