//! A lexicon, an empty line, and a line that is read with it.

use langdu_text::Lexicon;

use langdu_testkit::text::{FRONT_END, check_utterances};

/// Reads the input as a lexicon and a line.
pub fn read(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    let (tsv, line) = input.split_once("\n\n").unwrap_or((&input, ""));
    let Ok(lexicon) = Lexicon::parse(tsv) else {
        return;
    };
    assert!(lexicon.len() <= tsv.lines().count());
    let front_end = FRONT_END.with_lexicon(lexicon);
    check_utterances(line, &front_end.explain(line));
}
