//! Pictures and scans, read by the real models in their process: the fixtures of files as a scanner would
//! hand them on.

use std::io::Cursor;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use image::{DynamicImage, GrayImage, ImageFormat, Luma, RgbImage};
use langdu_file::{FileLimits, Format};
use langdu_harness::{Service, fixture, url};
use langdu_proto::block::Kind;
use langdu_proto::{self as proto, ExtractRequest, FileSource};
use langdu_recogniser::{Models, OcrConfig, Pixels, RecogniseError, Recogniser};
use langdu_voice::pack::{RecognitionModels, runtime_library};
use tonic::Status;

const TITLE: &str = "临川市人民政府关于做好老年人助餐服务工作的通知";
const TOLD: &str = "以下文字由图片识别。";

/// A page of a fixture as a scanner sees it: level, in colour.
fn page(name: &str, number: usize) -> RgbImage {
    let picture =
        langdu_file::picture_of(&fixture(name), Format::Pdf, &FileLimits::default(), number);
    let picture = picture.expect("a page");
    RgbImage::from_raw(picture.width, picture.height, picture.rgb).expect("whole rows")
}

fn packed(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .into()
        .write_to(&mut bytes, format)
        .expect("it is written");
    bytes.into_inner()
}

/// A PDF of A4 pages, each of which is a picture in JPEG, and under the last a foot of text, as download
/// sites add it.
fn scan(pages: &[RgbImage]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    let mut object = |file: &mut Vec<u8>, body: &[u8]| {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n", places.len()).bytes());
        file.extend(body);
        file.extend(b"\nendobj\n");
    };
    object(&mut file, b"<< /Type /Catalog /Pages 2 0 R >>");
    let kids: Vec<String> = (0..pages.len())
        .map(|at| format!("{} 0 R", 4 + 3 * at))
        .collect();
    let tree = format!(
        "<< /Type /Pages /Kids [{}] /Count {} >>",
        kids.join(" "),
        pages.len()
    );
    object(&mut file, tree.as_bytes());
    object(
        &mut file,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    );
    for (at, page) in pages.iter().enumerate() {
        let (own, width, height) = (4 + 3 * at, page.width(), page.height());
        object(
            &mut file,
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R /Resources \
                 << /XObject << /X {} 0 R >> /Font << /F 3 0 R >> >> >>",
                own + 1,
                own + 2
            )
            .as_bytes(),
        );
        let foot = if at + 1 == pages.len() {
            "BT /F 8 Tf 60 20 Td (example.gov.cn) Tj ET"
        } else {
            ""
        };
        let content = format!("q 595 0 0 842 0 0 cm /X Do Q {foot}");
        let stream = format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        );
        object(&mut file, stream.as_bytes());
        let jpeg = packed(page.clone(), ImageFormat::Jpeg);
        let mut picture = format!(
            "<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceRGB \
             /BitsPerComponent 8 /Filter /DCTDecode /Length {} >>\nstream\n",
            jpeg.len()
        )
        .into_bytes();
        picture.extend(jpeg);
        picture.extend(b"\nendstream");
        object(&mut file, &picture);
    }
    let start = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
    for place in &places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let trailer = format!(
        "trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        places.len() + 1
    );
    file.extend(trailer.bytes());
    file
}

fn file(content: Vec<u8>) -> Option<proto::Source> {
    Some(proto::Source {
        source: Some(proto::source::Source::File(FileSource {
            content: content.into(),
            media_type: String::new(),
        })),
        ..Default::default()
    })
}

async fn extract(
    service: &Service,
    source: Option<proto::Source>,
) -> Result<proto::Document, Status> {
    let mut client = service.grpc().await;
    let answer = client.extract(ExtractRequest { source }).await?;
    Ok(answer.into_inner())
}

fn texts(document: &proto::Document) -> String {
    let own = document
        .blocks
        .iter()
        .filter(|block| block.kind() != Kind::Notice);
    own.map(|block| block.text.replace([' ', '\n', '\t'], ""))
        .collect()
}

/// How many characters have to be changed to make one text the other.
fn differences(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut above = std::mem::replace(&mut row[0], at + 1);
        for (column, wanted) in other.iter().enumerate() {
            let change = above + usize::from(letter != *wanted);
            above = row[column + 1];
            row[column + 1] = change.min(above + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_is_read_as_the_file_that_was_scanned() {
    let service = Service::start(|_| {});
    let whole = extract(&service, file(fixture("libreoffice.pdf")))
        .await
        .expect("text");
    let pages: Vec<RgbImage> = (1..=3)
        .map(|number| page("libreoffice.pdf", number))
        .collect();
    let scanned = extract(&service, file(scan(&pages))).await.expect("a scan");
    assert_eq!(scanned.title, TITLE);
    assert_eq!(scanned.doc_number, whole.doc_number);
    assert_eq!(scanned.issuer, whole.issuer);
    assert_eq!(scanned.doc_date, whole.doc_date);
    // It is told once, and of every block that it was recognised.
    let (notices, blocks): (Vec<_>, Vec<_>) = scanned
        .blocks
        .iter()
        .partition(|block| block.kind() == Kind::Notice);
    let told = notices.iter().filter(|block| block.text == TOLD).count();
    assert_eq!(told, 1, "{notices:?}");
    assert!(
        blocks.iter().all(|block| block.recognised_percent > 70),
        "{blocks:?}"
    );
    assert!(
        whole
            .blocks
            .iter()
            .all(|block| block.recognised_percent == 0)
    );
    // The table keeps its cells.
    let table = |document: &proto::Document| {
        let mut tables = document
            .blocks
            .iter()
            .filter(|block| block.kind() == Kind::Table);
        let table = tables.next().expect("a table").text.clone();
        table
            .lines()
            .map(|line| line.split('\t').count())
            .collect::<Vec<_>>()
    };
    assert_eq!(table(&scanned), table(&whole));
    // A note stands where its mark is in a text, and at the foot of its page in a scan, where the mark, a
    // raised figure, is not told from a letter. What the scanner has added below the text is read too.
    let note = "老年人是指年满六十周岁的本市常住居民，以身份证所载日期为准。";
    let [read, wanted] = [&scanned, &whole].map(|document| {
        let text = texts(document).replace(':', "：").replace(';', "；");
        assert!(text.contains(note), "{text}");
        let text = text.replace(&format!("1{note}"), "").replace(note, "");
        text.replace("example.gov.cn", "")
    });
    let wrong = differences(&read, &wanted);
    assert!(
        wrong * 500 <= wanted.chars().count(),
        "{wrong} wrong:\n{read}\n{wanted}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_file_is_a_source_in_every_format_and_whichever_way_it_is_held() {
    let service = Service::start(|_| {});
    let sheet = DynamicImage::from(page("libreoffice.pdf", 1));
    for (format, turned) in [
        (ImageFormat::Png, sheet.clone()),
        (ImageFormat::Jpeg, sheet.rotate180()),
        (ImageFormat::Tiff, sheet.rotate90()),
        (ImageFormat::WebP, sheet.rotate270()),
        (ImageFormat::Bmp, sheet.clone()),
        (ImageFormat::Gif, sheet.clone()),
    ] {
        let document = extract(&service, file(packed(turned, format))).await;
        let document = document.unwrap_or_else(|status| panic!("{format:?}: {status}"));
        assert_eq!(document.title, TITLE, "{format:?}");
        assert_eq!(document.doc_number, "临政发〔2025〕8号", "{format:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_without_words_and_one_that_is_too_large_get_clear_errors() {
    let service = Service::start(|config| config.files.max_pixels = 1_000_000);
    // Noise, the same each time.
    let mut state = 1_u32;
    let noise = GrayImage::from_fn(600, 600, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Luma([(state >> 24) as u8])
    });
    let error = extract(&service, file(packed(noise, ImageFormat::Png))).await;
    let error = error.expect_err("no words");
    assert!(error.message().contains("holds no text"), "{error}");
    let large = GrayImage::new(1200, 1200);
    let error = extract(&service, file(packed(large, ImageFormat::Png))).await;
    assert!(
        error
            .expect_err("too large")
            .message()
            .contains("files.max_pixels")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn scans_are_refused_and_pages_announced_where_pictures_are_not_read() {
    let service = Service::start(|config| config.ocr.enabled = false);
    let pages = [page("libreoffice.pdf", 1)];
    let error = extract(&service, file(scan(&pages)))
        .await
        .expect_err("a scan");
    assert!(error.message().contains("pictures only"), "{error}");
    let picture = packed(pages[0].clone(), ImageFormat::Png);
    let error = extract(&service, file(picture))
        .await
        .expect_err("a picture");
    assert!(error.message().contains("a picture (PNG)"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_beyond_the_limit_are_announced() {
    let service = Service::start(|config| config.ocr.max_pages = 1);
    let pages = [page("libreoffice.pdf", 1), page("libreoffice.pdf", 2)];
    let document = extract(&service, file(scan(&pages)))
        .await
        .expect("its first page");
    assert_eq!(document.title, TITLE);
    let last = document.blocks.last().expect("a notice");
    assert_eq!(last.text, "第2页是图片，上面的文字无法朗读。");
}

fn recogniser(config: OcrConfig) -> Arc<Recogniser> {
    let voices = langdu_harness::voices();
    let models = RecognitionModels::open(&voices)
        .expect("whole")
        .expect("installed");
    let models = Models {
        library: runtime_library(&voices),
        detection: models.detection,
        recognition: models.recognition,
    };
    Recogniser::new(config, models, Some(env!("CARGO_BIN_EXE_langdu").into()))
}

fn pixels(picture: &RgbImage) -> Pixels {
    Pixels {
        width: picture.width(),
        height: picture.height(),
        rgb: picture.as_raw().clone().into(),
    }
}

/// What the kernel says of a limit of a process.
fn limit(process: u32, name: &str) -> String {
    let limits = std::fs::read_to_string(format!("/proc/{process}/limits")).expect("it runs");
    let line = limits
        .lines()
        .find(|line| line.starts_with(name))
        .expect("the limit");
    line[name.len()..]
        .split_whitespace()
        .next()
        .expect("a number")
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_process_is_confined_and_when_it_is_killed_the_next_picture_starts_another() {
    let recogniser = recogniser(OcrConfig::default());
    let sheet = page("libreoffice.pdf", 1);
    let first = recogniser.recognise(pixels(&sheet)).await.expect("read");
    assert!(first.lines.len() > 10);
    let process = recogniser.process_id().await.expect("it runs on");
    assert_eq!(limit(process, "Max open files"), "3");
    assert_eq!(limit(process, "Max file size"), "0");
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("it runs");
    // The sixteenth field behind the name in brackets is how nice it is.
    let nice = stat
        .rsplit_once(')')
        .expect("a name")
        .1
        .split_whitespace()
        .nth(16);
    assert_eq!(nice, Some("10"));
    let pid = rustix::process::Pid::from_raw(process as i32).expect("a process");
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("it is ours");
    // What was read is known without a process; another picture is one error at most.
    let known = recogniser.recognise(pixels(&sheet)).await.expect("known");
    assert_eq!(known.lines.len(), first.lines.len());
    let other = image::imageops::crop_imm(&sheet, 0, 0, sheet.width(), 400).to_image();
    let _ = recogniser.recognise(pixels(&other)).await;
    let again = recogniser
        .recognise(pixels(&other))
        .await
        .expect("another process");
    assert!(!again.lines.is_empty());
    assert_ne!(recogniser.process_id().await, Some(process));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_takes_too_long_is_given_up_and_those_that_wait_are_bounded() {
    let slow = recogniser(OcrConfig {
        timeout_seconds: 0,
        ..OcrConfig::default()
    });
    let sheet = page("libreoffice.pdf", 1);
    let error = slow.recognise(pixels(&sheet)).await.expect_err("no time");
    assert_eq!(error, RecogniseError::Timeout { seconds: 0 });
    let narrow = recogniser(OcrConfig {
        max_waiting: 1,
        ..OcrConfig::default()
    });
    // Another picture each, so that none is known.
    let part = |at: u32| image::imageops::crop_imm(&sheet, 0, at, sheet.width(), 300).to_image();
    let reads = (0..4).map(|at| {
        let (narrow, part) = (narrow.clone(), part(at * 10));
        async move { narrow.recognise(pixels(&part)).await }
    });
    let reads = futures::future::join_all(reads).await;
    let busy = |read: &Result<_, _>| matches!(read, Err(RecogniseError::Busy { .. }));
    assert_eq!(reads.iter().filter(|read| busy(read)).count(), 2);
    assert_eq!(reads.iter().filter(|read| read.is_ok()).count(), 2);
}

/// A page whose text refers to a picture, and that picture.
async fn portal(picture: Vec<u8>) -> SocketAddr {
    const PAGE: &str = "<!doctype html><html><head><meta charset=\"utf-8\">\
        <title>关于开展老年助餐服务的公告_临川市人民政府</title></head><body>\
        <h1>关于开展老年助餐服务的公告</h1><div class=\"content\">\
        <p>为方便老年人就近用餐，市民政局决定开展老年助餐服务，有关事项的通知全文见下图：</p>\
        <p><img src=\"/upload/sheet.png\"></p>\
        <p>各助餐点自公告之日起接受报名，老年人可以由家属代为办理。</p></div></body></html>";
    let router = Router::new()
        .route("/pictured.html", get(|| async { Html(PAGE) }))
        .route(
            "/upload/sheet.png",
            get(move || async move { ([("content-type", "image/png")], picture) }),
        );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_in_a_page_is_read_in_its_place_where_that_is_wanted() {
    let sheet = page("libreoffice.pdf", 1);
    let web = portal(packed(sheet, ImageFormat::Png)).await;
    let address = format!("http://{web}/pictured.html");
    let start = |images: bool| {
        Service::start(move |config| {
            config.fetch.ports.push(web.port());
            config.ocr.images = images;
        })
    };
    let document = extract(&start(false), url(&address)).await.expect("a page");
    assert!(
        document
            .blocks
            .iter()
            .any(|block| block.text == "此处有一张图片，没有文字说明。")
    );
    let document = extract(&start(true), url(&address)).await.expect("a page");
    assert_eq!(document.title, "关于开展老年助餐服务的公告");
    let at = |start: &str| {
        let place = document
            .blocks
            .iter()
            .position(|block| block.text.starts_with(start));
        place.unwrap_or_else(|| panic!("{start}: {:?}", document.blocks))
    };
    assert!(at("为方便老年人") < at(TOLD) && at(TOLD) < at("一、总体要求"));
    assert!(at("一、总体要求") < at("各助餐点自公告之日起"));
    assert!(document.blocks[at("一、总体要求")].recognised_percent > 70);
    assert_eq!(
        document.blocks[at("各助餐点自公告之日起")].recognised_percent,
        0
    );
}
