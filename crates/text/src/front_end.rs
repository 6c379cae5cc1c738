//! The front-end: the dictionaries, loaded once, and the lexicon and English voice in force.

use std::sync::Arc;

use super::english::EnglishWords;
use super::lexicon::Lexicon;
use super::memory::Place;
use super::normalize::{self, Column, Setting};
use super::pronunciation::Dictionary;
use super::speech::{self, Item};

/// Turns text into utterances. It is built once and shared by all threads, because loading the
/// dictionaries takes about 0.1 s and 40 MiB; clones share them.
#[derive(Clone)]
pub struct FrontEnd {
    dictionary: Arc<Dictionary>,
    lexicon: Arc<Lexicon>,
    english: Option<Arc<dyn EnglishWords>>,
    whole_addresses: bool,
}

impl Default for FrontEnd {
    fn default() -> Self {
        Self::new()
    }
}

impl FrontEnd {
    /// A front-end with an empty lexicon and no English voice. Loads the dictionaries.
    pub fn new() -> Self {
        Self {
            dictionary: Arc::new(Dictionary::load()),
            lexicon: Arc::new(Lexicon::default()),
            english: None,
            whole_addresses: false,
        }
    }

    /// The same front-end with another lexicon; cheap.
    #[must_use]
    pub fn with_lexicon(&self, lexicon: Lexicon) -> Self {
        self.with_shared_lexicon(Arc::new(lexicon))
    }

    /// The same front-end with a lexicon that others use too.
    #[must_use]
    pub fn with_shared_lexicon(&self, lexicon: Arc<Lexicon>) -> Self {
        Self {
            lexicon,
            ..self.clone()
        }
    }

    /// The same front-end with a source of English pronunciations; cheap.
    #[must_use]
    pub fn with_english(&self, english: Arc<dyn EnglishWords>) -> Self {
        Self {
            english: Some(english),
            ..self.clone()
        }
    }

    /// The same front-end, which says an address of the net from beginning to end (`true`) or by its
    /// domain only (`false`, as at first); cheap.
    #[must_use]
    pub fn with_whole_addresses(&self, whole_addresses: bool) -> Self {
        Self {
            whole_addresses,
            ..self.clone()
        }
    }

    /// The lexicon in force, to merge a request's own words over it.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    pub(crate) fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// The normalisation rules and lexicon words that a line would be said by, in order.
    pub fn rules(&self, text: &str) -> Vec<AppliedRule> {
        let text: Vec<char> = text.chars().collect();
        let found = self.lexicon.matches(&text);
        let (_, applied) = normalize::traced(&text, &found.replacements, self.setting(None));
        applied
            .into_iter()
            .map(|applied| AppliedRule {
                text: text[applied.source].iter().collect(),
                rule: applied.rule,
            })
            .collect()
    }

    /// What is spoken of a text, before it is split into utterances; sources are offsets into `text`.
    /// The lexicon comes before the pronunciations of `places`. A cell's `column` decides how its digits
    /// are said.
    pub(crate) fn items(
        &self,
        text: &[char],
        places: Vec<Place>,
        column: Option<Column>,
    ) -> Vec<Item> {
        let mut found = self.lexicon.matches(text);
        for (at, pinyin) in places {
            found.pronunciations.entry(at).or_insert(pinyin);
        }
        let pieces = normalize::normalize(text, &found.replacements, self.setting(column));
        speech::pronounce(pieces, &found, &self.dictionary, self.english.as_deref())
    }
}

impl FrontEnd {
    fn setting(&self, column: Option<Column>) -> Setting {
        Setting {
            column,
            whole_addresses: self.whole_addresses,
        }
    }
}

/// A stretch of a line and the rule it is said by.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AppliedRule {
    /// The source text.
    pub text: String,
    /// `quantity::money` is the function `money` of the category `quantity`, which stands in
    /// `crates/text/src/normalize/quantity`; `lexicon` is a word of the caller's own lexicon.
    pub rule: &'static str,
}
