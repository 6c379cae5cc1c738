//! 得 and 得了 before what somebody has fallen ill with.

use super::context::Context;

/// What somebody falls ill with ends in one of these.
const ILLNESSES: &[&str] = &[
    "病",
    "症",
    "炎",
    "癌",
    "瘤",
    "痔",
    "痔疮",
    "癫痫",
    "结核",
    "硬化",
    "大三阳",
    "小三阳",
    "脂肪肝",
    "酒精肝",
    "感冒",
    "流感",
    "中风",
    "偏瘫",
    "湿疹",
    "皮疹",
    "结石",
    "疝气",
    "痢疾",
    "疟疾",
    "中耳炎",
    "近视",
    "丙肝",
    "乙肝",
    "甲肝",
    "痛风",
    "哮喘",
    "贫血",
    "新冠",
    "水痘",
    "麻疹",
    "白内障",
    "高血压",
    "高血脂",
    "息肉",
    "囊肿",
];

/// Whether somebody has fallen ill: 他得了癫痫, 曾得过肺结核. 治得了这种病 and 变得不生病 are none.
pub(super) fn falls_ill(context: &Context<'_>) -> bool {
    const REACH: usize = 8;
    const SELDOM: &[&str] = &[
        "会", "没", "有", "没有", "怕", "爱", "要", "能", "可能", "是", "像", "患", "说", "未",
        "确实", "其实", "知晓", "知道", "发现", "怀疑", "担心", "听说", "以为",
    ];
    let here = context.start + context.at;
    if context.line.get(here).is_none_or(|c| *c != '得') {
        return false;
    }
    let clause: Vec<char> = context.line[here + 1..]
        .iter()
        .take(REACH)
        .copied()
        .take_while(|c| crate::chars::is_hanzi(*c))
        .collect();
    let (done, illness) = match clause[..] {
        ['了' | '过', ..] => (true, &clause[1..]),
        _ => (false, &clause[..]),
    };
    let length = illness.iter().position(|c| "的后时就要会和与".contains(*c));
    let illness: String = illness[..length.unwrap_or(illness.len())].iter().collect();
    let is_ill = ILLNESSES.iter().any(|end| {
        illness.starts_with(end)
            || illness
                .find(end)
                .is_some_and(|at| at > 0 && (done || at <= 9))
    });
    let previous = context.previous_word();
    let tag = context.segmenter.part_of_speech(previous);
    // 变得, 治得: a verb or an adjective takes 得 as its complement's sign.
    let complement = tag.starts_with(['v', 'a']) && !SELDOM.contains(&previous);
    // 我得癫痫病多年, 得高血压的人.
    const WHO: &[&str] = &[
        "", "我", "你", "他", "她", "谁", "就", "都", "易", "容易", "人", "再",
    ];
    let plainly = WHO.contains(&previous) && ILLNESSES.iter().any(|end| illness.ends_with(end));
    context.at == 0 && is_ill && !complement && (done || plainly || SELDOM.contains(&previous))
}

/// Whether 了 stands behind 得 of somebody who has fallen ill: 得了脂肪肝.
pub(super) fn has_fallen_ill(context: &Context<'_>) -> bool {
    if context.at == 1 {
        return falls_ill(&Context {
            words: context.words,
            index: context.index,
            word: context.word,
            at: 0,
            line: context.line,
            start: context.start,
            segmenter: context.segmenter,
        });
    }
    let Some(index) = context.index.checked_sub(1) else {
        return false;
    };
    let word: Vec<char> = context.words[index].chars().collect();
    context.alone()
        && word == ['得']
        && falls_ill(&Context {
            words: context.words,
            index,
            word: &word,
            at: 0,
            line: context.line,
            start: context.start - 1,
            segmenter: context.segmenter,
        })
}
