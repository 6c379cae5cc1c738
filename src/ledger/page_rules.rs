//! Which addresses are one page: the rules that every address goes through before it becomes a
//! [`PageKey`].
//!
//! They follow RFC 3986, section 6.2 (case and percent-escapes), and leave out what says who came
//! from where and not what is shown. What differs after that is told apart by the redirects, the
//! `<link rel=canonical>` and the words of the page: see [`PageIdentity`](super::PageIdentity).

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use url::{Position, Url};

use super::PageKey;

/// Parameters of a query that change nothing in a page, on any site; a star stands for any ending.
/// They tell where a visitor came from (Google's and Baidu's campaigns, Alibaba's `spm`), who has
/// shared a page (WeChat and others), which advertisement was clicked, or which session it is, and
/// keep caches from answering (`_`).
const IGNORED: [&str; 36] = [
    "_",
    "_ga",
    "_gl",
    "bd_vid",
    "bdmsource",
    "chksm",
    "fbclid",
    "from",
    "from_source",
    "fromid",
    "fromsource",
    "fromuid",
    "gclid",
    "hmci",
    "hmcu",
    "hmkw",
    "hmpl",
    "hmsr",
    "isappinstalled",
    "jsessionid",
    "mc_cid",
    "mc_eid",
    "mpshare",
    "msclkid",
    "nsukey",
    "phpsessid",
    "scene",
    "scm",
    "share",
    "share_*",
    "sharer_*",
    "shareuid",
    "sharesource",
    "spm",
    "utm_*",
    "yclid",
];

/// Which addresses are one page, beside what holds on every site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct PageRules {
    /// Further parameters of queries that change nothing in a page; a star at the end stands for any
    /// ending. Case does not matter.
    pub ignored_parameters: Vec<String>,
    /// Sites with hosts or parameters of their own.
    pub sites: Vec<SiteRules>,
}

/// A site with hosts or parameters of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SiteRules {
    /// Hosts that show the same pages under the same paths.
    pub hosts: Vec<String>,
    /// The only parameters that tell its pages apart, also where they would be left out elsewhere.
    /// Without them all do that are not left out.
    #[serde(default)]
    pub parameters: Option<Vec<String>>,
    /// Its documents are heard when an editor has approved them (先审后播), and not before.
    #[serde(default)]
    pub approval: bool,
}

impl PageRules {
    /// What cannot be used, each in words.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for site in &self.sites {
            if site.hosts.is_empty() {
                complaints.push("a site in pages.sites has no hosts".to_owned());
            }
            for host in &site.hosts {
                let is_host =
                    url::Host::parse(host).is_ok_and(|parsed| parsed.to_string() == *host);
                if !is_host {
                    complaints.push(format!(
                        "pages.sites: `{host}` is no host: write it as www.example.gov.cn, without \
                         scheme, port or path"
                    ));
                }
                if !seen.insert(host) {
                    complaints.push(format!("pages.sites names {host} twice"));
                }
            }
        }
        complaints
    }

    /// The key of the page at `url`.
    pub fn key(&self, url: &str) -> PageKey {
        match Url::parse(url.trim()) {
            Ok(url) => PageKey::of(&self.canonical(&url)),
            Err(_) => PageKey::of(url),
        }
    }

    /// The portal of the page at `url`: its host, or the first of the hosts that are one site with it. `None`
    /// where there is no host in it.
    pub fn portal(&self, url: &str) -> Option<String> {
        let url = Url::parse(url.trim()).ok()?;
        let host = url.host_str().filter(|host| !host.is_empty())?;
        Some(self.site_host(host.trim_end_matches('.')).to_owned())
    }

    /// Whether documents at `url` are heard only when an editor has approved them.
    pub fn needs_approval(&self, url: &str) -> bool {
        // Most deployments ask for none, and need not look at addresses for it.
        if self.sites.iter().all(|site| !site.approval) {
            return false;
        }
        let Some(portal) = self.portal(url) else {
            return false;
        };
        let asks = |site: &SiteRules| site.approval && site.hosts.contains(&portal);
        self.sites.iter().any(asks)
    }

    /// The first of the hosts that are one site with this one.
    fn site_host<'a>(&'a self, host: &'a str) -> &'a str {
        let site = self
            .sites
            .iter()
            .find(|site| site.hosts.iter().any(|of| of == host));
        site.and_then(|site| site.hosts.first())
            .map_or(host, String::as_str)
    }

    /// The one address of all that are the same page as `url`.
    fn canonical(&self, url: &Url) -> String {
        let host = url.host_str().unwrap_or_default().trim_end_matches('.');
        let site = self
            .sites
            .iter()
            .find(|site| site.hosts.iter().any(|of| of == host));
        let host = self.site_host(host);
        let mut canonical = format!("{}://{host}", url.scheme());
        if let Some(port) = url.port() {
            let _ = write!(canonical, ":{port}");
        }
        canonical.push_str(&path(url.path()));
        let query = self.query(url.query().unwrap_or_default(), site);
        if !query.is_empty() {
            canonical.push('?');
            canonical.push_str(&query);
        }
        canonical
    }

    /// The parameters that tell pages apart, in the order of their names.
    fn query(&self, query: &str, site: Option<&SiteRules>) -> String {
        let significant = site.and_then(|site| site.parameters.as_ref());
        let counts = |parameter: &str| {
            let name = parameter.split('=').next().unwrap_or_default();
            match significant {
                Some(significant) => significant.iter().any(|of| of == name),
                None => !self.is_ignored(name),
            }
        };
        let mut parameters: Vec<String> = query
            .split('&')
            .filter(|parameter| !parameter.is_empty())
            .map(|parameter| unescaped(&parameter.replace('+', "%20")))
            .filter(|parameter| counts(parameter))
            .collect();
        parameters.sort_unstable();
        parameters.join("&")
    }

    fn is_ignored(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let own = self.ignored_parameters.iter().map(String::as_str);
        IGNORED
            .into_iter()
            .chain(own)
            .any(|ignored| match ignored.strip_suffix('*') {
                Some(beginning) => name.starts_with(&beginning.to_ascii_lowercase()),
                None => name.eq_ignore_ascii_case(ignored),
            })
    }
}

/// A path without doubled slashes, needless escapes and sessions.
fn path(path: &str) -> String {
    let mut normalised = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        normalised.push('/');
        let segment = unescaped(segment);
        let session = segment.to_ascii_lowercase().find(";jsessionid=");
        normalised.push_str(&segment[..session.unwrap_or(segment.len())]);
    }
    if path.ends_with('/') {
        normalised.push('/');
    }
    normalised
}

/// Escapes that need none are undone, the others written in capitals. Bytes are looked at, and not
/// characters: old sites escape GBK.
fn unescaped(text: &str) -> String {
    let mut normalised = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        normalised.push_str(&rest[..at]);
        let escape = rest.get(at + 1..at + 3);
        let byte = escape.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte {
            Some(byte) => {
                if byte.is_ascii_alphanumeric() || b"-._~!$'()*,;:@".contains(&byte) {
                    normalised.push(char::from(byte));
                } else {
                    let _ = write!(normalised, "%{byte:02X}");
                }
                rest = &rest[at + 3..];
            }
            None => {
                normalised.push('%');
                rest = &rest[at + 1..];
            }
        }
    }
    normalised.push_str(rest);
    normalised
}

/// True where `canonical` can be what the page at `url` says it is: many sites name their home page
/// on every page by mistake.
pub(super) fn is_plausible(canonical: &Url, url: &Url) -> bool {
    let is_root =
        |url: &Url| url[Position::BeforePath..Position::AfterPath] == *"/" && url.query().is_none();
    matches!(canonical.scheme(), "http" | "https") && (!is_root(canonical) || is_root(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(toml: &str) -> PageRules {
        toml::from_str(toml).unwrap()
    }

    #[test]
    fn variants_of_an_address_are_one_page() {
        let rules = PageRules::default();
        let page = "https://www.example.gov.cn/zwgk/title.html?id=7&a=%E4%B8%AD";
        for same in [
            "http://www.example.gov.cn/zwgk/title.html?id=7&a=%E4%B8%AD",
            "https://WWW.example.gov.cn:443/zwgk/title.html?a=%e4%b8%ad&id=7#top",
            "https://www.example.gov.cn./zwgk//%74itle.html?id=7&a=中",
            "https://name@www.example.gov.cn//zwgk/./x/../title.html?id=7&&a=中&",
            "https://www.example.gov.cn/zwgk/title.html?utm_source=x&id=7&a=中&UTM_medium=y",
            "https://www.example.gov.cn/zwgk/title.html?id=7&a=中&spm=a2.b&from=timeline&share_token=9",
            "https://www.example.gov.cn/zwgk/title.html;jsessionid=9F?id=7&a=中&isappinstalled=0",
        ] {
            assert_eq!(rules.key(same), rules.key(page), "{same}");
        }
        for other in [
            "https://www.example.gov.cn/zwgk/title.html?id=8&a=%E4%B8%AD",
            "https://www.example.gov.cn/zwgk/title.html?id=7",
            "https://www.example.gov.cn/zwgk/title.html/?id=7&a=%E4%B8%AD",
            "https://www.example.gov.cn/zwgk/Title.html?id=7&a=%E4%B8%AD",
            "https://www.example.gov.cn:8443/zwgk/title.html?id=7&a=%E4%B8%AD",
            "https://m.example.gov.cn/zwgk/title.html?id=7&a=%E4%B8%AD",
            "https://www.example.gov.cn/zwgk%2Ftitle.html?id=7&a=%E4%B8%AD",
        ] {
            assert_ne!(rules.key(other), rules.key(page), "{other}");
        }
    }

    #[test]
    fn values_that_are_not_utf_8_stay_apart() {
        let rules = PageRules::default();
        let key = |value: &str| rules.key(&format!("https://a.gov.cn/s?w={value}"));
        assert_ne!(key("%C4%E3"), key("%CE%D2"));
        assert_eq!(key("%C4%E3"), key("%c4%e3"));
        assert_eq!(key("a+b"), key("a%20b"));
        assert_ne!(key("a%26b"), key("a&b"));
        assert_ne!(key("100%"), key("100"));
    }

    #[test]
    fn a_site_has_hosts_and_parameters_of_its_own() {
        let rules = rules(
            "ignored_parameters = [\"visit_*\", \"K\"]\n[[sites]]\n\
             hosts = [\"www.a.gov.cn\", \"a.gov.cn\"]\nparameters = [\"from\", \"id\"]\n\
             [[sites]]\nhosts = [\"b.gov.cn\", \"m.b.gov.cn\"]\n",
        );
        let same = |one: &str, other: &str| rules.key(one) == rules.key(other);
        assert!(same(
            "http://a.gov.cn/x?id=1&n=2",
            "https://www.a.gov.cn/x?id=1"
        ));
        assert!(!same(
            "http://a.gov.cn/x?id=1&from=2",
            "https://www.a.gov.cn/x?id=1"
        ));
        assert!(same(
            "http://m.b.gov.cn/x?visit_x=1&k=2",
            "https://b.gov.cn/x"
        ));
        assert!(!same("http://m.b.gov.cn/x?n=1", "https://b.gov.cn/x"));
        assert!(!same("http://m.b.gov.cn/x", "https://a.gov.cn/x"));
        assert!(rules.complaints().is_empty());
    }

    #[test]
    fn what_is_no_host_is_complained_of() {
        let rules =
            rules("[[sites]]\nhosts = [\"https://a.gov.cn/\", \"a.gov.cn\", \"a.gov.cn\"]\n");
        assert_eq!(rules.complaints().len(), 2, "{:?}", rules.complaints());
    }

    #[test]
    fn no_page_is_the_home_page_because_it_says_so() {
        let url = |url: &str| Url::parse(url).unwrap();
        let page = url("https://a.gov.cn/x.html");
        assert!(!is_plausible(&url("https://a.gov.cn/"), &page));
        assert!(is_plausible(
            &url("https://a.gov.cn/"),
            &url("http://www.a.gov.cn/")
        ));
        assert!(is_plausible(&url("https://a.gov.cn/y.html"), &page));
        assert!(!is_plausible(&url("javascript:void(0)"), &page));
    }
}
