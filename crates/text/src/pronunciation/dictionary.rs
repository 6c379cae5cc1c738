//! The pronunciation of runs of hanzi: jieba's words, the phrase dictionary by longest match, the rules
//! for function words, the statistical model, and the usual pronunciation of a character.

use std::ops::Range;

use super::basis::Basis;
use super::function_words::{self, Context};
use super::heads;
use super::homographs::Homographs;
use super::model::Model;
use super::parts::parts;
use super::persons::{is_given, is_plain_name, surname_of};
use super::phrases::{Phrases, entries};
use super::places::Places;
use super::segmenter::Segmenter;
use super::syllable::Pinyin;
use super::words::{ByWord, for_each_hanzi, slot_of};
use crate::chars::is_hanzi;
use pinyin::{ToPinyin, ToPinyinMulti};

/// Phrases with polyphones; see `data/README.md`.
const PHRASES: &str = include_str!("../data/phrases.txt");
/// Our own words: what the phrase dictionary lacks or has wrong.
const WORDS: &str = include_str!("../data/words.txt");

/// Words spoken with a neutral last syllable, whatever its dictionary tone.
const NEUTRAL: &str = include_str!("../data/neutral.txt");

/// About the length of a line of the phrase dictionary in bytes; only capacity depends on it.
const BYTES_A_PHRASE: usize = 24;
/// Phrases of fewer bytes than this, three hanzi, never cross a border between words: 为 + 了解 is
/// not 为了 + 解.
const SHORTEST_CROSSING: usize = 3 * HANZI_BYTES;
/// Characters that are words of their own in most of the words that jieba makes up: 为您, 你得, 地看.
const FUNCTION_WORDS: &[char] = &['为', '得', '地', '着', '了', '还', '都', '应', '将'];
/// Surnames that begin numerals and pronouns as often: 任一, 那些.
const NUMERALS_OF_NAMES: &[char] = &['那', '幺', '区'];
/// The hanzi that numbers are said with.
const DIGITS: &str = "零一二三四五六七八九十百千";
/// Bytes of a hanzi of the basic plane.
const HANZI_BYTES: usize = 3;

/// A syllable of a run, and its position in a word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct WordSyllable {
    pub(crate) pinyin: Pinyin,
    pub(crate) basis: Basis,
    /// Whether a word starts here.
    pub(crate) starts_word: bool,
    /// Whether the word is spoken with its last syllable in the neutral tone.
    pub(crate) neutral: bool,
}

/// The words and pronunciations every front-end shares.
pub(crate) struct Dictionary {
    segmenter: Segmenter,
    phrases: Phrases,
    places: Places,
    homographs: Homographs,
    /// Words whose last syllable is spoken in the neutral tone.
    neutral: ByWord<()>,
    characters: Vec<Character>,
    model: Model,
    unknown: Pinyin,
    /// 得 between a verb and its complement.
    complement: Pinyin,
}

#[derive(Clone)]
struct Character {
    pronunciation: Option<Pinyin>,
    /// Every pronunciation, where there are several.
    pronunciations: Vec<Pinyin>,
    /// Whether `words.txt` gives the pronunciation outside words, which then takes precedence over the model.
    fixed: bool,
}

/// Words as jieba cut a text, with the byte at which each starts, and the text's end.
struct Cut<'t> {
    text: &'t str,
    words: Vec<&'t str>,
    starts: Vec<usize>,
}

impl<'t> Cut<'t> {
    fn new(text: &'t str, words: Vec<&'t str>) -> Self {
        let mut starts = Vec::with_capacity(words.len() + 1);
        let mut start = 0;
        for word in &words {
            starts.push(start);
            start += word.len();
        }
        starts.push(start);
        Self {
            text,
            words,
            starts,
        }
    }

    /// The bytes of `count` words from `index` on; `None` past the end.
    fn bytes(&self, index: usize, count: usize) -> Option<Range<usize>> {
        Some(self.starts[index]..*self.starts.get(index + count)?)
    }
}

impl Dictionary {
    /// Loads all tables, which takes about 0.1 s.
    pub(crate) fn load() -> Self {
        let mut phrases = Phrases::with_room_for(PHRASES.len() / BYTES_A_PHRASE);
        let mut characters = characters();
        for (phrase, pronunciations) in entries(PHRASES) {
            phrases.insert(phrase, pronunciations, false);
        }
        let places = Places::load(&mut phrases);
        for (word, pronunciations) in entries(WORDS) {
            let mut chars = word.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => {
                    if let Some(slot) = characters.get_mut(slot_of(c)) {
                        slot.pronunciation = pronunciations.into_iter().next();
                        slot.fixed = true;
                    }
                }
                _ => phrases.insert(word, pronunciations, true),
            }
        }
        let mut neutral = ByWord::with_room_for(0);
        let lines = NEUTRAL.lines().filter(|line| !line.starts_with('#'));
        for word in lines.flat_map(str::split_whitespace) {
            *neutral.of(word) = ();
        }
        Self {
            segmenter: Segmenter::load(),
            phrases,
            places,
            homographs: Homographs::load(),
            neutral,
            characters,
            model: Model::load(),
            unknown: Pinyin::parse("e1").expect("the syllable table holds e"),
            complement: Pinyin::parse("de5").expect("the syllable table holds de"),
        }
    }

    /// The default pronunciation of one character. Characters no dictionary knows are read 诶, so that
    /// nothing spoken is without a syllable.
    pub(crate) fn character(&self, c: char) -> Pinyin {
        self.characters
            .get(slot_of(c))
            .and_then(|character| character.pronunciation)
            .or_else(|| multi_plane(c))
            .unwrap_or(self.unknown)
    }

    fn is_fixed(&self, c: char) -> bool {
        self.characters
            .get(slot_of(c))
            .is_some_and(|character| character.fixed)
    }

    /// Every pronunciation of a character that has several; empty for others.
    pub(crate) fn pronunciations(&self, c: char) -> &[Pinyin] {
        self.characters
            .get(slot_of(c))
            .map_or(&[], |character| &character.pronunciations)
    }

    /// The pronunciations of a run of Chinese characters, which is part of a spoken `line`.
    pub(crate) fn pronounce(&self, line: &[char], run: Range<usize>) -> Vec<WordSyllable> {
        let text: String = line[run.clone()].iter().collect();
        let cut = Cut::new(&text, self.words(&text));
        let mut syllables = Vec::with_capacity(run.len());
        let mut index = 0;
        while index < cut.words.len() {
            index += self.pronounce_words(&cut, index, (line, run.start), &mut syllables);
        }
        syllables
    }

    /// Tells of each place in a run where `c` stands in a word that has no pronunciation of its own.
    pub(crate) fn places_of(
        &self,
        c: char,
        line: &[char],
        run: Range<usize>,
        mut tell: impl FnMut(&Context<'_>),
    ) {
        let text: String = line[run.clone()].iter().collect();
        let words = self.words(&text);
        let mut start = run.start;
        for (index, word) in words.iter().enumerate() {
            let end = start + word.chars().count();
            if self.phrases.get(word).is_none() {
                for at in (0..end - start).filter(|at| line[start + at] == c) {
                    tell(&Context {
                        words: &words,
                        index,
                        word: &line[start..end],
                        at,
                        line,
                        start,
                        segmenter: &self.segmenter,
                    });
                }
            }
            start = end;
        }
    }

    /// The words of a text: names of places behind their parents, and between them jieba's, which lie across no
    /// border of an office or an agency.
    fn words<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let mut words = Vec::with_capacity(text.len() / HANZI_BYTES);
        let mut at = 0;
        for place in self.places.behind_their_parents(text) {
            self.cut_between(&text[at..place.start], &mut words);
            at = place.end;
            words.push(&text[place]);
        }
        self.cut_between(&text[at..], &mut words);
        words
    }

    fn cut_between<'t>(&self, text: &'t str, words: &mut Vec<&'t str>) {
        let mut at = 0;
        for border in heads::borders(text, &self.segmenter) {
            self.cut(&text[at..border], words);
            at = border;
        }
        self.cut(&text[at..], words);
    }

    /// Adds jieba's words. What it makes up around a function word is cut again by its dictionary.
    fn cut<'t>(&self, text: &'t str, words: &mut Vec<&'t str>) {
        for word in self.segmenter.cut(text, true) {
            if let Some((preposition, number)) = preposition_and_number(word) {
                words.extend([preposition, number]);
            } else if let Some(person) = words.last().filter(|_| word == "人为")
                && self.segmenter.has_word(&format!("{person}人"))
            {
                // 申请人为保障权利: what is done by man is something else.
                words.extend([&word[..HANZI_BYTES], &word[HANZI_BYTES..]]);
            } else if word == "标的" && words.last().is_some_and(|name| self.is_a_name(name)) {
                // 李文标的账户: what belongs to somebody whose given name ends so.
                words.extend([&word[..HANZI_BYTES], &word[HANZI_BYTES..]]);
            } else if self.is_made_up(word) {
                words.extend(self.segmenter.cut(word, false));
            } else {
                words.push(word);
            }
        }
    }

    /// Whether a word is a surname with a given name, and nothing else that the dictionary knows.
    fn is_a_name(&self, word: &str) -> bool {
        let name: Vec<char> = word.chars().collect();
        is_plain_name(&name)
            && (!self.segmenter.has_word(word)
                || self.segmenter.part_of_speech(word).starts_with("nr"))
    }

    fn is_made_up(&self, word: &str) -> bool {
        word.len() > HANZI_BYTES
            && word.contains(FUNCTION_WORDS)
            && !self.segmenter.has_word(word)
            && self.phrases.get(word).is_none()
    }

    /// Pronounces the word at `index`, or a longer phrase that starts with it. Returns the number of words
    /// it took.
    fn pronounce_words(
        &self,
        cut: &Cut<'_>,
        index: usize,
        (line, run_start): (&[char], usize),
        syllables: &mut Vec<WordSyllable>,
    ) -> usize {
        let longer = self
            .homograph(cut, index)
            .or_else(|| self.crossing_phrase(cut, index));
        if let Some((count, pronunciations)) = longer {
            let mut known = pronunciations.iter().map(|&pinyin| (pinyin, Basis::Word));
            for word in &cut.words[index..index + count] {
                push_part(syllables, true, known.by_ref().take(word.chars().count()));
                self.mark_neutral(word, syllables);
            }
            return count;
        }
        let word = cut.words[index];
        if function_words::is_complement(&cut.words, index, &self.segmenter) {
            let pronunciations = word.chars().map(|c| match c {
                '得' => (self.complement, Basis::Rule),
                c => (self.character(c), self.basis_of_usual(c)),
            });
            push_part(syllables, true, pronunciations);
            return 1;
        }
        if let Some(phrase) = self.phrases.get(word) {
            let open = self.homographs.open(word, phrase.pronunciations);
            let known = phrase.syllables().enumerate();
            let known = known.map(|(at, (pinyin, basis))| match open.contains(&at) {
                true => (pinyin, Basis::Guess),
                false => (pinyin, basis),
            });
            push_part(syllables, true, known);
        } else {
            let start = run_start + syllables.len();
            self.pronounce_parts(&cut.words, index, (line, start), syllables);
        }
        self.mark_neutral(word, syllables);
        1
    }

    fn mark_neutral(&self, word: &str, syllables: &mut [WordSyllable]) {
        if let Some(last) = syllables.last_mut() {
            last.neutral = self.neutral.get(word).is_some();
        }
    }

    /// A word, or two that jieba has cut, whose neighbours tell its pronunciation.
    fn homograph(&self, cut: &Cut<'_>, index: usize) -> Option<(usize, &[Pinyin])> {
        [2, 1].into_iter().find_map(|count| {
            let range = cut.bytes(index, count)?;
            let pronunciations = self.homographs.pronunciation(cut.text, range)?;
            Some((count, pronunciations))
        })
    }

    /// The longest phrase made of whole words from `index` on, more than one.
    fn crossing_phrase(&self, cut: &Cut<'_>, index: usize) -> Option<(usize, &[Pinyin])> {
        let text = &cut.text[cut.starts[index]..];
        (2..)
            .map_while(|count| Some((count, &cut.text[cut.bytes(index, count)?])))
            .take_while(|(_, written)| self.phrases.reaches(text, written.len()))
            .filter_map(|(count, written)| Some((count, written, self.phrases.get(written)?)))
            .filter(|(_, written, phrase)| written.len() >= SHORTEST_CROSSING || phrase.own)
            .last()
            .map(|(count, _, phrase)| (count, phrase.pronunciations))
    }

    /// Pronounces a word that is in no dictionary as a whole, and which starts at `start` of `line`: by the
    /// phrases that it falls into, and by single characters between them.
    fn pronounce_parts(
        &self,
        words: &[&str],
        index: usize,
        (line, start): (&[char], usize),
        syllables: &mut Vec<WordSyllable>,
    ) {
        let length = words[index].chars().count();
        let mut at = 0;
        for part in self.parts(words[index]) {
            if let Some(phrase) = self.phrases.get(part) {
                push_part(syllables, at == 0, phrase.syllables());
                at += phrase.pronunciations.len();
                continue;
            }
            for _ in part.chars() {
                let context = Context {
                    words,
                    index,
                    word: &line[start..start + length],
                    at,
                    line,
                    start,
                    segmenter: &self.segmenter,
                };
                let pronunciation = self.pronounce_character(&context, line, start + at);
                push_part(syllables, at == 0, std::iter::once(pronunciation));
                at += 1;
            }
        }
    }

    /// The phrases that a word without a pronunciation of its own falls into, and what is between.
    fn parts<'t>(&self, word: &'t str) -> Vec<&'t str> {
        let has_choice = || word.chars().any(|c| !self.pronunciations(c).is_empty());
        if word.len() <= 2 * HANZI_BYTES || !has_choice() {
            return vec![word];
        }
        let weight = |part: &str| {
            (self.phrases.get(part).is_some() || self.segmenter.has_word(part))
                .then(|| self.segmenter.frequency(part).ln())
        };
        parts(word, weight)
            .into_iter()
            .flat_map(|part| match self.phrases.get(part) {
                Some(_) => vec![part],
                None => self.parts(part),
            })
            .collect()
    }

    /// One character by the rules for its neighbours, else by the model, else by default.
    fn pronounce_character(
        &self,
        context: &Context<'_>,
        line: &[char],
        at: usize,
    ) -> (Pinyin, Basis) {
        let c = line[at];
        let pronunciations = self.pronunciations(c);
        if pronunciations.is_empty() {
            return (self.character(c), Basis::Word);
        }
        if let Some((pinyin, basis)) = function_words::pronunciation(c, context) {
            let guessed = basis == Basis::Rule && self.may_be_a_surname(context, pinyin);
            return (pinyin, if guessed { Basis::Guess } else { basis });
        }
        let (pinyin, basis) = (self.model.knows(c) && !self.is_fixed(c))
            .then(|| self.model.pronunciation(line, at, pronunciations))
            .flatten()
            .map(|(pinyin, lead)| (pinyin, Basis::Model { lead }))
            .unwrap_or_else(|| (self.character(c), Basis::Usual));
        let guessed = self.may_be_a_surname(context, pinyin);
        (pinyin, if guessed { Basis::Guess } else { basis })
    }

    /// Whether a character that is read like the word begins what looks like a person's name, although no cue
    /// has named one: 查思远.
    fn may_be_a_surname(&self, context: &Context<'_>, pinyin: Pinyin) -> bool {
        let [family, given @ ..] = context.word else {
            return false;
        };
        context.at == 0
            && given.len() == 2
            && given.iter().all(|&c| is_given(c))
            && surname_of(context.word).is_some_and(|surname| surname[0] != pinyin)
            && !self.segmenter.has_word(context.words[context.index])
            && !NUMERALS_OF_NAMES.contains(family)
    }

    /// What the usual pronunciation of a character rests on.
    fn basis_of_usual(&self, c: char) -> Basis {
        if self.pronunciations(c).is_empty() {
            Basis::Word
        } else {
            Basis::Usual
        }
    }

    /// Whether a character may be read so, in whatever tone.
    pub(crate) fn may_sound(&self, c: char, pinyin: Pinyin) -> bool {
        let same = |other: &Pinyin| other.letters() == pinyin.letters();
        self.pronunciations(c).iter().any(same) || same(&self.character(c))
    }

    /// The word that the characters at `part` of a line belong to: the longest of the dictionary, else
    /// they alone where they are several, else with the character behind them.
    pub(crate) fn word_around(&self, line: &[char], part: Range<usize>) -> Range<usize> {
        const REACH: usize = 3;
        let word = (part.start.saturating_sub(REACH)..=part.start)
            .flat_map(|start| {
                (part.end..=(part.end + REACH).min(line.len())).map(move |end| start..end)
            })
            .filter(|range| range.len() > part.len())
            .filter(|range| {
                let word: String = line[range.clone()].iter().collect();
                self.segmenter.has_word(&word) || self.phrases.get(&word).is_some()
            })
            .max_by_key(ExactSizeIterator::len);
        if let Some(word) = word {
            return word;
        }
        let goes_on = part.len() == 1 && line.get(part.end).is_some_and(|&c| is_hanzi(c));
        part.start..part.end + usize::from(goes_on)
    }

    /// The segmenter, which sandhi needs too.
    pub(crate) fn segmenter(&self) -> &Segmenter {
        &self.segmenter
    }
}

/// Separates a preposition from the number behind it, which jieba takes for one word: 自二零二五.
fn preposition_and_number(word: &str) -> Option<(&str, &str)> {
    let mut chars = word.chars();
    let first = chars.next().filter(|c| "自从至到由于按在为".contains(*c))?;
    let number = chars.as_str();
    let is_number = !number.is_empty() && number.chars().all(|c| DIGITS.contains(c));
    is_number.then(|| word.split_at(first.len_utf8()))
}

/// Adds a part of a word, which may be its start.
fn push_part(
    syllables: &mut Vec<WordSyllable>,
    starts_word: bool,
    pronunciations: impl Iterator<Item = (Pinyin, Basis)>,
) {
    for (at, (pinyin, basis)) in pronunciations.enumerate() {
        syllables.push(WordSyllable {
            pinyin,
            basis,
            starts_word: starts_word && at == 0,
            neutral: false,
        });
    }
}

fn multi_plane(c: char) -> Option<Pinyin> {
    c.to_pinyin()
        .and_then(|pronunciation| Pinyin::parse(pronunciation.with_tone_num_end()))
}

fn characters() -> Vec<Character> {
    for_each_hanzi(|c| {
        let pronunciations: Vec<Pinyin> = c
            .and_then(|c| c.to_pinyin_multi())
            .into_iter()
            .flatten()
            .filter_map(|pronunciation| Pinyin::parse(pronunciation.with_tone_num_end()))
            .collect();
        Character {
            pronunciation: pronunciations.first().copied(),
            fixed: false,
            pronunciations: if pronunciations.len() > 1 {
                pronunciations
            } else {
                Vec::new()
            },
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preposition_is_no_part_of_the_number_behind_it() {
        let dictionary = Dictionary::load();
        let words = dictionary.words("本办法自二零二五年十月一日起施行");
        assert!(words.contains(&"自"), "{words:?}");
    }

    #[test]
    fn every_line_of_the_tables_has_a_pronunciation_for_each_character() {
        for (word, pronunciations) in entries(PHRASES).chain(entries(WORDS)) {
            assert_eq!(word.chars().count(), pronunciations.len(), "{word}");
        }
    }
}
