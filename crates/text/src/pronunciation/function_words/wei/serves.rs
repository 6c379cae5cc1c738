//! For whom or to what end 为 says that something is done.

use super::super::context::{Context, NUMERALS};
use super::deeds::{REACH, acts, acts_briefly, done_after, is_given};
use super::equates::{is_named, is_result, takes_something, turns};
use super::persons::{follows_a_person, is_person};
use super::words::{BEFORE_A_PURPOSE, DONE, GIVES, HOW, SERVED};

/// Whether 不仅为 or 既为 stands in the sentence before: what follows is served as well.
pub(super) fn serves_besides(context: &Context<'_>) -> bool {
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

/// Whether 不仅 or 既 stands before, and behind it in the sentence what else is done: 不仅为农户省下运费，也为市民送来鲜菜.
pub(super) fn serves_first(context: &Context<'_>) -> bool {
    const LOOKED_AT: usize = 60;
    const FIRST: &[&str] = &["不仅", "不但", "不只", "不光", "不单", "既"];
    const FURTHER: &[&str] = &[
        "也为",
        "还为",
        "更为",
        "又为",
        "也让",
        "还让",
        "更让",
        "也给",
        "还给",
        "也使",
        "还能",
        "也能",
        "也将",
        "更是",
        "还带动",
        "也带动",
        "还促进",
        "也促进",
        "更好地",
        "还推动",
        "也推动",
    ];
    let behind: String = context.line[context.start + context.at..]
        .iter()
        .take(LOOKED_AT)
        .collect();
    let sentence = behind.split(['。', '；']).next().unwrap_or("");
    let Some((served, further)) = sentence.split_once(['，', ',']) else {
        return false;
    };
    FIRST.contains(&context.previous_word())
        && FURTHER.iter().any(|word| further.contains(word))
        && served.chars().count() > 4
        && (acts(context) || served.contains('了'))
}

/// Whether a full stop or the end of the line stands behind the clause.
pub(super) fn ends_the_sentence(context: &Context<'_>) -> bool {
    let length = context.clause_after().chars().count();
    let behind = context.line.get(context.start + context.at + 1 + length);
    !matches!(behind, Some('，' | ','))
}

/// Whether a later clause of the sentence says, with 了, what is done for someone: ，创造了条件.
pub(super) fn gives_in_a_later_clause(context: &Context<'_>) -> bool {
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

/// 为其缴费, 不得为他人代考: what follows a person is done for them.
pub(super) fn is_for_someone(context: &Context<'_>) -> bool {
    context.next_starts(&[
        "其", "他人", "自己", "您", "你", "他", "她", "它们", "我们", "本人", "对方",
    ]) && !context.next_starts(&["其中", "其他", "其余", "其次", "他们的"])
        && context.words.len() > context.index + 2
        && !is_result(context)
        && !context.before_is("即乃实")
        && !takes_something(context)
        && !turns(context)
        // 监护人为其父亲.
        && (!is_named(context) || acts(context) || acts_briefly(context))
        && (!is_named(context)
            || context.next_starts(&["其", "您", "每", "自己", "本人", "他", "她"]))
}

/// Whether a word stands before that asks for something to be done: 将为, 应当为, 并为.
pub(super) fn may_serve(context: &Context<'_>) -> bool {
    let previous = context.previous_word();
    BEFORE_A_PURPOSE.contains(&previous)
        || previous == "将"
            && !(context.segmenter.part_of_speech(context.next_word())).starts_with(['m', 'a'])
}

/// Whether something has to be or may not be done for what follows: 不得为海洋工程指定机构.
pub(super) fn has_to_serve(context: &Context<'_>) -> bool {
    const MODALS: &[&str] = &[
        "不得", "应当", "必须", "可以", "或者", "不能", "应", "须", "负责", "主动", "依法", "免费",
        "无偿", "禁止", "并", "正在",
    ];
    MODALS.contains(&context.previous_word()) && acts(context)
}

/// Whether whoever follows is served in a clause before 的: 为农业服务的机构, 为社会提供的产品.
pub(super) fn serves_in_between(context: &Context<'_>) -> bool {
    let verb = context.words.get(context.index + 2).copied().unwrap_or("");
    [
        "提供", "服务", "办理", "缴纳", "支付", "垫付", "投保", "购买", "开设", "设立", "设置",
        "举办", "举行",
    ]
    .contains(&verb)
        && !(context.segmenter.part_of_speech(context.next_word())).starts_with(['m', 'a'])
}

/// Whether 为 says what something is done for: 不得为防止闲置而, 或者为商业目的, 当事人为制止侵权.
pub(super) fn has_a_purpose(context: &Context<'_>) -> bool {
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
            && !["相关", "有关", "所属", "指定", "在职"].contains(&next)
            && context.segmenter.part_of_speech(next) == "v"
            && next.chars().count() > 1
            && (goes_on || !behind.is_empty() && !is_somebody(behind))
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

/// Whether somebody whose name is masked does something: 吴某乙为两户邻居修理房屋, but 吴某乙为二号楼值班民警.
pub(super) fn masked_person_acts(context: &Context<'_>) -> bool {
    let last = context.words.last().copied().unwrap_or("");
    let is_somebody = is_person(last) || ACTORS.iter().any(|actor| last.ends_with(actor));
    context.follows_a_masked_name() && !is_somebody && acts(context)
}

/// Whether the clause says before 为 that somebody is made or asked to act, and behind it what they do: 鼓励大户为周边农户
/// 培育秧苗, 允许为每个字符串加上.
pub(super) fn is_asked_to_act(context: &Context<'_>) -> bool {
    const ASKING: &[&str] = &[
        "鼓励", "支持", "允许", "引导", "让", "请", "令", "派", "委托", "动员", "号召", "倡导",
        "呼吁", "邀请", "安排", "帮助", "协助", "督促", "促使",
    ];
    const REACH_BEFORE: usize = 6;
    let before = &context.words[..context.index];
    let asked = (before.iter().rev().take(REACH_BEFORE)).any(|word| ASKING.contains(word));
    asked && acts(context) && !is_result(context) && !is_named(context) && !takes_something(context)
}

/// Whether an adverb before 为 says that this alone is done for what follows: 只为你, 就为这一天.
pub(super) fn is_for_this_alone(context: &Context<'_>) -> bool {
    ["就", "只", "专", "特", "全", "都是", "不过"].contains(&context.previous_word())
        && context.next_starts(&["这", "那", "你", "您", "我", "他", "她", "它", "了"])
}

/// Whether 而 or 计 behind says what all is done for: 为农民而建, 为子孙万代计.
pub(super) fn is_done_for(context: &Context<'_>) -> bool {
    let words = &context.words[context.index + 1..];
    let done = words.windows(2).skip(1).take(REACH).any(|pair| {
        let is_verb = context.segmenter.part_of_speech(pair[1]).starts_with('v')
            && !pair[1].starts_with(['不', '非', '无', '有']);
        // 为提振油价而于年末暂停.
        let is_preposition = ["于", "在", "将", "把", "从", "对"].contains(&pair[1]);
        pair[0] == "而" && (is_verb || is_preposition)
    });
    let planned = words.len() > 1
        && words
            .last()
            .is_some_and(|word| ["计", "谋", "着想"].contains(word));
    (done || planned) && !is_result(context) && !takes_something(context) && !turns(context)
}

/// Verbs that say what somebody is like rather than what they do.
pub(super) const STATES: &[&str] = &[
    "出身", "从事", "位于", "属于", "来自", "包括", "具有", "拥有", "享有", "持有", "含有", "没有",
    "现任", "曾任", "担任", "出生", "毕业", "存在", "组成", "构成", "以上", "以下",
];

/// Whether somebody stands before 为 and a verb behind what 为 names: 青年志愿者为农户直播带货; 中国长期以来为
/// 该国发展提供的援助.
pub(super) fn somebody_acts(context: &Context<'_>) -> bool {
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

/// Who does something in a headline; what such a person is, is hardly ever said with 为.
pub(super) const ACTORS: &[&str] = &[
    "男子",
    "女子",
    "男孩",
    "女孩",
    "男生",
    "女生",
    "少女",
    "少年",
    "老汉",
    "老翁",
    "老太",
    "老人",
    "夫妻",
    "夫妇",
    "父子",
    "母子",
    "母女",
    "父女",
    "子女",
    "丈夫",
    "妻子",
    "妇女",
    "孕妇",
    "母亲",
    "父亲",
    "妈妈",
    "爸爸",
    "青年",
    "小伙",
    "团伙",
    "乘客",
    "司机",
    "老板",
    "员工",
    "女工",
    "民工",
    "打工者",
    "保安",
    "歌迷",
    "球迷",
    "网友",
    "粉丝",
    "歌手",
    "教师",
    "老师",
    "医生",
    "护士",
    "民警",
    "学生",
    "村民",
    "居民",
    "市民",
    "农民",
    "村支书",
    "白领",
    "商贩",
    "小贩",
    "贩子",
    "疑犯",
    "嫌犯",
    "骑手",
    "考生",
    "家长",
    "大妈",
    "大爷",
    "球员",
    "出纳",
    "店主",
    "房东",
    "租客",
    "旅客",
    "游客",
    "主任",
    "局长",
    "书记",
    "镇长",
    "厂长",
    "经理",
    "会计",
    "官员",
    "警官",
    "公务员",
];

/// Whether a word names somebody: 儿童, 教师, 负责人.
fn is_somebody(word: &str) -> bool {
    let ends = |ends: &[&str]| ends.iter().any(|end| word.ends_with(end));
    is_person(word) || ends(&SERVED) || ends(ACTORS)
}

/// Whether somebody in a headline does something for what 为 names: 男子为泄愤砸坏公交站牌.
pub(super) fn actor_acts(context: &Context<'_>) -> bool {
    const SHORT: &str = "救争筹求防省骗寻讨赚捡逼给买抢劫投打偷砍拿卖治陪换";
    const AS_STATED: &[&str] = &[
        "驾驶", "驾车", "自杀", "死亡", "酒驾", "醉驾", "感染", "受伤",
    ];
    let previous = context.previous_word();
    let actor = ACTORS.iter().any(|actor| previous.ends_with(actor));
    // 乘客为两元车费大打出手.
    let counted = context.after_is(NUMERALS)
        && !context.next_starts(&["一己"])
        && !context.words_after(3).contains('元');
    if !context.alone() || !actor || counted {
        return false;
    }
    let words = &context.words[context.index + 1..];
    words.iter().take(REACH).enumerate().any(|(at, word)| {
        let short = word.chars().count() == 1;
        let tag = context.segmenter.part_of_speech(word);
        let verb = if short {
            SHORT.contains(word) && at + 1 < words.len()
        } else {
            tag == "v" && !STATES.contains(word) && !AS_STATED.contains(word)
        };
        // 老师为返聘教师 says who somebody is.
        let of_somebody = at == 0 && words.len() == 2 && is_somebody(words[1]);
        verb && !of_somebody && words.get(at + 1) != Some(&"的") && (at > 0 || words.len() > 1)
    })
}

/// Whether one country or place does something for another: 甲国为乙国发射卫星.
pub(super) fn place_serves_place(context: &Context<'_>) -> bool {
    let tag = |word: &str| context.segmenter.part_of_speech(word);
    let words = &context.words[context.index + 1..];
    let [whom, verb, what, ..] = words else {
        return false;
    };
    context.alone()
        && tag(context.previous_word()).starts_with("ns")
        && tag(whom).starts_with("ns")
        && tag(verb) == "v"
        && verb.chars().count() > 1
        && !STATES.contains(verb)
        && *what != "的"
}

/// Whether the clause ends with what somebody feels for what 为 names: 仍为球队自豪. 以球队为骄傲 takes it for that.
pub(super) fn is_felt_for(context: &Context<'_>) -> bool {
    const FELT: &[&str] = &[
        "自豪", "骄傲", "高兴", "惋惜", "兴奋", "担忧", "担心", "难过", "痛心", "叫好", "喊冤",
        "着急",
    ];
    let words = &context.words[context.index + 1..];
    context.alone()
        && words.len() > 1
        && words.last().is_some_and(|last| FELT.contains(last))
        && words[words.len() - 2] != "的"
        && !is_result(context)
        && !words[..words.len() - 1].contains(&"为")
}

/// Whether 为 asks for what, or names what people quarrel and suffer for: 为哪般, 为情自杀, 为钱起纠纷.
pub(super) fn is_for_its_sake(context: &Context<'_>) -> bool {
    const SAKES: &[&str] = &[
        "情", "钱", "爱情", "琐事", "小事", "名利", "金钱", "面子", "利",
    ];
    let next = context.next_word();
    let asked = ["哪般", "谁", "啥"].contains(&next);
    // 为圆重病男友心愿.
    let wished = next.starts_with('圆')
        && ["梦", "心愿", "愿望", "夙愿"]
            .iter()
            .any(|wish| context.clause_after().contains(wish));
    let sake = SAKES.contains(&next)
        && context
            .words
            .get(context.index + 2)
            .is_some_and(|word| *word != "所" && *word != "的");
    context.alone() && (asked || wished || sake) && !context.before_is("以作成")
}

/// Whether a period is said to begin: 十八世纪开始为形成阶段.
pub(super) fn takes_part_of_time(context: &Context<'_>) -> bool {
    let clause = context.clause_after();
    ["阶段", "时期", "期", "时代"]
        .iter()
        .any(|period| clause.ends_with(period))
}

/// Whether a verb follows and another one further on says what is done to that end: 口岸为压缩通关时间采取限流措施.
pub(super) fn is_done_to_an_end(context: &Context<'_>) -> bool {
    let is_verb =
        |word: &str| word.chars().count() > 1 && context.segmenter.part_of_speech(word) == "v";
    let behind = context.words.get(context.index + 2).copied();
    let tag = context.segmenter.part_of_speech(context.previous_word());
    is_verb(context.next_word())
        && tag.starts_with(['n', 's', 'j', 't'])
        && behind.is_some_and(|word| word != "的" && !is_verb(word))
        && done_after(context, 4, is_verb)
}
