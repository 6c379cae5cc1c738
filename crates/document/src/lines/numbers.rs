//! The numbers that a browser puts before the items of an ordered list.
//!
//! They are shown and stand in no text: `<ol type="a" start="3">` begins with c.

use std::collections::HashMap;

use crate::tree::flat::Flat;
use crate::tree::tag::Tag;
use langdu_model::{chinese_numeral, roman_numeral};

/// The next number of each list that has begun.
#[derive(Default)]
pub(crate) struct Numbers {
    next: HashMap<u32, i64>,
}

impl Numbers {
    /// What is shown before the item at `node`; `None` where its list has no numbers.
    pub(crate) fn of_item(&mut self, flat: &Flat<'_>, node: u32) -> Option<String> {
        let list = flat.nodes[node as usize].parent;
        let element = flat.element(list).map(|(_, element)| element)?;
        let item = flat.element(node).map(|(_, element)| element)?;
        if element.name() != "ol"
            || item.name() != "li"
            || has_no_marks(element)
            || has_no_marks(item)
        {
            return None;
        }
        let reversed = element.attr("reversed").is_some();
        let next = self.next.entry(list).or_insert_with(|| {
            let start = element
                .attr("start")
                .and_then(|start| start.trim().parse().ok());
            start.unwrap_or(if reversed { items_in(flat, list) } else { 1 })
        });
        if let Some(own) = item
            .attr("value")
            .and_then(|value| value.trim().parse().ok())
        {
            *next = own;
        }
        let number = *next;
        *next = number.saturating_add(if reversed { -1 } else { 1 });
        let kind = item
            .attr("type")
            .or_else(|| element.attr("type"))
            .map(str::trim);
        Some(format!(
            "{}.",
            written(number, kind.or_else(|| style_of(element)))
        ))
    }
}

/// How many items the list at `list` has.
fn items_in(flat: &Flat<'_>, list: u32) -> i64 {
    let end = flat.nodes[list as usize].end;
    let mut at = list + 1;
    let mut count = 0;
    while at < end {
        let item = flat.element(at).is_some_and(|(tag, _)| tag == Tag::Item);
        count += i64::from(item && !flat.dropped[at as usize]);
        at = flat.nodes[at as usize].end;
    }
    count
}

/// Whether a style takes the numbers away.
fn has_no_marks(element: &scraper::node::Element) -> bool {
    let style = element.attr("style").unwrap_or_default();
    style.split(';').any(|declaration| {
        declaration.split_once(':').is_some_and(|(name, value)| {
            matches!(name.trim(), "list-style" | "list-style-type")
                && value
                    .split_whitespace()
                    .any(|word| matches!(word, "none" | "disc" | "circle" | "square"))
        })
    })
}

/// The kind of numbers that a style names, as the attribute `type` writes it.
fn style_of(element: &scraper::node::Element) -> Option<&'static str> {
    let style = element.attr("style")?;
    let kinds = [
        ("lower-alpha", "a"),
        ("lower-latin", "a"),
        ("upper-alpha", "A"),
        ("upper-latin", "A"),
        ("lower-roman", "i"),
        ("upper-roman", "I"),
        ("cjk-ideographic", "一"),
        ("simp-chinese-informal", "一"),
    ];
    kinds
        .iter()
        .find(|(name, _)| style.contains(name))
        .map(|(_, kind)| *kind)
}

/// A number as a list of the kind writes it.
fn written(number: i64, kind: Option<&str>) -> String {
    let by_kind = match kind {
        Some("a") => letters(number, b'a'),
        Some("A") => letters(number, b'A'),
        Some("i") => roman(number).map(|roman| roman.to_ascii_lowercase()),
        Some("I") => roman(number),
        Some("一") => natural(number).map(chinese_numeral),
        _ => None,
    };
    by_kind.unwrap_or_else(|| number.to_string())
}

/// A number that can be counted to.
fn natural(number: i64) -> Option<u32> {
    u32::try_from(number).ok().filter(|&number| number > 0)
}

fn roman(number: i64) -> Option<String> {
    natural(number).and_then(roman_numeral)
}

/// 1 is a, 26 is z, 27 is aa.
fn letters(number: i64, first: u8) -> Option<String> {
    let mut rest = natural(number)?;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(first + (rest % 26) as u8));
        rest /= 26;
    }
    Some(letters.into_iter().rev().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_their_list_shows_them() {
        for (number, kind, expected) in [
            (3, None, "3"),
            (-1, None, "-1"),
            (2, Some("a"), "b"),
            (27, Some("a"), "aa"),
            (52, Some("A"), "AZ"),
            (0, Some("a"), "0"),
            (4, Some("i"), "iv"),
            (1994, Some("I"), "MCMXCIV"),
            (4000, Some("I"), "4000"),
            (12, Some("一"), "十二"),
            (20, Some("一"), "二十"),
        ] {
            assert_eq!(written(number, kind), expected, "{number} {kind:?}");
        }
    }
}
