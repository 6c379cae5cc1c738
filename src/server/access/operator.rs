//! The operator's token where nobody is an operator by configuration: the first start writes one into
//! a file of the service's own user.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::token::generate;
use crate::config::TokenHash;

/// The file of the operator's token cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub(in crate::server) struct OperatorTokenError {
    path: PathBuf,
    source: std::io::Error,
}

/// The hash of the token in `path`, which is written there if there is none.
///
/// # Errors
///
/// When the file can be neither read nor written.
pub(in crate::server) fn hash_of_file(path: &Path) -> Result<TokenHash, OperatorTokenError> {
    let failed = |source| OperatorTokenError {
        path: path.to_owned(),
        source,
    };
    if let Some(token) = read(path).map_err(failed)? {
        return Ok(TokenHash::of(&token));
    }
    match write(path) {
        Ok(token) => {
            tracing::warn!(
                path = %path.display(),
                "nobody is an operator by configuration: this file holds a token that makes one"
            );
            Ok(TokenHash::of(&token))
        }
        // Another replica that shares the folder was faster.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let token = read(path).map_err(failed)?;
            let token = token.ok_or_else(|| failed(error))?;
            Ok(TokenHash::of(&token))
        }
        Err(error) => Err(failed(error)),
    }
}

/// The token in a file; `None` when there is none.
fn read(path: &Path) -> std::io::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(token) => Ok(Some(token.trim().to_owned()).filter(|token| !token.is_empty())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A new token, in a file that is there as a whole or not at all.
fn write(path: &Path) -> std::io::Result<String> {
    let token = generate();
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let unfinished = path.with_extension(format!("{:016x}", rand::random::<u64>()));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&unfinished)?;
    let written = file
        .write_all(format!("{token}\n").as_bytes())
        .and_then(|()| file.sync_all())
        // An empty file, left by a full disk, is no token.
        .and_then(|()| match std::fs::metadata(path) {
            Ok(found) if found.len() == 0 => std::fs::rename(&unfinished, path),
            _ => std::fs::hard_link(&unfinished, path),
        });
    let _ = std::fs::remove_file(&unfinished);
    written.map(|()| token)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_first_start_writes_a_token_and_the_next_ones_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger/operator.token");
        let hash = hash_of_file(&path).unwrap();
        let token = std::fs::read_to_string(&path).unwrap();
        assert!(token.starts_with("langdu_") && hash.fits(token.trim()));
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "nobody else may read it");
        assert!(hash_of_file(&path).unwrap().fits(token.trim()));
        assert_eq!(
            std::fs::read_dir(path.parent().unwrap()).unwrap().count(),
            1
        );
        // An own one, and one that a full disk has cut off.
        std::fs::write(&path, " mine\n").unwrap();
        assert!(hash_of_file(&path).unwrap().fits("mine"));
        std::fs::write(&path, "").unwrap();
        assert!(!hash_of_file(&path).unwrap().fits(""));
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let refused = hash_of_file(folder.path()).unwrap_err();
        assert!(
            refused
                .to_string()
                .contains(&folder.path().display().to_string())
        );
    }
}
