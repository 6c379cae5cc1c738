//! `GET /v1/clips/{id}.{mp3,opus,wav}` and `{id}.json`: one utterance, and when it is heard.

use std::time::Instant;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response};
use serde_json::{Value, json};

use super::super::problem::Problem;
use super::Gateway;
use super::range::{Lifetime, file};
use crate::audio::Encoding;
use crate::clip::{ClipId, Form, Part, Timing};

pub(super) async fn clip(
    State(gateway): State<Gateway>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response<Body>, Problem> {
    let unknown = || Problem::not_found("a clip's address is {id}.mp3, .opus, .wav or .json");
    let (id, extension) = name.split_once('.').ok_or_else(unknown)?;
    let id: ClipId = id.parse().map_err(|_| unknown())?;
    let encoding = match extension {
        "mp3" => Encoding::Mp3,
        "opus" => Encoding::OggOpus,
        "wav" => Encoding::Linear16,
        "json" => {
            let urgency = gateway.schedule.urgency(id, Instant::now());
            let timing = gateway.reader.clips().timing(id, urgency).await?;
            let body = timing_json(id, &timing).to_string();
            return Ok(file(
                &headers,
                body.into(),
                "application/json",
                Lifetime::Immutable,
            ));
        }
        _ => return Err(unknown()),
    };
    let urgency = gateway.schedule.urgency(id, Instant::now());
    let form = Form::plain(encoding, Part::File);
    let clip = gateway.reader.clips().get(id, form, urgency).await?;
    let media_type = encoding.media_type();
    Ok(file(&headers, clip.bytes, media_type, Lifetime::Immutable))
}

fn timing_json(id: ClipId, timing: &Timing) -> Value {
    let syllables: Vec<Value> = timing
        .syllables
        .iter()
        .map(|samples| {
            json!({ "start_ms": timing.ms(samples.start), "end_ms": timing.ms(samples.end) })
        })
        .collect();
    json!({
        "clip": id.to_string(),
        "duration_ms": timing.ms(timing.samples),
        "duration_samples": timing.samples,
        "sample_rate_hertz": timing.sample_rate,
        "exact": timing.exact,
        "syllables": syllables,
    })
}
