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
use crate::pack::error::PackError;

static INITIALISED: OnceLock<Result<(), String>> = OnceLock::new();

/// Held while a session is built: one at a time, so that the memory which building takes is
/// needed once, and ONNX Runtime's registries are never filled from two sides.
static BUILDING: Mutex<()> = Mutex::new(());

/// The environment variable that names a plainer instruction set than the machine's best, to try how the voice does on
/// other machines. What ONNX Runtime computes itself does not heed it.
const INSTRUCTIONS: &str = "LANGDU_INSTRUCTIONS";

/// Loads the library and sets up the shared thread pool; later calls change nothing.
///
/// `library` is used unless the environment names another one in `ORT_DYLIB_PATH`. `threads` is
/// the number of compute threads; 0 means one for each core.
///
/// # Errors
///
/// When the library is missing or cannot be loaded, or `LANGDU_INSTRUCTIONS` names what the machine has not.
pub fn init(library: &Path, threads: usize) -> Result<(), VoiceError> {
    instruction_set()?;
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

/// The instruction set that the voice computes with on this machine: `amx`, `avx512-vnni`, … It is the best, unless
/// `LANGDU_INSTRUCTIONS` names another one.
///
/// # Errors
///
/// When it names one that the machine has not.
pub fn instructions() -> Result<&'static str, VoiceError> {
    instruction_set().map(InstructionSet::name)
}

pub(crate) fn instruction_set() -> Result<InstructionSet, VoiceError> {
    let named = std::env::var_os(INSTRUCTIONS);
    chosen(named.as_deref().map(|named| named.to_string_lossy()))
}

fn chosen(named: Option<std::borrow::Cow<'_, str>>) -> Result<InstructionSet, VoiceError> {
    let Some(named) = named.filter(|named| !named.is_empty()) else {
        return Ok(InstructionSet::best());
    };
    let found = InstructionSet::all().find(|instruction_set| instruction_set.name() == named);
    found.ok_or_else(|| VoiceError::Instructions {
        named: named.into_owned(),
        available: InstructionSet::all().map(InstructionSet::name).collect(),
    })
}

/// A session over a model file. [`init`] must have been called.
pub(crate) fn session(model: &Path) -> Result<Session, VoiceError> {
    let failed = |error: String| VoiceError::Load {
        model: model.to_owned(),
        reason: error,
    };
    let instruction_set = instruction_set()?;
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
        .with_operators(
            operators::domain(model, instruction_set).map_err(|error| failed(error.to_string()))?,
        )
        .map_err(|error| failed(error.to_string()))?
        .commit_from_file(model)
        .map_err(|error| failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_set_is_chosen_by_its_name_or_refused_with_those_there_are() {
        assert_eq!(chosen(None).unwrap(), InstructionSet::best());
        assert_eq!(chosen(Some("".into())).unwrap(), InstructionSet::best());
        for one in InstructionSet::all() {
            assert_eq!(chosen(Some(one.name().into())).unwrap(), one);
        }
        let refused = chosen(Some("sse".into())).unwrap_err().to_string();
        assert!(
            refused.contains("sse") && refused.contains("plain"),
            "{refused}"
        );
    }
}
