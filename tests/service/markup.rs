//! What sources say themselves of how they are read: SSML, attributes of pages, words of a request.

use langdu_harness::portal::Portal;
use langdu_harness::{Service, request, shared, url};
use langdu_proto::{self as proto, AudioEncoding, ExplainRequest, ExtractRequest};
use serde_json::{Value, json};
use tonic::Code;
use tonic_types::StatusExt;

async fn read(service: &Service, body: Value) -> (u16, Value) {
    let answer = service.post_reading(&body).await;
    let status = answer.status().as_u16();
    let bytes = answer.bytes().await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

fn spoken(reading: &Value) -> String {
    let utterances = reading["utterances"].as_array().unwrap().iter();
    utterances
        .map(|one| one["spoken"].as_str().unwrap())
        .collect()
}

fn ssml(text: &str) -> Option<proto::Source> {
    Some(proto::Source {
        source: Some(proto::source::Source::Ssml(text.to_owned())),
        follow_attachments: false,
    })
}

const SSML: &str = "<speak>请拨打<say-as interpret-as=\"telephone\">12345</say-as><break time=\"900ms\"/>\
    再到<mark name=\"hall\"/><prosody rate=\"80%\">窗口</prosody>办理。<shout>马上</shout></speak>";

#[tokio::test]
async fn ssml_is_heard_as_it_says_over_http_and_grpc() {
    let service = shared();
    let (status, reading) = read(service, json!({ "ssml": SSML })).await;
    assert_eq!(status, 200, "{reading}");
    assert_eq!(spoken(&reading), "请拨打幺二三四五再到窗口办理。马上");
    let first = &reading["utterances"][0];
    assert_eq!(
        (&first["text"], &first["pause_ms"]),
        (&json!("请拨打12345"), &json!(900))
    );
    let warnings = reading["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].as_str().unwrap().contains("<shout>"));
    let mark = &reading["marks"][0];
    assert_eq!(mark["name"], "hall");
    let index = usize::try_from(mark["utterance"].as_u64().unwrap()).unwrap();
    let text = reading["utterances"][index]["text"].as_str().unwrap();
    assert!(
        text.starts_with("再到") || text.starts_with("窗口"),
        "{text}"
    );

    let mut client = service.grpc().await;
    let call = request(ssml(SSML), AudioEncoding::Mp3);
    let answer = client.synthesize(call).await.unwrap().into_inner();
    let own = answer.reading.unwrap();
    assert_eq!(own.marks[0].name, "hall");
    assert_eq!(own.document.unwrap().warnings.len(), 1);
    // What is slowed down takes longer than the same words as they are.
    let slow = own
        .utterances
        .iter()
        .position(|one| one.text == "窗口")
        .unwrap();
    let plain = SSML.replace(" rate=\"80%\"", " rate=\"100%\"");
    let call = request(ssml(&plain), AudioEncoding::Mp3);
    let plain = client.synthesize(call).await.unwrap().into_inner();
    let at = plain
        .reading
        .unwrap()
        .utterances
        .iter()
        .position(|one| one.text == "窗口")
        .unwrap();
    assert!(
        answer.timings[slow].duration_ms > plain.timings[at].duration_ms,
        "{:?} and {:?}",
        answer.timings[slow],
        plain.timings[at]
    );
    let explained = client
        .explain(ExplainRequest {
            source: ssml(SSML),
            custom_pronunciations: Vec::new(),
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(explained.warnings.len(), 1);
    let document = client
        .extract(ExtractRequest {
            source: ssml(
                "<speak>到<phoneme alphabet=\"pinyin\" ph=\"lao4\">乐亭</phoneme>县</speak>",
            ),
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(document.blocks[0].text, "到乐亭县");
    assert!(
        document.warnings[0].contains("乐亭"),
        "{:?}",
        document.warnings
    );
}

#[tokio::test]
async fn what_is_no_ssml_is_refused_with_its_line() {
    let service = shared();
    let bomb = "<!DOCTYPE s [<!ENTITY a \"啊啊啊啊\">]>\n<speak>&a;&a;</speak>";
    for (text, cause) in [
        (bomb, "document type"),
        ("<speak>\n甲</p></speak>", "line 2"),
        ("<speak></speak>", "no words"),
        ("你好", "outside of <speak>"),
    ] {
        let (status, answer) = read(service, json!({ "ssml": text })).await;
        assert_eq!(status, 400, "{answer}");
        let detail = answer["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(cause), "{answer}");
        let mut client = service.grpc().await;
        let call = ExtractRequest { source: ssml(text) };
        let refused = client.extract(call).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        let violations = refused.get_details_bad_request().unwrap().field_violations;
        assert_eq!(violations[0].field, "source.ssml");
    }
    let (status, answer) = read(
        service,
        json!({ "ssml": "<speak>甲</speak>", "text": "乙" }),
    )
    .await;
    assert_eq!(status, 400, "{answer}");
    let (status, answer) = read(service, json!({ "text": "乙", "shout": true })).await;
    assert_eq!(status, 400, "an unknown field: {answer}");
}

#[tokio::test]
async fn a_page_says_how_its_words_are_read_and_a_request_may_say_otherwise() {
    let portal = Portal::start();
    let service = Service::start(|config| portal.allow(config));
    portal.put(
        "marked.html",
        "<html><head><meta charset=utf-8><title>关于咨询电话的通知</title></head><body>\
         <h1>关于咨询电话的通知</h1><p>各单位：现将有关事项通知如下，请遵照执行。</p>\
         <p>请拨打<b data-read-as=telephone>1203</b>咨询，也可以找张<i data-pinyin=zhang3>长</i>生，\
         或者到<ruby>乐<rt>lào</rt>亭<rt>tíng</rt></ruby>县<b data-read-as=shouting>政务</b>服务大厅，编号1203。</p></body></html>",
    );
    let page = portal.url("marked.html");
    let (status, reading) = read(&service, json!({ "url": page })).await;
    assert_eq!(status, 200, "{reading}");
    let said = spoken(&reading);
    assert!(said.contains("请拨打幺二零三咨询"), "{said}");
    assert!(
        reading["warnings"][0]
            .as_str()
            .unwrap()
            .contains("shouting")
    );
    let mut client = service.grpc().await;
    let explain = ExplainRequest {
        source: url(&page),
        custom_pronunciations: Vec::new(),
    };
    let explained = client.explain(explain).await.unwrap().into_inner();
    let pinyin: Vec<String> = explained
        .utterances
        .iter()
        .flat_map(|one| &one.syllables)
        .map(|one| format!("{}{}", one.hanzi, one.pinyin))
        .collect();
    for wanted in ["长zhang3", "乐lao4", "亭ting2"] {
        assert!(
            pinyin.iter().any(|one| one == wanted),
            "{wanted}: {pinyin:?}"
        );
    }
    // Words of the request hold over HTTP as they do by gRPC.
    let own = json!([{ "phrase": "咨询", "pronunciation": "问一问" }]);
    let (status, reading) = read(
        &service,
        json!({ "url": page, "custom_pronunciations": own }),
    )
    .await;
    assert_eq!(status, 200, "{reading}");
    assert!(
        spoken(&reading).contains("请拨打幺二零三问一问"),
        "{}",
        spoken(&reading)
    );
}
