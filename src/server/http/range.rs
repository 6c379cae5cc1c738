//! `Range`, `ETag` and `HEAD` over content whose length is known.

use std::convert::Infallible;

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use bytes::Bytes;

use super::request_header::add_header;
use crate::server::byte_range::{self, Wanted};

/// The headers of a request for a file that the caller may have already.
pub(super) struct IfNoneMatch(pub(super) HeaderMap);

/// The headers of a request for a file, or for a part of one.
pub(super) struct RangeHeaders(pub(super) HeaderMap);

impl<S: Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.headers.clone()))
    }
}

impl<S: Sync> FromRequestParts<S> for RangeHeaders {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let mut headers = parts.headers.clone();
        // Ranges are for GET alone (RFC 9110, 14.2).
        if parts.method != Method::GET {
            headers.remove(header::RANGE);
        }
        Ok(Self(headers))
    }
}

impl OperationInput for IfNoneMatch {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        let description = "ETags that the caller has.";
        add_header(ctx, operation, "If-None-Match", description);
    }
}

impl OperationInput for RangeHeaders {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        add_header(ctx, operation, "Range", "One range of bytes.");
        let of_version = "An ETag: the range only of that version.";
        add_header(ctx, operation, "If-Range", of_version);
        IfNoneMatch::operation_input(ctx, operation);
    }
}

/// Reads the `Range` header, unless `If-Range` names another version: a part of that would not fit
/// what the caller has.
pub(super) fn wanted(headers: &HeaderMap, length: u64, etag: &str) -> Wanted {
    let same_version = headers
        .get(header::IF_RANGE)
        .is_none_or(|value| value.as_bytes() == etag.as_bytes());
    headers
        .get(header::RANGE)
        .filter(|_| same_version)
        .and_then(|value| value.to_str().ok())
        .map_or(Wanted::Whole, |range| byte_range::wanted(range, length))
}

/// True when the caller already has this version.
pub(super) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .split(',')
                .map(str::trim)
                // Proxies that compress make a tag weak, and compare as such (RFC 9110, 13.1.2).
                .any(|tag| tag.strip_prefix("W/").unwrap_or(tag) == etag || tag == "*")
        })
}

/// An `ETag` that names `bytes`.
pub(super) fn etag_of(bytes: &[u8]) -> String {
    format!("\"{}\"", &blake3::hash(bytes).to_hex()[..32])
}

/// How long a file is good under its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lifetime {
    /// The address names the content: it never changes.
    Immutable,
    /// The content may be another after an upgrade of the service.
    Short,
    /// It follows from its address alone, and an upgrade is noticed a day later.
    Day,
    /// What somebody handed over: nobody keeps it, not even the browser.
    Private,
    /// It holds an address that follows from the request's `Host`, which anybody can forge: no cache
    /// may hand it to others.
    OfRequest,
    /// It is not whole yet: it is asked for again each time.
    Growing,
}

impl Lifetime {
    pub(super) fn cache_control(self) -> &'static str {
        match self {
            Self::Immutable => "public, max-age=31536000, immutable",
            Self::Short => "public, max-age=300",
            Self::Day => "public, max-age=86400",
            Self::Private => "private, no-store",
            Self::OfRequest => "private, max-age=300",
            Self::Growing => "private, no-cache",
        }
    }
}

/// The answer to a request for `bytes`. `HEAD` needs no care here: axum drops the body and keeps
/// the headers.
pub(super) fn file(
    headers: &HeaderMap,
    bytes: Bytes,
    media_type: &'static str,
    lifetime: Lifetime,
) -> Response<Body> {
    let etag = etag_of(&bytes);
    tagged_file(headers, &etag, bytes, media_type, lifetime)
}

/// The same for `bytes` that follow from what `etag` says, so that they need not be hashed.
pub(super) fn tagged_file(
    headers: &HeaderMap,
    etag: &str,
    bytes: Bytes,
    media_type: &'static str,
    lifetime: Lifetime,
) -> Response<Body> {
    let length = bytes.len() as u64;
    let builder = Response::builder()
        .header(header::ETAG, etag)
        .header(header::CACHE_CONTROL, lifetime.cache_control())
        .header(header::ACCEPT_RANGES, "bytes");
    if is_known(headers, etag) {
        return finish(builder.status(StatusCode::NOT_MODIFIED).body(Body::empty()));
    }
    let builder = builder.header(header::CONTENT_TYPE, media_type);
    finish(match wanted(headers, length, etag) {
        Wanted::Whole => builder
            .header(header::CONTENT_LENGTH, length)
            .body(Body::from(bytes)),
        Wanted::Part { first, last } => builder
            .status(StatusCode::PARTIAL_CONTENT)
            .header(
                header::CONTENT_RANGE,
                format!("bytes {first}-{last}/{length}"),
            )
            .header(header::CONTENT_LENGTH, last - first + 1)
            .body(Body::from(bytes.slice(
                usize::try_from(first).unwrap_or(usize::MAX)
                    ..=usize::try_from(last).unwrap_or(usize::MAX),
            ))),
        Wanted::Unsatisfiable => builder
            .status(StatusCode::RANGE_NOT_SATISFIABLE)
            .header(header::CONTENT_RANGE, format!("bytes */{length}"))
            .body(Body::empty()),
    })
}

/// Headers of our own making are always valid.
pub(super) fn finish(built: Result<Response<Body>, axum::http::Error>) -> Response<Body> {
    built.unwrap_or_else(|error| {
        tracing::error!(%error, "a response could not be built");
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_in_a_list_and_when_it_was_made_weak() {
        for (value, known) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", W/\"a\" ", true),
            ("*", true),
            ("\"b\"", false),
            ("W/\"b\"", false),
            ("a", false),
        ] {
            let value = HeaderValue::from_static(value);
            let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, value.clone())]);
            assert_eq!(is_known(&headers, "\"a\""), known, "{value:?}");
        }
    }

    #[test]
    fn a_range_of_another_version_gets_the_whole() {
        let mut headers =
            HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static("bytes=0-9"))]);
        headers.insert(header::IF_RANGE, HeaderValue::from_static("\"old\""));
        assert_eq!(wanted(&headers, 1000, "\"new\""), Wanted::Whole);
        let part = Wanted::Part { first: 0, last: 9 };
        assert_eq!(wanted(&headers, 1000, "\"old\""), part);
    }
}
