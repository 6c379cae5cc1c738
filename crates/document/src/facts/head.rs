//! What the head of a page says of its document: `<title>` and the meta tags.

use langdu_model::IsoDate;

use super::date;
use crate::characters::{collapse, unescaped, without_spaces};
use crate::tree::flat::{Flat, Kind};

/// What the head of the page says.
#[derive(Debug, Default)]
pub(crate) struct PageHead {
    /// `<title>`.
    pub(crate) title: Option<String>,
    /// `<meta name="ArticleTitle">`.
    pub(crate) article_title: Option<String>,
    /// `og:title` and its kind.
    pub(crate) shared_title: Option<String>,
    /// Names of the site and column.
    pub(crate) site_names: Vec<String>,
    /// The publication date.
    pub(crate) date: Option<IsoDate>,
    /// 来源.
    pub(crate) source: Option<String>,
    /// The page's own address, as some content systems write it.
    pub(crate) address: Option<String>,
}

impl PageHead {
    /// Whether `text` is the name of the site or of a column of it.
    pub(crate) fn is_site_name(&self, text: &str) -> bool {
        let tight = without_spaces(text);
        self.site_names
            .iter()
            .any(|name| without_spaces(name) == tight)
    }
}

/// Reads `<title>` and the meta tags.
pub(crate) fn read(flat: &Flat<'_>) -> PageHead {
    let mut head = PageHead::default();
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
    collapse(&unescaped(&text))
}

fn meta(head: &mut PageHead, weak_date: &mut Option<IsoDate>, element: &scraper::node::Element) {
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
            head.article_title
                .get_or_insert(collapse(&unescaped(&content)));
        }
        "og:title" | "twitter:title" | "dc.title" | "dcterms.title" | "headline" => {
            head.shared_title
                .get_or_insert(collapse(&unescaped(&content)));
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
