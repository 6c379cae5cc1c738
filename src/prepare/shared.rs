//! Operations that replicas share through the tier that they share: whichever is asked takes one down,
//! whichever is idle works on it, and any of them can tell how far it is.
//!
//! An operation is a note on the tier's board, which says what is to be done and how it ended; how far it
//! is lies in an object of its own, which is rewritten after each document. Who works on one holds its
//! lease. A replica that is lost loses the lease, and another goes on from the last document.

use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

use super::operation::Operation;
use langdu_clips::{Lease, Note, RemoteTier, TierUnavailable};

/// What is said last of an operation stands: it is begun, it is to end, it has ended.
const BEGUN: u64 = 0;
const CANCELLED: u64 = 1;
const FINISHED: u64 = 2;

/// The operations in the tier.
pub(super) struct SharedJournal {
    tier: Arc<RemoteTier>,
    /// The board as it was read last.
    known: Mutex<Vec<Operation>>,
}

impl SharedJournal {
    pub(super) fn new(tier: Arc<RemoteTier>) -> Self {
        Self {
            tier,
            known: Mutex::default(),
        }
    }

    pub(super) fn tier(&self) -> &Arc<RemoteTier> {
        &self.tier
    }

    /// Takes an operation down, for whichever replica comes first.
    pub(super) async fn begin(&self, operation: &Operation) -> Result<(), TierUnavailable> {
        self.post(operation, BEGUN).await?;
        // It is told again from now on, also if the tier forgets it before it is read.
        let mut known = self.known.lock();
        if !known.iter().any(|known| known.id == operation.id) {
            known.push(operation.clone());
        }
        Ok(())
    }

    /// Every operation as the board has it, the oldest first: without how far it is.
    pub(super) async fn all(&self) -> Result<Vec<Operation>, TierUnavailable> {
        if let Some(notes) = self.tier.preparations(false).await? {
            let mut operations: Vec<Operation> = notes.iter().filter_map(parse).collect();
            self.tell_again(&mut operations).await?;
            operations.sort_by(|a, b| (a.begun_s, &a.id).cmp(&(b.begun_s, &b.id)));
            *self.known.lock() = operations;
        }
        Ok(self.known.lock().clone())
    }

    /// Leaves on the board again what it has forgotten and is not finished: a Redis without a disk comes
    /// back empty. Only what is finished is ever taken off it.
    async fn tell_again(&self, operations: &mut Vec<Operation>) -> Result<(), TierUnavailable> {
        let mut forgotten = self.known.lock().clone();
        forgotten.retain(|known| {
            !known.finished && !operations.iter().any(|operation| operation.id == known.id)
        });
        for operation in forgotten {
            let rank = if operation.cancelled {
                CANCELLED
            } else {
                BEGUN
            };
            self.post(&operation, rank).await?;
            operations.push(operation);
        }
        Ok(())
    }

    /// An operation with how far it is; `None` when there is none of that id.
    pub(super) async fn read(&self, id: &str) -> Result<Option<Operation>, TierUnavailable> {
        let all = self.all().await?;
        let Some(noted) = all.into_iter().find(|operation| operation.id == id) else {
            return Ok(None);
        };
        self.how_far(noted).await.map(Some)
    }

    /// An operation of the board with how far it is.
    pub(super) async fn how_far(&self, noted: Operation) -> Result<Operation, TierUnavailable> {
        if noted.finished {
            return Ok(noted);
        }
        let written = self.tier.progress(&noted.id).await?;
        // One that has no progress yet, or whose progress the tier has forgotten, begins at its beginning.
        let reached = written.and_then(|bytes| serde_json::from_slice::<Operation>(&bytes).ok());
        let mut operation = reached.unwrap_or_else(|| noted.clone());
        operation.cancelled |= noted.cancelled;
        Ok(operation)
    }

    /// Writes down how far an operation is, or how it ended.
    pub(super) async fn write(&self, operation: &Operation) -> Result<(), TierUnavailable> {
        if operation.finished {
            self.post(operation, FINISHED).await?;
            self.tier.remove_progress(&operation.id).await;
            return Ok(());
        }
        let bytes = Bytes::from(serde_json::to_vec(operation).unwrap_or_default());
        self.tier.write_progress(&operation.id, &bytes).await
    }

    /// Tells whoever works on an operation that it is to end.
    pub(super) async fn cancel(&self, operation: &Operation) -> Result<(), TierUnavailable> {
        let mut cancelled = operation.clone();
        cancelled.cancelled = true;
        self.post(&cancelled, CANCELLED).await
    }

    /// The lease of an operation, if nobody works on it.
    pub(super) async fn lease(&self, id: &str) -> Result<Option<Lease>, TierUnavailable> {
        self.tier.lease(&format!("preparation-{id}")).await
    }

    pub(super) async fn forget(&self, id: &str) -> Result<(), TierUnavailable> {
        self.tier.remove_preparation(id).await
    }

    async fn post(&self, operation: &Operation, rank: u64) -> Result<(), TierUnavailable> {
        let note = Note {
            name: operation.id.clone(),
            rank,
            text: serde_json::to_string(operation).unwrap_or_default(),
        };
        self.tier.post_preparation(note).await
    }
}

fn parse(note: &Note) -> Option<Operation> {
    serde_json::from_str(&note.text)
        .inspect_err(|error| {
            tracing::warn!(%error, id = note.name, "an operation of another replica cannot be understood");
        })
        .ok()
}
