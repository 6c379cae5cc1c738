//! Characters whose reading is grammar: 为 得 地 着 了 长 行 只 种 数 率 处 and their like.
//!
//! A rule sees the words around and answers, or leaves the character to its default reading.
//! Fixed words are in the dictionaries; what stands here depends on neighbours.

use super::Pinyin;
use super::dictionary::Dictionary;

/// Where a character stands: its word, its place in it, and the words around.
pub(crate) struct Place<'a> {
    pub(crate) words: &'a [&'a str],
    /// Which of `words` holds the character.
    pub(crate) index: usize,
    pub(crate) word: &'a [char],
    /// Which character of `word`.
    pub(crate) at: usize,
    pub(crate) dictionary: &'a Dictionary,
}

impl Place<'_> {
    fn alone(&self) -> bool {
        self.word.len() == 1
    }

    fn previous_word(&self) -> &str {
        self.index
            .checked_sub(1)
            .map_or("", |before| self.words[before])
    }

    fn next_word(&self) -> &str {
        self.words.get(self.index + 1).copied().unwrap_or("")
    }

    /// The character before, in this word or the last.
    fn before(&self) -> Option<char> {
        match self.at {
            0 => self.previous_word().chars().last(),
            at => self.word.get(at - 1).copied(),
        }
    }

    /// The character after, in this word or the next.
    fn after(&self) -> Option<char> {
        self.word
            .get(self.at + 1)
            .copied()
            .or_else(|| self.next_word().chars().next())
    }

    fn before_is(&self, chars: &str) -> bool {
        self.before().is_some_and(|c| chars.contains(c))
    }

    fn after_is(&self, chars: &str) -> bool {
        self.after().is_some_and(|c| chars.contains(c))
    }

    fn next_starts(&self, words: &[&str]) -> bool {
        let next = self.next_word();
        words.iter().any(|word| next.starts_with(word))
    }

    /// The last `count` words before this one, joined.
    fn words_before(&self, count: usize) -> String {
        self.words[self.index.saturating_sub(count)..self.index].concat()
    }

    /// The next `count` words, joined.
    fn words_after(&self, count: usize) -> String {
        let from = (self.index + 1).min(self.words.len());
        let to = (from + count).min(self.words.len());
        self.words[from..to].concat()
    }
}

/// Chinese numerals, which turn what follows into a measure word.
const NUMERALS: &str = "零一二三四五六七八九十百千万亿两几数半每这那某各多";

/// The reading of `c` at `place`, when a rule knows it.
pub(crate) fn reading(c: char, place: &Place<'_>) -> Option<Pinyin> {
    if let Some(surname) = surname(c, place) {
        return Pinyin::parse(surname);
    }
    let spelled = match c {
        '为' => wei(place),
        '得' => de(place),
        '地' => di(place),
        '着' => zhe(place),
        '了' => le(place),
        '长' => chang(place),
        '行' => hang(place),
        '只' => zhi(place),
        '种' => zhong(place),
        '数' => shu(place),
        '率' => lv(place),
        '处' => chu(place),
        '还' if place.after_is("款贷本息债书林草湿湖田") => "huan2",
        '还' => "hai2",
        '载' if place.before_is(NUMERALS) => "zai3",
        '供' => "gong1",
        '尽' => jin(place),
        '都' => "dou1",
        '重' if place.before_is(NUMERALS) && !place.before_is("这那某") => "chong2",
        '重' if place.word.len() > 1 && !place.alone() => return None,
        '重' => "zhong4",
        '分' => "fen1",
        '量' => liang(place),
        '应' => "ying1",
        '与' => "yu3",
        '差' => cha(place),
        '干' => gan(place),
        '中' => "zhong1",
        '教' => jiao(place),
        '将' => "jiang1",
        '当' => "dang1",
        _ => return None,
    };
    Pinyin::parse(spelled)
}

/// 为 is wéi where it equates (以…为…, 为 + 数量), wèi where it names a purpose or a beneficiary.
fn wei(place: &Place<'_>) -> &'static str {
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
    if place.word.len() > 1 {
        return "wei2";
    }
    if place.before_is(MAKES) && place.index > 0 {
        return "wei2";
    }
    if gives(place) && is_beneficiary(place) && !equates(place) {
        return "wei4";
    }
    let before = place.words_before(8);
    if [
        "以", "被", "将", "把", "由", "均", "应当", "即", "则", "多", "皆", "共",
    ]
    .iter()
    .any(|word| before.contains(word))
        && !place.next_starts(&["人民", "群众", "企业"])
    {
        return "wei2";
    }
    if place.after_is(NUMERALS)
        && !place.next_starts(&["一线", "百姓", "各", "每", "那", "这", "某", "多"])
    {
        return "wei2";
    }
    if place.next_starts(PREDICATES) {
        return "wei2";
    }
    if place.index == 0 {
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
    if gives(place) || purpose.contains(&place.previous_word()) {
        return "wei4";
    }
    "wei2"
}

/// Whether something is done for someone further on.
fn gives(place: &Place<'_>) -> bool {
    const GIVES: &[&str] = &[
        "提供", "服务", "创造", "打造", "奠定", "贡献", "注入", "增添", "解决", "保障", "办", "做",
        "减", "谋", "搭建", "争取", "开", "送", "着想", "负责", "发放", "制定", "作出", "做出",
        "准备", "营造", "推动", "带来", "购买", "缴纳", "办理", "设立", "配备", "添", "护航",
        "赋能", "支持", "出", "建", "安排", "撑", "承担", "付",
    ];
    let after = place.words_after(10);
    GIVES.iter().any(|verb| after.contains(verb))
}

/// Whether someone for whom something can be done comes next.
fn is_beneficiary(place: &Place<'_>) -> bool {
    place.next_starts(&[
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
    ])
}

/// 以…为…, or what is named just before 为 is what follows: 服务对象为老年人.
fn equates(place: &Place<'_>) -> bool {
    let before = place.words_before(8);
    before.contains('以') && !before.contains("可以") && !before.contains("以下")
        || [
            "对象", "范围", "人", "主体", "目标", "标准", "时间", "条件", "者",
        ]
        .iter()
        .any(|noun| place.previous_word().ends_with(noun))
            && !place.next_starts(&["其", "您", "每", "各"])
}

/// Families whose name is not read like the word, where someone is named: 单某, 区某, 任建新.
fn surname(c: char, place: &Place<'_>) -> Option<&'static str> {
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
        ('宁', "ning4"),
        ('缪', "miao4"),
        ('燕', "yan1"),
        ('盖', "ge3"),
        ('种', "chong2"),
        ('繁', "po2"),
        ('员', "yun4"),
        ('乜', "nie4"),
        ('折', "she2"),
        ('黑', "he4"),
        ('秘', "bi4"),
        ('尉', "wei4"),
        ('晟', "cheng2"),
    ];
    let (_, reading) = SURNAMES.iter().find(|(name, _)| *name == c)?;
    let unnamed = place.alone() && matches!(place.after(), Some('某'))
        || place.at == 0 && place.word.get(1) == Some(&'某');
    let titled = place.alone()
        && place.next_starts(&[
            "先生", "女士", "同志", "老师", "主任", "局长", "书记", "主席",
        ])
        && !place.before_is("一两每各本该省市县");
    let named = place.at == 0
        && (2..=3).contains(&place.word.len())
        && place.dictionary.tag(place.words[place.index]) == "nr";
    (unnamed || titled || named).then_some(*reading)
}

/// 着 at the head of a word is zhuó (着实, 着装), behind 不 zháo (用不着), else zhe.
fn zhe(place: &Place<'_>) -> &'static str {
    if place.at == 0 && place.word.len() > 1 {
        "zhuo2"
    } else if place.before_is("不得") && (place.at >= 2 || place.alone() && place.index >= 2) {
        "zhao2"
    } else {
        "zhe5"
    }
}

/// 尽 is jǐn in 尽快 and 尽可能, else jìn.
fn jin(place: &Place<'_>) -> &'static str {
    if place.after_is("快早管可先量") {
        "jin3"
    } else {
        "jin4"
    }
}

/// 得 is dé in 不得 and where something is gained, děi for must, de behind a verb.
fn de(place: &Place<'_>) -> &'static str {
    // 提得出, 找得到: a verb of one syllable before makes it a complement.
    let possible =
        place.alone() && place.previous_word().chars().count() == 1 && place.after_is("出到");
    let opens_word = place.at == 0 && place.word.len() > 1;
    if opens_word || place.alone() && place.before_is("不") && !place.next_word().is_empty() {
        return "de2";
    }
    if place.before_is("取获所赢应求征夺博觅购难既自心")
        || place.after_is("到出分票奖知罪益失当主") && !possible
        || place.next_starts(GAINS)
    {
        return "de2";
    }
    let ends_word = place.at + 1 == place.word.len();
    if place.after_is(NUMERALS)
        && (place.alone() || ends_word && place.before_is("多少可约"))
        && ["元", "分", "票", "枚", "个", "万"]
            .iter()
            .any(|counted| place.words_after(3).contains(counted))
    {
        return "de2";
    }
    if [
        "总", "还", "就", "都", "必", "也", "非", "只", "可", "得", "要么", "我们", "你们", "他们",
        "咱们", "大家", "您",
    ]
    .contains(&place.previous_word())
        && place.alone()
        && place.next_word().chars().count() >= 1
    {
        return "dei3";
    }
    "de5"
}

/// What can be gained: 群众得实惠.
const GAINS: &[&str] = &[
    "实惠", "好处", "便利", "民心", "人心", "高分", "红利", "利益", "冠军", "第一", "满分", "优惠",
];

/// Whether 得出 or 得到 hangs on the verb before it: 提得出, 找得到.
pub(super) fn is_complement(words: &[&str], index: usize, dictionary: &Dictionary) -> bool {
    const COMPLEMENTS: &[&str] = &["得出", "得到", "得上", "得起", "得住", "得来"];
    let before = index.checked_sub(1).map_or("", |before| words[before]);
    COMPLEMENTS.contains(&words[index])
        && before.chars().count() == 1
        && !"有是可能会须应所未已将".contains(before)
        && dictionary.tag(before).starts_with('v')
}

/// 地 is de behind what says how something is done, dì where it is a place.
fn di(place: &Place<'_>) -> &'static str {
    let word = place.words[place.index];
    let last = place.at + 1 == place.word.len();
    if last && place.word.len() >= 3 {
        let stem: String = place.word[..place.at].iter().collect();
        let known_place = place.dictionary.has_word(word) && !says_how(place, word);
        return if !known_place && says_how(place, &stem) {
            "de5"
        } else {
            "di4"
        };
    }
    // 历史|地看: what jieba made of 地 and a verb is no word.
    let split_wrongly = place.at == 0 && place.word.len() == 2 && !place.dictionary.has_word(word);
    if !place.alone() && !split_wrongly || place.after().is_none() {
        return "di4";
    }
    let stem = match place.previous_word() {
        one if one.chars().count() == 1 => place.words_before(2),
        longer => longer.to_owned(),
    };
    let before_a_noun =
        place.after_is("处方理区块级域市县带段名段貌") || split_wrongly && !says_how(place, &stem);
    if stem.chars().count() < 2 || before_a_noun || place.before_is(LANDS) {
        return "di4";
    }
    let acts = place.dictionary.tag(place.next_word());
    let verb_follows = acts.starts_with(['v', 'd', 'p', 'x']) || acts.is_empty();
    if says_how(place, &stem) || verb_follows && !PLACES.contains(&stem.as_str()) {
        "de5"
    } else {
        "di4"
    }
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

/// Whether a word says how something is done.
fn says_how(place: &Place<'_>, stem: &str) -> bool {
    const ADVERBS: &[&str] = &[
        "系统",
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
    if PLACES.contains(&stem) {
        return false;
    }
    let chars: Vec<char> = stem.chars().collect();
    let doubled = matches!(chars[..], [a, b] if a == b)
        || matches!(chars[..], [.., a, b] if a == b)
        || matches!(chars[..], [a, b, ..] if a == b);
    let tag = place.dictionary.tag(stem);
    doubled
        || ADVERBS.contains(&stem)
        || chars.last() == Some(&'性')
        || chars.len() == 2 && "更最很较越".contains(chars[0])
        || tag.starts_with(['d', 'z', 'a', 'i', 'l'])
}

/// 了 behind 不 or 得 is liǎo (免不了, 受得了), else le; 取得了 has got something.
fn le(place: &Place<'_>) -> &'static str {
    let got = place.before_is("得")
        && place
            .words_before(1)
            .chars()
            .chain(place.word[..place.at].iter().copied())
            .rev()
            .nth(1)
            .is_some_and(|c| "取获赢博夺求懂晓值觉记认显变使所争拿求".contains(c));
    if place.before_is("不得")
        && place.at + 1 == place.word.len()
        && place.word_or_words_before()
        && !got
    {
        return "liao3";
    }
    "le5"
}

/// 长 behind an office is zhǎng (厅长, 组长), and where something grows; else cháng.
fn chang(place: &Place<'_>) -> &'static str {
    const OFFICES: &str = "局部省市县区乡镇村校院所处科员察营谋族旅舰股组队团连排班站社厂会事航船机秘书委议家首州旗里楼段园店馆庭课总司厅署监河湖林路田级股董理副街湾链片格巷哨塘渠沟圩";
    const GROWTH: &str = "增成生助滋疯见者";
    if place.before_is(OFFICES) && !place.after_is(NUMERALS) && !place.after_is("期效远久江城途征")
    {
        return "zhang3";
    }
    if place.before_is(GROWTH) || place.after_is("者大势老辈子女官兄孙") && !place.after_is("大衣")
    {
        return "zhang3";
    }
    "chang2"
}

/// 行 is háng as a bank, a row or a trade; else xíng.
fn hang(place: &Place<'_>) -> &'static str {
    if place.before_is("银央分支农工商总投各同两本外我他建中我") && place.word.len() > 1
    {
        return "hang2";
    }
    if place.after_is("业情长规距列") {
        return "hang2";
    }
    if place.before_is("第每几")
        || place.before_is(NUMERALS) && place.alone() && !place.after_is("为动程走")
    {
        return "hang2";
    }
    "xing2"
}

/// 只 behind a numeral counts animals, else it means only.
fn zhi(place: &Place<'_>) -> &'static str {
    let counts = place.before_is(NUMERALS) && !place.after_is("有要是能需限会可允占用");
    if counts || place.before_is("船舰") {
        "zhi1"
    } else {
        "zhi3"
    }
}

/// 种 is zhòng as a verb (种粮, 耕种), else zhǒng.
fn zhong(place: &Place<'_>) -> &'static str {
    let plants = place.after_is("粮地田树菜果草花植茶养痘瓜豆麦稻棉桑药收上下好什了着");
    let verb =
        place.before_is("耕播接栽抢轮套复间春夏秋冬点育稳扩改不可能") && !place.before_is(NUMERALS);
    if (plants && !place.before_is(NUMERALS) && !place.before_is("品物良制育")) || verb {
        return "zhong4";
    }
    "zhong3"
}

/// 数 is shǔ as a verb, else shù.
fn shu(place: &Place<'_>) -> &'static str {
    if place.after_is("得不") && !place.alone() || place.before_is("细悉") {
        "shu3"
    } else {
        "shu4"
    }
}

/// 率 is shuài where someone leads, else a rate.
fn lv(place: &Place<'_>) -> &'static str {
    let leads = place.after_is("先领队团部众兵军性真直");
    if leads || place.before_is("表坦草轻统") {
        "shuai4"
    } else {
        "lv4"
    }
}

/// 处 is chǔ as a verb (处五日拘留, 并处), else chù.
fn chu(place: &Place<'_>) -> &'static str {
    let punishes = place.after_is("以于在罚死拘警刑方决分理置境世暑女之")
        || place.before_is("并所判惩查论身相独共");
    let fined = place.alone()
        && place.after_is(NUMERALS)
        && ["罚款", "拘留", "徒刑", "拘役", "罚金", "以下", "以上"]
            .iter()
            .any(|word| place.words_after(12).contains(word));
    if (punishes || fined) && !(place.before_is(NUMERALS) && place.after_is("以")) {
        "chu3"
    } else {
        "chu4"
    }
}

/// 量 is liáng where someone measures, else an amount.
fn liang(place: &Place<'_>) -> &'static str {
    let measures =
        place.next_starts(&["体温", "血压", "身高", "尺寸", "一量", "了"]) && place.alone();
    if measures || place.before_is("丈测衡估") {
        "liang2"
    } else {
        "liang4"
    }
}

/// 差 before an amount is chà (差三分), as a noun chā.
fn cha(place: &Place<'_>) -> &'static str {
    let lacks =
        place.after_is(NUMERALS) || place.after_is("不得点") || place.before_is("很较最太更极不");
    if lacks && place.word.len() == 1 {
        "cha4"
    } else {
        "cha1"
    }
}

/// 干 alone is a verb.
fn gan(place: &Place<'_>) -> &'static str {
    if place.alone() || place.before_is("苦实巧真敢能主骨树想肯") {
        "gan4"
    } else {
        "gan1"
    }
}

/// 教 alone, with someone to teach, is jiāo.
fn jiao(place: &Place<'_>) -> &'static str {
    if place.alone() && place.after_is("你我他她学孩会给") {
        "jiao1"
    } else {
        "jiao4"
    }
}

impl Place<'_> {
    /// Whether 不了 or 得了 hangs on a verb rather than opening the run.
    fn word_or_words_before(&self) -> bool {
        self.at >= 1 && (self.at >= 2 || self.index > 0)
            || self.at == 0
                && self.index >= 1
                && (self.previous_word().chars().count() >= 2 || self.index >= 2)
    }
}
