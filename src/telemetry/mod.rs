//! What operators see: metrics, log lines that belong to a request, and traces.

pub(crate) mod addresses;
pub(crate) mod causes;
mod finished;
pub mod log;
pub mod metrics;
mod request_id;
mod route;
pub mod traces;

pub(crate) use finished::{CountedRequest, Quiet};
pub use request_id::{HEADER as REQUEST_ID_HEADER, RequestIds};
pub(crate) use request_id::{note_caller, note_reason};
