//! Marks of lists and levels: 1. （1） ① 1.1 A. and their like.

use super::date::is_month;
use super::numerals::cardinal;
use super::token::{At, Ch, Num, Say, Space, Token, Word};

/// Whether a line begins here.
fn begins_line(at: At<'_>) -> bool {
    let mut before = at.before().iter().rev().filter(|token| **token != Space);
    matches!(before.next(), None | Some(Ch('\n' | '•' | '●' | '■' | '◆')))
}

/// `①`–`⑳`, `⑴`, `⒈`, `㈠`, `❶`: their number. At the start of a line or sentence a pause follows.
pub(crate) fn circled(at: At<'_>) -> Option<Say> {
    let [Ch(sign), ..] = at.rest() else {
        return None;
    };
    let value = match sign {
        '①'..='⑳' => *sign as u32 - '①' as u32 + 1,
        '⑴'..='⒇' => *sign as u32 - '⑴' as u32 + 1,
        '⒈'..='⒛' => *sign as u32 - '⒈' as u32 + 1,
        '㈠'..='㈩' => *sign as u32 - '㈠' as u32 + 1,
        '㊀'..='㊉' => *sign as u32 - '㊀' as u32 + 1,
        '❶'..='❿' => *sign as u32 - '❶' as u32 + 1,
        '➀'..='➉' => *sign as u32 - '➀' as u32 + 1,
        '⓪' => 0,
        _ => return None,
    };
    let number: Vec<char> = value.to_string().chars().collect();
    Some(Say::new().text(at, 1, &format!("{}，", cardinal(&number))))
}

/// `1.`, `12、`, `1．`, `1)` at the start of a line or after a sentence.
pub(crate) fn line_number(at: At<'_>) -> Option<Say> {
    let [Num(number), Ch(mark @ ('.' | '、' | ')')), rest @ ..] = at.rest() else {
        return None;
    };
    // 2.6月2日: no month has a decimal.
    let day_follows = *mark == '.'
        && matches!(rest, [Num(month), Ch('月'), Num(_), Ch('日'), ..] if is_month(month))
        // 2.2017年7月8日: no year has a decimal.
        || *mark == '.'
            && at.opens()
            && number.len() <= 2
            && matches!(rest, [Num(['1', '9', _, _] | ['2', '0', _, _]), Ch('年'), Num(month), Ch('月'), ..] if is_month(month));
    let number_follows = matches!(rest, [Num(_), ..])
        && !dated(at, 2)
        && !day_follows
        && !begins_an_item(at, number);
    if number.len() > 3 || number_follows && *mark != ')' {
        return None;
    }
    let next_item = at.previous() == Some(Ch(')')) && dated(at, 2);
    let opens = begins_line(at) || next_item || *mark != '、' && after_sentence(at);
    let after_blank = *mark == '.' && at.previous() == Some(Space) && !number_follows;
    if !opens && !after_blank && !day_follows {
        return None;
    }
    let say = if opens {
        Say::new()
    } else {
        Say::new().pause(at)
    };
    Some(say.text(at, 1, &cardinal(number)).text(at, 1, "，"))
}

/// `2、3年以上工作经验` at the start of a line: what is asked for, not two or three years. Numbers that do not
/// follow each other are no estimate anywhere: 2、5年以上.
fn begins_an_item(at: At<'_>, number: &[char]) -> bool {
    const ASKED: &[&str] = &[
        "年以上",
        "年及以上",
        "年或以上",
        "年工作",
        "年相关",
        "年以内",
        "周岁",
        "岁以上",
        "岁以下",
        "名以上",
        "个月以上",
        "人以上",
        "天以上",
    ];
    let [_, Ch('、'), Num(next), ..] = at.rest() else {
        return false;
    };
    let value = |digits: &[char]| digits.iter().collect::<String>().parse::<u32>().ok();
    let follows = value(number).map(|number| number + 1) == value(next);
    let blank_head = begins_line(at) && number.len() <= 2 && next.len() <= 2;
    let years = at.sees_any(3, ASKED);
    // 1、2年以上: the two readings sound alike.
    blank_head && years && !(follows && *number == ['1'])
}

/// `1.2022年`, `2.6月底`: a date or a hotline behind the mark of a list, no decimal.
fn dated(at: At<'_>, offset: usize) -> bool {
    let Some([Num(number), Ch(unit), ..]) = at.rest().get(offset..) else {
        return false;
    };
    // （教育部负责）2.2021年6月底前: items that follow each other in one line.
    let opens = begins_line(at) || at.previous() == Some(Ch(')'));
    // 如下：1.2021年…；2.2022年: nobody counts years to the fourth place.
    let follows = after_sentence(at) && at.opens();
    if !opens && !follows || at.rest().get(1) != Some(&Ch('.')) {
        return false;
    }
    let named = matches!(number, ['1', '9', _, _] | ['2', '0', _, _]);
    let year = named && *unit == '年' || opens && named && matches!(unit, '-' | '—' | '至');
    if follows && !opens {
        return year;
    }
    let month = matches!(number, ['1'..='9'] | ['1', '0'..='2'])
        && *unit == '月'
        && (matches!(at.rest().get(offset + 2), Some(Num(_)))
            || at.sees_any(offset + 2, &["底", "份", "初", "中", "末", "上", "下"]));
    let hotline =
        matches!(number, ['1', '2', '3', _, _]) && at.sees_any(offset + 1, &["热线", "平台"]);
    year || month || hotline
}

/// What is numbered before a colon: 包1：1.投标人, 图2：2016-2020年.
const LABELS: &[&str] = &[
    "包", "标包", "分包", "标段", "问题", "议题", "附件", "附表", "附图", "图", "表", "图表",
    "专栏", "案例", "例", "任务", "项目", "步骤", "方案", "选项", "题", "组", "场次", "地块",
];

/// `包1：1.供应商`, `图1：2011-2015年`: the colon of a label, behind which an item or a year begins, is no ratio.
pub(crate) fn labelled(at: At<'_>) -> Option<Say> {
    let [Num(label), Ch(':'), rest @ ..] = at.rest() else {
        return None;
    };
    let item = matches!(rest, [Num(number), Ch('.' | '、'), Ch(_) | Word(_) | Space, ..] if number.len() <= 2);
    let year = matches!(
        rest,
        [Num(['1', '9', _, _] | ['2', '0', _, _]), Ch('年'), ..]
            | [
                Num(['1', '9', _, _] | ['2', '0', _, _]),
                Ch('-' | '—' | '~' | '至'),
                Num(_),
                Ch('年'),
                ..,
            ]
    );
    let money = matches!(
        rest,
        [Num(_), Ch('.'), Num(_), Ch('万' | '亿' | '元'), ..]
            | [Num(_), Ch('万' | '亿' | '元'), ..]
    );
    let labelled = label.len() <= 2 && at.after_any(LABELS);
    (labelled && (item || year || money))
        .then(|| Say::new().text(at, 1, &cardinal(label)).text(at, 1, ":"))
}

/// `总量[3]`: the mark of a note behind a word is silent. What stands behind 附件 or 第 is its number.
pub(crate) fn footnote_mark(at: At<'_>) -> Option<Say> {
    let ([Ch('['), Num(mark), Ch(']'), rest @ ..] | [Ch('〔'), Num(mark), Ch('〕'), rest @ ..]) =
        at.rest()
    else {
        return None;
    };
    let behind_word = match at.previous() {
        Some(Ch(c)) => {
            crate::chars::is_hanzi(c) || matches!(c, '”' | '》' | '%' | ')' | ']' | '。')
        }
        Some(Word(_)) => true,
        _ => false,
    };
    const NUMBERED: &[&str] = &[
        "附件", "附表", "附图", "表", "图", "式", "第", "注", "号", "发", "字", "函", "令", "文献",
    ];
    let issue = matches!(rest, [Num(_), Ch('号'), ..] | [Ch('第' | '字'), ..]);
    let silent = mark.len() <= 2 && behind_word && !issue && !at.after_any(NUMBERED);
    silent.then(|| Say::new().silent(3))
}

fn after_sentence(at: At<'_>) -> bool {
    let mut before = at.before().iter().rev().filter(|token| **token != Space);
    matches!(
        before.next(),
        Some(Ch('。' | ';' | ':' | '!' | '?' | '，' | '、'))
    )
}

/// `1.1 总则`, `2.3.1 要求`: level numbers at the start of a line; a pause follows the blank. No number but one of three
/// levels has two points, so that it needs no blank: `2.1.1编制目的`.
pub(crate) fn level_number(at: At<'_>) -> Option<Say> {
    let [Num(first), Ch('.'), Num(second), ..] = at.rest() else {
        return None;
    };
    if !begins_line(at) || first.len() > 2 || second.len() > 2 {
        return None;
    }
    let mut say = Say::new().text(at, 1, &cardinal(first));
    let mut levels = 1;
    while let Some([Ch('.'), Num(part)]) = at.rest().get(say.tokens..say.tokens + 2)
        && part.len() <= 2
    {
        levels += 1;
        let mut said = super::numerals::digits_or_cardinal(part);
        if levels > 2 && heads_words(&at.rest()[say.tokens + 2..]) {
            said.push('，');
            return Some(say.text(at, 1, "点").text(at, 1, &said));
        }
        say = say.text(at, 1, "点").text(at, 1, &said);
    }
    if at.rest().get(say.tokens) == Some(&Ch('.')) {
        say = say.silent(1);
    }
    match at.rest().get(say.tokens..) {
        Some([Space, Ch(c), ..]) if crate::chars::is_hanzi(*c) => Some(say.text(at, 1, "，")),
        _ => None,
    }
}

/// Whether the words of a heading or a Roman numeral begin there, and no unit.
fn heads_words(rest: &[Token<'_>]) -> bool {
    const UNITS: &str = "版节条款章级项年月日号时分点元万亿人个米平次岁届期室路多以周天";
    match rest {
        [Ch('小'), Ch('时'), ..] => false,
        [Ch(first), Ch(second), ..] if crate::chars::is_hanzi(*first) => {
            crate::chars::is_hanzi(*second) && !UNITS.contains(*first)
        }
        [Ch(first), ..] => ('Ⅰ'..='Ⅻ').contains(first),
        _ => false,
    }
}

/// `附件2-1`, `表3-2`: a number under a number. Attachments that count up are a range.
pub(crate) fn under_number(at: At<'_>) -> Option<Say> {
    let [Num(first), Ch('-' | '—'), Num(second), rest @ ..] = at.rest() else {
        return None;
    };
    if first.len() > 2 || second.len() > 2 || matches!(rest, [Ch('-'), Num(_), ..]) {
        return None;
    }
    // 长约1-1.2厘米.
    if matches!(rest, [Ch('.'), Num(_), ..]) {
        return None;
    }
    let numbered = at.after_any(&[
        "表", "图", "附表", "附图", "式", "式样", "式(", "表(", "图(",
    ]);
    let descending = at.after_any(&["附件", "附录", "专栏", "附件:"])
        && first >= second
        && first.len() >= second.len();
    let mark =
        first == second && at.rest().get(3) == Some(&Ch('.')) || at.rest().get(3) == Some(&Ch('#'));
    (numbered || descending || mark).then(|| {
        Say::new()
            .text(at, 1, &cardinal(first))
            .text(at, 1, "杠")
            .text(at, 1, &cardinal(second))
    })
}

/// `(1)`, `（12）`, `(a)`: the brackets are silent, a pause follows.
pub(crate) fn bracketed(at: At<'_>) -> Option<Say> {
    match at.rest() {
        [
            Ch('('),
            Num(first),
            Ch(')'),
            Ch('-' | '—' | '~' | '至'),
            Ch('('),
            Num(last),
            Ch(')'),
            ..,
        ] if first.len() <= 2 && last.len() <= 2 => {
            let first = Say::new().silent(1).text(at, 1, &cardinal(first));
            let last_said = cardinal(last);
            Some(
                first
                    .silent(1)
                    .text(at, 1, "至")
                    .silent(1)
                    .text(at, 1, &last_said)
                    .silent(1),
            )
        }
        // 高一(2)班
        [Ch('('), Num(number), Ch(')'), Ch('班'), ..] if number.len() <= 2 => Some(
            Say::new()
                .silent(1)
                .text(at, 1, &cardinal(number))
                .silent(1),
        ),
        [Ch('('), Num(number), Ch(')'), ..] if number.len() <= 2 => Some(
            Say::new()
                .silent(1)
                .text(at, 1, &cardinal(number))
                .text(at, 1, "，"),
        ),
        [Ch('('), Word([_]), Ch(')'), ..] if begins_line(at) => {
            Some(Say::new().silent(1).spell(at, 1, false).text(at, 1, "，"))
        }
        _ => None,
    }
}

/// `A.`, `B、` at the start of a line.
pub(crate) fn letter_mark(at: At<'_>) -> Option<Say> {
    let [Word([letter]), Ch('.' | '、' | ')'), rest @ ..] = at.rest() else {
        return None;
    };
    // H.264 is a name; lists seldom get so far.
    let named = letter.to_ascii_uppercase() > 'G' && matches!(rest, [Num(_), ..])
        || matches!(rest, [Num(_), Ch('.'), Num(_), Ch('.'), ..]);
    if !begins_line(at) || named || matches!(rest, [Word(_), ..]) {
        return None;
    }
    Some(Say::new().spell(at, 1, false).text(at, 1, "，"))
}

#[cfg(test)]
mod tests {
    use super::super::tests_support::check;

    #[test]
    fn list_marks_are_numbers_with_a_pause() {
        check(&[
            ("1.总则", "一，总则"),
            ("12、附则", "十二，附则"),
            ("（1）申请", "一，申请"),
            ("①申请", "一，申请"),
            ("1.2.3 范围", "一点二点三，范围"),
            ("1.5万元", "一点五万元"),
            ("3.2024年起执行", "三，二零二四年起执行"),
            ("2.6月底前完成", "二，六月底前完成"),
            ("2.6个月", "二点六个月"),
            (
                "句子：4.2016年3月5日下午",
                "句子:四，二零一六年三月五日下午",
            ),
            ("2、4年以上驾龄", "二，四年以上驾龄"),
            ("3、4年以上会计经验", "三，四年以上会计经验"),
            ("2、3年内完成", "两、三年内完成"),
            (
                "（由教育局负责）2．2021年6月底前完成",
                "（由教育局负责）二，二零二一年六月底前完成",
            ),
            ("附件：3-1", "附件：三杠一"),
            (
                "公式如下：1.2008年，6万元",
                "公式如下：一，二零零八年，六万元",
            ),
            (
                "1.2019年立项；2.2020年投产",
                "一，二零一九年立项；二，二零二零年投产",
            ),
            ("包2：1.须有资质", "包二：一，须有资质"),
            ("问题3：3.清单如何公开", "问题三：三，清单如何公开"),
            ("图1：2011-2015年产值", "图一：二零一一至二零一五年产值"),
            ("包1：1.5万元", "包一：一点五万元"),
            ("图1：500", "图一比五百"),
            ("面积：1.2008平方公里", "面积：一点二零零八平方公里"),
            ("见公式（2-1）", "见公式（二杠一）"),
        ]);
    }

    #[test]
    fn the_mark_of_a_note_is_silent() {
        check(&[
            ("业务收入[6]518.3亿元", "业务收入五百一十八点三亿元"),
            ("粮食产量[1]", "粮食产量"),
            ("附件[2]", "附件[二]"),
            ("冀政办字［2022］7号", "冀政办字二零二二七号"),
        ]);
    }
}
