//! Writes what the model for 为 weighs, for `src/data/make_wei.py`: of each line of standard input, one line of JSON with
//! the offset of every 为 that no word decides, and its signs.
//!
//!     cargo run --release -p langdu-text --example wei_signs < sentences.txt

use std::io::{BufRead as _, Write as _};

use langdu_text::FrontEnd;

fn main() -> std::io::Result<()> {
    let front_end = FrontEnd::new();
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        writeln!(out, "{}", serde_json::json!(front_end.signs_of_wei(&line?)))?;
    }
    Ok(())
}
