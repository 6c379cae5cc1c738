//! Numbers as lists write them.

/// `number` in the numbering format that ECMA-376 calls `format`.
pub(super) fn write(number: u32, format: &str) -> String {
    match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "ideographDigital"
        | "japaneseDigitalTenThousand"
        | "koreanCounting" => chinese(number),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => enclosed(number, 0x2460, 20),
        "decimalEnclosedParen" => enclosed(number, 0x2474, 20),
        "decimalEnclosedFullstop" => enclosed(number, 0x2488, 20),
        "ideographEnclosedCircle" => enclosed(number, 0x3280, 10),
        "decimalFullWidth" | "decimalFullWidth2" => number
            .to_string()
            .chars()
            .filter_map(|digit| char::from_u32(digit as u32 - 0x30 + 0xff10))
            .collect(),
        "decimalZero" => format!("{number:02}"),
        "lowerLetter" => letters(number, b'a'),
        "upperLetter" => letters(number, b'A'),
        "lowerRoman" => roman(number).to_lowercase(),
        "upperRoman" => roman(number),
        "ideographTraditional" => cycle(number, "甲乙丙丁戊己庚辛壬癸"),
        "ideographZodiac" => cycle(number, "子丑寅卯辰巳午未申酉戌亥"),
        _ => number.to_string(),
    }
}

/// `number` in Chinese, as lists count: 十一, 二十, 一百零三.
pub(super) fn chinese(number: u32) -> String {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    if number == 0 || number >= 10_000 {
        return number
            .to_string()
            .bytes()
            .map(|digit| DIGITS[usize::from(digit - b'0')])
            .collect();
    }
    let mut text = String::new();
    let mut skipped = false;
    for (value, unit) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = (number / value % 10) as usize;
        if digit == 0 {
            skipped = !text.is_empty();
            continue;
        }
        if skipped {
            text.push('零');
            skipped = false;
        }
        let one_ten = value == 10 && digit == 1 && text.is_empty();
        if !one_ten {
            text.push(DIGITS[digit]);
        }
        text.push_str(unit);
    }
    text
}

fn enclosed(number: u32, first: u32, most: u32) -> String {
    (1..=most)
        .contains(&number)
        .then(|| char::from_u32(first + number - 1))
        .flatten()
        .map_or_else(|| number.to_string(), String::from)
}

/// a … z, then aa … zz.
fn letters(number: u32, first: u8) -> String {
    if number == 0 || number > 26 * 20 {
        return number.to_string();
    }
    let letter = char::from(first + u8::try_from((number - 1) % 26).unwrap_or(0));
    (0..=(number - 1) / 26).map(|_| letter).collect()
}

fn roman(number: u32) -> String {
    if number == 0 || number > 3999 {
        return number.to_string();
    }
    let mut rest = number;
    let mut text = String::new();
    for (value, letters) in [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ] {
        while rest >= value {
            text.push_str(letters);
            rest -= value;
        }
    }
    text
}

fn cycle(number: u32, signs: &str) -> String {
    let all: Vec<char> = signs.chars().collect();
    match number.checked_sub(1).and_then(|at| all.get(at as usize)) {
        Some(sign) => sign.to_string(),
        None => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_count_as_word_shows_them() {
        for (number, format, expected) in [
            (1, "chineseCountingThousand", "一"),
            (10, "chineseCounting", "十"),
            (11, "japaneseCounting", "十一"),
            (20, "japaneseCounting", "二十"),
            (103, "chineseCountingThousand", "一百零三"),
            (110, "chineseCountingThousand", "一百一十"),
            (3, "decimalEnclosedCircle", "③"),
            (21, "decimalEnclosedCircle", "21"),
            (4, "lowerRoman", "iv"),
            (27, "lowerLetter", "aa"),
            (2, "ideographTraditional", "乙"),
            (7, "decimal", "7"),
        ] {
            assert_eq!(write(number, format), expected, "{number} {format}");
        }
    }
}
