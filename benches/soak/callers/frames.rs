//! HTTP/2 as a caller writes it who keeps to no rule: frames one by one, on a socket.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// What every HTTP/2 connection begins with.
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const RESET: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
const PING: u8 = 6;
pub(super) const CONTINUATION: u8 = 9;

pub(super) const END_STREAM: u8 = 1;
pub(super) const END_HEADERS: u8 = 4;
const ACK: u8 = 1;

/// The identifier of the setting that says how much of a stream may be sent.
const INITIAL_WINDOW_SIZE: u16 = 4;

/// One frame.
pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a frame is small");
    let mut bytes = length.to_be_bytes()[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// A field of a header block, as a literal that is not indexed.
pub(super) fn field(name: &str, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0];
    for text in [name.as_bytes(), value] {
        bytes.extend(length(text.len()));
        bytes.extend(text);
    }
    bytes
}

/// An integer with a prefix of seven bits.
fn length(value: usize) -> Vec<u8> {
    let Some(mut rest) = value.checked_sub(127) else {
        return vec![value as u8];
    };
    let mut bytes = vec![127];
    while rest >= 128 {
        bytes.push((rest % 128) as u8 | 128);
        rest /= 128;
    }
    bytes.push(rest as u8);
    bytes
}

/// The header block of a call of the contract.
pub(super) fn call(method: &str) -> Vec<u8> {
    let path = format!("/langdu.v1.ReadAloud/{method}");
    [
        (":method", "POST"),
        (":scheme", "http"),
        (":authority", "localhost"),
        (":path", &path),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ]
    .into_iter()
    .flat_map(|(name, value)| field(name, value.as_bytes()))
    .collect()
}

/// A message with its length in front, as gRPC frames it.
pub(super) fn message(payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a message is small");
    let mut bytes = vec![0];
    bytes.extend(length.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// A connection on which the settings have been sent.
pub(super) async fn open(port: u16, window: Option<u32>) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let mut setting = Vec::new();
    if let Some(window) = window {
        setting.extend(INITIAL_WINDOW_SIZE.to_be_bytes());
        setting.extend(window.to_be_bytes());
    }
    stream.write_all(PREFACE).await?;
    stream.write_all(&frame(SETTINGS, 0, 0, &setting)).await?;
    stream.write_all(&frame(SETTINGS, ACK, 0, &[])).await?;
    Ok(stream)
}

/// A frame that came.
pub(super) struct Got {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
}

/// The next frame; a ping is answered.
pub(super) async fn next(stream: &mut TcpStream) -> std::io::Result<Got> {
    let mut head = [0; 9];
    stream.read_exact(&mut head).await?;
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    let mut payload = vec![0; length as usize];
    stream.read_exact(&mut payload).await?;
    let (kind, flags) = (head[3], head[4]);
    if kind == PING && flags & ACK == 0 {
        stream.write_all(&frame(PING, ACK, 0, &payload)).await?;
    }
    Ok(Got {
        kind,
        flags,
        stream: u32::from_be_bytes([head[5], head[6], head[7], head[8]]),
    })
}

/// Answers pings and drops everything else, until the other side closes or `until` has passed.
/// True when the other side closed.
pub(super) async fn keep_alive(stream: &mut TcpStream, until: Duration) -> bool {
    let answering = async { while next(stream).await.is_ok() {} };
    timeout(until, answering).await.is_ok()
}

/// Waits, answering pings, until the other side ends or resets a stream.
pub(super) async fn answered(stream: &mut TcpStream, wanted: u32) -> std::io::Result<()> {
    loop {
        let got = next(stream).await?;
        let ends = got.kind == RESET || (got.kind == HEADERS && got.flags & END_STREAM != 0);
        if ends && got.stream == wanted {
            return Ok(());
        }
    }
}
