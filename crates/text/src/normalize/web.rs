//! Addresses of the net, and the signs @ and #.

use std::ops::Range;

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
    let host = if mail || at.says_whole_addresses() {
        0..tokens
    } else {
        domain(text)
    };
    Some(spoken(at, host, tokens))
}

/// Where in an address its domain stands: without the scheme before it and the path behind it. An
/// address without a domain, `https:///a`, is all there is to say.
fn domain(text: &[Token<'_>]) -> Range<usize> {
    let start = text
        .windows(3)
        .position(|w| w == [Ch(':'), Ch('/'), Ch('/')])
        .map_or(0, |scheme| scheme + 3);
    let length = text[start..]
        .iter()
        .position(|token| matches!(token, Ch('/' | '?' | '#' | ':')))
        .unwrap_or(text.len() - start);
    let found = start..start + length;
    let is_said = |token: &Token<'_>| matches!(token, Num(_) | Word(_));
    if text[found.clone()].iter().any(is_said) {
        found
    } else {
        0..text.len()
    }
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

/// The `heard` part of the next `tokens` tokens, which are an address: words a listener knows are said, the
/// rest is spelled.
fn spoken(at: At<'_>, heard: Range<usize>, tokens: usize) -> Say {
    let mut say = Say::new().silent(heard.start);
    while say.tokens < heard.end {
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
    let silent = tokens - say.tokens;
    say = say.silent(silent);
    // What is not heard of an address belongs to what is, so that a player lights the whole of it.
    let whole = at.range(0, tokens);
    if let Some(first) = say.pieces.first_mut() {
        first.start = whole.start;
    }
    if let Some(last) = say.pieces.last_mut() {
        last.end = whole.end;
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
    use super::super::Setting;
    use super::super::tests_support::{check, said_in};

    #[test]
    fn addresses_are_said_part_by_part() {
        check(&[
            ("www.gov.cn", "www点gov点cn"),
            ("邮箱office@mail.gov.cn。", "邮箱officeatmail点gov点cn。"),
            ("3#楼", "三号楼"),
        ]);
    }

    #[test]
    fn an_address_is_said_as_its_domain_or_as_a_whole() {
        let whole = Setting {
            whole_addresses: true,
            ..Setting::default()
        };
        for (text, domain, all) in [
            (
                "见https://www.gov.cn/a_1。",
                "见www点gov点cn。",
                "见https冒号斜杠斜杠www点gov点cn斜杠a下划线一。",
            ),
            (
                "登录http://rsj.example.gov.cn:8080/login?id=3查询",
                "登录rsj点example点gov点cn查询",
                "登录http冒号斜杠斜杠rsj点example点gov点cn冒号八零八零斜杠login问号id等于三查询",
            ),
            ("www.gov.cn/fuwu", "www点gov点cn", "www点gov点cn斜杠fuwu"),
            ("a@b.cn", "aatb点cn", "aatb点cn"),
            (
                "https:///a",
                "https冒号斜杠斜杠斜杠a",
                "https冒号斜杠斜杠斜杠a",
            ),
        ] {
            assert_eq!(said_in(text, Setting::default()), domain);
            assert_eq!(said_in(text, whole), all);
        }
    }
}
