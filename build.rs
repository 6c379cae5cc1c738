//! Compiles the protocol definitions (in pure Rust: no protoc needed) and links what espeak-ng
//! wants but does not ask for.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    #[cfg(feature = "pack")]
    compile_onnx()?;
    #[cfg(feature = "voice")]
    compile_contract()?;
    Ok(())
}

#[cfg(feature = "pack")]
fn compile_onnx() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=proto/onnx");
    let onnx = protox::compile(["onnx/onnx.proto"], ["proto"])?;
    prost_build::Config::new().compile_fds(onnx)?;
    Ok(())
}

#[cfg(feature = "voice")]
fn compile_contract() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=proto/langdu");
    // espeak-ng speeds up speech with libsonic and its crate leaves that library to the binary.
    println!("cargo:rustc-link-lib=sonic");
    let out_dir = std::path::PathBuf::from(std::env::var("OUT_DIR")?);
    let api = protox::compile(["langdu/v1/read_aloud.proto"], ["proto"])?;
    std::fs::write(
        out_dir.join("langdu_descriptor.bin"),
        prost::Message::encode_to_vec(&api),
    )?;
    tonic_prost_build::configure()
        .bytes(".langdu.v1")
        .compile_fds(api)?;
    Ok(())
}
