//! 得: what is gained, what has to be done, and how something is done.

use super::super::segmenter::Segmenter;
use super::context::{Context, NUMERALS};
use super::illness::falls_ill;

/// 得 is dé in 不得 and where something is gained, děi for must, de behind a verb.
pub(super) fn de(context: &Context<'_>) -> &'static str {
    // 提得出, 找得到: a verb of one syllable before makes it a complement.
    let possible =
        context.alone() && context.previous_word().chars().count() == 1 && context.after_is("出到");
    let opens_word = context.at == 0 && context.word.len() > 1;
    if opens_word || context.alone() && context.before_is("不") && !context.next_word().is_empty()
    {
        return "de2";
    }
    if falls_ill(context) {
        return "de2";
    }
    // 水解制得TiO2, 测得B组: what was got has a name in letters or digits.
    let behind = context.line.get(context.start + context.at + 1);
    let named = behind.is_some_and(char::is_ascii_alphanumeric);
    if context.before_is("制测求解算换析") && (named || context.before_is("制")) {
        return "de2";
    }
    // 因而得以保全, but 吓得以为.
    let so_that = context.after_is("以")
        && !["以为", "以至", "以致", "以前", "以后"]
            .iter()
            .any(|word| context.text_after().starts_with(word));
    // 提炼而得.
    let result = context.before_is("而") && context.next_word().is_empty();
    if so_that || result {
        return "de2";
    }
    // 始得举行, 各得其所.
    let earned = context.before_is("多") && context.next_word().is_empty();
    if earned
        || context.before_is("始方")
        || context.after_is("其") && !context.next_starts(&["其他", "其它"])
    {
        return "de2";
    }
    // 这件事得抓紧, 身体不适得立即就医.
    let at_once = [
        "立即", "马上", "赶紧", "赶快", "尽快", "尽早", "抓紧", "及时",
    ];
    let matter = context.before_is("事")
        && (context.next_word() == "大家"
            || (context.segmenter.part_of_speech(context.next_word()))
                .starts_with(['v', 'r', 'p']));
    if context.alone() && (context.next_starts(&at_once) || matter) || is_obliged(context) {
        return "dei3";
    }
    // 采摘得干净, 收拾得整齐: what is done in two syllables is done so.
    let done_so =
        context.before_is("拾摘") && context.alone() && context.previous_word().chars().count() > 1;
    if context.before_is("取获所赢应求征夺争博觅购售窃劫骗盗拾难既自心录诱制测捕摘斩荣喜揽共未")
        && !done_so
        || context.before_is("捧") && context.after_is("金银铜奖冠大杯")
        || context.before_is("深") && (context.after_is("人民民真精要其厚赏信") || context.alone())
        || context.after_is("到出分票奖知罪益失当主") && !possible
        || context.next_starts(GAINS)
        || context.alone() && (context.next_word() == "之" || context.after_is("款赃"))
    {
        return "de2";
    }
    // 没得选, 没得商量.
    if context.before_is("没") && context.after_is("选商谈说救玩吃比") {
        return "de2";
    }
    // 先得者, 谁先发现谁先得; 先得申请.
    let first = context.before_is("先") && context.alone();
    if first && context.next_word().is_empty() || context.alone() && names_a_company(context) {
        return "de2";
    }
    // 那得去医院, 那得看情况.
    let then = ["那", "那就", "这"].contains(&context.previous_word())
        && (context.segmenter.part_of_speech(context.next_word())).starts_with(['v', 'p', 'd']);
    if then && context.alone() {
        return "dei3";
    }
    if context.alone() && context.opens_clause() {
        // 得点好处, but 得先申请, 得土葬才好.
        return if context.after_is("点些") {
            "de2"
        } else {
            "dei3"
        };
    }
    let shared = context.before_is("分")
        && (context.segmenter.part_of_speech(context.next_word())).starts_with(['n', 'm']);
    if is_slogan(context) || shared {
        return "de2";
    }
    let ends_word = context.at + 1 == context.word.len();
    if context.after_is(NUMERALS)
        && (context.alone() || ends_word && context.before_is("多少可约"))
        && ["元", "分", "票", "枚", "个", "万"]
            .iter()
            .any(|counted| context.words_after(3).contains(counted))
    {
        return "de2";
    }
    let must = [
        "谁", "必须", "须", "一定", "至少", "起码", "先", "才", "你", "我", "他", "她", "它",
    ];
    if [
        "总", "还", "但", "却", "想要", "要想", "所以", "就", "都", "必", "也", "非", "只", "可",
        "得", "要么", "我们", "你们", "他们", "咱们", "大家", "您",
    ]
    .iter()
    .chain(&must)
    .any(|word| *word == context.previous_word())
        && context.alone()
        && !context.next_word().is_empty()
        && !context.after_is("了过着")
    {
        return "dei3";
    }
    // 多部门得联动, 补贴得发到人; 孩子得流感, 一户得两份, 易得肺炎.
    let next = context.segmenter.part_of_speech(context.next_word());
    let gained = next.starts_with('n') || context.after_is(NUMERALS);
    if ends_word && context.before_is("易") && !context.next_word().is_empty() {
        return "de2";
    }
    if context.alone() && follows_a_noun(context) {
        if next.starts_with('v') && !context.after_is("了过着") {
            return "dei3";
        }
        if gained {
            return "de2";
        }
    }
    "de5"
}

/// Whether a noun stands before 得, which then is no part of how something is done.
fn follows_a_noun(context: &Context<'_>) -> bool {
    let previous = context.previous_word();
    let household = previous.starts_with(|c| NUMERALS.contains(c))
        && previous.ends_with(['户', '人', '家', '村'])
        && context.after_is(NUMERALS);
    let tag = context.segmenter.part_of_speech(previous);
    household || previous.chars().count() > 1 && tag.starts_with(['n', 'r']) && tag != "nz"
}

/// Whether 得 begins a company's name: 得阳公司, 得邦照明有限公司. 得找公司 has to be done.
fn names_a_company(context: &Context<'_>) -> bool {
    const DONE: &str = "去到找由跟让在等有看靠问是先把和给向请来用按从对被做交";
    const LONGEST: usize = 6;
    let clause = context.clause_after();
    let name = ["有限", "股份", "公司", "集团"]
        .iter()
        .filter_map(|firm| clause.find(firm))
        .min()
        .map(|end| &clause[..end]);
    name.is_some_and(|name| {
        !name.is_empty()
            && name.chars().count() <= LONGEST
            && !name.starts_with(|c| DONE.contains(c))
            && !(context.segmenter.part_of_speech(context.next_word())).starts_with(['v', 'p', 'd'])
    })
}

/// Whether 得 says what someone has to do: 申请人得携带证件.
fn is_obliged(context: &Context<'_>) -> bool {
    const PERSONS: &str = "人长者员家户生民方师们亲妈爸友工位商客主";
    let person = context.previous_word();
    let is_person = person.chars().count() > 1
        && person.ends_with(|c| PERSONS.contains(c))
        && context.segmenter.part_of_speech(person).starts_with('n');
    let next = context.next_word();
    let acts = next.chars().count() > 1
        || matches!(
            next,
            "去" | "来" | "有" | "先" | "带" | "把" | "到" | "在" | "按"
        );
    context.alone()
        && is_person
        && !context.next_starts(GAINS)
        && acts
        && (context.segmenter.part_of_speech(next)).starts_with(['v', 'd', 'p'])
        && !context.after_is("多很更太不")
}

/// Whether a clause says in two words what somebody gains: 企业得发展.
fn is_slogan(context: &Context<'_>) -> bool {
    let (person, gain) = (context.previous_word(), context.next_word());
    context.alone()
        && context.index == 1
        && context.words.len() == 3
        && person.chars().count() == 2
        && gain.chars().count() == 2
        && context.segmenter.part_of_speech(person).starts_with('n')
        && context
            .segmenter
            .part_of_speech(gain)
            .starts_with(['n', 'v'])
}

/// What can be gained: 群众得实惠.
const GAINS: &[&str] = &[
    "实惠",
    "人心",
    "发展、",
    "人者",
    "好处",
    "便利",
    "民心",
    "人心",
    "高分",
    "红利",
    "利益",
    "冠军",
    "第一",
    "满分",
    "优惠",
];

/// Whether 得出 or 得到 hangs on the verb before it: 提得出, 找得到.
pub(in super::super) fn is_complement(words: &[&str], index: usize, segmenter: &Segmenter) -> bool {
    const COMPLEMENTS: &[&str] = &["得出", "得到", "得上", "得起", "得住", "得来"];
    let before = index.checked_sub(1).map_or("", |before| words[before]);
    COMPLEMENTS.contains(&words[index])
        && before.chars().count() == 1
        && !"有是可能会须应所未已将".contains(before)
        && segmenter.part_of_speech(before).starts_with('v')
}
