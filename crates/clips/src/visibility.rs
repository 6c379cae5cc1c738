//! Who may know of a clip.

/// Who may know of a clip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility<'a> {
    /// Everybody: its id follows from what is said, so that all replicas agree.
    Public,
    /// Those whom its caller tells its id. It is kept in memory only, and no other caller has a clip
    /// of that id: nobody learns from one that was there already what somebody else had read.
    PrivateTo(&'a str),
}

impl Visibility<'_> {
    pub(crate) fn is_private(self) -> bool {
        self != Self::Public
    }

    /// What ids are keyed with; nothing where they are public. `secret` is this process's own.
    pub(crate) fn key(self, secret: &[u8; 32]) -> Option<[u8; 32]> {
        match self {
            Self::Public => None,
            Self::PrivateTo(caller) => {
                Some(*blake3::keyed_hash(secret, caller.as_bytes()).as_bytes())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::recipe;

    #[test]
    fn callers_have_private_clips_of_their_own() {
        let id = |visibility: Visibility<'_>| recipe().id(visibility.key(&[7; 32]).as_ref());
        let ids = [
            Visibility::Public,
            Visibility::PrivateTo("a"),
            Visibility::PrivateTo("b"),
        ]
        .map(id);
        assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
        assert_eq!(id(Visibility::PrivateTo("a")), ids[1]);
    }
}
