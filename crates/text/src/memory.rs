//! What a document teaches about its own names: persons whom a cue has named once, and words whose
//! pronunciation the page gives. Both are read so wherever they stand in the document.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::chars::{fold, is_hanzi};
use super::gloss::{Gloss, glosses};
use super::pronunciation::{Dictionary, Person, Pinyin, marked_syllables, persons, stands_alone};
use langdu_model::{Annotation, Block, BlockKind};

/// Takes the place of each character that is not read aloud: a footnote's mark, a gloss. It is a white
/// space without width, so that offsets stay and no rule sees a word there.
pub(crate) const UNHEARD: char = '\u{200b}';

/// The longest word that is learnt, in characters.
const LONGEST: usize = 8;
/// More annotated characters in a row than this are a text and no name.
const LONGEST_NAME: usize = 4;

/// Names and words with the pronunciation of some of their characters.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// For each character of the word its pronunciation, where one is known.
    words: FxHashMap<Vec<char>, Known>,
}

#[derive(Debug)]
struct Known {
    pinyin: Vec<Option<Pinyin>>,
    /// A person, who is not looked for inside other words.
    person: bool,
}

/// The pronunciation of a character of a line, by its offset.
pub(crate) type Place = (usize, Pinyin);

impl Memory {
    /// Learns from all blocks of a document.
    pub(crate) fn of<'b>(
        blocks: impl IntoIterator<Item = &'b Block>,
        dictionary: &Dictionary,
    ) -> Self {
        let mut memory = Self::default();
        for block in blocks {
            let text: Vec<char> = block.text.chars().collect();
            let found = glosses(&text, dictionary);
            let mut heard: Vec<char> = text.iter().copied().map(fold).collect();
            silence(&mut heard, &found);
            for gloss in found {
                memory.learn_word(&heard, &gloss, dictionary);
            }
            memory.learn_persons(block, &heard, dictionary);
        }
        memory
    }

    /// Learns what the page writes above its words. Of a text that is annotated throughout, each word is
    /// learnt; a character that is no part of one only with its neighbours.
    pub(crate) fn annotate(&mut self, annotations: &[Annotation], dictionary: &Dictionary) {
        for annotation in annotations {
            let above: Vec<char> = annotation.above.chars().collect();
            let word: Vec<char> = annotation.word.chars().map(fold).collect();
            let Some(pinyin) = marked_syllables(&above).filter(|said| said.len() == word.len())
            else {
                continue;
            };
            let mut line: Vec<char> = annotation.before.chars().map(fold).collect();
            let start = line.len();
            line.extend(&word);
            line.extend(annotation.after.chars().map(fold));
            if word.len() <= LONGEST_NAME {
                self.learn(&line, start..start + word.len(), &pinyin, dictionary);
                continue;
            }
            let mut at = 0;
            for part in dictionary.segmenter().words(&word) {
                let range = start + at..start + at + part;
                if part > 1 {
                    self.learn(&line, range, &pinyin[at..at + part], dictionary);
                } else {
                    let around = range.start.saturating_sub(1)..(range.end + 1).min(line.len());
                    let mut known = vec![None; around.len()];
                    known[range.start - around.start] = Some(pinyin[at]);
                    self.insert(&line[around], known);
                }
                at += part;
            }
        }
    }

    fn learn_persons(&mut self, block: &Block, heard: &[char], dictionary: &Dictionary) {
        let BlockKind::Table(table) = &block.kind else {
            return self.learn_line(heard, false, dictionary);
        };
        for cell in table.rows.iter().flat_map(|row| &row.cells) {
            let Some(text) = heard.get(cell.text.clone()) else {
                continue;
            };
            let header = cell.header.clone().and_then(|header| heard.get(header));
            self.learn_line(
                text,
                header.is_some_and(super::pronunciation::heads_names),
                dictionary,
            );
        }
    }

    fn learn_line(&mut self, line: &[char], column: bool, dictionary: &Dictionary) {
        let (_, line) = without_unheard(line);
        for Person { range, surname } in persons(&line, column, dictionary.segmenter()) {
            let name: Vec<char> = line[range]
                .iter()
                .copied()
                .filter(|c| is_hanzi(*c))
                .collect();
            let mut pinyin: Vec<Option<Pinyin>> = surname.iter().copied().map(Some).collect();
            pinyin.resize(name.len(), None);
            self.words.entry(name).or_insert(Known {
                pinyin,
                person: true,
            });
        }
    }

    /// Learns a gloss for the word that its characters are part of: 枞（zōng）阳 is 枞阳.
    fn learn_word(&mut self, heard: &[char], gloss: &Gloss, dictionary: &Dictionary) {
        let (places, line) = without_unheard(heard);
        let Ok(start) = places.binary_search(&gloss.word.start) else {
            return;
        };
        let end = start + gloss.word.len();
        self.learn(&line, start..end, &gloss.pinyin, dictionary);
    }

    /// Learns the pronunciation of the characters at `part` of a line for the word that they belong to.
    fn learn(
        &mut self,
        line: &[char],
        part: Range<usize>,
        said: &[Pinyin],
        dictionary: &Dictionary,
    ) {
        let word = dictionary.word_around(line, part.clone());
        let mut pinyin = vec![None; word.len()];
        for (at, &syllable) in said.iter().enumerate() {
            pinyin[part.start - word.start + at] = Some(syllable);
        }
        self.insert(&line[word], pinyin);
    }

    fn insert(&mut self, word: &[char], pinyin: Vec<Option<Pinyin>>) {
        let known = Known {
            pinyin,
            person: false,
        };
        self.words.insert(word.to_vec(), known);
    }

    /// The pronunciations that are known in a line: of the persons whom its own cues name, and of the words
    /// of this memory. A `column` holds nothing but names.
    pub(crate) fn places(
        &self,
        line: &[char],
        column: bool,
        dictionary: &Dictionary,
    ) -> Vec<Place> {
        let folded: Vec<char> = line.iter().copied().map(fold).collect();
        let (offsets, line) = without_unheard(&folded);
        let mut places: Vec<Place> = Vec::new();
        for Person { range, surname } in persons(&line, column, dictionary.segmenter()) {
            places.extend(offsets[range].iter().copied().zip(surname.iter().copied()));
        }
        if self.words.is_empty() {
            return places;
        }
        let mut at = 0;
        while at < line.len() {
            let longest = (2..=LONGEST.min(line.len() - at))
                .rev()
                .chain([1])
                .find_map(|length| Some((length, self.words.get(&line[at..at + length])?)));
            let Some((length, known)) = longest else {
                at += 1;
                continue;
            };
            if !known.person || stands_alone(&line, at..at + length, dictionary.segmenter()) {
                let syllables = offsets[at..at + length].iter().zip(&known.pinyin);
                places.extend(syllables.filter_map(|(&offset, pinyin)| Some((offset, (*pinyin)?))));
                at += length;
            } else {
                at += 1;
            }
        }
        places
    }
}

/// Puts [`UNHEARD`] in the place of the brackets of glosses.
pub(crate) fn silence(heard: &mut [char], glosses: &[Gloss]) {
    for gloss in glosses {
        if let Some(bracket) = heard.get_mut(gloss.bracket.clone()) {
            bracket.fill(UNHEARD);
        }
    }
}

/// A line without what is not read aloud, and the offset of each character that is left.
fn without_unheard(line: &[char]) -> (Vec<usize>, Vec<char>) {
    line.iter()
        .copied()
        .enumerate()
        .filter(|(_, c)| *c != UNHEARD)
        .unzip()
}
