//! The contract stays what callers have built on: `buf` compares it with what it was, and looks at its form.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::clients::node_packages;

fn proto() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("proto")
}

/// What `buf` says in a folder of protos; an error where it finds something.
fn buf(folder: &Path, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new(node_packages().join(".bin/buf"))
        .args(arguments)
        .current_dir(folder)
        // It keeps nothing, and asks nobody for a newer version.
        .env("BUF_CACHE_DIR", folder.join("cache"))
        .output()
        .unwrap();
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(String::from_utf8_lossy(&said).into_owned())
}

const BASELINE: &str = "contract.binpb";

/// A copy of the contract with one word of one of its files replaced.
fn changed(folder: &Path, file: &str, from: &str, to: &str) {
    copy(&proto(), folder);
    let own = folder.join(file);
    let text = std::fs::read_to_string(&own).unwrap();
    assert!(text.contains(from), "{from}");
    std::fs::write(own, text.replacen(from, to, 1)).unwrap();
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|one| (one.path(), one.file_name())).unwrap();
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            std::fs::copy(path, to.join(name)).unwrap();
        }
    }
}

const V1: &str = "langdu/v1/read_aloud.proto";
const V2: &str = "langdu/v2/read_aloud.proto";

#[test]
fn the_contract_is_well_formed_and_breaks_no_caller() {
    let folder = tempfile::tempdir().unwrap();
    copy(&proto(), folder.path());
    buf(folder.path(), &["lint"]).unwrap();
    buf(folder.path(), &["breaking", "--against", BASELINE]).unwrap();
    // What has been added since is held to from now on.
    let now = folder.path().join("now.binpb");
    let build = ["build", "--exclude-source-info", "--output", "now.binpb"];
    buf(folder.path(), &build).unwrap();
    let is_current = std::fs::read(now).unwrap() == std::fs::read(proto().join(BASELINE)).unwrap();
    assert!(is_current, "run: scripts/generate-clients.sh");
}

#[test]
fn the_second_version_needs_no_exception() {
    // What is excepted of the first is told of the second.
    for (from, to, complaint) in [
        (
            "service ReadAloudService",
            "service ReadAloud",
            "SERVICE_SUFFIX",
        ),
        ("AUDIO_ENCODING_MP3", "MP3", "ENUM_VALUE_PREFIX"),
        (
            "rpc Extract(ExtractRequest) returns (ExtractResponse)",
            "rpc Extract(ExtractRequest) returns (Document)",
            "RPC_RESPONSE_STANDARD_NAME",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        changed(folder.path(), V2, from, to);
        let found = buf(folder.path(), &["lint", "--error-format", "json"]);
        let found = found.expect_err(from);
        assert!(found.contains(complaint), "{found}");
    }
}

#[test]
fn a_change_that_breaks_a_caller_is_found() {
    for (file, from, to, complaint) in [
        (V1, "bytes content = 1;", "bytes content = 7;", "content"),
        (V1, "rpc Explain(", "rpc ExplainAll(", "Explain"),
        (
            V1,
            "double speaking_rate",
            "float speaking_rate",
            "speaking_rate",
        ),
        (V2, "rpc Explain(", "rpc ExplainAll(", "Explain"),
        (
            V2,
            "bytes audio_content = 1;",
            "bytes audio_content = 7;",
            "audio_content",
        ),
        (V2, "AUDIO_ENCODING_MP3", "AUDIO_ENCODING_MPEG", "MP3"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        changed(folder.path(), file, from, to);
        let found = buf(folder.path(), &["breaking", "--against", BASELINE]);
        let found = found.expect_err(from);
        assert!(found.contains(complaint), "{found}");
    }
}
