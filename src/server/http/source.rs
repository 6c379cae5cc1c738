//! What a body hands over to be read: the same on every route that takes a source.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::reading::Source;
use crate::server::problem::Problem;
use crate::server::schema::one_of;

/// One of `url`, `html`, `text`, `ssml` and `file`.
#[derive(Deserialize, JsonSchema)]
#[schemars(transform = one_of(&["url", "html", "text", "ssml", "file"]))]
pub(super) struct SourceBody {
    /// A page on an allowed host.
    #[schemars(url)]
    url: Option<String>,
    /// A page.
    html: Option<String>,
    /// What relative links in `html` are resolved against.
    #[schemars(with = "Option<String>", url)]
    base_url: Option<url::Url>,
    /// Plain text, one paragraph a line.
    text: Option<String>,
    /// A text that says itself how it is read: `speak`, `p`, `s`, `break`, `phoneme`, `say-as`, `sub`, `prosody`
    /// with a rate, and `mark` of SSML. What is not known is told in `warnings`, and never spoken.
    ssml: Option<String>,
    /// PDF, DOCX, DOC, OFD, XLSX, XLS, ODT, RTF, HTML or plain text, by what it holds; in base64.
    #[schemars(extend("contentEncoding" = "base64"))]
    file: Option<String>,
    /// The file's Content-Type, for the charset of text.
    media_type: Option<String>,
    /// Read the main attachment of a page that only points to it.
    #[serde(default)]
    follow_attachments: bool,
}

impl SourceBody {
    /// The source.
    ///
    /// # Errors
    ///
    /// Where there is none, or more than one, or the file is no base64.
    pub(super) fn source(self) -> Result<Source, Problem> {
        match (self.url, self.html, self.text, self.ssml, self.file) {
            (Some(url), None, None, None, None) => Ok(Source::page(url, self.follow_attachments)),
            (None, Some(html), None, None, None) => Ok(Source::Html {
                content: html.into_bytes().into(),
                base_url: self.base_url,
                // JSON is always UTF-8, whatever the page says of itself.
                content_type: Some("text/html; charset=utf-8".to_owned()),
            }),
            (None, None, Some(text), None, None) => Ok(Source::Text(text)),
            (None, None, None, Some(ssml), None) => Ok(Source::Ssml(ssml)),
            (None, None, None, None, Some(file)) => Ok(Source::File {
                content: BASE64
                    .decode(file)
                    .map_err(|error| Problem::invalid("file", format!("it is no base64: {error}")))?
                    .into(),
                media_type: self.media_type,
            }),
            _ => {
                let message = "give one of url, html, text, ssml and file";
                Err(Problem::invalid("body", message))
            }
        }
    }
}
