//! `langdu.v2` beside `v1`, against the same service and voice: its own messages, and everything that is wrong with
//! a request told at once.

use langdu_harness::portal::Portal;
use langdu_harness::{Service, eventually, operators_socket_channel, operators_token, shared};
use langdu_proto::google::longrunning::operations_client::OperationsClient;
use langdu_proto::google::longrunning::{
    CancelOperationRequest, DeleteOperationRequest, GetOperationRequest, ListOperationsRequest,
    Operation, WaitOperationRequest, operation,
};
use langdu_proto::v2::operator_service_client::OperatorServiceClient;
use langdu_proto::v2::read_aloud_service_client::ReadAloudServiceClient;
use langdu_proto::v2::synthesize_stream_response::Response as Part;
use langdu_proto::v2::{
    self as proto, AudioConfig, AudioEncoding, CreateCorrectionRequest, CreatePreparationRequest,
    CustomPronunciation, Decision, DeleteCorrectionRequest, ExplainRequest, ExtractRequest,
    ImportCorrectionsRequest, ListApprovalsRequest, ListCorrectionChangesRequest,
    ListCorrectionsRequest, ListReportsRequest, ListVoicesRequest, ListWithdrawalsRequest,
    PreparationMetadata, PreparationResult, PublishRequest, Source, SsmlVoiceGender,
    SynthesizeRequest, SynthesizeStreamRequest, TryCorrectionRequest, UndoCorrectionChangeRequest,
    UpdateCorrectionRequest, VoiceSelectionParams, WatchCorrectionsRequest, WithdrawRequest,
    watch_corrections_response,
};
use prost::Message;
use prost_types::Any;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use crate::security::with_token;

/// A line with a character beyond the Basic Multilingual Plane, which UTF-16 counts twice.
const LINE: &str = "🚌公交车每天早上六点发车。六十岁以上的老人凭卡免费乘坐。";

fn text(text: &str) -> Option<Source> {
    Some(Source {
        source: Some(proto::source::Source::Text(text.to_owned())),
        ..Source::default()
    })
}

async fn channel(service: &Service) -> Channel {
    let address = format!("http://{}", service.addresses.grpc);
    let channel = Channel::from_shared(address).unwrap();
    channel.connect().await.unwrap()
}

async fn client() -> ReadAloudServiceClient<Channel> {
    ReadAloudServiceClient::new(channel(shared()).await)
}

fn ms(duration: Option<&prost_types::Duration>) -> u128 {
    let duration = *duration.expect("a duration");
    std::time::Duration::try_from(duration).unwrap().as_millis()
}

/// The fields that a refusal names, in their order.
fn violated(status: &Status) -> Vec<String> {
    let details = status.get_details_bad_request();
    let violations = details.expect("it names the fields").field_violations;
    violations.into_iter().map(|one| one.field).collect()
}

#[tokio::test]
async fn voices_documents_and_how_they_are_read_are_told() {
    let mut client = client().await;
    let asked = ListVoicesRequest {
        language_code: "cmn-CN".to_owned(),
    };
    let voices = client.list_voices(asked).await.unwrap().into_inner().voices;
    let default = voices.iter().find(|voice| voice.name == "zf_xiaohe");
    let default = default.expect("the default voice");
    assert_eq!(default.ssml_gender(), SsmlVoiceGender::Female);

    let asked = ExtractRequest { source: text(LINE) };
    let document = client.extract(asked).await.unwrap().into_inner().document;
    let document = document.unwrap();
    assert_eq!(document.blocks[0].text, LINE);
    assert_eq!(document.blocks[0].kind(), proto::block::Kind::Paragraph);
    assert_eq!(
        document.substance(),
        proto::document::Substance::Text,
        "{document:?}"
    );

    let asked = ExplainRequest {
        source: text(LINE),
        custom_pronunciations: Vec::new(),
    };
    let explained = client.explain(asked).await.unwrap().into_inner().utterances;
    let characters: Vec<char> = LINE.chars().collect();
    let units: Vec<u16> = LINE.encode_utf16().collect();
    let mut seen = 0;
    for syllable in explained.iter().flat_map(|one| &one.syllables) {
        let span = syllable.span.unwrap();
        let scalars = span.start_scalar as usize..span.end_scalar as usize;
        let utf16 = span.start_utf16 as usize..span.end_utf16 as usize;
        let text: String = characters[scalars].iter().collect();
        assert_eq!(text, String::from_utf16(&units[utf16]).unwrap());
        assert_eq!(text, syllable.hanzi);
        seen += usize::from(span.start_utf16 == span.start_scalar + 1);
    }
    assert!(seen > 10, "they lie behind the picture");
    assert!(ms(explained[0].pause.as_ref()) > 0);
}

#[tokio::test]
async fn a_reading_comes_whole_and_as_a_stream_that_goes_on() {
    let mut client = client().await;
    let config = AudioConfig {
        audio_encoding: AudioEncoding::Linear16.into(),
        ..AudioConfig::default()
    };
    let asked = SynthesizeRequest {
        source: text(LINE),
        audio_config: Some(config),
        ..SynthesizeRequest::default()
    };
    let whole = client.synthesize(asked).await.unwrap().into_inner();
    assert!(whole.audio_content.starts_with(b"RIFF"));
    let count = whole.timings.len();
    assert_eq!(whole.reading.unwrap().utterances.len(), count);
    assert!(count > 1);

    let mut parts = Vec::new();
    for start in [0, count as u32 - 1] {
        let asked = SynthesizeStreamRequest {
            source: text(LINE),
            audio_config: Some(config),
            start,
            ..SynthesizeStreamRequest::default()
        };
        let mut stream = client.synthesize_stream(asked).await.unwrap().into_inner();
        let mut told = Vec::new();
        while let Some(message) = stream.message().await.unwrap() {
            told.push((message.utterance_index as usize, message.response.unwrap()));
        }
        parts.push(told);
    }
    let Part::Header(header) = &parts[0][0].1 else {
        panic!("the header comes first");
    };
    assert_eq!(header.utterances.len(), count);
    assert!(header.synthetic && !header.growing);
    let mut sound = Vec::new();
    let mut length_ms = 0;
    for (index, part) in &parts[0] {
        match part {
            Part::Utterance(begin) => {
                let timing = begin.timing.as_ref().unwrap();
                assert_eq!(timing, &whole.timings[*index]);
                length_ms += ms(timing.duration.as_ref());
                let rate = u64::from(timing.sample_rate_hertz);
                let exact = timing.sample_count * 1000 / rate;
                assert_eq!(ms(timing.duration.as_ref()), u128::from(exact));
                let mut before = 0;
                for syllable in &timing.syllables {
                    let start = ms(syllable.start_offset.as_ref());
                    let end = ms(syllable.end_offset.as_ref());
                    assert!(before <= start && start <= end);
                    before = end;
                }
            }
            Part::AudioContent(bytes) => sound.extend_from_slice(bytes),
            Part::Header(_) | Part::End(_) => assert_eq!(*index, 0),
            other => panic!("{other:?}"),
        }
    }
    let Some((_, Part::End(end))) = parts[0].last() else {
        panic!("the end comes last");
    };
    assert_eq!((end.utterance_count as usize, end.failed_count), (count, 0));
    assert_eq!(ms(end.duration.as_ref()), length_ms);
    // The samples of the file, behind its header, are those of the stream.
    let whole = &whole.audio_content;
    assert!(whole.windows(sound.len()).any(|window| window == sound));
    let resumed = parts[1].iter().filter_map(|(index, part)| match part {
        Part::AudioContent(bytes) => Some((*index, bytes.clone())),
        _ => None,
    });
    let resumed: Vec<_> = resumed.collect();
    assert_eq!((resumed.len(), resumed[0].0), (1, count - 1));
    assert!(sound.ends_with(&resumed[0].1));
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_request_is_told_at_once() {
    let mut client = client().await;
    let wrong = SynthesizeStreamRequest {
        source: text(" \n"),
        voice: Some(VoiceSelectionParams {
            ssml_gender: 9,
            ..VoiceSelectionParams::default()
        }),
        audio_config: Some(AudioConfig {
            audio_encoding: 77,
            speaking_rate: 9.0,
            volume_gain_db: 99.0,
            sample_rate_hertz: 44_100,
        }),
        custom_pronunciations: vec![
            CustomPronunciation {
                phrase: "乐亭".to_owned(),
                pronunciation: "lao4".to_owned(),
            },
            CustomPronunciation::default(),
        ],
        start: 0,
    };
    let refused = client.synthesize_stream(wrong).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let fields = [
        "source.text",
        "voice.ssml_gender",
        "audio_config.audio_encoding",
        "audio_config.sample_rate_hertz",
        "audio_config.volume_gain_db",
        "custom_pronunciations",
        "custom_pronunciations",
        "audio_config.speaking_rate",
    ];
    assert_eq!(violated(&refused), fields);
    let details = refused.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!(
        (info.reason.as_str(), info.domain.as_str()),
        ("INVALID_FIELD", "langdu")
    );
    assert_eq!(info.metadata["field"], "source.text");
    let title = details.localized_message().unwrap();
    assert_eq!(title.locale, "zh-CN");
    assert!(title.message.chars().any(|c| ('一'..='龥').contains(&c)));
    let first = &details.bad_request().unwrap().field_violations[0];
    assert_eq!(refused.message(), first.description);
    assert_eq!(first.reason, "INVALID_FIELD");
    let words = first.localized_message.as_ref().unwrap();
    assert_eq!(words.message, title.message);

    // What is missing, and an address that is none.
    let missing = client.extract(ExtractRequest::default()).await.unwrap_err();
    assert_eq!(violated(&missing), ["source"]);
    let nowhere = ExplainRequest {
        source: Some(Source {
            source: Some(proto::source::Source::Url("ftp://x.gov.cn/".to_owned())),
            ..Source::default()
        }),
        custom_pronunciations: vec![CustomPronunciation::default()],
    };
    let refused = client.explain(nowhere).await.unwrap_err();
    assert_eq!(violated(&refused), ["source.url", "custom_pronunciations"]);
    let behind = SynthesizeStreamRequest {
        source: text(LINE),
        start: 1000,
        ..SynthesizeStreamRequest::default()
    };
    let refused = client.synthesize_stream(behind).await.unwrap_err();
    assert_eq!(violated(&refused), ["start"]);
}

#[tokio::test]
async fn an_utterance_that_cannot_be_made_fails_as_a_call_would() {
    let service = Service::start(|config| config.voices.max_waiting = 0);
    let asked = SynthesizeStreamRequest {
        source: text("没有空位。"),
        ..SynthesizeStreamRequest::default()
    };
    let mut client = ReadAloudServiceClient::new(channel(&service).await);
    let mut stream = client.synthesize_stream(asked).await.unwrap().into_inner();
    let mut failures = Vec::new();
    while let Some(message) = stream.message().await.unwrap() {
        if let Some(Part::UtteranceError(status)) = message.response {
            failures.push(status);
        }
    }
    let [failure] = failures.as_slice() else {
        panic!("{failures:?}");
    };
    assert_eq!(failure.code, i32::from(Code::ResourceExhausted));
    use tonic_types::RpcStatusExt;
    let details = failure.get_error_details();
    assert_eq!(details.error_info().unwrap().reason, "QUEUE_FULL");
    assert!(details.retry_info().is_some() && details.localized_message().is_some());
}

/// What operators call over the network.
struct Operators {
    operator: OperatorServiceClient<Channel>,
    operations: OperationsClient<Channel>,
}

impl Operators {
    fn by(channel: Channel) -> Self {
        Self {
            operator: OperatorServiceClient::new(channel.clone()),
            operations: OperationsClient::new(channel),
        }
    }

    async fn get(&mut self, name: &str) -> Operation {
        let name = name.to_owned();
        let asked = self.operations.get_operation(GetOperationRequest { name });
        asked.await.unwrap().into_inner()
    }
}

fn unpacked<M: Message + Default>(packed: Option<&Any>, name: &str) -> M {
    let packed = packed.expect("it is there");
    let url = format!("type.googleapis.com/langdu.v2.{name}");
    assert_eq!(packed.type_url, url);
    M::decode(packed.value.as_slice()).unwrap()
}

fn metadata(operation: &Operation) -> PreparationMetadata {
    unpacked(operation.metadata.as_ref(), "PreparationMetadata")
}

#[tokio::test]
async fn operators_show_a_token_over_the_network_and_nothing_on_their_socket() {
    let service = Service::start(|_| {});
    let file = service.clips.join("ledger/operator.token");
    assert!(eventually(|| file.exists()).await);
    let own = operators_token(&service.clips);
    let url = service.page("/second.html");
    let withdraw = || WithdrawRequest { url: url.clone() };
    for address in [service.addresses.admin, service.addresses.grpc] {
        let channel = Channel::from_shared(format!("http://{address}")).unwrap();
        let mut by = Operators::by(channel.connect().await.unwrap());
        let refused = [
            by.operator.withdraw(withdraw()).await.err(),
            by.operations
                .list_operations(ListOperationsRequest::default())
                .await
                .err(),
            by.operations
                .wait_operation(WaitOperationRequest::default())
                .await
                .err(),
        ];
        for refused in refused {
            assert_eq!(refused.unwrap().code(), Code::Unauthenticated, "{address}");
        }
        let asked = with_token(withdraw(), &own);
        by.operator.withdraw(asked).await.unwrap();
    }
    let mut by = Operators::by(operators_socket_channel(&service.clips).await);
    let listed = by
        .operator
        .list_withdrawals(ListWithdrawalsRequest::default());
    let listed = listed.await.unwrap().into_inner().withdrawals;
    assert_eq!(listed.len(), 1);
    assert!(listed[0].withdraw_time.unwrap().seconds > 1_700_000_000);
    let publish = PublishRequest { url: url.clone() };
    let ended = by.operator.publish(publish).await.unwrap().into_inner();
    assert_eq!(ended.urls, [url]);
    let beyond = ListWithdrawalsRequest {
        page_size: -1,
        page_token: "next".to_owned(),
    };
    let refused = by.operator.list_withdrawals(beyond).await.unwrap_err();
    assert_eq!(violated(&refused), ["page_token", "page_size"]);
    // Nor does the gateway know it, not even for who shows a token.
    for call in [
        "langdu.v2.OperatorService/Withdraw",
        "google.longrunning.Operations/ListOperations",
    ] {
        let asked = langdu_harness::http_client().post(service.http(&format!("/{call}")));
        let answer = asked.bearer_auth(&own).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{call}");
    }
}

#[tokio::test]
async fn a_preparation_is_created_listed_waited_for_and_cancelled() {
    let portal = Portal::start();
    let pages: Vec<String> = (0..40)
        .map(|number| {
            let text = format!("第{number}项安排由各社区在本月底以前公布，并报街道办事处备案。");
            let title = format!("第{number}项安排");
            portal.document(&format!("{number}.html"), &title, &[&text])
        })
        .collect();
    let service = Service::start(|config| portal.allow(config));
    let mut by = Operators::by(operators_socket_channel(&service.clips).await);
    let create = |urls: &[String]| CreatePreparationRequest {
        urls: urls.to_vec(),
        ..CreatePreparationRequest::default()
    };

    let created = by.operator.create_preparation(create(&pages[..1])).await;
    let first = created.unwrap().into_inner().operation.unwrap();
    assert!(first.name.starts_with("operations/"), "{first:?}");
    assert_eq!(metadata(&first).urls, pages[..1]);
    assert!(metadata(&first).create_time.unwrap().seconds > 1_700_000_000);
    let wait = WaitOperationRequest {
        name: first.name.clone(),
        timeout: None,
    };
    let finished = by.operations.wait_operation(wait).await.unwrap();
    let finished = finished.into_inner();
    assert!(finished.done);
    let Some(operation::Result::Response(packed)) = &finished.result else {
        panic!("{finished:?}");
    };
    let result: PreparationResult = unpacked(Some(packed), "PreparationResult");
    assert_eq!((result.document_count, result.failure_count), (1, 0));
    assert!(result.utterance_count >= 2);
    assert_eq!(by.get(&first.name).await, finished);

    // A long one, which is not waited for to its end.
    let created = by.operator.create_preparation(create(&pages)).await;
    let long = created.unwrap().into_inner().operation.unwrap();
    assert_eq!(metadata(&long).urls, pages[..10], "the first of many");
    let wait = WaitOperationRequest {
        name: long.name.clone(),
        timeout: Some(prost_types::Duration {
            seconds: 0,
            nanos: 1_000_000,
        }),
    };
    let waited = by.operations.wait_operation(wait).await.unwrap();
    assert!(!waited.into_inner().done);
    let mut names = Vec::new();
    let mut page_token = String::new();
    loop {
        let asked = ListOperationsRequest {
            name: "operations".to_owned(),
            page_size: 1,
            page_token,
            ..ListOperationsRequest::default()
        };
        let answer = by.operations.list_operations(asked).await.unwrap();
        let answer = answer.into_inner();
        names.extend(answer.operations.into_iter().map(|one| one.name));
        page_token = answer.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    names.sort();
    let mut expected = vec![first.name.clone(), long.name.clone()];
    expected.sort();
    assert_eq!(names, expected);
    let cancel = CancelOperationRequest {
        name: long.name.clone(),
    };
    by.operations.cancel_operation(cancel).await.unwrap();
    let cancelled = by.get(&long.name).await;
    assert!(cancelled.done);
    assert!(metadata(&cancelled).documents_done < 40);
    let Some(operation::Result::Error(why)) = cancelled.result else {
        panic!("{cancelled:?}");
    };
    assert_eq!(why.code, i32::from(Code::Cancelled));

    // What cannot be: everything of a request at once, and names that are none.
    let wrong = CreatePreparationRequest {
        urls: vec![pages[0].clone(), "nowhere".to_owned(), String::new()],
        sitemap_url: "ftp://x.gov.cn/".to_owned(),
        audio_config: Some(AudioConfig {
            audio_encoding: AudioEncoding::Alaw.into(),
            speaking_rate: 9.0,
            ..AudioConfig::default()
        }),
        ..CreatePreparationRequest::default()
    };
    let refused = by.operator.create_preparation(wrong).await.unwrap_err();
    let fields = [
        "urls[1]",
        "urls[2]",
        "sitemap_url",
        "audio_config.audio_encoding",
        "audio_config.speaking_rate",
    ];
    assert_eq!(violated(&refused), fields);
    let nothing = CreatePreparationRequest::default();
    let refused = by.operator.create_preparation(nothing).await.unwrap_err();
    assert_eq!(violated(&refused), ["urls"]);
    for (name, code) in [
        (format!("operations/{}", "0".repeat(32)), Code::NotFound),
        ("preparations/1".to_owned(), Code::InvalidArgument),
    ] {
        let asked = by.operations.get_operation(GetOperationRequest { name });
        assert_eq!(asked.await.unwrap_err().code(), code);
    }
    let name = first.name;
    let delete = by
        .operations
        .delete_operation(DeleteOperationRequest { name });
    assert_eq!(delete.await.unwrap_err().code(), Code::Unimplemented);
}

#[tokio::test]
async fn an_editor_corrects_watches_and_undoes() {
    let service = Service::start(|_| {});
    let channel = operators_socket_channel(&service.clips).await;
    let mut client = OperatorServiceClient::new(channel);
    let watch = client.watch_corrections(WatchCorrectionsRequest {});
    let mut events = watch.await.unwrap().into_inner();
    let decision = |value: &str| Decision {
        scope: proto::decision::Scope::Everywhere.into(),
        word: "乐亭".to_owned(),
        change: proto::decision::Change::Pronounce.into(),
        value: value.to_owned(),
        ..Decision::default()
    };
    let asked = TryCorrectionRequest {
        id: String::new(),
        decision: Some(decision("le4 ting2")),
    };
    let tried = client.try_correction(asked).await.unwrap().into_inner();
    assert_eq!(tried.touched.unwrap().document_count, 0);
    let asked = CreateCorrectionRequest {
        decision: Some(decision("le4 ting2")),
    };
    let created = client.create_correction(asked).await.unwrap().into_inner();
    let created = created.correction.unwrap();
    assert_eq!(created.decision, Some(decision("le4 ting2")));
    assert!(created.create_time.unwrap().seconds > 1_700_000_000);
    let told = events.message().await.unwrap().unwrap().event.unwrap();
    let watch_corrections_response::Event::Correction(told) = told else {
        panic!("{told:?}");
    };
    assert_eq!(told, created);
    let asked = UpdateCorrectionRequest {
        id: created.id.clone(),
        revision: created.revision,
        decision: Some(decision("lao4 ting2")),
    };
    let updated = client.update_correction(asked).await.unwrap().into_inner();
    let updated = updated.correction.unwrap();
    assert_eq!(updated.revision, 2);
    let listed = client.list_corrections(ListCorrectionsRequest::default());
    let listed = listed.await.unwrap().into_inner().corrections;
    assert_eq!(listed, std::slice::from_ref(&updated));
    let asked = ListCorrectionChangesRequest {
        id: created.id.clone(),
        ..ListCorrectionChangesRequest::default()
    };
    let changes = client.list_correction_changes(asked).await.unwrap();
    let changes = changes.into_inner().changes;
    use proto::correction_change::Action;
    let actions: Vec<Action> = changes.iter().map(|change| change.action()).collect();
    assert_eq!(actions, [Action::Updated, Action::Created]);
    let number = changes[0].number;
    let undo = UndoCorrectionChangeRequest { number };
    let undone = client.undo_correction_change(undo).await.unwrap();
    let undone = undone.into_inner().correction.unwrap();
    assert_eq!(undone.decision, created.decision);
    let asked = DeleteCorrectionRequest {
        id: created.id.clone(),
        revision: undone.revision,
    };
    let deleted = client.delete_correction(asked).await.unwrap().into_inner();
    assert!(deleted.correction.unwrap().deleted);
    let asked = ImportCorrectionsRequest {
        decisions: vec![decision("lao4 ting2")],
    };
    let imported = client.import_corrections(asked).await.unwrap().into_inner();
    assert_eq!(imported.created_count + imported.updated_count, 1);

    let wrong = Decision {
        scope: proto::decision::Scope::Here.into(),
        change: 77,
        ..Decision::default()
    };
    let asked = CreateCorrectionRequest {
        decision: Some(wrong.clone()),
    };
    let refused = client.create_correction(asked).await.unwrap_err();
    assert_eq!(violated(&refused), ["decision.anchor", "decision.change"]);
    let asked = CreateCorrectionRequest {
        decision: Some(Decision {
            scope: proto::decision::Scope::Portal.into(),
            portal: "/ /".to_owned(),
            note: "很".repeat(10_000),
            ..decision("le9 ting2")
        }),
    };
    let refused = client.create_correction(asked).await.unwrap_err();
    let fields = ["decision.note", "decision.portal", "decision.value"];
    assert_eq!(violated(&refused), fields);
    let missing = client.create_correction(CreateCorrectionRequest::default());
    assert_eq!(violated(&missing.await.unwrap_err()), ["decision"]);
    let asked = ImportCorrectionsRequest {
        decisions: vec![decision("lao4 ting2"), wrong],
    };
    let refused = client.import_corrections(asked).await.unwrap_err();
    let fields = ["decisions[1].anchor", "decisions[1].change"];
    assert_eq!(violated(&refused), fields);

    let reports = client.list_reports(ListReportsRequest::default());
    assert!(reports.await.unwrap().into_inner().reports.is_empty());
    let approvals = ListApprovalsRequest {
        state: 77,
        page_size: -1,
        ..ListApprovalsRequest::default()
    };
    let refused = client.list_approvals(approvals).await.unwrap_err();
    assert_eq!(violated(&refused), ["page_size", "state"]);
}

#[tokio::test]
async fn reflection_and_health_know_both_versions() {
    use tonic_health::pb::HealthCheckRequest;
    use tonic_health::pb::health_client::HealthClient;
    use tonic_reflection::pb::v1::ServerReflectionRequest;
    use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
    use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
    use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

    let service = shared();
    service.is_ready().await;
    let names = [
        "google.longrunning.Operations",
        "langdu.v1.Operator",
        "langdu.v1.ReadAloud",
        "langdu.v2.OperatorService",
        "langdu.v2.ReadAloudService",
    ];
    let channel = channel(service).await;
    let list = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut client = ServerReflectionClient::new(channel.clone());
    let answers = client.server_reflection_info(tokio_stream::iter([list]));
    let mut answers = answers.await.unwrap().into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response;
    let Some(MessageResponse::ListServicesResponse(listed)) = answer else {
        panic!("{answer:?}");
    };
    let mut health = HealthClient::new(channel);
    for name in names {
        assert!(listed.service.iter().any(|one| one.name == name), "{name}");
        let service = name.to_owned();
        let asked = Request::new(HealthCheckRequest { service });
        let status = health.check(asked).await.unwrap().into_inner().status;
        assert_eq!(status, 1, "{name}: SERVING");
    }
}
