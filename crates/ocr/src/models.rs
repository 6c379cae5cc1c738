//! The two models: one finds lines, the other reads them.

use ort::ep;
use ort::session::Session;

use crate::Error;

/// The models in memory.
pub struct Models {
    pub(crate) detection: Session,
    pub(crate) recognition: Session,
    /// What each class of the recognition model stands for; the first is CTC's blank.
    pub(crate) dictionary: Vec<String>,
}

impl Models {
    /// Loads the models from the bytes of their ONNX files; [`crate::runtime::init`] must have been
    /// called. Each computes with `threads` threads; 0 means one for each core.
    ///
    /// # Errors
    ///
    /// [`Error::Load`] when one cannot be loaded or has no dictionary.
    pub fn load(detection: &[u8], recognition: &[u8], threads: usize) -> Result<Self, Error> {
        let detection = session("detection", detection, threads)?;
        let recognition = session("recognition", recognition, threads)?;
        let dictionary = dictionary(&recognition)?;
        Ok(Self {
            detection,
            recognition,
            dictionary,
        })
    }
}

fn session(model: &'static str, bytes: &[u8], threads: usize) -> Result<Session, Error> {
    let failed = |reason: String| Error::Load { model, reason };
    Session::builder()
        .map_err(|error| failed(error.to_string()))?
        .with_intra_threads(threads)
        .map_err(|error| failed(error.to_string()))?
        // Spinning costs a core while the other stages run.
        .with_intra_op_spinning(false)
        .map_err(|error| failed(error.to_string()))?
        // Every picture and every batch of lines has its own size, so patterns of former runs only
        // hold memory.
        .with_memory_pattern(false)
        .map_err(|error| failed(error.to_string()))?
        // The arena keeps the room of the largest picture for good.
        .with_execution_providers([ep::CPU::default().with_arena_allocator(false).build()])
        .map_err(|error| failed(error.to_string()))?
        .commit_from_memory(bytes)
        .map_err(|error| failed(error.to_string()))
}

/// The classes of the recognition model: the blank, the characters of the file's metadata, a space.
fn dictionary(recognition: &Session) -> Result<Vec<String>, Error> {
    let failed = |reason: String| Error::Load {
        model: "recognition",
        reason,
    };
    let metadata = recognition
        .metadata()
        .map_err(|error| failed(error.to_string()))?;
    let characters = metadata
        .custom("character")
        .ok_or_else(|| failed("its metadata has no dictionary `character`".to_owned()))?;
    Ok(std::iter::once(String::new())
        .chain(characters.split('\n').map(str::to_owned))
        .chain(std::iter::once(" ".to_owned()))
        .collect())
}
