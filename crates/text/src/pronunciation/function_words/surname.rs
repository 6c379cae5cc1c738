//! Families whose name is not read like the word.

use super::super::persons::{ORGANISATIONS, is_given};
use super::context::Context;

/// Families whose name is not read like the word, where someone is named: 单某, 区某, 任建新.
pub(super) fn surname(c: char, context: &Context<'_>) -> Option<&'static str> {
    const SURNAMES: &[(char, &str)] = &[
        ('单', "shan4"),
        ('区', "ou1"),
        ('仇', "qiu2"),
        ('解', "xie4"),
        ('查', "zha1"),
        ('任', "ren2"),
        ('曾', "zeng1"),
        ('朴', "piao2"),
        ('华', "hua4"),
        ('冼', "xian3"),
        ('覃', "qin2"),
        ('宁', "ning2"),
        ('缪', "miao4"),
        ('燕', "yan1"),
        ('盖', "ge3"),
        ('种', "chong2"),
        ('繁', "po2"),
        ('员', "yun4"),
        ('乜', "nie4"),
        ('折', "she2"),
        ('秘', "bi4"),
        ('尉', "wei4"),
        ('晟', "cheng2"),
        ('曲', "qu1"),
    ];
    let (_, pronunciation) = SURNAMES.iter().find(|(name, _)| *name == c)?;
    // 某市某某区某某路 leaves open what the district is called, 任某局局长 where somebody serves.
    const PARTS_OF_A_PLACE: &str = "个某市县省州盟该本我全各城山新老东西南北中一二三四五六七八九十";
    let placed = c == '区' && context.before_is(PARTS_OF_A_PLACE)
        || c == '任'
            && context
                .clause_after()
                .chars()
                .take(6)
                .any(|c| "局厅部公厂校院县市镇乡村".contains(c));
    let unnamed = !placed
        && !names_a_firm(c, context, 2)
        && (context.alone() && matches!(context.after(), Some('某'))
            || context.at == 0 && context.word.get(1) == Some(&'某'));
    // 查氏宗祠, 任氏家族; 华氏七十度 is none.
    let clan = context.after_is("氏") && context.at == 0 && context.word.len() <= 2 && c != '华';
    // 任家村, 单家庄, 解庄村: villages are named for the families that live there.
    const VILLAGES: &str = "村庄屯沟寨湾营坪坝店桥巷堡台塘岭坡集洼崖楼园坊坳垴畈";
    const OF_ALL: &str = "区员折秘繁曲宁";
    let behind: Vec<char> = context.line[context.start + context.at + 1..]
        .iter()
        .take(2)
        .copied()
        .collect();
    let village = match behind[..] {
        ['家', place] => VILLAGES.contains(place),
        ['庄' | '寨', _] => {
            c != '盖' && c != '种' && !context.before_is("村一二三四五六七八九十每")
        }
        _ => false,
    };
    if village && !OF_ALL.contains(c) && (context.alone() || context.at == 0) {
        return Some(*pronunciation);
    }
    // 他任主任 holds an office: 任 is a family before a form of address only.
    let titled = context.alone()
        && (context.next_starts(&["先生", "女士", "同志", "老师"])
            || c != '任' && context.next_starts(&["主任", "局长", "书记", "主席"]))
        && !context.before_is("一两每各本该省市县");
    (unnamed || clan || titled || is_addressed(c, context) || is_full_name(c, context))
        .then_some(*pronunciation)
}

/// Whether the word is a family's name with a given name. 盖章, 华为 and 查尔斯 are none.
fn is_full_name(family: char, context: &Context<'_>) -> bool {
    /// Families whose character is so rarely anything else that two characters are a name.
    const PLAIN_IN_TWO: &str = "仇曾覃冼缪任解查";
    /// Families that three characters name; 宁晋县 and 燕子矶 are none.
    const PLAIN_IN_THREE: &str = "仇曾覃冼缪任解查单区朴华盖尉乜";
    const FOREIGN_ENDS: &str = "尔斯曼德顿姆克夫特兹";
    /// Families whose character is a verb or an adverb as often: 曾供职, 先后任陆军.
    const VERBS: &str = "曾任查解盖";
    let length = context.word.len();
    let given: String = context.word.iter().skip(1).collect();
    let acts = VERBS.contains(family)
        && length == 3
        && context.segmenter.has_word(&given)
        && (!given.chars().all(is_given) || context.segmenter.part_of_speech(&given) == "n")
        // 陈诚同志曾荣立三等功.
        || family == '曾'
            && context.segmenter.part_of_speech(&given).starts_with('v')
            && ["同志", "先生", "女士", "老师", "他", "她", "其", "本人"]
                .contains(&context.previous_word());
    context.at == 0
        && !acts
        && !names_a_firm(family, context, length)
        && !ORGANISATIONS.contains(&given.as_str())
        && (length == 3 && PLAIN_IN_THREE.contains(family)
            || length == 2 && PLAIN_IN_TWO.contains(family))
        && !context
            .word
            .last()
            .is_some_and(|&c| FOREIGN_ENDS.contains(c))
        && context
            .segmenter
            .part_of_speech(context.words[context.index])
            == "nr"
}

/// Whether a firm has the character in its name of `length` characters: 北京华胜天成科技, 华某公司.
fn names_a_firm(family: char, context: &Context<'_>, length: usize) -> bool {
    const FIRMS: &[&str] = &[
        "公司", "集团", "科技", "股份", "宾馆", "酒店", "大厦", "超市", "医院",
    ];
    const REACH: usize = 6;
    let clause = context.clause_after();
    let behind: String = clause.chars().take(length + REACH).collect();
    // 华某某系公司出纳 is somebody.
    let somebody = clause.trim_start_matches('某').starts_with([
        '系', '是', '在', '到', '向', '与', '和', '为', '的', '因', '将', '于', '任',
    ]);
    family == '华' && !somebody && FIRMS.iter().any(|firm| behind.contains(firm))
}

/// Whether a calling behind the family's name addresses somebody: 主讲人曾教授, 单医生说. 曾教授英语 tells what somebody
/// taught, and 查医生资质 what is looked into.
fn is_addressed(family: char, context: &Context<'_>) -> bool {
    const CALLINGS: &[&str] = &[
        "教授", "医生", "大夫", "警官", "法官", "律师", "院士", "师傅", "阿姨", "奶奶", "爷爷",
        "大爷", "大妈", "大叔", "大姐", "大哥", "婆婆",
    ];
    const ROLES: &[&str] = &[
        "主讲人",
        "主讲",
        "嘉宾",
        "专家",
        "讲师",
        "学者",
        "居民",
        "村民",
        "市民",
        "患者",
        "的",
    ];
    const GOES_ON: &[&str] = &[
        "说", "表示", "介绍", "告诉", "认为", "提醒", "建议", "坐诊", "家",
    ];
    /// Families whose character says what is done with somebody as often.
    const VERBS: &str = "曾任查解盖召折区";
    let behind = context.words.get(context.index + 2).copied();
    let ends = behind.is_none_or(|word| GOES_ON.contains(&word));
    let role = ROLES
        .iter()
        .any(|role| context.previous_word().ends_with(role));
    context.alone()
        && CALLINGS.contains(&context.next_word())
        && ends
        && (role || !VERBS.contains(family))
}
