//! The word lists of rules. They stand in files of `data`, so that no Rust is needed to add a word.

use std::ops::Deref;
use std::sync::OnceLock;

/// One list of a file, read when it is first used.
///
/// A file holds lists, each behind its name in square brackets on a line of its own. Words are separated
/// by blanks or line ends, and `#` opens a comment.
pub(super) struct Words {
    file: &'static str,
    name: &'static str,
    words: OnceLock<Vec<&'static str>>,
}

impl Words {
    /// The list called `name` of the text of a file.
    pub(super) const fn of(file: &'static str, name: &'static str) -> Self {
        Self {
            file,
            name,
            words: OnceLock::new(),
        }
    }
}

impl Deref for Words {
    type Target = [&'static str];

    fn deref(&self) -> &Self::Target {
        self.words.get_or_init(|| {
            let lines = self.file.lines().filter(|line| !line.starts_with('#'));
            lines
                .skip_while(|line| name(line) != Some(self.name))
                .skip(1)
                .take_while(|line| name(line).is_none())
                .flat_map(str::split_whitespace)
                .collect()
        })
    }
}

/// The name that a line opens a list with.
fn name(line: &str) -> Option<&str> {
    line.strip_prefix('[')?.strip_suffix(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_ends_where_the_next_begins() {
        const FILE: &str = "# 甲\n[one]\n为了 为着\n得到\n[two]\n系";
        assert_eq!(*Words::of(FILE, "one"), ["为了", "为着", "得到"]);
        assert_eq!(*Words::of(FILE, "two"), ["系"]);
        assert!(Words::of(FILE, "three").is_empty());
    }
}
