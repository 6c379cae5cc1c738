//! The front-end: the dictionaries, loaded once, and the lexicons and English voice in force.

use std::sync::Arc;

use super::blanks;
use super::chars::fold;
use super::english::EnglishWords;
use super::lexicon::{self, Lexicon, Matches, NumberKind};
use super::memory::Place;
use super::normalize::{self, Column, Decided, Setting};
use super::pronunciation::Dictionary;
use super::speech::{self, Item};

/// Turns text into utterances. It is built once and shared by all threads, because loading the
/// dictionaries takes about 0.1 s and 40 MiB; clones share them.
#[derive(Clone)]
pub struct FrontEnd {
    dictionary: Arc<Dictionary>,
    /// The first comes before the others.
    lexicons: Arc<[Arc<Lexicon>]>,
    english: Option<Arc<dyn EnglishWords>>,
    whole_addresses: bool,
}

impl Default for FrontEnd {
    fn default() -> Self {
        Self::new()
    }
}

impl FrontEnd {
    /// A front-end without a lexicon and English voice. Loads the dictionaries.
    pub fn new() -> Self {
        Self {
            dictionary: Arc::new(Dictionary::load()),
            lexicons: Arc::default(),
            english: None,
            whole_addresses: false,
        }
    }

    /// The same front-end with one lexicon; cheap.
    #[must_use]
    pub fn with_lexicon(&self, lexicon: Lexicon) -> Self {
        self.with_lexicons([Arc::new(lexicon)])
    }

    /// The same front-end with these lexicons, which others may use too: where two have something to say of the
    /// same characters, the first of them holds. Cheap.
    #[must_use]
    pub fn with_lexicons(&self, lexicons: impl IntoIterator<Item = Arc<Lexicon>>) -> Self {
        Self {
            lexicons: lexicons.into_iter().collect(),
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

    pub(crate) fn segmenter(&self) -> &super::pronunciation::Segmenter {
        self.dictionary.segmenter()
    }

    /// The pronunciations that a character has, as pinyin with tone digits, the usual one first; empty for what
    /// is no Chinese character.
    pub fn pronunciations(&self, character: char) -> Vec<&'static str> {
        let character = fold(character);
        if !super::chars::is_hanzi(character) {
            return Vec::new();
        }
        let usual = self.dictionary.character(character);
        let all = self.dictionary.pronunciations(character).iter().copied();
        let others = all.filter(|other| *other != usual);
        std::iter::once(usual)
            .chain(others)
            .map(|one| one.name())
            .collect()
    }

    /// How a number, written in digits with what belongs to it, is said as each [`NumberKind`] that it has the
    /// form of. The kinds come in their order.
    pub fn said_as_each(&self, number: &str) -> Vec<(NumberKind, String)> {
        normalize::said_as_each(number)
    }

    pub(crate) fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// The normalisation rules and lexicon words that a line would be said by, in order.
    pub fn rules(&self, text: &str) -> Vec<AppliedRule> {
        let text: Vec<char> = text.chars().collect();
        let folded: Vec<char> = text.iter().copied().map(fold).collect();
        let found = self.matches(&folded, &[]);
        let pauses = blanks::parting(&folded, self.segmenter());
        let (_, applied) = normalize::traced(&text, decided(&found, &pauses), self.setting(None));
        applied
            .into_iter()
            .map(|applied| AppliedRule {
                text: text[applied.source].iter().collect(),
                rule: applied.rule,
            })
            .collect()
    }

    /// Whether the lexicons have anything to say.
    pub(crate) fn has_lexicons(&self) -> bool {
        self.lexicons.iter().any(|lexicon| !lexicon.is_empty())
    }

    pub(crate) fn lexicons(&self) -> &[Arc<Lexicon>] {
        &self.lexicons
    }

    /// What the lexicons do in a text of folded characters, and what is done at single places of it.
    pub(crate) fn matches(&self, folded: &[char], said: &[lexicon::Found]) -> Matches {
        lexicon::matches(&self.lexicons, folded, said)
    }

    /// What is spoken of a text, before it is split into utterances; sources are offsets into `text`.
    /// What lexicons have `found` comes before the pronunciations of `places`. A cell's `column` decides how its
    /// digits are said.
    pub(crate) fn items(
        &self,
        text: &[char],
        mut found: Matches,
        places: Vec<Place>,
        column: Option<Column>,
    ) -> Vec<Item> {
        for (at, pinyin) in places {
            found.pronunciations.entry(at).or_insert(pinyin);
        }
        let folded: Vec<char> = text.iter().copied().map(fold).collect();
        let pauses = blanks::parting(&folded, self.segmenter());
        let pieces = normalize::normalize(text, decided(&found, &pauses), self.setting(column));
        speech::pronounce(pieces, &found, &self.dictionary, self.english.as_deref())
    }

    /// Where 为 stands in a line that no word decides the pronunciation of, and there what its model weighs: what
    /// `data/make_wei.py` learns from.
    pub fn signs_of_wei(&self, text: &str) -> Vec<(usize, Vec<String>)> {
        let text: Vec<char> = text.chars().collect();
        let pieces = normalize::normalize(&text, Decided::default(), self.setting(None));
        speech::signs_of_wei(&pieces, &self.dictionary)
    }

    fn setting(&self, column: Option<Column>) -> Setting {
        Setting {
            column,
            whole_addresses: self.whole_addresses,
        }
    }
}

fn decided<'a>(found: &'a Matches, pauses: &'a [(usize, char)]) -> Decided<'a> {
    Decided {
        replacements: &found.replacements,
        numbers: &found.numbers,
        pauses,
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
