//! Server-sent events: what editors do and listeners report, as it happens.

use std::convert::Infallible;
use std::time::Duration;

use aide::OperationOutput;
use axum::extract::State;
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, stream};
use serde::Serialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::Desk;
use super::approvals::ApprovalBody;
use super::bodies::{CorrectionBody, ReportBody};
use crate::corrections::Event;
use crate::server::access::Caller;
use crate::server::problem::Problem;

/// How often something is sent where nothing happens, so that no proxy ends the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

#[derive(Serialize)]
struct Corrected {
    action: &'static str,
    correction: CorrectionBody,
}

/// `correction`, `approval`, `report`, or `lagged` where events were lost: list again then.
pub(super) struct Events(Receiver<Event>);

impl IntoResponse for Events {
    fn into_response(self) -> Response {
        let events = Sse::new(events_of(self.0));
        let alive = KeepAlive::new().interval(KEEP_ALIVE);
        events.keep_alive(alive).into_response()
    }
}

impl OperationOutput for Events {
    type Inner = Self;
}

pub(super) async fn events(State(desk): State<Desk>, caller: Caller) -> Result<Events, Problem> {
    Ok(Events(desk.corrections(&caller)?.events()))
}

fn events_of(events: Receiver<Event>) -> impl Stream<Item = Result<Sent, Infallible>> {
    stream::unfold(events, |mut events| async move {
        let sent = match events.recv().await {
            Ok(Event::Corrected { action, correction }) => {
                let corrected = Corrected {
                    action: action.name(),
                    correction: correction.into(),
                };
                Sent::default().event("correction").json_data(corrected)
            }
            Ok(Event::Approval { approval }) => {
                let approval = ApprovalBody::from(approval);
                Sent::default().event("approval").json_data(approval)
            }
            Ok(Event::Reported { report }) => {
                let report = ReportBody::from(report);
                Sent::default().event("report").json_data(report)
            }
            Err(RecvError::Lagged(_)) => Ok(Sent::default().event("lagged").data("{}")),
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(sent.unwrap_or_default()), events))
    })
}
