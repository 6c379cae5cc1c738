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
    if context.word.len() > 1 && !(context.word.len() == 2 && MODALS.contains(context.word[0])) {
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
    if context.before_is(MAKES) && context.index > 0 {
        return "wei2";
    }
    let serves = is_beneficiary(context) && acts(context) || gives(context);
    if serves && !equates(context) && !context.before_is("均皆即则仅非") {
        return "wei4";
    }
    let before = context.words_before(8);
    if [
        "以", "被", "将", "把", "由", "均", "应当", "即", "则", "多", "皆", "共",
    ]
    .iter()
    .any(|word| before.contains(word))
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
        return "wei4";
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
    let before = context.words_before(8);
    let turns = context.words[..context.index]
        .iter()
        .rev()
        .take(8)
        .any(|word| word.starts_with('变') && !["变化", "变更", "变动", "变相"].contains(word));
    turns
        || before.contains('以') && !before.contains("可以") && !before.contains("以下")
        || [
            "对象", "范围", "人", "主体", "目标", "标准", "时间", "条件", "者", "年龄", "基数",
            "金额", "数量", "期限", "内容", "结果", "形式", "方式", "地点", "人员", "职责", "任务",
            "用途",
        ]
        .iter()
        .any(|noun| context.previous_word().ends_with(noun))
            && !context.next_starts(&["其", "您", "每", "自己", "本人", "他", "她"])
}
