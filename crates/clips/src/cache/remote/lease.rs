//! A lease: the right of one replica to make an object or to work on something, which expires by itself.

use std::time::Instant;

/// The right of one replica to make an object or to work on something.
#[derive(Debug, Clone)]
pub struct Lease {
    /// The object's name.
    pub(super) name: String,
    /// A random name that distinguishes this holder from others.
    pub(super) holder: String,
    /// When it was acquired, by this machine's clock.
    pub(super) acquired: Instant,
}

impl Lease {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            holder: format!("{:032x}", rand::random::<u128>()),
            acquired: Instant::now(),
        }
    }
}
