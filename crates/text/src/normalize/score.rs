//! Scores of matches.

use super::measure;
use super::numerals::cardinal;
use super::token::{At, Ch, Num, Say, Space, Token};

/// Teams of basketball, between which two numbers are what each has scored.
const TEAMS: &[&str] = &[
    "篮网",
    "雷霆",
    "步行者",
    "猛龙",
    "湖人",
    "勇士",
    "凯尔特人",
    "尼克斯",
    "热火",
    "公牛",
    "马刺",
    "火箭",
    "快船",
    "太阳",
    "掘金",
    "独行侠",
    "小牛",
    "奇才",
    "老鹰",
    "黄蜂",
    "魔术",
    "活塞",
    "骑士",
    "雄鹿",
    "森林狼",
    "鹈鹕",
    "灰熊",
    "国王",
    "开拓者",
    "爵士",
];

/// `121 - 129`, `4-1` between the names of two teams.
fn between_named_teams(at: At<'_>) -> Option<Say> {
    const REACH: usize = 5;
    let (a, b, sign, tokens) = match at.rest() {
        [Num(a), Ch('-'), Num(b), ..] => (a, b, 1, 3),
        [Num(a), Space, Ch('-'), Space, Num(b), ..] => (a, b, 3, 5),
        _ => return None,
    };
    let sized = a.len() <= 3 && b.len() <= 3;
    let teams = at.near_before(REACH, TEAMS) && at.near_after(tokens, 2 * REACH, TEAMS);
    (sized && teams).then(|| {
        Say::new()
            .text(at, 1, &cardinal(a))
            .text(at, sign, "比")
            .text(at, 1, &cardinal(b))
    })
}

/// Whether two numbers may be the points of a match of basketball.
fn are_points(a: &[char], b: &[char]) -> bool {
    const POINTS: std::ops::RangeInclusive<u32> = 60..=199;
    let value = |number: &[char]| number.iter().collect::<String>().parse::<u32>().ok();
    let within = |number| value(number).is_some_and(|points| POINTS.contains(&points));
    within(a) && within(b)
}

/// `0-1`, `3－2` where the sentence speaks of a match.
pub(crate) fn score(at: At<'_>) -> Option<Say> {
    if let Some(say) = between_named_teams(at) {
        return Some(say);
    }
    let [Num(a), Ch('-' | '—'), Num(b), rest @ ..] = at.rest() else {
        return None;
    };
    if let Some(say) = score_among_scores(at) {
        return Some(say);
    }
    const MATCH_WORDS: &[&str] = &[
        "比分", "战胜", "击败", "爆冷", "战平", "不敌", "大胜", "逼平", "点球", "半场", "惜败",
    ];
    const OUTCOMES: &[&str] = &[
        "胜", "负", "领先", "落后", "获胜", "取胜", "战胜", "击败", "险胜", "完胜", "大胜", "战平",
        "逼平", "轻取", "横扫", "力克", "不敌", "淘汰", "惜败", "拿下", "大破", "逆转", "击溃",
    ];
    /// What may stand between a score behind 以 and the outcome: 以113-110艰难逆转.
    const FURTHER_OUTCOMES: &[&str] = &[
        "胜", "逆转", "领先", "击败", "淘汰", "战平", "拿下", "夺冠", "晋级", "大破", "轻取",
        "横扫", "比分",
    ];
    let digits = if at.after("以") || are_points(a, b) {
        3
    } else {
        2
    };
    let small =
        a.len() <= digits && b.len() <= digits && !matches!(rest, [Ch('-' | '—' | '%' | '.'), ..]);
    let counted = measure::counts(at, 3) || measure::unit(at, 3).is_some();
    let by_a_score = at.after("以") && !counted && at.near_after(3, 6, FURTHER_OUTCOMES);
    // 中国队3-1日本队, 5-3的领先.
    let named =
        |token: Option<&Token<'_>>| matches!(token, Some(Ch(c)) if crate::chars::is_hanzi(*c));
    let between_teams = at.after("队") && at.near_after(3, 5, &["队"])
        // 勇士3-0快船晋级
        || !counted
            && named(at.before().last())
            && named(rest.first())
            && at.near_after(3, 8, &["晋级", "出局", "夺冠", "夺魁", "捧杯", "折桂"]);
    let outcome =
        at.sees_any(3, OUTCOMES) || matches!(rest, [Ch('的'), ..]) && at.sees_any(4, OUTCOMES);
    let played = at.near_before(10, MATCH_WORDS)
        || outcome && !at.sees_any(3, &["胜任", "负责", "负荷", "负担"])
        || by_a_score
        || between_teams;
    if !small || !played {
        return None;
    }
    Some(
        Say::new()
            .text(at, 1, &cardinal(a))
            .text(at, 1, "比")
            .text(at, 1, &cardinal(b)),
    )
}

/// `6-4/3-6/7-5`: the sets of a match, with a pause for the stroke.
fn score_among_scores(at: At<'_>) -> Option<Say> {
    let [Num(a), Ch('-'), Num(b), rest @ ..] = at.rest() else {
        return None;
    };
    let next =
        matches!(rest, [Ch('/'), Num(c), Ch('-'), Num(d), ..] if c.len() <= 2 && d.len() <= 2);
    let before = matches!(at.before(), [.., Num(c), Ch('-'), Num(_), Ch('/')] if c.len() <= 2);
    let sized = a.len() <= 2 && b.len() <= 2 && a[0] != '0' && a != b;
    let dated = matches!(rest, [Ch('月' | '日' | '年' | '-'), ..]);
    if !sized || dated || !(next || before) {
        return None;
    }
    let say = Say::new()
        .text(at, 1, &cardinal(a))
        .text(at, 1, "比")
        .text(at, 1, &cardinal(b));
    Some(if next { say.text(at, 1, "、") } else { say })
}

#[cfg(test)]
mod tests {
    use super::super::tests_support::check;

    #[test]
    fn two_numbers_of_a_match_are_a_score() {
        check(&[
            ("客队2-1领先", "客队二比一领先"),
            ("勇士3-0快船晋级", "勇士三比零快船晋级"),
            ("湖人 108 - 99 太阳", "湖人一百零八比九十九太阳"),
            ("最终101-117不敌对手", "最终一百零一比一百一十七不敌对手"),
            ("热火3-2公牛", "热火三比二公牛"),
        ]);
    }
}
