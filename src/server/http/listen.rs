//! `GET /listen?url=…`: a document on a page of its own. Without JavaScript it is text and an audio
//! element; with it, the player stands in the element's place and opens in large letters.

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::problem::{Problem, seconds};
use super::super::service::ReadingService;
use super::identity::PageCaller;
use super::query::audio_address;
use crate::reading::{ReadOptions, Source};
use langdu_document::{BlockKind, Document, Table};

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct ListenQuery {
    /// A page on an allowed host.
    #[schemars(url)]
    url: String,
    /// Read the main attachment of a page that only points to it.
    #[serde(default)]
    follow_attachments: bool,
}

const STYLE: &str = include_str!("listen.css");

pub(super) async fn page(
    State(service): State<Arc<ReadingService>>,
    PageCaller(caller): PageCaller,
    query: Result<Query<ListenQuery>, QueryRejection>,
) -> Response {
    let Ok(Query(query)) = query else {
        let problem = Problem::invalid("url", "give the page's address as ?url=…");
        return refused(&problem, None);
    };
    let url = query.url.clone();
    let authenticator = service.authenticator();
    // Where addresses are signed, the player would ask for what this page alone was signed for.
    let with_player = authenticator.signer().is_none() && !query.follow_attachments;
    let source = Source::page(query.url, query.follow_attachments);
    match service.read(&caller, source, ReadOptions::default()).await {
        Ok(reading) => {
            let audio = audio_address(&reading, "mp3", &authenticator);
            let html = render(&reading.document, &url, &audio, with_player);
            (
                [(header::CACHE_CONTROL, "no-cache")],
                with_policy(Html(html)),
            )
                .into_response()
        }
        Err(problem) => refused(&problem, Some(&url)),
    }
}

fn with_policy(html: Html<String>) -> Response {
    // The page holds text of other people's pages: nothing in it may run, but the gateway's own player.
    let policy = "default-src 'none'; script-src 'self'; connect-src 'self'; media-src 'self'; \
                  style-src 'self' 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'; \
                  base-uri 'none'; form-action 'none'";
    ([(header::CONTENT_SECURITY_POLICY, policy)], html).into_response()
}

/// A page for the person who came, with what an operator needs folded away.
fn refused(problem: &Problem, url: Option<&str>) -> Response {
    problem.count();
    let back = url.map(back_link).unwrap_or_default();
    let html = frame(
        problem.reason.title(),
        &format!(
            "<main><h1>{}</h1><p>您可以返回原来的页面，稍后再试。</p>{back}\
             <details><summary>给网站管理员</summary><p lang=\"en\">{}</p></details></main>",
            problem.reason.title(),
            escape(&problem.message)
        ),
    );
    let mut response = (problem.reason.status(), with_policy(Html(html))).into_response();
    if let Some(delay) = problem.retry_after {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, seconds(delay).into());
    }
    response
}

fn back_link(url: &str) -> String {
    format!(
        "<p class=\"back\"><a href=\"{}\" rel=\"noreferrer\">返回原文</a></p>",
        escape(&safe_link(url))
    )
}

fn render(document: &Document, url: &str, audio: &str, with_player: bool) -> String {
    let title = if document.title.is_empty() {
        "朗读"
    } else {
        &document.title
    };
    let sound = format!(
        "<audio controls preload=\"none\" src=\"{}\"></audio>\
         <p class=\"note\">语音由人工智能合成。</p>",
        escape(audio)
    );
    let sound = if with_player {
        format!(
            "<read-aloud src=\"{}\" label=\"开始朗读\" reader>{sound}</read-aloud>\
             <script src=\"read-aloud.js\" defer></script>",
            escape(url)
        )
    } else {
        sound
    };
    let mut body = format!(
        "<header>{}</header><main><article><h1>{}</h1>\
         <section class=\"sound\" aria-label=\"朗读\">{sound}</section>",
        back_link(url),
        escape(title),
    );
    for block in &document.blocks {
        if matches!(block.kind, BlockKind::Title) {
            continue;
        }
        render_block(&mut body, &block.kind, &block.text);
    }
    body.push_str("</article>");
    if !document.attachments.is_empty() {
        body.push_str("<section><h2>附件</h2><ul>");
        for attachment in &document.attachments {
            let _ = write!(
                body,
                "<li><a href=\"{}\" rel=\"noreferrer\">{}</a></li>",
                escape(&safe_link(&attachment.href)),
                escape(&attachment.name)
            );
        }
        body.push_str("</ul></section>");
    }
    body.push_str("</main>");
    frame(title, &body)
}

fn render_block(body: &mut String, kind: &BlockKind, text: &str) {
    // Writing into a string cannot fail.
    let _ = match kind {
        BlockKind::Heading { .. } => write!(body, "<h2>{}</h2>", escape(text)),
        BlockKind::Table(table) => {
            let headers = header_lines(table, text);
            body.push_str(
                "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"表格\"><table>",
            );
            for (number, row) in text.lines().enumerate() {
                let cell_tag = if number < headers { "th" } else { "td" };
                body.push_str("<tr>");
                for cell in row.split('\t') {
                    let _ = write!(body, "<{cell_tag}>{}</{cell_tag}>", escape(cell));
                }
                body.push_str("</tr>");
            }
            write!(body, "</table></div>")
        }
        BlockKind::ListItem {
            marker: Some(marker),
            ..
        } => write!(body, "<p>{} {}</p>", escape(marker), escape(text)),
        BlockKind::Notice => write!(body, "<p class=\"note\">{}</p>", escape(text)),
        _ => write!(body, "<p>{}</p>", escape(text)),
    };
}

/// How many lines of a table's text stand before its body.
fn header_lines(table: &Table, text: &str) -> usize {
    let cells = || table.rows.iter().flat_map(|row| &row.cells);
    if cells().all(|cell| cell.header.is_none()) {
        return 0;
    }
    let body = cells().map(|cell| cell.text.start).min().unwrap_or(0);
    text.chars()
        .take(body)
        .filter(|character| *character == '\n')
        .count()
}

/// Only addresses that a browser opens as a page or file.
fn safe_link(href: &str) -> String {
    let lower = href.to_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") {
        href.to_owned()
    } else {
        "#".to_owned()
    }
}

fn frame(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"referrer\" content=\"no-referrer\">\
         <title>{}</title><style>{STYLE}</style></head><body>{body}</body></html>",
        escape(title)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use langdu_document::{TableCell, TableRow};

    use super::*;

    #[test]
    fn text_of_other_peoples_pages_stays_text() {
        let mut body = String::new();
        render_block(&mut body, &BlockKind::Paragraph, "<script>x</script>");
        assert_eq!(body, "<p>&lt;script&gt;x&lt;/script&gt;</p>");
        assert_eq!(safe_link("javascript:alert(1)"), "#");
    }

    #[test]
    fn the_head_of_a_table_is_told_from_its_body() {
        let mut body = String::new();
        let cell = |text: std::ops::Range<usize>, header: std::ops::Range<usize>| TableCell {
            text,
            header: Some(header),
            group: None,
        };
        let cells = vec![cell(6..8, 0..2), cell(9..11, 3..5)];
        let table = Table {
            rows: vec![TableRow { cells }],
        };
        render_block(
            &mut body,
            &BlockKind::Table(table),
            "姓名\t金额\n某某\t百元",
        );
        assert!(
            body.contains("<tr><th>姓名</th><th>金额</th></tr><tr><td>某某</td><td>百元</td></tr>")
        );
    }
}
