//! `langdu speak`: a page, a file or a text into an audio file.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::extract::is_address;
use super::progress::Steps;
use super::{CliError, decode_text, read_input, runtime};
use crate::assemble;
use crate::config::Config;
use crate::reading::{ReadOptions, Reader, Reading, Source};
use langdu_audio::Encoding;
use langdu_audio::encode::{self, mp3};
use langdu_audio::pcm::MP3_FRAME_SAMPLES;
use langdu_clips::{ClipError, Form, Layout};
use langdu_voice::pack::Progress;
use langdu_voice::pool::Urgency;
use langdu_voice::voices::VoiceChoice;

#[derive(Debug, Args)]
#[group(id = "source", required = true, multiple = false)]
pub(super) struct SourceArgs {
    /// The address of a page or a file. Naming it here is permission to fetch it.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// A page in a file.
    #[arg(long, value_name = "FILE")]
    html: Option<String>,
    /// The text itself.
    #[arg(long)]
    text: Option<String>,
    /// SSML in a file.
    #[arg(long, value_name = "FILE")]
    ssml: Option<String>,
    /// A file: PDF, DOCX, DOC, OFD, XLSX, XLS, ODT, RTF, or text in any Chinese encoding.
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    /// - reads the text from standard input.
    #[arg(value_name = "-")]
    stdin: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Speak {
    #[command(flatten)]
    source: SourceArgs,
    /// Who speaks: a name from `langdu voices list`.
    #[arg(long, default_value = "")]
    voice: String,
    /// 0.25 to 4.0.
    #[arg(long, default_value_t = 1.0)]
    rate: f64,
    /// Where the audio goes: .mp3, .wav or .opus; - is MP3 on standard output.
    #[arg(short, long, value_name = "FILE", default_value = "out.mp3")]
    output: PathBuf,
    /// Also fetch from addresses that are not public.
    #[arg(long)]
    allow_private: bool,
    /// Read the main attachment of a page that only points to it.
    #[arg(long)]
    follow_attachments: bool,
}

impl Speak {
    pub(super) fn run(self, mut config: Config) -> Result<(), CliError> {
        let encoding = encoding_of(&self.output)?;
        let source = permitted(
            &mut config,
            &self.source,
            self.allow_private,
            self.follow_attachments,
        )?;
        let options = ReadOptions {
            voice: VoiceChoice {
                name: self.voice,
                ..VoiceChoice::default()
            },
            rate: self.rate,
            // Whoever may run the command is the operator, whose own ears are no audience.
            for_editor: true,
            ..ReadOptions::default()
        };
        let audio = runtime()?.block_on(async {
            let reader = assemble::reader(&config).await?;
            let reading = reader.read(source, options).await?;
            for warning in &reading.document.warnings {
                eprintln!("{warning}");
            }
            speak(&reader, &reading, encoding).await
        })?;
        write(&self.output, &audio)
    }
}

/// The source of a command that is used once, and the configuration with what that means.
pub(super) fn permitted(
    config: &mut Config,
    source: &SourceArgs,
    allow_private: bool,
    follow_attachments: bool,
) -> Result<Source, CliError> {
    let mut source = source.read()?;
    if let Source::Url(url) = &source {
        assemble::permit_named_url(config, url, allow_private);
        if follow_attachments {
            source = Source::PageOrAttachment(url.clone());
        }
    }
    // One command, one use: nothing is worth keeping on disk.
    config.clips.path = None;
    config.clips.shared = None;
    // What the command line asks for is its own limit.
    config.voices.max_waiting = usize::MAX;
    Ok(source)
}

impl SourceArgs {
    fn read(&self) -> Result<Source, CliError> {
        if let Some(url) = &self.url {
            return if is_address(url) {
                Ok(Source::Url(url.clone()))
            } else {
                Err(CliError::Usage(format!(
                    "`{url}` is no http or https address"
                )))
            };
        }
        if let Some(file) = &self.html {
            return Ok(Source::Html {
                content: read_input(file)?.into(),
                base_url: None,
                content_type: None,
            });
        }
        if let Some(text) = &self.text {
            return Ok(Source::Text(text.clone()));
        }
        if let Some(file) = &self.ssml {
            return Ok(Source::Ssml(decode_text(&read_input(file)?)));
        }
        let file = match (self.file.as_deref(), self.stdin.as_deref()) {
            (Some(file), _) => file,
            (None, Some("-")) => "-",
            (None, other) => {
                return Err(CliError::Usage(format!(
                    "`{}` is no source: use --url, --html, --text, --ssml, --file or -",
                    other.unwrap_or_default()
                )));
            }
        };
        if self.file.is_some() {
            return Ok(Source::File {
                content: read_input(file)?.into(),
                media_type: None,
            });
        }
        Ok(Source::Text(decode_text(&read_input(file)?)))
    }
}

fn encoding_of(output: &Path) -> Result<Encoding, CliError> {
    if output == Path::new("-") {
        return Ok(Encoding::Mp3);
    }
    match output.extension().and_then(|extension| extension.to_str()) {
        Some("mp3") => Ok(Encoding::Mp3),
        Some("wav") => Ok(Encoding::Linear16),
        Some("opus" | "ogg") => Ok(Encoding::OggOpus),
        _ => Err(CliError::Usage(format!(
            "{}: choose a name that ends in .mp3, .wav or .opus",
            output.display()
        ))),
    }
}

/// The whole reading as one file.
async fn speak(
    reader: &Reader,
    reading: &Reading,
    encoding: Encoding,
) -> Result<Vec<u8>, CliError> {
    let steps = Steps::new();
    // A document is its clips' frames; the other encodings are made of all samples at once.
    let form = match encoding {
        Encoding::Mp3 => Form::plain(Encoding::Mp3, Layout::Stream),
        _ => Form::plain(Encoding::Linear16, Layout::Stream),
    };
    let total = reading.clips.len();
    let mut parts = Vec::new();
    for (index, &id) in reading.clips.iter().enumerate() {
        steps.step(index, total, &reading.script.utterances[index].text);
        parts.extend_from_slice(&reader.clips().get(id, form, Urgency::now()).await?.bytes);
    }
    steps.clear();
    let tags = reading.tags();
    if encoding == Encoding::Mp3 {
        let samples = parts.len() / mp3::FRAME_BYTES * MP3_FRAME_SAMPLES;
        let mut file = mp3::document_header(samples as u64, &tags);
        file.extend_from_slice(&parts);
        file.extend_from_slice(&mp3::document_trailer());
        return Ok(file);
    }
    let samples = langdu_audio::pcm::from_linear16(&parts);
    let rate = form.sample_rate_hz;
    encode::clip(&samples, rate, encoding, rate, 0.0, &tags)
        .map_err(|error| ClipError::Encode(std::sync::Arc::new(error)).into())
}

/// A file appears whole or not at all.
pub(super) fn write(output: &Path, audio: &[u8]) -> Result<(), CliError> {
    let failed = |source| CliError::Output {
        path: output.display().to_string(),
        source,
    };
    if output == Path::new("-") {
        return std::io::stdout().lock().write_all(audio).map_err(failed);
    }
    let mut name = output.file_name().unwrap_or_default().to_owned();
    name.push(".unfinished");
    let unfinished = output.with_file_name(name);
    let written =
        std::fs::write(&unfinished, audio).and_then(|()| std::fs::rename(&unfinished, output));
    if written.is_err() {
        // Half a file helps nobody.
        let _ = std::fs::remove_file(&unfinished);
    }
    written.map_err(failed)?;
    eprintln!("wrote {} ({} kB)", output.display(), audio.len() / 1000);
    Ok(())
}
