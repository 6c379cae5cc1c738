//! Operators have a service of their own, and a socket that asks for nothing but the user it is.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use langdu_harness::portal::Portal;
use langdu_harness::{Service, eventually, http_client, operators_socket, operators_token};
use langdu_proto::operator_client::OperatorClient;
use langdu_proto::{
    CancelPreparationRequest, ListPreparationsRequest, ListWithdrawalsRequest, PrepareRequest,
    WithdrawRequest,
};
use serde_json::Value;
use tonic::{Code, Request};

use crate::security::{token, with_token};
use langdu::config::Grant;

fn withdraw(service: &Service) -> WithdrawRequest {
    WithdrawRequest {
        url: service.page("/second.html"),
    }
}

fn bearing<T>(message: T, token: &str) -> Request<T> {
    let mut request = Request::new(message);
    let shown = format!("Bearer {token}").parse().unwrap();
    request.metadata_mut().insert("authorization", shown);
    request
}

#[tokio::test]
async fn the_operators_service_needs_a_token_over_the_network_and_none_on_its_socket() {
    let service = Service::start(|_| {});
    let own = operators_token_of(&service).await;
    for address in [service.addresses.admin, service.addresses.grpc] {
        let mut client = OperatorClient::connect(format!("http://{address}"))
            .await
            .unwrap();
        let refused = client.withdraw(withdraw(&service)).await.unwrap_err();
        assert_eq!(
            refused.code(),
            Code::Unauthenticated,
            "{address}: {refused}"
        );
        let listed = client.list_preparations(ListPreparationsRequest::default());
        assert_eq!(listed.await.unwrap_err().code(), Code::Unauthenticated);
        let asked = bearing(withdraw(&service), &own);
        client.withdraw(asked).await.unwrap();
    }
    let mut client = operators_socket(&service.clips).await;
    client.withdraw(withdraw(&service)).await.unwrap();
    let listed = client
        .list_withdrawals(ListWithdrawalsRequest::default())
        .await;
    let listed = listed.unwrap().into_inner().withdrawals;
    assert_eq!(listed.len(), 1);
    let socket = service.clips.join("ledger/operator.sock");
    let mode = socket.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "nobody else may open it");
    // Probes and scrapers ask as ever.
    service.is_ready().await;
    assert_eq!(service.admin("/healthz").await, 200);
    let metrics = http_client().get(format!("http://{}/metrics", service.addresses.admin));
    assert_eq!(metrics.send().await.unwrap().status(), 200);
    // Nor does the gateway know the service, not even for who shows a token.
    let path = service.http("/langdu.v1.Operator/Withdraw");
    let answer = http_client()
        .post(path)
        .bearer_auth(&own)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 404);
}

async fn operators_token_of(service: &Service) -> String {
    let file = service.clips.join("ledger/operator.token");
    assert!(eventually(|| file.exists()).await);
    operators_token(&service.clips)
}

#[tokio::test]
async fn a_token_that_makes_no_operator_makes_none_anywhere() {
    let service = Service::start(|config| {
        let reader = token("reader", false, Grant::everything());
        config.security.tokens = vec![reader, token("cms", true, Grant::everything())];
    });
    for address in [service.addresses.admin, service.addresses.grpc] {
        let mut client = OperatorClient::connect(format!("http://{address}"))
            .await
            .unwrap();
        let refused = client
            .withdraw(with_token(withdraw(&service), "reader"))
            .await;
        assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied);
        client
            .withdraw(with_token(withdraw(&service), "cms"))
            .await
            .unwrap();
    }
}

async fn langdu(service: &Service, arguments: &[&str]) -> Output {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_langdu"));
    command
        .args(arguments)
        .env("LANGDU_CLIPS__PATH", &service.clips);
    // Where nobody listens: only the socket is left.
    command.env("LANGDU_LISTEN__GRPC", "127.0.0.1:1");
    langdu_blocking::run("the command line", move || command.output().unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn the_command_line_uses_the_socket_by_itself() {
    let portal = Portal::start();
    let page = portal.document("a.html", "关于停电的通知", &["明天下午停电一个小时。"]);
    let service = Service::start(|config| portal.allow(config));
    service.is_ready().await;
    let well = langdu(&service, &["health"]).await;
    assert_eq!(String::from_utf8_lossy(&well.stdout), "ready\n", "{well:?}");
    let prepared = langdu(&service, &["prepare", &page]).await;
    assert!(prepared.status.success(), "{prepared:?}");
    let listed = langdu(&service, &["preparations"]).await;
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(listed["urls"][0], page.as_str());
    assert_eq!(
        (&listed["finished"], &listed["cancelled"]),
        (&true.into(), &false.into())
    );
    let id = listed["operation"].as_str().unwrap();
    let cancelled = langdu(&service, &["prepare", "--cancel", id]).await;
    let cancelled: Value = serde_json::from_slice(&cancelled.stdout).unwrap();
    assert_eq!(cancelled["cancelled"], false, "it was finished");
    let gone = langdu(&service, &["withdraw", &page]).await;
    assert!(gone.status.success(), "{gone:?}");
    let withdrawn = langdu(&service, &["withdrawals"]).await;
    let withdrawn: Value = serde_json::from_slice(&withdrawn.stdout).unwrap();
    assert_eq!(withdrawn["withdrawn_by"], "operator of this machine");
}

#[tokio::test]
async fn a_service_that_is_gone_is_not_well() {
    let service = Service::start(|config| config.listen.operator = Some("".into()));
    let nobody = langdu(&service, &["health", "--timeout", "2"]).await;
    assert_eq!(nobody.status.code(), Some(1));
    assert!(!service.clips.join("ledger/operator.sock").exists());
}

#[tokio::test]
async fn an_operation_is_listed_and_cancelled_and_what_waits_is_too() {
    let portal = Portal::start();
    let pages: Vec<String> = (0..40)
        .map(|number| {
            let text = format!("第{number}项安排由各社区在本月底以前公布，并报街道办事处备案。");
            portal.document(
                &format!("{number}.html"),
                &format!("第{number}项安排"),
                &[&text],
            )
        })
        .collect();
    let service = Service::start(|config| portal.allow(config));
    let mut client = operators_socket(&service.clips).await;
    let of = |pages: &[String]| PrepareRequest {
        sources: pages
            .iter()
            .filter_map(|page| langdu_harness::url(page))
            .collect(),
        ..PrepareRequest::default()
    };
    let mut first = client.prepare(of(&pages)).await.unwrap().into_inner();
    let mut seen = first.message().await.unwrap().unwrap();
    let mut second = client.prepare(of(&pages[..1])).await.unwrap().into_inner();
    let waiting = second.message().await.unwrap().unwrap().operation_id;
    while seen.documents_done < 2 {
        seen = first.message().await.unwrap().unwrap();
    }
    let mut listed = Vec::new();
    let mut request = ListPreparationsRequest {
        page_size: 1,
        ..Default::default()
    };
    loop {
        let answer = client
            .list_preparations(request.clone())
            .await
            .unwrap()
            .into_inner();
        assert!(answer.preparations.len() <= 1);
        listed.extend(answer.preparations);
        if answer.next_page_token.is_empty() {
            break;
        }
        request.page_token = answer.next_page_token;
    }
    let ids: Vec<String> = listed
        .iter()
        .map(|preparation| preparation.progress.as_ref().unwrap().operation_id.clone())
        .collect();
    assert_eq!(ids.len(), 2);
    assert!(ids.contains(&seen.operation_id) && ids.contains(&waiting));
    let long = listed.iter().find(|listed| listed.urls.len() > 1).unwrap();
    assert_eq!(long.urls.len(), 10, "the first of many");

    for id in [&waiting, &seen.operation_id] {
        let request = CancelPreparationRequest {
            operation_id: id.clone(),
        };
        let ended = client
            .cancel_preparation(request)
            .await
            .unwrap()
            .into_inner();
        assert!(ended.finished && ended.cancelled, "{ended:?}");
        assert!(ended.documents_done < 40, "{ended:?}");
    }
    // Whoever watches is told, and a restart does not take it up again.
    let mut last = seen.clone();
    while let Some(progress) = first.message().await.unwrap() {
        last = progress;
    }
    assert!(last.finished && last.cancelled, "{last:?}");
    let written = service
        .clips
        .join(format!("operations/{}.json", seen.operation_id));
    let written: Value = serde_json::from_slice(&std::fs::read(written).unwrap()).unwrap();
    assert_eq!(
        (&written["finished"], &written["cancelled"]),
        (&true.into(), &true.into())
    );
    let unknown = CancelPreparationRequest {
        operation_id: "0".repeat(32),
    };
    let refused = client.cancel_preparation(unknown).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
}
