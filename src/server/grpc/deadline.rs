//! `grpc-timeout`: how long a caller is willing to wait, for streams too.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;
use tonic::Request;

use crate::server::problem::Problem;

/// How much sooner than the transport a call is ended.
const BEFORE_TRANSPORT: Duration = Duration::from_millis(20);

/// When a call has to be over; never, where the caller does not say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline(Option<Instant>);

impl Deadline {
    /// The deadline of a call.
    pub(super) fn of<T>(request: &Request<T>) -> Self {
        let value = request.metadata().get("grpc-timeout");
        let timeout = value.and_then(|value| parse(value.to_str().ok()?));
        // The transport has a timer of its own, which says CANCELLED: ours is to be the first.
        let ours = timeout.map(|timeout| timeout - (timeout / 10).min(BEFORE_TRANSPORT));
        Self(ours.and_then(|timeout| Instant::now().checked_add(timeout)))
    }

    /// The work's outcome, or DEADLINE_EXCEEDED when it takes too long; the work is dropped then.
    pub(super) async fn bound<T>(
        self,
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        match self.0 {
            None => work.await,
            Some(at) => {
                let outcome = tokio::time::timeout_at(at, work).await;
                outcome.unwrap_or_else(|_| Err(Problem::too_late()))
            }
        }
    }

    /// Resolves when the call has to be over.
    pub(super) async fn passed(self) {
        match self.0 {
            None => std::future::pending().await,
            Some(at) => tokio::time::sleep_until(at).await,
        }
    }
}

/// At most eight digits and a unit, as the gRPC protocol has it.
fn parse(value: &str) -> Option<Duration> {
    let (digits, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(number * 3600),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_the_protocols() {
        for (value, timeout) in [
            ("1H", Some(Duration::from_secs(3600))),
            ("2M", Some(Duration::from_secs(120))),
            ("99999999S", Some(Duration::from_secs(99_999_999))),
            ("250m", Some(Duration::from_millis(250))),
            ("7u", Some(Duration::from_micros(7))),
            ("7n", Some(Duration::from_nanos(7))),
            ("", None),
            ("S", None),
            ("1", None),
            ("-1S", None),
            ("123456789S", None),
            ("1秒", None),
        ] {
            assert_eq!(parse(value), timeout, "{value}");
        }
    }
}
