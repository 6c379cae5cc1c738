//! A checksummed envelope: the bytes of an object with their digest appended, so that damage on
//! a disk or on the way is found when the object is read.

use bytes::Bytes;

/// The length of the digest, BLAKE3's, in bytes.
pub(super) const DIGEST_BYTES: usize = 32;

/// Puts bytes into an envelope, as the tiers store them.
pub(super) fn wrap(bytes: &Bytes) -> Vec<u8> {
    let mut envelope = Vec::with_capacity(bytes.len() + DIGEST_BYTES);
    envelope.extend_from_slice(bytes);
    envelope.extend_from_slice(blake3::hash(bytes).as_bytes());
    envelope
}

/// Takes the bytes out of an envelope; `None` when they do not match their digest.
pub(super) fn open(envelope: &Bytes) -> Option<Bytes> {
    let length = envelope.len().checked_sub(DIGEST_BYTES)?;
    let bytes = envelope.slice(..length);
    (blake3::hash(&bytes).as_bytes()[..] == envelope[length..]).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_damaged_bit_and_every_missing_byte_is_found() {
        let bytes = Bytes::from_static(b"sound");
        let envelope = Bytes::from(wrap(&bytes));
        assert_eq!(envelope.len(), bytes.len() + DIGEST_BYTES);
        assert_eq!(open(&envelope), Some(bytes));
        for bit in 0..envelope.len() * 8 {
            let mut damaged = envelope.to_vec();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(&damaged.into()), None, "bit {bit}");
        }
        for length in 0..envelope.len() {
            assert_eq!(open(&envelope.slice(..length)), None, "{length} bytes");
        }
    }

    #[test]
    fn an_envelope_may_be_empty() {
        assert_eq!(open(&wrap(&Bytes::new()).into()), Some(Bytes::new()));
    }
}
