//! Signs between names, stations or steps, which a reader pauses at: arrows, hyphens and strokes.

use super::token::{At, Ch, Num, Say, Space, Token, Word};
use crate::chars::is_hanzi;

/// The most hanzi that are looked at on either side.
const REACH: usize = 12;

/// `火车站→市政府`, `人民路->解放路`: an arrow from one to the next.
pub(crate) fn arrow(at: At<'_>) -> Option<Say> {
    let tokens = match at.rest() {
        [
            Ch('→' | '⇒' | '⟶' | '➔' | '➜' | '➝' | '➡' | '⇨' | '↔' | '⇔'),
            ..,
        ] => 1,
        [Ch('-' | '=' | '—'), Ch('>'), ..] => 2,
        [Ch('-' | '=' | '—'), Ch('-' | '=' | '—'), Ch('>'), ..] => 3,
        // 首页 > 政务公开: the way to a page.
        [Ch('>'), Space, Ch(next), ..] if is_hanzi(*next) && is_spaced_word(at) => 1,
        _ => return None,
    };
    // An arrow of several signs: ➡️ ends with what says that it is a picture.
    let picture = usize::from(at.rest().get(tokens) == Some(&Ch('\u{fe0f}')));
    let mut before = at.before().iter().rev().filter(|token| **token != Space);
    let mut after = at.rest()[tokens + picture..]
        .iter()
        .filter(|token| **token != Space);
    let parts = is_said(before.next()) && is_said(after.next());
    parts.then(|| Say::new().text(at, tokens + picture, "，"))
}

/// Whether hanzi and a blank stand before.
fn is_spaced_word(at: At<'_>) -> bool {
    matches!(at.before(), [.., Ch(last), Space] if is_hanzi(*last))
}

/// Whether a word, a number or what closes or opens a name stands there.
fn is_said(token: Option<&Token<'_>>) -> bool {
    match token {
        Some(Num(_) | Word(_) | Token::Replacement(_)) => true,
        Some(Ch(c)) => is_hanzi(*c) || "()“”《》[]【】〔〕".contains(*c),
        _ => false,
    }
}

/// `沈海高速-104国道`: from one road to one that has a number.
pub(crate) fn road(at: At<'_>) -> Option<Say> {
    let is_road = matches!(at.previous(), Some(Ch('路' | '道' | '速' | '街' | '线')))
        && matches!(at.rest(), [Ch('-'), Num(_), ..])
        && at.sees_any(2, &["国道", "省道", "县道", "乡道"]);
    is_road.then(|| Say::new().text(at, 1, "、"))
}

/// `莲荷西路-鳌江南路`, `申请-受理-审核`, `郑思维/黄雅琼`: a hyphen or a stroke between two words of hanzi.
pub(crate) fn stroke(at: At<'_>) -> Option<Say> {
    let [Ch(sign @ ('-' | '/')), ..] = at.rest() else {
        return None;
    };
    let hanzi = |token: &&Token<'_>| matches!(token, Ch(c) if is_hanzi(*c));
    let before = at.before().iter().rev().take(REACH);
    let after = at.rest()[1..].iter().take(REACH);
    let (before, after): (Vec<char>, Vec<char>) = (
        before.take_while(hanzi).filter_map(character).collect(),
        after.take_while(hanzi).filter_map(character).collect(),
    );
    let joined = *sign == '-' && is_one_name(&before, &after);
    (before.len() > 1 && after.len() > 1 && !joined).then(|| Say::new().text(at, 1, "、"))
}

fn character(token: &Token<'_>) -> Option<char> {
    match token {
        Ch(c) => Some(*c),
        _ => None,
    }
}

/// Whether a hyphen joins what is said in one breath: a name of another language (威廉-亚历山大) or two
/// partners (中国-东盟). `before` runs backwards.
fn is_one_name(before: &[char], after: &[char]) -> bool {
    const SOUNDS: &str = "阿埃艾安奥巴贝比彼博布查达戴丹德邓迪蒂杜多恩尔法菲费芬弗福盖冈戈格哈海亨赫霍吉加杰卡凯坎科克肯库奎拉莱兰朗劳勒雷里利丽林隆卢鲁伦罗洛马玛迈曼梅蒙米莫穆纳内尼诺欧帕佩皮普奇切乔瑞萨塞桑沙圣史舒斯苏索塔泰特提图瓦万威维韦沃乌西希夏谢辛雅亚扬伊英尤约泽扎詹廉历森逊顿姆基夫茨茜妮娜娅";
    let sounds = |name: &[char]| name.iter().take(2).all(|c| SOUNDS.contains(*c));
    sounds(before) && sounds(after) || before.starts_with(&['国', '中'])
}

/// Whether the upright stroke 丨 at `at` parts two headings, as most pages mean it that have it: 重磅丨医保基金. It
/// is a character where it stands alone in quotation marks or brackets, beside other strokes, or before what it is a
/// kind of.
pub(super) fn is_upright_stroke(text: &[char], at: usize) -> bool {
    const STROKES: &str = "丿丶乛亅乚乀一、";
    const KINDS: &str = "部字旁画笔";
    let beside = |c: Option<&char>| c.is_some_and(|c| STROKES.contains(*c));
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    let after = text.get(at + 1);
    let opened = before.is_none_or(|c| "“‘(《〈「『【[\"".contains(*c));
    let closed = after.is_none_or(|c| "”’)》〉」』】]\"".contains(*c));
    let stands_alone = opened && closed;
    let names_a_kind = after.is_some_and(|c| KINDS.contains(*c));
    !(stands_alone || names_a_kind || beside(before) || beside(after))
}

#[cfg(test)]
mod tests {
    use super::super::tests_support::check;

    #[test]
    fn a_reader_pauses_at_signs_between_names() {
        check(&[
            ("火车站→市政府→人民医院", "火车站，市政府，人民医院"),
            ("人民路->解放路", "人民路，解放路"),
            ("人民路-->解放路", "人民路，解放路"),
            ("首页 → 新闻", "首页，新闻"),
            ("→点击进入", "点击进入"),
            ("莲荷西路-莲荷东路-鳌江南路", "莲荷西路、莲荷东路、鳌江南路"),
            ("可门路-沈海高速-104国道", "可门路、沈海高速、幺零四国道"),
            ("申请-受理-审核-发证", "申请、受理、审核、发证"),
            ("郑思维/黄雅琼夺冠", "郑思维、黄雅琼夺冠"),
            ("威廉-亚历山大国王", "威廉亚历山大国王"),
            ("中国-东盟博览会", "中国东盟博览会"),
            ("400元/平方米", "四百元每平方米"),
            ("和/或", "和或"),
        ]);
    }

    #[test]
    fn an_upright_stroke_is_a_pause_or_a_character() {
        check(&[
            ("重磅丨医保基金", "重磅，医保基金"),
            ("深度丨“悬崖村”的变化", "深度，“悬崖村”的变化"),
            ("警务┃环卫工人", "警务，环卫工人"),
            ("夜读│秋天", "夜读，秋天"),
            ("丨部的字", "丨部的字"),
            ("笔画“丨”读作竖", "笔画“丨”读作竖"),
            ("一丨丿丶", "一丨丿丶"),
        ]);
    }
}
