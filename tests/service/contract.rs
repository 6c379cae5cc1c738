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

/// A copy of the contract with one word of it replaced.
fn changed(folder: &Path, from: &str, to: &str) {
    std::fs::create_dir_all(folder.join("langdu/v1")).unwrap();
    for file in [
        "buf.yaml",
        BASELINE,
        "langdu/v1/read_aloud.proto",
        "langdu/v1/operator.proto",
    ] {
        std::fs::copy(proto().join(file), folder.join(file)).unwrap();
    }
    let own = folder.join("langdu/v1/read_aloud.proto");
    let text = std::fs::read_to_string(&own).unwrap();
    assert!(text.contains(from), "{from}");
    std::fs::write(own, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn the_contract_is_well_formed_and_breaks_no_caller() {
    let folder = tempfile::tempdir().unwrap();
    changed(folder.path(), "service ReadAloud", "service ReadAloud");
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
fn a_change_that_breaks_a_caller_is_found() {
    for (from, to, complaint) in [
        ("bytes content = 1;", "bytes content = 7;", "content"),
        ("rpc Explain(", "rpc ExplainAll(", "Explain"),
        (
            "double speaking_rate",
            "float speaking_rate",
            "speaking_rate",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        changed(folder.path(), from, to);
        let found = buf(folder.path(), &["breaking", "--against", BASELINE]);
        let found = found.expect_err(from);
        assert!(found.contains(complaint), "{found}");
    }
}
