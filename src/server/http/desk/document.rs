//! A document as an editor sees it: its blocks, how each sentence is read, and what is doubtful.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Json, Path, State};
use axum::http::{HeaderMap, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Desk;
use super::bodies::{CorrectionBody, DecisionBody};
use super::doubts::{DoubtBody, doubts};
use crate::corrections::{ApprovalState, Correction, Corrections, Scope, content_of};
use crate::reading::{ReadOptions, Reading};
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
use langdu_document::Block;
use langdu_text::{FrontEnd, Utterance, folded};
use langdu_voice::pool::Urgency;

/// Longest number whose kinds are told, in characters: a code of 18 digits with its signs is shorter.
const LONGEST_NUMBER: usize = 40;

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
    /// How each of its numbers is said as each kind of number that it has the form of, by the names of the kinds.
    numbers: BTreeMap<String, BTreeMap<&'static str, String>>,
    /// What may be read wrong, in the order of the text.
    doubts: Vec<DoubtBody>,
    /// The corrections in force that this document has a word of.
    corrections: Vec<CorrectionBody>,
    /// Those of them at single places whose place is not found any more, by their ids.
    lost: Vec<String>,
    /// What of its own markup is ignored and why.
    warnings: Vec<String>,
    /// Whether it may be heard; `null` where nobody has to approve it.
    approval: Option<OpenApproval>,
}

/// Whether a document of a portal that asks for approval may be heard.
#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct OpenApproval {
    /// `waiting` or `approved`.
    state: &'static str,
    /// What it says, as a hash: whoever approves it names it.
    content: String,
    /// Who has approved it; empty where nobody has.
    by: String,
    /// When, in seconds since 1970.
    at: i64,
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

pub(super) async fn open(
    State(desk): State<Desk>,
    caller: Caller,
    request: Result<Json<OpenRequest>, JsonRejection>,
) -> Result<Answer<OpenAnswer>, Problem> {
    let corrections = desk.corrections(&caller)?.clone();
    let Json(request) = request.map_err(|error| Problem::invalid("body", error.body_text()))?;
    let mut options = ReadOptions {
        for_editor: true,
        ..read_options(request.voice, request.rate)
    };
    if let Some(decision) = request.r#try {
        let decision = decision.decision(desk.reader())?;
        options.trial = Some(corrections.trial(request.try_id.as_deref(), decision)?);
    }
    let is_trial = options.trial.is_some();
    let source = request.source.source()?;
    let reading = desk.read(&caller, source, options).await?;
    let list = corrections.list();
    let lost = match is_trial {
        true => Vec::new(),
        false => desk.reader().lost_places(&reading).await?,
    };
    let url = reading.page().map(|page| page.url.clone());
    let portal = url.as_deref().and_then(|url| corrections.portal(url));
    let approval = match url.as_deref().filter(|url| corrections.needs_approval(url)) {
        Some(url) if !is_trial => Some(approval_of(&corrections, url, &reading).await?),
        _ => None,
    };
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
    let mut opened = opened
        .await
        .map_err(|error| Problem::from(crate::reading::ReadError::from(error)))?;
    opened.approval = approval;
    Ok(Answer::new(opened).cached(NO_STORE))
}

async fn approval_of(
    corrections: &Corrections,
    url: &str,
    reading: &Reading,
) -> Result<OpenApproval, Problem> {
    let content = content_of(&reading.document);
    let approved = corrections.approval_of(url, &content).await?;
    Ok(match approved {
        Some(approved) => OpenApproval {
            state: ApprovalState::Approved.name(),
            content,
            by: approved.by,
            at: approved.at_s,
        },
        None => OpenApproval {
            state: ApprovalState::Waiting.name(),
            content,
            by: String::new(),
            at: 0,
        },
    })
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
    list: &[Arc<Correction>],
    reading: &Reading,
    portal: Option<&str>,
) -> Vec<CorrectionBody> {
    let blocks = reading.document.blocks.iter();
    let text: String = blocks.map(|block| folded(&block.text) + "\n").collect();
    let own_url = reading.page().map(|page| &page.url);
    let is_of = |correction: &&Arc<Correction>| {
        let is_in_scope = match &correction.decision.scope {
            Scope::Everywhere => true,
            Scope::Portal { host } => portal == Some(host),
            // Those at single places are told of although their word is gone.
            Scope::Document { url } | Scope::Here { url, .. } => {
                return own_url == Some(url);
            }
        };
        is_in_scope && text.contains(&folded(&correction.decision.word))
    };
    let found = list.iter().filter(is_of);
    found.map(|one| one.as_ref().clone().into()).collect()
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
    let numbers = numbers(&document.blocks, utterances, front_end);
    OpenAnswer {
        reading: reading.id.clone(),
        url: reading.page().map(|page| page.url.clone()),
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
        numbers,
        doubts: doubts(reading, front_end),
        corrections,
        lost,
        warnings: document.warnings.clone(),
        approval: None,
    }
}

/// How the numbers of a document are said as each kind: those that are said at once, which may have a unit, and
/// those of several parts that an editor takes for one: 7-15, 8:30, A12/07.
fn numbers(
    blocks: &[Block],
    utterances: &[Utterance],
    front_end: &FrontEnd,
) -> BTreeMap<String, BTreeMap<&'static str, String>> {
    let texts: Vec<Vec<char>> = (blocks.iter())
        .map(|block| block.text.chars().collect())
        .collect();
    let said_at_once = utterances.iter().flat_map(|utterance| {
        let text = utterance.span.map(|span| &texts[span.block]);
        let syllables = utterance.syllables.iter();
        syllables.filter_map(move |syllable| text?.get(syllable.start..syllable.end))
    });
    let is_part =
        |c: &char| c.is_ascii_alphanumeric() || c.is_numeric() || ".-—~/:：%".contains(*c);
    let of_parts = texts
        .iter()
        .flat_map(|text| text.split(move |c| !is_part(c)));
    let mut numbers = BTreeMap::new();
    for number in said_at_once.chain(of_parts) {
        if !number.iter().any(|c| c.is_numeric()) || number.len() > LONGEST_NUMBER {
            continue;
        }
        let number: String = number.iter().collect();
        numbers.entry(number).or_insert_with_key(|number| {
            let each = front_end.said_as_each(number).into_iter();
            each.map(|(kind, said)| (kind.name(), said)).collect()
        });
    }
    numbers
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
