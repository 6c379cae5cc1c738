//! A number as its format shows it.

use std::fmt::Write;

use jiff::civil::{Date, DateTime, date};

use super::code::Token;

const SECONDS_OF_DAY: f64 = 86_400.0;

/// A number of days since the end of 1899 as a moment, to the second; `None` before March 1900, where the count has a
/// day that there was not.
pub(super) fn moment(days: f64) -> Option<DateTime> {
    const FIRST: f64 = 61.0;
    const LAST: f64 = 2_958_466.0;
    if !(FIRST..LAST).contains(&days) {
        return None;
    }
    let start = date(1899, 12, 30);
    let day: Date = start
        .checked_add(jiff::Span::new().try_days(days.floor() as i64).ok()?)
        .ok()?;
    let seconds = seconds_of(days);
    Some(day.at(
        (seconds / 3600) as i8,
        (seconds / 60 % 60) as i8,
        (seconds % 60) as i8,
        0,
    ))
}

/// The second of the day. Times are shown as far as they have come, but for what is lost in writing them as parts.
fn seconds_of(days: f64) -> u32 {
    (days.fract() * SECONDS_OF_DAY + 0.5)
        .floor()
        .min(SECONDS_OF_DAY - 1.0) as u32
}

/// What is shown of a number that is a time or a day, or a code with the zeros that it begins with, or a number with
/// words beside it; `None` where the library shows it well. `known` is the moment that the library has made of it.
pub(super) fn written(tokens: &[Token], number: f64, known: Option<DateTime>) -> Option<String> {
    if number < 0.0 {
        return None;
    }
    let is = |wanted: fn(&Token) -> bool| tokens.iter().any(wanted);
    let has_day = is(|token| {
        matches!(
            token,
            Token::Year { .. } | Token::Month { .. } | Token::Day { .. } | Token::Weekday { .. }
        )
    });
    let has_time = is(|token| {
        matches!(
            token,
            Token::Hour { .. } | Token::Minute { .. } | Token::Second { .. } | Token::Passed { .. }
        )
    });
    let counts = is(|token| matches!(token, Token::Digit(c) if *c != '0' && *c != '.'));
    match (has_day, has_time) {
        (false, false) => as_code(tokens, number).or_else(|| beside_words(tokens, number)),
        _ if counts => None,
        (false, true) => Some(as_time(tokens, number)),
        (true, _) => {
            let moment = known.or_else(|| moment(number))?;
            if is_numeric(tokens) {
                plain_day(tokens, moment, has_time)
            } else {
                Some(day_with_words(tokens, moment))
            }
        }
    }
}

/// Whether nothing but signs stands between the numbers of a day: 2025/3/9, 9-Mar. Numerals alone may be anything when
/// they are heard, so such a day is told in words.
fn is_numeric(tokens: &[Token]) -> bool {
    tokens.iter().all(|token| match token {
        Token::Words(words) => words.chars().all(|c| "/-.,: @".contains(c)),
        Token::Weekday { .. } => false,
        _ => true,
    })
}

/// A day whose numbers stand alone; `None` where it is whole, for that the library writes.
fn plain_day(tokens: &[Token], moment: DateTime, has_time: bool) -> Option<String> {
    let has = |wanted: fn(&Token) -> bool| tokens.iter().any(wanted);
    let year = has(|token| matches!(token, Token::Year { .. }));
    let month = has(|token| matches!(token, Token::Month { .. }));
    let day = has(|token| matches!(token, Token::Day { .. }));
    let mut text = if year && month && day {
        if !has_time && moment.time() == jiff::civil::Time::midnight() {
            return None;
        }
        moment.date().to_string()
    } else {
        let mut text = String::new();
        for (shown, count, unit) in [
            (year, i32::from(moment.year()), '年'),
            (month, i32::from(moment.month()), '月'),
            (day, i32::from(moment.day()), '日'),
        ] {
            if shown {
                let _ = write!(text, "{count}{unit}");
            }
        }
        text
    };
    if has_time {
        let seconds = has(|token| matches!(token, Token::Second { .. }));
        let _ = write!(text, " {}:{:02}", moment.hour(), moment.minute());
        if seconds {
            let _ = write!(text, ":{:02}", moment.second());
        }
    }
    Some(text)
}

/// A day and a time as the format writes them.
fn day_with_words(tokens: &[Token], moment: DateTime) -> String {
    const WEEKDAYS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
    let halves = tokens.contains(&Token::Half);
    let mut text = String::new();
    for token in tokens {
        let _ = match token {
            Token::Year { digits: 2 } => write!(text, "{:02}", moment.year() % 100),
            Token::Year { .. } => write!(text, "{}", moment.year()),
            Token::Month { digits } => write!(
                text,
                "{:0digits$}",
                moment.month(),
                digits = *digits.min(&2)
            ),
            Token::Day { digits } => write!(text, "{:0digits$}", moment.day()),
            Token::Weekday { whole } => {
                let name = WEEKDAYS[moment.weekday().to_monday_zero_offset() as usize];
                write!(text, "{}{name}", if *whole { "星期" } else { "" })
            }
            Token::Words(words) => write!(text, "{words}"),
            time => write_time(&mut text, time, moment_seconds(moment), halves),
        };
    }
    text.trim().to_owned()
}

fn moment_seconds(moment: DateTime) -> u32 {
    let of = |count: i8| count.unsigned_abs();
    u32::from(of(moment.hour())) * 3600
        + u32::from(of(moment.minute())) * 60
        + u32::from(of(moment.second()))
}

/// A time without a day, or how much time has passed.
fn as_time(tokens: &[Token], days: f64) -> String {
    let passes = tokens
        .iter()
        .any(|token| matches!(token, Token::Passed { .. }));
    let seconds = if passes {
        (days * SECONDS_OF_DAY + 0.5).floor() as u32
    } else {
        seconds_of(days)
    };
    let halves = tokens.contains(&Token::Half);
    let mut text = String::new();
    // AM stands behind the time, and 上午 before it.
    if halves && !matches!(tokens.first(), Some(Token::Half)) {
        text.push_str(half(seconds));
    }
    for (at, token) in tokens.iter().enumerate() {
        let _ = match token {
            Token::Half if at > 0 => Ok(()),
            Token::Words(words) => write!(text, "{words}"),
            time => write_time(&mut text, time, seconds, halves),
        };
    }
    text.trim_matches(|c: char| c == ' ' || c == '@').to_owned()
}

fn half(seconds: u32) -> &'static str {
    const NOON: u32 = 43_200;
    if seconds < NOON { "上午" } else { "下午" }
}

/// Writes a part of a time.
fn write_time(text: &mut String, token: &Token, seconds: u32, halves: bool) -> std::fmt::Result {
    let hours = match seconds / 3600 {
        hour if halves && hour > 12 => hour - 12,
        0 if halves => 12,
        hour => hour,
    };
    match token {
        Token::Half => write!(text, "{}", half(seconds)),
        // 08:30 and 8:30 are heard alike, and this is how clocks are read.
        Token::Hour { .. } => write!(text, "{hours}"),
        Token::Minute { digits } => write!(text, "{:0digits$}", seconds / 60 % 60),
        Token::Second { digits } => write!(text, "{:0digits$}", seconds % 60),
        Token::Passed { unit: 'h' } => write!(text, "{}", seconds / 3600),
        Token::Passed { unit: 'm' } => write!(text, "{}", seconds / 60),
        Token::Passed { .. } => write!(text, "{seconds}"),
        _ => Ok(()),
    }
}

/// A code with the zeros that it begins with: 0731.
fn as_code(tokens: &[Token], number: f64) -> Option<String> {
    const FEWEST: usize = 2;
    const LARGEST: f64 = 1e15;
    let places = tokens
        .iter()
        .filter(|token| **token == Token::Digit('0'))
        .count();
    let is_code = places >= FEWEST
        && tokens
            .iter()
            .all(|token| matches!(token, Token::Digit('0') | Token::Words(_)));
    if !is_code || number.fract() != 0.0 || number >= LARGEST {
        return None;
    }
    let digits = format!("{:0places$}", number as u64);
    // What is longer than its format stands at the first place.
    let (first, rest) = digits.split_at(digits.len() - places + 1);
    let mut each = std::iter::once(first.to_owned()).chain(rest.chars().map(String::from));
    let shown = tokens.iter().map(|token| match token {
        Token::Words(words) => words.clone(),
        _ => each.next().unwrap_or_default(),
    });
    Some(shown.collect::<String>().trim().to_owned())
}

/// A number as it is with words beside it: 35人.
fn beside_words(tokens: &[Token], number: f64) -> Option<String> {
    let is_beside = tokens.contains(&Token::General)
        && tokens.len() > 1
        && tokens
            .iter()
            .all(|token| matches!(token, Token::General | Token::Words(_)));
    if !is_beside {
        return None;
    }
    // What is shown of a number ends where what is lost in counting begins.
    let exact = format!("{number:.9}");
    let shown = exact.trim_end_matches('0').trim_end_matches('.');
    let parts = tokens.iter().map(|token| match token {
        Token::Words(words) => words.as_str(),
        _ => shown,
    });
    Some(parts.collect::<String>().trim().to_owned())
}
