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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_damaged_bit_and_every_missing_byte_is_found_out() {
        let bytes = Bytes::from_static(b"sound");
        let sealed = Bytes::from(seal(&bytes));
        assert_eq!(sealed.len(), bytes.len() + DIGEST_BYTES);
        assert_eq!(open(&sealed), Some(bytes));
        for bit in 0..sealed.len() * 8 {
            let mut damaged = sealed.to_vec();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(&damaged.into()), None, "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert_eq!(open(&sealed.slice(..length)), None, "{length} bytes");
        }
    }

    #[test]
    fn nothing_can_be_sealed_too() {
        assert_eq!(open(&seal(&Bytes::new()).into()), Some(Bytes::new()));
    }
}
