//! Single characters: folding of widths and variants, and the kinds that rules tell apart.
//!
//! Folding maps one character to one, so that offsets into the folded text are offsets into the
//! source.

use std::borrow::Cow;
use std::sync::{LazyLock, OnceLock};

use rustc_hash::FxHashMap;

/// Traditional characters and their simplified forms, in pairs; see `data/README.md`.
const SIMPLIFIED: &str = include_str!("data/simplified.txt");

/// First and last of the unified ideographs the tables cover.
const HANZI: std::ops::RangeInclusive<char> = '\u{4e00}'..='\u{9fff}';
const TABLE_START: usize = 0x4e00;
const TABLE_LENGTH: usize = 0x5200;

/// Letters with the accented forms that are read like them.
const ACCENTED: &[(char, &str)] = &[
    ('A', "ÀÁÂÃÄĀĂĄǍǞǠǺȀȂȦḀẠẢẤẦẨẪẬẮẰẲẴẶ"),
    ('B', "ḂḄḆ"),
    ('C', "ÇĆĈĊČḈ"),
    ('D', "ĎḊḌḎḐḒĐÐ"),
    ('E', "ÈÉÊËĒĔĖĘĚȄȆȨḔḖḘḚḜẸẺẼẾỀỂỄỆÆŒ"),
    ('F', "Ḟ"),
    ('G', "ĜĞĠĢǦǴḠ"),
    ('H', "ĤȞḢḤḦḨḪ"),
    ('I', "ÌÍÎÏĨĪĬĮİǏȈȊḬḮỈỊ"),
    ('J', "Ĵ"),
    ('K', "ĶǨḰḲḴ"),
    ('L', "ĹĻĽḶḸḺḼŁ"),
    ('M', "ḾṀṂ"),
    ('N', "ÑŃŅŇǸṄṆṈṊ"),
    ('O', "ÒÓÔÕÖŌŎŐƠǑǪǬȌȎȪȬȮȰṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢØ"),
    ('P', "ṔṖ"),
    ('R', "ŔŖŘȐȒṘṚṜṞ"),
    ('S', "ŚŜŞŠȘṠṢṤṦṨ"),
    ('T', "ŢŤȚṪṬṮṰÞ"),
    ('U', "ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖṲṴṶṸṺỤỦỨỪỬỮỰ"),
    ('V', "ṼṾ"),
    ('W', "ŴẀẂẄẆẈ"),
    ('X', "ẊẌ"),
    ('Y', "ÝŶŸȲẎỲỴỶỸ"),
    ('Z', "ŹŻŽẐẒẔ"),
    ('a', "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặɑ"),
    ('b', "ḃḅḇ"),
    ('c', "çćĉċčḉ"),
    ('d', "ďḋḍḏḑḓđð"),
    ('e', "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệæœ"),
    ('f', "ḟ"),
    ('g', "ĝğġģǧǵḡɡ"),
    ('h', "ĥȟḣḥḧḩḫẖ"),
    ('i', "ìíîïĩīĭįǐȉȋḭḯỉịı"),
    ('j', "ĵǰ"),
    ('k', "ķǩḱḳḵ"),
    ('l', "ĺļľḷḹḻḽł"),
    ('m', "ḿṁṃ"),
    ('n', "ñńņňǹṅṇṉṋ"),
    ('o', "òóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợø"),
    ('p', "ṕṗ"),
    ('r', "ŕŗřȑȓṙṛṝṟ"),
    ('s', "śŝşšșṡṣṥṧṩß"),
    ('t', "ţťțṫṭṯṱẗþ"),
    ('u', "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
    ('v', "ṽṿ"),
    ('w', "ŵẁẃẅẇẉẘ"),
    ('x', "ẋẍ"),
    ('y', "ýÿŷȳẏẙỳỵỷỹ"),
    ('z', "źżžẑẓẕ"),
];

/// The scalars between which all accented letters lie.
const ACCENTED_RANGES: [std::ops::RangeInclusive<char>; 2] =
    ['\u{c0}'..='\u{261}', '\u{1e00}'..='\u{1eff}'];

/// The plain letter for an accented one; any other character as it is. The angstrom's sign is a unit.
fn unaccented(c: char) -> char {
    static LETTERS: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
        let forms = ACCENTED
            .iter()
            .flat_map(|(plain, forms)| forms.chars().map(move |form| (form, *plain)));
        forms.collect()
    });
    LETTERS.get(&c).copied().unwrap_or(c)
}

/// Whether `c` is a Chinese character that has a pronunciation of its own.
pub(crate) fn is_hanzi(c: char) -> bool {
    HANZI.contains(&c) || c == '〇' || ('\u{3400}'..='\u{4dbf}').contains(&c) || c >= '\u{20000}'
}

/// A text in the form in which words of lexicons are compared with it: half-width for full-width, the usual form
/// of variants, simplified for traditional characters. It has as many characters.
pub fn folded(text: &str) -> String {
    text.chars().map(fold).collect()
}

/// The form of a character that the rules are written in: half-width for full-width, the usual form for
/// a variant, simplified for traditional.
///
/// `，` stays full-width, because only the half-width comma separates thousands.
pub(crate) fn fold(c: char) -> char {
    if HANZI.contains(&c) {
        return simplified(c);
    }
    match c {
        '，' => c,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{2212}' => '-',
        '–' | '―' | '─' | '━' => '—',
        '﹣' => '-',
        '〜' | '∼' | '˜' => '~',
        '∕' | '⁄' => '/',
        '•' | '・' | '‧' | '∙' | '⋅' => '·',
        '│' | '┃' | '︱' | '￨' | '❘' | '∣' | '¦' => '|',
        'µ' => 'μ',
        '￥' => '¥',
        '￡' => '£',
        '₀'..='₉' => char::from_u32(c as u32 - '₀' as u32 + '0' as u32).unwrap_or(c),
        '﹪' => '%',
        '︰' => ':',
        '﹢' => '+',
        '﹥' => '>',
        '﹤' => '<',
        '≦' | '⩽' => '≤',
        '≧' | '⩾' => '≥',
        '｡' => '。',
        '､' => '、',
        c if ACCENTED_RANGES.iter().any(|range| range.contains(&c)) => unaccented(c),
        '﹝' => '〔',
        '﹞' => '〕',
        _ => c,
    }
}

/// The simplified form of a traditional character, or the character itself.
pub(crate) fn simplified(c: char) -> char {
    static TABLE: OnceLock<Vec<char>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut table: Vec<char> = HANZI.take(TABLE_LENGTH).collect();
        let mut pairs = SIMPLIFIED.trim_end().chars();
        while let (Some(traditional), Some(simple)) = (pairs.next(), pairs.next()) {
            if let Some(slot) = table.get_mut((traditional as usize).wrapping_sub(TABLE_START)) {
                *slot = simple;
            }
        }
        table
    });
    table
        .get((c as usize).wrapping_sub(TABLE_START))
        .copied()
        .unwrap_or(c)
}

/// A character as a string, borrowed for ASCII and common hanzi, so that these allocate nothing.
pub(crate) fn as_str(c: char) -> Cow<'static, str> {
    static ASCII: LazyLock<String> = LazyLock::new(|| (0..0x80_u8).map(char::from).collect());
    static IDEOGRAPHS: LazyLock<String> = LazyLock::new(|| HANZI.collect());
    let place = if c.is_ascii() {
        Some((ASCII.as_str(), c as usize))
    } else if HANZI.contains(&c) {
        Some((
            IDEOGRAPHS.as_str(),
            (c as usize - TABLE_START) * c.len_utf8(),
        ))
    } else {
        None
    };
    match place {
        Some((table, start)) => Cow::Borrowed(&table[start..start + c.len_utf8()]),
        None => Cow::Owned(c.to_string()),
    }
}

/// Whether `c` ends a sentence.
pub(crate) fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '!' | '?' | ';' | '…' | '\n' | '！' | '？' | '；')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_character_are_one() {
        for (forms, one) in [
            ("Ａ９～％：．！？；（）［］", "A9~%:.!?;()[]"),
            ("\u{2010}\u{2011}\u{2012}\u{2212}﹣", "-----"),
            ("–―─━", "————"),
            ("〜∼˜", "~~~"),
            ("∕⁄", "//"),
            ("•・‧∙⋅", "·····"),
            ("│┃︱￨❘∣¦", "|||||||"),
            ("µ￥￡", "μ¥£"),
            ("₀₁₅₉", "0159"),
            ("﹪﹢≦⩽≧⩾", "%+≤≤≥≥"),
            ("｡､﹝﹞", "。、〔〕"),
            ("國務院辦公廳", "国务院办公厅"),
            ("café Zürich Málaga Øresund", "cafe Zurich Malaga Oresund"),
            // What is written so already, and what only looks like another.
            ("，。、《》—…·°²×÷Å", "，。、《》—…·°²×÷Å"),
        ] {
            assert_eq!(forms.chars().map(fold).collect::<String>(), one);
        }
    }

    #[test]
    fn a_sentence_ends_where_its_mark_says_so() {
        for c in "。!?;…\n！？；".chars() {
            assert!(ends_sentence(c), "{c}");
        }
        for c in "，,、：:.）” a中".chars() {
            assert!(!ends_sentence(c), "{c}");
        }
    }

    #[test]
    fn a_character_is_its_own_string() {
        for c in [
            '\0', 'A', '\u{7f}', 'é', '一', '老', '\u{9fff}', '㐀', '𠮷', '〇',
        ] {
            assert_eq!(as_str(c), c.to_string());
        }
    }

    #[test]
    fn wide_forms_fold_to_the_narrow_ones() {
        let folded: String = "２０１５年ＩＰ％：（）／～￥，乾坤著作寶貝"
            .chars()
            .map(fold)
            .collect();
        assert_eq!(folded, "2015年IP%:()/~¥，乾坤著作宝贝");
    }
}
