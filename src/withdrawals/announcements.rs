//! Withdrawals and publications that replicas announce to each other through the shared tier.
//!
//! Each replica has a ledger of its own: it alone knows what it has read pages with. So what is
//! shared is only the announcement, `{page: withdrawn or published}`, all of them in one object,
//! and each replica does the work itself. Redis cannot list, so that an object for each page would
//! not be found.
//!
//! An announcement that the tier does not take is kept beside the ledger, and made again until the
//! tier takes it; until then this replica does not listen to the others, whose announcements may
//! be older.

use std::sync::Arc;

use bytes::Bytes;
use opendal::Operator;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::ledger::{LedgerError, PageKey, Records};
use langdu_clips::{RemoteTier, TierUnavailable};

/// The object in the shared tier. Its name stays as it is, so that replicas of different versions
/// hear each other.
const ANNOUNCED: &str = "withdrawals.json";

/// Announcements that the tier has not taken yet, beside the ledger. The name stays as it is, so
/// that a newer version makes those of an older one.
const PENDING: &str = "untold.json";

/// Pages of which the last announcement is kept, about 100 bytes each. A replica that was away
/// while more than this were withdrawn misses the oldest.
const MOST_PAGES: usize = 10_000;

/// The last announcement of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Announcement {
    /// The page, as it was named.
    pub(super) url: String,
    /// It is withdrawn; else published.
    pub(super) withdrawn: bool,
}

/// The announcements of all replicas.
pub struct Announcements {
    remote: Arc<RemoteTier>,
    /// The ledger's own storage.
    local: Records,
    /// Announcements are kept, made and heard one after the other.
    exchanging: Mutex<()>,
}

impl Announcements {
    /// Announcements through `remote`; those that it has not taken are kept in `local`.
    pub fn new(remote: Arc<RemoteTier>, local: Operator) -> Self {
        Self {
            remote,
            local: Records::new(local),
            exchanging: Mutex::default(),
        }
    }

    /// Keeps an announcement until the tier takes it. Called before it is acted on here.
    ///
    /// # Errors
    ///
    /// When the local storage fails.
    pub(super) async fn enqueue(&self, url: &str, withdrawn: bool) -> Result<(), LedgerError> {
        let _exchanging = self.exchanging.lock().await;
        let announcement = Announcement {
            url: url.to_owned(),
            withdrawn,
        };
        let pending = latest(self.pending().await?, vec![announcement]);
        self.local.write(PENDING, &pending).await
    }

    /// Makes what announcements are pending, and answers with the last ones of all pages; with
    /// nothing while the tier is away.
    ///
    /// # Errors
    ///
    /// When the local storage fails.
    pub(super) async fn exchange(&self) -> Result<Vec<Announcement>, LedgerError> {
        let _exchanging = self.exchanging.lock().await;
        let pending = self.pending().await?;
        let announced = if pending.is_empty() {
            self.remote.try_read(ANNOUNCED).await
        } else {
            self.announce(&pending).await
        };
        let Ok(announced) = announced else {
            return Ok(Vec::new());
        };
        if !pending.is_empty() {
            self.local.write::<[Announcement]>(PENDING, &[]).await?;
        }
        Ok(announced.map(|bytes| parse(&bytes)).unwrap_or_default())
    }

    async fn announce(&self, pending: &[Announcement]) -> Result<Option<Bytes>, TierUnavailable> {
        let add = |before: Option<Bytes>| {
            let before = before.map(|bytes| parse(&bytes)).unwrap_or_default();
            to_bytes(&latest(before, pending.to_vec()))
        };
        self.remote.change(ANNOUNCED, add).await.map(Some)
    }

    async fn pending(&self) -> Result<Vec<Announcement>, LedgerError> {
        Ok(self.local.read(PENDING).await?.unwrap_or_default())
    }
}

/// The last announcement of each page, the oldest first.
fn latest(before: Vec<Announcement>, newer: Vec<Announcement>) -> Vec<Announcement> {
    let is_replaced = |old: &Announcement| {
        let page = PageKey::of(&old.url);
        newer.iter().any(|newer| PageKey::of(&newer.url) == page)
    };
    let mut announcements = before;
    announcements.retain(|old| !is_replaced(old));
    announcements.extend(newer);
    let too_many = announcements.len().saturating_sub(MOST_PAGES);
    announcements.drain(..too_many);
    announcements
}

fn parse(bytes: &[u8]) -> Vec<Announcement> {
    serde_json::from_slice(bytes)
        .inspect_err(|error| {
            tracing::warn!(%error, "announcements of withdrawals cannot be understood");
        })
        .unwrap_or_default()
}

fn to_bytes(announcements: &[Announcement]) -> Bytes {
    serde_json::to_vec(announcements).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announcement(number: usize, withdrawn: bool) -> Announcement {
        Announcement {
            url: format!("https://www.example.gov.cn/{number}.html"),
            withdrawn,
        }
    }

    #[test]
    fn the_last_announcement_of_a_page_stands() {
        let before = vec![announcement(1, true), announcement(2, true)];
        let all = latest(before, vec![announcement(1, false)]);
        assert_eq!(all, [announcement(2, true), announcement(1, false)]);
        assert_eq!(parse(&to_bytes(&all)), all);
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many() {
        let before = (0..MOST_PAGES)
            .map(|number| announcement(number, true))
            .collect();
        let all = latest(before, vec![announcement(MOST_PAGES, true)]);
        assert_eq!(all.len(), MOST_PAGES);
        assert_eq!(all.first(), Some(&announcement(1, true)));
    }
}
