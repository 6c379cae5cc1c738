//! Crosses that multiply nothing: what a form leaves open, masked names, marks on a form, two names together.

use super::token::{At, Ch, Num, Say, Space, Token, Word};
use crate::chars::is_hanzi;

/// `××市××路`: what a form leaves open is read 某.
pub(crate) fn placeholder(at: At<'_>) -> Option<Say> {
    const NAMED: &str = "省市县区镇乡村街路巷号年月日某局厅委办院校所站处科室公单人先女同大";
    let [Ch('×'), rest @ ..] = at.rest() else {
        return None;
    };
    let beside_numbers =
        matches!(at.previous(), Some(Num(_))) || matches!(rest.first(), Some(Num(_)));
    let doubled = at.previous() == Some(Ch('×')) || rest.first() == Some(&Ch('×'));
    let named = matches!(rest.first(), Some(Ch(c)) if NAMED.contains(*c))
        && !matches!(at.previous(), Some(Word(_) | Space))
        && !matches!(rest, [Ch('宽' | '高' | '长'), ..]);
    // 补贴=人数×月数×标准.
    let product = at
        .before()
        .iter()
        .rev()
        .take(12)
        .any(|token| *token == Ch('='));
    (!beside_numbers && !product && (doubled || named)).then(|| Say::new().text(at, 1, "某"))
}

/// Common family names, behind which × stands for the given name: 张×.
pub(super) const FAMILY_NAMES: &str = "耿王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文";

/// What stands behind a person's name: a person with others, or doing something.
const BEHIND_NAMES: &str = "与和及等在是因向系驾到被将的离";

/// What stands before the family name of a person that something is done with: 与杨×, 被告人耿×.
const BEFORE_NAMES: &str = "与和及、对向给为被由从告人方者员某定系称同伙，,:。；(“";

/// What names of measures and amounts end or begin with, between which a cross multiplies.
pub(super) const MEASURED: &str =
    "长宽高深厚额数量价率费资分度值积重例权径金款本息税时天月年次人入出口";

/// `张×`: a masked name. `打“×”`, `B×`: the mark on a form.
pub(crate) fn cross(at: At<'_>) -> Option<Say> {
    let [Ch('×' | '✗' | '✘'), rest @ ..] = at.rest() else {
        return None;
    };
    let ends = match rest {
        [] | [Space, ..] => true,
        [Ch(c), ..] => {
            !is_hanzi(*c)
                && !matches!(
                    c,
                    '(' | '[' | '“' | '《' | '-' | '+' | '¥' | '$' | '=' | '×'
                )
        }
        _ => false,
    };
    let sums = matches!(rest, [Space, Num(_) | Word(_), ..])
        && matches!(at.previous(), Some(Num(_) | Space));
    let family = matches!(at.previous(), Some(Ch(c)) if FAMILY_NAMES.contains(c));
    let named = matches!(at.before(), [.., Ch(c), _] if BEFORE_NAMES.contains(*c));
    let masked = family
        && (ends
            || matches!(rest, [Ch(c), ..] if BEHIND_NAMES.contains(*c))
            || named
                && match rest {
                    [Ch(c), ..] => (is_hanzi(*c) || *c == '(') && !MEASURED.contains(*c),
                    // 张×1、张×2: two whose names begin alike.
                    [Num([_]), Ch(c), ..] => is_hanzi(*c) || *c == '、',
                    _ => false,
                });
    if joins_two_names(at) && !masked {
        return Some(Say::new().border(at).silent(1));
    }
    if !(ends || masked) || sums {
        return None;
    }
    let marked = matches!(
        at.previous(),
        None | Some(Space | Word([_]) | Ch('“' | '"' | '‘' | '(' | '打' | '画' | '划'))
    );
    (masked || marked).then(|| Say::new().text(at, 1, if masked { "某" } else { "叉" }))
}

/// `故宫×敦煌联名`: the cross between two names that have made something together is silent. Between what is
/// measured, and in a sum, it multiplies.
fn joins_two_names(at: At<'_>) -> bool {
    const REACH: usize = 24;
    let name = |token: Option<&Token<'_>>| match token {
        Some(Ch(c)) => {
            is_hanzi(*c) && !MEASURED.contains(*c) || matches!(c, '”' | '》' | '“' | '《')
        }
        _ => false,
    };
    let sums = |token: &Token<'_>| {
        matches!(token, Num(_) | Ch('=' | '÷' | '%' | '+' | '(' | '/')) || *token == Ch('×')
    };
    let before = at.before();
    let near_before = before.iter().rev().take(REACH);
    let near_after = at.rest().iter().skip(1).take(REACH);
    let stretch = before
        .iter()
        .rev()
        .take_while(|token| matches!(token, Ch(c) if is_hanzi(*c)))
        .take(2)
        .count();
    name(before.last())
        && name(at.rest().get(1))
        && (stretch == 2 || matches!(before.last(), Some(Ch('”' | '》'))))
        && !near_before.chain(near_after).any(sums)
}

#[cfg(test)]
mod tests {
    use super::super::tests_support::check;

    #[test]
    fn crosses_hide_names_or_stand_between_them() {
        check(&[
            ("应发=天数×日补助", "应发等于天数乘日补助"),
            ("赵×、孙××", "赵某、孙某某"),
            ("判令耿×与何×离婚", "判令耿某与何某离婚"),
            ("为曹×垫付费用", "为曹某垫付费用"),
            ("伙同方×（另案处理）", "伙同方某（另案处理）"),
            ("由孟×1抚养", "由孟某一抚养"),
            ("高×宽", "高乘宽"),
            ("茶百道×敦煌博物馆联名", "茶百道敦煌博物馆联名"),
            ("“青花”×国家宝藏", "“青花”国家宝藏"),
            ("单价×数量", "单价乘数量"),
            ("城镇人口×农村收入+补贴", "城镇人口乘农村收入加补贴"),
        ]);
    }
}
