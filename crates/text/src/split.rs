//! Splits a line into utterances: sentences, and parts of sentences that are too long to be spoken in
//! one breath. The cuts are where a reader would breathe, hence the names here.

use std::ops::Range;

use super::chars::{ends_sentence, fold};
use super::phonemes;
use super::phrase::{self, OPENS};
use super::pronunciation::Segmenter;
use super::speech::{Item, ItemKind};

/// Longest utterance in syllables of average length. The model speaks about 4.3 a second at the
/// normal rate, so that this is under 8 s with its pauses.
const LONGEST: f32 = 31.0;
/// The most phoneme characters of an utterance. The model takes 510, of which the ends need a few.
const MOST_PHONEMES: usize = 480;
/// The first utterance of a document is cut at the first clause of at least this length, so that
/// its audio is ready early: 本办法, 申请人.
const FIRST_AT_LEAST: f32 = 3.0;
/// Where the next phrase is a mere subject, a mark cuts a first clause of this length off: 他说，自己|还在上班.
const EARLIEST_MARK: f32 = 2.0;
/// A first clause longer than this is cut where a phrase begins, too.
const FIRST_AT_MOST: f32 = 7.0;
/// How much longer the second utterance may be than the first, which is all the time there is to
/// make it: the voice takes an eighth of the time that it speaks with AVX-512 VNNI, and a fifth
/// with AVX2 (two cores, measured).
const SECOND_PER_FIRST: f32 = 5.0;
/// The second utterance's bound is never less than this: a cut inside a phrase is worse than a
/// short wait.
const SECOND_AT_LEAST: f32 = 20.0;
/// How many syllables away from the aim a border of a phrase may be for one point of its strength.
const SYLLABLES_A_POINT: f32 = 3.0;
/// A cut never leaves a rest shorter than this at the end of a sentence, because a few syllables alone
/// sound torn off.
const SHORTEST_CLAUSE: f32 = 4.0;

/// Utterances as ranges of items, in order, covering every spoken item. `short_first` makes the
/// first one short.
pub(crate) fn utterances(
    items: &[Item],
    short_first: bool,
    segmenter: &Segmenter,
) -> Vec<Range<usize>> {
    let line = Line { items, segmenter };
    let mut found = Vec::new();
    for sentence in sentences(items) {
        line.split_sentence(sentence, short_first, &mut found);
    }
    found
}

/// Items with what knows their words' classes.
struct Line<'a> {
    items: &'a [Item],
    segmenter: &'a Segmenter,
}

/// The greatest length of the next utterance.
fn longest_next(items: &[Item], short_first: bool, found: &[Range<usize>]) -> f32 {
    match found {
        [first] if short_first => {
            let reach = SECOND_PER_FIRST * length(&items[first.clone()]);
            reach.clamp(SECOND_AT_LEAST, LONGEST)
        }
        _ => LONGEST,
    }
}

pub(crate) fn mark(item: &Item) -> Option<char> {
    match item.kind {
        ItemKind::Mark(c) => Some(fold(c)),
        _ => None,
    }
}

/// Marks that belong to the sentence before them.
fn closes(c: char) -> bool {
    ends_sentence(c)
        || matches!(
            c,
            '”' | '’' | ')' | '》' | '」' | '』' | '】' | '〕' | ']' | '"' | '\'' | '—'
        )
}

/// Marks that belong to what comes behind them.
pub(crate) fn opens(c: char) -> bool {
    matches!(
        c,
        '“' | '‘' | '(' | '《' | '〈' | '「' | '『' | '【' | '〔' | '[' | '{'
    )
}

/// Whether the mark at `at` ends a sentence: a full stop of Latin writing does so only where no
/// letter or digit follows, which the normaliser has made sure of for numbers.
fn is_end(items: &[Item], at: usize) -> bool {
    match mark(&items[at]) {
        Some('.') => items
            .get(at + 1)
            .is_none_or(|next| next.start > items[at].end || !next.is_spoken()),
        Some(c) => ends_sentence(c),
        None => false,
    }
}

fn sentences(items: &[Item]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < items.len() {
        if !is_end(items, at) {
            at += 1;
            continue;
        }
        at += 1;
        while at < items.len() && mark(&items[at]).is_some_and(closes) {
            at += 1;
        }
        push_spoken(items, start..at, &mut found);
        start = at;
    }
    push_spoken(items, start..items.len(), &mut found);
    found
}

/// Keeps a range that is heard; a silent one goes to the utterance before.
fn push_spoken(items: &[Item], range: Range<usize>, found: &mut Vec<Range<usize>>) {
    if items[range.clone()].iter().any(Item::is_spoken) {
        found.push(range);
    }
}

impl Line<'_> {
    fn split_sentence(
        &self,
        sentence: Range<usize>,
        short_first: bool,
        found: &mut Vec<Range<usize>>,
    ) {
        let items = self.items;
        let mut start = sentence.start;
        if short_first
            && found.is_empty()
            && length(&items[sentence.clone()]) > FIRST_AT_MOST
            && let Some(cut) = self.first_clause(&sentence)
        {
            push_spoken(items, start..cut, found);
            start = cut;
        }
        while start < sentence.end {
            let longest = longest_next(items, short_first, found);
            let end = self.breath_end(start..sentence.end, longest);
            push_spoken(items, start..end, found);
            start = end;
        }
    }

    /// Where the breath that begins with `range` ends: within `longest` if a reader can breathe there, or
    /// else within the bound of every utterance.
    fn breath_end(&self, range: Range<usize>, longest: f32) -> usize {
        let items = self.items;
        let limit = fits_from(items, range.clone(), longest);
        if limit >= range.end {
            return range.end;
        }
        // Only a long utterance justifies a cut inside a list.
        let weakest = if longest < LONGEST { CLAUSE } else { 0.0 };
        at_a_mark(items, range.clone(), limit, weakest, self.segmenter)
            .or_else(|| self.at_a_phrase(range.clone(), limit))
            .unwrap_or_else(|| {
                if longest < LONGEST {
                    self.breath_end(range, LONGEST)
                } else {
                    self.word_border(range, limit)
                }
            })
    }

    /// The end of the first clause, or of the first phrase of a long one, that can be spoken alone.
    fn first_clause(&self, sentence: &Range<usize>) -> Option<usize> {
        let items = self.items;
        let mut spoken = 0.0;
        let mut marks = 0.0;
        let mut depth = 0_i32;
        // The first border of a phrase, and the first that is not heard.
        let mut phrase = None;
        let mut unheard = None;
        // What has been spoken to the end of a clause that is shorter than the first should be, and that end; and
        // whether it is to be cut there, because a mere subject stands before the next border.
        let mut short = None;
        let mut early = None;
        for at in sentence.clone() {
            let Some(c) = mark(&items[at]) else {
                let long_enough = depth <= 0 && spoken >= FIRST_AT_LEAST;
                let is_silent = spoken <= FIRST_AT_MOST && begins_in_silence(&items[at]);
                if long_enough && unheard.is_none() {
                    let border = phrase::border(items, at, self.segmenter);
                    let opens = border.is_some_and(|border| border >= OPENS);
                    let subject = short.filter(|(mark, _)| spoken - mark < SHORTEST_CLAUSE);
                    if opens && let Some((_, end)) = subject {
                        early = Some(end);
                        break;
                    } else if opens {
                        phrase = phrase.or(Some(at));
                        unheard = is_silent.then_some(at);
                    }
                }
                spoken += items[at].length();
                if spoken + marks > LONGEST {
                    break;
                }
                continue;
            };
            marks += items[at].length();
            depth += nesting(c);
            if is_clause_mark(c) && depth <= 0 && spoken >= FIRST_AT_LEAST {
                if spoken <= FIRST_AT_MOST {
                    (phrase, unheard) = (None, None);
                }
                let end = with_closers(items, at + 1, sentence.end);
                return unheard
                    .or(phrase)
                    .or(Some(end))
                    .filter(|&cut| leaves_a_clause(items, cut, sentence));
            }
            if is_clause_mark(c) && depth <= 0 && spoken >= EARLIEST_MARK {
                let end = with_closers(items, at + 1, sentence.end);
                short = Some((spoken, end));
            }
        }
        let cut = early.or(unheard).or(phrase);
        cut.filter(|&cut| leaves_a_clause(items, cut, sentence))
    }

    /// The best border of a phrase: a strong one near the aim, outside quotes and brackets, where both sides
    /// can be spoken alone; rather one that begins in silence.
    fn at_a_phrase(&self, range: Range<usize>, limit: usize) -> Option<usize> {
        const INSIDE_QUOTES: f32 = 8.0;
        let items = self.items;
        let aim = aim(items, &range, limit);
        let mut so_far = 0.0;
        let mut depth = 0_i32;
        let mut best: Option<(f32, usize)> = None;
        for at in range.start..limit {
            if let Some(c) = mark(&items[at]) {
                depth += nesting(c);
            } else if so_far >= SHORTEST_CLAUSE
                && let Some(border) = phrase::border(items, at, self.segmenter)
                && leaves_a_clause(items, at, &range)
            {
                let inside = if depth > 0 { INSIDE_QUOTES } else { 0.0 };
                let away = (so_far - aim).abs() + heard(&items[at..]);
                let score = border - inside - away / SYLLABLES_A_POINT;
                if best.is_none_or(|(other, _)| score > other) {
                    best = Some((score, at));
                }
            }
            so_far += items[at].length();
        }
        best.map(|(_, cut)| cut)
    }

    /// The last border between words up to `limit`, one that tears nothing if there is one near.
    fn word_border(&self, range: Range<usize>, limit: usize) -> usize {
        const NEAR: usize = 18;
        let items = self.items;
        let starts_word = |at: usize| {
            items.get(at).is_none_or(|item| match item.kind {
                ItemKind::Syllable { starts_word, .. } => starts_word,
                ItemKind::Word { .. } => true,
                _ => false,
            })
        };
        let earliest = range.start + 5;
        let loosest = |from: usize| {
            (from..=limit)
                .rev()
                .filter(|&at| {
                    phrase::may_part(items, at, self.segmenter)
                        && leaves_a_clause(items, at, &range)
                })
                .map(|at| {
                    let away = (limit - at) as f32 + heard(&items[at..]);
                    let looseness = phrase::looseness(items, at, self.segmenter);
                    (looseness - away / SYLLABLES_A_POINT, at)
                })
                .reduce(|best, other| if other.0 > best.0 { other } else { best })
                .map(|(_, at)| at)
        };
        loosest(earliest.max(limit.saturating_sub(NEAR)))
            .or_else(|| loosest(earliest))
            .or_else(|| (earliest..=limit).rev().find(|&at| starts_word(at)))
            .unwrap_or(limit)
    }
}

/// How many syllables nearer to the aim a cut has to be that is heard, because it becomes a pause.
const HEARD: f32 = 8.0;

/// What a cut before these costs because it is heard, in syllables.
fn heard(items: &[Item]) -> f32 {
    match items.first().is_some_and(begins_in_silence) {
        true => 0.0,
        false => HEARD,
    }
}

/// Whether a syllable begins with a stop or an affricate. The mouth is shut before it, so that the silence
/// which a clip ends with is not heard in a cut there.
pub(crate) fn begins_in_silence(item: &Item) -> bool {
    match item.kind {
        ItemKind::Syllable { surface, .. } => {
            phonemes::of_syllable(surface).starts_with(['p', 't', 'k', 'ʨ', 'ꭧ', 'ʦ'])
        }
        _ => false,
    }
}

pub(crate) fn length(items: &[Item]) -> f32 {
    items.iter().map(Item::length).sum()
}

/// Whether what follows `cut` in the sentence can be spoken alone.
fn leaves_a_clause(items: &[Item], cut: usize, sentence: &Range<usize>) -> bool {
    length(&items[cut..sentence.end.min(cut + 64)]) >= SHORTEST_CLAUSE
}

fn nesting(c: char) -> i32 {
    match c {
        '“' | '‘' | '(' | '《' | '「' | '『' | '【' | '〔' | '[' => 1,
        '”' | '’' | ')' | '》' | '」' | '』' | '】' | '〕' | ']' => -1,
        _ => 0,
    }
}

fn is_clause_mark(c: char) -> bool {
    matches!(c, '，' | ',' | ':' | '：' | '—')
}

fn with_closers(items: &[Item], mut at: usize, end: usize) -> usize {
    while at < end && mark(&items[at]).is_some_and(closes) {
        at += 1;
    }
    at
}

/// How far from the start of `range` one utterance can reach.
fn fits_from(items: &[Item], range: Range<usize>, longest: f32) -> usize {
    let mut total = 0.0;
    let mut phonemes = 0;
    for at in range.clone() {
        total += items[at].length();
        phonemes += items[at].phoneme_count();
        let over = total > longest || phonemes > MOST_PHONEMES;
        if over && items[at].is_spoken() && at > range.start {
            return at;
        }
    }
    range.end
}

/// The length to aim at for the next breath in `range`: half of the rest where two breaths are enough
/// for it, so that both are about equally long.
fn aim(items: &[Item], range: &Range<usize>, limit: usize) -> f32 {
    let rest = length(&items[range.start..range.end.min(limit + 64)]);
    if rest < 2.0 * LONGEST {
        rest / 2.0
    } else {
        LONGEST
    }
}

/// Where the bracket that has just opened closes, if it holds a character or two, or a list of such, so that
/// it stands inside a word: 海底电（光）缆, 市（地、州、盟）人民政府.
fn inside_a_word(items: &[Item]) -> Option<usize> {
    const LONGEST: usize = 9;
    let reach = &items[..items.len().min(LONGEST)];
    let length = reach.iter().position(|item| mark(item) == Some(')'))?;
    let parts = items[..length].split(|item| mark(item) == Some('、'));
    let mut parts = parts.into_iter();
    parts
        .all(|part| part.len() <= 2 && part.iter().all(Item::is_spoken))
        .then_some(length)
}

/// The strength of a comma, on the scale of [`at_a_mark`].
const CLAUSE: f32 = 7.0;

/// The best mark to breathe at in `range`, not behind `limit`: a strong one, outside quotes and near
/// the length to aim at. Marks weaker than `weakest` do not count.
fn at_a_mark(
    items: &[Item],
    range: Range<usize>,
    limit: usize,
    weakest: f32,
    segmenter: &Segmenter,
) -> Option<usize> {
    let aim = aim(items, &range, limit);
    let mut best: Option<(f32, usize)> = None;
    let mut so_far = 0.0;
    let mut depth = 0_i32;
    // Where a bracket closes that stands inside a word.
    let mut word_end = 0;
    for at in range.start..limit {
        so_far += items[at].length();
        let Some(c) = mark(&items[at]) else { continue };
        // 海底电（光）缆: a bracket of a character or two stands inside a word.
        if c == '('
            && let Some(length) = inside_a_word(&items[at + 1..])
        {
            word_end = at + 1 + length;
        }
        let opens = nesting(c) > 0 && depth <= 0;
        depth += nesting(c);
        if at <= word_end {
            continue;
        }
        let strength = match c {
            _ if opens => 2.0,
            ';' | '；' | ':' | '：' | '—' => 8.0,
            '，' | ',' => CLAUSE,
            '、' => 3.0,
            ')' | '》' | '”' if depth <= 0 => 1.0,
            _ => continue,
        };
        // A bracket or a quote that does not fit is begun with the next breath.
        let cut = if opens {
            at
        } else {
            with_closers(items, at + 1, limit)
        };
        if so_far < SHORTEST_CLAUSE
            || strength < weakest
            || opens && phrase::leans_on(items, at)
            || matches!(c, '》' | '”') && phrase::hangs_on_a_title(items, cut, segmenter)
            || !items[cut..range.end.min(cut + 8)]
                .iter()
                .any(Item::is_spoken)
        {
            continue;
        }
        let nested = if depth > 0 && !opens { 5.0 } else { 0.0 };
        let score = strength - nested - (so_far - aim).abs() / 3.0;
        if best.is_none_or(|(other, _)| score >= other) {
            best = Some((score, cut));
        }
    }
    best.map(|(_, cut)| cut)
}

#[cfg(test)]
mod tests;
