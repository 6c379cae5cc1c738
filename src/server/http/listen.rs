//! `GET /listen?url=…`: a document on a page of its own, for browsers without JavaScript.

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
use langdu_document::{BlockKind, Document};

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

const STYLE: &str = "body{font:1.25rem/1.8 sans-serif;max-width:44rem;margin:0 auto;padding:1rem;\
color:#1a1a1a;background:#fff}h1{font-size:1.6rem}audio{width:100%;height:60px}\
table{border-collapse:collapse}td{border:1px solid #767676;padding:.3rem .6rem}.note{color:#444}";

pub(super) async fn page(
    State(service): State<Arc<ReadingService>>,
    PageCaller(caller): PageCaller,
    query: Result<Query<ListenQuery>, QueryRejection>,
) -> Response {
    let Ok(Query(query)) = query else {
        return refused(&Problem::invalid(
            "url",
            "give the page's address as ?url=…",
        ));
    };
    let source = Source::page(query.url, query.follow_attachments);
    match service.read(&caller, source, ReadOptions::default()).await {
        Ok(reading) => {
            let html = render(
                &reading.document,
                &audio_address(&reading, "mp3", service.authenticator()),
            );
            (
                [(header::CACHE_CONTROL, "no-cache")],
                with_policy(Html(html)),
            )
                .into_response()
        }
        Err(problem) => refused(&problem),
    }
}

fn with_policy(html: Html<String>) -> Response {
    // The page holds text of other people's pages: nothing in it may run.
    let policy = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; \
                  frame-ancestors 'self'; base-uri 'none'; form-action 'none'";
    ([(header::CONTENT_SECURITY_POLICY, policy)], html).into_response()
}

fn refused(problem: &Problem) -> Response {
    problem.count();
    let html = frame(
        "朗读",
        &format!(
            "<h1>{}</h1><p class=\"note\">{}</p>",
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

fn render(document: &Document, audio: &str) -> String {
    let title = if document.title.is_empty() {
        "朗读"
    } else {
        &document.title
    };
    let mut body = format!(
        "<h1>{}</h1><audio controls preload=\"none\" src=\"{}\"></audio>\
         <p class=\"note\">语音由人工智能合成。</p>",
        escape(title),
        escape(audio)
    );
    for block in &document.blocks {
        if matches!(block.kind, BlockKind::Title) {
            continue;
        }
        render_block(&mut body, &block.kind, &block.text);
    }
    if !document.attachments.is_empty() {
        body.push_str("<h2>附件</h2><ul>");
        for attachment in &document.attachments {
            let _ = write!(
                body,
                "<li><a href=\"{}\" rel=\"noreferrer\">{}</a></li>",
                escape(&safe_link(&attachment.href)),
                escape(&attachment.name)
            );
        }
        body.push_str("</ul>");
    }
    frame(title, &body)
}

fn render_block(body: &mut String, kind: &BlockKind, text: &str) {
    // Writing into a string cannot fail.
    let _ = match kind {
        BlockKind::Heading { .. } => write!(body, "<h2>{}</h2>", escape(text)),
        BlockKind::Table(_) => {
            body.push_str("<table>");
            for row in text.lines() {
                body.push_str("<tr>");
                for cell in row.split('\t') {
                    let _ = write!(body, "<td>{}</td>", escape(cell));
                }
                body.push_str("</tr>");
            }
            write!(body, "</table>")
        }
        _ => write!(body, "<p>{}</p>", escape(text)),
    };
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
    use super::*;

    #[test]
    fn text_of_other_peoples_pages_stays_text() {
        let mut body = String::new();
        render_block(&mut body, &BlockKind::Paragraph, "<script>x</script>");
        assert_eq!(body, "<p>&lt;script&gt;x&lt;/script&gt;</p>");
        assert_eq!(safe_link("javascript:alert(1)"), "#");
    }
}
