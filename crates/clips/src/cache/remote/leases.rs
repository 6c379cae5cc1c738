//! Leases of whichever kind the remote service can keep.

use super::lease::Lease;
use super::objects::ObjectLeases;
use super::redis::RedisLeases;

/// The ways in which a service can keep leases.
pub(super) enum Leases {
    /// By Redis's `SET NX PX`.
    Redis(Box<RedisLeases>),
    /// By conditional writes of objects.
    Objects(ObjectLeases),
}

impl Leases {
    /// Acquires the lease of `name`, if nobody holds it.
    pub(super) async fn acquire(&self, name: &str) -> opendal::Result<Option<Lease>> {
        match self {
            Self::Redis(leases) => leases.acquire(name).await,
            Self::Objects(leases) => leases.acquire(name).await,
        }
    }

    /// True while somebody holds the lease of `name`.
    pub(super) async fn is_held(&self, name: &str) -> opendal::Result<bool> {
        match self {
            Self::Redis(leases) => leases.is_held(name).await,
            Self::Objects(leases) => leases.is_held(name).await,
        }
    }

    /// Gives a lease its whole time again; false when it has expired, or somebody else holds it.
    pub(super) async fn renew(&self, lease: &mut Lease) -> opendal::Result<bool> {
        match self {
            Self::Redis(leases) => leases.renew(lease).await,
            Self::Objects(leases) => leases.renew(lease).await,
        }
    }

    /// Releases a lease, unless it has expired.
    pub(super) async fn release(&self, lease: &Lease) -> opendal::Result<()> {
        match self {
            Self::Redis(leases) => leases.release(lease).await,
            Self::Objects(leases) => leases.release(lease).await,
        }
    }
}
