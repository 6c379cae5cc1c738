//! 为: what something is, or for whom it is done.

use super::context::{Context, NUMERALS};

/// 为 is wéi where it equates (以…为…, 为 + 数量), wèi where it names a purpose or a beneficiary.
pub(super) fn wei(context: &Context<'_>) -> &'static str {
    const MAKES: &str =
        "定改分称设视认成作变转列选评任聘确命升降调划合纳汇化译订拆并写记读核名易推结奉尊引拜指示";
    const PREDICATES: &[&str] = &[
        "主",
        "本",
        "重",
        "准",
        "辅",
        "首",
        "先",
        "基础",
        "核心",
        "限",
        "期",
        "零",
        "目标",
        "重点",
        "契机",
        "抓手",
        "导向",
        "载体",
        "中心",
        "主线",
        "牵引",
        "引领",
        "单位",
        "原则",
        "依据",
        "依托",
        "例",
        "由",
        "代表",
        "荣",
        "己任",
        "止",
        "宜",
        "害",
        "国家级",
        "必要",
        "关键",
        "主体",
        "纽带",
        "突破口",
        "支撑",
        "前提",
        "补充",
        "正",
        "负",
        "空",
        "真",
        "假",
        "大",
        "小",
        "全国",
        "我国",
        "我省",
        "我市",
        "本市",
        "法定",
        "优秀",
        "合格",
        "不",
    ];
    // 为您服务 and 应为 are words of jieba's.
    const MODALS: &str = "应可能会须需要将";
    if context.word.len() > 1 && context.at == 0 {
        return if context.after_is("您你他她") {
            "wei4"
        } else {
            "wei2"
        };
    }
    let follows_modal = context.word.len() == 2 && MODALS.contains(context.word[0])
        || context.text_before().ends_with("是指");
    if context.word.len() > 1 && !follows_modal {
        return "wei2";
    }
    // 为其缴费, 不得为他人代考: what follows a person is done for them.
    let for_someone = context.next_starts(&[
        "其", "他人", "自己", "您", "你", "他", "她", "它们", "我们", "本人", "对方",
    ]) && !context.next_starts(&["其中", "其他", "其余", "其次", "他们的"])
        && context.words.len() > context.index + 2;
    if for_someone && !context.before_is(MAKES) && !context.before_is("即乃实") && !equates(context)
    {
        return "wei4";
    }
    if context.before_is(MAKES) && context.index > 0 && !context.text_before().ends_with("是指") {
        return "wei2";
    }
    if is_passive(context) || is_predicate(context) {
        return "wei2";
    }
    if is_future_service(context)
        || has_to_serve(context)
        || serves_in_between(context)
        || states_a_purpose(context)
    {
        return "wei4";
    }
    if ["主要", "原因", "一般", "通常"].contains(&context.previous_word()) && !gives(context)
    {
        return "wei2";
    }
    let serves = is_beneficiary(context) && acts(context) || gives(context);
    if serves && !equates(context) && !context.before_is("均皆即则仅非") {
        return "wei4";
    }
    let before = context.words_before(8);
    if [
        "被", "将", "把", "由", "均", "应当", "即", "则", "多", "皆", "共",
    ]
    .iter()
    .any(|word| before.contains(word) || takes_something(context))
        && !(context.previous_word() == "应当" && acts(context))
        && !context.next_starts(&["人民", "群众", "企业"])
    {
        return "wei2";
    }
    if context.after_is(NUMERALS)
        && !context.next_starts(&["一线", "百姓", "各", "每", "那", "这", "某", "多"])
    {
        return "wei2";
    }
    if context.next_starts(PREDICATES) {
        return "wei2";
    }
    if context.index == 0 {
        return if context.continues_line() || names_what_something_is(context) {
            "wei2"
        } else {
            "wei4"
        };
    }
    let purpose = [
        "专门",
        "切实",
        "努力",
        "积极",
        "更好",
        "更好地",
        "能",
        "可",
        "要",
        "不断",
        "是",
        "都",
        "也",
        "就",
    ];
    if purpose.contains(&context.previous_word()) && !equates(context) {
        return "wei4";
    }
    "wei2"
}

/// Whether something is done by whoever follows: 为社会所认可, 申请为人民法院受理后.
fn is_passive(context: &Context<'_>) -> bool {
    const AGENTS: &[&str] = &[
        "人民法院",
        "法院",
        "公众",
        "社会",
        "世人",
        "人们",
        "大家",
        "他人",
        "外界",
        "国际社会",
    ];
    const RECEIVED: &[&str] = &[
        "受理", "采纳", "知晓", "知悉", "熟知", "接受", "认可", "公认", "占用", "占有", "驳回",
        "关注",
    ];
    let words = &context.words[context.index + 1..];
    let by_suo = words
        .windows(2)
        .take(REACH)
        .any(|pair| pair[0] == "所" && context.segmenter.part_of_speech(pair[1]).starts_with('v'));
    let received = words.get(1).is_some_and(|word| RECEIVED.contains(word))
        && words
            .get(2)
            .is_none_or(|word| ["后", "的", "时", "而", "并"].contains(word));
    by_suo && !gives(context) || received && AGENTS.contains(&words[0]) && context.index > 0
}

/// Whether 为 and a noun say what something is taken for: 以山东等省为基础的.
fn is_predicate(context: &Context<'_>) -> bool {
    const TAKEN_FOR: &[&str] = &[
        "基础", "核心", "导向", "主体", "中心", "目标", "重点", "依据", "原则", "单位", "主", "辅",
        "主导", "支撑", "依托", "骨干", "主线", "纽带", "抓手", "载体", "代表", "例",
    ];
    let behind = context.words.get(context.index + 2);
    TAKEN_FOR.contains(&context.next_word()) && behind.is_none_or(|word| *word == "的")
}

/// Whether someone will be served: 将为本地企业. What will be something has a number or is named above.
fn is_future_service(context: &Context<'_>) -> bool {
    const NOT_SERVED: &[&str] = &["全国", "我国", "历史", "首", "近", "未来", "最", "该"];
    context.before_is("将")
        && !context.after_is(NUMERALS)
        && !context.next_starts(NOT_SERVED)
        && !(context.segmenter.part_of_speech(context.next_word())).starts_with(['m', 'a'])
        && context.words.len() > context.index + 2
        && context.words.get(context.index + 2) != Some(&"的")
}

/// Whether something has to be or may not be done for what follows: 不得为海洋工程指定机构.
fn has_to_serve(context: &Context<'_>) -> bool {
    const MODALS: &[&str] = &[
        "不得", "应当", "必须", "可以", "或者", "不能", "应", "须", "负责", "主动", "依法", "免费",
        "无偿",
    ];
    let words = context.words.get(context.index + 2..).unwrap_or(&[]);
    let acts = words.windows(2).take(REACH).any(|pair| {
        pair[1] != "的"
            && pair[0].chars().count() > 1
            && context.segmenter.part_of_speech(pair[0]).starts_with('v')
    });
    acts && MODALS.contains(&context.previous_word())
        && !context.after_is(NUMERALS)
        && !takes_something(context)
}

/// Whether 以 before 为 says what is taken for what follows. 以及 and the like say nothing of the kind.
fn takes_something(context: &Context<'_>) -> bool {
    const OTHER_WORDS: &[&str] = &[
        "以及", "以下", "可以", "以外", "以内", "以来", "予以", "加以", "难以", "足以", "得以",
        "所以", "以便",
    ];
    let mut before = context.words_before(8);
    for word in OTHER_WORDS {
        before = before.replace(word, "");
    }
    before.contains('以')
}

/// Whether whoever follows is served in a clause before 的: 为农业服务的机构, 为社会提供的产品.
fn serves_in_between(context: &Context<'_>) -> bool {
    let verb = context.words.get(context.index + 2).copied().unwrap_or("");
    ["提供", "服务", "办理", "开设", "设立", "设置"].contains(&verb)
        && (context.segmenter.part_of_speech(context.next_word())).starts_with(['n', 'r', 'v'])
        && !equates(context)
}

/// Whether 为 says what something is done for: 不得为防止闲置而, 或者为商业目的.
fn states_a_purpose(context: &Context<'_>) -> bool {
    const HOW: &[&str] = &[
        "进一步",
        "更好",
        "更好地",
        "尽早",
        "尽快",
        "切实",
        "深入",
        "有效",
        "充分",
        "及时",
    ];
    const DONE: &[&str] = &[
        "保证", "保障", "保护", "避免", "便于", "表彰", "补充", "查明", "促进", "打击", "防范",
        "防止", "方便", "改善", "贯彻", "规范", "加快", "加强", "减轻", "减少", "降低", "纪念",
        "健全", "解决", "了解", "落实", "满足", "牟取", "谋取", "弘扬", "配合", "庆祝", "确保",
        "使", "实现", "适应", "逃避", "提高", "提升", "推动", "推进", "完成", "完善", "维护",
        "掩盖", "应对", "迎接", "优化", "预防", "争取", "指导", "做好", "助力", "让",
    ];
    let next = context.next_word();
    let behind = context.words.get(context.index + 2).copied().unwrap_or("");
    let acts = HOW.contains(&next)
        && context.segmenter.part_of_speech(behind).starts_with('v')
        && context.words.len() > context.index + 3
        || DONE.contains(&next) && !behind.is_empty() && behind != "的";
    let aims = ["目的", "起见"].contains(&behind);
    let stands_for = context.before_is("均皆即则仅非分") || context.previous_word() == "主要";
    (acts || aims) && !stands_for && !equates(context)
}

/// Whether a clause that opens with 为 says what something is: ，为齐国重要的城邑.
fn names_what_something_is(context: &Context<'_>) -> bool {
    let words = &context.words[context.index + 1..];
    let of = words.iter().take(REACH).any(|word| *word == "的");
    of && !is_beneficiary(context)
        && !gives(context)
        && !done_after(context, 1, |word| {
            context.segmenter.part_of_speech(word).starts_with('v')
        })
}

/// How many words behind 为 what is done for someone may stand.
const REACH: usize = 10;

/// Whether something that can be done for anyone is done further on.
fn gives(context: &Context<'_>) -> bool {
    const GIVES: &[&str] = &[
        "提供",
        "服务",
        "创造",
        "打造",
        "奠定",
        "贡献",
        "注入",
        "增添",
        "解决",
        "保障",
        "办",
        "做",
        "减",
        "谋",
        "搭建",
        "争取",
        "开",
        "送",
        "着想",
        "负责",
        "发放",
        "制定",
        "作出",
        "做出",
        "准备",
        "营造",
        "推动",
        "带来",
        "购买",
        "缴纳",
        "缴费",
        "办理",
        "设立",
        "配备",
        "添",
        "护航",
        "保驾护航",
        "赋能",
        "支持",
        "出",
        "建",
        "安排",
        "撑",
        "承担",
        "付",
        "开具",
        "保留",
        "指派",
        "捐资",
        "捐款",
        "捐赠",
        "延期",
        "参保",
        "投保",
        "出具",
        "代办",
        "代缴",
        "补办",
        "补缴",
        "减负",
        "减免",
        "开通",
        "开设",
        "赠送",
        "寄送",
        "邮寄",
        "颁发",
        "核发",
        "筹集",
        "解答",
        "答疑",
        "把脉",
        "撑腰",
        "站台",
        "讨薪",
        "维权",
        "辩护",
        "诊治",
        "接种",
        "体检",
        "注射",
    ];
    done_after(context, 2, |word| GIVES.contains(&word))
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
    context.next_starts(&[
        "老",
        "群众",
        "企业",
        "居民",
        "公众",
        "人民",
        "民众",
        "困难",
        "特殊",
        "高龄",
        "残疾",
        "儿童",
        "妇女",
        "农民",
        "职工",
        "学生",
        "市场主体",
        "服务对象",
        "患者",
        "用户",
        "市民",
        "家庭",
        "您",
        "你",
        "我",
        "他",
        "她",
        "其",
        "广大",
        "全体",
        "经营主体",
        "中小",
        "符合",
        "有需要",
        "失能",
        "孤",
        "留守",
        "退役",
        "军人",
        "考生",
        "求职",
        "灾区",
        "基层",
        "社会",
        "大家",
        "游客",
        "旅客",
        "乘客",
        "消费者",
        "外",
        "创业",
        "毕业",
        "青年",
        "村民",
        "社区",
        "每",
        "各",
        "参保",
        "申请人",
        "当事人",
        "百姓",
        "来",
        "进城",
        "务工",
        "员工",
        "劳动者",
        "受灾",
        "烈士",
        "参加",
        "未成年",
        "当事人",
        "骑手",
        "业主",
        "公民",
        "农村",
        "山区",
        "经济困难",
        "低收入",
        "新就业",
        "高校",
        "学龄",
        "产妇",
        "孕",
        "婴",
        "投资",
        "借款人",
        "购房",
        "商户",
        "小微",
        "民营",
        "台",
        "港",
        "侨",
    ])
}

/// 以…为…, or what is named just before 为 is what follows: 服务对象为老年人.
fn equates(context: &Context<'_>) -> bool {
    let turns = context.words[..context.index]
        .iter()
        .rev()
        .take(8)
        .any(|word| word.starts_with('变') && !["变化", "变更", "变动", "变相"].contains(word));
    turns
        || takes_something(context)
        || [
            "对象", "范围", "人", "主体", "目标", "标准", "时间", "条件", "者", "年龄", "基数",
            "金额", "数量", "期限", "内容", "结果", "形式", "方式", "地点", "人员", "职责", "任务",
            "用途",
        ]
        .iter()
        .any(|noun| context.previous_word().ends_with(noun))
            && context.previous_word() != "或者"
            && !context.next_starts(&["其", "您", "每", "自己", "本人", "他", "她"])
}
