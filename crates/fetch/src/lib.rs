//! The only door to the web: fetched bytes as characters, with their final URL and media type.
//!
//! Somebody who may name a URL must not reach what only this machine can reach, and a page must not
//! cost more than a page may. So every address is checked before it is connected to, and time,
//! redirects, bytes received and bytes unpacked are bounded.
//!
//! ```
//! use langdu_fetch::{FetchConfig, FetchError, Fetcher, charset};
//!
//! // Nothing is fetched by default; hosts are named.
//! let config = FetchConfig::default().permit_host("*.example.gov.cn");
//! let fetcher = Fetcher::new(config)?;
//! assert!(fetcher.admit("https://www.example.gov.cn/zwgk/1.html").is_ok());
//! assert!(matches!(
//!     fetcher.admit("https://www.example.com/"),
//!     Err(FetchError::HostNotAllowed { .. })
//! ));
//! assert!(matches!(
//!     fetcher.admit("https://www.example.gov.cn:22/"),
//!     Err(FetchError::PortNotAllowed { port: 22 })
//! ));
//!
//! // Old portals send GBK and call it gb2312.
//! let bytes = b"<meta charset=gb2312>\xcd\xa8\xd6\xaa";
//! let (text, encoding) = charset::decode(bytes, Some("text/html"));
//! assert_eq!(encoding.name(), "gb18030");
//! assert!(text.ends_with("通知"));
//! # Ok::<(), FetchError>(())
//! ```
//!
//! # The way of a request
//!
//! `fetcher` follows redirects by itself and asks `guard` about each address; `client` is the HTTP
//! client, whose resolver is the guard, so that what was checked is what is connected to. `robots`
//! holds the rules of sites where they are respected. `body` unpacks what came within its bounds,
//! `media` tells a page from a file, and `charset` turns bytes into characters. A [`Page`] keeps
//! [`Validators`], with which [`Fetcher::fetch_if_changed`] asks for it again.
//!
//! Nothing here knows what a page means: that is the business of the crate `langdu_document`.

mod body;
pub mod charset;
mod client;
mod config;
mod error;
mod fetcher;
mod guard;
mod lookup;
mod media;
mod page;
mod redirect;
mod robots;

pub use config::FetchConfig;
pub use error::FetchError;
pub use fetcher::Fetcher;
pub use guard::host_fits;
pub use lookup::Lookup;
pub use page::{Page, Validators};
