//! Answers in JSON, as the routes' own types, which `/openapi.json` describes.

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{Operation, Response as Described};
use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use schemars::JsonSchema;
use serde::Serialize;

use super::compression::{self, accepts_gzip};
use super::range::{IfNoneMatch, etag_of, is_known};

/// May be kept, and is asked for again each time.
pub(super) const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

/// May not be kept.
pub(super) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// An answer of `T` as JSON with this status.
pub(super) struct Answer<T, const STATUS: u16 = 200> {
    body: Body<T>,
    cache_control: Option<HeaderValue>,
}

enum Body<T> {
    Value(T),
    /// What was written before, and the headers of the request that is answered with it.
    Written(Written, HeaderMap),
}

/// A value as JSON, as it is sent: hashed, and packed as most ask for it.
#[derive(Clone)]
pub(super) struct Written {
    etag: String,
    json: Bytes,
    /// `None` where packing is not worth its while.
    gzip: Option<Bytes>,
}

impl Written {
    /// # Panics
    ///
    /// When the value cannot be written as JSON, which an answer of ours always can.
    pub(super) fn of(value: &impl Serialize) -> Self {
        let json = serde_json::to_vec(value).expect("an answer can be written as JSON");
        Self {
            etag: etag_of(&json),
            gzip: compression::gzip(&json),
            json: json.into(),
        }
    }

    /// How much memory it takes, in bytes.
    pub(super) fn size(&self) -> usize {
        self.json.len() + self.gzip.as_ref().map_or(0, Bytes::len)
    }

    fn response(self, status: StatusCode, headers: &HeaderMap) -> Response {
        if is_known(headers, &self.etag) {
            return (StatusCode::NOT_MODIFIED, [(header::ETAG, self.etag)]).into_response();
        }
        let json = (header::CONTENT_TYPE, "application/json");
        match self.gzip {
            Some(packed) if accepts_gzip(headers) => {
                // The same words in other bytes: a weak tag (RFC 9110, 8.8.1).
                let etag = (header::ETAG, format!("W/{}", self.etag));
                let encoding = (header::CONTENT_ENCODING, "gzip");
                let vary = (header::VARY, "accept-encoding");
                (status, [json, encoding, vary], [etag], packed).into_response()
            }
            _ => (status, [json], [(header::ETAG, self.etag)], self.json).into_response(),
        }
    }
}

impl<T, const STATUS: u16> Answer<T, STATUS> {
    /// An answer that says nothing about how long it is good.
    pub(super) fn new(body: T) -> Self {
        Self {
            body: Body::Value(body),
            cache_control: None,
        }
    }

    /// An answer that is written already: with an `ETag`, and without its body (304) for a caller who has it.
    pub(super) fn written(written: Written, IfNoneMatch(headers): IfNoneMatch) -> Self {
        Self {
            body: Body::Written(written, headers),
            cache_control: None,
        }
    }

    /// The same with a `Cache-Control`.
    pub(super) fn cached(self, cache_control: HeaderValue) -> Self {
        Self {
            cache_control: Some(cache_control),
            ..self
        }
    }
}

impl<T: Serialize, const STATUS: u16> IntoResponse for Answer<T, STATUS> {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(STATUS).unwrap_or_default();
        let mut response = match self.body {
            Body::Value(value) => (status, Json(value)).into_response(),
            Body::Written(written, headers) => written.response(status, &headers),
        };
        if let Some(value) = self.cache_control {
            response.headers_mut().insert(header::CACHE_CONTROL, value);
        }
        response
    }
}

impl<T: JsonSchema, const STATUS: u16> OperationOutput for Answer<T, STATUS> {
    type Inner = T;

    fn operation_response(ctx: &mut GenContext, operation: &mut Operation) -> Option<Described> {
        let response = Json::<T>::operation_response(ctx, operation)?;
        Some(Described {
            description: "The answer.".to_owned(),
            ..response
        })
    }

    fn inferred_responses(
        ctx: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, Described)> {
        let response = Self::operation_response(ctx, operation);
        let described = response.map(|response| (Some(STATUS), response));
        described.into_iter().collect()
    }
}
