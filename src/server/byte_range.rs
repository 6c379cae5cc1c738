//! Which bytes of a file a request asks for, and which parts of its pieces they are.
//!
//! Values only: the gateway's `range` knows the headers, its `document` the pieces.

use std::ops::Range;

/// What a request asks for of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// All of it.
    Whole,
    /// The bytes from the first to the last, both included.
    Part {
        /// Where it begins.
        first: u64,
        /// Its last byte.
        last: u64,
    },
    /// A part that the file does not have.
    Unsatisfiable,
}

/// Reads the value of a `Range` header about a file of `length` bytes. Several ranges in one
/// request, and values that cannot be understood, ask for the whole file, as RFC 9110 allows.
pub fn wanted(range: &str, length: u64) -> Wanted {
    let Ok(parsed) = http_range_header::parse_range_header(range) else {
        return Wanted::Whole;
    };
    match parsed.validate(length) {
        Ok(ranges) => match ranges.as_slice() {
            [one] => Wanted::Part {
                first: *one.start(),
                last: *one.end(),
            },
            _ => Wanted::Whole,
        },
        Err(_) => Wanted::Unsatisfiable,
    }
}

/// What is needed of one piece of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Which piece, counted from 0.
    pub piece: usize,
    /// Where the piece begins in the file.
    pub offset: u64,
    /// The bytes that are needed, counted from the piece's beginning.
    pub bytes: Range<u64>,
}

/// What is needed of each piece for the bytes `part` of a file that is its pieces one after the
/// other, in order; pieces that are not needed are left out.
pub fn cuts(lengths: impl IntoIterator<Item = u64>, part: Range<u64>) -> Vec<Cut> {
    let mut cuts = Vec::new();
    let mut offset: u64 = 0;
    for (piece, length) in lengths.into_iter().enumerate() {
        let start = part.start.saturating_sub(offset);
        let end = part.end.saturating_sub(offset).min(length);
        if start < end {
            cuts.push(Cut {
                piece,
                offset,
                bytes: start..end,
            });
        }
        offset = offset.saturating_add(length);
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_rfc_says() {
        let part = |first, last| Wanted::Part { first, last };
        for (range, expected) in [
            ("bytes=0-99", part(0, 99)),
            ("bytes=900-", part(900, 999)),
            ("bytes=-100", part(900, 999)),
            ("bytes=0-5000", part(0, 999)),
            ("bytes=1000-", Wanted::Unsatisfiable),
            ("bytes=0-1,5-9", Wanted::Whole),
            ("lines=0-1", Wanted::Whole),
            ("nonsense", Wanted::Whole),
        ] {
            assert_eq!(wanted(range, 1000), expected, "{range}");
        }
    }

    #[test]
    fn pieces_are_cut_where_the_part_begins_and_ends() {
        let found = |part| -> Vec<(usize, u64, Range<u64>)> {
            let cuts = cuts([4, 0, 10, 3], part).into_iter();
            cuts.map(|cut| (cut.piece, cut.offset, cut.bytes)).collect()
        };
        assert_eq!(found(0..17), [(0, 0, 0..4), (2, 4, 0..10), (3, 14, 0..3)]);
        assert_eq!(found(3..5), [(0, 0, 3..4), (2, 4, 0..1)]);
        assert_eq!(found(4..14), [(2, 4, 0..10)]);
        assert_eq!(found(16..17), [(3, 14, 2..3)]);
        assert_eq!(found(17..17), []);
    }
}
