//! Leases as objects that are written only if they are not there.
//!
//! An object does not end by itself: it says when it ends, and whoever finds one that has ended
//! takes its place, on condition that it is still the same. The replicas' clocks have to agree
//! to within a small part of the lease time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opendal::{ErrorKind, Operator};
use serde::{Deserialize, Serialize};

use super::lease::Lease;

/// What the object holds.
#[derive(Serialize, Deserialize)]
struct Held {
    holder: String,
    /// Milliseconds since 1970.
    until_ms: u64,
}

/// Leases in a bucket.
pub(super) struct ObjectLeases {
    operator: Operator,
    time: Duration,
}

impl ObjectLeases {
    pub(super) fn new(operator: Operator, time: Duration) -> Self {
        Self { operator, time }
    }

    pub(super) async fn take(&self, name: &str) -> opendal::Result<Option<Lease>> {
        let path = path(name);
        let lease = Lease::new(name);
        let body = self.body(&lease);
        let put = self.operator.write_with(&path, body.clone());
        if won(put.if_not_exists(true).await)? {
            return Ok(Some(lease));
        }
        let Some((held, etag)) = self.look(&path).await? else {
            // It was given back a moment ago: whoever asks again finds the object or the lease.
            return Ok(None);
        };
        if now_ms() < held.until_ms {
            return Ok(None);
        }
        let put = self.operator.write_with(&path, body);
        if !won(put.if_match(&etag).await)? {
            return Ok(None);
        }
        // There are servers that know If-None-Match and take no notice of If-Match.
        let standing = self.look(&path).await?;
        let is_ours = standing.is_some_and(|(held, _)| held.holder == lease.holder);
        Ok(is_ours.then_some(lease))
    }

    pub(super) async fn is_held(&self, name: &str) -> opendal::Result<bool> {
        let found = self.look(&path(name)).await?;
        Ok(found.is_some_and(|(held, _)| now_ms() < held.until_ms))
    }

    pub(super) async fn give_back(&self, lease: &Lease) -> opendal::Result<()> {
        // After its time it may be another's.
        if lease.taken.elapsed() >= self.time {
            return Ok(());
        }
        self.operator.delete(&path(&lease.name)).await
    }

    /// What stands there, and its tag; `None` when nothing does.
    async fn look(&self, path: &str) -> opendal::Result<Option<(Held, String)>> {
        // The tag first: if the object changes in between, the conditional write fails.
        let metadata = match self.operator.stat(path).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            metadata => metadata?,
        };
        let bytes = match self.operator.read(path).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            bytes => bytes?.to_bytes(),
        };
        // What cannot be read has ended.
        let held = serde_json::from_slice(&bytes).unwrap_or(Held {
            holder: String::new(),
            until_ms: 0,
        });
        let etag = metadata.etag().unwrap_or_default().to_owned();
        Ok(Some((held, etag)))
    }

    fn body(&self, lease: &Lease) -> Vec<u8> {
        let held = Held {
            holder: lease.holder.clone(),
            until_ms: now_ms() + u64::try_from(self.time.as_millis()).unwrap_or(u64::MAX / 2),
        };
        serde_json::to_vec(&held).unwrap_or_default()
    }
}

fn path(name: &str) -> String {
    format!("leases/{name}")
}

/// Whether a conditional write was done. Two at the same moment are a conflict, which nobody won.
fn won(written: opendal::Result<opendal::Metadata>) -> opendal::Result<bool> {
    match written {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::ConditionNotMatch => Ok(false),
        Err(error) => Err(error),
    }
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    u64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(u64::MAX)
}
