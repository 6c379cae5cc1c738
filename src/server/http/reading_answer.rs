//! A Reading as JSON.

use std::num::NonZeroUsize;

use schemars::JsonSchema;
use serde::Serialize;

use super::super::access::Authenticator;
use super::query::audio_address;
use super::rare;
use crate::reading::Reading;
use crate::server::schema::{ID, True, closed, optional};
use langdu_clips::ClipId;
use langdu_document::{Attachment, Block, BlockKind, Footnote, Substance, Utf16Offsets};
use langdu_text::{Span, Utterance};

/// A document, what is spoken of it, and where its audio is. Addresses are relative to the gateway's
/// root, so that a path prefix works.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Reading", transform = closed)]
pub(super) struct ReadingAnswer {
    #[schemars(regex(pattern = ID))]
    id: String,
    /// The page's final address.
    url: Option<String>,
    /// May be empty.
    title: String,
    /// 副标题.
    subtitle: Option<String>,
    /// 发文字号.
    doc_number: Option<String>,
    /// 发文机关.
    issuer: Option<String>,
    /// 发布日期, YYYY-MM-DD.
    date: Option<String>,
    /// 成文日期, YYYY-MM-DD.
    doc_date: Option<String>,
    /// 来源.
    source: Option<String>,
    substance: SubstanceName,
    /// Who speaks.
    voice: String,
    /// BCP 47.
    language_code: Option<String>,
    /// The voice is synthetic, and listeners are to be told.
    synthetic: True,
    blocks: Vec<BlockAnswer>,
    utterances: Vec<UtteranceAnswer>,
    /// How many utterances the whole reading has: more than are here, where `first` asked for fewer.
    utterance_count: usize,
    /// Whether the document has been recognised to its end. Where it has not, there will be more utterances:
    /// `/v1/readings/{reading}?after=` answers when there are.
    complete: bool,
    audio: DocumentAudio,
    attachments: Vec<AttachmentAnswer>,
    footnotes: Vec<FootnoteAnswer>,
    /// The places that the source names (`mark` of SSML), in the order of the text.
    marks: Vec<MarkAnswer>,
    /// What of the source's markup (SSML, `data-read-as`, `data-pinyin`) is ignored and why, for whoever wrote it.
    warnings: Vec<String>,
}

/// A place that the source names: it is heard where the syllable begins, by the utterance's timing.
#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct MarkAnswer {
    name: String,
    /// The utterance that is spoken next behind it; `utterance_count` where none is.
    utterance: usize,
    /// How many syllables of it come before.
    syllable: usize,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Block", transform = closed, transform = optional("level"), transform = optional("marker"), transform = optional("recognised"))]
struct BlockAnswer {
    index: usize,
    kind: BlockKindName,
    /// Of a heading or a list item, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u8")]
    level: Option<u8>,
    /// As it stands on the page; a table has one line a row and a tab between cells.
    text: String,
    /// What the page numbers an item of a list with and its text does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    marker: Option<String>,
    /// How sure its words are, in percent, where they were recognised in a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u8")]
    recognised: Option<u8>,
}

/// What the document of the page is. Whatever is not text is told to the listener.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum SubstanceName {
    Text,
    Picture,
    Attachment,
    Script,
    Frame,
    List,
    Video,
}

impl From<Substance> for SubstanceName {
    fn from(substance: Substance) -> Self {
        match substance {
            Substance::Text => Self::Text,
            Substance::Picture => Self::Picture,
            Substance::Attachment => Self::Attachment,
            Substance::Script => Self::Script,
            Substance::Frame => Self::Frame,
            Substance::List => Self::List,
            Substance::Video => Self::Video,
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum BlockKindName {
    Title,
    Subtitle,
    DocNumber,
    Heading,
    Paragraph,
    ListItem,
    Table,
    Picture,
    Closing,
    Notice,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Utterance", transform = closed, transform = optional("pinyin"))]
struct UtteranceAnswer {
    index: usize,
    /// As it stands on the page.
    text: String,
    /// As it is spoken.
    spoken: String,
    /// Words of ours that the page does not hold.
    generated: bool,
    pause_ms: u32,
    span: Option<SpanAnswer>,
    /// Start and end of each in its block, in UTF-16 code units.
    syllables: Vec<[usize; 2]>,
    /// Of characters that not everybody can read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pinyin: Vec<PinyinAnswer>,
    #[schemars(regex(pattern = ID))]
    clip: String,
    /// The address of its timing.
    timing: String,
    audio: ClipAudio,
}

/// How a character is read that is not among the 3755 of the first level of GB 2312.
#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct PinyinAnswer {
    /// Which of the syllables it is.
    syllable: usize,
    /// With the mark of its tone: xū.
    pinyin: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Span", transform = closed)]
struct SpanAnswer {
    block: usize,
    start: usize,
    end: usize,
    start_utf16: usize,
    end_utf16: usize,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct DocumentAudio {
    /// The whole document.
    mp3: String,
    /// Its captions.
    vtt: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct ClipAudio {
    /// 48 kbit/s.
    mp3: String,
    /// Ogg Opus.
    opus: String,
    /// 16-bit PCM.
    wav: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct AttachmentAnswer {
    /// The link's words.
    name: String,
    /// Its address.
    href: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct FootnoteAnswer {
    /// The mark as it stands in the text.
    name: String,
    /// What the mark links to, as written.
    href: Option<String>,
    /// The block that holds the mark.
    block: usize,
    /// Where the mark stands in that block, in Unicode scalar values.
    range: RangeAnswer,
    /// The block that holds the note.
    note: usize,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline, transform = closed)]
struct RangeAnswer {
    start: usize,
    end: usize,
}

impl ReadingAnswer {
    pub(super) fn of(reading: &Reading, authenticator: &Authenticator) -> Self {
        let document = &reading.document;
        let date = |date: &Option<langdu_document::IsoDate>| {
            date.as_ref().map(|date| date.as_str().to_owned())
        };
        let blocks = document.blocks.iter().enumerate();
        let offsets: Vec<Utf16Offsets> = document.blocks.iter().map(Utf16Offsets::of).collect();
        let utterances = reading.script.utterances.iter().zip(&reading.clips);
        Self {
            id: reading.id.clone(),
            url: reading.url.clone(),
            title: document.title.clone(),
            subtitle: document.subtitle.clone(),
            doc_number: document.doc_number.clone(),
            issuer: document.issuer.clone(),
            date: date(&document.date),
            doc_date: date(&document.doc_date),
            source: document.source.clone(),
            substance: document.substance.into(),
            voice: reading.voice.speaker.name.clone(),
            language_code: reading.voice.pack().language_codes.first().cloned(),
            synthetic: True,
            blocks: blocks
                .map(|(index, block)| BlockAnswer::of(index, block))
                .collect(),
            utterances: utterances
                .enumerate()
                .map(|(index, (utterance, &clip))| {
                    UtteranceAnswer::of(index, utterance, clip, &offsets)
                })
                .collect(),
            utterance_count: reading.script.utterances.len(),
            complete: reading.more.is_none(),
            audio: DocumentAudio {
                mp3: audio_address(reading, "mp3", authenticator),
                vtt: audio_address(reading, "vtt", authenticator),
            },
            attachments: document.attachments.iter().map(Into::into).collect(),
            footnotes: document.footnotes.iter().map(Into::into).collect(),
            marks: reading
                .marks()
                .map(|(name, (utterance, syllable))| MarkAnswer {
                    name: name.to_owned(),
                    utterance,
                    syllable,
                })
                .collect(),
            warnings: document.warnings.clone(),
        }
    }
}

impl ReadingAnswer {
    /// The same with its first `count` utterances and the blocks that they stand in: what a player needs to
    /// begin with, where the whole takes long to come. Without a count it is the whole.
    pub(super) fn first(mut self, count: Option<NonZeroUsize>) -> Self {
        let count = count.map_or(usize::MAX, NonZeroUsize::get);
        if count >= self.utterances.len() {
            return self;
        }
        self.utterances.truncate(count);
        let spans = self.utterances.iter().filter_map(|one| one.span.as_ref());
        let blocks = spans.map(|span| span.block + 1).max().unwrap_or(0);
        self.blocks.truncate(blocks);
        self.marks.retain(|mark| mark.utterance < count);
        self.footnotes
            .retain(|footnote| footnote.block < blocks && footnote.note < blocks);
        self
    }
}

/// The name of a kind of block.
pub(super) fn kind_name(kind: &BlockKind) -> &'static str {
    match kind {
        BlockKind::Title => "title",
        BlockKind::Subtitle => "subtitle",
        BlockKind::DocNumber => "doc_number",
        BlockKind::Heading { .. } => "heading",
        BlockKind::Paragraph => "paragraph",
        BlockKind::ListItem { .. } => "list_item",
        BlockKind::Table(_) => "table",
        BlockKind::Picture => "picture",
        BlockKind::Closing => "closing",
        BlockKind::Notice => "notice",
    }
}

impl BlockAnswer {
    fn of(index: usize, block: &Block) -> Self {
        let (kind, level) = match &block.kind {
            BlockKind::Title => (BlockKindName::Title, None),
            BlockKind::Subtitle => (BlockKindName::Subtitle, None),
            BlockKind::DocNumber => (BlockKindName::DocNumber, None),
            BlockKind::Heading { level } => (BlockKindName::Heading, Some(*level)),
            BlockKind::Paragraph => (BlockKindName::Paragraph, None),
            BlockKind::ListItem { level, .. } => (BlockKindName::ListItem, Some(*level)),
            BlockKind::Table(_) => (BlockKindName::Table, None),
            BlockKind::Picture => (BlockKindName::Picture, None),
            BlockKind::Closing => (BlockKindName::Closing, None),
            BlockKind::Notice => (BlockKindName::Notice, None),
        };
        Self {
            index,
            kind,
            level,
            text: block.text.clone(),
            marker: match &block.kind {
                BlockKind::ListItem { marker, .. } => marker.clone(),
                _ => None,
            },
            recognised: block.recognised,
        }
    }
}

impl UtteranceAnswer {
    fn of(index: usize, utterance: &Utterance, clip: ClipId, offsets: &[Utf16Offsets]) -> Self {
        Self {
            index,
            text: utterance.text.clone(),
            spoken: utterance.spoken.clone(),
            generated: utterance.generated,
            pause_ms: utterance.pause_ms,
            span: utterance.span.map(Into::into),
            syllables: syllables(utterance, offsets),
            pinyin: rare::pinyin_of(utterance)
                .map(|(syllable, pinyin)| PinyinAnswer { syllable, pinyin })
                .collect(),
            clip: clip.to_string(),
            timing: format!("v1/clips/{clip}.json"),
            audio: ClipAudio {
                mp3: format!("v1/clips/{clip}.mp3"),
                opus: format!("v1/clips/{clip}.opus"),
                wav: format!("v1/clips/{clip}.wav"),
            },
        }
    }
}

fn syllables(utterance: &Utterance, offsets: &[Utf16Offsets]) -> Vec<[usize; 2]> {
    let Some(offsets) = utterance.span.and_then(|span| offsets.get(span.block)) else {
        return Vec::new();
    };
    utterance
        .syllables
        .iter()
        .map(|syllable| [offsets.at(syllable.start), offsets.at(syllable.end)])
        .collect()
}

impl From<Span> for SpanAnswer {
    fn from(span: Span) -> Self {
        Self {
            block: span.block,
            start: span.start,
            end: span.end,
            start_utf16: span.start_utf16,
            end_utf16: span.end_utf16,
        }
    }
}

impl From<&Attachment> for AttachmentAnswer {
    fn from(attachment: &Attachment) -> Self {
        Self {
            name: attachment.name.clone(),
            href: attachment.href.clone(),
        }
    }
}

impl From<&Footnote> for FootnoteAnswer {
    fn from(footnote: &Footnote) -> Self {
        Self {
            name: footnote.name.clone(),
            href: footnote.href.clone(),
            block: footnote.block,
            range: RangeAnswer {
                start: footnote.range.start,
                end: footnote.range.end,
            },
            note: footnote.note,
        }
    }
}
