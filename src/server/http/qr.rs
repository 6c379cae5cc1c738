//! `GET /v1/qr.svg?url=…`: a code that leads a phone to the page that reads a document.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::problem::Problem;
use super::super::service::ReadingService;
use super::base::Base;
use super::identity::PageCaller;
use super::range::Lifetime;
use crate::server::schema::rate;

/// Pixels a side, of a picture that loses nothing when it is scaled.
const SIDE: u32 = 240;

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct QrQuery {
    /// A page on an allowed host.
    #[schemars(url)]
    url: String,
    /// The sentence to go on with, from 1.
    sentence: Option<u32>,
    /// The speed to go on with; 1 is the normal one.
    #[schemars(transform = rate)]
    rate: Option<f64>,
}

pub(super) async fn code(
    State(service): State<Arc<ReadingService>>,
    PageCaller(caller): PageCaller,
    base: Base,
    query: Result<Query<QrQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|error| Problem::invalid("url", error.body_text()))?;
    service.may_read_page(&caller, &query.url)?;
    let document = service.reader().admit(&query.url)?;
    let mut address = base.listening_page(&document, &caller.signature);
    if let Some(sentence) = query.sentence {
        let rate = query.rate.unwrap_or(1.0).clamp(0.5, 2.0);
        address.set_fragment(Some(&format!("s={sentence}&r={rate}")));
    }
    // A printed code gets dirty: the middle level reads with 15 % of it lost.
    let code = QrCode::with_error_correction_level(address.as_str(), EcLevel::M)
        .map_err(|_| Problem::invalid("url", "it is too long for a QR code"))?;
    let picture = code
        .render::<svg::Color<'_>>()
        .min_dimensions(SIDE, SIDE)
        .build();
    let cache_control = base.lifetime(Lifetime::Day).cache_control();
    let answer = (
        [
            (header::CONTENT_TYPE, "image/svg+xml"),
            (header::CACHE_CONTROL, cache_control),
        ],
        picture,
    );
    Ok(answer.into_response())
}
