//! Compiles the contract in pure Rust: no protoc is needed.

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../../proto/langdu");
    let out_dir = PathBuf::from(std::env::var("OUT_DIR")?);
    let files = ["langdu/v1/read_aloud.proto", "langdu/v1/operator.proto"];
    let api = protox::compile(files, ["../../proto"])?;
    std::fs::write(
        out_dir.join("langdu_descriptor.bin"),
        prost::Message::encode_to_vec(&api),
    )?;
    tonic_prost_build::configure()
        .bytes(".langdu.v1")
        .compile_fds(api)?;
    Ok(())
}
