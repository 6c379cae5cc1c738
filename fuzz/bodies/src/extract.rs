//! A page to its document, and the search for its next page.

use langdu_document::ExtractOptions;
use langdu_fetch::charset;
use langdu_testkit::document::is_sound;
use url::Url;

/// Reads the input as a page.
pub fn read(input: &[u8]) {
    let (html, _) = charset::decode(input, None);
    let url = Url::parse("https://www.example.gov.cn/a/t20240301_1.html").expect("a URL");
    if let Ok(document) = langdu_document::extract(&html, Some(&url), &ExtractOptions::default()) {
        assert!(is_sound(&document), "{document:?}");
    }
    let _ = langdu_document::next_page(&html, &url);
}
