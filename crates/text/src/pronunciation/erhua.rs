//! 儿 as a suffix that colours the syllable before it (一会儿, 花儿), and 儿 as a child (女儿, 幼儿).

/// Characters before a 儿 that is a child.
const CHILDREN: &str =
    "女婴幼少孤胎患男健小新弃托宠侄孙妻孩童病生产养育血月大重形管运浪弱胖障瘫疾守一有无家入";
/// Characters behind a 儿 that begins a word, or is none: 儿童, 儿科, 台儿庄.
const BEGUN: &str = "童科女子歌媳孙戏茶时郎庄";

/// Whether the 儿 at `at` of a run of hanzi is a suffix, spoken in the neutral tone and without a
/// break before it.
pub(crate) fn is_suffix(run: &[char], at: usize) -> bool {
    run[at] == '儿'
        && at
            .checked_sub(1)
            .is_some_and(|before| !CHILDREN.contains(run[before]))
        && !run.get(at + 1).is_some_and(|&next| BEGUN.contains(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_no_suffix() {
        for (text, suffix) in [
            ("一会儿", true),
            ("花儿", true),
            ("哪儿", true),
            ("有点儿", true),
            ("女儿", false),
            ("少儿", false),
            ("新生儿", false),
            ("关爱儿童", false),
            ("养儿防老", false),
            ("儿科", false),
            ("台儿庄", false),
        ] {
            let run: Vec<char> = text.chars().collect();
            let at = run.iter().position(|&c| c == '儿').expect("it is there");
            assert_eq!(is_suffix(&run, at), suffix, "{text}");
        }
    }
}
