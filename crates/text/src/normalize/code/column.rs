//! What the header of a column or a label says of the numbers under or behind it: a telephone, a
//! post code, a room, a year, a code.

use super::run::{digits_in, is_a_length, run_length, spell_code};
use super::{phone, run::LONGEST_CODE_TOKENS};
use crate::chars::{fold, is_hanzi};
use crate::normalize::token::{At, Ch, Num, Say, Space, Token, Word};

/// How the digits of a column are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// Telephones: one by one, 1 as 幺.
    Phone,
    /// Numbers that are read to a clerk: one by one, 1 as 幺.
    Account,
    /// Rooms: three digits and more one by one, 1 as 幺.
    Room,
    /// Years: one by one.
    Year,
    /// Codes: three digits and more one by one.
    Code,
}

/// What headers and labels end with, and what the numbers under them are.
const HEADERS: &[(Column, &[&str])] = &[
    (
        Column::Phone,
        &[
            "电话",
            "电话号码",
            "手机",
            "手机号",
            "手机号码",
            "联系方式",
            "联系号码",
            "传真",
            "传真号",
            "热线",
            "座机",
            "固话",
            "短号",
            "分机",
            "分机号",
            "专线",
            "总机",
            "号码",
        ],
    ),
    (
        Column::Account,
        &[
            "邮编",
            "邮政编码",
            "账号",
            "帐号",
            "卡号",
            "身份证号",
            "身份证号码",
            "证件号码",
            "车牌号",
            "车牌",
            "车次",
            "航班号",
            "航班",
        ],
    ),
    (
        Column::Room,
        &[
            "房间",
            "房间号",
            "房号",
            "室号",
            "门牌",
            "门牌号",
            "门牌号码",
            "办公室",
            "会议室",
            "教室",
            "房间号码",
        ],
    ),
    (Column::Year, &["年份", "年度"]),
    (
        Column::Code,
        &[
            "代码",
            "编码",
            "编号",
            "代号",
            "文号",
            "文件号",
            "发文字号",
            "证号",
            "证书号",
            "许可证号",
            "学号",
            "工号",
            "准考证号",
            "考号",
            "报名号",
            "批号",
            "型号",
            "案号",
            "索引号",
            "登记号",
            "注册号",
            "备案号",
            "序列号",
            "流水号",
            "单号",
            "受理号",
            "识别号",
            "标识码",
            "条码",
            "条形码",
            "合同号",
            "项目号",
            "档案号",
            "警号",
            "图号",
            "标准号",
            "公告号",
            "专利号",
        ],
    ),
];

/// The longest label that is looked at before a colon, in tokens.
const LONGEST_LABEL: usize = 16;

impl Column {
    /// What the numbers under a header are: 联系电话, 邮政编码（六位）; `None` for amounts and all other
    /// headers.
    pub(crate) fn under(header: &[char]) -> Option<Self> {
        let mut depth = 0_usize;
        let mut bare = String::new();
        for c in header.iter().copied().map(fold) {
            match c {
                '(' | '[' | '〔' => depth += 1,
                ')' | ']' | '〕' => depth = depth.saturating_sub(1),
                // 热线（件） counts calls.
                '个' | '件' | '部' | '条' | '次' | '户' | '万' | '元' if depth > 0 => {
                    return None;
                }
                _ if depth == 0 && is_hanzi(c) => bare.push(c),
                _ => {}
            }
        }
        if bare == "年" {
            return Some(Self::Year);
        }
        HEADERS
            .iter()
            .find(|(_, endings)| endings.iter().any(|ending| bare.ends_with(ending)))
            .map(|(column, _)| *column)
    }
}

/// The digits of a cell, or behind a label, by what the header or the label says they are.
pub(crate) fn in_column(at: At<'_>) -> Option<Say> {
    if !at.opens() {
        return None;
    }
    let column = match at.column() {
        Some(column) if is_cell_of_numbers(at) => column,
        _ => labelled(at)?,
    };
    let number = match at.rest() {
        [Num(number), ..] => *number,
        // A12-0077 is a code of letters and digits; a name of letters alone is none.
        [Word(_), ..] if digits_in(at, code_tokens(at)) >= 2 => &[],
        _ => return None,
    };
    match column {
        Column::Phone => phone::phone(at).or_else(|| {
            let tokens = code_tokens(at);
            (digits_in(at, tokens) >= 3 && !is_date(at)).then(|| spell_code(at, tokens, true))
        }),
        Column::Account => {
            let tokens = code_tokens(at);
            (run_length(at, tokens) >= 3).then(|| spell_code(at, tokens, true))
        }
        Column::Room => {
            let tokens = code_tokens(at);
            (digits_in(at, tokens) >= 3).then(|| spell_code(at, tokens, true))
        }
        Column::Year => (number.len() == 4 && !at.sees(1, "年") && ends_number(at, 1))
            .then(|| Say::new().spell(at, 1, false)),
        Column::Code => {
            let tokens = code_tokens(at);
            let leading_zero = number.len() > 1 && number[0] == '0';
            if is_a_length(at, tokens) {
                return None;
            }
            (run_length(at, tokens) >= 3 || leading_zero).then(|| spell_code(at, tokens, false))
        }
    }
}

/// Whether the cell holds numbers and what joins them, and nothing that counts.
fn is_cell_of_numbers(at: At<'_>) -> bool {
    let is_part = |token: &Token<'_>| match token {
        Num(_) | Word(_) | Space => true,
        Ch(c) => matches!(
            c,
            '-' | '—'
                | '~'
                | '、'
                | ','
                | '，'
                | ';'
                | '/'
                | '*'
                | '('
                | ')'
                | '转'
                | '\n'
                | '室'
                | '房'
                | '号'
        ),
        Token::Replacement(_) => false,
    };
    at.before().iter().all(is_part) && at.rest().iter().all(is_part)
}

/// What the label just before a number says that it is: 房间：1203, 邮编 710000.
fn labelled(at: At<'_>) -> Option<Column> {
    let before = match at.before() {
        [before @ .., Space] => before,
        before => before,
    };
    let [label @ .., Ch(':')] = before else {
        return None;
    };
    let mut name: Vec<char> = Vec::new();
    for token in label.iter().rev().take(LONGEST_LABEL) {
        match token {
            Ch(c) if is_hanzi(*c) || matches!(c, '(' | ')') => name.push(*c),
            Space => {}
            _ => break,
        }
    }
    name.reverse();
    let column = Column::under(&name)?;
    let counted = super::run::is_counted(at, 1);
    (!counted && column != Column::Phone).then_some(column)
}

/// Tokens of the code that begins here: digits and letters, joined by hyphens.
fn code_tokens(at: At<'_>) -> usize {
    let mut tokens = 1;
    while tokens < LONGEST_CODE_TOKENS {
        match at.rest().get(tokens..) {
            Some([Num(_) | Word(_), ..]) => tokens += 1,
            Some([Ch('-' | '*'), Num(_) | Word(_) | Ch('*'), ..]) => tokens += 1,
            Some([Ch('*'), ..]) => tokens += 1,
            _ => break,
        }
    }
    tokens
}

fn ends_number(at: At<'_>, offset: usize) -> bool {
    !matches!(
        at.rest().get(offset),
        Some(Ch('.' | '%' | '万' | '亿' | '元') | Word(_))
    )
}

/// Whether a date stands here rather than a telephone: 2024-05-06.
fn is_date(at: At<'_>) -> bool {
    matches!(
        at.rest(),
        [Num(year), Ch('-' | '/' | '.' | '年'), Num(month), ..] if year.len() == 4 && month.len() <= 2
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::tests_support::{check, said_under};

    #[test]
    fn a_header_says_what_its_numbers_are() {
        for (header, column) in [
            ("联系电话", Some(Column::Phone)),
            ("咨询电话（工作日）", Some(Column::Phone)),
            ("联 系 方 式", Some(Column::Phone)),
            ("邮政编码", Some(Column::Account)),
            ("房间号", Some(Column::Room)),
            ("年份", Some(Column::Year)),
            ("年", Some(Column::Year)),
            ("岗位代码", Some(Column::Code)),
            ("发文字号", Some(Column::Code)),
            ("热线（件）", None),
            ("电话数", None),
            ("人数", None),
            ("序号", None),
        ] {
            let header: Vec<char> = header.chars().collect();
            assert_eq!(Column::under(&header), column, "{header:?}");
        }
    }

    #[test]
    fn the_digits_of_a_cell_are_said_by_its_header() {
        for (header, cell, said) in [
            ("联系电话", "8662310", "八六六二三幺零"),
            ("短号", "6618", "六六幺八"),
            ("邮编", "710100", "七幺零幺零零"),
            ("房间", "1203", "幺二零三"),
            ("房间", "3-202", "三杠二零二"),
            ("房间", "12", "十二"),
            ("年份", "2008", "二零零八"),
            ("年度", "1999", "一九九九"),
            ("代码", "30512", "三零五一二"),
            ("代码", "007", "零零七"),
            ("编号", "3", "三"),
            ("文号", "2023118", "二零二三一一八"),
            ("证号", "A12-0077", "A一二杠零零七七"),
            ("数量", "8662", "八千六百六十二"),
            ("年份", "15", "十五"),
        ] {
            assert_eq!(said_under(header, cell), said, "{header}: {cell}");
        }
    }

    #[test]
    fn a_label_says_what_stands_behind_it() {
        check(&[
            ("房间：1203", "房间：幺二零三"),
            ("邮 编：710100", "邮编：七幺零幺零零"),
            ("岗位代码：30512", "岗位代码：三零五一二"),
            ("年份：2008", "年份：二零零八"),
            ("人数：1203", "人数：一千二百零三"),
            ("教室：12间", "教室：十二间"),
        ]);
    }
}
