//! The picture that a page is: scans are often kept as OFD.

use std::collections::HashMap;

use roxmltree::Node;

use super::values::{POINTS, four};
use crate::archive::Archive;
use crate::error::FileError;
use crate::layout::Page;
use crate::limits::FileLimits;
use crate::ofd::resolve;
use crate::picture::{self, Picture};
use crate::xml::{self, attribute, child};

/// The largest picture of a page.
#[derive(Debug, Clone, Default)]
pub(super) struct Scan {
    /// The number of the picture among the file's resources.
    id: String,
    /// The file that holds it.
    file: Option<String>,
    /// Its area in square millimetres.
    area: f32,
    /// Where it stands, in points: left, upper, right and lower edge.
    pub(super) place: [f32; 4],
}

impl Scan {
    /// Takes the picture `node` in place of a smaller one.
    pub(super) fn take(&mut self, node: Node<'_, '_>) {
        let place = attribute(node, "Boundary").and_then(four);
        let id = attribute(node, "ResourceID");
        let (Some([x, y, width, height]), Some(id)) = (place, id) else {
            return;
        };
        if width * height > self.area {
            *self = Self {
                id: id.to_owned(),
                file: None,
                area: width * height,
                place: [x, y, x + width, y + height].map(|length| length * POINTS),
            };
        }
    }

    /// Looks up the file that holds it.
    pub(super) fn find(&mut self, media: &HashMap<String, String>) {
        self.file = media.get(&self.id).cloned();
    }

    /// Whether there is one.
    pub(super) fn is_there(&self) -> bool {
        self.file.is_some()
    }

    /// Its pixels.
    pub(super) fn picture(
        &self,
        archive: &Archive<'_>,
        limits: &FileLimits,
    ) -> Result<Picture, FileError> {
        let missing = || super::damaged("the picture of a page is missing");
        let name = self.file.as_ref().ok_or_else(missing)?;
        let bytes = archive.bytes(name)?.ok_or_else(missing)?;
        picture::read(&bytes, limits)
    }
}

/// Adds the picture files of the resources in `tree`, which stand in the file at `place`, by their
/// numbers.
pub(super) fn add_media(root: Node<'_, '_>, place: &str, media: &mut HashMap<String, String>) {
    let base = attribute(root, "BaseLoc")
        .unwrap_or_default()
        .trim_end_matches('/');
    for node in root
        .descendants()
        .filter(|node| xml::is(*node, "MultiMedia"))
    {
        let file = child(node, "MediaFile").and_then(|file| file.text());
        if let (Some(id), Some(file)) = (attribute(node, "ID"), file) {
            let file = file.trim();
            let below = match base {
                "" => file.to_owned(),
                base => format!("{base}/{file}"),
            };
            media.insert(id.to_owned(), resolve(place, &below));
        }
    }
}

/// The pages with the pictures that they are.
pub(super) type Scanned = Vec<(Page, Scan)>;
