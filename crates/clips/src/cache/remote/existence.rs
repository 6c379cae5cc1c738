//! Whether objects exist, in as few requests as the service allows.

use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use opendal::Operator;

use super::redis::Link;

/// Names in one request to Redis, about 60 bytes each.
const KEYS_AT_ONCE: usize = 1000;

/// Requests to storage that run at the same time.
const OBJECTS_AT_ONCE: usize = 32;

/// The ways in which a service can be asked.
pub(super) enum Existence {
    /// Redis counts the keys that exist.
    Redis(Arc<Link>),
    /// Storage answers for one object at a time.
    Objects(Operator),
}

impl Existence {
    /// How many names go into one batch.
    pub(super) fn batch_size(&self) -> usize {
        match self {
            Self::Redis(_) => KEYS_AT_ONCE,
            Self::Objects(_) => OBJECTS_AT_ONCE,
        }
    }

    /// True when all of these objects exist.
    pub(super) async fn all(&self, names: &[String]) -> opendal::Result<bool> {
        match self {
            Self::Redis(link) => link.all_exist(names).await,
            Self::Objects(operator) => {
                let names = stream::iter(names.to_vec());
                let requests = names.map(|name| async move { operator.exists(&name).await });
                let found = requests.buffer_unordered(OBJECTS_AT_ONCE);
                found.try_all(std::future::ready).await
            }
        }
    }
}
