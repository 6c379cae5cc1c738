//! Years, dates, months and days, alone and in ranges; decades and days with a name (5·12).

use super::measure;
use super::numbers::{cardinal, digits};
use super::token::{At, Ch, Num, Say, Space, Token};

fn value(number: &[char]) -> u32 {
    number
        .iter()
        .take(9)
        .fold(0, |sum, c| sum * 10 + c.to_digit(10).unwrap_or(0))
}

fn is_month(number: &[char]) -> bool {
    number.len() <= 2 && (1..=12).contains(&value(number))
}

fn is_day(number: &[char]) -> bool {
    number.len() <= 2 && (1..=31).contains(&value(number))
}

/// A year of four digits that stands in dates: 1000–2999.
fn is_year(number: &[char]) -> bool {
    number.len() == 4 && matches!(number[0], '1' | '2')
}

/// A year near enough to be written without 年: 1900–2099.
fn is_modern_year(number: &[char]) -> bool {
    matches!(number, ['1', '9', _, _] | ['2', '0', _, _])
}

fn is_dash(token: Option<&Token<'_>>) -> bool {
    matches!(token, Some(Ch('-' | '—' | '~')))
}

/// Length of a range sign: `-`, `—`, `——`, `~`, with blanks around it.
fn dash(at: At<'_>, offset: usize) -> Option<usize> {
    let rest = at.rest().get(offset..)?;
    match rest {
        [Ch('—'), Ch('—'), ..] => Some(2),
        [first, ..] if is_dash(Some(first)) => Some(1 + usize::from(rest.get(1) == Some(&Space))),
        [Space, second, ..] if is_dash(Some(second)) => {
            Some(2 + usize::from(rest.get(2) == Some(&Space)))
        }
        _ => None,
    }
}

/// Signs between the years of a list or range that share one 年: 2021、2022年, 2021至2025年.
fn joins_years(token: &Token<'_>) -> bool {
    matches!(
        token,
        Ch('、' | '和' | '与' | '及' | '至' | '到' | '或' | ',')
    )
}

/// Years counted in thousands are spans of time: 上下5000年, 1000年前.
fn is_span_of_time(at: At<'_>, number: &[char], after: usize) -> bool {
    let whole_thousands = number.len() == 4 && number.ends_with(&['0', '0', '0']);
    let long_ago = at.sees_any(
        after,
        &["前", "历史", "文明", "以前", "以上", "来", "的历史", "多"],
    );
    let counted = at.after_any(&["近", "约", "达", "逾", "过", "有", "上下", "历时", "超"]);
    (whole_thousands && value(number) != 2000 && (long_ago || counted))
        || (whole_thousands && long_ago && counted)
        || value(number) >= 3000 && !at.after("公元") && !at.after("纪元") && !at.after("公元前")
}

/// `2022年`, `05年`, `2022年11月8日`, `86年8月`, `2021-2025年`, `2021、2022年`.
pub(crate) fn year(at: At<'_>) -> Option<Say> {
    let [Num(first), ..] = at.rest() else {
        return None;
    };
    let blank = usize::from(at.rest().get(1) == Some(&Space));
    if at.rest().get(1 + blank) == Some(&Ch('年')) {
        return single_year(at, first, blank);
    }
    years_sharing_a_sign(at, first)
}

fn single_year(at: At<'_>, number: &[char], blank: usize) -> Option<Say> {
    let after = 2 + blank;
    let with_month = matches!(at.rest().get(after), Some(Num(month)) if is_month(month))
        && at.sees(after + 1, "月");
    let by_digits = match number.len() {
        4 => !is_span_of_time(at, number, after),
        2 => {
            number[0] == '0'
                || with_month
                || at.sees(after, "代")
                || at.sees_any(after, &["款", "春节", "高考", "入学", "参加工作", "出生"])
        }
        3 => at.after("公元") || at.after("公元前") || at.after("前"),
        _ => false,
    };
    if !by_digits || at.sees(after, "代") && number.len() == 2 && number[0] != '0' {
        return None;
    }
    let mut say = Say::new()
        .text(at, 1, &digits(number))
        .silent(blank)
        .text(at, 1, "年");
    if let Some(dash) = dash(at, say.tokens)
        && let Some(Num(next)) = at.rest().get(say.tokens + dash)
        && next.len() == number.len()
        && at.sees(say.tokens + dash + 1, "年")
    {
        say = say.text(at, dash, "至").text(at, 1, &digits(next));
        return Some(say);
    }
    Some(match month_day(at.skip(say.tokens)) {
        Some(rest) => say.join(rest),
        None => say,
    })
}

/// Years of one list, with the signs between them; what goes on beyond is no list of years.
const LONGEST_LIST_TOKENS: usize = 40;

/// Years before a common 年 or 年度: `2021-2025年`, `2020、2021年度`, `2023—2024学年`.
fn years_sharing_a_sign(at: At<'_>, first: &[char]) -> Option<Say> {
    if !is_year(first) {
        return None;
    }
    let mut say = Say::new().text(at, 1, &digits(first));
    loop {
        if say.tokens > LONGEST_LIST_TOKENS {
            return None;
        }
        let (sign, said) = match (dash(at, say.tokens), at.rest().get(say.tokens)) {
            (Some(length), _) => (length, "至"),
            (None, Some(Ch('/'))) => (1, ""),
            (None, Some(token)) if joins_years(token) => (1, ""),
            _ => return None,
        };
        let Some(Num(next)) = at.rest().get(say.tokens + sign) else {
            return None;
        };
        let short = next.len() == 2 && said == "至";
        if !is_year(next) && !short {
            return None;
        }
        say = match at.rest().get(say.tokens) {
            Some(Ch(c)) if said.is_empty() && *c != '/' => say.text(at, sign, &c.to_string()),
            _ => say.text(at, sign, if said.is_empty() { "、" } else { said }),
        };
        say = say.text(at, 1, &digits(next));
        if at.sees_any(say.tokens, &["年", "学年", "财年", "雪季", "赛季"]) {
            return Some(say);
        }
    }
}

/// `11月8日`, `3-5月`, `5月1-3日`, `5月1日-7日`, `1-6月份`, `02月`.
pub(crate) fn month_day(at: At<'_>) -> Option<Say> {
    let leading = usize::from(at.rest().first() == Some(&Space));
    let at_number = at.skip(leading);
    let [Num(month), ..] = at_number.rest() else {
        return None;
    };
    if !is_month(month) {
        return None;
    }
    let mut say = Say::new().silent(leading).text(at, 1, &cardinal(month));
    if let Some(length) = dash(at, say.tokens)
        && let Some(Num(next)) = at.rest().get(say.tokens + length)
        && is_month(next)
        && at.sees(say.tokens + length + 1, "月")
    {
        say = say.text(at, length, "至").text(at, 1, &cardinal(next));
    }
    let blank = usize::from(at.rest().get(say.tokens) == Some(&Space));
    if !at.sees(say.tokens + blank, "月") {
        return None;
    }
    say = say.silent(blank).text(at, 1, "月");
    Some(match day(at.skip(say.tokens)) {
        Some(rest) => say.join(rest),
        None => say,
    })
}

/// `8日`, `08号`, `1-3日`, `1日-7日`, after a month.
fn day(at: At<'_>) -> Option<Say> {
    let leading = usize::from(at.rest().first() == Some(&Space));
    let [Num(first), ..] = at.skip(leading).rest() else {
        return None;
    };
    if !is_day(first) {
        return None;
    }
    let mut say = Say::new().silent(leading).text(at, 1, &cardinal(first));
    let blank = usize::from(at.rest().get(say.tokens) == Some(&Space));
    if let Some(Ch(sign @ ('日' | '号'))) = at.rest().get(say.tokens + blank) {
        say = say.silent(blank).text(at, 1, &sign.to_string());
        if let Some(length) = dash(at, say.tokens)
            && let Some(Num(next)) = at.rest().get(say.tokens + length)
            && is_day(next)
            && at.sees_any(say.tokens + length + 1, &["日", "号", "月"])
        {
            say = say.text(at, length, "至").text(at, 1, &cardinal(next));
        }
        return Some(say);
    }
    let joined = match (dash(at, say.tokens), at.rest().get(say.tokens)) {
        (Some(length), _) => Some((length, "至".to_owned())),
        (None, Some(Ch(c @ ('、' | '至' | '到' | '和')))) => Some((1, c.to_string())),
        _ => None,
    };
    let (length, said) = joined?;
    let Some(Num(next)) = at.rest().get(say.tokens + length) else {
        return None;
    };
    (is_day(next) && at.sees_any(say.tokens + length + 1, &["日", "号"]))
        .then(|| say.text(at, length, &said).text(at, 1, &cardinal(next)))
}

/// Days without a month: `1-3日`, `15号`.
pub(crate) fn lone_day(at: At<'_>) -> Option<Say> {
    let [Num(first), ..] = at.rest() else {
        return None;
    };
    let length = dash(at, 1)?;
    let Some(Num(next)) = at.rest().get(1 + length) else {
        return None;
    };
    let days = is_day(first) && is_day(next) && at.sees(2 + length, "日");
    days.then(|| {
        Say::new()
            .text(at, 1, &cardinal(first))
            .text(at, length, "至")
            .text(at, 1, &cardinal(next))
    })
}

/// `2022-11-08`, `2022/11/8`, `2022.11.08`, `2022·2·10`, `08-08-2008`.
pub(crate) fn numeric_date(at: At<'_>) -> Option<Say> {
    let [Num(a), Ch(s1), Num(b), Ch(s2), Num(c), ..] = at.rest() else {
        return None;
    };
    if s1 != s2 || !matches!(s1, '-' | '/' | '.' | '·') || !at.opens() {
        return None;
    }
    let range = matches!(at.rest().get(6), Some(Num(next)) if is_year(next));
    if matches!(at.rest().get(5..7), Some([Ch(s3), Num(_)]) if s3 == s1) && !range {
        return None;
    }
    if is_modern_or_plain_year(a) && is_month(b) && is_day(c) {
        let spoken = Say::new()
            .text(at, 1, &digits(a))
            .text(at, 1, "年")
            .text(at, 1, &cardinal(b))
            .text(at, 1, "月");
        let spoken = spoken.text(at, 1, &format!("{}日", cardinal(c)));
        return Some(match numeric_range_end(at, &spoken) {
            Some(length) => spoken.text(at, length, "至"),
            None => spoken,
        });
    }
    if is_modern_year(c) && a.len() == 2 && b.len() == 2 && is_month(a) && is_day(b) {
        let spoken = format!("{}年{}月{}日", digits(c), cardinal(a), cardinal(b));
        return Some(Say::new().text(at, 5, &spoken));
    }
    None
}

/// Length of the range sign behind a numeric date that another one follows.
fn numeric_range_end(at: At<'_>, first: &Say) -> Option<usize> {
    let length = dash(at, first.tokens)?;
    match at.rest().get(first.tokens + length..) {
        Some(
            [
                Num(year),
                Ch('-' | '/' | '.' | '·'),
                Num(_),
                Ch(_),
                Num(_),
                ..,
            ],
        ) if is_year(year) => Some(length),
        _ => None,
    }
}

fn is_modern_or_plain_year(number: &[char]) -> bool {
    is_year(number)
}

/// `2019.3-2022.5`: months of years, as terms of office are written.
pub(crate) fn month_range(at: At<'_>) -> Option<Say> {
    let [Num(year), Ch('.'), Num(month), ..] = at.rest() else {
        return None;
    };
    let length = dash(at, 3)?;
    let Some([Num(end_year), Ch('.'), Num(end_month)]) = at.rest().get(3 + length..6 + length)
    else {
        return None;
    };
    let months = is_month(month) && is_month(end_month);
    if !(is_modern_year(year) && is_modern_year(end_year) && months) {
        return None;
    }
    Some(
        Say::new()
            .text(at, 1, &digits(year))
            .text(at, 1, "年")
            .text(at, 1, &format!("{}月", cardinal(month)))
            .text(at, length, "至")
            .text(at, 1, &digits(end_year))
            .text(at, 1, "年")
            .text(at, 1, &format!("{}月", cardinal(end_month))),
    )
}

/// `2008/08`, `2008.08`, `2022-11`, `08/08`, `08.08`: a year with a month, a month with a day.
/// Both parts have a zero in front or one is a year, or it would be a number.
pub(crate) fn short_date(at: At<'_>) -> Option<Say> {
    let [Num(a), Ch(sign @ ('/' | '.' | '-')), Num(b), ..] = at.rest() else {
        return None;
    };
    let ends = !matches!(
        at.rest().get(3),
        Some(Ch('%' | '‰' | '/' | '-') | Token::Word(_) | Ch('℃'))
    ) && !matches!(at.rest().get(3..5), Some([Ch('.'), Num(_)]));
    if !at.opens() || !ends {
        return None;
    }
    let counted = measure::counts(at, 3) || at.sees_any(3, &["个", "万", "亿"]);
    if is_modern_year(a) && b.len() == 2 && is_month(b) && !counted {
        return Some(Say::new().text(at, 1, &digits(a)).text(at, 1, "年").text(
            at,
            1,
            &format!("{}月", cardinal(b)),
        ));
    }
    let padded = a.len() == 2 && b.len() == 2 && (a[0] == '0' || b[0] == '0' && *sign == '/');
    if *sign != '-' && padded && is_month(a) && is_day(b) && !counted {
        return Some(Say::new().text(at, 1, &cardinal(a)).text(at, 1, "月").text(
            at,
            1,
            &format!("{}日", cardinal(b)),
        ));
    }
    None
}

/// `2022北京冬奥会`, `“健康中国2030”`: a year without 年 at the head or the end of a name.
pub(crate) fn year_in_name(at: At<'_>) -> Option<Say> {
    let [Num(number), rest @ ..] = at.rest() else {
        return None;
    };
    if !is_modern_year(number) {
        return None;
    }
    let opens = match at.previous() {
        None | Some(Space) => true,
        Some(Ch(c)) => !crate::chars::is_hanzi(c) && !matches!(c, '-' | '/' | ':' | '.' | '~'),
        _ => false,
    };
    let head = opens
        && matches!(rest, [Ch(c), ..] if crate::chars::is_hanzi(*c))
        && !measure::counts(at, 1)
        && !at.sees_any(
            1,
            &[
                "至", "到", "多", "余", "万", "亿", "以", "及", "左右", "和", "或", "是", "为",
                "除", "加", "减", "乘",
            ],
        );
    let hanzi_before = matches!(at.previous(), Some(Ch(c)) if crate::chars::is_hanzi(c));
    let tail = hanzi_before && matches!(rest, [Ch('”' | '》' | '’' | '"'), ..]);
    let cohort = at.opens() && at.sees_any(1, COHORTS);
    let strain = at.opens() && matches!(rest, [Ch('-' | '—'), Token::Word(_), ..]);
    let version = matches!(at.before(), [.., Token::Word(_), Space]) && !measure::counts(at, 1);
    (head || tail || cohort || strain || version).then(|| Say::new().text(at, 1, &digits(number)))
}

/// `光绪二十四年（1898）`, `（2021）`: a year alone in brackets.
pub(crate) fn year_in_brackets(at: At<'_>) -> Option<Say> {
    let [Num(number), Ch(')'), ..] = at.rest() else {
        return None;
    };
    let bracketed = at.previous() == Some(Ch('('));
    let dated =
        is_modern_year(number) || is_year(number) && matches!(at.before(), [.., Ch('年'), Ch('(')]);
    (bracketed && dated).then(|| Say::new().text(at, 1, &digits(number)))
}

/// What is named for its year without 年.
const COHORTS: &[&str] = &[
    "届", "级", "款", "版", "学年", "财年", "雪季", "赛季", "版本",
];

/// `20240315`: a date without any sign.
pub(crate) fn compact_date(at: At<'_>) -> Option<Say> {
    let [Num(number), ..] = at.rest() else {
        return None;
    };
    let dated = number.len() == 8
        && is_modern_year(&number[..4])
        && number[4..6] != ['0', '0']
        && is_month(&number[4..6])
        && is_day(&number[6..]);
    let counted = measure::counts(at, 1)
        || measure::unit(at, 1).is_some()
        || at.sees_any(1, &["万", "亿", "多", "余"])
        || matches!(at.rest().get(1), Some(Ch('.' | ',' | '%')));
    (dated && at.opens() && !counted).then(|| Say::new().spell(at, 1, false))
}

/// `（2011—2020）`, `2021-2035规划`: years alone, from one to the other.
pub(crate) fn year_range(at: At<'_>) -> Option<Say> {
    let [Num(first), ..] = at.rest() else {
        return None;
    };
    let length = dash(at, 1)?;
    let Some(Num(last)) = at.rest().get(1 + length) else {
        return None;
    };
    let after = 2 + length;
    let counted = measure::counts(at, after)
        || measure::unit(at, after).is_some()
        || at.sees_any(after, &["万", "亿", "多", "余"])
        || matches!(at.rest().get(after), Some(Ch('.' | ',' | '%' | '-' | '/')));
    let years = is_modern_year(first) && is_modern_year(last) && value(first) < value(last);
    (years && at.opens() && !counted).then(|| {
        Say::new()
            .text(at, 1, &digits(first))
            .text(at, length, "至")
            .text(at, 1, &digits(last))
    })
}

/// `90年代`, `1990年代`, `1990s`, `90后`, `80、90后`.
pub(crate) fn decade(at: At<'_>) -> Option<Say> {
    let [Num(number), ..] = at.rest() else {
        return None;
    };
    if number.len() == 4 && at.sees(1, "年代") {
        return Some(Say::new().text(at, 1, &digits(number)));
    }
    if let [century @ ('1' | '2'), _, _, '0'] = number
        && (*century == '2' || number[1] >= '7')
        && let Some(Token::Word(['s'])) = at.rest().get(1)
    {
        return Some(Say::new().text(at, 2, &format!("{}年代", digits(number))));
    }
    if number.len() != 2 || !matches!(number[1], '0' | '5') {
        return None;
    }
    if at.sees(1, "年代") {
        return Some(Say::new().text(at, 1, &cardinal(number)));
    }
    if at.sees(1, "后") && !at.sees_any(1, &["后天", "后续"]) && at.opens() {
        return Some(Say::new().text(at, 1, &digits(number)));
    }
    let Some([Ch('、' | '/'), Num(next)]) = at.rest().get(1..3) else {
        return None;
    };
    if next.len() == 2 && at.sees(3, "后") {
        return Some(
            Say::new()
                .text(at, 1, &digits(number))
                .text(at, 1, "、")
                .text(at, 1, &digits(next)),
        );
    }
    None
}

/// `5·12`, `“3·15”`, `12·9`: a day that has become a name.
pub(crate) fn named_day(at: At<'_>) -> Option<Say> {
    let [Num(month), Ch(sign @ ('·' | '.')), Num(day), ..] = at.rest() else {
        return None;
    };
    let quoted = matches!(at.previous(), Some(Ch('“' | '"' | '‘')))
        && matches!(at.rest().get(3), Some(Ch('”' | '"' | '’')));
    let of_the_world = at.sees_any(3, &["国家", "国际", "世界", "全国", "全民"])
        && at.near_after(5, 8, &["日", "节"]);
    let famous = of_the_world || at.near_after(3, 6, FAMOUS) && !measure::counts(at, 3);
    let bare = at.opens() && famous && !at.sees(3, "级");
    if *sign == '.' && !bare && !(quoted && at.near_after(4, 8, NAMED_FOR)) {
        return None;
    }
    (is_month(month) && is_day(day)).then(|| {
        Say::new()
            .text(at, 1, &named_month(month, day))
            .silent(1)
            .text(at, 1, &digits(day))
    })
}

/// 十二四, but 一二九 and 一一九: the old movement, and the day that is the fire brigade's number.
fn named_month(month: &[char], day: &[char]) -> String {
    match (month.len(), day) {
        (1, _) | (2, ['9']) => digits(month),
        _ => cardinal(month),
    }
}

/// What makes `5.12` a day without quotation marks.
const FAMOUS: &[&str] = &[
    "节",
    "晚会",
    "事变",
    "地震",
    "宣传日",
    "纪念日",
    "宪法日",
    "消防日",
    "惨案",
    "环境日",
    "禁毒日",
    "假期",
    "长假",
    "小长假",
    "黄金周",
    "劳动节",
    "国庆",
    "返程",
    "宣传周",
    "宣传月",
];

/// What days are named for.
const NAMED_FOR: &[&str] = &[
    "地震",
    "晚会",
    "事件",
    "事故",
    "运动",
    "惨案",
    "案",
    "讲话",
    "宣传",
    "活动",
    "日",
    "火灾",
    "爆炸",
    "暴雨",
    "专项",
    "行动",
    "起义",
    "消费者",
];

#[cfg(test)]
mod tests {
    use super::super::tests_support::check;

    #[test]
    fn years_are_digits_and_spans_of_time_are_quantities() {
        check(&[
            ("2022年", "二零二二年"),
            ("05年", "零五年"),
            ("86年8月18日", "八六年八月十八日"),
            ("2年后", "两年后"),
            ("20年后", "二十年后"),
            ("近5000年历史", "近五千年历史"),
            ("公元前202年", "公元前二零二年"),
            ("2021-2025年", "二零二一至二零二五年"),
            ("2021年-2025年", "二零二一年至二零二五年"),
            ("2021—2025年", "二零二一至二零二五年"),
            ("2020、2021年", "二零二零、二零二一年"),
            ("2023-2024学年", "二零二三至二零二四学年"),
        ]);
    }

    #[test]
    fn months_and_days_are_counted() {
        check(&[
            ("1-6月", "一至六月"),
            ("5月1-3日", "五月一至三日"),
            ("5月1日-7日", "五月一日至七日"),
            ("2008/08/08", "二零零八年八月八日"),
            ("2008.08", "二零零八年八月"),
            ("08/08", "八月八日"),
            ("20世纪90年代", "二十世纪九十年代"),
            ("90后", "九零后"),
            ("1990s以来", "一九九零年代以来"),
            ("“5·12”地震", "“五一二”地震"),
            ("4.15全民国家安全教育日", "四一五全民国家安全教育日"),
            ("6.26国际禁毒日", "六二六国际禁毒日"),
        ]);
    }
}
