//! 地: how something is done, or where.

use super::context::Context;

/// 地 is de behind what says how something is done, dì where it is a place.
pub(super) fn di(context: &Context<'_>) -> &'static str {
    let word = context.words[context.index];
    let last = context.at + 1 == context.word.len();
    if last && context.word.len() >= 3 {
        let stem: String = context.word[..context.at].iter().collect();
        let known_place = context.segmenter.has_word(word) && !says_how(context, word);
        let manner = ADVERBS.contains(&stem.as_str()) || stem.ends_with('性');
        return if manner || !known_place && says_how(context, &stem) {
            "de5"
        } else {
            "di4"
        };
    }
    // 历史|地看: what jieba made of 地 and a verb is no word.
    let split_wrongly =
        context.at == 0 && context.word.len() == 2 && !context.segmenter.has_word(word);
    if !context.alone() && !split_wrongly || context.after().is_none() {
        return "di4";
    }
    let stem = match context.previous_word() {
        one if one.chars().count() == 1 => context.words_before(2),
        longer => longer.to_owned(),
    };
    let before_a_noun = context.after_is("处方理区块级域市县带段名段貌")
        || split_wrongly && !says_how(context, &stem);
    let long_enough = stem.chars().count() >= 2;
    if long_enough && says_how(context, &stem) && !(split_wrongly && before_a_noun) {
        return "de5";
    }
    if !long_enough || before_a_noun || context.before_is(LANDS) || is_place(context) {
        return "di4";
    }
    let acts = context.segmenter.part_of_speech(context.next_word());
    let verb_follows = acts.starts_with(['v', 'd', 'p', 'x']) || acts.is_empty();
    if verb_follows && !PLACES.contains(&stem.as_str()) {
        "de5"
    } else {
        "di4"
    }
}

/// Whether a noun or verb before 地 says what kind of place it is: 海南岛等地有大雨, 消费地以企业为主.
/// With 有 or 无 before it, it says how: 满怀信心地投入.
fn is_place(context: &Context<'_>) -> bool {
    const WITH: &[&str] = &[
        "有", "无", "没", "毫", "不", "满", "充满", "带", "饱", "大", "分", "成", "一", "越", "更",
        "最", "很", "如", "像", "好", "忘我", "自", "非", "全", "全",
    ];
    let previous = context.previous_word();
    if previous == "等" || previous == "央" || previous == "就" || previous == "入" {
        return true;
    }
    let says_with = (context.words[..context.index].iter().rev().take(4))
        .any(|word| WITH.iter().any(|with| word.starts_with(with)));
    let tag = context.segmenter.part_of_speech(previous);
    let goes_on = [
        "有", "的", "以", "应", "和", "与", "及", "为", "在", "是", "将", "可", "由", "向", "到",
        "从", "等", "不", "批发", "合作", "改造", "隔离", "设", "所在",
    ]
    .iter()
    .any(|word| context.next_word().starts_with(word));
    !says_with && goes_on && (tag.starts_with(['n', 'v', 'u', 'x', 's', 'm']) || tag.is_empty())
}

/// Kinds and owners of land.
const LANDS: &str = "林草耕湿旱水市县乡镇村省飞土各两某原";

/// What happens at a place: 参保地, 就医地, 案发地.
const PLACES: &[&str] = &[
    "参保", "就医", "居住", "经营", "工作", "来源", "安置", "缴费", "常住", "领取", "犯罪", "起运",
    "示范", "集聚", "施工", "作业", "受灾", "登记", "户籍", "注册", "发生", "流入", "流出", "迁入",
    "迁出", "务工", "出生", "停放", "集中", "集散", "发源", "生产", "生活", "就业", "就读", "学习",
    "培训", "暂住", "落户", "投资", "签发", "缴纳", "销售", "签订", "履行", "交货", "目的", "中转",
    "出发", "到达", "储存", "贮存", "存放", "停车", "养殖", "种植", "繁育", "繁殖", "栖息", "越冬",
    "试验", "实验", "实训", "实习", "训练", "比赛", "举办", "承办", "主办", "申报", "申请", "受理",
    "备案", "管辖", "审批", "输入", "输出", "转入", "转出", "接收", "派遣", "供应", "供货", "使用",
    "占用", "建设", "开发", "利用", "革命", "红色", "旅游", "度假", "避难", "避险", "疏散", "隔离",
    "疫情", "高发", "多发", "易发", "流行", "疫源", "案发", "事发", "事故", "失事", "出险", "搬迁",
    "移民", "聚居", "聚集", "保护", "涵养", "上市", "交割", "报到", "迁移", "抵达", "入境", "出境",
    "收货", "发货", "纳税", "开户", "执行", "服刑", "服役", "入伍", "安葬", "祭扫", "见证", "合作",
    "结算", "报销", "转诊", "住院", "定居", "生源", "原籍", "祖籍", "属",
];

/// What says how something is done.
const ADVERBS: &[&str] = &[
    "系统",
    "创造性",
    "主动",
    "积极",
    "自主",
    "平等",
    "逐步",
    "直接",
    "如实",
    "妥善",
    "充分",
    "历史",
    "具体",
    "科学",
    "客观",
    "公正",
    "自愿",
    "自觉",
    "直观",
    "形象",
    "实事求是",
    "深入",
    "独立",
    "对应",
    "反复",
    "辩证",
    "大胆",
    "重复",
    "合理",
    "及时",
    "合法",
    "规范",
    "公开",
    "公平",
    "区别",
    "持续",
    "稳妥",
    "理性",
    "动态",
    "全面",
    "基本",
    "本能",
    "务实",
    "文明",
    "和谐",
    "安全",
    "高效",
    "健康",
];

/// Whether a word says how something is done.
fn says_how(context: &Context<'_>, stem: &str) -> bool {
    if PLACES.contains(&stem) {
        return false;
    }
    let chars: Vec<char> = stem.chars().collect();
    // 轻轻, 一步一步, 面对面.
    let doubled = matches!(chars[..], [a, b] if a == b)
        || matches!(chars[..], [a, '对' | '把' | '靠' | '挨', b] if a == b)
        || matches!(chars[..], [.., a, b] if a == b)
        || matches!(chars[..], [a, b, ..] if a == b);
    let tag = context.segmenter.part_of_speech(stem);
    doubled
        || ADVERBS.contains(&stem)
        || chars.last() == Some(&'性')
        || chars.len() == 2 && "更最很较越".contains(chars[0])
        || tag.starts_with(['d', 'z', 'a', 'i', 'l'])
}
