//! How a line is read, for programs: what `langdu explain --json` prints.

use serde_json::{Value, json};

use super::model::Utterance;

/// How a line would be read, as one JSON object:
/// `{text, spoken, utterances: [{text, spoken, syllables, phonemes, pause_ms}]}`.
pub fn explain_json(text: &str, utterances: &[Utterance]) -> Value {
    let spoken: String = utterances
        .iter()
        .map(|utterance| utterance.spoken.as_str())
        .collect();
    let utterances: Vec<Value> = utterances
        .iter()
        .map(|utterance| {
            json!({
                "text": utterance.text,
                "spoken": utterance.spoken,
                "syllables": utterance.syllables,
                "phonemes": utterance.phonemes,
                "pause_ms": utterance.pause_ms,
            })
        })
        .collect();
    json!({ "text": text, "spoken": spoken, "utterances": utterances })
}
