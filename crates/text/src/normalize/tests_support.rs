//! What the tables of examples beside the rules are checked with.

use super::{Column, Decided, Said, Setting, normalize};

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

/// What is said of a cell under a header.
pub(crate) fn said_under(header: &str, cell: &str) -> String {
    let header: Vec<char> = header.chars().collect();
    let column = Column::under(&header);
    said_in(
        cell,
        Setting {
            column,
            ..Setting::default()
        },
    )
}

fn said(text: &str) -> String {
    said_in(text, Setting::default())
}

/// What is said of a text in a setting.
pub(crate) fn said_in(text: &str, setting: Setting) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut said = String::new();
    for piece in normalize(&chars, Decided::default(), setting) {
        match piece.said {
            Said::Han(c) | Said::Letter(c) | Said::Mark(c) => said.push(c),
            Said::Word(word) => said.push_str(&word),
            Said::Border | Said::Blank => {}
        }
    }
    said
}
