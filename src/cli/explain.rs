//! `langdu explain`: how a text would be read, and why.

mod clip;

use std::io::{BufRead, BufWriter, Write};

use clap::Args;

use super::{CliError, decode_text, print_line, read_input};
use crate::assemble;
use crate::config::Config;
use langdu_clips::ClipId;
use langdu_text::{FrontEnd, Guess, GuessReason, Syllable, Utterance, explain_json};

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The text, or - for one text a line on standard input (always as JSON lines).
    #[arg(value_name = "TEXT|-", required_unless_present_any = ["file", "clip"])]
    text: Option<String>,
    /// Read the text from a file, every line on its own.
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    file: Option<String>,
    /// The text behind a clip that was made before, with its readings and the rules they come by:
    /// the id in the clip's address. Clips of private texts are kept nowhere.
    #[arg(long, value_name = "ID", conflicts_with_all = ["text", "file"])]
    clip: Option<ClipId>,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

impl Explain {
    pub(super) fn run(self, config: &Config) -> Result<(), CliError> {
        let front_end = assemble::front_end(config)?;
        if let Some(id) = self.clip {
            return clip::explain(id, &front_end, config, self.json);
        }
        if let Some(file) = &self.file {
            let text = decode_text(&read_input(file)?);
            return text
                .lines()
                .try_for_each(|line| show(&front_end, line, self.json));
        }
        match self.text.as_deref() {
            Some("-") => stream(&front_end),
            text => show(&front_end, text.unwrap_or_default(), self.json),
        }
    }
}

/// One input line, one output line, in the same order.
fn stream(front_end: &FrontEnd) -> Result<(), CliError> {
    let mut output = BufWriter::new(std::io::stdout().lock());
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = input
            .read_until(b'\n', &mut line)
            .map_err(|source| CliError::Input {
                path: "standard input".to_owned(),
                source,
            })?;
        if read == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        let value = explain_json(text, &front_end.explain(text));
        writeln!(output, "{value}").map_err(output_error)?;
    }
    output.flush().map_err(output_error)
}

fn output_error(source: std::io::Error) -> CliError {
    CliError::Output {
        path: "standard output".to_owned(),
        source,
    }
}

fn show(front_end: &FrontEnd, text: &str, json: bool) -> Result<(), CliError> {
    let utterances = front_end.explain(text);
    if json {
        return print_line(&explain_json(text, &utterances).to_string());
    }
    for utterance in &utterances {
        print_line(&table(text, utterance))?;
    }
    Ok(())
}

/// A table a person can read: the source of each syllable beside what is said.
fn table(text: &str, utterance: &Utterance) -> String {
    use std::fmt::Write;
    let mut table = format!("原文  {}\n读作  {}\n", utterance.text, utterance.spoken);
    table += &readings(text, &utterance.syllables);
    let _ = write!(
        table,
        "音素  {}\n停顿  {} 毫秒\n",
        utterance.phonemes, utterance.pause_ms
    );
    table
}

/// A line for each syllable; offsets are into `text`.
fn readings(text: &str, syllables: &[Syllable]) -> String {
    use std::fmt::Write;
    let characters: Vec<char> = text.chars().collect();
    let mut table = String::new();
    for syllable in syllables {
        let source: String = characters
            .get(syllable.start..syllable.end)
            .unwrap_or_default()
            .iter()
            .collect();
        let sandhi = if syllable.pinyin == syllable.surface {
            String::new()
        } else {
            format!("→ {}", syllable.surface)
        };
        let doubt = syllable.guess.as_deref().map_or_else(String::new, doubt);
        // Writing into a string cannot fail.
        let _ = writeln!(
            table,
            "  {}\t{}\t{} {sandhi}{doubt}",
            source, syllable.hanzi, syllable.pinyin
        );
    }
    table
}

/// Why a reading is a guess, and what else it could be.
fn doubt(guess: &Guess) -> String {
    let reason = match guess.reason {
        GuessReason::Grammar => "句中无明显依据",
        GuessReason::CloseCall => "两读相近",
        GuessReason::Usual => "词典无此词",
        GuessReason::Amount => "数值或号码",
    };
    format!("  存疑：{reason}；另读 {}", guess.alternatives.join(" "))
}
