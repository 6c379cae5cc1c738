//! Fields: what Word computes, asks for or composes. Most show their result, which is text; boxes to tick and lists
//! to choose from show their state, and composed signs (①) their parts.

use roxmltree::Node;

use crate::xml::{attribute, child, children};

/// A field that is open.
#[derive(Debug, Default)]
pub(super) struct Field {
    /// Its instruction has ended, and its result is being read.
    pub(super) shows: bool,
    pub(super) instruction: String,
    /// What a box or a list of a form shows.
    form: Option<String>,
}

impl Field {
    /// The field that the mark `begin` begins.
    pub(super) fn begun(begin: Node<'_, '_>) -> Self {
        let form = child(begin, "ffData").and_then(|data| {
            child(data, "checkBox")
                .map(ticked)
                .or_else(|| child(data, "ddList").and_then(chosen))
        });
        Self {
            form,
            ..Self::default()
        }
    }

    /// What it shows beside its result.
    pub(super) fn shown(self) -> Option<String> {
        self.form.or_else(|| composed(&self.instruction))
    }
}

/// A box as it is.
fn ticked(check_box: Node<'_, '_>) -> String {
    let state = child(check_box, "checked").or_else(|| child(check_box, "default"));
    let on = state.is_some_and(|state| !is_off(state));
    if on { "☑" } else { "□" }.to_owned()
}

/// The entry of a list that is chosen, the first unless it says otherwise.
fn chosen(list: Node<'_, '_>) -> Option<String> {
    let of = |name: &str| child(list, name).and_then(|own| attribute(own, "val")?.parse().ok());
    let at: usize = of("result").or_else(|| of("default")).unwrap_or(0);
    let entry = children(list, "listEntry").nth(at)?;
    attribute(entry, "val").map(str::to_owned)
}

fn is_off(node: Node<'_, '_>) -> bool {
    matches!(attribute(node, "val"), Some("0" | "false" | "off"))
}

/// What the field `EQ` composes of signs: one over the other, a fraction, a root.
fn composed(instruction: &str) -> Option<String> {
    let tight: String = instruction.chars().filter(|c| !c.is_whitespace()).collect();
    let rest = tight
        .strip_prefix("EQ")
        .or_else(|| tight.strip_prefix("eq"))
        .or_else(|| tight.strip_prefix("Eq"))?;
    let (switches, parts) = rest.split_once('(')?;
    let parts = parts.strip_suffix(')')?;
    // Parts that are composed themselves have no plain form.
    if parts.contains(['(', '\\']) {
        return None;
    }
    let parts: Vec<&str> = parts.split([',', ';', '，']).collect();
    let switches = switches.to_ascii_lowercase();
    match parts[..] {
        [one, other] if switches.starts_with("\\o") => Some(overstruck(one, other)),
        [above, below] if switches.starts_with("\\f") => Some(format!("{above}/{below}")),
        [of] | ["", of] if switches.starts_with("\\r") => Some(format!("√{of}")),
        _ => None,
    }
}

/// Two signs one over the other: a number in a circle, or else the sign in its frame.
fn overstruck(frame: &str, sign: &str) -> String {
    let circled = matches!(frame, "○" | "〇" | "◯" | "O")
        .then(|| sign.parse::<u32>().ok())
        .flatten()
        .filter(|number| (1..=20).contains(number))
        .and_then(|number| char::from_u32(u32::from('①') + number - 1));
    circled.map_or_else(|| sign.to_owned(), String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composed_signs_are_told_by_their_parts() {
        for (instruction, expected) in [
            (" EQ \\o\\ac(○,3) ", Some("③")),
            ("eq \\o\\ac(○,印)", Some("印")),
            (" EQ \\f(1,2)", Some("1/2")),
            (" EQ \\r(,2)", Some("√2")),
            (" EQ \\f(\\r(2),2)", None),
            (" PAGE ", None),
        ] {
            assert_eq!(composed(instruction).as_deref(), expected, "{instruction}");
        }
    }
}
