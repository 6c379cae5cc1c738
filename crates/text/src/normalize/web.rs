//! Addresses of the net, and the signs @ and #.

use super::numerals::digits;
use super::token::{At, Ch, Num, Say, Token, Word};

/// Longest address said; what is longer is cut there, so that a line of one address stays linear.
const LONGEST_ADDRESS_TOKENS: usize = 400;

fn in_address(token: &Token<'_>) -> bool {
    match token {
        Num(_) | Word(_) => true,
        Ch(c) => matches!(
            c,
            '.' | '/' | ':' | '-' | '_' | '~' | '?' | '=' | '&' | '%' | '#' | '@' | '+' | ';'
        ),
        _ => false,
    }
}

/// Ends of host names that make a dotted word an address.
const ENDINGS: &[&str] = &[
    "com", "cn", "org", "net", "edu", "gov", "info", "top", "vip", "io", "cc", "tv", "me", "hk",
    "uk", "jp", "xyz", "asia", "mobi", "biz",
];

/// `https://www.gov.cn/zhengce`, `www.gov.cn`, `12345.gov.cn`, `office@mail.gov.cn`.
pub(crate) fn address(at: At<'_>) -> Option<Say> {
    if !at.opens() || matches!(at.previous(), Some(Ch('.' | '@' | '/' | '-' | '_'))) {
        return None;
    }
    let run = at
        .rest()
        .iter()
        .take(LONGEST_ADDRESS_TOKENS)
        .take_while(|t| in_address(t))
        .count();
    let mut tokens = run;
    while tokens > 0 && matches!(at.rest()[tokens - 1], Ch(c) if !matches!(c, '/' | '=' | '#')) {
        tokens -= 1;
    }
    let text = &at.rest()[..tokens];
    let scheme = text.windows(3).any(|w| w == [Ch(':'), Ch('/'), Ch('/')]);
    let mail = text.iter().filter(|token| **token == Ch('@')).count() == 1
        && !matches!(text.last(), Some(Ch('@')))
        && text.contains(&Ch('.'));
    // E-mail:a@b.cn, 网址http: before a mail address no colon belongs to it.
    let labelled = mail && !scheme && {
        let sign = text.iter().position(|token| *token == Ch('@'));
        text.iter()
            .take(sign.unwrap_or(0))
            .any(|token| *token == Ch(':'))
    };
    if labelled || !(scheme || mail || is_host(text)) {
        return None;
    }
    Some(spoken(at, tokens))
}

/// `www.` in front, or a known ending, with at least two parts.
fn is_host(text: &[Token<'_>]) -> bool {
    if let [Word(first), Ch('.'), ..] = text
        && matches!(first, ['w' | 'W', 'w' | 'W', 'w' | 'W'])
    {
        return true;
    }
    let host = text
        .iter()
        .position(|token| matches!(token, Ch('/' | '?' | ':')))
        .unwrap_or(text.len());
    let host = &text[..host];
    let [.., Ch('.'), Word(ending)] = host else {
        return false;
    };
    let ending: String = ending.iter().collect::<String>().to_ascii_lowercase();
    host.len() >= 3 && ENDINGS.contains(&ending.as_str())
}

/// Parts of an address that are words a listener knows are said; the rest is spelled.
fn spoken(at: At<'_>, tokens: usize) -> Say {
    let mut say = Say::new();
    while say.tokens < tokens {
        say = match &at.rest()[say.tokens] {
            Num(number) => say.text(at, 1, &digits(number)),
            Word(letters) if super::latin::is_spelled(letters) || letters.len() > 12 => {
                say.spell(at, 1, false)
            }
            Word(_) => say.word(at),
            Ch('@') => say.english(at, 1, "at"),
            Ch(sign) => {
                let said = sign_said(*sign);
                say.text(at, 1, said)
            }
            _ => say.silent(1),
        };
    }
    say
}

fn sign_said(sign: char) -> &'static str {
    match sign {
        '.' => "点",
        '/' => "斜杠",
        ':' => "冒号",
        '-' => "杠",
        '_' => "下划线",
        '~' => "波浪号",
        '?' => "问号",
        '=' => "等于",
        '&' => "和",
        '%' => "百分号",
        '#' => "井号",
        '+' => "加",
        ';' => "分号",
        _ => "",
    }
}

/// `@`, `#`, `3#楼`, `&`, `§3`.
pub(crate) fn sign(at: At<'_>) -> Option<Say> {
    match at.rest() {
        [Ch('@'), ..] => Some(Say::new().english(at, 1, "at")),
        [Ch('&'), ..] => Some(Say::new().text(at, 1, "和")),
        [Ch('#'), ..] if matches!(at.previous(), Some(Num(_))) => {
            Some(Say::new().text(at, 1, "号"))
        }
        [Ch('§'), Num(_), ..] => {
            let number = super::number::Number::at(at.skip(1))?;
            let said = format!("第{}节", number.said());
            Some(Say::new().text(at, 1 + number.tokens, &said))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests_support::check;

    #[test]
    fn addresses_are_said_part_by_part() {
        check(&[
            ("www.gov.cn", "www点gov点cn"),
            ("邮箱office@mail.gov.cn。", "邮箱officeatmail点gov点cn。"),
            (
                "https://www.gov.cn/a_1",
                "https冒号斜杠斜杠www点gov点cn斜杠a下划线一",
            ),
            ("3#楼", "三号楼"),
        ]);
    }
}
