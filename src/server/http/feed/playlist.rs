//! A column as an extended M3U: for players and car radios that know no podcasts.

use std::fmt::Write;

use super::super::base::Base;
use super::column::Column;

pub(super) fn render(column: &Column, base: &Base) -> String {
    let mut list = String::from("#EXTM3U\n");
    for episode in &column.episodes {
        // Writing into a string cannot fail.
        let _ = write!(
            list,
            "#EXTINF:{},{}\n{}\n",
            episode.duration.as_secs(),
            one_line(&episode.title),
            base.join(&episode.audio)
        );
    }
    list
}

/// A title with a line end in it would break the list.
fn one_line(title: &str) -> String {
    title
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
