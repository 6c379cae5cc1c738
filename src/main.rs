//! The `langdu` program: parses its arguments and calls the library.

use std::process::ExitCode;

/// Gives back what it holds free within seconds; the C library's allocator held up to 110 MB free in the
/// arenas of its threads (`docs/reliability.md`).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    langdu::cli::main()
}
