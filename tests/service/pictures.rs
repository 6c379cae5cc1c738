//! Pictures and scans, read by the real models in their process: the fixtures of files as a scanner would
//! hand them on.

use std::io::Cursor;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

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

/// A picture as PDF packs it.
struct Packed {
    width: u32,
    height: u32,
    /// What its dictionary says beside the size: colours, bits, filter.
    said: &'static str,
    data: Vec<u8>,
}

/// A PDF of A4 pages, each of which is a picture in JPEG, and under the last a foot of text, as download
/// sites add it.
fn scan(pages: &[RgbImage]) -> Vec<u8> {
    let packed = pages.iter().map(|page| Packed {
        width: page.width(),
        height: page.height(),
        said: "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode",
        data: packed(page.clone(), ImageFormat::Jpeg),
    });
    pdf(&packed.collect::<Vec<_>>())
}

/// The same of pictures that are packed already.
fn pdf(pages: &[Packed]) -> Vec<u8> {
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
        let own = 4 + 3 * at;
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
        let mut picture = format!(
            "<< /Type /XObject /Subtype /Image /Width {} /Height {} {} /Length {} >>\nstream\n",
            page.width,
            page.height,
            page.said,
            page.data.len()
        )
        .into_bytes();
        picture.extend(&page.data);
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
    // What the scanner has added below the text is read too.
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

/// A picture has time enough on a busy machine, too.
fn patient() -> OcrConfig {
    OcrConfig {
        timeout_seconds: 3600,
        ..OcrConfig::default()
    }
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
        version: models.version,
    };
    let program = Some(env!("CARGO_BIN_EXE_langdu").into());
    Recogniser::new(config, models, program, None)
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

/// How nice a process is: the sixteenth field behind the name in brackets.
fn nice(process: &str) -> i32 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("it runs");
    let (_, fields) = stat.rsplit_once(')').expect("a name");
    let nice = fields.split_whitespace().nth(16).expect("a field");
    nice.parse().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_process_is_confined_and_when_it_is_killed_the_next_picture_starts_another() {
    let recogniser = recogniser(patient());
    let sheet = page("libreoffice.pdf", 1);
    let first = recogniser
        .recognise(pixels(&sheet), None)
        .await
        .expect("read");
    assert!(first.text.lines.len() > 10 && !first.is_known);
    let process = recogniser.process_id().await.expect("it runs on");
    assert_eq!(limit(process, "Max open files"), "3");
    assert_eq!(limit(process, "Max file size"), "0");
    // Nineteen is as nice as a process can be.
    assert_eq!(
        nice(&process.to_string()),
        (nice("self") + 10).min(19),
        "all others go before it"
    );
    let pid = rustix::process::Pid::from_raw(process as i32).expect("a process");
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("it is ours");
    // What was read is known without a process; another picture is one error at most.
    let known = recogniser
        .recognise(pixels(&sheet), None)
        .await
        .expect("known");
    assert_eq!(
        (known.id, known.text.lines.len()),
        (first.id, first.text.lines.len())
    );
    assert!(known.is_known);
    let other = image::imageops::crop_imm(&sheet, 0, 0, sheet.width(), 400).to_image();
    let _ = recogniser.recognise(pixels(&other), None).await;
    let again = recogniser
        .recognise(pixels(&other), None)
        .await
        .expect("another process");
    assert!(!again.text.lines.is_empty());
    assert_ne!(recogniser.process_id().await, Some(process));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_takes_too_long_is_given_up_and_those_that_wait_are_bounded() {
    let slow = recogniser(OcrConfig {
        timeout_seconds: 0,
        ..OcrConfig::default()
    });
    let sheet = page("libreoffice.pdf", 1);
    let error = slow
        .recognise(pixels(&sheet), None)
        .await
        .expect_err("no time");
    assert_eq!(error, RecogniseError::Timeout { seconds: 0 });
    let narrow = recogniser(OcrConfig {
        max_waiting: 1,
        ..patient()
    });
    // Another picture each, so that none is known.
    let part = |at: u32| image::imageops::crop_imm(&sheet, 0, at, sheet.width(), 300).to_image();
    let reads = (0..4).map(|at| {
        let (narrow, part) = (narrow.clone(), part(at * 10));
        async move { narrow.recognise(pixels(&part), None).await }
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

/// The notice of `crates/ocr/fixtures`, as `tests/fixtures/pictures/make.py` has packed it.
fn notice(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pictures");
    std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

const NOTICE_TITLE: &str = "关于做好社区老年食堂运营补贴申报工作的通知";

#[tokio::test(flavor = "multi_thread")]
async fn scans_are_read_however_they_are_packed() {
    let service = Service::start(|_| {});
    const TWO: &str = "/ColorSpace /DeviceGray /BitsPerComponent 1";
    for (name, said) in [
        (
            "notice.827x1000.jp2",
            "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /JPXDecode".to_owned(),
        ),
        (
            "notice.827x1000.g4",
            format!("{TWO} /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 827 /Rows 1000 >>"),
        ),
        ("notice.827x1000.jb2", format!("{TWO} /Filter /JBIG2Decode")),
        (
            "notice.cmyk.jpg",
            "/ColorSpace /DeviceCMYK /BitsPerComponent 8 /Filter /DCTDecode /Decode [1 0 1 0 1 0 1 0]".to_owned(),
        ),
    ] {
        let page = Packed {
            width: 827,
            height: 1000,
            said: Box::leak(said.clone().into_boxed_str()),
            data: notice(name),
        };
        let document = extract(&service, file(pdf(&[page]))).await;
        let document = document.unwrap_or_else(|status| panic!("{name}: {status}"));
        assert_eq!(document.title, NOTICE_TITLE, "{name}");
        assert_eq!(document.doc_number, "青民发〔2026〕17号", "{name}");
        // Of two colours the seal is as black as the figure that it lies across: it is told, or announced.
        let unclear = |block: &proto::Block| block.text == "此处有1行字看不清，没有朗读。";
        let is_announced = said.contains("BitsPerComponent 1 ")
            && document.doc_date.is_empty()
            && document.blocks.iter().any(unclear);
        assert!(
            is_announced || document.doc_date == "2026-03-09",
            "{name}: {}",
            document.doc_date
        );
        assert!(texts(&document).contains("48600元"), "{name}: {}", texts(&document));
    }
    let document = extract(&service, file(notice("notice.cmyk.jpg"))).await;
    assert_eq!(document.expect("a printer's file").title, NOTICE_TITLE);
}

/// A picture file that says that it has so many pixels, with as many bytes of rows as a few of them need.
fn bomb(side: u32) -> Vec<u8> {
    let mut bytes = packed(GrayImage::new(8, 8), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&side.to_be_bytes());
    bytes[20..24].copy_from_slice(&side.to_be_bytes());
    let crc = bytes[12..29].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    });
    bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_and_files_that_are_too_large_are_refused_in_words_and_the_next_is_read() {
    let service = Service::start(|_| {});
    let error = extract(&service, file(bomb(30_000)))
        .await
        .expect_err("a bomb");
    assert!(error.message().contains("files.max_pixels"), "{error}");
    let tiny = || Packed {
        width: 1,
        height: 1,
        said: "/ColorSpace /DeviceGray /BitsPerComponent 8",
        data: vec![0],
    };
    let many: Vec<Packed> = (0..5000).map(|_| tiny()).collect();
    let error = extract(&service, file(pdf(&many)))
        .await
        .expect_err("5,000 pages");
    assert!(error.message().contains("files.max_pages"), "{error}");
    // Within the limits: black pages, on which nothing is.
    let error = extract(&service, file(pdf(&many[..30])))
        .await
        .expect_err("black");
    assert!(error.message().contains("pictures only"), "{error}");
    let read = extract(&service, file(notice("notice.cmyk.jpg"))).await;
    assert_eq!(read.expect("a picture").title, NOTICE_TITLE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moving_picture_is_its_first_and_scribbles_are_no_text() {
    let service = Service::start(|_| {});
    let sheet = DynamicImage::from(page("libreoffice.pdf", 1)).to_rgba8();
    let mut moving = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new_with_speed(&mut moving, 10);
    let black =
        image::RgbaImage::from_pixel(sheet.width(), sheet.height(), image::Rgba([0, 0, 0, 255]));
    for picture in [sheet, black] {
        encoder
            .encode_frame(image::Frame::new(picture))
            .expect("a frame");
    }
    drop(encoder);
    let document = extract(&service, file(moving))
        .await
        .expect("its first picture");
    assert_eq!(document.title, TITLE);
    // A pen that goes up and down along lines, as handwriting does.
    let mut scribbles = GrayImage::from_pixel(1000, 700, Luma([255]));
    for row in 0..6_u16 {
        for step in 0..8000_u16 {
            let along = f32::from(step) / 8000.0;
            let wave = (along * 190.0 + f32::from(row)).sin() * 16.0 + (along * 61.0).cos() * 9.0;
            let x = 60.0 + along * 870.0 + (along * 240.0).sin() * 9.0;
            let y = 90.0 + 100.0 * f32::from(row) + wave;
            for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                scribbles.put_pixel(x as u32 + dx, y as u32 + dy, Luma([20]));
            }
        }
    }
    let read = extract(&service, file(packed(scribbles, ImageFormat::Png))).await;
    match read {
        Ok(document) => assert_eq!(texts(&document), "", "it is announced at most"),
        Err(error) => assert!(error.message().contains("holds no text"), "{error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_cannot_be_made_out_is_announced_and_not_guessed() {
    let service = Service::start(|_| {});
    let mut sheet = page("libreoffice.pdf", 1);
    let whole = extract(&service, file(packed(sheet.clone(), ImageFormat::Png))).await;
    let whole = texts(&whole.expect("read"));
    // A black stamp lies across each line of the lower half: bars as wide as the gaps between them.
    let (width, height) = (sheet.width(), sheet.height());
    for y in height / 2..height {
        for x in 0..width {
            if (x + 2 * y) % 13 < 7 {
                sheet.put_pixel(x, y, image::Rgb([25, 25, 25]));
            }
        }
    }
    let document = extract(&service, file(packed(sheet, ImageFormat::Png))).await;
    let document = document.expect("its upper half");
    let read = texts(&document);
    // What is said is what stands there.
    let said: String = read.chars().take(120).collect();
    assert!(whole.contains(&said), "{said}");
    let figures = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    assert!(figures(&read) <= figures(&whole), "{read}");
}

/// A PDF of `count` scanned pages, no two alike.
fn long_scan(count: u32) -> Vec<u8> {
    let sheets = [page("libreoffice.pdf", 1), page("libreoffice.pdf", 2)];
    let pages: Vec<RgbImage> = (0..count)
        .map(|at| {
            let mut sheet = sheets[(at % 2) as usize].clone();
            // A speck of its own.
            sheet.put_pixel(20 + at, 20, image::Rgb([0, 0, 0]));
            sheet
        })
        .collect();
    scan(&pages)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_is_heard_from_its_first_page_on_while_the_others_are_recognised() {
    let service = Service::start(|_| {});
    // With a running head, page numbers, a note at the foot of the first page, a table, and paragraphs that go
    // on over its pages.
    let pages: Vec<RgbImage> = (1..=3)
        .map(|number| page("libreoffice.pdf", number))
        .collect();
    let content = scan(&pages);
    let request = langdu_harness::request(file(content.clone()), proto::AudioEncoding::Mp3);
    let heard = langdu_harness::hear(&service, request)
        .await
        .expect("heard");
    let reading = heard.header.expect("a header");
    assert!(heard.more >= 1, "its header was the beginning");
    assert!(!reading.growing);
    assert_eq!(reading.utterances.len(), heard.audio.len());
    let document = reading.document.expect("a document");
    let whole = extract(&service, file(content)).await.expect("the whole");
    assert_eq!((&*document.title, &*whole.title), (TITLE, TITLE));
    let blocks = |document: &proto::Document| -> Vec<String> {
        document
            .blocks
            .iter()
            .map(|block| block.text.clone())
            .collect()
    };
    assert_eq!(blocks(&document), blocks(&whole));
    let text = texts(&document);
    assert!(!text.contains("公报"), "{text}");
    assert_eq!(document.doc_date, whole.doc_date);
}

async fn json(answer: reqwest::Response) -> serde_json::Value {
    let text = answer.text().await.expect("a text");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_player_gets_the_first_sentences_of_a_scan_and_asks_for_what_comes() {
    let service = Service::start(|_| {});
    let content = long_scan(4);
    let body = serde_json::json!({
        "file": base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &content),
        "first": 6,
    });
    let first = json(service.post_reading(&body).await).await;
    assert_eq!(first["complete"], false, "{first}");
    assert_eq!(first["utterances"].as_array().map(Vec::len), Some(6));
    let id = first["id"].as_str().expect("an id").to_owned();
    let client = langdu_harness::http_client();
    let mut known = first["utterances"].as_array().expect("a list").clone();
    // An answer that has no more has waited for it.
    const WAITED: Duration = Duration::from_secs(10);
    loop {
        let asked = Instant::now();
        let address = service.http(&format!("/v1/readings/{id}?after={}", known.len()));
        let answer = json(client.get(address).send().await.expect("an answer")).await;
        let utterances = answer["utterances"].as_array().expect("a list").clone();
        // What was handed out stays.
        assert_eq!(utterances[..known.len()], known[..]);
        if answer["complete"] == true {
            known = utterances;
            break;
        }
        assert!(utterances.len() > known.len() || asked.elapsed() > WAITED);
        known = utterances;
    }
    let file = service.http(&format!("/v1/audio/{id}.vtt"));
    let captions = client
        .get(file)
        .send()
        .await
        .expect("an answer")
        .text()
        .await;
    assert_eq!(
        captions.expect("captions").matches("-->").count(),
        known.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_lacks_pages_for_want_of_time_says_so_and_is_read_anew() {
    let (sheets, requests) = (
        long_scan(3),
        Arc::new(std::sync::atomic::AtomicUsize::new(0)),
    );
    let counted = requests.clone();
    let router = Router::new().route(
        "/scan.pdf",
        get(move || async move {
            counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            ([("content-type", "application/pdf")], sheets)
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    let service = Service::start(|config| {
        config.ocr.max_document_seconds = 0;
        config.fetch.fresh_seconds = 3600;
        config.fetch.ports.push(address.port());
    });
    let source = || url(&format!("http://{address}/scan.pdf"));
    // Each try gets further by a page, because what was recognised is known.
    for late in [
        Some("第2页至第3页是图片，上面的文字这次没有来得及识别，稍后可以再听一遍。"),
        Some("第3页是图片，上面的文字这次没有来得及识别，稍后可以再听一遍。"),
        None,
        None,
    ] {
        let document = extract(&service, source()).await.expect("its first pages");
        let notices = document.blocks.iter();
        let notices = notices.filter(|block| block.kind() == Kind::Notice && block.text != TOLD);
        let texts: Vec<&str> = notices.map(|block| &*block.text).collect();
        assert_eq!(texts, late.into_iter().collect::<Vec<_>>());
    }
    let fetched = requests.load(std::sync::atomic::Ordering::Relaxed);
    assert_eq!(fetched, 3, "the whole is kept, and nothing else");
}
