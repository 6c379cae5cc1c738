//! An SSML text to its document and its script.

use langdu_testkit::document::is_sound;
use langdu_testkit::text::FRONT_END;
use langdu_text::ScriptOptions;

/// Reads the input as SSML.
pub fn read(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let Ok(mut document) = langdu_document::from_ssml(&text) else {
        return;
    };
    assert!(is_sound(&document), "{document:?}");
    langdu_text::check_markup(&mut document);
    let script = FRONT_END.script(&document, &ScriptOptions::default());
    for utterance in &script.utterances {
        assert!(!utterance.syllables.is_empty(), "{utterance:?}");
        assert!(
            (500..=2000).contains(&utterance.rate_milli),
            "{utterance:?}"
        );
    }
    for markup in &document.markup {
        let (index, _) = script.place_of(markup.block, markup.range.start);
        assert!(index <= script.utterances.len(), "{markup:?}");
    }
}
