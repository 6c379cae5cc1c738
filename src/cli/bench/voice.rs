//! `langdu bench voice`: how fast each speaker is at each number of threads, and what it takes.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use clap::Args;

use crate::cli::progress::Steps;
use crate::cli::{CliError, print_line};
use crate::config::Config;
use langdu_bench::voice::{Contender, VoiceRow, measure, plain_beside, utterances};
use langdu_voice::pack::{Pack, Progress, runtime_library, scan};
use langdu_voice::runtime;

/// Without `--utterances`: about a minute of speech.
const UTTERANCES: usize = 12;

#[derive(Debug, Args)]
pub(super) struct Voice {
    /// Speakers, by name [default: all of the default pack].
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    speaker: Vec<String>,
    /// Numbers of compute threads [default: 1 to the number of cores].
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    threads: Vec<usize>,
    /// A pack of the untouched export (`langdu voices install --plain`), spoken in turn with the
    /// installed one [default: the one beside it, if it is installed].
    #[arg(long, value_name = "DIR")]
    plain: Option<PathBuf>,
    /// How many utterances each speaks, of the paragraphs that come with langdu.
    #[arg(long, default_value_t = UTTERANCES)]
    utterances: usize,
    /// How often each utterance is spoken; the least time counts.
    #[arg(long, default_value_t = 1)]
    rounds: usize,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
    /// Measure in this process, which has one number of threads.
    #[arg(long, hide = true, requires = "threads")]
    here: bool,
}

impl Voice {
    pub(super) fn run(self, config: &Config) -> Result<(), CliError> {
        let (packs, _) = scan(&config.voices.path)?;
        let pack = Arc::new(packs.into_iter().next().ok_or_else(|| {
            CliError::Usage("no pack is installed: run `langdu voices install`".to_owned())
        })?);
        let speakers = self.speakers(&pack)?;
        if self.here {
            return self.here(config, &pack, &speakers);
        }
        let steps = Steps::new();
        let threads = self.thread_counts();
        let total = speakers.len() * threads.len();
        let mut rows = Vec::new();
        for (done, (speaker, threads)) in speakers
            .iter()
            .flat_map(|speaker| threads.iter().map(move |&threads| (speaker, threads)))
            .enumerate()
        {
            steps.step(done, total, &format!("{speaker}, {threads} threads"));
            rows.extend(self.elsewhere(config, speaker, threads)?);
        }
        steps.clear();
        if self.json {
            return rows.iter().try_for_each(|row| print_line(&json(row)));
        }
        print_line(table(&rows).trim_end())
    }

    fn speakers(&self, pack: &Pack) -> Result<Vec<String>, CliError> {
        let names: Vec<String> = pack.speakers.iter().map(|s| s.name.clone()).collect();
        if let Some(unknown) = self.speaker.iter().find(|name| !names.contains(name)) {
            let known = names.join(", ");
            return Err(CliError::Usage(format!(
                "no voice `{unknown}` in {}: choose one of {known}",
                pack.name
            )));
        }
        Ok(if self.speaker.is_empty() {
            names
        } else {
            self.speaker.clone()
        })
    }

    fn thread_counts(&self) -> Vec<usize> {
        if self.threads.is_empty() {
            (1..=std::thread::available_parallelism().map_or(1, usize::from)).collect()
        } else {
            self.threads.clone()
        }
    }

    /// The threads belong to the process, and so does its memory: each measurement has its own.
    fn elsewhere(
        &self,
        config: &Config,
        speaker: &str,
        threads: usize,
    ) -> Result<Vec<VoiceRow>, CliError> {
        let program = std::env::current_exe().map_err(CliError::Start)?;
        let mut command = Command::new(program);
        command
            .args(["bench", "voice", "--here", "--json"])
            .args(["--speaker", speaker])
            .args(["--threads", &threads.to_string()])
            .args(["--utterances", &self.utterances.to_string()])
            .args(["--rounds", &self.rounds.to_string()])
            .arg("--voices")
            .arg(&config.voices.path)
            .stderr(Stdio::inherit());
        if let Some(plain) = &self.plain {
            command.arg("--plain").arg(plain);
        }
        let output = command.output().map_err(CliError::Start)?;
        if !output.status.success() {
            return Err(CliError::Usage(format!(
                "{speaker} with {threads} threads could not be measured: see above"
            )));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let rows = text.lines().map(serde_json::from_str::<VoiceRow>);
        rows.collect::<Result<_, _>>()
            .map_err(|error| CliError::Usage(format!("a measurement was cut off: {error}")))
    }

    fn here(&self, config: &Config, pack: &Arc<Pack>, speakers: &[String]) -> Result<(), CliError> {
        let threads = self.threads[0];
        runtime::init(&runtime_library(&config.voices.path), threads).map_err(bench_error)?;
        let plain = self.plain.clone().or_else(|| plain_beside(pack));
        let plain = plain.map(|folder| Pack::open(&folder)).transpose()?;
        let packs: Vec<Arc<Pack>> = [Some(pack.clone()), plain.map(Arc::new)]
            .into_iter()
            .flatten()
            .collect();
        let spoken = utterances(Some(self.utterances));
        for speaker in speakers {
            let contenders: Vec<Contender> = packs
                .iter()
                .filter_map(|pack| contender(pack, speaker))
                .collect();
            let rows = measure(
                &contenders,
                &spoken,
                threads,
                self.rounds,
                &mut |_, _, _| {},
            );
            for row in rows.map_err(bench_error)? {
                print_line(&json(&row))?;
            }
        }
        Ok(())
    }
}

fn bench_error(error: langdu_voice::VoiceError) -> CliError {
    CliError::Bench(error.into())
}

fn contender(pack: &Arc<Pack>, speaker: &str) -> Option<Contender> {
    let found = pack.speakers.iter().find(|found| found.name == speaker)?;
    let folder = pack.model.parent().and_then(|folder| folder.file_name());
    Some(Contender {
        pack: pack.clone(),
        name: folder.map_or_else(|| pack.name.clone(), |name| name.to_string_lossy().into()),
        speaker: speaker.to_owned(),
        speaker_id: found.id,
    })
}

fn json(row: &VoiceRow) -> String {
    serde_json::to_string(row).unwrap_or_default()
}

/// Rows of one speaker and number of threads stand together, the last of them the reference.
fn table(rows: &[VoiceRow]) -> String {
    let mut lines = vec![
        [
            "speaker",
            "pack",
            "threads",
            "loads in",
            "memory",
            "real-time factor",
            "time against the last",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for row in rows {
        let same = |other: &&VoiceRow| other.speaker == row.speaker && other.threads == row.threads;
        let reference = rows.iter().rev().find(same).unwrap_or(row);
        lines.push(vec![
            row.speaker.clone(),
            row.pack.clone(),
            row.threads.to_string(),
            format!("{:.2} s", row.load_s),
            format!("{:.0} MB", row.memory_mb),
            format!("{:.3}", row.real_time_factor),
            row.against(reference)
                .map_or_else(String::new, |ratio| format!("{ratio:.3}")),
        ]);
    }
    langdu_bench::aligned(&lines)
}
