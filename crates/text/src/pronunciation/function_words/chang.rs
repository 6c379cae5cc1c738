//! 长: how long something is, or who is at its head.

use super::super::heads;
use super::context::{Context, NUMERALS};

/// 长 behind an office is zhǎng (厅长, 组长), and where something grows; else cháng.
pub(super) fn chang(context: &Context<'_>) -> &'static str {
    // 办事处长岗坪社区, but 舰长江海涛.
    let here = context.start + context.at;
    if let Some(border) = heads::border(context.line, here, context.segmenter) {
        return if border == here { "chang2" } else { "zhang3" };
    }
    // 一家之长, but 一技之长.
    let heads = context.before_is("之")
        && [
            "家", "校", "队", "村", "县", "市", "国", "店", "班", "省", "乡", "镇", "厂", "院",
            "所", "局",
        ]
        .iter()
        .any(|group| context.text_before().ends_with(&format!("一{group}之")));
    // 长什么样, 长到一米; 时间长到.
    let becomes = context.at == 0 && context.after_is("到") && !context.before_is("间时路度期线程");
    let looks = context.alone() && context.next_starts(&["什么样", "啥样", "什么模样", "怎么样"]);
    if becomes || looks {
        return "zhang3";
    }
    // 长了皱纹; 时间长了 is long.
    let grows =
        context.alone() && context.next_word() == "了" && !context.words_after(2).ends_with('了');
    if heads || grows && !context.before_is("间子久程期路度段得") {
        return "zhang3";
    }
    if bears(context) {
        return "zhang3";
    }
    // 苞片长圆形, 裂片长约五毫米: the shape and size of a plant's part.
    let part = context.before_is("片湖林湾河链");
    let measured = context.after_is("约达仅近超")
        && (context.text_after().chars().nth(1)).is_some_and(|c| NUMERALS.contains(c));
    if context.after_is("圆椭卵") || part && (measured || context.after_is(NUMERALS)) {
        return "chang2";
    }
    const OFFICES: &str = "局部省市县区乡镇村校院所处科员察营谋族旅舰股组队团连排班站社厂会事航船机秘书委议家首州旗里楼段园店馆庭课总司厅署监河湖林路田级股董理副街湾链片格巷哨塘渠沟圩";
    const GROWTH: &str = "增成生助滋疯见者旺徒";
    // 防长, 外长 and 财长 of other countries, but 国外长期 and 国防长城.
    let minister =
        context.before_is("防外财") && !context.after_is("期效远久江城途征大假度达短于径年时线驻");
    if minister {
        return "zhang3";
    }
    // 外交部长五日: what an agency has at its head is no length.
    let agency = context.alone()
        && context.before_is("部局厅院署")
        && context.previous_word().chars().count() > 2;
    if agency && !context.after_is("期效远久江城途征") {
        return "zhang3";
    }
    // 外交部长五日到访.
    let known =
        context.word.len() > 2 && context.at + 1 == context.word.len() && context.is_known();
    // 公园|长椅.
    let opens_a_word = context.at == 0 && context.word.len() > 1 && context.is_known();
    if context.before_is(OFFICES)
        && (!opens_a_word || context.after_is("者大势老辈子女官兄孙"))
        && (known || !context.after_is("零一二三四五六七八九十百千万两几"))
        && !context.after_is("期效远久江城途征")
    {
        return "zhang3";
    }
    if context.before_is(GROWTH)
        || context.after_is("者大势老辈子女官兄孙") && !context.after_is("大衣")
    {
        return "zhang3";
    }
    "chang2"
}

/// Whether something grows on somebody or on a plant: 不长个子, 益气力，长肌肉, 只长叶不结果. 长叶松 and 长毛绒 are long.
fn bears(context: &Context<'_>) -> bool {
    /// What is hardly ever called long.
    const GROWN: &[&str] = &[
        "个子",
        "个儿",
        "个头",
        "肉",
        "肌肉",
        "皱纹",
        "痘",
        "青春痘",
        "白发",
        "白头发",
        "霉",
        "虫",
        "锈",
        "疮",
        "斑",
        "智齿",
        "蛀牙",
        "杂草",
        "野草",
        "青苔",
        "蘑菇",
        "庄稼",
        "翅膀",
        "肿瘤",
        "记性",
        "心眼",
        "见识",
        "知识",
        "本事",
        "力气",
        "志气",
    ];
    /// What is called long too, so that something before 长 has to say that it grows.
    const GROWN_OR_LONG: &[&str] = &[
        "叶", "叶子", "草", "芽", "新芽", "根", "毛", "牙", "枝", "胡子", "头发", "苗", "蔓", "个",
        "花",
    ];
    // 秧苗移栽后不长; a time or a way that is not long has none of these.
    const PLANTS: &[&str] = &["苗", "秧", "矮缩", "株", "庄稼", "个子", "移栽"];
    let before = context.clause_before();
    let stays_small = context.before_is("不")
        && context.after().is_none()
        && PLANTS.iter().any(|plant| before.contains(plant))
        && !["期", "时", "程", "间", "叶片", "得不"]
            .iter()
            .any(|long| before.contains(long));
    let behind = context.next_word();
    let grown = GROWN.contains(&behind) && !context.before_is("总全身体周边");
    let grows = context.before_is("不只光没会能又才刚易净疯") && GROWN_OR_LONG.contains(&behind);
    let alone = context.alone() || context.at + 1 == context.word.len() && !context.is_known();
    stays_small || alone && (grown || grows)
}
