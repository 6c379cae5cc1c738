//! Names of counties and cities behind the place that they belong to: in 济南市长清区 nobody is a mayor.
//!
//! jieba sees 市长 there and takes the name apart. Whoever cuts a text asks here first.

use std::ops::Range;

use super::phrases::Phrases;
use super::words::ByWord;

/// Names of GB/T 2260 with a polyphone; see `data/README.md`.
pub(super) const PLACES: &str = include_str!("../data/places.txt");

/// What the names of the places end with that others belong to.
const SUFFIXES: &[char] = &['省', '市', '州', '县', '区', '盟'];
/// Behind a name's last character they make another word: 中山 + 区域.
const OTHER_WORDS: &str = "域间位场民划别分块片";
/// Bytes of the shortest name that is looked for, three hanzi; 响应县委 is not 应县.
const SHORTEST: usize = 9;

/// The names, with the pronunciations that [`Phrases`] has of them.
pub(super) struct Places {
    names: ByWord<()>,
}

impl Places {
    /// Reads the table and adds its pronunciations to `phrases`.
    pub(super) fn load(phrases: &mut Phrases) -> Self {
        let mut names = ByWord::with_room_for(0);
        for (name, pronunciations) in super::phrases::entries(PLACES) {
            *names.of(name) = ();
            phrases.insert(name, pronunciations, true);
        }
        Self { names }
    }

    /// Where in `text` the names stand that follow directly behind another place, in bytes.
    pub(super) fn behind_their_parents(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for (at, suffix) in text.match_indices(SUFFIXES) {
            let start = at + suffix.len();
            let is_inside = found.last().is_some_and(|last| start < last.end);
            if at == 0 || is_inside {
                continue;
            }
            if let Some(length) = self.longest(&text[start..]) {
                found.push(start..start + length);
            }
        }
        found
    }

    /// The bytes of the longest name that `text` starts with.
    fn longest(&self, text: &str) -> Option<usize> {
        text.char_indices()
            .map(|(at, c)| at + c.len_utf8())
            .take_while(|&end| self.names.reaches(text, end))
            .filter(|&end| end >= SHORTEST && text[..end].ends_with(SUFFIXES))
            .filter(|&end| self.names.get(&text[..end]).is_some())
            .filter(|&end| !text[end..].starts_with(|c| OTHER_WORDS.contains(c)))
            .last()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_behind_its_parent_is_found() {
        let places = Places::load(&mut Phrases::with_room_for(0));
        for (text, names) in [
            ("合肥市长丰县人民政府", vec!["长丰县"]),
            ("上海市长宁区和西安市长安区", vec!["长宁区", "长安区"]),
            ("资阳市乐至县", vec!["乐至县"]),
            ("该市长期坚持", vec![]),
            ("市长安排工作", vec![]),
            ("响应县委号召", vec![]),
            ("该市和平区域合作", vec![]),
        ] {
            let found: Vec<&str> = places
                .behind_their_parents(text)
                .into_iter()
                .map(|range| &text[range])
                .collect();
            assert_eq!(found, names, "{text}");
        }
    }
}
