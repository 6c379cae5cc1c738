//! The player: at a fixed address for convenience, and at one that names its bytes, for pages
//! that pin them.

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{HeaderMap, Response, header};
use axum::response::IntoResponse;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use serde_json::json;
use sha2::{Digest, Sha384};

use super::range::{Lifetime, file};

/// Part of the binary, so that player and gateway always fit. The build script joins it from its
/// source files in `web/src`.
const PLAYER: &str = include_str!(concat!(env!("OUT_DIR"), "/read-aloud.js"));

/// What the player offers to a page's own scripts.
const TYPES: &str = include_str!("../../../web/read-aloud.d.ts");

/// How much of the digest the address bears: enough that no two versions share one.
const VERSION_BYTES: usize = 8;

/// The player as a page can pin it.
pub(crate) struct Pinned {
    /// Its address under the gateway's root: other bytes, other address.
    pub(crate) address: String,
    /// The value of a script element's `integrity`.
    pub(crate) integrity: String,
}

static PINNED: LazyLock<Pinned> = LazyLock::new(|| {
    let digest = Sha384::digest(PLAYER);
    let version: String = digest[..VERSION_BYTES]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Pinned {
        address: format!("read-aloud-{version}.js"),
        integrity: format!("sha384-{}", BASE64_STANDARD.encode(digest)),
    }
});

/// The player of this build.
pub(crate) fn pinned() -> &'static Pinned {
    &PINNED
}

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// `GET /read-aloud.js`: whichever version this gateway has.
pub(super) async fn latest(headers: HeaderMap) -> Response<Body> {
    file(
        &headers,
        Bytes::from_static(PLAYER.as_bytes()),
        JAVASCRIPT,
        Lifetime::Short,
    )
}

/// `GET /read-aloud-{version}.js`: these bytes or none.
pub(super) async fn this_version(headers: HeaderMap) -> Response<Body> {
    file(
        &headers,
        Bytes::from_static(PLAYER.as_bytes()),
        JAVASCRIPT,
        Lifetime::Immutable,
    )
}

/// `GET /read-aloud.d.ts`.
pub(super) async fn types(headers: HeaderMap) -> Response<Body> {
    file(
        &headers,
        Bytes::from_static(TYPES.as_bytes()),
        "text/plain; charset=utf-8",
        Lifetime::Short,
    )
}

/// `GET /v1/player.json`: what a page needs to pin the player.
pub(super) async fn about() -> impl IntoResponse {
    let pinned = pinned();
    let body = json!({
        "script": pinned.address,
        "integrity": pinned.integrity,
        "latest": "read-aloud.js",
        "types": "read-aloud.d.ts",
    });
    (
        [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "no-cache"),
        ],
        body.to_string(),
    )
}
