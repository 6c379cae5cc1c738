//! The lexicon: words of the caller's, of the deployment's and of its editors', each with what is done where
//! it stands: its pronunciation, other words to say instead, the kind of its numbers, the pause behind it.
//!
//! Lexicons take precedence over everything else, because no dictionary knows every village and family. There
//! may be several, of which the first comes before the others: those of a request, of one document, of a
//! portal, of the deployment.
//!
//! This module parses, checks and matches lexicons; reading and watching their files, and keeping what editors
//! correct, is the caller's business.

mod anchor;
mod places;

use rustc_hash::FxHashMap;

use super::chars::{fold, is_hanzi};
use super::pronunciation::{Pinyin, marked_syllables};
pub use anchor::Anchor;
use langdu_model::Document;
use langdu_model::Says;
pub use langdu_model::{Change, NumberKind, PauseChange};
pub(crate) use places::{Anchors, Found, Matches, matches};

/// Longest word of a lexicon, in characters.
const LONGEST_WORD: usize = 32;

/// Longest stretch that is changed at one place, in characters.
const LONGEST_ANCHORED: usize = 256;

/// Why a lexicon is refused, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {cause}")]
pub struct LexiconError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong with it.
    #[source]
    pub cause: EntryError,
}

/// Why an entry of a lexicon is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// A line that is not two columns.
    #[error("write a word, a tab, and its pinyin or replacement")]
    Columns,
    /// A word that is empty or too long.
    #[error("give the word between 1 and {most} characters")]
    Word {
        /// The most that it may have.
        most: usize,
    },
    /// Pinyin for the wrong number of characters.
    #[error("{word} has {characters} characters but {syllables} syllables; give one for each")]
    Count {
        /// The word.
        word: String,
        /// How many characters it has.
        characters: usize,
        /// How many syllables are given.
        syllables: usize,
    },
    /// Pinyin for what is no Chinese character.
    #[error("{word} holds characters that have no pinyin; choose only the hanzi")]
    NotHanzi {
        /// The word.
        word: String,
    },
    /// A replacement that holds nothing that can be said.
    #[error(
        "the replacement of {word} holds nothing that can be said; use hanzi, letters or digits"
    )]
    Replacement {
        /// The word.
        word: String,
    },
    /// A syllable that is not one.
    #[error("{syllable} is no syllable; write pinyin with a tone digit, such as lv4")]
    Syllable {
        /// As given.
        syllable: String,
    },
    /// The kind of a number for what holds none.
    #[error("{word} holds no number")]
    NoNumber {
        /// The word.
        word: String,
    },
}

/// What is done with the characters of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    Pronunciation(Vec<Pinyin>),
    Replacement(String),
    Number(NumberKind),
    Silence,
    Name,
}

/// Words, each with a value, to be found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Words<T> {
    words: FxHashMap<Vec<char>, T>,
    /// The lengths of the words that begin with two characters: the bit `n` stands for `n + 1` characters. At
    /// most places of a text no word begins so, which takes one look-up to know.
    lengths: FxHashMap<[char; 2], u32>,
    /// Whether there is a word of one character.
    has_single: bool,
}

impl<T> Default for Words<T> {
    fn default() -> Self {
        Self {
            words: FxHashMap::default(),
            lengths: FxHashMap::default(),
            has_single: false,
        }
    }
}

impl<T> Words<T> {
    fn insert(&mut self, word: Vec<char>, value: T) {
        match word[..] {
            [first, second, ..] => {
                *self.lengths.entry([first, second]).or_default() |= 1 << (word.len() - 1);
            }
            _ => self.has_single = true,
        }
        self.words.insert(word, value);
    }

    /// The lengths stay as they are: one too many costs a look-up and no more.
    fn remove(&mut self, word: &[char]) {
        self.words.remove(word);
    }
}

/// A change at one place of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Anchored {
    word: Vec<char>,
    before: Vec<char>,
    after: Vec<char>,
    place: usize,
    of: usize,
    /// What is done with the characters, or with the pause behind them.
    change: Result<Entry, PauseChange>,
    /// The number that the caller knows it by.
    number: usize,
}

/// Words with what is done where they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lexicon {
    entries: Words<Entry>,
    pauses: Words<PauseChange>,
    anchored: Vec<Anchored>,
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
            let entry = columns(line).and_then(|(word, value)| lexicon.add(word, value));
            entry.map_err(|cause| LexiconError {
                line: line_number,
                cause,
            })?;
        }
        Ok(lexicon)
    }

    /// Builds a lexicon from pairs of word and pinyin or replacement, as a request carries them.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), of every pair that cannot be used; the line is the pair's position, counted
    /// from 1.
    pub fn from_entries<W, V>(
        entries: impl IntoIterator<Item = (W, V)>,
    ) -> Result<Self, Vec<LexiconError>>
    where
        W: AsRef<str>,
        V: AsRef<str>,
    {
        let mut lexicon = Self::default();
        let mut errors = Vec::new();
        for (index, (word, value)) in entries.into_iter().enumerate() {
            if let Err(cause) = lexicon.add(word.as_ref(), value.as_ref()) {
                let line = index + 1;
                errors.push(LexiconError { line, cause });
            }
        }
        if errors.is_empty() {
            Ok(lexicon)
        } else {
            Err(errors)
        }
    }

    /// Adds what is done wherever a word stands; of two changes of one word the later one holds, except that
    /// the pause behind it is a matter of its own.
    ///
    /// # Errors
    /// When the word cannot be changed so.
    pub fn change(&mut self, word: &str, change: &Change) -> Result<(), EntryError> {
        let word = folded(word, LONGEST_WORD)?;
        match parse_change(&word, change)? {
            Ok(entry) => self.entries.insert(word, entry),
            Err(pause) => self.pauses.insert(word, pause),
        }
        Ok(())
    }

    /// Adds what is done at one place of a document. `number` is what a place that is not there any more is
    /// [named by](crate::FrontEnd::lost_anchors).
    ///
    /// # Errors
    /// When the word cannot be changed so.
    pub fn change_at(
        &mut self,
        word: &str,
        anchor: &Anchor,
        change: &Change,
        number: usize,
    ) -> Result<(), EntryError> {
        let word = folded(word, LONGEST_ANCHORED)?;
        let change = parse_change(&word, change)?;
        self.anchored.push(Anchored {
            before: anchor.before.chars().map(fold).collect(),
            after: anchor.after.chars().map(fold).collect(),
            place: anchor.place,
            of: anchor.of,
            word,
            change,
            number,
        });
        Ok(())
    }

    /// Takes back what [`change`](Self::change) has added for a word: the change of its pause, or the other one.
    pub fn remove(&mut self, word: &str, change: &Change) {
        let Ok(word) = folded(word, LONGEST_WORD) else {
            return;
        };
        match change {
            Change::Pause(_) => self.pauses.remove(&word),
            _ => self.entries.remove(&word),
        }
    }

    /// Takes back what [`change_at`](Self::change_at) has added under a number.
    pub fn remove_at(&mut self, number: usize) {
        self.anchored.retain(|anchored| anchored.number != number);
    }

    /// Whether it has no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.words.len() + self.pauses.words.len() + self.anchored.len()
    }

    fn add(&mut self, word: &str, value: &str) -> Result<(), EntryError> {
        let word = folded(word, LONGEST_WORD)?;
        let entry = entry(&word, value.trim())?;
        self.entries.insert(word, entry);
        Ok(())
    }
}

/// Leaves out of a document's markup what cannot be done, and tells whoever wrote it.
pub fn check_markup(document: &mut Document) {
    let mut markup = std::mem::take(&mut document.markup);
    markup.retain(|markup| {
        let Says::Change(change) = &markup.says else {
            return true;
        };
        let block = document.blocks.get(markup.block);
        let text = block.map_or("", |block| block.text.as_str()).chars();
        let word: String = text
            .skip(markup.range.start)
            .take(markup.range.len())
            .collect();
        // A pause is behind a place, which is no word.
        let checked = match change {
            Change::Pause(_) => Ok(()),
            change => folded(&word, LONGEST_ANCHORED)
                .and_then(|word| parse_change(&word, change))
                .map(|_| ()),
        };
        checked
            .map_err(|error| document.warn(format!("markup of {word:?}: {error}")))
            .is_ok()
    });
    document.markup = markup;
}

impl Anchor {
    /// The anchor of what stands at `range` of the block `block`, in characters, among the texts of all blocks.
    /// `None` when the range is not in the block.
    pub fn of(blocks: &[&str], block: usize, range: std::ops::Range<usize>) -> Option<Self> {
        let texts: Vec<Vec<char>> = blocks
            .iter()
            .map(|text| text.chars().map(fold).collect())
            .collect();
        let text = texts.get(block)?;
        let word = text.get(range.clone()).filter(|word| !word.is_empty())?;
        let before = &text[range.start.saturating_sub(Self::CONTEXT)..range.start];
        let after = &text[range.end..(range.end + Self::CONTEXT).min(text.len())];
        let mut alike = 0;
        let mut place = 0;
        for (index, text) in texts.iter().enumerate() {
            for start in places::places_of(text, before, word, after) {
                if (index, start) == (block, range.start) {
                    place = alike;
                }
                alike += 1;
            }
        }
        // As they stand on the page, for people who look at them.
        let written: Vec<char> = blocks[block].chars().collect();
        Some(Self {
            before: written[range.start - before.len()..range.start]
                .iter()
                .collect(),
            after: written[range.end..range.end + after.len()].iter().collect(),
            place,
            of: alike,
        })
    }
}

fn folded(word: &str, most: usize) -> Result<Vec<char>, EntryError> {
    let word: Vec<char> = word.trim().chars().map(fold).collect();
    if word.is_empty() || word.len() > most {
        return Err(EntryError::Word { most });
    }
    Ok(word)
}

fn columns(line: &str) -> Result<(&str, &str), EntryError> {
    let (word, value) = line.split_once('\t').ok_or(EntryError::Columns)?;
    if value.trim().is_empty() || value.trim().contains('\t') {
        return Err(EntryError::Columns);
    }
    Ok((word, value))
}

/// What a change does with the characters of a word, or with the pause behind it.
fn parse_change(word: &[char], change: &Change) -> Result<Result<Entry, PauseChange>, EntryError> {
    let name = || word.iter().collect::<String>();
    Ok(Ok(match change {
        Change::Pronounce(pinyin) => {
            if !word.iter().copied().all(is_hanzi) {
                return Err(EntryError::NotHanzi { word: name() });
            }
            pronunciation_of(word, pinyin)?
        }
        Change::Say(words) => replacement(word, words.trim())?,
        Change::Number(kind) => {
            let is_code = |c: &char| *kind == NumberKind::Code && c.is_ascii_alphabetic();
            if !word.iter().any(|c| c.is_ascii_digit() || is_code(c)) {
                return Err(EntryError::NoNumber { word: name() });
            }
            Entry::Number(*kind)
        }
        Change::Pause(pause) => return Ok(Err(*pause)),
        Change::Skip => Entry::Silence,
        Change::Name => Entry::Name,
    }))
}

fn entry(word: &[char], value: &str) -> Result<Entry, EntryError> {
    let parts: Vec<&str> = value.split_whitespace().collect();
    let numbered = |part: &&str| {
        part.ends_with(|c: char| c.is_ascii_digit())
            && part.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    let all_hanzi = word.iter().copied().all(is_hanzi);
    if all_hanzi && !parts.is_empty() && parts.iter().all(numbered) {
        return pronunciation(word, &parts);
    }
    replacement(word, value)
}

fn replacement(word: &[char], words: &str) -> Result<Entry, EntryError> {
    let can_be_said = |c: char| is_hanzi(fold(c)) || fold(c).is_ascii_alphanumeric();
    if !words.chars().any(can_be_said) {
        return Err(EntryError::Replacement {
            word: word.iter().collect(),
        });
    }
    Ok(Entry::Replacement(words.to_owned()))
}

/// Pinyin with tone digits, or as people write it, with marks over the vowels.
fn pronunciation_of(word: &[char], pinyin: &str) -> Result<Entry, EntryError> {
    let written: Vec<char> = pinyin.chars().collect();
    let has_digits = written.iter().any(char::is_ascii_digit);
    if let Some(marked) = marked_syllables(&written).filter(|_| !has_digits) {
        let parts: Vec<&str> = marked.iter().map(|one| one.name()).collect();
        return pronunciation(word, &parts);
    }
    pronunciation(word, &pinyin.split_whitespace().collect::<Vec<_>>())
}

fn pronunciation(word: &[char], parts: &[&str]) -> Result<Entry, EntryError> {
    let pronunciations = parts
        .iter()
        .map(|part| {
            Pinyin::parse(part)
                .filter(|_| part.ends_with(['0', '1', '2', '3', '4', '5']))
                .ok_or_else(|| EntryError::Syllable {
                    syllable: (*part).to_owned(),
                })
        })
        .collect::<Result<Vec<_>, _>>()?;
    if pronunciations.len() != word.len() {
        return Err(EntryError::Count {
            word: word.iter().collect(),
            characters: word.len(),
            syllables: pronunciations.len(),
        });
    }
    Ok(Entry::Pronunciation(pronunciations))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn matched(lexicons: &[Lexicon], text: &str) -> Matches {
        let lexicons: Vec<Arc<Lexicon>> = lexicons.iter().cloned().map(Arc::new).collect();
        let text: Vec<char> = text.chars().map(fold).collect();
        matches(&lexicons, &text, &[])
    }

    #[test]
    fn errors_name_the_line() {
        let refused = |tsv: &str| Lexicon::parse(tsv).unwrap_err();
        let of = |line: usize, cause: EntryError| LexiconError { line, cause };
        assert_eq!(refused("# words\n\n乐亭"), of(3, EntryError::Columns));
        let count = EntryError::Count {
            word: "乐亭".into(),
            characters: 2,
            syllables: 1,
        };
        assert_eq!(refused("乐亭\tlao4"), of(1, count));
        let syllable = EntryError::Syllable {
            syllable: "xq1".into(),
        };
        assert_eq!(refused("乐亭\tlao4 ting2\n六安\tlu4 xq1"), of(2, syllable));
        let replacement = EntryError::Replacement {
            word: "乐亭".into(),
        };
        assert_eq!(refused("乐亭\t——"), of(1, replacement));
        assert!(refused("乐亭\t——").to_string().starts_with("line 1: "));
    }

    #[test]
    fn a_word_has_one_to_thirty_two_characters() {
        let of = |length: usize| Lexicon::from_entries([("字".repeat(length).as_str(), "替代")]);
        assert_eq!(of(1).unwrap().len(), 1);
        assert_eq!(of(LONGEST_WORD).unwrap().len(), 1);
        for length in [0, LONGEST_WORD + 1] {
            let refused = &of(length).unwrap_err()[0].cause;
            assert!(matches!(refused, EntryError::Word { .. }));
        }
    }

    #[test]
    fn every_pair_that_cannot_be_used_is_told() {
        let pairs = [("乐亭", "lao4"), ("六安", "lu4 an1"), ("", "替代")];
        let refused = Lexicon::from_entries(pairs).unwrap_err();
        let lines: Vec<usize> = refused.iter().map(|error| error.line).collect();
        assert_eq!(lines, [1, 3]);
    }

    #[test]
    fn the_first_lexicon_comes_before_the_others() {
        let deployment = Lexicon::parse("乐亭\tle4 ting2\n六安\tlu4 an1").expect("two lines");
        let request = Lexicon::from_entries([("乐亭", "lao4 ting2")]).expect("one pair");
        let found = matched(&[request, deployment], "在乐亭县和六安市");
        let said = |at: usize| found.pronunciations.get(&at).map(ToString::to_string);
        assert_eq!(said(1).as_deref(), Some("lao4"));
        assert_eq!(said(5).as_deref(), Some("lu4"));
    }

    #[test]
    fn the_longest_word_is_taken() {
        let lexicon =
            Lexicon::from_entries([("五险", "五种保险"), ("五险一金", "五种保险和一种公积金")])
                .expect("two pairs");
        let found = matched(&[lexicon], "缴五险一金");
        assert_eq!(found.replacements.len(), 1);
        assert_eq!(found.replacements[0].source, 1..5);
    }

    #[test]
    fn no_part_of_a_number_or_of_a_letters_word_is_a_word() {
        let lexicon = Lexicon::from_entries([("12", "十二"), ("AI", "人工智能")]).unwrap();
        let count = |text: &str| {
            matched(std::slice::from_ref(&lexicon), text)
                .replacements
                .len()
        };
        for text in ["12人", "第12条", "AI平台", "发展AI", "共12.", "12，13"] {
            assert_eq!(count(text), 1, "{text}");
        }
        for text in ["2012年", "123人", "3.12", "12.5%", "1,120", "MAIN", "AIX"] {
            assert_eq!(count(text), 0, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_changed_so_is_refused() {
        let mut lexicon = Lexicon::default();
        let mut refused = |word: &str, change: Change| lexicon.change(word, &change).unwrap_err();
        let pronounce = |pinyin: &str| Change::Pronounce(pinyin.to_owned());
        assert!(matches!(
            refused("A座", pronounce("a1 zuo4")),
            EntryError::NotHanzi { .. }
        ));
        assert!(matches!(
            refused("乐亭", pronounce("lao4 tingg2")),
            EntryError::Syllable { .. }
        ));
        assert!(matches!(
            refused("乐亭", pronounce("lao ting")),
            EntryError::Syllable { .. }
        ));
        assert!(matches!(
            refused("乐亭", Change::Number(NumberKind::Year)),
            EntryError::NoNumber { .. }
        ));
        assert!(matches!(
            refused("乐亭", Change::Say("——".to_owned())),
            EntryError::Replacement { .. }
        ));
        assert!(matches!(
            refused(" ", Change::Skip),
            EntryError::Word { .. }
        ));
    }

    #[test]
    fn an_anchor_is_what_stands_around_a_place() {
        let blocks = ["长安街的长度", "长安街的长度", "队长说长安街"];
        let anchor = Anchor::of(&blocks, 2, 3..5).unwrap();
        assert_eq!(
            (anchor.before.as_str(), anchor.after.as_str()),
            ("队长说", "街")
        );
        assert_eq!((anchor.place, anchor.of), (0, 1));
        let anchor = Anchor::of(&blocks, 1, 4..5).unwrap();
        assert_eq!((anchor.place, anchor.of), (1, 2), "two blocks are alike");
        assert_eq!(Anchor::of(&blocks, 2, 5..9), None);
        assert_eq!(Anchor::of(&blocks, 3, 0..1), None);
    }
}
