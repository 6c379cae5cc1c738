//! Compiles the definition of ONNX models (in pure Rust: no protoc is needed) and links what
//! espeak-ng wants but does not ask for.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../../proto/onnx");
    // espeak-ng speeds up speech with libsonic and its crate leaves that library to the binary.
    println!("cargo:rustc-link-lib=sonic");
    let onnx = protox::compile(["onnx/onnx.proto"], ["../../proto"])?;
    prost_build::Config::new().compile_fds(onnx)?;
    Ok(())
}
