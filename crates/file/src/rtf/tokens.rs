//! RTF as tokens: groups, control words, bytes of text.

/// A piece of an RTF file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'b> {
    /// `{`.
    Open,
    /// `}`.
    Close,
    /// `\*`: who does not know the next word leaves its group out.
    Star,
    /// A control word or symbol with its number.
    Word(&'b str, Option<i32>),
    /// A byte of text, in some code page.
    Byte(u8),
}

/// The tokens of a file. What is wrong in it is passed over, as readers of RTF do.
pub(super) struct Tokens<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Tokens<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn control(&mut self) -> Option<Token<'b>> {
        let rest = &self.bytes[self.at..];
        let letters = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        if letters == 0 {
            return self.symbol();
        }
        let word = std::str::from_utf8(&rest[..letters]).ok()?;
        self.at += letters;
        let rest = &self.bytes[self.at..];
        let sign = usize::from(rest.first() == Some(&b'-'));
        let digits = rest[sign..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let mut value = None;
        if digits > 0 {
            value = std::str::from_utf8(&rest[..sign + digits])
                .ok()
                .and_then(|text| text.parse().ok());
            self.at += sign + digits;
        }
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        if word == "bin" {
            let length = usize::try_from(value.unwrap_or(0)).unwrap_or(0);
            self.at = self.at.saturating_add(length).min(self.bytes.len());
        }
        Some(Token::Word(word, value))
    }

    fn symbol(&mut self) -> Option<Token<'b>> {
        let symbol = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(match symbol {
            b'\'' => {
                let digits = self.bytes.get(self.at..self.at + 2)?;
                self.at += 2;
                let text = std::str::from_utf8(digits).ok();
                let byte = text.and_then(|text| u8::from_str_radix(text, 16).ok());
                Token::Byte(byte.unwrap_or(b'?'))
            }
            b'*' => Token::Star,
            b'~' => Token::Word("~", None),
            b'_' => Token::Word("_", None),
            b'\n' | b'\r' => Token::Word("par", None),
            b'\\' | b'{' | b'}' => Token::Byte(symbol),
            _ => Token::Word("", None),
        })
    }
}

impl<'b> Iterator for Tokens<'b> {
    type Item = Token<'b>;

    fn next(&mut self) -> Option<Token<'b>> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            return match byte {
                b'{' => Some(Token::Open),
                b'}' => Some(Token::Close),
                b'\\' => self.control(),
                b'\n' | b'\r' | 0 => continue,
                byte => Some(Token::Byte(byte)),
            };
        }
    }
}
