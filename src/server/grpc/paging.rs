//! The pages of the contract's lists.

use super::super::problem::Problem;
use super::request::both;

/// Entries of one answer, unless the caller says otherwise, and at most.
const PAGE_SIZE: u32 = 100;
const MOST: u32 = 1000;

/// Which part of a list is asked for.
#[derive(Clone, Copy)]
pub(super) struct Page {
    /// How many entries are left out before it.
    pub(super) skipped: u32,
    /// How many entries it holds at most.
    most: u32,
}

impl Page {
    /// The page that a request asks for.
    ///
    /// # Errors
    ///
    /// When the token is none of ours, or the size out of its range.
    pub(super) fn of(page_size: i32, page_token: &str) -> Result<Self, Problem> {
        let skipped = match page_token {
            "" => Ok(0),
            token => token
                .parse()
                .map_err(|_| Problem::invalid("page_token", "it is none that an answer has held")),
        };
        let most = match page_size {
            0 => Ok(PAGE_SIZE),
            size => u32::try_from(size)
                .ok()
                .filter(|size| *size <= MOST)
                .ok_or_else(|| {
                    Problem::invalid("page_size", format!("it is not from 1 to {MOST}"))
                }),
        };
        let (skipped, most) = both(skipped, most)?;
        Ok(Self { skipped, most })
    }

    /// How many entries to ask for: one more than the page holds, to know whether another page follows.
    pub(super) fn wanted(self) -> u32 {
        self.most + 1
    }

    /// The page's entries of a list that begins with them, and the token of the page that follows, which is
    /// empty after the last.
    pub(super) fn cut<T>(self, mut listed: Vec<T>) -> (Vec<T>, String) {
        let follows = listed.len() > self.most as usize;
        listed.truncate(self.most as usize);
        let token = if follows {
            self.skipped.saturating_add(self.most).to_string()
        } else {
            String::new()
        };
        (listed, token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pages of a list of so many numbers, asked for one after the other.
    fn pages(length: u32, size: i32) -> Vec<Vec<u32>> {
        let (mut token, mut pages) = (String::new(), Vec::new());
        loop {
            let page = Page::of(size, &token).expect("a page");
            let listed = (page.skipped..length).take(page.wanted() as usize);
            let (entries, next) = page.cut(listed.collect());
            pages.push(entries);
            if next.is_empty() {
                return pages;
            }
            token = next;
        }
    }

    #[test]
    fn pages_hold_every_entry_once_and_end_with_the_last() {
        assert_eq!(pages(7, 3), [vec![0, 1, 2], vec![3, 4, 5], vec![6]]);
        assert_eq!(pages(6, 3), [vec![0, 1, 2], vec![3, 4, 5]]);
        assert_eq!(pages(0, 3), [Vec::<u32>::new()]);
        assert_eq!(pages(250, 0).len(), 3);
    }

    #[test]
    fn a_token_of_somebody_else_and_a_size_out_of_range_are_told() {
        for (size, token) in [(0, "next"), (0, "-1"), (-1, ""), (1001, "")] {
            assert!(Page::of(size, token).is_err(), "{size}, {token:?}");
        }
        // The last place that a token can name has nothing behind it.
        let last = Page::of(1000, &u32::MAX.to_string()).expect("a page");
        let entries = vec![(); 1001];
        assert_eq!(last.cut(entries).1, u32::MAX.to_string());
    }
}
