//! Persons whose surname is not read like the word: 任海涛, 单晓东, 仇建国.
//!
//! A name is a surname and one or two characters of a given name, with a cue on either side: an office
//! or a role before it, a form of address or what someone does behind it, a label, a list of names, or
//! the column of a table. What the dictionary knows as a word is no name, unless the cues leave no
//! doubt. Only the surname's pronunciation is decided here.

mod cues;
mod tables;

use std::ops::Range;

use super::segmenter::Segmenter;
use super::syllable::Pinyin;
use crate::chars::is_hanzi;
pub(super) use cues::{
    Following, ends_with_any, following, heads_an_office, is_given_word, starts_with_any,
};
use cues::{Left, Right};
pub(crate) use cues::{heads_names, is_role};
pub(crate) use tables::is_surname;
use tables::{Surname, surnames_at};
pub(super) use tables::{is_given, is_plain_name};

/// A person named in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// Where the name stands, in characters of the line.
    pub(crate) range: Range<usize>,
    /// The pronunciation of the surname's characters, with which the name begins.
    pub(crate) surname: &'static [Pinyin],
}

/// Characters that are hardly ever part of a given name.
const NEVER_GIVEN: &str = "非在是的了着过把被将就也都不没有会能可要说对于和与或及为其到从以而且并还再又很最更已经各每该此这那等所上下内外里后名个次县市省镇乡村局部委厂称号员们位务";

/// Surnames that are verbs or adverbs on most pages: where nothing follows that a person would do, a given
/// name that is itself a word makes them no name (曾志愿, 过平安).
const VERBS: &str = "曾过占种盖召折洗那查解任车句员撒曲祭幺";

/// Surnames that hardly open a company's name or any word: 朴志恩力克对手, but 华业 and 乐成 are firms.
const RARELY_ELSE: &str = "仇覃冼缪朴逄翟谌眭昝訾阚郗";

/// What a district or a unit has (区民政, 单位), which looks like a given name.
const AGENCIES: &[&str] = &[
    "中心", "中学", "民政", "政府", "妇联", "委办", "人社", "财政", "残联", "团委", "住建", "政法",
    "文旅", "卫健", "法院", "公安", "教育", "城管", "应急", "司法", "信访", "水利", "农林", "文明",
    "文广", "政务", "政协", "人大", "武装", "统战", "纪委", "工商", "税务", "交通", "审计", "统计",
    "园林", "环卫", "房管", "档案", "工信", "商务", "发改", "农业", "科技", "体育", "老龄", "东",
    "西", "南", "北", "中", "域", "属", "级", "内", "直", "间",
];

/// Where somebody holds an office: 任公司总经理, 任学院院长.
pub(super) const ORGANISATIONS: &[&str] = &[
    "公司", "集团", "学院", "学校", "大学", "医院", "银行", "支行", "分行", "部门", "机构", "单位",
    "协会", "商会", "学会", "工会", "陆军", "海军", "空军", "总部", "本院", "该院", "该校", "我院",
];

/// The longest word that is looked for across the border of a name.
const LONGEST_CROSSING: usize = 4;

/// The persons of a line of folded characters. In a `column` of names every cell is one.
pub(crate) fn persons(line: &[char], column: bool, segmenter: &Segmenter) -> Vec<Person> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let page = Page {
            line,
            column,
            segmenter,
        };
        match page.person(at) {
            Some(person) => {
                at = person.range.end;
                found.push(person);
            }
            None => at += 1,
        }
    }
    found
}

/// The pronunciation of the surname that a name of folded characters begins with; `None` where it is read like
/// the word.
pub(crate) fn surname_of(name: &[char]) -> Option<&'static [Pinyin]> {
    if name.is_empty() {
        return None;
    }
    let surname = surnames_at(name, 0).next()?;
    Some(&surname.pinyin)
}

/// Whether the folded characters are a surname with a given name, and no word of the dictionary.
pub(crate) fn is_person(name: &[char], segmenter: &Segmenter) -> bool {
    let family = tables::surname_length(name);
    let given = family.map_or(0, |family| name.len().saturating_sub(family));
    let word: String = name.iter().collect();
    (1..=2).contains(&given)
        && !name.iter().any(|c| NEVER_GIVEN.contains(*c))
        && (!segmenter.has_word(&word) || segmenter.part_of_speech(&word).starts_with("nr"))
}

/// Whether a name that is known from elsewhere in the document stands at `range`: no word of the
/// dictionary lies across its borders.
pub(crate) fn stands_alone(line: &[char], range: Range<usize>, segmenter: &Segmenter) -> bool {
    let page = Page {
        line,
        column: false,
        segmenter,
    };
    let short = range.len() == 2;
    !page.crossed(range.start, 0..line.len(), 2)
        && !(short
            && (page.is_word(range.clone()) || page.crossed(range.end, range.start..line.len(), 2)))
}

struct Page<'a> {
    line: &'a [char],
    /// Whether the line is a cell in a column of names.
    column: bool,
    segmenter: &'a Segmenter,
}

impl Page<'_> {
    fn person(&self, at: usize) -> Option<Person> {
        surnames_at(self.line, at).find_map(|surname| {
            let range = self.name(at, surname)?;
            Some(Person {
                range,
                surname: &surname.pinyin,
            })
        })
    }

    /// Where the name ends whose surname stands at `at`. Two given characters are likelier than one.
    fn name(&self, at: usize, surname: &Surname) -> Option<Range<usize>> {
        let family_end = at + surname.length;
        let left = if self.column {
            cues::in_column(self.line, at)
        } else {
            cues::left(self.line, at)
        };
        let candidates = [2, 1].map(|length| self.candidate(at, family_end, length));
        let sure = |candidate: &&Candidate| candidate.right.is_cue();
        let candidates: Vec<Candidate> = candidates.into_iter().flatten().collect();
        let first = candidates.iter().find(sure);
        first
            .into_iter()
            .chain(&candidates)
            .find(|candidate| self.is_name(candidate, left))
            .map(|candidate| candidate.range.clone())
    }

    fn candidate(&self, at: usize, family_end: usize, length: usize) -> Option<Candidate> {
        let mut start = family_end;
        // 单　勇: names of two characters are spaced out in columns.
        if length == 1 && self.line.get(start).is_some_and(|c| c.is_whitespace()) {
            start += self.line[start..]
                .iter()
                .take_while(|c| c.is_whitespace())
                .count();
        }
        let end = start + length;
        let given = self.line.get(start..end)?;
        let possible = |c: char| is_hanzi(c) && !NEVER_GIVEN.contains(c);
        if !given.iter().all(|&c| possible(c)) && !cues::is_given_word(given) {
            return None;
        }
        let text: String = given.iter().collect();
        if self.line[at] == '区' && AGENCIES.contains(&text.as_str()) {
            return None;
        }
        if ORGANISATIONS.contains(&text.as_str()) || self.is_foreign(given, end) {
            return None;
        }
        Some(Candidate {
            range: at..end,
            family_end,
            given: start..end,
            right: cues::right(self.line, end),
            spaced: start > family_end,
        })
    }

    /// Whether the characters are the sounds of another language: 华尔兹, 盖瑞·吐克.
    fn is_foreign(&self, given: &[char], end: usize) -> bool {
        const BEGINS: &str = "尔理莱洛雷里瑞普格";
        const ENDS: &str = "尔斯曼德顿姆克夫特兹士";
        let sounds =
            matches!(given, [first, last] if BEGINS.contains(*first) && ENDS.contains(*last));
        sounds || matches!(self.line.get(end), Some('·' | '・' | '•'))
    }

    fn is_name(&self, candidate: &Candidate, left: Left) -> bool {
        let Candidate {
            range,
            family_end,
            given,
            right,
            spaced,
        } = candidate;
        if *spaced && !(left == Left::Label && right.closes()) {
            return false;
        }
        let usual = self.line[given.clone()].iter().all(|&c| is_given(c))
            || cues::is_given_word(&self.line[given.clone()]);
        let one = given.len() == 1;
        let whole_is_word = !spaced && self.is_word(range.clone());
        let opens_word = !spaced && self.is_word(range.start..family_end + 1);
        let given_is_word = !one && self.is_common_word(given.clone());
        // A word of the dictionary would have to be torn.
        let ends = *right != Right::None;
        let unlike = whole_is_word || opens_word && !(usual && !one && ends);
        if usual && !one && !unlike && !opens_word && cues::is_made_head(self.line, range) {
            return true;
        }
        match left {
            Left::Label => {
                !whole_is_word
                    && (right.closes() || right.is_cue() || *right == Right::GoesOn)
                    && (usual || !given_is_word)
                    || !unlike
                        && usual
                        && !one
                        && !self.crossed(range.end, given.start..self.line.len(), 2)
            }
            Left::Role | Left::Appointed => {
                let followed = right.is_cue()
                    || right.closes()
                    || *right == Right::GoesOn
                    || self.line.get(range.end) == Some(&'的') && usual && !opens_word
                    || left == Left::Appointed && *right == Right::Appointed;
                // 副市长华源: a firm has no deputy.
                let of_them = followed || self.line.get(range.end) == Some(&'的');
                let deputy = matches!(self.line[..range.start], [.., '副', _, '长']);
                if deputy && one && usual && of_them && self.is_firm(range.clone()) {
                    return true;
                }
                // 书记员 is no secretary of the family 员; 副市长宁 is no 长宁.
                let shortest = if followed { 3 } else { 2 };
                if unlike || self.crossed(range.start, 0..range.end, shortest) {
                    return false;
                }
                let verb = VERBS.contains(self.line[range.start]);
                // 上诉人解文静因合同纠纷; 申请人曾平安到达.
                let goes_on_as_a_party =
                    matches!(self.line.get(range.end), Some('因' | '与' | '系')) && usual;
                if *right == Right::GoesOn && verb && given_is_word && !goes_on_as_a_party {
                    return false;
                }
                if followed {
                    return usual || !one && !given_is_word;
                }
                if !usual || one || opens_word || verb && given_is_word {
                    return false;
                }
                !self.crossed(range.end, given.start..self.line.len(), 2)
            }
            Left::Open | Left::Listed => {
                if unlike {
                    return false;
                }
                let described = *right == Right::Close && cues::is_described(self.line, range.end);
                let listed = right.closes() && usual && self.is_listed(range, one);
                // 单秀英是全国劳动模范.
                let is_somebody = *right == Right::GoesOn
                    && self.line.get(range.end) == Some(&'是')
                    && usual
                    && !one
                    && !given_is_word
                    && !opens_word
                    && !self.crossed(range.end, given.start..self.line.len(), 2);
                let acts = is_somebody
                    || self.is_told(candidate)
                    || right.is_cue()
                        && (usual || *right == Right::Title && !one && !given_is_word);
                let paired = usual
                    && !(VERBS.contains(self.line[range.start]) && given_is_word)
                    && !opens_word
                    && cues::is_paired(self.line, range.end);
                described && (usual || !given_is_word) || listed || acts || paired
            }
            Left::None => {
                // 刘华蓉女士: what follows another surname is a given name.
                let before = range.start.saturating_sub(1);
                let given = self.line[before..range.start]
                    .iter()
                    .any(|&before| tables::is_plain_surname(before))
                    && !self.is_word(before.saturating_sub(1)..range.start);
                // 单懋德故居.
                let remembered =
                    !one && !given_is_word && cues::has_a_memorial(self.line, range.end);
                !given
                    && *right == Right::Title
                    && (usual || remembered)
                    && !unlike
                    && !opens_word
                    && (!one || cues::is_addressed(self.line, range.end))
                    && !self.crossed(range.start, 0..range.end, 2)
            }
        }
    }

    /// Whether nothing but a name fits behind a mark: 经查，种文博利用, 1. 占一鸣. Both characters are usual in given
    /// names, and no word of the dictionary would stand whole or be torn.
    fn is_told(&self, candidate: &Candidate) -> bool {
        let Candidate {
            range,
            family_end,
            given,
            right,
            spaced,
        } = candidate;
        let usual = self.line[given.clone()].iter().all(|&c| is_given(c));
        let plain = usual
            && given.len() == 2
            && !spaced
            && !self.is_word(range.clone())
            && !self.is_word(range.start..family_end + 1)
            && !self.is_common_word(given.clone())
            && !self.crossed(range.end, given.start..self.line.len(), 2);
        // 《查美乐》 is a title.
        let titled = matches!(self.line.get(range.end), Some('》' | '”' | '’' | '·'));
        // 燕子河 is a river; 华丽之AOE goes on with letters.
        const PLACES: &str = "河江湖海山川路街桥村岛港湾";
        let placed = PLACES.contains(self.line[range.end - 1]);
        let goes_on = (self.line.get(range.end)).is_some_and(char::is_ascii_alphabetic);
        let family = self.line[range.start];
        plain
            && !titled
            && !placed
            && !goes_on
            && (*right != Right::None || RARELY_ELSE.contains(family))
    }

    /// Whether the neighbours in a list are names too: 张伟、任子明、李静. Two characters may be a place.
    fn is_listed(&self, range: &Range<usize>, one: bool) -> bool {
        const PLACES: &str = "州江河海山城川林阳东西南北中";
        if one && self.line[range.clone()].iter().any(|&c| PLACES.contains(c)) {
            return false;
        }
        let before = cues::item_before(self.line, range.start)
            .into_iter()
            .flat_map(|item| {
                [
                    item.clone(),
                    item.end.saturating_sub(2).max(item.start)..item.end,
                ]
            });
        let after = cues::item_after(self.line, range.end)
            .into_iter()
            .flat_map(|item| [item.clone(), item.start..(item.start + 2).min(item.end)]);
        before
            .chain(after)
            .any(|item| tables::is_plain_name(&self.line[item.clone()]) && !self.is_word(item))
    }

    /// Whether the dictionary has the characters as a word that is no name.
    fn is_word(&self, range: Range<usize>) -> bool {
        if range.len() < 2 {
            return false;
        }
        let word: String = self.line[range].iter().collect();
        self.segmenter.has_word(&word) && !self.segmenter.part_of_speech(&word).starts_with("nr")
    }

    /// Whether the dictionary has the characters as a word that names nothing: 国华 and 庆丰 are firms there.
    fn is_common_word(&self, range: Range<usize>) -> bool {
        let word: String = self.line[range.clone()].iter().collect();
        let tag = self.segmenter.part_of_speech(&word);
        let named = tag.starts_with("nz") || tag.starts_with("nr");
        self.is_word(range) && !named
    }

    /// Whether the dictionary has the characters as the name of a firm or the like.
    fn is_firm(&self, range: Range<usize>) -> bool {
        let word: String = self.line[range].iter().collect();
        self.segmenter.part_of_speech(&word).starts_with("nz")
    }

    /// Whether a word of the dictionary of at least `shortest` characters lies across `border`, inside
    /// `within`.
    fn crossed(&self, border: usize, within: Range<usize>, shortest: usize) -> bool {
        let first = border
            .saturating_sub(LONGEST_CROSSING - 1)
            .max(within.start);
        (first..border).any(|start| {
            let last = (start + LONGEST_CROSSING)
                .min(within.end)
                .min(self.line.len());
            ((border + 1).max(start + shortest)..=last).any(|end| {
                self.line[start..end].iter().all(|&c| is_hanzi(c)) && self.is_word(start..end)
            })
        })
    }
}

/// A surname with what may be the given name.
struct Candidate {
    range: Range<usize>,
    family_end: usize,
    given: Range<usize>,
    right: Right,
    /// Whether blanks stand between surname and given name.
    spaced: bool,
}

#[cfg(test)]
mod tests {
    use super::super::Dictionary;
    use super::*;

    /// The names in a line, in order.
    fn named(dictionary: &Dictionary, line: &str, column: bool) -> Vec<String> {
        let line: Vec<char> = line.chars().map(crate::chars::fold).collect();
        persons(&line, column, dictionary.segmenter())
            .into_iter()
            .map(|person| line[person.range].iter().collect())
            .collect()
    }

    #[test]
    fn cues_on_either_side_name_a_person() {
        let dictionary = Dictionary::load();
        for (line, name) in [
            ("任海涛同志任副局长", "任海涛"),
            ("任命单伟为县财政局局长", "单伟"),
            ("免去查志远的副主任职务", "查志远"),
            ("审判员解梦洁", "解梦洁"),
            ("书记员单娜", "单娜"),
            ("联系人：查敏，电话：12345", "查敏"),
            ("副区长仇建国到现场指导", "仇建国"),
            ("被告人盖世杰犯诈骗罪", "盖世杰"),
            ("（通讯员 过卫东 摄）", "过卫东"),
            ("张丽、曾雪峰、赵国庆等三人", "曾雪峰"),
            ("华文博，男，汉族，中共党员", "华文博"),
            ("姓名：单　勇", "单　勇"),
            ("检察员令狐晓燕出庭", "令狐晓燕"),
            ("局长尉迟国栋表示", "尉迟国栋"),
            ("感谢占爱民老师", "占爱民"),
        ] {
            assert_eq!(named(&dictionary, line, false), [name], "{line}");
        }
        assert_eq!(named(&dictionary, "柏素珍", true), ["柏素珍"]);
    }

    #[test]
    fn what_opens_with_a_surname_is_mostly_no_name() {
        let dictionary = Dictionary::load();
        for line in [
            "各单位、任务完成情况",
            "局长曾在会上强调",
            "县长任命了三名干部",
            "主任查看了现场",
            "记者单独采访了当事人",
            "申请人曾平安到达",
            "联系人：单位负责人",
            "负责人：区民政局",
            "原告单位诉称",
            "任何同志不得例外",
            "曾任局长、书记",
            "华东、华北、华南地区",
            "单县、曹县、成武县",
            "宁波、金华、温州三市",
            "领导员工参加，占用耕地",
            "40种农作物",
            "局长孙志刚表示",
            "薄弱环节、过去问题",
            "柏油、燕麦、黑木耳",
            "村民种植的小麦",
            "与和解协议",
            "解放军同志",
        ] {
            assert_eq!(named(&dictionary, line, false), [""; 0], "{line}");
        }
    }

    #[test]
    fn every_frame_names_nearly_every_family() {
        const FRAMES: &[&str] = &[
            "经研究，任命{}为市水务局副局长。",
            "县委书记{}主持会议。",
            "{}表示，将加强监管。",
            "{}同志简历",
            "法定代表人：{}",
            "上诉人{}因合同纠纷一案不服一审判决",
            "拟录用人员：{}（女）",
            "出席会议的有王志强、{}、李晓红等人",
        ];
        const GIVEN: &[&str] = &["雪梅", "国强", "建军", "晓峰", "文静", "宏伟", "勇", "敏"];
        let families = [
            "单", "区", "仇", "解", "查", "任", "曾", "朴", "华", "过", "占", "柏", "薄", "盖",
            "冼", "覃",
        ];
        let dictionary = Dictionary::load();
        let (mut missed, mut count) = (Vec::new(), 0);
        for (frame, family, given) in FRAMES.iter().flat_map(|frame| {
            families
                .iter()
                .flat_map(move |family| GIVEN.iter().map(move |given| (frame, family, given)))
        }) {
            let line = frame.replace("{}", &format!("{family}{given}"));
            count += 1;
            if named(&dictionary, &line, false) != [format!("{family}{given}")] {
                missed.push(line);
            }
        }
        assert!(
            missed.len() * 100 <= count * 4,
            "{} of {count}: {missed:?}",
            missed.len()
        );
    }

    #[test]
    fn words_of_the_prose_are_no_names() {
        let dictionary = Dictionary::load();
        let prose = include_str!("../../../../../tests/data/prose.tsv");
        let polyphones = include_str!("../../../../../tests/data/polyphones.tsv");
        let lines = prose.lines().chain(polyphones.lines());
        let found: Vec<String> = lines
            .filter_map(|line| line.split('\t').next())
            .flat_map(|line| named(&dictionary, line, false))
            .collect();
        assert!(found.is_empty(), "{found:?}");
    }
}
