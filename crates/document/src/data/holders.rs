//! Where on a page data may lie: scripts, and form fields that nobody sees.

use scraper::Html;
use serde_json::Value;

use super::literal;

/// What lies in a page as data.
#[derive(Default)]
pub(super) struct Held {
    /// Objects and lists.
    pub(super) values: Vec<Value>,
    /// Texts that are no part of an object.
    pub(super) texts: Vec<String>,
}

impl Held {
    fn take(&mut self, value: Value) {
        match value {
            Value::String(text) => self.texts.push(text),
            value => self.values.push(value),
        }
    }
}

/// Reads all of the page.
pub(super) fn read(html: &Html) -> Held {
    let mut held = Held::default();
    for node in html.tree.nodes() {
        let Some(element) = node.value().as_element() else {
            continue;
        };
        let text = || {
            let inner = node.first_child()?;
            inner.value().as_text().map(|text| text.trim().to_owned())
        };
        match element.name() {
            "script" => {
                let kind = element.attr("type").map_or("", str::trim);
                let Some(script) = text() else { continue };
                if kind.ends_with("json") {
                    if let Ok(value) = serde_json::from_str(&script) {
                        held.take(unfolded(value));
                    }
                } else if kind.contains("html") || kind.contains("template") {
                    held.texts.extend(finished(script));
                } else if may_hold_text(&script) {
                    let from = held.texts.len();
                    literal::values(&script)
                        .into_iter()
                        .for_each(|value| held.take(value));
                    if script.contains("document.write") {
                        // Piece by piece.
                        let whole = held.texts[from..].concat();
                        held.texts.push(whole);
                    }
                }
            }
            "textarea" | "noscript" => held.texts.extend(text()),
            "input" if element.attr("type") == Some("hidden") => {
                held.texts.extend(element.attr("value").map(str::to_owned));
            }
            _ => {}
        }
    }
    held
}

/// Whether a script has Chinese characters, written as they are or by their codes.
fn may_hold_text(script: &str) -> bool {
    !script.is_ascii() || script.contains("\\u") || script.contains("%E")
}

/// A template without anything that is still to be filled in.
fn finished(template: String) -> Option<String> {
    let open = ["{{", "<%", "${", "{%"]
        .iter()
        .any(|mark| template.contains(mark));
    (!open).then_some(template)
}

/// A list whose objects name the places of their values in it, as Nuxt 3 writes a page's state, with
/// the values in the objects.
fn unfolded(value: Value) -> Value {
    let Value::Array(items) = value else {
        return value;
    };
    let named = items.iter().map(|item| {
        let Value::Object(fields) = item else {
            return item.clone();
        };
        let fields = fields.iter().map(|(name, place)| {
            let text = place
                .as_u64()
                .and_then(|place| items.get(usize::try_from(place).ok()?))
                .filter(|value| value.is_string());
            (name.clone(), text.unwrap_or(place).clone())
        });
        Value::Object(fields.collect())
    });
    Value::Array(named.collect())
}
