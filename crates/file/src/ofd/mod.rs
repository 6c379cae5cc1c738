//! OFD (GB/T 33190): a ZIP of XML that says where each letter stands, in millimetres.
//!
//! Seals and annotations are files of their own within it and are not read, nor is what is set to be hidden.

mod composite;
mod drawing;
mod scans;
mod values;

use std::collections::{BTreeMap, HashMap};

use roxmltree::Node;

use super::archive::Archive;
use super::error::FileError;
use super::format::Format;
use super::layout::{self, Glyph, Page, Turn};
use super::limits::FileLimits;
use super::radicals::unified;
use super::xml::{self, attribute, child, children};
use crate::picture::Picture;
use crate::{Parsed, Recognition};
use composite::Units;
use drawing::path;
use scans::{Scan, Scanned};
use values::{POINTS, deltas, four, matrix, number, physical_box};

/// A page without a size is A4.
const A4: [f32; 4] = [0.0, 0.0, 210.0, 297.0];

/// Letters fainter than this, of 255, are watermarks.
const FAINT: f32 = 128.0;

/// The text of an OFD file, with what was recognised on its pages.
pub(super) fn parse(bytes: &[u8], limits: &FileLimits, recognition: &Recognition) -> Parsed {
    let read =
        Archive::open(bytes, Format::Ofd, limits).and_then(|archive| read_pages(&archive, limits));
    let Read {
        pages: scanned,
        pictures,
        letters,
        unknown,
        ..
    } = match read {
        Ok(read) => read,
        Err(error) => return Err(error).into(),
    };
    let count = scanned.len();
    let scans: Vec<usize> = scanned
        .iter()
        .filter(|(_, scan)| scan.is_there())
        .map(|(page, _)| page.number)
        .collect();
    let mut pages = Vec::new();
    for (mut page, scan) in scanned {
        if recognition.is_beyond(page.number) {
            break;
        }
        page.late = recognition.late.contains(&page.number);
        if let Some(text) = recognition.pages.get(&page.number) {
            page.put_recognised_at(text, scan.place, &[]);
        }
        pages.push(page);
    }
    let text = layout::read(pages, recognition.until.is_some());
    // Letters that are drawn beside a text are not in the picture that stands on their page.
    let unread = text
        .unread
        .iter()
        .filter(|number| text.pictures.contains(number) && scans.contains(number));
    let unread = unread.copied().collect();
    let (unknown, all) = (unknown + text.drawn, letters + text.drawn);
    let only_pictures = FileError::PicturesOnly {
        format: Format::Ofd,
        pages: count,
    };
    let flow = if unknown as f64 > all as f64 * layout::MOST_UNKNOWN {
        Err(FileError::UnknownCharacters {
            format: Format::Ofd,
            unknown,
            all,
        })
    } else {
        layout::checked(text, unknown, pictures > 0).ok_or(only_pictures)
    };
    Parsed {
        flow,
        pictures: unread,
        layers: BTreeMap::new(),
    }
}

/// The picture that a page is.
pub(super) fn picture(
    bytes: &[u8],
    limits: &FileLimits,
    number: usize,
) -> Result<Picture, FileError> {
    let archive = Archive::open(bytes, Format::Ofd, limits)?;
    let Read { pages, .. } = read_pages(&archive, limits)?;
    let own = pages.into_iter().find(|(page, _)| page.number == number);
    let (_, scan) = own.ok_or_else(|| damaged(&format!("it has no page {number}")))?;
    scan.picture(&archive, limits)
}

/// What a file holds.
#[derive(Default)]
struct Read {
    pages: Scanned,
    /// How many pictures are shown.
    pictures: usize,
    /// Its letters, and those among them that nothing says which they are.
    letters: usize,
    unknown: usize,
}

/// The documents of a file, which mostly has one, behind each other.
fn read_pages(archive: &Archive<'_>, limits: &FileLimits) -> Result<Read, FileError> {
    if archive.any(|name| name.ends_with("Encryptions.xml")) {
        return Err(FileError::Encrypted {
            format: Format::Ofd,
        });
    }
    let text = archive.needed("OFD.xml")?;
    let tree = xml::parse(&text, Format::Ofd, limits)?;
    let roots: Vec<String> = tree
        .descendants()
        .filter(|node| xml::is(*node, "DocRoot"))
        .filter_map(|node| Some(resolve("", node.text()?.trim())))
        .collect();
    if roots.is_empty() {
        return Err(damaged("OFD.xml names no document"));
    }
    let mut read = Read::default();
    for root in roots {
        let document = Document::read(archive, &root, limits)?;
        if read.pages.len() + document.pages.len() > limits.max_pages {
            return Err(FileError::TooLarge {
                limit: limits.max_pages as u64,
                what: "pages".to_owned(),
                setting: "max_pages".to_owned(),
            });
        }
        let trees: Vec<roxmltree::Document<'_>> = document
            .composites
            .iter()
            .map(|text| xml::parse(text, Format::Ofd, limits))
            .collect::<Result<_, _>>()?;
        let mut parser = OfdParser {
            archive,
            limits,
            fonts: document.fonts,
            media: document.media,
            units: composite::units(&trees),
            shown: 0,
            scan: Scan::default(),
            pictures: read.pictures,
            letters: read.letters,
            unknown: read.unknown,
        };
        for place in &document.pages {
            let page = parser.page(place, document.size, &document.templates)?;
            let number = read.pages.len() + 1;
            let mut scan = std::mem::take(&mut parser.scan);
            scan.find(&parser.media);
            read.pages.push((Page { number, ..page }, scan));
        }
        read.pictures = parser.pictures;
        (read.letters, read.unknown) = (parser.letters, parser.unknown);
    }
    Ok(read)
}

/// What the document's root says: its pages, its fonts, its size.
struct Document {
    size: [f32; 4],
    pages: Vec<String>,
    templates: HashMap<String, String>,
    /// Whether each font is bold, by its number.
    fonts: HashMap<String, bool>,
    /// The picture files by their numbers.
    media: HashMap<String, String>,
    /// The resources that hold composite graphic units.
    composites: Vec<String>,
}

impl Document {
    fn read(archive: &Archive<'_>, place: &str, limits: &FileLimits) -> Result<Self, FileError> {
        let text = archive.needed(place)?;
        let tree = xml::parse(&text, Format::Ofd, limits)?;
        let root = tree.root_element();
        let common = child(root, "CommonData");
        let mut templates = HashMap::new();
        let mut fonts = HashMap::new();
        let mut media = HashMap::new();
        let mut composites = Vec::new();
        for node in common.iter().flat_map(|common| common.children()) {
            match node.tag_name().name() {
                "TemplatePage" => {
                    if let (Some(id), Some(own)) =
                        (attribute(node, "ID"), attribute(node, "BaseLoc"))
                    {
                        templates.insert(id.to_owned(), resolve(place, own));
                    }
                }
                "PublicRes" | "DocumentRes" => {
                    let resource = resolve(place, node.text().unwrap_or_default().trim());
                    if let Some(text) = archive.text(&resource)? {
                        let tree = xml::parse(&text, Format::Ofd, limits)?;
                        fonts.extend(tree.descendants().filter_map(bold_font));
                        scans::add_media(tree.root_element(), &resource, &mut media);
                        if text.contains("CompositeGraphicUnit") {
                            composites.push(text);
                        }
                    }
                }
                _ => {}
            }
        }
        let pages = child(root, "Pages")
            .iter()
            .flat_map(|pages| children(*pages, "Page"))
            .filter_map(|page| Some(resolve(place, attribute(page, "BaseLoc")?)))
            .collect();
        Ok(Self {
            size: common
                .and_then(|common| child(common, "PageArea"))
                .and_then(physical_box)
                .unwrap_or(A4),
            pages,
            templates,
            fonts,
            media,
            composites,
        })
    }
}

fn bold_font(node: Node<'_, '_>) -> Option<(String, bool)> {
    if !xml::is(node, "Font") {
        return None;
    }
    let name = attribute(node, "FontName")
        .unwrap_or_default()
        .to_lowercase();
    let bold = attribute(node, "Bold") == Some("true")
        || ["黑体", "hei", "bold", "小标宋"]
            .iter()
            .any(|word| name.contains(word));
    Some((attribute(node, "ID")?.to_owned(), bold))
}

struct OfdParser<'r, 'b, 't> {
    archive: &'r Archive<'b>,
    limits: &'r FileLimits,
    fonts: HashMap<String, bool>,
    media: HashMap<String, String>,
    units: Units<'t>,
    /// How many units have been shown.
    shown: usize,
    /// The largest picture of the page that is read.
    scan: Scan,
    pictures: usize,
    letters: usize,
    /// Letters that nothing says which they are.
    unknown: usize,
}

impl OfdParser<'_, '_, '_> {
    fn page(
        &mut self,
        place: &str,
        size: [f32; 4],
        templates: &HashMap<String, String>,
    ) -> Result<Page, FileError> {
        let text = self.archive.needed(place)?;
        let tree = xml::parse(&text, Format::Ofd, self.limits)?;
        let root = tree.root_element();
        if let Some(resource) = child(root, "PageRes").and_then(|node| node.text()) {
            let resource = resolve(place, resource.trim());
            if let Some(text) = self.archive.text(&resource)? {
                let tree = xml::parse(&text, Format::Ofd, self.limits)?;
                scans::add_media(tree.root_element(), &resource, &mut self.media);
            }
        }
        let size = child(root, "Area").and_then(physical_box).unwrap_or(size);
        let mut page = Page {
            width: size[2] * POINTS,
            height: size[3] * POINTS,
            ..Page::default()
        };
        for template in children(root, "Template") {
            let named = attribute(template, "TemplateID").and_then(|id| templates.get(id));
            let Some(text) = named
                .map(|place| self.archive.text(place))
                .transpose()?
                .flatten()
            else {
                continue;
            };
            let tree = xml::parse(&text, Format::Ofd, self.limits)?;
            self.objects(tree.root_element(), &mut page, 0)?;
        }
        self.objects(root, &mut page, 0)?;
        Ok(page)
    }

    /// The objects in `root`, through layers and blocks, and those of units that they show, which stand `depth`
    /// units deep.
    fn objects(
        &mut self,
        root: Node<'_, '_>,
        page: &mut Page,
        depth: usize,
    ) -> Result<(), FileError> {
        for node in root.descendants() {
            if attribute(node, "Visible") == Some("false") {
                continue;
            }
            match node.tag_name().name() {
                "TextObject" => self.text(node, page),
                "PathObject" => path(node, page),
                "ImageObject" => {
                    self.pictures += 1;
                    self.scan.take(node);
                    page.pictured = (page.pictured + share(node, page)).min(1.0);
                }
                "CompositeObject" if !is_faint(node) => self.unit(node, page, depth)?,
                _ => {}
            }
            if self.letters > self.limits.max_parts {
                return Err(FileError::TooLarge {
                    limit: self.limits.max_parts as u64,
                    what: "letters".to_owned(),
                    setting: "max_parts".to_owned(),
                });
            }
        }
        Ok(())
    }

    /// The unit that the object `node` shows.
    fn unit(&mut self, node: Node<'_, '_>, page: &mut Page, depth: usize) -> Result<(), FileError> {
        let unit = attribute(node, "ResourceID").and_then(|id| self.units.get(id).copied());
        let Some(unit) = unit.filter(|_| depth < composite::DEEPEST) else {
            return Ok(());
        };
        self.shown += 1;
        if self.shown > composite::MOST_SHOWN {
            return Err(damaged("it shows too many composite objects"));
        }
        let mut drawn = Page {
            width: page.width,
            height: page.height,
            ..Page::default()
        };
        // What it has for a picture stands elsewhere than its own place says.
        let scan = self.scan.clone();
        self.objects(unit, &mut drawn, depth + 1)?;
        self.scan = scan;
        composite::place(drawn, node, page);
        Ok(())
    }

    fn text(&mut self, node: Node<'_, '_>, page: &mut Page) {
        let Some(boundary) = attribute(node, "Boundary").and_then(four) else {
            return;
        };
        let matrix = matrix(node);
        let own_size = attribute(node, "Size").and_then(number).unwrap_or(4.0);
        let size = own_size * matrix[2].hypot(matrix[3]) * POINTS;
        let along = matrix[0].hypot(matrix[1]);
        let Some(turn) = Turn::of(matrix[0], matrix[1]) else {
            return;
        };
        if is_faint(node) || size < 1.0 {
            return;
        }
        let heavy = attribute(node, "Weight")
            .and_then(number)
            .is_some_and(|weight| weight >= 600.0);
        let bold = heavy
            || attribute(node, "Font")
                .and_then(|id| self.fonts.get(id).copied())
                .unwrap_or(false);
        let (mut from_x, mut from_y) = (0.0, 0.0);
        for code in children(node, "TextCode") {
            from_x = attribute(code, "X").and_then(number).unwrap_or(from_x);
            from_y = attribute(code, "Y").and_then(number).unwrap_or(from_y);
            let letters: Vec<char> = code
                .text()
                .unwrap_or_default()
                .chars()
                .filter(|letter| !matches!(letter, '\n' | '\r'))
                .collect();
            self.letters += letters.len();
            let right = deltas(attribute(code, "DeltaX"), letters.len());
            let down = deltas(attribute(code, "DeltaY"), letters.len());
            let vertical = down.iter().any(|step| *step > 0.3 * own_size)
                && right.iter().all(|step| step.abs() < 0.1 * own_size);
            let (mut x, mut y) = (from_x, from_y);
            for (at, &letter) in letters.iter().enumerate() {
                let step = right.get(at).copied();
                let place = [
                    matrix[0] * x + matrix[2] * y + matrix[4] + boundary[0],
                    matrix[1] * x + matrix[3] * y + matrix[5] + boundary[1],
                ];
                let width = step.filter(|step| *step > 0.0).map_or_else(
                    || usual_width(letter) * own_size,
                    |step| step.min(own_size * 1.05),
                );
                let is_known = is_known(letter);
                self.unknown += usize::from(!is_known);
                let glyph = Glyph {
                    letter: unified(letter),
                    x: place[0] * POINTS,
                    y: place[1] * POINTS,
                    width: width * along * POINTS,
                    size,
                    bold,
                    vertical,
                    turn,
                    seen: None,
                };
                page.glyphs.extend(is_known.then_some(glyph));
                x += step.unwrap_or(if vertical { 0.0 } else { width });
                y += down.get(at).copied().unwrap_or(0.0);
            }
        }
    }
}

/// Whether a letter is a character: what fonts keep to themselves means nothing outside them.
fn is_known(letter: char) -> bool {
    !matches!(letter, '\u{fffd}' | '\0' | '\u{e000}'..='\u{f8ff}')
}

fn is_faint(node: Node<'_, '_>) -> bool {
    let opacity = |node| attribute(node, "Alpha").and_then(number).unwrap_or(255.0);
    let fill = child(node, "FillColor").map_or(255.0, opacity);
    opacity(node).min(fill) < FAINT
}

/// The share of the page that a picture covers.
fn share(picture: Node<'_, '_>, page: &Page) -> f32 {
    let Some([_, _, width, height]) = attribute(picture, "Boundary").and_then(four) else {
        return 0.0;
    };
    let covered = (width * POINTS).min(page.width) * (height * POINTS).min(page.height);
    covered / (page.width * page.height).max(1.0)
}

fn usual_width(letter: char) -> f32 {
    if letter.is_ascii() { 0.5 } else { 1.0 }
}

/// The place of `target` as written in the file at `from`.
fn resolve(from: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn damaged(cause: &str) -> FileError {
    FileError::Damaged {
        format: Format::Ofd,
        cause: cause.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_relative_to_the_file_that_names_them() {
        for (from, target, expected) in [
            ("", "Doc_0/Document.xml", "Doc_0/Document.xml"),
            (
                "Doc_0/Document.xml",
                "Pages/Page_0/Content.xml",
                "Doc_0/Pages/Page_0/Content.xml",
            ),
            ("Doc_0/Document.xml", "/Doc_0/Res.xml", "Doc_0/Res.xml"),
            ("Doc_0/Document.xml", "../Res.xml", "Res.xml"),
        ] {
            assert_eq!(resolve(from, target), expected);
        }
    }
}
