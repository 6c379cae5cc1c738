//! A column as RSS 2.0 with the podcast fields that players ask for.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::civil::Date;
use jiff::fmt::rfc2822;
use jiff::tz::{Offset, TimeZone};
use rss::extension::itunes::{ITunesCategory, ITunesChannelExtension, ITunesItemExtension};
use rss::extension::{Extension, ExtensionMap};
use rss::{Channel, Enclosure, Guid, Image, Item};
use url::Url;

use super::super::base::Base;
use super::column::{Chapter, Column, Episode};
use langdu_audio::Encoding;
use langdu_document::IsoDate;
use langdu_voice::voices::is_mandarin;

/// China's only time zone, in hours before UTC. A page says a day and no hour.
const CHINA_HOURS: i8 = 8;

/// How long a player may rest before it asks again, in minutes.
const TTL_MINUTES: &str = "60";

/// The same where the column is not known whole yet.
const GROWING_TTL_MINUTES: &str = "1";

/// Podlove Simple Chapters 1.2, which podcast players read from the feed.
const CHAPTERS_NAMESPACE: &str = "http://podlove.org/simple-chapters";

/// `picture` is the address of the column's picture.
pub(super) fn render(column: &Column, base: &Base, picture: &Url) -> String {
    let title = if column.title.is_empty() {
        column.address.host_str().unwrap_or("朗读").to_owned()
    } else {
        clean(&column.title)
    };
    let language = column.episodes.first().map(|episode| &episode.language);
    let ttl = if column.is_whole {
        TTL_MINUTES
    } else {
        GROWING_TTL_MINUTES
    };
    let mut channel = Channel {
        link: column.address.to_string(),
        description: format!("{title}。语音由人工智能合成。"),
        language: language.map(|code| rss_language(code)),
        generator: Some(concat!("langdu ", env!("CARGO_PKG_VERSION")).to_owned()),
        ttl: Some(ttl.to_owned()),
        itunes_ext: Some(ITunesChannelExtension {
            author: Some(title.clone()),
            explicit: Some("false".to_owned()),
            image: Some(picture.to_string()),
            categories: vec![ITunesCategory {
                text: "Government".to_owned(),
                subcategory: None,
            }],
            ..ITunesChannelExtension::default()
        }),
        items: column
            .episodes
            .iter()
            .map(|episode| item(episode, base))
            .collect(),
        title,
        ..Channel::default()
    };
    let itself = base.feed_of(&column.address);
    channel.namespaces = BTreeMap::from(
        [
            ("atom", "http://www.w3.org/2005/Atom"),
            ("psc", CHAPTERS_NAMESPACE),
        ]
        .map(|(name, address)| (name.to_owned(), address.to_owned())),
    );
    channel.image = Some(Image {
        url: picture.to_string(),
        title: channel.title.clone(),
        link: channel.link.clone(),
        ..Image::default()
    });
    channel.extensions = self_link(itself.as_str());
    channel.to_string()
}

fn item(episode: &Episode, base: &Base) -> Item {
    let page = episode.page.to_string();
    Item {
        title: Some(clean(&episode.title)),
        link: Some(page.clone()),
        description: Some(clean(&episode.summary)).filter(|text| !text.is_empty()),
        guid: Some(Guid {
            value: page,
            permalink: true,
        }),
        pub_date: episode.date.as_ref().and_then(rfc2822_date),
        enclosure: Some(Enclosure {
            url: base.join(&episode.audio).to_string(),
            length: episode.bytes.to_string(),
            mime_type: Encoding::Mp3.media_type().to_owned(),
        }),
        itunes_ext: Some(ITunesItemExtension {
            duration: Some(clock(episode.duration)),
            explicit: Some("false".to_owned()),
            ..ITunesItemExtension::default()
        }),
        extensions: chapters(&episode.chapters),
        ..Item::default()
    }
}

/// `<psc:chapters>`: the sections of a document, for players that jump to them.
fn chapters(chapters: &[Chapter]) -> ExtensionMap {
    let attributes = |pairs: [(&str, String); 2]| {
        let pairs = pairs.into_iter();
        pairs
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    };
    let of_chapter = |chapter: &Chapter| Extension {
        name: "psc:chapter".to_owned(),
        attrs: attributes([
            (
                "start",
                format!(
                    "{}.{:03}",
                    clock(chapter.start),
                    chapter.start.subsec_millis()
                ),
            ),
            ("title", clean(&chapter.title)),
        ]),
        ..Extension::default()
    };
    if chapters.is_empty() {
        return ExtensionMap::default();
    }
    let list = Extension {
        name: "psc:chapters".to_owned(),
        attrs: BTreeMap::from([("version".to_owned(), "1.2".to_owned())]),
        children: BTreeMap::from([(
            "chapter".to_owned(),
            chapters.iter().map(of_chapter).collect(),
        )]),
        ..Extension::default()
    };
    let lists = BTreeMap::from([("chapters".to_owned(), vec![list])]);
    BTreeMap::from([("psc".to_owned(), lists)])
}

/// `<atom:link rel="self">`, which validators ask for.
fn self_link(address: &str) -> ExtensionMap {
    let attrs = [
        ("href", address),
        ("rel", "self"),
        ("type", "application/rss+xml"),
    ];
    let link = Extension {
        name: "atom:link".to_owned(),
        attrs: attrs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        ..Extension::default()
    };
    let links = BTreeMap::from([("link".to_owned(), vec![link])]);
    BTreeMap::from([("atom".to_owned(), links)])
}

/// RSS knows Mandarin as `zh-cn`.
fn rss_language(code: &str) -> String {
    if is_mandarin(code) {
        "zh-cn".to_owned()
    } else {
        code.to_lowercase()
    }
}

/// XML 1.0 forbids control characters even escaped, and pages hold some.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{fffe}' | '\u{ffff}' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}

fn rfc2822_date(date: &IsoDate) -> Option<String> {
    let day: Date = date.as_str().parse().ok()?;
    let zone = TimeZone::fixed(Offset::constant(CHINA_HOURS));
    rfc2822::to_string(&day.to_zoned(zone).ok()?).ok()
}

fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_rfc_2822_in_chinas_time() {
        let date = IsoDate::new(2025, 9, 1).unwrap();
        assert_eq!(
            rfc2822_date(&date).as_deref(),
            Some("Mon, 1 Sep 2025 00:00:00 +0800")
        );
    }

    #[test]
    fn durations_have_hours() {
        assert_eq!(clock(Duration::from_secs(3_723)), "01:02:03");
    }

    #[test]
    fn what_xml_forbids_becomes_a_space() {
        assert_eq!(clean("通知\u{8}附件\u{ffff}"), "通知 附件 ");
    }
}
