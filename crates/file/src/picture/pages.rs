//! The pages of a TIFF file: fax machines and scanners keep several in one (TIFF 6.0, section 2).

/// Where the directories of a TIFF file begin, one for each page, `most` at most; nothing for any other
/// picture.
pub(super) fn directories(bytes: &[u8], most: usize) -> Vec<u32> {
    let mut found = Vec::new();
    let Some(order) = Order::of(bytes) else {
        return found;
    };
    let mut next = order.u32(bytes, 4);
    while let Some(place) = next.filter(|place| *place > 0) {
        // A chain that leads back has no end.
        if found.len() >= most || found.contains(&place) {
            break;
        }
        let at = place as usize;
        let Some(entries) = order.u16(bytes, at) else {
            break;
        };
        found.push(place);
        next = order.u32(bytes, at + 2 + 12 * usize::from(entries));
    }
    found
}

/// The file with the page first whose directory begins at `directory`.
pub(super) fn beginning_with(bytes: &[u8], directory: u32) -> Vec<u8> {
    let mut own = bytes.to_vec();
    if let (Some(order), Some(place)) = (Order::of(bytes), own.get_mut(4..8)) {
        place.copy_from_slice(&match order {
            Order::Little => directory.to_le_bytes(),
            Order::Big => directory.to_be_bytes(),
        });
    }
    own
}

/// Which byte of a number comes first.
#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn of(bytes: &[u8]) -> Option<Self> {
        match bytes.get(..4)? {
            b"II*\0" => Some(Self::Little),
            b"MM\0*" => Some(Self::Big),
            _ => None,
        }
    }

    fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let own = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(own),
            Self::Big => u16::from_be_bytes(own),
        })
    }

    fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        let own = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(match self {
            Self::Little => u32::from_le_bytes(own),
            Self::Big => u32::from_be_bytes(own),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_found_and_a_chain_that_leads_back_ends() {
        // Two directories without entries, the second of which names the first.
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        bytes.extend(b"\0\0\x0e\0\0\0");
        bytes.extend(b"\0\0\x08\0\0\0");
        assert_eq!(directories(&bytes, 10), [8, 14]);
        assert_eq!(directories(&bytes, 1), [8]);
        assert_eq!(directories(&beginning_with(&bytes, 14), 10), [14, 8]);
        assert!(directories(b"\x89PNG\r\n\x1a\n", 10).is_empty());
        assert!(directories(b"MM\0*\xff\xff\xff\xff", 10).is_empty());
    }
}
