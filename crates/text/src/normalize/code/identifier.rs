//! Identifiers: numbers after a word that announces them, and runs too long or too mixed for a
//! quantity.

use super::phone::PHONE_WORDS;
use super::run::{
    LONGEST_CODE_TOKENS, code_run, digits_in, is_a_length, is_counted, run_length, spell_code,
};
use crate::chars::is_hanzi;
use crate::normalize::numerals;
use crate::normalize::token::{At, Ch, Num, Say, Space, Token, Word};

/// Words that say an identifier comes. Those that are read to a clerk take 幺.
const CODE_WORDS: &[(&str, bool)] = &[
    ("身份证", true),
    ("账号", true),
    ("帐号", true),
    ("账户", true),
    ("卡号", true),
    ("尾号", true),
    ("邮编", true),
    ("邮政编码", true),
    ("邮政编号", true),
    ("QQ", true),
    ("qq", true),
    ("微信", true),
    ("车牌", true),
    ("牌照", true),
    ("验证码", true),
    ("密码", false),
    ("口令", false),
    ("提取码", false),
    ("邀请码", false),
    ("会议号", false),
    ("准考证", false),
    ("座位号", false),
    ("短信至", true),
    ("发送至", true),
    ("证号", true),
    ("信用代码", false),
    ("机构代码", false),
    ("代码", false),
    ("编码", false),
    ("备案", false),
    ("ICP备", false),
    ("网安备", false),
    ("标识码", false),
    ("编号", false),
    ("许可证", false),
    ("许可证号", false),
    ("批准文号", false),
    ("准字", false),
    ("流水号", false),
    ("单号", false),
    ("索引号", false),
    ("注册号", false),
    ("登记号", false),
    ("批号", false),
    ("序列号", false),
    ("条形码", false),
    ("型号", false),
    ("案号", false),
    ("住院号", false),
    ("门诊号", false),
    ("病历号", false),
    ("病案号", false),
    ("检查号", false),
    ("CT号", false),
    ("受理号", false),
    ("统一编号", false),
    ("识别号", false),
    ("执照", false),
    ("学号", false),
    ("工号", false),
    ("警号", false),
    ("档案号", false),
    ("分辨率为", false),
    ("文号", false),
    ("项目号", false),
    ("合同号", false),
    ("书号", false),
    ("ISSN", false),
    ("ISBN", false),
    ("刊号", false),
    ("字第", false),
    ("药准", false),
    ("械备", false),
    ("械注准", false),
    ("开户行", true),
    ("行号", true),
    ("联系人", false),
    ("办件", false),
    ("端口", false),
    ("查询码", false),
];

/// How far back a word may stand that makes a number a code.
const CODE_REACH: usize = 9;

/// Identifiers after a word that announces them, with letters, hyphens and digits mixed.
pub(crate) fn identifier(at: At<'_>) -> Option<Say> {
    if !at.opens() {
        return None;
    }
    let mut tokens = code_run(at);
    // 型号为YJV22-8.7/15kV: no code ends inside a decimal.
    let decimal = |from: usize| matches!(at.rest().get(from..), Some([Ch('.'), Num(_), ..]));
    if tokens > 2 && at.rest().get(tokens - 2) == Some(&Ch('-')) && decimal(tokens) {
        tokens -= 2;
    }
    if is_a_length(at, tokens) {
        return None;
    }
    let length: usize = run_length(at, tokens);
    let has_digit = at
        .rest()
        .iter()
        .take(tokens)
        .any(|token| matches!(token, Num(_)));
    if !has_digit || length < 3 || at.sees_any(tokens, &["年", "月", "个", "项", "条", "位", "元"])
    {
        return None;
    }
    if is_counted(at, 1) {
        return None;
    }
    let context = at.context_before(CODE_REACH);
    let ((code_word_end, _), yao) = CODE_WORDS
        .iter()
        .filter_map(|(word, yao)| {
            context
                .rfind(word)
                .map(|found| ((found + word.len(), word.len()), *yao))
        })
        .max_by_key(|(nearest_and_longest, _)| *nearest_and_longest)?;
    let phone_nearer = PHONE_WORDS
        .iter()
        .filter(|word| word.chars().count() > 1)
        .filter_map(|word| context.rfind(word).map(|found| found + word.len()))
        .any(|end| end > code_word_end);
    // 索引号 640500/2020-00123 发布日期 2020-05-06: another label comes between.
    let dated = ["日期", "时间"]
        .iter()
        .filter_map(|word| context.rfind(word));
    if phone_nearer || dated.max().is_some_and(|label| label >= code_word_end) {
        return None;
    }
    if at.sees(tokens, "号") && length < 4 {
        return None;
    }
    Some(spell_code(at, tokens, yao))
}

/// `索引号 640500/2020-00123`: the number of a document in a portal's index, with its strokes.
pub(crate) fn index_number(at: At<'_>) -> Option<Say> {
    const LONGEST_LABEL: usize = 4;
    let between = |token: &&Token<'_>| matches!(token, Space | Ch(':' | '|'));
    let signs = at
        .before()
        .iter()
        .rev()
        .take_while(between)
        .take(LONGEST_LABEL);
    let label = at.back(signs.count());
    if !label.after("索引号") || !at.opens() {
        return None;
    }
    let mut tokens = 1;
    while tokens < LONGEST_CODE_TOKENS {
        match at.rest().get(tokens..) {
            Some([Num(_) | Word(_), ..]) => tokens += 1,
            Some([Ch('-' | '/' | '_'), Num(_) | Word(_), ..]) => tokens += 2,
            _ => break,
        }
    }
    let say = spell_code(at, tokens, false);
    // The next label stands behind a blank: 索引号 640500/2020-00123 主题分类.
    let next = matches!(at.rest().get(tokens..), Some([Space, Ch(c), ..]) if is_hanzi(*c));
    (digits_in(at, tokens) >= 3).then(|| if next { say.text(at, 1, "，") } else { say })
}

/// More digits than any quantity has: said one by one, each from its own character.
pub(crate) fn endless(at: At<'_>) -> Option<Say> {
    let [Num(number), ..] = at.rest() else {
        return None;
    };
    (number.len() > numerals::LONGEST_CARDINAL).then(|| Say::new().spell(at, 1, false))
}

/// Letters and digits in turn, too long and mixed for a word or a quantity: 91110000MA01ABCD2X.
pub(crate) fn mixed_code(at: At<'_>) -> Option<Say> {
    if !at.opens() {
        return None;
    }
    let tokens = at
        .rest()
        .iter()
        .take_while(|token| matches!(token, Num(_) | Word(_)))
        .count();
    let digits = digits_in(at, tokens);
    let mixed = tokens >= 3 && run_length(at, tokens) >= 8 && digits >= 4;
    let tail = tokens == 2 && run_length(at, tokens) >= 10 && digits >= 6;
    (mixed || tail).then(|| spell_code(at, tokens, false))
}

#[cfg(test)]
mod tests {
    use crate::normalize::tests_support::check;

    #[test]
    fn identifiers_are_spelled() {
        check(&[
            (
                "备案号：360302202000134号",
                "备案号：三六零三零二二零二零零零一三四号",
            ),
            (
                "索引号 640500/2020-00123 发布日期 2020-05-06",
                "索引号六四零五零零斜杠二零二零杠零零一二三，发布日期二零二零年五月六日",
            ),
            (
                "索引号：640500/2020-00123 主题分类",
                "索引号：六四零五零零斜杠二零二零杠零零一二三，主题分类",
            ),
            (
                "索引号 | XZF/2021-3740",
                "索引号，XZF斜杠二零二一杠三七四零",
            ),
            ("赣ICP备05006704号", "赣ICP备零五零零六七零四号"),
            ("尾号是3385", "尾号是三三八五"),
            ("端口8080", "端口八零八零"),
            ("初始密码为666888", "初始密码为六六六八八八"),
            ("密码不少于8位", "密码不少于八位"),
            ("镜头型号：18-55mm", "镜头型号：十八至五十五毫米"),
        ]);
    }
}
