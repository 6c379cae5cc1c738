//! Which page an address is of.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;

/// A page: all addresses that are one by the [rules](super::PageRules).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PageKey(pub(super) [u8; 16]);

impl PageKey {
    /// The key of an address as it stands: http and https are one, and so are fragments.
    pub(super) fn of(url: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        match Url::parse(url.trim()) {
            Ok(mut url) => {
                url.set_fragment(None);
                // A port that is the scheme's own is not part of a parsed address.
                let port = url.port();
                hasher.update(url.host_str().unwrap_or_default().as_bytes());
                hasher.update(&port.unwrap_or_default().to_le_bytes());
                hasher.update(url[url::Position::BeforePath..].as_bytes());
            }
            Err(_) => {
                hasher.update(url.as_bytes());
            }
        }
        let mut key = [0; 16];
        hasher.finalize_xof().fill(&mut key);
        Self(key)
    }
}

impl PageKey {
    /// The key of those that name the same page and have its title.
    pub(super) fn of_title(page: Self, title: &str) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("langdu 2026 page and title");
        hasher.update(&page.0).update(title.trim().as_bytes());
        let mut key = [0; 16];
        hasher.finalize_xof().fill(&mut key);
        Self(key)
    }
}

impl fmt::Display for PageKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl From<PageKey> for String {
    fn from(key: PageKey) -> Self {
        key.to_string()
    }
}

impl FromStr for PageKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "a page's key has 32 hex digits";
        if text.len() != 32 {
            return Err(wrong);
        }
        let number = u128::from_str_radix(text, 16).map_err(|_| wrong)?;
        Ok(Self(number.to_be_bytes()))
    }
}

impl TryFrom<String> for PageKey {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_page_has_one_key() {
        let page = PageKey::of("https://www.example.gov.cn/a.html?id=1");
        for same in [
            "http://www.example.gov.cn/a.html?id=1",
            "https://WWW.example.gov.cn:443/a.html?id=1#top",
            " https://www.example.gov.cn/a.html?id=1 ",
        ] {
            assert_eq!(PageKey::of(same), page, "{same}");
        }
        for other in [
            "https://www.example.gov.cn/a.html",
            "https://www.example.gov.cn/a.html?id=2",
            "https://www.example.gov.cn:8443/a.html?id=1",
            "https://example.gov.cn/a.html?id=1",
        ] {
            assert_ne!(PageKey::of(other), page, "{other}");
        }
    }

    #[test]
    fn a_key_survives_printing_and_parsing() {
        let key = PageKey::of("https://www.example.gov.cn/");
        assert_eq!(key.to_string().parse(), Ok(key));
    }
}
