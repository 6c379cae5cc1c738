//! Text normalisation: what stands on the page becomes what is said.
//!
//! Rules work on tokens and are grouped by category, each with its examples in a table beside it. At
//! every token the rules for its kind are tried in order; the first that applies says what is spoken, and
//! for how many tokens. A token that no rule takes is spoken by its kind: hanzi as they stand, letters by
//! name, digits as a quantity. `docs/reading.md` explains how to add a rule.
//!
//! Two names recur in all rules. [`At`] is a position in the text: what stands from there on and what
//! stood before. [`Say`] is the answer of a rule, built from left to right.

mod code;
mod crosses;
mod cue;
mod date;
mod document_number;
mod kind;
mod latin;
mod list;
mod math;
mod measure;
mod number;
mod numerals;
mod piece;
mod quantity;
pub(crate) mod replacement;
mod score;
mod separator;
mod signs;
mod time;
mod token;
mod web;

#[cfg(test)]
mod tests_support;

use std::ops::Range;

pub(crate) use code::Column;
pub(crate) use kind::said_as_each;
pub(crate) use piece::{Piece, Said};
use token::{At, Say, Token, Tokens};

use super::chars::{fold, is_hanzi};
use super::pronunciation::pinyin_words;
use langdu_model::NumberKind;
use replacement::Replacement;

/// A rule: what is spoken for the tokens from here, or `None` where the rule does not apply.
type Rule = fn(At<'_>) -> Option<Say>;

/// A rule with its name, as `langdu explain --clip` shows it: `quantity::money`.
type Named = (&'static str, Rule);

macro_rules! rules {
    ($($category:ident::$rule:ident),* $(,)?) => {
        &[$((concat!(stringify!($category), "::", stringify!($rule)), $category::$rule as Rule)),*]
    };
}

/// A stretch of source text and the rule that said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Applied {
    /// Scalar offsets of the source.
    pub(crate) source: Range<usize>,
    /// The rule's name, or `lexicon` for a replacement.
    pub(crate) rule: &'static str,
}

/// Tried at a run of digits, in this order.
const NUMBER_RULES: &[Named] = rules![
    web::address,
    latin::open_year,
    code::masked,
    code::hidden,
    code::index_number,
    code::in_column,
    code::identifier,
    code::endless,
    code::phone,
    code::building_and_room,
    time::race,
    quantity::more_than,
    quantity::sized,
    code::lettered_room,
    date::regnal_year,
    date::year,
    date::month_day,
    date::numeric_date,
    date::month_range,
    date::month_of_life,
    date::day_range,
    date::named_day,
    date::decade,
    date::compact_date,
    date::year_range,
    date::year_in_name,
    date::cohort_of_two_digits,
    date::year_in_brackets,
    date::early_years,
    date::lone_day,
    list::labelled,
    list::line_number,
    list::level_number,
    list::under_number,
    code::contract,
    code::series,
    code::numbered_code,
    code::listed_code,
    code::long_code,
    code::mixed_code,
    code::isotope,
    code::dotted,
    code::hyphenated,
    date::season,
    date::short_date,
    date::number_in_year,
    code::known,
    code::court,
    code::institution,
    code::aircraft,
    code::model,
    code::numbered,
    quantity::behind_metres,
    time::lap,
    time::hour_word,
    code::discount,
    code::named_number,
    time::clock,
    time::ratio,
    score::score,
    time::stopwatch,
    math::rate_of_many,
    math::coordinate,
    math::power_of_ten,
    math::two_values,
    math::fraction,
    date::bare_year,
    date::short_bare_year,
    latin::small_letter,
    quantity::myriads,
    quantity::range,
    quantity::quantity_before_letters,
    latin::number_with_letters,
    quantity::quantity,
];

/// Rules that go by the shape of a number: without a cue beside it, it may be something else.
const DOUBTFUL: &[&str] = &[
    "code::hyphenated",
    "code::listed_code",
    "date::number_in_year",
    "date::short_bare_year",
    "date::short_date",
    "latin::letters_with_number",
    "latin::number_with_letters",
    "math::fraction",
    "math::two_values",
    "quantity::quantity",
    "quantity::range",
    "score::score",
    "time::ratio",
];

/// Tried at a run of letters.
const WORD_RULES: &[Named] = rules![
    web::address,
    latin::letter_for_zero,
    code::index_number,
    code::in_column,
    quantity::money,
    latin::numero,
    latin::placeholder,
    latin::lineage,
    latin::mail,
    latin::two_parts,
    list::letter_mark,
    code::plate,
    code::segments,
    document_number::standard,
    code::stroked_number,
    code::identifier,
    code::mixed_code,
    latin::roman_letters,
    latin::letter_to_letter,
    latin::repeated_rating,
    quantity::unit_alone,
    latin::letters_with_number,
    latin::latin,
];

/// Tried at any other character that is not a Chinese one.
const SIGN_RULES: &[Named] = rules![
    latin::letter_for_zero,
    separator::arrow,
    document_number::bracketed_year,
    document_number::short_year,
    list::footnote_mark,
    code::phone_prefix,
    list::bracketed,
    quantity::range_sign,
    list::circled,
    latin::roman_sign,
    math::vulgar_fraction,
    math::prime,
    math::arc,
    math::tick,
    crosses::placeholder,
    crosses::cross,
    math::power,
    quantity::money,
    separator::road,
    quantity::signed,
    quantity::unit_alone,
    math::quotient,
    quantity::per,
    web::sign,
    math::sign,
    separator::stroke,
];

/// What is known of a text beside its characters.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Setting {
    /// What the header of the column says of its numbers, where the text is a cell.
    pub(crate) column: Option<Column>,
    /// Addresses of the net are said from beginning to end rather than by their domain.
    pub(crate) whole_addresses: bool,
}

/// What is decided of a text before the rules see it: by lexicons, whose two do not overlap, and by the words
/// beside its blanks.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Decided<'a> {
    /// What is said in the place of stretches, in order.
    pub(crate) replacements: &'a [Replacement],
    /// What the numbers of stretches are, in order.
    pub(crate) numbers: &'a [(Range<usize>, NumberKind)],
    /// Where the blanks begin at which a reader pauses, in order, and the mark for it.
    pub(crate) pauses: &'a [(usize, char)],
}

/// Says `text`, with what is decided of it.
pub(crate) fn normalize(text: &[char], decided: Decided<'_>, setting: Setting) -> Vec<Piece> {
    traced(text, decided, setting).0
}

/// The same, with the rules that were applied, in order.
pub(crate) fn traced(
    text: &[char],
    decided: Decided<'_>,
    setting: Setting,
) -> (Vec<Piece>, Vec<Applied>) {
    let mut folded: Vec<char> = text.iter().copied().map(fold).collect();
    for at in 0..folded.len() {
        if folded[at] == '丨' && separator::is_upright_stroke(&folded, at) {
            folded[at] = '|';
        }
    }
    let stretches = stretches(text, decided);
    let ranges: Vec<Range<usize>> = stretches.iter().map(Stretch::source).collect();
    let tokens = Tokens::cut(&folded, &ranges, setting);
    let mut pieces = Vec::with_capacity(folded.len());
    let mut applied = Vec::new();
    let mut index = 0;
    while index < tokens.list.len() {
        let at = At::new(&tokens, index);
        let (count, rule) = match tokens.list[index] {
            Token::Ch(c) if is_hanzi(c) => (hanzi(at, c, &mut pieces), None),
            Token::Replacement(stretch) => {
                let limit = stretches.get(stretch + 1).map(|next| next.source().start);
                let limit = limit.unwrap_or(folded.len());
                let (end, rule) = stretches[stretch].say(text, &folded[..limit], &mut pieces);
                let starts = tokens.starts[index + 1..].iter();
                (
                    1 + starts.take_while(|start| **start < end).count(),
                    Some(rule),
                )
            }
            Token::Space => (blank(at, decided.pauses, &mut pieces), None),
            Token::Num(_) => apply(NUMBER_RULES, at, &mut pieces),
            Token::Word(_) => apply(WORD_RULES, at, &mut pieces),
            Token::Ch(c) => sign(at, c, &mut pieces),
        };
        if let Some(rule) = rule {
            let source = at.range(0, count);
            applied.push(Applied { source, rule });
        }
        index += count;
    }
    for piece in &mut pieces {
        as_written(piece, text);
    }
    (pieces, applied)
}

/// A stretch of the text that no rule sees.
enum Stretch<'a> {
    /// The lexicon says other words.
    Replaced(&'a Replacement),
    /// The lexicon says what its numbers are.
    Number(Range<usize>, NumberKind),
    /// Pinyin with tone marks, which is said as syllables.
    Pinyin(Range<usize>),
}

impl Stretch<'_> {
    fn source(&self) -> Range<usize> {
        match self {
            Self::Replaced(replacement) => replacement.source.clone(),
            Self::Number(source, _) | Self::Pinyin(source) => source.clone(),
        }
    }

    /// Says the stretch; tells where what it has said ends, and gives the name of the rule for it. `folded` is
    /// the text up to the next stretch.
    fn say(
        &self,
        text: &[char],
        folded: &[char],
        pieces: &mut Vec<Piece>,
    ) -> (usize, &'static str) {
        let end = self.source().end;
        match self {
            Self::Replaced(replacement) => {
                say_replacement(replacement, pieces);
                (end, "lexicon")
            }
            Self::Number(source, kind) => (kind::say(folded, source, *kind, pieces), "lexicon"),
            Self::Pinyin(source) => {
                let word = text[source.clone()].iter().collect();
                pieces.push(Piece::new(Said::Word(word), source.clone()));
                (end, "latin::pinyin")
            }
        }
    }
}

/// What lexicons have decided, and the pinyin outside it, in order.
fn stretches<'a>(text: &[char], decided: Decided<'a>) -> Vec<Stretch<'a>> {
    let replaced = decided.replacements.iter().map(Stretch::Replaced);
    let numbers = decided.numbers.iter();
    let numbers = numbers.map(|(source, kind)| Stretch::Number(source.clone(), *kind));
    let mut stretches: Vec<Stretch<'a>> = replaced.chain(numbers).collect();
    let is_decided = |range: &Range<usize>| {
        let overlaps = |other: Range<usize>| other.start < range.end && range.start < other.end;
        stretches.iter().any(|stretch| overlaps(stretch.source()))
    };
    let pinyin: Vec<Range<usize>> = pinyin_words(text)
        .into_iter()
        .filter(|range| !is_decided(range))
        .collect();
    stretches.extend(pinyin.into_iter().map(Stretch::Pinyin));
    stretches.sort_by_key(|stretch| stretch.source().start);
    stretches
}

/// Punctuation a rule has let stand is shown in the width the page has it in.
fn as_written(piece: &mut Piece, text: &[char]) {
    if let Said::Mark(shown) = &mut piece.said
        && let Some(&written) = text.get(piece.start)
        && fold(written) == *shown
    {
        *shown = written;
    }
}

/// A blank that parts something is a pause. One between two stretches of hanzi is a border between words. Between a few it only spaces them
/// out: 姓 名.
fn blank(at: At<'_>, pauses: &[(usize, char)], pieces: &mut Vec<Piece>) -> usize {
    const STRETCH: usize = 3;
    let own = at.range(0, 1);
    if let Ok(pause) = pauses.binary_search_by_key(&own.start, |(start, _)| *start) {
        pieces.push(Piece::new(Said::Mark(pauses[pause].1), own));
        return 1;
    }
    let hanzi = |token: &Token<'_>| matches!(token, Token::Ch(c) if is_hanzi(*c));
    let before = at.before();
    let before = &before[before.len().saturating_sub(STRETCH)..];
    let ahead = at.rest().iter().skip(1).take(STRETCH);
    // 跳动220次: a number with its unit ends a phrase as well as three hanzi.
    let amount = |token: &Token<'_>| hanzi(token) || matches!(token, Token::Num(_));
    let ends_a_phrase =
        before.len() == STRETCH && before.iter().all(amount) && before.last().is_some_and(hanzi);
    if ends_a_phrase && ahead.len() == STRETCH && ahead.clone().all(hanzi) {
        pieces.push(Piece::new(Said::Blank, at.range(0, 0)));
    }
    1
}

fn hanzi(at: At<'_>, c: char, pieces: &mut Vec<Piece>) -> usize {
    let said = if c == '〇' { '零' } else { c };
    pieces.push(Piece::new(Said::Han(said), at.range(0, 1)));
    1
}

/// The replacement's own digits and letters are said too, all from the replaced source.
fn say_replacement(replacement: &Replacement, pieces: &mut Vec<Piece>) {
    let words: Vec<char> = replacement.words.chars().collect();
    pieces.extend(
        normalize(&words, Decided::default(), Setting::default())
            .into_iter()
            .map(|piece| Piece::new(piece.said, replacement.source.clone())),
    );
}

/// How many tokens were said, and by which rule.
type Step = (usize, Option<&'static str>);

fn apply(rules: &[Named], at: At<'_>, pieces: &mut Vec<Piece>) -> Step {
    for (name, rule) in rules {
        if let Some(say) = rule(at).filter(|say| say.tokens > 0) {
            let tokens = say.tokens;
            let is_guess = DOUBTFUL.contains(name) && !cue::decides(at, tokens);
            let say = if is_guess { say.guessed() } else { say };
            pieces.extend(say.pieces);
            return (tokens, Some(name));
        }
    }
    let say = match at.rest().first() {
        Some(Token::Num(_)) => Say::new().spell(at, 1, false),
        _ => Say::new().silent(1),
    };
    pieces.extend(say.pieces);
    (say.tokens, None)
}

fn sign(at: At<'_>, c: char, pieces: &mut Vec<Piece>) -> Step {
    let zero_among_numerals = c == '○' && numeral_beside(at);
    if zero_among_numerals {
        pieces.push(Piece::new(Said::Han('零'), at.range(0, 1)));
        return (1, None);
    }
    if is_pause(c) {
        for (name, rule) in PAUSE_RULES {
            if let Some(say) = rule(at) {
                pieces.extend(say.pieces);
                return (say.tokens, Some(name));
            }
        }
        // A stroke between two headings is a sign on the page and a pause in speech.
        let mark = if c == '|' { '，' } else { c };
        pieces.push(Piece::new(Said::Mark(mark), at.range(0, 1)));
        return (1, None);
    }
    apply(SIGN_RULES, at, pieces)
}

/// Rules for punctuation that may be part of something spoken.
const PAUSE_RULES: &[Named] = rules![
    separator::arrow,
    math::outcome,
    document_number::bracketed_year,
    document_number::short_year,
    list::footnote_mark,
    code::phone_prefix,
    list::bracketed,
    quantity::range_sign,
    quantity::signed,
    math::prime,
    math::arc,
    math::sign,
];

/// Punctuation that shapes pauses and is kept in the spoken text.
fn is_pause(c: char) -> bool {
    matches!(
        c,
        '，' | ','
            | '。'
            | '.'
            | '、'
            | ';'
            | ':'
            | '!'
            | '?'
            | '…'
            | '\n'
            | '—'
            | '('
            | ')'
            | '“'
            | '”'
            | '‘'
            | '’'
            | '"'
            | '\''
            | '《'
            | '》'
            | '〈'
            | '〉'
            | '【'
            | '】'
            | '〔'
            | '〕'
            | '['
            | ']'
            | '「'
            | '」'
            | '『'
            | '』'
            | '〖'
            | '〗'
            | '{'
            | '}'
            | '|'
    )
}

fn numeral_beside(at: At<'_>) -> bool {
    let numeral = |token: Option<Token<'_>>| matches!(token, Some(Token::Ch(c)) if "一二三四五六七八九〇○".contains(c));
    numeral(at.previous()) || numeral(at.rest().get(1).copied())
}
