//! Brackets that are drawn alike: the two of a pair are of one kind, and that of a document's number is the
//! six-sided one.

use crate::Letter;

/// Kinds of brackets, each with its full form.
const KINDS: [(char, char); 10] = [
    ('（', '）'),
    ('(', ')'),
    ('〔', '〕'),
    ('[', ']'),
    ('［', '］'),
    ('【', '】'),
    ('{', '}'),
    ('｛', '｝'),
    ('《', '》'),
    ('〈', '〉'),
];

/// The brackets around the year of a document's number (GB/T 9704-2012, 7.2.5).
const OF_NUMBER: usize = 2;

/// Those that stood there before 2012, and that a scan shows almost alike.
const SQUARE: [usize; 2] = [3, 4];

/// The first year whose documents have six-sided brackets.
const SINCE: u32 = 2012;

fn opens(letter: char) -> Option<usize> {
    KINDS.iter().position(|(open, _)| *open == letter)
}

fn closes(letter: char) -> Option<usize> {
    KINDS.iter().position(|(_, close)| *close == letter)
}

/// Makes the brackets of each pair in a line one kind.
pub(crate) fn pair(letters: &mut [Letter]) {
    let mut open: Vec<(usize, usize)> = Vec::new();
    for at in 0..letters.len() {
        if let Some(kind) = opens(letters[at].text) {
            open.push((at, kind));
        } else if let Some(kind) = closes(letters[at].text)
            && let Some((begin, begun)) = open.pop()
        {
            let kind = kind_of(letters, (begin, begun), (at, kind));
            (letters[begin].text, letters[at].text) = KINDS[kind];
        }
    }
}

/// Of which kind a pair is, of which either bracket was read as one.
fn kind_of(
    letters: &[Letter],
    (begin, begun): (usize, usize),
    (end, ended): (usize, usize),
) -> usize {
    let year = year(&letters[begin + 1..end]);
    let is_number = year.is_some_and(|year| year >= SINCE) && is_numbered(&letters[end + 1..]);
    let squares = SQUARE.contains(&begun) && SQUARE.contains(&ended);
    if is_number && squares {
        return OF_NUMBER;
    }
    if begun == ended {
        return begun;
    }
    if year.is_some() && [begun, ended].contains(&OF_NUMBER) {
        return OF_NUMBER;
    }
    if letters[begin].confidence >= letters[end].confidence {
        begun
    } else {
        ended
    }
}

fn year(letters: &[Letter]) -> Option<u32> {
    let text: String = letters.iter().map(|letter| letter.text).collect();
    let year: u32 = text.trim().parse().ok()?;
    (1949..2100).contains(&year).then_some(year)
}

/// Whether a document's number follows: 18号, 第3号.
fn is_numbered(letters: &[Letter]) -> bool {
    let mut rest = letters
        .iter()
        .map(|letter| letter.text)
        .filter(|letter| *letter != ' ' && *letter != '第')
        .skip_while(|letter| letter.is_ascii_digit());
    let digits = letters.iter().filter(|letter| letter.text.is_ascii_digit());
    digits.count() > 0 && rest.next() == Some('号')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters that are all sure but for those after which a `?` stands.
    fn paired(text: &str) -> String {
        let mut letters: Vec<Letter> = Vec::new();
        for text in text.chars() {
            match letters.last_mut() {
                Some(last) if text == '?' => last.confidence = 0.5,
                _ => letters.push(Letter {
                    text,
                    left: 0.0,
                    right: 1.0,
                    confidence: 0.99,
                }),
            }
        }
        pair(&mut letters);
        letters.iter().map(|letter| letter.text).collect()
    }

    #[test]
    fn both_brackets_of_a_pair_are_one_kind() {
        for (read, wanted) in [
            ("青政发[2026〕18号", "青政发〔2026〕18号"),
            ("青政发〔2026]18号", "青政发〔2026〕18号"),
            ("青政发[1999〕3号", "青政发〔1999〕3号"),
            ("管理办法（试行)?", "管理办法（试行）"),
            ("管理办法(?试行）", "管理办法（试行）"),
            ("《管理办法（试行）》", "《管理办法（试行）》"),
            ("《管理办法〉?的通知", "《管理办法》的通知"),
        ] {
            assert_eq!(paired(read), wanted, "{read}");
        }
    }

    #[test]
    fn square_brackets_about_the_year_of_a_number_are_six_sided_since_2012() {
        assert_eq!(paired("青政发[2025]7号"), "青政发〔2025〕7号");
        assert_eq!(paired("青政发[2025]第7号"), "青政发〔2025〕第7号");
        // They were square before, and round ones are written here and there.
        assert_eq!(paired("国发[1999]25号"), "国发[1999]25号");
        assert_eq!(paired("青政发（2025）7号"), "青政发（2025）7号");
        assert_eq!(paired("参见[2025]"), "参见[2025]");
    }

    #[test]
    fn what_has_no_partner_stays() {
        for text in ["（一", "一）", "1) 2]", "[1]", "(一)、【二】"] {
            assert_eq!(paired(text), text);
        }
    }
}
