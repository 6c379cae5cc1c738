//! Independent clients against the real service: whoever built them knows nothing of us.

use std::path::{Path, PathBuf};

use langdu_proto::FILE_DESCRIPTOR_SET;
use tokio::process::Command;

use langdu_harness::{PATIENCE, shared};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Where `scripts/setup.sh clients` puts Python's packages.
pub(crate) fn python_packages() -> PathBuf {
    let folder = std::env::var_os("LANGDU_TEST_CLIENTS")
        .map_or_else(|| project("target/clients"), PathBuf::from);
    let packages = folder.join("python");
    assert!(packages.is_dir(), "run: scripts/setup.sh clients");
    packages
}

async fn run(mut command: Command) {
    command.kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output())
        .await
        .expect("the client ends in time")
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    println!("{said}");
    assert!(output.status.success(), "{said}\n{complained}");
}

async fn python(script: &str, arguments: &[String]) {
    let mut command = Command::new("python3");
    command
        .arg(project("tests/clients").join(script))
        .args(arguments)
        .env("PYTHONPATH", python_packages())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("NO_PROXY", "*");
    run(command).await;
}

#[tokio::test]
async fn the_openai_client_speaks_through_the_gateway() {
    python("speech.py", &[shared().http("/")]).await;
}

#[tokio::test]
async fn a_client_that_knows_the_contract_by_reflection_streams_and_goes_on() {
    let service = shared();
    service.is_ready().await;
    python("grpc_python.py", &[service.addresses.grpc.to_string()]).await;
}

#[tokio::test]
async fn a_feed_reader_finds_every_episode_as_long_as_it_was_told() {
    let service = shared();
    let arguments = [service.http("/"), service.page("/column.html")];
    python("feed.py", &arguments).await;
}

#[tokio::test]
async fn the_description_of_the_routes_is_valid_and_true() {
    let service = shared();
    let arguments = [service.http("/"), service.page("/policy.html")];
    python("openapi.py", &arguments).await;
}

#[tokio::test]
async fn a_browsers_grpc_client_calls_and_streams() {
    let folder = tempfile::tempdir().unwrap();
    let descriptors = folder.path().join("langdu.binpb");
    std::fs::write(&descriptors, FILE_DESCRIPTOR_SET).unwrap();
    let packages = project("tests/clients/node_modules");
    assert!(packages.is_dir(), "run: scripts/setup.sh clients");
    let mut command = Command::new("node");
    command
        .arg(project("tests/clients/grpc_web.mjs"))
        .arg(shared().http("/"))
        .arg(&descriptors);
    run(command).await;
}
