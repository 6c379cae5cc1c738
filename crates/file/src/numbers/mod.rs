//! What the cells of a workbook show of their numbers. The library writes every day as 2025-03-09 14:30:00 and 8:30 as
//! a part of a day, loses the zeros that codes begin with, and writes a formula that nobody has calculated as its words.

mod book;
mod code;
mod written;

use office_oxide::ir::TableCell;

pub(crate) use book::{ShownNumbers, of_book, write_into};

/// What stands for a formula whose file does not say what it comes to.
const NOT_CALCULATED: &str = "公式没有算出的值";

/// What a cell of a workbook since 2007 shows, where the library writes something else, which is `text`.
pub(crate) fn shown(cell: &TableCell, text: &str) -> Option<String> {
    let formula = cell.formula.as_deref();
    if formula.is_some() && text.strip_prefix('=') == formula {
        return Some(NOT_CALCULATED.to_owned());
    }
    let tokens = code::tokens(cell.number_format_id?, cell.number_format.as_deref())?;
    // The library knows the year that the days of this workbook are counted from.
    let known = text.replace(' ', "T").parse().ok();
    written::written(&tokens, cell.raw_number?, known)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The afternoon of 9 March 2025, as workbooks count it.
    const AFTERNOON: f64 = 45_725.0 + 14.5 / 24.0;

    fn cell(number: f64, id: u32, code: Option<&str>) -> TableCell {
        TableCell {
            raw_number: Some(number),
            number_format_id: Some(id),
            number_format: code.map(str::to_owned),
            ..TableCell::default()
        }
    }

    #[test]
    fn days_and_times_are_told_as_far_as_their_formats_show_them() {
        let library = "2025-03-09 14:30:00";
        for (code, expected) in [
            ("yyyy\"年\"m\"月\"d\"日\"", "2025年3月9日"),
            ("yyyy年m月", "2025年3月"),
            ("[$-804]yyyy\"年\"mm\"月\";@", "2025年03月"),
            ("[DBNum1][$-804]m\"月\"d\"日\"", "3月9日"),
            ("yy\"年\"m\"月\"", "25年3月"),
            ("yyyy\"年\"m\"月\"d\"日\"\\ aaaa", "2025年3月9日 星期日"),
            ("\"周\"aaa", "周日"),
            ("m\"月\"d\"日\" h:mm", "3月9日 14:30"),
            ("上午/下午h\"时\"mm\"分\"", "下午2时30分"),
            ("h:mm AM/PM", "下午2:30"),
            ("h\"时\"mm\"分\"", "14时30分"),
            ("m/d", "3月9日"),
            ("yyyy/m", "2025年3月"),
            ("mmm-yy", "2025年3月"),
            ("d-mmm-yy", "2025-03-09"),
            ("yyyy\\.mm\\.dd", "2025-03-09"),
            ("yyyy/m/d h:mm", "2025-03-09 14:30"),
            ("yyyy-mm-dd hh:mm:ss", "2025-03-09 14:30:00"),
            ("mm:ss", "30:00"),
        ] {
            let shown = shown(&cell(AFTERNOON, 200, Some(code)), library);
            assert_eq!(shown.as_deref(), Some(expected), "{code}");
        }
        // Excel's own formats have numbers alone, and days are counted from 1904 in some workbooks.
        for (id, expected) in [
            (57, "2025年3月"),
            (31, "2025年3月9日"),
            (58, "3月9日"),
            (55, "下午2时30分"),
            (20, "14:30"),
        ] {
            let shown = shown(&cell(AFTERNOON, id, None), library);
            assert_eq!(shown.as_deref(), Some(expected), "{id}");
        }
        let later = shown(&cell(AFTERNOON - 1462.0, 31, None), library);
        assert_eq!(later.as_deref(), Some("2025年3月9日"));
        // A whole day in numerals is left as the library writes it.
        assert_eq!(shown(&cell(45_725.0, 14, None), "2025-03-09"), None);
    }

    #[test]
    fn parts_of_a_day_are_times_and_passed_hours_are_counted_on() {
        for (number, id, code, expected) in [
            (8.5 / 24.0, 20, None, Some("8:30")),
            (17.0 / 24.0, 21, Some("h:mm:ss"), Some("17:00:00")),
            (0.0, 20, None, Some("0:00")),
            (
                0.354_166_666_666_666_6,
                176,
                Some("[$-804]h:mm;@"),
                Some("8:30"),
            ),
            (0.75, 177, Some("h\"时\"mm\"分\""), Some("18时00分")),
            (0.999_999_9, 20, None, Some("23:59")),
            (1.5, 178, Some("[h]:mm"), Some("36:00")),
            (1.5, 46, None, Some("36:00:00")),
            (0.5, 179, Some("0.0\"h\""), None),
            (0.5, 9, Some("0%"), None),
        ] {
            let shown = shown(&cell(number, id, code), &number.to_string());
            assert_eq!(shown.as_deref(), expected, "{number} {code:?}");
        }
    }

    #[test]
    fn codes_keep_their_zeros_and_numbers_their_words() {
        for (number, code, expected) in [
            (731.0, "0000", Some("0731")),
            (73_188_000_001.0, "0000\"-\"00000000", Some("0731-88000001")),
            (1_088_000_001.0, "0000-00000000", Some("0010-88000001")),
            (12_345.0, "000", Some("12345")),
            (35.0, "General\"人\"", Some("35人")),
            (2.5, "General\"万元\"", Some("2.5万元")),
            (7.5, "000", None),
            (5.0, "0\"户\"", None),
            (1234.5, "#,##0.00", None),
            (-35.0, "General\"人\"", None),
            (35.0, "[>30]General\"人\"", None),
            (3.0, "@", None),
        ] {
            let shown = shown(&cell(number, 200, Some(code)), "?");
            assert_eq!(shown.as_deref(), expected, "{number} {code}");
        }
    }

    #[test]
    fn a_formula_that_nobody_has_calculated_is_no_text() {
        let mut cell = cell(0.0, 0, None);
        cell.formula = Some("SUM(B2:B9)".to_owned());
        assert_eq!(
            shown(&cell, "=SUM(B2:B9)").as_deref(),
            Some("公式没有算出的值")
        );
        assert_eq!(shown(&cell, "35"), None);
        cell.formula = None;
        assert_eq!(shown(&cell, "=SUM(B2:B9)"), None);
    }
}
