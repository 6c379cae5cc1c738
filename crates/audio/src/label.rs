//! A file's metadata: its title, and the implicit mark of synthetic content.
//!
//! China's measures on marking synthetic content (in force since September 2025, with GB 45438)
//! ask for a machine-readable mark in the file's metadata: a JSON object under the key `AIGC`.
//! The explicit mark, which people see or hear, is up to the player.

use serde::Serialize;

/// Titles are cut to this many characters, since every clip of a document carries a copy.
pub const MAX_TITLE_CHARS: usize = 200;

/// The metadata of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tags {
    /// The title a player shows; cut to [`MAX_TITLE_CHARS`], control characters become spaces.
    pub title: Option<String>,
    /// The mark of synthetic content.
    pub label: AigcLabel,
    /// What distinguishes this stream from others, normally the clip's id: the Ogg serial number is
    /// derived from it. Streams that are chained need different seeds, so for a sentence that is
    /// spoken twice in one stream its position must be mixed in.
    pub serial_seed: [u8; 32],
}

impl Tags {
    /// The title as it is written into the file, or `None` when nothing of it is left.
    pub(super) fn clean_title(&self) -> Option<String> {
        let printable: String = self
            .title
            .as_deref()?
            .chars()
            .take(MAX_TITLE_CHARS)
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let trimmed = printable.trim();
        (!trimmed.is_empty()).then(|| trimmed.to_owned())
    }
}

/// The implicit label of synthetic content. The codes come from the operator's configuration and
/// the ids from the reading; what is unknown stays empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(into = "LabelJson")]
pub struct AigcLabel {
    /// Who made the content: the service provider's name or code.
    pub content_producer: String,
    /// The producer's number for this content.
    pub produce_id: String,
    /// Kept for the producer's own integrity protection.
    pub reserved_code1: String,
    /// Who passed the content on: its name or code.
    pub content_propagator: String,
    /// The propagator's number for this content.
    pub propagate_id: String,
    /// Kept for the propagator's own integrity protection.
    pub reserved_code2: String,
}

impl AigcLabel {
    /// The metadata key the label stands under, in every container.
    pub const KEY: &'static str = "AIGC";

    /// The label as one line of JSON, its keys in the order the standard lists them.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a struct of strings is always valid JSON")
    }
}

/// The label as written. `Label` is always "1": the content *is* synthetic; the values for
/// "possibly" and "suspected" are for those who pass on what others made.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct LabelJson {
    label: &'static str,
    content_producer: String,
    #[serde(rename = "ProduceID")]
    produce_id: String,
    reserved_code1: String,
    content_propagator: String,
    #[serde(rename = "PropagateID")]
    propagate_id: String,
    reserved_code2: String,
}

impl From<AigcLabel> for LabelJson {
    fn from(label: AigcLabel) -> Self {
        Self {
            label: "1",
            content_producer: label.content_producer,
            produce_id: label.produce_id,
            reserved_code1: label.reserved_code1,
            content_propagator: label.content_propagator,
            propagate_id: label.propagate_id,
            reserved_code2: label.reserved_code2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_or_dirty_title_is_cut_and_cleaned() {
        let titled = |title: &str| Tags {
            title: Some(title.to_owned()),
            ..Tags::default()
        };
        assert_eq!(
            titled("通知\0\n附件").clean_title().as_deref(),
            Some("通知  附件")
        );
        assert_eq!(titled(" \n ").clean_title(), None);
        let long = titled(&"长".repeat(5_000)).clean_title().unwrap();
        assert_eq!(long.chars().count(), MAX_TITLE_CHARS);
    }

    #[test]
    fn the_label_has_the_seven_keys_of_the_standard_in_its_order() {
        let label = AigcLabel {
            content_producer: "某某服务".into(),
            produce_id: "p-1".into(),
            ..AigcLabel::default()
        };
        assert_eq!(
            label.to_json(),
            concat!(
                r#"{"Label":"1","ContentProducer":"某某服务","ProduceID":"p-1","#,
                r#""ReservedCode1":"","ContentPropagator":"","PropagateID":"","#,
                r#""ReservedCode2":""}"#
            )
        );
    }
}
