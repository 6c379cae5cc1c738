//! Parsing apart from the service: a process of its own with limits on memory and time, so that a
//! hostile file costs one error.
//!
//! The program calls itself with a hidden command. The child sets its own limits before it reads
//! a byte of the file, parses, and answers on standard output. Whatever happens to it, the service
//! goes on.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::Stdio;

use bytes::Bytes;
use rlimit::Resource;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::error::FileError;
use super::format::Format;
use super::limits::FileLimits;
use langdu_model::Flow;

/// The hidden command that the child is called with.
pub const COMMAND: &str = "parse-file";

/// Longest answer of a child, in bytes; it is parsed in the service.
const LONGEST_ANSWER: u64 = 256 << 20;

/// Most bytes read of what a child writes to standard error.
const LONGEST_STDERR: u64 = 4096;

/// What a child reads first, on a line of its own, before the file's bytes.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    format: Format,
    limits: FileLimits,
}

/// The text of a file, read in a process of its own.
///
/// # Errors
/// [`FileError`] of the parser, or what ended it. Dropping the future ends the process.
pub async fn parse_apart(
    bytes: Bytes,
    format: Format,
    limits: &FileLimits,
) -> Result<Flow, FileError> {
    super::check_size(&bytes, limits)?;
    let mut child = start(limits).map_err(|error| ended(&format!("it cannot start: {error}")))?;
    let work = exchange(&mut child, bytes, format, limits);
    match tokio::time::timeout(limits.timeout(), work).await {
        Ok(answer) => answer,
        Err(_) => {
            // Already gone, or gone when the handle is dropped.
            let _ = child.start_kill();
            Err(FileError::Timeout {
                seconds: limits.timeout_seconds,
            })
        }
    }
}

fn start(limits: &FileLimits) -> std::io::Result<Child> {
    let program = match &limits.parser {
        Some(program) => program.clone(),
        None => own_program()?,
    };
    Command::new(program)
        .arg(COMMAND)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
}

/// This program, also after its file was replaced by a newer one.
fn own_program() -> std::io::Result<PathBuf> {
    let running = PathBuf::from("/proc/self/exe");
    if running.exists() {
        return Ok(running);
    }
    std::env::current_exe()
}

async fn exchange(
    child: &mut Child,
    bytes: Bytes,
    format: Format,
    limits: &FileLimits,
) -> Result<Flow, FileError> {
    let lost = || ended("its pipes are missing");
    let mut input = child.stdin.take().ok_or_else(lost)?;
    let output = child.stdout.take().ok_or_else(lost)?;
    let stderr = child.stderr.take().ok_or_else(lost)?;
    let order = Order {
        format,
        limits: limits.clone(),
    };
    let order = serde_json::to_string(&order).map_err(|error| ended(&error.to_string()))?;
    let write_order = async move {
        // A child that ends early closes its pipe; what it said tells why.
        let _ = input.write_all(order.as_bytes()).await;
        let _ = input.write_all(b"\n").await;
        let _ = input.write_all(&bytes).await;
        drop(input);
    };
    let read_answer = async move {
        let mut answer = Vec::new();
        output.take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    let read_stderr = async move {
        let mut said = Vec::new();
        let _ = stderr.take(LONGEST_STDERR).read_to_end(&mut said).await;
        String::from_utf8_lossy(&said).into_owned()
    };
    let ((), answer, said) = tokio::join!(write_order, read_answer, read_stderr);
    let status = child
        .wait()
        .await
        .map_err(|error| ended(&error.to_string()))?;
    let answer = answer.map_err(|error| ended(&error.to_string()))?;
    if status.success() {
        let answer = langdu_blocking::run("reading a parser's answer", move || {
            serde_json::from_slice::<Result<Flow, FileError>>(&answer)
        });
        return match answer.await {
            Ok(Ok(answer)) => answer,
            // The errors of both would quote what they came over.
            Ok(Err(_)) => Err(ended("its answer is cut off")),
            Err(_) => Err(ended("its answer could not be taken in")),
        };
    }
    // What it said may quote the file, as the message of a panic does.
    tracing::warn!(%status, "a parser ended");
    if said.contains("memory allocation") || said.contains("out of memory") {
        return Err(FileError::memory(limits.max_memory_bytes));
    }
    if said.contains("stack overflow") || said.contains("overflowed its stack") {
        return Err(ended("the file is nested too deep"));
    }
    Err(ended(&status.to_string()))
}

fn ended(cause: &str) -> FileError {
    FileError::ParserEnded {
        cause: cause.to_owned(),
    }
}

/// The child's part: takes an order and a file from standard input, and answers.
///
/// # Errors
/// When the limits cannot be set, or the pipes break.
pub fn serve() -> std::io::Result<()> {
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    loop {
        let mut byte = [0];
        input.read_exact(&mut byte)?;
        if byte == *b"\n" {
            break;
        }
        line.push(byte[0]);
    }
    let order: Order = serde_json::from_slice(&line)?;
    confine(&order.limits)?;
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let answer = super::parse(&bytes, order.format, &order.limits);
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    serde_json::to_writer(&mut output, &answer)?;
    output.flush()
}

/// Takes away what a parser does not need: memory and time beyond the limits, files, dumps.
fn confine(limits: &FileLimits) -> std::io::Result<()> {
    let seconds = limits.timeout_seconds + 1;
    for (resource, most) in [
        (Resource::AS, limits.max_memory_bytes),
        (Resource::CPU, seconds),
        (Resource::CORE, 0),
        (Resource::FSIZE, 0),
    ] {
        // A limit that is in force already may be the tighter one.
        let (_, hard) = resource.get()?;
        resource.set(most.min(hard), most.min(hard))?;
    }
    Ok(())
}
