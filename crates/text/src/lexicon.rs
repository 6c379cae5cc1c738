//! The lexicon: the caller's own words, each with its pronunciation or with other words to say
//! instead.
//!
//! It takes precedence over everything else, because no dictionary knows every village and family.
//! This module parses, checks, merges and matches lexicons; reading and watching their files is the
//! caller's business.

use std::collections::HashMap;

use super::chars::{fold, is_hanzi};
use super::normalize::Replacement;
use super::pronunciation::Pinyin;

/// Longest word of a lexicon, in characters.
const LONGEST_WORD: usize = 32;

/// Why a lexicon is refused. Each variant names the line, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LexiconError {
    /// A line that is not two columns.
    #[error("line {line}: write a word, a tab, and its pinyin or replacement")]
    Columns {
        /// Counted from 1.
        line: usize,
    },
    /// A word that is empty or too long.
    #[error("line {line}: give the word between 1 and {LONGEST_WORD} characters")]
    Word {
        /// Counted from 1.
        line: usize,
    },
    /// Pinyin for the wrong number of characters.
    #[error(
        "line {line}: {word} has {characters} characters but {syllables} syllables; give one for each"
    )]
    Count {
        /// Counted from 1.
        line: usize,
        /// The word.
        word: String,
        /// How many characters it has.
        characters: usize,
        /// How many syllables are given.
        syllables: usize,
    },
    /// A replacement that holds nothing that can be said.
    #[error(
        "line {line}: the replacement of {word} holds nothing that can be said; use hanzi, letters or digits"
    )]
    Replacement {
        /// Counted from 1.
        line: usize,
        /// The word.
        word: String,
    },
    /// A syllable that is not one.
    #[error("line {line}: {syllable} is no syllable; write pinyin with a tone digit, such as lv4")]
    Syllable {
        /// Counted from 1.
        line: usize,
        /// As given.
        syllable: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    Pronunciation(Vec<Pinyin>),
    Replacement(String),
}

/// Words with pronunciations or replacements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lexicon {
    entries: HashMap<Vec<char>, Entry>,
    /// The longest word starting with each character.
    longest: HashMap<char, usize>,
}

impl Lexicon {
    /// Reads lines `word<TAB>pinyin` or `word<TAB>replacement`; `#` starts a comment line, empty
    /// lines are skipped.
    ///
    /// The second column is a pronunciation when every part of it is a pinyin syllable with a tone
    /// digit, one for each character; otherwise it is said instead of the word.
    ///
    /// # Errors
    /// The first line that is wrong, by its number.
    pub fn parse(tsv: &str) -> Result<Self, LexiconError> {
        let mut lexicon = Self::default();
        for (index, line) in tsv.trim_start_matches('\u{feff}').lines().enumerate() {
            let line_number = index + 1;
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let (word, value) = line
                .split_once('\t')
                .ok_or(LexiconError::Columns { line: line_number })?;
            if value.trim().is_empty() || value.trim().contains('\t') {
                return Err(LexiconError::Columns { line: line_number });
            }
            lexicon.add(line_number, word, value)?;
        }
        Ok(lexicon)
    }

    /// Builds a lexicon from pairs of word and pinyin or replacement, as a request carries them.
    ///
    /// # Errors
    /// As [`parse`](Self::parse); the line is the pair's position, counted from 1.
    pub fn from_entries<W, V>(
        entries: impl IntoIterator<Item = (W, V)>,
    ) -> Result<Self, LexiconError>
    where
        W: AsRef<str>,
        V: AsRef<str>,
    {
        let mut lexicon = Self::default();
        for (index, (word, value)) in entries.into_iter().enumerate() {
            lexicon.add(index + 1, word.as_ref(), value.as_ref())?;
        }
        Ok(lexicon)
    }

    /// Both lexicons together; where both have a word, the entry of `other` is used.
    #[must_use]
    pub fn merged(&self, other: &Self) -> Self {
        let mut merged = self.clone();
        for (word, entry) in &other.entries {
            merged.insert(word.clone(), entry.clone());
        }
        merged
    }

    /// Whether it has no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    fn add(&mut self, line: usize, word: &str, value: &str) -> Result<(), LexiconError> {
        let word: Vec<char> = word.trim().chars().map(fold).collect();
        if word.is_empty() || word.len() > LONGEST_WORD {
            return Err(LexiconError::Word { line });
        }
        let entry = entry(line, &word, value.trim())?;
        self.insert(word, entry);
        Ok(())
    }

    fn insert(&mut self, word: Vec<char>, entry: Entry) {
        let longest = self.longest.entry(word[0]).or_default();
        *longest = (*longest).max(word.len());
        self.entries.insert(word, entry);
    }

    /// Finds the lexicon's words in a text from left to right, the longest at each position.
    pub(crate) fn matches(&self, text: &[char]) -> Matches {
        let mut matches = Matches::default();
        if self.is_empty() {
            return matches;
        }
        let folded: Vec<char> = text.iter().copied().map(fold).collect();
        let mut at = 0;
        while at < folded.len() {
            let Some((length, entry)) = self.longest_at(&folded, at) else {
                at += 1;
                continue;
            };
            match entry {
                Entry::Replacement(words) => {
                    matches.replacements.push(Replacement {
                        source: at..at + length,
                        words: words.clone(),
                    });
                }
                Entry::Pronunciation(pronunciations) => {
                    let places = (at..).zip(pronunciations.iter().copied());
                    matches.pronunciations.extend(places);
                }
            }
            at += length;
        }
        matches
    }

    fn longest_at(&self, text: &[char], at: usize) -> Option<(usize, &Entry)> {
        let longest = *self.longest.get(&text[at])?;
        (1..=longest.min(text.len() - at)).rev().find_map(|length| {
            self.entries
                .get(&text[at..at + length])
                .map(|entry| (length, entry))
        })
    }
}

/// Where the lexicon's words stand in a text.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    /// The stretches of source that are replaced, in order and not overlapping.
    pub(crate) replacements: Vec<Replacement>,
    /// Pronunciations by the character's offset.
    pub(crate) pronunciations: HashMap<usize, Pinyin>,
}

fn entry(line: usize, word: &[char], value: &str) -> Result<Entry, LexiconError> {
    let parts: Vec<&str> = value.split_whitespace().collect();
    let numbered = |part: &&str| {
        part.ends_with(|c: char| c.is_ascii_digit())
            && part.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    let all_hanzi = word.iter().copied().all(is_hanzi);
    let is_pronunciation = all_hanzi && !parts.is_empty() && parts.iter().all(numbered);
    if !is_pronunciation {
        if !value
            .chars()
            .any(|c| is_hanzi(fold(c)) || fold(c).is_ascii_alphanumeric())
        {
            return Err(LexiconError::Replacement {
                line,
                word: word.iter().collect(),
            });
        }
        return Ok(Entry::Replacement(value.to_owned()));
    }
    let pronunciations = parts
        .iter()
        .map(|part| {
            Pinyin::parse(part)
                .filter(|_| !part.ends_with(['6', '7', '8', '9']))
                .ok_or_else(|| LexiconError::Syllable {
                    line,
                    syllable: (*part).to_owned(),
                })
        })
        .collect::<Result<Vec<_>, _>>()?;
    if pronunciations.len() != word.len() {
        return Err(LexiconError::Count {
            line,
            word: word.iter().collect(),
            characters: word.len(),
            syllables: pronunciations.len(),
        });
    }
    Ok(Entry::Pronunciation(pronunciations))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_line() {
        assert_eq!(
            Lexicon::parse("# words\n\n乐亭"),
            Err(LexiconError::Columns { line: 3 })
        );
        assert_eq!(
            Lexicon::parse("乐亭\tlao4"),
            Err(LexiconError::Count {
                line: 1,
                word: "乐亭".into(),
                characters: 2,
                syllables: 1
            })
        );
        assert_eq!(
            Lexicon::parse("乐亭\tlao4 ting2\n六安\tlu4 xq1"),
            Err(LexiconError::Syllable {
                line: 2,
                syllable: "xq1".into()
            })
        );
        assert_eq!(
            Lexicon::parse("乐亭\t——"),
            Err(LexiconError::Replacement {
                line: 1,
                word: "乐亭".into()
            })
        );
    }

    #[test]
    fn a_word_has_one_to_thirty_two_characters() {
        let of = |length: usize| Lexicon::from_entries([("字".repeat(length).as_str(), "替代")]);
        assert_eq!(of(1).unwrap().len(), 1);
        assert_eq!(of(LONGEST_WORD).unwrap().len(), 1);
        for length in [0, LONGEST_WORD + 1] {
            assert!(matches!(of(length), Err(LexiconError::Word { .. })));
        }
    }

    #[test]
    fn a_later_lexicon_wins_where_both_have_a_word() {
        let base = Lexicon::parse("乐亭\tle4 ting2").expect("one line");
        let request = Lexicon::from_entries([("乐亭", "lao4 ting2")]).expect("one pair");
        let text: Vec<char> = "在乐亭县".chars().collect();
        let found = base.merged(&request).matches(&text);
        assert_eq!(
            found
                .pronunciations
                .get(&1)
                .map(ToString::to_string)
                .as_deref(),
            Some("lao4")
        );
    }

    #[test]
    fn the_longest_word_is_taken() {
        let lexicon =
            Lexicon::from_entries([("五险", "五种保险"), ("五险一金", "五种保险和一种公积金")])
                .expect("two pairs");
        let text: Vec<char> = "缴五险一金".chars().collect();
        let found = lexicon.matches(&text);
        assert_eq!(found.replacements.len(), 1);
        assert_eq!(found.replacements[0].source, 1..5);
    }
}
