//! What stands beside a name: offices and roles, forms of address, what people do, labels and lists.

use std::ops::Range;

use crate::chars::is_hanzi;

/// What stands before a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// A label with its colon, or the column of a table: 联系人：
    Label,
    /// An office or a role: 副县长, 审判员, 被告人.
    Role,
    /// 任命, 免去 and the like.
    Appointed,
    /// The start of a line or a mark.
    Open,
    /// The mark of a list.
    Listed,
    /// Any other word.
    None,
}

/// What stands behind a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Right {
    /// A form of address or an office: 同志, 局长.
    Title,
    /// What a person does: 出席, 表示, 犯.
    Acts,
    /// A preposition or a verb that things take too.
    GoesOn,
    /// What an appointment goes on with: 为, 的.
    Appointed,
    /// The end of the line, a mark, a digit, or what follows a name in a form: 电话.
    Close,
    /// Any other word.
    None,
}

impl Right {
    pub(super) fn is_cue(self) -> bool {
        matches!(self, Self::Title | Self::Acts)
    }

    pub(super) fn closes(self) -> bool {
        self == Self::Close
    }
}

/// Offices that end in 长, without it.
const HEADS: &str = "局省市县区乡镇村校院所处科部司厅会组队行团连排班站社厂庭书事馆台州旗园段店总监理馆军师旅营舰机船车";

const ROLES: &[&str] = &[
    "主任",
    "书记",
    "主席",
    "委员",
    "常委",
    "教授",
    "记者",
    "通讯员",
    "编辑",
    "审判员",
    "书记员",
    "陪审员",
    "检察员",
    "检察官",
    "法官",
    "助理",
    "代理人",
    "辩护人",
    "被告人",
    "被告",
    "原告",
    "上诉人",
    "申请人",
    "被上诉人",
    "第三人",
    "代表人",
    "负责人",
    "联系人",
    "公证员",
    "律师",
    "医生",
    "医师",
    "护士",
    "专家",
    "学者",
    "院士",
    "博士",
    "同志",
    "先生",
    "女士",
    "经理",
    "总监",
    "工程师",
    "顾问",
    "调研员",
    "巡视员",
    "督学",
    "代表",
    "民警",
    "警察",
    "战士",
    "烈士",
    "村民",
    "居民",
    "市民",
    "学生",
    "同学",
    "职工",
    "工人",
    "农民",
    "党员",
    "干部",
    "队员",
    "选手",
    "教练",
    "演员",
    "导演",
    "作者",
    "嫌疑人",
    "罪犯",
    "证人",
    "受害人",
    "被害人",
    "死者",
    "患者",
    "当事人",
    "候选人",
    "人选",
    "考生",
    "户主",
    "监护人",
    "老师",
    "教师",
    "讲师",
    "研究员",
    "摄影",
    "主编",
    "撰稿",
    "供稿",
    "校对",
    "主播",
    "主持人",
    "经办人",
    "承办人",
    "执行人",
    "网格员",
    "司机",
    "驾驶员",
    "业主",
    "股东",
    "董事",
    "监事",
    "会计",
    "出纳",
    "秘书",
    "干事",
    "科员",
    "参赞",
    "大使",
    "总理",
    "总统",
    "将军",
    "司令",
    "司令员",
    "政委",
    "主管",
    "志愿者",
    "模范",
    "标兵",
    "老人",
    "儿子",
    "女儿",
    "丈夫",
    "妻子",
    "父亲",
    "母亲",
    "弟弟",
    "哥哥",
    "姐姐",
    "妹妹",
    "男子",
    "女子",
    "名叫",
    "叫做",
    "叫",
    "借款人",
    "担保人",
    "债务人",
    "债权人",
    "投诉人",
    "举报人",
    "继承人",
    "受让人",
    "出让人",
    "权利人",
    "义务人",
    "评委",
    "主刀",
    "院长助理",
    "支书",
    "馆员",
    "教练员",
    "运动员",
    "飞行员",
    "航天员",
    "消防员",
    "护士长",
];

const APPOINTING: &[&str] = &[
    "任命",
    "免去",
    "提名",
    "聘任",
    "聘请",
    "选举",
    "推选",
    "推荐",
    "补选",
    "决定",
    "接受",
    "批准",
    "同意",
    "授予",
    "追授",
    "罢免",
    "撤销",
    "免除",
    "任免",
    "免",
    "给予",
    "指定",
    "委派",
    "增选",
    "拟任",
    "拟提拔",
    "追认",
    "表彰",
    "确定",
    "邀请",
    "慰问",
    "看望",
];

/// What may stand between two names, or before one.
const JOINING: &[&str] = &["与", "和", "由", "以及", "关于", "及"];

const TITLES: &[&str] = &[
    "同志",
    "先生",
    "女士",
    "小姐",
    "教授",
    "老师",
    "主任",
    "局长",
    "市长",
    "县长",
    "区长",
    "镇长",
    "乡长",
    "科长",
    "处长",
    "部长",
    "厅长",
    "院长",
    "校长",
    "所长",
    "队长",
    "站长",
    "司长",
    "省长",
    "州长",
    "行长",
    "会长",
    "团长",
    "书记",
    "主席",
    "秘书长",
    "总经理",
    "经理",
    "董事长",
    "医生",
    "大夫",
    "律师",
    "法官",
    "检察官",
    "警官",
    "博士",
    "院士",
    "研究员",
    "工程师",
    "委员",
    "常委",
    "副主任",
    "副局长",
    "副市长",
    "副县长",
    "副区长",
    "副书记",
    "副主席",
    "副部长",
    "副厅长",
    "副院长",
    "副校长",
    "副处长",
    "副科长",
    "副镇长",
    "副乡长",
    "副教授",
    "烈士",
    "同学",
    "夫妇",
    "一行",
    "等人",
    "等同志",
    "家属",
    "审判长",
    "审判员",
    "记者",
    "等三人",
    "等两人",
    "等四人",
    "等五人",
];

const ACTS: &[&str] = &[
    "出席",
    "主持",
    "表示",
    "介绍",
    "指出",
    "强调",
    "说",
    "认为",
    "犯",
    "诉称",
    "辩称",
    "述称",
    "诉",
    "提出",
    "提起",
    "不服",
    "担任",
    "任",
    "兼任",
    "当选",
    "陪同",
    "参加",
    "带领",
    "率队",
    "率",
    "来到",
    "调研",
    "讲话",
    "致辞",
    "宣读",
    "解释",
    "告诉",
    "透露",
    "回忆",
    "坦言",
    "深入",
    "前往",
    "带队",
    "慰问",
    "看望",
    "走访",
    "听取",
    "签署",
    "宣布",
    "汇报",
    "发言",
    "涉嫌",
    "不再",
    "主动",
    "自愿",
    "承认",
    "供述",
    "伙同",
    "驾驶",
    "荣获",
    "提醒",
    "呼吁",
    "辞去",
    "辞职",
    "率领",
    "会见",
    "宣读",
    "撰写",
    "讲述",
    "受贿",
    "贪污",
    "违反",
    "生前",
    "负责",
    "分管",
    "报道",
    "通讯员",
    "接受",
    "主讲",
    "领衔",
    "出任",
    "一审",
    "上诉",
];

/// What the sentence goes on with behind a person as well as behind a thing.
const GOES_ON: &[&str] = &[
    "作", "因", "被", "系", "是", "在", "于", "已", "向", "对", "与", "将", "从", "以", "到", "赴",
    "获", "摄", "具体", "申请", "请求", "检查", "报告", "考察", "建议", "分析", "获得", "委托",
];

/// What follows a name in a form or a list without a mark.
const FOLLOWS: &[&str] = &[
    "电话",
    "手机",
    "联系",
    "地址",
    "等",
    "性别",
    "身份证",
    "男",
    "女",
    "和",
    "及",
];

const LABEL_ENDS: &[&str] = &[
    "人", "者", "员", "长", "姓名", "名单", "对象", "编辑", "主任", "书记", "法官", "作者", "摄影",
    "撰稿", "校对", "原告", "被告", "代表", "主编", "签发", "审核", "来源", "老师", "律师", "医生",
    "医师", "专家", "教授", "主席", "嘉宾", "主播", "记者", "成员", "组成", "同志", "先生", "女士",
    "监制", "制图", "文", "图", "主持", "审校", "复审", "终审", "初审", "报道", "经理", "秘书",
    "姓 名", "签名", "签字", "获奖", "候选", "人选", "出席", "缺席", "请假", "列席", "参会",
    "教练", "主演", "导演", "股东", "董事", "监事", "户主", "考生", "学生", "烈士", "干部",
];

/// The cue before `at`.
pub(super) fn left(line: &[char], at: usize) -> Left {
    let blanks = line[..at]
        .iter()
        .rev()
        .take_while(|c| is_blank(**c))
        .count();
    let before = &line[..at - blanks];
    let Some(&last) = before.last() else {
        return Left::Open;
    };
    if matches!(last, ':' | '/') {
        return if ends_with_any(&before[..before.len() - 1], LABEL_ENDS) {
            Left::Label
        } else {
            Left::Open
        };
    }
    if is_role(before) {
        return if blanks > 0 { Left::Label } else { Left::Role };
    }
    if blanks > 0 && ends_with_any(before, &["姓名"]) {
        return Left::Label;
    }
    if matches!(last, '、') || blanks > 0 {
        return Left::Listed;
    }
    if !is_hanzi(last) {
        return if last.is_alphanumeric() {
            Left::None
        } else {
            Left::Open
        };
    }
    if ends_with_any(before, JOINING) {
        return Left::Listed;
    }
    if ends_with_any(before, APPOINTING) {
        return Left::Appointed;
    }
    Left::None
}

/// Whether the cells under a header hold names: 姓名, 联系人, 法定代表人.
pub(crate) fn heads_names(header: &[char]) -> bool {
    let header: Vec<char> = header.iter().copied().filter(|c| is_hanzi(*c)).collect();
    !header.ends_with(&['文']) && !header.ends_with(&['图']) && ends_with_any(&header, LABEL_ENDS)
}

/// The cue before `at` in a cell that holds nothing but names.
pub(super) fn in_column(line: &[char], at: usize) -> Left {
    match line[..at].iter().rev().find(|c| !is_blank(**c)) {
        Some(&c) if is_hanzi(c) && !line[at - 1].is_whitespace() => left(line, at),
        _ => Left::Label,
    }
}

fn is_role(before: &[char]) -> bool {
    match before {
        [.., head, '长'] if HEADS.contains(*head) => true,
        [.., '检', '察', '长'] | [.., '参', '谋', '长'] | [.., '审', '判', '长'] => true,
        _ => ends_with_any(before, ROLES),
    }
}

/// The cue at `end`, just behind a name.
pub(super) fn right(line: &[char], end: usize) -> Right {
    let Some(&next) = line.get(end) else {
        return Right::Close;
    };
    let rest = &line[end..];
    if starts_with_any(rest, TITLES) {
        return Right::Title;
    }
    if !is_hanzi(next) || starts_with_any(rest, FOLLOWS) {
        return Right::Close;
    }
    if starts_with_any(rest, ACTS) {
        return Right::Acts;
    }
    if starts_with_any(rest, GOES_ON) {
        return Right::GoesOn;
    }
    if starts_with_any(rest, &["为", "的", "职", "兼"]) {
        return Right::Appointed;
    }
    Right::None
}

/// Whether a form of address follows that is used with nothing but names.
pub(super) fn is_addressed(line: &[char], end: usize) -> bool {
    starts_with_any(&line[end..], &["同志", "先生", "女士", "老师"])
}

/// Whether a description of a person follows: 任子明，男，汉族.
pub(super) fn is_described(line: &[char], end: usize) -> bool {
    match line.get(end..) {
        Some(['，' | ',' | '(' | '、', '男' | '女', ..]) => true,
        Some(['，' | ',' | '(', a, b, ..]) => matches!(
            (a, b),
            ('汉', '族') | ('现', '任') | ('身', '份') | ('生', '于')
        ),
        _ => false,
    }
}

/// The item of a list that ends before the mark or blank at `start`.
pub(super) fn item_before(line: &[char], start: usize) -> Option<Range<usize>> {
    let marks = line[..start]
        .iter()
        .rev()
        .take_while(|c| is_list_mark(**c))
        .count();
    let end = start.checked_sub(marks.max(1)).filter(|_| marks > 0)?;
    let length = line[..end]
        .iter()
        .rev()
        .take_while(|c| is_hanzi(**c))
        .count();
    // 邀请张伟、任子明: what stands before the first name belongs to it no more.
    Some(end - length.min(3)..end).filter(|item| !item.is_empty())
}

/// The item of a list that starts behind the mark or word at `end`.
pub(super) fn item_after(line: &[char], end: usize) -> Option<Range<usize>> {
    let marks = line[end..]
        .iter()
        .take_while(|c| is_list_mark(**c) || matches!(c, '和' | '及'))
        .count();
    let start = end + marks;
    let length = line[start..].iter().take_while(|c| is_hanzi(**c)).count();
    // 李静等三人.
    let length = match line[start..start + length].iter().position(|c| *c == '等') {
        Some(until) => until,
        None => length,
    };
    (marks > 0 && length > 0).then(|| start..start + length.min(3))
}

fn is_list_mark(c: char) -> bool {
    matches!(c, '、' | '，' | ',' | ';' | '\n') || is_blank(c)
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() && c != '\n' || c == '\u{200b}'
}

fn ends_with_any(text: &[char], words: &[&str]) -> bool {
    words.iter().any(|word| {
        let mut before = text.iter().rev();
        word.chars().rev().all(|c| before.next() == Some(&c))
    })
}

fn starts_with_any(text: &[char], words: &[&str]) -> bool {
    words.iter().any(|word| {
        let mut after = text.iter();
        word.chars().all(|c| after.next() == Some(&c))
    })
}
