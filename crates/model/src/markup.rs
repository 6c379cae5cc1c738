//! What a source itself says of how a stretch of it is read: SSML, and attributes of a page.

use std::ops::Range;

use serde::Serialize;

use super::change::{Change, NumberKind};

/// What a source says of a stretch of it. It is never spoken itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Markup {
    /// Index of the block.
    pub block: usize,
    /// The stretch, in scalar offsets of the block's text; empty where a place between two characters is meant.
    pub range: Range<usize>,
    /// What it says.
    pub says: Says,
}

/// What markup may say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// The stretch is read so; a pause is the one behind it.
    Change(Change),
    /// The stretch is spoken at so many thousandths of the rate that is asked for.
    Rate(u32),
    /// A sentence ends behind the stretch, whatever mark stands there.
    SentenceEnd,
    /// The place has this name, by which a caller finds it again.
    Mark(String),
}

/// What `say-as` of SSML and `data-read-as` of a page ask for by this name, of these words; `None` where nobody
/// knows the name.
pub fn read_as(name: &str, words: &str) -> Option<Change> {
    let kind = match name {
        "cardinal" | "number" | "currency" | "unit" => NumberKind::Amount,
        "characters" | "spell-out" | "verbatim" => NumberKind::Code,
        "ordinal" => return Some(Change::Say(format!("第{}", words.trim()))),
        "name" => return Some(Change::Name),
        name => NumberKind::parse(name)?,
    };
    Some(Change::Number(kind))
}
