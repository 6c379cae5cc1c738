//! The program as people use it: data on standard output, everything else on standard error.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use langdu_harness::{POLICY_PAGE, shared, voices};

fn langdu(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_langdu"))
        .args(arguments)
        .arg("--voices")
        .arg(voices())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that refuses its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn json(output: &Output) -> Value {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn extract_prints_one_object_with_the_contracts_fields() {
    let document = json(&langdu(&["extract", "-", "--json"], POLICY_PAGE));
    let mut fields: Vec<&str> = document
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    fields.sort_unstable();
    let expected = [
        "attachments",
        "blocks",
        "date",
        "doc_date",
        "doc_number",
        "footnotes",
        "issuer",
        "substance",
        "text",
        "title",
        "warnings",
    ];
    assert_eq!(fields, expected);
    assert_eq!(document["doc_number"], "青政办发〔2025〕18号");
    assert_eq!(document["doc_date"], "2025-09-01");
}

#[test]
fn extract_fetches_a_named_address_but_a_private_one_only_when_told() {
    let page = shared().page("/policy.html");
    let refused = langdu(&["extract", &page], "");
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not public"));
    let document = json(&langdu(&["extract", &page, "--allow-private"], ""));
    assert!(document["text"].as_str().unwrap().contains("东湖区"));
}

#[test]
fn explain_answers_each_line_with_one_object_in_order() {
    let output = langdu(&["explain", "-"], "增长59.71%\n\n国办发〔2022〕11号\r\n");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["text"], "增长59.71%");
    assert!(
        lines[0]["spoken"]
            .as_str()
            .unwrap()
            .contains("百分之五十九点七一")
    );
    assert_eq!(lines[1]["utterances"].as_array().unwrap().len(), 0);
    assert!(
        lines[2]["spoken"]
            .as_str()
            .unwrap()
            .contains("国办发二零二二十一号")
    );
    let syllable = &lines[0]["utterances"][0]["syllables"][2];
    for field in ["hanzi", "pinyin", "surface", "start", "end"] {
        assert!(!syllable[field].is_null(), "{field}");
    }
}

#[test]
fn explain_shows_a_person_a_table() {
    let output = langdu(&["explain", "不是"], "");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("bu4 → bu2"), "{text}");
}

#[test]
fn speak_writes_a_file_that_appears_whole() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.mp3", "a.wav", "a.opus"] {
        let path = folder.path().join(name);
        let spoken = langdu(
            &["speak", "--text", "您好。", "-o", path.to_str().unwrap()],
            "",
        );
        assert!(
            spoken.status.success(),
            "{}",
            String::from_utf8_lossy(&spoken.stderr)
        );
        assert!(spoken.stdout.is_empty(), "data goes to the file only");
        assert!(std::fs::metadata(&path).unwrap().len() > 3_000, "{name}");
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        3,
        "nothing else is left"
    );
    let piped = langdu(&["speak", "-", "-o", "-"], "从标准输入读。");
    assert!(piped.stdout.starts_with(b"ID3"));
}

#[test]
fn what_cannot_be_is_one_clear_line() {
    for (arguments, words) in [
        (&["speak", "--text", "您好", "--rate", "9"][..], "0.25"),
        (
            &["speak", "--text", "您好", "--voice", "nobody"],
            "zf_xiaoyi",
        ),
        (&["speak", "--text", "您好", "-o", "x.flac"], ".mp3"),
        (&["speak", "--text", " "], "empty"),
        (&["extract", "no-such-file.html"], "no-such-file.html"),
        (
            &["speak", "--text", "您好", "-o", "/no/such/folder/x.mp3"],
            "/no/such/folder/x.mp3",
        ),
    ] {
        let refused = langdu(arguments, "");
        let message = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success(), "{arguments:?}");
        assert!(message.contains(words), "{arguments:?}: {message}");
    }
}

#[test]
fn voices_list_is_for_people_and_programs() {
    let output = langdu(&["voices", "list", "--json"], "");
    let text = String::from_utf8(output.stdout).unwrap();
    let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(first["name"], "zf_xiaohe");
}

fn doctor(environment: &[(&str, &str)]) -> (Option<i32>, Value) {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_langdu"))
        .args(["doctor", "--json", "--voices"])
        .arg(voices())
        .env("LANGDU_CLIPS__PATH", folder.path().join("clips"))
        .env("LANG", "C.UTF-8")
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let answer = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code(), answer)
}

/// The findings of a check.
fn found<'a>(answer: &'a Value, check: &str) -> Vec<&'a Value> {
    let findings = answer["findings"].as_array().unwrap().iter();
    let found: Vec<_> = findings
        .filter(|finding| finding["check"] == check)
        .collect();
    assert!(!found.is_empty(), "nothing about {check} in {answer}");
    found
}

#[test]
fn the_doctor_has_the_voice_speak_and_finds_nothing_wrong() {
    let (code, answer) = doctor(&[]);
    // How fast the voice is, and which ports are free, is the machine's.
    assert_ne!(code, Some(2), "{answer}");
    assert_ne!(answer["severity"], "wrong");
    for check in [
        "kernel",
        "processor",
        "memory",
        "clip folder",
        "files",
        "pictures",
    ] {
        found(&answer, check);
    }
    assert_eq!(found(&answer, "files")[0]["severity"], "fine");
    let voice = found(&answer, "voice")[0]["found"].as_str().unwrap();
    assert!(voice.starts_with("it speaks"), "{voice}");
}

#[test]
fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let empty = tempfile::tempdir().unwrap();
    let (code, answer) = doctor(&[
        ("LANGDU_LISTEN__HTTP", &taken),
        ("LANGDU_CLIPS__PATH", "/proc/no/clips"),
        ("LANG", "zh_CN.GB18030"),
        ("LC_ALL", ""),
        ("LC_CTYPE", ""),
    ]);
    assert_eq!(code, Some(2), "{answer}");
    let folder = found(&answer, "clip folder")[0];
    assert_eq!(folder["severity"], "wrong");
    assert!(folder["remedy"].as_str().unwrap().contains("clips.path"));
    let listeners = found(&answer, "listener");
    let http = listeners
        .iter()
        .find(|finding| finding["severity"] == "remark");
    assert!(http.unwrap()["found"].as_str().unwrap().contains(&taken));
    assert_eq!(found(&answer, "locale")[0]["severity"], "remark");

    let file = empty.path().join("langdu.toml");
    std::fs::write(&file, "nonsense = 1\n").unwrap();
    let (code, answer) = doctor(&[("LANGDU_CONFIG", file.to_str().unwrap())]);
    assert_eq!(code, Some(2), "{answer}");
    let wrong = found(&answer, "configuration")[0];
    assert!(
        wrong["found"].as_str().unwrap().contains("nonsense"),
        "{wrong}"
    );

    let voices = empty.path().to_str().unwrap();
    let output = langdu(&["doctor", "--json"], "");
    assert!(output.status.code().is_some_and(|code| code < 2));
    let output = Command::new(env!("CARGO_BIN_EXE_langdu"))
        .args(["doctor", "--voices", voices])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("langdu voices install"), "{said}");
}

#[test]
fn a_text_is_spoken_where_the_machine_has_no_certificates_of_authorities() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_langdu"))
        .current_dir(folder.path())
        .args(["speak", "--text", "您好。", "-o", "hello.wav", "--voices"])
        .arg(voices())
        .env("SSL_CERT_FILE", folder.path().join("none.pem"))
        .env("SSL_CERT_DIR", folder.path().join("none"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(
        std::fs::metadata(folder.path().join("hello.wav"))
            .unwrap()
            .len()
            > 10_000
    );
}
