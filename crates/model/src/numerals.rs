//! Numbers as lists write them, which pages and files share.

/// `number` in Roman numerals: `MCMXCIV`; `None` for 0 and from 4000 on, which they do not write.
pub fn roman_numeral(number: u32) -> Option<String> {
    const SIGNS: [(u32, &str); 13] = [
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
    ];
    let mut rest = (1..4000).contains(&number).then_some(number)?;
    let mut text = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            text.push_str(sign);
            rest -= value;
        }
    }
    Some(text)
}

/// `number` in Chinese, as lists count: 十一, 二十, 一百零三; digit by digit for 0 and from 10,000 on.
pub fn chinese_numeral(number: u32) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_lists_show_them() {
        for (number, roman, chinese) in [
            (0, None, "零"),
            (4, Some("IV"), "四"),
            (10, Some("X"), "十"),
            (12, Some("XII"), "十二"),
            (110, Some("CX"), "一百一十"),
            (103, Some("CIII"), "一百零三"),
            (1994, Some("MCMXCIV"), "一千九百九十四"),
            (3999, Some("MMMCMXCIX"), "三千九百九十九"),
            (4000, None, "四千"),
            (12_345, None, "一二三四五"),
        ] {
            assert_eq!(roman_numeral(number).as_deref(), roman, "{number}");
            assert_eq!(chinese_numeral(number), chinese, "{number}");
        }
    }
}
