//! The counts as a table for a report.

use std::borrow::Cow;

use super::Line;

/// What spreadsheets know UTF-8 by: without it they show Chinese as something else.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The names of the columns.
const HEAD: [&str; 9] = [
    "日期",
    "网站",
    "网页",
    "标题",
    "设备",
    "开始收听",
    "听过一半",
    "听完",
    "收听分钟",
];

/// The lines as comma-separated values (RFC 4180), with the names of the columns first.
pub fn csv(lines: &[Line]) -> String {
    let mut table = BYTE_ORDER_MARK.to_owned();
    push(&mut table, HEAD.map(Cow::Borrowed));
    for line in lines {
        let counts = line.counts;
        let minutes = counts.seconds as f64 / 60.0;
        push(
            &mut table,
            [
                line.day.to_string().into(),
                Cow::Borrowed(&*line.portal),
                Cow::Borrowed(&*line.page),
                Cow::Borrowed(&*line.title),
                Cow::Borrowed(line.device.title()),
                counts.started.to_string().into(),
                counts.half.to_string().into(),
                counts.finished.to_string().into(),
                format!("{minutes:.1}").into(),
            ],
        );
    }
    table
}

fn push(table: &mut String, fields: [Cow<'_, str>; 9]) {
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            table.push(',');
        }
        push_field(table, field);
    }
    table.push_str("\r\n");
}

/// A field, in quotation marks where it needs them. Text that a spreadsheet would take for a formula is led by
/// an apostrophe: titles are whatever a page says.
fn push_field(table: &mut String, field: &str) {
    let is_formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let is_plain = !is_formula && !field.contains(['"', ',', '\r', '\n']);
    if is_plain {
        table.push_str(field);
        return;
    }
    table.push('"');
    if is_formula {
        table.push('\'');
    }
    table.push_str(&field.replace('"', "\"\""));
    table.push('"');
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::{Counts, Device};
    use super::*;

    #[test]
    fn what_a_page_calls_itself_stays_in_its_field() {
        let line = |title: &str| Line {
            day: date(2026, 5, 1),
            portal: "www.example.gov.cn".to_owned(),
            page: "https://www.example.gov.cn/a.html".to_owned(),
            title: title.to_owned(),
            device: Device::Kiosk,
            counts: Counts {
                started: 3,
                half: 2,
                finished: 1,
                seconds: 90,
            },
        };
        let table = csv(&[
            line("关于\"一老一小\"，2026年\n的通知"),
            line("=1+1"),
            line("普通"),
        ]);
        let lines: Vec<&str> = table.split("\r\n").collect();
        assert!(lines[0].starts_with("\u{feff}日期,网站,"), "{table}");
        assert_eq!(
            lines[1],
            "2026-05-01,www.example.gov.cn,https://www.example.gov.cn/a.html,\
             \"关于\"\"一老一小\"\"，2026年\n的通知\",自助机,3,2,1,1.5"
        );
        assert!(lines[2].contains(",\"'=1+1\",自助机,"), "{table}");
        assert!(lines[3].contains(",普通,自助机,"), "{table}");
        assert_eq!(lines[4], "");
    }
}
