//! What is done with a word, and to what value, as both contracts name it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::problem::Problem;
use langdu_text::{Change, NumberKind, PauseChange};

/// What is done with a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum ChangeName {
    /// It is pronounced as `value`: pinyin with tone digits, a syllable a character.
    Pronounce,
    /// `value` is said instead.
    Say,
    /// Its numbers are of the kind `value`.
    Number,
    /// The pause behind it is `longer`, `shorter`, `none`, or as long as `500ms`.
    Pause,
    /// It is not read.
    Skip,
    /// It is a person's name.
    Name,
}

/// The change of a name and a value, as gRPC has them.
///
/// # Errors
///
/// When there is no such change, or the value is none of it.
pub(super) fn change_of(name: &str, value: String) -> Result<Change, Problem> {
    let name = serde_json::from_value(serde_json::Value::String(name.to_owned()));
    let name = name.map_err(|_| {
        let message = "write pronounce, say, number, pause, skip or name";
        Problem::invalid("change", message)
    })?;
    change(name, value)
}

/// The change of a name and a value.
///
/// # Errors
///
/// When the value is none of this change.
pub(super) fn change(name: ChangeName, value: String) -> Result<Change, Problem> {
    let parse = |names: &str| Problem::invalid("value", format!("write one of {names}"));
    Ok(match name {
        ChangeName::Pronounce => Change::Pronounce(value),
        ChangeName::Say => Change::Say(value),
        ChangeName::Number => {
            let names = NumberKind::ALL.map(NumberKind::name);
            Change::Number(NumberKind::parse(&value).ok_or_else(|| parse(&names.join(", ")))?)
        }
        ChangeName::Pause => {
            let pause = PauseChange::parse(&value);
            Change::Pause(pause.ok_or_else(|| parse("longer, shorter, none, or 500ms up to 10s"))?)
        }
        ChangeName::Skip => Change::Skip,
        ChangeName::Name => Change::Name,
    })
}

/// The names in the contract of a change and of what it is changed to.
pub(super) fn names_of(change: &Change) -> (&'static str, String) {
    match change {
        Change::Pronounce(value) => ("pronounce", value.clone()),
        Change::Say(value) => ("say", value.clone()),
        Change::Number(kind) => ("number", kind.name().to_owned()),
        Change::Pause(pause) => ("pause", pause.name().into_owned()),
        Change::Skip => ("skip", String::new()),
        Change::Name => ("name", String::new()),
    }
}
