//! What is handed to operators: the bundle speaks where nothing else is, and the files for
//! containers, Kubernetes, systemd, Prometheus and Grafana are what their tools take.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use langdu_proto::{ExtractRequest, FileSource, Source, source};

use langdu_harness::process::{Process, Setup};
use langdu_harness::tier::python_packages;
use langdu_harness::{PATIENCE, fixture, shared, voices};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn succeeded(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}");
    said
}

/// The bundle, unpacked.
fn unpacked(folder: &Path) -> PathBuf {
    let archive = folder.join("langdu.tar.gz");
    let packing = Command::new(project("scripts/bundle.sh"))
        .arg(env!("CARGO_BIN_EXE_langdu"))
        .arg(&archive)
        .env("VOICES", voices())
        .env("GZIP_LEVEL", "1")
        .output()
        .unwrap();
    succeeded(&packing);
    let unpacking = Command::new("tar")
        .arg("-xzf")
        .arg(&archive)
        .arg("-C")
        .arg(folder)
        .output()
        .unwrap();
    succeeded(&unpacking);
    let name = format!(
        "langdu-{}-{}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::ARCH
    );
    folder.join(name)
}

#[test]
fn the_bundle_speaks_without_a_network_and_without_what_this_machine_has() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = unpacked(folder.path());
    let sums = Command::new("sha256sum")
        .args(["--check", "--quiet", "SHA256SUMS"])
        .current_dir(&bundle)
        .output()
        .unwrap();
    succeeded(&sums);

    // No network, and nothing where Debian's packages put their files.
    let hidden = "for place in /usr/lib/*-linux-gnu/espeak-ng-data; do \
                  mount -t tmpfs none \"$place\"; done; \
                  for library in /usr/lib/*-linux-gnu/libsonic.so*; do \
                  mount --bind /dev/null \"$(readlink -f \"$library\")\"; done; exec \"$@\"";
    let audio = folder.path().join("out.wav");
    let speaking = Command::new("unshare")
        .args([
            "--map-root-user",
            "--mount",
            "--net",
            "sh",
            "-c",
            hidden,
            "sh",
        ])
        .arg(bundle.join("langdu"))
        .args(["speak", "--text", "请用Python打开这个文件。", "-o"])
        .arg(&audio)
        .current_dir("/")
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .output()
        .unwrap();
    succeeded(&speaking);
    // Two seconds of 24 kHz at the least.
    assert!(std::fs::metadata(&audio).unwrap().len() > 2 * 48_000);
    // A word that espeak-ng cannot say is spelled, and says so.
    let complaints = String::from_utf8_lossy(&speaking.stderr);
    assert!(!complaints.contains("spelled"), "{complaints}");
}

fn python(arguments: &[&str]) -> Command {
    let mut command = Command::new("python3");
    command
        .args(arguments)
        .current_dir(project(""))
        .env("PYTHONPATH", python_packages())
        .env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

#[test]
fn kubernetes_compose_prometheus_and_grafana_take_their_files() {
    succeeded(&python(&["tests/clients/deploy.py"]).output().unwrap());
}

#[test]
fn hadolint_has_nothing_to_say_of_the_dockerfile() {
    let hadolint = python_packages().join("bin/hadolint");
    let linting = Command::new(hadolint)
        .arg(project("deploy/docker/Dockerfile"))
        .output()
        .unwrap();
    succeeded(&linting);
}

#[test]
fn the_keys_that_systemd_hands_over_are_those_that_the_service_is_told_of() {
    let drop_in = std::fs::read_to_string(project("deploy/systemd/langdu.service.d/keys.conf"));
    let drop_in = drop_in.unwrap();
    let of = |start: &str| -> Vec<&str> {
        let lines = drop_in.lines();
        lines.filter_map(|line| line.strip_prefix(start)).collect()
    };
    let handed: Vec<&str> = of("LoadCredential=")
        .into_iter()
        .map(|line| line.split_once(':').unwrap().0)
        .collect();
    assert!(handed.len() >= 3, "{handed:?}");
    let folder = tempfile::tempdir().unwrap();
    let (mut told, mut environment) = (Vec::new(), Vec::new());
    for setting in of("Environment=") {
        let (name, path) = setting.split_once('=').unwrap();
        let file = path.strip_prefix("%d/").unwrap();
        told.push(file);
        environment.push((name, folder.path().join(file)));
    }
    assert_eq!(handed, told);
    // Every one of them is a setting, and none of the files is there.
    let check = Command::new(env!("CARGO_BIN_EXE_langdu"))
        .args(["config", "check"])
        .envs(environment)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&check.stderr);
    for file in ["callers.pem", "http.pem", "signing.key"] {
        assert!(said.contains(file), "{file} is not in\n{said}");
    }
    assert!(!said.contains("unknown field"), "{said}");
}

#[tokio::test]
async fn it_serves_on_a_kernel_without_any_call_younger_than_2018() {
    let folder = tempfile::tempdir().unwrap();
    let script = project("tests/old_kernel.py");
    let setup = Setup {
        wrapper: &["python3", script.to_str().unwrap()],
        ..Setup::default()
    };
    let web = shared().web.to_string();
    let clips = folder.path().join("clips");
    let mut process = Process::start(folder.path(), &clips, &web, &setup);
    process.is_ready().await;
    let heard = process
        .hear(&shared().page("/second.html"), usize::MAX)
        .await;
    assert!(!heard.is_empty() && heard.iter().all(|clip| !clip.is_empty()));
    // The processes apart, which parse files and look at pictures.
    let picture = std::fs::read(project("crates/ocr/fixtures/card.png")).unwrap();
    let mut client = process.client().await;
    for content in [fixture("libreoffice.docx"), picture] {
        let file = FileSource {
            content: content.into(),
            media_type: String::new(),
        };
        let source = Some(Source {
            source: Some(source::Source::File(file)),
            ..Source::default()
        });
        let document = client.extract(ExtractRequest { source }).await.unwrap();
        let document = document.into_inner();
        assert!(
            document.blocks.iter().any(|block| !block.text.is_empty()),
            "{document:?}"
        );
    }
    process.stop();
    assert!(process.ends_within(PATIENCE).await);
}

#[test]
fn the_set_up_tells_what_it_would_install_on_either_family_of_systems() {
    let check = |manager: &str| {
        let output = Command::new(project("scripts/setup.sh"))
            .args(["--check", "build"])
            .env("LANGDU_PACKAGE_MANAGER", manager)
            .output()
            .unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (is_complete, said) = check("apt");
    assert!(is_complete && said.contains("all of it is there"), "{said}");
    // Nothing here was installed by dnf: what has no command of its own is missing, by dnf's names.
    let (is_complete, said) = check("dnf");
    assert!(!is_complete, "{said}");
    for name in [
        "dnf install",
        "openssl-devel",
        "clang-devel",
        "sonic-devel",
        "espeak-ng",
    ] {
        assert!(said.contains(name), "{name}: {said}");
    }
    assert!(
        !said.contains("libssl-dev") && !said.contains("gcc-c++"),
        "{said}"
    );
}

#[test]
fn systemd_takes_the_unit_and_finds_it_well_protected() {
    // The program is where the unit says only on the machine it is installed on.
    let folder = tempfile::tempdir().unwrap();
    let unit = std::fs::read_to_string(project("deploy/systemd/langdu.service")).unwrap();
    let here = unit.replace("/opt/langdu/langdu", env!("CARGO_BIN_EXE_langdu"));
    let path = folder.path().join("langdu.service");
    std::fs::write(&path, here).unwrap();
    // With its keys handed over, as docs/security.md has it.
    let keys = "langdu.service.d/keys.conf";
    std::fs::create_dir(folder.path().join("langdu.service.d")).unwrap();
    std::fs::copy(
        project("deploy/systemd").join(keys),
        folder.path().join(keys),
    )
    .unwrap();
    let verified = Command::new("systemd-analyze")
        .args(["verify", "--man=no"])
        .arg(&path)
        .output()
        .unwrap();
    succeeded(&verified);
    let complaints = String::from_utf8_lossy(&verified.stderr);
    let ours: Vec<&str> = complaints
        .lines()
        .filter(|line| line.contains("langdu.service"))
        .collect();
    assert!(ours.is_empty(), "{ours:?}");
    // 100 is no protection at all; 25 is what systemd calls ok at 2.5.
    let protection = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--threshold=25"])
        .arg(&path)
        .output()
        .unwrap();
    succeeded(&protection);
}
