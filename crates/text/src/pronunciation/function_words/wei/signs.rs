//! What stands beside a 为 and may tell its pronunciation: the words on both sides with their parts of speech, the
//! lists of `data/wei.txt` that they are in, and the shape of the clause.
//!
//! A sign is a short text, such as `r1 服务`. `data/make_wei.py` learns how much each of them weighs, so a change
//! here means to run it again.

use super::super::context::{Context, is_clause_end};
use super::words::{
    AGENTS, BENEFICIARIES, BRIEF_DEEDS, DONE, GIVES, HOW, MAKING, NAMED, PERSONS, PREDICATES,
    RECEIVED, SERVED, SERVERS, TAKEN_FOR,
};

/// The words of each side that are looked at by their place.
const NEAR: [&str; 3] = ["1", "2", "3"];

/// How many characters of the next clause are looked at.
const LATER: usize = 24;

/// What is given within so many words is given at once.
const AT_ONCE: usize = 4;

/// A word and its part of speech.
type Word<'t> = (&'t str, &'t str);

/// What stands where a side has no more words.
const BEGINNING: Word<'_> = ("^", "^");
const END: Word<'_> = ("$", "$");

/// The clause around a 为.
struct Clause<'t> {
    left: &'t [Word<'t>],
    right: &'t [Word<'t>],
    /// The mark before the clause, or `^`.
    opener: char,
    /// The mark behind it, or `$`.
    stop: char,
}

impl<'t> Clause<'t> {
    /// The word that is `n` words before 为, from 1.
    fn before(&self, n: usize) -> Word<'t> {
        let at = self.left.len().checked_sub(n);
        at.map_or(BEGINNING, |at| self.left[at])
    }

    /// The word that is `n` words behind 为, from 1.
    fn behind(&self, n: usize) -> Word<'t> {
        self.right.get(n - 1).copied().unwrap_or(END)
    }
}

/// Tells each sign that stands beside a 为, some of them more than once.
pub(super) fn signs(context: &Context<'_>, mut tell: impl FnMut(&str)) {
    let (before, after) = (context.clause_before(), context.clause_after());
    let here = context.start + context.at;
    let end = here + 1 + after.chars().count();
    let start = here - before.chars().count();
    let opener = start.checked_sub(1).map(|at| context.line[at]);
    let clause = Clause {
        left: &context.segmenter.tagged(&before),
        right: &context.segmenter.tagged(&after),
        opener: opener.unwrap_or('^'),
        stop: context.line.get(end).copied().unwrap_or('$'),
    };
    let later: String = (context.line.iter().skip(end + 1).take(LATER))
        .take_while(|c| !is_clause_end(**c))
        .collect();
    let mut sign = String::new();
    let mut say = |parts: &[&str]| {
        sign.clear();
        sign.extend(parts.iter().copied());
        tell(&sign);
    };
    if context.opens_clause() {
        say(&["opening"]);
    }
    of_lists(&clause, &mut say);
    of_neighbours(&clause, (&before, &after), &mut say);
    of_the_clause(&clause, &mut say);
    of_verbs(&clause, &context.segmenter.tagged(&later), &mut say);
}

/// Which lists the neighbours are in.
fn of_lists(clause: &Clause<'_>, say: &mut impl FnMut(&[&str])) {
    let (previous, next, second) = (clause.before(1).0, clause.behind(1).0, clause.behind(2).0);
    for (name, list) in [
        ("named", &NAMED),
        ("person", &PERSONS),
        ("making", &MAKING),
        ("server", &SERVERS),
    ] {
        if list.iter().any(|end| previous.ends_with(end)) {
            say(&["before is ", name]);
        }
    }
    for (name, list, word) in [
        ("predicate", &PREDICATES, next),
        ("taken for", &TAKEN_FOR, next),
        ("how", &HOW, next),
        ("done", &DONE, next),
        ("beneficiary", &BENEFICIARIES, next),
        ("agent", &AGENTS, next),
        ("then taken for", &TAKEN_FOR, second),
        ("then done", &DONE, second),
        ("then received", &RECEIVED, second),
    ] {
        if list.iter().any(|start| word.starts_with(start)) {
            say(&["after is ", name]);
        }
    }
    if SERVED.iter().any(|end| next.ends_with(end)) {
        say(&["after is served"]);
    }
    let further = clause.right.get(1..).unwrap_or(&[]);
    let given = further.iter().position(|(word, tag)| {
        GIVES
            .iter()
            .any(|verb| word == verb || word.starts_with(verb) && tag.starts_with('v'))
    });
    if let Some(at) = given {
        say(&["gives"]);
        say(&["gives at ", if at < AT_ONCE { "once" } else { "last" }]);
    }
    let does = further.iter().any(|(word, tag)| {
        !tag.starts_with('n') && BRIEF_DEEDS.iter().any(|verb| word.starts_with(verb))
    });
    if does {
        say(&["does"]);
    }
}

/// The words and characters next to 为, alone and together.
fn of_neighbours(
    clause: &Clause<'_>,
    (before, after): (&str, &str),
    say: &mut impl FnMut(&[&str]),
) {
    for (n, number) in (1..).zip(NEAR) {
        let (word, tag) = clause.before(n);
        say(&["l", number, " ", word]);
        say(&["l", number, "t ", class(tag)]);
        let (word, tag) = clause.behind(n);
        say(&["r", number, " ", word]);
        say(&["r", number, "t ", class(tag)]);
    }
    let left = |n| class(clause.before(n).1);
    let right = |n| class(clause.behind(n).1);
    say(&["t|t ", left(1), " ", right(1)]);
    say(&[
        "tt|tt ",
        left(2),
        " ",
        left(1),
        " ",
        right(1),
        " ",
        right(2),
    ]);
    say(&["w|t ", clause.before(1).0, " ", right(1)]);
    say(&["ttt ", right(1), " ", right(2), " ", right(3)]);
    for (count, name) in [(1, "c "), (2, "cc ")] {
        let from = before.char_indices().rev().nth(count - 1);
        say(&["l", name, from.map_or("", |(at, _)| &before[at..])]);
        let to = after.char_indices().nth(count);
        say(&["r", name, to.map_or(after, |(at, _)| &after[..at])]);
    }
}

/// All words of the clause, how many they are, and how it begins and ends.
fn of_the_clause(clause: &Clause<'_>, say: &mut impl FnMut(&[&str])) {
    for (word, tag) in clause.right {
        say(&["right ", word]);
        if tag.starts_with('v') {
            say(&["right v ", word]);
        }
        say(&["right t ", class(tag)]);
    }
    for (word, tag) in clause.left {
        say(&["left ", word]);
        if tag.starts_with('v') {
            say(&["left v ", word]);
        }
    }
    say(&["length ", &count(clause.right.len(), 12)]);
    say(&["left length ", &count(clause.left.len(), 8)]);
    let (opener, stop) = (clause.opener.to_string(), clause.stop.to_string());
    say(&["stop ", &stop]);
    say(&["opener ", &opener]);
    if clause.left.is_empty() {
        let (word, tag) = clause.behind(1);
        say(&["opens ", word]);
        say(&["opens t ", class(tag)]);
        say(&["opens behind ", &opener]);
    }
    if let Some((word, tag)) = clause.right.last() {
        say(&["last ", word]);
        say(&["last t ", class(tag)]);
        if let Some(c) = word.chars().last() {
            say(&["last c ", c.encode_utf8(&mut [0; 4])]);
        }
    }
}

/// The verbs behind 为, and whether the next clause has one.
fn of_verbs(clause: &Clause<'_>, later: &[Word<'_>], say: &mut impl FnMut(&[&str])) {
    let verbs: Vec<(usize, &str)> = (clause.right.iter().enumerate())
        .filter(|(_, (_, tag))| tag.starts_with('v') && *tag != "vn")
        .map(|(at, (word, _))| (at, *word))
        .collect();
    say(&["verbs ", &count(verbs.len(), 4)]);
    if let (Some((first, verb)), Some((last, last_verb))) = (verbs.first(), verbs.last()) {
        say(&["verb ", verb]);
        say(&["verb at ", &count(*first, 6)]);
        say(&["last verb ", last_verb]);
        say(&["last verb at ", &count(clause.right.len() - 1 - last, 6)]);
    }
    let goes_on = matches!(clause.stop, '，' | ',');
    if goes_on && let Some((word, tag)) = later.first() {
        say(&["later ", word]);
        say(&["later t ", class(tag)]);
    }
    let acts_later = goes_on && later.iter().any(|(_, tag)| tag.starts_with('v'));
    say(&[
        "frame ",
        if clause.left.is_empty() {
            "opens"
        } else {
            "goes on"
        },
        if verbs.is_empty() { " bare" } else { " verb" },
        if acts_later { " later" } else { "" },
        if goes_on { " comma" } else { "" },
    ]);
}

/// The first two letters of a part of speech, which are its class: `nr`, `vn`, `v`.
fn class(tag: &str) -> &str {
    tag.get(..2).unwrap_or(tag)
}

/// A number that is as good as `most` from there on.
fn count(number: usize, most: usize) -> String {
    number.min(most).to_string()
}
