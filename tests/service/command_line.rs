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
        (&["speak", "--text", "您好", "--rate", "9"][..], "0.5"),
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
