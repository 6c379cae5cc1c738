//! Addresses in log lines. A query may hold what is personal (办件编号, 查询码), so a line has its hash
//! in its place: two lines about one address are still seen to be, and who has the address can tell
//! that it is meant.

use std::borrow::Cow;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use regex::{Captures, Regex};

/// An http or https address with a query, in whatever text.
static WITH_QUERY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(https?://[^\s?#"'<>]+)\?([^\s#"'<>，。；：]+)"#).expect("a constant pattern")
});

static ARE_QUERIES_LOGGED: AtomicBool = AtomicBool::new(false);

/// Has queries logged as they are, from now on.
pub(crate) fn log_queries() {
    ARE_QUERIES_LOGGED.store(true, Ordering::Relaxed);
}

/// A text for the log: every query in it is hashed, unless they are logged as they are.
pub(crate) fn for_log(text: &str) -> Cow<'_, str> {
    if ARE_QUERIES_LOGGED.load(Ordering::Relaxed) {
        return Cow::Borrowed(text);
    }
    without_query(text)
}

/// A text with a hash in the place of every query.
pub(crate) fn without_query(text: &str) -> Cow<'_, str> {
    WITH_QUERY.replace_all(text, |found: &Captures<'_>| {
        let hash = blake3::hash(found[2].as_bytes()).to_hex();
        format!("{}?{}…", &found[1], &hash[..12])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_hashed_wherever_it_stands() {
        let page = "https://www.example.gov.cn/cx/result.jsp?code=3301-2026-77";
        let shown = without_query(page);
        assert!(
            shown.starts_with("https://www.example.gov.cn/cx/result.jsp?"),
            "{shown}"
        );
        assert!(!shown.contains("3301"), "{shown}");
        assert_eq!(without_query(page), shown);
        assert_ne!(
            without_query("https://www.example.gov.cn/cx/result.jsp?code=1"),
            shown
        );
        let text = format!("{page} answered 500, and \"{page}\" too: http://a.cn/x?y=z#top");
        let shown = without_query(&text);
        assert!(!shown.contains("3301") && !shown.contains("y=z"), "{shown}");
        assert!(shown.contains(" answered 500, and "), "{shown}");
    }

    #[test]
    fn what_has_no_query_stays() {
        for text in ["https://a.gov.cn/b.html", "why?", "a?b=c", ""] {
            assert_eq!(without_query(text), text);
        }
    }
}
