//! The corrections that hold, as the text front-end takes them: one lexicon for each scope.

use std::collections::HashMap;
use std::sync::Arc;

use super::correction::{Correction, Decision, Scope};
use crate::ledger::{PageIdentity, PageKey, PageRules};
use langdu_text::{EntryError, Lexicon};

/// What holds now. It does not change; another one takes its place.
#[derive(Debug, Default)]
pub struct InForce {
    everywhere: Option<Arc<Lexicon>>,
    portals: HashMap<String, Arc<Lexicon>>,
    documents: HashMap<PageKey, Arc<Lexicon>>,
    /// The ids of corrections at single places, by the numbers that their lexicons know them by.
    places: Vec<String>,
    rules: PageRules,
}

impl InForce {
    /// What these corrections are together. One that cannot be used, because another version of the service
    /// wrote it, is left out and logged.
    pub(super) fn of<'c>(
        rules: &PageRules,
        corrections: impl IntoIterator<Item = &'c Correction>,
    ) -> Self {
        let mut in_force = Self {
            rules: rules.clone(),
            ..Self::default()
        };
        let mut everywhere = Lexicon::default();
        let mut portals: HashMap<String, Lexicon> = HashMap::new();
        let mut documents: HashMap<PageKey, Lexicon> = HashMap::new();
        for correction in corrections {
            if correction.is_deleted {
                continue;
            }
            let lexicon = match &correction.decision.scope {
                Scope::Everywhere => &mut everywhere,
                Scope::Portal { host } => portals.entry(host.clone()).or_default(),
                Scope::Document { url } | Scope::Here { url, .. } => {
                    documents.entry(rules.key(url)).or_default()
                }
            };
            let number = in_force.places.len();
            match add(lexicon, &correction.decision, number) {
                Ok(()) => {
                    if matches!(correction.decision.scope, Scope::Here { .. }) {
                        in_force.places.push(correction.id.clone());
                    }
                }
                Err(error) => {
                    tracing::warn!(id = correction.id, %error, "a correction cannot be used");
                }
            }
        }
        in_force.everywhere = Some(everywhere)
            .filter(|lexicon| !lexicon.is_empty())
            .map(Arc::new);
        in_force.portals = shared(portals);
        in_force.documents = shared(documents);
        in_force
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
        self.places.get(number).map(String::as_str)
    }
}

fn shared<K: std::hash::Hash + Eq>(lexicons: HashMap<K, Lexicon>) -> HashMap<K, Arc<Lexicon>> {
    lexicons
        .into_iter()
        .map(|(key, lexicon)| (key, Arc::new(lexicon)))
        .collect()
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
