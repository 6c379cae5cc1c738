//! `POST /v1/readings/{reading}/listened`: a player tells how far its document is heard (收听统计).

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::access::Caller;
use super::super::problem::Problem;
use super::Gateway;
use super::readings::KnownReading;
use crate::listens::{Device, Moment};

/// What it is heard on.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum DeviceName {
    /// A machine in a service hall.
    Kiosk,
    /// A telephone.
    Phone,
    /// Any other.
    Desktop,
}

impl From<DeviceName> for Device {
    fn from(name: DeviceName) -> Self {
        match name {
            DeviceName::Kiosk => Self::Kiosk,
            DeviceName::Phone => Self::Phone,
            DeviceName::Desktop => Self::Desktop,
        }
    }
}

/// How far it is heard.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum MomentName {
    /// Its first sound.
    Started,
    /// Half of its sentences.
    Half,
    /// Its end, and half of its sentences or more.
    Finished,
    /// It pauses or ends: only the time is told.
    Left,
}

impl From<MomentName> for Moment {
    fn from(name: MomentName) -> Self {
        match name {
            MomentName::Started => Self::Started,
            MomentName::Half => Self::Half,
            MomentName::Finished => Self::Finished,
            MomentName::Left => Self::Left,
        }
    }
}

/// How far a document is heard. Nothing of who hears it is told or kept.
#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct ListenedQuery {
    /// How far it is heard.
    event: MomentName,
    /// What it is heard on.
    device: DeviceName,
    /// How long it was heard since the last message, in seconds.
    #[serde(default)]
    seconds: u32,
}

/// It says so with a beacon, whose answer nobody reads.
pub(super) async fn listened(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path(KnownReading { reading }): Path<KnownReading>,
    query: Result<Query<ListenedQuery>, QueryRejection>,
) -> Result<StatusCode, Problem> {
    let Query(query) = query.map_err(|error| Problem::invalid("query", error.body_text()))?;
    let (device, moment) = (query.device.into(), query.event.into());
    gateway
        .service
        .listened(&caller, &reading, device, moment, query.seconds)?;
    Ok(StatusCode::NO_CONTENT)
}
