//! The HTTP gateway: readings, clips with ranges, whole documents, problems.

use serde_json::{Value, json};

use langdu_harness::{http_client, shared};

async fn reading(body: Value) -> Value {
    let response = shared().post_reading(&body).await;
    assert_eq!(response.status(), 200);
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

#[tokio::test]
async fn a_reading_is_there_before_any_audio_and_its_clips_play() {
    let service = shared();
    let page = service.page("/policy.html");
    let response = http_client()
        .get(service.http(&format!("/v1/readings?url={page}")))
        .send()
        .await
        .unwrap();
    let reading: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    assert_eq!(reading["doc_number"], "青政办发〔2025〕18号");
    assert_eq!(reading["synthetic"], true);
    let utterance = &reading["utterances"][0];
    let block = reading["blocks"][0]["text"].as_str().unwrap();
    let end = utterance["span"]["end_utf16"].as_u64().unwrap();
    assert!(end <= block.encode_utf16().count() as u64);

    let clip = service.http(&format!("/{}", utterance["audio"]["mp3"].as_str().unwrap()));
    let response = http_client().get(&clip).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "audio/mpeg");
    assert!(
        response.headers()["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    let bytes = response.bytes().await.unwrap();
    assert!(
        bytes.starts_with(b"ID3"),
        "some browsers refuse an MP3 without a tag"
    );

    let timing = service.http(&format!("/{}", utterance["timing"].as_str().unwrap()));
    let timing = http_client()
        .get(timing)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    let timing: Value = serde_json::from_slice(&timing).unwrap();
    assert_eq!(
        timing["syllables"].as_array().unwrap().len(),
        utterance["syllables"].as_array().unwrap().len()
    );
}

/// Asks for a file in every way a cache or a player does.
async fn answers_like_a_file(path: &str, media_type: &str) {
    let address = shared().http(&format!("/{path}"));
    let client = http_client();
    let whole = client.get(&address).send().await.unwrap();
    assert_eq!(whole.status(), 200, "{path}");
    assert_eq!(whole.headers()["content-type"], media_type, "{path}");
    assert_eq!(whole.headers()["accept-ranges"], "bytes", "{path}");
    let etag = whole.headers()["etag"].clone();
    let whole = whole.bytes().await.unwrap();
    let ask = |name: &'static str, value: String| {
        let request = client.get(&address).header(name, value);
        async { request.send().await.unwrap() }
    };

    let part = ask("range", "bytes=10-19".to_owned()).await;
    assert_eq!(part.status(), 206, "{path}");
    assert_eq!(
        part.headers()["content-range"],
        format!("bytes 10-19/{}", whole.len())
    );
    assert_eq!(part.headers()["content-length"], "10");
    assert_eq!(part.bytes().await.unwrap(), whole.slice(10..20));

    let end = ask("range", "bytes=-7".to_owned()).await;
    assert_eq!(end.status(), 206, "{path}");
    assert_eq!(end.bytes().await.unwrap(), whole.slice(whole.len() - 7..));

    let beyond = ask("range", "bytes=99999999-".to_owned()).await;
    assert_eq!(beyond.status(), 416, "{path}");
    assert_eq!(
        beyond.headers()["content-range"],
        format!("bytes */{}", whole.len())
    );

    let of_another_version = client
        .get(&address)
        .header("range", "bytes=10-19")
        .header("if-range", "\"another\"")
        .send()
        .await
        .unwrap();
    assert_eq!(of_another_version.status(), 200, "{path}");

    let head = client.head(&address).send().await.unwrap();
    assert_eq!(head.status(), 200, "{path}");
    assert_eq!(head.headers()["content-length"], whole.len().to_string());
    assert_eq!(head.headers()["etag"], etag);
    assert!(head.bytes().await.unwrap().is_empty());

    let known = ask("if-none-match", etag.to_str().unwrap().to_owned()).await;
    assert_eq!(known.status(), 304, "{path}");
    assert_eq!(known.headers()["etag"], etag);
    assert!(known.bytes().await.unwrap().is_empty());
    let changed = ask("if-none-match", "\"another\"".to_owned()).await;
    assert_eq!(changed.status(), 200, "{path}");
}

#[tokio::test]
async fn clips_answer_ranges_heads_and_what_is_known() {
    clips_answer_like_files(json!({ "text": "分段取用这一句话。" }), "private, no-store").await;
    let page = shared().page("/second.html");
    clips_answer_like_files(json!({ "url": page }), "immutable").await;
}

async fn clips_answer_like_files(source: Value, expected: &str) {
    let reading = reading(source).await;
    let utterance = &reading["utterances"][0];
    let path = |value: &Value| value.as_str().unwrap().to_owned();
    for (path, media_type) in [
        (path(&utterance["audio"]["mp3"]), "audio/mpeg"),
        (path(&utterance["audio"]["opus"]), "audio/ogg; codecs=opus"),
        (path(&utterance["audio"]["wav"]), "audio/wav"),
        (path(&utterance["timing"]), "application/json"),
    ] {
        answers_like_a_file(&path, media_type).await;
        let address = shared().http(&format!("/{path}"));
        let response = http_client().get(address).send().await.unwrap();
        let lifetime = response.headers()["cache-control"].to_str().unwrap();
        assert!(lifetime.contains(expected), "{path}: {lifetime}");
    }
}

#[tokio::test]
async fn a_whole_document_and_its_captions_answer_like_files() {
    let reading = reading(json!({ "text": "整篇也是一样。\n可以分段取用。" })).await;
    let mp3 = reading["audio"]["mp3"].as_str().unwrap();
    answers_like_a_file(mp3, "audio/mpeg").await;
    let vtt = reading["audio"]["vtt"].as_str().unwrap();
    answers_like_a_file(vtt, "text/vtt; charset=utf-8").await;
}

#[tokio::test]
async fn a_whole_document_is_played_or_kept_as_a_file_of_its_name() {
    let html = "<h1>停水通知</h1><p>明天停水一天，请提前储水。</p>";
    let reading = reading(json!({ "html": html })).await;
    let address = shared().http(&format!("/{}", reading["audio"]["mp3"].as_str().unwrap()));
    let disposition = async |address: String| {
        let answer = http_client().get(address).send().await.unwrap();
        let header = answer.headers().get("content-disposition").cloned();
        header.map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(disposition(address.clone()).await, None);
    let kept = disposition(format!("{address}?download=true"))
        .await
        .unwrap();
    assert!(kept.starts_with("attachment;"), "{kept}");
    assert!(
        kept.ends_with("filename*=UTF-8''%E5%81%9C%E6%B0%B4%E9%80%9A%E7%9F%A5.mp3"),
        "{kept}"
    );
}

#[tokio::test]
async fn the_player_and_the_description_answer_like_files() {
    answers_like_a_file("read-aloud.js", "text/javascript; charset=utf-8").await;
    answers_like_a_file("read-aloud.d.ts", "text/plain; charset=utf-8").await;
    answers_like_a_file("openapi.json", "application/json").await;
}

#[tokio::test]
async fn a_whole_document_has_its_exact_length_and_any_part_of_it_fits() {
    let reading = reading(json!({ "text": "第一段话。\n第二段话稍长一些。\n第三段话。" })).await;
    let address = shared().http(&format!("/{}", reading["audio"]["mp3"].as_str().unwrap()));
    let client = http_client();
    let response = client.get(&address).send().await.unwrap();
    let length: usize = response.headers()["content-length"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let whole = response.bytes().await.unwrap();
    assert_eq!(whole.len(), length);
    for (first, last) in [(0, 99), (300, 5000), (length - 50, length - 1)] {
        let range = format!("bytes={first}-{last}");
        let part = client
            .get(&address)
            .header("range", range)
            .send()
            .await
            .unwrap();
        assert_eq!(part.status(), 206);
        assert_eq!(part.bytes().await.unwrap(), whole.slice(first..=last));
    }
    let vtt = shared().http(&format!("/{}", reading["audio"]["vtt"].as_str().unwrap()));
    let vtt = client.get(vtt).send().await.unwrap().text().await.unwrap();
    assert!(vtt.starts_with("WEBVTT\n"));
    assert!(vtt.contains("第二段话稍长一些。"));
}

#[tokio::test]
async fn the_listening_page_needs_no_script_and_runs_none_but_the_player() {
    let service = shared();
    let page = service.page("/policy.html");
    let response = http_client()
        .get(service.http(&format!("/listen?url={page}")))
        .send()
        .await
        .unwrap();
    let policy = response.headers()["content-security-policy"].to_str();
    let policy = policy.unwrap().to_owned();
    assert!(policy.contains("default-src 'none'; script-src 'self';"));
    assert!(policy.contains("base-uri 'none'"));
    let html = response.text().await.unwrap();
    assert!(html.contains("<audio controls"));
    assert!(html.contains("东湖区"));
    assert!(html.contains("返回原文"));
    let scripts: Vec<&str> = html.matches("<script").collect();
    assert_eq!(scripts.len(), 1);
    assert!(html.contains("<script src=\"read-aloud.js\" defer></script>"));
}

#[tokio::test]
async fn a_listening_page_that_fails_speaks_to_people_first() {
    let service = shared();
    let page = service.page("/missing.html");
    let response = http_client()
        .get(service.http(&format!("/listen?url={page}")))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 404);
    let html = response.text().await.unwrap();
    assert!(html.contains("<h1>这个页面不存在，可能已经移走</h1>"));
    assert!(html.contains("返回原文") && html.contains("给网站管理员"));
}

#[tokio::test]
async fn text_is_packed_for_who_asks_and_sound_never() {
    let service = shared();
    let client = http_client();
    let page = service.page("/policy.html");
    let readings = service.http(&format!("/v1/readings?url={page}"));
    let plain = client.get(&readings).send().await.unwrap();
    assert!(!plain.headers().contains_key("content-encoding"));
    let plain = plain.bytes().await.unwrap();
    let reading: Value = serde_json::from_slice(&plain).unwrap();
    let packed = |address: String| {
        let client = client.clone();
        async move {
            let request = client.get(address).header("accept-encoding", "gzip");
            request.send().await.unwrap()
        }
    };
    let answer = packed(readings).await;
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert!(answer.bytes().await.unwrap().len() * 2 < plain.len());
    let clip = reading["utterances"][0]["audio"]["mp3"].as_str().unwrap();
    let clip = packed(service.http(&format!("/{clip}"))).await;
    assert!(!clip.headers().contains_key("content-encoding"));
    assert!(clip.headers().contains_key("accept-ranges"));
}

#[tokio::test]
async fn what_a_caller_hands_over_is_stored_nowhere_on_its_way() {
    let service = shared();
    let client = http_client();
    let body = json!({ "html": "<h1>通知</h1><p>明天停水一天。</p>" });
    let private = service.post_reading(&body).await;
    assert_eq!(private.headers()["cache-control"], "no-store");
    let reading: Value = serde_json::from_slice(&private.bytes().await.unwrap()).unwrap();
    let id = reading["id"].as_str().unwrap();
    let left = client
        .post(service.http(&format!("/v1/readings/{id}/leave")))
        .send()
        .await
        .unwrap();
    assert_eq!(left.status(), 204);
    let page = service.page("/policy.html");
    let public = client
        .get(service.http(&format!("/v1/readings?url={page}")))
        .send()
        .await
        .unwrap();
    assert_eq!(public.headers()["cache-control"], "no-cache");
}

#[tokio::test]
async fn problems_are_said_in_json_with_words_for_people() {
    let service = shared();
    let client = http_client();
    let unknown = "0".repeat(32);
    for (address, status, reason) in [
        (
            "/v1/readings?url=http://example.com/".to_owned(),
            403,
            "host-not-allowed",
        ),
        ("/v1/readings".to_owned(), 400, "invalid-field"),
        (
            format!("/v1/readings?url={}", service.page("/missing.html")),
            404,
            "page-not-found",
        ),
        (
            format!("/v1/readings?url={}", service.page("/empty.html")),
            422,
            "nothing-readable",
        ),
        (format!("/v1/clips/{unknown}.mp3"), 404, "not-found"),
        ("/v1/clips/../../etc/passwd".to_owned(), 404, "not-found"),
        ("/v1/clips/nonsense.mp3".to_owned(), 404, "not-found"),
        ("/no/such/route".to_owned(), 404, "not-found"),
    ] {
        let response = client.get(service.http(&address)).send().await.unwrap();
        assert_eq!(response.status(), status, "{address}");
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json",
            "{address}"
        );
        let problem: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        assert_eq!(problem["type"], format!("urn:langdu:{reason}"), "{address}");
        assert!(!problem["title"].as_str().unwrap().is_ascii(), "{address}");
    }
}

#[tokio::test]
async fn the_operators_listener_tells_health() {
    assert_eq!(shared().admin("/healthz").await, 200);
    shared().is_ready().await;
}

#[tokio::test]
async fn the_first_sentences_come_alone_where_they_are_asked_for() {
    let service = shared();
    let client = http_client();
    let get = |address: String| {
        let client = client.clone();
        async move {
            let answer = client.get(address).send().await.unwrap();
            (answer.status(), answer.bytes().await.unwrap())
        }
    };
    let page = service.page("/policy.html");
    let (_, whole) = get(service.http(&format!("/v1/readings?url={page}"))).await;
    let whole: Value = serde_json::from_slice(&whole).unwrap();
    let count = whole["utterances"].as_array().unwrap().len();
    assert_eq!(whole["utterance_count"], count);
    let (_, part) = get(service.http(&format!("/v1/readings?url={page}&first=2"))).await;
    let part: Value = serde_json::from_slice(&part).unwrap();
    assert_eq!(part["id"], whole["id"]);
    assert_eq!(part["utterance_count"], count);
    assert_eq!(part["utterances"].as_array().unwrap().len(), 2);
    assert_eq!(part["utterances"][1], whole["utterances"][1]);
    let blocks = part["blocks"].as_array().unwrap().len();
    assert!(blocks < whole["blocks"].as_array().unwrap().len());
    for utterance in part["utterances"].as_array().unwrap() {
        assert!(utterance["span"]["block"].as_u64().unwrap() < blocks as u64);
    }
    let id = whole["id"].as_str().unwrap();
    let (status, known) = get(service.http(&format!("/v1/readings/{id}"))).await;
    let known: Value = serde_json::from_slice(&known).unwrap();
    assert_eq!((status.as_u16(), &known), (200, &whole));
    let (status, _) = get(service.http(&format!("/v1/readings/{}", "0".repeat(32)))).await;
    assert_eq!(status.as_u16(), 404);
}
