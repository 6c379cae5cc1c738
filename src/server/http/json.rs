//! Answers in JSON, as the routes' own types, which `/openapi.json` describes.

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{Operation, Response as Described};
use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use super::range::{IfNoneMatch, etag_of, is_known};

/// May be kept, and is asked for again each time.
pub(super) const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

/// May not be kept.
pub(super) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// An answer of `T` as JSON with this status.
pub(super) struct Answer<T, const STATUS: u16 = 200> {
    body: T,
    cache_control: Option<HeaderValue>,
    /// The headers of a request that is answered with an `ETag`.
    conditional: Option<HeaderMap>,
}

impl<T, const STATUS: u16> Answer<T, STATUS> {
    /// An answer that says nothing about how long it is good.
    pub(super) fn new(body: T) -> Self {
        Self {
            body,
            cache_control: None,
            conditional: None,
        }
    }

    /// The same with an `ETag`, and without its body (304) for a caller who has it.
    pub(super) fn unless_known(self, IfNoneMatch(headers): IfNoneMatch) -> Self {
        Self {
            conditional: Some(headers),
            ..self
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
        let mut response = match self.conditional {
            Some(headers) => tagged(status, &headers, &self.body),
            None => (status, Json(self.body)).into_response(),
        };
        if let Some(value) = self.cache_control {
            response.headers_mut().insert(header::CACHE_CONTROL, value);
        }
        response
    }
}

/// The answer with an `ETag` that follows from its body.
fn tagged(status: StatusCode, headers: &HeaderMap, body: &impl Serialize) -> Response {
    let Ok(bytes) = serde_json::to_vec(body) else {
        // It says what is wrong in axum's own way.
        return (status, Json(body)).into_response();
    };
    let etag = etag_of(&bytes);
    if is_known(headers, &etag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response();
    }
    let content_type = "application/json".to_owned();
    let headers = [(header::ETAG, etag), (header::CONTENT_TYPE, content_type)];
    (status, headers, bytes).into_response()
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
