//! The desk's page: plain HTML, a style sheet and modules, as they lie in `web/desk`.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Response, header};
use axum::response::Redirect;
use axum::routing::get;
use bytes::Bytes;

use super::Desk;
use crate::server::http::range::{IfNoneMatch, Lifetime, file};

/// The page runs its own modules and talks to this listener, and may be framed by nobody.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      media-src blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
                      form-action 'none'";

/// Makes the files of the desk, part of the binary, so that page and service always fit.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../../web/desk/", $name)))),*]
    };
}

const FILES: &[(&str, &str)] = files![
    "index.html",
    "desk.css",
    "desk.js",
    "api.js",
    "texts.js",
    "dom.js",
    "sheet.js",
    "sound.js",
    "panel.js",
    "inbox.js",
    "approvals.js",
    "lists.js",
];

/// Adds the page under `/desk/`.
pub(super) fn add(router: Router<Desk>) -> Router<Desk> {
    let mut pages: Router<Desk> =
        Router::new().route("/desk", get(|| async { Redirect::permanent("desk/") }));
    for &(name, text) in FILES {
        let path = match name {
            "index.html" => "/desk/".to_owned(),
            name => format!("/desk/{name}"),
        };
        let serve = move |IfNoneMatch(headers): IfNoneMatch| async move {
            let bytes = Bytes::from_static(text.as_bytes());
            page(file(&headers, bytes, media_type(name), Lifetime::Short))
        };
        pages = pages.route(&path, get(serve));
    }
    router.merge(pages)
}

fn page(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        _ => "text/html; charset=utf-8",
    }
}
