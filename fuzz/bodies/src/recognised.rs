//! What a recogniser says of a picture: where a detection map's lines are, and letters at whatever places, which
//! become lines, tables and paragraphs.

use langdu_document::from_flow;
use langdu_file::{FileLimits, Format, Recognition, parse_with};
use langdu_model::{PictureLetter, PictureLine, PictureRule, PictureText};
use langdu_testkit::document::is_sound;

/// Letters that the layout treats each in its own way.
const LETTERS: [char; 16] = [
    '一', '、', '（', '）', '。', '1', '.', 'A', ' ', '·', '国', '年', '第', '号', '●', '—',
];

/// Takes the input's bytes one after the other; zeros follow them.
struct Bytes<'b>(&'b [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        first
    }

    /// A place on a page; now and then one that is far outside.
    fn place(&mut self) -> f32 {
        let (high, low) = (self.byte(), self.byte());
        let place = f32::from(u16::from_be_bytes([high, low]) % 2048);
        match high {
            0xff => -1e30 * place,
            0xfe => 1e30 * place,
            0xfd => place / 1000.0,
            _ => place,
        }
    }
}

/// Reads the input as what was recognised on two pages.
pub fn layout(input: &[u8]) {
    let mut bytes = Bytes(input);
    let first = picture_text(&mut bytes);
    let recognition = Recognition {
        pages: [(1, first), (2, picture_text(&mut bytes))].into(),
        late: (bytes.byte() == 3).then_some(2).into_iter().collect(),
        until: (bytes.byte() == 5).then_some(2),
    };
    // Two pages of a TIFF file, whose directories are empty.
    let file = b"II*\0\x08\0\0\0\0\0\x0e\0\0\0\0\0\0\0\0\0";
    let limits = FileLimits::default();
    let parsed = parse_with(file, Format::Picture, &limits, &recognition);
    if let Ok(document) = parsed.flow.map(from_flow)
        && let Ok(document) = document
    {
        assert!(is_sound(&document), "{document:?}");
        assert!(
            document
                .blocks
                .iter()
                .all(|block| block.recognised.is_none_or(|sure| sure <= 100))
        );
    }
}

fn picture_text(bytes: &mut Bytes<'_>) -> PictureText {
    let mut text = PictureText {
        width: u32::from(bytes.byte()) * 8,
        height: u32::from(bytes.byte()) * 8,
        quarter_turns: bytes.byte() % 4,
        ..PictureText::default()
    };
    for _ in 0..bytes.byte() % 24 {
        let (top, height) = (bytes.place(), f32::from(bytes.byte()));
        let (size, step) = (f32::from(bytes.byte()) / 2.0, f32::from(bytes.byte()));
        let mut left = bytes.place();
        let count = bytes.byte() % 40;
        let mut letters = Vec::new();
        for _ in 0..count {
            let said = bytes.byte();
            letters.push(PictureLetter {
                text: LETTERS[usize::from(said % 16)],
                left,
                right: left + step,
                confidence: f32::from(said) / 200.0,
            });
            left += step;
        }
        text.lines.push(PictureLine {
            top,
            bottom: top + height,
            size,
            letters,
        });
    }
    for _ in 0..bytes.byte() % 24 {
        let (x0, y0, x1, y1) = (bytes.place(), bytes.place(), bytes.place(), bytes.place());
        text.rules.push(PictureRule { x0, y0, x1, y1 });
    }
    text
}

/// Reads the input as a detection map, whose width its first byte says.
pub fn boxes(input: &[u8]) {
    let Some((&width, values)) = input.split_first() else {
        return;
    };
    let width = usize::from(width).max(1);
    let height = values.len() / width;
    let map: Vec<f32> = values
        .iter()
        .map(|value| f32::from(*value) / 255.0)
        .collect();
    let (right, bottom) = (width as f32, height as f32);
    for corners in langdu_ocr::boxes_of_map(&map, width, height) {
        for [x, y] in corners {
            // A box grows beyond what is drawn, by less than that is large.
            assert!(
                x.is_finite() && x >= -right - bottom && x <= 2.0 * (right + bottom),
                "{x}"
            );
            assert!(
                y.is_finite() && y >= -right - bottom && y <= 2.0 * (right + bottom),
                "{y}"
            );
        }
    }
}
