//! Fetched bytes with their final URL, media type and charset.
//!
//! `fetcher` is the only door to the web: it checks every address it connects to (`guard`) and
//! bounds time and size (`body`). `charset` turns bytes into characters. What the page means is
//! the business of [`document`](langdu_document).

mod body;
pub mod charset;
mod config;
mod error;
mod fetcher;
mod guard;
mod lookup;
mod robots;

pub use config::FetchConfig;
pub use error::FetchError;
pub use fetcher::Fetcher;
pub use guard::host_fits;
pub use lookup::Lookup;

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
