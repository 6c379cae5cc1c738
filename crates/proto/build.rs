//! Compiles the contract in pure Rust: no protoc is needed.

use std::path::PathBuf;

/// The contract's files, of every version.
const FILES: [&str; 5] = [
    "langdu/v1/read_aloud.proto",
    "langdu/v1/operator.proto",
    "langdu/v2/read_aloud.proto",
    "langdu/v2/operator.proto",
    "google/longrunning/operations.proto",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../../proto/langdu");
    println!("cargo:rerun-if-changed=../../proto/google");
    let out_dir = PathBuf::from(std::env::var("OUT_DIR")?);
    let mut compiler = protox::Compiler::new(["../../proto"])?;
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(FILES)?;
    // With its options: which fields a request needs stands in one.
    std::fs::write(
        out_dir.join("langdu_descriptor.bin"),
        compiler.encode_file_descriptor_set(),
    )?;
    tonic_prost_build::configure()
        .bytes(".langdu")
        .extern_path(".google.rpc", "::tonic_types::pb")
        .compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}
