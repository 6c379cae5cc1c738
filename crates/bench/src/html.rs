//! Shows a report as one HTML file that needs nothing else.

use std::fmt::Write;

use crate::error::BenchError;
use crate::plots;
use crate::report::Report;
use crate::table::{HEADER, cells};

const STYLE: &str = "body{font:16px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;\
color:#222}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9rem}\
th,td{padding:.3rem .6rem;border-bottom:1px solid #ddd;text-align:right}\
th:nth-child(-n+2),td:nth-child(-n+2){text-align:left}.wide{overflow-x:auto}\
figure{display:inline-block;margin:1rem 0;max-width:100%}svg{max-width:100%;height:auto}";

/// What each column means, for whoever reads the file without the documentation.
const METHOD: &str = "All times are the caller's. First audio: from asking (in an open loop: from \
when the listener came) to the first bytes of sound. Slack: how long an utterance lay there before \
a listener who plays as it comes needed it; a negative one is a stall. RTF: seconds until the whole \
stream had come, for a second of speech. Made: the part of the utterances that was made for the \
call, the rest was in a cache. Quantiles are by nearest rank over every stream; streams that failed \
are counted under errors and have no other figure than those they reached.";

/// The report as a page.
///
/// # Errors
///
/// When a plot cannot be drawn.
pub fn page(report: &Report) -> Result<String, BenchError> {
    let mut page = String::from("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
    let title = format!("langdu bench, {}", report.began);
    // Writing into a string cannot fail.
    let _ = write!(
        page,
        "<title>{}</title><style>{STYLE}</style></head><body><h1>{}</h1>",
        escape(&title),
        escape(&title)
    );
    let _ = write!(page, "<p>{}</p>", escape(&about(report)));
    page += "<div class=\"wide\"><table><thead>";
    row(&mut page, "th", HEADER.iter().map(|&cell| cell.to_owned()));
    page += "</thead><tbody>";
    for level in &report.levels {
        row(&mut page, "td", cells(level));
    }
    page += "</tbody></table></div>";
    errors(&mut page, report);
    unmeasured(&mut page, report);
    for svg in plots::all(&report.levels)? {
        let _ = write!(page, "<figure>{svg}</figure>");
    }
    let _ = write!(page, "<h2>Method</h2><p>{METHOD}</p></body></html>");
    Ok(page)
}

fn about(report: &Report) -> String {
    let voice = if report.voice.is_empty() {
        "the default voice"
    } else {
        &report.voice
    };
    let cores = report.cores.map_or_else(
        || "processors of the service not known".to_owned(),
        |cores| format!("{cores} processors of the service"),
    );
    format!(
        "{}, {voice}, {} entries, {} s a level, {cores}. Measured on {} with langdu {}, seed {}; \
         {} streams made the clips warm and are in no figure.",
        report.target,
        report.entries,
        report.duration_s,
        report.machine,
        report.langdu,
        report.seed,
        report.warmed,
    )
}

fn errors(page: &mut String, report: &Report) {
    if report
        .levels
        .iter()
        .all(|level| level.summary.failed() == 0)
    {
        return;
    }
    page.push_str("<h2>Errors</h2><ul>");
    for level in &report.levels {
        for (code, count) in &level.summary.errors {
            let _ = write!(
                page,
                "<li>{}, {}: {count} × {}</li>",
                level.temperature,
                level.load,
                escape(code)
            );
        }
    }
    page.push_str("</ul>");
}

fn unmeasured(page: &mut String, report: &Report) {
    if report.unmeasured.is_empty() {
        return;
    }
    page.push_str("<h2>Not measured</h2><ul>");
    for level in &report.unmeasured {
        let _ = write!(page, "<li>{}</li>", escape(&level.to_string()));
    }
    page.push_str("</ul>");
}

fn row(page: &mut String, tag: &str, cells: impl IntoIterator<Item = String>) {
    page.push_str("<tr>");
    for cell in cells {
        let _ = write!(page, "<{tag}>{}</{tag}>", escape(&cell));
    }
    page.push_str("</tr>");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
