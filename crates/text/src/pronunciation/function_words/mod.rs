//! Characters whose pronunciation depends on grammar: 为 得 地 着 了 长 行 只 种 数 率 处 and the like.
//!
//! A rule sees the words around the character and either gives its pronunciation or leaves it to the
//! model and the default. Fixed words are in the dictionaries; only what depends on neighbours is here.

mod cha;
mod chang;
mod chu;
mod context;
mod dang;
mod de;
mod di;
mod dou;
mod huan;
mod illness;
mod lv;
mod occasion;
mod plain;
mod surname;
mod wei;
mod xi;
mod xiang;
mod zhong;

use super::basis::Basis;
use super::persons::is_surname;
use super::syllable::Pinyin;
use cha::cha;
use chang::chang;
use chu::chu;
use context::NUMERALS;
use de::de;
use di::di;
use dou::{ends_a_name, names_a_road, names_an_estate};
use huan::huan;
use illness::has_fallen_ill;
use lv::lv;
use occasion::befalls;
use plain::is_plain;
use surname::surname;
use wei::wei;
use xi::fastens;
use xiang::is_phase;
use zhong::zhong;

pub(crate) use context::Context;
pub(super) use de::is_complement;

/// What an acupuncture point on the back is named for: 肺俞, 大肠俞.
const ACUPOINTS: &str = "肺脾肾心肝胃胆膈督肠焦胱阴膂肓背";

/// What a rule says, and whether it has seen something that speaks for it.
pub(super) struct Verdict {
    spelled: &'static str,
    sure: bool,
}

impl Verdict {
    /// Something beside the character decides.
    pub(super) fn sure(spelled: &'static str) -> Self {
        Self {
            spelled,
            sure: true,
        }
    }

    /// The likelier of its pronunciations where nothing decides.
    pub(super) fn likely(spelled: &'static str) -> Self {
        Self {
            spelled,
            sure: false,
        }
    }
}

/// The pronunciation of `c` at `context`, when a rule knows it.
pub(crate) fn pronunciation(c: char, context: &Context<'_>) -> Option<(Pinyin, Basis)> {
    if let Some(surname) = surname(c, context) {
        return Some((Pinyin::parse(surname)?, Basis::Rule));
    }
    let verdict = match c {
        '为' => wei(context),
        '地' => di(context),
        '得' => {
            let said = de(context);
            let follows_a_verb = context.segmenter.part_of_speech(context.previous_word());
            Verdict {
                spelled: said,
                sure: said == "de2" || said == "de5" && follows_a_verb.starts_with(['v', 'a']),
            }
        }
        '率' | '种' | '数' | '处' | '干' | '差' | '只' | '藏' | '着' | '长' | '行' | '都'
        | '还' | '教' | '弄' | '朴' | '倒' => {
            let spelled = other(c, context)?;
            Verdict {
                spelled,
                sure: is_plain(c, spelled, context),
            }
        }
        c => Verdict::sure(other(c, context)?),
    };
    let basis = if verdict.sure {
        Basis::Rule
    } else {
        Basis::Guess
    };
    Some((Pinyin::parse(verdict.spelled)?, basis))
}

/// What the model for 为 weighs at a place; `None` where the word that it is in decides.
pub(crate) fn signs_of_wei(context: &Context<'_>) -> Option<Vec<String>> {
    wei::signs_of(context)
}

/// What is counted together with 只: 船只, 犬只.
const ANIMALS: &str = "船舰艇犬羊牛猪鸡鸭禽兔鹿鸟蟹";

/// The pronunciation of a character other than 为, 地 and 得.
fn other(c: char, context: &Context<'_>) -> Option<&'static str> {
    Some(match c {
        '着' => zhe(context),
        '了' => le(context),
        '长' => chang(context),
        '行' => hang(context),
        '只' => zhi(context),
        '种' => zhong(context),
        '数' => shu(context),
        '率' => lv(context),
        '处' if context.before_is("仍正均皆尚已") => "chu3",
        // 逾期不缴的，处应缴数额两倍的罚款.
        '处' if context.alone()
            && context.opens_clause()
            && context.line[..context.start].ends_with(&['，'])
            && context.clause_after().contains("罚款") =>
        {
            "chu3"
        }
        // 将处暂扣驾驶证, 处没收违法所得.
        '处' if context.alone()
            && context.next_starts(&[
                "暂扣",
                "吊销",
                "没收",
                "责令",
                "行政拘留",
                "拘役",
                "警告",
                "记过",
                "降级",
                "撤职",
            ])
            && !context.before_is("此各该原某何本几多")
            // 可以处所移植树木价值三倍的罚款
            || context.alone()
                && context.before_is("可以并可")
                && ["可以", "可", "并可", "并"].contains(&context.previous_word())
                && context.clause_after().contains("罚款") =>
        {
            "chu3"
        }
        // 摊铺机, 铺好的稻草; a shop is pù: 商铺, 铺面.
        '铺' if context.before_is("摊平") && !context.after_is("位主面")
            || context.alone()
                && context.after_is("好满上了着成平开在到")
                && !context.before_is("商店药当") =>
        {
            "pu1"
        }
        '处' if context.before_is("之") => "chu4",
        '处' if lies_between(context) => "chu3",
        '处' => chu(context),
        '还' => huan(context),
        // 狠刹歪风; what crowns a pagoda is its chà.
        '刹' if context.before_is("狠力严猛紧手脚急")
            || context.after_is("住停歪")
            || context.next_starts(&["不正之风", "不良", "各种", "一刹"]) =>
        {
            "sha1"
        }
        '载' if context.before_is(NUMERALS) && context.after_is("人货客重荷波") => "zai4",
        '载' if context.before_is(NUMERALS) => "zai3",
        // 《水经注》载：, 史载.
        '载' if context.alone() && context.after().is_none() && is_written(context) => "zai3",
        '供' => "gong1",
        '尽' => jin(context),
        // 金都华府, 越都路: what calls itself a capital.
        '都' if names_an_estate(context) || names_a_road(context) || ends_a_name(context) => "du1",
        '都' => "dou1",
        // 三一重工 is no third of anything.
        '重' if context.before_is(NUMERALS)
            && !context.before_is("这那某")
            && !context.after_is("工型点大要力症金污创") =>
        {
            "chong2"
        }
        '重' if again(context) => "chong2",
        '重' if context.word.len() > 1 && !context.alone() => return None,
        '重' => "zhong4",
        '分' => "fen1",
        '量' => liang(context),
        // 用醋调敷: a medicine is mixed.
        '调' if context.after_is("敷涂搽") => "tiao2",
        // 季调后: seasonally adjusted.
        '调' if context.before_is("季") && !context.after_is("查研动度") => "tiao2",
        '应' if is_asked(context) || copes(context) => "ying4",
        '应' => "ying1",
        '切' if context.before_is("洗剪裁片") && !context.alone() || context.before_is("洗") => {
            "qie1"
        }
        '切' if context.after_is("成片丝块丁段碎好开断下末细薄条割分") => "qie1",
        // 切时要切直: what is done to a thing opens the clause.
        '切' if context.alone() && context.opens_clause() && context.next_word() == "时" => {
            "qie1"
        }

        '与' => "yu3",
        '相' if is_phase(context) => "xiang4",
        '句' if context.before_is(NUMERALS) => "ju4",
        '差' => cha(context),
        '卷' if volume(context) => "juan4",
        // 笔录等证据在卷予以佐证.
        '卷' if context.before_is("在") && context.alone() && !context.after_is(NUMERALS) => {
            "juan4"
        }
        // 卫生纸七千卷.
        '卷' if context.before_is(NUMERALS) && context.line_near(10, "纸布胶带膜纱毡") => {
            "juan3"
        }
        // 羊肉卷; what is kept in files is juàn.
        '卷' if context.before_is("肉牛羊蛋春花胶毯心") => "juan3",
        // 把棉球塞进耳朵, 塞大蒜进耳朵.
        '塞' if context.alone()
            && context
                .clause_after()
                .chars()
                .take(6)
                .any(|c| "进入到".contains(c))
            && !context.next_word().is_empty()
            && !context.before_is("中访驻援对") =>
        {
            "sai1"
        }
        '塞' if context.before_is("胶瓶木耳") || context.alone() && stuffs(context) => "sai1",
        '藏' if hides(context) => "cang2",
        '挑' if context.alone()
            && context.after().is_some()
            && !context.after_is("起战衅拨逗灯明破落头大") =>
        {
            "tiao1"
        }
        // An alley of Shanghai stands behind its number.
        '曾' if context.alone() && verb_follows(context) => "ceng2",
        '弄' if context.before_is("零一二三四五六七八九十百千某") && context.alone() => {
            "long4"
        }
        '弄' => "nong4",
        '干' => gan(context),
        // 被砸中, 抽中: what hits or is drawn; 打砸中 is in the course of it.
        '中' if context.alone() && hits(context) => "zhong4",
        '中' => "zhong1",
        // Mongolia beside another country, or its east: 中蒙, 蒙方, 蒙东.
        '蒙' if context.before_is("中俄日朝韩访援对")
            && (context.alone() || context.at == 1 && context.word.len() == 2)
            || context.at == 0 && context.word.len() <= 2 && context.after_is("方东中俄") =>
        {
            "meng3"
        }
        // 不会的题直接蒙, 全是蒙的.
        '蒙' if context.alone()
            && context.line_near(14, "题答选卷猜")
            && (context.after().is_none() || context.after_is("的对错一个了")) =>
        {
            "meng1"
        }
        '背' if context.alone() && context.line_near(7, "锅债") => "bei1",
        '俞' if context.before_is(ACUPOINTS) => "shu4",
        '系' if fastens(context) => "ji4",
        '担' if context.before_is(NUMERALS) && context.at + 1 == context.word.len() => "dan4",
        '教' => jiao(context),
        '将' => "jiang1",
        '当' if dang::serves_as(context) => "dang4",
        '当' => "dang1",
        // A stream in the Pearl River delta: 猎德涌整治, 涌边村.
        '涌' if context.at + 1 == context.word.len()
            && context.before().is_some()
            && context.next_starts(&["镇", "村", "街", "整治", "治理", "水质", "堤", "口"]) =>
        {
            "chong1"
        }
        '厦' => xia(context),
        // 那么累, 太累了; what piles up is lěi in words.
        '累' if context.alone()
            && (context.before_is("很太不最好更么又真挺再多")
                || ["觉得", "感到", "感觉", "喊", "怕", "嫌", "叫"]
                    .contains(&context.previous_word())
                // 实在是累.
                || context.after().is_none() && context.before_is("是的")) =>
        {
            "lei4"
        }
        // A family is piáo; a given name's 朴 is plain.
        '朴' => "pu3",
        // 晚年丧子; a funeral is sāng.
        '丧' if context.at == 0 && context.after_is("其妻子夫父母偶命权失") => "sang4",
        '轧' => zha(context),
        // 陆万元整, 陆拾, 壹佰陆拾元: the six of bills.
        '陆' if context.after_is("仟佰拾")
            || context.before_is("仟佰拾")
            || context.after_is("万亿元圆角分")
                && (context.before().is_none()
                    || context.before_is("万亿零元圆角币款计整为金仅")) =>
        {
            "liu4"
        }
        '倒' if falls(context) => "dao3",
        // 冠、亚军.
        '冠' if context.alone() && context.line[context.start + 1..].starts_with(&['、', '亚']) => {
            "guan4"
        }
        '划' if context.alone() && context.next_starts(&["旱船", "龙舟", "龙船", "竹筏"]) => {
            "hua2"
        }
        // 磨剪刀; the mill of 磨面 and 磨豆腐 is in the dictionary.
        '磨' if context.alone()
            && context.next_starts(&["剪", "菜刀", "刀", "镰刀", "斧", "针"]) =>
        {
            "mo2"
        }
        '脏' if context.alone() && context.before_is("又很太真更最") => "zang1",
        '圈' if is_a_pen(context) => "juan4",
        '场' if befalls(context) => "chang2",
        // A family with a given name: 冯少华, 李少军.
        '少' if is_given_young(context) => "shao4",
        // 防稻曲病: what ferments or moulds.
        '曲' if context.before_is("稻") => "qu1",
        // 科教兴家: whoever makes something flourish does xīng.
        '兴' if context.alone() => "xing1",
        _ => return None,
    })
}

/// Whether 圈 is where animals are kept: 把羊赶进圈里. The circle of friends is quān.
fn is_a_pen(context: &Context<'_>) -> bool {
    const REACH: usize = 8;
    const ANIMALS: &str = "羊牛猪鸡鸭鹅驴骡";
    let within = context.alone() || ["圈里", "圈内"].contains(&context.words[context.index]);
    let of_animals = context.before_is(ANIMALS)
        || context.before_is("进入出回满了") && context.line_near(REACH, ANIMALS);
    within && of_animals && (context.after().is_none() || context.after_is("里内中的、"))
}

/// Whether a book stands before 载, or a quotation behind it.
fn is_written(context: &Context<'_>) -> bool {
    let start = context.start;
    let quotes = matches!(context.line.get(start + 1), Some('：' | ':' | '“'));
    let book = start > 0 && context.line[start - 1] == '》';
    quotes || book || context.before_is("史志书文")
}

/// Whether 倒 says that somebody or something falls: 推倒, 难不倒, 撞倒在地. What is poured or turned round is dào.
fn falls(context: &Context<'_>) -> bool {
    const FELLED: &str = "推撂踢摔拽撞绊扳击砸刮压跌昏晕醉滑栽扑放病拉打按摁碾吹难驳放摞轧冲震";
    let poured = context.after_is("入进出灌流退车掉回")
        && !context.next_starts(&["出现", "进行", "入院", "回家"]);
    let felled = context.before_is(FELLED)
        || context.before_is("不")
            && context
                .text_before()
                .chars()
                .rev()
                .nth(1)
                .is_some_and(|c| FELLED.contains(c));
    felled && !poured
}

/// 厦 is shà as a large building (大厦, 广厦); alone it is short for Xiamen: 厦漳泉, 厦府办.
fn xia(context: &Context<'_>) -> &'static str {
    if context.before_is("大广高商巨危华千倾层") && !context.after_is("门") {
        "sha4"
    } else {
        "xia4"
    }
}

/// 轧 is zhá where metal is rolled (热轧, 轧钢), else yà: 轧伤, 轧棉花.
fn zha(context: &Context<'_>) -> &'static str {
    if context.before_is("热冷精粗连初锻可控温钢板开") || context.after_is("钢制机材辊板件线管")
    {
        "zha2"
    } else {
        "ya4"
    }
}

/// Whether 塞 puts something in: 往里塞, 塞了钱. Alone in a foreign name it is sài.
fn stuffs(context: &Context<'_>) -> bool {
    context.after_is("了得进给满到住入着几两") || context.before_is("被里往乱硬猛")
}

/// Whether 藏 keeps or hides something: 分别藏于, 隐藏; 入藏 goes to Tibet.
fn hides(context: &Context<'_>) -> bool {
    context.before_is("隐暗躲埋收深私窝珍馆储冷蕴")
        || context.at == 0
            && context.word.len() <= 2
            && context.after_is("着于有在了匿起进身品得住好")
            && !context.before_is("入进援驻川滇青甘在赴")
        || context.alone()
            && context.after().is_some()
            && !context.before_is("入进援驻川滇青甘在赴西来离出")
            && !context.after_is("东中北南西族语文医药历区胞青羚獒毯香红传川戏历式家人")
}

/// Whether a verb, or what stands before one, comes next.
fn verb_follows(context: &Context<'_>) -> bool {
    let tag = context.segmenter.part_of_speech(context.next_word());
    tag.starts_with(['v', 'd', 'p'])
}

/// 着 at the head of a word is zhuó (着实, 着装), behind 不 zháo (用不着), else zhe.
fn zhe(context: &Context<'_>) -> &'static str {
    // 我省着力降成本: what jieba has cut from its 力.
    let puts_force = context.alone()
        && context.after_is("力")
        && !context.next_starts(&["力量", "力气", "力度"])
        && !context.previous_word().is_empty()
        && !context
            .segmenter
            .part_of_speech(context.previous_word())
            .starts_with(['v', 'p', 'a']);
    if context.at == 0 && context.word.len() > 1 || puts_force {
        "zhuo2"
    } else if context.before_is("不得")
        && (context.at >= 2 || context.alone() && context.index >= 2)
    {
        "zhao2"
    } else {
        "zhe5"
    }
}

/// 尽 is jǐn in 尽快 and 尽可能, else jìn.
fn jin(context: &Context<'_>) -> &'static str {
    if context.after_is("快早管可先量速") {
        "jin3"
    } else {
        "jin4"
    }
}

/// Whether 少 stands between a surname and what given names end with: 李少波, 冯少军. 钱少一点 is less.
fn is_given_young(context: &Context<'_>) -> bool {
    const ENDS: &str = "华红奇波文峰锋军君青平伟雄康杰明东林辉强敏武勇芳芬英春新鹏龙斌洪忠聪玲萍莉琴珍梅兰怀谦卿云飞娟霞荣光刚良祥昆坤宁宏鸿虹琼瑜儒铭恒亮彬滨帆";
    let families = context.line[..context.start + context.at].last();
    let named = families.is_some_and(|&c| is_surname(c));
    let begins = context.at == 1 && context.word.len() == 3
        || context.at == 0 && context.previous_word().chars().count() == 1;
    let known = context.is_known() && context.word.len() > 2;
    named && begins && !known && context.after_is(ENDS)
}

/// Whether 处 says where a place lies: 该村处三省交界, 因处两河交汇地而得名. 此处三省交界 is the place itself.
fn lies_between(context: &Context<'_>) -> bool {
    const BETWEEN: &[&str] = &["交界", "交汇", "接合部", "结合部", "接壤", "腹地", "中下游"];
    let what = context.segmenter.part_of_speech(context.next_word());
    let clause: String = context.clause_after().chars().take(12).collect();
    (context.alone() || !context.is_known())
        && !context.before_is("此何各该某一两几多本同另别四之的理收管事务接")
        && !context.previous_word().ends_with("办事")
        && (what.starts_with(['n', 'm', 's']) || context.after_is(NUMERALS))
        && BETWEEN.iter().any(|between| clause.contains(between))
}

/// Whether 中 tells that something is hit or drawn.
fn hits(context: &Context<'_>) -> bool {
    let drawn = context.before_is("抽砸猜") && !context.next_starts(&["国", "药", "医"]);
    let wrecks = context.text_before().ends_with("打砸") || context.text_before().ends_with("抢砸");
    drawn && !wrecks
}

/// Whether 应 answers somebody's wish: 应主办方邀请, 应家长要求.
fn is_asked(context: &Context<'_>) -> bool {
    const WISHES: &[&str] = &["邀", "要求", "请求", "约请", "之请", "之约"];
    const HOW: &[&str] = &["书面", "口头", "当场", "技术", "资格", "质量"];
    const REACH: usize = 24;
    let asker = context.next_word();
    let clause: String = context.clause_after().chars().take(REACH).collect();
    let tag = context.segmenter.part_of_speech(asker);
    context.alone()
        && (context.index == 0
            || context.before_is("是系曾将经并")
            || context.follows_a_masked_name()
            || (context.segmenter.part_of_speech(context.previous_word())).starts_with("nr"))
        && !HOW.contains(&asker)
        && (tag.is_empty() || tag.starts_with(['n', 'r', 's', 'j', 'i', 'x']))
        && WISHES.iter().any(|wish| clause.contains(wish))
}

/// Whether 应 is part of 应对 that jieba has cut apart: 精准应|对外部冲击. Who has to do something stands before the
/// other: 甲方应对此负责.
fn copes(context: &Context<'_>) -> bool {
    const HOW: &[&str] = &[
        "精准", "有效", "积极", "妥善", "从容", "科学", "主动", "联合", "沉着", "稳妥", "合力",
        "全力", "成功", "快速", "携手", "有力",
    ];
    context.alone() && context.after_is("对") && HOW.contains(&context.previous_word())
}

/// 了 behind 不 or 得 is liǎo (免不了, 受得了), else le; 取得了 has got something.
fn le(context: &Context<'_>) -> &'static str {
    let got = context.before_is("得")
        && context
            .words_before(1)
            .chars()
            .chain(context.word[..context.at].iter().copied())
            .rev()
            .nth(1)
            .is_some_and(|c| "取获赢博夺求懂晓值觉记认显变使所争拿求占".contains(c));
    // 从此得了忧郁症.
    let ill = context.next_word().ends_with(['症', '病', '癌', '炎']);
    let got = got || ill || has_fallen_ill(context);
    if context.before_is("不得")
        && context.at + 1 == context.word.len()
        && context.word_or_words_before()
        && !got
    {
        return "liao3";
    }
    "le5"
}

/// 行 is háng as a bank, a row or a trade; else xíng.
fn hang(context: &Context<'_>) -> &'static str {
    if context.before_is("银央分支农工商总投各同两本外我他建中我") && context.word.len() > 1
    {
        return "hang2";
    }
    let in_this_word = context.alone() || context.at + 1 < context.word.len();
    if in_this_word && context.after_is("业情长规距列") {
        return "hang2";
    }
    let numbered = context.before_is(NUMERALS)
        && (context.text_before().chars().rev())
            .find(|c| !NUMERALS.contains(*c))
            .is_some_and(|c| c == '第');
    if context.before_is("第每几")
        || numbered
        || context.before_is(NUMERALS) && context.alone() && !context.after_is("为动程走")
    {
        return "hang2";
    }
    "xing2"
}

/// Whether 重 makes something happen again: 重拍, 重签. 重罚 and 重建设 (轻管理) are heavy.
fn again(context: &Context<'_>) -> bool {
    const DONE: &str = "估录印拍写签测走回归现游演开启组建构塑设置装排编修订申提试选读译播发复叠聚温拾返做绘制作算填登检验划铸刊";
    let one_verb = if context.alone() {
        context.next_word().chars().count() == 1
    } else {
        context.at == 0 && context.word.len() == 2 && !context.is_known()
    };
    one_verb && context.after_is(DONE)
}

/// Whether 卷 counts the volumes of a book: 第一卷.
fn volume(context: &Context<'_>) -> bool {
    let before = context.text_before();
    let bare = before.trim_end_matches(|c| NUMERALS.contains(c));
    bare != before && bare.ends_with('第')
}

/// 只 behind a numeral counts animals, else it means only.
fn zhi(context: &Context<'_>) -> &'static str {
    // 大多只在国内销售; 许多只 counts.
    let mostly = ["大多", "至多", "最多", "顶多", "多半", "大都"];
    if context.alone() && mostly.contains(&context.previous_word()) {
        return "zhi3";
    }
    let counts = context.before_is(NUMERALS) && !context.after_is("有要是能需限会可允占用");
    // 存栏六十三万头只.
    let heads = context.before_is("头")
        && (context.text_before().chars().rev().nth(1)).is_some_and(|c| NUMERALS.contains(c))
        && (context.after().is_none() || context.after_is("的、以左"));
    // 首只绿色基金, 整只入锅.
    let whole = context.before_is("首整单") && !context.after_is("有要是能需限会可允占用");
    if whole
        || heads
        || counts
        || context.before_is(ANIMALS) && !context.after_is("有要是能需限会可允占用")
    {
        "zhi1"
    } else {
        "zhi3"
    }
}

/// 数 is shǔ as a verb, shuò of a pulse (脉细数), else shù.
fn shu(context: &Context<'_>) -> &'static str {
    if context.before_is("弦滑濡洪细浮沉疾") && context.text_before().contains('脉') {
        return "shuo4";
    }
    let of_something = context.before_is("位株人户次篇件个字行列点面页座台辆倍份条项家种例批罪");
    if context.after_is("得不") && !context.alone() && !of_something || context.before_is("细悉")
    {
        "shu3"
    } else {
        "shu4"
    }
}

/// 量 is liáng where someone measures, else an amount.
fn liang(context: &Context<'_>) -> &'static str {
    let measures =
        context.next_starts(&["体温", "血压", "身高", "尺寸", "一量", "了"]) && context.alone();
    if measures || context.before_is("丈测衡估") {
        "liang2"
    } else {
        "liang4"
    }
}

/// 干 alone is a verb, and 青干班 is for cadres; what is dry is gān.
fn gan(context: &Context<'_>) -> &'static str {
    const DRY: &str = "口咽舌唇鼻眼晒晾烘风吹擦焙烤沥阴";
    if context.before_is(DRY) {
        return "gan1";
    }
    // 晒至八成干, 再晒至足干.
    let dried = context.before_is("足半")
        || context.before_is("成")
            && (context.text_before().chars().rev().nth(1)).is_some_and(|c| NUMERALS.contains(c));
    if dried && (context.after().is_none() || context.after_is("的时后即再左")) {
        return "gan1";
    }
    // 气候冷干, 偏暖干: how dry the air is beside how cold.
    if context.at + 1 == context.word.len() && context.before_is("冷暖湿热凉偏") {
        return "gan1";
    }
    // 把事干成, 干出实效.
    let done = (context.at == 0 || context.before_is("没不别都"))
        && context.after_is("成好出得完起到掉啥下上");
    if context.alone()
        || done
        || context.before_is("苦实巧真敢能主骨树想肯边专促重猛硬狠拼多快")
        || context.after_is("班局校") && !context.before_is("若")
    {
        "gan4"
    } else {
        "gan1"
    }
}

/// 教 with someone to teach is jiāo.
fn jiao(context: &Context<'_>) -> &'static str {
    if context.after_is("你我他她给") || context.alone() && context.after_is("学孩会") {
        "jiao1"
    } else {
        "jiao4"
    }
}
