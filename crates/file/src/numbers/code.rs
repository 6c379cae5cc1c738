//! The codes of number formats: `yyyy"年"m"月"d"日"`, `0000`, `[h]:mm` (ECMA-376 part 1, 18.8.30 and 18.8.31).

/// A part of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A year, of two digits or four.
    Year { digits: usize },
    /// A month, of at least so many digits.
    Month { digits: usize },
    /// A day of the month, of at least so many digits.
    Day { digits: usize },
    /// A day of the week: 一, or 星期一 where it is `whole`.
    Weekday { whole: bool },
    /// Before or after noon, which makes the clock one of twelve hours.
    Half,
    /// An hour of the clock.
    Hour { digits: usize },
    /// A minute of the hour.
    Minute { digits: usize },
    /// A second of the minute.
    Second { digits: usize },
    /// All hours, minutes or seconds that have passed.
    Passed { unit: char },
    /// The number as it is.
    General,
    /// The place of a digit, or what is done with the number: `0`, `#`, `.`, `%`.
    Digit(char),
    /// What stands there as it is written.
    Words(String),
}

/// What the numbers of Excel's own formats stand for in Chinese; those that a workbook writes itself, it writes.
fn own(id: u32) -> Option<&'static str> {
    Some(match id {
        14 | 30 => "yyyy/m/d",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 => "h:mm",
        21 => "h:mm:ss",
        22 => "yyyy/m/d h:mm",
        27 | 36 | 50 | 52 | 57 => "yyyy\"年\"m\"月\"",
        28 | 29 | 51 | 53 | 54 | 58 => "m\"月\"d\"日\"",
        31 => "yyyy\"年\"m\"月\"d\"日\"",
        32 => "h\"时\"mm\"分\"",
        33 => "h\"时\"mm\"分\"ss\"秒\"",
        34 | 55 => "上午/下午h\"时\"mm\"分\"",
        35 | 56 => "上午/下午h\"时\"mm\"分\"ss\"秒\"",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        47 => "mm:ss.0",
        _ => return None,
    })
}

/// The parts of a format by its number and its code; `None` where it has no code, or one for some numbers alone.
pub(super) fn tokens(id: u32, code: Option<&str>) -> Option<Vec<Token>> {
    let code = own(id).or(code)?;
    let mut tokens = split(code)?;
    tell_minutes(&mut tokens);
    Some(tokens)
}

/// What stands before noon and after it.
const HALVES: [&str; 4] = ["上午/下午", "am/pm", "AM/PM", "A/P"];

fn split(code: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        if let Some(half) = HALVES.iter().find(|half| rest.starts_with(**half)) {
            tokens.push(Token::Half);
            rest = &rest[half.len()..];
            continue;
        }
        if let Some(behind) = rest.strip_prefix("General") {
            tokens.push(Token::General);
            rest = behind;
            continue;
        }
        let run = rest
            .chars()
            .take_while(|other| other.eq_ignore_ascii_case(&c))
            .count();
        let mut length = c.len_utf8() * run;
        match c.to_ascii_lowercase() {
            // What follows is for other numbers: negative ones, nothing, words.
            ';' => break,
            '"' => {
                let quoted = rest[1..].split('"').next().unwrap_or_default();
                words(&mut tokens, quoted);
                length = (quoted.len() + 2).min(rest.len());
            }
            '\\' => {
                let shown: String = rest.chars().skip(1).take(1).collect();
                words(&mut tokens, &shown);
                length = 1 + shown.len();
            }
            // As wide as the next character, and as many of it as there is room for.
            '_' | '*' => length = rest.chars().take(2).map(char::len_utf8).sum(),
            '[' => {
                let inside = rest[1..].split(']').next().unwrap_or_default();
                length = (inside.len() + 2).min(rest.len());
                let unit = inside.chars().next()?.to_ascii_lowercase();
                if matches!(unit, 'h' | 'm' | 's')
                    && inside.chars().all(|c| c.eq_ignore_ascii_case(&unit))
                {
                    tokens.push(Token::Passed { unit });
                } else if matches!(unit, '<' | '>' | '=') {
                    return None;
                }
            }
            'y' | 'e' => tokens.push(Token::Year {
                digits: if run > 2 || c != 'y' && c != 'Y' {
                    4
                } else {
                    2
                },
            }),
            'm' => tokens.push(Token::Month { digits: run }),
            'd' if run > 2 => tokens.push(Token::Weekday { whole: true }),
            'd' => tokens.push(Token::Day { digits: run }),
            'a' if run > 2 => tokens.push(Token::Weekday { whole: run > 3 }),
            'h' => tokens.push(Token::Hour { digits: run }),
            's' => tokens.push(Token::Second { digits: run }),
            '0' | '#' | '?' | '.' | ',' | '%' => {
                length = c.len_utf8();
                tokens.push(Token::Digit(c));
            }
            '@' => return None,
            _ => {
                length = c.len_utf8();
                words(&mut tokens, &rest[..length]);
            }
        }
        rest = &rest[length..];
    }
    Some(tokens)
}

/// Adds words to those that stand last.
fn words(tokens: &mut Vec<Token>, more: &str) {
    match tokens.last_mut() {
        Some(Token::Words(words)) => words.push_str(more),
        _ if more.is_empty() => {}
        _ => tokens.push(Token::Words(more.to_owned())),
    }
}

/// `m` behind hours or before seconds is a minute.
fn tell_minutes(tokens: &mut [Token]) {
    for at in 0..tokens.len() {
        let Token::Month { digits } = tokens[at] else {
            continue;
        };
        let beside = |token: &&Token| !matches!(token, Token::Words(_) | Token::Half);
        let before = tokens[..at].iter().rev().find(beside);
        let behind = tokens[at + 1..].iter().find(beside);
        let hour = matches!(before, Some(Token::Hour { .. } | Token::Passed { .. }));
        if hour || matches!(behind, Some(Token::Second { .. })) {
            tokens[at] = Token::Minute { digits };
        }
    }
}
