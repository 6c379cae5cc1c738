//! `SynthesizeStream`, `Synthesize` and the rest of the gRPC contract.

use langdu_proto::synthesize_stream_response::Response as Part;
use langdu_proto::{
    AudioEncoding, CustomPronunciation, ExplainRequest, ExtractRequest, ListVoicesRequest,
    VoiceSelectionParams,
};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use langdu_harness::{Service, eventually, hear, request, shared, text, url};

const SENTENCE: &str = "老年人只需要按一下按钮。";

#[tokio::test]
async fn a_page_is_heard_from_header_to_end() {
    let service = shared();
    let source = url(&service.page("/policy.html"));
    let heard = hear(service, request(source, AudioEncoding::Mp3))
        .await
        .unwrap();
    let reading = heard.header.as_ref().unwrap();
    let document = reading.document.as_ref().unwrap();
    assert_eq!(
        document.title,
        "青禾市人民政府办公室关于做好老年人助餐服务的通知"
    );
    assert_eq!(document.doc_number, "青政办发〔2025〕18号");
    assert_eq!(document.doc_date, "2025-09-01");
    assert_eq!(heard.audio.len(), reading.utterances.len());
    assert_eq!(heard.end.as_ref().unwrap().failed, 0);

    let spoken: String = reading
        .utterances
        .iter()
        .map(|u| u.spoken.as_str())
        .collect();
    for words in [
        "二零二五",
        "十八号",
        "百分之八十五点五",
        "一百二十个",
        "零五七幺",
    ] {
        assert!(spoken.contains(words), "{words} is not in {spoken}");
    }
    for boilerplate in ["首页", "备案号"] {
        assert!(!spoken.contains(boilerplate), "{boilerplate}");
    }
}

#[tokio::test]
async fn every_utterance_stands_where_its_span_says() {
    let service = shared();
    let source = url(&service.page("/policy.html"));
    let heard = hear(service, request(source, AudioEncoding::Mp3))
        .await
        .unwrap();
    let reading = heard.header.unwrap();
    let document = reading.document.unwrap();
    for utterance in &reading.utterances {
        let Some(span) = utterance.span else {
            assert!(utterance.generated);
            continue;
        };
        let block = &document.blocks[span.block as usize].text;
        let units: Vec<u16> = block.encode_utf16().collect();
        let part = &units[span.start_utf16 as usize..span.end_utf16 as usize];
        assert_eq!(String::from_utf16(part).unwrap().trim(), utterance.text);
        assert!(utterance.syllables.iter().all(|s| s.block == span.block));
    }
}

#[tokio::test]
async fn the_audio_is_as_long_as_the_timings_say() {
    let service = shared();
    let source = text("第一句。第二句稍微长一点，用来比较。\n第三句在另一段。");
    let heard = hear(service, request(source, AudioEncoding::Mp3))
        .await
        .unwrap();
    for (timing, audio) in heard.timings().iter().zip(&heard.audio) {
        assert!(timing.exact);
        // 576 samples are one frame of 144 bytes.
        assert_eq!(timing.duration_samples / 576 * 144, audio.len() as u64);
        let ends: Vec<u32> = timing.syllables.iter().map(|s| s.end_ms).collect();
        assert!(ends.is_sorted());
        assert!(timing.syllables.iter().all(|s| s.start_ms < s.end_ms));
        assert!(*ends.last().unwrap() <= timing.duration_ms);
    }
    let total: u64 = heard
        .timings()
        .iter()
        .map(|t| u64::from(t.duration_ms))
        .sum();
    assert_eq!(heard.end.unwrap().duration_ms, total);
}

#[tokio::test]
async fn pcm_and_opus_come_as_asked() {
    let service = shared();
    let pcm = hear(service, request(text(SENTENCE), AudioEncoding::Linear16))
        .await
        .unwrap();
    for (timing, audio) in pcm.timings().iter().zip(&pcm.audio) {
        assert_eq!(timing.duration_samples * 2, audio.len() as u64);
    }
    let opus = hear(service, request(text(SENTENCE), AudioEncoding::OggOpus))
        .await
        .unwrap();
    assert!(opus.audio.iter().all(|audio| audio.starts_with(b"OggS")));
}

#[tokio::test]
async fn a_sentence_said_thrice_is_three_links_of_a_chained_ogg() {
    let twice = "同样的一句话。\n同样的一句话。\n同样的一句话。\n这是另外一句话。";
    let asked = request(text(twice), AudioEncoding::OggOpus);
    let heard = hear(shared(), asked.clone()).await.unwrap();
    let ids: Vec<_> = heard.header.unwrap().utterances;
    assert_eq!(ids[0].clip_id, ids[1].clip_id);
    assert_eq!(ids[1].clip_id, ids[2].clip_id);
    // An Ogg page has its stream's serial number in its bytes 14 to 17.
    let serial = |link: &Vec<u8>| link[14..18].to_vec();
    let serials: std::collections::HashSet<_> = heard.audio.iter().map(serial).collect();
    assert_eq!(serials.len(), heard.audio.len());
    let lengths: Vec<usize> = heard.audio.iter().map(Vec::len).collect();
    assert_eq!(lengths[0], lengths[1]);

    let whole = shared().grpc().await.synthesize(asked).await.unwrap();
    assert_eq!(whole.into_inner().audio, heard.audio.concat());
}

#[tokio::test]
async fn one_message_holds_the_whole_reading() {
    let service = shared();
    let mut client = service.grpc().await;
    let answer = client
        .synthesize(request(text(SENTENCE), AudioEncoding::Linear16))
        .await;
    let answer = answer.unwrap().into_inner();
    let wav = hound::WavReader::new(&answer.audio[..]).unwrap();
    let samples: u64 = answer.timings.iter().map(|t| t.duration_samples).sum();
    assert_eq!(u64::from(wav.duration()), samples);
    assert!(answer.reading.unwrap().synthetic);
}

#[tokio::test]
async fn a_second_hearing_is_not_made_again() {
    let service = shared();
    let sentence = text("这一句话只需要合成一次。");
    let first = hear(service, request(sentence.clone(), AudioEncoding::Mp3))
        .await
        .unwrap();
    let second = hear(service, request(sentence, AudioEncoding::Mp3))
        .await
        .unwrap();
    assert!(first.utterances.iter().all(|u| u.synthesized));
    assert!(second.utterances.iter().all(|u| !u.synthesized));
    assert_eq!(first.audio, second.audio);
}

#[tokio::test]
async fn a_dropped_call_leaves_the_queue() {
    // Its own, so that nobody else has it speak.
    let service = Service::start(|_| {});
    let long: String = (0..200)
        .map(|n| format!("第{n}条，这是一份很长的文件，没有人会把它听完。\n"))
        .collect();
    let mut client = service.grpc().await;
    let stream = client
        .synthesize_stream(request(text(&long), AudioEncoding::Mp3))
        .await;
    let mut stream = stream.unwrap().into_inner();
    while let Some(message) = stream.message().await.unwrap() {
        if matches!(message.response, Some(Part::Audio(_))) {
            break;
        }
    }
    drop(stream);
    drop(client);
    let before = service.reader.clips().syntheses();
    assert!(eventually(|| service.reader.clips().waiting() == 0).await);
    // What was being spoken is finished, and nothing comes after it.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert!(service.reader.clips().syntheses() - before < 60);
}

#[tokio::test]
async fn a_private_text_is_heard_to_its_end_though_it_is_forgotten_meanwhile() {
    let service = Service::start(|config| config.clips.private_ttl_s = 1);
    let sentences: String = (1..=8)
        .map(|number| format!("这是只给一个人听的第{number}句。\n"))
        .collect();
    let mut client = service.grpc().await;
    let asked = request(text(&sentences), AudioEncoding::Mp3);
    let mut stream = client.synthesize_stream(asked).await.unwrap().into_inner();
    let mut heard = 0;
    while let Some(message) = stream.message().await.unwrap() {
        match message.response {
            Some(Part::Audio(_)) => {
                heard += 1;
                tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            }
            Some(Part::UtteranceError(error)) => panic!("{error:?}"),
            _ => {}
        }
    }
    assert_eq!(heard, 8);
}

#[tokio::test]
async fn a_callers_reading_comes_before_everything() {
    let service = shared();
    let custom = |phrase: &str, pronunciation: &str| CustomPronunciation {
        phrase: phrase.to_owned(),
        pronunciation: pronunciation.to_owned(),
    };
    let explained = service
        .grpc()
        .await
        .explain(ExplainRequest {
            source: text("六安市"),
            custom_pronunciations: vec![custom("六安", "lu4 an1")],
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(explained.utterances[0].syllables[0].pinyin, "lu4");
}

#[tokio::test]
async fn an_english_word_and_a_digit_string_survive_to_the_phonemes() {
    let service = shared();
    let explain = async |line: &str| {
        let mut client = service.grpc().await;
        let request = ExplainRequest {
            source: text(line),
            ..ExplainRequest::default()
        };
        let utterances = client
            .explain(request)
            .await
            .unwrap()
            .into_inner()
            .utterances;
        utterances
            .into_iter()
            .map(|utterance| utterance.phonemes)
            .collect::<String>()
    };
    let with = explain("请打开WiFi和Windows，拨打12345。").await;
    let without = explain("请打开和，拨打。").await;
    assert!(with.contains("fI"), "WiFi in {with}");
    assert!(with.contains("ndO"), "Windows in {with}");
    assert!(with.contains("jau→ ɚ↘"), "幺二 of 12345 in {with}");
    assert!(with.len() > without.len() + 40, "{with}");
}

#[tokio::test]
async fn every_voice_but_the_dialect_speaker_is_offered_and_speaks() {
    let service = shared();
    let mut client = service.grpc().await;
    let voices = client
        .list_voices(ListVoicesRequest::default())
        .await
        .unwrap()
        .into_inner();
    let names: Vec<&str> = voices.voices.iter().map(|v| v.name.as_str()).collect();
    assert!(!names.contains(&"zf_xiaoni"));
    assert_eq!(names[..2], ["zf_xiaohe", "zm_yunze"]);
    for name in names.iter().filter(|name| name.starts_with('z')) {
        let mut asked = request(text("您好。"), AudioEncoding::Mp3);
        asked.voice = Some(VoiceSelectionParams {
            name: (*name).to_owned(),
            ..VoiceSelectionParams::default()
        });
        assert!(
            !hear(service, asked).await.unwrap().audio[0].is_empty(),
            "{name}"
        );
    }
    let none = ListVoicesRequest {
        language_code: "fr-FR".to_owned(),
    };
    assert!(
        client
            .list_voices(none)
            .await
            .unwrap()
            .into_inner()
            .voices
            .is_empty()
    );
}

#[tokio::test]
async fn extract_gives_the_document_in_order() {
    let service = shared();
    let source = url(&service.page("/policy.html"));
    let document = service
        .grpc()
        .await
        .extract(ExtractRequest { source })
        .await
        .unwrap()
        .into_inner();
    let joined: String = document.blocks.iter().map(|b| b.text.as_str()).collect();
    let places: Vec<usize> = [
        "各县（区）",
        "主要目标",
        "东湖区",
        "服务电话",
        "2025年9月1日",
    ]
    .iter()
    .map(|part| {
        joined
            .find(part)
            .unwrap_or_else(|| panic!("{part} is missing"))
    })
    .collect();
    assert!(places.is_sorted());
}

#[tokio::test]
async fn a_page_in_gbk_reads_like_the_same_page_in_utf8() {
    let service = shared();
    let mut client = service.grpc().await;
    let mut documents = Vec::new();
    for path in ["/gbk.html", "/policy.html"] {
        let source = url(&service.page(path));
        documents.push(
            client
                .extract(ExtractRequest { source })
                .await
                .unwrap()
                .into_inner(),
        );
    }
    assert_eq!(documents[0], documents[1]);
}

#[tokio::test]
async fn health_and_reflection_answer() {
    let service = shared();
    service.is_ready().await;
    let channel =
        tonic::transport::Channel::from_shared(format!("http://{}", service.addresses.grpc));
    let channel = channel.unwrap().connect().await.unwrap();
    let health = HealthClient::new(channel.clone())
        .check(HealthCheckRequest {
            service: "langdu.v1.ReadAloud".to_owned(),
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(health.status, 1, "SERVING");

    use tonic_reflection::pb::v1::ServerReflectionRequest;
    use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
    use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
    use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
    let list = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut answers = ServerReflectionClient::new(channel)
        .server_reflection_info(tokio_stream::iter([list]))
        .await
        .unwrap()
        .into_inner();
    let answer = answers
        .message()
        .await
        .unwrap()
        .unwrap()
        .message_response
        .unwrap();
    let MessageResponse::ListServicesResponse(services) = answer else {
        panic!("{answer:?}");
    };
    assert!(
        services
            .service
            .iter()
            .any(|s| s.name == "langdu.v1.ReadAloud")
    );
}
