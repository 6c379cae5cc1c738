//! `langdu broadcast`: a document as a programme for a village's loudspeaker (大喇叭).

use std::path::{Path, PathBuf};

use clap::Args;

use super::progress::Steps;
use super::speak::{SourceArgs, permitted, write};
use super::{CliError, runtime};
use crate::assemble;
use crate::broadcast::{BroadcastOptions, Programme};
use crate::captions::{Cue, sub_rip, web_vtt};
use crate::config::Config;
use crate::reading::ReadOptions;
use langdu_audio::Encoding;
use langdu_voice::pack::Progress;
use langdu_voice::pool::Urgency;
use langdu_voice::voices::VoiceChoice;

#[derive(Debug, Args)]
pub(super) struct Broadcast {
    #[command(flatten)]
    source: SourceArgs,
    /// Who speaks: a name from `langdu voices list`.
    #[arg(long, default_value = "")]
    voice: String,
    /// 0.25 to 4.0. A loudspeaker echoes between the houses: slower is understood better.
    #[arg(long, default_value_t = 0.9)]
    rate: f64,
    /// How often the document is read: 1 to 10.
    #[arg(long, default_value_t = 2)]
    times: u32,
    /// Seconds of silence between two repetitions: 0 to 120.
    #[arg(long, default_value_t = 5)]
    pause: u32,
    /// The loudness of the whole in LUFS (ITU-R BS.1770): -31 to -14.
    #[arg(long, default_value_t = -16.0, allow_hyphen_values = true)]
    lufs: f64,
    /// Play no chime first.
    #[arg(long)]
    no_chime: bool,
    /// Do not say title, issuer and date first, and the end last.
    #[arg(long)]
    no_announcement: bool,
    /// Where the audio goes: .mp3 or .wav; - is MP3 on standard output.
    #[arg(short, long, value_name = "FILE", default_value = "broadcast.mp3")]
    output: PathBuf,
    /// Also write what is said when: .srt or .vtt.
    #[arg(long, value_name = "FILE")]
    captions: Option<PathBuf>,
    /// Also fetch from addresses that are not public.
    #[arg(long)]
    allow_private: bool,
    /// Read the main attachment of a page that only points to it.
    #[arg(long)]
    follow_attachments: bool,
}

impl Broadcast {
    pub(super) fn run(self, mut config: Config) -> Result<(), CliError> {
        let encoding = match extension(&self.output) {
            "mp3" => Encoding::Mp3,
            "wav" => Encoding::Linear16,
            _ if self.output == Path::new("-") => Encoding::Mp3,
            _ => return Err(ends_in(&self.output, ".mp3 or .wav")),
        };
        let as_captions: Option<fn(&[Cue]) -> String> =
            match self.captions.as_deref().map(extension) {
                None => None,
                Some("srt") => Some(sub_rip),
                Some("vtt") => Some(web_vtt),
                Some(_) => {
                    return Err(ends_in(
                        self.captions.as_deref().unwrap_or(Path::new("")),
                        ".srt or .vtt",
                    ));
                }
            };
        let options = BroadcastOptions {
            times: self.times,
            pause_s: self.pause,
            lufs: self.lufs,
            chime: !self.no_chime,
            announced: !self.no_announcement,
        };
        if let Err((name, reason)) = options.check() {
            return Err(CliError::Usage(format!("--{name}: {reason}")));
        }
        let source = permitted(
            &mut config,
            &self.source,
            self.allow_private,
            self.follow_attachments,
        )?;
        let read = ReadOptions {
            voice: VoiceChoice {
                name: self.voice,
                ..VoiceChoice::default()
            },
            rate: self.rate,
            ..ReadOptions::default()
        };
        let (audio, cues) = runtime()?.block_on(async {
            let reader = assemble::reader(&config).await?;
            let reading = reader.read(source, read).await?;
            let programme = Programme::new(reader, &reading, &options).await?;
            let (mut file, trailer) = programme.around(encoding)?;
            let steps = Steps::new();
            let total = programme.parts();
            steps.step(0, total, "loudness");
            let gain_db = programme.gain_db(Urgency::now()).await?;
            for index in 0..total {
                steps.step(index, total, programme.said_in(index));
                let part = programme.part(index, encoding, gain_db, Urgency::now());
                file.extend(part.await?);
            }
            steps.clear();
            file.extend(trailer);
            Ok::<_, CliError>((file, programme.cues()))
        })?;
        write(&self.output, &audio)?;
        if let (Some(file), Some(as_captions)) = (&self.captions, as_captions) {
            write(file, as_captions(&cues).as_bytes())?;
        }
        Ok(())
    }
}

fn extension(path: &Path) -> &str {
    let extension = path.extension();
    extension
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
}

fn ends_in(path: &Path, endings: &str) -> CliError {
    CliError::Usage(format!(
        "{}: choose a name that ends in {endings}",
        path.display()
    ))
}
