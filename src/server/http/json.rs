//! Answers in JSON, as the routes' own types, which `/openapi.json` describes.

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{Operation, Response as Described};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

/// May be kept, and is asked for again each time.
pub(super) const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

/// May not be kept.
pub(super) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// An answer of `T` as JSON with this status.
pub(super) struct Answer<T, const STATUS: u16 = 200> {
    body: T,
    cache_control: Option<HeaderValue>,
}

impl<T, const STATUS: u16> Answer<T, STATUS> {
    /// An answer that says nothing about how long it is good.
    pub(super) fn new(body: T) -> Self {
        Self {
            body,
            cache_control: None,
        }
    }

    /// The same with another body of its kind.
    pub(super) fn map(self, change: impl FnOnce(T) -> T) -> Self {
        Self {
            body: change(self.body),
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
        let mut response = (status, Json(self.body)).into_response();
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
