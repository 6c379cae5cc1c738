//! The name of a clip, which is its address in every tier and on the network.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A clip's name: 128 bits of a BLAKE3 hash of everything that shapes its sound.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ClipId(pub(super) [u8; 16]);

impl ClipId {
    /// The id of these bytes, as [`to_bytes`](Self::to_bytes) gave them.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The id's bytes, for whoever keeps many.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// The id's bytes stretched to a seed for stream serial numbers.
    pub fn seed(self) -> [u8; 32] {
        *blake3::hash(&self.0).as_bytes()
    }

    /// The seed of the clip where it was heard `before` times already in the same stream.
    pub fn seed_of_repeat(self, before: u32) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0).update(&before.to_le_bytes());
        *hasher.finalize().as_bytes()
    }
}

impl fmt::Display for ClipId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for ClipId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

/// The text is no clip id: those are 32 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a clip id has 32 lower-case hex digits")]
pub struct NotAClipId;

impl From<ClipId> for String {
    fn from(id: ClipId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for ClipId {
    type Error = NotAClipId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for ClipId {
    type Err = NotAClipId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 32 || !text.bytes().all(is_hex) {
            return Err(NotAClipId);
        }
        u128::from_str_radix(text, 16)
            .map(|number| Self(number.to_be_bytes()))
            .map_err(|_| NotAClipId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::recipe;

    #[test]
    fn an_id_survives_printing_and_parsing() {
        let id = recipe().id(None);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(ClipId::from_bytes(id.to_bytes()), id);
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in [
            "",
            "xyz",
            "../../../../etc/passwd",
            &"A".repeat(32),
            &"+".repeat(32),
        ] {
            assert_eq!(text.parse::<ClipId>(), Err(NotAClipId), "{text}");
        }
    }

    #[test]
    fn each_time_that_a_clip_comes_again_has_a_seed_of_its_own() {
        let id = recipe().id(None);
        let seeds = [id.seed(), id.seed_of_repeat(1), id.seed_of_repeat(2)];
        assert!(seeds[0] != seeds[1] && seeds[1] != seeds[2] && seeds[0] != seeds[2]);
        assert_eq!(id.seed_of_repeat(2), seeds[2]);
    }

    #[test]
    fn an_id_is_written_and_read_as_its_text() {
        let id: ClipId = "00112233445566778899aabbccddeeff".parse().unwrap();
        let written = serde_json::to_string(&id).unwrap();
        assert_eq!(written, "\"00112233445566778899aabbccddeeff\"");
        assert_eq!(serde_json::from_str::<ClipId>(&written).unwrap(), id);
        assert_eq!(format!("{id:?}"), id.to_string());
        assert!(serde_json::from_str::<ClipId>("\"00\"").is_err());
    }
}
