//! SSML (W3C Speech Synthesis Markup Language): a text that says itself how it is read.
//!
//! A part of the language: `speak`, `p`, `s`, `break`, `phoneme`, `say-as`, `sub`, `prosody` with a rate, `mark`.
//! What is no part of it is told in the document's warnings and never spoken; the words that it holds are read as
//! if it were not there. The reader walks through the text once, keeps what is open on a stack of its own, and
//! knows no entities but those of XML itself, so that no text costs more than its length.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::assembly::kind;
use crate::characters::{Gap, is_invisible, is_space};
use crate::lines::Line;
use langdu_model::{Block, Change, Document, Markup, PauseChange, Says, milliseconds, read_as};

/// Deepest nesting that is followed.
const DEEPEST: usize = 64;

/// The lengths of the breaks that SSML names, at the normal rate: those of the marks and blocks that they stand for.
const STRENGTHS_MS: [(&str, u32); 5] = [
    ("x-weak", 100),
    ("weak", 140),
    ("medium", 200),
    ("strong", 450),
    ("x-strong", 700),
];

/// The rates that SSML names, in thousandths.
const RATES: [(&str, u32); 6] = [
    ("x-slow", 500),
    ("slow", 800),
    ("medium", 1000),
    ("default", 1000),
    ("fast", 1250),
    ("x-fast", 1600),
];

/// The slowest and the fastest rate, in thousandths.
const SLOWEST: u32 = 500;
const FASTEST: u32 = 2000;

/// Why a text is no SSML that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {cause}")]
pub struct SsmlError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub cause: String,
}

/// The document of an SSML text: a paragraph for each `p`, and for what stands outside of them. It may be empty.
///
/// # Errors
///
/// When it is no well-formed XML, holds a document type, is nested too deep, or is not one `speak`.
pub fn from_ssml(text: &str) -> Result<Document, SsmlError> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut writer = Writer::default();
    let mut at = 0;
    loop {
        let from = at;
        let event = reader.read_event();
        let wrong = |cause: String| SsmlError {
            line: 1 + text[..from.min(text.len())].matches('\n').count(),
            cause,
        };
        let event = event.map_err(|error| SsmlError {
            line: line_at(text, reader.error_position()),
            cause: format!("it is no well-formed XML: {error}"),
        })?;
        at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        match event {
            Event::Start(tag) => writer.open(&tag).map_err(wrong)?,
            Event::End(_) => writer.close(),
            Event::Text(words) => writer.words(&words).map_err(wrong)?,
            Event::CData(words) => writer.words(&words).map_err(wrong)?,
            Event::GeneralRef(name) => {
                let entity = format!("&{};", &*name);
                let words = quick_xml::escape::unescape(&entity)
                    .map_err(|_| wrong(format!("{entity} is no entity of XML")))?;
                writer.words(&words).map_err(wrong)?;
            }
            Event::DocType(_) => {
                return Err(wrong(
                    "a document type is not read: leave it out".to_owned(),
                ));
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Empty(_) => {}
        }
    }
    writer.finish().map_err(|cause| SsmlError {
        line: line_at(text, text.len() as u64),
        cause,
    })
}

fn line_at(text: &str, at: u64) -> usize {
    let at = usize::try_from(at).unwrap_or(usize::MAX).min(text.len());
    1 + text.as_bytes()[..at]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
}

/// What an element asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asks {
    /// Nothing.
    Nothing,
    Speak,
    Paragraph,
    Sentence,
    /// What it holds is not read.
    Silence,
    Change(Change),
    /// `say-as`, whose change may depend on the words.
    ReadAs(String),
    Rate(u32),
}

/// An element that is open.
#[derive(Debug)]
struct Open {
    name: String,
    asks: Asks,
    /// Where its first character stands in the block that is being written.
    start: Option<usize>,
    /// Where it stands in the blocks before.
    pieces: Vec<(usize, std::ops::Range<usize>)>,
}

/// The document while it is written.
#[derive(Default)]
struct Writer {
    document: Document,
    text: String,
    /// Scalars of `text`.
    length: usize,
    gap: Gap,
    open: Vec<Open>,
    has_root: bool,
    /// Elements around that are not read.
    silent: usize,
}

impl Writer {
    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let name = tag.name().into_inner().to_owned();
        if self.open.len() >= DEEPEST {
            return Err(format!("its elements are nested more than {DEEPEST} deep"));
        }
        if self.open.is_empty() {
            if name != "speak" {
                return Err(format!("it begins with <{name}>: SSML is one <speak>"));
            }
            if std::mem::replace(&mut self.has_root, true) {
                return Err("it holds more than one <speak>".to_owned());
            }
        }
        let mut attributes = Attributes::of(tag)?;
        let asks = self.asks(&name, &mut attributes);
        for left in attributes.left() {
            self.document
                .warn(format!("<{name} {left}> is not known: it is ignored"));
        }
        if matches!(asks, Asks::Paragraph) {
            self.end_block();
        }
        self.silent += usize::from(asks == Asks::Silence);
        self.open.push(Open {
            name,
            asks,
            start: None,
            pieces: Vec::new(),
        });
        Ok(())
    }

    fn asks(&mut self, name: &str, attributes: &mut Attributes) -> Asks {
        let document = &mut self.document;
        match name {
            "speak" => {
                attributes.take("version");
                Asks::Speak
            }
            "p" => Asks::Paragraph,
            "s" => Asks::Sentence,
            "phoneme" => {
                let alphabet = attributes.take("alphabet").unwrap_or_default();
                match (alphabet.as_str(), attributes.take("ph")) {
                    ("pinyin", Some(pinyin)) => Asks::Change(Change::Pronounce(pinyin)),
                    ("pinyin", None) => {
                        document.warn("<phoneme> has no ph: it is ignored".to_owned());
                        Asks::Nothing
                    }
                    (other, _) => {
                        document.warn(format!(
                            "<phoneme alphabet={other:?}> is not known, only \"pinyin\": it is ignored"
                        ));
                        Asks::Nothing
                    }
                }
            }
            "say-as" => {
                let kind = attributes.take("interpret-as").unwrap_or_default();
                let format = attributes.take("format").unwrap_or_default();
                attributes.take("detail");
                // A year alone is no date that could be told by its form.
                let kind = if kind == "date" && format == "y" {
                    "year".to_owned()
                } else {
                    kind
                };
                let is_known_order =
                    matches!(format.as_str(), "" | "y" | "ym" | "ymd" | "md") || kind != "date";
                if !is_known_order {
                    document.warn(format!(
                        "<say-as format={format:?}> is not known: dates are written y, ym, ymd or md"
                    ));
                }
                if read_as(&kind, "").is_none() {
                    document.warn(format!(
                        "<say-as interpret-as={kind:?}> is not known: its words are read without it"
                    ));
                    return Asks::Nothing;
                }
                Asks::ReadAs(kind)
            }
            "sub" => match attributes.take("alias") {
                Some(alias) => Asks::Change(Change::Say(alias)),
                None => {
                    document.warn("<sub> has no alias: it is ignored".to_owned());
                    Asks::Nothing
                }
            },
            "prosody" => self.prosody(attributes),
            "break" => {
                self.pause(attributes);
                Asks::Nothing
            }
            "mark" => {
                match attributes.take("name").filter(|name| !name.is_empty()) {
                    Some(name) => self.note(Says::Mark(name)),
                    None => self
                        .document
                        .warn("<mark> has no name: it is ignored".to_owned()),
                }
                Asks::Nothing
            }
            // What they hold is about the text, and no part of it.
            "metadata" | "meta" | "lexicon" | "desc" => {
                document.warn(format!("<{name}> is not known: it is ignored"));
                attributes.forget();
                Asks::Silence
            }
            _ => {
                document.warn(format!(
                    "<{name}> is not known: its words are read without it"
                ));
                attributes.forget();
                Asks::Nothing
            }
        }
    }

    fn prosody(&mut self, attributes: &mut Attributes) -> Asks {
        let Some(rate) = attributes.take("rate") else {
            return Asks::Nothing;
        };
        let Some(asked) = rate_milli(rate.trim()) else {
            self.document
                .warn(format!("<prosody rate={rate:?}> is no rate: it is ignored"));
            return Asks::Nothing;
        };
        let within = asked.clamp(SLOWEST, FASTEST);
        if within != asked {
            self.document.warn(format!(
                "<prosody rate={rate:?}> is not between 50% and 200%: the nearest is taken"
            ));
        }
        Asks::Rate(within)
    }

    /// A break is a pause behind what was said last, in whatever paragraph.
    fn pause(&mut self, attributes: &mut Attributes) {
        let strength = attributes.take("strength");
        let asked = match (attributes.take("time"), strength.as_deref()) {
            (Some(time), _) => match milliseconds(&time) {
                Some(ms) if ms <= PauseChange::LONGEST_MS => PauseChange::Exactly(ms),
                Some(_) => {
                    self.document.warn(format!(
                        "<break time={time:?}> is longer than 10 s: it lasts 10 s"
                    ));
                    PauseChange::Exactly(PauseChange::LONGEST_MS)
                }
                None => {
                    let warning =
                        format!("<break time={time:?}> is no time such as 500ms: it is ignored");
                    return self.document.warn(warning);
                }
            },
            (None, Some("none")) => PauseChange::None,
            (None, strength) => {
                let strength = strength.unwrap_or("medium");
                match STRENGTHS_MS.iter().find(|(name, _)| *name == strength) {
                    Some((_, ms)) => PauseChange::Exactly(*ms),
                    None => {
                        let warning =
                            format!("<break strength={strength:?}> is not known: it is ignored");
                        return self.document.warn(warning);
                    }
                }
            }
        };
        let (block, at) = match (self.length, self.document.blocks.last()) {
            (0, None) => {
                let warning = "a <break> before all words is not heard".to_owned();
                return self.document.warn(warning);
            }
            (0, Some(before)) => {
                let length = before.text.chars().count();
                (self.document.blocks.len() - 1, length)
            }
            (length, _) => (self.document.blocks.len(), length),
        };
        // Two breaks at one place are one that is as long as both.
        if let PauseChange::Exactly(more) = asked
            && let Some(last) = self.document.markup.last_mut()
            && (last.block, last.range.end) == (block, at)
            && let Says::Change(Change::Pause(PauseChange::Exactly(ms))) = &mut last.says
        {
            *ms = (*ms + more).min(PauseChange::LONGEST_MS);
            return;
        }
        let says = Says::Change(Change::Pause(asked));
        let range = at..at;
        self.document.mark_up(Markup { block, range, says });
    }

    /// Notes what is said of the place where the text has got to.
    fn note(&mut self, says: Says) {
        let block = self.document.blocks.len();
        let range = self.length..self.length;
        self.document.mark_up(Markup { block, range, says });
    }

    fn words(&mut self, words: &str) -> Result<(), String> {
        if self.open.is_empty() {
            let has_words = words.chars().any(|c| !is_space(c) && c != '\u{feff}');
            return match has_words {
                true => Err("it holds words outside of <speak>".to_owned()),
                false => Ok(()),
            };
        }
        if self.silent > 0 {
            return Ok(());
        }
        for c in words.chars() {
            if is_space(c) {
                self.gap.widen(c);
                continue;
            }
            if is_invisible(c) {
                continue;
            }
            if self.gap.close(&self.text, c) {
                self.text.push(' ');
                self.length += 1;
            }
            for open in &mut self.open {
                open.start.get_or_insert(self.length);
            }
            self.text.push(c);
            self.length += 1;
        }
        Ok(())
    }

    fn close(&mut self) {
        let Some(mut closed) = self.open.pop() else {
            return;
        };
        self.silent -= usize::from(closed.asks == Asks::Silence);
        let block = self.document.blocks.len();
        let here = closed.start.map(|start| (block, start..self.length));
        closed.pieces.extend(here);
        let words =
            |document: &Document, text: &str, (block, range): &(usize, std::ops::Range<usize>)| {
                let text = document
                    .blocks
                    .get(*block)
                    .map_or(text, |block| &block.text);
                text.chars()
                    .skip(range.start)
                    .take(range.len())
                    .collect::<String>()
            };
        match closed.asks {
            Asks::Paragraph | Asks::Speak => self.end_block(),
            Asks::Sentence if closed.start.is_some() => self.note(Says::SentenceEnd),
            Asks::Rate(rate) => {
                for (block, range) in closed.pieces {
                    let says = Says::Rate(rate);
                    self.document.mark_up(Markup { block, range, says });
                }
            }
            Asks::Change(_) | Asks::ReadAs(_) if closed.pieces.len() > 1 => {
                let name = closed.name;
                self.document
                    .warn(format!("<{name}> holds paragraphs: it is ignored"));
            }
            Asks::Change(change) => {
                for (block, range) in closed.pieces {
                    let says = Says::Change(change.clone());
                    self.document.mark_up(Markup { block, range, says });
                }
            }
            Asks::ReadAs(kind) => {
                for piece in closed.pieces {
                    let words = words(&self.document, &self.text, &piece);
                    // Of characters that are said one by one anyway there is nothing to say.
                    let is_plain = kind == "characters"
                        && !words.contains(|c: char| c.is_ascii_alphanumeric());
                    if let Some(change) = read_as(&kind, &words).filter(|_| !is_plain) {
                        let (block, range) = piece;
                        let says = Says::Change(change);
                        self.document.mark_up(Markup { block, range, says });
                    }
                }
            }
            Asks::Nothing | Asks::Silence | Asks::Sentence => {}
        }
    }

    /// Ends the block that is being written.
    fn end_block(&mut self) {
        self.gap = Gap::None;
        if self.text.is_empty() {
            return;
        }
        let block = self.document.blocks.len();
        for open in &mut self.open {
            let start = open.start.take();
            open.pieces
                .extend(start.map(|start| (block, start..self.length)));
        }
        let text = std::mem::take(&mut self.text);
        self.length = 0;
        self.document.blocks.push(Block {
            kind: kind::of_line(&Line::plain(&text)),
            text,
            path: String::new(),
            recognised: None,
        });
    }

    fn finish(self) -> Result<Document, String> {
        if let Some(open) = self.open.last() {
            return Err(format!("<{}> is not closed", open.name));
        }
        if !self.has_root {
            return Err("it holds no <speak>".to_owned());
        }
        Ok(self.document)
    }
}

/// `120%`, `1.2`, `+20%`, `fast`, in thousandths.
fn rate_milli(rate: &str) -> Option<u32> {
    if let Some((_, named)) = RATES.iter().find(|(name, _)| *name == rate) {
        return Some(*named);
    }
    let (number, per_cent) = match rate.strip_suffix('%') {
        Some(number) => (number, true),
        None => (rate, false),
    };
    let is_number = |number: &str| number.chars().all(|c| c.is_ascii_digit() || c == '.');
    let parse = |number: &str| number.parse::<f64>().ok().filter(|_| is_number(number));
    let rate = match (number.strip_prefix('+'), number.strip_prefix('-'), per_cent) {
        (Some(more), _, true) => 1.0 + parse(more)? / 100.0,
        (_, Some(less), true) => 1.0 - parse(less)? / 100.0,
        (None, None, true) => parse(number)? / 100.0,
        (None, None, false) => parse(number)?,
        _ => return None,
    };
    Some((rate * 1000.0).round().clamp(0.0, 1_000_000.0) as u32)
}

/// The attributes of an element that nobody has asked for yet.
struct Attributes(Vec<(String, String)>);

impl Attributes {
    fn of(tag: &BytesStart<'_>) -> Result<Self, String> {
        let mut all = Vec::new();
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| format!("an attribute is wrong: {error}"))?;
            let name = attribute.key.into_inner();
            let value = quick_xml::escape::unescape(&attribute.value)
                .map_err(|error| format!("the attribute {name} is wrong: {error}"))?;
            all.push((name.to_owned(), value.into_owned()));
        }
        Ok(Self(all))
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(own, _)| own == name)?;
        Some(self.0.remove(at).1)
    }

    fn forget(&mut self) {
        self.0.clear();
    }

    /// Those that mean nothing here: not the languages and namespaces of XML.
    fn left(&self) -> impl Iterator<Item = String> {
        let is_xml = |name: &str| name.starts_with("xml") || name.starts_with("xsi:");
        let left = self.0.iter().filter(move |(name, _)| !is_xml(name));
        left.map(|(name, value)| format!("{name}={value:?}"))
    }
}

#[cfg(test)]
mod tests;
