//! The pipeline's values as messages of `langdu.v2`.

use prost::Message;

use super::{duration, milliseconds, proto};
use crate::server::grpc::count;
use crate::server::grpc::part::{
    Offsets, Part, ToldUtterance, level, marker, recognised_percent, syllables,
};
use crate::server::grpc::read_aloud::Whole;
use crate::server::grpc::stream::{Begin, End, Event};
use crate::server::problem::Problem;
use langdu_clips::{ClipId, Timing};
use langdu_document::BlockKind;
use langdu_text::{GuessReason, Script, Span, Utterance};
use langdu_voice::pack::Gender;
use langdu_voice::voices::Voice;
use proto::synthesize_stream_response::Response;

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
    let mut answer = facts(document);
    answer.blocks = document.blocks.iter().map(block).collect();
    places(document, &mut answer);
    answer
}

/// What is known of a document beside its text.
fn facts(document: &langdu_document::Document) -> proto::Document {
    let date = |date: &Option<langdu_document::IsoDate>| {
        date.as_ref()
            .map(|date| date.as_str().to_owned())
            .unwrap_or_default()
    };
    proto::Document {
        title: document.title.clone(),
        subtitle: document.subtitle.clone().unwrap_or_default(),
        doc_number: document.doc_number.clone().unwrap_or_default(),
        issuer: document.issuer.clone().unwrap_or_default(),
        publish_date: date(&document.date),
        doc_date: date(&document.doc_date),
        source: document.source.clone().unwrap_or_default(),
        substance: substance(document.substance).into(),
        warnings: document.warnings.clone(),
        ..proto::Document::default()
    }
}

/// Fills in what a document points to.
fn places(document: &langdu_document::Document, answer: &mut proto::Document) {
    let attachments = document.attachments.iter();
    answer.attachments = attachments
        .map(|attachment| proto::Attachment {
            name: attachment.name.clone(),
            href: attachment.href.clone(),
        })
        .collect();
    let mut offsets = Offsets::of(document);
    let footnotes = document.footnotes.iter();
    answer.footnotes = footnotes
        .map(|footnote| proto::Footnote {
            name: footnote.name.clone(),
            href: footnote.href.clone().unwrap_or_default(),
            span: offsets
                .span(footnote.block, footnote.range.clone())
                .map(span),
            note_block: count(footnote.note),
        })
        .collect();
}

fn block(block: &langdu_document::Block) -> proto::Block {
    use proto::block::Kind;
    let kind = match &block.kind {
        BlockKind::Title => Kind::Title,
        BlockKind::Subtitle => Kind::Subtitle,
        BlockKind::DocNumber => Kind::DocNumber,
        BlockKind::Heading { .. } => Kind::Heading,
        BlockKind::Paragraph => Kind::Paragraph,
        BlockKind::ListItem { .. } => Kind::ListItem,
        BlockKind::Table(_) => Kind::Table,
        BlockKind::Picture => Kind::Picture,
        BlockKind::Closing => Kind::Closing,
        BlockKind::Notice => Kind::Notice,
    };
    proto::Block {
        kind: kind.into(),
        level: level(block),
        text: block.text.clone(),
        path: block.path.clone(),
        marker: marker(block),
        recognised_percent: recognised_percent(block),
    }
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
    use proto::guess::Reason;
    let reason = match guess.reason {
        GuessReason::Grammar => Reason::Grammar,
        GuessReason::CloseCall => Reason::CloseCall,
        GuessReason::Usual => Reason::Usual,
        GuessReason::Amount => Reason::Amount,
    };
    proto::Guess {
        reason: reason.into(),
        alternatives: guess.alternatives.iter().map(ToString::to_string).collect(),
    }
}

/// How the utterances of a document are read.
pub(super) fn explained(
    document: &langdu_document::Document,
    script: &Script,
) -> Vec<proto::ExplainedUtterance> {
    let mut offsets = Offsets::of(document);
    let utterances = script.utterances.iter();
    utterances
        .map(|utterance| explained_utterance(document, utterance, &mut offsets))
        .collect()
}

fn explained_utterance(
    document: &langdu_document::Document,
    utterance: &Utterance,
    offsets: &mut Offsets<'_>,
) -> proto::ExplainedUtterance {
    let block = utterance
        .span
        .and_then(|span| document.blocks.get(span.block));
    let mut places = syllables(utterance, offsets).into_iter();
    let syllables = utterance.syllables.iter();
    proto::ExplainedUtterance {
        text: utterance.text.clone(),
        spoken: utterance.spoken.clone(),
        syllables: syllables
            .map(|syllable| proto::ExplainedSyllable {
                hanzi: syllable.hanzi.to_string(),
                pinyin: syllable.pinyin.to_string(),
                surface: syllable.surface.to_string(),
                span: places.next().map(span),
                guess: syllable.guess.as_deref().map(guess),
            })
            .collect(),
        phonemes: utterance.phonemes.clone(),
        pause: Some(milliseconds(utterance.pause_ms)),
        span: utterance.span.map(span),
        generated: utterance.generated,
        recognised_percent: block.map_or(0, recognised_percent),
    }
}

/// A reading, or a part of one.
fn reading(part: &Part) -> proto::Reading {
    let reading = part.reading.as_ref();
    let mut document = facts(&reading.document);
    document.blocks = part.blocks().iter().map(block).collect();
    if part.has_places {
        places(&reading.document, &mut document);
    }
    proto::Reading {
        id: reading.id.clone(),
        document: Some(document),
        utterances: part.utterances().map(utterance).collect(),
        voice: reading.voice.speaker.name.clone(),
        synthetic: true,
        growing: part.is_growing,
        marks: part
            .marks()
            .map(|(name, (utterance, syllable))| proto::Mark {
                name: name.to_owned(),
                utterance: count(utterance),
                syllable: count(syllable),
            })
            .collect(),
    }
}

fn utterance(told: ToldUtterance<'_>) -> proto::Utterance {
    let utterance = told.utterance;
    proto::Utterance {
        index: count(told.index),
        text: utterance.text.clone(),
        spoken: utterance.spoken.clone(),
        span: utterance.span.map(span),
        generated: utterance.generated,
        pause: Some(milliseconds(utterance.pause_ms)),
        clip_id: told.clip_id,
        syllables: told.syllables.into_iter().map(span).collect(),
    }
}

pub(super) fn whole(whole: Whole) -> proto::SynthesizeResponse {
    let timings = whole.timings.iter();
    proto::SynthesizeResponse {
        audio_content: whole.sound.into(),
        timings: timings.map(|(id, of_clip)| timing(*id, of_clip)).collect(),
        reading: Some(reading(&Part::whole(whole.reading))),
    }
}

/// What a stream tells.
pub(super) fn event(event: Event) -> proto::SynthesizeStreamResponse {
    let (index, response) = match event {
        Event::Header(part) => (0, Response::Header(reading(&part))),
        Event::More(part) => (0, Response::More(reading(&part))),
        Event::Begins(begin) => (begin.index, Response::Utterance(start(&begin))),
        Event::Sound { index, bytes } => (index, Response::AudioContent(bytes)),
        Event::Failed { index, problem } => (index, Response::UtteranceError(status(problem))),
        Event::End(end) => (0, Response::End(stream_end(&end))),
    };
    proto::SynthesizeStreamResponse {
        utterance_index: count(index),
        response: Some(response),
    }
}

/// A problem within an answer, with the details that a call would have failed with.
fn status(problem: Problem) -> tonic_types::Status {
    let status = problem.status();
    tonic_types::Status::decode(status.details()).unwrap_or_else(|_| tonic_types::Status {
        code: status.code().into(),
        message: status.message().to_owned(),
        details: Vec::new(),
    })
}

fn start(begin: &Begin) -> proto::UtteranceStart {
    proto::UtteranceStart {
        timing: Some(timing(begin.clip, &begin.timing)),
        synthesized: begin.synthesized,
    }
}

fn stream_end(end: &End) -> proto::StreamEnd {
    proto::StreamEnd {
        utterance_count: count(end.utterances),
        failed_count: count(end.failed),
        duration: Some(duration(end.duration)),
        page_duration: Some(duration(end.page_time)),
    }
}

fn timing(id: ClipId, timing: &Timing) -> proto::Timing {
    let syllables = timing.syllables.iter();
    let offset = |samples: usize| Some(milliseconds(timing.ms(samples)));
    proto::Timing {
        clip_id: id.to_string(),
        duration: offset(timing.samples),
        sample_count: timing.samples as u64,
        sample_rate_hertz: timing.sample_rate,
        syllables: syllables
            .map(|samples| proto::SyllableTiming {
                start_offset: offset(samples.start),
                end_offset: offset(samples.end),
            })
            .collect(),
        exact: timing.exact,
    }
}
