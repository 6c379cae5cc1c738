//! The letter O where it stands for 〇 between the digits of a year: 二OO九年.

use crate::normalize::token::{At, Ch, Say, Token, Word};

/// Letters that look like 〇: the Latin ones, and the Cyrillic and Greek ones.
fn is_letter_o(c: char) -> bool {
    matches!(c, 'O' | 'o' | '\u{41e}' | '\u{43e}' | '\u{39f}' | '\u{3bf}')
}

fn is_digit(token: Option<&Token<'_>>) -> bool {
    matches!(token, Some(Ch(c)) if "〇零一二三四五六七八九".contains(*c))
}

/// `二OO九年`, `二○一O年`: among digits in hanzi the letter is their zero.
pub(crate) fn letter_for_zero(at: At<'_>) -> Option<Say> {
    const MOST_ZEROS: usize = 2;
    let run = at.rest().iter().take_while(|token| match token {
        Word(letters) => letters.iter().all(|&c| is_letter_o(c)),
        Ch(c) => is_letter_o(*c),
        _ => false,
    });
    let letters = |token: &Token<'_>| {
        if let Word(letters) = token {
            letters.len()
        } else {
            1
        }
    };
    let run: Vec<usize> = run.take(MOST_ZEROS + 1).map(letters).collect();
    let zeros: usize = run.iter().sum();
    let behind = at.before().last();
    let next = at.rest().get(run.len());
    let among = is_digit(behind) && (is_digit(next) || next == Some(&Ch('年')));
    let sized = (1..=MOST_ZEROS).contains(&zeros);
    (among && sized).then(|| {
        run.iter().fold(Say::new(), |say, &count| {
            say.text(at, 1, &"零".repeat(count))
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn the_letter_among_digits_is_a_zero() {
        check(&[
            ("二OO九年一月", "二零零九年一月"),
            ("二○一O年", "二零一零年"),
            ("二Ｏ二Ｏ年", "二零二零年"),
            ("二\u{41e}\u{41e}八年", "二零零八年"),
            ("一OO医院", "一OO医院"),
        ]);
    }
}
