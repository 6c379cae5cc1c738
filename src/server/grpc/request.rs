//! What a request asks for, whatever version of the contract it came in: looked over as a whole, so that whoever
//! wrote it is told everything that is wrong with it.

use bytes::Bytes;

use crate::reading::{ReadOptions, Reader, Source, check_rate};
use crate::server::problem::Problem;
use langdu_audio::Encoding;
use langdu_audio::encode::{GAIN_RANGE_DB, OUTPUT_SAMPLE_RATES_HZ};
use langdu_clips::{Form, Layout};
use langdu_text::Lexicon;
use langdu_voice::voices::VoiceChoice;

/// Samples a second of a telephone line.
const TELEPHONE_RATE_HZ: u32 = 8_000;

/// Samples a second of everything else.
const USUAL_RATE_HZ: u32 = 24_000;

/// Both, or everything that is wrong with either.
pub(super) fn both<A, B>(
    first: Result<A, Problem>,
    second: Result<B, Problem>,
) -> Result<(A, B), Problem> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (Err(first), Err(second)) => Err(first.and(second)),
        (Err(problem), Ok(_)) | (Ok(_), Err(problem)) => Err(problem),
    }
}

/// All of them, or everything that is wrong with any.
pub(super) fn all<T>(checked: impl Iterator<Item = Result<T, Problem>>) -> Result<Vec<T>, Problem> {
    let begin = Ok(Vec::new());
    checked.fold(begin, |all, next| {
        let (mut all, next) = both(all, next)?;
        all.push(next);
        Ok(all)
    })
}

/// What a request hands over to be read.
pub(super) enum Handed {
    Url(String),
    Html {
        content: Bytes,
        base_url: String,
        content_type: String,
    },
    Text(String),
    File {
        content: Bytes,
        media_type: String,
    },
    Ssml(String),
}

/// The source that was handed over.
pub(super) fn source(
    handed: Option<Handed>,
    follow_attachments: bool,
    reader: &Reader,
) -> Result<Source, Problem> {
    let Some(handed) = handed else {
        let message = "it is missing: give a url, html, text, ssml or file";
        return Err(Problem::invalid("source", message));
    };
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let source = match handed {
        Handed::Url(url) => Source::page(url, follow_attachments),
        Handed::File { content, .. } if content.is_empty() => {
            let message = "it is empty: hand over the file's bytes";
            return Err(Problem::invalid("source.file.content", message));
        }
        Handed::File {
            content,
            media_type,
        } => Source::File {
            content,
            media_type: some(media_type),
        },
        Handed::Text(text) => Source::Text(text),
        Handed::Ssml(ssml) => Source::Ssml(ssml),
        Handed::Html {
            content,
            base_url,
            content_type,
        } => {
            let filled = match content.is_empty() {
                true => {
                    let message = "it is empty: hand over the page's bytes";
                    Err(Problem::invalid("source.html.content", message))
                }
                false => Ok(content),
            };
            let (content, base_url) = both(filled, parse_base_url(&base_url))?;
            Source::Html {
                content,
                base_url,
                content_type: some(content_type),
            }
        }
    };
    reader.check(&source)?;
    Ok(source)
}

fn parse_base_url(text: &str) -> Result<Option<url::Url>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    url::Url::parse(text)
        .map(Some)
        .map_err(|error| Problem::invalid("source.html.base_url", format!("{error}: `{text}`")))
}

/// How it is to sound, with the zeros of the contract, which mean the default.
#[derive(Clone, Copy)]
pub(super) struct Sound {
    /// The number of an encoding that is none of the contract's as an error.
    pub(super) encoding: Result<Encoding, i32>,
    pub(super) speaking_rate: f64,
    pub(super) volume_gain_db: f64,
    pub(super) sample_rate_hertz: i32,
}

impl Sound {
    /// The encoding, which the contract has.
    pub(super) fn encoding(self) -> Result<Encoding, Problem> {
        self.encoding.map_err(|number| {
            let message =
                format!("{number} is not on offer: choose LINEAR16, MP3, OGG_OPUS, MULAW or ALAW");
            Problem::invalid("audio_config.audio_encoding", message)
        })
    }

    /// The rate of speech.
    fn rate(self) -> f64 {
        match self.speaking_rate {
            0.0 => 1.0,
            rate => rate,
        }
    }

    fn sample_rate_hz(self) -> Result<u32, Problem> {
        match (self.sample_rate_hertz, self.encoding) {
            (0, Ok(Encoding::Mulaw | Encoding::Alaw)) => Ok(TELEPHONE_RATE_HZ),
            (0, _) => Ok(USUAL_RATE_HZ),
            (rate, _) => u32::try_from(rate)
                .ok()
                .filter(|rate| OUTPUT_SAMPLE_RATES_HZ.contains(rate))
                .ok_or_else(|| {
                    let message =
                        format!("{rate} is not on offer: choose 8000, 16000, 24000 or 48000");
                    Problem::invalid("audio_config.sample_rate_hertz", message)
                }),
        }
    }

    fn gain_centi_db(self) -> Result<i32, Problem> {
        let gain_db = self.volume_gain_db as f32;
        if GAIN_RANGE_DB.contains(&gain_db) {
            return Ok((gain_db * 100.0).round() as i32);
        }
        let message = format!(
            "{} is not between {} and {}",
            self.volume_gain_db,
            GAIN_RANGE_DB.start(),
            GAIN_RANGE_DB.end()
        );
        Err(Problem::invalid("audio_config.volume_gain_db", message))
    }

    fn form(self) -> Result<Form, Problem> {
        let (encoding, (sample_rate_hz, gain_centi_db)) = both(
            self.encoding(),
            both(self.sample_rate_hz(), self.gain_centi_db()),
        )?;
        Ok(Form {
            encoding,
            sample_rate_hz,
            gain_centi_db,
            layout: Layout::Stream,
        })
    }

    /// The rate of speech, which is on offer.
    pub(super) fn checked_rate(self) -> Result<f64, Problem> {
        let rate = self.rate();
        let checked = check_rate(rate);
        checked.map_err(|reason| Problem::invalid("audio_config.speaking_rate", reason))?;
        Ok(rate)
    }
}

/// A request for speech as it came.
pub(super) struct Wanted {
    pub(super) source: Result<Source, Problem>,
    pub(super) voice: Result<VoiceChoice, Problem>,
    pub(super) sound: Sound,
    /// Words and how they are said.
    pub(super) pronunciations: Vec<(String, String)>,
    /// The first utterance whose sound is wanted.
    pub(super) start: u32,
}

/// A request for speech that can be done, as far as it says itself.
pub(super) struct Asked {
    pub(super) source: Source,
    pub(super) form: Form,
    pub(super) options: ReadOptions,
    pub(super) start: u32,
}

impl Wanted {
    /// Looks it over.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub(super) fn check(self) -> Result<Asked, Problem> {
        let lexicon = lexicon(self.pronunciations);
        let sound = both(self.sound.form(), both(lexicon, self.sound.checked_rate()));
        let how = both(self.voice, sound);
        let (source, (voice, (form, (lexicon, rate)))) = both(self.source, how)?;
        Ok(Asked {
            source,
            form,
            options: ReadOptions {
                voice,
                rate,
                lexicon,
                ..ReadOptions::default()
            },
            start: self.start,
        })
    }
}

/// The pronunciations are one lexicon in the operator's own format, so that both obey one rule.
pub(super) fn lexicon(pronunciations: Vec<(String, String)>) -> Result<Lexicon, Problem> {
    Ok(Lexicon::from_entries(pronunciations)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields<T>(checked: Result<T, Problem>) -> Vec<String> {
        let problem = checked.err();
        let violations = problem.into_iter().flat_map(|problem| problem.violations);
        violations
            .map(|violation| violation.field.into_owned())
            .collect()
    }

    #[test]
    fn everything_that_is_wrong_is_told_in_the_order_of_the_contract() {
        let wanted = Wanted {
            source: Err(Problem::invalid("source", "it is missing")),
            voice: Ok(VoiceChoice::default()),
            sound: Sound {
                encoding: Err(77),
                speaking_rate: f64::NAN,
                volume_gain_db: 99.0,
                sample_rate_hertz: 44_100,
            },
            pronunciations: vec![("乐亭".to_owned(), "lao4".to_owned())],
            start: 0,
        };
        let told = [
            "source",
            "audio_config.audio_encoding",
            "audio_config.sample_rate_hertz",
            "audio_config.volume_gain_db",
            "custom_pronunciations",
            "audio_config.speaking_rate",
        ];
        assert_eq!(fields(wanted.check()), told);
    }

    #[test]
    fn what_is_wrong_among_many_is_told_of_each() {
        let wrong = |field| Err::<u8, _>(Problem::invalid(field, "it is wrong"));
        let told = all([Ok(1), wrong("a"), Ok(2), wrong("b")].into_iter());
        assert_eq!(fields(told), ["a", "b"]);
        assert_eq!(all([Ok(1), Ok(2)].into_iter()).unwrap(), [1, 2]);
    }

    #[test]
    fn telephone_lines_have_a_rate_of_their_own() {
        let rate = |encoding, sample_rate_hertz| {
            let sound = Sound {
                encoding: Ok(encoding),
                speaking_rate: 0.0,
                volume_gain_db: 0.0,
                sample_rate_hertz,
            };
            sound.form().unwrap().sample_rate_hz
        };
        assert_eq!(rate(Encoding::Mp3, 0), 24_000);
        assert_eq!(rate(Encoding::Alaw, 0), 8_000);
        assert_eq!(rate(Encoding::Mulaw, 16_000), 16_000);
    }
}
