//! `langdu config check`: everything that is wrong, at once, and nothing that is not.

use std::path::Path;
use std::process::{Command, Output};

use langdu_harness::process::{Process, Setup};
use langdu_harness::{shared, voices};

fn check(file: Option<&Path>, environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_langdu"));
    command
        .args(["config", "check"])
        .arg("--voices")
        .arg(voices());
    if let Some(file) = file {
        command.arg("--config").arg(file);
    }
    command.envs(environment.iter().copied()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn config_check_says_all_that_is_wrong_at_once_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("langdu.toml");
    let config = "demo = \"/no/such/demo\"\nlexicon = \"/no/such/words.txt\"\n[clips]\n\
                  path = \"/proc/no/clips\"\n[clips.shared]\nservice = \"redis\"\n\
                  [clips.shared.options]\nendpoint = \"redis://127.0.0.1:1\"\n\
                  password = \"do-not-show\"\n";
    std::fs::write(&file, config).unwrap();
    let output = check(Some(&file), &[]);
    assert!(!output.status.success());
    let said = said(&output);
    for words in ["/no/such/demo", "/no/such/words.txt", "/proc/no/clips"] {
        let told = said
            .lines()
            .any(|line| line.starts_with("wrong: ") && line.contains(words));
        assert!(told, "{words} is not in\n{said}");
    }
    let in_force = String::from_utf8_lossy(&output.stdout);
    assert!(in_force.contains("redis://127.0.0.1:1"), "{in_force}");
    assert!(!in_force.contains("do-not-show") && !said.contains("do-not-show"));
}

#[test]
fn config_check_is_content_with_the_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let clips = folder.path().join("clips");
    let environment = [("LANGDU_CLIPS__PATH", clips.to_str().unwrap())];
    let output = check(None, &environment);
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("nothing is wrong") && said.contains("kokoro-zh"),
        "{said}"
    );
}

#[test]
fn keys_that_are_unknown_are_told_beside_all_else_that_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("langdu.toml");
    let config = "log_jsn = true\ndemo = \"/no/such/demo\"\n[clips]\nfolder = \"x\"\n\
                  disk_bytes = \"much\"\n[voices]\nworkers = 0\n[limits]\n\
                  capacity_share = -1.0\n[[security.tokens]]\nname = \"cms\"\n\
                  sha256 = \"not-a-hash\"\n";
    std::fs::write(&file, config).unwrap();
    let clips = folder.path().join("clips");
    let environment = [
        ("LANGDU_CLIPS__PATH", clips.to_str().unwrap()),
        ("LANGDU_FETCH__PORTZ", "[80]"),
    ];
    let output = check(Some(&file), &environment);
    assert_eq!(output.status.code(), Some(64));
    let said = said(&output);
    for words in [
        "log_jsn",
        "`folder`",
        "clips.disk_bytes",
        "portz",
        "/no/such/demo",
        "voices.workers",
        "limits.capacity_share",
        "64 hex digits",
    ] {
        let told = said
            .lines()
            .filter(|line| line.starts_with("wrong: ") && line.contains(words));
        assert_eq!(told.count(), 1, "{words} is not once in\n{said}");
    }
    assert!(said.contains("8 settings are wrong"), "{said}");
    assert!(!said.contains("not-a-hash"), "{said}");

    // The service says the same before it opens anything.
    let serving = Command::new(env!("CARGO_BIN_EXE_langdu"))
        .arg("serve")
        .arg("--config")
        .arg(&file)
        .output()
        .unwrap();
    assert_eq!(serving.status.code(), Some(64));
    let refused = String::from_utf8_lossy(&serving.stderr);
    for words in ["log_jsn", "folder", "disk_bytes", "64 hex digits"] {
        assert!(refused.contains(words), "{words} is not in\n{refused}");
    }
}

#[test]
fn what_the_service_would_open_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("no.pem"), "no certificate").unwrap();
    std::fs::write(at("short.key"), "short").unwrap();
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let config = format!(
        "[listen]\nadmin = \"203.0.113.1:7862\"\n[fetch]\nallowed_hosts = [\"www.example.gov.cn\"]\n\
         [clips]\npath = {clips:?}\n[security]\nsigning_key = {short:?}\n\
         anonymous = {{ voices = [\"zf_nobody\"] }}\n\
         [security.tls.grpc]\ncertificate = {missing:?}\nkey = {missing:?}\n\
         [security.tls.http]\ncertificate = {no:?}\nkey = {no:?}\n\
         [[security.tokens]]\nname = \"cms\"\nsha256 = \"{hash}\"\nmay = {{ voices = [\"zf_cms\"] }}\n\
         [[security.origins]]\norigin = \"https://a.cn\"\nmay = {{ voices = [\"zf_origin\"] }}\n\
         [[prepare]]\nlist = \"https://www.example.gov.cn/\"\nevery_minutes = 60\n\
         [[prepare]]\nlist = \"https://elsewhere.example/\"\nvoice = \"zf_clock\"\nevery_minutes = 60\n\
         [telemetry]\notlp_endpoint = \"https://127.0.0.1:4317\"\notlp_authority = {missing:?}\n",
        clips = at("clips"),
        short = at("short.key"),
        missing = at("missing.pem"),
        no = at("no.pem"),
    );
    let file = at("langdu.toml");
    std::fs::write(&file, config).unwrap();
    let output = check(Some(&file), &[]);
    let said = said(&output);
    assert!(!output.status.success(), "{said}");
    for words in [
        "listen.admin: this machine has no address 203.0.113.1",
        "security.signing_key",
        "security.anonymous: no voice",
        "security.tokens \"cms\": no voice",
        "security.origins https://a.cn: no voice",
        "prepare.1: no voice",
        "prepare.1: host \"elsewhere.example\"",
        "no.pem",
        "telemetry.otlp_authority",
    ] {
        let told = said
            .lines()
            .any(|line| line.starts_with("wrong: ") && line.contains(words));
        assert!(told, "{words} is not in\n{said}");
    }
    assert_eq!(said.matches("security.tls: ").count(), 2, "{said}");
    assert!(!said.contains("prepare.0"), "{said}");
}

#[tokio::test]
async fn a_shared_tier_that_is_away_is_told_of_and_keeps_nobody_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("langdu.toml");
    let config = "[clips.shared]\nservice = \"redis\"\n[clips.shared.options]\n\
                  endpoint = \"redis://127.0.0.1:1\"\n";
    let clips = folder.path().join("clips");
    std::fs::write(&file, config).unwrap();
    let environment = [("LANGDU_CLIPS__PATH", clips.to_str().unwrap())];
    let output = check(Some(&file), &environment);
    let told = said(&output);
    assert!(output.status.success(), "{told}");
    assert!(
        told.contains("note: clips.shared does not answer"),
        "{told}"
    );
    // It is as the check says.
    let setup = Setup {
        config,
        ..Setup::default()
    };
    let web = shared().web.to_string();
    let process = Process::start(folder.path(), &clips, &web, &setup);
    process.is_ready().await;
}
