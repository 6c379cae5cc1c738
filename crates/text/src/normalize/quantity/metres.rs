//! What stands behind the metres of a height or a distance.

use crate::chars::is_hanzi;
use crate::normalize::token::{At, Ch, Num, Say, Space};

/// `1米75`, `68米32`: what stands behind the metre of a height or a distance is said digit by digit.
pub(crate) fn behind_metres(at: At<'_>) -> Option<Say> {
    let [Num(parts), rest @ ..] = at.rest() else {
        return None;
    };
    let measured = matches!(at.before(), [.., Num(metres), Ch('米')] if metres.len() <= 3);
    let ends = match rest {
        [] | [Space, ..] => true,
        [Ch(c), ..] => {
            !is_hanzi(*c) && !matches!(c, '.' | '-' | '~' | '—' | '/' | ':')
                || matches!(c, '的' | '高' | '左' | '以' | '夺' | '获' | '摘' | '排')
        }
        _ => false,
    };
    (parts.len() == 2 && measured && ends).then(|| Say::new().spell(at, 1, false))
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn parts_of_a_metre_are_spelled() {
        check(&[
            ("以2米36夺冠", "以两米三六夺冠"),
            ("距离3米25人", "距离三米二十五人"),
        ]);
    }
}
