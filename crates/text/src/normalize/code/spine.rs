//! Segments of the spine.

use crate::normalize::numerals::cardinal;
use crate::normalize::token::{At, Ch, Num, Say, Word};

/// `L4/5椎间盘`, `C3-7椎体`: segments of the spine from one to another.
pub(crate) fn segments(at: At<'_>) -> Option<Say> {
    const SPINE: &[&str] = &["椎", "间盘", "节段", "棘突", "水平"];
    let [
        Word(['C' | 'T' | 'L' | 'S']),
        Num(first),
        Ch('-' | '—' | '~'),
        Num(last),
        next @ ..,
    ] = at.rest()
    else {
        return None;
    };
    let value = |number: &[char]| number.iter().collect::<String>().parse::<u8>().ok();
    let (low, high) = (value(first)?, value(last)?);
    let spine = at.near_after(4, 6, SPINE) || at.near_before(6, &["颈", "腰", "脊", "椎"]);
    let ends = !matches!(next, [Ch('-' | '.'), ..] | [Num(_), ..] | [Word(_), ..]);
    let fits = low < high && high <= 12 && spine && ends && at.opens();
    fits.then(|| {
        Say::new()
            .spell(at, 1, false)
            .text(at, 1, &cardinal(first))
            .text(at, 1, "至")
            .text(at, 1, &cardinal(last))
    })
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn segments_go_from_one_to_another() {
        check(&[("C4-6椎体", "C四至六椎体")]);
    }
}
