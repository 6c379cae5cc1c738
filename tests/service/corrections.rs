//! 审听台: what an editor corrects is in force at once, in other documents and on other replicas, and what was
//! heard before is not served any more.

use std::time::Instant;

use futures::future::join_all;
use langdu::config::Grant;
use langdu_harness::portal::Portal;
use langdu_harness::process::Process;
use langdu_harness::{
    Service, eventually_async, hear, http_client, operators_socket, operators_token, request,
    shared, url,
};
use langdu_proto::operator_client::OperatorClient;
use langdu_proto::{
    self as proto, AudioEncoding, CreateCorrectionRequest, Decision, DeleteCorrectionRequest,
    ListCorrectionChangesRequest, ListCorrectionsRequest, ListReportsRequest, TryCorrectionRequest,
    UndoCorrectionChangeRequest, UpdateCorrectionRequest, WatchCorrectionsRequest, WithdrawRequest,
    correction_event,
};
use reqwest::Method;
use serde_json::{Value, json};
use tonic::Code;
use tonic_types::StatusExt;

use crate::security::token;
use crate::tier::{Engine, Tier};

/// A county whose name is corrected here into one that nobody calls it by.
const COUNTY: &str = "请到乐亭县政务服务大厅办理。";
const OTHER: &str = "办理时请携带身份证原件。";

/// Two documents of one portal with the county in each, and a third without it.
fn documents(portal: &Portal) -> [String; 3] {
    [
        portal.document("one.html", "关于社保卡换发的通知", &[COUNTY, OTHER]),
        portal.document(
            "two.html",
            "关于居住证办理的通知",
            &["需要居住证的，请到乐亭县派出所登记。", OTHER],
        ),
        portal.document(
            "three.html",
            "关于停水检修的通知",
            &["明天上午停水两个小时，请提前储水。"],
        ),
    ]
}

/// The editor's calls over HTTP.
struct Desk<'a> {
    service: &'a Service,
    token: String,
}

impl<'a> Desk<'a> {
    async fn of(service: &'a Service) -> Self {
        service.operator().await;
        Self {
            service,
            token: operators_token(&service.clips),
        }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let address = format!("http://{}{path}", self.service.addresses.admin);
        let mut call = http_client()
            .request(method, address)
            .bearer_auth(&self.token);
        if let Some(body) = body {
            call = call
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let answer = call.send().await.unwrap();
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.call(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(Method::POST, path, Some(body)).await;
        assert!(status < 300, "{path}: {status} {answer}");
        answer
    }
}

async fn reading(service: &Service, page: &str) -> Value {
    let path = format!("/v1/readings?url={page}");
    let answer = http_client().get(service.http(&path)).send().await.unwrap();
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

/// The clip of the utterance of a page that holds some words.
async fn clip_of(service: &Service, page: &str, words: &str) -> String {
    let reading = reading(service, page).await;
    let utterances = reading["utterances"].as_array().unwrap();
    let holds = |one: &&Value| one["text"].as_str().unwrap().contains(words);
    let utterance = utterances.iter().find(holds).unwrap();
    utterance["clip"].as_str().unwrap().to_owned()
}

async fn clip(service: &Service, id: &str) -> (u16, Value) {
    let path = format!("/v1/clips/{id}.mp3");
    let answer = http_client().get(service.http(&path)).send().await.unwrap();
    let status = answer.status().as_u16();
    let bytes = answer.bytes().await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

fn pronounce(scope: Value, pinyin: &str) -> Value {
    let mut decision = json!({ "word": "乐亭", "change": "pronounce", "value": pinyin });
    for (name, value) in scope.as_object().unwrap() {
        decision[name] = value.clone();
    }
    decision
}

/// The whole loop on one replica: a report in the player, the inbox, a correction for the portal, another document,
/// undo.
#[tokio::test]
async fn a_report_becomes_a_correction_that_every_document_has_at_once() {
    let portal = Portal::start();
    let [one, two, three] = documents(&portal);
    let service = Service::start(|config| portal.allow(config));
    let desk = Desk::of(&service).await;
    for page in [&one, &two, &three] {
        let asked = request(url(page), AudioEncoding::Mp3);
        hear(&service, asked).await.unwrap();
    }
    let heard = clip_of(&service, &one, "乐亭").await;
    let other = clip_of(&service, &two, "乐亭").await;
    let same = clip_of(&service, &one, "身份证").await;
    assert_eq!(clip(&service, &heard).await.0, 200);

    // 读错了: twice by one listener, who counts once.
    let utterances = reading(&service, &one).await["utterances"].clone();
    let utterance = utterances.as_array().unwrap().iter();
    let utterance = utterance.clone().find(|one| one["clip"] == heard.as_str());
    let report = json!({
        "clip": heard, "sentence": utterance.unwrap()["text"], "utterance": utterance.unwrap()["index"],
        "page": format!("{one}?from=wechat"), "player": "0.1.0", "word": "乐亭",
    });
    for _ in 0..2 {
        let answer = http_client()
            .post(service.http("/v1/reports"))
            .header("content-type", "application/json")
            .body(report.to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 202);
    }
    let inbox = desk.get("/v1/reports").await;
    let reports = inbox["reports"].as_array().unwrap();
    assert_eq!(reports.len(), 1);
    assert_eq!(reports[0]["people"], 1);
    assert_eq!(reports[0]["word"], "乐亭");
    assert_eq!(reports[0]["page"], one.as_str(), "without its query");

    // What it would touch, before anything is decided.
    let scope = json!({ "scope": "portal", "portal": "127.0.0.1" });
    let decision = pronounce(scope, "yue4 ting2");
    let touched = desk
        .post("/v1/corrections/try", json!({ "decision": decision }))
        .await;
    assert_eq!(touched["documents"], 2, "{touched}");
    assert!(touched["clips"].as_u64().unwrap() >= 2, "{touched}");
    assert_eq!(clip(&service, &heard).await.0, 200, "nothing is decided");

    let decided = desk.post("/v1/corrections", decision.clone()).await;
    assert_eq!(decided["touched"], touched);
    let (status, problem) = clip(&service, &heard).await;
    assert_eq!(
        (status, &problem["type"]),
        (410, &"urn:langdu:clip-superseded".into())
    );
    assert_eq!(clip(&service, &other).await.0, 410);
    let now = clip_of(&service, &two, "乐亭").await;
    assert_ne!(now, other, "the other document has it too");
    assert_eq!(
        clip_of(&service, &one, "身份证").await,
        same,
        "what sounds the same stays"
    );
    assert_eq!(clip(&service, &same).await.0, 200);
    assert_eq!(clip(&service, &now).await.0, 200);
    let asked = proto::ExplainRequest {
        source: url(&one),
        ..Default::default()
    };
    let explained = service.grpc().await.explain(asked).await.unwrap();
    let explained = explained.into_inner();
    let syllables = explained.utterances.iter().flat_map(|one| &one.syllables);
    let le: Vec<&str> = syllables
        .filter(|one| one.hanzi == "乐")
        .map(|one| one.pinyin.as_str())
        .collect();
    assert_eq!(le, ["yue4"]);

    let id = reports[0]["id"].as_i64().unwrap();
    let path = format!("/v1/reports/{id}");
    let answered = desk.post(&path, json!({ "state": "corrected" })).await;
    assert_eq!(answered["answered_by"], "operator");
    assert_eq!(desk.get("/v1/reports").await["reports"], json!([]));

    // Undone, it is as it was.
    let changes = desk.get("/v1/corrections/history").await;
    let number = changes["changes"][0]["number"].clone();
    assert_eq!(changes["changes"][0]["by"], "operator");
    desk.post("/v1/corrections/undo", json!({ "change": number }))
        .await;
    assert_eq!(clip_of(&service, &one, "乐亭").await, heard);
    assert_eq!(clip(&service, &heard).await.0, 200, "it is made again");
    assert_eq!(clip(&service, &now).await.0, 410);
    // A second time there is nothing to undo.
    let (status, _) = desk
        .call(
            Method::POST,
            "/v1/corrections/undo",
            Some(json!({ "change": number })),
        )
        .await;
    assert_eq!(status, 409);
}

#[tokio::test]
async fn a_scope_holds_where_it_says_and_a_lost_place_is_told() {
    let portal = Portal::start();
    let [one, two, _] = documents(&portal);
    let service = Service::start(|config| portal.allow(config));
    let desk = Desk::of(&service).await;
    let heard = |document: &Value| -> Vec<String> {
        let utterances = document["utterances"].as_array().unwrap().iter();
        let syllables = utterances.flat_map(|one| one["syllables"].as_array().unwrap());
        let le = syllables.filter(|one| one["hanzi"] == "乐");
        le.map(|one| one["pinyin"].as_str().unwrap().to_owned())
            .collect()
    };
    let open = async |page: &str| desk.post("/v1/documents", json!({ "url": page })).await;

    let opened = open(&one).await;
    assert_eq!(opened["portal"], "127.0.0.1");
    let block = opened["blocks"].as_array().unwrap().iter();
    let block = block
        .clone()
        .position(|one| one["text"].as_str().unwrap().contains("乐亭"));
    let at = json!({ "reading": opened["reading"], "block": block.unwrap(), "start": 2, "end": 4 });
    let decision = pronounce(
        json!({ "scope": "here", "url": one, "at": at }),
        "yue4 ting2",
    );
    // Tried out, it is heard by nobody else.
    let tried = desk
        .post("/v1/documents", json!({ "url": one, "try": decision }))
        .await;
    assert_eq!(heard(&tried), ["yue4"]);
    let voice = tried["utterances"].as_array().unwrap().iter();
    let voice = voice
        .clone()
        .find(|one| one["text"].as_str().unwrap().contains("乐亭"))
        .unwrap();
    let (status, _) = desk
        .call(
            Method::GET,
            &format!("/v1/clips/{}.mp3", voice["clip"].as_str().unwrap()),
            None,
        )
        .await;
    assert_eq!(status, 200);
    assert_eq!(heard(&open(&one).await), ["lao4"]);

    let here = desk.post("/v1/corrections", decision).await["correction"].clone();
    assert_eq!(here["anchor"]["before"], "请到");
    assert_eq!(heard(&open(&one).await), ["yue4"]);
    assert_eq!(heard(&open(&two).await), ["lao4"], "only there");
    // An edit elsewhere in the page does not lose it; one of the sentence does.
    portal.document("one.html", "关于社保卡换发的通知", &["新的一段。", COUNTY]);
    assert!(eventually_async(async || heard(&open(&one).await) == ["yue4"]).await);
    assert_eq!(open(&one).await["lost"], json!([]));
    portal.document(
        "one.html",
        "关于社保卡换发的通知",
        &["请前往乐亭县大厅。", OTHER],
    );
    assert!(eventually_async(async || heard(&open(&one).await) == ["lao4"]).await);
    let opened = open(&one).await;
    assert_eq!(opened["lost"], json!([here["id"]]));
    assert_eq!(opened["corrections"][0]["id"], here["id"]);

    desk.post(
        "/v1/corrections",
        pronounce(json!({ "scope": "everywhere" }), "le4 ting2"),
    )
    .await;
    let document = json!({ "scope": "document", "url": two });
    desk.post("/v1/corrections", pronounce(document, "yue4 ting2"))
        .await;
    assert_eq!(heard(&open(&one).await), ["le4"]);
    assert_eq!(heard(&open(&two).await), ["yue4"], "the narrower one holds");
    let text = desk
        .post("/v1/documents", json!({ "text": "在乐亭办理。" }))
        .await;
    assert_eq!(heard(&text), ["le4"]);
    let listed = desk.get("/v1/corrections?search=ting2").await;
    assert_eq!(listed["corrections"].as_array().unwrap().len(), 3);
    let tsv = http_client()
        .get(format!(
            "http://{}/v1/corrections/lexicon.tsv",
            service.addresses.admin
        ))
        .bearer_auth(&desk.token);
    let tsv = tsv.send().await.unwrap().text().await.unwrap();
    assert_eq!(tsv, "乐亭\tle4 ting2\n");
    // What was exported is taken over again, and says the same; a wrong line changes nothing.
    let imported = desk.post("/v1/corrections/import", listed).await;
    assert_eq!(imported["unchanged"], 3);
    let wrong = json!({ "tsv": "六安\tlu4 an1\n乐亭\tyue4\n" });
    let (status, problem) = desk
        .call(Method::POST, "/v1/corrections/import", Some(wrong))
        .await;
    assert_eq!(status, 400);
    assert!(
        problem["detail"].as_str().unwrap().contains("line 2"),
        "{problem}"
    );
    assert_eq!(
        desk.get("/v1/corrections").await["corrections"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[tokio::test]
async fn two_editors_do_not_undo_each_others_work_and_a_caller_without_a_role_sees_nothing() {
    let service = Service::start(|config| {
        let mut editor = token("editor", false, Grant::everything());
        editor.editor = true;
        let mut local = token(
            "local",
            false,
            Grant {
                hosts: vec!["*.a.gov.cn".to_owned()],
                ..Grant::everything()
            },
        );
        local.editor = true;
        let reader = token("reader", false, Grant::everything());
        config.security.tokens = vec![
            editor,
            local,
            reader,
            token("cms", true, Grant::everything()),
        ];
    });
    let address = format!("http://{}", service.addresses.admin);
    let mut client = OperatorClient::connect(address.clone()).await.unwrap();
    let with = crate::security::with_token::<CreateCorrectionRequest>;
    let decision = |scope: &str, portal: &str, value: &str| Decision {
        scope: scope.to_owned(),
        portal: portal.to_owned(),
        word: "乐亭".to_owned(),
        change: "pronounce".to_owned(),
        value: value.to_owned(),
        ..Decision::default()
    };
    let create = |decision: Decision| CreateCorrectionRequest {
        decision: Some(decision),
    };
    let everywhere = create(decision("everywhere", "", "yue4 ting2"));
    let refused = client
        .create_correction(with(everywhere.clone(), "reader"))
        .await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    assert_eq!(
        refused.get_details_error_info().unwrap().reason,
        "EDITOR_ONLY"
    );
    let refused = client
        .create_correction(everywhere.clone())
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
    let refused = client
        .create_correction(with(everywhere.clone(), "local"))
        .await;
    assert_eq!(
        refused.unwrap_err().code(),
        Code::PermissionDenied,
        "of one portal only"
    );
    let own = create(decision("portal", "www.a.gov.cn", "yue4 ting2"));
    client.create_correction(with(own, "local")).await.unwrap();
    let of_another = create(decision("portal", "www.b.gov.cn", "yue4 ting2"));
    let refused = client.create_correction(with(of_another, "local")).await;
    assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied);

    let made = client
        .create_correction(with(everywhere.clone(), "editor"))
        .await;
    let made = made.unwrap().into_inner().correction.unwrap();
    assert_eq!(
        (made.revision, made.created_by.as_str()),
        (1, "token editor")
    );
    let refused = client
        .create_correction(with(everywhere, "cms"))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::AlreadyExists);
    assert!(refused.message().contains(&made.id), "{refused}");
    // Both have seen the first revision.
    let update = |value: &str| UpdateCorrectionRequest {
        id: made.id.clone(),
        revision: 1,
        decision: Some(decision("everywhere", "", value)),
    };
    let first =
        client.update_correction(crate::security::with_token(update("le4 ting2"), "editor"));
    assert_eq!(
        first
            .await
            .unwrap()
            .into_inner()
            .correction
            .unwrap()
            .revision,
        2
    );
    let second = client.update_correction(crate::security::with_token(update("luo4 ting2"), "cms"));
    let refused = second.await.unwrap_err();
    assert_eq!(refused.code(), Code::Aborted);
    assert!(refused.message().contains("token editor"), "{refused}");
    let delete = DeleteCorrectionRequest {
        id: made.id.clone(),
        revision: 1,
    };
    let refused = client
        .delete_correction(crate::security::with_token(delete, "cms"))
        .await;
    assert_eq!(refused.unwrap_err().code(), Code::Aborted);
    for (change, value) in [
        ("pronounce", "yue4"),
        ("pronounce", "xyz1 ting2"),
        ("number", "year"),
        ("sing", ""),
    ] {
        let wrong = create(Decision {
            change: change.to_owned(),
            value: value.to_owned(),
            word: "六安".to_owned(),
            ..decision("everywhere", "", "")
        });
        let refused = client
            .create_correction(with(wrong, "editor"))
            .await
            .unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{change} {value}");
    }
    // The desk's routes ask for a token; its page does not hold one.
    for (path, status) in [
        ("/v1/corrections", 401),
        ("/v1/reports", 401),
        ("/desk/", 200),
    ] {
        let answer = http_client()
            .get(format!("{address}{path}"))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
    let policy = http_client()
        .get(format!("{address}/desk/"))
        .send()
        .await
        .unwrap();
    let policy = policy.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let path = service.http("/v1/corrections");
    assert_eq!(
        http_client().get(path).send().await.unwrap().status(),
        404,
        "not on the gateway"
    );
}

#[tokio::test]
async fn what_was_corrected_outlives_the_service_and_what_was_withdrawn_is_forgotten() {
    let portal = Portal::start();
    let [one, two, _] = documents(&portal);
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let clips = folder.path().join("clips");
        Service::start(|config| {
            portal.allow(config);
            config.clips.path = Some(clips);
        })
    };
    let service = start();
    let heard = clip_of(&service, &one, "乐亭").await;
    assert_eq!(clip(&service, &heard).await.0, 200);
    let mut client = operators_socket(&service.clips).await;
    let mut events = client
        .watch_corrections(WatchCorrectionsRequest {})
        .await
        .unwrap()
        .into_inner();
    let decision = Decision {
        scope: "everywhere".to_owned(),
        word: "乐亭".to_owned(),
        change: "pronounce".to_owned(),
        value: "yue4 ting2".to_owned(),
        ..Decision::default()
    };
    let create = CreateCorrectionRequest {
        decision: Some(decision.clone()),
    };
    let made = client.create_correction(create).await.unwrap().into_inner();
    let made = made.correction.unwrap();
    let event = events.message().await.unwrap().unwrap().event.unwrap();
    assert_eq!(event, correction_event::Event::Correction(made.clone()));
    drop((client, events, service));

    let service = start();
    assert_eq!(clip(&service, &heard).await.0, 410, "also after a restart");
    let mut client = operators_socket(&service.clips).await;
    let listed = client
        .list_corrections(ListCorrectionsRequest::default())
        .await;
    assert_eq!(listed.unwrap().into_inner().corrections, [made]);
    let now = clip_of(&service, &one, "乐亭").await;
    assert_ne!(now, heard);
    clip_of(&service, &two, "乐亭").await;
    let attempt = async |client: &mut OperatorClient<_>| {
        let attempt = TryCorrectionRequest {
            id: String::new(),
            decision: Some(Decision {
                change: "say".to_owned(),
                value: "唐山乐亭".to_owned(),
                word: "乐亭县".to_owned(),
                ..decision.clone()
            }),
        };
        client.try_correction(attempt).await.unwrap().into_inner()
    };
    assert_eq!(attempt(&mut client).await.documents, 2);
    let withdraw = WithdrawRequest { url: one.clone() };
    client.withdraw(withdraw).await.unwrap();
    let left = attempt(&mut client).await;
    assert_eq!(left.documents, 1);
    assert!(
        left.sentences
            .iter()
            .all(|sentence| !sentence.contains("大厅")),
        "{left:?}"
    );
}

#[tokio::test]
async fn a_report_is_of_a_page_and_true_and_not_too_frequent() {
    let portal = Portal::start();
    let [one, ..] = documents(&portal);
    let service = Service::start(|config| portal.allow(config));
    let read = reading(&service, &one).await;
    let utterance = read["utterances"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    let report = |change: &[(&str, Value)]| {
        let mut report = json!({
            "clip": utterance["clip"], "sentence": utterance["text"], "utterance": utterance["index"],
            "page": one, "player": "0.1.0", "word": "",
        });
        for (name, value) in change {
            report[*name] = value.clone();
        }
        report
    };
    let send = async |report: Value| {
        let answer = http_client()
            .post(service.http("/v1/reports"))
            .header("content-type", "application/json")
            .body(report.to_string())
            .send()
            .await
            .unwrap();
        answer.status().as_u16()
    };
    assert_eq!(
        send(report(&[("sentence", "广告：请拨打这个电话".into())])).await,
        400
    );
    assert_eq!(send(report(&[("word", "广告".into())])).await, 400);
    assert_eq!(send(report(&[("clip", "0".repeat(32).into())])).await, 404);
    let private = service
        .post_reading(&json!({ "text": "不公开的一句话。" }))
        .await;
    let private: Value = serde_json::from_slice(&private.bytes().await.unwrap()).unwrap();
    let of_private = [
        ("clip", private["utterances"][0]["clip"].clone()),
        ("sentence", private["utterances"][0]["text"].clone()),
    ];
    assert_eq!(
        send(report(&of_private)).await,
        404,
        "what was handed over is kept nowhere"
    );
    assert_eq!(send(report(&[])).await, 202);
    // Together, so that they fall into one minute on however slow a machine.
    let many = join_all((0..40).map(|_| send(report(&[])))).await;
    assert!(many.contains(&429), "{many:?}");
    let mut client = operators_socket(&service.clips).await;
    let listed = client.list_reports(ListReportsRequest::default()).await;
    let listed = listed.unwrap().into_inner().reports;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].people, 1);
}

#[tokio::test]
async fn one_correction_more_beside_ten_thousand_is_in_force_at_once() {
    let portal = Portal::start();
    let [one, two, _] = documents(&portal);
    let service = Service::start(|config| portal.allow(config));
    let desk = Desk::of(&service).await;
    clip_of(&service, &one, "乐亭").await;
    clip_of(&service, &two, "乐亭").await;
    let villages = ('\u{4e00}'..='\u{7fff}').take(10_000);
    let tsv: String = villages
        .map(|c| format!("{c}家庄\ta1 jia1 zhuang1\n"))
        .collect();
    let started = Instant::now();
    let imported = desk
        .post("/v1/corrections/import", json!({ "tsv": tsv }))
        .await;
    println!("10,000 are imported after {:?}", started.elapsed());
    // Traditional characters and variants are the same word as their simplified forms.
    let count = |name: &str| imported[name].as_u64().unwrap();
    let made = count("created");
    assert!(made > 7_000, "{imported}");
    assert_eq!(made + count("updated") + count("unchanged"), 10_000);
    let started = Instant::now();
    let decision = pronounce(json!({ "scope": "everywhere" }), "yue4 ting2");
    let decided = desk.post("/v1/corrections", decision).await;
    println!("one more is in force after {:?}", started.elapsed());
    assert_eq!(decided["touched"]["documents"], 2);
    let started = Instant::now();
    let now = clip_of(&service, &one, "乐亭").await;
    println!("a page is read with it after {:?}", started.elapsed());
    assert_eq!(clip(&service, &now).await.0, 200);
    // One of the many is changed by its revision, over HTTP.
    let listed = desk
        .get("/v1/corrections?search=%E4%BA%94%E5%AE%B6%E5%BA%84")
        .await;
    let village = &listed["corrections"][0];
    assert_eq!(village["word"], "五家庄");
    let path = format!("/v1/corrections/{}", village["id"].as_str().unwrap());
    let mut decision = pronounce(json!({ "scope": "everywhere" }), "wu3 jia1 zhuang1");
    decision["word"] = "五家庄".into();
    let update = |revision: u64| json!({ "revision": revision, "decision": decision });
    let (status, _) = desk.call(Method::PUT, &path, Some(update(7))).await;
    assert_eq!(status, 409);
    let (status, changed) = desk.call(Method::PUT, &path, Some(update(1))).await;
    assert_eq!(
        (status, &changed["correction"]["revision"]),
        (200, &2.into())
    );
    let gone = desk
        .call(Method::DELETE, &format!("{path}?revision=2"), None)
        .await;
    assert_eq!(gone.0, 200);
    assert_eq!(desk.get(&path).await["deleted"], true);
}

#[tokio::test]
async fn prepared_documents_are_prepared_again_with_a_correction() {
    let folder = tempfile::tempdir().unwrap();
    let portal = Portal::start();
    let [one, _, three] = documents(&portal);
    let web = format!("127.0.0.1:{}", portal.port());
    let service = Process::start(
        folder.path(),
        &folder.path().join("clips"),
        &web,
        &Default::default(),
    );
    service.is_ready().await;
    let mut operator = service.socket().await;
    let prepare = proto::PrepareRequest {
        sources: [url(&one), url(&three)].into_iter().flatten().collect(),
        ..Default::default()
    };
    let mut progress = operator.prepare(prepare).await.unwrap().into_inner();
    while progress.message().await.unwrap().is_some() {}
    let starts = service.starts(&one).await;
    assert!(
        starts.iter().all(|start| !start.synthesized),
        "they were made before"
    );
    let decision = Decision {
        scope: "portal".to_owned(),
        portal: "127.0.0.1".to_owned(),
        word: "乐亭".to_owned(),
        change: "pronounce".to_owned(),
        value: "yue4 ting2".to_owned(),
        ..Decision::default()
    };
    let create = CreateCorrectionRequest {
        decision: Some(decision),
    };
    operator.create_correction(create).await.unwrap();
    let again = async || {
        let mut operator = operator.clone();
        let listed = operator
            .list_preparations(proto::ListPreparationsRequest::default())
            .await;
        let listed = listed.unwrap().into_inner().preparations;
        let latest = &listed[0];
        assert_eq!(listed.len(), 2, "one more, of what sounds different");
        assert_eq!(
            latest.urls,
            [one.as_str()],
            "the third document is left alone"
        );
        latest
            .progress
            .as_ref()
            .is_some_and(|progress| progress.finished)
    };
    assert!(eventually_async(again).await);
    let starts = service.starts(&one).await;
    assert!(
        starts.iter().all(|start| !start.synthesized),
        "nobody waits for the new ones"
    );
    assert_eq!(pinyin_of_le(&service, &one).await, "yue4");
}

/// What an import and one correction more cost: what is read, on the replica that decides and on another.
#[tokio::test]
async fn of_many_corrections_replicas_read_what_is_new_alone() {
    const APPLIED: &str = "langdu_corrections_applied_total";
    let folder = tempfile::tempdir().unwrap();
    let portal = Portal::start();
    let [one, two, _] = documents(&portal);
    let tier = Tier::start(Engine::Redis).await;
    let config = tier.config(60_000);
    let web = format!("127.0.0.1:{}", portal.port());
    let (a, b) = tokio::join!(
        crate::tier::start(folder.path(), "a", &config, &web, None),
        crate::tier::start(folder.path(), "b", &config, &web, None)
    );
    let decision = |word: String, value: &str| Decision {
        scope: "everywhere".to_owned(),
        word,
        change: "say".to_owned(),
        value: value.to_owned(),
        ..Decision::default()
    };
    let numbers = 0..10_000;
    let decisions = numbers.map(|number| decision(format!("{number}号村"), "本村"));
    let import = proto::ImportCorrectionsRequest {
        decisions: decisions.collect(),
    };
    let mut client = a.socket().await;
    let imported = client
        .import_corrections(import)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(imported.created, 10_000);
    let holds = async |process: &Process| process.metric("langdu_corrections").await == 10_000.0;
    assert!(holds(&a).await);
    assert!(
        eventually_async(async || holds(&b).await).await,
        "the other one hears of all"
    );
    let before = [a.metric(APPLIED).await, b.metric(APPLIED).await];
    assert_eq!(before, [10_000.0; 2], "each of them is read once");
    let create = CreateCorrectionRequest {
        decision: Some(Decision {
            change: "pronounce".to_owned(),
            ..decision("乐亭".to_owned(), "yue4 ting2")
        }),
    };
    let started = Instant::now();
    client.create_correction(create).await.unwrap();
    println!("decided after {:?}", started.elapsed());
    assert_eq!(
        pinyin_of_le(&a, &one).await,
        "yue4",
        "it is in force when it is answered"
    );
    let comes = eventually_async(async || pinyin_of_le(&b, &two).await == "yue4").await;
    println!(
        "in force on the other replica after {:?}",
        started.elapsed()
    );
    assert!(comes);
    let after = [a.metric(APPLIED).await, b.metric(APPLIED).await];
    assert_eq!(after, [10_001.0; 2], "the ten thousand are not read again");
}

async fn pinyin_of_le(process: &Process, page: &str) -> String {
    let asked = proto::ExplainRequest {
        source: url(page),
        ..Default::default()
    };
    let explained = process
        .client()
        .await
        .explain(asked)
        .await
        .unwrap()
        .into_inner();
    let syllables = explained.utterances.iter().flat_map(|one| &one.syllables);
    let le = syllables.filter(|one| one.hanzi == "乐");
    le.map(|one| one.pinyin.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Reports a word of a page as read wrong, as the player does.
async fn report(process: &Process, page: &str, word: &str) {
    let gateway = format!("http://127.0.0.1:{}", process.http);
    let client = http_client();
    let reading = client.get(format!("{gateway}/v1/readings?url={page}"));
    let reading = reading.send().await.unwrap().bytes().await.unwrap();
    let reading: Value = serde_json::from_slice(&reading).unwrap();
    let mut utterances = reading["utterances"].as_array().unwrap().iter();
    let utterance = utterances.find(|one| one["text"].as_str().unwrap().contains(word));
    let utterance = utterance.unwrap();
    let report = json!({
        "clip": utterance["clip"], "sentence": utterance["text"], "utterance": utterance["index"],
        "page": page, "player": "0.1.0", "word": word,
    });
    let answer = client
        .post(format!("{gateway}/v1/reports"))
        .header("content-type", "application/json")
        .body(report.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 202);
}

/// The whole loop over two replicas: a report, the inbox, a correction for the portal, another document on another
/// replica, undo.
async fn on_every_replica(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let portal = Portal::start();
    let [one, two, _] = documents(&portal);
    let tier = Tier::start(engine).await;
    let config = tier.config(60_000);
    let web = format!("127.0.0.1:{}", portal.port());
    let (a, b) = tokio::join!(
        crate::tier::start(folder.path(), "a", &config, &web, None),
        crate::tier::start(folder.path(), "b", &config, &web, None)
    );
    a.hear(&one, usize::MAX).await;
    b.hear(&two, usize::MAX).await;
    let before = crate::tier::clips_of(&b, &two).await;
    report(&a, &one, "乐亭").await;
    let mut client = a.socket().await;
    let inbox = client.list_reports(ListReportsRequest::default()).await;
    let reports = inbox.unwrap().into_inner().reports;
    assert_eq!(reports.len(), 1);
    assert_eq!((reports[0].word.as_str(), reports[0].people), ("乐亭", 1));
    let decision = Decision {
        scope: "portal".to_owned(),
        portal: "127.0.0.1".to_owned(),
        word: "乐亭".to_owned(),
        change: "pronounce".to_owned(),
        value: "yue4 ting2".to_owned(),
        ..Decision::default()
    };
    let create = CreateCorrectionRequest {
        decision: Some(decision.clone()),
    };
    let made = client
        .create_correction(create.clone())
        .await
        .unwrap()
        .into_inner();
    let told = Instant::now();
    let answer = proto::AnswerReportRequest {
        id: reports[0].id,
        state: "corrected".to_owned(),
    };
    client.answer_report(answer).await.unwrap();
    let comes = eventually_async(async || pinyin_of_le(&b, &two).await == "yue4").await;
    assert!(comes, "the other replica hears of it");
    println!("in force on the other replica after {:?}", told.elapsed());
    let now = crate::tier::clips_of(&b, &two).await;
    let gone: std::collections::HashSet<String> = before.difference(&now).cloned().collect();
    assert!(!gone.is_empty());
    assert_eq!(crate::tier::statuses(&b, &gone).await, [410].into());
    // A correction of the other one takes the same way back.
    let mut other = b.socket().await;
    let listed = other
        .list_corrections(ListCorrectionsRequest::default())
        .await;
    assert_eq!(
        listed.unwrap().into_inner().corrections,
        [made.correction.unwrap()]
    );
    let changes = other
        .list_correction_changes(ListCorrectionChangesRequest::default())
        .await;
    let number = changes.unwrap().into_inner().changes[0].number;
    let undo = UndoCorrectionChangeRequest { number };
    other.undo_correction_change(undo).await.unwrap();
    let comes = eventually_async(async || pinyin_of_le(&a, &one).await == "lao4").await;
    assert!(comes, "undone on the first one as well");
    assert_eq!(crate::tier::clips_of(&b, &two).await, before);
    assert_eq!(crate::tier::statuses(&b, &before).await, [200].into());
}

#[tokio::test]
async fn a_correction_is_in_force_on_every_replica_by_redis() {
    on_every_replica(Engine::Redis).await;
}

#[tokio::test]
async fn a_correction_is_in_force_on_every_replica_by_s3() {
    on_every_replica(Engine::S3).await;
}

#[tokio::test]
async fn the_desk_describes_its_routes_to_whoever_builds_on_them() {
    let service = shared();
    service.is_ready().await;
    let address = format!("http://{}/openapi.json", service.addresses.admin);
    let described = http_client().get(&address).send().await.unwrap();
    let described: Value = serde_json::from_slice(&described.bytes().await.unwrap()).unwrap();
    let operation = &described["paths"]["/v1/corrections"]["post"];
    assert_eq!(operation["operationId"], "createCorrection");
    assert!(operation["responses"]["409"].is_object(), "{operation}");
}
