//! Reads the pictures of `fixtures` with the real models, as they are and as scans, faxes and
//! telephones make them.
//!
//! The models and ONNX Runtime are those that are installed in `voices`; `LANGDU_OCR_MODELS` names
//! another folder with `detection.onnx` and `recognition.onnx`, `ORT_DYLIB_PATH` another library.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use langdu_ocr::{Error, Limits, Line, Models, Picture, Recognised, Recogniser, runtime};
use parking_lot::Mutex;

/// One for all tests, because each takes as much memory as the models are large.
static RECOGNISER: LazyLock<Mutex<Recogniser>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    runtime::init(&root.join("voices/onnxruntime/libonnxruntime.so")).unwrap();
    let models = std::env::var_os("LANGDU_OCR_MODELS")
        .map_or_else(|| root.join("voices/recognition"), PathBuf::from);
    let bytes = |name: &str| {
        let path = models.join(name);
        std::fs::read(&path).unwrap_or_else(|error| {
            panic!(
                "{}: {error}: scripts/setup.sh brings the models",
                path.display()
            )
        })
    };
    let models = Models::load(&bytes("detection.onnx"), &bytes("recognition.onnx"), 2).unwrap();
    Mutex::new(Recogniser::new(models))
});

fn recognise(picture: &Picture) -> Recognised {
    let limits = Limits {
        // However busy the machine is: no verdict depends on its speed.
        time: Duration::from_secs(3_600),
        ..Limits::default()
    };
    RECOGNISER.lock().recognise(picture, &limits).unwrap()
}

fn fixture(name: &str) -> (Picture, Vec<String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let rgb = image::open(folder.join(format!("{name}.png")))
        .unwrap()
        .to_rgb8();
    let text = std::fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap();
    let picture = Picture {
        width: rgb.width(),
        height: rgb.height(),
        rgb: rgb.into_raw(),
    };
    (picture, text.lines().map(folded).collect())
}

/// Without spaces, and with the punctuation that is drawn alike made the same.
fn folded(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_whitespace())
        .map(|letter| match letter {
            '，' => ',',
            '：' => ':',
            '（' | '〔' | '[' => '(',
            '）' | '〕' | ']' => ')',
            other => other,
        })
        .collect()
}

/// The lines from top to bottom; those side by side from left to right.
fn texts(recognised: &Recognised) -> Vec<String> {
    let mut lines: Vec<&Line> = recognised.lines.iter().collect();
    let row = |line: &Line| ((line.top + line.bottom) / 40.0).round() as i32;
    lines.sort_by(|a, b| row(a).cmp(&row(b)).then(a.left.total_cmp(&b.left)));
    lines.iter().map(|line| folded(&line.text())).collect()
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

/// Turned by quarters clockwise, one pixel after the other.
fn turned(picture: &Picture, quarters: u32) -> Picture {
    let (width, height) = (picture.width, picture.height);
    let mut turned = Picture {
        width: height,
        height: width,
        rgb: vec![0; picture.rgb.len()],
    };
    for y in 0..height {
        for x in 0..width {
            let from = ((y * width + x) * 3) as usize;
            let to = ((x * height + (height - 1 - y)) * 3) as usize;
            turned.rgb[to..to + 3].copy_from_slice(&picture.rgb[from..from + 3]);
        }
    }
    match quarters {
        0 => picture.clone(),
        1 => turned,
        _ => self::turned(&turned, quarters - 1),
    }
}

/// Skewed as a page that lies askew on the glass, with a little noise. Positive degrees rise to the
/// right.
fn scanned(picture: &Picture, degrees: f32) -> Picture {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (middle_x, middle_y) = (width as f32 / 2.0, height as f32 / 2.0);
    let mut seed = 7u32;
    let mut rgb = Vec::with_capacity(picture.rgb.len());
    for y in 0..height {
        for x in 0..width {
            let (u, v) = (x as f32 - middle_x, y as f32 - middle_y);
            let (from_x, from_y) = (middle_x + u * cos - v * sin, middle_y + u * sin + v * cos);
            let (left, top) = (from_x.floor(), from_y.floor());
            let pixel = |x: f32, y: f32, channel: usize| {
                let inside = x >= 0.0 && y >= 0.0 && x < width as f32 && y < height as f32;
                if inside {
                    f32::from(picture.rgb[(y as usize * width + x as usize) * 3 + channel])
                } else {
                    255.0
                }
            };
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (seed >> 24) as f32 / 255.0 * 24.0 - 12.0;
            for channel in 0..3 {
                let mix = |y: f32| {
                    let along = from_x - left;
                    pixel(left, y, channel) * (1.0 - along) + pixel(left + 1.0, y, channel) * along
                };
                let down = from_y - top;
                let value = mix(top) * (1.0 - down) + mix(top + 1.0) * down;
                rgb.push((value + noise).clamp(0.0, 255.0) as u8);
            }
        }
    }
    Picture {
        width: picture.width,
        height: picture.height,
        rgb,
    }
}

#[test]
fn a_notice_is_read_line_by_line_with_its_seal_off() {
    let (picture, expected) = fixture("notice");
    let read = recognise(&picture);
    assert_eq!(texts(&read), expected);
    assert_eq!(read.quarter_turns, 0);
    assert!(read.skew_degrees.abs() < 0.1, "{}", read.skew_degrees);
    // The red line under the head, and no stroke.
    assert_eq!(read.rules.len(), 1, "{:?}", read.rules);
    let rule = read.rules[0];
    assert!((rule.y0 - 206.5).abs() <= 2.0, "{rule:?}");
    assert!((rule.x0 - 90.0).abs() <= 3.0 && (rule.x1 - 738.0).abs() <= 3.0);
}

#[test]
fn letters_lie_where_they_were_drawn_and_sizes_are_few() {
    let (picture, expected) = fixture("notice");
    let read = recognise(&picture);
    // Every line of the body begins at 105 pixels, was drawn with hanzi of 22 pixels, and its hanzi
    // stand 22 pixels apart.
    let salutation = read
        .lines
        .iter()
        .find(|line| folded(&line.text()) == expected[4])
        .unwrap();
    for (index, letter) in salutation.letters.iter().enumerate() {
        // Punctuation is seen where its ink is, in a corner of its square.
        if !('\u{4e00}'..='\u{9fff}').contains(&letter.text) {
            continue;
        }
        let middle = 105.0 + 22.0 * (index as f32 + 0.5);
        let drawn = (letter.left + letter.right) / 2.0;
        assert!(
            (drawn - middle).abs() < 6.0,
            "{letter:?} is not at {middle}"
        );
        assert!((0.0..=1.0).contains(&letter.confidence));
        assert!(letter.left < letter.right, "{letter:?}");
    }
    let body: Vec<&Line> = read
        .lines
        .iter()
        .filter(|line| line.letters.len() > 13)
        .collect();
    assert!(body.len() > 5, "{}", body.len());
    let title = read
        .lines
        .iter()
        .find(|line| folded(&line.text()) == expected[3])
        .unwrap();
    assert!((title.size - 31.0).abs() < 2.5, "{}", title.size);
    assert!((salutation.size - 22.0).abs() < 1.5, "{}", salutation.size);
}

#[test]
fn a_page_on_its_side_or_upside_down_is_turned_upright() {
    let (picture, expected) = fixture("notice");
    for quarters in 1..4 {
        let read = recognise(&turned(&picture, quarters));
        assert_eq!(u32::from(read.quarter_turns), 4 - quarters);
        assert_eq!((read.width, read.height), (picture.width, picture.height));
        assert_eq!(texts(&read), expected, "{quarters} quarter turns");
    }
}

#[test]
fn a_skewed_scan_is_made_level() {
    let (picture, expected) = fixture("notice");
    for degrees in [-1.3, 2.1] {
        let read = recognise(&scanned(&picture, degrees));
        assert!(
            (read.skew_degrees - degrees).abs() < 0.15,
            "{}",
            read.skew_degrees
        );
        assert_eq!(texts(&read), expected, "{degrees}°");
    }
}

#[test]
fn a_table_has_its_cells_and_its_grid() {
    let (picture, expected) = fixture("table");
    let read = recognise(&picture);
    assert_eq!(sorted(texts(&read)), sorted(expected));
    let level = read.rules.iter().filter(|rule| rule.y0 == rule.y1).count();
    let upright = read.rules.iter().filter(|rule| rule.x0 == rule.x1).count();
    assert_eq!((level, upright), (7, 7), "{:?}", read.rules);
}

#[test]
fn white_letters_on_colours_are_read() {
    let (picture, expected) = fixture("card");
    assert_eq!(sorted(texts(&recognise(&picture))), sorted(expected));
}

#[test]
fn a_tall_picture_is_read_in_slices_and_no_line_twice() {
    let (card, expected) = fixture("card");
    let copies = 12;
    let tall = Picture {
        width: card.width,
        height: card.height * copies,
        rgb: card.rgb.repeat(copies as usize),
    };
    let read = recognise(&tall);
    assert_eq!(read.lines.len(), expected.len() * copies as usize);
    // Each copy lies differently on the model's grid, and may lose a stroke of 一 to a dash.
    let texts = texts(&read);
    for line in expected {
        let count = texts.iter().filter(|&text| *text == line).count();
        assert!(count + 2 >= copies as usize, "{line}: {count} of {copies}");
    }
}

#[test]
fn noise_and_blank_paper_have_nothing_to_read() {
    let mut seed = 3u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    })
    .take(600 * 400 * 3)
    .collect();
    for rgb in [noise, vec![255; 600 * 400 * 3], vec![0; 600 * 400 * 3]] {
        let read = recognise(&Picture {
            width: 600,
            height: 400,
            rgb,
        });
        assert_eq!(read.lines, []);
    }
}

#[test]
fn odd_shapes_are_read_or_have_nothing() {
    for (width, height) in [(0, 0), (1, 1), (3, 2_000), (2_000, 2), (7, 7), (0, 9)] {
        let read = recognise(&Picture {
            width,
            height,
            rgb: vec![200; (width * height * 3) as usize],
        });
        assert_eq!((read.width, read.height), (width, height));
        assert_eq!(read.lines, []);
    }
}

#[test]
fn what_exceeds_a_limit_is_refused_in_words() {
    let (picture, _) = fixture("table");
    let few = Limits {
        pixels: 1_000,
        ..Limits::default()
    };
    let mut recogniser = RECOGNISER.lock();
    let error = recogniser.recognise(&picture, &few).unwrap_err();
    assert_eq!(
        error,
        Error::TooLarge {
            pixels: 264_000,
            most: 1_000
        }
    );
    let hurried = Limits {
        time: Duration::ZERO,
        ..Limits::default()
    };
    let error = recogniser.recognise(&picture, &hurried).unwrap_err();
    assert_eq!(
        error,
        Error::OutOfTime {
            limit: Duration::ZERO
        }
    );
    let short = Picture {
        rgb: vec![0; 10],
        ..picture
    };
    let error = recogniser
        .recognise(&short, &Limits::default())
        .unwrap_err();
    assert!(
        error.to_string().contains("792000 bytes, not 10"),
        "{error}"
    );
}

#[test]
fn what_is_no_model_is_refused() {
    let _loaded = RECOGNISER.lock();
    let Err(error) = Models::load(b"no model", b"neither", 1) else {
        panic!("a model of eight bytes");
    };
    assert!(
        error
            .to_string()
            .starts_with("cannot load the detection model"),
        "{error}"
    );
}
