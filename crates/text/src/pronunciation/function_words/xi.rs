//! 系: a thing is fastened.

use super::context::Context;

/// Whether 系 ties something: 系好安全带, 系上红领巾. 系上级机关 is another matter.
pub(super) fn fastens(context: &Context<'_>) -> bool {
    const OTHER_WORDS: &[&str] = &[
        "上级",
        "上述",
        "上市",
        "上海",
        "上诉",
        "上世纪",
        "紧急",
        "牢固",
    ];
    let behind = context.text_after();
    (context.at == 0 || context.before_is("请要应须需未已并先"))
        && !OTHER_WORDS.iter().any(|word| behind.starts_with(word))
        && FASTENED.iter().any(|thing| behind.starts_with(thing))
}

/// What is fastened, and how.
const FASTENED: &[&str] = &[
    "安全带",
    "安全绳",
    "好",
    "上",
    "紧",
    "牢",
    "扣",
    "领带",
    "领结",
    "红领巾",
    "丝带",
    "围巾",
    "围裙",
    "缆",
    "绳",
    "鞋带",
    "腰带",
];
