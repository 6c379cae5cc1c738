//! `GET /v1/clips/{id}.{mp3,opus,wav}` and `{id}.json`: one utterance, and when it is heard.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::access::Caller;
use super::super::admission::ClipSeat;
use super::super::problem::Problem;
use super::Gateway;
use super::range::{Lifetime, RangeHeaders, file, tagged_file};
use crate::server::schema::{ID, closed};
use crate::telemetry::Quiet;
use langdu_audio::Encoding;
use langdu_clips::{ClipId, Form, Layout, Tier, Timing};
use langdu_voice::pool::Urgency;

/// Longest clip, at the slowest rate.
const LONGEST_CLIP: Duration = Duration::from_secs(16);

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct ClipFile {
    /// `{id}.mp3`, `.opus` or `.wav`, or `{id}.json` for its timing.
    #[schemars(regex(pattern = r"^[0-9a-f]{32}\.(mp3|opus|wav|json)$"))]
    name: String,
}

pub(super) async fn clip(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path(ClipFile { name }): Path<ClipFile>,
    RangeHeaders(headers): RangeHeaders,
) -> Result<Response<Body>, Problem> {
    let unknown = || Problem::not_found("a clip's address is {id}.mp3, .opus, .wav or .json");
    let (id, extension) = name.split_once('.').ok_or_else(unknown)?;
    let id: ClipId = id.parse().map_err(|_| unknown())?;
    let gone = |error| gateway.service.clip_problem(id, error);
    let encoding = match extension {
        "mp3" => Encoding::Mp3,
        "opus" => Encoding::OggOpus,
        "wav" => Encoding::Linear16,
        "json" => {
            let timing = gateway.reader().clips().timing(id, Urgency::now());
            let timing = timing.await.map_err(gone)?;
            let body = serde_json::to_vec(&TimingAnswer::of(id, &timing));
            let body = body.unwrap_or_default().into();
            let answer = file(&headers, body, "application/json", gateway.lifetime(id));
            return Ok(quiet(answer));
        }
        _ => return Err(unknown()),
    };
    let form = Form::plain(encoding, Layout::File);
    let seat = gateway.seat(&caller, id, form).await?;
    let clips = gateway.reader().clips();
    let is_made = |id| clips.is_cached(id, form);
    let urgency = gateway.schedule.urgency(id, Instant::now(), is_made);
    let clip = clips.get(id, form, urgency).await.map_err(gone)?;
    seat.iter().for_each(ClipSeat::keep_on);
    // The name is the content's, and the encoders are the version's.
    let etag = format!("\"{name}-{}\"", env!("CARGO_PKG_VERSION"));
    let answer = tagged_file(
        &headers,
        &etag,
        clip.bytes,
        encoding.media_type(),
        gateway.lifetime(id),
    );
    Ok(match clip.tier {
        Tier::Voice => answer,
        Tier::Memory | Tier::Disk | Tier::Remote => quiet(answer),
    })
}

/// An answer that was there: of those a player asks for hundreds, and a portal for a flood.
fn quiet(mut answer: Response<Body>) -> Response<Body> {
    answer.extensions_mut().insert(Quiet);
    answer
}

impl Gateway {
    /// How long a clip's file is good.
    fn lifetime(&self, id: ClipId) -> Lifetime {
        if self.reader().clips().is_private(id) {
            return Lifetime::Private;
        }
        Lifetime::Immutable
    }

    /// A seat for the reading that a clip was handed out with.
    async fn seat(
        &self,
        caller: &Caller,
        id: ClipId,
        form: Form,
    ) -> Result<Option<ClipSeat>, Problem> {
        let (document, rest) = match self.schedule.position(id) {
            Some(position) => (position.reading, position.rest),
            // Handed out by another replica, or long ago.
            None => (id.to_string().into(), LONGEST_CLIP),
        };
        let clip = (id, form);
        self.service
            .seat_for_clip(caller, &document, rest, clip)
            .await
    }
}

/// When the syllables of a clip are heard.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Timing", transform = closed)]
pub(super) struct TimingAnswer {
    #[schemars(regex(pattern = ID))]
    clip: String,
    duration_ms: u32,
    duration_samples: usize,
    sample_rate_hertz: u32,
    /// False where the syllables are proportional guesses.
    exact: bool,
    syllables: Vec<SyllableAnswer>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct SyllableAnswer {
    start_ms: u32,
    end_ms: u32,
}

impl TimingAnswer {
    pub(super) fn of(id: ClipId, timing: &Timing) -> Self {
        let syllables = timing.syllables.iter();
        Self {
            clip: id.to_string(),
            duration_ms: timing.ms(timing.samples),
            duration_samples: timing.samples,
            sample_rate_hertz: timing.sample_rate,
            exact: timing.exact,
            syllables: syllables
                .map(|samples| SyllableAnswer {
                    start_ms: timing.ms(samples.start),
                    end_ms: timing.ms(samples.end),
                })
                .collect(),
        }
    }
}
