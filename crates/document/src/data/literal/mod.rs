//! The values that a script writes down: objects, lists and texts, as far as they can be read without
//! running it.
//!
//! No script is run. What is no value (a call, a function, arithmetic) is read as nothing, and so is
//! a name, unless it is the parameter of a function that is called where it stands, which is how Nuxt
//! shortens the state that it leaves in a page: `(function(a,b){return {title:b}}(null,"…"))`. Work
//! is bounded by the length of the script, whatever it holds.

mod functions;
mod text;

use std::collections::HashMap;

use serde_json::{Map, Value};

/// Most values inside each other.
const DEEPEST: usize = 48;

/// How much may be read and copied, in characters: a multiple of the script's length, and this more.
const WORK_PER_CHARACTER: usize = 8;
const LEAST_WORK: usize = 10_000;

/// The objects, lists and texts of `script` that are assigned or handed to a call, in order.
pub(super) fn values(script: &str) -> Vec<Value> {
    let mut reader = Reader {
        text: script.as_bytes(),
        source: script,
        at: 0,
        work: script.len().saturating_mul(WORK_PER_CHARACTER) + LEAST_WORK,
    };
    let mut found = Vec::new();
    let scope = Scope::new();
    while reader.work > 0 {
        reader.blank();
        let Some(c) = reader.peek() else { break };
        let start = reader.at;
        match c {
            b'"' | b'\'' | b'`' => {
                if reader.text_literal().is_none() {
                    reader.at = start + 1;
                }
            }
            b'=' | b'(' | b',' => {
                reader.at += 1;
                reader.blank();
                let next = reader.at;
                if !matches!(
                    reader.peek(),
                    Some(b'{' | b'[' | b'"' | b'\'' | b'`' | b'(' | b'f' | b'J' | b'd' | b'u')
                ) {
                    continue;
                }
                match reader.value(&scope, 0) {
                    Some(Value::Null) | None => reader.at = next,
                    Some(value) => found.push(value),
                }
            }
            _ => reader.step(),
        }
    }
    found
}

/// What the parameters of a function stand for.
type Scope = HashMap<String, Value>;

struct Reader<'s> {
    text: &'s [u8],
    source: &'s str,
    at: usize,
    work: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn step(&mut self) {
        self.at += 1;
        self.work = self.work.saturating_sub(1);
    }

    /// Whether `word` stands here, which is then read.
    fn takes(&mut self, word: &str) -> bool {
        let here = self.text[self.at.min(self.text.len())..].starts_with(word.as_bytes());
        if here {
            self.at += word.len();
            self.work = self.work.saturating_sub(word.len());
        }
        here
    }

    /// Reads white space and comments.
    fn blank(&mut self) {
        while self.work > 0 {
            let rest = &self.text[self.at.min(self.text.len())..];
            match rest {
                [b' ' | b'\t' | b'\r' | b'\n', ..] => self.step(),
                [b'/', b'*', ..] => {
                    self.at += 2;
                    while self.peek().is_some() && !self.takes("*/") {
                        self.step();
                    }
                }
                // What follows a colon is an address: http://…
                [b'/', b'/', ..] if self.at == 0 || self.text[self.at - 1] != b':' => {
                    while self.peek().is_some_and(|c| c != b'\n') {
                        self.step();
                    }
                }
                _ => return,
            }
        }
    }

    /// The value that begins here; [`Value::Null`] for what is none that can be read, behind which
    /// the reader then stands. `None` where the script breaks off.
    fn value(&mut self, scope: &Scope, depth: usize) -> Option<Value> {
        if depth >= DEEPEST || self.work == 0 {
            return None;
        }
        self.blank();
        let value = match self.peek()? {
            b'{' => self.object(scope, depth)?,
            b'[' => self.list(scope, depth)?,
            b'"' | b'\'' | b'`' => self.joined_text()?,
            b'(' => {
                self.step();
                let inner = self.value(scope, depth + 1)?;
                self.blank();
                if !self.takes(")") {
                    self.skip_value()?;
                    self.takes(")");
                }
                inner
            }
            b'0'..=b'9' | b'-' => self.number(),
            c if c.is_ascii_alphabetic() || c == b'_' || c == b'$' => self.named(scope, depth)?,
            _ => Value::Null,
        };
        self.blank();
        // The end of what the value is a part of, or of its statement.
        if !matches!(
            self.peek(),
            None | Some(b',' | b'}' | b']' | b')' | b';' | b'\n')
        ) && depth > 0
        {
            self.skip_value()?;
        }
        Some(value)
    }

    fn object(&mut self, scope: &Scope, depth: usize) -> Option<Value> {
        self.step();
        let mut fields = Map::new();
        loop {
            self.blank();
            match self.peek()? {
                b'}' => {
                    self.step();
                    return Some(Value::Object(fields));
                }
                b',' => {
                    self.step();
                    continue;
                }
                _ => {}
            }
            let name = match self.peek()? {
                b'"' | b'\'' | b'`' => self.text_literal()?,
                _ => self.name(),
            };
            self.blank();
            match self.peek()? {
                b':' => {
                    self.step();
                    let value = self.value(scope, depth + 1)?;
                    fields.insert(name, value);
                }
                // A method, as the one that makes the data of a component.
                b'(' => {
                    self.skip_group()?;
                    let value = self.returned(scope, depth + 1)?;
                    fields.insert(name, value);
                }
                b',' | b'}' => {
                    if let Some(value) = scope.get(&name) {
                        let value = self.copied(value)?;
                        fields.insert(name, value);
                    }
                }
                _ => {
                    self.step();
                    self.skip_value()?;
                }
            }
        }
    }

    fn list(&mut self, scope: &Scope, depth: usize) -> Option<Value> {
        self.step();
        let mut items = Vec::new();
        loop {
            self.blank();
            match self.peek()? {
                b']' => {
                    self.step();
                    return Some(Value::Array(items));
                }
                b',' => self.step(),
                _ => {
                    let before = self.at;
                    items.push(self.value(scope, depth + 1)?);
                    if self.at == before {
                        self.step();
                    }
                }
            }
        }
    }

    fn number(&mut self) -> Value {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b'+'))
        {
            self.step();
        }
        self.source[start..self.at]
            .parse::<i64>()
            .map_or(Value::Null, Value::from)
    }

    fn name(&mut self) -> String {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'$') || c >= 0x80)
        {
            self.step();
        }
        self.source[start..self.at].to_owned()
    }

    /// Reads over what is in the brackets that open here.
    fn skip_group(&mut self) -> Option<()> {
        let mut open = 0usize;
        loop {
            self.blank();
            if self.work == 0 {
                return None;
            }
            match self.peek()? {
                b'{' | b'(' | b'[' => {
                    open += 1;
                    self.step();
                }
                b'}' | b')' | b']' => {
                    open = open.saturating_sub(1);
                    self.step();
                    if open == 0 {
                        return Some(());
                    }
                }
                b'"' | b'\'' | b'`' => self.skip_text()?,
                _ => self.step(),
            }
        }
    }

    fn skip_text(&mut self) -> Option<()> {
        let mark = self.peek()?;
        self.step();
        loop {
            match self.peek()? {
                b'\\' => {
                    self.step();
                    self.step();
                }
                // It was no quotation mark.
                b'\n' if mark != b'`' => return Some(()),
                c => {
                    self.step();
                    if c == mark {
                        return Some(());
                    }
                }
            }
        }
    }

    /// Reads over the rest of a value.
    fn skip_value(&mut self) -> Option<()> {
        loop {
            self.blank();
            if self.work == 0 {
                return None;
            }
            match self.peek()? {
                b',' | b'}' | b')' | b']' | b';' => return Some(()),
                b'{' | b'(' | b'[' => self.skip_group()?,
                b'"' | b'\'' | b'`' => self.skip_text()?,
                _ => self.step(),
            }
        }
    }

    /// A copy of `value`, which counts as work: names may stand for each other many times over.
    fn copied(&mut self, value: &Value) -> Option<Value> {
        self.work = self.work.saturating_sub(1);
        if self.work == 0 {
            return None;
        }
        Some(match value {
            Value::String(text) => {
                self.work = self.work.checked_sub(text.len())?;
                Value::String(text.clone())
            }
            Value::Array(items) => Value::Array(
                items
                    .iter()
                    .map(|item| self.copied(item))
                    .collect::<Option<_>>()?,
            ),
            Value::Object(fields) => {
                let mut copy = Map::new();
                for (name, field) in fields {
                    copy.insert(name.clone(), self.copied(field)?);
                }
                Value::Object(copy)
            }
            other => other.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_script_writes_down_is_read() {
        for (script, expected) in [
            (
                r#"var a = {"title":"停水","n":3};"#,
                json!({"title": "停水", "n": 3}),
            ),
            (
                "window.S={t:'停\\u6c34', f:function(){return 1}, g:x.y(2,'}'), h:!0, i:'好'};",
                json!({"t": "停水", "f": 1, "g": null, "h": null, "i": "好"}),
            ),
            (
                "new Vue({data(){return {t:\"停水\"}}})",
                json!({"data": {"t": "停水"}}),
            ),
            (
                "$('#c').html('<p>停水' + \"，请储水。</p>\");",
                json!("<p>停水，请储水。</p>"),
            ),
            (
                r#"d = JSON.parse("{\"t\":\"停水\"}")"#,
                json!({"t": "停水"}),
            ),
            (
                "d = decodeURIComponent('%E5%81%9C%E6%B0%B4')",
                json!("停水"),
            ),
            (
                "window.__NUXT__=(function(a,b){a.t=b;a.u=!1;return {x:a,y:[b,b]}}({},\"停水\"));",
                json!({"x": {"t": "停水", "u": null}, "y": ["停水", "停水"]}),
            ),
            (
                "x=(function(a){return {t:a}})('停水')",
                json!({"t": "停水"}),
            ),
            (
                "// {t:1}\nvar u = \"http://a.cn/\", v = ['停水', /* , */ '停电',];",
                json!(["停水", "停电"]),
            ),
        ] {
            let found = values(script);
            assert!(found.contains(&expected), "{script}: {found:?}");
        }
    }

    #[test]
    fn what_breaks_off_or_grows_without_end_is_left() {
        for script in [
            "x={a:'",
            "x={a:{b:[1,",
            "x=(function(a",
            "x='\\u12",
            "x={\u{505c}:\u{6c34}}",
            "x=[\u{505c}]",
            "=(",
            "x=JSON.parse(",
            "/*",
        ] {
            values(script);
        }
        let nested = format!("x={}", "[".repeat(100_000));
        assert!(values(&nested).is_empty());
        let doubled = format!(
            "x=(function(a){{{}return a}}({{t:'停水'}}))",
            "a.l=a;a.r=a;".repeat(60)
        );
        values(&doubled);
    }
}
