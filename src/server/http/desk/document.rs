//! A document as an editor sees it: its blocks, how each sentence is read, and what is doubtful.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Json, Path, State};
use axum::http::{HeaderMap, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Desk;
use super::bodies::{CorrectionBody, DecisionBody};
use crate::corrections::{Correction, Scope};
use crate::reading::Reading;
use crate::server::access::Caller;
use crate::server::http::clips::TimingAnswer;
use crate::server::http::json::{Answer, NO_STORE};
use crate::server::http::query::read_options;
use crate::server::http::range::{Lifetime, file};
use crate::server::http::source::SourceBody;
use crate::server::problem::Problem;
use crate::server::schema::{ID, closed, rate};
use crate::server::service::may_have_voice;
use langdu_audio::Encoding;
use langdu_clips::{ClipId, Form, Layout};
use langdu_text::{FrontEnd, Utterance, folded};
use langdu_voice::pool::Urgency;

/// What is opened.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenRequest {
    #[serde(flatten)]
    source: SourceBody,
    /// A voice's name.
    #[serde(default)]
    voice: String,
    /// 1 is the normal rate.
    #[schemars(transform = rate)]
    rate: Option<f64>,
    /// A decision that is tried out: the document is read as if it were in force, and nobody else hears that.
    r#try: Option<DecisionBody>,
    /// The correction that `try` would decide anew.
    try_id: Option<String>,
}

/// A document as an editor sees it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OpenDocument", transform = closed)]
pub(super) struct OpenAnswer {
    /// The id of the reading.
    #[schemars(regex(pattern = ID))]
    reading: String,
    /// The page's final address.
    url: Option<String>,
    /// The host that stands for its portal.
    portal: Option<String>,
    title: String,
    /// Who speaks.
    voice: String,
    /// Who may speak, the default one first.
    voices: Vec<VoiceBody>,
    blocks: Vec<BlockBody>,
    utterances: Vec<UtteranceBody>,
    /// The pronunciations of the characters that have several, the usual one first.
    pronunciations: BTreeMap<String, Vec<&'static str>>,
    /// What may be read wrong, in the order of the text.
    doubts: Vec<DoubtBody>,
    /// The corrections in force that this document has a word of.
    corrections: Vec<CorrectionBody>,
    /// Those of them at single places whose place is not found any more, by their ids.
    lost: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct VoiceBody {
    name: String,
    /// For people, in Chinese.
    description: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct BlockBody {
    /// `title`, `heading`, `paragraph` and so on, as in a reading.
    kind: &'static str,
    /// As it stands on the page.
    text: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct UtteranceBody {
    /// As it stands on the page.
    text: String,
    /// As it is spoken.
    spoken: String,
    /// The block that it stands in, and where, in Unicode scalar values; `null` for words of ours.
    block: Option<usize>,
    start: usize,
    end: usize,
    /// The pause behind it.
    pause_ms: u32,
    #[schemars(regex(pattern = ID))]
    clip: String,
    syllables: Vec<SyllableBody>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct SyllableBody {
    /// As it is spoken.
    hanzi: String,
    /// With its dictionary tone.
    pinyin: String,
    /// What it stands for, in Unicode scalar values of the block.
    start: usize,
    end: usize,
}

/// Something that may be read wrong.
#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct DoubtBody {
    /// Where it stands, in Unicode scalar values of the block.
    block: usize,
    start: usize,
    end: usize,
    /// The utterance that it is heard in.
    utterance: usize,
    text: String,
    /// `grammar`, `close_call`, `usual` as `explain` has them, or `amount` for digits alone that are read as an
    /// amount.
    reason: &'static str,
    /// How it is read.
    said: String,
    /// How else it may be read.
    alternatives: Vec<String>,
}

pub(super) async fn open(
    State(desk): State<Desk>,
    caller: Caller,
    request: Result<Json<OpenRequest>, JsonRejection>,
) -> Result<Answer<OpenAnswer>, Problem> {
    let corrections = desk.corrections(&caller)?.clone();
    let Json(request) = request.map_err(|error| Problem::invalid("body", error.body_text()))?;
    let mut options = read_options(request.voice, request.rate);
    if let Some(decision) = request.r#try {
        let decision = decision.decision(desk.reader())?;
        let trial = corrections.with(request.try_id.as_deref(), Some(&decision));
        options.trial = Some(trial.await?.0);
    }
    let is_trial = options.trial.is_some();
    let source = request.source.source()?;
    let reading = desk.read(&caller, source, options).await?;
    let list = corrections.list().await?;
    let lost = match is_trial {
        true => Vec::new(),
        false => desk.reader().lost_places(&reading).await?,
    };
    let portal = reading
        .url
        .as_deref()
        .and_then(|url| corrections.portal(url));
    let front_end = desk.reader().front_end().clone();
    let voices = desk.reader().voices().of_language("cmn-CN");
    let voices = voices.filter(|voice| may_have_voice(&caller, voice));
    let voices: Vec<VoiceBody> = voices
        .map(|voice| VoiceBody {
            name: voice.speaker.name.clone(),
            description: voice.speaker.description.clone(),
        })
        .collect();
    let opened = langdu_blocking::run("laying out a document", move || {
        let in_it = in_document(&list, &reading, portal.as_deref());
        laid_out(&reading, (portal, voices), in_it, lost, &front_end)
    });
    let opened = opened
        .await
        .map_err(|error| Problem::from(crate::reading::ReadError::from(error)))?;
    Ok(Answer::new(opened).cached(NO_STORE))
}

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct ClipFile {
    /// `{id}.mp3`, or `{id}.json` for its timing.
    #[schemars(regex(pattern = r"^[0-9a-f]{32}\.(mp3|json)$"))]
    name: String,
}

/// The clip that listeners get, and that of what is tried out.
pub(super) async fn clip(
    State(desk): State<Desk>,
    caller: Caller,
    Path(ClipFile { name }): Path<ClipFile>,
    headers: HeaderMap,
) -> Result<Response<Body>, Problem> {
    desk.corrections(&caller)?;
    let unknown = || Problem::not_found("a clip's address is {id}.mp3 or {id}.json");
    let (id, extension) = name.split_once('.').ok_or_else(unknown)?;
    let id: ClipId = id.parse().map_err(|_| unknown())?;
    let clips = desk.reader().clips();
    let failed = |error| desk.clip_problem(id, error);
    let (bytes, media_type) = match extension {
        "mp3" => {
            let form = Form::plain(Encoding::Mp3, Layout::File);
            let clip = clips.get(id, form, Urgency::now()).await.map_err(failed)?;
            (clip.bytes, Encoding::Mp3.media_type())
        }
        "json" => {
            let timing = clips.timing(id, Urgency::now()).await.map_err(failed)?;
            let body = serde_json::to_vec(&TimingAnswer::of(id, &timing));
            (body.unwrap_or_default().into(), "application/json")
        }
        _ => return Err(unknown()),
    };
    Ok(file(&headers, bytes, media_type, Lifetime::Private))
}

/// The corrections that a document has a word of.
fn in_document(
    list: &[Correction],
    reading: &Reading,
    portal: Option<&str>,
) -> Vec<CorrectionBody> {
    let blocks = reading.document.blocks.iter();
    let text: String = blocks.map(|block| folded(&block.text) + "\n").collect();
    let is_of = |correction: &&Correction| {
        let is_in_scope = match &correction.decision.scope {
            Scope::Everywhere => true,
            Scope::Portal { host } => portal == Some(host),
            // Those at single places are told of although their word is gone.
            Scope::Document { url } | Scope::Here { url, .. } => {
                return reading.url.as_ref() == Some(url);
            }
        };
        is_in_scope && text.contains(&folded(&correction.decision.word))
    };
    let found = list.iter().filter(is_of).cloned();
    found.map(CorrectionBody::from).collect()
}

fn laid_out(
    reading: &Reading,
    (portal, voices): (Option<String>, Vec<VoiceBody>),
    corrections: Vec<CorrectionBody>,
    lost: Vec<String>,
    front_end: &FrontEnd,
) -> OpenAnswer {
    let document = &reading.document;
    let mut pronunciations = BTreeMap::new();
    for block in &document.blocks {
        for c in block.text.chars().filter(|c| !c.is_ascii()) {
            let name = c.to_string();
            if pronunciations.contains_key(&name) {
                continue;
            }
            let all = front_end.pronunciations(c);
            if all.len() > 1 {
                pronunciations.insert(name, all);
            }
        }
    }
    let utterances = &reading.script.utterances;
    OpenAnswer {
        reading: reading.id.clone(),
        url: reading.url.clone(),
        portal,
        title: document.title.clone(),
        voice: reading.voice.speaker.name.clone(),
        voices,
        blocks: document
            .blocks
            .iter()
            .map(|block| BlockBody {
                kind: super::super::reading_answer::kind_name(&block.kind),
                text: block.text.clone(),
            })
            .collect(),
        utterances: utterances
            .iter()
            .zip(&reading.clips)
            .map(|(utterance, clip)| UtteranceBody::of(utterance, *clip))
            .collect(),
        pronunciations,
        doubts: doubts(reading, front_end),
        corrections,
        lost,
    }
}

impl UtteranceBody {
    fn of(utterance: &Utterance, clip: ClipId) -> Self {
        let (start, end) = utterance.span.map_or((0, 0), |span| (span.start, span.end));
        let syllables = utterance.syllables.iter();
        Self {
            text: utterance.text.clone(),
            spoken: utterance.spoken.clone(),
            block: utterance.span.map(|span| span.block),
            start,
            end,
            pause_ms: utterance.pause_ms,
            clip: clip.to_string(),
            syllables: syllables
                .map(|syllable| SyllableBody {
                    hanzi: syllable.hanzi.to_string(),
                    pinyin: syllable.pinyin.to_string(),
                    start: syllable.start,
                    end: syllable.end,
                })
                .collect(),
        }
    }
}

/// What may be read wrong: pronunciations that are guesses, and digits alone that are read as an amount.
fn doubts(reading: &Reading, front_end: &FrontEnd) -> Vec<DoubtBody> {
    let blocks = &reading.document.blocks;
    let texts: Vec<Vec<char>> = blocks
        .iter()
        .map(|block| block.text.chars().collect())
        .collect();
    let mut doubts = Vec::new();
    for (index, utterance) in reading.script.utterances.iter().enumerate() {
        let Some(span) = utterance.span else { continue };
        let Some(text) = texts.get(span.block) else {
            continue;
        };
        let at = |start: usize, end: usize| text.get(start..end).map(|part| part.iter().collect());
        for syllable in &utterance.syllables {
            let Some(guess) = &syllable.guess else {
                continue;
            };
            doubts.push(DoubtBody {
                block: span.block,
                start: syllable.start,
                end: syllable.end,
                utterance: index,
                text: at(syllable.start, syllable.end).unwrap_or_default(),
                reason: guess.reason.name(),
                said: syllable.pinyin.to_string(),
                alternatives: guess.alternatives.iter().map(ToString::to_string).collect(),
            });
        }
        doubts.extend(
            bare_amounts(utterance, front_end)
                .into_iter()
                .map(|(start, end, said)| DoubtBody {
                    block: span.block,
                    start,
                    end,
                    utterance: index,
                    text: at(start, end).unwrap_or_default(),
                    reason: "amount",
                    said,
                    alternatives: Vec::new(),
                }),
        );
    }
    doubts.sort_by_key(|doubt| (doubt.block, doubt.start));
    doubts
}

/// Three digits and more without a unit that are said as an amount: they may be a name or a code.
fn bare_amounts(utterance: &Utterance, front_end: &FrontEnd) -> Vec<(usize, usize, String)> {
    const FEWEST_DIGITS: usize = 3;
    if !utterance.text.contains(|c: char| c.is_numeric()) {
        return Vec::new();
    }
    let base = utterance.span.map_or(0, |span| span.start);
    let text: Vec<char> = utterance.text.chars().collect();
    let mut found = Vec::new();
    let mut from = 0;
    for applied in front_end.rules(&utterance.text) {
        let part: Vec<char> = applied.text.chars().collect();
        let place = text[from..]
            .windows(part.len().max(1))
            .position(|window| window == part);
        let Some(place) = place else { continue };
        let (start, end) = (from + place, from + place + part.len());
        from = end;
        let is_bare = part.len() >= FEWEST_DIGITS && part.iter().all(char::is_ascii_digit);
        if !is_bare || applied.rule != "quantity::quantity" {
            continue;
        }
        let own = utterance
            .syllables
            .iter()
            .filter(|syllable| syllable.start >= base + start && syllable.end <= base + end);
        let said: String = own.map(|syllable| syllable.hanzi.as_ref()).collect();
        // Where a correction says what it is, it is said otherwise.
        if said.contains(['千', '百', '万']) {
            found.push((base + start, base + end, said));
        }
    }
    found
}
