//! Between the contract's messages and the pipeline's values.

use crate::reading::{ReadOptions, Reading, Source};
use crate::server::problem::Problem;
use langdu_audio::Encoding;
use langdu_audio::encode::{GAIN_RANGE_DB, OUTPUT_SAMPLE_RATES_HZ};
use langdu_clips::{ClipId, Form, Layout, Timing};
use langdu_document::{BlockKind, Utf16Offsets};
use langdu_proto as proto;
use langdu_text::{Lexicon, Script, Span, Utterance};
use langdu_voice::pack::Gender;
use langdu_voice::voices::{Voice, VoiceChoice};
use prost::Message;

/// Samples a second of a telephone line.
const TELEPHONE_RATE_HZ: u32 = 8_000;

/// A length as the contract counts it.
pub(super) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

pub(super) fn source(source: Option<proto::Source>) -> Result<Source, Problem> {
    let missing = || {
        Problem::invalid(
            "source",
            "it is missing: give a url, html, text, ssml or file",
        )
    };
    let source = source.ok_or_else(missing)?;
    let follow_attachments = source.follow_attachments;
    match source.source.ok_or_else(missing)? {
        proto::source::Source::Url(url) => Ok(Source::page(url, follow_attachments)),
        proto::source::Source::File(file) => {
            if file.content.is_empty() {
                return Err(Problem::invalid(
                    "source.file.content",
                    "it is empty: hand over the file's bytes",
                ));
            }
            Ok(Source::File {
                content: file.content,
                media_type: Some(file.media_type).filter(|text| !text.is_empty()),
            })
        }
        proto::source::Source::Text(text) => Ok(Source::Text(text)),
        proto::source::Source::Ssml(ssml) => Ok(Source::Ssml(ssml)),
        proto::source::Source::Html(html) => {
            if html.content.is_empty() {
                return Err(Problem::invalid(
                    "source.html.content",
                    "it is empty: hand over the page's bytes",
                ));
            }
            let base_url = parse_base_url(&html.base_url)?;
            Ok(Source::Html {
                content: html.content,
                base_url,
                content_type: Some(html.content_type).filter(|text| !text.is_empty()),
            })
        }
    }
}

fn parse_base_url(text: &str) -> Result<Option<url::Url>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    url::Url::parse(text)
        .map(Some)
        .map_err(|error| Problem::invalid("source.html.base_url", format!("{error}: `{text}`")))
}

pub(super) fn form(config: proto::AudioConfig, layout: Layout) -> Result<Form, Problem> {
    let encoding = match config.audio_encoding() {
        proto::AudioEncoding::Unspecified | proto::AudioEncoding::Mp3 => Encoding::Mp3,
        proto::AudioEncoding::Linear16 => Encoding::Linear16,
        proto::AudioEncoding::OggOpus => Encoding::OggOpus,
        proto::AudioEncoding::Mulaw => Encoding::Mulaw,
        proto::AudioEncoding::Alaw => Encoding::Alaw,
    };
    if proto::AudioEncoding::try_from(config.audio_encoding).is_err() {
        return Err(Problem::invalid(
            "audio_config.audio_encoding",
            format!(
                "{} is not on offer: choose LINEAR16, MP3, OGG_OPUS, MULAW or ALAW",
                config.audio_encoding
            ),
        ));
    }
    let sample_rate_hz = match config.sample_rate_hertz {
        0 if matches!(encoding, Encoding::Mulaw | Encoding::Alaw) => TELEPHONE_RATE_HZ,
        0 => 24_000,
        rate => u32::try_from(rate)
            .ok()
            .filter(|rate| OUTPUT_SAMPLE_RATES_HZ.contains(rate))
            .ok_or_else(|| {
                Problem::invalid(
                    "audio_config.sample_rate_hertz",
                    format!("{rate} is not on offer: choose 8000, 16000, 24000 or 48000"),
                )
            })?,
    };
    let gain_db = config.volume_gain_db as f32;
    if !GAIN_RANGE_DB.contains(&gain_db) {
        return Err(Problem::invalid(
            "audio_config.volume_gain_db",
            format!(
                "{} is not between {} and {}",
                config.volume_gain_db,
                GAIN_RANGE_DB.start(),
                GAIN_RANGE_DB.end()
            ),
        ));
    }
    let gain_centi_db = (gain_db * 100.0).round() as i32;
    Ok(Form {
        encoding,
        sample_rate_hz,
        gain_centi_db,
        layout,
    })
}

pub(super) fn read_options(
    voice: proto::VoiceSelectionParams,
    audio: proto::AudioConfig,
    pronunciations: Vec<proto::CustomPronunciation>,
) -> Result<ReadOptions, Problem> {
    let gender = match voice.ssml_gender() {
        proto::SsmlVoiceGender::Unspecified => None,
        proto::SsmlVoiceGender::Male => Some(Gender::Male),
        proto::SsmlVoiceGender::Female => Some(Gender::Female),
        proto::SsmlVoiceGender::Neutral => Some(Gender::Neutral),
    };
    // The contract's zero means the default.
    let rate = if audio.speaking_rate == 0.0 {
        1.0
    } else {
        audio.speaking_rate
    };
    Ok(ReadOptions {
        voice: VoiceChoice {
            name: voice.name,
            language_code: voice.language_code,
            gender,
        },
        rate,
        lexicon: lexicon(pronunciations)?,
        ..ReadOptions::default()
    })
}

/// The pronunciations are one lexicon in the operator's own format, so that both obey one rule.
pub(super) fn lexicon(pronunciations: Vec<proto::CustomPronunciation>) -> Result<Lexicon, Problem> {
    Lexicon::from_entries(
        pronunciations
            .into_iter()
            .map(|entry| (entry.phrase, entry.pronunciation)),
    )
    .map_err(|error| Problem::invalid("custom_pronunciations", error.to_string()))
}

pub(super) fn voice(voice: &Voice) -> proto::Voice {
    let pack = voice.pack();
    proto::Voice {
        language_codes: pack.language_codes.clone(),
        name: voice.speaker.name.clone(),
        ssml_gender: match voice.speaker.gender {
            Gender::Male => proto::SsmlVoiceGender::Male,
            Gender::Female => proto::SsmlVoiceGender::Female,
            Gender::Neutral => proto::SsmlVoiceGender::Neutral,
        }
        .into(),
        natural_sample_rate_hertz: i32::try_from(pack.sample_rate).unwrap_or(i32::MAX),
        description: voice.speaker.description.clone(),
        licence: pack.licence.clone(),
    }
}

pub(super) fn document(document: &langdu_document::Document) -> proto::Document {
    let date = |date: &Option<langdu_document::IsoDate>| {
        date.as_ref()
            .map(|d| d.as_str().to_owned())
            .unwrap_or_default()
    };
    proto::Document {
        title: document.title.clone(),
        subtitle: document.subtitle.clone().unwrap_or_default(),
        doc_number: document.doc_number.clone().unwrap_or_default(),
        issuer: document.issuer.clone().unwrap_or_default(),
        date: date(&document.date),
        doc_date: date(&document.doc_date),
        source: document.source.clone().unwrap_or_default(),
        substance: substance(document.substance).into(),
        blocks: document.blocks.iter().map(block).collect(),
        attachments: document
            .attachments
            .iter()
            .map(|attachment| proto::Attachment {
                name: attachment.name.clone(),
                href: attachment.href.clone(),
            })
            .collect(),
        footnotes: document
            .footnotes
            .iter()
            .map(|footnote| proto::Footnote {
                name: footnote.name.clone(),
                href: footnote.href.clone().unwrap_or_default(),
                block: count(footnote.block),
                start_scalar: count(footnote.range.start),
                end_scalar: count(footnote.range.end),
                note_block: count(footnote.note),
            })
            .collect(),
        warnings: document.warnings.clone(),
    }
}

fn block(block: &langdu_document::Block) -> proto::Block {
    use proto::block::Kind;
    let (kind, level) = match &block.kind {
        BlockKind::Title => (Kind::Title, 0),
        BlockKind::Subtitle => (Kind::Subtitle, 0),
        BlockKind::DocNumber => (Kind::DocNumber, 0),
        BlockKind::Heading { level } => (Kind::Heading, *level),
        BlockKind::Paragraph => (Kind::Paragraph, 0),
        BlockKind::ListItem { level, .. } => (Kind::ListItem, *level),
        BlockKind::Table(_) => (Kind::Table, 0),
        BlockKind::Picture => (Kind::Picture, 0),
        BlockKind::Closing => (Kind::Closing, 0),
        BlockKind::Notice => (Kind::Notice, 0),
    };
    proto::Block {
        kind: kind.into(),
        level: u32::from(level),
        text: block.text.clone(),
        path: block.path.clone(),
        marker: match &block.kind {
            BlockKind::ListItem { marker, .. } => marker.clone().unwrap_or_default(),
            _ => String::new(),
        },
        recognised_percent: recognised_percent(block),
    }
}

/// How sure a block's words are; 0 means that they are a text's.
fn recognised_percent(block: &langdu_document::Block) -> u32 {
    block.recognised.map_or(0, |sure| u32::from(sure.max(1)))
}

fn substance(substance: langdu_document::Substance) -> proto::document::Substance {
    use langdu_document::Substance;
    use proto::document::Substance as Answer;
    match substance {
        Substance::Text => Answer::Text,
        Substance::Picture => Answer::Picture,
        Substance::Attachment => Answer::Attachment,
        Substance::Script => Answer::Script,
        Substance::Frame => Answer::Frame,
        Substance::List => Answer::List,
        Substance::Video => Answer::Video,
    }
}

fn span(span: Span) -> proto::Span {
    proto::Span {
        block: count(span.block),
        start_scalar: count(span.start),
        end_scalar: count(span.end),
        start_utf16: count(span.start_utf16),
        end_utf16: count(span.end_utf16),
    }
}

fn guess(guess: &langdu_text::Guess) -> proto::Guess {
    proto::Guess {
        reason: guess.reason.name().to_owned(),
        alternatives: guess.alternatives.iter().map(ToString::to_string).collect(),
    }
}

/// How an utterance of `document` is read.
pub(super) fn explained(
    document: &langdu_document::Document,
    utterance: &Utterance,
) -> proto::ExplainedUtterance {
    let block = utterance
        .span
        .and_then(|span| document.blocks.get(span.block));
    proto::ExplainedUtterance {
        text: utterance.text.clone(),
        spoken: utterance.spoken.clone(),
        syllables: utterance
            .syllables
            .iter()
            .map(|syllable| proto::ExplainedSyllable {
                hanzi: syllable.hanzi.to_string(),
                pinyin: syllable.pinyin.to_string(),
                surface: syllable.surface.to_string(),
                start: count(syllable.start),
                end: count(syllable.end),
                guess: syllable.guess.as_deref().map(guess),
            })
            .collect(),
        phonemes: utterance.phonemes.clone(),
        pause_ms: utterance.pause_ms,
        span: utterance.span.map(span),
        generated: utterance.generated,
        recognised_percent: block.map_or(0, recognised_percent),
    }
}

pub(super) fn reading(reading: &Reading) -> proto::Reading {
    proto::Reading {
        id: reading.id.clone(),
        document: Some(document(&reading.document)),
        utterances: utterances(&reading.document, &reading.script, &reading.clips),
        voice: reading.voice.speaker.name.clone(),
        synthetic: true,
        growing: reading.more.is_some(),
        marks: reading
            .marks()
            .map(|(name, (utterance, syllable))| proto::Mark {
                name: name.to_owned(),
                utterance: count(utterance),
                syllable: count(syllable),
            })
            .collect(),
    }
}

/// What a reading that has grown has beyond these.
pub(super) fn more(now: &Reading, blocks: usize, utterances: usize) -> proto::Reading {
    let mut more = reading(now);
    if let Some(document) = &mut more.document {
        document.blocks.drain(..blocks.min(document.blocks.len()));
    }
    let known = utterances.min(more.utterances.len());
    more.utterances.drain(..known);
    more.marks
        .retain(|mark| mark.utterance as usize >= utterances);
    more
}

/// How much of a reading one message holds, in bytes of its blocks and utterances: together with a text of one
/// block, which has at most `limits.max_text_bytes`, less than the 4 MiB that clients take by default.
const PART_BYTES: usize = 1 << 20;

/// A reading, or what it has grown by from the block `first_block` on, as messages that clients take: one for
/// most, and for a long document several, each with the utterances that follow and the blocks that these stand
/// in. All but the last say that it goes on.
pub(super) fn in_parts(mut whole: proto::Reading, first_block: usize) -> Vec<proto::Reading> {
    let growing = whole.growing;
    let utterances = std::mem::take(&mut whole.utterances);
    let document = whole.document.get_or_insert_default();
    let mut blocks = std::mem::take(&mut document.blocks).into_iter();
    let mut continued = whole.clone();
    let facts = continued.document.get_or_insert_default();
    facts.footnotes.clear();
    facts.attachments.clear();

    let mut parts = Vec::new();
    let (mut part, mut bytes, mut next_block) = (whole, 0, first_block);
    for utterance in utterances {
        let span = utterance.span.as_ref();
        let behind = span.map_or(0, |span| span.block as usize + 1);
        let missing = behind.saturating_sub(next_block);
        let stands_in: Vec<proto::Block> = blocks.by_ref().take(missing).collect();
        next_block += stands_in.len();
        let size =
            stands_in.iter().map(Message::encoded_len).sum::<usize>() + utterance.encoded_len();
        if bytes > 0 && bytes + size > PART_BYTES {
            parts.push(std::mem::replace(&mut part, continued.clone()));
            bytes = 0;
        }
        bytes += size;
        part.document
            .get_or_insert_default()
            .blocks
            .extend(stands_in);
        part.utterances.push(utterance);
    }
    part.document.get_or_insert_default().blocks.extend(blocks);
    parts.push(part);
    let last = parts.len() - 1;
    for (place, part) in parts.iter_mut().enumerate() {
        part.growing = growing || place < last;
    }
    parts
}

fn utterances(
    document: &langdu_document::Document,
    script: &Script,
    clips: &[ClipId],
) -> Vec<proto::Utterance> {
    let offsets: Vec<Utf16Offsets> = document.blocks.iter().map(Utf16Offsets::of).collect();
    script
        .utterances
        .iter()
        .zip(clips)
        .enumerate()
        .map(|(index, (utterance, clip))| proto::Utterance {
            index: count(index),
            text: utterance.text.clone(),
            spoken: utterance.spoken.clone(),
            span: utterance.span.map(span),
            generated: utterance.generated,
            pause_ms: utterance.pause_ms,
            clip_id: clip.to_string(),
            syllables: syllables(utterance, &offsets),
        })
        .collect()
}

fn syllables(utterance: &Utterance, offsets: &[Utf16Offsets]) -> Vec<proto::Span> {
    let Some(block) = utterance.span.map(|span| span.block) else {
        return Vec::new();
    };
    let Some(offsets) = offsets.get(block) else {
        return Vec::new();
    };
    utterance
        .syllables
        .iter()
        .map(|syllable| proto::Span {
            block: count(block),
            start_scalar: count(syllable.start),
            end_scalar: count(syllable.end),
            start_utf16: count(offsets.at(syllable.start)),
            end_utf16: count(offsets.at(syllable.end)),
        })
        .collect()
}

pub(super) fn timing(id: ClipId, timing: &Timing) -> proto::Timing {
    proto::Timing {
        clip_id: id.to_string(),
        duration_ms: timing.ms(timing.samples),
        duration_samples: timing.samples as u64,
        sample_rate_hertz: timing.sample_rate,
        syllables: timing
            .syllables
            .iter()
            .map(|samples| proto::SyllableTiming {
                start_ms: timing.ms(samples.start),
                end_ms: timing.ms(samples.end),
            })
            .collect(),
        exact: timing.exact,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reading with so many utterances a block, each with a text of this many bytes.
    fn reading(blocks: u32, utterances: u32, bytes: usize) -> proto::Reading {
        let utterance = |index: u32| proto::Utterance {
            index,
            text: "a".repeat(bytes),
            span: Some(proto::Span {
                block: index / utterances,
                ..proto::Span::default()
            }),
            ..proto::Utterance::default()
        };
        let block = |_| proto::Block {
            text: "b".repeat(bytes * utterances as usize),
            ..proto::Block::default()
        };
        proto::Reading {
            id: "r".to_owned(),
            document: Some(proto::Document {
                title: "t".to_owned(),
                blocks: (0..blocks).map(block).collect(),
                attachments: vec![proto::Attachment::default()],
                ..proto::Document::default()
            }),
            utterances: (0..blocks * utterances).map(utterance).collect(),
            ..proto::Reading::default()
        }
    }

    #[test]
    fn an_ordinary_reading_is_one_message_as_it_is() {
        for growing in [false, true] {
            let whole = proto::Reading {
                growing,
                ..reading(30, 4, 200)
            };
            assert_eq!(in_parts(whole.clone(), 0), [whole]);
        }
    }

    #[test]
    fn a_long_reading_is_told_in_messages_that_clients_take() {
        let whole = reading(100, 7, 40_000);
        let parts = in_parts(whole.clone(), 0);
        assert!(parts.len() > 20, "{}", parts.len());
        for part in &parts {
            assert!(part.encoded_len() < 4 << 20);
            assert_eq!((part.id.as_str(), facts(part).title.as_str()), ("r", "t"));
        }
        let goes_on: Vec<bool> = parts.iter().map(|part| part.growing).collect();
        let mut expected = vec![true; parts.len()];
        expected[parts.len() - 1] = false;
        assert_eq!(goes_on, expected);
        // Utterances come in their order, in no message before the block that they stand in, and nothing is lost.
        let mut blocks = 0;
        let mut told = Vec::new();
        for part in &parts {
            blocks += facts(part).blocks.len();
            let last = part.utterances.last().unwrap().span.unwrap();
            assert!((last.block as usize) < blocks);
            told.extend(part.utterances.iter().cloned());
        }
        assert_eq!((blocks, told), (100, whole.utterances));
        assert_eq!(facts(&parts[0]).attachments.len(), 1);
        assert!(
            facts(&parts[1]).attachments.is_empty(),
            "they are told once"
        );
    }

    fn facts(part: &proto::Reading) -> &proto::Document {
        part.document.as_ref().unwrap()
    }

    #[test]
    fn what_a_reading_has_grown_by_begins_in_the_middle_of_its_blocks() {
        let mut more = reading(4, 2, 600_000);
        more.growing = true;
        more.document.as_mut().unwrap().blocks.drain(..2);
        more.utterances.drain(..4);
        let parts = in_parts(more, 2);
        let blocks: Vec<usize> = parts.iter().map(|part| facts(part).blocks.len()).collect();
        assert_eq!(blocks.iter().sum::<usize>(), 2);
        assert!(
            parts.iter().all(|part| part.growing),
            "the document grows on"
        );
        let first = parts[0].utterances[0].index;
        assert_eq!((first, blocks[0]), (4, 1));
    }
}
