//! Bytes with their digest behind them, so that what was damaged on its way is found out.

use bytes::Bytes;

/// The length of a BLAKE3 digest.
pub(super) const DIGEST_BYTES: usize = 32;

/// The bytes as they are stored.
pub(super) fn seal(bytes: &Bytes) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(bytes.len() + DIGEST_BYTES);
    sealed.extend_from_slice(bytes);
    sealed.extend_from_slice(blake3::hash(bytes).as_bytes());
    sealed
}

/// What was sealed; `None` when it was damaged since.
pub(super) fn open(sealed: &Bytes) -> Option<Bytes> {
    let length = sealed.len().checked_sub(DIGEST_BYTES)?;
    let bytes = sealed.slice(..length);
    (blake3::hash(&bytes).as_bytes()[..] == sealed[length..]).then_some(bytes)
}
