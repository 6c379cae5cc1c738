//! 为: what something is, or for whom it is done.

use super::super::lists::Words;
use super::Verdict;
use super::context::{Context, NUMERALS};

const LISTS: &str = include_str!("../../data/wei.txt");

/// What something is said to be: 为主, 为重点.
static PREDICATES: Words = Words::of(LISTS, "predicates");
/// The same, where they are the whole word.
static PREDICATE_WORDS: Words = Words::of(LISTS, "predicate words");
/// By whom something is done in 为…所….
static AGENTS: Words = Words::of(LISTS, "agents");
/// What they do: 为人民法院受理.
static RECEIVED: Words = Words::of(LISTS, "received");
/// What something is taken for: 以…为基础.
static TAKEN_FOR: Words = Words::of(LISTS, "taken for");
/// How something is done, before the verb of a purpose.
static HOW: Words = Words::of(LISTS, "how");
/// What a purpose is: 为保证, 为促进.
static DONE: Words = Words::of(LISTS, "done");
/// What is done for anyone: 为…提供.
static GIVES: Words = Words::of(LISTS, "gives");
/// Verbs of more characters than one that 为 says the result of: 变更为, 转制为.
static MAKING: Words = Words::of(LISTS, "making");
/// For whom something is done.
static BENEFICIARIES: Words = Words::of(LISTS, "beneficiaries");
/// What something is named as that 为 then says: 服务对象为老年人.
static NAMED: Words = Words::of(LISTS, "named");
/// What the words for persons and institutions end with.
static PERSONS: Words = Words::of(LISTS, "persons");
/// Behind these words 为 names whom something is done for.
static BEFORE_A_PURPOSE: Words = Words::of(LISTS, "before a purpose");

/// What 为 names in a clause.
const EQUATES: &str = "wei2";
const SERVES: &str = "wei4";

/// Verbs of one character that 为 says the result of: 改为, 列为.
const MAKES: &str =
    "定改分称设视认成作变转列选评任聘确命升降调划合纳汇化译订拆并写记读核名易推结奉尊引拜指示";
/// Before 为 they say that two things are one: 即为, 均为.
const EQUAL: &str = "即均皆则系仍乃仅非实";

/// 为 is wéi where it equates (以…为…, 为 + 数量), wèi where it names a purpose or a beneficiary.
pub(super) fn wei(context: &Context<'_>) -> Verdict {
    // 为您服务 and 应为 are words of jieba's.
    const MODALS: &str = "应可能会须需要将并也愿已还更";
    if context.word.len() > 1 && context.at == 0 {
        return Verdict::sure(if context.after_is("您你他她") {
            SERVES
        } else {
            EQUATES
        });
    }
    let follows_modal = context.word.len() == 2 && MODALS.contains(context.word[0])
        || context.text_before().ends_with("是指");
    if context.word.len() > 1 && !follows_modal {
        return Verdict::sure(EQUATES);
    }
    // 该为的必须为、不该为的决不为.
    let next = context.line.get(context.start + context.at + 1);
    let stops = next.is_none_or(|c| matches!(c, '、' | '，' | ',' | '。' | '；' | ';'));
    if context.alone() && (stops || context.next_word() == "的") {
        return Verdict::sure(EQUATES);
    }
    // 政府有为, but 没有为群众.
    if context.previous_word() == "有" && context.alone() && !is_beneficiary(context) {
        return Verdict::likely(EQUATES);
    }
    // 居家为基础、社区为依托、机构为补充: nothing but what something is taken for.
    if is_taken_alone(context) {
        return Verdict::sure(EQUATES);
    }
    // 集采购、仓储、配送为一体; 为人随和.
    if ["一体", "一身", "一炉", "人"].contains(&context.next_word()) {
        return Verdict::sure(EQUATES);
    }
    // 为之努力, but 不得已而为之 and 称之为.
    if context.next_word() == "之" {
        let done = context.words.get(context.index + 2);
        let acts = done.is_some_and(|word| context.segmenter.part_of_speech(word).starts_with('v'));
        return Verdict::likely(if acts { SERVES } else { EQUATES });
    }
    if names_its_own(context) || relates(context) {
        return Verdict::likely(EQUATES);
    }
    // 两座寺院之一, 一个分支, 一部分: what something is one of.
    if is_one_of(context) {
        return Verdict::sure(EQUATES);
    }
    // 不仅为当地增收，也为周边村庄探索经验.
    if ["也", "还", "更"].contains(&context.previous_word())
        && context.alone()
        && serves_besides(context)
    {
        return Verdict::likely(SERVES);
    }
    // 这为各地复苏，发展贸易，创造了条件: what is done for them is said behind a comma.
    if ["这", "此", "那", "也", "又"].contains(&context.previous_word())
        && context.alone()
        && !ends_the_sentence(context)
        && gives_in_a_later_clause(context)
    {
        return Verdict::likely(SERVES);
    }
    // 确立邓小平理论为我们的行动指南.
    if elects(context) && !gives(context) && context.clause_after().contains('的') {
        return Verdict::likely(EQUATES);
    }
    // 承认其为独立的法人, but 其为企业提供.
    let its = context.previous_word() == "其" && context.alone() && !gives(context);
    if its && !has_done_something(context) && context.index > 1 {
        return Verdict::likely(EQUATES);
    }
    if is_for_someone(context) || is_done_for(context) {
        // 其 may be what something belongs to.
        return if context.next_word() == "其" && !gives(context) {
            Verdict::likely(SERVES)
        } else {
            Verdict::sure(SERVES)
        };
    }
    // 企业法人的签章，为该法人的公章.
    let refers = context.opens_clause()
        && context.next_starts(&["该", "上述", "前款"])
        && context.line[..context.start].ends_with(&['，'])
        && !acts(context);
    if is_defined(context) || refers && !gives(context) {
        return Verdict::likely(EQUATES);
    }
    if is_result(context) {
        return Verdict::sure(EQUATES);
    }
    if is_passive(context) || is_predicate(context) {
        return if takes_something(context) {
            Verdict::sure(EQUATES)
        } else {
            Verdict::likely(EQUATES)
        };
    }
    let gives_here = gives(context);
    let gives = gives_here || gives_further_on(context);
    let equal = context.before_is(EQUAL) && context.previous_word().chars().count() == 1;
    if equal || takes_something(context) || turns(context) {
        // 以…为…提供, 即为企业提供.
        let served = gives && !turns(context) && (!equal || is_beneficiary(context));
        // 则为乘员提供: what equates and what is done for someone stand against each other.
        return match (served, equal && gives) {
            (true, _) => Verdict::likely(SERVES),
            (false, true) => Verdict::likely(EQUATES),
            (false, false) => Verdict::sure(EQUATES),
        };
    }
    let opens = context.opens_clause() || follows_a_dateline(context);
    let number = context.after_is(NUMERALS)
        && !context.next_starts(&[
            "一线", "一些", "一批", "百姓", "各", "每", "那", "这", "某", "多",
        ]);
    // 五月一日为全县老年人开展评估, but 五月一日为劳动节.
    let on_a_day = context.previous_word() == "日" && acts(context);
    // 此项标准为企业减少了用料: what has done something is no name of what follows.
    let has_served = has_done_something(context) && !number && !context.opens_clause();
    if is_named(context)
        && !on_a_day
        && !has_served
        && !(follows_a_person(context) && !number && (gives || has_a_purpose(context)))
    {
        // 用这种方式为小梅治病.
        let next = context.next_word();
        let someone = is_beneficiary(context)
            || (context.segmenter.part_of_speech(next)).starts_with("nr")
            || next.chars().count() <= 2 && next.starts_with(['小', '老', '阿']);
        return Verdict::likely(if gives && someone && !number {
            SERVES
        } else {
            EQUATES
        });
    }
    if context.next_starts(&["人民币", "新高", "新低"]) || opens && is_a_record(context) {
        return Verdict::sure(EQUATES);
    }
    if number && !follows_a_person(context) && context.words_after(6).contains('元') {
        return Verdict::sure(EQUATES);
    }
    if elects(context) && !gives {
        return Verdict::likely(EQUATES);
    }
    let first = ["首次", "首个", "首例"].contains(&context.next_word());
    if number && !gives {
        return Verdict::sure(EQUATES);
    }
    if first || names_after_a_modal(context) && !gives {
        return Verdict::likely(EQUATES);
    }
    if gives && !is_named(context) && !number {
        return if gives_here {
            Verdict::sure(SERVES)
        } else {
            Verdict::likely(SERVES)
        };
    }
    if gives
        || has_done_something(context)
        || has_a_purpose(context)
        || has_to_serve(context)
        || serves_in_between(context)
    {
        return Verdict::likely(SERVES);
    }
    let predicate = PREDICATES.iter().any(|said| {
        let next = context.next_word();
        next == *said || said.chars().count() > 1 && next.starts_with(said)
    });
    if (predicate && !somebody_acts(context)) || PREDICATE_WORDS.contains(&context.next_word()) {
        return Verdict::likely(EQUATES);
    }
    if context.index == 0 || opens {
        if follows_a_dateline(context) {
            return Verdict::likely(SERVES);
        }
        return Verdict::likely(
            if context.index == 0 && context.continues_line() || names_what_something_is(context) {
                EQUATES
            } else {
                SERVES
            },
        );
    }
    let beneficiary = is_beneficiary(context) && acts(context);
    if beneficiary
        || may_serve(context) && !is_bare(context)
        || somebody_acts(context)
        || is_done_to_an_end(context)
        || on_a_day
        || context.previous_word() == "只" && !number
        || context.previous_word() == "开始" && acts(context) && !takes_part_of_time(context)
    {
        return Verdict::likely(SERVES);
    }
    Verdict::likely(EQUATES)
}

/// Whether the place and the agency of a piece of news stand before: 新华社北京三月一日电.
fn follows_a_dateline(context: &Context<'_>) -> bool {
    let previous = context.previous_word();
    let dated = || context.words_before(3).contains('日');
    ["讯", "本报讯"].contains(&previous)
        || previous == "电" && dated()
        || previous.ends_with("日电")
}

/// Whether the clause says that something is the most or the first since: 为近三年来最大降幅.
fn is_a_record(context: &Context<'_>) -> bool {
    let clause = context.clause_after();
    let since = ["年来", "以来", "史上", "历史", "同期", "年内", "开年"];
    let first = ["最", "首", "第", "新高", "新低"];
    since.iter().any(|word| clause.contains(word))
        && first.iter().any(|word| clause.contains(word))
        && !gives(context)
        && !has_done_something(context)
}

/// Whether the clause or the item of a list ends with what something is taken for: 机构为补充、.
fn is_taken_alone(context: &Context<'_>) -> bool {
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
fn names_its_own(context: &Context<'_>) -> bool {
    let behind = context.words.get(context.index + 2).copied().unwrap_or("");
    context.next_word() == "其"
        && OF_ITS_OWN.iter().any(|own| behind.starts_with(own))
        && !gives(context)
}

/// Whether the clause says what something is one or a part of: 为唐代三大石刻之一, 为鲑形目鲑科的一种, 仅为其一部分.
fn is_one_of(context: &Context<'_>) -> bool {
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

/// Whether 不仅为 or 既为 stands in the sentence before: what follows is served as well.
fn serves_besides(context: &Context<'_>) -> bool {
    const LOOKED_AT: usize = 60;
    let before = &context.line[..context.start + context.at];
    let sentence: String = before[before.len().saturating_sub(LOOKED_AT)..]
        .iter()
        .collect();
    let sentence = sentence.rsplit(['。', '；']).next().unwrap_or("");
    ["不仅为", "不但为", "既为", "不只为", "不单为"]
        .iter()
        .any(|first| sentence.contains(first))
}

/// Whether a full stop or the end of the line stands behind the clause.
fn ends_the_sentence(context: &Context<'_>) -> bool {
    let length = context.clause_after().chars().count();
    let behind = context.line.get(context.start + context.at + 1 + length);
    !matches!(behind, Some('，' | ','))
}

/// Whether a later clause of the sentence says, with 了, what is done for someone: ，创造了条件.
fn gives_in_a_later_clause(context: &Context<'_>) -> bool {
    const LOOKED_AT: usize = 60;
    let rest = context
        .line
        .get(context.start + context.at + 1..)
        .unwrap_or(&[]);
    let sentence: String = (rest.iter().take(LOOKED_AT))
        .take_while(|c| !"。；;！？".contains(**c))
        .collect();
    let later = sentence.split(['，', ',']).skip(1);
    GIVES
        .iter()
        .filter(|verb| verb.chars().count() > 1)
        .any(|verb| {
            later
                .clone()
                .any(|clause| clause.starts_with(verb) && clause[verb.len()..].starts_with('了'))
        })
}

/// Whether the clause says how two parties are related: 双方为承揽合同关系.
fn relates(context: &Context<'_>) -> bool {
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

/// 为其缴费, 不得为他人代考: what follows a person is done for them.
fn is_for_someone(context: &Context<'_>) -> bool {
    context.next_starts(&[
        "其", "他人", "自己", "您", "你", "他", "她", "它们", "我们", "本人", "对方",
    ]) && !context.next_starts(&["其中", "其他", "其余", "其次", "他们的"])
        && context.words.len() > context.index + 2
        && !is_result(context)
        && !context.before_is("即乃实")
        && !takes_something(context)
        && !turns(context)
        && (!is_named(context)
            || context.next_starts(&["其", "您", "每", "自己", "本人", "他", "她"]))
}

/// Whether the verb before says what becomes of something: 改为, 变更为. The conjunction 并 does not.
fn is_result(context: &Context<'_>) -> bool {
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
fn is_passive(context: &Context<'_>) -> bool {
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
fn is_predicate(context: &Context<'_>) -> bool {
    let behind = context.words.get(context.index + 2);
    let next = context.next_word();
    let qualified = behind.is_some_and(|word| TAKEN_FOR.contains(word))
        && (context.words.get(context.index + 3)).is_none_or(|word| *word == "的");
    TAKEN_FOR.contains(&next)
        && (behind.is_none_or(|word| *word == "的") || takes_something(context))
        || qualified && takes_something(context)
        || next.starts_with('由') && next != "由此"
}

/// Whether a word stands before that asks for something to be done: 将为, 应当为, 并为.
fn may_serve(context: &Context<'_>) -> bool {
    let previous = context.previous_word();
    BEFORE_A_PURPOSE.contains(&previous)
        || previous == "将"
            && !(context.segmenter.part_of_speech(context.next_word())).starts_with(['m', 'a'])
}

/// Whether what is named by a modal stands before it: 组织形式应当为.
fn names_after_a_modal(context: &Context<'_>) -> bool {
    let before = context
        .index
        .checked_sub(2)
        .map_or("", |at| context.words[at]);
    ["应当", "可以", "必须", "应", "可", "须", "一般", "只能"].contains(&context.previous_word())
        && NAMED.iter().any(|noun| before.ends_with(noun))
        && !is_person(before)
}

/// Whether a verb with 了 follows behind a noun: 为发展中国家树立了典范.
fn has_done_something(context: &Context<'_>) -> bool {
    let words = context.words.get(context.index + 2..).unwrap_or(&[]);
    words
        .windows(2)
        .take(REACH)
        .any(|pair| pair[1] == "了" && context.segmenter.part_of_speech(pair[0]).starts_with('v'))
}

/// Whether nothing but a noun follows, so that 为 has to be the verb.
fn is_bare(context: &Context<'_>) -> bool {
    let words = &context.words[context.index + 1..];
    let whole = ends_the_clause(context);
    whole && (words.len() < 2 || words[1] == "的" || words.len() < 3 && !acts(context))
}

/// Whether something has to be or may not be done for what follows: 不得为海洋工程指定机构.
fn has_to_serve(context: &Context<'_>) -> bool {
    const MODALS: &[&str] = &[
        "不得", "应当", "必须", "可以", "或者", "不能", "应", "须", "负责", "主动", "依法", "免费",
        "无偿", "禁止", "并", "正在",
    ];
    MODALS.contains(&context.previous_word()) && acts(context)
}

/// Whether 以 before 为 says what is taken for what follows. 以及 and the like say nothing of the kind.
fn takes_something(context: &Context<'_>) -> bool {
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
    for word in OTHER_WORDS {
        before = before.replace(word, "");
    }
    before.contains('以')
}

/// Whether 变 before 为 says what something turns into.
fn turns(context: &Context<'_>) -> bool {
    context.words[..context.index]
        .iter()
        .rev()
        .take(8)
        .any(|word| word.starts_with('变') && !["变化", "变更", "变动", "变相"].contains(word))
}

/// Whether whoever follows is served in a clause before 的: 为农业服务的机构, 为社会提供的产品.
fn serves_in_between(context: &Context<'_>) -> bool {
    let verb = context.words.get(context.index + 2).copied().unwrap_or("");
    [
        "提供", "服务", "办理", "缴纳", "支付", "垫付", "投保", "购买", "开设", "设立", "设置",
        "举办", "举行",
    ]
    .contains(&verb)
        && !(context.segmenter.part_of_speech(context.next_word())).starts_with(['m', 'a'])
}

/// Whether 为 says what something is done for: 不得为防止闲置而, 或者为商业目的, 当事人为制止侵权.
fn has_a_purpose(context: &Context<'_>) -> bool {
    let next = context.next_word();
    let behind = context.words.get(context.index + 2).copied().unwrap_or("");
    let is_verb = |word: &str| {
        word.chars().count() > 1 && context.segmenter.part_of_speech(word).starts_with('v')
    };
    let goes_on = context.words.len() > context.index + 3;
    let how = HOW.contains(&next)
        || context.opens_clause()
            && (context.segmenter.part_of_speech(next)).starts_with(['a', 'd'])
            && next != "不";
    // 为进一步贯彻落实会议精神: a phrase that begins with such a verb.
    let done = DONE.iter().any(|verb| behind.starts_with(verb));
    let acts = how && (is_verb(behind) || done) && (goes_on || next == "非法")
        || DONE.iter().any(|verb| {
            let alone = behind.is_empty() && next == *verb && context.clause_after() == next;
            // 公司为保证人, 以保证金为限.
            let is_noun = next.len() > verb.len()
                && next.ends_with(['人', '者', '员', '金', '书', '费', '会']);
            !is_noun
                && (next.starts_with(verb)
                    || next.chars().count() > 3
                        && next.ends_with(verb)
                        && !context.segmenter.part_of_speech(next).starts_with('n'))
                && behind != "的"
                && !alone
        })
        || may_serve(context)
            && context.segmenter.part_of_speech(next) == "v"
            && next.chars().count() > 1
            && !behind.is_empty()
            && behind != "的"
        || (follows_a_person(context) || context.previous_is_a_name())
            && context.segmenter.part_of_speech(next) == "v"
            && next.chars().count() > 1
            && (goes_on || !behind.is_empty() && !is_person(behind))
            && behind != "的"
        // 会车时为避让行人.
        || ["时", "后", "前", "中", "期间"].contains(&context.previous_word())
            && context.segmenter.part_of_speech(next) == "v"
            && next.chars().count() > 1
            && !behind.is_empty()
            && behind != "的";
    let aims = ["目的", "起见"].contains(&behind)
        || goes_on
            && (context.words[context.index + 1..].iter().take(3))
                .any(|word| ["利益", "私利", "一己", "之私"].contains(word));
    (acts || aims) && !context.before_is("分") && context.previous_word() != "主要"
}

/// Whether somebody or something is made what follows: 确立邓小平理论为行动指南.
fn elects(context: &Context<'_>) -> bool {
    const ELECTING: &[&str] = &[
        "确立", "树立", "选举", "推选", "评选", "任命", "聘请", "聘任", "指定", "命名", "评定",
        "推举",
    ];
    let before = &context.words[..context.index];
    (before.iter().rev().skip(1).take(6)).any(|word| ELECTING.contains(word))
}

/// Whether a clause that opens with 为 says what something is: ，为齐国重要的城邑; ，为单洞双线隧道.
fn names_what_something_is(context: &Context<'_>) -> bool {
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

/// How many words behind 为 what is done for someone may stand.
const REACH: usize = 16;

/// Whether something that can be done for anyone is done further on.
fn gives(context: &Context<'_>) -> bool {
    const SET_UP: &[&str] = &["标杆", "榜样", "典型", "新风", "形象", "旗帜"];
    let words = context.words.get(context.index + 2..).unwrap_or(&[]);
    let sets_an_example = words
        .windows(2)
        .take(REACH)
        .any(|pair| ["树", "立", "作", "做"].contains(&pair[0]) && SET_UP.contains(&pair[1]));
    // 为场馆供能的同时，助力出行.
    let meanwhile = context.clause_after().ends_with("的同时")
        && (context.words.get(context.index + 2..).unwrap_or(&[]).iter())
            .take(REACH)
            .any(|word| is_given(context, word));
    sets_an_example
        || meanwhile
        || done_after(context, 2, |word| is_given(context, word))
        || context.clause_after().contains("量身")
        || (follows_a_person(context) || context.previous_is_a_name())
            && (context.words.get(context.index + 2..).unwrap_or(&[]).iter())
                .take(REACH)
                .any(|word| is_given(context, word))
}

/// Whether a word is, or begins with, what can be done for anyone: 贡献力量, 办实事.
fn is_given(context: &Context<'_>, word: &str) -> bool {
    let phrase = word.chars().count() > 2 && word.starts_with(['办', '送', '献', '谋', '做']);
    GIVES.iter().any(|verb| {
        let someone = word.ends_with(['人', '者', '员', '方', '家', '商']);
        let longer = word.len() > verb.len() && word.starts_with(verb) && !someone;
        let single = verb.chars().count() == 1;
        let is_verb = || context.segmenter.part_of_speech(word).starts_with('v');
        word == *verb || longer && (!single || phrase || is_verb())
    })
}

/// The same behind the marks of a list, quotes and letters: 为出售、购买野生动物提供.
fn gives_further_on(context: &Context<'_>) -> bool {
    let run: usize = (context.words[context.index + 1..].iter())
        .take(4 * REACH)
        .map(|word| word.chars().count())
        .sum();
    let clause = context.clause_after();
    let further: String = clause.chars().skip(run).collect();
    // 为企业“送政策、送技术”.
    let quoted = ["“送", "“办", "“献"]
        .iter()
        .any(|verb| further.starts_with(verb));
    quoted
        || GIVES
            .iter()
            .filter(|verb| verb.chars().count() > 1)
            .any(|verb| further.contains(verb))
}

/// Whether 而 or 计 behind says what all is done for: 为农民而建, 为子孙万代计.
fn is_done_for(context: &Context<'_>) -> bool {
    let words = &context.words[context.index + 1..];
    let done = words.windows(2).skip(1).take(REACH).any(|pair| {
        pair[0] == "而"
            && context.segmenter.part_of_speech(pair[1]).starts_with('v')
            && !pair[1].starts_with(['不', '非', '无', '有'])
    });
    let planned = words.len() > 1
        && words
            .last()
            .is_some_and(|word| ["计", "谋", "着想"].contains(word));
    (done || planned) && !is_result(context) && !takes_something(context) && !turns(context)
}

/// Whether a provision says what the case before it is: 有下列情形之一的，为重大事件：, 下降2%，为连续第四年下滑.
fn is_defined(context: &Context<'_>) -> bool {
    let before = &context.line[..context.start + context.at];
    let case = before.ends_with(&['的', '，']) && !gives(context) && !gives_further_on(context);
    let again = context.next_word() == "连续" && context.words_after(2).contains('第');
    context.opens_clause() && (case && !goes_on_to_act(context) || again)
}

/// Whether the clause says what is done, be it behind an adverb: 为依法打击犯罪.
fn goes_on_to_act(context: &Context<'_>) -> bool {
    let verb = |word: &str| context.segmenter.part_of_speech(word) == "v";
    let next = context.next_word();
    let behind = context.words.get(context.index + 2).copied().unwrap_or("");
    verb(next) || ["进一步", "更好", "依法", "切实", "加快"].contains(&next) && verb(behind)
}

/// Verbs that say what somebody is like rather than what they do.
const STATES: &[&str] = &[
    "从事", "位于", "属于", "来自", "包括", "具有", "拥有", "享有", "持有", "含有", "没有", "现任",
    "曾任", "担任", "出生", "毕业", "存在", "组成", "构成", "以上", "以下",
];

/// Whether somebody stands before 为 and a verb behind what 为 names: 青年志愿者为农户直播带货; 中国长期以来为
/// 该国发展提供的援助.
fn somebody_acts(context: &Context<'_>) -> bool {
    const SINCE: &[&str] = &["长期以来", "多年来", "近年来", "一直以来", "历来", "一贯"];
    const HUMANS: &[&str] = &[
        "同志",
        "先生",
        "女士",
        "们",
        "志愿者",
        "战士",
        "烈士",
        "居民",
        "人士",
        "群众",
        "人民",
        "干部",
        "工人",
        "农民",
        "专家",
        "学者",
        "夫妇",
        "夫妻",
    ];
    let previous = context.previous_word();
    let since = SINCE
        .iter()
        .any(|since| context.words_before(3).ends_with(since));
    let human = HUMANS.iter().any(|end| previous.ends_with(end));
    let does = |word: &str| {
        word.chars().count() > 1
            && !STATES.contains(&word)
            && (context.segmenter.part_of_speech(word) == "v" || is_given(context, word))
    };
    let words = context.words.get(context.index + 2..).unwrap_or(&[]);
    let named = previous.chars().count() > 1
        && context.segmenter.part_of_speech(previous).starts_with("nr");
    let somebody = since || human || named || follows_a_person(context);
    // What somebody has done for others is no predicate of theirs: 同志为人民建立的功勋.
    let has_done = (since || human) && words.iter().take(REACH).any(|word| does(word));
    somebody && done_after(context, 2, does) || has_done
}

/// Whether a period is said to begin: 十八世纪开始为形成阶段.
fn takes_part_of_time(context: &Context<'_>) -> bool {
    let clause = context.clause_after();
    ["阶段", "时期", "期", "时代"]
        .iter()
        .any(|period| clause.ends_with(period))
}

/// Whether a verb follows and another one further on says what is done to that end: 口岸为压缩通关时间采取限流措施.
fn is_done_to_an_end(context: &Context<'_>) -> bool {
    let is_verb =
        |word: &str| word.chars().count() > 1 && context.segmenter.part_of_speech(word) == "v";
    let behind = context.words.get(context.index + 2).copied();
    let tag = context.segmenter.part_of_speech(context.previous_word());
    is_verb(context.next_word())
        && tag.starts_with(['n', 's', 'j', 't'])
        && behind.is_some_and(|word| word != "的" && !is_verb(word))
        && done_after(context, 4, is_verb)
}

/// Whether any verb stands further on: 为老年人保留人工窗口.
fn acts(context: &Context<'_>) -> bool {
    done_after(context, 2, |word| {
        word.chars().count() > 1 && context.segmenter.part_of_speech(word).starts_with('v')
    })
}

/// Whether a word that `is_verb` stands from `first` words behind 为 on, and not before 的.
fn done_after(context: &Context<'_>, first: usize, is_verb: impl Fn(&str) -> bool) -> bool {
    let words = context.words.get(context.index + first..).unwrap_or(&[]);
    words
        .iter()
        .take(REACH)
        .take_while(|word| !["未", "未能", "没有", "无法"].contains(word))
        .enumerate()
        .any(|(at, word)| is_verb(word) && words.get(at + 1) != Some(&"的"))
}

/// Whether someone for whom something can be done comes next.
fn is_beneficiary(context: &Context<'_>) -> bool {
    context.next_starts(&BENEFICIARIES)
}

/// Whether what is named just before 为 is what follows: 服务对象为老年人. What stands behind a preposition is
/// not named: 按规定范围为企业提供.
fn is_named(context: &Context<'_>) -> bool {
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

/// Whether a person or an institution stands before, who may be something or do something.
fn follows_a_person(context: &Context<'_>) -> bool {
    is_person(context.previous_word())
}

fn is_person(word: &str) -> bool {
    /// Short for countries, which name a party only alone or in pairs: 美方, 中美; 之日 is none.
    const COUNTRIES: &str = "中美俄英法德日韩";
    let ends = PERSONS.iter().any(|end| word.ends_with(end)) && word != "或者";
    ends && (!word.ends_with(|c| COUNTRIES.contains(c))
        || word.chars().all(|c| COUNTRIES.contains(c)))
}
