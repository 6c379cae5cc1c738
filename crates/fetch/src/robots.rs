//! `robots.txt` as RFC 9309 has it: the group for our name, else the one for all; the longest
//! matching rule wins, and `Allow` wins among equals.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// Longest `robots.txt` read, in bytes: what RFC 9309 asks for at least.
pub(super) const LONGEST: usize = 500 << 10;

/// How long rules hold: RFC 9309 asks for no more than a day.
const HOLD_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Most sites whose rules are remembered.
const MOST_SITES: usize = 1000;

/// The rules of the sites that were visited lately, by origin.
#[derive(Debug, Default)]
pub(super) struct RobotsCache {
    sites: Mutex<HashMap<String, CachedRules>>,
}

#[derive(Debug)]
struct CachedRules {
    fetched: Instant,
    rules: Arc<Rules>,
}

impl RobotsCache {
    /// The rules of `origin`, while they hold.
    pub(super) fn get(&self, origin: &str) -> Option<Arc<Rules>> {
        let sites = self.sites.lock();
        let cached = sites.get(origin)?;
        (cached.fetched.elapsed() < HOLD_FOR).then(|| Arc::clone(&cached.rules))
    }

    /// Remembers the rules of `origin`. When there are too many, all are forgotten: they are cheap
    /// to fetch again.
    pub(super) fn insert(&self, origin: String, rules: Arc<Rules>) {
        let mut sites = self.sites.lock();
        if sites.len() >= MOST_SITES {
            sites.clear();
        }
        let fetched = Instant::now();
        sites.insert(origin, CachedRules { fetched, rules });
    }
}

/// The rules of one site for us.
#[derive(Debug, Default)]
pub(super) struct Rules {
    rules: Vec<(bool, String)>,
}

impl Rules {
    /// The rules in `text` for the product that `user_agent` begins with.
    pub(super) fn parse(text: &str, user_agent: &str) -> Self {
        let product = user_agent
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let mut for_us = None;
        let mut for_all = None;
        let mut agents: Vec<String> = Vec::new();
        let mut in_rules = false;
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else {
                continue;
            };
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "user-agent" => {
                    if std::mem::take(&mut in_rules) {
                        agents.clear();
                    }
                    agents.push(value.to_ascii_lowercase());
                }
                key @ ("allow" | "disallow") => {
                    in_rules = true;
                    let rule = (key == "allow", value.to_owned());
                    if agents.contains(&product) {
                        for_us.get_or_insert_with(Vec::new).push(rule.clone());
                    }
                    if agents.iter().any(|agent| agent == "*") {
                        for_all.get_or_insert_with(Vec::new).push(rule);
                    }
                }
                _ => {}
            }
        }
        Self {
            rules: for_us.or(for_all).unwrap_or_default(),
        }
    }

    /// Whether the path (with its query) may be fetched.
    pub(super) fn allow(&self, path: &str) -> bool {
        self.rules
            .iter()
            .filter(|(_, pattern)| !pattern.is_empty() && matches(pattern, path))
            .max_by_key(|(allow, pattern)| (pattern.len(), *allow))
            .is_none_or(|(allow, _)| *allow)
    }
}

/// Whether `path` begins as `pattern` says; `*` is anything, `$` at the end is the end.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_the_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| path.strip_prefix(first)) else {
        return false;
    };
    let mut last = "";
    for piece in pieces {
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
        last = piece;
    }
    !to_the_end
        || rest.is_empty()
        || (pattern.contains('*') && (last.is_empty() || rest.ends_with(last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_matching_rule_decides() {
        let text = "User-agent: *\nDisallow: /private/\nAllow: /private/open/\nDisallow: /*.pdf$\n";
        let rules = Rules::parse(text, "langdu/0.1");
        for (path, allowed) in [
            ("/art/1.html", true),
            ("/private/1.html", false),
            ("/private/open/1.html", true),
            ("/files/a.pdf", false),
            ("/files/a.pdf?download=1", true),
        ] {
            assert_eq!(rules.allow(path), allowed, "{path}");
        }
    }

    #[test]
    fn a_group_for_us_replaces_the_one_for_all() {
        let text = "User-agent: langdu\nAllow: /\n\nUser-agent: *\nDisallow: /\n";
        assert!(Rules::parse(text, "langdu/0.1 (+mailto:web@example.cn)").allow("/a"));
        assert!(!Rules::parse(text, "other/1").allow("/a"));
        assert!(Rules::default().allow("/a"));
    }
}
