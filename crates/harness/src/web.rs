//! The outside web, played by a local server: the pages of a portal, and the ways in which pages go
//! wrong.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use langdu_testkit::repository;

/// A policy page: menu, title, document number, sections, a table, telephone numbers, signature.
pub const POLICY_PAGE: &str = "<!doctype html><html><head><meta charset=\"utf-8\">\
<title>青禾市人民政府办公室关于做好老年人助餐服务的通知_青禾市人民政府</title></head><body>\
<div class=\"nav\"><a href=\"/\">首页</a> &gt; <a href=\"/zw\">政务公开</a></div>\
<h1>青禾市人民政府办公室关于做好老年人助餐服务的通知</h1><p>青政办发〔2025〕18号</p>\
<div class=\"content\"><p>各县（区）人民政府，市政府各部门：</p>\
<p>为让老年人就近吃上热饭，经市政府同意，现就做好助餐服务通知如下。</p>\
<p>一、主要目标</p><p>到2026年底，全市建成老年食堂120个，覆盖率达到85.5%。</p>\
<table><tr><th>地区</th><th>食堂数量</th></tr><tr><td>东湖区</td><td>36个</td></tr>\
<tr><td>西岭县</td><td>28个</td></tr></table>\
<p>二、服务电话</p><p>咨询电话：0571-88012345，服务热线：12345。</p>\
<p>青禾市人民政府办公室</p><p>2025年9月1日</p></div>\
<div class=\"footer\">主办：青禾市人民政府 备案号：青ICP备00000001号</div></body></html>";

const SECOND_PAGE: &str = "<!doctype html><html><head><meta charset=\"utf-8\">\
<title>关于发放高龄津贴有关事项的通知</title></head><body>\
<h1>关于发放高龄津贴有关事项的通知</h1><div class=\"content\">\
<p>八十周岁以上的老年人，每人每月发放一百元。</p><p>津贴每月十日前发放到社保卡。</p></div></body></html>";

/// A page of brief sentences, for tests of what is done with clips and not of what they say.
const BRIEF_PAGE: &str = "<!doctype html><html><head><meta charset=\"utf-8\">\
<title>关于停水的通知</title></head><body><h1>关于停水的通知</h1><div class=\"content\">\
<p>周一上午停水。</p><p>周二恢复供水。</p><p>请提前存水。</p><p>水费不变。</p><p>有事请来电。</p>\
<p>感谢您的配合。</p></div></body></html>";

/// A column of the portal: two documents, a film, and a page that is not there.
const COLUMN_PAGE: &str = "<!doctype html><html><head><meta charset=\"utf-8\">\
<title>政策文件_青禾市人民政府</title></head><body>\
<div class=\"nav\"><a href=\"/\">首页</a> &gt; <a href=\"/zw\">政务公开</a></div>\
<h1>政策文件</h1><ul class=\"list\">\
<li><a href=\"policy.html\">青禾市人民政府办公室关于做好老年人助餐服务的通知</a>\
<span>2025-09-01</span></li>\
<li><a href=\"/missing.html\">关于一份已经撤下的文件的通知</a><span>2025-08-20</span></li>\
<li><a href=\"/second.html\">关于发放高龄津贴有关事项的通知</a><span>2025-08-15</span></li>\
<li><a href=\"/film.mp4\">老年人防诈骗知识宣传短片（视频）</a><span>2025-08-01</span></li>\
</ul><div class=\"footer\">主办：青禾市人民政府</div></body></html>";

/// A page that only points to its attachment; the first link is a picture.
const STUB_PAGE: &str = "<!doctype html><html><head><meta charset=\"utf-8\">\
<title>关于印发助餐服务工作通知的公告_青禾市人民政府</title>\
<meta name=\"PubDate\" content=\"2025-03-20\"></head><body>\
<div class=\"nav\"><a href=\"/\">首页</a></div><h1>关于印发助餐服务工作通知的公告</h1>\
<div class=\"content\"><p>现将有关文件予以公布，点击查看：</p>\
<p>附件1：<a href=\"/scan.png\">示意图.png</a></p>\
<p>附件2：<a href=\"/notice.pdf\">助餐服务工作通知.pdf</a></p></div></body></html>";

/// The same with its attachment on a host that is not allowed.
const FAR_STUB_PAGE: &str = "<!doctype html><html><head><meta charset=\"utf-8\">\
<title>关于印发助餐服务工作通知的公告_青禾市人民政府</title></head><body>\
<h1>关于印发助餐服务工作通知的公告</h1>\
<div class=\"content\"><p>现将有关文件予以公布，点击查看：</p>\
<p>附件：<a href=\"http://localhost:1/notice.pdf\">助餐服务工作通知.pdf</a></p></div></body></html>";

/// A file of `tests/fixtures/files`, which extraction is tested with.
pub fn fixture(name: &str) -> Vec<u8> {
    let folder = repository().join("tests/fixtures/files");
    std::fs::read(folder.join(name)).unwrap()
}

async fn file(name: &'static str, media_type: &'static str) -> impl IntoResponse {
    ([("content-type", media_type)], fixture(name))
}

/// Serves the pages on a free port of this machine, for as long as the runtime lives.
pub(crate) async fn start() -> SocketAddr {
    let html = |body: &'static str| get(move || async move { axum::response::Html(body) });
    let router = Router::new()
        .route("/policy.html", html(POLICY_PAGE))
        .route(
            "/empty.html",
            html("<html><head><title>x</title></head><body></body></html>"),
        )
        .route("/second.html", html(SECOND_PAGE))
        .route("/brief.html", html(BRIEF_PAGE))
        .route("/column.html", html(COLUMN_PAGE))
        .route(
            "/notice.pdf",
            get(|| file("libreoffice.pdf", "application/pdf")),
        )
        .route("/notice.ofd", get(|| file("byhand.ofd", "text/html")))
        .route("/scan.png", get(|| file("make.py", "image/png")))
        .route("/stub.html", html(STUB_PAGE))
        .route("/far-stub.html", html(FAR_STUB_PAGE))
        .route("/gbk.html", get(gbk))
        .route("/binary.html", get(binary))
        .route("/endless.html", get(endless))
        .route(
            "/to-private.html",
            get(|| async { Redirect::temporary("http://127.0.0.1:1/") }),
        )
        .route(
            "/to-name.html",
            get(|| async { Redirect::temporary("http://localhost/x") }),
        );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A page in GBK that says so nowhere.
async fn gbk() -> impl IntoResponse {
    let page = POLICY_PAGE.replace("<meta charset=\"utf-8\">", "");
    let (bytes, _, _) = encoding_rs::GBK.encode(&page);
    ([("content-type", "text/html")], bytes.into_owned())
}

async fn binary() -> impl IntoResponse {
    let bytes: Vec<u8> = (0..20_000_u32).map(|i| (i * 7919 % 251) as u8).collect();
    ([("content-type", "text/html")], bytes)
}

async fn endless() -> impl IntoResponse {
    let drips = futures::stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Some((Ok::<_, std::io::Error>("<p>字</p>"), ()))
    });
    (
        [("content-type", "text/html")],
        axum::body::Body::from_stream(drips),
    )
}
