//! Texts between quotation marks.

use serde_json::Value;

use super::Reader;

impl Reader<'_> {
    /// A text, with those that are added to it.
    pub(super) fn joined_text(&mut self) -> Option<Value> {
        let mut text = self.text_literal()?;
        loop {
            let end = self.at;
            self.blank();
            if !self.takes("+") {
                self.at = end;
                break;
            }
            self.blank();
            if !matches!(self.peek(), Some(b'"' | b'\'' | b'`')) {
                self.at = end;
                break;
            }
            text.push_str(&self.text_literal()?);
        }
        Some(Value::String(text))
    }

    /// The text between quotation marks that begins here.
    pub(super) fn text_literal(&mut self) -> Option<String> {
        let mark = self.peek()?;
        self.step();
        let mut text = String::new();
        let mut from = self.at;
        loop {
            match self.peek()? {
                c if c == mark => {
                    text.push_str(&self.source[from..self.at]);
                    self.step();
                    return Some(text);
                }
                b'\n' if mark != b'`' => return None,
                b'\\' => {
                    text.push_str(&self.source[from..self.at]);
                    self.step();
                    text.extend(self.escape()?);
                    from = self.at;
                }
                _ => self.step(),
            }
        }
    }

    /// The character that is written behind a backslash.
    pub(super) fn escape(&mut self) -> Option<Option<char>> {
        let c = self.source[self.at..].chars().next()?;
        self.at += c.len_utf8();
        self.work = self.work.saturating_sub(1);
        Some(match c {
            'n' => Some('\n'),
            't' => Some('\t'),
            'r' | '\n' | '\r' | 'b' | 'f' | 'v' | '0' => Some(' '),
            'x' => self.code(2).and_then(char::from_u32),
            'u' => {
                let high = self.code(4)?;
                let low = (0xd800..0xdc00).contains(&high) && self.takes("\\u");
                let code = match low.then(|| self.code(4)).flatten() {
                    Some(low) if (0xdc00..0xe000).contains(&low) => {
                        0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
                    }
                    _ => high,
                };
                char::from_u32(code)
            }
            other => Some(other),
        })
    }

    /// The number that the next `digits` characters write in base 16, or what stands in braces.
    pub(super) fn code(&mut self, digits: usize) -> Option<u32> {
        let braced = self.takes("{");
        let start = self.at;
        let most = if braced { 6 } else { digits };
        while self.at - start < most && self.peek().is_some_and(|c| c.is_ascii_hexdigit()) {
            self.step();
        }
        let code = u32::from_str_radix(&self.source[start..self.at], 16).ok();
        if braced {
            self.takes("}");
        }
        code
    }
}
