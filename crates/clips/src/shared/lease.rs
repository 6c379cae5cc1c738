//! Who makes an object: the holder of its lease, which ends by itself.

use std::time::Instant;

use super::objects::ObjectLeases;
use super::redis::RedisLeases;

/// The right to make an object.
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    /// The object's name.
    pub(super) name: String,
    /// Tells this holder from others.
    pub(super) holder: String,
    /// By this machine's clock.
    pub(super) taken: Instant,
}

impl Lease {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            holder: format!("{:032x}", rand::random::<u128>()),
            taken: Instant::now(),
        }
    }
}

/// The ways a service can keep leases.
pub(super) enum Leases {
    /// By Redis's `SET NX PX`.
    Redis(Box<RedisLeases>),
    /// By conditional writes of objects.
    Objects(ObjectLeases),
}

impl Leases {
    /// The lease of `name`, if nobody has it.
    pub(super) async fn take(&self, name: &str) -> opendal::Result<Option<Lease>> {
        match self {
            Self::Redis(leases) => leases.take(name).await,
            Self::Objects(leases) => leases.take(name).await,
        }
    }

    /// True while somebody has it.
    pub(super) async fn is_held(&self, name: &str) -> opendal::Result<bool> {
        match self {
            Self::Redis(leases) => leases.is_held(name).await,
            Self::Objects(leases) => leases.is_held(name).await,
        }
    }

    /// Ends it, if it has not ended by itself.
    pub(super) async fn give_back(&self, lease: &Lease) -> opendal::Result<()> {
        match self {
            Self::Redis(leases) => leases.give_back(lease).await,
            Self::Objects(leases) => leases.give_back(lease).await,
        }
    }
}
