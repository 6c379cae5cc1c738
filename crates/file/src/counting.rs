//! The numbers that Word counts: what they look like and how far they have come.

use std::collections::HashMap;

use super::numerals;

/// Levels of a list: Word has nine.
pub(super) const LEVELS: usize = 9;

/// How one level of a list is counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Level {
    /// The name of its numbering format in ECMA-376.
    pub(super) format: String,
    /// `%1、`: the pattern with the number of each level.
    pub(super) pattern: String,
    pub(super) start: u32,
    /// All numbers in its pattern are written with figures, however their own levels are counted: 1.2 below 第一章.
    pub(super) figures: bool,
}

/// The lists of a document.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// The levels of each list by the name that paragraphs give it, and the list whose count it
    /// shares.
    lists: HashMap<String, (String, Vec<Level>)>,
}

impl Lists {
    /// Adds a list that is counted together with all others that are `counted_as` the same.
    pub(super) fn insert(&mut self, name: String, counted_as: String, levels: Vec<Level>) {
        self.lists.insert(name, (counted_as, levels));
    }
}

/// How far each list has been counted.
#[derive(Default)]
pub(super) struct Counters {
    counts: HashMap<String, [u32; LEVELS]>,
}

impl Counters {
    /// The label of the next item at `level` of list `id`; `None` for bullets and lists that are
    /// not numbered.
    pub(super) fn next(&mut self, lists: &Lists, id: &str, level: u8) -> Option<String> {
        let (counted_as, levels) = lists.lists.get(id)?;
        let at = usize::from(level).min(LEVELS - 1);
        let counts = self
            .counts
            .entry(counted_as.clone())
            .or_insert([u32::MAX; LEVELS]);
        counts[at] = match counts[at] {
            u32::MAX => levels.get(at)?.start,
            count => count.saturating_add(1),
        };
        counts[at + 1..].fill(u32::MAX);
        let own = levels.get(at)?;
        if matches!(own.format.as_str(), "bullet" | "none" | "") {
            return None;
        }
        let mut label = String::new();
        let mut pattern = own.pattern.chars().peekable();
        while let Some(c) = pattern.next() {
            let digit = (c == '%')
                .then(|| pattern.peek().and_then(|c| c.to_digit(10)))
                .flatten()
                .filter(|digit| (1..=LEVELS as u32).contains(digit));
            let Some(digit) = digit else {
                label.push(c);
                continue;
            };
            pattern.next();
            let named = digit as usize - 1;
            let level = levels.get(named)?;
            let count = match counts[named] {
                u32::MAX => level.start,
                count => count,
            };
            let format = if own.figures {
                "decimal"
            } else {
                &level.format
            };
            label.push_str(&numerals::write(count, format));
        }
        Some(label.trim().to_owned())
    }
}
