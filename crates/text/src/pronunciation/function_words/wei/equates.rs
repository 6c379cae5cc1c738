//! What 为 makes equal: a result, a predicate, what is elected, what something is one of.

use super::super::context::{Context, NUMERALS};
use super::deeds::{
    REACH, acts, done_after, gives, gives_further_on, goes_on_to_act, has_done_something, is_given,
};
use super::persons::{is_beneficiary, is_person};
use super::words::{AGENTS, DONE, HOW, MAKING, NAMED, PREDICATES, RECEIVED, TAKEN_FOR};

/// Verbs of one character that 为 says the result of: 改为, 列为.
const MAKES: &str =
    "定改分称设视认成作变转列选评任聘确命升降调划合纳汇化译订拆并写记读核名易推结奉尊引拜指示";

/// Whether the place and the agency of a piece of news stand before: 新华社北京三月一日电.
pub(super) fn follows_a_dateline(context: &Context<'_>) -> bool {
    let previous = context.previous_word();
    let dated = || context.words_before(3).contains('日');
    ["讯", "本报讯"].contains(&previous)
        || previous == "电" && dated()
        || previous.ends_with("日电")
}

/// Whether the clause says that something is the most or the first since: 为近三年来最大降幅.
pub(super) fn is_a_record(context: &Context<'_>) -> bool {
    let clause = context.clause_after();
    let since = ["年来", "以来", "史上", "历史", "同期", "年内", "开年"];
    let first = ["最", "首", "第", "新高", "新低"];
    since.iter().any(|word| clause.contains(word))
        && first.iter().any(|word| clause.contains(word))
        && !gives(context)
        && !has_done_something(context)
}

/// Whether the clause or the item of a list ends with what something is taken for: 机构为补充、.
pub(super) fn is_taken_alone(context: &Context<'_>) -> bool {
    let next = context.next_word();
    let length = next.chars().count();
    let behind = context.line.get(context.start + context.at + 1 + length);
    length > 1
        && context.words.len() > context.index + 1
        && (TAKEN_FOR.contains(&next) || PREDICATES.contains(&next))
        && match behind {
            None | Some('、' | '，' | '。' | '；') => !context.opens_clause(),
            // 为正值时提示减少.
            behind => behind == Some(&'时') && next.ends_with('值'),
        }
}

/// What something may be of something else: 为其主要致病机制, 为其重要成员.
const OF_ITS_OWN: &[&str] = &[
    "主要", "首要", "重要", "唯一", "核心", "典型", "常见", "最", "根本", "直接", "代表", "组成",
    "成员", "特点", "特征", "原因", "结果", "前身", "主体", "基础", "本质", "标志", "中心", "优势",
    "关键", "必要", "法定", "独特", "全资", "控股", "下属", "直属", "附属",
];

/// Whether 其 is no person but what something belongs to: 免疫损伤为其主要机制.
pub(super) fn names_its_own(context: &Context<'_>) -> bool {
    let behind = context.words.get(context.index + 2).copied().unwrap_or("");
    context.next_word() == "其"
        && OF_ITS_OWN.iter().any(|own| behind.starts_with(own))
        && !gives(context)
}

/// Whether the clause says what something is one or a part of: 为唐代三大石刻之一, 为鲑形目鲑科的一种, 仅为其一部分.
pub(super) fn is_one_of(context: &Context<'_>) -> bool {
    const ONE: &[&str] = &[
        "之一",
        "其一",
        "之首",
        "之冠",
        "一部分",
        "一分子",
        "的一员",
        "之妻",
        "之子",
        "之女",
        "之母",
        "之父",
        "之孙",
        "之弟",
        "之兄",
        "之后裔",
        "长子",
        "次子",
        "三子",
        "长女",
        "次女",
        "的皇后",
        "的女儿",
        "的儿子",
        "的妻子",
        "的丈夫",
        "养子",
        "嫡子",
        "庶子",
        "外甥",
    ];
    const KINDS: &[&str] = &[
        "种", "个", "类", "支", "座", "部", "处", "项", "条", "款", "位", "名",
    ];
    let clause = context.clause_after();
    let one = ONE.iter().any(|end| clause.ends_with(end))
        || clause.rfind("的一").is_some_and(|at| {
            KINDS
                .iter()
                .any(|kind| clause[at + "的一".len()..].starts_with(kind))
        }) && !clause.contains('了');
    // 为鲤形目鲤科鱼类: a place among animals and plants.
    const LIVING: &[&str] = &[
        "鱼", "鱼类", "种", "属", "科", "植物", "动物", "昆虫", "鸟类", "蛇类", "灌木", "乔木",
        "草本",
    ];
    let taxon = clause.contains('科')
        && ["目", "纲", "属", "亚科"]
            .iter()
            .any(|rank| clause.contains(rank))
        && LIVING.iter().any(|end| clause.ends_with(end));
    let next = context.next_word();
    let purpose = HOW.contains(&next) || DONE.iter().any(|verb| next.starts_with(verb));
    if purpose {
        return false;
    }
    (one || taxon) && !gives(context) && !gives_further_on(context) && !has_done_something(context)
}

/// Whether the clause says how two parties are related: 双方为承揽合同关系.
pub(super) fn relates(context: &Context<'_>) -> bool {
    const PARTIES: &[&str] = &[
        "双方",
        "二人",
        "两人",
        "三方",
        "各方",
        "之间",
        "原被告",
        "两者",
        "二者",
        "三者",
        "当事人",
    ];
    let parties = PARTIES
        .iter()
        .any(|who| context.previous_word().ends_with(who));
    parties
        && context.clause_after().ends_with("关系")
        && !DONE.contains(&context.next_word())
        && !gives(context)
}

/// Whether something is said to be somebody's own or who somebody has to be: 作品为本人原创, 投标人须为依法设立的法人.
pub(super) fn is_owned_or_required(context: &Context<'_>) -> bool {
    const OWN: &[&str] = &["原创", "独创", "所有", "自有", "自创", "首创", "独立完成"];
    const WHO: &[&str] = &[
        "法人",
        "单位",
        "企业",
        "公民",
        "机构",
        "组织",
        "产品",
        "人员",
        "居民",
        "自然人",
        "毕业生",
        "员工",
        "职工",
        "公司",
        "医院",
        "学校",
        "在校生",
        "实体",
        "组织。",
    ];
    const REQUIRED: &[&str] = &[
        "须", "应", "必须", "需", "应当", "均须", "均应", "均需", "只能", "限",
    ];
    let clause = context.clause_after();
    let own = context.next_starts(&["本人", "作者", "个人", "本公司", "我公司", "本单位"])
        && OWN.iter().any(|own| clause.contains(own));
    let behind: String = (context.line[context.start + context.at + 1..].iter())
        .take(60)
        .take_while(|c| !"，,。；;！？".contains(**c))
        .collect();
    let who = REQUIRED.contains(&context.previous_word())
        && WHO.iter().any(|who| {
            behind
                .strip_suffix(who)
                .is_some_and(|rest| rest.ends_with('的') || rest.ends_with("的其他"))
        });
    (own || who) && !gives(context)
}

/// Whether what is named just before 为 is what follows: 服务对象为老年人. What stands behind a preposition is
/// not named: 按规定范围为企业提供.
pub(super) fn is_named(context: &Context<'_>) -> bool {
    let previous = context.previous_word();
    let by_a_rule = || {
        let before = context.clause_before();
        ["按", "根据", "利用", "通过", "依据", "在"]
            .iter()
            .any(|how| before.contains(how))
            && gives(context)
    };
    NAMED.iter().any(|noun| previous.ends_with(noun)) && previous != "或者" && !by_a_rule()
}

/// Whether the verb before says what becomes of something: 改为, 变更为. The conjunction 并 does not.
pub(super) fn is_result(context: &Context<'_>) -> bool {
    let previous = context.previous_word();
    let and = previous == "并" && context.alone();
    // 合作, 贸易 and 规定 only end like such a verb: 按照规定为投资者开立账户.
    let ends_alike = previous.chars().count() > 1 && gives(context);
    // A 书记 records nothing.
    let makes = context.before_is(MAKES)
        && !and
        && !ends_alike
        && !previous.ends_with("书记")
        && context.index > 0
        || MAKING.contains(&previous);
    makes && !context.text_before().ends_with("是指")
}

/// Whether something is done by whoever follows: 为社会所认可, 申请为人民法院受理后. What is done at a cost
/// or as a contribution is none of it: 为制止侵权所支付的开支, 为建设所作的贡献.
pub(super) fn is_passive(context: &Context<'_>) -> bool {
    let words = &context.words[context.index + 1..];
    let by_suo = words.windows(2).take(REACH).any(|pair| {
        pair[0] == "所"
            && !["作", "做", "支付", "付出", "花费"]
                .iter()
                .any(|cost| pair[1].starts_with(cost))
            && (context.segmenter.part_of_speech(pair[1]).starts_with('v')
                || pair[1].starts_with(['共', '周', '熟', '公']))
    });
    let received = words.get(1).is_some_and(|word| RECEIVED.contains(word))
        && words
            .get(2)
            .is_none_or(|word| ["后", "的", "时", "而", "并"].contains(word));
    by_suo && !gives(context) || received && AGENTS.contains(&words[0]) && context.index > 0
}

/// Whether 为 and a noun say what something is taken for: 以山东等省为基础的, 以…等为由.
pub(super) fn is_predicate(context: &Context<'_>) -> bool {
    let behind = context.words.get(context.index + 2);
    let next = context.next_word();
    let qualified = behind.is_some_and(|word| TAKEN_FOR.contains(word))
        && (context.words.get(context.index + 3)).is_none_or(|word| *word == "的");
    TAKEN_FOR.contains(&next)
        && (behind.is_none_or(|word| *word == "的") || takes_something(context))
        || qualified && takes_something(context)
        || next.starts_with('由') && next != "由此"
}

/// Whether what is named by a modal stands before it: 组织形式应当为.
pub(super) fn names_after_a_modal(context: &Context<'_>) -> bool {
    let before = context
        .index
        .checked_sub(2)
        .map_or("", |at| context.words[at]);
    ["应当", "可以", "必须", "应", "可", "须", "一般", "只能"].contains(&context.previous_word())
        && NAMED.iter().any(|noun| before.ends_with(noun))
        && !is_person(before)
}

/// Whether nothing but a noun follows, so that 为 has to be the verb.
pub(super) fn is_bare(context: &Context<'_>) -> bool {
    let words = &context.words[context.index + 1..];
    let whole = ends_the_clause(context);
    whole && (words.len() < 2 || words[1] == "的" || words.len() < 3 && !acts(context))
}

/// Whether 以 before 为 says what is taken for what follows. 以及 and the like say nothing of the kind.
pub(super) fn takes_something(context: &Context<'_>) -> bool {
    const OTHER_WORDS: &[&str] = &[
        "以及",
        "以下",
        "以上",
        "可以",
        "以外",
        "以内",
        "以来",
        "予以",
        "加以",
        "难以",
        "足以",
        "得以",
        "所以",
        "以便",
        "以色列",
        "以军",
        "以方",
        "以往",
        "以前",
        "以后",
        "给以",
    ];
    let mut before = context.clause_before();
    // 以赛促学为基层强基: the phrase says by what, and takes nothing for anything.
    let phrase: Vec<char> = before.chars().rev().take(4).collect();
    if let [_, '促', _, '以'] = phrase[..] {
        before.truncate(before.len() - phrase.iter().map(|c| c.len_utf8()).sum::<usize>());
    }
    for word in OTHER_WORDS {
        before = before.replace(word, "");
    }
    before.contains('以')
}

/// Whether 变 before 为 says what something turns into.
pub(super) fn turns(context: &Context<'_>) -> bool {
    context.words[..context.index]
        .iter()
        .rev()
        .take(8)
        .any(|word| word.starts_with('变') && !["变化", "变更", "变动", "变相"].contains(word))
}

/// Whether somebody or something is made what follows: 确立邓小平理论为行动指南.
pub(super) fn elects(context: &Context<'_>) -> bool {
    const ELECTING: &[&str] = &[
        "确立", "树立", "委任", "聘", "增补", "新增", "选举", "推选", "评选", "任命", "聘请",
        "聘任", "指定", "命名", "评定", "推举",
    ];
    let before = &context.words[..context.index];
    (before.iter().rev().skip(1).take(6))
        .any(|word| ELECTING.contains(&word.trim_end_matches('了')))
}

/// Whether a clause that opens with 为 says what something is: ，为齐国重要的城邑; ，为单洞双线隧道.
pub(super) fn names_what_something_is(context: &Context<'_>) -> bool {
    let words = &context.words[context.index + 1..];
    let of = words.iter().take(REACH).any(|word| *word == "的");
    let whole = ends_the_clause(context);
    let is_verb = |word: &str| {
        context.segmenter.part_of_speech(word).starts_with('v')
            || word.chars().count() > 3 && DONE.iter().any(|verb| word.starts_with(verb))
    };
    // 为隔离病例的密切接触者: a sentence of its own that ends with whom it is about.
    let clause = context.clause_after();
    let behind = context
        .line
        .get(context.start + context.at + 1 + clause.chars().count());
    let about = clause
        .rfind('的')
        .is_some_and(|of| is_person(&clause[of..]) && !clause[of..].contains("为"));
    if about && matches!(behind, None | Some('。' | '；' | ';')) {
        return true;
    }
    // ，为台南著名演员: who somebody is, although it begins like somebody served.
    const CALLINGS: &[&str] = &[
        "人", "演员", "歌手", "作家", "诗人", "画家", "学者", "教授", "导演", "选手", "球员",
        "将领", "大臣", "皇帝", "军官", "商人", "医生", "律师",
    ];
    let calling = CALLINGS.iter().any(|end| clause.ends_with(end))
        && !acts(context)
        && !done_after(context, 1, is_verb)
        && context.line[..context.start].ends_with(&['，']);
    if calling && clause.chars().count() > 3 {
        return true;
    }
    !is_beneficiary(context)
        && if of {
            !done_after(context, 1, is_verb)
        } else {
            // 为单洞双线隧道: nothing but what can make up a noun.
            let nominal = |word: &&str| {
                let tag = context.segmenter.part_of_speech(word);
                **word == *"或"
                    || tag.starts_with(['n', 'b', 'j', 'm', 'q', 's', 'f', 'a']) && tag != "ad"
            };
            let short = words.concat().chars().count() < 3;
            whole && (short && !is_verb(context.next_word()) || words.iter().all(nominal))
        }
}

/// Whether the words behind 为 are the rest of the clause, so that no mark of a list and no quotation follows.
fn ends_the_clause(context: &Context<'_>) -> bool {
    let words = &context.words[context.index + 1..];
    words.len() <= 2 * REACH && words.concat() == context.clause_after()
}

/// Whether a provision says what the case before it is: 有下列情形之一的，为重大事件：, 下降2%，为连续第四年下滑.
pub(super) fn is_defined(context: &Context<'_>) -> bool {
    let before = &context.line[..context.start + context.at];
    let case = before.ends_with(&['的', '，']) && !gives(context) && !gives_further_on(context);
    let again = context.next_word() == "连续" && context.words_after(2).contains('第');
    context.opens_clause() && (case && !goes_on_to_act(context) || again)
}

/// Whether what is named is a share or a multiple of something: 为本人工资的百分之八十, 为职工离职时月工资的三倍.
pub(super) fn is_share(context: &Context<'_>) -> bool {
    let clause = context.clause_after();
    let share = clause.split('的').skip(1).any(|part| {
        let rest = part.trim_start_matches(|c| NUMERALS.contains(c) || c == '点');
        part.starts_with("百分之") || rest.len() < part.len() && rest.starts_with(['倍', '分'])
    });
    let words = context.words.get(context.index + 1..).unwrap_or(&[]);
    let gives = words.iter().take(REACH).enumerate().any(|(at, word)| {
        is_given(context, word)
            && !words
                .get(at + 1)
                .is_some_and(|next| ["时", "后", "前"].contains(next))
    });
    share && !gives
}

/// Whether what somebody is was set up or allowed as the law has it: 经营者为依法设立的公司. 为依法成立的公司提供贷款
/// says what is done.
pub(super) fn is_lawful(context: &Context<'_>) -> bool {
    let words = context.words.get(context.index + 1..).unwrap_or(&[]);
    let [how, verb, of, ..] = words else {
        return false;
    };
    ["依法", "依规", "合法", "经", "已", "已经"].contains(how)
        && context.segmenter.part_of_speech(verb).starts_with('v')
        && *of == "的"
        && !done_after(context, 4, |word| is_given(context, word))
}
