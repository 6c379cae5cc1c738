//! A page to its document, and the search for its next page.
#![no_main]

use langdu::document::{self, ExtractOptions};
use langdu::page::charset;
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|input: &[u8]| {
    let (html, _) = charset::decode(input, None);
    let url = Url::parse("https://www.example.gov.cn/a/t20240301_1.html").expect("a URL");
    if let Ok(document) = document::extract(&html, Some(&url), &ExtractOptions::default()) {
        assert!(document.blocks.iter().all(|block| !block.text.trim().is_empty()));
    }
    let _ = document::next_page(&html, &url);
});
