//! Answers that are text are packed for those who ask for it: a reading of two hours is a tenth of its size.
//! Sound is packed already, and its parts are asked for by bytes.

use std::io::Write;

use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use tower_http::compression::CompressionLayer;

/// Below this a packed answer is hardly smaller, in bytes.
const SMALLEST_BYTES: u64 = 1024;

type Predicate = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

/// Packs with gzip at its usual level: at the fastest one the player is half as large again.
pub(super) fn layer() -> CompressionLayer<Predicate> {
    CompressionLayer::new().compress_when(is_text as Predicate)
}

/// Packs as the layer does what is kept; `None` where that is not worth its while.
pub(super) fn gzip(bytes: &[u8]) -> Option<Bytes> {
    if (bytes.len() as u64) < SMALLEST_BYTES {
        return None;
    }
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    // Writing into memory cannot fail.
    packer.write_all(bytes).ok()?;
    packer.finish().ok().map(Bytes::from)
}

/// Whether a caller takes gzip (RFC 9110, 12.5.3).
pub(super) fn accepts_gzip(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    let mut codings = lines.flat_map(|line| line.split(',')).map(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
        (name.trim(), weight.parse().unwrap_or(0.0))
    });
    codings.any(|(name, weight): (&str, f32)| name.eq_ignore_ascii_case("gzip") && weight > 0.0)
}

fn is_text(status: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let value = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let media_type = value(header::CONTENT_TYPE).unwrap_or_default();
    // Events are to leave one by one, and a packer waits for more.
    let is_text = (media_type.starts_with("text/") && media_type != "text/event-stream")
        || media_type.contains("json")
        || media_type.contains("xml")
        || media_type.starts_with("application/javascript");
    let length = value(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    status == StatusCode::OK && is_text && length.is_none_or(|length: u64| length >= SMALLEST_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn gzip_goes_to_those_who_say_that_they_take_it() {
        let accepts = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, value.parse().unwrap());
            accepts_gzip(&headers)
        };
        for taken in [
            "gzip",
            "gzip, deflate, br",
            "br;q=1.0, GZIP;q=0.5",
            "deflate,gzip ; q=0.1",
        ] {
            assert!(accepts(taken), "{taken}");
        }
        for refused in [
            "",
            "identity",
            "br",
            "gzip;q=0",
            "x-gzip-like",
            "gzip;q=nonsense",
        ] {
            assert!(!accepts(refused), "{refused}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }

    #[test]
    fn what_is_packed_is_the_same_and_smaller() {
        let text = "请老年人带好身份证。".repeat(100);
        let packed = gzip(text.as_bytes()).unwrap();
        assert!(packed.len() < text.len() / 4);
        let mut unpacked = String::new();
        let mut reader = flate2::read::GzDecoder::new(&packed[..]);
        reader.read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, text);
        assert_eq!(gzip(b"{}"), None);
    }
}
