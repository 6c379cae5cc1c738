//! A column as a feed, and codes that lead to documents.

use langdu::config::PublicUrl;
use reqwest::Response;
use serde_json::Value;

use langdu_harness::portal::Portal;
use langdu_harness::{Service, eventually_async, http_client, shared, whole};

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

/// A feed once all of it is known.
async fn whole_text(address: &str) -> String {
    let response = whole(http_client().get(address)).await;
    assert_eq!(response.status(), 200, "{address}");
    response.text().await.unwrap()
}

#[tokio::test]
async fn a_playlist_names_each_document_and_where_it_sounds() {
    let list = whole_text(&feed(shared(), "m3u", "/column.html")).await;
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
    assert_eq!(whole_text(&one).await.lines().count(), 3);
}

#[tokio::test]
async fn a_feed_that_did_not_change_is_not_sent_again() {
    let address = feed(shared(), "xml", "/column.html");
    let first = whole(http_client().get(&address)).await;
    let again = http_client()
        .get(&address)
        .header("if-none-match", &first.headers()["etag"])
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), 304);
}

#[tokio::test]
async fn a_feed_is_told_as_far_as_it_is_known_and_has_the_chapters_of_its_documents() {
    let portal = Portal::start();
    let document = "<!doctype html><meta charset=\"utf-8\"><h1>关于今年冬季供暖有关事项的通知</h1><div>\
        <p>各小区居民：</p><h2>一、供暖时间</h2><p>供暖从十一月十五日开始。</p>\
        <h2>二、报修电话</h2><p>暖气不热的，请拨打服务热线报修。</p></div>";
    portal.put("heating.html", document);
    portal.document(
        "bus.html",
        "关于五路公交车临时改线的公告",
        &["五路公交车改走人民路。"],
    );
    portal.document(
        "late.html",
        "关于人民公园临时闭园的公告",
        &["公园周一闭园整修。"],
    );
    let column = "<!doctype html><meta charset=\"utf-8\"><title>通知公告</title><h1>通知公告</h1><ul>\
        <li><a href=\"heating.html\">关于今年冬季供暖有关事项的通知</a> <span>2025-11-01</span></li>\
        <li><a href=\"bus.html\">关于五路公交车临时改线的公告</a> <span>2025-10-31</span></li>\
        <li><a href=\"late.html\">关于人民公园临时闭园的公告</a> <span>2025-10-30</span></li></ul>";
    portal.put("column.html", column);
    let service = Service::start(|config| portal.allow(config));
    let feed = |kind: &str| {
        service.http(&format!(
            "/v1/feed.{kind}?list={}",
            portal.url("column.html")
        ))
    };
    let held = portal.hold("late.html");
    // It is answered while the portal still says nothing of the second document.
    let soon = get(&feed("xml")).await;
    assert_eq!(soon.status(), 200);
    assert_eq!(soon.headers()["cache-control"], "private, no-cache");
    let soon = soon.text().await.unwrap();
    assert!(
        soon.contains("通知公告") && !soon.contains("人民公园临时"),
        "{soon}"
    );
    assert!(soon.contains("<ttl>1</ttl>"), "{soon}");
    drop(held);
    let all = whole_text(&feed("xml")).await;
    assert!(
        all.contains("人民公园临时") && all.contains("<ttl>60</ttl>"),
        "{all}"
    );
    for title in ["一、供暖时间", "二、报修电话"] {
        assert!(all.contains(&format!("title=\"{title}\"")), "{all}");
    }
    assert_eq!(all.matches("<psc:chapter ").count(), 2, "{all}");
    // Directories take no feed without a picture.
    let picture = service.http("/v1/feed.png");
    assert!(
        all.contains(&format!("<itunes:image href=\"{picture}\"")),
        "{all}"
    );
    let bytes = get(&picture).await.bytes().await.unwrap();
    let picture = image::load_from_memory(&bytes).unwrap();
    assert_eq!((picture.width(), picture.height()), (1400, 1400));
    assert_eq!(whole_text(&feed("m3u")).await.lines().count(), 7);
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
    let list = whole_text(&feed(&service, "m3u", "/column.html")).await;
    let audio = list.lines().nth(2).unwrap();
    assert!(audio.starts_with("https://www.example.gov.cn/langdu/v1/audio/"));
    let podcast = whole_text(&feed(&service, "xml", "/column.html")).await;
    assert!(podcast.contains("href=\"https://www.example.gov.cn/langdu/v1/feed.xml?list="));
}
