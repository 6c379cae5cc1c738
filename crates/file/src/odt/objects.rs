//! What frames show that is no text: charts, formulas, files of other programs, pictures.

use langdu_model::FlowItem;
use roxmltree::Node;

use crate::archive::Archive;
use crate::error::FileError;
use crate::format::Format;
use crate::limits::FileLimits;
use crate::silent::{self, Silent};
use crate::xml::{self, attribute, child, is};

/// The objects of a file, each in a folder of its own.
pub(super) struct Objects<'a, 'b> {
    pub(super) archive: &'a Archive<'b>,
    pub(super) limits: &'a FileLimits,
}

impl Objects<'_, '_> {
    /// What is said of a frame; `None` where it holds text, or a picture that is small.
    pub(super) fn told(&self, frame: Node<'_, '_>) -> Result<Option<FlowItem>, FileError> {
        if let Some(object) = child(frame, "object") {
            return self.object(object).map(Some);
        }
        if child(frame, "object-ole").is_some() || child(frame, "plugin").is_some() {
            return Ok(Some(Silent::File.notice()));
        }
        let pictured = child(frame, "image").is_some() && child(frame, "text-box").is_none();
        Ok((pictured && is_large(frame)).then(|| Silent::Picture.notice()))
    }

    fn object(&self, object: Node<'_, '_>) -> Result<FlowItem, FileError> {
        // A formula may stand in the place itself.
        if object.children().any(|inner| is(inner, "math")) {
            return Ok(Silent::Formula.notice());
        }
        let folder = attribute(object, "href").unwrap_or_default();
        let folder = folder.trim_start_matches("./").trim_end_matches('/');
        let Some(text) = self.archive.text(&format!("{folder}/content.xml"))? else {
            return Ok(Silent::File.notice());
        };
        let tree = xml::parse(&text, Format::Odt, self.limits)?;
        let root = tree.root_element();
        if is(root, "math") {
            return Ok(Silent::Formula.notice());
        }
        let body = child(root, "body");
        let shown = body.and_then(|body| body.children().find(Node::is_element));
        Ok(match shown.map(|node| node.tag_name().name()) {
            Some("chart") => silent::chart(&title(root)),
            Some("drawing" | "image" | "presentation") => Silent::Picture.notice(),
            _ => Silent::File.notice(),
        })
    }
}

/// The title of a chart; nothing where it has none. The name of an axis is no title.
fn title(root: Node<'_, '_>) -> String {
    let title = root
        .descendants()
        .find(|node| is(*node, "title") && node.parent().is_some_and(|up| is(up, "chart")));
    let words = title.map(|title| {
        let texts = title.descendants().filter(Node::is_text);
        texts.filter_map(|node| node.text()).collect::<String>()
    });
    words.unwrap_or_default().trim().to_owned()
}

/// Whether a frame is large enough to hold text worth reading. One that does not say is.
fn is_large(frame: Node<'_, '_>) -> bool {
    let side = |name: &str| attribute(frame, name).and_then(centimetres);
    match (side("width"), side("height")) {
        (Some(width), Some(height)) => silent::is_large(width, height),
        _ => true,
    }
}

/// A length such as `12.5cm` in centimetres.
fn centimetres(length: &str) -> Option<f64> {
    let from = length.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-')?;
    let (number, unit) = length.split_at(from);
    let of_unit = match unit {
        "cm" => 1.0,
        "mm" => 0.1,
        "in" => 2.54,
        "pt" => 2.54 / 72.0,
        "pc" => 2.54 / 6.0,
        _ => return None,
    };
    number.parse::<f64>().ok().map(|number| number * of_unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_units() {
        for (length, expected) in [
            ("12.5cm", Some(12.5)),
            ("80mm", Some(8.0)),
            ("2in", Some(5.08)),
            ("50%", None),
            ("12", None),
        ] {
            let same = match (centimetres(length), expected) {
                (Some(one), Some(other)) => (one - other).abs() < 1e-9,
                (one, other) => one == other,
            };
            assert!(same, "{length}");
        }
    }
}
