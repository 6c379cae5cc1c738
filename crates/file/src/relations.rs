//! Which parts of an Office package another part of it refers to.

use std::collections::BTreeMap;

use crate::archive::Archive;
use crate::error::FileError;
use crate::format::Format;
use crate::limits::FileLimits;
use crate::xml::{self, attribute};

/// The parts that a part refers to, by the ids of their relations.
#[derive(Debug, Default)]
pub(crate) struct Relations {
    parts: BTreeMap<String, String>,
}

impl Relations {
    /// Those of the part at `place`.
    pub(crate) fn of(
        archive: &Archive<'_>,
        place: &str,
        format: Format,
        limits: &FileLimits,
    ) -> Result<Self, FileError> {
        let (folder, name) = place.rsplit_once('/').unwrap_or(("", place));
        let Some(text) = archive.text(&format!("{folder}/_rels/{name}.rels"))? else {
            return Ok(Self::default());
        };
        let tree = xml::parse(&text, format, limits)?;
        let part = |node| {
            let target = attribute(node, "Target")?;
            let outside = attribute(node, "TargetMode") == Some("External");
            let place = match target.strip_prefix('/') {
                Some(whole) => whole.to_owned(),
                None => within(folder, target),
            };
            (!outside).then_some((attribute(node, "Id")?.to_owned(), place))
        };
        Ok(Self {
            parts: tree.descendants().filter_map(part).collect(),
        })
    }

    /// Where the part of a relation is.
    pub(crate) fn part(&self, id: &str) -> Option<&str> {
        self.parts.get(id).map(String::as_str)
    }

    /// Where all parts are that are referred to, by the ids of their relations.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &str> {
        self.parts.values().map(String::as_str)
    }
}

/// A workbook since 2007 and what sheets it has.
pub(crate) struct Workbook<'b> {
    pub(crate) archive: Archive<'b>,
    /// The names of the sheets and the parts that hold them.
    pub(crate) sheets: Vec<(String, String)>,
}

impl<'b> Workbook<'b> {
    pub(crate) fn open(bytes: &'b [u8], limits: &FileLimits) -> Result<Self, FileError> {
        const WORKBOOK: &str = "xl/workbook.xml";
        let archive = Archive::open(bytes, Format::Xlsx, limits)?;
        let text = archive.needed(WORKBOOK)?;
        let tree = xml::parse(&text, Format::Xlsx, limits)?;
        let relations = Relations::of(&archive, WORKBOOK, Format::Xlsx, limits)?;
        let sheets = tree.descendants().filter(|node| xml::is(*node, "sheet"));
        let named = sheets.filter_map(|sheet| {
            let part = relations.part(attribute(sheet, "id")?)?;
            Some((attribute(sheet, "name")?.to_owned(), part.to_owned()))
        });
        let sheets = named.collect();
        Ok(Self { archive, sheets })
    }
}

/// The place of `target` as it is written in a part in `folder`.
fn within(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_relative_to_the_folder_of_the_part() {
        assert_eq!(
            within("word", "charts/chart1.xml"),
            "word/charts/chart1.xml"
        );
        assert_eq!(within("word", "../media/a.png"), "media/a.png");
        assert_eq!(within("word", "./a.xml"), "word/a.xml");
    }
}
