//! What operators see: metrics, and log lines that belong to a request.

pub(crate) mod causes;
mod finished;
pub mod log;
pub mod metrics;
mod request_id;

pub(crate) use finished::Quiet;
pub use request_id::{HEADER as REQUEST_ID_HEADER, RequestIds};
