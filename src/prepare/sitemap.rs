//! Sitemaps (sitemaps.org protocol 0.9): the pages that a site names itself.

use quick_xml::Reader;
use quick_xml::events::Event;

/// Why a page is no sitemap.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum SitemapError {
    /// It is no XML.
    #[error("it is no sitemap: {0}")]
    NotXml(String),
    /// It names nothing.
    #[error("it is no sitemap: it has no <loc>")]
    Empty,
}

/// What a sitemap names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sitemap {
    /// Pages.
    pub(super) pages: Vec<String>,
    /// Further sitemaps.
    pub(super) sitemaps: Vec<String>,
}

/// Reads a sitemap or an index of sitemaps.
pub(super) fn read(xml: &str) -> Result<Sitemap, SitemapError> {
    let not_xml = |error: &dyn std::fmt::Display| SitemapError::NotXml(error.to_string());
    let mut reader = Reader::from_str(xml);
    let mut sitemap = Sitemap::default();
    let mut of_sitemaps = false;
    let mut location: Option<String> = None;
    loop {
        let text = match reader.read_event().map_err(|error| not_xml(&error))? {
            Event::Start(tag) => {
                match tag.local_name().into_inner() {
                    "sitemap" => of_sitemaps = true,
                    "url" => of_sitemaps = false,
                    // Pictures and films have a <loc> of their own under another prefix.
                    "loc" if tag.name().prefix().is_none() => location = Some(String::new()),
                    _ => {}
                }
                continue;
            }
            Event::End(tag) => {
                if tag.local_name().into_inner() == "loc"
                    && let Some(location) = location.take()
                {
                    let location = location.trim().to_owned();
                    if of_sitemaps {
                        sitemap.sitemaps.push(location);
                    } else {
                        sitemap.pages.push(location);
                    }
                }
                continue;
            }
            Event::Text(text) => (*text).to_owned(),
            Event::CData(text) => (*text).to_owned(),
            Event::GeneralRef(name) => {
                let entity = format!("&{};", &*name);
                let text = quick_xml::escape::unescape(&entity);
                text.map_err(|error| not_xml(&error))?.into_owned()
            }
            Event::Eof => break,
            _ => continue,
        };
        if let Some(location) = &mut location {
            location.push_str(&text);
        }
    }
    if sitemap.pages.is_empty() && sitemap.sitemaps.is_empty() {
        return Err(SitemapError::Empty);
    }
    Ok(sitemap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_further_sitemaps_are_told_apart() {
        let pages = read(
            "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
             xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\">\
             <url><loc> https://a.cn/1.html?x=1&amp;y=2 </loc><lastmod>2025-09-01</lastmod>\
             <image:image><image:loc>https://a.cn/1.jpg</image:loc></image:image></url>\
             <url><loc><![CDATA[https://a.cn/2.html]]></loc></url></urlset>",
        );
        let pages = pages.unwrap();
        assert_eq!(
            pages.pages,
            ["https://a.cn/1.html?x=1&y=2", "https://a.cn/2.html"]
        );
        assert!(pages.sitemaps.is_empty());
        let index =
            read("<sitemapindex><sitemap><loc>https://a.cn/s1.xml</loc></sitemap></sitemapindex>");
        assert_eq!(index.unwrap().sitemaps, ["https://a.cn/s1.xml"]);
    }

    #[test]
    fn what_is_no_sitemap_is_an_error() {
        assert_eq!(read("<html><p>x</p></html>"), Err(SitemapError::Empty));
        assert!(matches!(
            read("<urlset><url></loc>"),
            Err(SitemapError::NotXml(_))
        ));
    }
}
