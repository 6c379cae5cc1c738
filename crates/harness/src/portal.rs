//! A portal whose pages change while a test runs.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{self, Path};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use langdu::config::Config;

use tokio::sync::watch;

use crate::{PATIENCE, RUNTIME};

/// What the server knows, under one lock.
#[derive(Default)]
struct State {
    pages: HashMap<String, String>,
    held: HashMap<String, Gate>,
}

type Shared = Arc<Mutex<State>>;

/// The server's end of a page that is held.
#[derive(Clone)]
struct Gate {
    asked: watch::Sender<bool>,
    /// Closed when the page may be given.
    given: watch::Receiver<()>,
}

/// A page that is asked for and not given until this is dropped, so that a test has a reading under
/// way for as long as it wants.
pub struct Held {
    asked: watch::Receiver<bool>,
    _given: watch::Sender<()>,
}

impl Held {
    /// Waits until the page has been asked for.
    ///
    /// # Panics
    ///
    /// When nobody asks.
    pub async fn is_asked_for(&mut self) {
        let asked = self.asked.wait_for(|asked| *asked);
        let in_time = tokio::time::timeout(PATIENCE, asked).await;
        in_time
            .expect("somebody asks for the page")
            .expect("the portal is there");
    }
}

/// A web server on a port of its own.
pub struct Portal {
    address: SocketAddr,
    state: Shared,
}

impl Portal {
    /// A portal without pages.
    pub fn start() -> Self {
        std::thread::scope(|scope| scope.spawn(Self::start_here).join().unwrap())
    }

    fn start_here() -> Self {
        let state = Shared::default();
        let router = Router::new()
            .route("/{*path}", get(page))
            .with_state(state.clone());
        let address = RUNTIME.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            tokio::spawn(async move { axum::serve(listener, router).await });
            address
        });
        Self { address, state }
    }

    /// Puts a page in place.
    pub fn put(&self, path: &str, content: &str) {
        let mut state = self.state.lock().unwrap();
        state.pages.insert(path.to_owned(), content.to_owned());
    }

    /// Holds a page back: whoever asks for it waits.
    pub fn hold(&self, path: &str) -> Held {
        let (asking, asked) = watch::channel(false);
        let (giving, given) = watch::channel(());
        let gate = Gate {
            asked: asking,
            given,
        };
        let mut state = self.state.lock().unwrap();
        state.held.insert(path.to_owned(), gate);
        Held {
            asked,
            _given: giving,
        }
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

async fn page(
    extract::State(state): extract::State<Shared>,
    Path(path): Path<String>,
) -> impl IntoResponse {
    let gate = state.lock().unwrap().held.get(&path).cloned();
    if let Some(mut gate) = gate {
        let _ = gate.asked.send(true);
        // It says nothing and ends when the page is given.
        while gate.given.changed().await.is_ok() {}
    }
    let page = state.lock().unwrap().pages.get(&path).cloned();
    let Some(page) = page else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let media_type = if page.starts_with("<?xml") {
        "application/xml"
    } else {
        "text/html"
    };
    ([(header::CONTENT_TYPE, media_type)], page).into_response()
}
