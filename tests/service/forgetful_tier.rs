//! A shared tier that forgets: what was withdrawn stays withdrawn.

use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use langdu_harness::process::{Process, Setup, free_ports};
use langdu_harness::{eventually, eventually_async, request, shared, url};
use langdu_proto::{AudioEncoding, PrepareRequest, WithdrawRequest};

/// A Redis that keeps nothing on disk, killed when it is dropped.
struct Redis(Child);

impl Redis {
    async fn start(port: u16, folder: &Path) -> Self {
        let child = Command::new("redis-server")
            .args(["--save", "", "--appendonly", "no", "--bind", "127.0.0.1"])
            .args(["--port", &port.to_string()])
            .arg("--dir")
            .arg(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("run: scripts/setup.sh clients");
        let starts = eventually(|| TcpStream::connect(("127.0.0.1", port)).is_ok());
        assert!(starts.await, "it starts");
        Self(child)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn replica(folder: &Path, name: &str, port: u16) -> Process {
    let config = format!(
        "[clips.shared]\nservice = \"redis\"\n[clips.shared.options]\n\
         endpoint = \"redis://127.0.0.1:{port}\"\n"
    );
    let setup = Setup {
        config: &config,
        environment: &[("NO_PROXY", "*")],
        ..Setup::default()
    };
    let web = shared().web.to_string();
    let process = Process::start(folder, &folder.join(name), &web, &setup);
    process.is_ready().await;
    process
}

async fn is_refused(process: &Process, page: &str) -> bool {
    let asked = request(url(page), AudioEncoding::Mp3);
    match process.client().await.synthesize_stream(asked).await {
        Ok(_) => false,
        Err(status) => {
            assert!(status.message().contains("withdrawn"), "{status}");
            true
        }
    }
}

async fn comes_to(process: &Process, page: &str, refused: bool) {
    let comes = eventually_async(async || is_refused(process, page).await == refused);
    assert!(comes.await, "{page} is refused: {}", !refused);
}

#[tokio::test]
async fn a_redis_that_comes_back_empty_is_told_again_what_was_withdrawn_and_published() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    let redis = Redis::start(port, folder.path()).await;
    let a = replica(folder.path(), "a", port).await;
    let page = shared().page("/second.html");
    let published = shared().page("/brief.html");
    for url in [&page, &published] {
        let url = url.clone();
        let mut operator = a.operator().await;
        operator.withdraw(WithdrawRequest { url }).await.unwrap();
    }
    // One that hears the withdrawal and is away when the page is published again.
    let c = replica(folder.path(), "c", port).await;
    comes_to(&c, &published, true).await;
    drop(c);
    let prepare = PrepareRequest {
        sources: url(&published).into_iter().collect(),
        ..PrepareRequest::default()
    };
    let mut operator = a.operator().await;
    let mut progress = operator.prepare(prepare).await.unwrap().into_inner();
    while progress.message().await.unwrap().is_some() {}

    drop(redis);
    let _redis = Redis::start(port, folder.path()).await;
    // It has nothing but what the tier says.
    let b = replica(folder.path(), "b", port).await;
    comes_to(&b, &page, true).await;
    // Its word is older than that of the others.
    let c = replica(folder.path(), "c", port).await;
    comes_to(&c, &published, false).await;
    assert!(!is_refused(&a, &published).await && !is_refused(&b, &published).await);
    assert!(is_refused(&a, &page).await);
}
