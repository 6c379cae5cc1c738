//! Numbers as lists write them.

use langdu_model::{chinese_numeral, roman_numeral};

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
        | "koreanCounting" => chinese_numeral(number),
        "chineseLegalSimplified" | "ideographLegalTraditional" => {
            chinese_numeral(number).chars().map(in_full).collect()
        }
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

/// A Chinese figure as it is written on cheques.
fn in_full(figure: char) -> char {
    match figure {
        '一' => '壹',
        '二' => '贰',
        '三' => '叁',
        '四' => '肆',
        '五' => '伍',
        '六' => '陆',
        '七' => '柒',
        '八' => '捌',
        '九' => '玖',
        '十' => '拾',
        '百' => '佰',
        '千' => '仟',
        other => other,
    }
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
    roman_numeral(number).unwrap_or_else(|| number.to_string())
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
            (3, "chineseLegalSimplified", "叁"),
            (12, "chineseLegalSimplified", "拾贰"),
        ] {
            assert_eq!(write(number, format), expected, "{number} {format}");
        }
    }
}
