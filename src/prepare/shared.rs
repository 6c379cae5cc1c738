//! Operations that replicas share through the tier that they share: whichever is asked takes one down,
//! whichever is idle works on it, and any of them can tell how far it is.
//!
//! An operation is a note on the tier's board, which says what is to be done and how it ended. Its pages
//! lie in an object of their own, which is written once, and how far it is in another, which is rewritten
//! after each document. Who works on one holds its lease. A replica that is lost loses the lease, and
//! another goes on from the last document.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use parking_lot::Mutex;
use serde::Serialize;

use super::operation::{Operation, Reached, is_id};
use langdu_clips::{Lease, Note, RemoteTier, TierUnavailable, Topic};

/// What is said last of an operation stands: it is begun, it is to end, it has ended.
const BEGUN: u64 = 0;
const CANCELLED: u64 = 1;
const FINISHED: u64 = 2;

/// How long what was read of the board may be told to it again where it has other notes by now. An older
/// view may hold operations that have been finished and forgotten since.
const TOLD_AGAIN_WITHIN: Duration = Duration::from_secs(60);

/// The operations in the tier.
pub(super) struct SharedJournal {
    tier: Arc<RemoteTier>,
    known: Mutex<Known>,
}

/// The board as it was read last.
#[derive(Default)]
struct Known {
    operations: Vec<Operation>,
    read_at: Option<Instant>,
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
        let known = &mut self.known.lock().operations;
        if !known.iter().any(|known| known.id == operation.id) {
            known.push(operation.clone());
        }
        Ok(())
    }

    /// How many operations were not finished when the board was read last, and with those begun here since.
    pub(super) fn waiting(&self) -> usize {
        let known = &self.known.lock().operations;
        known.iter().filter(|operation| !operation.finished).count()
    }

    /// Every operation as the board was read last, the oldest first.
    pub(super) fn known(&self) -> Vec<Operation> {
        self.known.lock().operations.clone()
    }

    /// Every operation as the board has it, the oldest first: without how far it is.
    pub(super) async fn all(&self) -> Result<Vec<Operation>, TierUnavailable> {
        if let Some(notes) = self.tier.notes(Topic::Preparations, false).await? {
            let mut operations: Vec<Operation> = notes.iter().filter_map(parse).collect();
            self.tell_again(&mut operations).await?;
            operations.sort_by(|a, b| (a.begun_s, &a.id).cmp(&(b.begun_s, &b.id)));
            self.known.lock().operations = operations;
        }
        let mut known = self.known.lock();
        known.read_at = Some(Instant::now());
        Ok(known.operations.clone())
    }

    /// Leaves on the board again what it has forgotten and is not finished: a Redis without a disk comes
    /// back empty. Only what is finished is ever taken off it.
    async fn tell_again(&self, operations: &mut Vec<Operation>) -> Result<(), TierUnavailable> {
        let mut forgotten = {
            let known = self.known.lock();
            let is_fresh = known
                .read_at
                .is_some_and(|at| at.elapsed() < TOLD_AGAIN_WITHIN);
            if !operations.is_empty() && !is_fresh {
                return Ok(());
            }
            known.operations.clone()
        };
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
        match self.noted(id).await? {
            Some(noted) => self.how_far(noted).await.map(Some),
            None => Ok(None),
        }
    }

    /// An operation as the board has it; `None` when there is none of that id.
    pub(super) async fn noted(&self, id: &str) -> Result<Option<Operation>, TierUnavailable> {
        if !is_id(id) {
            return Ok(None);
        }
        let note = self.tier.note(Topic::Preparations, id).await?;
        Ok(note.as_ref().and_then(parse))
    }

    /// An operation of the board with how far it is.
    pub(super) async fn how_far(&self, noted: Operation) -> Result<Operation, TierUnavailable> {
        if noted.finished {
            return Ok(noted);
        }
        let written = self.tier.progress(&noted.id).await?;
        // One that has no progress yet, or whose progress the tier has forgotten, begins at its beginning.
        let reached = written.and_then(|bytes| serde_json::from_slice::<Reached>(&bytes).ok());
        Ok(match reached {
            Some(reached) => noted.at(reached),
            None => noted,
        })
    }

    /// An operation with its pages and how far it is, for whoever goes on with it; `None` when there is
    /// none of that id.
    pub(super) async fn take_up(&self, id: &str) -> Result<Option<Operation>, TierUnavailable> {
        let Some(noted) = self.noted(id).await? else {
            return Ok(None);
        };
        let mut operation = self.how_far(noted.clone()).await?;
        if operation.finished || operation.documents.is_none() {
            return Ok(Some(operation));
        }
        let pages = self.tier.progress(&pages_of(id)).await?;
        operation.pages = pages.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        // Without its pages nobody can tell which of them are done.
        Ok(Some(if operation.pages.is_some() {
            operation
        } else {
            noted
        }))
    }

    /// Writes down how far an operation is, or how it ended.
    pub(super) async fn write(&self, operation: &Operation) -> Result<(), TierUnavailable> {
        if operation.finished {
            let record = Operation {
                pages: None,
                ..operation.clone()
            };
            self.post(&record, FINISHED).await?;
            self.tier.remove_progress(&operation.id).await;
            self.tier.remove_progress(&pages_of(&operation.id)).await;
            return Ok(());
        }
        if let Some(pages) = operation.pages.as_ref().filter(|_| operation.done == 0) {
            self.tier
                .write_progress(&pages_of(&operation.id), &json(pages))
                .await?;
        }
        self.tier
            .write_progress(&operation.id, &json(&operation.reached()))
            .await
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
        self.tier.remove_progress(id).await;
        self.tier.remove_note(Topic::Preparations, id).await
    }

    async fn post(&self, operation: &Operation, rank: u64) -> Result<(), TierUnavailable> {
        let note = Note {
            name: operation.id.clone(),
            rank,
            text: serde_json::to_string(operation).unwrap_or_default(),
        };
        self.tier.post(Topic::Preparations, &[note]).await
    }
}

/// The name of the object that holds an operation's pages.
fn pages_of(id: &str) -> String {
    format!("{id}-pages")
}

fn json<T: Serialize>(value: &T) -> Bytes {
    Bytes::from(serde_json::to_vec(value).unwrap_or_default())
}

fn parse(note: &Note) -> Option<Operation> {
    serde_json::from_str(&note.text)
        .inspect_err(|error| {
            tracing::warn!(%error, id = note.name, "an operation of another replica cannot be understood");
        })
        .ok()
}
