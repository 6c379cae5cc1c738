//! Reads pictures and prints what is in them, one line for each line, with what it took.
//!
//! `recognise LIBRARY DETECTION RECOGNITION THREADS PICTURE…`

use std::path::Path;
use std::time::Instant;

use langdu_ocr::{Limits, Models, Picture, Recogniser, runtime};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [library, detection, recognition, threads, pictures @ ..] = arguments.as_slice() else {
        return Err("usage: recognise LIBRARY DETECTION RECOGNITION THREADS PICTURE…".into());
    };
    runtime::init(Path::new(library))?;
    let models = Models::load(
        &std::fs::read(detection)?,
        &std::fs::read(recognition)?,
        threads.parse()?,
    )?;
    let mut recogniser = Recogniser::new(models);
    for path in pictures {
        let rgb = image::open(path)?.to_rgb8();
        let picture = Picture {
            width: rgb.width(),
            height: rgb.height(),
            rgb: rgb.into_raw(),
        };
        let started = Instant::now();
        let recognised = recogniser.recognise(&picture, &Limits::default())?;
        eprintln!(
            "{path}: {} lines, {} rules, skew {:.2}°, {} quarter turns, {} ms",
            recognised.lines.len(),
            recognised.rules.len(),
            recognised.skew_degrees,
            recognised.quarter_turns,
            started.elapsed().as_millis()
        );
        println!("# {path}");
        for line in &recognised.lines {
            println!(
                "{:.0} {:.0} {:.0} {:.0} {:.1} {:.3}\t{}",
                line.left,
                line.top,
                line.right,
                line.bottom,
                line.size,
                line.confidence,
                line.text()
            );
        }
        for rule in &recognised.rules {
            println!(
                "rule\t{:.0} {:.0} {:.0} {:.0}",
                rule.x0, rule.y0, rule.x1, rule.y1
            );
        }
    }
    Ok(())
}
