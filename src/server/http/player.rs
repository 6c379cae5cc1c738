//! The player: at a fixed address for convenience, and at one that names its bytes, for pages
//! that pin them.

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{HeaderMap, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha384};

use super::json::{Answer, NO_CACHE};
use super::range::{IfNoneMatch, Lifetime, file};
use crate::server::schema::closed;

/// Part of the binary, so that player and gateway always fit. The build script joins it from its
/// source files in `web/src`.
const PLAYER: &str = include_str!(concat!(env!("OUT_DIR"), "/read-aloud.js"));

/// What the player offers to a page's own scripts.
const TYPES: &str = include_str!("../../../web/read-aloud.d.ts");

/// The style sheets of its parts, for browsers that cannot make any by script on pages whose content
/// security policy allows none in the page.
const BUTTON_SHEET: &str = include_str!(concat!(env!("OUT_DIR"), "/button.css"));
const DOCK_SHEET: &str = include_str!(concat!(env!("OUT_DIR"), "/dock.css"));
const LIGHT_SHEET: &str = include_str!(concat!(env!("OUT_DIR"), "/light.css"));

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
pub(super) async fn latest(IfNoneMatch(headers): IfNoneMatch) -> Response<Body> {
    file(
        &headers,
        Bytes::from_static(PLAYER.as_bytes()),
        JAVASCRIPT,
        Lifetime::Short,
    )
}

/// `GET /read-aloud-{version}.js`: these bytes or none.
pub(super) async fn this_version(IfNoneMatch(headers): IfNoneMatch) -> Response<Body> {
    file(
        &headers,
        Bytes::from_static(PLAYER.as_bytes()),
        JAVASCRIPT,
        Lifetime::Immutable,
    )
}

/// `GET /read-aloud.d.ts`.
pub(super) async fn types(IfNoneMatch(headers): IfNoneMatch) -> Response<Body> {
    file(
        &headers,
        Bytes::from_static(TYPES.as_bytes()),
        "text/plain; charset=utf-8",
        Lifetime::Short,
    )
}

/// `GET /read-aloud-button.css`.
pub(super) async fn button_sheet(IfNoneMatch(headers): IfNoneMatch) -> Response<Body> {
    sheet(&headers, BUTTON_SHEET)
}

/// `GET /read-aloud-dock.css`.
pub(super) async fn dock_sheet(IfNoneMatch(headers): IfNoneMatch) -> Response<Body> {
    sheet(&headers, DOCK_SHEET)
}

/// `GET /read-aloud-light.css`.
pub(super) async fn light_sheet(IfNoneMatch(headers): IfNoneMatch) -> Response<Body> {
    sheet(&headers, LIGHT_SHEET)
}

fn sheet(headers: &HeaderMap, text: &'static str) -> Response<Body> {
    file(
        headers,
        Bytes::from_static(text.as_bytes()),
        "text/css; charset=utf-8",
        Lifetime::Short,
    )
}

/// What a page needs to pin the player.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Player", transform = closed)]
pub(super) struct PlayerAnswer {
    /// Its address under the gateway's root.
    #[schemars(regex(pattern = r"^read-aloud-[0-9a-f]{16}\.js$"))]
    script: &'static str,
    #[schemars(regex(pattern = "^sha384-"))]
    integrity: &'static str,
    /// The address of whichever version.
    latest: &'static str,
    /// The address of its declarations.
    types: &'static str,
}

/// `GET /v1/player.json`: what a page needs to pin the player.
pub(super) async fn about() -> Answer<PlayerAnswer> {
    let pinned = pinned();
    let answer = PlayerAnswer {
        script: &pinned.address,
        integrity: &pinned.integrity,
        latest: "read-aloud.js",
        types: "read-aloud.d.ts",
    };
    Answer::new(answer).cached(NO_CACHE)
}
