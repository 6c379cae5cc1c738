//! Whether objects are there, in as few questions as the service allows.

use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use opendal::Operator;

use super::redis::Link;

/// Names in one question to Redis, about 60 bytes each.
const OF_KEYS: usize = 1000;

/// Questions to storage that are asked at the same time.
const OF_OBJECTS: usize = 32;

/// The ways a service can be asked.
pub(super) enum Presence {
    /// Redis counts keys.
    Redis(Arc<Link>),
    /// Storage knows one object at a time.
    Objects(Operator),
}

impl Presence {
    /// How many names are asked of together.
    pub(super) fn together(&self) -> usize {
        match self {
            Self::Redis(_) => OF_KEYS,
            Self::Objects(_) => OF_OBJECTS,
        }
    }

    /// True when all of them are there.
    pub(super) async fn of_all(&self, names: &[String]) -> opendal::Result<bool> {
        match self {
            Self::Redis(link) => link.hold_all(names).await,
            Self::Objects(operator) => {
                let names = stream::iter(names.to_vec());
                let asked = names.map(|name| async move { operator.exists(&name).await });
                let there = asked.buffer_unordered(OF_OBJECTS);
                there.try_all(std::future::ready).await
            }
        }
    }
}
