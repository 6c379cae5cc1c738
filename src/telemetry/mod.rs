//! What operators see: metrics, and log lines that belong to a request.

pub(crate) mod causes;
pub mod log;
pub mod metrics;
mod request_id;

pub use request_id::{HEADER as REQUEST_ID_HEADER, RequestIds};
