//! Which blanks of a line part what stands beside them, so that a reader pauses there: those between the names of
//! persons, between the value of one field and the label of the next, behind times and days, and in rows of words.
//!
//! Most other blanks only space the characters out (通　知, 张 三) or stand beside digits as a matter of style
//! (共 12 人), and are not heard.

use super::chars::is_hanzi;
use super::pronunciation::{Segmenter, is_person, is_role};

/// What is said to stand at a blank: an item of a list ends there.
const ITEM: char = '、';
/// Something of another kind begins.
const FIELD: char = '，';

/// The most characters of a stretch that are looked at.
const LONGEST_STRETCH: usize = 24;
/// How far back the colon of the field that ends at a blank may stand.
const LONGEST_FIELD: usize = 40;
/// The longest label: 信息公开指南目录.
const LONGEST_LABEL: usize = 8;
/// The longest item of a row of words.
const LONGEST_ITEM: usize = 6;

/// The length of a set phrase.
const PHRASE: usize = 4;

/// What is counted or measured, and is a surname as well.
const UNITS: &str = "万千百亿元时米双户项期年月日周分点号款条章节级路层楼室班车文";

/// Labels that stand without a colon, too.
const LABELS: &[&str] = &[
    "发布机构",
    "发文机关",
    "发文机构",
    "发文单位",
    "发文字号",
    "发文时间",
    "发文日期",
    "发布时间",
    "发布日期",
    "成文日期",
    "成文时间",
    "生成日期",
    "公开日期",
    "公开方式",
    "公开时限",
    "公开范围",
    "主题分类",
    "主题词",
    "体裁分类",
    "信息分类",
    "信息来源",
    "内容分类",
    "组配分类",
    "浏览次数",
    "阅读次数",
    "点击次数",
    "浏览量",
    "点击量",
    "阅读量",
    "访问量",
    "责任编辑",
    "信息索引",
    "索引号",
    "文号",
    "来源",
    "作者",
    "编辑",
    "备注",
    "名称",
    "标题",
    "有效性",
    "时效",
    "字号",
    "字体",
    "联系人",
    "联系电话",
    "电话",
    "传真",
    "邮编",
    "地址",
    "网址",
    "邮箱",
    "咨询电话",
    "监督电话",
];

/// What is done on a day or at a time that stands before it.
const DONE_ON_A_DAY: &[&str] = &[
    "发布", "公布", "实施", "施行", "印发", "通过", "生效", "召开", "举行", "开始", "结束", "截止",
];

/// The blanks of a line of folded characters that part something, by where they begin, and the mark that a
/// reader would put there.
pub(crate) fn parting(line: &[char], segmenter: &Segmenter) -> Vec<(usize, char)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < line.len() {
        if !is_blank(line[at]) {
            at += 1;
            continue;
        }
        let end = at + line[at..].iter().take_while(|c| is_blank(**c)).count();
        let place = Place {
            before: &line[..at],
            after: &line[end..],
            segmenter,
        };
        found.extend(place.mark().map(|mark| (at, mark)));
        at = end;
    }
    found
}

fn is_blank(c: char) -> bool {
    c != '\n' && c.is_whitespace()
}

/// The hanzi that `text` ends with.
fn stretch_before(text: &[char]) -> &[char] {
    let hanzi = text.iter().rev().take(LONGEST_STRETCH);
    let length = hanzi.take_while(|c| is_hanzi(**c)).count();
    &text[text.len() - length..]
}

/// The hanzi that `text` begins with.
fn stretch_after(text: &[char]) -> &[char] {
    let hanzi = text.iter().take(LONGEST_STRETCH);
    &text[..hanzi.take_while(|c| is_hanzi(**c)).count()]
}

fn without_blanks_behind(text: &[char]) -> &[char] {
    let blanks = text.iter().rev().take_while(|c| is_blank(**c)).count();
    &text[..text.len() - blanks]
}

fn without_blanks_ahead(text: &[char]) -> &[char] {
    let blanks = text.iter().take_while(|c| is_blank(**c)).count();
    &text[blanks..]
}

/// A blank, with what stands on both sides of it.
struct Place<'a> {
    before: &'a [char],
    after: &'a [char],
    segmenter: &'a Segmenter,
}

impl Place<'_> {
    fn mark(&self) -> Option<char> {
        let last = *self.before.last()?;
        self.after.first()?;
        if ends_an_article_number(self.before) && is_hanzi(self.after[0]) {
            return Some(FIELD);
        }
        if !(is_hanzi(last) || last.is_ascii_alphanumeric() || matches!(last, ')' | '%')) {
            return None;
        }
        if self.begins_a_field() || self.follows_a_time() {
            return Some(FIELD);
        }
        // 书记员 王丽, 文字 李娜
        let is_office = self.person_after() && !self.person_before();
        if self.begins_the_date_of_a_signature() || self.is_between_halves() {
            return Some(FIELD);
        }
        self.between_persons()
            .or_else(|| (!is_office && self.is_in_a_row()).then_some(ITEM))
            .or_else(|| self.is_between_clauses().then_some(FIELD))
    }

    /// `索引号：00108 发布机构：市政府`, `2016-06-16 浏览次数`: a label behind the value of another field.
    fn begins_a_field(&self) -> bool {
        let label = stretch_after(self.after);
        let rest = without_blanks_ahead(&self.after[label.len()..]);
        let value = stretch_before(self.before);
        let is_labelled = rest.first() == Some(&':');
        if is_labelled && (2..=LONGEST_LABEL).contains(&label.len()) {
            let reach = self.before.len().saturating_sub(LONGEST_FIELD);
            let is_whole = value.len() > 1 || ends_an_amount(self.before);
            return value.is_empty() || self.before[reach..].contains(&':') && is_whole;
        }
        let is_label = LABELS
            .iter()
            .any(|known| known.chars().eq(label.iter().copied()));
        // 联系 地址: a label that is spaced out.
        is_label
            && (value.is_empty()
                || value.len() > 1 && label.len() > 3
                || ends_an_amount(self.before))
    }

    /// `14:00-17:00 周一闭馆`, `9:00-11:30 14:00-17:00`, but not `于 14:00 召开`, where the blanks are a matter of
    /// style.
    fn follows_a_time(&self) -> bool {
        let in_time =
            |c: &&char| c.is_ascii_digit() || matches!(**c, ':' | '-' | '—' | '~' | '/' | '.');
        let length = self.before.iter().rev().take(LONGEST_STRETCH);
        let length = length.take_while(in_time).count();
        // The colon of a label before it is no part of it.
        let length =
            length - usize::from(self.before[self.before.len() - length..].starts_with(&[':']));
        let (context, time) = self.before.split_at(self.before.len() - length);
        let parts = |separator: char| time.split(|c| *c == separator).count();
        let is_range = time.iter().any(|c| matches!(c, '-' | '—' | '~'));
        let is_clock = parts(':') >= 2 && time.last().is_some_and(char::is_ascii_digit);
        let is_day = time.len() >= 8 && ['-', '/', '.'].iter().any(|&c| parts(c) == 3);
        if !is_clock && !is_day || context.last().is_some_and(|c| is_blank(*c)) {
            return false;
        }
        if is_clock && is_range && self.after.first().is_some_and(char::is_ascii_digit) {
            let next = self.after.iter().take(5).position(|c| *c == ':');
            return next.is_some_and(|colon| colon < 3);
        }
        let leads = context
            .last()
            .is_some_and(|c| "于在自从至到截由为前后".contains(*c));
        let next = stretch_after(self.after);
        // 2025-03-18 发布
        let opens = |verb: &&str| verb.chars().eq(next.iter().take(2).copied());
        !leads
            && !DONE_ON_A_DAY.iter().any(opens)
            && next.len() >= 2
            && !"至到起止前后以开左许整的时分，".contains(next[0])
    }

    /// `县人民政府 2024年5月1日`: who has signed, and when.
    fn begins_the_date_of_a_signature(&self) -> bool {
        let signed = stretch_before(self.before);
        signed.len() > 3
            && "府局委厅办院部会校社所站司".contains(signed[signed.len() - 1])
            && matches!(self.after, [y, e, a, r, '年', m, ..]
                if [y, e, a, r, m].iter().all(|digit| digit.is_ascii_digit()))
    }

    /// `李莉 王芳`, `王强 副组长`, `李明 书记员 王丽`.
    fn between_persons(&self) -> Option<char> {
        // 10 万, 12 时许: a unit that is a surname, too.
        let numbered = self.before.last().is_some_and(char::is_ascii_digit)
            && !self.after.first().is_some_and(|c| UNITS.contains(*c));
        match (self.person_before(), self.person_after()) {
            (true, true) => Some(ITEM),
            // 12345678 王芳
            (false, true) if numbered => Some(FIELD),
            (false, _) if self.person_before_sex() => Some(FIELD),
            (true, false) => {
                let next = stretch_after(self.after);
                let described = matches!(next, ['男' | '女']);
                (described || (2..=LONGEST_LABEL).contains(&next.len()) && opens_with_a_role(next))
                    .then_some(FIELD)
            }
            _ => None,
        }
    }

    /// `张伟 男 1985年生`
    fn person_before_sex(&self) -> bool {
        let [before @ .., '男' | '女'] = self.before else {
            return false;
        };
        let before = without_blanks_behind(before);
        before.len() + 1 < self.before.len() && Place { before, ..*self }.person_before()
    }

    /// Whether the name of a person ends here, perhaps behind an office, or with a blank inside (李　明).
    fn person_before(&self) -> bool {
        let own = stretch_before(self.before);
        if let [given] = own {
            let rest = without_blanks_behind(&self.before[..self.before.len() - 1]);
            return rest.len() + 1 < self.before.len()
                && matches!(stretch_before(rest), [family] if is_person(&[*family, *given], self.segmenter));
        }
        (2..=4).any(|length| {
            let name = own.len().checked_sub(length);
            name.is_some_and(|name| {
                is_person(&own[name..], self.segmenter) && (name == 0 || is_role(&own[..name]))
            })
        })
    }

    /// Whether the name of a person begins here, perhaps with a blank inside, and 等 or nothing behind it.
    fn person_after(&self) -> bool {
        let own = stretch_after(self.after);
        if let [family] = own {
            let rest = without_blanks_ahead(&self.after[1..]);
            return rest.len() + 1 < self.after.len()
                && matches!(stretch_after(rest), [given] if is_person(&[*family, *given], self.segmenter));
        }
        (2..=4).any(|length| {
            own.len() >= length
                && is_person(&own[..length], self.segmenter)
                && matches!(own.get(length), None | Some('等'))
        })
    }

    /// `首页 政务公开 办事服务 互动交流`: a row of four items or more, or of three words or phrases of one length.
    fn is_in_a_row(&self) -> bool {
        const ROW: usize = 4;
        let is_item = |item: &[char]| (2..=LONGEST_ITEM).contains(&item.len());
        let mut items: Vec<&[char]> = Vec::new();
        let mut rest = self.before;
        while items.len() < ROW {
            let item = stretch_before(rest);
            if !is_item(item) {
                break;
            }
            items.push(item);
            let further = &rest[..rest.len() - item.len()];
            rest = without_blanks_behind(further);
            if rest.len() == further.len() {
                break;
            }
        }
        let ahead = items.len();
        let mut rest = self.after;
        while items.len() < ahead + ROW {
            // 玉米 大豆等作物
            let item = stretch_after(rest).split(|c| *c == '等').next();
            let item = item.unwrap_or_default();
            if !is_item(item) || matches!(rest.get(item.len()), Some('，' | ',' | ':')) {
                break;
            }
            items.push(item);
            let further = &rest[item.len()..];
            rest = without_blanks_ahead(further);
            if rest.len() == further.len() {
                break;
            }
        }
        let is_word = |item: &[char]| self.segmenter.has_word(&item.iter().collect::<String>());
        let alike = items.len() == ROW - 1
            && items.iter().all(|item| item.len() == items[0].len())
            && items
                .iter()
                .all(|item| item.len() == PHRASE || is_word(item));
        // 第二章 申请
        let numbered = matches!(
            stretch_before(self.before),
            ['第', .., '章' | '节' | '编' | '篇']
        );
        !numbered
            && ahead > 0
            && items.len() > ahead
            && (items.len() >= ROW || alike)
            && !self.is_inside_a_word()
    }

    /// `《团结奋斗 忠诚履职》`: two phrases of one length that are all of a line, a title or a quotation.
    fn is_between_halves(&self) -> bool {
        let (first, second) = (stretch_before(self.before), stretch_after(self.after));
        let opening = self.before[..self.before.len() - first.len()].last();
        let closing = self.after.get(second.len());
        (PHRASE..LONGEST_STRETCH).contains(&first.len())
            && second.len() == first.len()
            && opening.is_none_or(|c| "《〈“‘【[(\n".contains(*c))
            && closing.is_none_or(|c| "》〉”’】]),，。!?;\n".contains(*c))
            && !self.is_inside_a_word()
    }

    /// `超强台风“青松”登陆 各地区积极应对`: two stretches that are long enough to be clauses of a headline.
    fn is_between_clauses(&self) -> bool {
        const SHORTEST: usize = 5;
        let heard = |c: &&char| !is_blank(**c) && **c != '\n';
        let first = self.before.iter().rev().take_while(heard).count();
        let second = self.after.iter().take_while(heard).count();
        let opens = |c: char| is_hanzi(c) && !"的了和与及或等至到为是".contains(c);
        let closes = |c: &char| is_hanzi(*c) && !"的和与及或至到为是在".contains(*c);
        first >= SHORTEST
            && second >= SHORTEST
            && self.before.last().is_some_and(closes)
            && self.after.first().is_some_and(|c| opens(*c))
            && stretch_after(self.after).len() >= SHORTEST - 1
            && !self.is_inside_a_word()
    }

    /// Whether the dictionary has a word that the blank stands in, and that one of the items is a part of: 人民 政府,
    /// but not 公开 办事 with 开办.
    fn is_inside_a_word(&self) -> bool {
        let (before, after) = (stretch_before(self.before), stretch_after(self.after));
        (1..=before.len().min(LONGEST_ITEM)).any(|own| {
            (1..=after.len().min(LONGEST_ITEM)).any(|next| {
                let word = before[before.len() - own..].iter().chain(&after[..next]);
                (own == before.len() || next == after.len())
                    && self.segmenter.has_word(&word.collect::<String>())
            })
        })
    }
}

/// `第四条`, `第12条之一`, `第二章` at the beginning of a line.
fn ends_an_article_number(before: &[char]) -> bool {
    const NUMERALS: &str = "〇零一二三四五六七八九十百千";
    let is_numeral = |c: &char| c.is_ascii_digit() || NUMERALS.contains(*c);
    let reach = before.iter().rev().take(LONGEST_STRETCH);
    let length = reach
        .take_while(|c| is_hanzi(**c) || c.is_ascii_digit())
        .count();
    let (leads, own) = before.split_at(before.len() - length);
    let opens = without_blanks_behind(leads).last();
    let own = match own {
        [article @ .., '之', number] if NUMERALS.contains(*number) => article,
        article => article,
    };
    opens.is_none_or(|c| *c == '\n')
        && matches!(own, ['第', number @ .., '条' | '章' | '节' | '编' | '篇']
            if !number.is_empty() && number.iter().all(is_numeral))
}

/// `53号`, `20分`: a number with a character behind it.
fn ends_an_amount(before: &[char]) -> bool {
    matches!(before, [.., number, unit] if number.is_ascii_digit() && is_hanzi(*unit))
}

fn opens_with_a_role(stretch: &[char]) -> bool {
    (2..=stretch.len()).any(|length| is_role(&stretch[..length]))
}

#[cfg(test)]
mod tests {
    use super::super::chars::fold;
    use super::super::pronunciation::Dictionary;
    use super::*;

    #[test]
    fn a_blank_parts_names_fields_and_items_and_nothing_else() {
        let dictionary = Dictionary::load();
        for (line, parted) in [
            ("成员：李莉 李孝智 龚海燕", "成员：李莉、李孝智、龚海燕"),
            (
                "专家：姜云翠　陈菁　刘岱熹等",
                "专家：姜云翠、陈菁、刘岱熹等",
            ),
            ("审判员 李明 书记员 王丽", "审判员 李明，书记员 王丽"),
            ("审判员李明 书记员王丽", "审判员李明，书记员王丽"),
            ("王强 副组长", "王强，副组长"),
            ("张 三", "张 三"),
            ("欧阳娜 司马光明 诸葛亮", "欧阳娜、司马光明、诸葛亮"),
            ("张伟 男 1985年生", "张伟，男，1985年生"),
            ("摄影 王磊 文字 李娜", "摄影 王磊、文字 李娜"),
            ("某县人民政府 2024年5月1日", "某县人民政府，2024年5月1日"),
            ("第二章 申请 第三章 审核", "第二章，申请、第三章 审核"),
            ("李　明", "李　明"),
            ("李　明　王晓红　赵　刚", "李　明、王晓红、赵　刚"),
            ("通　知", "通　知"),
            (
                "上午:09:00-12:00 下午:13:00-17:00 备注",
                "上午:09:00-12:00，下午:13:00-17:00，备注",
            ),
            ("索引号: 00108 发布机构:", "索引号: 00108，发布机构:"),
            (
                "时间：2024-06-28 10:05:11 来源：老龄处",
                "时间：2024-06-28 10:05:11，来源：老龄处",
            ),
            (
                "地址：南路1号 邮编：000000 电话",
                "地址：南路1号，邮编：000000，电话",
            ),
            (
                "9:00-11:30 下午14:00-17:00 周一闭馆",
                "9:00-11:30，下午14:00-17:00，周一闭馆",
            ),
            ("皖政〔2016〕53号 发文时间", "皖政〔2016〕53号，发文时间"),
            ("2016-06-16 浏览次数", "2016-06-16，浏览次数"),
            ("会议于 14:00 召开", "会议于 14:00 召开"),
            ("2025-03-18 发布", "2025-03-18 发布"),
            ("会议于14:00 召开", "会议于14:00 召开"),
            ("共 12 人参加", "共 12 人参加"),
            ("投资 10 万元", "投资 10 万元"),
            ("每年 10 万至 12 万", "每年 10 万至 12 万"),
            ("12345678 王芳", "12345678，王芳"),
            ("2024 年 5 月 1 日", "2024 年 5 月 1 日"),
            ("姓　名：张三", "姓　名：张三"),
            ("联系 电话：12345", "联系 电话：12345"),
            (
                "首页 政务公开 办事服务 互动交流",
                "首页、政务公开、办事服务、互动交流",
            ),
            ("语文 数学 英语", "语文、数学、英语"),
            ("小麦 玉米 大豆等作物", "小麦、玉米、大豆等作物"),
            ("夯实基层基础 增进民生福祉", "夯实基层基础，增进民生福祉"),
            ("《春华秋实 岁月如歌》", "《春华秋实，岁月如歌》"),
            ("春华秋实 岁月如歌之夜", "春华秋实 岁月如歌之夜"),
            (
                "超强台风“青松”登陆 各地区各部门积极应对",
                "超强台风“青松”登陆，各地区各部门积极应对",
            ),
            (
                "用电量超9661万 专家提醒错峰用电",
                "用电量超9661万，专家提醒错峰用电",
            ),
            ("全县共有 3 个社区", "全县共有 3 个社区"),
            ("县人民 政府 办公室", "县人民 政府 办公室"),
            ("第四条 烟叶税的税率", "第四条，烟叶税的税率"),
            ("第237条 农村集体经济组织", "第237条，农村集体经济组织"),
            ("第十条之一 违反规定", "第十条之一，违反规定"),
            ("依照第四条 规定", "依照第四条 规定"),
        ] {
            let folded: Vec<char> = line.chars().map(fold).collect();
            let mut marked: Vec<char> = line.chars().collect();
            for (at, mark) in parting(&folded, dictionary.segmenter()) {
                marked[at] = mark;
            }
            assert_eq!(marked.iter().collect::<String>(), parted);
        }
    }
}
