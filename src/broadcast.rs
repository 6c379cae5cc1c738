//! 大喇叭: a document as a programme for a village's loudspeaker. A chime, what is broadcast and by whom, the
//! document as often as it is wanted with pauses between, and its end; at a stated loudness.
//!
//! The voice's clips are what a listener of the page hears, made louder by a gain that is constant over the
//! programme. Loudness is that of ITU-R BS.1770 (LUFS). The length is known before any sound: a programme is
//! sent as it is made.

use std::fmt::Write;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use ebur128::{EbuR128, Mode};

use crate::captions::{Cue, frames_of, milliseconds};
use crate::reading::{ReadOptions, Reader, Reading, Source};
use langdu_audio::encode::{self, mp3};
use langdu_audio::pcm::{self, FRAME_RATE_HZ, MP3_FRAME_SAMPLES};
use langdu_audio::{Encoding, Tags};
use langdu_clips::{ClipError, ClipId, Form, Layout};
use langdu_document::Document;
use langdu_voice::pool::Urgency;

/// How often a document may be broadcast in one file.
pub const TIMES: RangeInclusive<u32> = 1..=10;

/// Seconds between two repetitions.
pub const PAUSE_S: RangeInclusive<u32> = 0..=120;

/// The loudness of a programme in LUFS. EBU R 128 has −23 for radio; horns outdoors are fed louder, and
/// above −14 a limiter would flatten the voice.
pub const LUFS: RangeInclusive<f64> = -31.0..=-14.0;

/// The longest programme: what a loudspeaker's player and an upload of a portal bear.
pub const LONGEST: Duration = Duration::from_secs(3 * 3600);

/// How far the loudness may be from what is wanted before the gain is changed once more, in LU.
const NEAR_ENOUGH_LU: f64 = 0.2;

/// How often the gain is set after what the limiter has left: peaks that it takes are loudness.
const CORRECTIONS: usize = 4;

/// How much of the document tells how loud the speaker is; the level is a constant of the speaker.
const MEASURED: Duration = Duration::from_secs(60);

/// What a programme is like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BroadcastOptions {
    /// How often the document is read: see [`TIMES`].
    pub times: u32,
    /// Seconds of silence between two repetitions: see [`PAUSE_S`].
    pub pause_s: u32,
    /// The loudness of the whole in LUFS: see [`LUFS`].
    pub lufs: f64,
    /// Whether a chime is played first.
    pub chime: bool,
    /// Whether title, issuer and date are said first, and the end last (报幕).
    pub announced: bool,
}

impl Default for BroadcastOptions {
    fn default() -> Self {
        Self {
            times: 2,
            pause_s: 5,
            lufs: -16.0,
            chime: true,
            announced: true,
        }
    }
}

impl BroadcastOptions {
    /// Checks each against its range.
    ///
    /// # Errors
    ///
    /// The name of the one that is out of its range, and what the range is.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        let out = |name, value: String, from: String, to: String| {
            Err((name, format!("{value} is not from {from} to {to}")))
        };
        if !TIMES.contains(&self.times) {
            let (from, to) = (TIMES.start().to_string(), TIMES.end().to_string());
            return out("times", self.times.to_string(), from, to);
        }
        if !PAUSE_S.contains(&self.pause_s) {
            let (from, to) = (PAUSE_S.start().to_string(), PAUSE_S.end().to_string());
            return out("pause", self.pause_s.to_string(), from, to);
        }
        if !LUFS.contains(&self.lufs) {
            let (from, to) = (LUFS.start().to_string(), LUFS.end().to_string());
            return out("lufs", self.lufs.to_string(), from, to);
        }
        Ok(())
    }
}

/// Why there is no programme.
#[derive(Debug, thiserror::Error)]
pub enum BroadcastError {
    /// The announcement cannot be read.
    #[error(transparent)]
    Read(#[from] crate::reading::ReadError),
    /// A clip cannot be made.
    #[error(transparent)]
    Clip(#[from] ClipError),
    /// It cannot be encoded.
    #[error(transparent)]
    Encode(#[from] encode::EncodeError),
    /// It would be longer than [`LONGEST`].
    #[error(
        "the programme would take {} minutes, and {} is the most: repeat it less often",
        .length.as_secs().div_ceil(60),
        LONGEST.as_secs() / 60
    )]
    TooLong {
        /// How long it would be.
        length: Duration,
    },
}

/// What follows upon what.
#[derive(Debug, Clone)]
enum Part {
    /// Samples at [`FRAME_RATE_HZ`], whole frames that end in silence, as loud as they are to be.
    Sound(Arc<[f32]>),
    /// A clip of the voice.
    Clip {
        id: ClipId,
        /// Its length in frames.
        frames: u64,
        /// What is said in it.
        text: String,
    },
}

impl Part {
    fn frames(&self) -> u64 {
        match self {
            Self::Sound(samples) => samples.len().div_ceil(MP3_FRAME_SAMPLES) as u64,
            Self::Clip { frames, .. } => *frames,
        }
    }
}

/// A programme whose length and captions are known, and of which no sound need be made yet.
pub struct Programme {
    reader: Arc<Reader>,
    parts: Vec<Part>,
    /// Clips that tell how loud the speaker is.
    measured: Vec<ClipId>,
    lufs: f64,
    tags: Tags,
}

impl Programme {
    /// Puts together what is broadcast of a document.
    ///
    /// # Errors
    ///
    /// When the programme is too long, or a timing cannot be told.
    pub async fn new(
        reader: Arc<Reader>,
        reading: &Reading,
        options: &BroadcastOptions,
    ) -> Result<Self, BroadcastError> {
        let document = clips_of(&reader, reading).await?;
        let mut parts = Vec::new();
        if options.chime {
            parts.push(Part::Sound(chime(options.lufs).into()));
        }
        if options.announced {
            let before = said(&reader, reading, &announcement(&reading.document)).await?;
            parts.extend(before);
        }
        let pause = pcm::finish(&[], FRAME_RATE_HZ, 1.0, options.pause_s * 1000);
        let pause: Arc<[f32]> = silence(&pause, options.pause_s).into();
        for time in 0..options.times {
            if time > 0 {
                parts.push(Part::Sound(pause.clone()));
            }
            parts.extend(document.iter().cloned());
        }
        if options.announced {
            parts.extend(said(&reader, reading, CLOSING).await?);
        }
        let programme = Self {
            measured: measured(&document),
            reader,
            parts,
            lufs: options.lufs,
            tags: reading.tags(),
        };
        match programme.length() {
            length if length > LONGEST => Err(BroadcastError::TooLong { length }),
            _ => Ok(programme),
        }
    }

    fn frames(&self) -> u64 {
        self.parts.iter().map(Part::frames).sum()
    }

    fn samples(&self) -> u64 {
        self.frames() * MP3_FRAME_SAMPLES as u64
    }

    /// How long it plays.
    pub fn length(&self) -> Duration {
        Duration::from_millis(milliseconds(self.frames()))
    }

    /// How many frames of 24 ms are heard before a part.
    pub fn frames_before(&self, index: usize) -> u64 {
        self.parts[..index].iter().map(Part::frames).sum()
    }

    /// What is said in a part; nothing where nothing is.
    pub fn said_in(&self, index: usize) -> &str {
        match &self.parts[index] {
            Part::Sound(_) => "",
            Part::Clip { text, .. } => text,
        }
    }

    /// How many parts [`part`](Self::part) makes.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// The bytes before and behind the parts, in MP3, or for any other encoding in WAV.
    ///
    /// # Errors
    ///
    /// When a WAV file cannot hold it.
    pub fn around(&self, encoding: Encoding) -> Result<(Vec<u8>, Vec<u8>), BroadcastError> {
        if encoding == Encoding::Mp3 {
            let header = mp3::document_header(self.samples(), &self.tags);
            return Ok((header, mp3::document_trailer()));
        }
        Ok(encode::wav_around(
            self.samples(),
            FRAME_RATE_HZ,
            &self.tags,
        )?)
    }

    /// How many bytes the whole file has.
    ///
    /// # Errors
    ///
    /// When a WAV file cannot hold it.
    pub fn file_bytes(&self, encoding: Encoding) -> Result<u64, BroadcastError> {
        let (header, trailer) = self.around(encoding)?;
        let a_frame = match encoding {
            Encoding::Mp3 => mp3::FRAME_BYTES,
            _ => 2 * MP3_FRAME_SAMPLES,
        };
        Ok((header.len() + trailer.len()) as u64 + self.frames() * a_frame as u64)
    }

    /// The gain in dB that gives the voice the loudness of the programme, told from its first minute, which
    /// is made for it.
    ///
    /// # Errors
    ///
    /// When a clip cannot be made.
    pub async fn gain_db(&self, urgency: Urgency) -> Result<f32, BroadcastError> {
        let mut voice = Vec::new();
        for &id in &self.measured {
            voice.push(self.voice(id, urgency).await?);
        }
        let mut gain_db = 0.0;
        for _ in 0..CORRECTIONS {
            let mut meter = meter();
            for samples in &voice {
                let limited = encode::stream_chunk(
                    samples,
                    FRAME_RATE_HZ,
                    Encoding::Linear16,
                    FRAME_RATE_HZ,
                    gain_db,
                    &self.tags,
                )?;
                measure(&mut meter, &pcm::from_linear16(&limited));
            }
            let Some(loudness) = loudness(&meter) else {
                break;
            };
            let short_by = self.lufs - loudness;
            if short_by.abs() < NEAR_ENOUGH_LU {
                break;
            }
            let range = encode::GAIN_RANGE_DB;
            gain_db = (gain_db + short_by as f32).clamp(*range.start(), *range.end());
        }
        Ok(gain_db)
    }

    async fn voice(&self, id: ClipId, urgency: Urgency) -> Result<Vec<f32>, BroadcastError> {
        let form = Form::plain(Encoding::Linear16, Layout::Stream);
        let clip = self.reader.clips().get(id, form, urgency).await?;
        Ok(pcm::from_linear16(&clip.bytes))
    }

    /// The bytes of a part, as loud as the programme is to be.
    ///
    /// # Errors
    ///
    /// When a clip cannot be made.
    pub async fn part(
        &self,
        index: usize,
        encoding: Encoding,
        gain_db: f32,
        urgency: Urgency,
    ) -> Result<Vec<u8>, BroadcastError> {
        let encoded = |samples: &[f32], gain_db| {
            encode::stream_chunk(
                samples,
                FRAME_RATE_HZ,
                encoding,
                FRAME_RATE_HZ,
                gain_db,
                &self.tags,
            )
        };
        Ok(match &self.parts[index] {
            Part::Sound(samples) => encoded(samples, 0.0)?,
            Part::Clip { id, .. } => encoded(&self.voice(*id, urgency).await?, gain_db)?,
        })
    }

    /// What is said when, in milliseconds from the beginning.
    pub fn cues(&self) -> Vec<Cue> {
        let mut frames = 0;
        let mut cues = Vec::new();
        for part in &self.parts {
            let begun = frames;
            frames += part.frames();
            if let Part::Clip { text, .. } = part {
                cues.push(Cue {
                    start_ms: milliseconds(begun),
                    end_ms: milliseconds(frames),
                    text: text.clone(),
                });
            }
        }
        cues
    }
}

/// What is said before a document, in the words that announcers use: no word of it is the document's but its
/// title, its issuer and its date.
fn announcement(document: &Document) -> String {
    let mut text = if document.title.is_empty() {
        "现在开始播送。\n".to_owned()
    } else {
        format!("现在播送：{}。\n", document.title.trim_end_matches('。'))
    };
    if let Some(issuer) = &document.issuer {
        let _ = writeln!(text, "发文机关：{issuer}。");
    }
    let dates = [
        ("发布日期", &document.date),
        ("成文日期", &document.doc_date),
    ];
    let date = dates
        .into_iter()
        .find_map(|(name, date)| Some((name, date.as_ref()?)));
    if let Some((name, date)) = date {
        let _ = writeln!(text, "{name}：{}。", in_words(date.as_str()));
    }
    text
}

/// `2025-09-01` as it is written in a text.
fn in_words(date: &str) -> String {
    let mut parts = date.split('-').map(|part| part.trim_start_matches('0'));
    let names = ["年", "月", "日"];
    names.iter().fold(String::new(), |words, name| {
        words + parts.next().unwrap_or_default() + name
    })
}

const CLOSING: &str = "播送完毕。";

/// The clips of words of ours, in the voice and at the rate of a reading.
async fn said(reader: &Reader, like: &Reading, text: &str) -> Result<Vec<Part>, BroadcastError> {
    let options = ReadOptions {
        voice: langdu_voice::voices::VoiceChoice {
            name: like.voice.speaker.name.clone(),
            ..Default::default()
        },
        rate: f64::from(like.rate_milli) / 1000.0,
        ..ReadOptions::default()
    };
    let reading = reader.read(Source::Text(text.to_owned()), options).await?;
    clips_of(reader, &reading).await
}

async fn clips_of(reader: &Reader, reading: &Reading) -> Result<Vec<Part>, BroadcastError> {
    let mut parts = Vec::with_capacity(reading.clips.len());
    for (&id, utterance) in reading.clips.iter().zip(&reading.script.utterances) {
        let timing = reader.clips().timing(id, Urgency::now()).await?;
        parts.push(Part::Clip {
            id,
            frames: frames_of(&timing),
            text: utterance.text.clone(),
        });
    }
    Ok(parts)
}

/// The first clips of a document, about a minute of them.
fn measured(document: &[Part]) -> Vec<ClipId> {
    let mut length = Duration::ZERO;
    let mut ids = Vec::new();
    for part in document {
        if length >= MEASURED {
            break;
        }
        length += Duration::from_millis(milliseconds(part.frames()));
        if let Part::Clip { id, .. } = part {
            ids.push(*id);
        }
    }
    ids
}

fn silence(shortest: &[f32], seconds: u32) -> Vec<f32> {
    let wanted = (seconds * FRAME_RATE_HZ) as usize;
    let frames = wanted.div_ceil(MP3_FRAME_SAMPLES).max(1);
    vec![0.0; (frames * MP3_FRAME_SAMPLES).max(shortest.len())]
}

fn meter() -> EbuR128 {
    EbuR128::new(1, FRAME_RATE_HZ, Mode::I).expect("one channel at 24 kHz is in its range")
}

fn measure(meter: &mut EbuR128, samples: &[f32]) {
    meter
        .add_frames_f32(samples)
        .expect("one channel has as many frames as samples");
}

/// The integrated loudness in LUFS; `None` of silence, and of less than 400 ms.
fn loudness(meter: &EbuR128) -> Option<f64> {
    let loudness = meter.loudness_global().ok()?;
    loudness.is_finite().then_some(loudness)
}

/// Two falling tones of a bell, E5 and C5, as loud as the voice, and a pause.
fn chime(lufs: f64) -> Vec<f32> {
    const TONES: [(f64, f64); 2] = [(659.255, 0.0), (523.251, 0.7)];
    const LENGTH_S: f64 = 2.6;
    const PAUSE_MS: u32 = 800;
    /// How fast it fades: to a third in so many seconds.
    const DECAY_S: f64 = 0.7;
    /// Overtones of a bar that is struck, with how strong they are.
    const OVERTONES: [(f64, f64); 3] = [(1.0, 1.0), (2.0, 0.35), (4.0, 0.1)];
    let rate = f64::from(FRAME_RATE_HZ);
    let sounding = (0..(LENGTH_S * rate) as usize).map(|index| {
        let now = index as f64 / rate;
        let tones = TONES.iter().filter(|(_, begins)| now >= *begins);
        let sum: f64 = tones
            .map(|(hz, begins)| {
                let since = now - begins;
                let tone: f64 = OVERTONES
                    .iter()
                    .map(|(times, strength)| {
                        strength
                            * (std::f64::consts::TAU * hz * times * since).sin()
                            * (-since * times.sqrt() / DECAY_S).exp()
                    })
                    .sum();
                tone
            })
            .sum();
        (0.3 * sum) as f32
    });
    let samples: Vec<f32> = sounding.collect();
    let mut meter = meter();
    measure(&mut meter, &samples);
    let short_by = loudness(&meter).map_or(0.0, |loudness| lufs - loudness);
    let gain = 10_f64.powf(short_by / 20.0) as f32;
    pcm::finish(&samples, FRAME_RATE_HZ, gain, PAUSE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use langdu_document::IsoDate;

    #[test]
    fn the_chime_is_as_loud_as_it_is_to_be_and_whole_frames() {
        for lufs in [-23.0, -16.0] {
            let samples = chime(lufs);
            assert_eq!(samples.len() % MP3_FRAME_SAMPLES, 0);
            assert!(samples.iter().all(|sample| sample.abs() < 0.9));
            let mut meter = meter();
            measure(&mut meter, &samples);
            let loudness = loudness(&meter).unwrap();
            assert!((loudness - lufs).abs() < 1.0, "{loudness} for {lufs}");
        }
    }

    #[test]
    fn what_is_announced_is_the_documents_title_issuer_and_date() {
        let mut document = Document {
            title: "关于停水的通知。".to_owned(),
            issuer: Some("临川市水务局".to_owned()),
            doc_date: IsoDate::new(2025, 9, 1),
            ..Document::default()
        };
        assert_eq!(
            announcement(&document),
            "现在播送：关于停水的通知。\n发文机关：临川市水务局。\n成文日期：2025年9月1日。\n"
        );
        document.date = IsoDate::new(2025, 12, 10);
        assert!(announcement(&document).contains("发布日期：2025年12月10日。"));
        assert_eq!(announcement(&Document::default()), "现在开始播送。\n");
    }

    #[test]
    fn what_is_out_of_its_range_is_named_with_the_range() {
        let wrong = |options: BroadcastOptions| options.check().unwrap_err();
        let good = BroadcastOptions::default();
        assert_eq!(good.check(), Ok(()));
        assert_eq!(wrong(BroadcastOptions { times: 0, ..good }).0, "times");
        assert_eq!(
            wrong(BroadcastOptions {
                pause_s: 121,
                ..good
            })
            .0,
            "pause"
        );
        let (name, reason) = wrong(BroadcastOptions { lufs: -3.0, ..good });
        assert_eq!(
            (name, reason.as_str()),
            ("lufs", "-3 is not from -31 to -14")
        );
        let none = BroadcastOptions {
            lufs: f64::NAN,
            ..good
        };
        assert_eq!(wrong(none).0, "lufs");
    }
}
