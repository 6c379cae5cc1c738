//! A column as a feed, and codes that lead to documents.

use langdu::config::PublicUrl;
use reqwest::Response;
use serde_json::Value;

use langdu_harness::{Service, eventually_async, http_client, shared};

async fn get(address: &str) -> Response {
    http_client().get(address).send().await.unwrap()
}

async fn text(address: &str) -> String {
    let response = get(address).await;
    assert_eq!(response.status(), 200, "{address}");
    response.text().await.unwrap()
}

fn feed(service: &Service, kind: &str, list: &str) -> String {
    service.http(&format!("/v1/feed.{kind}?list={}", service.page(list)))
}

#[tokio::test]
async fn a_playlist_names_each_document_and_where_it_sounds() {
    let list = text(&feed(shared(), "m3u", "/column.html")).await;
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines[0], "#EXTM3U");
    // The page that is not there and the film are no part of it.
    assert_eq!(lines.len(), 5, "{list}");
    let title = lines[1].split_once(',').unwrap().1;
    assert_eq!(title, "青禾市人民政府办公室关于做好老年人助餐服务的通知");
    for address in [lines[2], lines[4]] {
        let head = http_client().head(address).send().await.unwrap();
        assert_eq!(head.status(), 200, "{address}");
        assert_eq!(head.headers()["content-type"], "audio/mpeg");
    }
}

#[tokio::test]
async fn a_limit_is_kept() {
    let one = format!("{}&limit=1", feed(shared(), "m3u", "/column.html"));
    assert_eq!(text(&one).await.lines().count(), 3);
}

#[tokio::test]
async fn a_feed_that_did_not_change_is_not_sent_again() {
    let address = feed(shared(), "xml", "/column.html");
    let first = get(&address).await;
    let again = http_client()
        .get(&address)
        .header("if-none-match", &first.headers()["etag"])
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), 304);
}

#[tokio::test]
async fn what_makes_no_feed_is_said() {
    let service = shared();
    let column = service.page("/column.html");
    for (query, status) in [
        (String::new(), 400),
        (format!("?list={column}&limit=0"), 400),
        (format!("?list={column}&limit=51"), 400),
        ("?list=https://elsewhere.example/".to_owned(), 403),
        (format!("?list={column}&voice=nobody"), 404),
        (format!("?list={}", service.page("/second.html")), 422),
        (format!("?list={}", service.page("/missing.html")), 404),
    ] {
        for kind in ["xml", "m3u"] {
            let address = service.http(&format!("/v1/feed.{kind}{query}"));
            let response = get(&address).await;
            assert_eq!(response.status(), status, "{address}");
            let media_type = &response.headers()["content-type"];
            assert_eq!(media_type, "application/problem+json", "{address}");
        }
    }
}

#[tokio::test]
async fn a_forgotten_document_is_made_again_from_its_address() {
    let service = Service::start(|config| config.clips.private_ttl_s = 1);
    let page = service.page("/second.html");
    let reading = text(&service.http(&format!("/v1/readings?url={page}"))).await;
    let reading: Value = serde_json::from_str(&reading).unwrap();
    let address = service.http(&format!("/{}", reading["audio"]["mp3"].as_str().unwrap()));
    let before = get(&address).await.bytes().await.unwrap();
    let id = reading["id"].as_str().unwrap();
    let bare = service.http(&format!("/v1/audio/{id}.mp3"));
    let is_forgotten = eventually_async(async || get(&bare).await.status() == 404);
    assert!(is_forgotten.await, "it is forgotten");
    assert_eq!(get(&address).await.bytes().await.unwrap(), before);
}

/// What a QR code in an SVG says, read from its picture.
fn read_code(svg: &str) -> String {
    let number = |name: &str| -> usize {
        let from = svg.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
        svg[from..].split('"').next().unwrap().parse().unwrap()
    };
    let (width, height) = (number("width"), number("height"));
    let path = svg.split("<path").nth(1).unwrap();
    let path = path
        .split(" d=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let mut dark = vec![false; width * height];
    // Each dark stretch is written as M{left} {top}h{width}v{height}…
    for stretch in path.split('M').skip(1) {
        let numbers: Vec<usize> = stretch
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|digits| digits.parse().ok())
            .collect();
        let [left, top, wide, high, ..] = numbers[..] else {
            panic!("{stretch}");
        };
        for y in top..top + high {
            dark[y * width + left..y * width + left + wide].fill(true);
        }
    }
    let shade = |x, y| if dark[y * width + x] { 0 } else { 255 };
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, shade);
    let codes = picture.detect_grids();
    assert_eq!(codes.len(), 1);
    codes[0].decode().unwrap().1
}

#[tokio::test]
async fn a_code_leads_to_the_page_that_reads() {
    let service = shared();
    let page = service.page("/policy.html");
    let svg = text(&service.http(&format!("/v1/qr.svg?url={page}"))).await;
    let address = read_code(&svg);
    assert!(
        address.starts_with(&service.http("/listen?url=")),
        "{address}"
    );
    assert!(text(&address).await.contains("<audio controls"));
    for (query, status) in [
        ("", 400),
        ("?url=nonsense", 400),
        ("?url=https://elsewhere.example/", 403),
    ] {
        let refused = get(&service.http(&format!("/v1/qr.svg{query}"))).await;
        assert_eq!(refused.status(), status, "{query}");
    }
}

#[tokio::test]
async fn addresses_for_the_outside_bear_the_public_name() {
    const PUBLIC: &str = "https://www.example.gov.cn/langdu/";
    let service = Service::start(|config| {
        config.gateway.public_url = Some(PublicUrl::try_from(PUBLIC.to_owned()).unwrap());
    });
    let page = service.page("/policy.html");
    let svg = text(&service.http(&format!("/v1/qr.svg?url={page}"))).await;
    assert!(read_code(&svg).starts_with("https://www.example.gov.cn/langdu/listen?url="));
    let list = text(&feed(&service, "m3u", "/column.html")).await;
    let audio = list.lines().nth(2).unwrap();
    assert!(audio.starts_with("https://www.example.gov.cn/langdu/v1/audio/"));
    let podcast = text(&feed(&service, "xml", "/column.html")).await;
    assert!(podcast.contains("href=\"https://www.example.gov.cn/langdu/v1/feed.xml?list="));
}
