//! What a page says about its document beside the text: meta tags, the metadata table with 索引号
//! and 发文字号, and the line with date and source under the title.
//!
//! Only reads what is labelled. Dates and numbers found in the text itself are the business of
//! `signature`.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::date;
use super::flat::{Flat, Kind, NONE, Tag};
use super::lines::{Line, collapse, without_spaces};
use super::signature;
use langdu_model::IsoDate;

/// What a label on the page names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Field {
    /// 标题, 名称.
    Title,
    /// 发文字号, 文号.
    DocNumber,
    /// 发文机关, 发布机构.
    Issuer,
    /// 成文日期.
    DocDate,
    /// 生成日期: of the document or of its entry in the catalogue.
    Made,
    /// 发布日期.
    Date,
    /// 来源.
    Source,
    /// Labels whose values nobody asks for: 索引号, 主题分类, 有效性.
    Other,
}

/// Labels of the metadata tables of the 政府信息公开 catalogues, which hardly open a sentence.
const CATALOGUE: &[(&str, Field)] = &[
    ("索引号", Field::Other),
    ("信息索引号", Field::Other),
    ("信息索引", Field::Other),
    ("主题分类", Field::Other),
    ("信息分类", Field::Other),
    ("组配分类", Field::Other),
    ("体裁分类", Field::Other),
    ("服务对象分类", Field::Other),
    ("主题词", Field::Other),
    ("主题信息", Field::Other),
    ("主题类别", Field::Other),
    ("信息类别", Field::Other),
    ("公开方式", Field::Other),
    ("公开形式", Field::Other),
    ("公开范围", Field::Other),
    ("公开类别", Field::Other),
    ("公开类型", Field::Other),
    ("公开属性", Field::Other),
    ("公开时限", Field::Other),
    ("公开程序", Field::Other),
    ("信息格式", Field::Other),
    ("载体类型", Field::Other),
    ("有效性", Field::Other),
    ("时效性", Field::Other),
    ("效力状态", Field::Other),
    ("文件状态", Field::Other),
    ("是否有效", Field::Other),
    ("有效期", Field::Other),
    ("生效日期", Field::Other),
    ("实施日期", Field::Other),
    ("施行日期", Field::Other),
    ("失效日期", Field::Other),
    ("废止日期", Field::Other),
    ("统一登记号", Field::Other),
    ("统一编号", Field::Other),
    ("登记号", Field::Other),
    ("关键词", Field::Other),
    ("语种", Field::Other),
    ("公文种类", Field::Other),
    ("公文类型", Field::Other),
    ("公文类别", Field::Other),
    ("文件类型", Field::Other),
    ("文件类别", Field::Other),
    ("政策类型", Field::Other),
    ("政策级别", Field::Other),
    ("体裁", Field::Other),
    ("文种", Field::Other),
    ("征集单位", Field::Other),
    ("征集部门", Field::Other),
    ("征集状态", Field::Other),
    ("征集时间", Field::Other),
    ("状态", Field::Other),
    ("开始日期", Field::Other),
    ("结束日期", Field::Other),
    ("开始时间", Field::Other),
    ("结束时间", Field::Other),
    ("发文年度", Field::Other),
    ("责任处室", Field::Other),
    ("公开依据", Field::Other),
    ("公开目录", Field::Other),
    ("公开期限", Field::Other),
    ("规范性文件编号", Field::Other),
    ("规范性文件登记号", Field::Other),
    ("文件登记号", Field::Other),
    ("实施时间", Field::Other),
    ("施行时间", Field::Other),
    ("生效时间", Field::Other),
    ("废止时间", Field::Other),
    ("失效时间", Field::Other),
    ("内容概述", Field::Other),
    ("内容摘要", Field::Other),
    ("内容概览", Field::Other),
    ("内容简介", Field::Other),
    ("时效说明", Field::Other),
    ("文件下载", Field::Other),
    ("信息来源部门", Field::Other),
    ("信件标题", Field::Title),
    ("来信标题", Field::Title),
    ("信件主题", Field::Title),
    ("留言标题", Field::Title),
    ("咨询标题", Field::Title),
    ("发文机关", Field::Issuer),
    ("发文单位", Field::Issuer),
    ("发文部门", Field::Issuer),
    ("发布机构", Field::Issuer),
    ("发布机关", Field::Issuer),
    ("发布单位", Field::Issuer),
    ("发布部门", Field::Issuer),
    ("制发机关", Field::Issuer),
    ("制定机关", Field::Issuer),
    ("印发机关", Field::Issuer),
    ("公开主体", Field::Issuer),
    ("公开机构", Field::Issuer),
    ("公开责任部门", Field::Issuer),
    ("责任部门", Field::Issuer),
    ("办文部门", Field::Issuer),
    ("信息提供单位", Field::Issuer),
    ("成文日期", Field::DocDate),
    ("成文时间", Field::DocDate),
    ("生成日期", Field::Made),
    ("生成时间", Field::Made),
    ("发文日期", Field::DocDate),
    ("发文时间", Field::DocDate),
    ("印发日期", Field::DocDate),
    ("印发时间", Field::DocDate),
    ("制发日期", Field::DocDate),
    ("签发日期", Field::DocDate),
    ("发布日期", Field::Date),
    ("发布时间", Field::Date),
    ("公开日期", Field::Date),
    ("公开时间", Field::Date),
    ("公布日期", Field::Date),
    ("发文字号", Field::DocNumber),
    ("发文文号", Field::DocNumber),
    ("发文号", Field::DocNumber),
    ("文件编号", Field::DocNumber),
    ("公文文号", Field::DocNumber),
    ("文件字号", Field::DocNumber),
    ("文号", Field::DocNumber),
    ("公文名称", Field::Title),
    ("文件名称", Field::Title),
    ("信息名称", Field::Title),
    ("公文标题", Field::Title),
    ("文件标题", Field::Title),
    ("标题", Field::Title),
    ("名称", Field::Title),
];

/// Labels of the line under the title, which may open a sentence elsewhere.
const CAPTION: &[(&str, Field)] = &[
    ("信息来源", Field::Source),
    ("文章来源", Field::Source),
    ("稿件来源", Field::Source),
    ("新闻来源", Field::Source),
    ("来源", Field::Source),
    ("发表时间", Field::Date),
    ("发表日期", Field::Date),
    ("发稿时间", Field::Date),
    ("更新时间", Field::Date),
    ("更新日期", Field::Date),
    ("录入时间", Field::Date),
    ("添加时间", Field::Date),
    ("上传时间", Field::Date),
    ("时间", Field::Date),
    ("日期", Field::Date),
    ("文章类型", Field::Other),
    ("作者", Field::Other),
    ("发布人", Field::Other),
    ("发布者", Field::Other),
    ("编辑", Field::Other),
    ("责任编辑", Field::Other),
    ("浏览次数", Field::Other),
    ("浏览量", Field::Other),
    ("访问量", Field::Other),
    ("阅读次数", Field::Other),
    ("阅读量", Field::Other),
    ("阅读", Field::Other),
    ("点击数", Field::Other),
    ("点击量", Field::Other),
    ("点击次数", Field::Other),
    ("点击", Field::Other),
    ("浏览", Field::Other),
    ("字体", Field::Other),
    ("字号", Field::Other),
    ("字体大小", Field::Other),
    ("分享", Field::Other),
    ("分享到", Field::Other),
];

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    let mut labels: Vec<&str> = CATALOGUE
        .iter()
        .chain(CAPTION)
        .map(|(label, _)| *label)
        .collect();
    labels.sort_by_key(|label| std::cmp::Reverse(label.len()));
    let spaced: Vec<String> = labels
        .iter()
        .map(|label| {
            let letters: Vec<String> = label.chars().map(String::from).collect();
            letters.join(r"\s*")
        })
        .collect();
    // 发文字号：, 【发文字号】： and [发文字号].
    let label = spaced.join("|");
    Regex::new(&format!(
        r"(?P<colon>{label})\s*[】\]]?\s*[:：]|[【\[]\s*(?P<bracket>{label})\s*[】\]]\s*[:：]?"
    ))
    .expect("labels are plain text")
});

static FIELDS: LazyLock<HashMap<&'static str, (Field, bool)>> = LazyLock::new(|| {
    let catalogue = CATALOGUE
        .iter()
        .map(|&(label, field)| (label, (field, true)));
    let caption = CAPTION
        .iter()
        .map(|&(label, field)| (label, (field, false)));
    catalogue.chain(caption).collect()
});

/// A labelled value.
#[derive(Debug, Clone)]
pub(super) struct Labelled {
    pub(super) field: Field,
    pub(super) value: String,
    /// The label is one of a catalogue's.
    pub(super) catalogue: bool,
    /// The line of the label.
    pub(super) line: usize,
}

/// All labelled values of a page, in order, and the lines that are nothing else.
pub(super) struct Labels {
    pub(super) values: Vec<Labelled>,
    /// For each line, how many labels it carries as label or value; 0 for text.
    pub(super) weight: Vec<u8>,
}

/// Longest line that can be label and value together.
const LONGEST_LABELLED: u32 = 220;

/// Reads the labelled values of all lines.
pub(super) fn labels(flat: &Flat<'_>, lines: &[Line]) -> Labels {
    let mut found = Labels {
        values: Vec::new(),
        weight: vec![0; lines.len()],
    };
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        if line.chars > LONGEST_LABELLED {
            at += 1;
            continue;
        }
        let unmarked = unmarked_run(lines, at);
        if unmarked.len() >= FEWEST_UNMARKED {
            for (field, value) in unmarked {
                found.push(field, value, true, at);
                found.weight[at] = 1;
                at += 1;
            }
            continue;
        }
        let pairs = pairs(&line.text);
        if let Some((last_field, last_value, catalogue)) = pairs.last().cloned() {
            found.weight[at] = pairs.len().min(200) as u8;
            for (field, value, catalogue) in &pairs[..pairs.len() - 1] {
                found.push(*field, value.clone(), *catalogue, at);
            }
            let (value, used) = match value_line(flat, lines, at, &last_value) {
                Some(value) if takes_next_line(last_field, catalogue, &lines[at + 1]) => (value, 1),
                _ => (last_value, 0),
            };
            found.push(last_field, value, catalogue, at);
            if used == 1 {
                found.weight[at + 1] = 1;
            }
            at += 1 + used;
        } else if let Some(field) = bare_label(flat, line) {
            match value_line(flat, lines, at, "") {
                Some(value) => {
                    found.push(field, value, true, at);
                    found.weight[at] = 1;
                    found.weight[at + 1] = 1;
                    at += 2;
                }
                None => at += 1,
            }
        } else if let Some(date) = caption_date(line) {
            found.push(Field::Date, date.as_str().to_owned(), false, at);
            found.weight[at] = 1;
            at += 1;
        } else {
            at += 1;
        }
    }
    found
}

/// Fewest lines together that are labels with values although no colon says so.
const FEWEST_UNMARKED: usize = 3;

/// The lines from `at` on that are a catalogue label and its value with nothing between them:
/// 发文字号示政函〔2021〕59号.
fn unmarked_run(lines: &[Line], at: usize) -> Vec<(Field, String)> {
    lines[at..]
        .iter()
        .map_while(|line| {
            (line.chars <= LONGEST_UNMARKED && line.link_density() < 0.5)
                .then(|| unmarked(&line.text))
                .flatten()
        })
        .collect()
}

/// Longest such line, in characters.
const LONGEST_UNMARKED: u32 = 60;

fn unmarked(text: &str) -> Option<(Field, String)> {
    static OPENS: LazyLock<Regex> = LazyLock::new(|| {
        let mut labels: Vec<&str> = CATALOGUE.iter().map(|(label, _)| *label).collect();
        labels.sort_by_key(|label| std::cmp::Reverse(label.len()));
        Regex::new(&format!("^({})([^:：]+)$", labels.join("|"))).expect("labels are plain text")
    });
    let tight = without_spaces(text);
    let parts = OPENS.captures(&tight)?;
    let (field, _) = *FIELDS.get(&parts[1])?;
    Some((field, parts[2].to_owned()))
}

/// Longest line without labels that gives date and source, in characters.
const LONGEST_CAPTION: u32 = 70;

/// Longest date alone, in characters: a cell of a table with nothing else is data.
const LONGEST_DATE: u32 = 12;

/// The date that begins a line without a sentence: `2024-03-01 09:30　示范市民政局　阅读 12`. A
/// date in characters alone on its line may be the document's own.
fn caption_date(line: &Line) -> Option<IsoDate> {
    static BEGINS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^[\[【（(]?(?:19|20)[0-9]{2}\s?(?:[-/.][01]?[0-9][-/.][0-3]?[0-9]|年\s?[01]?[0-9]\s?月\s?[0-3]?[0-9]\s?日\s*\S)")
            .expect("a constant pattern")
    });
    let caption = line.chars <= LONGEST_CAPTION
        && line.stops == 0
        && line.link_density() < 0.5
        && (line.cell == NONE || line.chars > LONGEST_DATE)
        // （2007年6月29日某某会议通过） belongs to the document.
        && signature::enactment_date(&line.text).is_none()
        && BEGINS.is_match(&line.text);
    caption.then(|| date::find_date(&line.text)).flatten()
}

/// Whether a label that ends its line without a value has the next line as its value. Controls
/// (字号：, 分享：) and counters never have; what a script would have filled in is empty.
fn takes_next_line(field: Field, catalogue: bool, next: &Line) -> bool {
    if next.cell != NONE || catalogue {
        return true;
    }
    let short = next.chars <= LONGEST_BARE_VALUE && next.stops == 0;
    match field {
        Field::Date | Field::DocDate | Field::Made => {
            short && date::find_date(&next.text).is_some()
        }
        Field::Other => false,
        _ => short,
    }
}

/// Longest value on the line after its label, outside tables, in characters.
const LONGEST_BARE_VALUE: u32 = 30;

impl Labels {
    fn push(&mut self, field: Field, value: String, catalogue: bool, line: usize) {
        if value.is_empty() {
            return;
        }
        self.values.push(Labelled {
            field,
            value,
            catalogue,
            line,
        });
    }
}

/// The labels of a line that begins with one, each with the text up to the next.
fn pairs(text: &str) -> Vec<(Field, String, bool)> {
    let matches: Vec<(usize, usize, Field, bool)> = LABEL
        .captures_iter(text)
        .filter_map(|captures| {
            let whole = captures.get(0)?;
            let label = captures.name("colon").or(captures.name("bracket"))?;
            let (field, catalogue) = *FIELDS.get(without_spaces(label.as_str()).as_str())?;
            Some((whole.start(), whole.end(), field, catalogue))
        })
        .collect();
    let Some(first) = matches.first() else {
        return Vec::new();
    };
    let lead = &text[..first.0];
    let opens = lead.chars().all(|c| "[【(（·•|丨 ".contains(c))
        // The date often stands unlabelled before the source.
        || (date::find_date(lead).is_some() && lead.chars().count() <= 30);
    if !opens {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some(date) = date::find_date(lead) {
        found.push((Field::Date, date.as_str().to_owned(), false));
    }
    for (index, &(_, end, field, catalogue)) in matches.iter().enumerate() {
        let until = matches.get(index + 1).map_or(text.len(), |next| next.0);
        let value = text[end..until]
            .trim_matches(|c: char| c.is_whitespace() || "[]【】|丨·•".contains(c))
            .to_owned();
        found.push((field, value, catalogue));
    }
    found
}

/// Longest label alone in its cell, with its brackets, in characters.
const LONGEST_BARE_LABEL: u32 = 9;

/// A catalogue label that fills its line, in a cell or list where the next one holds the value.
fn bare_label(flat: &Flat<'_>, line: &Line) -> Option<Field> {
    if line.chars > LONGEST_BARE_LABEL {
        return None;
    }
    let structured = line.cell != NONE
        || flat
            .element(line.block)
            .is_some_and(|(tag, _)| tag == Tag::Item);
    if !structured {
        return None;
    }
    let tight = without_spaces(&line.text);
    FIELDS
        .get(tight.trim_matches([':', '：', '[', ']', '【', '】']))
        .filter(|(_, catalogue)| *catalogue)
        .map(|(field, _)| *field)
}

/// The next line as the value of a label that has none in its own line.
fn value_line(flat: &Flat<'_>, lines: &[Line], at: usize, own: &str) -> Option<String> {
    if !own.is_empty() {
        return None;
    }
    let next = lines.get(at + 1)?;
    let label = &lines[at];
    let in_cells = label.cell != NONE && next.cell != NONE && label.cell != next.cell;
    // A value cell that is empty leaves the next label in its place.
    let adjacent = if in_cells {
        next_cell(flat, label.cell) == Some(next.cell)
    } else {
        // What stands outside the element around the label is not its value: the label is empty.
        let around = flat.nodes[label.block as usize].parent;
        label.cell == next.cell && (around == NONE || flat.contains(around, next.block))
    };
    let is_label = !pairs(&next.text).is_empty() || bare_label(flat, next).is_some();
    if !adjacent || is_label || next.chars > LONGEST_LABELLED {
        return None;
    }
    Some(next.text.clone())
}

/// The cell after `cell` in its row.
fn next_cell(flat: &Flat<'_>, cell: u32) -> Option<u32> {
    let row = flat.nodes[cell as usize].parent;
    let row_end = flat.nodes[row as usize].end;
    let mut at = flat.nodes[cell as usize].end;
    while at < row_end {
        if flat.element(at).is_some_and(|(tag, _)| tag.is_cell()) {
            return Some(at);
        }
        at = flat.nodes[at as usize].end;
    }
    None
}

/// What the head of the page says.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// `<title>`.
    pub(super) title: Option<String>,
    /// `<meta name="ArticleTitle">`.
    pub(super) article_title: Option<String>,
    /// `og:title` and its kind.
    pub(super) shared_title: Option<String>,
    /// Names of the site and column.
    pub(super) site_names: Vec<String>,
    /// The publication date.
    pub(super) date: Option<IsoDate>,
    /// 来源.
    pub(super) source: Option<String>,
    /// The page's own address, as some content systems write it.
    pub(super) address: Option<String>,
}

/// Reads `<title>` and the meta tags.
pub(super) fn head(flat: &Flat<'_>) -> Head {
    let mut head = Head::default();
    let mut weak_date = None;
    for (index, node) in flat.nodes.iter().enumerate() {
        let Kind::Element(_, element) = node.kind else {
            continue;
        };
        match element.name() {
            "title" if head.title.is_none() => {
                let title = title_text(flat, index);
                head.title = (!title.is_empty()).then_some(title);
            }
            "meta" => meta(&mut head, &mut weak_date, element),
            _ => {}
        }
    }
    head.date = head.date.or(weak_date);
    head
}

fn title_text(flat: &Flat<'_>, index: usize) -> String {
    let inner = index + 1..flat.nodes[index].end as usize;
    let text: String = flat.nodes[inner]
        .iter()
        .filter_map(|node| match node.kind {
            Kind::Text(text) => Some(text),
            Kind::Element(..) => None,
        })
        .collect();
    collapse(&text)
}

fn meta(head: &mut Head, weak_date: &mut Option<IsoDate>, element: &scraper::node::Element) {
    let name = element
        .attr("name")
        .or_else(|| element.attr("property"))
        .or_else(|| element.attr("itemprop"));
    let (Some(name), Some(content)) = (name, element.attr("content")) else {
        return;
    };
    let content = collapse(content);
    if content.is_empty() {
        return;
    }
    match name.trim().to_ascii_lowercase().as_str() {
        "articletitle" | "article_title" | "contenttitle" => {
            head.article_title.get_or_insert(without_tags(&content));
        }
        "og:title" | "twitter:title" | "dc.title" | "dcterms.title" | "headline" => {
            head.shared_title.get_or_insert(content);
        }
        "sitename" | "columnname" | "og:site_name" | "lanmu" | "columndescription" => {
            head.site_names.push(content);
        }
        "pubdate"
        | "publishdate"
        | "publishedtime"
        | "firstpublishedtime"
        | "publish_time"
        | "publishtime"
        | "article:published_time"
        | "og:published_time"
        | "releasedate"
        | "og:release_date"
        | "datepublished"
        | "pub_date"
        | "published_at"
            if head.date.is_none() =>
        {
            head.date = date::find_date(&content);
        }
        "date" | "dc.date" | "createdate" | "article:create_at" | "dcterms.created"
            if weak_date.is_none() =>
        {
            *weak_date = date::find_date(&content);
        }
        "contentsource" | "source" | "article:author_source" | "mediaid" => {
            head.source.get_or_insert(content);
        }
        "url" | "og:url" => {
            head.address.get_or_insert(content);
        }
        _ => {}
    }
}

/// A meta title with the markup some editors leave in it taken out.
fn without_tags(text: &str) -> String {
    static TAGS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)</?(br|p|b|strong|font|span)\b[^>]*>").expect("constant")
    });
    collapse(&TAGS.replace_all(text, ""))
}
