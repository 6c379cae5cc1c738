//! 收听统计: what players tell is counted by day, document and device, for whoever has to report it, and nothing
//! of who listened.

use langdu_harness::portal::Portal;
use langdu_harness::{Service, http_client, operators_token};
use serde_json::{Value, json};

async fn post(service: &Service, path: &str) -> u16 {
    let answer = http_client().post(service.http(path)).send().await;
    answer.unwrap().status().as_u16()
}

/// The table as the operators' listener gives it.
async fn table(service: &Service, query: &str) -> String {
    let address = format!("http://{}/v1/listens.csv{query}", service.addresses.admin);
    let answer = http_client()
        .get(address)
        .bearer_auth(operators_token(&service.clips))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
    answer.text().await.unwrap()
}

async fn id_of(answer: reqwest::Response) -> String {
    let reading: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    reading["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_players_tell_is_counted_and_nothing_else() {
    let portal = Portal::start();
    let page = portal.document(
        "a.html",
        "关于\"以旧换新\",补贴办法的通知",
        &["补贴申请自即日起受理。", "详情请咨询社区服务中心。"],
    );
    let page = format!("{page}?code=3301-77");
    let service = Service::start(|config| portal.allow(config));
    service.operator().await;
    let path = format!("/v1/readings?url={page}");
    let read = http_client().get(service.http(&path)).send().await.unwrap();
    let reading = id_of(read).await;
    let listened = |rest: &str| format!("/v1/readings/{reading}/listened?{rest}");
    for (rest, status) in [
        ("event=started&device=phone", 204),
        ("event=half&device=phone&seconds=40", 204),
        ("event=finished&device=phone&seconds=50", 204),
        ("event=started&device=kiosk", 204),
        ("event=left&device=kiosk&seconds=30", 204),
        ("event=begun&device=kiosk", 400),
        ("event=started&device=watch", 400),
        ("event=started", 400),
        ("event=left&device=phone&seconds=-1", 400),
    ] {
        assert_eq!(post(&service, &listened(rest)).await, status, "{rest}");
    }
    let unknown = format!(
        "/v1/readings/{}/listened?event=half&device=phone",
        "0".repeat(32)
    );
    assert_eq!(post(&service, &unknown).await, 404);

    // Of what somebody hands over nothing is counted, though the player may tell.
    let handed_over = service
        .post_reading(&json!({ "text": "这是私人的信。" }))
        .await;
    let private = id_of(handed_over).await;
    let path = format!("/v1/readings/{private}/listened?event=started&device=desktop");
    post(&service, &path).await;

    let counted = table(&service, "").await;
    let lines: Vec<&str> = counted.trim_end().split("\r\n").collect();
    assert_eq!(lines.len(), 3, "{counted}");
    let title = "\"关于\"\"以旧换新\"\",补贴办法的通知\"";
    assert!(
        lines[1].ends_with(&format!(",{title},自助机,1,0,0,0.5")),
        "{counted}"
    );
    assert!(
        lines[2].ends_with(&format!(",{title},手机,1,1,1,1.5")),
        "{counted}"
    );
    assert!(
        !counted.contains("3301"),
        "an address may hold what is personal: {counted}"
    );
    let none = table(&service, "?from=2020-01-01&to=2020-12-31").await;
    assert_eq!(none.trim_end().lines().count(), 1, "{none}");

    // Neither a listener nor a wrong day gets a table.
    let address = format!("http://{}/v1/listens.csv", service.addresses.admin);
    let refused = http_client().get(&address).send().await.unwrap();
    assert_eq!(refused.status(), 401);
    let wrong = http_client()
        .get(format!("{address}?from=yesterday"))
        .bearer_auth(operators_token(&service.clips))
        .send()
        .await
        .unwrap();
    assert_eq!(wrong.status(), 400);
    assert_eq!(
        http_client()
            .get(service.http("/v1/listens.csv"))
            .send()
            .await
            .unwrap()
            .status(),
        404,
        "not on the gateway"
    );
}
