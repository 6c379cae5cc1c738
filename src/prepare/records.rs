//! JSON records in a storage, each under a name of its own.
//!
//! There are few operations, and each is small and rewritten as a whole, so that a file for each
//! needs no database.

use std::future::ready;

use futures::stream::{self, Stream, StreamExt, TryStreamExt};
use opendal::{ErrorKind, Lister, Operator};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The storage of records refused.
#[derive(Debug, thiserror::Error)]
#[error("the operations of preparation cannot be read or written: {0}")]
pub struct RecordsError(#[from] opendal::Error);

impl RecordsError {
    /// They lie in the shared tier, which does not answer.
    pub(super) fn away() -> Self {
        let error = opendal::Error::new(ErrorKind::Unexpected, "the shared tier does not answer");
        Self(error.set_temporary())
    }
}

/// Records in a storage.
pub(super) struct Records(Operator);

impl Records {
    /// The records that lie in `storage`.
    pub(super) fn new(storage: Operator) -> Self {
        Self(storage)
    }

    /// The record of that name. `None` when there is none, or when it cannot be understood, which
    /// is logged: one damaged record must not make the others unreadable.
    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        name: &str,
    ) -> Result<Option<T>, RecordsError> {
        let bytes = match self.0.read(name).await {
            Ok(bytes) => bytes.to_vec(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let record = serde_json::from_slice(&bytes);
        Ok(record
            .inspect_err(|error| tracing::warn!(%error, name, "a record cannot be understood"))
            .ok())
    }

    /// Writes a record in the place of the one that had its name.
    pub(super) async fn write<T: Serialize + ?Sized>(
        &self,
        name: &str,
        record: &T,
    ) -> Result<(), RecordsError> {
        let bytes = serde_json::to_vec(record).map_err(|error| {
            opendal::Error::new(ErrorKind::Unexpected, "a record cannot be written")
                .set_source(error)
        })?;
        self.0.write(name, bytes).await?;
        Ok(())
    }

    /// Deletes a record; it need not be there.
    pub(super) async fn delete(&self, name: &str) -> Result<(), RecordsError> {
        self.0.delete(name).await?;
        Ok(())
    }

    /// The names of the records in a folder, which ends in `/`, without those in folders below it.
    pub(super) async fn names(
        &self,
        folder: &str,
    ) -> Result<impl Stream<Item = Result<String, RecordsError>> + use<>, RecordsError> {
        names_in(self.0.lister(folder).await)
    }
}

/// The names of the files in a listing; none where the folder is not there yet.
fn names_in(
    listing: opendal::Result<Lister>,
) -> Result<impl Stream<Item = Result<String, RecordsError>> + use<>, RecordsError> {
    let entries = match listing {
        Ok(entries) => entries.left_stream(),
        Err(error) if error.kind() == ErrorKind::NotFound => stream::empty().right_stream(),
        Err(error) => return Err(error.into()),
    };
    let names = entries.try_filter_map(|entry| {
        let is_record = entry.metadata().is_file();
        ready(Ok(is_record.then(|| entry.path().to_owned())))
    });
    Ok(names.map_err(RecordsError::from).boxed())
}
