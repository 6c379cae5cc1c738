//! The deployment's lexicon is read again while the service runs.

use std::path::Path;

use langdu_proto::{AudioEncoding, CustomPronunciation, ExplainRequest};

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
