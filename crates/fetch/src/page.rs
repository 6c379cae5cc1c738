//! A fetched page, and what tells later whether it changed.

use reqwest::header::{HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH};

/// A fetched page as text.
#[derive(Debug, Clone)]
pub struct Page {
    /// Where it came from, after all redirects.
    pub url: url::Url,
    /// Its media type without parameters, in lower case: `text/html`.
    pub media_type: String,
    /// The encoding it was decoded from, as the Encoding Standard names it: `gb18030`.
    pub charset: &'static str,
    /// Its text; malformed bytes are U+FFFD. Empty for a file.
    pub text: String,
    /// The bytes of what is no page but a file: a PDF, a Word document.
    pub file: Option<bytes::Bytes>,
    /// `ETag`, for asking whether it changed.
    pub etag: Option<String>,
    /// `Last-Modified`, for asking whether it changed.
    pub last_modified: Option<String>,
}

impl Page {
    /// What tells later whether the page changed.
    pub fn validators(&self) -> Validators {
        Validators {
            url: self.url.clone(),
            etag: self.etag.clone(),
            last_modified: self.last_modified.clone(),
            digest: self.digest(),
        }
    }

    /// Of what it says.
    fn digest(&self) -> blake3::Hash {
        blake3::hash(self.file.as_deref().unwrap_or(self.text.as_bytes()))
    }
}

/// What tells whether a page changed since it was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validators {
    /// Where it came from, after all redirects: what the server says of it holds there only.
    url: url::Url,
    etag: Option<String>,
    last_modified: Option<String>,
    /// Of what it says, for servers that know no validators.
    digest: blake3::Hash,
}

impl Validators {
    /// Headers that ask for the page at `url` only if it is another. Another page than the one these
    /// came with may well have the same validators, so they hold for their own address only.
    pub(super) fn conditions_at(&self, url: &url::Url) -> HeaderMap {
        if self.url != *url {
            return HeaderMap::new();
        }
        let headers = [
            (IF_NONE_MATCH, &self.etag),
            (IF_MODIFIED_SINCE, &self.last_modified),
        ];
        headers
            .into_iter()
            .filter_map(|(name, value)| {
                Some((name, HeaderValue::from_str(value.as_deref()?).ok()?))
            })
            .collect()
    }

    /// Whether `page` is the same as the one that these came with.
    pub(super) fn hold_for(&self, page: &Page) -> bool {
        page.url == self.url && page.digest() == self.digest
    }
}
