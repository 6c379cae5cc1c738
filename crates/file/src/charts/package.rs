//! The charts of a workbook since 2007: a sheet refers to its drawing, and that to its charts.

use super::{SheetCharts, title_of};
use crate::archive::Archive;
use crate::error::FileError;
use crate::format::Format;
use crate::limits::FileLimits;
use crate::relations::{Relations, Workbook};
use crate::xml::{self, attribute, is};

pub(super) fn charts(
    workbook: &Workbook<'_>,
    limits: &FileLimits,
) -> Result<Vec<SheetCharts>, FileError> {
    let archive = &workbook.archive;
    // Most workbooks have none, and need not be looked through.
    if !archive.any(|name| name.contains("charts/")) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (sheet, part) in &workbook.sheets {
        let titles = titles(archive, part, limits)?;
        let alone = part.contains("chartsheets/");
        if alone || !titles.is_empty() {
            found.push(SheetCharts {
                sheet: sheet.clone(),
                titles,
                alone,
            });
        }
    }
    Ok(found)
}

/// The titles of the charts that the drawings of a sheet show, in their order.
fn titles(
    archive: &Archive<'_>,
    sheet: &str,
    limits: &FileLimits,
) -> Result<Vec<String>, FileError> {
    let mut titles = Vec::new();
    let of_sheet = Relations::of(archive, sheet, Format::Xlsx, limits)?;
    for drawing in of_sheet.parts().filter(|part| part.contains("drawings/")) {
        let Some(text) = archive.text(drawing)? else {
            continue;
        };
        // Drawings of the older kind, in VML, hold comments.
        let Ok(tree) = xml::parse(&text, Format::Xlsx, limits) else {
            continue;
        };
        let of_drawing = Relations::of(archive, drawing, Format::Xlsx, limits)?;
        for chart in tree.descendants().filter(|node| is(*node, "chart")) {
            let part = attribute(chart, "id").and_then(|id| of_drawing.part(id));
            let text = part.map(|part| archive.text(part)).transpose()?.flatten();
            let tree = text.as_deref();
            let tree = tree.and_then(|text| xml::parse(text, Format::Xlsx, limits).ok());
            titles.push(tree.map(|tree| title_of(&tree)).unwrap_or_default());
        }
    }
    Ok(titles)
}
