//! Names behind an office that ends in 长, and places behind an agency, where the characters make another word:
//! 水利局局长|安建国 and 副市长|江涛, but 办事处|长岗坪 and 公安局|长渠派出所.
//!
//! jieba sees 长安 and 长江 there. Whoever cuts a text asks here first where a word has to begin.

use super::persons::{
    Following, ends_with_any, following, heads_an_office, is_given, is_given_word, is_surname,
    starts_with_any,
};
use super::segmenter::Segmenter;
use crate::chars::is_hanzi;

/// Surnames that make a word with 长 before them, beside those that are common.
const FAMILIES: &str = "江沙安白方乐宁葛武阳海平龙文林丰明和高石谷车水富康庆荣";
/// Behind 长 they make a word whatever stands before: 局长期, 市长效.
const LENGTHS: &str = "期效久短";
/// What names of places end with: 长岭, 长湾.
const LANDS: &str = "岭湾坪洲坳塘崖畈坡沟峪";
/// Agencies and communities that are named for a place.
const NAMED_FOR_A_PLACE: &[&str] = &[
    "派出所",
    "税务所",
    "司法所",
    "工商所",
    "供电所",
    "财政所",
    "税务分局",
    "分局",
    "中队",
    "法庭",
    "检查站",
    "收费站",
    "社区",
];

/// What is said of the Great Wall in an area: 市长城保护条例, but 市长城建工作.
const OF_THE_WALL: &[&str] = &[
    "城保护",
    "城遗址",
    "城遗迹",
    "城文化",
    "城国家",
    "城沿线",
    "城脚下",
    "城资源",
    "城旅游",
    "城修",
    "城墙",
    "城建设",
    "城段",
    "城点段",
    "城风景",
];

/// The bytes of `text` at which a word begins, in order.
pub(super) fn borders(text: &str, segmenter: &Segmenter) -> Vec<usize> {
    if !text.contains('长') {
        return Vec::new();
    }
    let (bytes, line): (Vec<usize>, Vec<char>) = text.char_indices().unzip();
    let found = (0..line.len()).filter(|&at| line[at] == '长');
    found
        .filter_map(|at| border(&line, at, segmenter))
        .map(|at| bytes[at])
        .collect()
}

/// Where the word border beside the 长 at `at` lies, before or behind it; `None` where nothing tells.
pub(super) fn border(line: &[char], at: usize, segmenter: &Segmenter) -> Option<usize> {
    let run = Run {
        line,
        at,
        segmenter,
    };
    (at > 0 && at + 1 < line.len())
        .then(|| run.border())
        .flatten()
}

/// A run of hanzi with 长 at `at`.
struct Run<'a> {
    line: &'a [char],
    at: usize,
    segmenter: &'a Segmenter,
}

impl Run<'_> {
    fn border(&self) -> Option<usize> {
        if LENGTHS.contains(self.line[self.at + 1]) {
            return None;
        }
        if self.is_certainly_an_office() {
            return Some(self.at + 1);
        }
        if self.begins_a_place() || self.lasts() {
            return Some(self.at);
        }
        let names_somebody = self.is_word(2) && self.stands_before_a_name(self.opens());
        names_somebody.then_some(self.at + 1)
    }

    fn before(&self) -> &[char] {
        &self.line[..self.at]
    }

    fn behind(&self) -> &[char] {
        &self.line[self.at + 1..]
    }

    /// Whether the dictionary has the `length` characters from 长 on.
    fn is_word(&self, length: usize) -> bool {
        self.line
            .get(self.at..self.at + length)
            .is_some_and(|word| self.segmenter.has_word(&word.iter().collect::<String>()))
    }

    /// Whether nothing but an office can end with 长: 副市长, 法规处处长, 清河县县长. 处处长满 has grown everywhere.
    fn is_certainly_an_office(&self) -> bool {
        const GROWS: &str = "满着出了有到青";
        let [.., first, head] = *self.before() else {
            return false;
        };
        heads_an_office(head)
            && (first == '副' || first == head && !GROWS.contains(self.behind()[0]))
    }

    /// Whether 长 begins the name of a place that an agency or an area has: 公安局|长渠派出所, 该县|长白乡.
    fn begins_a_place(&self) -> bool {
        const AREAS: &str = "局处所院队市县区镇乡省部厅";
        const OTHER_WORDS: &[&str] = &["沟通", "塘主"];
        const GOES: &str = "到在赴来去走进深视率带对向于的是要亲立查检调访看驻下回";
        let behind = self.behind();
        if !self.before().ends_with(&['处']) && !AREAS.contains(self.line[self.at - 1]) {
            return false;
        }
        let follows = |skipped: usize, words: &[&str]| {
            behind
                .get(skipped..)
                .is_some_and(|rest| starts_with_any(rest, words))
        };
        // 东曲办事处|长岗坪社区: an office of this kind has a director.
        if self.before().ends_with(&['办', '事', '处']) {
            return !self.stands_before_a_name(true);
        }
        if follows(0, OF_THE_WALL) {
            return true;
        }
        let land = LANDS.contains(behind[0]) && !follows(0, OTHER_WORDS);
        let one = !matches!(behind[0], '和' | '与' | '及') && follows(1, NAMED_FOR_A_PLACE);
        let agency = !GOES.contains(behind[0]) && (one || follows(2, NAMED_FOR_A_PLACE));
        let village = self.is_word(2)
            && matches!(behind.get(1), Some('乡' | '镇' | '村' | '街'))
            && !follows(1, &["乡镇", "乡村", "村镇", "街坊"]);
        land || agency || village
    }

    /// Whether something goes on in an area for long: 本市|长年开展, 该院|长远规划. 本市市长年薪 is none.
    fn lasts(&self) -> bool {
        const HOLDERS: &str = "市县区省局院校所村镇乡";
        const OF_A_YEAR: &str = "薪度富轻仅龄底初终纪近满";
        let [.., this, holder] = *self.before() else {
            return false;
        };
        let long = match *self.behind() {
            ['年', next, ..] => !OF_A_YEAR.contains(next),
            ['远', next, ..] => "规发目利战计看".contains(next),
            _ => false,
        };
        "本该我全".contains(this) && HOLDERS.contains(holder) && long
    }

    /// Whether what ends with 长 opens its run, or is an office that no area has.
    fn opens(&self) -> bool {
        const TITLES: &[&str] = &[
            "小组", "秘书", "审判", "检察", "护士", "大队", "中队", "支队", "协会", "誉会",
        ];
        let before = self.before();
        let prefixed = matches!(before, [_] | ['原' | '前' | '现' | '老' | '总', _]);
        // 由市长, 会见了县长: an area needs a name.
        let unnamed = matches!(before, [.., c, _] if !is_hanzi(*c) || "由对与和向请了被跟据让从及".contains(*c));
        prefixed || unnamed || ends_with_any(before, TITLES)
    }

    /// Whether a surname and a given name stand behind, and behind them what only persons have: 县长|沙永强主持会议.
    /// What opens its run is an office even where the sentence only goes on: 局长|安志刚在现场.
    fn stands_before_a_name(&self, opens: bool) -> bool {
        /// What names of places and of things in them end with.
        const PLACES: &str = "路街桥村镇乡县市区河湖江山岭沟港湾岛园海岸洲";
        const SCHOOLS: &[&str] = &["小学", "中学", "大学", "银行"];
        if !heads_an_office(self.line[self.at - 1]) && !opens {
            return false;
        }
        let family = self.behind()[0];
        if !is_surname(family) && !FAMILIES.contains(family) {
            return false;
        }
        // 县长沙某某.
        if let ['某', next, ..] = self.behind()[1..] {
            return !"段处桥镇村地".contains(next);
        }
        [2, 1].into_iter().any(|length| {
            let Some(given) = self.behind().get(1..=length) else {
                return false;
            };
            let word: String = given.iter().collect();
            // 局长江海洋表示, but 区长安中学校长.
            let common = self.is_common(&word) && (!opens || SCHOOLS.contains(&word.as_str()));
            let named = given.iter().all(|&c| is_given(c))
                && !PLACES.contains(given[length - 1])
                && !common;
            named
                && match following(self.line, self.at + 2 + length) {
                    Following::Cue => true,
                    Following::GoesOn => opens || length == 2 && self.line[self.at - 1] != '省',
                    Following::Other => false,
                }
        })
    }

    /// Whether the dictionary has the word, and not as a name.
    fn is_common(&self, word: &str) -> bool {
        let given: Vec<char> = word.chars().collect();
        let tag = self.segmenter.part_of_speech(word);
        let named = is_given_word(&given) || tag.starts_with("nr") || tag.starts_with("nz");
        given.len() > 1 && self.segmenter.has_word(word) && !named
    }
}

#[cfg(test)]
mod tests {
    use super::super::Dictionary;
    use super::*;

    #[test]
    fn an_office_ends_before_the_name_and_a_place_begins_behind_the_agency() {
        let dictionary = Dictionary::load();
        for (text, parts) in [
            ("法规处处长方敏女士", vec!["法规处处长", "方敏女士"]),
            ("副市长江涛出席会议", vec!["副市长", "江涛出席会议"]),
            ("县长沙永强主持会议", vec!["县长", "沙永强主持会议"]),
            ("办事处长岗坪社区", vec!["办事处", "长岗坪社区"]),
            ("公安局长渠派出所", vec!["公安局", "长渠派出所"]),
            ("公安分局长和桥派出所", vec!["公安分局", "长和桥派出所"]),
            ("本市长年开展普法", vec!["本市", "长年开展普法"]),
            ("武汉市长江大桥", vec!["武汉市长江大桥"]),
            ("水利部长江水利委员会", vec!["水利部长江水利委员会"]),
            ("县长安乡", vec!["县", "长安乡"]),
            ("副局长期空缺", vec!["副局长期空缺"]),
            ("山坡上处处长满青草", vec!["山坡上处处长满青草"]),
            ("局长到派出所慰问", vec!["局长到派出所慰问"]),
            ("局长沟通协调", vec!["局长沟通协调"]),
            ("区长安医院", vec!["区长安医院"]),
        ] {
            let mut at = 0;
            let mut found: Vec<&str> = Vec::new();
            for border in borders(text, dictionary.segmenter()) {
                found.push(&text[at..border]);
                at = border;
            }
            found.push(&text[at..]);
            assert_eq!(found, parts, "{text}");
        }
    }
}
