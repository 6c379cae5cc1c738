//! Pictures without a description: which of them the document loses something by.
//!
//! A portal's page is full of pictures that say nothing: icons, rules, codes to scan, photographs of
//! a meeting. A table or a chart that was put there as a picture is a part of the text, and the text
//! says so: it refers to it, names it in a caption, or leaves a section to it alone.

use std::sync::LazyLock;

use regex::Regex;
use scraper::node::Element;

use crate::characters::without_spaces;
use crate::facts::outline;
use crate::furniture::names::Suspicion;
use crate::lines::{Line, MediaPlace, is_place_of_chart};
use crate::survey::Survey;

/// Shortest side of a picture that can hold words, in pixels.
const SHORTEST_SIDE: u32 = 120;

/// What the text before a picture says when it stands for a part of it.
static REFERS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[：:]$|(如下|下列|见|以下|详见)(所示|附)?[图表]|下[图表]|如[图表]|附[图表]|图示|(示意|流程|分布|结构)图|一览表")
        .expect("a constant pattern")
});

/// What the text behind a picture says when it stands for a part of it.
static REFERS_BACK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(由|从|根据)?(上|前|此)?[图表](中|可|所|显)|^上[图表]")
        .expect("a constant pattern")
});

/// The name of a table or chart above or below it.
static CAPTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^附?[图表][0-9一二三四五六七八九十]{1,3}([-—.][0-9]+)?|([\p{Han}]{2}[图表]|清单)(（[^（）]{1,12}）)?$")
        .expect("a constant pattern")
});

/// What names a picture as a code to scan, or as a photograph.
static OTHER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"二维码|扫码|扫一扫|图为|摄[）)]?$|[图照]片").expect("a constant pattern")
});

/// Longest caption, in characters.
const LONGEST_CAPTION: u32 = 40;

/// The pictures of the page that are neither its furniture nor too small to hold words.
pub(super) fn of_content<'s>(survey: &'s Survey<'_>) -> impl Iterator<Item = MediaPlace> + 's {
    let pictures = survey.lines.silent_pictures.iter().copied();
    pictures.filter(|picture| {
        let element = survey.flat.element(picture.node);
        element.is_some_and(|(_, element)| !is_small(element) && !is_ornament(element))
            && survey
                .flat
                .ancestors(picture.node)
                .all(|node| survey.flat.suspicion[node as usize] == Suspicion::None)
    })
}

/// The films of the page that are not its furniture.
pub(super) fn films<'s>(survey: &'s Survey<'_>) -> impl Iterator<Item = MediaPlace> + 's {
    let films = survey.lines.films.iter().copied();
    films.filter(|film| {
        survey
            .flat
            .ancestors(film.node)
            .all(|node| survey.flat.suspicion[node as usize] == Suspicion::None)
    })
}

/// The absolute address of a picture, where it has one that can be fetched.
pub(super) fn address(survey: &Survey<'_>, picture: MediaPlace) -> Option<String> {
    let (_, element) = survey.flat.element(picture.node)?;
    let address = survey.base?.join(element.attr("src")?.trim()).ok()?;
    matches!(address.scheme(), "http" | "https").then(|| address.to_string())
}

/// Whether the picture is drawn by a script in the browser.
pub(super) fn is_drawn(survey: &Survey<'_>, picture: MediaPlace) -> bool {
    is_place_of_chart(survey.flat, picture.node)
}

/// Whether the text around a picture says that it is a part of it. The place of a chart is one wherever it stands:
/// nobody draws a chart for the eye alone.
pub(super) fn is_part_of_text(survey: &Survey<'_>, picture: MediaPlace) -> bool {
    if is_place_of_chart(survey.flat, picture.node) {
        return true;
    }
    let lines = &survey.lines.lines;
    let before = picture.line.checked_sub(1).map(|at| &lines[at]);
    let after = lines.get(picture.line);
    let words_before = before.map(|line| last_words(&line.text));
    let words_after = after.map(|line| first_words(&line.text));
    let says = |words: &Option<String>, pattern: &Regex| {
        words.as_ref().is_some_and(|words| pattern.is_match(words))
    };
    if says(&words_before, &OTHER) || says(&words_after, &OTHER) {
        return false;
    }
    let names = |line: Option<&Line>, words: &Option<String>| {
        line.is_some_and(|line| {
            line.chars <= LONGEST_CAPTION && line.stops == 0 && line.heading != 1
        }) && says(words, &CAPTION)
    };
    let heads = |words: &String| outline::is_section_heading(words);
    let section_alone =
        words_before.as_ref().is_some_and(heads) && words_after.as_ref().is_none_or(heads);
    section_alone
        || says(&words_before, &REFERS)
        || says(&words_after, &REFERS_BACK)
        || names(before, &words_before)
        || names(after, &words_after)
}

/// How much of the text beside a picture is looked at, in characters: pictures stand in lines of any
/// length.
const WORDS_BESIDE: usize = 60;

fn last_words(text: &str) -> String {
    let start = text.char_indices().rev().nth(WORDS_BESIDE - 1);
    without_spaces(&text[start.map_or(0, |(at, _)| at)..])
}

fn first_words(text: &str) -> String {
    let end = text.char_indices().nth(WORDS_BESIDE);
    without_spaces(&text[..end.map_or(text.len(), |(at, _)| at)])
}

/// Whether its attributes or styles make a picture too small to hold words.
fn is_small(element: &Element) -> bool {
    let style = element.attr("style").unwrap_or_default();
    ["width", "height"].into_iter().any(|side| {
        let by_style = style.split(';').find_map(|declaration| {
            let (name, value) = declaration.split_once(':')?;
            (name.trim() == side).then_some(value)
        });
        let length = by_style.or_else(|| element.attr(side)).unwrap_or_default();
        pixels(length).is_some_and(|pixels| pixels < SHORTEST_SIDE)
    })
}

fn pixels(length: &str) -> Option<u32> {
    let length = length.trim().to_ascii_lowercase();
    let number = length.strip_suffix("px").unwrap_or(&length);
    number.trim().split('.').next()?.parse().ok()
}

/// Words of the names of pictures that belong to a template.
const ORNAMENTS: &[&str] = &[
    "logo", "icon", "ico", "qr", "qrcode", "ewm", "erweima", "weixin", "wechat", "wx", "weibo",
    "banner", "btn", "button", "bg", "arrow", "share", "print", "top", "foot", "footer", "head",
    "header", "search", "blank", "space", "spacer", "dot", "line", "wza", "jiucuo", "beian", "ga",
    "ghs", "red", "blue", "loading", "default", "close", "dzjg", "zfwzbs", "nav", "menu", "home",
    "left", "right", "play",
];

/// Whether the name of its file says that a picture belongs to the template.
fn is_ornament(element: &Element) -> bool {
    let address = element.attr("src").unwrap_or_default();
    if address.starts_with("data:") {
        return false;
    }
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let name = path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let stem = name
        .rsplit_once('.')
        .map_or(name.as_str(), |(stem, _)| stem);
    let mut words = stem.split(|c: char| !c.is_ascii_alphabetic());
    words.any(|word| ORNAMENTS.contains(&word))
}
