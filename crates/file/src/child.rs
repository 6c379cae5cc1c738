//! Parsing apart from the service: a process of its own with limits on memory and time, so that a
//! hostile file costs one error. A page's picture is made in one too.
//!
//! The program calls itself with a hidden command. The child sets its own limits before it reads
//! a byte of the file, parses, and answers on standard output. Whatever happens to it, the service
//! goes on.

use std::io::{BufRead, Read, Write};
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
use super::picture::Picture;
use super::{Parsed, Recognition};
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
    task: Task,
}

/// What is wanted of a file.
#[derive(Debug, Serialize, Deserialize)]
enum Task {
    /// Its text, with what was recognised on its pages.
    Parse(Recognition),
    /// A page as a picture.
    Picture(usize),
}

/// How a child answers for a picture: with this on a line of its own, before its pixels.
#[derive(Debug, Serialize, Deserialize)]
struct PictureSize {
    width: u32,
    height: u32,
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
    parse_apart_with(bytes, format, limits, Recognition::default())
        .await?
        .flow
}

/// As [`parse_apart`], with what a recogniser read on pages.
///
/// # Errors
/// [`FileError`] where the process ended or took too long; what the parser says is in the answer.
pub async fn parse_apart_with(
    bytes: Bytes,
    format: Format,
    limits: &FileLimits,
    recognition: Recognition,
) -> Result<Parsed, FileError> {
    let answer = work_apart(bytes, format, limits, Task::Parse(recognition)).await?;
    let answer = langdu_blocking::run("reading a parser's answer", move || {
        serde_json::from_slice::<Parsed>(&answer)
    });
    match answer.await {
        Ok(Ok(answer)) => Ok(answer),
        // The errors of both would quote what they came over.
        Ok(Err(_)) => Err(ended("its answer is cut off")),
        Err(_) => Err(ended("its answer could not be taken in")),
    }
}

/// A page as a picture, made in a process of its own, for the recogniser: one page a process, so that the
/// limits of a file hold for each.
///
/// # Errors
/// As [`picture_of`](super::picture_of), or what ended the process.
pub async fn picture_apart(
    bytes: Bytes,
    format: Format,
    limits: &FileLimits,
    page: usize,
) -> Result<Picture, FileError> {
    let mut answer = work_apart(bytes, format, limits, Task::Picture(page)).await?;
    let cut = || ended("its answer is cut off");
    let line = answer
        .iter()
        .position(|&byte| byte == b'\n')
        .ok_or_else(cut)?;
    let size: Result<PictureSize, FileError> =
        serde_json::from_slice(&answer[..line]).map_err(|_| cut())?;
    let PictureSize { width, height } = size?;
    answer.drain(..=line);
    if answer.len() as u64 != 3 * u64::from(width) * u64::from(height) {
        return Err(cut());
    }
    Ok(Picture {
        width,
        height,
        rgb: answer,
    })
}

/// What a process of its own answers to an order.
async fn work_apart(
    bytes: Bytes,
    format: Format,
    limits: &FileLimits,
    task: Task,
) -> Result<Vec<u8>, FileError> {
    super::check_size(&bytes, limits)?;
    let mut child = start(limits).map_err(|error| ended(&format!("it cannot start: {error}")))?;
    let order = Order {
        format,
        limits: limits.clone(),
        task,
    };
    let order = serde_json::to_string(&order).map_err(|error| ended(&error.to_string()))?;
    let work = exchange(&mut child, order, bytes, limits);
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
    order: String,
    bytes: Bytes,
    limits: &FileLimits,
) -> Result<Vec<u8>, FileError> {
    let lost = || ended("its pipes are missing");
    let mut input = child.stdin.take().ok_or_else(lost)?;
    let output = child.stdout.take().ok_or_else(lost)?;
    let stderr = child.stderr.take().ok_or_else(lost)?;
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
        return Ok(answer);
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
    input.read_until(b'\n', &mut line)?;
    let order: Order = serde_json::from_slice(&line)?;
    confine(&order.limits)?;
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let Order {
        format,
        limits,
        task,
    } = order;
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    match task {
        Task::Parse(recognition) => {
            let parsed = super::parse_with(&bytes, format, &limits, &recognition);
            serde_json::to_writer(&mut output, &parsed)?;
        }
        Task::Picture(page) => {
            let picture = super::picture_of(&bytes, format, &limits, page);
            let size = picture.as_ref().map(|picture| PictureSize {
                width: picture.width,
                height: picture.height,
            });
            serde_json::to_writer(&mut output, &size)?;
            output.write_all(b"\n")?;
            if let Ok(picture) = picture {
                output.write_all(&picture.rgb)?;
            }
        }
    }
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
