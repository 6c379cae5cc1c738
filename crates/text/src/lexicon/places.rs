//! Where the words of lexicons stand in a text, and what is done there.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::change::{NumberKind, PauseChange};
use super::{Anchored, Entry, Lexicon, Words};
use crate::normalize::Replacement;
use crate::pronunciation::{Pinyin, surname_of};

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
        }
    }

    fn is_empty(&self) -> bool {
        self.replacements.is_empty()
            && self.pronunciations.is_empty()
            && self.numbers.is_empty()
            && self.silences.is_empty()
            && self.pauses.is_empty()
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

/// An anchored change that was found: where, and what is done.
pub(crate) struct Found<'l> {
    pub(crate) source: Range<usize>,
    change: &'l Anchored,
}

/// What `lexicons` do in a text of folded characters, the first of them before the others, and before them
/// what is `anchored` there.
pub(crate) fn matches(lexicons: &[Arc<Lexicon>], text: &[char], anchored: &[Found<'_>]) -> Matches {
    let mut matches = Matches::default();
    let mut taken = Taken(Vec::new());
    let mut paused = Vec::new();
    for found in anchored {
        match found.change.change.as_ref() {
            Ok(entry) if taken.take(&found.source, text.len()) => {
                matches.add(found.source.clone(), text, entry);
            }
            Ok(_) => {}
            Err(pause) => paused.push((found.source.end, *pause)),
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
        let mut lengths = *self.lengths.get(&text[at])?;
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
pub(crate) struct Anchors<'l> {
    blocks: HashMap<usize, Vec<Found<'l>>>,
    pub(crate) lost: Vec<usize>,
}

impl<'l> Anchors<'l> {
    /// Looks for them in the folded texts of blocks.
    pub(crate) fn find<'b>(
        lexicons: &'l [Arc<Lexicon>],
        blocks: impl Iterator<Item = &'b str> + Clone,
    ) -> Self {
        let mut anchors = Self {
            blocks: HashMap::new(),
            lost: Vec::new(),
        };
        let mut anchored = lexicons.iter().flat_map(|lexicon| &lexicon.anchored);
        let Some(first) = anchored.next() else {
            return anchors;
        };
        let texts: Vec<Vec<char>> = blocks
            .map(|text| text.chars().map(crate::chars::fold).collect())
            .collect();
        for change in std::iter::once(first).chain(anchored) {
            let mut alike = Vec::new();
            for (block, text) in texts.iter().enumerate() {
                let starts = places_of(text, &change.before, &change.word, &change.after);
                alike.extend(starts.map(|start| (block, start)));
            }
            match alike.get(change.place) {
                Some(&(block, start)) if alike.len() == change.of => {
                    let found = Found {
                        source: start..start + change.word.len(),
                        change,
                    };
                    anchors.blocks.entry(block).or_default().push(found);
                }
                _ => anchors.lost.push(change.number),
            }
        }
        anchors
    }

    /// Those of a block.
    pub(crate) fn of(&self, block: usize) -> &[Found<'l>] {
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
