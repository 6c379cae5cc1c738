//! Shows a report, or two, as a table in a terminal.

use crate::compare::Comparison;
use crate::report::{LoadLevel, Report};

/// The load levels as rows, with a line for every error that occurred.
pub fn level_table(report: &Report) -> String {
    let mut rows = vec![HEADER.map(str::to_owned).to_vec()];
    rows.extend(report.levels.iter().map(|level| cells(level).to_vec()));
    let mut text = aligned(&rows);
    for level in &report.levels {
        for (code, count) in &level.summary.errors {
            let (temperature, load) = (level.temperature, level.load);
            text += &format!("{temperature}, {load}: {count} streams failed with {code}\n");
        }
    }
    for unmeasured in &report.unmeasured {
        text += &format!("{unmeasured}\n");
    }
    text
}

pub(super) const HEADER: [&str; 13] = [
    "",
    "load",
    "streams",
    "first audio p50",
    "p95",
    "p99",
    "slack p50",
    "least",
    "RTF p50",
    "stalls",
    "errors",
    "made",
    "speech/s (per core)",
];

pub(super) fn cells(level: &LoadLevel) -> [String; 13] {
    let summary = &level.summary;
    let none = || "–".to_owned();
    let first = summary.first_audio_s;
    let ms = |seconds: f64| format!("{:.1} ms", seconds * 1000.0);
    [
        level.temperature.to_string(),
        level.load.to_string(),
        summary.streams.to_string(),
        first.map_or_else(none, |first| ms(first.p50)),
        first.map_or_else(none, |first| ms(first.p95)),
        first.map_or_else(none, |first| ms(first.p99)),
        summary
            .slack_s
            .map_or_else(none, |s| format!("{:+.2} s", s.p50)),
        summary
            .slack_s
            .map_or_else(none, |s| format!("{:+.2} s", s.least)),
        summary
            .real_time_factor
            .map_or_else(none, |r| format!("{:.3}", r.p50)),
        if summary.stalls == 0 {
            "0".to_owned()
        } else {
            format!("{} ({:.1} s)", summary.stalls, summary.stalled_s)
        },
        errors(level),
        summary
            .synthesized
            .map_or_else(none, |part| format!("{:.0} %", part * 100.0)),
        match summary.speech_per_core_s {
            Some(core) => format!("{:.1} s ({core:.1} s)", summary.speech_per_s),
            None => format!("{:.1} s", summary.speech_per_s),
        },
    ]
}

fn errors(level: &LoadLevel) -> String {
    let summary = &level.summary;
    match (summary.failed(), summary.failed_utterances) {
        (failed, 0) => failed.to_string(),
        (failed, utterances) => format!("{failed}, and {utterances} utterances"),
    }
}

/// A comparison as rows.
pub fn comparison_table(comparison: &Comparison) -> String {
    let mut rows = vec![
        ["", "load", "figure", "A", "B", "B / A", "95 % interval"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for row in &comparison.rows {
        rows.push(vec![
            row.temperature.to_string(),
            row.load.to_string(),
            row.figure.to_owned(),
            row.a.map_or_else(|| "–".to_owned(), |a| format!("{a:.4}")),
            row.b.map_or_else(|| "–".to_owned(), |b| format!("{b:.4}")),
            row.ratio()
                .map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.3}")),
            row.interval
                .map_or_else(String::new, |(low, high)| format!("{low:.3} to {high:.3}")),
        ]);
    }
    let mut text = aligned(&rows);
    for (which, level) in &comparison.alone {
        text += &format!("only in {which}: {level}\n");
    }
    for remark in &comparison.remarks {
        text += &format!("note: {remark}\n");
    }
    text
}

/// The rows as text, with columns as wide as their widest cell. Cells that begin with a digit or a
/// sign are aligned to the right.
pub fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let line: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| {
                if cell.starts_with(|c: char| c.is_ascii_digit() || "+-−–".contains(c)) {
                    format!("{cell:>width$}")
                } else {
                    format!("{cell:<width$}")
                }
            })
            .collect();
        text += line.join("  ").trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_numbers_stand_to_the_right() {
        let rows =
            [["name", "n"], ["a", "100"], ["b", "5"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(aligned(&rows), "name  n\na     100\nb       5\n");
    }
}
