//! How browsers of other origins may use the gateway, and its address as they know it.

use serde::{Deserialize, Serialize};
use url::Url;

/// How browsers of other origins may use the gateway, and its address as they know it.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct GatewayConfig {
    /// Portals whose pages may call the gateway from another origin (CORS). None are needed where
    /// a portal proxies the gateway under its own origin.
    pub allowed_origins: Vec<Origin>,
    /// The gateway's root as the outside knows it, for the absolute addresses in feeds and QR
    /// codes: `https://www.example.gov.cn/langdu/`. Without it, the `Host` of each request.
    pub public_url: Option<PublicUrl>,
    /// Where the addresses of a withdrawn document's audio are posted, so that a CDN in front forgets
    /// them: `{"page": "…", "urls": ["…"]}`.
    pub purge_url: Option<Url>,
    /// The picture of podcasts: PNG or JPEG, from 1400 to 3000 pixels square, where directories are to take it.
    /// Without it, a loudspeaker.
    pub feed_picture: Option<Url>,
}

/// The origin of a web page: scheme, host and, if it is not the scheme's own, port.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin(String);

impl Origin {
    /// As browsers write it in their `Origin` header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.0
    }
}

impl From<PublicUrl> for String {
    fn from(url: PublicUrl) -> Self {
        url.0.into()
    }
}

impl TryFrom<String> for Origin {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = || format!("`{text}` is no origin: write it as https://www.example.gov.cn");
        let url = web_url(&text).ok_or_else(wrong)?;
        let bare = url.path() == "/" && !text.ends_with('/') && !text.contains('*');
        if !bare || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong());
        }
        Ok(Self(url.origin().ascii_serialization()))
    }
}

/// An address that others are joined to: http or https, with a path that ends in `/`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicUrl(Url);

impl PublicUrl {
    /// The address.
    pub fn as_url(&self) -> &Url {
        &self.0
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let url = web_url(&text)
            .filter(|url| url.query().is_none() && url.fragment().is_none())
            .ok_or_else(|| format!("`{text}` is no http or https address of a folder"))?;
        if !url.path().ends_with('/') {
            return Err(format!("`{text}` names no folder: end it with /"));
        }
        Ok(Self(url))
    }
}

/// An http or https address without a user's name or password.
fn web_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let anonymous = url.username().is_empty() && url.password().is_none();
    (matches!(url.scheme(), "http" | "https") && anonymous).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port_alone() {
        let origin = |text: &str| Origin::try_from(text.to_owned()).map(|origin| origin.0);
        for (text, written) in [
            ("https://www.example.gov.cn", "https://www.example.gov.cn"),
            (
                "https://WWW.example.gov.cn:443",
                "https://www.example.gov.cn",
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ] {
            assert_eq!(origin(text).as_deref(), Ok(written), "{text}");
        }
        for text in [
            "*",
            "null",
            "www.example.gov.cn",
            "https://www.example.gov.cn/",
            "https://www.example.gov.cn/zhengce",
            "https://user@www.example.gov.cn",
            "ftp://www.example.gov.cn",
            "https://*.gov.cn",
        ] {
            assert!(origin(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_public_address_is_a_folder() {
        let public = |text: &str| PublicUrl::try_from(text.to_owned());
        assert!(public("https://www.example.gov.cn/langdu/").is_ok());
        assert!(public("https://www.example.gov.cn").is_ok());
        for text in ["https://a.cn/langdu", "https://a.cn/?x=1", "a.cn/langdu/"] {
            assert!(public(text).is_err(), "{text}");
        }
    }
}
