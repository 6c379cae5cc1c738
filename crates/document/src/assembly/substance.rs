//! What a page is where its document is not its text: a picture, a file, a frame, what a script
//! would build.
//!
//! Decided by what remains once menus, labels and tools are gone. Telephone numbers and the words
//! that stand where a viewer does not work are no document either.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use langdu_model::{Block, BlockKind, Document, IsoDate, SilentPicture, Substance};
use regex::Regex;

use super::document::{of_lines, title_of};
use super::pictures;
use crate::characters::without_spaces;
use crate::facts::attachments;
use crate::furniture::names::Suspicion;
use crate::furniture::words;
use crate::lines::Line;
use crate::pages::is_pointer;
use crate::survey::Survey;
use crate::tree::flat::{Kind, NONE};

/// Lines that say how to reach somebody, and nothing else.
static CONTACT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^[\p{Han}]{0,8}(电话|热线|传真|邮箱|邮编|邮政编码|地址|网址|联系人|联系方式)[:：].{0,60}$|^[0-9（）()\-—、/ ]{7,40}$",
    )
    .expect("a constant pattern")
});

/// Settles what the document of a page is, and leaves out what is none of it.
pub(crate) fn settle(survey: &Survey<'_>, document: &mut Document) {
    let has_text = document.substance == Substance::List
        || says_something(document)
        || tells_place(survey, document);
    if has_text {
        if document.substance == Substance::Text && is_stub(document) {
            document.substance = Substance::Attachment;
        } else if document.substance == Substance::Text && lists_pages(survey, document) {
            document.substance = Substance::List;
        }
        announce(document, 0);
        return;
    }
    let Some(substance) = instead(survey, document) else {
        return;
    };
    document
        .blocks
        .retain(|block| block.kind != BlockKind::Notice && !is_contact(block));
    document.substance = substance;
    announce_shown(survey, document, 0);
}

/// Whether a document is nothing but a table in which most rows name another page: a catalogue.
fn lists_pages(survey: &Survey<'_>, document: &Document) -> bool {
    const FEWEST: usize = 3;
    const SHORTEST_NAME: u32 = 7;
    let mut rows = 0;
    for block in document.blocks.iter().filter(|block| is_text(block)) {
        let BlockKind::Table(table) = &block.kind else {
            return false;
        };
        rows += table.rows.len();
    }
    if rows < FEWEST {
        return false;
    }
    let names_page = |line: &Line| {
        line.cell != NONE
            && line.link_chars >= SHORTEST_NAME
            && line.link_density() > 0.5
            && !attachments::links_to_file(survey.flat, line)
    };
    let lines = survey.lines.lines.iter();
    let named = lines.filter(|line| names_page(line)).filter(|line| {
        let shows = |block: &Block| block.text.contains(&line.text);
        document.blocks.iter().any(shows)
    });
    let named = named.count();
    named >= FEWEST && named * 10 >= rows * 6
}

/// How many films stand in place of a text, from the line at `from` on.
fn films_from(survey: &Survey<'_>, from: usize) -> usize {
    pictures::films(survey)
        .filter(|film| film.line >= from)
        .count()
}

/// Whether a document says something of its own.
pub(crate) fn has_text(document: &Document) -> bool {
    document.substance == Substance::List || says_something(document)
}

/// Whether a block of it is more than a head, a way to reach somebody or the name of a file that the page points to.
fn says_something(document: &Document) -> bool {
    let files = &document.attachments;
    let names: HashSet<String> = files.iter().map(|file| bare_name(&file.name)).collect();
    let mut texts = document.blocks.iter().filter(|block| is_text(block));
    texts.any(|block| names.is_empty() || !names.contains(&bare_name(&block.text)))
}

/// The name of a file without the number before it and its size behind it.
fn bare_name(text: &str) -> String {
    static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:附件?[0-9一二三四五六七八九十]*[:：.、]?|[0-9]{1,2}[.、．])|[（(][0-9.]+[KMkm]?[Bb]?[）)]$")
            .expect("a constant pattern")
    });
    COUNTED.replace_all(&without_spaces(text), "").into_owned()
}

/// The document of a page that has no text: its title, and what it holds instead. `None` when it has
/// no title, or nothing that could be told.
pub(crate) fn without_text(survey: &Survey<'_>) -> Option<Document> {
    let count = survey.lines.lines.len();
    // What is shown in the last line of a page stands behind it where that line holds nothing else.
    let at = pictures::of_content(survey)
        .chain(pictures::films(survey))
        .map(|shown| shown.line)
        .min()
        .unwrap_or(count)
        .min(count);
    let end: Range<usize> = at..at;
    let title = title_of(survey, &end, at);
    if title.text.is_empty() {
        return None;
    }
    let below_title = title.shown.as_ref().map_or(0, |shown| shown.end);
    let mut document = of_lines(survey, NONE, &[], &title, at);
    document
        .blocks
        .retain(|block| block.kind != BlockKind::Notice);
    document.substance = instead(survey, &document)
        .or_else(|| awaits_script(survey).then_some(Substance::Script))?;
    announce_shown(survey, &mut document, below_title);
    Some(document)
}

/// Tells the listener what a document without text is, and which pictures those are that may be all of
/// it: those from the line `from` on.
fn announce_shown(survey: &Survey<'_>, document: &mut Document, from: usize) {
    let shown: Vec<_> = pictures::of_content(survey)
        .filter(|picture| picture.line >= from)
        .collect();
    document.pictures.clear();
    let count = match document.substance {
        Substance::Video => films_from(survey, from),
        _ => shown.len() + named_like_title(survey, document),
    };
    announce(document, count);
    let notice = document
        .blocks
        .iter()
        .rposition(|block| block.kind == BlockKind::Notice);
    if let (Substance::Picture, Some(block)) = (document.substance, notice) {
        let addresses = shown
            .into_iter()
            .filter_map(|picture| pictures::address(survey, picture));
        document.pictures = addresses
            .map(|href| SilentPicture { block, href })
            .collect();
    }
}

/// Whether the page has an address or a telephone number where it has its pictures: that is its text
/// then, and not the foot of the page.
fn tells_place(survey: &Survey<'_>, document: &Document) -> bool {
    if !document.blocks.iter().any(is_contact) {
        return false;
    }
    let places: HashSet<String> = pictures::of_content(survey)
        .flat_map(|picture| {
            let path = survey.flat.path(picture.node);
            let paragraph = container(&path).to_owned();
            [container(&paragraph).to_owned(), paragraph]
        })
        .collect();
    let mut contacts = document.blocks.iter().filter(|block| is_contact(block));
    contacts.any(|block| places.contains(container(&block.path)))
}

/// The path of the element around the one at `path`.
fn container(path: &str) -> &str {
    path.rsplit_once('>').map_or("", |(around, _)| around)
}

/// Whether the text says no more than that it has an attachment: 现将……印发给你们，请遵照执行.
fn is_stub(document: &Document) -> bool {
    static POINTS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"现(将|予).{0,60}(印发|公布|公示|发布|公开|转发)|(印发|转发)给?你们|见附件|[查看下载点击]{2}.{0,6}附件|附件(下载|查看)")
            .expect("a constant pattern")
    });
    if !is_pointer(document) {
        return false;
    }
    let mut parts = document.blocks.iter().filter(|block| {
        matches!(
            block.kind,
            BlockKind::Heading { .. } | BlockKind::ListItem { .. }
        )
    });
    let points = document
        .blocks
        .iter()
        .any(|block| POINTS.is_match(&without_spaces(&block.text)));
    points && parts.next().is_none()
}

/// Whether a block says something of its own.
fn is_text(block: &Block) -> bool {
    match block.kind {
        BlockKind::Title
        | BlockKind::Subtitle
        | BlockKind::DocNumber
        | BlockKind::Picture
        | BlockKind::Notice => false,
        BlockKind::Closing => !attachments::announces(&block.text) && !is_contact(block),
        BlockKind::Table(_) => true,
        _ => !is_contact(block),
    }
}

/// Whether a block says how to reach somebody or who runs the site.
fn is_contact(block: &Block) -> bool {
    CONTACT.is_match(&without_spaces(&block.text)) || words::begins_foot(&block.text)
}

/// What the page holds in place of a text.
fn instead(survey: &Survey<'_>, document: &Document) -> Option<Substance> {
    if !document.attachments.is_empty() {
        return Some(Substance::Attachment);
    }
    if pictures::films(survey).next().is_some() {
        return Some(Substance::Video);
    }
    let described = document
        .blocks
        .iter()
        .any(|block| block.kind == BlockKind::Picture);
    // What a script draws is no picture that somebody has put there.
    let mut pictures =
        pictures::of_content(survey).filter(|picture| !pictures::is_drawn(survey, *picture));
    if described || pictures.next().is_some() || named_like_title(survey, document) > 0 {
        return Some(Substance::Picture);
    }
    (survey.flat.shown_frames().next().is_some()).then_some(Substance::Frame)
}

/// How many pictures the page describes with words of its title, which say nothing of what they show.
fn named_like_title(survey: &Survey<'_>, document: &Document) -> usize {
    let title = without_spaces(&document.title);
    let lines = survey.lines.lines.iter();
    lines
        .filter(|line| line.picture != NONE && line.suspicion == Suspicion::None)
        .filter(|line| title.contains(&without_spaces(&line.text)))
        .count()
}

/// Tells the listener what the document is, where it is not its text: below the head of it, or
/// behind the text that points to a file.
fn announce(document: &mut Document, pictures: usize) {
    let described = document
        .blocks
        .iter()
        .any(|block| block.kind == BlockKind::Picture);
    let words = match document.substance {
        Substance::Text => return,
        Substance::Picture if described => "本页内容为图片，以下是图片的文字说明。".to_owned(),
        Substance::Picture => format!("本页内容为图片，共{pictures}张，没有文字说明，不能朗读。"),
        Substance::Attachment => attached(document),
        Substance::Script => "本页内容需要浏览器运行脚本才能显示，不能朗读。".to_owned(),
        Substance::Frame => "本页内容是嵌在页面里的另一个网页，不能朗读。".to_owned(),
        Substance::Video => format!("本页内容为视频，共{pictures}段，不能朗读。"),
        Substance::List => "本页是目录，以下是各条标题。".to_owned(),
    };
    let head = document.blocks.iter().take_while(|block| {
        matches!(
            block.kind,
            BlockKind::Title | BlockKind::Subtitle | BlockKind::DocNumber
        )
    });
    let head = head.count();
    let has_text = document.blocks.iter().any(is_text);
    let dated = document
        .date
        .as_ref()
        .filter(|_| !has_text)
        .and_then(spoken_date);
    let at = match document.substance {
        Substance::Attachment => document.blocks.len(),
        _ => head,
    };
    insert(document, at, words);
    if let Some(date) = dated {
        insert(document, head, format!("发布日期：{date}。"));
    }
}

fn insert(document: &mut Document, at: usize, words: String) {
    document.blocks.insert(
        at,
        Block {
            kind: BlockKind::Notice,
            text: words,
            path: String::new(),
            recognised: None,
        },
    );
    document.renumber(|block| Some(block + usize::from(block >= at)));
}

/// Most files that are named one by one.
const MOST_NAMED: usize = 20;

/// How many files the page points to, and the names of those that no block gives.
fn attached(document: &Document) -> String {
    let unnamed = document
        .attachments
        .iter()
        .take(MOST_NAMED)
        .filter(|attachment| {
            !attachment.name.is_empty()
                && !document
                    .blocks
                    .iter()
                    .any(|block| block.text.contains(&attachment.name))
        });
    let names: Vec<&str> = unnamed.map(|attachment| attachment.name.as_str()).collect();
    let count = document.attachments.len();
    match names.as_slice() {
        [] => format!("本页的内容在附件中，共{count}个附件。"),
        names => format!(
            "本页的内容在附件中，共{count}个附件，包括{}。",
            names.join("、")
        ),
    }
}

/// `2024年3月1日`, as it is read.
fn spoken_date(date: &IsoDate) -> Option<String> {
    let mut parts = date
        .as_str()
        .split('-')
        .map(|part| part.trim_start_matches('0'));
    Some(format!(
        "{}年{}月{}日",
        parts.next()?,
        parts.next()?,
        parts.next()?
    ))
}

/// Whether the page is made by a script: it has no text at all, shows that it is loading, or has
/// left empty where scripts put the document.
fn awaits_script(survey: &Survey<'_>) -> bool {
    let flat = survey.flat;
    if !flat.nodes.iter().any(|node| node.is_called("script")) {
        return false;
    }
    let lines = &survey.lines.lines;
    if lines
        .iter()
        .all(|line| line.suspicion == Suspicion::Strong || words::is_placeholder(&line.text))
    {
        return true;
    }
    lines.iter().any(|line| words::is_placeholder(&line.text))
        || has_empty_container(survey)
        || pictures::of_content(survey).any(|picture| pictures::is_drawn(survey, picture))
}

/// Names of the elements that scripts put the whole page into.
const ROOTS: &[&str] = &["app", "root", "__next", "__nuxt", "main-app", "q-app"];

/// Parts of the names of elements that scripts put a document or a film into.
const ROOT_PARTS: &[&str] = &["content", "detail", "article", "player", "video"];

fn is_root(id: &str) -> bool {
    let lower = id.to_ascii_lowercase();
    ROOTS.contains(&id) || ROOT_PARTS.iter().any(|part| lower.contains(part))
}

fn has_empty_container(survey: &Survey<'_>) -> bool {
    survey
        .flat
        .nodes
        .iter()
        .enumerate()
        .any(|(index, node)| match node.kind {
            Kind::Element(_, element) => {
                element.attr("id").is_some_and(is_root) && survey.lines_of(index as u32).is_empty()
            }
            Kind::Text(_) => false,
        })
}
