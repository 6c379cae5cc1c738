//! Digits to hanzi: the ways a number can be said, without deciding which is right.

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const PLACES: [&str; 4] = ["", "十", "百", "千"];
const TEN_THOUSAND: u64 = 10_000;
const HUNDRED_MILLION: u64 = 100_000_000;

/// Longest run of digits said as a quantity; longer ones are codes. 千万亿 is the largest place
/// in use.
pub(crate) const LONGEST_CARDINAL: usize = 16;

/// One digit after the other: `2022` → 二零二二. What is not a digit stays as it is.
pub(crate) fn digits(number: &[char]) -> String {
    number
        .iter()
        .map(|&c| c.to_digit(10).map_or(c, |value| DIGITS[value as usize]))
        .collect()
}

/// One digit after the other with 幺 for 1, as telephone numbers are said.
pub(crate) fn phone_digits(number: &[char]) -> String {
    digits(number).replace('一', "幺")
}

/// A quantity: `10500` → 一万零五百, `2000` → 两千. Zeros in front are not said.
pub(crate) fn cardinal(number: &[char]) -> String {
    let significant = trim_zeros(number);
    if significant.is_empty() {
        return DIGITS[0].to_string();
    }
    if significant.len() > LONGEST_CARDINAL {
        return digits(number);
    }
    let value = significant
        .iter()
        .fold(0, |sum, &c| sum * 10 + digit_value(c));
    let mut said = String::new();
    say(value, &mut said);
    said
}

/// A quantity standing before a measure word, where a bare 2 is 两.
pub(crate) fn counted(number: &[char]) -> String {
    match trim_zeros(number) {
        ['2'] => "两".to_owned(),
        _ => cardinal(number),
    }
}

/// `12.50` → 十二点五零.
pub(crate) fn decimal(whole: &[char], fraction: &[char]) -> String {
    format!("{}点{}", cardinal(whole), digits(fraction))
}

/// Part of a dotted number: counted, unless a zero in front shows that places matter.
pub(crate) fn digits_or_cardinal(number: &[char]) -> String {
    match number {
        ['0', _, ..] => digits(number),
        _ => cardinal(number),
    }
}

fn trim_zeros(number: &[char]) -> &[char] {
    let zeros = number.iter().take_while(|&&c| c == '0').count();
    &number[zeros..]
}

fn digit_value(c: char) -> u64 {
    c.to_digit(10).map_or(0, u64::from)
}

fn say(value: u64, said: &mut String) {
    if value >= HUNDRED_MILLION {
        say_split(value, HUNDRED_MILLION, '亿', said);
    } else if value >= TEN_THOUSAND {
        say_split(value, TEN_THOUSAND, '万', said);
    } else {
        say_group(value, said);
    }
}

/// Says `value` as so many `unit`s and a rest; 零 stands for the places the rest leaves empty.
fn say_split(value: u64, unit: u64, name: char, said: &mut String) {
    let (count, rest) = (value / unit, value % unit);
    if count == 2 && said.is_empty() {
        said.push('两');
    } else if (10..20).contains(&count) {
        say_group_after_ten(count, said);
    } else {
        say(count, said);
    }
    said.push(name);
    if rest == 0 {
        return;
    }
    if rest < unit / 10 {
        said.push(DIGITS[0]);
    }
    say(rest, said);
}

/// 10–19 before 万 and 亿 go without 一: 十万, 一百亿零十万.
fn say_group_after_ten(count: u64, said: &mut String) {
    said.push('十');
    if count > 10 {
        said.push(DIGITS[(count - 10) as usize]);
    }
}

/// Says 1–9999.
fn say_group(value: u64, said: &mut String) {
    let first = said.is_empty();
    let mut started = false;
    let mut zero = false;
    for place in (0..4).rev() {
        let digit = value / 10_u64.pow(place) % 10;
        if digit == 0 {
            zero = started;
            continue;
        }
        if zero {
            said.push(DIGITS[0]);
            zero = false;
        }
        let opens = first && !started;
        if opens && place == 3 && digit == 2 {
            said.push('两');
        } else if !(opens && place == 1 && digit == 1) {
            said.push(DIGITS[digit as usize]);
        }
        said.push_str(PLACES[place as usize]);
        started = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn quantities_are_said_with_places() {
        for (number, said) in [
            ("0", "零"),
            ("10", "十"),
            ("15", "十五"),
            ("110", "一百一十"),
            ("200", "二百"),
            ("2000", "两千"),
            ("2200", "两千二百"),
            ("1002", "一千零二"),
            ("20000", "两万"),
            ("12000", "一万二千"),
            ("50010", "五万零一十"),
            ("100000", "十万"),
            ("1000001", "一百万零一"),
            ("10001000", "一千万一千"),
            ("10010000000", "一百亿一千万"),
            ("10000100000", "一百亿零十万"),
            ("200000000", "两亿"),
            ("1000000000000", "一万亿"),
            ("1200000000000", "一万二千亿"),
            ("12345678901234567", "一二三四五六七八九零一二三四五六七"),
        ] {
            assert_eq!(cardinal(&chars(number)), said, "{number}");
        }
    }

    #[test]
    fn a_bare_two_before_a_measure_word_is_liang() {
        assert_eq!(counted(&chars("2")), "两");
        assert_eq!(counted(&chars("02")), "两");
        assert_eq!(counted(&chars("12")), "十二");
    }

    #[test]
    fn decimals_keep_every_digit() {
        assert_eq!(decimal(&chars("0"), &chars("50")), "零点五零");
        assert_eq!(decimal(&chars("2"), &chars("5")), "二点五");
    }

    #[test]
    fn telephone_digits_use_yao() {
        assert_eq!(phone_digits(&chars("12345")), "幺二三四五");
    }
}
