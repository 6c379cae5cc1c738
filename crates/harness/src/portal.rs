//! A portal whose pages change while a test runs.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use langdu::config::Config;

use crate::RUNTIME;

type Pages = Arc<Mutex<HashMap<String, String>>>;

/// A web server on a port of its own.
pub struct Portal {
    address: SocketAddr,
    pages: Pages,
}

impl Portal {
    /// A portal without pages.
    pub fn start() -> Self {
        std::thread::scope(|scope| scope.spawn(Self::start_here).join().unwrap())
    }

    fn start_here() -> Self {
        let pages = Pages::default();
        let router = Router::new()
            .route("/{*path}", get(page))
            .with_state(pages.clone());
        let address = RUNTIME.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            tokio::spawn(async move { axum::serve(listener, router).await });
            address
        });
        Self { address, pages }
    }

    /// Puts a page in place.
    pub fn put(&self, path: &str, content: &str) {
        let mut pages = self.pages.lock().unwrap();
        pages.insert(path.to_owned(), content.to_owned());
    }

    /// A document of these paragraphs.
    pub fn document(&self, path: &str, title: &str, paragraphs: &[&str]) -> String {
        let body: String = paragraphs
            .iter()
            .map(|text| format!("<p>{text}</p>"))
            .collect();
        let html = format!(
            "<!doctype html><html><head><meta charset=\"utf-8\"><title>{title}</title></head>\
             <body><h1>{title}</h1><div class=\"content\">{body}</div></body></html>"
        );
        self.put(path, &html);
        self.url(path)
    }

    /// The address of a page.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Lets a service read these pages.
    pub fn allow(&self, config: &mut Config) {
        config.fetch.ports.push(self.address.port());
    }
}

async fn page(State(pages): State<Pages>, Path(path): Path<String>) -> impl IntoResponse {
    let page = pages.lock().unwrap().get(&path).cloned();
    match page {
        Some(page) => {
            let media_type = if page.starts_with("<?xml") {
                "application/xml"
            } else {
                "text/html"
            };
            ([(header::CONTENT_TYPE, media_type)], page).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
