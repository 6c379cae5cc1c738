//! Work of the processor, away from the threads that wait for the network.
//!
//! Whatever keeps a processor for more than half a millisecond would hold up every connection of
//! the thread it runs on, so it goes to tokio's threads for blocking work. A panic there must
//! neither be lost nor end the process, and every layer used to decide that for itself: here is
//! the one policy. The panic is logged with the name of the work, and comes back as [`Panicked`],
//! which each layer makes part of its own error; a caller sees it as `INTERNAL`.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! assert_eq!(langdu_blocking::run("adding", || 1 + 1).await, Ok(2));
//! # });
//! ```

/// The work panicked, or its runtime ended before it could begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{work} failed unexpectedly: the service's log has the cause")]
pub struct Panicked {
    /// The name of the work.
    pub work: &'static str,
}

/// Runs `work` on a thread for blocking work and waits for its result. Dropping the future does
/// not stop work that has begun.
///
/// `name` says in the log and in the error what was being done: "extracting the page".
///
/// # Errors
///
/// When the work panics. The message of the panic is left to the panic hook: it may quote the
/// document, which neither the log's fields nor an answer may do.
///
/// # Panics
///
/// Outside a tokio runtime.
#[expect(clippy::disallowed_methods)]
pub async fn run<T: Send + 'static>(
    name: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Panicked> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        if error.is_panic() {
            tracing::error!(work = name, "blocking work panicked");
        }
        Panicked { work: name }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error_that_names_the_work_and_does_not_quote_it() {
        let failed = run("reading the document", || -> () { panic!("a secret") }).await;
        let error = failed.unwrap_err();
        assert_eq!(error.work, "reading the document");
        let message = error.to_string();
        assert!(message.starts_with("reading the document"), "{message}");
        assert!(!message.contains("secret"), "{message}");
    }

    #[tokio::test]
    async fn the_work_has_a_thread_of_its_own() {
        let here = std::thread::current().id();
        let there = run("looking", || std::thread::current().id()).await;
        assert_ne!(there, Ok(here));
    }
}
