//! The day of publication as a tile: a large day above a small month, `21` and `2024年02月`.

use std::sync::LazyLock;

use langdu_model::IsoDate;
use regex::Regex;

use crate::characters::without_spaces;
use crate::lines::Line;
use crate::tree::flat::{Flat, NONE};

/// Day and month in either order, as the lines of a tile or as one, with a bar between lines.
static TILES: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [
        r"^(?P<day>[0-9]{1,2})日?[|/]?(?P<year>(?:19|20)[0-9]{2})[年./-](?P<month>[0-9]{1,2})月?$",
        r"^(?P<year>(?:19|20)[0-9]{2})[年./-](?P<month>[0-9]{1,2})月?[|](?P<day>[0-9]{1,2})日?$",
        r"^(?P<month>[0-9]{1,2})[月./-](?P<day>[0-9]{1,2})日?[|](?P<year>(?:19|20)[0-9]{2})年?$",
        r"^(?P<year>(?:19|20)[0-9]{2})年?[|](?P<month>[0-9]{1,2})[月./-](?P<day>[0-9]{1,2})日?$",
    ]
    .map(|pattern| Regex::new(pattern).expect("a constant pattern"))
});

/// Longest line of a tile, in characters.
const LONGEST: u32 = 10;

/// The date of the tile that begins at `at`, and how many lines it has.
pub(super) fn date(flat: &Flat<'_>, lines: &[Line], at: usize) -> Option<(IsoDate, usize)> {
    let of_tile = |line: &Line| {
        line.chars <= LONGEST
            && line.cell == NONE
            && line.link_chars == 0
            && line.text.starts_with(|c: char| c.is_ascii_digit())
    };
    let first = lines.get(at).filter(|line| of_tile(line))?;
    let own = without_spaces(&first.text);
    if let Some(date) = read(&own) {
        return Some((date, 1));
    }
    let second = lines.get(at + 1).filter(|line| of_tile(line))?;
    let parent = |line: &Line| flat.nodes[line.block as usize].parent;
    let together = parent(first) == parent(second)
        || first.block == second.block
        || parent(first) == second.block
        || parent(second) == first.block;
    if !together {
        return None;
    }
    read(&format!("{own}|{}", without_spaces(&second.text))).map(|date| (date, 2))
}

fn read(text: &str) -> Option<IsoDate> {
    if !text.contains("19") && !text.contains("20") {
        return None;
    }
    let parts = TILES.iter().find_map(|tile| tile.captures(text))?;
    IsoDate::new(
        parts["year"].parse().ok()?,
        parts["month"].parse().ok()?,
        parts["day"].parse().ok()?,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_gives_its_day_in_any_order() {
        for text in [
            "21|2024年02月",
            "21|2024-02",
            "212024年02月",
            "2024年2月|21",
            "2024-02|21日",
            "02-21|2024",
            "2月21日|2024年",
            "2024|02/21",
        ] {
            let date = read(text);
            assert_eq!(
                date.as_ref().map(IsoDate::as_str),
                Some("2024-02-21"),
                "{text}"
            );
        }
        for text in [
            "21",
            "2024-02",
            "45|2024-02",
            "21|2024-13",
            "12|3456",
            "2024|2025",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
