//! The service's side of the child: starting it, and handing it a picture.

use std::path::PathBuf;
use std::process::Stdio;

use bytes::Bytes;
use langdu_model::PictureText;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::child::{Answer, COMMAND, Order, Size};
use crate::config::OcrConfig;
use crate::error::RecogniseError;

/// Longest answer to a picture, in bytes: a page full of small print has a hundredth of it.
const LONGEST_ANSWER: u64 = 64 << 20;

/// What the child maps before it confines itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Models {
    /// The ONNX Runtime library.
    pub library: PathBuf,
    /// The model that finds the lines of a picture.
    pub detection: PathBuf,
    /// The model that reads a line.
    pub recognition: PathBuf,
    /// What tells these models from others: what was read is kept under it.
    pub version: String,
}

/// A picture: 8 bits a channel, red, green and blue, rows without padding, from the top.
#[derive(Debug, Clone)]
pub struct Pixels {
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// `width` × `height` × 3 bytes.
    pub rgb: Bytes,
}

/// A child with its models mapped. It ends when it is dropped.
pub(crate) struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts `program`, or the one that runs, and waits until its models are mapped.
    pub(crate) async fn start(
        config: &OcrConfig,
        models: &Models,
        program: Option<&PathBuf>,
    ) -> Result<Self, RecogniseError> {
        let program = match program {
            Some(program) => program.clone(),
            None => own_program().map_err(RecogniseError::ended)?,
        };
        let mut child = Command::new(program)
            .arg(COMMAND)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Messages of panics may quote what was read.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| RecogniseError::ended(format!("it cannot start: {error}")))?;
        let lost = || RecogniseError::ended("its pipes are missing");
        let input = child.stdin.take().ok_or_else(lost)?;
        let output = BufReader::new(child.stdout.take().ok_or_else(lost)?);
        let mut process = Self {
            child,
            input,
            output,
        };
        let absolute = |path: &PathBuf| std::path::absolute(path).map_err(RecogniseError::ended);
        let order = Order {
            library: absolute(&models.library)?,
            detection: absolute(&models.detection)?,
            recognition: absolute(&models.recognition)?,
            threads: config.threads,
            max_memory_bytes: config.max_memory_bytes,
            timeout_seconds: config.timeout_seconds,
        };
        process.send(&order, &[]).await?;
        process.answer::<()>().await?;
        Ok(process)
    }

    /// What is written in a picture.
    pub(crate) async fn recognise(
        &mut self,
        picture: &Pixels,
    ) -> Result<PictureText, RecogniseError> {
        let size = Size {
            width: picture.width,
            height: picture.height,
        };
        self.send(&size, &picture.rgb).await?;
        self.answer().await
    }

    async fn send(
        &mut self,
        header: &impl serde::Serialize,
        pixels: &[u8],
    ) -> Result<(), RecogniseError> {
        let mut line = serde_json::to_vec(header).map_err(RecogniseError::ended)?;
        line.push(b'\n');
        for part in [&line[..], pixels] {
            if let Err(error) = self.input.write_all(part).await {
                return Err(self.ended(&error.to_string()).await);
            }
        }
        Ok(())
    }

    async fn answer<T: DeserializeOwned>(&mut self) -> Result<T, RecogniseError> {
        let mut line = Vec::new();
        let mut output = (&mut self.output).take(LONGEST_ANSWER);
        let read = output.read_until(b'\n', &mut line).await;
        if !matches!(read, Ok(1..)) || line.last() != Some(&b'\n') {
            return Err(self.ended("its answer is cut off").await);
        }
        // An error would quote what it came over.
        let answer: Answer<T> =
            serde_json::from_slice(&line).map_err(|_| RecogniseError::ended("an odd answer"))?;
        answer.map_err(|reason| RecogniseError::Refused { reason })
    }

    /// How the child ended, whose pipe broke.
    async fn ended(&mut self, otherwise: &str) -> RecogniseError {
        let _ = self.child.start_kill();
        match self.child.wait().await {
            Ok(status) => RecogniseError::ended(status),
            Err(_) => RecogniseError::ended(otherwise),
        }
    }

    /// The number of the process, for whoever looks at what it takes.
    pub(crate) fn id(&self) -> Option<u32> {
        self.child.id()
    }
}

/// This program, also after its file was replaced by a newer one.
fn own_program() -> std::io::Result<PathBuf> {
    let running = PathBuf::from("/proc/self/exe");
    if running.exists() {
        return Ok(running);
    }
    std::env::current_exe()
}
