//! ONNX Runtime, loaded once per process and shared by every voice.
//!
//! All sessions use one thread pool, so that a lone utterance runs on all cores and two at once
//! share them instead of fighting.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use langdu_kernels::InstructionSet;
use ort::environment::GlobalThreadPoolOptions;
use ort::ep;
use ort::session::Session;
use parking_lot::Mutex;

use crate::error::VoiceError;
use crate::operators;
use crate::pack::PackError;

static INITIALISED: OnceLock<Result<(), String>> = OnceLock::new();

/// Held while a session is built: one at a time, so that the memory which building takes is
/// needed once, and ONNX Runtime's registries are never filled from two sides.
static BUILDING: Mutex<()> = Mutex::new(());

/// Loads the library and sets up the shared thread pool; later calls change nothing.
///
/// `library` is used unless the environment names another one in `ORT_DYLIB_PATH`. `threads` is
/// the number of compute threads; 0 means one for each core.
///
/// # Errors
///
/// When the library is missing or cannot be loaded.
pub fn init(library: &Path, threads: usize) -> Result<(), VoiceError> {
    let library =
        std::env::var_os("ORT_DYLIB_PATH").map_or_else(|| library.to_owned(), PathBuf::from);
    if !library.is_file() {
        return Err(PackError::RuntimeMissing { path: library }.into());
    }
    INITIALISED
        .get_or_init(|| load(&library, threads).map_err(|error| error.to_string()))
        .clone()
        .map_err(|reason| VoiceError::Runtime { library, reason })
}

fn load(library: &Path, threads: usize) -> ort::Result<()> {
    let pool = |threads: usize| GlobalThreadPoolOptions::default().with_intra_threads(threads);
    let builder = ort::init_from(library)?;
    // Spinning buys some latency and costs a core while idle: a sidecar shares its machine.
    let options = pool(threads)?.with_spin_control(false)?;
    builder.with_global_thread_pool(options).commit();
    Ok(())
}

/// The instruction set that the voice computes with on this machine: `amx`, `avx512-vnni`, …
pub fn instructions() -> &'static str {
    InstructionSet::best().name()
}

/// A session over a model file. [`init`] must have been called.
pub(crate) fn session(model: &Path) -> Result<Session, VoiceError> {
    let failed = |error: String| VoiceError::Load {
        model: model.to_owned(),
        reason: error,
    };
    let _turn = BUILDING.lock();
    let builder = Session::builder()
        .map_err(|error| failed(error.to_string()))?
        // Every utterance has its own length, so patterns of former runs only hold memory.
        .with_memory_pattern(false)
        .map_err(|error| failed(error.to_string()))?
        // Its arena keeps the room of the longest utterance for good, in pieces of powers of two; the
        // program's allocator gives it back.
        .with_execution_providers([ep::CPU::default().with_arena_allocator(false).build()])
        .map_err(|error| failed(error.to_string()))?;
    builder
        .with_operators(operators::domain(model).map_err(|error| failed(error.to_string()))?)
        .map_err(|error| failed(error.to_string()))?
        .commit_from_file(model)
        .map_err(|error| failed(error.to_string()))
}
