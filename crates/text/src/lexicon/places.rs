//! Where the words of lexicons stand in a text, and what is done there.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::{Entry, Lexicon, NumberKind, PauseChange, Says, Words, parse_change};
use crate::chars::is_hanzi;
use crate::normalize::replacement::Replacement;
use crate::pronunciation::{Pinyin, surname_of};
use langdu_model::Markup;

/// What is done in a text, by offsets in characters.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    /// The stretches of source that are replaced, in order and not overlapping.
    pub(crate) replacements: Vec<Replacement>,
    /// Pronunciations by the character's offset.
    pub(crate) pronunciations: HashMap<usize, Pinyin>,
    /// Stretches whose numbers are of a kind, in order; they overlap no replacement.
    pub(crate) numbers: Vec<(Range<usize>, NumberKind)>,
    /// What is not read.
    pub(crate) silences: Vec<Range<usize>>,
    /// Changed pauses by the offset behind which they are.
    pub(crate) pauses: Vec<(usize, PauseChange)>,
    /// Stretches that are spoken at so many thousandths of the rate, in order; the first that holds an offset
    /// counts.
    pub(crate) rates: Vec<(Range<usize>, u32)>,
    /// Offsets behind which a sentence ends.
    pub(crate) ends: Vec<usize>,
}

impl Matches {
    /// Those that lie within a part of the text, with offsets into the part.
    pub(crate) fn within(&self, part: &Range<usize>) -> Self {
        if self.is_empty() {
            return Self::default();
        }
        let lies_in = |range: &Range<usize>| range.start >= part.start && range.end <= part.end;
        let moved = |range: &Range<usize>| range.start - part.start..range.end - part.start;
        Self {
            replacements: self
                .replacements
                .iter()
                .filter(|replacement| lies_in(&replacement.source))
                .map(|replacement| Replacement {
                    source: moved(&replacement.source),
                    words: replacement.words.clone(),
                })
                .collect(),
            pronunciations: self
                .pronunciations
                .iter()
                .filter(|(at, _)| part.contains(at))
                .map(|(at, pinyin)| (at - part.start, *pinyin))
                .collect(),
            numbers: self
                .numbers
                .iter()
                .filter(|(range, _)| lies_in(range))
                .map(|(range, kind)| (moved(range), *kind))
                .collect(),
            silences: Vec::new(),
            pauses: self
                .pauses
                .iter()
                .filter(|(at, _)| *at > part.start && *at <= part.end)
                .map(|(at, change)| (at - part.start, *change))
                .collect(),
            rates: self
                .rates
                .iter()
                .filter(|(range, _)| range.start < part.end && range.end > part.start)
                .map(|(range, rate)| {
                    let range = range.start.max(part.start)..range.end.min(part.end);
                    (moved(&range), *rate)
                })
                .collect(),
            ends: self
                .ends
                .iter()
                .filter(|at| **at > part.start && **at <= part.end)
                .map(|at| at - part.start)
                .collect(),
        }
    }

    fn is_empty(&self) -> bool {
        self.replacements.is_empty()
            && self.pronunciations.is_empty()
            && self.numbers.is_empty()
            && self.silences.is_empty()
            && self.pauses.is_empty()
            && self.rates.is_empty()
            && self.ends.is_empty()
    }

    fn add(&mut self, source: Range<usize>, text: &[char], entry: &Entry) {
        match entry {
            Entry::Replacement(words) => self.replacements.push(Replacement {
                source,
                words: words.clone(),
            }),
            Entry::Pronunciation(pinyin) => {
                self.pronunciations
                    .extend(source.zip(pinyin.iter().copied()));
            }
            Entry::Number(kind) => self.numbers.push((source, *kind)),
            Entry::Silence => self.silences.push(source),
            Entry::Name => {
                let surname = surname_of(&text[source.clone()]).unwrap_or_default();
                self.pronunciations
                    .extend(source.zip(surname.iter().copied()));
            }
        }
    }
}

/// Something that is said of one place of a document: by an editor, who has anchored it there, or by the
/// source's own markup.
pub(crate) struct Found {
    pub(crate) source: Range<usize>,
    pub(crate) said: Said,
}

/// What is said of a place.
pub(crate) enum Said {
    /// What is done with its characters.
    Entry(Entry),
    /// How the pause behind it changes.
    Pause(PauseChange),
    /// At how many thousandths of the rate it is spoken.
    Rate(u32),
    /// A sentence ends behind it.
    SentenceEnd,
}

impl From<Result<Entry, PauseChange>> for Said {
    fn from(change: Result<Entry, PauseChange>) -> Self {
        match change {
            Ok(entry) => Self::Entry(entry),
            Err(pause) => Self::Pause(pause),
        }
    }
}

/// What a document's markup says, block by block. What cannot be done was told when the document was
/// [checked](crate::check_markup), and is left out here.
pub(crate) fn of_markup(markup: &[Markup], texts: &[Vec<char>]) -> HashMap<usize, Vec<Found>> {
    let mut blocks: HashMap<usize, Vec<Found>> = HashMap::new();
    for Markup { block, range, says } in markup {
        let Some(word) = texts.get(*block).and_then(|text| text.get(range.clone())) else {
            continue;
        };
        let found = blocks.entry(*block).or_default();
        let mut add = |source: Range<usize>, said| found.push(Found { source, said });
        match says {
            Says::Mark(_) => {}
            Says::Rate(rate) => add(range.clone(), Said::Rate(*rate)),
            Says::SentenceEnd => add(range.clone(), Said::SentenceEnd),
            Says::Change(super::Change::Pause(pause)) => add(range.clone(), Said::Pause(*pause)),
            Says::Change(change @ super::Change::Number(_)) => {
                // An element may hold more than its number: 电话：0315-2810110（工作日）.
                for part in numbers_in(word, change) {
                    if let Ok(Ok(entry)) = parse_change(&word[part.clone()], change) {
                        let source = range.start + part.start..range.start + part.end;
                        add(source, Said::Entry(entry));
                    }
                }
            }
            Says::Change(change) => {
                if let Ok(change) = parse_change(word, change) {
                    add(range.clone(), change.into());
                }
            }
        }
    }
    blocks
}

/// Where the numbers of an element stand: all of it, unless it holds other words too.
fn numbers_in(word: &[char], change: &super::Change) -> Vec<Range<usize>> {
    /// No telephone number is shorter, but hours beside it are: 8时至17时.
    const SHORTEST_TELEPHONE: usize = 3;
    const WITHIN: &str = "年月日号时点分秒比至零〇一二三四五六七八九十百千万亿";
    let is_other = |c: char| {
        is_hanzi(c) && !WITHIN.contains(c)
            || matches!(c, '(' | ')' | '，' | '。' | '、' | ';' | '；')
    };
    if !word.iter().copied().any(is_other) {
        return std::iter::once(0..word.len()).collect();
    }
    let mut parts: Vec<Range<usize>> = Vec::new();
    for (at, &c) in word.iter().enumerate() {
        let is_part = c.is_ascii_alphanumeric()
            || matches!(c, '.' | '-' | '—' | '/' | '%' | '*' | ':' | '+' | '~');
        match parts.last_mut() {
            Some(last) if is_part && last.end == at => last.end = at + 1,
            _ if is_part => parts.push(at..at + 1),
            _ => {}
        }
    }
    for part in &mut parts {
        let own = &word[part.clone()];
        let is_edge = |c: &&char| !c.is_ascii_alphanumeric() && **c != '%';
        let leading = own.iter().take_while(is_edge).count();
        let trailing = own.iter().rev().take_while(is_edge).count();
        *part = part.start + leading..(part.end - trailing).max(part.start + leading);
    }
    let shortest = match change {
        super::Change::Number(NumberKind::Telephone) => SHORTEST_TELEPHONE,
        _ => 1,
    };
    parts.retain(|part| part.len() >= shortest);
    parts
}

/// What `lexicons` do in a text of folded characters, the first of them before the others, and before them
/// what is `said` of its places, in that order.
pub(crate) fn matches(lexicons: &[Arc<Lexicon>], text: &[char], said: &[Found]) -> Matches {
    let mut matches = Matches::default();
    let mut taken = Taken(Vec::new());
    let mut paused = Vec::new();
    for Found { source, said } in said {
        match said {
            Said::Entry(entry) if taken.take(source, text.len()) => {
                matches.add(source.clone(), text, entry);
            }
            Said::Entry(_) => {}
            Said::Pause(pause) => paused.push((source.end, *pause)),
            Said::Rate(rate) => matches.rates.push((source.clone(), *rate)),
            Said::SentenceEnd => matches.ends.push(source.end),
        }
    }
    for lexicon in lexicons {
        lexicon.entries.each(text, |source, entry| {
            if taken.take(&source, text.len()) {
                matches.add(source, text, entry);
            }
        });
        lexicon.pauses.each(text, |source, pause| {
            paused.push((source.end, *pause));
        });
    }
    matches
        .replacements
        .sort_by_key(|replacement| replacement.source.start);
    matches.numbers.sort_by_key(|(range, _)| range.start);
    // Of two that change the same pause, the one of the narrower scope came first.
    paused.sort_by_key(|(at, _)| *at);
    paused.dedup_by_key(|(at, _)| *at);
    matches.pauses = paused;
    matches
}

/// The characters that something is done with already.
struct Taken(Vec<bool>);

impl Taken {
    /// Takes a range, unless a part of it is taken.
    fn take(&mut self, range: &Range<usize>, length: usize) -> bool {
        if self.0.is_empty() {
            self.0 = vec![false; length];
        }
        let Some(own) = self.0.get_mut(range.clone()) else {
            return false;
        };
        if own.contains(&true) {
            return false;
        }
        own.fill(true);
        true
    }
}

impl<T> Words<T> {
    /// Calls `found` for each of the words in a text, from left to right, the longest at each position.
    fn each<'w>(&'w self, text: &[char], mut found: impl FnMut(Range<usize>, &'w T)) {
        if self.words.is_empty() {
            return;
        }
        let mut at = 0;
        while at < text.len() {
            let Some((length, value)) = self.longest_at(text, at) else {
                at += 1;
                continue;
            };
            found(at..at + length, value);
            at += length;
        }
    }

    fn longest_at(&self, text: &[char], at: usize) -> Option<(usize, &T)> {
        let pair = text.get(at..at + 2).and_then(|pair| {
            let pair: [char; 2] = pair.try_into().ok()?;
            self.lengths.get(&pair)
        });
        let mut lengths = pair.copied().unwrap_or_default() | u32::from(self.has_single);
        while lengths != 0 {
            let longest = 31 - lengths.leading_zeros();
            lengths &= !(1 << longest);
            let length = longest as usize + 1;
            let Some(word) = text.get(at..at + length) else {
                continue;
            };
            if is_whole(text, at..at + length)
                && let Some(value) = self.words.get(word)
            {
                return Some((length, value));
            }
        }
        None
    }
}

/// Whether a word that begins or ends with digits or letters does not stand inside a longer number or word:
/// 12 is no part of 2012 or 3.12, and AI none of MAIN.
fn is_whole(text: &[char], range: Range<usize>) -> bool {
    let at = |offset: Option<usize>| offset.and_then(|offset| text.get(offset)).copied();
    let joined = |inner: char, outer: Option<char>, beyond: Option<char>| match outer {
        Some(outer) if inner.is_ascii_digit() => {
            outer.is_ascii_digit()
                || matches!(outer, '.' | ',') && beyond.is_some_and(|c| c.is_ascii_digit())
        }
        Some(outer) if inner.is_ascii_alphabetic() => outer.is_ascii_alphabetic(),
        _ => false,
    };
    let (start, end) = (range.start, range.end);
    let before = joined(
        text[start],
        at(start.checked_sub(1)),
        at(start.checked_sub(2)),
    );
    let behind = joined(text[end - 1], at(Some(end)), at(Some(end + 1)));
    !before && !behind
}

/// Where the anchored changes of lexicons stand in a document, block by block; and those whose place is not
/// there any more, or not the only one, by the numbers that they were given.
#[derive(Default)]
pub(crate) struct Anchors {
    blocks: HashMap<usize, Vec<Found>>,
    pub(crate) lost: Vec<usize>,
}

impl Anchors {
    /// Whether there is anything to look for.
    pub(crate) fn are_in(lexicons: &[Arc<Lexicon>]) -> bool {
        lexicons.iter().any(|lexicon| !lexicon.anchored.is_empty())
    }

    /// Looks for them in the folded texts of blocks.
    pub(crate) fn find(lexicons: &[Arc<Lexicon>], texts: &[Vec<char>]) -> Self {
        let mut anchors = Self::default();
        for change in lexicons.iter().flat_map(|lexicon| &lexicon.anchored) {
            let mut alike = Vec::new();
            for (block, text) in texts.iter().enumerate() {
                let starts = places_of(text, &change.before, &change.word, &change.after);
                alike.extend(starts.map(|start| (block, start)));
            }
            match alike.get(change.place) {
                Some(&(block, start)) if alike.len() == change.of => {
                    let found = Found {
                        source: start..start + change.word.len(),
                        said: change.change.clone().into(),
                    };
                    anchors.blocks.entry(block).or_default().push(found);
                }
                _ => anchors.lost.push(change.number),
            }
        }
        anchors
    }

    /// The same with what the document's own markup says behind them: of one place an editor's word counts.
    pub(crate) fn with_markup(mut self, markup: &[Markup], texts: &[Vec<char>]) -> Self {
        for (block, mut found) in of_markup(markup, texts) {
            self.blocks.entry(block).or_default().append(&mut found);
        }
        self
    }

    /// Those of a block.
    pub(crate) fn of(&self, block: usize) -> &[Found] {
        self.blocks.get(&block).map_or(&[], Vec::as_slice)
    }
}

/// Where a word stands in a text with this around it.
pub(super) fn places_of<'t>(
    text: &'t [char],
    before: &'t [char],
    word: &'t [char],
    after: &'t [char],
) -> impl Iterator<Item = usize> + 't {
    let first = word.first().copied();
    text.iter()
        .enumerate()
        .filter(move |(_, c)| Some(**c) == first)
        .map(|(start, _)| start)
        .filter(move |&start| {
            text[start..].starts_with(word)
                && text[..start].ends_with(before)
                && text[start + word.len()..].starts_with(after)
        })
}
