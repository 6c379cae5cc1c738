//! Every kind of bad input gets its own clear error; nothing hangs and the service goes on.

use langdu_proto::{AudioConfig, AudioEncoding, SynthesizeRequest, VoiceSelectionParams};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use langdu_harness::{
    PATIENCE, Service, hear, hear_what_there_is, reason, request, shared, text, url,
};

async fn refusal(service: &Service, asked: SynthesizeRequest) -> Status {
    let answer = tokio::time::timeout(PATIENCE, hear(service, asked)).await;
    let status = answer
        .expect("nothing hangs")
        .err()
        .expect("the request is refused");
    let after = hear(service, request(text("服务照常。"), AudioEncoding::Mp3)).await;
    assert!(after.is_ok(), "the service goes on");
    status
}

fn violated_field(status: &Status) -> String {
    let details = status
        .get_details_bad_request()
        .expect("it names the field");
    details.field_violations[0].field.clone()
}

#[tokio::test]
async fn empty_text_is_an_invalid_argument() {
    for empty in ["", "  \n\t ", "。！？——"] {
        let status = refusal(shared(), request(text(empty), AudioEncoding::Mp3)).await;
        assert_eq!(status.code(), Code::InvalidArgument, "{empty:?}");
        assert!(violated_field(&status).starts_with("source"));
    }
}

#[tokio::test]
async fn no_source_is_an_invalid_argument() {
    let status = refusal(shared(), request(None, AudioEncoding::Mp3)).await;
    assert_eq!(violated_field(&status), "source");
}

#[tokio::test]
async fn five_megabytes_of_text_are_refused_by_our_own_limit() {
    let huge = "长".repeat(5_000_000 / 3);
    let status = refusal(shared(), request(text(&huge), AudioEncoding::Mp3)).await;
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(violated_field(&status), "source.text");
}

#[tokio::test]
async fn a_message_that_would_be_too_long_names_the_stream() {
    let long = "这是一句用来凑足长度的话。".repeat(120);
    let mut client = shared().grpc().await;
    let status = client
        .synthesize(request(text(&long), AudioEncoding::Mp3))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    assert!(
        status.message().contains("SynthesizeStream"),
        "{}",
        status.message()
    );
}

#[tokio::test]
async fn a_page_with_nothing_readable_is_a_failed_precondition() {
    let service = shared();
    for page in ["/empty.html", "/binary.html"] {
        let asked = request(url(&service.page(page)), AudioEncoding::Mp3);
        let status = refusal(service, asked).await;
        assert_eq!(status.code(), Code::FailedPrecondition, "{page}: {status}");
        assert_eq!(reason(&status), "NOTHING_READABLE");
    }
}

#[tokio::test]
async fn hosts_and_redirects_outside_the_allow_list_are_denied() {
    let service = shared();
    let redirected = ["/to-private.html", "/to-name.html"].map(|path| service.page(path));
    let named = [
        "http://example.com/",
        "http://localhost/",
        "http://10.0.0.1/",
    ]
    .map(str::to_owned);
    for page in redirected.into_iter().chain(named) {
        let status = refusal(service, request(url(&page), AudioEncoding::Mp3)).await;
        assert_eq!(status.code(), Code::PermissionDenied, "{page}: {status}");
    }
}

#[tokio::test]
async fn a_redirect_to_this_machine_is_denied_when_it_is_not_allowed() {
    let service = Service::start(|config| {
        config.fetch.allowed_hosts = vec!["*".to_owned()];
        config.fetch.private_hosts = Vec::new();
    });
    let asked = request(url(&service.page("/policy.html")), AudioEncoding::Mp3);
    let status = refusal(&service, asked).await;
    assert_eq!(status.code(), Code::PermissionDenied, "{status}");
}

#[tokio::test]
async fn a_page_that_is_not_there_is_not_found_and_one_that_never_ends_unavailable() {
    let impatient = Service::start(|config| config.fetch.timeout_seconds = 1);
    for (service, page, cause, code) in [
        (shared(), "/missing.html", "404", Code::NotFound),
        (&impatient, "/endless.html", "1 s", Code::Unavailable),
    ] {
        let asked = request(url(&service.page(page)), AudioEncoding::Mp3);
        let status = refusal(service, asked).await;
        assert_eq!(status.code(), code, "{page}: {status}");
        assert!(
            status.message().contains(cause),
            "{page}: {}",
            status.message()
        );
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_an_invalid_argument() {
    for address in ["ftp://x.gov.cn/", "not an address", "file:///etc/passwd"] {
        let status = refusal(shared(), request(url(address), AudioEncoding::Mp3)).await;
        assert_eq!(status.code(), Code::InvalidArgument, "{address}: {status}");
        assert_eq!(violated_field(&status), "source.url");
    }
}

#[tokio::test]
async fn an_unknown_voice_is_not_found_and_the_known_ones_are_named() {
    let mut asked = request(text("您好。"), AudioEncoding::Mp3);
    asked.voice = Some(VoiceSelectionParams {
        name: "nobody".to_owned(),
        ..VoiceSelectionParams::default()
    });
    let status = refusal(shared(), asked).await;
    assert_eq!(status.code(), Code::NotFound);
    assert!(
        status.message().contains("zf_xiaoyi"),
        "{}",
        status.message()
    );
}

#[tokio::test]
async fn what_the_audio_config_cannot_be_is_named() {
    let plain = AudioConfig {
        audio_encoding: AudioEncoding::Mp3.into(),
        ..AudioConfig::default()
    };
    let with = |change: fn(&mut AudioConfig)| {
        let mut config = plain;
        change(&mut config);
        config
    };
    let cases = [
        (
            with(|c| c.speaking_rate = 9.0),
            "audio_config.speaking_rate",
        ),
        (
            with(|c| c.speaking_rate = f64::NAN),
            "audio_config.speaking_rate",
        ),
        (
            with(|c| c.volume_gain_db = 99.0),
            "audio_config.volume_gain_db",
        ),
        (
            with(|c| c.sample_rate_hertz = 44_100),
            "audio_config.sample_rate_hertz",
        ),
        (
            with(|c| c.audio_encoding = 77),
            "audio_config.audio_encoding",
        ),
    ];
    for (config, field) in cases {
        let asked = SynthesizeRequest {
            source: text("您好。"),
            audio_config: Some(config),
            ..SynthesizeRequest::default()
        };
        let status = refusal(shared(), asked).await;
        assert_eq!(status.code(), Code::InvalidArgument, "{field}");
        assert_eq!(violated_field(&status), field);
    }
}

#[tokio::test]
async fn a_full_queue_is_exhausted_and_says_when_to_come_back() {
    let service = Service::start(|config| config.voices.max_waiting = 0);
    let asked = request(text("没有空位。"), AudioEncoding::Mp3);
    let heard = hear_what_there_is(&service, asked).await.unwrap();
    assert_eq!(
        heard.errors[0].reason, "QUEUE_FULL",
        "a stream names the utterance"
    );
    let mut client = service.grpc().await;
    let status = client
        .synthesize(request(text("没有空位。"), AudioEncoding::Mp3))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert!(
        status
            .get_details_retry_info()
            .unwrap()
            .retry_delay
            .is_some()
    );
}
