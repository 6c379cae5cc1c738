//! What is numbered although its word counts elsewhere: the groups of a village, floors below the ground.

use crate::normalize::numerals::cardinal;
use crate::normalize::token::{At, Ch, Num, Say};

/// `2组团`, `负2层`: what is numbered although its word counts elsewhere.
pub(crate) fn numbered(at: At<'_>) -> Option<Say> {
    let [Num(number), ..] = at.rest() else {
        return None;
    };
    let group = at.sees(1, "组团") && !at.sees(1, "组团队");
    let below = at.after_any(&["负", "地下"]) && at.sees_any(1, &["层", "楼"]);
    let placed = group && at.after_any(&["园", "区", "苑", "城", "湾", "里", "村", "府", "庭"]);
    // 讨论2组、5组的流转: the groups of a village.
    let groups = at.sees(1, "组")
        && (matches!(
            at.rest().get(2..5),
            Some([Ch('、' | '和'), Num(_), Ch('组')])
        ) || matches!(at.before(), [.., Num(_), Ch('组'), Ch('、' | '和')]));
    (number.len() <= 2 && (placed || below || groups))
        .then(|| Say::new().text(at, 1, &cardinal(number)))
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn groups_and_floors_below_the_ground_are_numbered() {
        check(&[
            ("锦绣园2组团", "锦绣园二组团"),
            ("停在负2层", "停在负二层"),
            ("2组和7组村民", "二组和七组村民"),
            ("抽调2组团队", "抽调两组团队"),
        ]);
    }
}
