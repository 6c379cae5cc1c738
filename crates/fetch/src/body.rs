//! The body of a response, decompressed within bounds.
//!
//! A few kilobytes can unpack to gigabytes. The decoders write into a buffer that refuses to
//! grow past the limit, so a bomb stops there and costs no more memory than a page may.

use std::io::{self, Write};

use brotli_decompressor::DecompressorWriter;
use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use reqwest::Response;
use reqwest::header::CONTENT_ENCODING;
use url::Url;

use super::client::network_error;
use super::error::FetchError;

/// Size of brotli's output steps, in bytes.
const BROTLI_STEP: usize = 16 << 10;

/// A buffer that fails instead of growing past its limit.
struct BoundedBuffer {
    bytes: Vec<u8>,
    limit: usize,
    full: bool,
}

impl Write for BoundedBuffer {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + piece.len() > self.limit {
            self.full = true;
            return Err(io::Error::other("limit reached"));
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

enum Decoder {
    Identity(BoundedBuffer),
    Gzip(Box<MultiGzDecoder<BoundedBuffer>>),
    Zlib(Box<ZlibDecoder<BoundedBuffer>>),
    Deflate(Box<DeflateDecoder<BoundedBuffer>>),
    Brotli(Box<DecompressorWriter<BoundedBuffer>>),
    /// `deflate` names two formats; the first byte tells which.
    UnknownDeflate(BoundedBuffer),
}

/// Takes a body piece by piece.
struct Body {
    decoder: Decoder,
    received: usize,
    max_bytes: usize,
    max_decoded_bytes: usize,
}

impl Body {
    /// A body in `encoding`, the value of `Content-Encoding`.
    fn new(
        encoding: Option<&str>,
        max_bytes: usize,
        max_decoded_bytes: usize,
    ) -> Result<Self, FetchError> {
        let buffer = BoundedBuffer {
            bytes: Vec::new(),
            limit: max_decoded_bytes,
            full: false,
        };
        let encoding = encoding.unwrap_or_default().trim().to_ascii_lowercase();
        let decoder = match encoding.as_str() {
            "" | "identity" => Decoder::Identity(buffer),
            "gzip" | "x-gzip" => Decoder::Gzip(Box::new(MultiGzDecoder::new(buffer))),
            "deflate" => Decoder::UnknownDeflate(buffer),
            "br" => Decoder::Brotli(Box::new(DecompressorWriter::new(buffer, BROTLI_STEP))),
            other => {
                return Err(FetchError::DamagedBody {
                    cause: format!("it is in the encoding {other:?}, which was not asked for"),
                });
            }
        };
        Ok(Self {
            decoder,
            received: 0,
            max_bytes,
            max_decoded_bytes,
        })
    }

    /// Takes the next piece as received.
    fn push(&mut self, piece: &[u8]) -> Result<(), FetchError> {
        self.received = self.received.saturating_add(piece.len());
        if self.received > self.max_bytes {
            return Err(too_long_as_sent(self.max_bytes));
        }
        if matches!(self.decoder, Decoder::UnknownDeflate(_)) && !piece.is_empty() {
            self.choose_deflate(piece[0]);
        }
        let written = match &mut self.decoder {
            Decoder::Identity(buffer) | Decoder::UnknownDeflate(buffer) => buffer.write_all(piece),
            Decoder::Gzip(decoder) => decoder.write_all(piece),
            Decoder::Zlib(decoder) => decoder.write_all(piece),
            Decoder::Deflate(decoder) => decoder.write_all(piece),
            Decoder::Brotli(decoder) => decoder.write_all(piece),
        };
        written.map_err(|error| self.failure(&error))
    }

    /// The whole body, decompressed.
    fn finish(mut self) -> Result<Vec<u8>, FetchError> {
        let ended = match &mut self.decoder {
            Decoder::Identity(_) | Decoder::UnknownDeflate(_) => Ok(()),
            Decoder::Gzip(decoder) => decoder.try_finish(),
            Decoder::Zlib(decoder) => decoder.try_finish(),
            Decoder::Deflate(decoder) => decoder.try_finish(),
            Decoder::Brotli(decoder) => decoder.close(),
        };
        ended.map_err(|error| self.failure(&error))?;
        Ok(std::mem::take(&mut self.buffer_mut().bytes))
    }

    fn choose_deflate(&mut self, first: u8) {
        let buffer = BoundedBuffer {
            bytes: Vec::new(),
            limit: self.max_decoded_bytes,
            full: false,
        };
        // RFC 1950: the low half of the first byte is 8 for zlib's only method.
        self.decoder = if first & 0x0f == 8 {
            Decoder::Zlib(Box::new(ZlibDecoder::new(buffer)))
        } else {
            Decoder::Deflate(Box::new(DeflateDecoder::new(buffer)))
        };
    }

    fn buffer_mut(&mut self) -> &mut BoundedBuffer {
        match &mut self.decoder {
            Decoder::Identity(buffer) | Decoder::UnknownDeflate(buffer) => buffer,
            Decoder::Gzip(decoder) => decoder.get_mut(),
            Decoder::Zlib(decoder) => decoder.get_mut(),
            Decoder::Deflate(decoder) => decoder.get_mut(),
            Decoder::Brotli(decoder) => decoder.get_mut(),
        }
    }

    fn failure(&mut self, error: &io::Error) -> FetchError {
        if self.buffer_mut().full {
            return FetchError::TooLarge {
                limit_bytes: self.max_decoded_bytes,
                measured: "after decompression",
                setting: "max_decoded_bytes",
            };
        }
        FetchError::DamagedBody {
            cause: error.to_string(),
        }
    }
}

/// The body of `response`, which came from `url`: at most `max_bytes` as sent, and
/// `max_decoded_bytes` when unpacked.
///
/// # Errors
/// [`FetchError::TooLarge`], or what broke on the way.
pub(super) async fn receive(
    url: &Url,
    mut response: Response,
    max_bytes: usize,
    max_decoded_bytes: usize,
) -> Result<Vec<u8>, FetchError> {
    if response
        .content_length()
        .is_some_and(|length| length > max_bytes as u64)
    {
        return Err(too_long_as_sent(max_bytes));
    }
    let encoding = response
        .headers()
        .get(CONTENT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let mut body = Body::new(encoding.as_deref(), max_bytes, max_decoded_bytes)?;
    while let Some(piece) = response
        .chunk()
        .await
        .map_err(|error| network_error(url, &error))?
    {
        body.push(&piece)?;
    }
    body.finish()
}

/// The error for a body longer than `limit_bytes` as received.
fn too_long_as_sent(limit_bytes: usize) -> FetchError {
    FetchError::TooLarge {
        limit_bytes,
        measured: "as sent",
        setting: "max_bytes",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    const LIMIT: usize = 1 << 20;

    fn zeros(count: usize, mut write: impl FnMut(&[u8])) {
        let piece = [0u8; 1 << 16];
        for _ in 0..count / piece.len() {
            write(&piece);
        }
    }

    fn gzip(count: usize) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        zeros(count, |piece| encoder.write_all(piece).expect("in memory"));
        encoder.finish().expect("in memory")
    }

    #[test]
    fn a_gzip_bomb_stops_at_the_limit_and_holds_no_more() {
        let bomb = gzip(256 << 20);
        assert!(bomb.len() < LIMIT, "the bomb itself is small");
        let mut body = Body::new(Some("gzip"), LIMIT, LIMIT).expect("known encoding");
        let failed = bomb.chunks(4096).find_map(|piece| body.push(piece).err());
        assert!(matches!(
            failed,
            Some(FetchError::TooLarge {
                setting: "max_decoded_bytes",
                ..
            })
        ));
        let memory = body.buffer_mut().bytes.capacity();
        assert!(memory <= 2 * LIMIT, "{memory} bytes");
    }

    #[test]
    fn every_encoding_that_is_asked_for_is_understood() {
        let text = "政务公开".repeat(100).into_bytes();
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(&text).expect("in memory");
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::fast());
        raw.write_all(&text).expect("in memory");
        let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
        gz.write_all(&text).expect("in memory");
        for (encoding, bytes) in [
            ("gzip", gz.finish().expect("in memory")),
            ("deflate", zlib.finish().expect("in memory")),
            ("deflate", raw.finish().expect("in memory")),
            ("identity", text.clone()),
        ] {
            let mut body = Body::new(Some(encoding), LIMIT, LIMIT).expect("known encoding");
            for piece in bytes.chunks(7) {
                body.push(piece).expect("within limits");
            }
            assert_eq!(body.finish().expect("complete"), text, "{encoding}");
        }
    }

    #[test]
    fn a_body_that_breaks_off_is_damaged() {
        let bytes = gzip(1 << 17);
        let mut body = Body::new(Some("gzip"), LIMIT, LIMIT).expect("known encoding");
        body.push(&bytes[..bytes.len() / 2]).expect("valid so far");
        assert!(matches!(body.finish(), Err(FetchError::DamagedBody { .. })));
    }

    #[test]
    fn an_encoding_nobody_asked_for_is_refused() {
        assert!(matches!(
            Body::new(Some("zstd"), LIMIT, LIMIT),
            Err(FetchError::DamagedBody { .. })
        ));
    }
}
