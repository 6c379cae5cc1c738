//! From words on a page to what the voice is fed: utterances, normalised text, readings, sandhi
//! and phonemes, each syllable with the source characters it came from.
//!
//! Pure: no I/O, no async, no clock, and nothing of audio.

mod chars;
mod english;
mod lexicon;
mod model;
mod normalize;
pub mod phonemes;
mod phrase;
mod reading;
mod script;
mod speech;
mod split;

use std::sync::Arc;

use serde_json::{Value, json};

pub use english::EnglishWords;
pub use lexicon::{Lexicon, LexiconError};
pub use model::{Script, Span, Syllable, Utterance};
pub use script::{ScriptOptions, pauses};

use langdu_model::Document;
use reading::Dictionary;
use speech::Item;

/// Reads text: built once, shared by all threads. Clones share the dictionaries.
#[derive(Clone)]
pub struct FrontEnd {
    dictionary: Arc<Dictionary>,
    lexicon: Arc<Lexicon>,
    english: Option<Arc<dyn EnglishWords>>,
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

    /// The lexicon in force, to merge a request's own words over it.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The document as it will be spoken.
    pub fn script(&self, document: &Document, options: &ScriptOptions) -> Script {
        script::script(self, document, options)
    }

    /// How one line would be read; offsets are into the line.
    pub fn explain(&self, text: &str) -> Vec<Utterance> {
        script::line(self, text)
    }

    /// The normalisation rules and lexicon words that a line would be said by, in order.
    pub fn rules(&self, text: &str) -> Vec<AppliedRule> {
        let text: Vec<char> = text.chars().collect();
        let found = self.lexicon.matches(&text);
        let (_, applied) = normalize::traced(&text, &found.swaps);
        applied
            .into_iter()
            .map(|applied| AppliedRule {
                text: text[applied.source].iter().collect(),
                rule: applied.rule,
            })
            .collect()
    }

    fn items(&self, text: &[char]) -> Vec<Item> {
        let found = self.lexicon.matches(text);
        let pieces = normalize::normalize(text, &found.swaps);
        speech::read(pieces, &found, &self.dictionary, self.english.as_deref())
    }
}

/// A stretch of a line and the rule it is said by.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AppliedRule {
    /// The source text.
    pub text: String,
    /// `quantity::money` is the function `money` of `crates/text/src/normalize/quantity.rs`; `lexicon`
    /// is a word of the deployment's own.
    pub rule: &'static str,
}

/// How a line would be read, as one JSON object:
/// `{text, spoken, utterances: [{text, spoken, syllables, phonemes, pause_ms}]}`.
pub fn explain_json(text: &str, utterances: &[Utterance]) -> Value {
    let spoken: String = utterances
        .iter()
        .map(|utterance| utterance.spoken.as_str())
        .collect();
    let utterances: Vec<Value> = utterances
        .iter()
        .map(|utterance| {
            json!({
                "text": utterance.text,
                "spoken": utterance.spoken,
                "syllables": utterance.syllables,
                "phonemes": utterance.phonemes,
                "pause_ms": utterance.pause_ms,
            })
        })
        .collect();
    json!({ "text": text, "spoken": spoken, "utterances": utterances })
}
