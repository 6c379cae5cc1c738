//! Folded text as tokens, and the place in it where a rule looks.
//!
//! A rule sees the tokens from where it stands, and what stood before. It never sees the whole
//! text as a string, so it cannot rewrite what another rule has said.

use std::ops::Range;

use super::Setting;
use super::code::Column;
use super::piece::{Piece, Said};

/// The smallest thing a rule can match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A run of ASCII digits.
    Num(&'a [char]),
    /// A run of ASCII letters.
    Word(&'a [char]),
    /// A run of white space other than a line end.
    Space,
    /// Any other character, folded.
    Ch(char),
    /// A word the lexicon replaces, by its place in the list of replacements.
    Replacement(usize),
}

pub(crate) use Token::{Ch, Num, Space, Word};

/// Tokens of one text with the offset of each.
pub(crate) struct Tokens<'a> {
    pub(crate) list: Vec<Token<'a>>,
    /// Start of each token in scalar values, and one past the end of the last.
    pub(crate) starts: Vec<usize>,
    setting: Setting,
}

impl<'a> Tokens<'a> {
    /// Cuts folded text. `replacements` are ranges the lexicon replaces, in order, not overlapping.
    pub(crate) fn cut(folded: &'a [char], replacements: &[Range<usize>], setting: Setting) -> Self {
        let mut tokens = Self {
            list: Vec::with_capacity(folded.len()),
            starts: Vec::new(),
            setting,
        };
        let mut next_replacement = 0;
        let mut at = 0;
        while at < folded.len() {
            tokens.starts.push(at);
            if let Some(replacement) = replacements
                .get(next_replacement)
                .filter(|replacement| replacement.start == at)
            {
                tokens.list.push(Token::Replacement(next_replacement));
                next_replacement += 1;
                at = replacement.end;
                continue;
            }
            let limit = replacements
                .get(next_replacement)
                .map_or(folded.len(), |replacement| replacement.start);
            let run =
                |kind: fn(&char) -> bool| folded[at..limit].iter().take_while(|c| kind(c)).count();
            let (token, length) = match folded[at] {
                '0'..='9' => {
                    let length = run(char::is_ascii_digit);
                    (Num(&folded[at..at + length]), length)
                }
                'a'..='z' | 'A'..='Z' => {
                    let length = run(|c| c.is_ascii_alphabetic() || is_accent(c));
                    (Word(&folded[at..at + length]), length)
                }
                c if is_space(&c) => (Space, run(is_space)),
                c => (Ch(c), 1),
            };
            tokens.list.push(token);
            at += length;
        }
        tokens.starts.push(folded.len());
        tokens
    }
}

/// Whether a character is the accent of the letter before it, as in e + U+0301 for é.
fn is_accent(c: &char) -> bool {
    ('\u{300}'..='\u{36f}').contains(c)
}

fn is_space(c: &char) -> bool {
    *c != '\n' && (c.is_whitespace() || *c == '\u{200b}' || *c == '\u{feff}')
}

/// The most tokens that are looked at for each character of context. Numbers and blanks give none, and a
/// line may consist of them.
const TOKENS_A_CHARACTER: usize = 3;

/// A position between two tokens of a text, from which a rule looks forward and back.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    tokens: &'a Tokens<'a>,
    index: usize,
}

impl<'a> At<'a> {
    pub(crate) fn new(tokens: &'a Tokens<'a>, index: usize) -> Self {
        Self { tokens, index }
    }

    /// The same text `tokens` further back.
    pub(crate) fn back(self, tokens: usize) -> Self {
        Self {
            index: self.index.saturating_sub(tokens),
            ..self
        }
    }

    /// The same text `tokens` further on.
    pub(crate) fn skip(self, tokens: usize) -> Self {
        Self {
            index: (self.index + tokens).min(self.tokens.list.len()),
            ..self
        }
    }

    /// What the header of the column says of the numbers of this text.
    pub(crate) fn column(self) -> Option<Column> {
        self.tokens.setting.column
    }

    /// Whether addresses of the net are said from beginning to end.
    pub(crate) fn says_whole_addresses(self) -> bool {
        self.tokens.setting.whole_addresses
    }

    /// The tokens from here on.
    pub(crate) fn rest(self) -> &'a [Token<'a>] {
        &self.tokens.list[self.index..]
    }

    /// The tokens before here.
    pub(crate) fn before(self) -> &'a [Token<'a>] {
        &self.tokens.list[..self.index]
    }

    /// The token just before.
    pub(crate) fn previous(self) -> Option<Token<'a>> {
        self.before().last().copied()
    }

    /// The character range of `count` tokens, `from` tokens further on.
    pub(crate) fn range(self, from: usize, count: usize) -> Range<usize> {
        let starts = &self.tokens.starts;
        let last = starts.len() - 1;
        starts[(self.index + from).min(last)]..starts[(self.index + from + count).min(last)]
    }

    /// Whether the text just before ends with one of `words`.
    pub(crate) fn after_any(self, words: &[&str]) -> bool {
        words.iter().any(|word| self.after(word))
    }

    /// Whether the text just before ends with `word`.
    pub(crate) fn after(self, word: &str) -> bool {
        let mut tokens = self.before().iter().rev().filter(|tok| **tok != Space);
        word.chars().rev().all(|c| tokens.next() == Some(&Ch(c)))
    }

    /// Whether `word` starts `offset` tokens further on.
    pub(crate) fn sees(self, offset: usize, word: &str) -> bool {
        let mut tokens = self.rest().iter().skip(offset);
        word.chars().all(|c| tokens.next() == Some(&Ch(c)))
    }

    /// Whether one of `words` starts `offset` tokens further on.
    pub(crate) fn sees_any(self, offset: usize, words: &[&str]) -> bool {
        let Some(Ch(first)) = self.rest().get(offset) else {
            return false;
        };
        let mut written = [0; 4];
        let first = first.encode_utf8(&mut written).as_bytes();
        // The last byte of a character differs more often than its first.
        let last = first.len() - 1;
        words
            .iter()
            .any(|word| word.as_bytes().get(last) == first.last() && self.sees(offset, word))
    }

    /// The last `reach` characters before, not beyond the end of the sentence before: what this sentence
    /// has been about so far.
    pub(crate) fn context_before(self, reach: usize) -> String {
        let mut context: Vec<char> = Vec::with_capacity(reach);
        for token in self.before().iter().rev().take(TOKENS_A_CHARACTER * reach) {
            match token {
                Ch(c) if super::super::chars::ends_sentence(*c) => break,
                Ch(c) => context.push(*c),
                Word(word) => context.extend(word.iter().rev()),
                _ => {}
            }
            if context.len() >= reach {
                break;
            }
        }
        context.iter().rev().collect()
    }

    /// The characters of up to `reach` tokens from `offset` tokens on, to the next punctuation.
    pub(crate) fn context_after(self, offset: usize, reach: usize) -> String {
        let mut context = String::new();
        for token in self.rest().iter().skip(offset).take(reach) {
            match token {
                Ch(c) if is_stop(*c) => break,
                Ch(c) => context.push(*c),
                Word(word) => context.extend(word.iter()),
                _ => {}
            }
        }
        context
    }

    /// Whether one of `words` stands among the last `reach` characters of this sentence.
    pub(crate) fn near_before(self, reach: usize, words: &[&str]) -> bool {
        let context = self.context_before(reach);
        words.iter().any(|word| context.contains(word))
    }

    /// Whether one of `words` stands within `reach` tokens from `offset` tokens on.
    pub(crate) fn near_after(self, offset: usize, reach: usize, words: &[&str]) -> bool {
        let context = self.context_after(offset, reach);
        words.iter().any(|word| context.contains(word))
    }

    /// Whether nothing of a word or number stands directly before.
    pub(crate) fn opens(self) -> bool {
        !matches!(self.previous(), Some(Num(_) | Word(_)))
    }
}

fn is_stop(c: char) -> bool {
    super::super::chars::ends_sentence(c) || matches!(c, '，' | ',' | '、' | ':')
}

/// What a rule says for the tokens it takes.
#[derive(Debug, Default)]
pub(crate) struct Say {
    /// How many tokens it takes.
    pub(crate) tokens: usize,
    pub(crate) pieces: Vec<Piece>,
}

impl Say {
    /// The number that has been said may be no amount but a name: nothing beside it tells.
    pub(crate) fn guessed(mut self) -> Self {
        let hanzi = |piece: &&mut Piece| matches!(piece.said, Said::Han(_));
        if let Some(first) = self.pieces.iter_mut().find(hanzi) {
            first.is_guess = true;
        }
        self
    }

    /// Starts an answer.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// `spoken` for the next `count` tokens: hanzi, spelled letters and marks.
    pub(crate) fn text(mut self, at: At<'_>, count: usize, spoken: &str) -> Self {
        let range = at.range(self.tokens, count);
        self.pieces.extend(
            spoken
                .chars()
                .map(|c| Piece::new(Said::of(c), range.clone())),
        );
        self.tokens += count;
        self
    }

    /// The next `count` tokens letter by letter, digit by digit, each from its own character.
    pub(crate) fn spell(mut self, at: At<'_>, count: usize, yao: bool) -> Self {
        for token in at.rest().iter().skip(self.tokens).take(count) {
            let start = at.range(self.tokens, 1).start;
            if let Num(run) | Word(run) = token {
                let letters = run.iter().enumerate().filter(|(_, c)| !is_accent(c));
                let spelled = letters.map(|(offset, &c)| {
                    Piece::new(Said::spelled(c, yao), start + offset..start + offset + 1)
                });
                self.pieces.extend(spelled);
            }
            self.tokens += 1;
        }
        self
    }

    /// The next token as an English word.
    pub(crate) fn word(mut self, at: At<'_>) -> Self {
        if let Some(Word(run)) = at.rest().get(self.tokens) {
            let said = Said::Word(run.iter().filter(|c| !is_accent(c)).collect());
            self.pieces.push(Piece::new(said, at.range(self.tokens, 1)));
        }
        self.tokens += 1;
        self
    }

    /// The next token as an English word of `head` letters with an abbreviation behind it.
    pub(crate) fn word_and_letters(mut self, at: At<'_>, head: usize) -> Self {
        let start = at.range(self.tokens, 1).start;
        if let Some(Word(run)) = at.rest().get(self.tokens) {
            let (word, letters) = run.split_at(head.min(run.len()));
            let said = Said::Word(word.iter().filter(|c| !is_accent(c)).collect());
            self.pieces
                .push(Piece::new(said, start..start + word.len()));
            let first = start + word.len();
            let letters = letters.iter().enumerate().filter(|(_, c)| !is_accent(c));
            let spelled = letters.map(|(offset, &c)| {
                Piece::new(Said::Letter(c), first + offset..first + offset + 1)
            });
            self.pieces.extend(spelled);
        }
        self.tokens += 1;
        self
    }

    /// An English word for the next `count` tokens.
    pub(crate) fn english(mut self, at: At<'_>, count: usize, word: &str) -> Self {
        let range = at.range(self.tokens, count);
        self.pieces
            .push(Piece::new(Said::Word(word.to_owned()), range));
        self.tokens += count;
        self
    }

    /// A silent border, so that what follows is not read together with what came before.
    pub(crate) fn border(mut self, at: At<'_>) -> Self {
        let here = at.range(self.tokens, 0);
        self.pieces.push(Piece::new(Said::Border, here));
        self
    }

    /// The next token belongs to what was said last: 19:30分 has its 分 already.
    pub(crate) fn swallow(mut self, at: At<'_>) -> Self {
        let end = at.range(self.tokens, 1).end;
        if let Some(start) = self.pieces.last().map(|piece| piece.start) {
            let last = self
                .pieces
                .iter_mut()
                .rev()
                .take_while(|piece| piece.start == start);
            last.for_each(|piece| piece.end = end);
        }
        self.tokens += 1;
        self
    }

    /// A pause the page does not write.
    pub(crate) fn pause(mut self, at: At<'_>) -> Self {
        let here = at.range(self.tokens, 0);
        self.pieces.push(Piece::new(Said::Mark('；'), here));
        self
    }

    /// The next `count` tokens, silent.
    pub(crate) fn silent(mut self, count: usize) -> Self {
        self.tokens += count;
        self
    }

    /// All of `other`, which was said from where this one ends.
    pub(crate) fn join(mut self, other: Say) -> Self {
        self.tokens += other.tokens;
        self.pieces.extend(other.pieces);
        self
    }
}
