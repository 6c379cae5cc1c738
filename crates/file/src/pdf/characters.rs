//! The characters of fonts that do not say them: from the code, through the font's predefined
//! CMap and its collection's table of characters (ISO 32000-2, 9.10.2).
//!
//! Official documents often come from printer drivers that embed SimSun under GBK-EUC-H and
//! write no `ToUnicode`. `hayro` goes this way for fonts that are not embedded only.

use std::cell::OnceCell;
use std::collections::HashMap;

use hayro_interpret::hayro_cmap::{BfString, CMap, CMapName, CidFamily, load_embedded};
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::{
    Array, Dict, Name, Object, Stream, String as PdfString,
};

/// The fonts of a PDF by name, looked for when one is first needed.
pub(super) struct Characters<'p> {
    pdf: &'p Pdf,
    fonts: OnceCell<HashMap<String, Coded>>,
}

/// How a font's codes become characters.
struct Coded {
    codes: CMap,
    characters: CMap,
}

impl<'p> Characters<'p> {
    pub(super) fn of(pdf: &'p Pdf) -> Self {
        Self {
            pdf,
            fonts: OnceCell::new(),
        }
    }

    /// What `code` shows in the font called `name`.
    pub(super) fn look_up(&self, name: &str, code: u32) -> Option<BfString> {
        let fonts = self.fonts.get_or_init(|| read_fonts(self.pdf));
        let font = fonts.get(name)?;
        let lengths: [u8; 2] = if code <= 0xff { [1, 2] } else { [2, 4] };
        let cid = lengths
            .into_iter()
            .find_map(|length| font.codes.lookup_cid_code(code, length))?;
        font.characters.lookup_bf_string(cid)
    }
}

fn read_fonts(pdf: &Pdf) -> HashMap<String, Coded> {
    let mut fonts = HashMap::new();
    for object in pdf.objects() {
        let Object::Dict(font) = object else { continue };
        let composite = font
            .get::<Name<'_>>("Subtype")
            .is_some_and(|kind| kind.as_str() == "Type0");
        if !composite || font.contains_key("ToUnicode") {
            continue;
        }
        let name = font.get::<Name<'_>>("BaseFont");
        if let (Some(name), Some(coded)) = (name, coded(&font)) {
            fonts.insert(without_prefix(name.as_str()).to_owned(), coded);
        }
    }
    fonts
}

fn coded(font: &Dict<'_>) -> Option<Coded> {
    let codes = match font.get::<Object<'_>>("Encoding")? {
        Object::Name(name) => match name.as_str() {
            "Identity-H" => CMap::identity_h(),
            "Identity-V" => CMap::identity_v(),
            _ => CMap::parse(
                load_embedded(CMapName::from_bytes(name.as_ref()))?,
                load_embedded,
            )?,
        },
        Object::Stream(stream) => embedded(&stream)?,
        _ => return None,
    };
    let family = codes
        .metadata()
        .character_collection
        .as_ref()
        .map(|collection| collection.family.clone())
        .filter(|family| *family != CidFamily::AdobeIdentity)
        .or_else(|| collection_of(font))?;
    let characters = CMap::parse(load_embedded(family.ucs2_cmap()?)?, load_embedded)?;
    Some(Coded { codes, characters })
}

fn embedded(stream: &Stream<'_>) -> Option<CMap> {
    CMap::parse(&stream.decoded_data().ok()?, load_embedded)
}

/// The collection that the font's descendant names.
fn collection_of(font: &Dict<'_>) -> Option<CidFamily> {
    let descendant = font
        .get::<Array<'_>>("DescendantFonts")?
        .iter::<Dict<'_>>()
        .next()?;
    let info = descendant.get::<Dict<'_>>("CIDSystemInfo")?;
    let registry = info.get::<PdfString<'_>>("Registry")?;
    let ordering = info.get::<PdfString<'_>>("Ordering")?;
    Some(CidFamily::from_registry_ordering(
        registry.as_bytes(),
        ordering.as_bytes(),
    ))
}

/// The name without the mark of a subset: `ABCDEF+SimSun`.
fn without_prefix(name: &str) -> &str {
    match name.split_once('+') {
        Some((prefix, rest)) if prefix.len() == 6 => rest,
        _ => name,
    }
}
