//! ONNX Runtime, loaded once per process.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::Error;

static INITIALISED: OnceLock<Result<(), String>> = OnceLock::new();

/// Loads the library; later calls change nothing. `library` is used unless the environment names
/// another one in `ORT_DYLIB_PATH`.
///
/// # Errors
///
/// [`Error::Runtime`] when the library is missing or cannot be loaded.
pub fn init(library: &Path) -> Result<(), Error> {
    let library =
        std::env::var_os("ORT_DYLIB_PATH").map_or_else(|| library.to_owned(), PathBuf::from);
    INITIALISED
        .get_or_init(|| load(&library))
        .clone()
        .map_err(|reason| Error::Runtime { library, reason })
}

fn load(library: &Path) -> Result<(), String> {
    if !library.is_file() {
        return Err("there is no such file".to_owned());
    }
    ort::init_from(library)
        .map_err(|error| error.to_string())?
        .commit();
    Ok(())
}
