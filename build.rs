//! Joins the player's source files into the one file that browsers load. It needs no JavaScript
//! tools: `web/src/parts.txt` names the files in order, and they are put one behind the other.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

const SOURCES: &str = "web/src";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={SOURCES}");
    let player = joined_player(Path::new(SOURCES))?;
    let out_dir = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out_dir.join("read-aloud.js"), player)?;
    Ok(())
}

fn joined_player(folder: &Path) -> Result<String, String> {
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let parts = read("parts.txt")?;
    let sources: Vec<String> = parts.lines().map(read).collect::<Result<_, _>>()?;
    Ok(sources.join("\n"))
}
