//! 先审后播: what a portal has approved before it is heard.

use langdu::ledger::SiteRules;
use langdu_harness::portal::Portal;
use langdu_harness::process::Process;
use langdu_harness::{
    Service, eventually_async, hear, http_client, operators_socket, operators_token, request, url,
};
use langdu_proto::{
    ApproveDocumentRequest, AudioEncoding, ListApprovalChangesRequest, ListApprovalsRequest,
    PrepareRequest, RevokeApprovalRequest,
};
use reqwest::Method;
use serde_json::{Value, json};
use tonic::Code;
use tonic_types::StatusExt;

use crate::tier::{Engine, Tier};

const TITLE: &str = "关于停水检修的通知";
const PARAGRAPHS: [&str; 2] = [
    "明天上午八点到十点停水检修，请提前储水。",
    "不便之处，敬请谅解。",
];

async fn call(method: Method, address: String, token: &str, body: Option<Value>) -> (u16, Value) {
    let mut call = http_client().request(method, address);
    if !token.is_empty() {
        call = call.bearer_auth(token);
    }
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

#[tokio::test]
async fn a_document_is_heard_when_an_editor_has_approved_what_it_says() {
    let portal = Portal::start();
    let page = portal.document("water.html", TITLE, &PARAGRAPHS);
    let service = Service::start(|config| {
        portal.allow(config);
        config.pages.sites = vec![SiteRules {
            hosts: vec!["127.0.0.1".to_owned()],
            parameters: None,
            approval: true,
        }];
    });
    service.operator().await;
    let token = operators_token(&service.clips);
    let reading = async || {
        let address = service.http(&format!("/v1/readings?url={page}"));
        call(Method::GET, address, "", None).await
    };
    let desk = async |method: Method, path: &str, body: Option<Value>| {
        let address = format!("http://{}{path}", service.addresses.admin);
        call(method, address, &token, body).await
    };

    // Listeners are told in words, and programs by name.
    let (status, problem) = reading().await;
    assert_eq!(
        (status, &problem["type"]),
        (403, &json!("urn:langdu:not-approved"))
    );
    assert_eq!(problem["title"], "这份文件正在审听，审定之后才能收听");
    let refused = hear(&service, request(url(&page), AudioEncoding::Mp3)).await;
    let refused = refused.err().expect("it is not heard");
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert_eq!(
        refused.get_details_error_info().unwrap().reason,
        "NOT_APPROVED"
    );
    let said = refused.get_details_localized_message().unwrap();
    assert_eq!(
        (said.locale.as_str(), said.message.as_str()),
        ("zh-CN", "这份文件正在审听，审定之后才能收听")
    );
    // What was handed over is nobody's to approve.
    let text = service.post_reading(&json!({ "text": "明天停水。" })).await;
    assert_eq!(text.status(), 200);

    let (_, waiting) = desk(Method::GET, "/v1/approvals", None).await;
    assert_eq!(
        waiting["approvals"].as_array().unwrap().len(),
        1,
        "{waiting}"
    );
    let one = &waiting["approvals"][0];
    assert_eq!((&one["title"], &one["url"]), (&json!(TITLE), &json!(page)));

    // An editor opens and hears it, and it is still nobody else's.
    let open = async || {
        desk(Method::POST, "/v1/documents", Some(json!({ "url": page })))
            .await
            .1
    };
    let opened = open().await;
    assert_eq!(
        (&opened["url"], &opened["approval"]["state"]),
        (&json!(page), &json!("waiting"))
    );
    assert_eq!(opened["approval"]["content"], one["content"]);
    let clip = opened["utterances"][0]["clip"].as_str().unwrap().to_owned();
    let (status, _) = desk(Method::GET, &format!("/v1/clips/{clip}.mp3"), None).await;
    assert_eq!(status, 200);
    assert_eq!(reading().await.0, 403);

    // What it does not say cannot be approved.
    let approve = |content: &Value| Some(json!({ "url": page, "content": content }));
    let wrong = approve(&json!("0".repeat(32)));
    assert_eq!(desk(Method::POST, "/v1/approvals", wrong).await.0, 404);
    let (status, approved) = desk(Method::POST, "/v1/approvals", approve(&one["content"])).await;
    assert_eq!((status, &approved["state"]), (200, &json!("approved")));
    let (status, heard) = reading().await;
    assert_eq!(status, 200, "{heard}");
    let public = heard["utterances"][0]["clip"].as_str().unwrap();
    assert_ne!(public, clip, "what the editor heard was theirs alone");
    assert_eq!(open().await["approval"]["state"], "approved");
    assert_eq!(
        desk(Method::GET, "/v1/approvals", None).await.1["approvals"],
        json!([])
    );

    // A change of what the page says asks again, also after the page has been heard.
    portal.document("water.html", TITLE, &[PARAGRAPHS[0], "改到后天。"]);
    assert!(eventually_async(async || reading().await.0 == 403).await);
    let mut operator = operators_socket(&service.clips).await;
    let waiting = operator
        .list_approvals(ListApprovalsRequest::default())
        .await;
    let waiting = waiting.unwrap().into_inner().approvals;
    assert_eq!(waiting.len(), 1);
    assert_eq!(
        waiting[0].by, "operator",
        "who has approved what it said before"
    );
    let prepare = PrepareRequest {
        sources: url(&page).into_iter().collect(),
        ..Default::default()
    };
    let mut progress = operator.prepare(prepare).await.unwrap().into_inner();
    let mut last = None;
    while let Some(one) = progress.message().await.unwrap() {
        last = Some(one);
    }
    let failures = last.unwrap().failures;
    assert!(failures[0].message.contains("approved"), "{failures:?}");
    let named = ApproveDocumentRequest {
        url: page.clone(),
        content: waiting[0].content.clone(),
    };
    let approved = operator.approve_document(named).await.unwrap().into_inner();
    assert_eq!(approved.state, "approved");
    assert_eq!(reading().await.0, 200);
    let revoked = operator
        .revoke_approval(RevokeApprovalRequest { url: page.clone() })
        .await;
    assert_eq!(revoked.unwrap().into_inner().state, "waiting");
    assert_eq!(reading().await.0, 403);
    let changes = operator
        .list_approval_changes(ListApprovalChangesRequest::default())
        .await;
    let changes = changes.unwrap().into_inner().changes;
    let actions: Vec<&str> = changes.iter().map(|one| one.action.as_str()).collect();
    assert_eq!(actions, ["revoked", "approved", "approved"]);
    assert!(
        changes
            .iter()
            .all(|one| !one.by.is_empty() && one.title == TITLE)
    );
}

#[tokio::test]
async fn html_that_is_handed_over_as_a_page_is_heard_where_it_says_what_is_approved_there() {
    let portal = Portal::start();
    let page = portal.document("power.html", "关于停电的公告", &["周六停电两小时。"]);
    let elsewhere = page.replace("127.0.0.1", "localhost");
    let service = Service::start(|config| {
        portal.allow(config);
        config.pages.sites = vec![SiteRules {
            hosts: vec!["127.0.0.1".to_owned()],
            parameters: None,
            approval: true,
        }];
    });
    service.operator().await;
    let token = operators_token(&service.clips);
    let html = http_client().get(&page).send().await.unwrap();
    let html = html.text().await.unwrap();
    let hand_over = async |html: &str, address: &str| {
        let body = json!({ "html": html, "base_url": address });
        service.post_reading(&body).await.status().as_u16()
    };
    let approvals = format!("http://{}/v1/approvals", service.addresses.admin);
    let waiting =
        async || call(Method::GET, approvals.clone(), &token, None).await.1["approvals"].clone();

    assert_eq!(hand_over(&html, &page).await, 403);
    assert_eq!(hand_over(&html, &elsewhere).await, 200, "no portal of ours");
    assert_eq!(
        waiting().await,
        json!([]),
        "whoever hands it over asks no editor"
    );

    // The page itself is asked for, and approved.
    let address = service.http(&format!("/v1/readings?url={page}"));
    assert_eq!(call(Method::GET, address, "", None).await.0, 403);
    let content = waiting().await[0]["content"].clone();
    let approve = json!({ "url": page, "content": content });
    let (status, _) = call(Method::POST, approvals.clone(), &token, Some(approve)).await;
    assert_eq!(status, 200);
    assert_eq!(hand_over(&html, &page).await, 200);
    let other = html.replace("周六", "周日");
    assert_eq!(
        hand_over(&other, &page).await,
        403,
        "nobody has approved that"
    );
}

async fn status_of(process: &Process, page: &str) -> u16 {
    let address = format!("http://127.0.0.1:{}/v1/readings?url={page}", process.http);
    call(Method::GET, address, "", None).await.0
}

async fn on_every_replica(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let portal = Portal::start();
    let page = portal.document("water.html", TITLE, &PARAGRAPHS);
    let tier = Tier::start(engine).await;
    let rules = "[[pages.sites]]\nhosts = [\"127.0.0.1\"]\napproval = true\n";
    let config = format!("{}{rules}", tier.config(60_000));
    let web = format!("127.0.0.1:{}", portal.port());
    let (a, b) = tokio::join!(
        crate::tier::start(folder.path(), "a", &config, &web, None),
        crate::tier::start(folder.path(), "b", &config, &web, None)
    );
    assert_eq!(
        (status_of(&a, &page).await, status_of(&b, &page).await),
        (403, 403)
    );
    let mut client = a.socket().await;
    let waiting = client.list_approvals(ListApprovalsRequest::default()).await;
    let content = waiting.unwrap().into_inner().approvals[0].content.clone();
    let approve = ApproveDocumentRequest {
        url: page.clone(),
        content,
    };
    client.approve_document(approve).await.unwrap();
    assert_eq!(status_of(&a, &page).await, 200);
    let told = std::time::Instant::now();
    assert!(eventually_async(async || status_of(&b, &page).await == 200).await);
    println!("approved on the other replica after {:?}", told.elapsed());
    // Taken back on the other one, it is not heard on the first.
    let mut other = b.socket().await;
    other
        .revoke_approval(RevokeApprovalRequest { url: page.clone() })
        .await
        .unwrap();
    assert!(eventually_async(async || status_of(&a, &page).await == 403).await);
    let changes = client
        .list_approval_changes(ListApprovalChangesRequest::default())
        .await;
    assert_eq!(
        changes.unwrap().into_inner().changes.len(),
        2,
        "each replica has the history"
    );
}

#[tokio::test]
async fn an_approval_holds_on_every_replica_by_redis() {
    on_every_replica(Engine::Redis).await;
}

#[tokio::test]
async fn an_approval_holds_on_every_replica_by_s3() {
    on_every_replica(Engine::S3).await;
}
