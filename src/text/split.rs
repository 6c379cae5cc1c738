//! Where a reader breathes: sentences, and clauses of sentences too long for one breath.

use std::ops::Range;

use super::chars::fold;
use super::phrase;
use super::speech::{Item, Sound};

/// Longest utterance in syllables of average length. The model speaks about 4.3 a second at the
/// normal rate, so that this is under 8 s with its pauses.
const LONGEST: f32 = 31.0;
/// Phoneme characters an utterance may hold; the model takes 510 and the ends need a few.
const MOST_PHONEMES: usize = 480;
/// The first utterance of a document is cut at the first clause of at least this length, so that
/// its audio is ready early.
const FIRST_AT_LEAST: f32 = 4.0;
/// A first clause longer than this is cut where a phrase begins, too.
const FIRST_AT_MOST: f32 = 8.0;
/// How much longer the second utterance may be than the first, which is all the time there is to
/// make it: the voice takes an eighth of the time that it speaks with AVX-512 VNNI, and a fifth
/// with AVX2 (two cores, measured).
const SECOND_PER_FIRST: f32 = 5.0;
/// The second utterance's bound is never less than this: a cut inside a phrase is worse than a
/// short wait.
const SECOND_AT_LEAST: f32 = 20.0;
/// A clause shorter than this is not left alone at the end of a sentence.
const SHORTEST_CLAUSE: f32 = 4.0;

/// Utterances as ranges of items, in order, covering every spoken item. `short_first` makes the
/// first one short.
pub(crate) fn utterances(items: &[Item], short_first: bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for sentence in sentences(items) {
        split_sentence(items, sentence, short_first, &mut found);
    }
    found
}

/// The longest that the next utterance may be.
fn most(items: &[Item], short_first: bool, found: &[Range<usize>]) -> f32 {
    match found {
        [first] if short_first => {
            let reach = SECOND_PER_FIRST * length(&items[first.clone()]);
            reach.clamp(SECOND_AT_LEAST, LONGEST)
        }
        _ => LONGEST,
    }
}

fn mark(item: &Item) -> Option<char> {
    match item.sound {
        Sound::Mark(c) => Some(fold(c)),
        _ => None,
    }
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '!' | '?' | '！' | '？' | ';' | '；' | '…' | '\n')
}

/// Marks that belong to the sentence before them.
fn closes(c: char) -> bool {
    ends_sentence(c)
        || matches!(
            c,
            '”' | '’' | ')' | '》' | '」' | '』' | '】' | '〕' | ']' | '"' | '\''
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

fn split_sentence(
    items: &[Item],
    sentence: Range<usize>,
    short_first: bool,
    found: &mut Vec<Range<usize>>,
) {
    let mut start = sentence.start;
    if short_first
        && found.is_empty()
        && length(&items[sentence.clone()]) > FIRST_AT_MOST
        && let Some(cut) = first_clause(items, &sentence)
    {
        push_spoken(items, start..cut, found);
        start = cut;
    }
    loop {
        let longest = most(items, short_first, found);
        let limit = fits_from(items, start..sentence.end, longest);
        if limit >= sentence.end {
            break;
        }
        let cut = best_cut(items, start..sentence.end, limit);
        push_spoken(items, start..cut, found);
        start = cut;
    }
    push_spoken(items, start..sentence.end, found);
}

fn length(items: &[Item]) -> f32 {
    items.iter().map(Item::length).sum()
}

/// The end of the first clause, or of the first phrase of a long one, that can be spoken alone.
fn first_clause(items: &[Item], sentence: &Range<usize>) -> Option<usize> {
    let mut spoken = 0.0;
    let mut depth = 0_i32;
    let mut phrase = None;
    for at in sentence.clone() {
        let Some(c) = mark(&items[at]) else {
            let long_enough = depth <= 0 && spoken >= FIRST_AT_LEAST;
            if phrase.is_none() && long_enough && phrase::opens(items, at) {
                phrase = Some(at);
            }
            spoken += items[at].length();
            if spoken > LONGEST {
                break;
            }
            continue;
        };
        depth += nesting(c);
        if is_clause_mark(c) && depth <= 0 && spoken >= FIRST_AT_LEAST {
            if spoken <= FIRST_AT_MOST {
                phrase = None;
            }
            let end = with_closers(items, at + 1, sentence.end);
            return phrase
                .or(Some(end))
                .filter(|&cut| leaves_a_clause(items, cut, sentence));
        }
    }
    phrase.filter(|&cut| leaves_a_clause(items, cut, sentence))
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

/// The best place to breathe in `range`, not behind `limit`: the strongest mark outside quotes in
/// the later part, else the last word border.
fn best_cut(items: &[Item], range: Range<usize>, limit: usize) -> usize {
    let rest = length(&items[range.start..range.end.min(limit + 64)]);
    let aim = if rest < 2.0 * LONGEST {
        rest / 2.0
    } else {
        LONGEST
    };
    let mut best: Option<(f32, usize)> = None;
    let mut so_far = 0.0;
    let mut depth = 0_i32;
    for at in range.start..limit {
        so_far += items[at].length();
        let Some(c) = mark(&items[at]) else { continue };
        depth += nesting(c);
        let strength = match c {
            ';' | '；' | ':' | '：' | '—' => 8.0,
            '，' | ',' => 7.0,
            '、' => 3.0,
            ')' | '》' | '”' if depth <= 0 => 1.0,
            _ => continue,
        };
        let cut = with_closers(items, at + 1, limit);
        if so_far < SHORTEST_CLAUSE
            || !items[cut..range.end.min(cut + 8)]
                .iter()
                .any(Item::is_spoken)
        {
            continue;
        }
        let nested = if depth > 0 { 5.0 } else { 0.0 };
        let score = strength - nested - (so_far - aim).abs() / 3.0;
        if best.is_none_or(|(other, _)| score >= other) {
            best = Some((score, cut));
        }
    }
    best.map_or_else(|| word_border(items, range, limit), |(_, cut)| cut)
}

/// The last border between words up to `limit`.
fn word_border(items: &[Item], range: Range<usize>, limit: usize) -> usize {
    (range.start + 1..=limit)
        .rev()
        .find(|&at| {
            items.get(at).is_none_or(|item| match item.sound {
                Sound::Syllable { starts_word, .. } => starts_word,
                Sound::Word { .. } => true,
                _ => false,
            })
        })
        .filter(|&at| at > range.start + 4)
        .unwrap_or(limit)
}
