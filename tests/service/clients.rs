//! Independent clients against the real service: whoever built them knows nothing of us.

use std::path::{Path, PathBuf};

use langdu_proto::FILE_DESCRIPTOR_SET;
use tokio::process::Command;

use langdu_harness::tier::{clients_folder, python_packages};
use langdu_harness::{PATIENCE, Service, eventually, shared};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

async fn run(mut command: Command) -> String {
    command.kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output())
        .await
        .expect("the client ends in time")
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    println!("{said}");
    assert!(output.status.success(), "{said}\n{complained}");
    said.into_owned()
}

async fn python(script: &str, arguments: &[String]) {
    let mut command = Command::new("python3");
    command
        .arg(project("tests/clients").join(script))
        .args(arguments)
        .env("PYTHONPATH", python_packages())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("NO_PROXY", "*");
    run(command).await;
}

#[tokio::test]
async fn the_openai_client_speaks_through_the_gateway() {
    python("speech.py", &[shared().http("/")]).await;
}

#[tokio::test]
async fn a_client_that_knows_the_contract_by_reflection_streams_and_goes_on() {
    let service = shared();
    service.is_ready().await;
    python("grpc_python.py", &[service.addresses.grpc.to_string()]).await;
}

#[tokio::test]
async fn a_client_that_knows_the_second_version_by_reflection_reads_and_prepares() {
    let service = shared();
    service.is_ready().await;
    let token = std::fs::read_to_string(operators_token_file(service).await).unwrap();
    let page = service.page("/second.html");
    let arguments = [
        service.addresses.grpc.to_string(),
        page,
        token.trim().to_owned(),
    ];
    python("grpc_python_v2.py", &arguments).await;
}

#[tokio::test]
async fn a_feed_reader_finds_every_episode_as_long_as_it_was_told() {
    let service = shared();
    let arguments = [service.http("/"), service.page("/column.html")];
    python("feed.py", &arguments).await;
}

#[tokio::test]
async fn the_description_of_the_routes_is_valid_and_true() {
    let service = shared();
    let arguments = [service.http("/"), service.page("/policy.html")];
    python("openapi.py", &arguments).await;
}

/// The contract's descriptor set in a file.
fn descriptors(folder: &Path) -> String {
    let path = folder.join("langdu.binpb");
    std::fs::write(&path, FILE_DESCRIPTOR_SET).unwrap();
    in_words(&path)
}

fn in_words(path: &Path) -> String {
    path.to_str().expect("a name in Unicode").to_owned()
}

/// Where JavaScript's packages are.
pub(crate) fn node_packages() -> PathBuf {
    let packages = project("tests/clients/node_modules");
    assert!(packages.is_dir(), "run: scripts/setup.sh clients");
    packages
}

async fn node(script: &Path, arguments: &[String]) -> String {
    node_packages();
    let mut command = Command::new("node");
    command.arg(script).args(arguments);
    run(command).await
}

#[tokio::test]
async fn a_voice_assistant_is_spoken_for() {
    let service = Service::start(|config| {
        config.listen.wyoming = Some("127.0.0.1:0".parse().unwrap());
    });
    service.is_ready().await;
    let address = service.addresses.wyoming.unwrap();
    let arguments = [address.ip().to_string(), address.port().to_string()];
    python("wyoming_client.py", &arguments).await;
}

#[tokio::test]
async fn a_browsers_grpc_client_calls_and_streams() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [shared().http("/"), descriptors(folder.path())];
    node(&project("tests/clients/grpc_web.mjs"), &arguments).await;
}

#[tokio::test]
async fn nodes_grpc_client_calls_streams_and_leaves() {
    let service = shared();
    service.is_ready().await;
    let arguments = [
        service.addresses.grpc.to_string(),
        in_words(&project("proto")),
    ];
    node(&project("tests/clients/grpc_node.mjs"), &arguments).await;
}

#[tokio::test]
async fn the_openai_client_for_javascript_speaks_through_the_gateway() {
    let arguments = [shared().http("/")];
    node(&project("tests/clients/speech_node.mjs"), &arguments).await;
}

/// Every line of curl and grpcurl that the documentation shows. It withdraws a page, so that it has a service of its own.
#[tokio::test]
async fn every_curl_of_the_documentation_runs_as_it_stands() {
    let service = Service::start(|_| {});
    service.is_ready().await;
    let arguments = [
        env!("CARGO_MANIFEST_DIR").to_owned(),
        service.http("/"),
        service.addresses.grpc.to_string(),
        service.addresses.admin.to_string(),
        service.page("/second.html"),
        service.page("/column.html"),
        operators_token_file(&service).await,
        in_words(&python_packages()),
    ];
    let path = format!("{}:{}", wheel(), in_words(&python_packages()));
    python_with(&path, &project("tests/clients/documented.py"), &arguments).await;
}

// The packages under `clients/`: each is put to the proof, and its example shows a document.

/// The file with the token that a service's first start wrote.
async fn operators_token_file(service: &Service) -> String {
    let file = service.clips.join("ledger/operator.token");
    let is_there = eventually(|| file.exists()).await;
    assert!(is_there, "the first start wrote a token");
    in_words(&file)
}

/// What the clients' trials are told: a page, and a file with an operator's token.
async fn page_and_token() -> [String; 2] {
    let service = shared();
    service.is_ready().await;
    let token = operators_token_file(service).await;
    [service.page("/policy.html"), token]
}

/// An example lists the sentences of a page with the time at which each begins.
fn lists_the_page(said: &str) {
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines.len() > 10, "{said}");
    assert!(lines[0].contains("0.00 s"), "{said}");
    assert!(lines.last().unwrap().ends_with("2025年9月1日"), "{said}");
}

/// The package for Python, as `scripts/setup.sh clients` has built it.
fn wheel() -> String {
    let folder = clients_folder().join("wheel");
    let entries = std::fs::read_dir(&folder).expect("run: scripts/setup.sh clients");
    let mut paths = entries.map(|entry| entry.unwrap().path());
    in_words(&paths.next().expect("run: scripts/setup.sh clients"))
}

async fn python_with(path: &str, script: &Path, arguments: &[String]) -> String {
    let mut command = Command::new("python3");
    command
        .arg(script)
        .args(arguments)
        .env("PYTHONPATH", path)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("NO_PROXY", "*");
    run(command).await
}

#[tokio::test]
async fn the_client_for_python_reads_goes_on_and_prepares() {
    let path = format!("{}:{}", wheel(), in_words(&python_packages()));
    let [page, token] = page_and_token().await;
    let grpc = shared().addresses.grpc.to_string();
    let arguments = [grpc.clone(), page.clone(), token];
    let trial = project("tests/clients/langdu_python.py");
    python_with(&path, &trial, &arguments).await;

    let folder = tempfile::tempdir().unwrap();
    for example in ["read_aloud.py", "read_aloud_asyncio.py"] {
        let mut command = Command::new("python3");
        command
            .arg(project("clients/python/examples").join(example))
            .args([&grpc, &page])
            .env("PYTHONPATH", &path)
            .current_dir(&folder);
        lists_the_page(&run(command).await);
    }
    assert!(folder.path().join("document.mp3").is_file());
}

#[tokio::test]
async fn the_client_for_python_is_typed() {
    let mut command = Command::new("python3");
    command
        .args([
            "-m",
            "mypy",
            "--cache-dir=/dev/null",
            "--scripts-are-modules",
        ])
        .args([
            "-p",
            "langdu",
            "-m",
            "read_aloud",
            "-m",
            "read_aloud_asyncio",
        ])
        .env("PYTHONPATH", python_packages())
        .env("MYPYPATH", "src:examples")
        .current_dir(project("clients/python"));
    run(command).await;
}

/// A folder in which `langdu-client` can be imported, compiled.
async fn typescript_client(folder: &Path) {
    let package = folder.join("node_modules/langdu-client");
    std::fs::create_dir_all(&package).unwrap();
    std::fs::copy(
        project("clients/typescript/package.json"),
        package.join("package.json"),
    )
    .unwrap();
    let mut command = Command::new("node");
    command
        .arg(node_packages().join("typescript/bin/tsc"))
        .arg("--project")
        .arg(project("clients/typescript"))
        .arg("--outDir")
        .arg(package.join("dist"));
    run(command).await;
}

#[tokio::test]
async fn the_client_for_typescript_reads_goes_on_and_prepares() {
    let folder = tempfile::tempdir().unwrap();
    typescript_client(folder.path()).await;
    let [page, token] = page_and_token().await;
    let arguments = [shared().http("/"), page, token];
    for (from, name) in [
        ("tests/clients", "langdu_typescript.mjs"),
        ("clients/typescript/examples", "read-aloud.mjs"),
    ] {
        std::fs::copy(project(from).join(name), folder.path().join(name)).unwrap();
    }
    let trial = folder.path().join("langdu_typescript.mjs");
    node(&trial, &arguments).await;

    let mut command = Command::new("node");
    command
        .args(["read-aloud.mjs", &arguments[0], &arguments[1]])
        .current_dir(&folder);
    lists_the_page(&run(command).await);
    assert!(folder.path().join("0.mp3").is_file());
}

#[tokio::test]
async fn the_client_for_java_reads_goes_on_and_prepares() {
    let folder = tempfile::tempdir().unwrap();
    let sources = std::fs::read_dir(project("clients/java/src/main/java/langdu")).unwrap();
    let mut command = Command::new("javac");
    command
        .args(["--release", "8", "-Xlint:all,-options", "-Werror"])
        .args(["-encoding", "UTF-8", "-d"])
        .arg(folder.path())
        .args(sources.map(|entry| entry.unwrap().path()))
        .arg(project("clients/java/examples/ReadAloud.java"))
        .arg(project("tests/clients/LangduJava.java"));
    run(command).await;

    let [page, token] = page_and_token().await;
    let java = |class: &'static str| {
        let mut command = Command::new("java");
        command
            .args([
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "-cp",
                ".",
                class,
            ])
            .args([&shared().http("/"), &page])
            .current_dir(&folder);
        command
    };
    let mut trial = java("LangduJava");
    trial.arg(&token);
    run(trial).await;
    lists_the_page(&run(java("ReadAloud")).await);
    assert!(folder.path().join("0.mp3").is_file());
}

/// Lays a program beside the module, in the place where Go looks for it without a network.
fn go_program(module: &Path, name: &str, sources: &[&str]) {
    let folder = module.join(name);
    std::fs::create_dir_all(&folder).unwrap();
    for source in sources {
        let source = project(source);
        std::fs::copy(&source, folder.join(source.file_name().unwrap())).unwrap();
    }
}

#[tokio::test]
async fn the_client_for_go_reads_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let module = folder.path().join("src/langdu/client");
    std::fs::create_dir_all(module.parent().unwrap()).unwrap();
    let mut copy = Command::new("cp");
    copy.arg("-r").arg(project("clients/go")).arg(&module);
    run(copy).await;
    let codec = "tests/clients/go_codec.go";
    go_program(&module, "example", &[codec]);
    go_program(&module, "trial", &["tests/clients/langdu_go.go", codec]);
    for program in ["example", "trial"] {
        let mut command = Command::new("go");
        command
            .args(["build", "-o"])
            .arg(folder.path().join(program))
            .arg(format!("./{program}"))
            .env("GO111MODULE", "off")
            .env("GOFLAGS", "")
            .env(
                "GOPATH",
                format!("{}:/usr/share/gocode", folder.path().display()),
            )
            .env("GOCACHE", clients_folder().join("go"))
            .current_dir(&module);
        run(command).await;
    }

    let [page, _] = page_and_token().await;
    let grpc = shared().addresses.grpc.to_string();
    let mut trial = Command::new(folder.path().join("trial"));
    trial.args([&grpc, &page, &descriptors(folder.path())]);
    run(trial).await;
    let mut example = Command::new(folder.path().join("example"));
    example.args([&grpc, &page]).current_dir(&folder);
    lists_the_page(&run(example).await);
    assert!(folder.path().join("document.mp3").is_file());
}
