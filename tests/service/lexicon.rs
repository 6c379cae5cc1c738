//! The deployment's lexicon is read again while the service runs.

use std::path::Path;

use langdu_proto::{AudioEncoding, CustomPronunciation, ExplainRequest};
use serde_json::{Value, json};

use langdu_harness::process::{Process, Setup};
use langdu_harness::{eventually, eventually_async, request, shared, text};

const TEXT: &str = "请到乐亭县办理。";

fn start(folder: &Path) -> Process {
    let lexicon = folder.join("lexicon.tsv");
    let setup = Setup {
        environment: &[("LANGDU_LEXICON", lexicon.to_str().unwrap())],
        ..Setup::default()
    };
    let web = shared().web.to_string();
    Process::start(folder, &folder.join("clips"), &web, &setup)
}

/// How the service would read 乐亭.
async fn reading(service: &Process) -> String {
    let asked = ExplainRequest {
        source: text(TEXT),
        ..ExplainRequest::default()
    };
    let explained = service.client().await.explain(asked).await.unwrap();
    let utterances = explained.into_inner().utterances;
    let syllables = utterances.iter().flat_map(|utterance| &utterance.syllables);
    syllables
        .filter(|syllable| ["乐", "亭"].contains(&syllable.hanzi.as_str()))
        .map(|syllable| syllable.pinyin.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

/// What is heard, with or without a pronunciation of the request's own.
async fn sound(service: &Process, pronunciation: Option<&str>) -> Vec<u8> {
    let mut asked = request(text(TEXT), AudioEncoding::Mp3);
    asked.custom_pronunciations = pronunciation
        .map(|pronunciation| CustomPronunciation {
            phrase: "乐亭".to_owned(),
            pronunciation: pronunciation.to_owned(),
        })
        .into_iter()
        .collect();
    let answer = service.client().await.synthesize(asked).await.unwrap();
    answer.into_inner().audio.to_vec()
}

/// Puts another file in the place of one, so that nobody reads a half of it.
fn replace(file: &Path, text: &str) {
    let new = file.with_extension("new");
    std::fs::write(&new, text).unwrap();
    std::fs::rename(&new, file).unwrap();
}

/// Waits until the reading `wanted` is in force.
async fn is_read(service: &Process, wanted: &str) -> bool {
    eventually_async(async || reading(service).await == wanted).await
}

#[tokio::test]
async fn an_edit_of_the_lexicon_is_heard_without_a_restart_and_a_bad_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lexicon.tsv");
    std::fs::write(&file, "乐亭\tle4 ting2\n").unwrap();
    let service = start(folder.path());
    assert_eq!(reading(&service).await, "le4 ting2");
    let before = sound(&service, None).await;
    let wanted = sound(&service, Some("yue4 ting2")).await;
    assert_ne!(before, wanted);

    replace(&file, "乐亭\tyue4 ting2\n");
    assert!(is_read(&service, "yue4 ting2").await);
    assert_eq!(sound(&service, None).await, wanted, "the edit is heard");

    replace(&file, "# names\n乐亭\tle4 ting2\n六安\tlu4\n");
    let named = |line: &String| line.contains("lexicon.tsv") && line.contains("line 3");
    let said = eventually(|| service.log().iter().any(named)).await;
    assert!(said, "the log names the wrong line");
    assert_eq!(reading(&service).await, "yue4 ting2", "the old one is kept");

    replace(&file, "乐亭\tlao4 ting2\n");
    assert!(is_read(&service, "lao4 ting2").await);
}

#[tokio::test]
async fn a_request_over_http_brings_pronunciations_of_its_own() {
    let spoken = async |pronunciation: &str| {
        let body = json!({
            "text": "到六安站，缴五险一金。",
            "custom_pronunciations": [
                { "phrase": "六安", "pronunciation": pronunciation },
                { "phrase": "五险一金", "pronunciation": "五种保险" },
            ],
        });
        let answer = shared().post_reading(&body).await;
        let status = answer.status().as_u16();
        let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        (status, answer)
    };
    let (status, one) = spoken("lu4 an1").await;
    assert_eq!(status, 200);
    let said = |reading: &Value| {
        let utterances = reading["utterances"].as_array().unwrap().iter();
        let spoken = utterances.map(|one| one["spoken"].as_str().unwrap().to_owned());
        spoken.collect::<String>()
    };
    assert_eq!(said(&one), "到六安站，缴五种保险。");
    let (_, other) = spoken("liu4 an1").await;
    assert_ne!(one["utterances"][0]["clip"], other["utterances"][0]["clip"]);
    let (status, problem) = spoken("lu4").await;
    assert_eq!(status, 400);
    assert!(
        problem["detail"].as_str().unwrap().contains("六安"),
        "{problem}"
    );
}
