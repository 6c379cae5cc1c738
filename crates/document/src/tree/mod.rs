//! The page as a tree, within bounds, and what a reader of it cannot see.

mod beside_title;
pub(crate) mod flat;
pub(crate) mod hidden;
pub(crate) mod notation;
pub(crate) mod panels;
pub(crate) mod parse;
pub(crate) mod tag;

use scraper::Html;

use crate::options::{ExtractError, ExtractOptions};

/// The tree of `html`, within the limits of `options`.
///
/// # Errors
/// [`ExtractError::TooLarge`] or [`ExtractError::TooManyParts`] names the limit.
pub(crate) fn parse_within(html: &str, options: &ExtractOptions) -> Result<Html, ExtractError> {
    if html.len() > options.max_bytes {
        return Err(ExtractError::TooLarge {
            bytes: html.len(),
            limit: options.max_bytes,
        });
    }
    parse::parse(html, options.max_nodes).map_err(|_| ExtractError::TooManyParts {
        limit: options.max_nodes,
        what: "elements",
        setting: "max_nodes",
    })
}
