//! A `Range` header in the input's first line, and a file of pieces: the rest of the input, one
//! piece a line.

use langdu::server::byte_range::{Wanted, cuts, wanted};

/// Cuts the input as the header in its first line asks.
pub fn read(input: &[u8]) {
    let cut = input.iter().position(|&byte| byte == b'\n');
    let (header, rest) = input.split_at(cut.unwrap_or(input.len()));
    let Ok(header) = std::str::from_utf8(header) else {
        return;
    };
    let pieces: Vec<&[u8]> = rest.split_inclusive(|&byte| byte == b'\n').collect();
    let lengths = || pieces.iter().map(|piece| piece.len() as u64);
    for length in [rest.len() as u64, 0, 1, u64::MAX] {
        if let Wanted::Part { first, last } = wanted(header, length) {
            assert!(first <= last && last < length, "{first}-{last}/{length}");
            // Whatever the bounds, no cut is longer than its piece.
            for cut in cuts(lengths(), first..last) {
                assert!(cut.bytes.end <= pieces[cut.piece].len() as u64);
            }
        }
    }
    if let Wanted::Part { first, last } = wanted(header, rest.len() as u64) {
        let found: Vec<u8> = cuts(lengths(), first..last + 1)
            .into_iter()
            .flat_map(|cut| {
                let bytes = cut.bytes.start as usize..cut.bytes.end as usize;
                &pieces[cut.piece][bytes]
            })
            .copied()
            .collect();
        assert_eq!(found, rest[first as usize..=last as usize]);
    }
}
