//! Surnames and the characters of given names.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::syllable::Pinyin;

const SURNAMES: &str = include_str!("../../data/surnames.txt");
const GIVEN: &str = include_str!("../../data/given_names.txt");

/// The commonest surnames that are read like the word; they tell a list of names from other lists.
const PLAIN: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭潘萧肖蔡董袁于余叶蒋杜苏魏程吕丁沈姚卢姜崔钟谭陆汪范廖石金贾韦夏付傅邹熊孟秦邱江尹薛闫雷侯龙段郝孔邵史毛顾赖武康贺严钱戴莫洪汤陶黎龚庞樊兰殷施翁万方白田常文易倪鲁齐章温童葛柳";

/// Rarer ones, which tell a name only where something else speaks for it.
const RARER: &str = "邢乔梅甄詹佘项祁池曲岳骆芦古牛关祝左谷冉卜耿聂焦庄柴阮艾凌符涂宁盛阎裴甘岑季俞鲍卓穆游蓝欧麦褚柯霍简辛靳尤毕佟隋桂牟滕屈饶窦沙米边苗戚钮鹿宫栾代安卫尚储苟晏晋郎巫房";

/// Surnames of two characters that are read like the word.
const DOUBLE: &[&str] = &[
    "欧阳", "司马", "诸葛", "上官", "皇甫", "夏侯", "慕容", "司徒", "端木", "公孙", "宇文", "轩辕",
    "东方", "南宫",
];

/// A surname that is not read like the word.
pub(super) struct Surname {
    text: Vec<char>,
    /// In characters.
    pub(super) length: usize,
    pub(super) pinyin: Vec<Pinyin>,
}

/// Surnames by their first character, the longer first.
static TABLE: LazyLock<FxHashMap<char, Vec<Surname>>> = LazyLock::new(|| {
    let mut table: FxHashMap<char, Vec<Surname>> = FxHashMap::default();
    for line in SURNAMES.lines().filter(|line| !line.starts_with('#')) {
        let Some((surname, pinyin)) = line.split_once('\t') else {
            continue;
        };
        let text: Vec<char> = surname.chars().collect();
        let pinyin = pinyin.split(' ').filter_map(Pinyin::parse).collect();
        table.entry(text[0]).or_default().push(Surname {
            length: text.len(),
            text,
            pinyin,
        });
    }
    for surnames in table.values_mut() {
        surnames.sort_by_key(|surname| std::cmp::Reverse(surname.length));
    }
    table
});

static GIVEN_CHARACTERS: LazyLock<FxHashSet<char>> = LazyLock::new(|| {
    let lines = GIVEN.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::chars).collect()
});

/// The surnames that stand at `at`, the longer first.
pub(super) fn surnames_at(line: &[char], at: usize) -> impl Iterator<Item = &'static Surname> {
    TABLE
        .get(&line[at])
        .into_iter()
        .flatten()
        .filter(move |surname| line[at..].starts_with(&surname.text))
}

/// Whether given names often hold the character.
pub(in super::super) fn is_given(c: char) -> bool {
    GIVEN_CHARACTERS.contains(&c)
}

/// Whether the character is a common surname that is read like the word.
pub(in super::super) fn is_plain_surname(c: char) -> bool {
    PLAIN.contains(c)
}

/// Whether the character is a surname, read like the word or not.
pub(crate) fn is_surname(c: char) -> bool {
    PLAIN.contains(c) || TABLE.contains_key(&c)
}

/// How many characters the surname has that a name begins with; `None` where none does.
pub(super) fn surname_length(name: &[char]) -> Option<usize> {
    let first = *name.first()?;
    let double = DOUBLE
        .iter()
        .any(|double| double.chars().eq(name.iter().take(2).copied()));
    let special = surnames_at(name, 0).next().map(|surname| surname.length);
    let single = is_plain_surname(first) || RARER.contains(first);
    double
        .then_some(2)
        .or(special)
        .or_else(|| single.then_some(1))
}

/// Whether the characters are a surname, special or not, and a given name.
pub(in super::super) fn is_plain_name(item: &[char]) -> bool {
    let Some((&first, given)) = item.split_first() else {
        return false;
    };
    is_surname(first) && matches!(given.len(), 1 | 2) && given.iter().all(|&c| is_given(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_surname_has_a_syllable_for_each_character() {
        for surname in TABLE.values().flatten() {
            assert_eq!(surname.pinyin.len(), surname.length, "{:?}", surname.text);
        }
    }
}
