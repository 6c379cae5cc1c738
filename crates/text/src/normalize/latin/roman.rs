//! Roman numerals, of one character or written in letters.

use crate::normalize::numerals::cardinal;
use crate::normalize::token::{At, Ch, Say, Word};

/// `Ⅱ`, `Ⅻ`: Roman numerals of one character.
pub(crate) fn roman_sign(at: At<'_>) -> Option<Say> {
    let [Ch(sign), rest @ ..] = at.rest() else {
        return None;
    };
    let say = Say::new().text(at, 1, &roman_said(*sign)?);
    match rest {
        [Ch('-' | '—' | '~'), Ch(end), ..] => match roman_said(*end) {
            Some(end) => Some(say.text(at, 1, "至").text(at, 1, &end)),
            None => Some(say),
        },
        _ => Some(say),
    }
}

fn roman_said(sign: char) -> Option<String> {
    let value = match sign {
        'Ⅰ'..='Ⅻ' => sign as u32 - 'Ⅰ' as u32 + 1,
        'ⅰ'..='ⅻ' => sign as u32 - 'ⅰ' as u32 + 1,
        _ => return None,
    };
    let number: Vec<char> = value.to_string().chars().collect();
    Some(cardinal(&number))
}

/// Words behind a Roman numeral written in letters.
const AFTER_ROMAN: &[&str] = &[
    "级", "类", "型", "期", "度", "等", "标段", "阶段", "区", "号", "部分", "卷", "届",
];

/// More of them, which a single letter does not count: 第XIII页, 图册XIV章.
const AFTER_LONG_ROMAN: &[&str] = &["页", "章", "节", "篇", "幕", "册", "辑", "支", "因子", "世"];

/// The value of a numeral of I, V and X in its usual form; `None` for other letters.
fn roman_value(letters: &[char]) -> Option<u32> {
    let digit = |letter: char| match letter {
        'I' => Some(1),
        'V' => Some(5),
        'X' => Some(10),
        _ => None,
    };
    let digits: Vec<u32> = letters
        .iter()
        .map(|letter| digit(*letter))
        .collect::<Option<_>>()?;
    let repeats = letters
        .windows(4)
        .any(|four| four.iter().all(|c| *c == four[0]))
        || letters.windows(2).any(|two| two == ['V', 'V']);
    let value = digits
        .iter()
        .enumerate()
        .fold(0, |sum, (at, &own)| match digits.get(at + 1) {
            Some(&next) if next > own => sum - i64::from(own),
            _ => sum + i64::from(own),
        });
    u32::try_from(value)
        .ok()
        .filter(|&value| value > 0 && !repeats)
}

/// `II级`, `IV类`: letters that count.
pub(crate) fn roman_letters(at: At<'_>) -> Option<Say> {
    let [Word(letters), ..] = at.rest() else {
        return None;
    };
    // IIIA期: a stage and its part.
    let (numeral, part) = match letters {
        [numeral @ .., part @ ('A'..='C' | 'a'..='c')] if !numeral.is_empty() => {
            (numeral, Some(*part))
        }
        numeral => (*numeral, None),
    };
    let long = numeral.len() > 1;
    let stage = at.sees(1, "期") || long && at.sees_any(1, &["型", "级", "类"]);
    if numeral == ['X'] || part.is_some() && !stage {
        return None;
    }
    let value = roman_value(numeral)?;
    let counts = at.opens()
        && (at.sees_any(1, AFTER_ROMAN) || long && at.sees_any(1, AFTER_LONG_ROMAN))
        || at.after("第")
        || long && at.after_any(&["凝血因子", "因子"]);
    counts.then(|| {
        let digits: Vec<char> = value.to_string().chars().collect();
        let mut said = cardinal(&digits);
        said.extend(part.map(|part| part.to_ascii_uppercase()));
        Say::new().text(at, 1, &said)
    })
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn roman_numerals_count() {
        check(&[
            ("Ⅱ级响应", "二级响应"),
            ("IV级", "四级"),
            ("凝血因子VIII", "凝血因子八"),
            ("Ⅰ-Ⅲ类水质", "一至三类水质"),
        ]);
    }
}
