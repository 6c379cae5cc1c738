//! What a page is, whatever it was asked for by.

use url::Url;

use super::page_rules::is_plausible;
use super::{AliasKind, ContentKey, PageKey, PageRules};

/// What a page is: where it was read, what it says it is, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageIdentity {
    /// The address that it was requested by.
    pub requested: String,
    /// Where redirects led from there.
    pub url: String,
    /// Addresses of what was joined to it: pages that continue it, an attachment that was followed.
    pub parts: Vec<String>,
    /// Its `<link rel=canonical>`.
    pub canonical: Option<String>,
    /// Its title.
    pub title: String,
    /// What it says; `None` where that is too little to tell it from other documents.
    pub content: Option<ContentKey>,
}

/// The keys of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PageKeys {
    pub(super) page: PageKey,
    pub(super) aliases: Vec<(AliasKind, PageKey)>,
    pub(super) content: Option<ContentKey>,
}

impl PageIdentity {
    /// A page that is nothing but its address.
    pub fn of_address(url: &str) -> Self {
        Self {
            requested: url.to_owned(),
            url: url.to_owned(),
            parts: Vec::new(),
            canonical: None,
            title: String::new(),
            content: None,
        }
    }

    pub(super) fn keys(&self, rules: &PageRules) -> PageKeys {
        let page = rules.key(&self.url);
        let mut aliases = Vec::new();
        let canonical = self.canonical().map(|canonical| rules.key(&canonical));
        let canonical = canonical.filter(|canonical| *canonical != page);
        if let Some(canonical) = canonical {
            aliases.push((AliasKind::Canonical, canonical));
        }
        // Of pages that name the same one, those with its title are the same document: a template
        // may name a wrong one on every page.
        for named in [Some(page), canonical].into_iter().flatten() {
            if !self.title.is_empty() {
                let titled = PageKey::of_title(named, &self.title);
                aliases.push((AliasKind::Titled, titled));
            }
        }
        let requested = rules.key(&self.requested);
        if requested != page {
            aliases.push((AliasKind::Requested, requested));
        }
        for part in &self.parts {
            let part = rules.key(part);
            if part != page && part != requested {
                aliases.push((AliasKind::Part, part));
            }
        }
        aliases.dedup();
        PageKeys {
            page,
            aliases,
            content: self.content,
        }
    }

    fn canonical(&self) -> Option<String> {
        let canonical = Url::parse(self.canonical.as_deref()?).ok()?;
        let url = Url::parse(&self.url).ok()?;
        is_plausible(&canonical, &url).then(|| canonical.to_string())
    }
}

impl PageKeys {
    /// Everything that the page may be refused by.
    pub(super) fn all(&self) -> impl Iterator<Item = super::withdrawal::Key> {
        let aliases = self.aliases.iter().map(|(_, key)| key.0);
        let content = self.content.map(|content| content.0);
        [self.page.0].into_iter().chain(aliases).chain(content)
    }
}
