//! Where a response sends on to.

use reqwest::Response;
use reqwest::header::LOCATION;
use url::Url;

use super::error::FetchError;

/// The address that `response`, which came from `url`, redirects to; `None` when it is no redirect.
/// Whether it may be fetched is not checked here.
///
/// # Errors
/// [`FetchError::BadUrl`] when it is not a URL.
pub(super) fn target(url: &Url, response: &Response) -> Result<Option<String>, FetchError> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = response.headers().get(LOCATION) else {
        return Ok(None);
    };
    // Chinese servers put raw UTF-8 into the header.
    resolve(url, &String::from_utf8_lossy(location.as_bytes())).map(Some)
}

fn resolve(url: &Url, location: &str) -> Result<String, FetchError> {
    url.join(location)
        .map(String::from)
        .map_err(|_| FetchError::BadUrl {
            url: location.chars().take(200).collect(),
            reason: "the page redirects to it, and it is not a URL",
        })
}
