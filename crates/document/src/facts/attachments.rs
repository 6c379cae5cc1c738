//! Files that belong to the document.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use crate::characters::{collapse, without_spaces};
use crate::furniture::names::Suspicion;
use crate::furniture::words;
use crate::lines::Line;
use crate::tree::flat::{Flat, Kind};
use crate::tree::tag::Tag;
use langdu_model::Attachment;

/// Endings of files that portals attach.
const FILE_ENDINGS: &[&str] = &[
    "pdf", "doc", "docx", "wps", "rtf", "txt", "xls", "xlsx", "et", "csv", "ppt", "pptx", "dps",
    "zip", "rar", "7z", "ofd", "ceb", "docm", "xlsm", "tif", "jpg", "jpeg", "png", "mp4",
];

/// Endings that are attachments only where the line says 附件.
const PICTURE_ENDINGS: &[&str] = &["jpg", "jpeg", "png", "tif", "mp4", "txt"];

/// The files that `line` links to.
pub(crate) fn in_line(flat: &Flat<'_>, line: &Line, base: Option<&Url>) -> Vec<Attachment> {
    let announced = announces(&line.text);
    line.links
        .iter()
        .filter_map(|&link| {
            let (_, element) = flat.element(link)?;
            let href = element.attr("href")?.trim();
            let words = flat.text(link);
            let file = is_file(href, &words, announced)
                || (announced && is_page(href) && !words::is_boilerplate(&line.text));
            if !file {
                return None;
            }
            let named = element.attr("title").map(str::trim);
            let name = match named {
                Some(named) if !named.is_empty() && is_call(&words) => named.to_owned(),
                _ => words,
            };
            Some(Attachment {
                name,
                href: absolute(href, base),
            })
        })
        .collect()
}

/// Endings of files that a page shows in a frame.
const FRAMED_ENDINGS: &[&str] = &["pdf", "ofd", "doc", "docx", "wps", "xls", "xlsx", "ceb"];

/// The files that the page shows in a frame of its own, or in a viewer that is given the file's
/// address: `viewer.html?file=/a.pdf`.
pub(crate) fn in_frames(flat: &Flat<'_>, base: Option<&Url>) -> Vec<Attachment> {
    let mut found = Vec::new();
    for (index, node) in flat.nodes.iter().enumerate() {
        // All of them are of no use to a reader by themselves.
        let Kind::Element(Tag::Silent, element) = node.kind else {
            continue;
        };
        let address = match element.name() {
            "iframe" | "embed" | "frame" => element.attr("src"),
            "object" => element.attr("data"),
            _ => continue,
        };
        let Some(file) = address.and_then(|address| framed_file(address.trim(), base)) else {
            continue;
        };
        let hidden = flat
            .ancestors(node.parent)
            .any(|around| flat.dropped[around as usize] && !is_frame(flat, around));
        if hidden || flat.suspicion[index] == Suspicion::Strong {
            continue;
        }
        let titled = element
            .attr("title")
            .map(collapse)
            .filter(|title| !title.is_empty());
        found.push(Attachment {
            name: titled.unwrap_or_else(|| file_name(&file)),
            href: file,
        });
    }
    found
}

/// Whether the element at `index` shows files itself, and the one in it only where it cannot.
fn is_frame(flat: &Flat<'_>, index: u32) -> bool {
    flat.element(index)
        .is_some_and(|(_, element)| matches!(element.name(), "object" | "frameset"))
}

/// The address of the file that a frame at `address` shows.
fn framed_file(address: &str, base: Option<&Url>) -> Option<String> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let ends = |address: &str| {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        path.rsplit_once('.').is_some_and(|(_, ending)| {
            FRAMED_ENDINGS.contains(&ending.trim().to_ascii_lowercase().as_str())
        })
    };
    if ends(path) {
        return Some(absolute(address, base));
    }
    url::form_urlencoded::parse(query.as_bytes())
        .map(|(_, value)| value.into_owned())
        .find(|value| ends(value))
        .map(|value| absolute(&value, base))
}

/// The last part of a file's address, as it is read.
fn file_name(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    let query = format!("name={}", last.replace('+', "%2B"));
    url::form_urlencoded::parse(query.as_bytes())
        .next()
        .map(|(_, name)| collapse(&name))
        .unwrap_or_default()
}

/// Whether the line links to a file.
pub(crate) fn links_to_file(flat: &Flat<'_>, line: &Line) -> bool {
    let announced = announces(&line.text);
    line.links.iter().any(|&link| {
        flat.element(link)
            .and_then(|(_, element)| element.attr("href"))
            .is_some_and(|href| is_file(href, &flat.text(link), announced))
    })
}

/// The line without the count of downloads that some content systems add to a file's name.
pub(crate) fn without_counter(text: &str) -> &str {
    static COUNTER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\s*[\[【（(]?(?:已?下载|下载次数|点击)[:：]?\s*[\[【（(]?\s*[0-9]*\s*[\]】）)]?\s*次?[\]】）)]?$")
            .expect("a constant pattern")
    });
    let Some(counter) = COUNTER.find(text) else {
        return text;
    };
    let name = text[..counter.start()].trim_end();
    // 点击下载 counts nothing.
    let counts = !matches!(counter.as_str(), "下载" | "点击") || ends_like_file(name, true);
    if counts && !name.is_empty() {
        name
    } else {
        text
    }
}

/// Whether the words of a link say no more than that it can be followed: 点击下载.
fn is_call(words: &str) -> bool {
    static CALL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:请?点击|点此)?(?:这里|此处|链接)?(?:下载|查看|打开)?(?:附件|文件|全文)?$")
            .expect("a constant pattern")
    });
    CALL.is_match(&without_spaces(words))
}

/// Whether the line opens a list of attachments: 附件：, 附件1.
pub(crate) fn announces(text: &str) -> bool {
    let tight = without_spaces(text);
    [
        "附件",
        "附表",
        "附：",
        "附:",
        "【附件",
        "[附件",
        "相关附件",
        "附录",
    ]
    .iter()
    .any(|word| tight.starts_with(word))
}

/// Whether a line only announces files, which come behind it.
pub(crate) fn is_label(text: &str) -> bool {
    static LABEL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^[【\[]?(?:相关|文件|信息)?(?:附件|附表|附录|文件下载|下载)(?:下载|列表|信息|清单|名称)?[】\]]?[:：]?$")
            .expect("a constant pattern")
    });
    LABEL.is_match(&without_spaces(text))
}

/// Whether a link leads to a file: by the ending of its address, of a name in its query
/// (`downfile.jsp?filename=a.pdf`), or of its own words where the address is a script's.
fn is_file(href: &str, words: &str, announced: bool) -> bool {
    let (path, query) = href.split_once('?').unwrap_or((href, ""));
    let last = path.split('#').next().unwrap_or_default();
    let last = last.rsplit('/').next().unwrap_or_default();
    if ends_like_file(last, announced) {
        return true;
    }
    let downloads = href.to_ascii_lowercase().contains("down");
    is_page(href)
        && ((downloads && (announced || ends_like_file(words, announced)))
            || (announced && ends_like_file(words, announced))
            || (is_download_script(last) && !query.is_empty() && names_document(words))
            || query.split('&').any(|pair| {
                pair.split_once('=')
                    .is_some_and(|(_, value)| ends_like_file(value, announced))
            }))
}

/// Whether the last part of an address is a script that hands out files: `down.jsp`,
/// `downloadFile.do`.
fn is_download_script(last: &str) -> bool {
    static SCRIPT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^down(load)?(file)?\.(jsp|do|action|aspx|ashx|asp|php)$")
            .expect("a constant pattern")
    });
    SCRIPT.is_match(last)
}

/// Shortest words of a link that can be a document's name, in characters.
const SHORTEST_NAME_CHARS: usize = 4;

/// Whether the words of a link to a download script can name a document: not a control, not a
/// program for the reader's device.
fn names_document(words: &str) -> bool {
    let tight = without_spaces(words);
    tight.chars().count() >= SHORTEST_NAME_CHARS
        && !words::is_control(&tight)
        && !["客户端", "APP", "App", "浏览器", "阅读器", "控件", "插件"]
            .iter()
            .any(|program| tight.contains(program))
}

fn ends_like_file(name: &str, announced: bool) -> bool {
    let Some((_, ending)) = name.rsplit_once('.') else {
        return false;
    };
    let ending = ending.trim().to_ascii_lowercase();
    FILE_ENDINGS.contains(&ending.as_str())
        && (announced || !PICTURE_ENDINGS.contains(&ending.as_str()))
}

fn is_page(href: &str) -> bool {
    let lower = href.to_ascii_lowercase();
    !lower.is_empty()
        && !lower.starts_with('#')
        && !lower.starts_with("javascript:")
        && !lower.starts_with("mailto:")
}

fn absolute(href: &str, base: Option<&Url>) -> String {
    base.and_then(|base| base.join(href).ok())
        .map_or_else(|| href.to_owned(), String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_of_downloads_is_no_part_of_a_name() {
        for (text, name) in [
            ("名单.docx 下载次数：12", "名单.docx"),
            ("名单.docx（下载 12 次）", "名单.docx"),
            ("名单.docx[已下载12次]", "名单.docx"),
            ("名单已下载次", "名单"),
            ("名单.docx下载", "名单.docx"),
            ("名单 下载", "名单"),
            ("名单（点击）", "名单"),
            ("名单点击12次", "名单"),
            ("点击下载", "点击下载"),
            ("名单下载", "名单下载"),
            ("下载", "下载"),
        ] {
            assert_eq!(without_counter(text), name, "{text}");
        }
    }

    #[test]
    fn a_link_that_says_no_more_than_that_it_is_one_is_a_call() {
        for (words, call) in [
            ("点击下载", true),
            ("请点击此处下载附件", true),
            ("附件", true),
            ("", true),
            ("附件1", false),
            ("下载中心名单", false),
        ] {
            assert_eq!(is_call(words), call, "{words}");
        }
    }
}
