//! Leases as objects that are written only if they are not there.
//!
//! An object does not expire by itself: it says when the lease expires, and whoever finds an expired
//! one replaces it, on condition that it is still the same. The replicas' clocks have to agree to
//! within a small part of the lease time.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use opendal::{ErrorKind, Operator};
use serde::{Deserialize, Serialize};

use super::lease::Lease;

/// The content of a lease's object.
#[derive(Serialize, Deserialize)]
struct LeaseRecord {
    holder: String,
    /// Milliseconds since 1970.
    until_ms: u64,
}

/// Leases as objects of the storage.
pub(super) struct ObjectLeases {
    operator: Operator,
    time: Duration,
}

impl ObjectLeases {
    pub(super) fn new(operator: Operator, time: Duration) -> Self {
        Self { operator, time }
    }

    pub(super) async fn acquire(&self, name: &str) -> opendal::Result<Option<Lease>> {
        let path = path(name);
        let lease = Lease::new(name);
        let body = self.body(&lease);
        let put = self.operator.write_with(&path, body.clone());
        if was_written(put.if_not_exists(true).await)? {
            return Ok(Some(lease));
        }
        let Some((record, etag)) = self.read_record(&path).await? else {
            // It was released a moment ago: whoever tries again finds the object or the lease.
            return Ok(None);
        };
        if now_ms() < record.until_ms {
            return Ok(None);
        }
        let put = self.operator.write_with(&path, body);
        if !was_written(put.if_match(&etag).await)? {
            return Ok(None);
        }
        // Some servers honour If-None-Match and ignore If-Match.
        let found = self.read_record(&path).await?;
        let is_ours = found.is_some_and(|(record, _)| record.holder == lease.holder);
        Ok(is_ours.then_some(lease))
    }

    pub(super) async fn is_held(&self, name: &str) -> opendal::Result<bool> {
        let found = self.read_record(&path(name)).await?;
        Ok(found.is_some_and(|(record, _)| now_ms() < record.until_ms))
    }

    pub(super) async fn renew(&self, lease: &mut Lease) -> opendal::Result<bool> {
        let path = path(&lease.name);
        let found = self.read_record(&path).await?;
        let Some((_, etag)) = found.filter(|(record, _)| record.holder == lease.holder) else {
            return Ok(false);
        };
        let put = self.operator.write_with(&path, self.body(lease));
        let written = if etag.is_empty() {
            was_written(put.await)?
        } else {
            was_written(put.if_match(&etag).await)?
        };
        lease.acquired = Instant::now();
        Ok(written)
    }

    pub(super) async fn release(&self, lease: &Lease) -> opendal::Result<()> {
        // Once it has expired, the object may be another replica's lease.
        if lease.acquired.elapsed() >= self.time {
            return Ok(());
        }
        self.operator.delete(&path(&lease.name)).await
    }

    /// The lease's record and its ETag; `None` when there is none.
    async fn read_record(&self, path: &str) -> opendal::Result<Option<(LeaseRecord, String)>> {
        // The tag first: if the object changes in between, the conditional write fails.
        let metadata = match self.operator.stat(path).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            metadata => metadata?,
        };
        let bytes = match self.operator.read(path).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            bytes => bytes?.to_bytes(),
        };
        // A record that cannot be read counts as expired.
        let record = serde_json::from_slice(&bytes).unwrap_or(LeaseRecord {
            holder: String::new(),
            until_ms: 0,
        });
        let etag = metadata.etag().unwrap_or_default().to_owned();
        Ok(Some((record, etag)))
    }

    fn body(&self, lease: &Lease) -> Vec<u8> {
        let record = LeaseRecord {
            holder: lease.holder.clone(),
            until_ms: now_ms() + u64::try_from(self.time.as_millis()).unwrap_or(u64::MAX / 2),
        };
        serde_json::to_vec(&record).unwrap_or_default()
    }
}

fn path(name: &str) -> String {
    format!("leases/{name}")
}

/// True when a conditional write was done. Two at the same moment are a conflict, which nobody wins.
pub(super) fn was_written(written: opendal::Result<opendal::Metadata>) -> opendal::Result<bool> {
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

#[cfg(test)]
mod tests {
    use opendal::services;

    use super::*;

    #[tokio::test]
    async fn a_lease_is_released_by_its_holder_and_in_its_time() {
        let operator = Operator::new(services::Memory::default()).unwrap();
        let leases = ObjectLeases::new(operator.clone(), Duration::from_secs(600));
        assert!(!leases.is_held("x").await.unwrap());
        let _lease = leases.acquire("x").await.unwrap().unwrap();
        assert!(leases.is_held("x").await.unwrap());
        assert!(leases.acquire("x").await.unwrap().is_none());
        let brief = ObjectLeases::new(operator.clone(), Duration::from_millis(1));
        let lease = brief.acquire("y").await.unwrap().unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert!(!brief.is_held("y").await.unwrap(), "it has expired");
        brief.release(&lease).await.unwrap();
        assert!(
            operator.exists("leases/y").await.unwrap(),
            "it may be another's by now"
        );
        operator.write("leases/x", "?").await.unwrap();
        assert!(!leases.is_held("x").await.unwrap(), "nobody can read it");
    }

    #[tokio::test]
    async fn a_lease_is_renewed_by_its_holder_alone() {
        let operator = Operator::new(services::Memory::default()).unwrap();
        let brief = ObjectLeases::new(operator.clone(), Duration::from_millis(500));
        let mut lease = brief.acquire("x").await.unwrap().unwrap();
        let long = ObjectLeases::new(operator, Duration::from_secs(600));
        assert!(long.renew(&mut lease).await.unwrap());
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert!(brief.is_held("x").await.unwrap(), "it has its time again");
        let mut others = Lease::new("x");
        assert!(!long.renew(&mut others).await.unwrap());
        long.release(&lease).await.unwrap();
        assert!(!long.renew(&mut lease).await.unwrap(), "it is released");
    }

    #[tokio::test]
    async fn a_storage_that_cannot_be_asked_for_a_lease_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        // Where the folder of the leases should be.
        std::fs::write(folder.path().join("leases"), "").unwrap();
        let root = folder.path().to_string_lossy();
        let operator = Operator::new(services::Fs::default().root(&root)).unwrap();
        let leases = ObjectLeases::new(operator, Duration::from_secs(60));
        assert!(leases.is_held("x").await.is_err());
    }
}
