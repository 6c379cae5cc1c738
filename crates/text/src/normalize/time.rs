//! Clock times, and the ratios and scores that look like them.

use super::numerals::cardinal;
use super::token::{At, Ch, Num, Say, Space, Token, Word};
use crate::chars::is_hanzi;

/// Words that make `17:16` a score or a ratio.
const RATIO_WORDS: &[&str] = &[
    "比分",
    "比例",
    "之比",
    "配比",
    "战胜",
    "击败",
    "爆冷",
    "大胜",
    "险胜",
    "完胜",
    "惜败",
    "战平",
    "战成",
    "负于",
    "不敌",
    "逼平",
    "扳平",
    "领先",
    "落后",
    "师生比",
    "性别比",
    "比值",
    "稀释",
    "兑换",
    "比率",
    "赔率",
    "生师比",
    "抚养比",
    "投入产出",
    "按1",
    "以1",
    "为1",
    "票",
    "胜",
    "比重",
    "比为",
];

/// What is done with two things in a ratio: 原液1:20稀释.
const MIXED: &[&str] = &[
    "配制", "配成", "稀释", "兑水", "勾兑", "调配", "配兑", "拌种", "拌匀",
];

/// Words that make `2:05` a time, whatever the sentence was about.
const TIMES_OF_DAY: &[&str] = &[
    "凌晨", "清晨", "早上", "早晨", "上午", "中午", "下午", "傍晚", "晚上", "夜间", "时间", "当日",
    "次日",
];

fn value(number: &[char]) -> u32 {
    number
        .iter()
        .take(4)
        .fold(0, |sum, c| sum * 10 + c.to_digit(10).unwrap_or(0))
}

fn is_hour(number: &[char]) -> bool {
    number.len() <= 2 && value(number) <= 24
}

fn is_minute(number: &[char]) -> bool {
    number.len() == 2 && value(number) < 60
}

fn hour_said(number: &[char]) -> String {
    match value(number) {
        2 => "两点".to_owned(),
        _ => format!("{}点", cardinal(number)),
    }
}

/// 05 → 零五分; a full hour says nothing.
fn minute_said(number: &[char]) -> String {
    match number {
        ['0', '0'] => String::new(),
        ['0', _] => format!("零{}分", cardinal(number)),
        _ => format!("{}分", cardinal(number)),
    }
}

/// `8:00`, `13:10:36`, `上午9:30`, `9:00-17:00`, `8:00 a.m.`.
pub(crate) fn clock(at: At<'_>) -> Option<Say> {
    let [Num(hour), Ch(':'), Num(minute), ..] = at.rest() else {
        return None;
    };
    if !is_hour(hour) || !is_minute(minute) || !at.opens() {
        return None;
    }
    // 1:2:30 goes on; a label's colon, as in 办公时间：8:30, opens.
    if matches!(at.before(), [.., Num(_), Ch(':' | '.')]) {
        return None;
    }
    if at.near_after(3, 5, &["比例", "配比", "比率", "的比"])
        || at.near_after(
            3,
            3,
            &[
                "获胜", "取胜", "战胜", "险胜", "击败", "完胜", "大胜", "惜败",
            ],
        )
    {
        return None;
    }
    let is_share = value(hour) == 1 && (at.after("按") || at.near_after(3, 7, MIXED));
    // 三比一获胜，用时1:42:07: what stands next to the number is nearer than the score.
    let is_timed = at.near_before(3, TIMES_OF_DAY) || at.near_before(4, RACES);
    if (is_share || at.near_before(10, RATIO_WORDS)) && !is_timed {
        return None;
    }
    let mut say = one_time(at)?;
    if at.sees(say.tokens, "时") && !at.sees_any(say.tokens, &["时段", "时间", "时候"]) {
        say = say.swallow(at);
    }
    if at.sees(say.tokens, "分")
        && !at.sees_any(say.tokens, &["分钟", "分别", "分"][..2])
        && **minute != ['0', '0']
    {
        say = say.swallow(at);
    }
    // 3月1日9:00-3月5日17:00.
    if let Some(length) = super::date::dash(at, say.tokens)
        && day_begins(at.rest().get(say.tokens + length..).unwrap_or(&[]))
    {
        return Some(say.text(at, length, "至"));
    }
    let separator = match at.rest().get(say.tokens..) {
        Some([Ch('—' | '-'), Ch('—' | '-'), Num(_), Ch(':'), ..]) => 2,
        Some([Ch('-' | '—' | '~' | '至'), Num(_), Ch(':'), ..]) => 1,
        Some([Space, Ch('-' | '—' | '~'), Space, Num(_), Ch(':'), ..]) => 3,
        Some([Ch('-' | '—' | '~'), Space, Num(_), Ch(':'), ..]) => 2,
        // 8:00-12办公: the end is an hour without its minutes.
        Some([Ch('-' | '—' | '~' | '至'), Num(hour), rest @ ..])
            if is_hour(hour)
                && value(hour) > value(at_hour(at))
                && !super::measure::counts(at, say.tokens + 2)
                && !matches!(
                    rest,
                    [Ch(':' | '.' | '点' | '时' | '-' | '月' | '日' | '号'), ..] | [Word(_), ..]
                ) =>
        {
            let said = hour_said(hour);
            return Some(say.text(at, 1, "至").text(at, 1, &said));
        }
        _ => return Some(say),
    };
    let end = at.skip(say.tokens + separator);
    match (one_time_plain(end), end.rest()) {
        (Some(end), _) => Some(say.text(at, separator, "至").join(end)),
        // 1:50～1:60 are two ratios.
        (None, [Num(_), Ch(':'), Num(_), ..]) => None,
        (None, _) => Some(say),
    }
}

/// The digits of the hour that begins here.
fn at_hour<'a>(at: At<'a>) -> &'a [char] {
    match at.rest().first() {
        Some(Num(hour)) => hour,
        _ => &[],
    }
}

/// Whether a day begins here: 3月5日, 5日, 2024年3月, 2024-03-05.
fn day_begins(tokens: &[Token<'_>]) -> bool {
    matches!(tokens, [Num(_), Ch('年' | '月' | '日'), ..])
        || matches!(tokens, [Num(year), Ch('-' | '/' | '.'), Num(_), Ch('-' | '/' | '.'), Num(_), ..] if year.len() == 4)
}

/// What says that hours, minutes and seconds are how long something has taken.
const RACES: &[&str] = &["马拉松", "用时", "耗时", "成绩", "净时", "枪声", "完赛"];

/// What says that two numbers are the minutes and seconds of a recording.
const LENGTHS: &[&str] = &["时长", "时长:", "片长", "片长:", "时长为", "播放时间:"];

/// A time with its am or pm, which is said in front.
fn one_time(at: At<'_>) -> Option<Say> {
    let plain = one_time_plain(at)?;
    let Some((tokens, half)) = half_day(at, plain.tokens) else {
        return Some(plain);
    };
    let spoken = said_text(&plain);
    Some(Say::new().text(at, plain.tokens + tokens, &format!("{half}{spoken}")))
}

fn said_text(say: &Say) -> String {
    say.pieces
        .iter()
        .map(|piece| match piece.said {
            super::piece::Said::Han(c) => c,
            _ => ' ',
        })
        .collect()
}

fn half_day(at: At<'_>, offset: usize) -> Option<(usize, &'static str)> {
    let space = usize::from(at.rest().get(offset) == Some(&Space));
    let rest = at.rest().get(offset + space..)?;
    let (letters, tokens) = match rest {
        [Word([a]), Ch('.'), Word(['m' | 'M']), Ch('.'), ..] => (*a, 4),
        [Word([a, 'm' | 'M']), ..] => (*a, 1),
        _ => return None,
    };
    let said = match letters {
        'a' | 'A' => "上午",
        'p' | 'P' => "下午",
        _ => return None,
    };
    let repeated = at.after_any(&["上午", "下午", "晚上", "早上", "凌晨", "中午"]);
    Some((space + tokens, if repeated { "" } else { said }))
}

fn one_time_plain(at: At<'_>) -> Option<Say> {
    let [Num(hour), Ch(':'), Num(minute), rest @ ..] = at.rest() else {
        return None;
    };
    if !is_hour(hour) || !is_minute(minute) {
        return None;
    }
    if let [Ch(':'), Num(second), tail @ ..] = rest
        && is_minute(second)
    {
        if matches!(tail, [Ch(':'), Num(_), ..]) {
            return None;
        }
        let minute = match minute {
            ['0', '0'] => "零分".to_owned(),
            _ => minute_said(minute),
        };
        let second = match second {
            ['0', '0'] => "零秒".to_owned(),
            ['0', _] => format!("零{}秒", cardinal(second)),
            _ => format!("{}秒", cardinal(second)),
        };
        let is_length = at.near_before(16, RACES);
        // 用时0:58:03: nobody says that no hour has passed.
        if is_length && value(hour) == 0 && minute != "零分" {
            let minute = minute.trim_start_matches('零');
            return Some(Say::new().text(at, 4, minute).text(at, 1, &second));
        }
        let hour = if is_length {
            format!("{}小时", super::numerals::counted(hour))
        } else {
            hour_said(hour)
        };
        return Some(
            Say::new()
                .text(at, 2, &hour)
                .text(at, 2, &minute)
                .text(at, 1, &second),
        );
    }
    if matches!(rest, [Ch(':'), Num(_), ..]) {
        return None;
    }
    // 时长02:35: minutes and seconds.
    if at.after_any(LENGTHS) {
        let seconds = match minute {
            ['0', digit @ '1'..='9'] => format!("零{}秒", cardinal(&[*digit])),
            ['0', '0'] => String::new(),
            _ => format!("{}秒", cardinal(minute)),
        };
        let said = format!("{}分{seconds}", cardinal(hour));
        return Some(Say::new().text(at, 3, &said));
    }
    let (hour_said, minute_said) = (hour_said(hour), minute_said(minute));
    Some(if minute_said.is_empty() {
        Say::new().text(at, 3, &hour_said)
    } else {
        Say::new().text(at, 2, &hour_said).text(at, 1, &minute_said)
    })
}

/// `3:1`, `1:2.5`, `1∶500`, `78:96`, `1:3:2`.
pub(crate) fn ratio(at: At<'_>) -> Option<Say> {
    let mut say = one_ratio(at)?;
    // 1:500～1:2000: a scale or a slope from one ratio to another.
    if let Some([Ch('~' | '—' | '-'), Num(_)]) = at.rest().get(say.tokens..say.tokens + 2)
        && let Some(end) = one_ratio(at.skip(say.tokens + 1))
    {
        say = say.text(at, 1, "至").join(end);
    }
    // 1:60-70: the second part has two ends.
    else if let [Ch('~' | '—' | '-'), Num(high), after @ ..] = at.rest().get(say.tokens..)?
        && let Some(Num(low)) = at.rest().get(say.tokens - 1)
        && value(low) < value(high)
        && !matches!(after, [Ch(':' | '-' | '.' | '∶' | '%'), ..])
    {
        say = say.text(at, 1, "至").text(at, 1, &cardinal(high));
    }
    Some(say)
}

fn one_ratio(at: At<'_>) -> Option<Say> {
    let [Num(_), ..] = at.rest() else { return None };
    let mut say = plain_number(at)?;
    let mut parts = 1;
    while let Some(sign) = ratio_sign(at, say.tokens) {
        let Some(next) = plain_number(at.skip(say.tokens + sign)) else {
            break;
        };
        say = say.text(at, sign, "比").join(next);
        parts += 1;
    }
    (parts > 1).then_some(say)
}

fn ratio_sign(at: At<'_>, offset: usize) -> Option<usize> {
    match at.rest().get(offset..)? {
        [Ch(':' | '∶'), Num(_), ..] => Some(1),
        [Space, Ch(':' | '∶'), Space, Num(_), ..] => Some(3),
        [Ch('∶'), Space, Num(_), ..] => Some(2),
        _ => None,
    }
}

fn plain_number(at: At<'_>) -> Option<Say> {
    let number = super::number::Number::at(at)?;
    Some(Say::new().text(at, number.tokens, &number.said()))
}

/// `7:04.37`: minutes, seconds and parts of a second.
pub(crate) fn lap(at: At<'_>) -> Option<Say> {
    let [
        Num(minutes),
        Ch(':'),
        Num(seconds),
        Ch('.'),
        Num(parts),
        rest @ ..,
    ] = at.rest()
    else {
        return None;
    };
    let sized = minutes.len() <= 2 && is_minute(seconds) && parts.len() <= 2;
    let ends = !matches!(rest, [Ch(':' | '.' | '-' | '%'), ..]);
    if !sized || !ends || !at.opens() || matches!(at.previous(), Some(Ch(':'))) {
        return None;
    }
    let seconds = match seconds {
        ['0', digit @ '1'..='9'] => format!("零{}", cardinal(&[*digit])),
        _ => cardinal(seconds),
    };
    Some(
        Say::new()
            .text(at, 1, &super::numerals::counted(minutes))
            .text(at, 1, "分")
            .text(at, 2, &format!("{seconds}秒"))
            .spell(at, 1, false),
    )
}

/// `4′25″`, `13″4`, `4´05"`: times of races, in minutes, seconds and parts of a second.
pub(crate) fn race(at: At<'_>) -> Option<Say> {
    const MINUTE: &[char] = &['′', '´', '\'', '’'];
    const SECOND: &[char] = &['″', '"', '”'];
    let [Num(first), Ch(sign), Num(next), rest @ ..] = at.rest() else {
        return None;
    };
    let quoted = matches!(at.previous(), Some(Ch('"' | '“' | '‘' | '\'' | '°')));
    if !at.opens() || quoted || first.len() > 2 || next.len() > 2 {
        return None;
    }
    if SECOND.contains(sign) {
        let split = !matches!(rest, [Ch('"' | '“'), ..]) && *sign != '”';
        return split.then(|| {
            Say::new()
                .text(at, 1, &cardinal(first))
                .text(at, 1, "秒")
                .text(at, 1, &super::numerals::digits(next))
        });
    }
    if !MINUTE.contains(sign) || next.len() != 2 {
        return None;
    }
    let [Ch(end), after @ ..] = rest else {
        return None;
    };
    let pair = if *end == '\'' {
        after.first() == Some(&Ch('\''))
    } else {
        SECOND.contains(end)
    };
    if !pair {
        return None;
    }
    let seconds = match next {
        ['0', digit @ '1'..='9'] => format!("零{}", cardinal(&[*digit])),
        _ => cardinal(next),
    };
    let say = Say::new()
        .text(at, 1, &cardinal(first))
        .text(at, 1, "分")
        .text(at, 1, &seconds)
        .text(at, if *end == '\'' { 2 } else { 1 }, "秒");
    Some(match at.rest().get(say.tokens) {
        Some(Num(parts)) if parts.len() <= 2 => say.spell(at, 1, false),
        _ => say,
    })
}

/// What somebody has come to with the time of a race, and only begins like a measure word.
const PLACES: &[&str] = &[
    "排名", "排在", "位列", "位居", "位于", "名列", "首次", "成功", "成为", "成绩",
];

/// Whether thousandths of a second end here, behind which nothing but the result stands: 148的成绩, 148、…
fn ends_a_result(at: At<'_>) -> bool {
    let result = match at.rest().get(1) {
        Some(Ch(c)) => !is_hanzi(*c) || "的夺获摘打刷创完率以".contains(*c),
        Some(Space) | None => true,
        _ => false,
    };
    result || at.sees_any(1, PLACES)
}

/// `2分05秒`, `5秒38`: times of races and calls.
pub(crate) fn stopwatch(at: At<'_>) -> Option<Say> {
    match at.rest() {
        [Num(minute), Ch('分'), Num(second), Ch('秒'), ..] if second.len() <= 2 => {
            let second_said = match second {
                ['0', digit @ '1'..='9'] => format!("零{}", cardinal(&[*digit])),
                _ => cardinal(second),
            };
            Some(
                Say::new()
                    .text(at, 1, &super::numerals::counted(minute))
                    .text(at, 1, "分")
                    .text(at, 1, &second_said),
            )
        }
        [Num(parts), ..]
            if matches!(parts.len(), 2 | 3)
                && matches!(at.before(), [.., Num(_), Ch('秒')])
                && (!super::measure::counts(at, 1) || at.sees_any(1, PLACES))
                && (parts.len() == 2 || ends_a_result(at))
                && super::measure::unit(at, 1).is_none()
                && !matches!(
                    at.rest().get(1),
                    Some(Ch('.' | ',' | '%' | ':' | '-' | '/'))
                ) =>
        {
            Some(Say::new().spell(at, 1, false))
        }
        _ => None,
    }
}

/// 14时, 2时30分 and the like need no rule but this: 2 before 时 and 点 is 两, in hours only.
pub(crate) fn hour_word(at: At<'_>) -> Option<Say> {
    let [Num(hour @ ['2' | '0', ..]), Ch('时' | '点'), ..] = at.rest() else {
        return None;
    };
    if hour.len() > 2 || matches!(at.rest().get(2), Some(Token::Word(_))) {
        return None;
    }
    match value(hour) {
        2 => Some(Say::new().text(at, 1, "两")),
        // 09时 is said like 9时.
        1..=9 if hour.len() == 2 => Some(Say::new().text(at, 1, &cardinal(hour))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests_support::check;

    #[test]
    fn clock_times_and_ratios_are_told_apart() {
        check(&[
            ("窗口8:30-11受理", "窗口八点三十分至十一点受理"),
            ("8:00", "八点"),
            ("2:02", "两点零二分"),
            ("2:30", "两点三十分"),
            ("13:10:36", "十三点十分三十六秒"),
            ("9:00-17:00", "九点至十七点"),
            ("8:00 a.m.准时", "上午八点准时"),
            ("比例为2:30", "比例为二比三十"),
            ("2:1", "二比一"),
            ("比分17:16", "比分十七比十六"),
            ("37:16", "三十七比十六"),
            ("1:1000", "一比一千"),
            ("1∶2.5", "一比二点五"),
            (
                "3:1取胜，耗时1:42:07",
                "三比一取胜，耗时一小时四十二分零七秒",
            ),
            ("男子组用时0:48:05", "男子组用时四十八分零五秒"),
            ("成绩00:09:30", "成绩九分三十秒"),
            ("按1:40-50的比例", "按一比四十至五十的比例"),
            ("原药1:50兑水", "原药一比五十兑水"),
            ("用1:25-30的药液拌种", "用一比二十五至三十的药液拌种"),
            ("按1:45冲调", "按一比四十五冲调"),
            ("下午1:30配制药液", "下午一点三十分配制药液"),
            ("视频时长03:27", "视频时长三分二十七秒"),
            ("9：00--11：30", "九点至十一点三十分"),
            ("3′08″", "三分零八秒"),
            ("≤4´05\"；", "小于等于四分零五秒;"),
            ("12″6", "十二秒六"),
            ("11秒37、11秒49排名第五", "十一秒三七、十一秒四九排名第五"),
            (
                "2分33秒148、2分41秒543",
                "两分三十三秒一四八、两分四十一秒五四三",
            ),
            ("每30秒100转", "每三十秒一百转"),
            ("5秒120人次", "五秒一百二十人次"),
            ("9秒58位居第一", "九秒五八位居第一"),
        ]);
    }
}
