//! What a line is by the lines beside it: a control of the page or a step of the text, a link to
//! another page or an entry of the text's own list.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::line::Line;
use crate::characters::without_spaces;
use crate::facts::attachments;
use crate::furniture::names::Suspicion;
use crate::furniture::words::{self, Nature};
use crate::tree::flat::{Flat, NONE};

/// Settles what lines are whose own words leave it open.
pub(super) fn by_neighbours(flat: &Flat<'_>, lines: &mut [Line]) {
    prompts(flat, lines);
    tabs(lines);
    headings(flat, lines);
    steps(flat, lines);
    controls(flat, lines);
}

/// Decides what calls to scan a code or to follow an account are: a part of the text between two
/// others of it, the page's machinery elsewhere.
fn prompts(flat: &Flat<'_>, lines: &mut [Line]) {
    let parent = |line: &Line| flat.nodes[line.block as usize].parent;
    let is_text = |line: &Line| {
        line.nature == Nature::Text && line.link_chars == 0 && (line.stops > 0 || line.list > 0)
    };
    // The element around the next line that is none, when that is text.
    let mut after = NONE;
    for at in (0..lines.len()).rev() {
        let own = parent(&lines[at]);
        if lines[at].nature != Nature::Prompt {
            after = if is_text(&lines[at]) { own } else { NONE };
            continue;
        }
        let before = at.checked_sub(1).map(|before| &lines[before]);
        let within = own != NONE
            && after == own
            && before.is_some_and(|line| parent(line) == own && is_text(line));
        let numbered = lines[at].list > 0
            && own != NONE
            && flat.nodes[own as usize].is_called("ol")
            && lines[at].suspicion == Suspicion::None;
        lines[at].nature = if within || numbered {
            Nature::Text
        } else {
            Nature::Machinery
        };
    }
}

/// Longest line of labels of tabs, in characters.
const LONGEST_TABS: u32 = 24;

/// Takes the labels of tabs, which come several together, for the page's machinery.
fn tabs(lines: &mut [Line]) {
    let mut at = 0;
    while at < lines.len() {
        let run = lines[at..]
            .iter()
            .take_while(|line| line.chars <= LONGEST_TABS && words::is_tab(&line.text))
            .count();
        let labels = &mut lines[at..at + run];
        let several = labels.len() >= 2
            || labels
                .iter()
                .any(|line| line.text.split_whitespace().count() >= 2);
        if several {
            labels
                .iter_mut()
                .for_each(|line| line.nature = Nature::Machinery);
        }
        at += run.max(1);
    }
}

/// The element around a line with all that stands beside it: around its paragraph, or around the list
/// that it is an item of.
fn around(flat: &Flat<'_>, line: &Line) -> u32 {
    let parent = |node: u32| match node {
        NONE => NONE,
        node => flat.nodes[node as usize].parent,
    };
    let mut node = parent(line.block);
    let mut block = line.block;
    if line.list > 0 {
        while node != NONE
            && !["ul", "ol", "dl"]
                .iter()
                .any(|name| flat.nodes[block as usize].is_called(name))
        {
            block = node;
            node = parent(node);
        }
    }
    node
}

/// Whether a line is a sentence of a text, or announces what comes below it.
fn is_sentence(line: &Line) -> bool {
    line.nature == Nature::Text
        && line.link_chars == 0
        && line.suspicion == Suspicion::None
        && (line.stops > 0 || line.text.ends_with(['：', ':']))
        && line.chars >= SHORTEST_SENTENCE
}

/// Shortest line that can be a sentence of a text, in characters.
const SHORTEST_SENTENCE: u32 = 6;

/// Takes what looks like the heading of other pages (相关政策) for one of the text, where it stands
/// between two sentences of it.
fn headings(flat: &Flat<'_>, lines: &mut [Line]) {
    for at in 1..lines.len().saturating_sub(1) {
        let line = &lines[at];
        if line.nature != Nature::OtherPages
            || line.link_chars > 0
            || line.suspicion != Suspicion::None
            || is_of_readers(&line.text)
        {
            continue;
        }
        let own = around(flat, line);
        let (before, after) = (&lines[at - 1], &lines[at + 1]);
        let within = own != NONE
            && [before, after]
                .iter()
                .all(|beside| is_sentence(beside) && around(flat, beside) == own);
        if within {
            lines[at].nature = Nature::Text;
        }
    }
}

/// Whether a heading is of what readers say, or of the way to other pages.
fn is_of_readers(text: &str) -> bool {
    static READERS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new("评论|留言|意见|登录|满意|[上下]一[篇条页]|提问|写信|纠错|猜你|发言")
            .expect("a constant pattern")
    });
    READERS.is_match(text)
}

/// Takes the names of controls (登录, 下载) for headings of the text where each stands between two sentences of it:
/// what is marked as a heading, or is one of several.
fn steps(flat: &Flat<'_>, lines: &mut [Line]) {
    const STEPS: [&str; 8] = [
        "登录", "注册", "下载", "打印", "保存", "搜索", "退出", "收藏",
    ];
    let mut found: Vec<(usize, u32)> = Vec::new();
    for at in 1..lines.len().saturating_sub(1) {
        let line = &lines[at];
        if line.nature != Nature::Machinery
            || line.link_chars > 0
            || line.suspicion != Suspicion::None
            || !STEPS.contains(&without_spaces(&line.text).as_str())
        {
            continue;
        }
        let own = around(flat, line);
        let beside = [&lines[at - 1], &lines[at + 1]];
        let within = own != NONE
            && beside
                .iter()
                .all(|beside| is_sentence(beside) && around(flat, beside) == own);
        if within {
            found.push((at, own));
        }
    }
    for &(at, own) in &found {
        let several = found.iter().filter(|(_, other)| *other == own).count() > 1;
        if several || lines[at].heading > 0 {
            lines[at].nature = Nature::Text;
        }
    }
}

/// Takes controls (注册, 打印) for steps of the text where they stand in one list with others that are
/// none, below a sentence.
fn controls(flat: &Flat<'_>, lines: &mut [Line]) {
    let list_of = |line: &Line| flat.nodes[line.block as usize].parent;
    let mut at = 0;
    while at < lines.len() {
        if lines[at].list == 0 {
            at += 1;
            continue;
        }
        let list = list_of(&lines[at]);
        let run = lines[at..]
            .iter()
            .take_while(|line| line.list > 0 && list_of(line) == list)
            .count();
        let items = &lines[at..at + run];
        let plain = |line: &Line| line.link_chars == 0 && line.suspicion == Suspicion::None;
        let own = items
            .iter()
            .filter(|line| line.nature == Nature::Text)
            .count();
        let below_sentence = at
            .checked_sub(1)
            .is_some_and(|before| is_sentence(&lines[before]) && lines[before].list == 0);
        if own > 0 && below_sentence && items.iter().all(plain) {
            for line in &mut lines[at..at + run] {
                let control = words::is_control(&without_spaces(&line.text));
                if line.nature == Nature::Machinery && control {
                    line.nature = Nature::Text;
                }
            }
        }
        at += run;
    }
}

/// Most links of a list that a text can have.
const MOST_LINKS: usize = 80;

/// Shortest link that names a document, in characters: names of columns are shorter and stand anywhere.
const SHORTEST_NAME: u32 = 6;

/// Takes links to other pages for a part of the text where a sentence announces them, or where they
/// stand between two sentences: 现将各校简章公布如下, 决定废止以下文件：. What is a feed has to be known before.
pub(super) fn links(flat: &Flat<'_>, lines: &mut [Line]) {
    let mut at = 1;
    while at < lines.len() {
        if !is_link(&lines[at]) {
            at += 1;
            continue;
        }
        let run = links_from(flat, lines, at);
        let before = &lines[at - 1];
        let own = around(flat, &lines[at]);
        // Links that hold sentences are a feed of news.
        let beside =
            |line: &Line| is_sentence(line) && line.links.is_empty() && around(flat, line) == own;
        let announced = announces(&before.text);
        let followed = lines.get(run.end).is_some_and(beside);
        let files = lines[run.clone()]
            .iter()
            .any(|line| attachments::links_to_file(flat, line));
        if own != NONE
            && !files
            && run.len() <= MOST_LINKS
            && beside(before)
            && (announced || followed)
        {
            lines[run.clone()]
                .iter_mut()
                .for_each(|line| line.link_chars = 0);
        }
        at = run.end;
    }
}

/// Takes the control off the end of a line whose sentence it follows: 可以申请。【详情】, 可以申请。 and a link 查看. What
/// is a feed has to be known before, for it is told by these.
pub(super) fn controls_behind(lines: &mut [Line]) {
    for line in lines {
        let Some((count, marked)) = words::control_behind_sentence(&line.text) else {
            continue;
        };
        if line.nature != Nature::Text || !marked && line.links.is_empty() {
            continue;
        }
        let kept = line.text.chars().count() - count;
        let text: String = line.text.chars().take(kept).collect();
        let control = line.text.chars().skip(kept);
        let letters = control.filter(|c| !c.is_whitespace()).count() as u32;
        line.text = text.trim_end().to_owned();
        line.chars = line.chars.saturating_sub(letters);
        line.link_chars = line.link_chars.saturating_sub(letters);
        let kept = line.text.chars().count() as u32;
        line.references.retain(|one| one.range.end <= kept);
        line.marked.retain(|one| one.range.end <= kept);
    }
}

/// Whether a line is a link that can name a document.
fn is_link(line: &Line) -> bool {
    line.nature == Nature::Text
        && line.link_density() > 0.5
        && line.chars >= SHORTEST_NAME
        && line.suspicion == Suspicion::None
        && line.cell == NONE
}

/// The links that stand together from `at` on.
fn links_from(flat: &Flat<'_>, lines: &[Line], at: usize) -> Range<usize> {
    let own = around(flat, &lines[at]);
    let run = lines[at..]
        .iter()
        .take_while(|line| {
            is_link(line)
                && around(flat, line) == own
                && (line.list > 0) == (lines[at].list > 0)
                && !line.after_picture
        })
        .count();
    at..at + run.max(1)
}

/// Whether a sentence announces links below it, and no table or picture.
fn announces(text: &str) -> bool {
    let tight = without_spaces(text);
    let says = |words: &[&str]| words.iter().any(|word| tight.contains(word));
    says(&["如下", "以下", "下列", "点击"]) && !says(&["下表", "下图"])
}
