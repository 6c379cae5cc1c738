//! Messages of the Wyoming protocol as they travel: a line of JSON, and behind it as many bytes of further JSON
//! and of sound as the line says.

use std::io;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Whose form of the messages this is.
const VERSION: &str = "1.5.2";

/// Longest sound that comes with a message, in bytes. Nobody sends us any; it is read over.
const MOST_PAYLOAD_BYTES: u64 = 1 << 20;

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Message {
    pub(super) kind: String,
    pub(super) data: Map<String, Value>,
}

/// The line that a message begins with.
#[derive(Serialize, Deserialize)]
struct Head {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    version: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    data: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data_length: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payload_length: Option<u64>,
}

/// The next message, which may have `most` bytes of JSON; `None` at the end of the connection.
///
/// # Errors
///
/// When the connection breaks, and as `InvalidData` when what comes is no message, or too long a one: what
/// follows it cannot be told from it.
pub(super) async fn read(
    from: &mut (impl AsyncBufRead + Unpin),
    most: u64,
) -> io::Result<Option<Message>> {
    let mut line = Vec::new();
    // One byte more shows that there is more.
    (&mut *from)
        .take(most + 1)
        .read_until(b'\n', &mut line)
        .await?;
    if line.is_empty() {
        return Ok(None);
    }
    let within = |length: u64, most: u64| {
        if length <= most {
            return Ok(length);
        }
        Err(invalid(format!("a message is longer than {most} bytes")))
    };
    within(line.len() as u64, most)?;
    let mut head: Head =
        serde_json::from_slice(&line).map_err(|error| invalid(error.to_string()))?;
    let length = within(head.data_length.unwrap_or(0), most)?;
    if length > 0 {
        let mut data = vec![0; length as usize];
        from.read_exact(&mut data).await?;
        let data: Map<String, Value> =
            serde_json::from_slice(&data).map_err(|error| invalid(error.to_string()))?;
        head.data.extend(data);
    }
    let payload = within(head.payload_length.unwrap_or(0), MOST_PAYLOAD_BYTES)?;
    let skipped = tokio::io::copy(&mut (&mut *from).take(payload), &mut tokio::io::sink()).await?;
    if skipped < payload {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(Message {
        kind: head.kind,
        data: head.data,
    }))
}

/// Sends a message, with `payload` behind it.
///
/// # Errors
///
/// When the connection breaks.
pub(super) async fn write(
    to: &mut (impl AsyncWrite + Unpin),
    kind: &str,
    data: &impl Serialize,
    payload: &[u8],
) -> io::Result<()> {
    let data = serde_json::to_vec(data)?;
    let head = Head {
        kind: kind.to_owned(),
        version: VERSION.to_owned(),
        data: Map::new(),
        data_length: Some(data.len() as u64),
        payload_length: (!payload.is_empty()).then_some(payload.len() as u64),
    };
    let mut line = serde_json::to_vec(&head)?;
    line.push(b'\n');
    for part in [&line[..], &data, payload] {
        to.write_all(part).await?;
    }
    to.flush().await
}

fn invalid(reason: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MOST: u64 = 200;

    async fn all_of(mut bytes: &[u8]) -> io::Result<Vec<Message>> {
        let mut messages = Vec::new();
        while let Some(message) = read(&mut bytes, MOST).await? {
            messages.push(message);
        }
        Ok(messages)
    }

    #[tokio::test]
    async fn data_may_stand_in_the_line_or_behind_it_and_sound_is_read_over() {
        let mut bytes = b"{\"type\":\"describe\"}\n".to_vec();
        write(
            &mut bytes,
            "synthesize",
            &json!({ "text": "请坐。" }),
            b"\n{",
        )
        .await
        .unwrap();
        bytes.extend(b"{\"type\":\"a\",\"data\":{\"b\":1},\"data_length\":7}\n{\"c\":2}");
        let read = all_of(&bytes).await.unwrap();
        let kinds: Vec<&str> = read.iter().map(|message| message.kind.as_str()).collect();
        assert_eq!(kinds, ["describe", "synthesize", "a"]);
        assert_eq!(read[1].data["text"], "请坐。");
        assert_eq!(
            (&read[2].data["b"], &read[2].data["c"]),
            (&json!(1), &json!(2))
        );
    }

    #[tokio::test]
    async fn what_is_no_message_is_refused() {
        let long = format!("{{\"type\":\"{}\"}}\n", "a".repeat(300));
        let wrong = [
            ("hello\n", io::ErrorKind::InvalidData),
            (&long, io::ErrorKind::InvalidData),
            (
                "{\"type\":\"a\",\"data_length\":9999}\n",
                io::ErrorKind::InvalidData,
            ),
            (
                "{\"type\":\"a\",\"payload_length\":99999999}\n",
                io::ErrorKind::InvalidData,
            ),
            (
                "{\"type\":\"a\",\"data_length\":9}\n{}",
                io::ErrorKind::UnexpectedEof,
            ),
            (
                "{\"type\":\"a\",\"payload_length\":9}\nab",
                io::ErrorKind::UnexpectedEof,
            ),
            (
                "{\"type\":\"a\",\"data_length\":2}\n[]",
                io::ErrorKind::InvalidData,
            ),
        ];
        for (bytes, kind) in wrong {
            let error = all_of(bytes.as_bytes()).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{bytes}");
        }
    }
}
