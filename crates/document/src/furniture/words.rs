//! What the words of a line say: controls, footers, disclaimers, credits, links to other pages.
//!
//! Words are matched against short lines only, since a policy may well speak of 版权所有.

use std::sync::LazyLock;

use regex::Regex;

use crate::characters::without_spaces;

/// Longest line, in characters, that is looked at for boilerplate words.
const LONGEST_LINE: usize = 160;

/// Lines that are nothing but a control of the page.
static CONTROL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:[\[【(（<《|]?(?:打印|打印本页|打印本稿|打印此页|打印文章|打印页面|关闭|关闭窗口|关闭本页|关闭此页|返回顶部|返回列表|返回首页|返回|回到顶部|顶部|收藏|加入收藏|收藏本页|分享|分享到|分享至|分享文章|转发|纠错|我要纠错|网站纠错|大|中|小|特大|超大|默认|正常|放大|缩小|大中小|放大正常缩小|首页|更多|更多>+|上一页|下一页|上一篇|下一篇|上一条|下一条|尾页|末页|无障碍|无障碍浏览|无障碍阅读|长者模式|长辈版|适老版|适老化|关怀版|繁体|繁體|简体|登录|注册|退出|搜索|语音播报|语音朗读|朗读|播报|点击播放|收听|听全文|微信|微博|新浪微博|腾讯微博|QQ空间|qq空间|QQ|点赞[0-9]*|展开|收起|展开全文|(?:点击)?(?:展开|阅读|查看)?剩余全文(?:[（(][0-9]*[）)])?|查看全文|阅读全文|(?:PDF|pdf|OFD|ofd|WORD|Word|word|文本|文字|图片|全文|原文)(?:版|格式)?下载|下载(?:PDF|pdf|OFD|ofd|WORD|Word|word|文本|文字|图片|全文|原文)(?:版|格式)?|下载|保存|复制链接|复制网址|在线(?:办理|咨询|客服|申报)|我要(?:收藏|咨询|投诉|评价|办理)|一键分享|我要分享|人人网|开心网|豆瓣网?|百度贴吧|网易微博|搜狐微博|微信好友|朋友圈|保护视力色|护眼|跳(?:到|至|转到|转至)(?:主要|主体|页面)?(?:内容|正文|导航)区?域?|跳过(?:导航|链接)|(?i:skiptomaincontent|skiptocontent)|分享工具|友好打印|字体|字号|已阅[0-9]*|(?:已)?(?:浏览|阅读|点击|访问)[0-9]+(?:次|人)?|列印|友善列印|列印此页|电邮给朋友|阅读原文|转寄|(?:[»›]首页)|[AaTt][+-]|TOP|top|Top)[\]】)）>》|]*)+$",
    )
    .expect("a constant pattern")
});

/// The controls of a list on several pages, with at least one that is no mere number.
static PAGER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:[共每]?(?:计|有|页)?[0-9]+(?:条|页|篇)(?:记录|信息|数据)?|第?[0-9]+/[0-9]+页?|当?前?第[0-9]+页|首页|第一页|[上下前后]一?页|末页|尾页|最后一页|跳转到?|转到|到第|[0-9]+|GO|Go|go|确定|页|[\[\]|/·>»<«…])+$",
    )
    .expect("a constant pattern")
});

/// What a line of such controls must hold.
static PAGER_WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[上下前后]一?页|[首末尾]页|第?[0-9]+/[0-9]+页|共[0-9]+[条页]")
        .expect("a constant pattern")
});

/// Words that give a line away wherever they stand in it.
static ANYWHERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"扫一扫.{0,6}(手机|分享|打开|微信好友|朋友圈|当前|本页)|扫码(查看|阅读|分享|浏览)(当前|本|此|更多|全文)|手机(打开|查看|浏览|阅读)(当前|本|此)?页|分享让更多人看到|分享到(微信|朋友圈|微博|新浪|[:：])|分享[:：]|ICP(备|证)|公网安备|网站标识码|政府网站标识|网站地图|友情链接|(浏览|点击|阅读|访问)(次数|量|数)|(点击|浏览|阅读)[:：][0-9]|字体大小|字体[:：]|字号[:：]|【?字体[:：]|【打印】|\[打印\]|【关闭】|\[关闭\]|打印本页|关闭窗口|您(现在|当前)?(所在)?的?(位置|所在位置)|当前(所在)?位置|(文明上网|理性发言|登录发帖)|发表评论|网友评论|我要评论|JavaScript|请使用.{0,10}浏览器|浏览器版本|Copyright|©|版权所有[:：©]|All ?Rights ?Reserved|建议使用.{0,12}(分辨率|浏览器)|(国务院)?客户端小程序|在线播放|^阅读[:：]?[0-9]+次?(点?赞[0-9]+|在看[0-9]+|分享[0-9]+|收藏[0-9]+)*$|点击(上方)?蓝字|轻触阅读原文|继续滑动看下一个|预览时标签不可点|今日访问|^(网站|本站)?首页[>＞›»→]|您是第.{0,12}位|^您好[，,!！。]?我是.{1,12}[，,!！。].{0,12}(帮|服务|咨询|解答)|^[^，。；：:]{0,30}版权所有[^，。；]{0,30}$|^版权所有[^，。；]{2,120}$|^[\p{Han}]{2,24}(主办|承办)([\p{Han}]{2,24}(承办|协办|维护))?$",
    )
    .expect("a constant pattern")
});

/// Calls to scan a code, to follow an account, to fetch a program. Around the text they are the
/// site's, among its steps they are one of them.
static PROMPT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"点击(上方|下方|左上角|右上角|蓝字|名片).{0,20}(关注|订阅)|点(个|亮)?“?在看”?$|扫一扫|扫码(查看|阅读|分享|关注|浏览)|扫描(上方|下方|左侧|右侧)?二维码(查看|阅读|分享|浏览|在手机)|关注.{0,12}(微信|公众号)$|下载.{0,8}客户端$|微信公众号$|官方微信$|官方微博$",
    )
    .expect("a constant pattern")
});

/// Whether a line says of itself that it is one of several steps: 第一步, 步骤2, 3.
static STEP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:[(（]?[0-9一二三四五六七八九十]{1,3}[)）.．、]|第[0-9一二三四五六七八九十]{1,2}[步，、：:]|步骤[0-9一二三四五六七八九十]|[①-⑳]|方法[0-9一二三四五六七八九十]|(?:首先|然后|其次|最后|接着|再))",
    )
    .expect("a constant pattern")
});

/// Disclaimers, which read like prose.
static DISCLAIMER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(版权(与|及|和)?免责声明|版权声明|免责声明|特别声明)|凡(本站|本网|本网站|注明).{0,60}(转载|版权)|(转载|使用)时?.{0,12}(请|必须|须|应)?注明.{0,6}(来源|出处)|版权(均)?(属于?|归)(本网|本站|.{0,20}网站)|不代表本(网|站)|如有侵权|违法和?不良信息举报|未经.{0,8}(许可|授权|同意).{0,10}(转载|摘编|复制|镜像)|违者必究|即将离开.{0,40}(是否|继续|前往)|版权所有.{0,10}(不得|严禁|禁止)|(不得|严禁|禁止).{0,4}镜像|请.{0,4}在?(留言|评论|发言)时.{0,20}(遵守|文明)|(网友|读者)(评论|留言)仅供",
    )
    .expect("a constant pattern")
});

/// Lines that credit an editor, at the end of an article.
static CREDIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^[\[【(（]?(?:责任编辑|责编)[\p{Han}]{2,4}[\]】)）]?$|^(?:[\[【(（]纠错[\]】)）])?[\[【(（]?(责任编辑|责编|编辑|网站编辑|信息编辑|审核|校对|校核|(?:图片|照片|摄影|供图|图)来源|图源|初审|复审|终审|一审|二审|三审|录入|录入人|发布人|信息员|信息来源|稿件来源|文章来源|来源|来稿|编审|签发|供稿|撰稿|审核人|审签|监制|值班编委|作者)[:：].{0,60}$",
    )
    .expect("a constant pattern")
});

/// Headings under which other pages are listed.
static OTHER_PAGES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^[【\[]?(相关(链接|文档|阅读|新闻|稿件|文章|解读|政策|信息|报道|内容|资讯|推荐|专题|资料|文件|图解)|政策解读|解读链接|关联(文件|解读|阅读|信息)|延伸阅读|扩展阅读|往期(推荐|回顾|精彩|文章)|热门(推荐|文章|信息|新闻|搜索)|推荐(阅读|信息|文章)|为您推荐|猜你喜欢|最新(信息|发布|文章)|更多(阅读|新闻|信息)|上一篇|下一篇|上一条|下一条|(网友|网民|读者)?(留言|评论)(精选|板|列表)?|(网友|网民|读者)意见|(精彩|热门|最新|网友|发表)(评论|留言)|我要(提意见|留言|评论|发言|提问|写信|纠错)|在线(留言|提问)|用户登录|满意度(调查|评价)|(政策|文件)原文|原文链接|图解政策|一图读懂|视频解读|媒体解读|专家解读|热点(信息|新闻|推荐|专题|关注|排行)|最热(文章|新闻|信息)|视觉焦点|(新闻)?表情排行(日/周)?|您?(此时|看完|读完|浏览后|阅读后)[\p{Han}]{0,8}心情(是|如何)?|您对(本|此|该|这)[\p{Han}]{0,8}的?(评价|意见|看法)(是)?|(智能|在线)(问答|客服|助手)|(AI|智能|智慧)?(助手|客服|机器人)[\p{Han}]{0,4}|猜[你您]想问|[你您]可以(这样|试着)问我?|(大家|他们)都?在[问搜]|(点击|阅读|浏览|热门)排行)([:：】\]].*)?$|^(上|下)一(篇|条|页)[^，。；]{4,50}$",
    )
    .expect("a constant pattern")
});

/// What the words of a line say that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// Nothing but the document's own words.
    Text,
    /// A control, a caption of the page's machinery, or a piece of its footer.
    Machinery,
    /// A call to scan a code or to follow an account, which is machinery unless it stands in the
    /// text.
    Prompt,
    /// The credit of an editor or a source.
    Credit,
    /// The announcement of links to other pages.
    OtherPages,
    /// The title or the beginning of another page, in a feed of several.
    Teaser,
}

/// The words of a page's furniture in simplified characters, for comparing; others keep theirs.
fn simplified(tight: String) -> String {
    fn of(c: char) -> char {
        match c {
            '頁' => '页',
            '頂' => '顶',
            '關' => '关',
            '閉' => '闭',
            '體' => '体',
            '號' => '号',
            '閱' => '阅',
            '讀' => '读',
            '覽' => '览',
            '瀏' => '浏',
            '點' => '点',
            '擊' => '击',
            '數' => '数',
            '發' => '发',
            '佈' => '布',
            '來' => '来',
            '時' => '时',
            '間' => '间',
            '網' => '网',
            '導' => '导',
            '轉' => '转',
            '載' => '载',
            '權' => '权',
            '聲' => '声',
            '聯' => '联',
            '繫' => '系',
            '鏈' => '链',
            '結' => '结',
            '標' => '标',
            '題' => '题',
            '圖' => '图',
            '無' => '无',
            '礙' => '碍',
            '簡' => '简',
            '錄' => '录',
            '註' => '注',
            '冊' => '册',
            '尋' => '寻',
            '語' => '语',
            '報' => '报',
            '臺' => '台',
            '書' => '书',
            other => other,
        }
    }
    if tight.chars().all(|c| of(c) == c) {
        return tight;
    }
    tight.chars().map(of).collect()
}

/// Whether a line is the label of one of a document's tabs: 原文, 解读, 图解.
pub(crate) fn is_tab(text: &str) -> bool {
    static TAB: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^(?:(?:政策|文件|文字|图片|图文|视频|音频|媒体|专家|动漫)?(?:原文|解读|图解|全文|正文|问答)[|｜/\\]?)+$",
        )
        .expect("a constant pattern")
    });
    text.ends_with(['文', '读', '解', '答']) && TAB.is_match(&without_spaces(text))
}

/// Whether a line closes an official document with what its office notes: how it is made public, who
/// has a copy, when it was printed. （此件公开发布） is a part of the document.
pub(crate) fn is_office_note(text: &str) -> bool {
    static NOTE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^[(（]?(?:信息)?公开(?:方式|属性|选项|类别|形式)[:：].{1,14}$|^[(（]?(?:主动|依申请|不予)公开[)）]?$|^(?:抄送|抄报|主送)[:：].{2,150}$|^[\p{Han}、，（）]{2,40}(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日(?:印发|印)$|^[\p{Han}]{2,30}[〇○零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日印发$|^[(（]?共?印[0-9]+份[)）]?。?$",
        )
        .expect("a constant pattern")
    });
    let tight = without_spaces(text);
    tight.chars().nth(LONGEST_LINE).is_none() && NOTE.is_match(&tight)
}

/// Whether a line behind the text gives what a content system notes of a page: 发布日期, 来源.
pub(crate) fn is_property(text: &str) -> bool {
    static PROPERTY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^[【\[（(]?(?:发布(?:日期|时间|机构|单位)|发稿时间|更新(?:日期|时间)|(?:信息|文章|稿件|新闻)?来源|(?:浏览|阅读|访问|点击)(?:次数|量|数)?|索引号|录入时间|发布人)[】\]]?[:：]",
        )
        .expect("a constant pattern")
    });
    PROPERTY.is_match(&without_spaces(text))
}

/// Whether a line names several who worked on the text, parted by blanks: 编辑 周某 校对 吴某某.
fn credits_without_colons(text: &str) -> bool {
    const WORKS: [&str; 9] = [
        "编辑",
        "责任编辑",
        "责编",
        "校对",
        "审核",
        "编审",
        "初审",
        "复审",
        "终审",
    ];
    if !text.starts_with(['编', '责', '校', '审', '初', '复', '终']) {
        return false;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    words.len() >= 4
        && words.len().is_multiple_of(2)
        && words
            .chunks(2)
            .all(|pair| WORKS.contains(&pair[0]) && (2..=4).contains(&pair[1].chars().count()))
}

/// Whether a line is the beginning of another page, which its end points to: 近日，……【详细】, or a sentence with the
/// day of that page or as news has it: 书屋开放。【详细】 2025-04-11, 昨日，书屋开放。【详细】.
fn is_teaser(text: &str) -> bool {
    static TEASER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^(?:NEWS.{4,}[【\[]LEADS[】\]]$|.{8,}(?:[^。！？；][【\[]LEADS[】\]]|[【\[]LEADS[】\]](?:来源[:：].{2,16})?[（(]?[0-9]{1,4}[-/.年月])[0-9年月日时分秒:：/.()（）-]*(?:来源[:：].{2,16})?$|.{8,}(?:…|\.\.\.)LEADS[>》»]*$)"
                .replace("LEADS", LEADS)
                .replace("NEWS", NEWS)
                .as_str(),
        )
        .expect("a constant pattern")
    });
    // Nearly every line is told from these by its letters alone.
    ["详细", "详情", "更多", "全文"]
        .iter()
        .any(|word| text.contains(word))
        && TEASER.is_match(&without_spaces(text))
}

/// How news begins, which a part of a guide does not.
const NEWS: &str = "(?:近日|日前|昨[日天]|今[日天]|前不久|近期|最近|记者|据悉|本报|本网|[0-9]{1,2}月[0-9]{1,2}日|[0-9]{1,2}日)";

/// What leads to the rest of another page, in brackets or alone.
const LEADS: &str = "(?:详细|详情|更多|查看详情|查看更多|阅读全文|阅读更多|查看全文)";

/// How many characters at the end of a line lead elsewhere and are no part of its sentence, and whether brackets say
/// so themselves: 年满六十周岁的可以申请。【详情】, and 查看 where it is a link.
pub(crate) fn control_behind_sentence(text: &str) -> Option<(usize, bool)> {
    static CONTROL_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"[。！？；…]\s*(?:(?P<marked>[【\[（(<《]{1,2}\s*(?:点击|点此)?(?:LEADS|查看|点击查看|了解更多|了解详情|点击进入)\s*[】\]）)>》]{1,2})|(?P<bare>(?:点击|点此)?(?:LEADS|查看|了解更多|了解详情|进入)\s*[>＞》»›→…]*))$"
                .replace("LEADS", LEADS)
                .as_str(),
        )
        .expect("a constant pattern")
    });
    if !text.contains(['查', '详', '更', '全', '阅', '解', '进']) {
        return None;
    }
    let found = CONTROL_BEHIND.captures(text)?;
    let (control, marked) = match (found.name("marked"), found.name("bare")) {
        (Some(control), _) => (control, true),
        (None, control) => (control?, false),
    };
    Some((control.as_str().chars().count(), marked))
}

/// Whether an element in a heading is a control that reads the page aloud or marks it in a list, and no part of
/// the title.
pub(crate) fn is_beside_title(tight: &str) -> bool {
    static BESIDE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^(?:点击|点此)?(?:语音)?(?:播报|朗读|播放|收听|听)(?:全文|本文|文章|新闻|内容|语音|此文)?$|^语音$|^置顶$|^推荐$|^(?i:new|hot)$",
        )
        .expect("a constant pattern")
    });
    BESIDE.is_match(tight) || CONTROL.is_match(tight)
}

/// What the words of a line say that it is.
pub(crate) fn nature(text: &str) -> Nature {
    if text.chars().nth(LONGEST_LINE).is_some() {
        return Nature::Text;
    }
    let tight = simplified(without_spaces(text));
    let count = tight.chars().count();
    if count == 0
        || is_control(&tight)
        || DISCLAIMER.is_match(&tight)
        || is_placeholder(&tight)
        || is_teaser(&tight)
        || (!reads_like_prose(&tight) && ANYWHERE.is_match(&tight) && !is_step(&tight))
    {
        return Nature::Machinery;
    }
    let tells = tight.ends_with(['。', '；']) && tight.contains('，');
    if !tells && PROMPT.is_match(&tight) && !reads_like_prose(&tight) && !STEP.is_match(&tight) {
        return Nature::Prompt;
    }
    if count <= 60 && OTHER_PAGES.is_match(&tight) {
        return Nature::OtherPages;
    }
    if count <= 70
        && !tight.ends_with('。')
        && (CREDIT.is_match(&tight) || credits_without_colons(text))
    {
        return Nature::Credit;
    }
    Nature::Text
}

/// Whether a line stands where something else should: a page that is loading, a viewer or a script
/// that does not work.
pub(crate) fn is_placeholder(text: &str) -> bool {
    static LOADING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i)^(页面|数据|系统|内容|资源|文件)*(正在|努力|拼命|玩命)+(为您)?(加载|载入|读取|初始化|打开|跳转)(中|系统|数据|页面|内容|资源|文件)*[,，、\s]*(请)?(稍候|稍后|稍等|耐心等待|等待)?[.。…·!！]*$|^(页面|数据|系统|内容|资源|文件)*(加载|载入)中[,，、]?(请)?(稍候|稍后|稍等|耐心等待)?[.。…·!！]*$|^(now)?loading[.。…·!！]*$|^请(稍候|稍等|耐心等待)[.。…·!！]*$|^[\p{Han}]{0,8}(加载|载入)中[,，、]?请(稍候|稍后|稍等|耐心等待)[.。…·!！]*$|^(若|如|如果)?长时间(无响应|未响应|没有响应|未加载|未显示).{0,6}请?(刷新|重试).{0,8}$|^(正在|努力)(为您)?生成(摘要|总结|解读|回答|答案)(中)?[.。…·!！]*$|\{\{[^}]*\}\}",
        )
        .expect("a constant pattern")
    });
    static FAILS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i)(无法|不能|不支持).{0,6}(在线)?(浏览|预览|查看|显示|打开|播放).{0,8}(pdf|ofd|flash)|(浏览器|您的设备).{0,6}(不支持|版本过低|版本太低|已过时)|(安装|下载).{0,14}(福昕|foxit|adobe|acrobat|flash)|(开启|启用|允许|打开)(浏览器的?)?.{0,4}(javascript|js|脚本)|without javascript|enable javascript|requires? javascript",
        )
        .expect("a constant pattern")
    });
    // Nearly every line is told from these by its letters alone.
    static MAY_BE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"载|稍|耐心|刷新|生成|读取|初始化|跳转|oading|OADING|\{\{|PDF|pdf|OFD|ofd|lash|浏览器|您的设备|福昕|oxit|dobe|cript|脚本")
            .expect("a constant pattern")
    });
    if !MAY_BE.is_match(text) || text.chars().nth(LONGEST_LINE).is_some() {
        return false;
    }
    let tight = without_spaces(text);
    LOADING.is_match(&tight) || FAILS.is_match(&tight)
}

/// Whether a line behind the text begins the foot of the page. In the text of an invitation the
/// same words name its hosts.
pub(crate) fn begins_foot(text: &str) -> bool {
    static FOOT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(主办|承办|协办|维护|运维|运行维护|技术支持|关键词|标签)(单位|方)?[:：]")
            .expect("a constant pattern")
    });
    FOOT.is_match(&without_spaces(text))
}

/// Whether text without spaces is nothing but controls of the page.
pub(crate) fn is_control(tight: &str) -> bool {
    CONTROL.is_match(tight) || (PAGER_WORD.is_match(tight) && PAGER.is_match(tight))
}

/// Whether the line is a control, a caption of the page's machinery, or a piece of its footer.
pub(crate) fn is_boilerplate(text: &str) -> bool {
    matches!(nature(text), Nature::Machinery | Nature::Prompt)
}

/// Whether the line is one of several steps that tell the reader to do what a control does.
fn is_step(tight: &str) -> bool {
    STEP.is_match(tight) && (PROMPT.is_match(tight) || tight.contains(['，', '“']))
}

/// A line of two sentences, or of one long one, that merely mentions such words.
fn reads_like_prose(tight: &str) -> bool {
    let stops = tight.matches(['。', '；', '！', '？']).count();
    let commas = tight.matches(['，', '、']).count();
    stops >= 1 && commas >= 1 && tight.chars().count() >= 40
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_footers_are_boilerplate() {
        for text in [
            "打印",
            "【打印】 【关闭】",
            "[大] [中] [小]",
            "扫一扫在手机打开当前页",
            "字号：默认 大 超大",
            "京ICP备05070218号",
            "共32条 第1/8页 上一页 1 2 3 下一页 末页",
            "A+ A-",
            "您现在的位置：首页 > 政务公开",
            "浏览次数：1024",
            "分享到：",
            "阅读剩余全文（）",
            "问卷加载中，请稍候。",
            "如长时间无响应，请刷新页面",
            "正在为您生成摘要…",
            "您好，我是小河，很高兴为您服务",
            "昨日，我市首座公园书屋开放。【详细】 2025-04-11 09:20:00",
            "昨日，我市首座公园书屋开放，市民可以…详情",
        ] {
            assert!(is_boilerplate(text), "{text}");
        }
    }

    #[test]
    fn the_document_is_not_boilerplate() {
        for text in [
            "一、总体要求",
            "大力推进政务服务适老化改造。",
            "（联系人：张某，电话：010-12345678）",
            "各地要推广扫码查看办事指南的做法，方便老年人办事，并保留人工窗口和纸质材料；不得以任何理由拒绝。",
            "打印、复印费用由申请人承担。",
            "返回原籍的老年人",
            "申请材料加载失败的，可以到窗口办理。",
            "办理流程详情见附件。",
            "更多便民措施见[附件2]。",
            "补贴按人均收入分三档……详情请咨询社区服务中心。",
            "【详情】请到社区服务中心的窗口咨询",
            "年满六十周岁的居民可以申请。【详细】",
            "材料按办法[详细]所列的清单准备，缺一不可。",
            "申请条件[详情]和材料[详情]见下表。",
            "12",
            "2/3",
        ] {
            assert!(!is_boilerplate(text), "{text}");
        }
    }

    #[test]
    fn credits_are_told_from_sentences() {
        assert_eq!(nature("责任编辑： 周某"), Nature::Credit);
        assert_eq!(nature("（来源：某日报）"), Nature::Credit);
        assert_eq!(nature("来源：由各地民政部门统计后逐级上报。"), Nature::Text);
        assert_eq!(nature("编辑 周某 校对 吴某某"), Nature::Credit);
        assert_eq!(
            nature("责任编辑 周某 初审 吴某某 终审 郑某"),
            Nature::Credit
        );
        assert_eq!(nature("审核人员和校对人员"), Nature::Text);
        assert_eq!(nature("审核 公示 发证 归档"), Nature::Text);
        for heading in [
            "相关链接：",
            "您此时的心情",
            "您看完此文后的心情是",
            "表情排行日/周",
            "您对本页内容的评价",
            "智能问答",
            "最热文章",
        ] {
            assert_eq!(nature(heading), Nature::OtherPages, "{heading}");
        }
    }
}
