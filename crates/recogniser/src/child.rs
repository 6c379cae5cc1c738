//! The child's part: maps the models, confines itself, and reads the pictures that it is sent.

use std::fs;
use std::io::{BufRead, Read, Write};
use std::path::PathBuf;
use std::time::Duration;

use langdu_model::{PictureLetter, PictureLine, PictureRule, PictureText};
use langdu_ocr::{Limits, Models, Picture, Recognised, Recogniser, runtime};
use rlimit::Resource;
use serde::{Deserialize, Serialize};

/// The hidden command that the child is called with.
pub const COMMAND: &str = "recognise-pictures";

/// Most pixels of a picture that is taken: what a file's parser hands on has fewer.
pub(crate) const MOST_PIXELS: u64 = 64_000_000;

/// How much lower than the service's the child's priority is: of a processor that both want, it has about
/// a tenth.
const NICE: i32 = 10;

/// What a child reads first, on a line of its own.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) library: PathBuf,
    pub(crate) detection: PathBuf,
    pub(crate) recognition: PathBuf,
    pub(crate) threads: usize,
    pub(crate) max_memory_bytes: u64,
    pub(crate) timeout_seconds: u64,
}

/// What comes before the pixels of each picture, on a line of its own.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Size {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// What is answered, each on a line of its own: once for the order, and for each picture.
pub(crate) type Answer<T> = Result<T, String>;

/// Takes an order and pictures from standard input, and answers each, until the input ends.
///
/// # Errors
/// When the limits cannot be set, or the pipes break.
pub fn serve() -> std::io::Result<()> {
    let mut input = std::io::stdin().lock();
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    let order: Order = match read_line(&mut input)? {
        Some(line) => serde_json::from_slice(&line)?,
        None => return Ok(()),
    };
    let models = load(&order);
    let loaded: Answer<()> = models.as_ref().map(|_| ()).map_err(Clone::clone);
    if let (Ok(()), Err(error)) = (&loaded, confine(&order)) {
        return answer(&mut output, &Answer::<()>::Err(error.to_string()));
    }
    answer(&mut output, &loaded)?;
    let Ok(models) = models else { return Ok(()) };
    let mut recogniser = Recogniser::new(models);
    let limits = Limits {
        pixels: MOST_PIXELS,
        time: Duration::from_secs(order.timeout_seconds),
    };
    while let Some(line) = read_line(&mut input)? {
        let Size { width, height } = serde_json::from_slice(&line)?;
        let pixels = u64::from(width) * u64::from(height);
        if pixels > MOST_PIXELS {
            return answer(
                &mut output,
                &Answer::<()>::Err("it is too large".to_owned()),
            );
        }
        let mut rgb = vec![0; 3 * pixels as usize];
        input.read_exact(&mut rgb)?;
        let picture = Picture { width, height, rgb };
        let read = recogniser.recognise(&picture, &limits);
        answer(
            &mut output,
            &read.map(text_of).map_err(|error| error.to_string()),
        )?;
    }
    Ok(())
}

fn read_line(input: &mut impl BufRead) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let read = input.read_until(b'\n', &mut line)?;
    Ok((read > 0).then_some(line))
}

fn answer<T: Serialize>(output: &mut impl Write, answer: &Answer<T>) -> std::io::Result<()> {
    serde_json::to_writer(&mut *output, answer)?;
    output.write_all(b"\n")?;
    output.flush()
}

fn load(order: &Order) -> Answer<Models> {
    let read = |path: &PathBuf| {
        fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    runtime::init(&order.library).map_err(|error| error.to_string())?;
    let (detection, recognition) = (read(&order.detection)?, read(&order.recognition)?);
    Models::load(&detection, &recognition, order.threads).map_err(|error| error.to_string())
}

/// Takes away what a recogniser with its models in memory does not need: memory beyond the limit, files,
/// further processes, dumps, and the first place at the processor.
fn confine(order: &Order) -> std::io::Result<()> {
    rustix::process::nice(NICE)?;
    for (resource, most) in [
        (Resource::AS, order.max_memory_bytes),
        (Resource::CORE, 0),
        (Resource::FSIZE, 0),
        // The three pipes are open already.
        (Resource::NOFILE, 3),
        (Resource::NPROC, 0),
    ] {
        // A limit that is in force already may be the tighter one.
        let (_, hard) = resource.get()?;
        resource.set(most.min(hard), most.min(hard))?;
    }
    Ok(())
}

fn text_of(read: Recognised) -> PictureText {
    let letter = |letter: langdu_ocr::Letter| PictureLetter {
        text: letter.text,
        left: letter.left,
        right: letter.right,
        confidence: letter.confidence,
    };
    let line = |line: langdu_ocr::Line| PictureLine {
        top: line.top,
        bottom: line.bottom,
        size: line.size,
        letters: line.letters.into_iter().map(letter).collect(),
    };
    let rule = |rule: langdu_ocr::Rule| PictureRule {
        x0: rule.x0,
        y0: rule.y0,
        x1: rule.x1,
        y1: rule.y1,
    };
    PictureText {
        width: read.width,
        height: read.height,
        quarter_turns: read.quarter_turns,
        lines: read.lines.into_iter().map(line).collect(),
        rules: read.rules.into_iter().map(rule).collect(),
    }
}
