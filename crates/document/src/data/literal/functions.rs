//! Functions that are called where they stand, and the few calls whose value is plain.

use serde_json::Value;

use super::{DEEPEST, Reader, Scope};

impl Reader<'_> {
    /// What begins with a name: a function, a call that is understood, a parameter.
    pub(super) fn named(&mut self, scope: &Scope, depth: usize) -> Option<Value> {
        let start = self.at;
        let name = self.name();
        if matches!(name.as_str(), "function" | "async") {
            return self.function(scope, depth);
        }
        if self.takes(".parse") && name == "JSON" {
            return self.of_call(|text| serde_json::from_str(&text).unwrap_or_default());
        }
        if matches!(
            name.as_str(),
            "decodeURIComponent" | "decodeURI" | "unescape"
        ) {
            return self.of_call(|text| Value::String(unescaped_address(&text)));
        }
        self.blank();
        match self.peek() {
            Some(b'(' | b'.' | b'[' | b'=' | b'?' | b'`' | b'+') => Some(Value::Null),
            Some(c) if c.is_ascii_alphabetic() => {
                // `new Date()`, `void 0`.
                self.at = self.at.max(start + 1);
                Some(Value::Null)
            }
            _ => scope
                .get(&name)
                .map_or(Some(Value::Null), |value| self.copied(value)),
        }
    }

    /// The value of a call whose one argument is a text.
    pub(super) fn of_call(&mut self, then: impl Fn(String) -> Value) -> Option<Value> {
        self.blank();
        if !self.takes("(") {
            return Some(Value::Null);
        }
        self.blank();
        if !matches!(self.peek()?, b'"' | b'\'' | b'`') {
            return Some(Value::Null);
        }
        let Value::String(text) = self.joined_text()? else {
            return None;
        };
        self.blank();
        self.takes(")").then(|| then(text))
    }

    /// What a function returns, called where it stands with what follows it: the reader is behind
    /// its first word.
    pub(super) fn function(&mut self, scope: &Scope, depth: usize) -> Option<Value> {
        self.blank();
        self.takes("function");
        self.blank();
        self.name();
        self.blank();
        if self.peek()? != b'(' {
            return Some(Value::Null);
        }
        let from = self.at + 1;
        self.skip_group()?;
        let parameters: Vec<String> = self.source[from..self.at - 1]
            .split(',')
            .map(|name| name.trim().to_owned())
            .collect();
        self.blank();
        let body = self.at;
        if self.peek()? != b'{' {
            return Some(Value::Null);
        }
        self.skip_group()?;
        self.blank();
        // The function may be in brackets of its own before it is called.
        let closed = self.takes(")");
        self.blank();
        let mut inner: Scope = Scope::new();
        let called = self.peek() == Some(b'(');
        if called {
            self.step();
            for parameter in &parameters {
                self.blank();
                if self.peek()? == b')' {
                    break;
                }
                let argument = self.value(scope, depth + 1)?;
                inner.insert(parameter.clone(), argument);
                self.blank();
                self.takes(",");
            }
        }
        let end = self.at;
        self.at = body;
        let value = self.returned(&inner, depth + 1)?;
        self.at = end;
        if called {
            self.skip_value()?;
            self.takes(")");
        } else if closed {
            // The bracket closes what is around the function.
            self.at = end.saturating_sub(1);
        }
        Some(value)
    }

    /// What the body that begins here returns: what it assigns to the parts of its parameters is
    /// theirs. The reader is behind the body then.
    pub(super) fn returned(&mut self, scope: &Scope, depth: usize) -> Option<Value> {
        self.blank();
        if self.peek()? != b'{' || depth >= DEEPEST {
            return Some(Value::Null);
        }
        let start = self.at;
        self.skip_group()?;
        let end = self.at;
        self.at = start + 1;
        let mut scope: Scope = scope
            .iter()
            .map(|(name, value)| Some((name.clone(), self.copied(value)?)))
            .collect::<Option<_>>()?;
        let mut value = Value::Null;
        while self.at < end - 1 && self.work > 0 {
            self.blank();
            let before = self.at;
            let name = self.name();
            if name == "return" {
                value = self.value(&scope, depth + 1)?;
                break;
            }
            if !name.is_empty() && self.takes(".") {
                let field = self.name();
                if self.takes("=") && self.peek() != Some(b'=') {
                    let assigned = self.value(&scope, depth + 1)?;
                    if let Some(Value::Object(fields)) = scope.get_mut(&name) {
                        fields.insert(field, assigned);
                    }
                }
            }
            // To the next statement.
            while self.at < end - 1 {
                match self.peek()? {
                    b';' | b'\n' => {
                        self.step();
                        break;
                    }
                    b'{' | b'(' | b'[' => self.skip_group()?,
                    b'"' | b'\'' | b'`' => self.skip_text()?,
                    _ => self.step(),
                }
            }
            if self.at <= before {
                self.step();
            }
        }
        self.at = end;
        Some(value)
    }
}

/// A text whose characters were written as an address writes them: `%3Cp%3E`.
fn unescaped_address(text: &str) -> String {
    let query = format!("text={}", text.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(query.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
