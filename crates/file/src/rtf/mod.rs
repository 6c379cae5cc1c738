//! Rich Text Format, as Word, WPS and LibreOffice write it.
//!
//! Letters are bytes in the code page of their font (GBK for charset 134) or numbered in Unicode.
//! Headers, footers, hidden and deleted text are left out. Of charts, pictures and files of other programs it is
//! told that they are there.

mod encodings;
mod tokens;

use std::collections::HashMap;

use encoding_rs::Encoding;

use super::error::FileError;
use super::format::Format;
use super::heights::Height;
use super::limits::FileLimits;
use super::paragraph::{LetterStyle, text_of};
use super::silent::{self, Silent};
use super::symbols;
use encodings::{charset, code_page};
use langdu_model::{Flow, FlowCell, FlowItem, FlowParagraph};
use tokens::{Token, Tokens};

/// Deepest nesting of groups that is followed.
const DEEPEST: usize = 512;

/// The text of an RTF file.
pub(super) fn parse(bytes: &[u8], limits: &FileLimits) -> Result<Flow, FileError> {
    let mut parser = RtfParser::default();
    for token in Tokens::new(bytes) {
        parser.take(token)?;
        if parser.items.len() > limits.max_parts {
            return Err(FileError::TooLarge {
                limit: limits.max_parts as u64,
                what: "paragraphs".to_owned(),
                setting: "max_parts".to_owned(),
            });
        }
    }
    if !parser.groups.is_empty() {
        return Err(damaged("it breaks off before its end"));
    }
    parser.end_paragraph();
    parser.end_table();
    silent::together(&mut parser.items);
    Ok(Flow {
        items: parser.items,
    })
}

/// What a group's text is for.
#[derive(Clone, Copy, PartialEq, Default)]
enum Use {
    #[default]
    Text,
    Fonts,
    Note,
    /// A picture, whose bytes are no letters.
    Picture,
    /// An object of another program, and the name of its class.
    Object,
    Class,
    /// What a field is to show, which is its result but for signs of other fonts.
    Instruction,
    Nothing,
}

#[derive(Clone)]
struct State {
    used: Use,
    font: i32,
    /// Characters to skip after one numbered in Unicode.
    skip: usize,
    bold: bool,
    hidden: bool,
    struck: bool,
    size: f32,
    height: Height,
    /// It is the number of an item, which a tab ends.
    label: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            used: Use::Text,
            font: 0,
            // One, unless `uc` says otherwise.
            skip: 1,
            bold: false,
            hidden: false,
            struck: false,
            size: 0.0,
            height: Height::On,
            label: false,
        }
    }
}

/// What a paragraph is set to, until it is reset.
#[derive(Clone, Default)]
struct Setting {
    centred: bool,
    right: bool,
    level: Option<u8>,
    in_table: bool,
}

/// A paragraph that waits for the end of a text box in it.
struct Outer {
    /// How many groups are open around the text box, and how many items come before it.
    groups: usize,
    items: usize,
    text: String,
    letters: LetterStyle,
    setting: Setting,
}

#[derive(Clone, Copy, Default)]
struct Merge {
    across: bool,
    down: bool,
}

#[derive(Default)]
struct RtfParser {
    groups: Vec<State>,
    state: State,
    setting: Setting,
    page: Option<&'static Encoding>,
    fonts: HashMap<i32, &'static Encoding>,
    /// The names of fonts whose letters are signs.
    symbols: HashMap<i32, String>,
    instruction: String,
    /// Bytes of the current font that are not decoded yet.
    bytes: Vec<u8>,
    /// The first half of a character beyond the basic plane.
    half: Option<u32>,
    to_skip: usize,
    text: String,
    letters: LetterStyle,
    notes: Vec<String>,
    note: String,
    /// What the paragraph holds that is read behind it: its text boxes, and what is told of.
    boxes: Vec<FlowItem>,
    silent: Vec<Silent>,
    /// The paragraph that a text box stands in, while that is read.
    outer: Option<Outer>,
    /// The size of the picture that is read, in twips, and the name of the object's class.
    picture: [i32; 2],
    class: String,
    cell: Vec<String>,
    row: Vec<String>,
    merges: Vec<Merge>,
    next_merge: Merge,
    rows: Vec<Vec<FlowCell>>,
    items: Vec<FlowItem>,
    after_star: bool,
}

/// Groups whose text is not the document's.
const NOT_TEXT: &[&str] = &[
    "colortbl",
    "stylesheet",
    "info",
    "header",
    "headerl",
    "headerr",
    "headerf",
    "footer",
    "footerl",
    "footerr",
    "footerf",
    "listtable",
    "listoverridetable",
    "themedata",
    "colorschememapping",
    "latentstyles",
    "datastore",
    "objdata",
    "objname",
    "result",
    "sn",
    "sv",
    "nonshppict",
    "revtbl",
    "rsidtbl",
    "generator",
    "xmlnstbl",
    "annotation",
    "atnid",
    "atnauthor",
    "ftnsep",
    "ftnsepc",
    "aftnsep",
    "aftnsepc",
    "bkmkstart",
    "bkmkend",
    "pgptbl",
    "filetbl",
    "mmathPr",
    "userprops",
];

/// Starred groups that hold text all the same.
const STARRED_TEXT: &[&str] = &[
    "shpinst", "shptxt", "shppict", "footnote", "objclass", "fldinst",
];

/// The character set of fonts whose letters are signs.
const SYMBOLS: i32 = 2;

/// Twentieths of a point in a centimetre.
const TWIPS: f64 = 1440.0 / 2.54;

impl RtfParser {
    fn take(&mut self, token: Token<'_>) -> Result<(), FileError> {
        if !matches!(token, Token::Byte(_)) {
            self.flush();
        }
        if matches!(token, Token::Open | Token::Close) {
            self.to_skip = 0;
        }
        match token {
            Token::Open => {
                if self.groups.len() >= DEEPEST {
                    return Err(damaged("its groups are nested too deep"));
                }
                self.groups.push(self.state.clone());
                self.after_star = false;
            }
            Token::Close => {
                if self
                    .outer
                    .as_ref()
                    .is_some_and(|outer| self.groups.len() <= outer.groups)
                {
                    self.end_box();
                }
                let closed = self.state.used;
                self.state = self.groups.pop().unwrap_or_default();
                if closed == Use::Note && self.state.used != Use::Note {
                    let note = std::mem::take(&mut self.note);
                    self.notes.push(note.trim().to_owned());
                }
                match closed {
                    Use::Instruction if self.state.used == Use::Text => {
                        if let Some(sign) = symbol(&self.instruction) {
                            self.push(sign.encode_utf8(&mut [0; 4]));
                        }
                    }
                    Use::Picture if self.state.used == Use::Text => self.end_picture(),
                    Use::Object if self.state.used == Use::Text => {
                        let class = std::mem::take(&mut self.class);
                        self.silent.push(Silent::of_program(class.trim()));
                    }
                    _ => {}
                }
            }
            Token::Star => self.after_star = true,
            Token::Byte(byte) => {
                if self.to_skip > 0 {
                    self.to_skip -= 1;
                } else {
                    self.bytes.push(byte);
                }
            }
            Token::Word(word, value) => {
                let starred = std::mem::take(&mut self.after_star);
                self.word(word, value, starred);
            }
        }
        Ok(())
    }

    fn word(&mut self, word: &str, value: Option<i32>, starred: bool) {
        let on = value != Some(0);
        if NOT_TEXT.contains(&word) || (starred && !STARRED_TEXT.contains(&word)) {
            self.state.used = Use::Nothing;
            return;
        }
        match word {
            "pict" if self.state.used == Use::Text => {
                self.state.used = Use::Picture;
                self.picture = [0, 0];
            }
            "picwgoal" => self.picture[0] = value.unwrap_or(0),
            "pichgoal" => self.picture[1] = value.unwrap_or(0),
            "object" if self.state.used == Use::Text => {
                self.state.used = Use::Object;
                self.class.clear();
            }
            "shptxt" if self.state.used == Use::Text && self.outer.is_none() => self.begin_box(),
            "objclass" if self.state.used == Use::Object => self.state.used = Use::Class,
            // What is shown of an object stands for it.
            "pict" | "object" | "objclass" => self.state.used = Use::Nothing,
            "fldinst" if self.state.used == Use::Text => {
                self.state.used = Use::Instruction;
                self.instruction.clear();
            }
            "fldinst" => self.state.used = Use::Nothing,
            "listtext" => self.state.label = true,
            "fonttbl" => self.state.used = Use::Fonts,
            "footnote" if self.state.used == Use::Text => self.state.used = Use::Note,
            "ansicpg" => {
                self.page = u16::try_from(value.unwrap_or(0)).ok().and_then(code_page);
            }
            "f" => self.state.font = value.unwrap_or(0),
            "fcharset" => {
                if value == Some(SYMBOLS) {
                    self.symbols.insert(self.state.font, String::new());
                } else if let Some(encoding) = value.and_then(charset) {
                    self.fonts.insert(self.state.font, encoding);
                }
            }
            "uc" => self.state.skip = usize::try_from(value.unwrap_or(1)).unwrap_or(1).min(16),
            "u" => self.unicode(value.unwrap_or(0)),
            "plain" => {
                self.state.bold = false;
                self.state.hidden = false;
                self.state.struck = false;
                self.state.height = Height::On;
            }
            "b" => self.state.bold = on,
            "v" | "deleted" => self.state.hidden = on,
            "strike" | "striked" => self.state.struck = on,
            "super" => self.state.height = if on { Height::Raised } else { Height::On },
            "sub" => self.state.height = if on { Height::Lowered } else { Height::On },
            "nosupersub" => self.state.height = Height::On,
            "up" => self.state.height = Height::shifted(value.unwrap_or(6) as f32),
            "dn" => self.state.height = Height::shifted(-value.unwrap_or(6) as f32),
            "fs" => self.state.size = value.unwrap_or(24).clamp(2, 400) as f32 / 2.0,
            "pard" => self.setting = Setting::default(),
            "qc" => (self.setting.centred, self.setting.right) = (true, false),
            "qr" => (self.setting.centred, self.setting.right) = (false, true),
            "ql" | "qj" => (self.setting.centred, self.setting.right) = (false, false),
            "outlinelevel" => self.setting.level = value.and_then(|level| u8::try_from(level).ok()),
            "intbl" => self.setting.in_table = true,
            "par" | "sect" => self.end_paragraph(),
            "line" => self.push(" "),
            // Behind 一、 no blank is read.
            "tab" if self.state.label && !self.text.ends_with(|c: char| c.is_ascii()) => {}
            "tab" => self.push("\t"),
            "emdash" => self.push("—"),
            "endash" => self.push("–"),
            "lquote" => self.push("‘"),
            "rquote" => self.push("’"),
            "ldblquote" => self.push("“"),
            "rdblquote" => self.push("”"),
            "bullet" => self.push("•"),
            "~" => self.push(" "),
            "_" => self.push("-"),
            "trowd" => {
                self.merges.clear();
                self.next_merge = Merge::default();
            }
            "clmrg" => self.next_merge.across = true,
            "clvmrg" => self.next_merge.down = true,
            "cellx" => self.merges.push(std::mem::take(&mut self.next_merge)),
            // The cells of a table within a cell.
            "nestcell" | "nestrow" => self.push(" "),
            "cell" => self.end_cell(),
            "row" => self.end_row(),
            _ => {}
        }
    }

    fn unicode(&mut self, value: i32) {
        self.to_skip = self.state.skip;
        // Above 32767 they are written as negative numbers.
        let code = if value < 0 { value + 0x1_0000 } else { value } as u32;
        let letter = match (self.half.take(), code) {
            (_, 0xd800..=0xdbff) => {
                self.half = Some(code);
                None
            }
            (Some(high), 0xdc00..=0xdfff) => {
                char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (code - 0xdc00))
            }
            _ => char::from_u32(code),
        };
        let font = self.symbols.get(&self.state.font);
        let font = font.map_or("Symbol", |name| name.as_str());
        let letter = letter.and_then(|letter| symbols::read(font, letter));
        if let Some(letter) = letter {
            self.push(letter.encode_utf8(&mut [0; 4]));
        }
    }

    /// Decodes the bytes that have come so far in the code page of their font.
    fn flush(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes);
        if self.state.used != Use::Fonts
            && let Some(font) = self.symbols.get(&self.state.font)
        {
            let signs = bytes.iter().filter_map(|byte| symbols::shown(font, *byte));
            let signs: String = signs.collect();
            self.push(&signs);
            return;
        }
        let encoding = self
            .fonts
            .get(&self.state.font)
            .copied()
            .or(self.page)
            .unwrap_or(encoding_rs::GB18030);
        let (text, _) = encoding.decode_without_bom_handling(&bytes);
        self.push(&text);
    }

    fn push(&mut self, text: &str) {
        if self.state.hidden || self.state.struck {
            return;
        }
        match self.state.used {
            Use::Text => {
                self.text.push_str(&self.state.height.write(text));
                self.letters.add(text, self.state.bold, self.state.size);
            }
            Use::Note => self.note.push_str(text),
            Use::Class => self.class.push_str(text),
            Use::Instruction => self.instruction.push_str(text),
            Use::Fonts => {
                if let Some(name) = self.symbols.get_mut(&self.state.font) {
                    name.push_str(text.trim_end_matches(';'));
                }
            }
            Use::Picture | Use::Object | Use::Nothing => {}
        }
    }

    fn begin_box(&mut self) {
        self.outer = Some(Outer {
            groups: self.groups.len(),
            items: self.items.len(),
            text: std::mem::take(&mut self.text),
            letters: std::mem::take(&mut self.letters),
            setting: std::mem::take(&mut self.setting),
        });
    }

    /// Puts what the text box holds behind the paragraph that it stands in; of a form, into its cell.
    fn end_box(&mut self) {
        self.end_paragraph();
        let Some(outer) = self.outer.take() else {
            return;
        };
        let own = self.items.split_off(outer.items.min(self.items.len()));
        self.text = outer.text;
        self.letters = outer.letters;
        self.setting = outer.setting;
        if self.setting.in_table {
            let words = text_of(&own);
            self.cell.extend((!words.is_empty()).then_some(words));
        } else {
            self.boxes.extend(own);
        }
    }

    /// Keeps that there is a picture, if it is large enough to hold text worth reading or does not say.
    fn end_picture(&mut self) {
        let [width, height] = self.picture.map(|side| f64::from(side) / TWIPS);
        if width <= 0.0 || height <= 0.0 || silent::is_large(width, height) {
            self.silent.push(Silent::Picture);
        }
    }

    fn end_paragraph(&mut self) {
        match self.state.used {
            Use::Text => {}
            Use::Note => {
                self.note.push(' ');
                return;
            }
            _ => return,
        }
        let text = std::mem::take(&mut self.text).trim().to_owned();
        let letters = std::mem::take(&mut self.letters);
        if self.setting.in_table {
            self.cell.push(text);
            // What is pasted into a form is a photograph or a seal.
            self.silent.clear();
            return;
        }
        self.end_table();
        if !text.is_empty() {
            self.items.push(FlowItem::Paragraph(FlowParagraph {
                text,
                heading: self
                    .setting
                    .level
                    .filter(|level| *level < 9)
                    .map_or(0, |level| level + 1),
                centred: self.setting.centred,
                right: self.setting.right,
                bold: letters.are_bold(),
                size: letters.size,
                ..FlowParagraph::default()
            }));
        }
        self.put_notes();
    }

    fn put_notes(&mut self) {
        if self.outer.is_none() {
            self.items.append(&mut self.boxes);
        }
        let told = std::mem::take(&mut self.silent).into_iter();
        self.items.extend(told.map(Silent::notice));
        for note in std::mem::take(&mut self.notes) {
            if !note.is_empty() {
                self.items.push(FlowItem::note(note));
            }
        }
    }

    fn end_cell(&mut self) {
        self.silent.clear();
        self.cell.push(std::mem::take(&mut self.text));
        self.letters = LetterStyle::default();
        let words: Vec<String> = std::mem::take(&mut self.cell)
            .into_iter()
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
            .collect();
        self.row.push(words.join(" "));
    }

    fn end_row(&mut self) {
        let texts = std::mem::take(&mut self.row);
        let mut cells: Vec<FlowCell> = Vec::new();
        for (column, text) in texts.into_iter().enumerate() {
            let merge = self.merges.get(column).copied().unwrap_or_default();
            if merge.down
                && let Some(above) = reaching(&mut self.rows, column)
            {
                above.row_span += 1;
            } else if merge.across
                && let Some(last) = cells.last_mut()
            {
                last.column_span += 1;
            } else {
                cells.push(FlowCell::plain(text));
            }
        }
        self.rows.push(cells);
    }

    fn end_table(&mut self) {
        if !self.rows.is_empty() {
            let rows = std::mem::take(&mut self.rows);
            self.items.push(FlowItem::Table(rows));
            self.put_notes();
        }
    }
}

/// The sign that a field shows: `SYMBOL 179 \\f "Symbol"`.
fn symbol(instruction: &str) -> Option<char> {
    let mut words = instruction.split_whitespace();
    if !words.next()?.eq_ignore_ascii_case("SYMBOL") {
        return None;
    }
    let code: u8 = words.next()?.parse().ok()?;
    let font = instruction.split('"').nth(1).unwrap_or("Symbol");
    symbols::shown(font, code)
}

/// The cell above that covers `column`, the nearest first.
fn reaching(rows: &mut [Vec<FlowCell>], column: usize) -> Option<&mut FlowCell> {
    rows.iter_mut().rev().find_map(|row| {
        let mut at = 0;
        row.iter_mut().find(|cell| {
            let covers = (at..at + cell.column_span).contains(&column);
            at += cell.column_span;
            covers
        })
    })
}

fn damaged(cause: &str) -> FileError {
    FileError::Damaged {
        format: Format::Rtf,
        cause: cause.to_owned(),
    }
}

#[cfg(test)]
mod tests;
