//! What the tables of examples beside the rules are checked with.

use super::{Said, normalize};

/// Asserts that each text is said as its row has it: hanzi, letters, words and marks.
pub(crate) fn check(rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(text, wanted)| {
            let said: String = said(text).chars().map(super::fold).collect();
            let expected: String = wanted.chars().map(super::fold).collect();
            (said != expected).then(|| format!("{text}: {said}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn said(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut said = String::new();
    for piece in normalize(&chars, &[]) {
        match piece.said {
            Said::Han(c) | Said::Letter(c) | Said::Mark(c) => said.push(c),
            Said::Word(word) => said.push_str(&word),
            Said::Border => {}
        }
    }
    said
}
