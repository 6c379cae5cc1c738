//! Joins the player's source files into the one file that browsers load, and its style sheets into those
//! for browsers that take them only as files. It needs no JavaScript tools: `web/src/parts.txt` names the
//! files in order, and they are put one behind the other, without what only people who work on them need:
//! comments and indentation.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

const SOURCES: &str = "web/src";

/// The style sheets that are files of their own, and what each is joined from.
const SHEETS: [(&str, &[&str]); 3] = [
    ("button", &["common", "button"]),
    ("dock", &["common", "dock", "reader"]),
    ("light", &["overlay"]),
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={SOURCES}");
    let sources = Path::new(SOURCES);
    let out_dir = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out_dir.join("read-aloud.js"), joined_player(sources)?)?;
    for (name, parts) in SHEETS {
        let sheet: String = parts
            .iter()
            .map(|part| read(sources, &format!("styles/{part}.css")))
            .collect::<Result<_, _>>()?;
        fs::write(out_dir.join(format!("{name}.css")), shortened(&sheet))?;
    }
    Ok(())
}

fn read(folder: &Path, name: &str) -> Result<String, String> {
    let path = folder.join(name);
    fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
}

fn joined_player(folder: &Path) -> Result<String, String> {
    let mut player = String::new();
    for name in read(folder, "parts.txt")?.lines() {
        let text = shortened(&read(folder, name)?);
        match name.strip_suffix(".css") {
            Some(sheet) => player.push_str(&constant(sheet, &text)),
            None => player.push_str(&text),
        }
    }
    Ok(player)
}

/// A style sheet as a text of the player's: `styles/dock.css` is `DOCK_CSS`.
fn constant(path: &str, text: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path).to_uppercase();
    let text = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("const {name}_CSS = \"{text}\";\n")
}

/// The text without the lines that are comments alone, and without the white space before the rest. Lines
/// stay lines, so that nothing depends on where a statement ends; the sources have no text over several
/// lines. `/*!` opens a comment that stays: the licence.
fn shortened(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut in_comment = false;
    for line in text.lines() {
        let line = line.trim();
        in_comment |= line.starts_with("/*") && !line.starts_with("/*!");
        let is_comment = in_comment || line.starts_with("//") || line.is_empty();
        if in_comment && line.ends_with("*/") {
            in_comment = false;
        }
        if !is_comment {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}
